/* belief: see belief.h. The copy's rows, with what the changes make of them, and the transaction's are read side by side, in the order in
 * which both are stored. First as two streams of bytes, on two threads: where these are equal, as they are unless a trigger or a constraint
 * did something, that is all. Else row by row, to find out what differs; where the two part, each further row is looked up by its key. */
#include "command/migrate/belief.h"

#include "command/migrate/refusal.h"
#include "command/migrate/row_stream.h"
#include "command/shared/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- what a table is ---- */

typedef struct table {
  row_place place;
  char **columns;
  size_t *keys;
  change **ids; /* for each column; NULL: it holds no ids */
  size_t count;
  bool planned, loose; /* loose: cells may change of themselves */
  bool may_grow;
  int64_t grows; /* by exactly so many rows, unless it is planned or may grow */
  sqlite3_stmt *expected, *scan, *lookup;
  char *parted; /* the first row that is not the expected one */
} table;

static bool same_name(const char *a, const char *b) { return sqlite3_stricmp(a, b) == 0; }

static change *change_of(const belief *b, const char *name, const char *column) {
  for (size_t i = 0; i < b->change_count; i++)
    if (same_name(b->changes[i].table, name) && same_name(b->changes[i].column, column)) return &b->changes[i];
  return NULL;
}

static void take_column(const belief *b, table *t, const char *name, bool key) {
  t->columns = grown(t->columns, (t->count + 1) * sizeof *t->columns);
  t->ids = grown(t->ids, (t->count + 1) * sizeof *t->ids);
  t->columns[t->count] = copied(name);
  t->ids[t->count] = change_of(b, t->place.table, name);
  if (t->ids[t->count]) t->planned = true;
  if (key) {
    t->keys = grown(t->keys, (t->place.key_count + 1) * sizeof *t->keys);
    t->keys[t->place.key_count++] = t->count;
  }
  t->count++;
}

/* What is made from other columns is not compared. */
static bool read_columns(belief *b, table *t, bool without_rowid) {
  bool failed = false;
  sqlite3_stmt *s = database_query(b->before, "PRAGMA main.table_xinfo(%Q)", t->place.table);
  while (s && database_step(b->before, s, &failed)) {
    const char *name = (const char *)sqlite3_column_text(s, 1);
    if (!sqlite3_column_int(s, 6)) take_column(b, t, name, without_rowid && sqlite3_column_int(s, 5) > 0);
  }
  sqlite3_finalize(s);
  t->place.rowid = database_rowid_name(b->before, t->place.table, NULL);
  t->place.columns = t->columns;
  t->place.keys = t->keys;
  return s && !failed;
}

static void table_free(table *t) {
  for (size_t i = 0; i < t->count; i++) free(t->columns[i]);
  free(t->columns);
  free(t->keys);
  free(t->ids);
  free(t->parted);
  sqlite3_finalize(t->expected);
  sqlite3_finalize(t->scan);
  sqlite3_finalize(t->lookup);
}

/* ---- its rows, before and now ---- */

/* What was there comes behind what is expected, so that a row that changes is known. */
static void add_values(const table *t, strbuf *sql, bool expected) {
  strbuf_add(sql, t->place.rowid ? t->place.rowid : "NULL");
  for (size_t i = 0; i < t->count; i++) {
    if (expected && t->ids[i] && t->ids[i]->expected)
      strbuf_format(sql, ", %s", t->ids[i]->expected);
    else
      database_add_sql(sql, ", \"%w\"", t->columns[i]);
  }
  for (size_t i = 0; i < t->count && expected; i++)
    if (t->ids[i] && t->ids[i]->expected) database_add_sql(sql, ", \"%w\"", t->columns[i]);
}

/* The same values as arguments of the function that takes a row. */
static char *stream_sql(const table *t, bool expected) {
  strbuf sql = { 0 };
  database_add_sql(&sql, "SELECT 1 FROM main.\"%w\" NOT INDEXED WHERE " ROW_FUNCTION "(", t->place.table);
  add_values(t, &sql, expected);
  strbuf_add(&sql, ")");
  char *text = copied(strbuf_text(&sql));
  strbuf_free(&sql);
  return text;
}

static sqlite3_stmt *read_rows(const belief *b, const table *t, bool expected, bool by_key) {
  strbuf sql = { 0 };
  strbuf_add(&sql, "SELECT ");
  add_values(t, &sql, expected);
  database_add_sql(&sql, " FROM main.\"%w\"", t->place.table);
  if (!by_key)
    strbuf_add(&sql, " NOT INDEXED"); /* in the order of what it is stored by */
  else if (t->place.rowid)
    strbuf_format(&sql, " WHERE %s = ?", t->place.rowid);
  for (size_t i = 0; by_key && i < t->place.key_count; i++)
    database_add_sql(&sql, "%s \"%w\" = ?", i ? " AND" : " WHERE", t->columns[t->keys[i]]);
  sqlite3_stmt *s = database_query(expected ? b->before : b->now, "%s", strbuf_text(&sql));
  strbuf_free(&sql);
  return s;
}

static bool same_value(sqlite3_stmt *a, sqlite3_stmt *b, int at, int at_b) {
  int type = sqlite3_column_type(a, at);
  if (type != sqlite3_column_type(b, at_b)) return false;
  if (type == SQLITE_NULL) return true;
  if (type == SQLITE_INTEGER) return sqlite3_column_int64(a, at) == sqlite3_column_int64(b, at_b);
  if (type == SQLITE_FLOAT) {
    double one = sqlite3_column_double(a, at), other = sqlite3_column_double(b, at_b);
    return memcmp(&one, &other, sizeof one) == 0;
  }
  const void *one = type == SQLITE_TEXT ? (const void *)sqlite3_column_text(a, at) : sqlite3_column_blob(a, at);
  const void *other = type == SQLITE_TEXT ? (const void *)sqlite3_column_text(b, at_b) : sqlite3_column_blob(b, at_b);
  int bytes = sqlite3_column_bytes(a, at);
  return bytes == sqlite3_column_bytes(b, at_b) && (!bytes || (one && other && memcmp(one, other, (size_t)bytes) == 0));
}

static int key_at(const table *t, size_t i) { return t->place.rowid ? ROW_NUMBER : (int)t->keys[i] + FIRST_COLUMN; }
static size_t key_count(const table *t) { return t->place.rowid ? 1 : t->place.key_count; }

static bool same_key(const table *t, sqlite3_stmt *a, sqlite3_stmt *b) {
  for (size_t i = 0; i < key_count(t); i++)
    if (!same_value(a, b, key_at(t, i), key_at(t, i))) return false;
  return true;
}

/* ---- what may differ ---- */

static void touch(belief *b, const char *name, const char *column, int64_t rows) {
  for (size_t i = 0; i < b->touched_count; i++) {
    touched *one = &b->touched[i];
    if (!same_name(one->table, name) || !one->column != !column || (column && !same_name(one->column, column))) continue;
    one->rows += rows;
    return;
  }
  b->touched = grown(b->touched, (b->touched_count + 1) * sizeof *b->touched);
  b->touched[b->touched_count++] = (touched){ copied(name), column ? copied(column) : NULL, rows };
}

/* Whether ids of this row change; they are counted. */
static bool changes(const table *t) {
  int was = (int)t->count + FIRST_COLUMN;
  bool any = false;
  for (size_t i = 0; i < t->count; i++) {
    if (!t->ids[i] || !t->ids[i]->expected) continue;
    bool same = same_value(t->expected, t->expected, (int)i + FIRST_COLUMN, was++);
    t->ids[i]->rows += !same;
    any |= !same;
  }
  return any;
}

static bool compare_row(belief *b, table *t, sqlite3_stmt *found) {
  bool changed = t->planned && changes(t);
  for (size_t i = 0; i < t->count; i++) {
    int at = (int)i + FIRST_COLUMN;
    if (t->loose || same_value(t->expected, found, at, at)) continue;
    if (t->ids[i] || !changed || !b->triggers) return refuse_cell(b, &t->place, i, t->expected, found);
    touch(b, t->place.table, t->columns[i], 1);
  }
  return true;
}

/* ---- row by row ---- */

static void part(table *t) {
  strbuf name = { 0 };
  if (sqlite3_data_count(t->scan) && t->place.rowid) add_row_name(&name, &t->place, t->scan);
  t->parted = copied(strbuf_text(&name));
  strbuf_free(&name);
  sqlite3_finalize(t->scan);
  t->scan = NULL;
}

static sqlite3_stmt *look_up(belief *b, table *t, bool *failed) {
  if (!key_count(t)) return NULL;
  if (!t->lookup) t->lookup = read_rows(b, t, false, true);
  *failed = !t->lookup;
  if (*failed) return NULL;
  sqlite3_reset(t->lookup);
  for (size_t i = 0; i < key_count(t); i++) sqlite3_bind_value(t->lookup, (int)i + 1, sqlite3_column_value(t->expected, key_at(t, i)));
  return database_step(b->now, t->lookup, failed) ? t->lookup : NULL;
}

static sqlite3_stmt *find(belief *b, table *t, bool *failed) {
  if (t->scan) {
    if (database_step(b->now, t->scan, failed) && same_key(t, t->expected, t->scan)) return t->scan;
    if (*failed) return NULL;
    part(t);
  }
  return look_up(b, t, failed);
}

/* What is there beyond the rows that were expected. */
static bool compare_count(belief *b, table *t) {
  int64_t more = 0;
  bool failed = false;
  strbuf which = { 0 };
  if (t->scan) {
    for (; database_step(b->now, t->scan, &failed); more++)
      if (!more) t->place.at++, add_row_name(&which, &t->place, t->scan);
  } else {
    failed = !database_number(b->now, &more, "SELECT count(*) FROM main.\"%w\"", t->place.table);
    more -= t->place.at;
    strbuf_add(&which, t->parted);
  }
  bool good =
      !failed && (more == t->grows || (t->may_grow && more > 0) || refuse_added(b, &t->place, more - t->grows, strbuf_text(&which)));
  if (good && t->may_grow && more) touch(b, t->place.table, NULL, more);
  strbuf_free(&which);
  return good;
}

static bool compare_rows(belief *b, table *t) {
  bool failed = false;
  t->expected = read_rows(b, t, true, false);
  t->scan = t->expected ? read_rows(b, t, false, false) : NULL;
  if (!t->scan) return false;
  while (database_step(b->before, t->expected, &failed)) {
    t->place.at++;
    sqlite3_stmt *found = find(b, t, &failed);
    if (failed) return false;
    if (!found) return refuse_gone(b, &t->place, t->expected);
    if (!compare_row(b, t, found)) return false;
  }
  return !failed && compare_count(b, t);
}

/* Whether there is nothing more to find out about this table. */
static bool streams_are_equal(belief *b, table *t, bool *failed) {
  streamed s = { .width = t->count + FIRST_COLUMN };
  size_t id_at[MOST_STREAMED];
  if (!b->stream || t->loose || t->grows || s.width > MOST_STREAMED) return false;
  for (size_t i = 0; i < t->count; i++) {
    if (!t->ids[i] || !t->ids[i]->expected) continue;
    if (s.width + s.watched_count == MOST_STREAMED) return false;
    id_at[s.watched_count] = i;
    s.watched[s.watched_count++] = i + FIRST_COLUMN;
  }
  char *expected = stream_sql(t, true), *found = stream_sql(t, false);
  bool equal = row_stream_equal(b->stream, &s, expected, found, failed);
  for (size_t i = 0; equal && i < s.watched_count; i++) t->ids[id_at[i]]->rows += s.changed[i];
  free(expected);
  free(found);
  return equal;
}

/* ---- table by table ---- */

static bool has_log(belief *b, bool *has) {
  int64_t count = 0;
  bool good = database_number(b->before, &count, "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = %Q", b->log);
  *has = count > 0;
  return good;
}

/* The log is the migration's own; numbers that SQLite gives out go with rows that triggers add; and an index follows what it is of. */
static bool compare_table(belief *b, const char *name, const char *type, bool without_rowid) {
  table t = { .place = { .table = name } };
  bool schema = strcmp(name, "sqlite_schema") == 0, log = same_name(name, b->log), logged = true;
  bool failed = false, index = strcmp(type, "virtual") == 0, good = read_columns(b, &t, without_rowid) && (!schema || has_log(b, &logged));
  t.grows = schema ? !logged : log ? b->logged : 0;
  t.loose = log || index || (b->triggers && strcmp(name, "sqlite_sequence") == 0);
  t.may_grow = b->triggers && !t.planned && !schema && !log;
  good = good && (streams_are_equal(b, &t, &failed) || (!failed && compare_rows(b, &t)));
  table_free(&t);
  return good;
}

/* A module that this program does not have, or contents that are elsewhere: then its own tables are compared. */
static bool can_read(belief *b, const char *name) {
  sqlite3_stmt *s = NULL;
  char *sql = sqlite3_mprintf("SELECT * FROM main.\"%w\"", name);
  int code = sql ? sqlite3_prepare_v2(b->before->handle, sql, -1, &s, NULL) : SQLITE_NOMEM;
  if (code == SQLITE_OK) code = sqlite3_step(s);
  if (code == SQLITE_NOMEM) strbuf_exhausted(); /* ends the command, rather than leave something uncompared */
  sqlite3_finalize(s);
  sqlite3_free(sql);
  return code == SQLITE_ROW || code == SQLITE_DONE;
}

static bool is_compared(belief *b, const char *name, const char *type) {
  if (strcmp(type, "view") == 0) return false;
  if (strcmp(type, "shadow") == 0) return !b->triggers;
  return strcmp(type, "virtual") != 0 || can_read(b, name);
}

bool belief_holds(belief *b) {
  bool failed = false, good = true;
  b->stream = row_stream_open(b->before, b->now); /* NULL: row by row */
  sqlite3_stmt *s = database_query(b->before, "PRAGMA main.table_list");
  while (s && good && database_step(b->before, s, &failed)) {
    char *name = copied((const char *)sqlite3_column_text(s, 1)), *type = copied((const char *)sqlite3_column_text(s, 2));
    if (is_compared(b, name, type)) good = compare_table(b, name, type, sqlite3_column_int(s, 4) != 0);
    free(name);
    free(type);
  }
  sqlite3_finalize(s);
  row_stream_close(b->stream);
  return s && good && !failed;
}
