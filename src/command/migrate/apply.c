/* apply: see apply.h. */
#include "command/migrate/apply.h"

#include "command/migrate/renaming.h"
#include "command/migrate/transaction.h"
#include "command/shared/memory.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct application {
  plan *plan;
  const renames *renames;
  target **targets; /* one for each change */
  char at[64];      /* the time of the log's rows */
} application;

/* ---- the log ---- */

static bool write_log(work *w, database *d, const target *t, const found *f) {
  const application *a = w->payload;
  w->logged++;
  return database_run(d,
                      "INSERT INTO main." LOG " (at, tool, table_name, column_name, inside_json, from_id, to_id, row_count, backup)"
                      " VALUES (%Q, 'roster %s', %Q, %Q, %d, %Q, %Q, %lld, %Q)",
                      a->at, roster_version(), t->table, t->column, t->json, f->id, f->rename->to, (sqlite3_int64)f->rows, w->copy);
}

static bool make_log(application *a, database *d) {
  bool good = database_run(d, "CREATE TABLE IF NOT EXISTS main." LOG
                              " (id INTEGER PRIMARY KEY, at TEXT NOT NULL, tool TEXT NOT NULL, table_name TEXT NOT NULL,"
                              " column_name TEXT NOT NULL, inside_json INTEGER NOT NULL, from_id TEXT NOT NULL, to_id TEXT NOT NULL, "
                              "row_count INTEGER NOT NULL, backup TEXT NOT NULL,"
                              " undone_at TEXT)");
  sqlite3_stmt *s = good ? database_query(d, "SELECT strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now')") : NULL;
  bool failed = s == NULL;
  if (s && database_step(d, s, &failed)) snprintf(a->at, sizeof a->at, "%s", (const char *)sqlite3_column_text(s, 0));
  sqlite3_finalize(s);
  return !failed;
}

static bool log_all(work *w, database *d) {
  application *a = w->payload;
  if (!make_log(a, d)) return false;
  for (size_t i = 0; i < w->count; i++) {
    const target *t = a->targets[i];
    for (size_t k = 0; w->changes[i].condition && k < t->count; k++)
      if (!write_log(w, d, t, &t->at[k])) return false;
  }
  return true;
}

/* ---- the changes ---- */

static bool prepare(work *w, database *copy) { return renaming_install_all(copy, ((application *)w->payload)->renames); }

static void updated(work *w, database *d, size_t at) {
  application *a = w->payload;
  target_take_used(a->targets[at], d, a->renames);
  renaming_reset(d->renaming);
}

static change change_of(const target *t, const renames *s) {
  if (!target_moves(t)) return (change){ .table = t->table, .column = t->column };
  strbuf value = { 0 }, expected = { 0 }, condition = { 0 };
  change c = { .table = t->table, .column = t->column };
  database_add_sql(&value, "%s(\"%w\")", t->json ? "roster_rename_json" : "roster_rename", t->column);
  if (t->json) {
    c.condition = plan_condition(t, s);
    database_add_sql(&expected, "CASE WHEN %s THEN %s ELSE \"%w\" END", c.condition, strbuf_text(&value), t->column);
  } else {
    database_add_sql(&condition, "roster_is_renamed(\"%w\")", t->column);
    c.condition = copied(strbuf_text(&condition));
    database_add_sql(&expected, "roster_renamed(\"%w\")", t->column);
  }
  c.value = copied(strbuf_text(&value));
  c.expected = copied(strbuf_text(&expected));
  strbuf_free(&value);
  strbuf_free(&expected);
  strbuf_free(&condition);
  return c;
}

/* Columns whose ids stay are read back too. */
static void add_changes(work *w, application *a) {
  a->targets = grown(NULL, (a->plan->target_count + 1) * sizeof *a->targets);
  for (size_t i = 0; i < a->plan->target_count; i++) {
    target *t = &a->plan->targets[i];
    if (t->skipped) continue;
    a->targets[w->count] = t;
    work_add(w, change_of(t, a->renames));
  }
}

static void count_rows(const work *w, const application *a, done *out) {
  for (size_t i = 0; i < w->count; i++) out->rows += w->changes[i].rows;
  for (size_t i = 0; i < w->count; i++) a->targets[i]->renamed = w->changes[i].rows;
}

static bool find_final(const plan *p, database *d, done *out) {
  for (size_t i = 0; i < p->target_count; i++) {
    const target *t = &p->targets[i];
    bool differ = true;
    if (!t->skipped && target_moves(t) && !database_rows_differ(d, t->table, &differ)) return false;
    out->final |= !differ;
  }
  return true;
}

static bool apply_within(application *a, database *d, done *out) {
  work w = { .copy_kind = "before-migration", .prepare = prepare, .updated = updated, .log = log_all, .payload = a };
  add_changes(&w, a);
  bool good = (find_final(a->plan, d, out) && transaction_commit(&w, d)) || transaction_give_up(d);
  if (good) count_rows(&w, a, out);
  if (good) snprintf(out->backup, sizeof out->backup, "%s", w.copy);
  out->touched = w.touched;
  out->touched_count = w.touched_count;
  work_free(&w);
  free(a->targets);
  return good;
}

bool apply_plan(plan *p, database *d, const renames *s, done *out) {
  application a = { .plan = p, .renames = s };
  bool any = false;
  bool good = transaction_begin(d) && plan_check(p, d) && plan_any(p, d, s, &any);
  if (good && any)
    good = apply_within(&a, d, out);
  else
    transaction_give_up(d);
  out->applied = good && any;
  return good;
}
