/* database: see database.h. */
#include "command/migrate/database.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* SQLite takes as much of it as it was built for. */
static const sqlite3_int64 MOST_MAPPED = (sqlite3_int64)1 << 40;

#define NOTHING "%.600s: nothing was changed"

bool database_fail(database *d, roster_status status, const char *hint, const char *format, ...) {
  if (d->err->status != ROSTER_OK) return false; /* the first is the cause */
  va_list args;
  *d->err = (roster_error){ .status = status };
  va_start(args, format);
  vsnprintf(d->err->message, sizeof d->err->message, format, args);
  va_end(args);
  snprintf(d->err->hint, sizeof d->err->hint, "%s", hint ? hint : "");
  snprintf(d->err->file, sizeof d->err->file, "%s", d->file);
  return false;
}

/* A rule of the database's own, which only its owner knows. */
static bool fail_constraint(database *d, const char *words) {
  switch (sqlite3_extended_errcode(d->handle)) {
  case SQLITE_CONSTRAINT_UNIQUE:
  case SQLITE_CONSTRAINT_PRIMARYKEY:
  case SQLITE_CONSTRAINT_ROWID:
    return database_fail(d, ROSTER_ESYSTEM, "two rows would have the same id: give one of them another, or remove it", NOTHING, words);
  case SQLITE_CONSTRAINT_TRIGGER: return database_fail(d, ROSTER_ESYSTEM, NULL, "a trigger rejected it: " NOTHING, words);
  default: return database_fail(d, ROSTER_ESYSTEM, "look at the constraints of that table, which allow only some ids", NOTHING, words);
  }
}

/* SQLite's message, with what to do where that is known. */
bool database_fail_sqlite(database *d) {
  int code = sqlite3_errcode(d->handle);
  const char *words = sqlite3_errmsg(d->handle);
  switch (code) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return database_fail(d, ROSTER_EPENDING, "stop what writes to it, or run this again", "the database is busy: nothing was changed");
  case SQLITE_NOTADB:
    return database_fail(d, ROSTER_EINVALID, "name an SQLite file", "not an SQLite database, or encrypted, or newer than this program");
  case SQLITE_READONLY:
  case SQLITE_PERM:
    return database_fail(d, ROSTER_ESYSTEM, "run this as the user that owns the file", "the database cannot be written: %s", words);
  case SQLITE_CANTOPEN:
    return database_fail(d, ROSTER_ESYSTEM, "check the path and the permissions of its directory", "the database cannot be opened: %s",
                         words);
  case SQLITE_FULL: return database_fail(d, ROSTER_ESYSTEM, "free space on that disk", "the disk is full: nothing was changed");
  case SQLITE_CORRUPT:
    return database_fail(d, ROSTER_EINVALID, "run `sqlite3 FILE .recover` on a copy", "the database is damaged: %s", words);
  case SQLITE_NOMEM: return database_fail(d, ROSTER_ENOMEM, NULL, "not enough memory");
  case SQLITE_CONSTRAINT: return fail_constraint(d, words);
  default: return database_fail(d, ROSTER_ESYSTEM, NULL, NOTHING, words);
  }
}

bool database_open(database *d, const char *file, bool writable, long wait_ms, roster_error *err) {
  *d = (database){ .file = file, .err = err };
  struct stat status;
  if (stat(file, &status) == 0 && !S_ISREG(status.st_mode))
    return database_fail(d, ROSTER_EINVALID, "name an SQLite file", "not a regular file");
  int flags = writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  bool opened = sqlite3_open_v2(file, &d->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK;
  if (!d->handle) return database_fail(d, ROSTER_ENOMEM, NULL, "not enough memory");
  if (!opened) return database_fail_sqlite(d);
  sqlite3_extended_result_codes(d->handle, 0);
  sqlite3_busy_timeout(d->handle, wait_ms ? (int)wait_ms : BUSY_MOST_MS);
  int64_t unused;
  if (!database_number(d, &unused, "SELECT count(*) FROM sqlite_schema")) return false; /* the first look at what is in it */
  if (!database_run(d, "PRAGMA foreign_keys = OFF")) return false;                      /* they are checked, but change nothing */
  if (!database_run(d, "PRAGMA main.cache_size = %d", -CACHE_KIB)) return false;
  if (writable && sqlite3_db_readonly(d->handle, "main") == 1)
    return database_fail(d, ROSTER_ESYSTEM, "run this as the user that owns the file; a newer SQLite may have made it",
                         "the database is read-only");
  return true;
}

bool database_passes_once(database *d) { return database_run(d, "PRAGMA main.cache_size = %d", -PASSING_KIB); }

/* Where it cannot be mapped, SQLite reads it. */
bool database_map(database *d) { return database_run(d, "PRAGMA main.mmap_size = %lld", MOST_MAPPED); }

void database_abandon(database *d) {
  for (sqlite3_stmt *s; (s = sqlite3_next_stmt(d->handle, NULL));) sqlite3_finalize(s);
  database_close(d);
}

void database_close(database *d) {
  sqlite3_close_v2(d->handle);
  d->handle = NULL;
}

static sqlite3_stmt *prepare(database *d, const char *format, va_list args) {
  errno = 0; /* short of memory, SQLite's parser may say that the statement is wrong */
  char *sql = sqlite3_vmprintf(format, args);
  sqlite3_stmt *s = NULL;
  bool good = sql && sqlite3_prepare_v2(d->handle, sql, -1, &s, NULL) == SQLITE_OK;
  if (!good && (!sql || errno == ENOMEM))
    database_fail(d, ROSTER_ENOMEM, NULL, "not enough memory");
  else if (!good)
    database_fail_sqlite(d);
  sqlite3_free(sql);
  return s;
}

sqlite3_stmt *database_query(database *d, const char *format, ...) {
  va_list args;
  va_start(args, format);
  sqlite3_stmt *s = prepare(d, format, args);
  va_end(args);
  return s;
}

void database_add_sql(strbuf *p, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = sqlite3_vmprintf(format, args);
  va_end(args);
  if (!text) strbuf_exhausted(); /* ends the command: a statement must never lack a part */
  strbuf_add(p, text);
  sqlite3_free(text);
}

bool database_step(database *d, sqlite3_stmt *s, bool *failed) {
  int code = s ? sqlite3_step(s) : SQLITE_ERROR;
  if (code == SQLITE_ROW) return true;
  *failed = code != SQLITE_DONE;
  if (s && *failed) database_fail_sqlite(d);
  return false;
}

bool database_run(database *d, const char *format, ...) {
  va_list args;
  va_start(args, format);
  sqlite3_stmt *s = prepare(d, format, args);
  va_end(args);
  bool failed = s == NULL;
  while (s && database_step(d, s, &failed)) {
  }
  sqlite3_finalize(s);
  return !failed;
}

bool database_number(database *d, int64_t *out, const char *format, ...) {
  va_list args;
  va_start(args, format);
  sqlite3_stmt *s = prepare(d, format, args);
  va_end(args);
  bool failed = s == NULL;
  *out = 0;
  if (s && database_step(d, s, &failed)) *out = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  return !failed;
}

/* The check reports a page that it could not get as damage, by SQLite's code: without memory, or from a disk that cannot be read. */
static bool fail_check(database *d, const char *what, const char *words) {
  static const char mark[] = "error code=";
  const char *at = words ? strstr(words, mark) : NULL;
  const int code = at ? atoi(at + sizeof mark - 1) & 0xff : SQLITE_CORRUPT;
  if (code == SQLITE_NOMEM) return database_fail(d, ROSTER_ENOMEM, NULL, "not enough memory");
  if (code == SQLITE_IOERR) return database_fail(d, ROSTER_ESYSTEM, "look at that disk", "%s cannot be read: %.300s", what, words);
  return database_fail(d, ROSTER_EINVALID, "repair it first: `sqlite3 FILE .recover`", "%s is damaged: %.300s", what,
                       words ? words : "no answer");
}

bool database_is_sound(database *d, const char *schema, const char *what) {
  sqlite3_stmt *s = database_query(d, "PRAGMA \"%w\".integrity_check(1)", schema);
  bool failed = s == NULL, found = s && database_step(d, s, &failed);
  const char *words = found ? (const char *)sqlite3_column_text(s, 0) : NULL;
  bool good = words && strcmp(words, "ok") == 0;
  if (!good && !failed) fail_check(d, what, words);
  sqlite3_finalize(s);
  return good;
}

static const char *const ROWID_NAMES[] = { "rowid", "oid", "_rowid_" };

enum { ROWID_NAME_COUNT = sizeof ROWID_NAMES / sizeof *ROWID_NAMES };

static void find_taken(database *d, const char *schema, const char *table, bool *taken) {
  bool failed = false;
  sqlite3_stmt *s = database_query(d, "PRAGMA %s.table_xinfo(%Q)", schema, table);
  while (s && database_step(d, s, &failed))
    for (int i = 0; i < ROWID_NAME_COUNT; i++) taken[i] |= sqlite3_stricmp((const char *)sqlite3_column_text(s, 1), ROWID_NAMES[i]) == 0;
  sqlite3_finalize(s);
}

const char *database_rowid_name(database *d, const char *table, const char *also) {
  bool taken[ROWID_NAME_COUNT] = { false }, failed = false;
  find_taken(d, "main", table, taken);
  if (also) find_taken(d, also, table, taken);
  int64_t without = 0;
  sqlite3_stmt *s = database_query(d, "PRAGMA main.table_list(%Q)", table);
  if (s && database_step(d, s, &failed)) without = sqlite3_column_int(s, 4);
  sqlite3_finalize(s);
  for (int i = 0; i < ROWID_NAME_COUNT && !without; i++)
    if (!taken[i]) return ROWID_NAMES[i];
  return NULL;
}

bool database_rows_differ(database *d, const char *table, bool *out) {
  *out = database_rowid_name(d, table, NULL) != NULL;
  sqlite3_stmt *s = database_query(d, "PRAGMA main.table_info(%Q)", table);
  bool failed = s == NULL;
  while (s && database_step(d, s, &failed)) *out |= sqlite3_column_int(s, 5) > 0;
  sqlite3_finalize(s);
  return !failed;
}
