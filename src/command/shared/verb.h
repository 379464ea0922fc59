/* verb: the functions behind the verbs; the table of verbs, with their help and their options, is in main.c. Each returns the exit code. */
#ifndef ROSTER_SHARED_VERB_H
#define ROSTER_SHARED_VERB_H

#include "command/shared/arguments.h"

int models_run(const arguments *o);
int pick_run(const arguments *o);
int providers_run(const arguments *o);
int default_run(const arguments *o);
int role_run(const arguments *o);
int check_run(const arguments *o);
int explain_run(const arguments *o);
int resolve_run(const arguments *o);
int try_run(const arguments *o);
int request_run(const arguments *o);
int price_run(const arguments *o);
int paths_run(const arguments *o);
int config_run(const arguments *o);
int lint_run(const arguments *o);
int init_run(const arguments *o);
int schema_run(const arguments *o);
int completions_run(const arguments *o);
int doctor_run(const arguments *o);
int demo_run(const arguments *o);
int migrate_run(const arguments *o);
int diff_run(const arguments *o);
int import_run(const arguments *o);
int update_run(const arguments *o);
int test_run(const arguments *o);
int serve_run(const arguments *o);
int standin_run(int argc, char **argv);

#endif
