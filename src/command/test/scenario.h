/* scenario: one provider's definitions at work against mock servers: what they send, and what they make of each kind of answer. */
#ifndef ROSTER_COMMAND_TEST_SCENARIO_H
#define ROSTER_COMMAND_TEST_SCENARIO_H

#include "command/test/provider_under_test.h"

typedef enum scenario_id {
  SCENARIO_GOOD,     /* the key is good and every model is there */
  SCENARIO_UNLISTED, /* the same, at a host that does not list */
  SCENARIO_REFUSED,  /* no key is good */
  SCENARIO_PUBLIC,   /* the same, at a host that lists for anyone */
  SCENARIO_UNKNOWN,  /* the key is good, and other models are there */
  SCENARIO_BLIND,    /* the same, at a host that looks up nothing */
  SCENARIO_LIMITED,  /* 429 */
  SCENARIO_DOWN,     /* 503 */
  SCENARIO_PAGE,     /* 200, and an HTML page */
  SCENARIO_COUNT
} scenario_id;

/* What a validation in a scenario concluded of one model. */
typedef struct scenario_verdict {
  char *id, *stage; /* owned; stage is "" where none decided */
  roster_state state;
  roster_reason reason;
} scenario_verdict;

/* What came of a validation in a scenario. */
typedef struct scenario_result {
  const json_t *server; /* of the author's scenario, which played it; NULL: one of roster's */
  char *story;          /* what was asked about the first model, what came back, and what was said of it; NULL where it did not run */
  bool ran;             /* false: no mock server can play it */
  scenario_verdict *verdicts;
  size_t verdict_count;
  json_t *sent;    /* as in redirect_transport */
  size_t pages;    /* requests for the listing */
  bool understood; /* and all of them answered with one */
} scenario_result;

typedef struct scenario_run {
  scenario_result free[SCENARIO_COUNT];   /* at the usual level */
  scenario_result billed[SCENARIO_COUNT]; /* and with the smallest request */
  scenario_result *more;                  /* of the servers in the author's scenario that have other names */
  size_t more_count;
  json_t *names; /* of the models that its good server's listing gives; NULL where none are expected */
  bool kept;     /* a model that was ready stays usable when the provider limits */
  size_t pages;  /* that the mock server's listing has; 1 where its protocol has none */
  bool leaked;   /* a secret was in a document, an address or a body */
} scenario_run;

/* False and the error when the mock servers or the registry are not available. */
bool scenarios_run(const provider_under_test *s, scenario_run *out, roster_error *err);
void scenario_run_free(scenario_run *p);

const char *scenario_name(scenario_id id);
/* "ready at list", or which models are what. New. */
char *scenario_result_summary(const scenario_result *t);
/* "key_refused", or which models have which reason. New. */
char *scenario_result_reasons(const scenario_result *t);

#endif
