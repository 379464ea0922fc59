/* transaction: see transaction.h. The copy is made beside the UPDATEs where there is a write-ahead log: nothing that is not committed can
 * be seen. Its check runs beside them and beside the reading back. */
#include "command/migrate/transaction.h"

#include "command/migrate/backup.h"
#include "command/migrate/refusal.h"
#include "command/migrate/renaming.h"
#include "command/migrate/summary.h"
#include "command/shared/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void work_add(work *w, change c) {
  w->changes = grown(w->changes, (w->count + 1) * sizeof *w->changes);
  w->changes[w->count++] = c;
}

void work_free(work *w) {
  for (size_t i = 0; i < w->count; i++) {
    free(w->changes[i].value);
    free(w->changes[i].condition);
    free(w->changes[i].expected);
  }
  free(w->changes);
}

/* ---- what is under way ---- */

static struct {
  database *writer; /* NULL where there is no transaction */
  work *work;
  backup *copying; /* on its thread */
  bool committed;
  char copy[4096];
} under_way;

const char *transaction_words(void) {
  static char words[sizeof under_way.copy + 100];
  if (!under_way.committed) return "";
  bool there = *under_way.copy && access(under_way.copy, F_OK) == 0;
  snprintf(words, sizeof words, "the change was made; only the report is missing%s%s", there ? "; the copy from before: " : "",
           there ? under_way.copy : "");
  return words;
}

static void drop_copy(void) {
  if (under_way.copying && backup_end(under_way.copying, under_way.writer)) unlink(under_way.copying->final);
  if (under_way.work && *under_way.work->copy) unlink(under_way.work->copy);
}

const char *transaction_abandon(void) {
  renaming_give_up();
  if (under_way.committed || !under_way.writer) return transaction_words();
  drop_copy();
  database_abandon(under_way.writer);
  return "nothing was changed";
}

bool transaction_begin(database *d) {
  const bool good = database_run(d, "BEGIN IMMEDIATE");
  if (good) under_way.writer = d;
  return good;
}

bool transaction_give_up(database *d) {
  under_way.writer = NULL;
  if (!sqlite3_get_autocommit(d->handle)) sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
  return false;
}

/* All renames of a column in one statement, so that none sees the result of another. */
static bool update(work *w, database *d, size_t at) {
  change *c = &w->changes[at];
  if (!c->condition) return true;
  bool good = database_run(d, "UPDATE main.\"%w\" SET \"%w\" = %s WHERE %s", c->table, c->column, c->value, c->condition);
  if (!good) return refuse_update(d, c);
  c->said = sqlite3_changes64(d->handle);
  if (w->updated) w->updated(w, d, at);
  return true;
}

static bool update_all(work *w, database *d) {
  for (size_t i = 0; i < w->count; i++)
    if (!update(w, d, i)) return false;
  return w->log(w, d);
}

/* ---- reading back ---- */

static bool have_triggers(const work *w, database *d, bool *any) {
  int64_t count = 0;
  *any = false;
  for (size_t i = 0; i < w->count && !*any; i++) {
    const change *c = &w->changes[i];
    if (!database_number(d, &count, "SELECT count(*) FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = %Q COLLATE NOCASE",
                         c->table))
      return false;
    *any = c->condition && count > 0;
  }
  return true;
}

static bool same_violation(sqlite3_stmt *a, sqlite3_stmt *b) {
  for (int i = 0; i < 4; i++) {
    const char *one = (const char *)sqlite3_column_text(a, i), *other = (const char *)sqlite3_column_text(b, i);
    if (!one != !other || (one && strcmp(one, other) != 0)) return false;
  }
  return true;
}

/* Keys that lead nowhere are listed in the order of the rows: each must have led nowhere before. */
static bool references_hold(database *now, database *before) {
  sqlite3_stmt *is = database_query(now, "PRAGMA main.foreign_key_check"), *was = database_query(before, "PRAGMA main.foreign_key_check");
  bool failed = !is || !was, good = true;
  while (!failed && good && database_step(now, is, &failed)) {
    do good = database_step(before, was, &failed);
    while (good && !same_violation(is, was));
    if (!good && !failed)
      database_fail(now, ROSTER_EINVALID, "a foreign key refers to that column: migrate both",
                    "row %s of table '%.60s' would refer to no row of '%.60s': nothing was changed",
                    sqlite3_column_type(is, 1) == SQLITE_NULL ? "" : (const char *)sqlite3_column_text(is, 1),
                    (const char *)sqlite3_column_text(is, 0), (const char *)sqlite3_column_text(is, 2));
  }
  sqlite3_finalize(is);
  sqlite3_finalize(was);
  return good && !failed;
}

static bool compare_said(const work *w, database *d) {
  for (size_t i = 0; i < w->count; i++) {
    const change *c = &w->changes[i];
    if (c->said != c->rows)
      return database_fail(d, ROSTER_ESYSTEM, "check the triggers of that table",
                           "%lld rows of %s.%s changed, not %lld: nothing was changed", (long long)c->said, c->table, c->column,
                           (long long)c->rows);
  }
  return true;
}

static bool read_back(work *w, database *d, const char *copy) {
  database before;
  belief b = { .now = d, .before = &before, .changes = w->changes, .change_count = w->count, .log = LOG, .logged = w->logged };
  bool good = database_open(&before, copy, false, 0, d->err) && database_map(&before) && w->prepare(w, &before);
  if (good && d->meter) meter_watch(d->meter, &before);
  good = good && have_triggers(w, d, &b.triggers) && belief_holds(&b) && compare_said(w, d) && references_hold(d, &before);
  database_close(&before);
  w->touched = b.touched;
  w->touched_count = b.touched_count;
  return good;
}

/* ---- all of it ---- */

static bool change_beside_copy(work *w, database *d) {
  backup b;
  if (!backup_begin(&b, d, w->copy_kind)) return false;
  d->changes = true;
  snprintf(w->copy, sizeof w->copy, "%s", b.final);
  under_way.copying = &b;
  bool written = update_all(w, d) && backup_wait(&b) && read_back(w, d, b.part);
  under_way.copying = NULL;
  bool copied_well = backup_end(&b, d);
  if (!copied_well) *w->copy = 0;
  return written && copied_well;
}

bool transaction_commit(work *w, database *d) {
  under_way.work = w;
  bool good = change_beside_copy(w, d) && database_run(d, "COMMIT");
  under_way.work = NULL;
  under_way.committed = good;
  snprintf(under_way.copy, sizeof under_way.copy, "%s", w->copy);
  if (good) return true;
  if (*w->copy) unlink(w->copy); /* of nothing */
  return transaction_give_up(d);
}
