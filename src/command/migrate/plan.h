/* plan: which columns hold ids, what is in them, what each id becomes, and the same as plain SQL. Changes nothing. */
#ifndef ROSTER_COMMAND_MIGRATE_PLAN_H
#define ROSTER_COMMAND_MIGRATE_PLAN_H

#include "command/migrate/database.h"
#include "command/migrate/renames.h"
#include "command/shared/arguments.h"

#define LOG "_roster_migrations" /* the migrations' own table */

typedef enum fate { FATE_KEEP, FATE_RENAME, FATE_RETIRED, FATE_UNKNOWN, FATE_NULL, FATE_NO_TEXT, FATE_SECRET } fate;

/* One distinct id of a column. */
typedef struct found {
  char *id; /* NULL for NULL and for what is not a string */
  int64_t rows;
  fate fate;
  const roster_rename *rename; /* FATE_RENAME */
  int64_t window, assumed;     /* tokens, of the model it leads to, and what hosts took it to have under this id; 0: none, or the same */
  char *near;                  /* FATE_UNKNOWN: current ids that may be meant; FATE_RETIRED: its replacement */
} found;

typedef struct target {
  const char *table, *column;
  bool optional; /* a profile's: it may not be there */
  bool history;  /* records the past, and decides nothing any more */
  bool json;     /* holds JSON, with ids inside */
  bool skipped;  /* missing, or left alone: `note` is the reason */
  const char *note;
  found *at;
  size_t count;
  int64_t rows, renamed;
} target;

typedef struct plan {
  target *targets;
  size_t target_count;
  int64_t renamed; /* rows in all */
} plan;

/* The columns that the command line names, or its profile. False after printing a usage error. */
bool plan_choose(plan *p, const arguments *o);
/* Looks into the database. The renames are borrowed. */
bool plan_look(plan *p, database *d, const renames *s);
/* Whether the columns are there. */
bool plan_check(plan *p, database *d);
/* Whether there is anything to rename: stops at the first. */
bool plan_any(const plan *p, database *d, const renames *s, bool *any);
/* What is true of the rows to change, as SQL; malloc'd. The connection has its renaming. */
char *plan_condition(const target *t, const renames *s);
void plan_free(plan *p);

/* A target whose ids are to be changed. */
bool target_moves(const target *t);
/* Adds how often each rename was used, as counted by the connection. */
void target_take_used(target *t, const database *d, const renames *s);
const char *fate_name(fate f);

void plan_write_sql(const plan *p, const renames *s);

#endif
