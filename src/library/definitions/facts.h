/* facts: what sources say of models. A source only describes: it gives fields that the table of fields marks as facts to models that a
 * file defines or a listing has, and, where its block allows that, new models to providers that a file defines. It lies under the files of
 * a deployer and the host, over what is shipped. */
#ifndef ROSTER_DEFINITIONS_FACTS_H
#define ROSTER_DEFINITIONS_FACTS_H

#include "library/definitions/script.h"
#include "util/json.h"

/* The rows of one source. */
typedef struct facts {
  const char *lines; /* a row each, in byte order: its name of a provider, of a model, an id or nothing, the fields as JSON; borrowed */
  size_t length;
  const char *origin; /* "models.dev 2026-11-20" */
  lookup ids;         /* the lines that name an id of ours */
  uint32_t *starts;   /* where each line begins, and at last where they end; NULL: no line was looked for yet */
  size_t count;       /* of the lines, then */
  json_t *row;        /* the last of those that Jansson had to read; whoever made this releases it */
  size_t reached, added, unfit;
  const char *first_unfit; /* a sentence; NULL: all that it says fits */
} facts;

/* The sources that are on read their rows into `facts` before these. */

/* Gives every model of the catalog what the sources say of it, then adds theirs. For after the last file, before catalog_finish. */
void script_take_facts(script *s);
/* The same for a model that a listing has: only what that left open. */
void script_fill_found(script *s, model *m);

/* Whether a field of models may come from a source. */
bool is_fact(const char *name);
/* A shipped one is on where the host or a deployer's block for it says so, any other unless its block says no. A setting that cannot be
 * used turns it off. */
bool source_is_on(const catalog *c, const fact_source *s);

#endif
