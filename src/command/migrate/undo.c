/* undo: see undo.h. */
#include "command/migrate/undo.h"

#include "command/shared/memory.h"
#include "command/migrate/renaming.h"
#include "command/migrate/transaction.h"

#include "util/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what was done, as the log has it ---- */

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

/* Everything that the last migration did, by its time. */
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

/* ---- which row of the copy is which ---- */

static void add_part(strbuf *out, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *part = sqlite3_vmprintf(format, args);
  va_end(args);
  if (out->length) strbuf_add(out, " AND ");
  strbuf_add(out, part ? part : "");
  sqlite3_free(part);
}

/* b."k" IS main."t"."k" AND ...: rows are told by their primary key, which a VACUUM leaves alone, else by their number. The column itself
 * may be part of that key: what it was and is, is asked for besides. */
static bool same_row(database *d, const entry *e, strbuf *out) {
  bool keyed = false;
  sqlite3_stmt *s = database_query(d, "SELECT name FROM pragma_table_info(%Q) WHERE pk > 0 ORDER BY pk", e->table);
  bool failed = s == NULL;
  while (s && database_step(d, s, &failed)) {
    const char *name = (const char *)sqlite3_column_text(s, 0);
    keyed = true;
    if (sqlite3_stricmp(name, e->column) != 0) add_part(out, "b.\"%w\" IS main.\"%w\".\"%w\"", name, e->table, name);
  }
  sqlite3_finalize(s);
  if (!keyed) add_part(out, "b.rowid = main.\"%w\".rowid", e->table);
  if (!out->length) strbuf_add(out, "true");
  return !failed;
}

/* ---- bringing back ---- */

static bool bring_id_back(database *d, const entry *e, const char *same, int64_t *was) {
  *was = e->rows;
  return database_run(d,
                      "UPDATE main.\"%w\" SET \"%w\" = %Q WHERE \"%w\" = %Q COLLATE BINARY AND typeof(\"%w\") = 'text'"
                      " AND EXISTS (SELECT 1 FROM before.\"%w\" b WHERE %s AND b.\"%w\" = %Q COLLATE BINARY)",
                      e->table, e->column, e->from, e->column, e->to, e->column, e->table, same, e->column, e->from);
}

/* The text as it was, where it is still what the renames make of that. */
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

/* The renames of one JSON column go back together, with its first entry. */
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
