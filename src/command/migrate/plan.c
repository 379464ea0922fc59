/* plan: see plan.h. Each distinct value of a column is counted by SQLite and looked up once; ids inside JSON are counted by the SQL
 * functions of renaming.h. */
#include "command/migrate/plan.h"

#include "command/migrate/renaming.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which columns ---- */

/* Phoenix's schema: the first decides future calls, two are history, and three may have ids inside JSON. */
static const target PHOENIX[] = {
  { .table = "conversations", .column = "model" },
  { .table = "turn_usage", .column = "model", .optional = true, .history = true },
  { .table = "chain_qa", .column = "model", .optional = true, .history = true },
  { .table = "conversations", .column = "state", .optional = true, .json = true },
  { .table = "conversations", .column = "conv_mode", .optional = true, .json = true },
  { .table = "messages", .column = "content", .optional = true, .json = true },
};

/* A column that is named twice is there once, as it was named last. */
static void add(plan *p, target t) {
  for (size_t i = 0; i < p->target_count; i++) {
    if (sqlite3_stricmp(p->targets[i].table, t.table) != 0 || sqlite3_stricmp(p->targets[i].column, t.column) != 0) continue;
    p->targets[i] = t;
    return;
  }
  p->targets = grown(p->targets, (p->target_count + 1) * sizeof *p->targets);
  p->targets[p->target_count++] = t;
}

bool plan_choose(plan *p, const arguments *o) {
  *p = (plan){ 0 };
  if (o->profile && strcmp(o->profile, "phoenix") != 0)
    return usage_error(o, "--profile: unknown profile '%s' (known: phoenix)", o->profile) == 0;
  if (o->table_count != o->column_count) return usage_error(o, "each --table needs its --column") == 0;
  for (size_t i = 0; o->profile && i < sizeof PHOENIX / sizeof *PHOENIX; i++) add(p, PHOENIX[i]);
  for (int i = 0; i < o->table_count; i++) add(p, (target){ .table = o->tables[i], .column = o->columns[i] });
  if (!p->target_count) return usage_error(o, "name the column that holds model ids: --table T --column C, or --profile phoenix") == 0;
  for (size_t i = 0; i < p->target_count; i++) {
    target *t = &p->targets[i];
    if (t->history && !arguments_have(o, OPTION_HISTORY)) t->note = "history: stays as it is, unless --include-history";
    if (t->json && !arguments_have(o, OPTION_JSON_IDS)) t->note = "ids inside JSON stay as they are, unless --include-json";
  }
  return true;
}

bool target_moves(const target *t) { return !t->skipped && !t->note; }

void plan_free(plan *p) {
  for (size_t i = 0; i < p->target_count; i++) {
    for (size_t k = 0; k < p->targets[i].count; k++) {
      free(p->targets[i].at[k].id);
      free(p->targets[i].at[k].near);
    }
    free(p->targets[i].at);
  }
  free(p->targets);
  *p = (plan){ 0 };
}

/* ---- whether they are there ---- */

static bool skip(target *t, const char *why) {
  t->skipped = true;
  t->note = why;
  return true;
}

/* 0: no such column; 1: one to write to; 2: generated from others. */
static bool find_column(database *d, const target *t, int *kind) {
  bool failed = false;
  sqlite3_stmt *s = database_query(d, "PRAGMA main.table_xinfo(%Q)", t->table);
  *kind = 0;
  while (s && database_step(d, s, &failed))
    if (sqlite3_stricmp((const char *)sqlite3_column_text(s, 1), t->column) == 0) *kind = sqlite3_column_int(s, 6) > 1 ? 2 : 1;
  sqlite3_finalize(s);
  return s && !failed;
}

/* "table", "view", "virtual", "shadow", or "" where there is none. */
static bool find_table(database *d, const target *t, char *type, size_t room) {
  bool failed = false;
  sqlite3_stmt *s = database_query(d, "PRAGMA main.table_list(%Q)", t->table);
  *type = 0;
  if (s && database_step(d, s, &failed)) snprintf(type, room, "%s", (const char *)sqlite3_column_text(s, 2));
  sqlite3_finalize(s);
  return s && !failed;
}

static bool refuse_absent(database *d, const target *t) {
  const char *dot = strchr(t->table, '.');
  char hint[200] = "`sqlite3 FILE .tables` lists them", type[16] = "";
  int64_t tables = 0;
  if (!database_number(d, &tables, "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table'")) return false;
  if (dot && find_table(d, &(target){ .table = dot + 1 }, type, sizeof type) && *type)
    snprintf(hint, sizeof hint, "name the table without its schema: %s", dot + 1);
  else if (!tables)
    snprintf(hint, sizeof hint, "this database has no tables: is it the right file?");
  return database_fail(d, ROSTER_EINVALID, hint, "unknown table '%s'", t->table);
}

/* Only rows that a program has put into a table of its own. */
static bool check_type(database *d, const target *t, const char *type) {
  static const char HOLDS[] = "name the table that holds its rows", OWN[] = "name a table of your program";
  if (strcmp(type, "view") == 0) return database_fail(d, ROSTER_EINVALID, "name the table that it reads", "'%s' is a view", t->table);
  if (strcmp(type, "virtual") == 0) return database_fail(d, ROSTER_EINVALID, HOLDS, "'%s' is a virtual table", t->table);
  if (strcmp(type, "shadow") == 0) return database_fail(d, ROSTER_EINVALID, HOLDS, "'%s' is a part of a virtual table", t->table);
  if (sqlite3_strnicmp(t->table, "sqlite_", 7) == 0) return database_fail(d, ROSTER_EINVALID, OWN, "'%s' is SQLite's own table", t->table);
  if (sqlite3_stricmp(t->table, LOG) == 0) return database_fail(d, ROSTER_EINVALID, OWN, "'%s' is roster's own table", t->table);
  return true;
}

static bool check_target(database *d, target *t) {
  int kind = 0;
  char type[16];
  if (!find_table(d, t, type, sizeof type)) return false;
  if (!*type && t->optional) return skip(t, "there is no such table");
  if (!*type) return refuse_absent(d, t);
  if (!check_type(d, t, type) || !find_column(d, t, &kind)) return false;
  if (!kind && t->optional) return skip(t, "there is no such column");
  if (!kind)
    return database_fail(d, ROSTER_EINVALID, "`sqlite3 FILE .schema` shows them", "table '%s' has no column '%s'", t->table, t->column);
  if (kind == 2)
    return database_fail(d, ROSTER_EINVALID, "name the column that it is made from", "column '%s' of table '%s' is generated", t->column,
                         t->table);
  return true;
}

/* ---- what is in them ---- */

static void set_windows(found *f, int64_t window, int64_t assumed) {
  f->window = window;
  f->assumed = assumed == window ? 0 : assumed;
}

static void set_rename(found *f, const roster_rename *r) {
  f->fate = FATE_RENAME;
  f->rename = r;
  set_windows(f, r->context_window, r->assumed_window);
}

static void decide(found *f, const renames *s) {
  roster_error err;
  const roster_rename *r = renames_find(s, f->id);
  if (r) {
    set_rename(f, r);
    return;
  }
  const roster_model *m = NULL;
  roster_status status = roster_resolve(&m, s->snapshot, f->id, NULL, &err);
  if (m) set_windows(f, roster_model_context_window(m), roster_model_assumed_window(m, f->id));
  f->fate = status == ROSTER_OK ? FATE_KEEP : status == ROSTER_ERETIRED ? FATE_RETIRED : FATE_UNKNOWN;
  if (f->fate == FATE_KEEP) return;
  strbuf near = { 0 };
  for (int i = 0; i < err.candidate_count; i++) strbuf_format(&near, "%s%s", i ? ", " : "", err.candidates[i]);
  f->near = copied(strbuf_text(&near));
  strbuf_free(&near);
}

static void take_row(target *t, sqlite3_stmt *row, const renames *s) {
  t->at = grown(t->at, (t->count + 1) * sizeof *t->at);
  found *f = &t->at[t->count++];
  *f = (found){ .rows = sqlite3_column_int64(row, 1) };
  int type = sqlite3_column_type(row, 0);
  const char *id = type == SQLITE_TEXT ? (const char *)sqlite3_column_text(row, 0) : NULL;
  bool whole = id && strlen(id) == (size_t)sqlite3_column_bytes(row, 0); /* an id has no NUL in it */
  f->fate = type == SQLITE_NULL ? FATE_NULL : FATE_NO_TEXT;
  if (whole) f->id = copied(id);
  if (whole) decide(f, s);
  t->rows += f->rows;
  if (f->fate == FATE_RENAME) t->renamed += f->rows;
}

/* Byte for byte, whatever collation the column has. */
static bool look_into(database *d, target *t, const renames *s) {
  sqlite3_stmt *row = database_query(d,
                                     "SELECT \"%w\", count(*) FROM main.\"%w\" GROUP BY typeof(\"%w\"), \"%w\" COLLATE BINARY "
                                     "ORDER BY 2 DESC, 1 COLLATE BINARY",
                                     t->column, t->table, t->column, t->column);
  bool failed = row == NULL;
  while (row && database_step(d, row, &failed)) take_row(t, row, s);
  sqlite3_finalize(row);
  return !failed;
}

void target_take_used(target *t, const database *d, const renames *s) {
  for (size_t i = 0; i < s->count; i++) {
    const roster_rename *r = &s->at[i];
    int64_t used = renaming_used(d->renaming, i);
    if (!used) continue;
    t->at = grown(t->at, (t->count + 1) * sizeof *t->at);
    t->at[t->count] = (found){ .id = copied(r->from), .rows = used };
    set_rename(&t->at[t->count++], r);
  }
}

static bool look_inside(database *d, target *t, const renames *s) {
  char *condition = plan_condition(t, s);
  renaming_reset(d->renaming);
  bool good =
      database_number(d, &t->renamed, "SELECT count(roster_rename_json(\"%w\")) FROM main.\"%w\" WHERE %s", t->column, t->table, condition);
  good = good && database_number(d, &t->rows, "SELECT count(*) FROM main.\"%w\"", t->table);
  free(condition);
  if (good) target_take_used(t, d, s);
  return good;
}

bool plan_check(plan *p, database *d) {
  for (size_t i = 0; i < p->target_count; i++)
    if (!check_target(d, &p->targets[i])) return false;
  return true;
}

bool plan_look(plan *p, database *d, const renames *s) {
  if (!plan_check(p, d)) return false;
  for (size_t i = 0; i < p->target_count; i++) {
    target *t = &p->targets[i];
    if (t->skipped) continue;
    if (t->json ? !look_inside(d, t, s) : !look_into(d, t, s)) return false;
    if (target_moves(t)) p->renamed += t->renamed;
  }
  return true;
}

/* ---- only what an apply has to know ---- */

static void add_in(strbuf *p, const target *t, const renames *s) {
  database_add_sql(p, "typeof(\"%w\") = 'text' AND \"%w\" COLLATE BINARY IN (", t->column, t->column);
  for (size_t i = 0; i < s->count; i++) database_add_sql(p, "%s%Q", i ? ", " : "", s->at[i].from);
  database_add_sql(p, ")");
}

char *plan_condition(const target *t, const renames *s) {
  strbuf p = { 0 };
  if (t->json)
    database_add_sql(&p, "CASE WHEN typeof(\"%w\") = 'text' AND json_valid(\"%w\") THEN roster_json_renames(\"%w\") ELSE 0 END", t->column,
                     t->column, t->column);
  else
    add_in(&p, t, s);
  char *text = copied(strbuf_text(&p));
  strbuf_free(&p);
  return text;
}

bool plan_any(const plan *p, database *d, const renames *s, bool *any) {
  *any = false;
  for (size_t i = 0; !*any && i < p->target_count; i++) {
    const target *t = &p->targets[i];
    if (!target_moves(t)) continue;
    char *condition = plan_condition(t, s);
    int64_t found_one = 0;
    bool looked = database_number(d, &found_one, "SELECT EXISTS (SELECT 1 FROM main.\"%w\" WHERE %s)", t->table, condition);
    free(condition);
    if (!looked) return false;
    *any = found_one != 0;
  }
  return true;
}

const char *fate_name(fate f) {
  static const char *const names[] = { "keep", "rename", "retired", "unknown", "null", "no_text", "secret" };
  return names[f];
}

/* ---- as plain SQL ---- */

static void add_update(strbuf *p, const target *t, const renames *s) {
  database_add_sql(p, "\nUPDATE \"%w\" SET \"%w\" = CASE\n", t->table, t->column);
  for (size_t i = 0; i < s->count; i++) {
    const roster_rename *r = &s->at[i];
    database_add_sql(p, "  WHEN \"%w\" = %Q COLLATE BINARY THEN %Q -- ", t->column, r->from, r->to);
    utf8_add_clean(p, r->defined_at); /* a path may have a line end in it, which would end the comment */
    strbuf_add(p, "\n");
  }
  database_add_sql(p, "END\nWHERE typeof(\"%w\") = 'text' AND \"%w\" COLLATE BINARY IN (\n", t->column, t->column);
  for (size_t i = 0; i < s->count; i++) database_add_sql(p, "  %Q%s\n", s->at[i].from, i + 1 < s->count ? "," : "");
  database_add_sql(p, ");\n");
}

void plan_write_sql(const plan *p, const renames *s) {
  strbuf out = { 0 };
  strbuf_format(&out, "-- Former model ids, and what they mean now. Written by roster %s: roster migrate --sql\n", roster_version());
  strbuf_add(&out, "-- Make a copy of the database first. Running it twice changes nothing the second time.\n");
  strbuf_add(&out,
             "-- To check before COMMIT: SELECT count(*) with the WHERE of each UPDATE gives 0, changes() what it gave before, since\n"
             "-- triggers may do something else. `roster migrate --apply` compares all rows itself.\n\nBEGIN IMMEDIATE;\n");
  for (size_t i = 0; s->count && i < p->target_count; i++)
    if (target_moves(&p->targets[i])) add_update(&out, &p->targets[i], s);
  strbuf_add(&out, "\nCOMMIT;\n");
  fputs(strbuf_text(&out), stdout);
  strbuf_free(&out);
}
