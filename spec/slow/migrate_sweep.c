/* migrate_sweep: `roster migrate` (the report, --apply, --undo) with each of its allocations refused, once and together with all later
 * ones, and each open, read, write, rename, sync, thread and descriptor. Each time the run either succeeded, and the database and the words
 * are those of the undisturbed run, or it said what could not be done, the database is as it was, and nothing lies beside it. Memory is
 * blamed where memory was refused, and nowhere else. Where only the report could not be printed, the words say that the change is done.
 *
 * A database that is the same byte for byte gives the same next time; where it is not, an undisturbed run follows and is compared.
 *
 * usage: migrate_sweep COMMAND memory | calls   COMMAND: linked with fail_alloc.c, or any, with fail_at preloaded (PRELOAD)
 *
 * EACH=n tries each n-th point only. FIGURES names a file for the counts. One process for each processor. */
#include <sqlite3.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_MOST = 400, NAME_MOST = 700, TEXT_MOST = 64 * 1024, FILE_MOST = 256 * 1024, MOST_POINTS = 20000, WORKERS = 2 };

typedef struct bytes {
  size_t length;
  char at[FILE_MOST];
} bytes;

typedef enum verb { PLAN, APPLY, UNDO, VERBS } verb;
static const char *const VERB_NAMES[] = { "plan", "apply", "undo" };

typedef struct outcome {
  int status; /* what waitpid gives */
  char out[TEXT_MOST], err[TEXT_MOST];
} outcome;

/* Shared by all workers. */
static struct { _Atomic long tried, failed_runs, wrong; } * total;

static const char *command;
static bool memory;
static char folder[PATH_MOST], db[PATH_MOST + 8], definitions[PATH_MOST], kept[PATH_MOST + 64];
static bytes before[VERBS], copy_of_db, now_bytes;
static char copy_holds[TEXT_MOST], was[VERBS][TEXT_MOST], becomes[VERBS][TEXT_MOST], copy_name[NAME_MOST];
static outcome undisturbed[VERBS], got;

static void die(const char *what) {
  perror(what);
  exit(9);
}

/* ---- files ---- */

static void read_bytes(const char *path, bytes *out) {
  FILE *f = fopen(path, "rb");
  if (!f) die(path);
  out->length = fread(out->at, 1, sizeof out->at, f);
  fclose(f);
}

static void write_bytes(const char *path, const void *at, size_t length) {
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(at, 1, length, f) != length || fclose(f) != 0) die(path);
}

static void read_text(const char *path, char *out) {
  FILE *f = fopen(path, "rb");
  if (!f) die(path);
  out[fread(out, 1, TEXT_MOST - 1, f)] = 0;
  fclose(f);
}

/* Calls this for each file beside the database. */
static void beside(void (*each)(const char *name, void *payload), void *payload) {
  DIR *d = opendir(folder);
  if (!d) die(folder);
  for (struct dirent *e; (e = readdir(d));)
    if (*e->d_name != '.') each(e->d_name, payload);
  closedir(d);
}

static void remove_file(const char *name, void *unused) {
  (void)unused;
  char path[PATH_MOST * 2];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  unlink(path);
}

/* As it is before this verb: an undo finds the copy of the migration. */
static void lay_out(verb v) {
  beside(remove_file, NULL);
  write_bytes(db, before[v].at, before[v].length);
  if (v == UNDO) write_bytes(copy_name, copy_of_db.at, copy_of_db.length);
}

/* ---- what is in a database ---- */

static bool add_rows(sqlite3 *h, const char *sql, char *out) {
  sqlite3_stmt *s = NULL;
  size_t length = strlen(out);
  if (sqlite3_prepare_v2(h, sql, -1, &s, NULL) != SQLITE_OK) return false;
  int code;
  while ((code = sqlite3_step(s)) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(s); i++) {
      const char *text = (const char *)sqlite3_column_text(s, i);
      length += (size_t)snprintf(out + length, TEXT_MOST - length, "%s|", text ? text : "NULL");
    }
    length += (size_t)snprintf(out + length, TEXT_MOST - length, "\n");
  }
  return sqlite3_finalize(s) == SQLITE_OK && code == SQLITE_DONE;
}

/* Rows, schema, soundness and journal mode (but not that of a copy, which is one file); of the log all but times and paths. */
static void look(const char *path, char *out) {
  static const char *const QUERIES[] = { "SELECT rowid, * FROM talks", "SELECT * FROM usage",
                                         "SELECT * FROM seen",         "SELECT type, name, sql FROM sqlite_schema ORDER BY name",
                                         "PRAGMA integrity_check",     NULL };
  sqlite3 *h = NULL;
  *out = 0;
  if (sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) snprintf(out, TEXT_MOST, "not to be opened");
  for (int i = 0; QUERIES[i]; i++)
    if (!add_rows(h, QUERIES[i], out)) strcat(out, "(failed)\n");
  if (strcmp(path, db) == 0) add_rows(h, "PRAGMA journal_mode", out);
  add_rows(h,
           "SELECT table_name, column_name, inside_json, from_id, to_id, row_count, undone_at IS NULL FROM _roster_migrations ORDER BY id",
           out);
  sqlite3_close(h);
}

/* ---- runs ---- */

static void set(const char *name, const char *value) {
  if (value)
    setenv(name, value, 1);
  else
    unsetenv(name);
}

typedef struct trouble {
  const char *classes, *how; /* NULL for allocations */
  long at;                   /* 0 or less: none */
  bool ever;
} trouble;

static void be_troubled(const trouble *t) {
  char n[24];
  snprintf(n, sizeof n, "%ld", memory ? t->at - 1 : t->at);
  const char *at = t->at > 0 ? n : NULL, *length = t->ever ? "ever" : "1";
  if (memory) {
    set("FAIL_ALLOC_AT", at);
    set("FAIL_ALLOC_FOR", length);
    return;
  }
  set("LD_PRELOAD", t->classes ? getenv("PRELOAD") : NULL);
  set("FAIL_CLASS", t->classes);
  set("FAIL_WITH", t->how);
  set("FAIL_AT", at);
  set("FAIL_FOR", length);
  set("FAIL_COUNT", at ? NULL : kept);
}

static void to_file(int fd, const char *name) {
  char path[PATH_MOST * 2];
  snprintf(path, sizeof path, "%s.%s", folder, name);
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (file < 0 || dup2(file, fd) < 0) _exit(9);
  close(file);
}

static void from_file(const char *name, char *out) {
  char path[PATH_MOST * 2];
  snprintf(path, sizeof path, "%s.%s", folder, name);
  read_text(path, out);
}

static void run(verb v, const trouble *t, outcome *o) {
  static const char *const LAST[] = { "--include-json", "--apply", "--undo" };
  pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid == 0) {
    to_file(1, "out");
    to_file(2, "err");
    be_troubled(t);
    alarm(60);
    execl(command, command, "migrate", "--no-builtin", "--config", definitions, "--db", db, "--table", "talks", "--column", "model",
          "--table", "usage", "--column", "state", v == PLAN ? NULL : LAST[v], v == APPLY ? "--include-json" : NULL, NULL);
    _exit(9);
  }
  if (waitpid(pid, &o->status, 0) != pid) die("waitpid");
  from_file("out", o->out);
  from_file("err", o->err);
}

/* ---- one point ---- */

typedef struct seen {
  bool cannot_undo;    /* what a transaction did: the next that opens it does */
  char odd[TEXT_MOST]; /* what ought not to be there */
  char copy[NAME_MOST];
} seen;

static void note_file(const char *name, void *payload) {
  seen *s = payload;
  if (strcmp(name, "db") == 0 || strcmp(name, "db-wal") == 0 || strcmp(name, "db-shm") == 0) return; /* a reader cannot remove the latter */
  if (strcmp(name, "db-journal") == 0 && s->cannot_undo) return;
  if (*copy_name && strcmp(name, strrchr(copy_name, '/') + 1) == 0) return;
  if (strncmp(name, "db.before-migration-", 20) == 0 && !strstr(name, ".part") && !*s->copy)
    snprintf(s->copy, sizeof s->copy, "%s/%s", folder, name);
  else
    snprintf(s->odd + strlen(s->odd), sizeof s->odd - strlen(s->odd), "%s%s", *s->odd ? " " : "", name);
}

/* The name of the copy has the time in it. */
static bool same_words(const char *a, const char *b) {
  const char *at = strstr(a, ".before-migration-"), *other = strstr(b, ".before-migration-");
  if (!at || !other) return !at && !other && strcmp(a, b) == 0;
  const char *rest = strchr(at, '\n'), *other_rest = strchr(other, '\n');
  return at - a == other - b && strncmp(a, b, (size_t)(at - a)) == 0 && rest && other_rest && strcmp(rest, other_rest) == 0;
}

static bool blames_memory(const char *words) {
  return strstr(words, "out of memory") || strstr(words, "not enough memory") || strstr(words, "allocate memory");
}

static const char *judge(verb v, const trouble *t) {
  static seen s;
  static char is[TEXT_MOST], copied[TEXT_MOST];
  memset(&s, 0, sizeof s);
  s.cannot_undo = t->ever && !memory;
  if (!WIFEXITED(got.status) || WEXITSTATUS(got.status) > 2) return "it ended otherwise than with 0, 1 or 2";
  char *hidden = copy_name;
  char shown = *hidden;
  if (v != UNDO) *hidden = 0;
  beside(note_file, &s);
  *hidden = shown;
  /* Removing is what was refused. */
  bool unremovable = t->classes && strstr(t->classes, "rename");
  if (*s.odd && !unremovable) return s.odd;
  read_bytes(db, &now_bytes);
  bool same = now_bytes.length == before[v].length && memcmp(now_bytes.at, before[v].at, now_bytes.length) == 0, good = got.status == 0;
  look(db, is);
  bool old = strcmp(is, was[v]) == 0, new = strcmp(is, becomes[v]) == 0;
  if (!old && !new) return "the database is neither as it was nor as it was to be";
  if (*s.copy) look(s.copy, copied);
  if (*s.copy && strcmp(copied, copy_holds) != 0) return "the copy is not what the database was";
  if (good && !new) return "it says that it is done, and it is not";
  if (good && !same_words(got.out, undisturbed[v].out)) return "it says something else";
  if (good) return NULL;
  total->failed_runs++;
  if (!*got.err) return "it fails without a word";
  bool told = strstr(got.err, "the change was made") != NULL;
  if (v != PLAN && told != !old) return told ? "it says that it is done, and it is not" : "it says that it failed, and it is done";
  if (*s.copy && !unremovable && !strstr(got.err, s.copy)) return "a copy is left that no word names";
  if (memory != blames_memory(got.err)) return memory ? "memory ran out, and something else is said" : "memory is blamed";
  if (same || !old) return NULL;
  static outcome after;
  run(v, &(trouble){ 0 }, &after);
  look(db, is);
  return after.status == 0 && strcmp(is, becomes[v]) == 0 ? NULL : "the next run does not do it";
}

static void attempt(verb v, const trouble *t) {
  lay_out(v);
  run(v, t, &got);
  total->tried++;
  const char *wrong = judge(v, t);
  if (!wrong) return;
  if (total->wrong++ > 400) return;
  printf("%s, %s %s %ld %s: %s (ended with %x)\n  %s\n  %s\n", VERB_NAMES[v], t->classes ? t->classes : "allocation", t->how ? t->how : "",
         t->at, t->ever ? "and later ones" : "alone", wrong, (unsigned)got.status, got.err,
         strncmp(got.out, undisturbed[v].out, 200) ? got.out : "");
  fflush(stdout);
}

/* ---- all of them ---- */

/* Halved until there is a run that nothing disturbed. */
static long allocations(verb v) {
  long low = 0, high = MOST_POINTS * 4;
  while (low + 1 < high) {
    long middle = (low + high) / 2;
    lay_out(v);
    run(v, &(trouble){ .at = middle, .ever = true }, &got);
    if (got.status == 0 && !*got.err)
      high = middle;
    else
      low = middle;
  }
  return high;
}

static long calls(verb v, const trouble *t) {
  lay_out(v);
  run(v, t, &got);
  static char text[TEXT_MOST];
  read_text(kept, text);
  return atol(text);
}

static void sweep(verb v, trouble t, int worker, long each) {
  long count = memory ? allocations(v) : calls(v, &t);
  if (worker == 0) printf("%s %s %s: %ld points\n", VERB_NAMES[v], t.classes ? t.classes : "allocations", t.how ? t.how : "", count);
  fflush(stdout);
  for (t.at = 1 + worker * each; t.at <= count; t.at += each * WORKERS)
    for (int ever = 0; ever < 2; ever++) {
      t.ever = ever;
      attempt(v, &t);
    }
}

static void take_copy_name(const char *name, void *unused) {
  (void)unused;
  if (strstr(name, ".before-migration-")) snprintf(copy_name, sizeof copy_name, "%s/%s", folder, name);
}

static void make_database(const char *mode) {
  static const char ROWS[] =
      "CREATE TABLE talks (id TEXT PRIMARY KEY, model TEXT, other TEXT); CREATE INDEX by_model ON talks (model);"
      "CREATE TABLE usage (n INTEGER PRIMARY KEY, state TEXT NOT NULL);"
      "CREATE TABLE seen (id TEXT, model TEXT);"
      "CREATE TRIGGER noted AFTER UPDATE OF model ON talks BEGIN INSERT INTO seen VALUES (new.id, new.model); END;"
      "INSERT INTO talks VALUES ('a', 'old', 1), ('b', 'new', 2), ('c', NULL, 3), ('d', 'own', 4), ('e', 'older', 5), ('f', 'old', 6);"
      "INSERT INTO usage VALUES (1, '{ \"model\" : \"old\", \"x\": [1, 2] }'), (2, '{}'), (3, '{\"a\":{\"model_id\":\"o\\u006cder\"}}');";
  sqlite3 *h = NULL;
  char pragma[64];
  snprintf(pragma, sizeof pragma, "PRAGMA journal_mode = %s", mode);
  if (sqlite3_open(db, &h) != SQLITE_OK || sqlite3_exec(h, pragma, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_exec(h, ROWS, NULL, NULL, NULL) != SQLITE_OK)
    die(sqlite3_errmsg(h));
  sqlite3_close(h);
}

static void run_undisturbed(verb v) {
  lay_out(v);
  look(db, was[v]);
  lay_out(v); /* reading leaves files beside it */
  run(v, &(trouble){ 0 }, &undisturbed[v]);
  if (undisturbed[v].status != 0) {
    fprintf(stderr, "%s", undisturbed[v].err);
    exit(9);
  }
  if (v == APPLY) beside(take_copy_name, NULL);
  if (v == APPLY) read_bytes(copy_name, &copy_of_db);
  if (v == APPLY) look(copy_name, copy_holds);
  if (v == APPLY) read_bytes(db, &before[UNDO]);
  look(db, becomes[v]);
}

static void begin(const char *base, int worker, const char *mode) {
  snprintf(folder, sizeof folder, "%s/%d", base, worker);
  snprintf(db, sizeof db, "%s/db", folder);
  snprintf(kept, sizeof kept, "%s.count", folder);
  mkdir(folder, 0700);
  beside(remove_file, NULL);
  make_database(mode);
  read_bytes(db, &before[PLAN]);
  before[APPLY] = before[PLAN];
  *copy_name = 0;
  for (verb v = PLAN; v < VERBS; v++) run_undisturbed(v);
}

static void work(const char *base, int worker, long each) {
  static const char *const MODES[] = { "wal", "delete" };
  for (int mode = 0; mode < 2; mode++) {
    begin(base, worker, MODES[mode]);
    if (worker == 0) printf("journal mode %s\n", MODES[mode]);
    for (verb v = mode ? APPLY : PLAN; v < VERBS; v++) {
      if (memory) {
        sweep(v, (trouble){ 0 }, worker, each);
        continue;
      }
      sweep(v, (trouble){ .classes = "open read write fsync thread fd" }, worker, each);
      sweep(v, (trouble){ .classes = "rename" }, worker, each);
      sweep(v, (trouble){ .classes = "write fsync", .how = "5" }, worker, each);
      sweep(v, (trouble){ .classes = "open fsync", .how = "28" }, worker, each);
      sweep(v, (trouble){ .classes = "read write", .how = "short" }, worker, each);
    }
  }
}

static void write_figures(void) {
  const char *file = getenv("FIGURES"), *what = memory ? "allocations" : "calls of the system";
  FILE *f = file ? fopen(file, "a") : NULL;
  if (!f) return;
  fprintf(f, "migrate: %s made to fail\t%ld\nmigrate: %s made to fail: wrong outcomes\t%ld\n", what, total->tried, what, total->wrong);
  fclose(f);
}

int main(int argc, char **argv) {
  if (argc != 3) return 9;
  command = argv[1];
  memory = strcmp(argv[2], "memory") == 0;
  const char *each = getenv("EACH");
  char base[] = "/tmp/migrate-sweep-XXXXXX";
  if (!mkdtemp(base)) die(base);
  snprintf(definitions, sizeof definitions, "%s/models.lua", base);
  static const char TEXT[] = "provider \"p\" { protocol = \"openai-chat\", base_url = \"https://p.test\" }\n"
                             "model \"new\" { provider = \"p\", context_window = 4000, formerly = { \"old\", \"older\" } }\n";
  write_bytes(definitions, TEXT, sizeof TEXT - 1);
  total = mmap(NULL, sizeof *total, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < WORKERS; i++)
    if (fork() == 0) {
      work(base, i, each ? atol(each) : 1);
      exit(0);
    }
  for (int status = 0; wait(&status) > 0;)
    if (status) total->wrong++;
  char line[PATH_MOST];
  snprintf(line, sizeof line, "rm -rf %s", base);
  if (system(line) != 0) return 9;
  printf("%s: %ld tried, %ld runs failed, %ld wrong\n", argv[2], total->tried, total->failed_runs, total->wrong);
  write_figures();
  return total->wrong || !total->tried;
}
