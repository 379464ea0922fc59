/* source_states: the sources of a load: what is kept of each lies ready for the script, and how it is with it becomes a part of the result.
 * No source is asked for that; a job that is told to looks at them before. */
#ifndef ROSTER_REGISTRY_SOURCE_STATES_H
#define ROSTER_REGISTRY_SOURCE_STATES_H

#include "library/definitions/facts.h"
#include "library/registry/registry_options.h"
#include "library/registry/result.h"
#include "library/source/update.h"

#include <pthread.h>

/* Sentences about sources that were said already, so that no refresh says them again. */
typedef struct said_sentences {
  pthread_mutex_t lock;
  uint64_t *at;
  size_t count;
} said_sentences;

/* Which sources a job looks at, and what came of it. */
typedef struct source_wish {
  const char *const *ids; /* none: all that are on */
  size_t count;
  bool due; /* only those whose time it is */
  bool accept;
  void (*on_update)(void *payload, const roster_source_update *update);
  void *payload;
  size_t moved;        /* that brought something new */
  int64_t next_ms;     /* until the next is due; -1: none is on */
  const char *unknown; /* the first id that no source has, or that is off; NULL */
} source_wish;

typedef struct source_states {
  arena *arena;
  const registry_options *options;
  const environment *environment;
  catalog *catalog;
  keyring *ring;         /* what no source may repeat */
  const result *earlier; /* NULL: none */
  said_sentences *said;  /* NULL: everything is said */
  roster_source_state *at;
  source_record *records; /* one for each source of the catalog */
  bool unread;            /* what is kept of one, and known, cannot be read at the moment */
  size_t count;
} source_states;

/* Reads what is kept of the sources that are on, for script_take_facts. */
void source_states_read(source_states *s);
/* For when the facts were taken. */
void source_states_settle(source_states *s);
/* Frees the rows: what the script may still ask for ends with them. */
void source_states_free(source_states *s);

/* Looks at sources, one after the other. */
void source_states_update(source_states *s, source_wish *w, const roster_transport *transport, const atomic_bool *cancelled);

#endif
