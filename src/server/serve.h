/* serve: the verb `serve`: the registry over HTTP, for hosts that do not link it, and for people. A library of its own, opened at first
 * use, so that no other verb pays for libmicrohttpd. */
#ifndef ROSTER_SERVER_SERVE_H
#define ROSTER_SERVER_SERVE_H

#include "command/shared/arguments.h"

/* Answers the exit code. */
int serve_main(const arguments *o);

#endif
