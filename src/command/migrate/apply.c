/* apply: see apply.h. */
#include "command/migrate/apply.h"

#include "command/shared/memory.h"
#include "command/migrate/backup.h"
#include "command/migrate/renaming.h"
#include "command/migrate/transaction.h"

#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Everything at once, so that no rename meets what another made. */
static bool update(database *d, target *t, const roster_snapshot *s, int64_t *changed) {
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
    if (changed[i] != t->renamed || (t->json ? used < changed[i] : used != changed[i])) /* one JSON text may hold two */
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

bool apply_plan(plan *p, database *d, const roster_snapshot *s, done *out) {
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
