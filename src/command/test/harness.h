/* harness: the definitions under test, and registries over them in which every secret is made up and every setting is chosen. Makes no
 * requests by itself. */
#ifndef ROSTER_COMMAND_TEST_HARNESS_H
#define ROSTER_COMMAND_TEST_HARNESS_H

#include "command/shared/arguments.h"
#include "command/shared/host.h"
#include "util/json.h"
#include "util/strbuf.h"

typedef struct harness {
  const arguments *arguments;
  const char *path;           /* a file or directory; NULL for the usual ones */
  json_t *secrets, *settings; /* names of variables, as arrays: what any load has named */
  json_t *elsewhere;          /* ids of providers whose key is in no variable: they are given one */
  strbuf given;               /* the key that was handed to the library last */
  report report;
  strbuf findings; /* every finding of every load: no secret may be in it */
} harness;

/* How to open. The environment is an object of strings, the amendments are definitions in their JSON form; either may be NULL. */
typedef struct open_options {
  const json_t *environment, *amendments;
  roster_level level;
  const roster_transport *transport;
  bool discover_all;
} open_options;

void harness_begin(harness *h, const arguments *o);
void harness_end(harness *h);

/* NULL and the error on failure. The findings are in h->report. */
roster *harness_open(harness *h, const open_options *how, roster_error *err);

/* New object: where definitions are looked for, the caller's own settings, and a made-up value for every secret. */
json_t *harness_environment(const harness *h);

/* From now on this provider has a made-up key, whatever file or helper its definition names. */
void harness_give_key(harness *h, const char *provider_id);

/* New: the text with $NAME in place of each made-up value. */
char *harness_redact(const harness *h, const char *text);
/* Whether a made-up value is in it. */
bool harness_has_secret(const harness *h, const char *text);

#endif
