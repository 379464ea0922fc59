/* mock_provider: mock providers: real HTTP servers on loopback that speak the dialects of providers, their errors included, as a scenario
 * asks. They live in a library that depends on nothing else of the project but util, and know nothing of roster. */
#ifndef ROSTER_MOCK_MOCK_PROVIDER_H
#define ROSTER_MOCK_MOCK_PROVIDER_H

#include <stddef.h>

typedef struct mock_provider mock_provider;

/* All servers of the scenario, listening. NULL and a message in error on failure, with the path of the mistake. */
mock_provider *mock_provider_start(const char *scenario_json, char *error, size_t error_size);

/* The address of the i-th server in the order of the scenario; borrowed until the stop; NULL beyond the end. */
const char *mock_provider_url(const mock_provider *s, size_t i);

/* Returns within a second, whatever clients do. NULL is fine. */
void mock_provider_stop(mock_provider *s);

/* The verb: argv[1] is a file with a scenario, or "-" for standard input. Prints the addresses of the servers on one line of standard
 * output, then serves until SIGTERM, SIGINT, the death of the parent or the end of the scenario's lifetime. Standard error has that
 * lifetime at the start, and the reason at the end unless it is a signal. 0; 2 for a bad scenario or usage. */
int mock_provider_main(int argc, char **argv);

#endif
