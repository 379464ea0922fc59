/* verb: what the command can be told to do. */
#ifndef ROSTER_SHARED_VERB_H
#define ROSTER_SHARED_VERB_H

#include "command/shared/options.h"

typedef struct verb {
  const char *name;
  const char *operands; /* as the help shows them */
  const char *summary;
  const char *about;                      /* the rest of its help: paragraphs, then the exit codes */
  unsigned options;                       /* OPTION_... that it takes */
  int least, most;                        /* operands; most is -1 when any number will do */
  int (*run)(const options *o);           /* answers the exit code */
  int (*run_bare)(int argc, char **argv); /* instead of run: reads its own arguments */
  const char *group;                      /* the heading that it stands under in the help */
} verb;

extern const verb VERBS[];
extern const int VERB_COUNT;

const verb *verb_find(const char *name); /* NULL when there is none */

int models_run(const options *o);
int providers_run(const options *o);
int check_run(const options *o);
int against_run(const options *o); /* check --against */
int explain_run(const options *o);
int resolve_run(const options *o);
int request_run(const options *o);
int paths_run(const options *o);
int lint_run(const options *o);
int init_run(const options *o);
int demo_run(const options *o);
int migrate_run(const options *o);
int diff_run(const options *o);
int import_run(const options *o);
int test_run(const options *o);
int serve_run(const options *o);
int help_run(const options *o);
int version_run(const options *o);
int standin_run(int argc, char **argv);

/* Says that there is no verb o->verb, and which one may be meant. Answers the exit code. */
int verb_unknown(const options *o);

/* The general help, or with a verb that verb's. */
void help_write(const verb *v);

#endif
