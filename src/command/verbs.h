/* verbs: the one table of the verbs: their help, their options, their exit codes. Help, completions, the manual's spec and the check of a
 * command line are made from it. */
#ifndef ROSTER_COMMAND_VERBS_H
#define ROSTER_COMMAND_VERBS_H

#include "command/shared/arguments.h"
#include "command/shared/exit_codes.h"

enum { MOST_EXAMPLES = 4 };

typedef enum operand_kind {
  OPERAND_NONE,
  OPERAND_MODEL,
  OPERAND_PROVIDER,
  OPERAND_EITHER,
  OPERAND_ROLE,
  OPERAND_FILE,
  OPERAND_WORD
} operand_kind;

typedef struct verb {
  const char *name, *alias; /* alias: an older name that still works and is not shown; NULL for none */
  const char *operands;     /* as the help shows them */
  const char *summary;      /* one line: what it does */
  const char *about;        /* the rest of what there is to know, one paragraph */
  struct {
    const char *command, *what; /* without "roster " */
  } examples[MOST_EXAMPLES];
  const char *exits[EXIT_CODES];          /* what each exit code means; NULL: it has not that one */
  const char *exits_else;                 /* with an option that makes them mean something else; NULL for none */
  option_set options;                     /* that it takes */
  int least, most;                        /* operands; most is -1 when any number will do */
  operand_kind takes;                     /* what completions offer for an operand */
  const char *words;                      /* the operands of OPERAND_WORD, separated by spaces */
  int (*run)(const arguments *o);         /* returns the exit code */
  int (*run_bare)(int argc, char **argv); /* instead of run: reads its own arguments */
  const char *group;                      /* the heading in the help */
} verb;

const verb *verb_at(size_t index);       /* NULL past the end */
const verb *verb_find(const char *name); /* by its name or its alias; NULL when there is none */
int verb_unknown(const arguments *o);    /* reports that there is no verb o->verb, and which one may be meant */
int help_run(const arguments *o);
int version_run(const arguments *o);
void help_write(const verb *v); /* with NULL the general help */
void help_write_short(void);    /* for `roster` alone */

#endif
