/* message: how the command says that something went wrong: a line on stderr, and with --json the document on stdout. */
#ifndef ROSTER_SHARED_MESSAGE_H
#define ROSTER_SHARED_MESSAGE_H

#include "command/shared/options.h"

enum { EXIT_GOOD = 0, EXIT_NOT = 1, EXIT_BAD = 2 };

/* Both answer EXIT_BAD. */
int fail(const options *o, const roster_error *err);
int fail_usage(const options *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line on stderr. */
void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
