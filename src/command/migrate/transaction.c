/* transaction: see transaction.h. Applying counts what the UPDATE has changed, the checked copy of the database has what there was to
 * change, and nothing is committed unless both agree. Undoing copies rows back from that file where the column still has what the rename
 * wrote. */
#include "command/migrate/transaction.h"

#include "command/migrate/backup.h"
#include "command/migrate/renaming.h"
#include "command/shared/memory.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG "_roster_migrations"

/* ---- beginning and ending ---- */

/* Takes the write lock. */
static bool transaction_begin(database *d) { return database_run(d, "BEGIN IMMEDIATE"); }

/* False in any case. */
static bool transaction_give_up(database *d) {
  if (!sqlite3_get_autocommit(d->handle)) sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
  return false;
}

/* How many foreign keys lead nowhere. */
static bool transaction_violations(database *d, int64_t *out) {
  return database_number(d, out, "SELECT count(*) FROM pragma_foreign_key_check");
}

/* Refuses when there are more violations than before. */
static bool transaction_commit(database *d, int64_t violations_before) {
  int64_t violations = 0;
  if (!transaction_violations(d, &violations)) return false;
  if (violations > violations_before)
    return database_fail(d, ROSTER_EINVALID, "a foreign key refers to that column: migrate both",
                         "%lld foreign keys would be broken: nothing was changed", (long long)(violations - violations_before));
  return database_run(d, "COMMIT");
}

/* ---- applying ---- */

/* All renames in one statement, so that none sees the result of another. */
static bool update(database *d, target *t, const renames *s, int64_t *changed) {
  char *condition = plan_condition(t, s);
  renaming_reset(d->renaming);
  bool good = database_run(d, "UPDATE \"%w\" SET \"%w\" = %s(\"%w\") WHERE %s", t->table, t->column,
                           t->json ? "roster_rename_json" : "roster_rename", t->column, condition);
  *changed = good ? sqlite3_changes64(d->handle) : 0;
  if (good) target_take_used(t, d, s);
  free(condition);
  return good;
}

static bool write_log(database *d, const target *t, const found *f, const char *at, const char *copy) {
  return database_run(d,
                      "INSERT INTO " LOG " (at, tool, table_name, column_name, inside_json, from_id, to_id, row_count, backup)"
                      " VALUES (%Q, 'roster %s', %Q, %Q, %d, %Q, %Q, %lld, %Q)",
                      at, roster_version(), t->table, t->column, t->json, f->id, f->rename->to, (sqlite3_int64)f->rows, copy);
}

static bool make_log(database *d, char *at, size_t room) {
  bool good = database_run(d, "CREATE TABLE IF NOT EXISTS " LOG
                              " (id INTEGER PRIMARY KEY, at TEXT NOT NULL, tool TEXT NOT NULL, table_name TEXT NOT NULL,"
                              " column_name TEXT NOT NULL, inside_json INTEGER NOT NULL, from_id TEXT NOT NULL, to_id TEXT NOT NULL, "
                              "row_count INTEGER NOT NULL, backup TEXT NOT NULL,"
                              " undone_at TEXT)");
  sqlite3_stmt *s = good ? database_query(d, "SELECT strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now')") : NULL;
  bool failed = s == NULL;
  if (s && database_step(d, s, &failed)) snprintf(at, room, "%s", (const char *)sqlite3_column_text(s, 0));
  sqlite3_finalize(s);
  return !failed;
}

static bool log_target(database *d, const target *t, const char *at, const done *out) {
  for (size_t k = 0; k < t->count; k++)
    if (!write_log(d, t, &t->at[k], at, out->backup)) return false;
  return true;
}

static bool log_all(const plan *p, database *d, const done *out) {
  char at[64] = "";
  if (!make_log(d, at, sizeof at)) return false;
  for (size_t i = 0; i < p->target_count; i++)
    if (target_moves(&p->targets[i]) && !log_target(d, &p->targets[i], at, out)) return false;
  return true;
}

static bool change_rows(plan *p, database *d, const renames *s, int64_t *changed) {
  for (size_t i = 0; i < p->target_count; i++)
    if (target_moves(&p->targets[i]) && !update(d, &p->targets[i], s, &changed[i])) return false;
  return true;
}

/* As many rows changed as the copy has to change. */
static bool compare(const plan *p, database *d, const int64_t *changed, done *out) {
  for (size_t i = 0; i < p->target_count; i++) {
    const target *t = &p->targets[i];
    if (!target_moves(t)) continue;
    int64_t used = 0;
    for (size_t k = 0; k < t->count; k++) used += t->at[k].rows;
    if (changed[i] != t->renamed || (t->json ? used < changed[i] : used != changed[i])) /* one JSON document may have two ids */
      return database_fail(d, ROSTER_ESYSTEM, "look at the triggers of that table",
                           "%lld rows of %s.%s changed, not %lld: nothing was changed", (long long)changed[i], t->table, t->column,
                           (long long)t->renamed);
    out->rows += changed[i];
  }
  return true;
}

/* The copy is checked, and counted, while the rows are written; nothing is committed before both agree. */
static bool change_beside_check(plan *p, database *d, const renames *s, done *out) {
  backup b;
  int64_t violations = 0, *changed = grown(NULL, (p->target_count + 1) * sizeof *changed);
  bool good = transaction_violations(d, &violations) && backup_begin(&b, d, p, s);
  if (good) {
    d->changes = true;
    bool written = change_rows(p, d, s, changed);
    good = backup_end(&b, d) && written;
    snprintf(out->backup, sizeof out->backup, "%s", b.good ? b.final : "");
  }
  good = good && compare(p, d, changed, out) && log_all(p, d, out) && transaction_commit(d, violations);
  free(changed);
  return good;
}

bool apply_plan(plan *p, database *d, const renames *s, done *out) {
  bool any = false;
  bool good = transaction_begin(d) && plan_check(p, d) && plan_any(p, d, s, &any);
  if (good && !any) {
    transaction_give_up(d);
    return true;
  }
  good = good && change_beside_check(p, d, s, out);
  if (!good) {
    transaction_give_up(d);
    if (*out->backup) unlink(out->backup); /* of nothing */
    *out = (done){ 0 };
  }
  out->applied = good;
  return good;
}

/* ---- undoing: what was done, as the log has it ---- */

typedef struct entry {
  char *table, *column, *from, *to;
  bool json;
  int64_t rows;
} entry;

typedef struct past {
  entry *at;
  size_t count;
  char time[64];
} past;

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

static void take_entry(past *p, sqlite3_stmt *s, char *copy, size_t room) {
  p->at = grown(p->at, (p->count + 1) * sizeof *p->at);
  p->at[p->count++] =
      (entry){ text_at(s, 0), text_at(s, 1), text_at(s, 2), text_at(s, 3), sqlite3_column_int(s, 4) != 0, sqlite3_column_int64(s, 5) };
  snprintf(p->time, sizeof p->time, "%s", (const char *)sqlite3_column_text(s, 6));
  snprintf(copy, room, "%s", (const char *)sqlite3_column_text(s, 7));
}

/* All log entries of the last migration, which have the same time. */
static bool read_past(database *d, past *p, char *copy, size_t room) {
  int64_t logs = 0;
  if (!database_number(d, &logs, "SELECT count(*) FROM sqlite_schema WHERE name = '" LOG "'")) return false;
  sqlite3_stmt *s =
      logs ? database_query(d, "SELECT table_name, column_name, from_id, to_id, inside_json, row_count, at, backup FROM " LOG
                               " WHERE at = (SELECT at FROM " LOG " WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1) AND undone_at IS NULL"
                               " ORDER BY table_name, column_name, inside_json, id")
           : NULL;
  bool failed = logs && !s;
  while (s && database_step(d, s, &failed)) take_entry(p, s, copy, room);
  sqlite3_finalize(s);
  if (!failed && !p->count) return database_fail(d, ROSTER_EINVALID, NULL, "there is no migration to undo");
  return !failed;
}

/* ---- undoing: which row of the copy is which ---- */

/* b."k" IS main."t"."k" AND ...: rows are identified by their primary key, which a VACUUM leaves alone, else by their number. The
 * column itself may be part of that key: the callers compare its former and current value. */
static bool same_row(database *d, const entry *e, strbuf *out) {
  bool keyed = false;
  sqlite3_stmt *s = database_query(d, "SELECT name FROM pragma_table_info(%Q) WHERE pk > 0 ORDER BY pk", e->table);
  bool failed = s == NULL;
  while (s && database_step(d, s, &failed)) {
    const char *name = (const char *)sqlite3_column_text(s, 0);
    keyed = true;
    if (sqlite3_stricmp(name, e->column) != 0)
      database_add_sql(out, "%sb.\"%w\" IS main.\"%w\".\"%w\"", out->length ? " AND " : "", name, e->table, name);
  }
  sqlite3_finalize(s);
  if (!keyed) database_add_sql(out, "b.rowid = main.\"%w\".rowid", e->table);
  if (!out->length) strbuf_add(out, "true");
  return !failed;
}

/* ---- undoing: the rows ---- */

static bool bring_id_back(database *d, const entry *e, const char *same, int64_t *was) {
  *was = e->rows;
  return database_run(d,
                      "UPDATE main.\"%w\" SET \"%w\" = %Q WHERE \"%w\" = %Q COLLATE BINARY AND typeof(\"%w\") = 'text'"
                      " AND EXISTS (SELECT 1 FROM before.\"%w\" b WHERE %s AND b.\"%w\" = %Q COLLATE BINARY)",
                      e->table, e->column, e->from, e->column, e->to, e->column, e->table, same, e->column, e->from);
}

/* Restores the former JSON where the current one is exactly what the renames make of it. */
static bool bring_json_back(database *d, const entry *e, const char *same, int64_t *was) {
  char *held = sqlite3_mprintf("CASE WHEN typeof(b.\"%w\") = 'text' AND json_valid(b.\"%w\") THEN roster_json_renames(b.\"%w\") ELSE 0 END",
                               e->column, e->column, e->column);
  bool good = held && database_number(d, was, "SELECT count(*) FROM before.\"%w\" b WHERE %s", e->table, held);
  good =
      good &&
      database_run(d,
                   "UPDATE main.\"%w\" SET \"%w\" = (SELECT b.\"%w\" FROM before.\"%w\" b WHERE %s) WHERE EXISTS"
                   " (SELECT 1 FROM before.\"%w\" b WHERE %s AND %s AND roster_rename_json(b.\"%w\") = main.\"%w\".\"%w\" COLLATE BINARY)",
                   e->table, e->column, e->column, e->table, same, e->table, same, held, e->column, e->table, e->column);
  sqlite3_free(held);
  return good;
}

/* The renames of one JSON column are undone together, with its first entry. */
static size_t together(const past *p, size_t at) {
  const entry *e = &p->at[at];
  size_t count = 1;
  while (e->json && at + count < p->count && p->at[at + count].json && strcmp(e->table, p->at[at + count].table) == 0 &&
         strcmp(e->column, p->at[at + count].column) == 0)
    count++;
  return count;
}

static bool bring_back(database *d, const past *p, size_t at, size_t count, done *out) {
  const entry *e = &p->at[at];
  strbuf same = { 0 };
  int64_t was = 0;
  bool good = same_row(d, e, &same) && renaming_install(d);
  for (size_t i = 0; good && i < count; i++) renaming_add(d->renaming, p->at[at + i].from, p->at[at + i].to);
  good = good && (e->json ? bring_json_back : bring_id_back)(d, e, strbuf_text(&same), &was);
  int64_t changed = good ? sqlite3_changes64(d->handle) : 0;
  out->rows += changed;
  out->kept += was - changed;
  strbuf_free(&same);
  return good;
}

static bool attach(database *d, const char *copy) {
  if (access(copy, R_OK) != 0)
    return database_fail(d, ROSTER_ESYSTEM, "bring it back to that place", "the copy from before the migration is not there: %s", copy);
  return database_run(d, "ATTACH %Q AS before", copy);
}

static bool undo_all(database *d, const past *p, done *out) {
  int64_t violations = 0;
  bool good = transaction_begin(d) && transaction_violations(d, &violations);
  for (size_t i = 0, count; good && i < p->count; i += count) {
    count = together(p, i);
    good = bring_back(d, p, i, count, out);
  }
  return good &&
         database_run(d, "UPDATE " LOG " SET undone_at = strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now') WHERE at = %Q AND undone_at IS NULL",
                      p->time) &&
         transaction_commit(d, violations);
}

bool undo_last(database *d, done *out) {
  past p = { 0 };
  bool good =
      read_past(d, &p, out->backup, sizeof out->backup) && attach(d, out->backup) && (undo_all(d, &p, out) || transaction_give_up(d));
  past_free(&p);
  out->undone = good;
  return good;
}
