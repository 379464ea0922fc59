/* same_row: see same_row.h. A row is known by its primary key, which a VACUUM leaves alone; without one by its number and by what else is
 * in it. SQLite gives a number again once no higher one is left, unless the key is AUTOINCREMENT: so a row with such a key is known by it
 * only where a row at or above it is still all that the migration left there, and otherwise by what else is in it too. What triggers
 * touched when a row was renamed says nothing about it. */
#include "command/migrate/same_row.h"

#include "command/shared/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what was renamed ---- */

size_t past_together(const past *p, size_t at) {
  size_t count = 1;
  while (at + count < p->count && p->at[at].json == p->at[at + count].json && strcmp(p->at[at].table, p->at[at + count].table) == 0 &&
         strcmp(p->at[at].column, p->at[at + count].column) == 0)
    count++;
  return count;
}

void past_add_held(const past *p, size_t at, size_t count, strbuf *out) {
  const char *column = p->at[at].column;
  if (p->at[at].json) {
    database_add_sql(out, "typeof(b.\"%w\") = 'text' AND json_valid(b.\"%w\") AND roster_json_renames(b.\"%w\")", column, column, column);
    return;
  }
  database_add_sql(out, "typeof(b.\"%w\") = 'text' AND b.\"%w\" COLLATE BINARY IN (", column, column);
  for (size_t i = 0; i < count; i++) database_add_sql(out, "%s%Q", i ? ", " : "", p->at[at + i].from);
  strbuf_add(out, ")");
}

void past_add_renamed(const entry *e, strbuf *out) {
  database_add_sql(out, " THEN typeof(main.\"%w\".\"%w\") = 'text' AND %s(b.\"%w\") = main.\"%w\".\"%w\" COLLATE BINARY ELSE 0 END",
                   e->table, e->column, e->json ? "roster_rename_json" : "roster_rename", e->column, e->table, e->column);
}

/* ---- what a table is ---- */

typedef struct part {
  char *name;
  int key;                       /* its place in it, from 1; or 0 */
  bool there, restored, touched; /* there: now too; touched: by a trigger, when a row was renamed */
} part;

typedef struct shape {
  const past *past;
  const char *table, *number; /* number: what a row's is called; may be NULL */
  part *parts;
  size_t count, keys;
} shape;

static bool is_restored(const past *p, const char *table, const char *column) {
  for (size_t i = 0; i < p->count; i++)
    if (sqlite3_stricmp(p->at[i].table, table) == 0 && sqlite3_stricmp(p->at[i].column, column) == 0) return true;
  return false;
}

static bool read_before(database *d, shape *t) {
  sqlite3_stmt *s = database_query(d, "PRAGMA before.table_info(%Q)", t->table);
  bool failed = s == NULL;
  while (s && database_step(d, s, &failed)) {
    const char *name = (const char *)sqlite3_column_text(s, 1);
    t->parts = grown(t->parts, (t->count + 1) * sizeof *t->parts);
    t->parts[t->count++] =
        (part){ .name = copied(name), .key = sqlite3_column_int(s, 5), .restored = is_restored(t->past, t->table, name) };
  }
  sqlite3_finalize(s);
  return !failed;
}

/* Programs add columns and drop them: what both have is compared. */
static bool read_now(database *d, shape *t, bool *same_key) {
  sqlite3_stmt *s = database_query(d, "PRAGMA main.table_info(%Q)", t->table);
  bool failed = s == NULL;
  while (s && database_step(d, s, &failed)) {
    const char *name = (const char *)sqlite3_column_text(s, 1);
    int was = 0, is = sqlite3_column_int(s, 5);
    for (size_t i = 0; i < t->count; i++) {
      if (sqlite3_stricmp(t->parts[i].name, name) != 0) continue;
      t->parts[i].there = true;
      was = t->parts[i].key;
    }
    *same_key &= !was == !is;
    t->keys += is > 0;
  }
  sqlite3_finalize(s);
  return !failed;
}

static bool read_parts(database *d, shape *t) {
  bool same_key = true;
  if (!read_before(d, t) || !read_now(d, t, &same_key)) return false;
  for (size_t i = 0; i < t->count; i++) {
    const part *c = &t->parts[i];
    if (c->restored && !c->there)
      return database_fail(d, ROSTER_EINVALID, "give table and column their former names for the time of the undo",
                           "the column %.60s.%.60s is gone since the migration: nothing was changed", t->table, c->name);
    same_key &= c->there || !c->key;
  }
  return same_key || database_fail(d, ROSTER_EINVALID, "take what you need from the copy that the migration made",
                                   "table %.60s has another primary key since the migration: nothing was changed", t->table);
}

static void shape_free(shape *t) {
  for (size_t i = 0; i < t->count; i++) free(t->parts[i].name);
  free(t->parts);
}

/* SQLite tells what a statement will do, triggers included, when it is prepared. */
static int note_touched(void *given, int action, const char *table, const char *column, const char *schema, const char *trigger) {
  shape *t = given;
  const bool whole = action == SQLITE_INSERT || action == SQLITE_DELETE;
  if (!trigger || !schema || (!whole && action != SQLITE_UPDATE) || sqlite3_stricmp(table, t->table) != 0) return SQLITE_OK;
  for (size_t i = 0; i < t->count; i++) t->parts[i].touched |= whole || sqlite3_stricmp(column, t->parts[i].name) == 0;
  return SQLITE_OK;
}

/* By the triggers that the copy has, since they were there when the rows were renamed. */
static bool find_touched(database *d, shape *t) {
  strbuf sql = { 0 };
  database_add_sql(&sql, "UPDATE before.\"%w\" SET ", t->table);
  const char *between = "";
  for (size_t i = 0; i < t->count; i++) {
    if (!t->parts[i].restored) continue;
    database_add_sql(&sql, "%s\"%w\" = \"%w\"", between, t->parts[i].name, t->parts[i].name);
    between = ", ";
  }
  sqlite3_set_authorizer(d->handle, note_touched, t);
  sqlite3_stmt *s = database_query(d, "%s", strbuf_text(&sql));
  sqlite3_set_authorizer(d->handle, NULL, NULL);
  sqlite3_finalize(s);
  strbuf_free(&sql);
  return s != NULL;
}

static bool shape_read(database *d, shape *t) {
  if (!read_parts(d, t)) return false;
  t->number = database_rowid_name(d, t->table, "before");
  if (t->keys || t->number) return find_touched(d, t);
  char hint[sizeof t->past->copy + 64];
  snprintf(hint, sizeof hint, "compare it by hand with the copy from before: %s", t->past->copy);
  return database_fail(d, ROSTER_EINVALID, hint, "table %.60s has neither a key nor numbers that tell its rows apart: nothing was changed",
                       t->table);
}

/* ---- keys ---- */

/* It had its value, or is renamed to what there is now. */
static bool add_expected(const past *p, const char *table, const char *column, strbuf *out) {
  bool ids = true;
  database_add_sql(out, " AND (b.\"%w\" IS main.\"%w\".\"%w\" COLLATE BINARY", column, table, column);
  for (size_t i = 0, count; i < p->count; i += count) {
    const entry *e = &p->at[i];
    count = past_together(p, i);
    if (sqlite3_stricmp(e->table, table) != 0 || sqlite3_stricmp(e->column, column) != 0) continue;
    strbuf_add(out, " OR CASE WHEN ");
    past_add_held(p, i, count, out);
    past_add_renamed(e, out);
    ids = ids && !e->json;
  }
  strbuf_add(out, ")");
  return ids;
}

/* The IN is for the key's index, whose collation is the column's. */
static void add_renamed_key(const past *p, const char *table, const char *column, bool nullable, strbuf *out) {
  if (!add_expected(p, table, column, out)) return;
  database_add_sql(out, " AND (b.\"%w\" IN (", column);
  for (size_t i = 0; i < p->count; i++)
    if (sqlite3_stricmp(p->at[i].table, table) == 0 && sqlite3_stricmp(p->at[i].column, column) == 0)
      database_add_sql(out, "%Q, ", p->at[i].from);
  database_add_sql(out, "main.\"%w\".\"%w\")", table, column);
  if (nullable) database_add_sql(out, " OR b.\"%w\" IS NULL", column);
  strbuf_add(out, ")");
}

/* A part of a key that is NULL tells no rows apart: then it is known like one without a key. */
static void add_key(const shape *t, const part *k, const char *others, strbuf *out) {
  if (k->restored)
    add_renamed_key(t->past, t->table, k->name, t->number != NULL, out);
  else
    database_add_sql(out, " AND b.\"%w\" IS main.\"%w\".\"%w\"", k->name, t->table, k->name);
  if (!t->number)
    database_add_sql(out, " AND b.\"%w\" IS NOT NULL", k->name);
  else if (!k->restored)
    database_add_sql(out, " AND (b.\"%w\" IS NOT NULL OR (b.%s = main.\"%w\".%s%s))", k->name, t->number, t->table, t->number, others);
}

static bool has_index_of_key(database *d, const char *table, bool *has) {
  sqlite3_stmt *s = database_query(d, "PRAGMA main.index_list(%Q)", table);
  bool failed = s == NULL;
  while (s && database_step(d, s, &failed)) *has |= strcmp((const char *)sqlite3_column_text(s, 3), "pk") == 0;
  sqlite3_finalize(s);
  return !failed;
}

/* The key is the row's number, and SQLite may give it to another row. */
static bool find_number_key(database *d, const shape *t, const part **out) {
  const part *key = NULL;
  bool indexed = false;
  int increments = 0;
  *out = NULL;
  for (size_t i = 0; i < t->count && t->keys == 1; i++)
    if (t->parts[i].key) key = &t->parts[i];
  if (!key) return true;
  if (!has_index_of_key(d, t->table, &indexed)) return false;
  if (sqlite3_table_column_metadata(d->handle, "main", t->table, key->name, NULL, NULL, NULL, NULL, &increments) != SQLITE_OK)
    return database_fail_sqlite(d);
  if (!indexed && !increments) *out = key;
  return true;
}

/* ---- the rest of a row ---- */

static void add_others(const shape *t, strbuf *out) {
  for (size_t i = 0; i < t->count; i++) {
    const part *c = &t->parts[i];
    if (c->there && !c->key && !c->restored && !c->touched)
      database_add_sql(out, " AND b.\"%w\" IS main.\"%w\".\"%w\" COLLATE BINARY", c->name, t->table, c->name);
  }
}

/* The highest number whose row is what the migration left: while it was there no number up to it was given again. */
static bool find_highest(database *d, const shape *t, const char *key, const char *others, int64_t *out) {
  strbuf sql = { 0 };
  database_add_sql(&sql, "SELECT coalesce((SELECT b.\"%w\" FROM before.\"%w\" b CROSS JOIN main.\"%w\" ON main.\"%w\".\"%w\" = b.\"%w\"",
                   key, t->table, t->table, t->table, key, key);
  strbuf_format(&sql, " WHERE true%s", others);
  for (size_t i = 0; i < t->count; i++)
    if (t->parts[i].restored) add_expected(t->past, t->table, t->parts[i].name, &sql);
  database_add_sql(&sql, " ORDER BY b.\"%w\" DESC LIMIT 1), %lld)", key, (sqlite3_int64)INT64_MIN);
  const bool good = database_number(d, out, "%s", strbuf_text(&sql));
  strbuf_free(&sql);
  return good;
}

static bool add_number_key(database *d, const shape *t, const part *key, const char *others, strbuf *out) {
  int64_t highest = 0;
  if (!find_highest(d, t, key->name, others, &highest)) return false;
  database_add_sql(out, " AND b.\"%w\" = main.\"%w\".\"%w\" AND (b.\"%w\" <= %lld OR (true%s))", key->name, t->table, key->name, key->name,
                   (sqlite3_int64)highest, others);
  return true;
}

static bool add_row(database *d, const shape *t, const char *others, strbuf *out) {
  const part *number_key;
  if (!find_number_key(d, t, &number_key)) return false;
  if (number_key) return add_number_key(d, t, number_key, others, out);
  for (size_t i = 0; i < t->count; i++)
    if (t->parts[i].key) add_key(t, &t->parts[i], others, out);
  if (t->keys) return true;
  database_add_sql(out, " AND b.%s = main.\"%w\".%s", t->number, t->table, t->number);
  strbuf_add(out, others);
  return true;
}

bool same_row(database *d, const past *p, const char *table, strbuf *out) {
  shape t = { .past = p, .table = table };
  strbuf others = { 0 };
  bool good = shape_read(d, &t);
  add_others(&t, &others);
  strbuf_add(out, "true");
  good = good && add_row(d, &t, strbuf_text(&others), out);
  strbuf_free(&others);
  shape_free(&t);
  return good;
}
