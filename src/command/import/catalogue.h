/* catalogue: the rows of a models.dev api.json as blocks of definitions: which of our providers its providers are, and their models, each
 * with an id that does not depend on what else is in the file. What cannot be used, differs from what is defined already, or would send a
 * key to a second host is told. */
#ifndef ROSTER_COMMAND_IMPORT_CATALOGUE_H
#define ROSTER_COMMAND_IMPORT_CATALOGUE_H

#include "roster.h"
#include "util/json.h"
#include "util/strbuf.h"

#include <stdbool.h>

/* A provider as it will be written. */
typedef struct imported_provider {
  char *id;
  json_t *block;
  const roster_provider *known; /* NULL: it is new */
  size_t model_count;
} imported_provider;

typedef struct imported_model {
  imported_provider *provider;
  const char *api_name; /* borrowed from the file */
  json_t *block;
} imported_model;

/* Called for a row about which there is something to say. */
typedef void row_listener(const char *row, const char *what);

typedef struct catalogue {
  imported_provider **providers;
  imported_model *models;
  size_t provider_count, model_count;
  size_t defined_count, differing; /* rows of models that are defined already, and those that differ from them */
  json_t *defined;                 /* "provider/api_name" of each of those, with its place in the snapshot */
  json_t *taken;                   /* the ids of `models` */
  json_t *keys;                    /* see keys.h */
  json_t *left_out;                /* by member: in how many rows its value was refused */
  json_t *withheld;                /* by member: in how many rows of models that are defined already nobody says it here */
  const roster_snapshot *known;
  row_listener *on_row;
} catalogue;

/* `known` is what is defined already; it may be NULL, and is borrowed. */
catalogue catalogue_new(const roster_snapshot *known, row_listener *on_row);
/* Takes one provider's rows in. */
void catalogue_take(catalogue *c, const char *id, const json_t *provider);
/* For after the last one: tells which models are of a provider that is off. */
void catalogue_tell_off(const catalogue *c);
void catalogue_free(catalogue *c);

/* "provider/name". Malloc'd. */
char *catalogue_id(const imported_model *m);

#endif
