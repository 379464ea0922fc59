/* report: what a load of the definitions says: which files it read, in order, and what is wrong in them. */
#ifndef ROSTER_SHARED_REPORT_H
#define ROSTER_SHARED_REPORT_H

#include "roster.h"

#include <stdio.h>

typedef struct finding {
  roster_severity severity;
  char *file;
  int line;
  char *message;
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
  bool closed; /* later loads tell the sources once more: the first telling is enough */
} report;

void report_take_finding(report *r, const roster_finding *f); /* the same finding twice is kept once */
void report_take_source(report *r, const roster_source *s);
size_t report_count(const report *r, roster_severity severity);
size_t report_files(const report *r); /* that were read */

void report_write_findings(const report *r, FILE *to); /* "file:line: message", one a line */
void report_write_files(const report *r);              /* "Read: shipped definitions" and the files behind it */
void report_free(report *r);

#endif
