/* kit: the definitions under test, and registries over them: every secret made up, every setting of choice. Contacts nobody by itself. */
#ifndef ROSTER_COMMAND_TEST_KIT_H
#define ROSTER_COMMAND_TEST_KIT_H

#include "command/shared/arguments.h"
#include "util/strbuf.h"
#include "command/shared/host.h"

#include "util/json.h"

typedef struct kit {
  const arguments *options;
  const char *path;           /* a file or directory; NULL for the usual ones */
  json_t *secrets, *settings; /* names of variables, as arrays: whatever a load was heard to name */
  json_t *elsewhere;          /* ids of providers whose key is in no variable: they are given one */
  strbuf given;
  report report;
  strbuf heard; /* every finding of every load: no secret may stand in it */
} kit;

/* How to open. The environment is an object of texts, the amendments are definitions in their JSON form; either may be NULL. */
typedef struct opening {
  const json_t *environment, *amendments;
  roster_level level;
  const roster_transport *transport;
} opening;

void kit_begin(kit *k, const arguments *o);
void kit_end(kit *k);

/* NULL and the error on failure. The findings are in k->report. */
roster *kit_open(kit *k, const opening *how, roster_error *err);

/* New object: where definitions are looked for, the caller's own settings, and a made-up value for every secret. */
json_t *kit_environment(const kit *k);

/* From now on this provider has a made-up key, whatever file or helper its definition names. */
void kit_give_key(kit *k, const char *provider_id);

/* New: text with $NAME in place of each made-up value. */
char *kit_disguise(const kit *k, const char *text);
/* Whether a made-up value stands in it. */
bool kit_betrays(const kit *k, const char *text);

#endif
