/* refusal: see refusal.h. */
#include "command/migrate/refusal.h"

#include "util/utf8.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_SHOWN = 60, MOST_NAMED = 3 };

/* What a database says is shown cut, and cannot steer a terminal. */
static void add_cut(strbuf *out, const char *text, size_t most) {
  char cut[LONGEST_SHOWN + 1];
  size_t shown = strlen(text) > most ? utf8_boundary(text, most) : strlen(text);
  memcpy(cut, text, shown);
  cut[shown] = 0;
  utf8_add_clean(out, cut);
  if (text[shown]) strbuf_add(out, "...");
}

static void add_text(strbuf *out, const char *text, size_t bytes) {
  strbuf_add(out, "'");
  add_cut(out, text, LONGEST_SHOWN);
  strbuf_add(out, "'");
  if (strlen(text) != bytes || bytes > LONGEST_SHOWN) strbuf_format(out, " (%zu bytes)", bytes);
}

static void add_value(strbuf *out, sqlite3_stmt *row, int at) {
  int type = sqlite3_column_type(row, at); /* before it is read as text */
  const char *text = (const char *)sqlite3_column_text(row, at);
  int bytes = sqlite3_column_bytes(row, at);
  if (type == SQLITE_NULL || !text)
    strbuf_add(out, "NULL");
  else if (type == SQLITE_TEXT)
    add_text(out, text, (size_t)bytes);
  else if (type == SQLITE_BLOB)
    strbuf_format(out, "a blob of %d byte%s", bytes, bytes == 1 ? "" : "s");
  else
    strbuf_format(out, "the number %s", text);
}

void add_row_name(strbuf *out, const row_place *p, sqlite3_stmt *row) {
  if (p->rowid) {
    strbuf_format(out, "row %lld", (long long)sqlite3_column_int64(row, ROW_NUMBER));
    return;
  }
  if (!p->key_count) {
    strbuf_format(out, "row number %lld", (long long)p->at);
    return;
  }
  strbuf_add(out, "the row with ");
  for (size_t i = 0; i < p->key_count; i++) {
    if (i) strbuf_add(out, ", ");
    add_cut(out, p->columns[p->keys[i]], LONGEST_SHOWN);
    strbuf_add(out, " ");
    add_value(out, row, (int)p->keys[i] + FIRST_COLUMN);
  }
}

/* ---- whose doing it may be ---- */

/* The triggers of the tables that change, then those that name this table; false where there are none. */
static bool add_triggers(strbuf *out, database *d, const char *changed, const char *table) {
  sqlite3_stmt *s = database_query(d,
                                   "SELECT name FROM main.sqlite_schema WHERE type = 'trigger' AND (tbl_name = %Q COLLATE NOCASE OR"
                                   " instr(lower(sql), lower(%Q))) ORDER BY tbl_name = %Q COLLATE NOCASE DESC, rowid",
                                   changed, table, changed);
  bool failed = false;
  int count = 0;
  for (; s && database_step(d, s, &failed) && count < MOST_NAMED; count++) {
    strbuf_add(out, count ? ", \"" : "drop the trigger \"");
    add_cut(out, (const char *)sqlite3_column_text(s, 0), LONGEST_SHOWN / 2);
    strbuf_add(out, "\"");
  }
  sqlite3_finalize(s);
  if (count) strbuf_add(out, ", migrate, and create it again: `.schema` has its text");
  return count > 0;
}

static const char *changed_table(const belief *b, const char *table) {
  const char *first = NULL;
  for (size_t i = 0; i < b->change_count; i++) {
    if (!b->changes[i].condition) continue;
    if (sqlite3_stricmp(b->changes[i].table, table) == 0) return b->changes[i].table;
    if (!first) first = b->changes[i].table;
  }
  return first ? first : table;
}

/* Ends the message, and says what to do: without a trigger it can only be a constraint, or a file that changes by itself. */
static bool refuse(belief *b, const char *table, strbuf *message, const char *otherwise) {
  strbuf hint = { 0 };
  if (!b->triggers || !add_triggers(&hint, b->now, changed_table(b, table), table)) strbuf_add(&hint, otherwise);
  database_fail(b->now, ROSTER_ESYSTEM, strbuf_text(&hint), "%s: nothing was changed", strbuf_text(message));
  strbuf_free(&hint);
  strbuf_free(message);
  return false;
}

static void begin(strbuf *message, const row_place *p, sqlite3_stmt *row) {
  strbuf_add(message, "in table '");
  add_cut(message, p->table, LONGEST_SHOWN);
  strbuf_add(message, "', ");
  add_row_name(message, p, row);
}

bool refuse_cell(belief *b, const row_place *p, size_t column, sqlite3_stmt *row, sqlite3_stmt *found) {
  strbuf message = { 0 };
  begin(&message, p, row);
  strbuf_add(&message, ", '");
  add_cut(&message, p->columns[column], LONGEST_SHOWN);
  strbuf_add(&message, "' was to be ");
  add_value(&message, row, (int)column + FIRST_COLUMN);
  strbuf_add(&message, " and is ");
  add_value(&message, found, (int)column + FIRST_COLUMN);
  return refuse(b, p->table, &message, "check the type and the constraints of that column: perhaps two rows would have the same id");
}

bool refuse_gone(belief *b, const row_place *p, sqlite3_stmt *row) {
  strbuf message = { 0 };
  begin(&message, p, row);
  strbuf_add(&message, " is gone");
  return refuse(b, p->table, &message, "check the constraints of that table: perhaps two rows would have the same id");
}

bool refuse_added(belief *b, const row_place *p, int64_t count, const char *which) {
  strbuf message = { 0 };
  strbuf_add(&message, "table '");
  add_cut(&message, p->table, LONGEST_SHOWN);
  strbuf_format(&message, "' has %lld row%s %s than it was to have", (long long)(count < 0 ? -count : count),
                count == 1 || count == -1 ? "" : "s", count < 0 ? "less" : "more");
  if (which && *which) strbuf_format(&message, ": %s", which);
  return refuse(b, p->table, &message, "run this again; if it persists, try on a copy");
}

bool refuse_update(database *d, const change *c) {
  int code = sqlite3_extended_errcode(d->handle);
  strbuf hint = { 0 };
  if ((code == SQLITE_CONSTRAINT_TRIGGER || code == SQLITE_ERROR) && !*d->err->hint && add_triggers(&hint, d, c->table, c->table))
    snprintf(d->err->hint, sizeof d->err->hint, "%s", strbuf_text(&hint));
  strbuf_free(&hint);
  return false;
}
