/* standin: stand-in providers: real HTTP servers on loopback that speak the dialects of providers, their errors included, as a
 * scenario asks. A library of its own, which depends on nothing else of the project. It must never know roster. */
#ifndef ROSTER_MOCK_STANDIN_H
#define ROSTER_MOCK_STANDIN_H

#include <stddef.h>

typedef struct standin standin;

/* All servers of the scenario, listening. NULL and a sentence in error on failure: it names the path of the mistake. */
standin *standin_start(const char *scenario_json, char *error, size_t error_size);

/* In the order of the scenario; borrowed until the stop; NULL beyond the end. */
size_t standin_count(const standin *s);
const char *standin_name(const standin *s, size_t i);
const char *standin_url(const standin *s, size_t i);

/* Returns within a second, whatever clients do. NULL is fine. */
void standin_stop(standin *s);

/* The verb: argv[1] is a file with a scenario, or "-" for standard input. Says on one line of standard output where the servers
 * are, then serves until SIGTERM, SIGINT, the death of the parent or the end of the scenario's lifetime. 0; 2 for a bad scenario
 * or usage. */
int standin_main(int argc, char **argv);

#endif
