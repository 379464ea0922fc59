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
#include "command/shared/veil.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- keys that the database holds ---- */

static void hide_name(char **name, veil *v) {
  const char *shown = *name ? veil_name(v, *name) : NULL;
  if (shown == *name) return;
  char *kept = copied(shown);
  free(*name);
  *name = kept;
}

static void hide_id(found *f, veil *v) {
  if (!f->id || !veil_covers(v, f->id)) return;
  hide_name(&f->id, v);
  f->fate = FATE_SECRET;
  f->rename = NULL;
  free(f->near);
  f->near = copied("");
}

/* Before anything of it is written. */
static void hide(plan *p, done *what, veil *v) {
  for (size_t i = 0; i < p->target_count; i++)
    for (size_t k = 0; k < p->targets[i].count; k++)
      if (p->targets[i].at[k].fate != FATE_RENAME) hide_id(&p->targets[i].at[k], v);
  for (size_t i = 0; i < what->touched_count; i++) {
    hide_name(&what->touched[i].table, v);
    hide_name(&what->touched[i].column, v);
  }
}

static void hide_error(roster_error *err, veil *v) {
  const char *message = veil_text(v, err->message), *hint = veil_text(v, err->hint);
  if (message != err->message) snprintf(err->message, sizeof err->message, "%s", message);
  if (hint != err->hint) snprintf(err->hint, sizeof err->hint, "%s", hint);
}

/* ---- the verb ---- */

static int fail_database(const arguments *o, roster_error *err) {
  hide_error(err, o->veil);
  print_error(o, err);
  return err->status == ROSTER_EINVALID ? EXIT_BAD : EXIT_NOT;
}

/* A change is done also where nobody can be told what it was. */
static int end_report(const arguments *o) {
  const char *words = transaction_words();
  if (!*words) return EXIT_GOOD; /* main looks at it */
  const int fault = output_fault();
  if (!fault || fault == EPIPE) return EXIT_GOOD;
  fprintf(stderr, "roster: %s: cannot write to standard output: %s: %s\n", o->db, strerror(fault), words);
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
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* its threads would wait for each other to count what they allocate */
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
  hide(p, &what, o->veil);
  if (good) write_summary(p, o, &what);
  done_free(&what);
  return good ? end_report(o) : fail_database(o, &err);
}

static int refuse(const arguments *o) {
  bool apply = arguments_have(o, OPTION_APPLY), undo = arguments_have(o, OPTION_UNDO), sql = arguments_have(o, OPTION_SQL);
  if (apply + undo + sql > 1) return usage_error(o, "--apply, --undo and --sql exclude each other");
  if (sql && arguments_have(o, OPTION_JSON_IDS))
    return usage_error(o, "--sql cannot change ids inside JSON: plain SQL would reformat the entire document");
  if (!sql && !o->db) return usage_error(o, "name the database: --db FILE");
  return EXIT_GOOD;
}

static void take_renames(renames *r, const roster_snapshot *s, veil *v) {
  veil_excuse(v, s);
  renames_collect(r, s);
  renames_hide(r, v);
}

__attribute__((visibility("default"))) int migrate_main(const arguments *given) {
  veil v;
  veil_open(&v);
  arguments veiled = *given, *o = &veiled;
  o->veil = &v;
  host h = { 0 };
  plan p = { 0 };
  renames r = { 0 };
  int code = refuse(o);
  if (!code && !arguments_have(o, OPTION_UNDO)) code = plan_choose(&p, o) ? EXIT_GOOD : EXIT_BAD;
  if (!code) code = host_open(&h, o);
  if (!code) take_renames(&r, h.snapshot, &v);
  if (!code && arguments_have(o, OPTION_SQL))
    plan_write_sql(&p, &r);
  else if (!code)
    code = run(&p, o, &r);
  host_close(&h);
  plan_free(&p);
  renames_free(&r);
  veil_close(&v);
  return code;
}
