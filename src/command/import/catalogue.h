/* catalogue: the rows of a models.dev api.json as blocks of definitions: which of our providers its providers are, and the models that a
 * host could talk to. */
#ifndef ROSTER_COMMAND_IMPORT_CATALOGUE_H
#define ROSTER_COMMAND_IMPORT_CATALOGUE_H

#include "roster.h"
#include "util/json.h"
#include "util/strbuf.h"

#include <stdbool.h>

/* A provider as it will be written, or one that is known already. */
typedef struct imported_provider {
  char *id;
  json_t *block; /* NULL: it is known, and keeps its block */
} imported_provider;

typedef struct imported_model {
  const imported_provider *provider;
  const char *api_name; /* borrowed from the file */
  json_t *block;
} imported_model;

/* Called for a row that cannot be used. */
typedef void row_listener(const char *row, const char *why);

typedef struct catalogue {
  imported_provider **providers;
  imported_model *models;
  size_t provider_count, model_count, skipped; /* skipped: models whose output is not text */
  json_t *names;                               /* how often each api_name is there */
  json_t *pairs;                               /* "provider/api_name" of each */
  json_t *defined;                             /* the same of the models that are defined already */
  const roster_snapshot *known;
  row_listener *on_bad;
} catalogue;

/* `known` is what is defined already; it may be NULL, and is borrowed. */
catalogue catalogue_new(const roster_snapshot *known, row_listener *on_bad);
/* Takes one provider's rows in. */
void catalogue_take(catalogue *c, const char *id, const json_t *provider);
void catalogue_free(catalogue *c);

/* The id that a model gets: its name, with the provider before it where that alone would be ambiguous or is taken. Malloc'd. */
char *catalogue_id(const catalogue *c, const imported_model *m);

#endif
