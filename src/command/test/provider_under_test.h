/* provider_under_test: one provider, and what can be known of it without a request: its address, its keys in order, what settings
 * change. */
#ifndef ROSTER_COMMAND_TEST_PROVIDER_UNDER_TEST_H
#define ROSTER_COMMAND_TEST_PROVIDER_UNDER_TEST_H

#include "command/test/harness.h"
#include "command/test/own_scenario.h"
#include "command/test/redirect_transport.h"

enum { MOST_BINDINGS = 4 };

/* The model that is added to every provider, in its own protocol. */
#define PROBE "roster-test"

typedef struct provider_under_test {
  harness *harness;
  const char *id;      /* borrowed from report */
  json_t *environment; /* one in which it has an address, if there is any */
  json_t *amendments;  /* it is on, all others are off, and it has a model */
  json_t *free;        /* the same, but it is as enabled as it was defined */
  json_t *names;       /* of its models on the wire */
  json_t *plain;       /* headers that its definitions spell out */
  /* Its own first; none when no mock server speaks that, or its address does not end as that protocol's do. */
  dialect_binding bindings[MOST_BINDINGS];
  size_t binding_count;
  own_scenario own; /* plays the provider in place of the dialects */
  json_t *report;   /* what was found so far */
} provider_under_test;

/* `all` is a snapshot of the definitions as they are. False and the error where a scenario of its own cannot be used; to be ended all the
 * same. */
bool provider_under_test_begin(provider_under_test *s, harness *h, const roster_snapshot *all, const roster_provider *p, roster_error *err);
void provider_under_test_end(provider_under_test *s);

/* Whether a model of a snapshot is one to be tested. */
bool provider_under_test_has(const provider_under_test *s, const roster_model *m);

#endif
