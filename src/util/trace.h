/* trace: finds what gives a secret away in a text that somebody else wrote: complete, in pieces of eight characters and more, reversed, in
 * other case, in base64 (both alphabets, wherever it begins) and hexadecimal, and all of these behind percent-encoding, JSON's escapes and
 * HTML's entities, up to two of them on top of each other, with characters that nobody sees left out. One pass, in which a window of
 * eight characters is looked up; where something is escaped, a second window reads what it stands for. */
#ifndef ROSTER_UTIL_TRACE_H
#define ROSTER_UTIL_TRACE_H

#include "util/secret.h"

typedef enum trace_reading {
  TRACE_SHOWN, /* what is shown or kept of it: short secrets and plain words too, where they are words of their own */
  TRACE_TEXT,  /* what is read further: a short secret or a plain word may be one of its own words, and stays */
  TRACE_JSON   /* the same, in which only strings and the names of members are changed, so that it stays JSON */
} trace_reading;

/* Whether there is any; true also when memory runs out. */
bool trace_found(keyring *ring, const char *text, size_t length, trace_reading how);
/* Whether a name that somebody gives a model gives a secret away: by a trace in what is read further, or as a secret as a whole, unless the
 * definitions call something so themselves. */
bool trace_in_name(keyring *ring, const char *name);
/* The text with "[redacted]" in place of each, and a NUL behind it; the text itself where there is none. *length becomes the new one.
 * Escapes through the arena when memory runs out. */
const char *trace_redact(keyring *ring, arena *a, const char *text, size_t *length, trace_reading how);
/* The same of a text with a NUL behind it that is shown. */
const char *keyring_redact(keyring *ring, arena *a, const char *text);

#endif
