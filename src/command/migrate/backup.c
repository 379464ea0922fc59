/* backup: see backup.h. */
#include "command/migrate/backup.h"

#include "command/migrate/renaming.h"
#include "command/migrate/summary.h"
#include "command/shared/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAGES_AT_ONCE = 4096, PAUSE_MS = 50 };

/* Unused names: FILE.before-migration-20261123T145800Z, with a number added where that is taken, and the same with ".part" for as long as
 * it is incomplete, which is created here with mode 0600. */
static bool name_copy(database *d, char *path, char *part, size_t room) {
  time_t now = time(NULL);
  struct tm t;
  char at[32] = "";
  if (gmtime_r(&now, &t)) strftime(at, sizeof at, "%Y%m%dT%H%M%SZ", &t);
  for (int i = 1; i < 1000; i++) {
    char number[16] = "";
    if (i > 1) snprintf(number, sizeof number, "-%d", i);
    int n = snprintf(path, room, "%s.before-migration-%s%s", d->file, at, number);
    if (n < 0 || (size_t)n + sizeof ".part" > room) break;
    snprintf(part, room, "%.*s.part", n, path);
    if (access(path, F_OK) == 0) continue;
    int fd = open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) return close(fd) == 0;
    if (errno != EEXIST) break;
  }
  return database_fail(d, ROSTER_ESYSTEM, "the copy goes beside the database: look at who may write there, and at the space",
                       "the copy %s cannot be made: %s", path, strerror(errno));
}

static bool copy_pages(sqlite3_backup *b, meter *m) {
  int code, waited = 0;
  while ((code = sqlite3_backup_step(b, PAGES_AT_ONCE)) == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    meter_copied(m, sqlite3_backup_remaining(b), sqlite3_backup_pagecount(b));
    if (code == SQLITE_OK) continue;
    if ((waited += PAUSE_MS) > BUSY_MOST_MS) break;
    sqlite3_sleep(PAUSE_MS);
  }
  return code == SQLITE_DONE;
}

/* Reads through its own connection, which does not see what the writer has not committed. */
static bool copy(const char *file, const char *path, meter *m, roster_error *err) {
  database from, to;
  bool good = database_open(&from, file, false, 0, err) && database_open(&to, path, true, 0, err);
  if (!good) {
    database_close(&from);
    return false;
  }
  sqlite3_backup *b = sqlite3_backup_init(to.handle, "main", from.handle, "main");
  good = b && copy_pages(b, m);
  good = (!b || sqlite3_backup_finish(b) == SQLITE_OK) && good;
  if (!good) database_fail(&to, ROSTER_ESYSTEM, "look at the space on that disk", "the copy cannot be made: %s", sqlite3_errmsg(to.handle));
  good = good && database_run(&to, "PRAGMA journal_mode = DELETE"); /* one file, complete without a log */
  database_close(&to);
  database_close(&from);
  return good;
}

static bool is_sound(backup *b, database *c) {
  int64_t good = 0;
  if (!database_number(c, &good, "SELECT integrity_check = 'ok' FROM pragma_integrity_check LIMIT 1")) return false;
  if (!good)
    return database_fail(c, ROSTER_EINVALID, "mend the database first: `sqlite3 FILE .recover`",
                         "the copy is not sound, so neither is the database");
  for (size_t i = 0; i < b->plan->target_count; i++) {
    const target *t = &b->plan->targets[i];
    int64_t there = 0;
    if (t->skipped) continue;
    if (!database_number(c, &there, "SELECT count(*) FROM \"%w\"", t->table)) return false;
    if (b->rows[i] != there)
      return database_fail(c, ROSTER_ESYSTEM, "run this again", "the copy has %lld rows of %s, not %lld", (long long)there, t->table,
                           (long long)b->rows[i]);
  }
  return plan_count(b->plan, c, b->renames);
}

static void *check(void *given) {
  backup *b = given;
  database c;
  if (!b->copied && !copy(b->file, b->part, b->meter, &b->err)) return NULL;
  meter_copied(b->meter, 0, 0);
  b->good = database_open(&c, b->part, false, 0, &b->err) && renaming_install_all(&c, b->renames);
  if (b->good) meter_watch(b->meter, &c);
  b->good = b->good && is_sound(b, &c);
  database_close(&c);
  return NULL;
}

static bool count_rows(backup *b, database *writer) {
  b->rows = grown(NULL, (b->plan->target_count + 1) * sizeof *b->rows);
  for (size_t i = 0; i < b->plan->target_count; i++) {
    const target *t = &b->plan->targets[i];
    if (!t->skipped && !database_number(writer, &b->rows[i], "SELECT count(*) FROM \"%w\"", t->table)) return false;
  }
  return true;
}

static bool drop(backup *b) {
  unlink(b->part);
  free(b->rows);
  return false;
}

bool backup_begin(backup *b, database *writer, plan *p, const renames *s) {
  int64_t wal = 0;
  *b = (backup){ .plan = p, .renames = s, .file = writer->file, .meter = writer->meter };
  if (!database_number(writer, &wal, "SELECT journal_mode = 'wal' FROM pragma_journal_mode")) return false;
  if (!name_copy(writer, b->final, b->part, sizeof b->final)) return false;
  b->copied = !wal;
  if ((b->copied && !copy(b->file, b->part, b->meter, writer->err)) || !count_rows(b, writer)) return drop(b);
  if (pthread_create(&b->thread, NULL, check, b) == 0) return true;
  database_fail(writer, ROSTER_ESYSTEM, NULL, "no thread could be started");
  return drop(b);
}

bool backup_end(backup *b, database *writer) {
  pthread_join(b->thread, NULL);
  if (!b->good) *writer->err = b->err;
  if (b->good && rename(b->part, b->final) != 0)
    b->good = database_fail(writer, ROSTER_ESYSTEM, NULL, "the copy cannot be named %s: %s", b->final, strerror(errno));
  if (!b->good) return drop(b);
  free(b->rows);
  return true;
}
