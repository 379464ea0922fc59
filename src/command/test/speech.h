/* speech: which of the stand-ins speaks a protocol, and where there is what a provider has elsewhere. */
#ifndef ROSTER_COMMAND_TEST_SPEECH_H
#define ROSTER_COMMAND_TEST_SPEECH_H

#include "util/strbuf.h"

#include <stdbool.h>

typedef struct speech {
  const char *protocol, *dialect;
  const char *before, *behind; /* what a chat address ends in: before, a model's name where `named`, behind */
  const char *home;            /* what stands before that at the stand-in */
  const char *listing;         /* where the stand-in lists; NULL: it does not */
  bool named, paged;
} speech;

const speech *speech_of(const char *protocol); /* NULL: none speaks it */

/* What stands before the protocol's own part of a chat address, the host left out. New; NULL when the address does not end that way. */
char *speech_base(const speech *s, const char *url);

/* One protocol of a provider: its own, or that of a model. */
typedef struct voice {
  const speech *speech;
  char *base; /* as of speech_base */
} voice;

/* The stand-in's path and query for an address of the provider; the n-th voice's stand-in is below "/n". */
void speech_translate(const voice *voices, size_t count, const char *url, strbuf *out);

#endif
