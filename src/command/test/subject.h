/* subject: one provider under test, and what can be known of it without asking anybody: its address, its keys in order, what settings
 * change. */
#ifndef ROSTER_COMMAND_TEST_SUBJECT_H
#define ROSTER_COMMAND_TEST_SUBJECT_H

#include "command/test/kit.h"
#include "command/test/speech.h"

enum { MOST_VOICES = 4 };

/* The model that is added to every provider, in its own protocol. */
#define PROBE "roster-test"

typedef struct subject {
  kit *kit;
  const char *id;            /* borrowed from report */
  json_t *environment;       /* one in which it has an address, if there is any */
  json_t *amendments;        /* it is on, everybody else is off, and it has a model */
  json_t *free;              /* the same, but for its being on */
  json_t *names;             /* of its models on the wire */
  json_t *plain;             /* headers that its definitions spell out */
  voice voices[MOST_VOICES]; /* its own first; none when no stand-in speaks that, or its address does not end as that protocol's do */
  size_t voice_count;
  json_t *report; /* what was found out so far */
} subject;

/* `all` is a snapshot of the definitions as they are. */
void subject_begin(subject *s, kit *k, const roster_snapshot *all, const roster_provider *p);
void subject_end(subject *s);

/* Whether a model of a snapshot is one to be tested. */
bool subject_has(const subject *s, const roster_model *m);

#endif
