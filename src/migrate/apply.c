/* apply: see apply.h. The log is a table of the database itself, written in the same transaction as the rows. */
#include "migrate/apply.h"

#include "migrate/backup.h"

#include "command/paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG "_roster_migrations"

/* ---- within one transaction ---- */

static bool begin(database *d) { return database_run(d, "BEGIN IMMEDIATE"); }

/* False in any case. */
static bool give_up(database *d) {
  if (!sqlite3_get_autocommit(d->handle)) sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
  return false;
}

static bool count_violations(database *d, int64_t *out) { return database_number(d, out, "SELECT count(*) FROM pragma_foreign_key_check"); }

static bool commit(database *d, int64_t violations_before) {
  int64_t violations = 0;
  if (!count_violations(d, &violations)) return false;
  if (violations > violations_before)
    return database_fail(d, ROSTER_EINVALID, "a foreign key refers to that column: migrate both",
                         "%lld foreign keys would be broken: nothing was changed", (long long)(violations - violations_before));
  return database_run(d, "COMMIT");
}

/* ---- applying ---- */

/* How often each rename was used: the SQL function that does them counts as it goes. */
typedef struct renamer {
  const roster_snapshot *snapshot;
  int64_t *used;
} renamer;

static void rename_one(sqlite3_context *context, int count, sqlite3_value **values) {
  renamer *r = sqlite3_user_data(context);
  const char *id = count == 1 ? (const char *)sqlite3_value_text(values[0]) : NULL;
  for (size_t i = 0; id && i < roster_rename_count(r->snapshot); i++) {
    const roster_rename *one = roster_rename_at(r->snapshot, i);
    if (strcmp(one->from, id) != 0) continue;
    r->used[i]++;
    sqlite3_result_text(context, one->to, -1, SQLITE_STATIC); /* the snapshot is held */
    return;
  }
  sqlite3_result_error(context, "an id that is not to be renamed", -1);
}

static void take_used(target *t, const renamer *r) {
  for (size_t i = 0; i < roster_rename_count(r->snapshot); i++) {
    const roster_rename *one = roster_rename_at(r->snapshot, i);
    if (!r->used[i]) continue;
    t->at = grown(t->at, (t->count + 1) * sizeof *t->at);
    t->at[t->count++] = (found){ .id = copied(one->from), .rows = r->used[i], .fate = FATE_RENAME, .rename = one };
  }
}

/* Everything at once, so that no rename meets what another made. */
static bool update(database *d, target *t, const roster_snapshot *s, int64_t *changed) {
  size_t room = (roster_rename_count(s) + 1) * sizeof(int64_t);
  renamer r = { s, memset(grown(NULL, room), 0, room) };
  char *condition = plan_condition(t, s);
  bool good = sqlite3_create_function_v2(d->handle, "roster_rename", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, &r, rename_one, NULL, NULL,
                                         NULL) == SQLITE_OK;
  good = good && database_run(d, "UPDATE \"%w\" SET \"%w\" = roster_rename(\"%w\") WHERE %s", t->table, t->column, t->column, condition);
  *changed = good ? sqlite3_changes64(d->handle) : 0;
  sqlite3_create_function_v2(d->handle, "roster_rename", 1, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
  if (good) take_used(t, &r);
  free(condition);
  free(r.used);
  return good;
}

static bool write_log(database *d, const target *t, const found *f, const char *at, const char *copy) {
  return database_run(d,
                      "INSERT INTO " LOG " (at, tool, table_name, column_name, from_id, to_id, row_count, backup)"
                      " VALUES (%Q, 'roster %s', %Q, %Q, %Q, %Q, %lld, %Q)",
                      at, roster_version(), t->table, t->column, f->id, f->rename->to, (sqlite3_int64)f->rows, copy);
}

static bool make_log(database *d, char *at, size_t room) {
  bool good = database_run(
      d, "CREATE TABLE IF NOT EXISTS " LOG " (id INTEGER PRIMARY KEY, at TEXT NOT NULL, tool TEXT NOT NULL, table_name TEXT NOT NULL,"
         " column_name TEXT NOT NULL, from_id TEXT NOT NULL, to_id TEXT NOT NULL, row_count INTEGER NOT NULL, backup TEXT NOT NULL,"
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

static bool change_rows(plan *p, database *d, const roster_snapshot *s, int64_t *changed) {
  for (size_t i = 0; i < p->target_count; i++)
    if (target_moves(&p->targets[i]) && !update(d, &p->targets[i], s, &changed[i])) return false;
  return true;
}

/* What changed is what the copy says was there to change. */
static bool compare(const plan *p, database *d, const int64_t *changed, done *out) {
  for (size_t i = 0; i < p->target_count; i++) {
    const target *t = &p->targets[i];
    if (!target_moves(t)) continue;
    int64_t used = 0;
    for (size_t k = 0; k < t->count; k++) used += t->at[k].rows;
    if (changed[i] != t->renamed || changed[i] != used)
      return database_fail(d, ROSTER_ESYSTEM, "look at the triggers of that table",
                           "%lld rows of %s.%s changed, not %lld: nothing was changed", (long long)changed[i], t->table, t->column,
                           (long long)t->renamed);
    out->rows += changed[i];
  }
  return true;
}

/* The copy is checked, and counted, while the rows are written; nothing is committed before both agree. */
static bool change_beside_check(plan *p, database *d, const roster_snapshot *s, done *out) {
  backup b;
  int64_t violations = 0, *changed = grown(NULL, (p->target_count + 1) * sizeof *changed);
  bool good = count_violations(d, &violations) && backup_begin(&b, d, p, s);
  if (good) {
    bool written = change_rows(p, d, s, changed);
    good = backup_end(&b, d) && written;
    snprintf(out->backup, sizeof out->backup, "%s", b.good ? b.final : "");
  }
  good = good && compare(p, d, changed, out) && log_all(p, d, out) && commit(d, violations);
  free(changed);
  return good;
}

bool apply_plan(plan *p, database *d, const roster_snapshot *s, done *out) {
  bool any = false;
  bool good = begin(d) && plan_check(p, d) && plan_any(p, d, s, &any);
  if (good && !any) {
    give_up(d);
    return true;
  }
  good = good && change_beside_check(p, d, s, out);
  if (!good) {
    give_up(d);
    if (*out->backup) unlink(out->backup); /* of nothing */
    *out = (done){ 0 };
  }
  out->applied = good;
  return good;
}

/* ---- undoing ---- */

/* "main"."t"."k" IS before."t"."k" AND ...: rows are told by their primary key, which a VACUUM leaves alone, else by their number. */
static bool same_row(database *d, const char *table, paper *out) {
  sqlite3_stmt *s = database_query(d, "SELECT name FROM pragma_table_info(%Q) WHERE pk > 0 ORDER BY pk", table);
  bool failed = s == NULL;
  while (s && database_step(d, s, &failed)) {
    const char *name = (const char *)sqlite3_column_text(s, 0);
    char *part = sqlite3_mprintf("%sb.\"%w\" IS main.\"%w\".\"%w\"", out->length ? " AND " : "", name, table, name);
    paper_add(out, part ? part : "");
    sqlite3_free(part);
  }
  sqlite3_finalize(s);
  if (!failed && !out->length) {
    char *part = sqlite3_mprintf("b.rowid = main.\"%w\".rowid", table);
    paper_add(out, part ? part : "");
    sqlite3_free(part);
  }
  return !failed;
}

typedef struct entry {
  char *table, *column, *from, *to;
  int64_t rows;
} entry;

static bool bring_back(database *d, const entry *e, done *out) {
  paper same = { 0 };
  bool good = same_row(d, e->table, &same);
  good = good && database_run(d,
                              "UPDATE main.\"%w\" SET \"%w\" = %Q WHERE \"%w\" = %Q COLLATE BINARY AND typeof(\"%w\") = 'text'"
                              " AND EXISTS (SELECT 1 FROM before.\"%w\" b WHERE %s AND b.\"%w\" = %Q COLLATE BINARY)",
                              e->table, e->column, e->from, e->column, e->to, e->column, e->table, paper_text(&same), e->column, e->from);
  int64_t changed = good ? sqlite3_changes64(d->handle) : 0;
  out->rows += changed;
  out->kept += e->rows - changed;
  paper_free(&same);
  return good;
}

static char *text_at(sqlite3_stmt *s, int column) { return copied((const char *)sqlite3_column_text(s, column)); }

/* Everything that the last migration did, by its time. */
static bool read_entries(database *d, entry **list, size_t *count, char *at, size_t at_room, char *copy, size_t copy_room) {
  int64_t logs = 0;
  if (!database_number(d, &logs, "SELECT count(*) FROM sqlite_schema WHERE name = '" LOG "'")) return false;
  sqlite3_stmt *s =
      logs ? database_query(d, "SELECT table_name, column_name, from_id, to_id, row_count, at, backup FROM " LOG
                               " WHERE at = (SELECT max(at) FROM " LOG " WHERE undone_at IS NULL) AND undone_at IS NULL ORDER BY id DESC")
           : NULL;
  bool failed = logs && !s;
  while (s && database_step(d, s, &failed)) {
    *list = grown(*list, (*count + 1) * sizeof **list);
    (*list)[(*count)++] = (entry){ text_at(s, 0), text_at(s, 1), text_at(s, 2), text_at(s, 3), sqlite3_column_int64(s, 4) };
    snprintf(at, at_room, "%s", (const char *)sqlite3_column_text(s, 5));
    snprintf(copy, copy_room, "%s", (const char *)sqlite3_column_text(s, 6));
  }
  sqlite3_finalize(s);
  if (!failed && !*count) return database_fail(d, ROSTER_EINVALID, NULL, "there is no migration to undo");
  return !failed;
}

static bool attach(database *d, const char *copy) {
  if (access(copy, R_OK) != 0)
    return database_fail(d, ROSTER_ESYSTEM, "bring it back to that place", "the copy from before the migration is not there: %s", copy);
  return database_run(d, "ATTACH %Q AS before", copy);
}

static bool undo_all(database *d, const entry *list, size_t count, const char *at, done *out) {
  int64_t violations = 0;
  bool good = begin(d) && count_violations(d, &violations);
  for (size_t i = 0; good && i < count; i++) good = bring_back(d, &list[i], out);
  return good &&
         database_run(d, "UPDATE " LOG " SET undone_at = strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now') WHERE at = %Q AND undone_at IS NULL",
                      at) &&
         commit(d, violations);
}

bool apply_undo(database *d, done *out) {
  entry *list = NULL;
  size_t count = 0;
  char at[64] = "";
  bool good = read_entries(d, &list, &count, at, sizeof at, out->backup, sizeof out->backup) && attach(d, out->backup) &&
              (undo_all(d, list, count, at, out) || give_up(d));
  for (size_t i = 0; i < count; i++) {
    free(list[i].table);
    free(list[i].column);
    free(list[i].from);
    free(list[i].to);
  }
  free(list);
  out->undone = good;
  return good;
}
