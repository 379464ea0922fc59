/* backup: see backup.h. */
#include "command/migrate/backup.h"

#include "command/migrate/summary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAGES_AT_ONCE = 4096, PAUSE_MS = 50 };

/* Unused names: FILE.KIND-20261123T145800Z, with a number added where that is taken, and the same with ".part" for as long as
 * it is incomplete, which is created here with mode 0600. */
static bool name_copy(database *d, const char *kind, char *path, char *part, size_t room) {
  time_t now = time(NULL);
  struct tm t;
  char at[32] = "";
  if (gmtime_r(&now, &t)) strftime(at, sizeof at, "%Y%m%dT%H%M%SZ", &t);
  for (int i = 1; i < 1000; i++) {
    char number[16] = "";
    if (i > 1) snprintf(number, sizeof number, "-%d", i);
    int n = snprintf(path, room, "%s.%s-%s%s", sqlite3_db_filename(d->handle, "main"), kind, at, number);
    if (n < 0 || (size_t)n + sizeof ".part" > room) break;
    snprintf(part, room, "%.*s.part", n, path);
    if (access(path, F_OK) == 0) continue;
    int fd = open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) return close(fd) == 0;
    if (errno != EEXIST) break;
  }
  return database_fail(d, ROSTER_ESYSTEM, "the copy is written next to the database: check the permissions and the free space there",
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

/* A file that nobody knows yet needs no journal, and is written to the disk once, when it is complete. */
static bool open_both(database *from, database *to, const char *file, const char *path, roster_error *err) {
  return database_open(from, file, false, 0, err) && database_passes_once(from) && database_open(to, path, true, 0, err) &&
         database_passes_once(to) && database_run(to, "PRAGMA main.journal_mode = OFF") &&
         database_run(to, "PRAGMA main.synchronous = OFF");
}

static bool copy_all(database *from, database *to, meter *m) {
  sqlite3_backup *b = sqlite3_backup_init(to->handle, "main", from->handle, "main");
  bool good = b && copy_pages(b, m);
  good = (!b || sqlite3_backup_finish(b) == SQLITE_OK) && good;
  if (!good)
    database_fail(to, ROSTER_ESYSTEM, "check the free space on that disk", "the copy cannot be made: %s", sqlite3_errmsg(to->handle));
  return good && database_run(to, "PRAGMA main.journal_mode = DELETE"); /* one file, complete without a log */
}

static bool reach_disk(database *d, const char *path) {
  int fd = open(path, O_RDWR | O_CLOEXEC);
  bool good = fd >= 0 && fsync(fd) == 0;
  if (!good) database_fail(d, ROSTER_ESYSTEM, "check the free space on that disk", "the copy cannot be made: %s", strerror(errno));
  if (fd >= 0) close(fd);
  return good;
}

/* Reads through its own connection, which does not see what the writer has not committed. */
static bool copy(const char *file, const char *path, meter *m, roster_error *err) {
  database from = { 0 }, to = { .file = path, .err = err };
  bool good = open_both(&from, &to, file, path, err) && copy_all(&from, &to, m);
  database_close(&to);
  database_close(&from);
  return good && reach_disk(&to, path);
}

static void move_on(backup *b, bool copied, bool ended) {
  pthread_mutex_lock(&b->lock);
  b->copied |= copied;
  b->ended |= ended;
  pthread_cond_signal(&b->moved);
  pthread_mutex_unlock(&b->lock);
}

static void check_copy(backup *b) {
  database c;
  meter_copied(b->meter, 0, 0);
  b->good = database_open(&c, b->part, false, 0, &b->err);
  if (b->good) meter_watch(b->meter, &c);
  b->good = b->good && database_map(&c);
  b->good = b->good && database_is_sound(&c, "main", "the copy, as the database itself,");
  database_close(&c);
}

static void *copy_and_check(void *given) {
  backup *b = given;
  const bool copied = b->copied || copy(b->file, b->part, b->meter, &b->err);
  move_on(b, copied, false);
  if (copied) check_copy(b);
  move_on(b, false, true);
  return NULL;
}

bool backup_wait(backup *b) {
  pthread_mutex_lock(&b->lock);
  while (!b->copied && !b->ended) pthread_cond_wait(&b->moved, &b->lock);
  const bool copied = b->copied;
  pthread_mutex_unlock(&b->lock);
  return copied;
}

/* What SQLite left beside it, where it could not close it. */
static void clean(const backup *b) {
  static const char *const beside[] = { "-journal", "-wal", "-shm" };
  for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
    char path[sizeof b->part + 16];
    snprintf(path, sizeof path, "%s%s", b->part, beside[i]);
    unlink(path);
  }
}

static bool drop(const backup *b) {
  unlink(b->part);
  clean(b);
  return false;
}

static bool has_log(database *d, bool *wal) {
  sqlite3_stmt *s = database_query(d, "PRAGMA main.journal_mode");
  bool failed = s == NULL;
  *wal = s && database_step(d, s, &failed) && strcmp((const char *)sqlite3_column_text(s, 0), "wal") == 0;
  sqlite3_finalize(s);
  return !failed;
}

bool backup_begin(backup *b, database *writer, const char *kind) {
  bool wal = false;
  *b = (backup){ .file = writer->file, .meter = writer->meter };
  if (!has_log(writer, &wal) || !name_copy(writer, kind, b->final, b->part, sizeof b->final)) return false;
  b->copied = !wal;
  if (b->copied && !copy(b->file, b->part, b->meter, writer->err)) return drop(b);
  pthread_mutex_init(&b->lock, NULL);
  pthread_cond_init(&b->moved, NULL);
  errno = 0;
  if (pthread_create(&b->thread, NULL, copy_and_check, b) == 0) return true;
  if (errno == ENOMEM) /* to its caller it calls that EAGAIN */
    database_fail(writer, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
  else
    database_fail(writer, ROSTER_ESYSTEM, NULL, "no thread could be started");
  return drop(b);
}

/* Never over a file that has come there meanwhile; where a file can have no second name, only this moment is left for that. */
static bool give_name(backup *b) {
  if (link(b->part, b->final) == 0) {
    unlink(b->part);
    return true;
  }
  return errno != EEXIST && access(b->final, F_OK) != 0 && rename(b->part, b->final) == 0;
}

/* So that the name outlives a power cut, as the migration would. */
static void keep_name(const backup *b) {
  char folder[sizeof b->final];
  snprintf(folder, sizeof folder, "%s", b->final);
  char *slash = strrchr(folder, '/');
  if (slash) slash[1] = 0;
  int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd); /* not every file system can */
  close(fd);
}

bool backup_end(backup *b, database *writer) {
  pthread_join(b->thread, NULL);
  pthread_mutex_destroy(&b->lock);
  pthread_cond_destroy(&b->moved);
  if (!b->good) *writer->err = b->err;
  if (b->good && !give_name(b))
    b->good = database_fail(writer, ROSTER_ESYSTEM, "check the permissions and the free space there",
                            "the copy cannot be named %s: %s: nothing was changed", b->final, strerror(errno));
  if (!b->good) return drop(b);
  clean(b);
  keep_name(b);
  return true;
}
