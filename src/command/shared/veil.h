/* veil: what a verb shows or writes of a file that somebody else filled, without the keys that the environment holds. */
#ifndef ROSTER_SHARED_VEIL_H
#define ROSTER_SHARED_VEIL_H

#include "roster.h"
#include "util/trace.h"

typedef struct veil {
  arena *arena;
  keyring ring;
} veil;

void veil_open(veil *v);
void veil_learn(veil *v, const char *variable); /* its value is a key, where it is set */
/* What the definitions say themselves gives nothing away: the names of models and providers. Borrowed. */
void veil_excuse(veil *v, const roster_snapshot *s);
/* Whether this id gives a key away. */
bool veil_covers(veil *v, const char *id);
/* What is shown of a name: itself where it gives none away. */
const char *veil_name(veil *v, const char *name);
/* The text with "[redacted]" in place of each key; itself where it has none. Lives as long as the veil. */
const char *veil_text(veil *v, const char *text);
void veil_close(veil *v);

#endif
