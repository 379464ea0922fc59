/* host: the command as a host of the library: opens a registry for one call, refreshes it, holds the snapshot, and keeps the report of the
 * load: which files were read, in order, and what is wrong in them. */
#ifndef ROSTER_SHARED_HOST_H
#define ROSTER_SHARED_HOST_H

#include "command/shared/arguments.h"
#include "command/shared/terminal.h"
#include "roster.h"

#include <stdio.h>

typedef struct finding {
  roster_severity severity;
  char *file;
  int line, column, length; /* 0: unknown */
  char *message;
  char *source, *fix; /* NULL: none */
  bool late;          /* of a refresh, so `roster lint` does not find it */
} finding;

typedef struct source {
  char *path, *why;
  bool directory, read;
} source;

typedef struct report {
  finding *findings;
  size_t finding_count, finding_room;
  source *sources;
  size_t source_count, source_room;
  bool closed; /* later loads report the same sources again: the first time is enough */
} report;

void report_take_finding(report *r, const roster_finding *f); /* the same finding twice is kept once */
size_t report_count(const report *r, roster_severity severity);
size_t report_files(const report *r); /* that were read */

void report_write_findings(const report *r, FILE *to); /* see finding_text.h */
void report_write_files(const report *r);              /* "Read: shipped definitions" and then the other files */
void report_free(report *r);

typedef struct host {
  const arguments *arguments;
  roster *registry;
  const roster_snapshot *snapshot;
  report report;
  progress progress;
  roster_transport *transport; /* one that records or replays; NULL for the usual */
  char *bill;                  /* see host_keep_bill; NULL: none */
  long recorded_before;        /* the i-node of the recording that was there before; 0 for none */
} host;

/* The options for roster_open; their callbacks fill h. */
void host_settings(host *h, const arguments *o, roster_options *out);

/* Adds the file in which the command keeps what was billed: $XDG_CACHE_HOME/roster/billed.json, or ~/.cache/roster/billed.json. A recording
 * and its replay have none, as they are to be the same each time. */
void host_keep_bill(host *h, roster_options *out);

/* Loads the definitions; makes no requests. On failure it has printed the errors, and returns an exit code other than 0. */
int host_open(host *h, const arguments *o);
int host_open_with(host *h, const arguments *o, const roster_options *settings);
/* Prints why a load failed; returns an exit code. For verbs that open no registry. */
int host_fail(const host *h, const roster_error *err);
/* Validates and takes the new snapshot. Fails as host_open does. A recording ends here. */
int host_ask(host *h);
/* The same; these models are asked for by name. Without any, the level generate is for all of them. */
int host_ask_for(host *h, const char *const *names, size_t count);
/* Prints the warnings in the definitions, or how many there are, on stderr. */
void host_warn(const host *h);
void host_close(host *h);

/* The model that an id means, as it was typed. NULL when there is none, after printing the error. */
const roster_model *host_model(const host *h, const char *id);

/* Nobody has been asked yet, no block defines the id, and a listing may have it. */
bool host_may_discover(const host *h, const char *id);

/* Whether there is something to tell about billed requests: one was sent today, or a model waits for one. */
bool host_has_bill(const roster_snapshot *s);

/* NULL when there is none. */
const roster_provider *find_provider(const roster_snapshot *s, const char *id);
/* The provider that a misspelt id was probably meant to be; NULL when none is near enough. */
const char *nearest_provider(const roster_snapshot *s, const char *id);

#endif
