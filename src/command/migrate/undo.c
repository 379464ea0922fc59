/* undo: see undo.h. What was there is read from the copy, attached as `before`, where the column still has what the rename wrote. All of it
 * is read back like a migration, against a second copy that is removed again. */
#include "command/migrate/undo.h"

#include "command/migrate/renaming.h"
#include "command/migrate/same_row.h"
#include "command/migrate/transaction.h"
#include "command/shared/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what was done, as the log has it ---- */

static void past_free(past *p) {
  for (size_t i = 0; i < p->count; i++) {
    free(p->at[i].table);
    free(p->at[i].column);
    free(p->at[i].from);
    free(p->at[i].to);
  }
  free(p->at);
}

static char *text_at(sqlite3_stmt *s, int column) { return copied((const char *)sqlite3_column_text(s, column)); }

static void take_text(char *out, size_t room, sqlite3_stmt *s, int column) {
  const char *text = (const char *)sqlite3_column_text(s, column);
  snprintf(out, room, "%s", text ? text : "");
}

static void take_entry(past *p, sqlite3_stmt *s) {
  p->at = grown(p->at, (p->count + 1) * sizeof *p->at);
  p->at[p->count++] =
      (entry){ text_at(s, 0), text_at(s, 1), text_at(s, 2), text_at(s, 3), sqlite3_column_int(s, 4) != 0, sqlite3_column_int64(s, 5) };
  take_text(p->time, sizeof p->time, s, 6);
  take_text(p->copy, sizeof p->copy, s, 7);
}

/* All log entries of the last migration, which have the same time. */
static bool read_past(database *d, past *p) {
  int64_t logs = 0;
  if (!database_number(d, &logs, "SELECT count(*) FROM main.sqlite_schema WHERE name = '" LOG "'")) return false;
  sqlite3_stmt *s =
      logs ? database_query(d, "SELECT table_name, column_name, from_id, to_id, inside_json, row_count, at, backup FROM main." LOG
                               " WHERE at = (SELECT at FROM main." LOG " WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1)"
                               " AND undone_at IS NULL ORDER BY table_name, column_name, inside_json, id")
           : NULL;
  bool failed = logs && !s;
  while (s && database_step(d, s, &failed)) take_entry(p, s);
  sqlite3_finalize(s);
  if (!failed && !p->count) return database_fail(d, ROSTER_EINVALID, NULL, "no migration to undo");
  return !failed;
}

/* ---- its copy ---- */

/* Where it was left, or else beside the database, with which it may have been moved. */
static bool find_copy(const database *d, past *p) {
  if (access(p->copy, R_OK) == 0) return true;
  const char *file = sqlite3_db_filename(d->handle, "main"), *slash = strrchr(file, '/'), *name = strrchr(p->copy, '/');
  strbuf moved = { 0 };
  strbuf_bytes(&moved, file, slash ? (size_t)(slash + 1 - file) : 0);
  strbuf_add(&moved, name ? name + 1 : p->copy);
  bool there = access(strbuf_text(&moved), R_OK) == 0;
  if (there) snprintf(p->copy, sizeof p->copy, "%s", strbuf_text(&moved));
  strbuf_free(&moved);
  return there;
}

static bool attach_copy(database *d, const past *p) {
  return database_run(d, "ATTACH %Q AS before", p->copy) && database_run(d, "PRAGMA before.cache_size = %d", -CACHE_KIB);
}

static bool attach(database *d, past *p) {
  if (!find_copy(d, p))
    return database_fail(d, ROSTER_ESYSTEM, "restore it to that path", "the copy from before the migration is missing: %s", p->copy);
  return attach_copy(d, p);
}

/* It must still have all that the log says was there. */
static bool check_copy(database *d, const past *p) {
  if (!database_is_sound(d, "before", "the copy from before the migration")) return false;
  for (size_t i = 0; i < p->count; i++) {
    const entry *e = &p->at[i];
    int64_t rows = 0;
    if (e->json) continue;
    if (!database_number(d, &rows, "SELECT count(*) FROM before.\"%w\" b WHERE typeof(b.\"%w\") = 'text' AND b.\"%w\" = %Q COLLATE BINARY",
                         e->table, e->column, e->column, e->from))
      return false;
    if (rows != e->rows)
      return database_fail(d, ROSTER_EINVALID, "restore the copy that the migration made",
                           "%s has %lld rows with '%.60s' in %.60s.%.60s, and had %lld: nothing was changed", p->copy, (long long)rows,
                           e->from, e->table, e->column, (long long)e->rows);
  }
  return true;
}

/* ---- the changes ---- */

/* FROM the row of the copy that is this one, was renamed, and was renamed to what this one has. The CASE is there for its order; ids are
 * asked for outside of it too, since they may be the first part of a key. */
static void add_row(const entry *e, const char *same, const char *held, strbuf *out) {
  database_add_sql(out, " FROM before.\"%w\" b WHERE %s%s%s AND CASE WHEN %s", e->table, same, e->json ? "" : " AND ", e->json ? "" : held,
                   held);
  past_add_renamed(e, out);
}

static bool count_was(database *d, past *p, size_t at, size_t count, const char *held) {
  int64_t rows = 0;
  for (size_t i = 0; i < count && !p->at[at].json; i++) rows += p->at[at + i].rows;
  bool good = !p->at[at].json || database_number(d, &rows, "SELECT count(*) FROM before.\"%w\" b WHERE %s", p->at[at].table, held);
  p->was += rows;
  return good;
}

/* The renames of one column are taken back together. */
static bool add_change(work *w, database *d, past *p, size_t at, size_t count) {
  const entry *e = &p->at[at];
  strbuf same = { 0 }, held = { 0 }, row = { 0 }, value = { 0 }, condition = { 0 }, expected = { 0 };
  past_add_held(p, at, count, &held);
  bool good = same_row(d, p, e->table, &same) && count_was(d, p, at, count, strbuf_text(&held));
  add_row(e, strbuf_text(&same), strbuf_text(&held), &row);
  database_add_sql(&value, "(SELECT b.\"%w\"%s)", e->column, strbuf_text(&row));
  database_add_sql(&condition, "EXISTS (SELECT 1%s)", strbuf_text(&row));
  database_add_sql(&expected, "coalesce(%s, \"%w\")", strbuf_text(&value), e->column);
  change c = { .table = e->table, .column = e->column };
  if (good) {
    c.value = copied(strbuf_text(&value));
    c.condition = copied(strbuf_text(&condition));
    c.expected = copied(strbuf_text(&expected));
    work_add(w, c);
  }
  for (size_t i = 0; i < 6; i++) strbuf_free((strbuf *[]){ &same, &held, &row, &value, &condition, &expected }[i]);
  return good;
}

static bool add_changes(work *w, database *d, past *p) {
  for (size_t i = 0, count; i < p->count; i += count)
    if (count = past_together(p, i), !add_change(w, d, p, i, count)) return false;
  return true;
}

/* ---- within the transaction ---- */

static bool install(database *d, const past *p) {
  if (!renaming_install(d)) return false;
  for (size_t i = 0; i < p->count; i++) renaming_add(d->renaming, p->at[i].from, p->at[i].to);
  return true;
}

static bool prepare(work *w, database *copy) {
  past *p = w->payload;
  return install(copy, p) && attach_copy(copy, p);
}

static bool log_undone(work *w, database *d) {
  const past *p = w->payload;
  int64_t left = 0;
  if (!database_run(d,
                    "UPDATE main." LOG " SET undone_at = strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now') WHERE at = %Q AND undone_at IS NULL",
                    p->time) ||
      !database_number(d, &left, "SELECT count(*) FROM main." LOG " WHERE at = %Q AND undone_at IS NULL", p->time))
    return false;
  return !left || database_fail(d, ROSTER_ESYSTEM, "check the triggers of " LOG, "the log could not record the undo: nothing was changed");
}

/* Rows more than the copy has: they stay as they are. */
static bool count_added(database *d, const past *p, done *out) {
  for (size_t i = 0; i < p->count; i++) {
    const char *name = p->at[i].table;
    int64_t now = 0, before = 0;
    if (i && strcmp(name, p->at[i - 1].table) == 0) continue;
    if (!database_number(d, &now, "SELECT count(*) FROM main.\"%w\"", name) ||
        !database_number(d, &before, "SELECT count(*) FROM before.\"%w\"", name))
      return false;
    if (now > before) out->added += now - before;
  }
  return true;
}

static bool undo_within(database *d, past *p, done *out) {
  work w = { .copy_kind = "before-undo", .prepare = prepare, .log = log_undone, .payload = p };
  bool good = read_past(d, p) && attach(d, p) && check_copy(d, p) && install(d, p) && add_changes(&w, d, p) && count_added(d, p, out);
  good = (good && transaction_commit(&w, d)) || transaction_give_up(d);
  for (size_t i = 0; good && i < w.count; i++) out->rows += w.changes[i].rows;
  if (good) out->kept = p->was - out->rows;
  if (good) unlink(w.copy);
  out->touched = w.touched;
  out->touched_count = w.touched_count;
  work_free(&w);
  return good;
}

bool undo_last(database *d, done *out) {
  past p = { 0 };
  bool good = transaction_begin(d) && undo_within(d, &p, out);
  snprintf(out->backup, sizeof out->backup, "%s", p.copy);
  past_free(&p);
  out->undone = good;
  return good;
}
