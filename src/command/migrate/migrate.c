/* migrate: the verb `migrate`: stored model ids of an SQLite file, from what they were to what they mean now. Without --apply and --undo it
 * changes nothing. In a library of its own, so that no other verb pays for SQLite. */
#include "command/migrate/apply.h"
#include "command/migrate/renaming.h"
#include "command/migrate/summary.h"
#include "command/migrate/transaction.h"
#include "command/migrate/undo.h"
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/plugin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int fail_database(const arguments *o, const roster_error *err) {
  print_error(o, err);
  return err->status == ROSTER_EINVALID ? EXIT_BAD : EXIT_NOT;
}

/* A change is done also where nobody can be told what it was. */
static int end_report(const arguments *o) {
  const char *words = transaction_words();
  if (!*words) return EXIT_GOOD; /* main looks at it */
  errno = 0;
  bool failed = ferror(stdout) != 0;
  if ((fflush(stdout) == 0 && !failed) || errno == EPIPE) return EXIT_GOOD;
  fprintf(stderr, "roster: %s: cannot write output: %s: %s\n", o->db, strerror(errno ? errno : EIO), words);
  clearerr(stdout);
  return EXIT_BAD;
}

static void write_summary(const plan *p, const arguments *o, const done *what) {
  if (arguments_have(o, OPTION_JSON))
    summary_write_json(p, o, what);
  else
    summary_write_text(p, o, what);
}

/* At one moment of the database, whoever writes to it meanwhile. */
static bool look(plan *p, database *d, const renames *s) { return database_run(d, "BEGIN") && plan_look(p, d, s); }

static int run(plan *p, const arguments *o, const renames *s) {
  roster_error err = { .status = ROSTER_OK };
  database d;
  done what = { 0 };
  meter m;
  bool apply = arguments_have(o, OPTION_APPLY), undo = arguments_have(o, OPTION_UNDO);
  meter_begin(&m);
  memory_last_words = transaction_abandon;
  bool good = database_open(&d, o->db, apply || undo, o->timeout_ms, &err);
  if (good) meter_watch(&m, &d);
  if (good && undo)
    good = undo_last(&d, &what);
  else if (good)
    good = renaming_install_all(&d, s) && (apply ? apply_plan(p, &d, s, &what) : look(p, &d, s));
  database_close(&d);
  meter_end(&m);
  if (good) write_summary(p, o, &what);
  done_free(&what);
  return good ? end_report(o) : fail_database(o, &err);
}

static int refuse(const arguments *o) {
  bool apply = arguments_have(o, OPTION_APPLY), undo = arguments_have(o, OPTION_UNDO), sql = arguments_have(o, OPTION_SQL);
  if (apply + undo + sql > 1) return usage_error(o, "--apply, --undo and --sql exclude each other");
  if (sql && arguments_have(o, OPTION_JSON_IDS))
    return usage_error(o, "--sql changes no ids inside JSON: plain SQL would lay the whole text out anew");
  if (!sql && !o->db) return usage_error(o, "name the database: --db FILE");
  return EXIT_GOOD;
}

__attribute__((visibility("default"))) int migrate_main(const arguments *o) {
  host h = { 0 };
  plan p = { 0 };
  renames r = { 0 };
  int code = refuse(o);
  if (!code && !arguments_have(o, OPTION_UNDO)) code = plan_choose(&p, o) ? EXIT_GOOD : EXIT_BAD;
  if (!code) code = host_open(&h, o);
  if (!code) renames_collect(&r, h.snapshot);
  if (!code && arguments_have(o, OPTION_SQL))
    plan_write_sql(&p, &r);
  else if (!code)
    code = run(&p, o, &r);
  if (h.registry) host_close(&h);
  plan_free(&p);
  renames_free(&r);
  return code;
}
