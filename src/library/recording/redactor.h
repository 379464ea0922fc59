/* redactor: what requests carried in their headers, and how that is taken out of what a recording keeps. Knows no recording. */
#ifndef ROSTER_RECORDING_REDACTOR_H
#define ROSTER_RECORDING_REDACTOR_H

#include "util/secret.h"

#include <roster.h>

#define REDACTED "[redacted]" /* what stands in the place of a secret */

typedef struct redactor {
  keyring ring;
} redactor;

/* Every value is a secret but those of headers that are known to carry none. False when out of memory. */
bool redactor_learn(redactor *v, const roster_header *headers, size_t count);
void redactor_wipe(redactor *v);

/* The text without a trace of what was learnt; the text itself where there is none. */
const char *redactor_text(const redactor *v, arena *a, const char *text);
/* The same for bytes, NUL-terminated behind *length, which becomes the new length. Sees through the escapes of JSON. */
const char *redactor_bytes(const redactor *v, arena *a, const char *bytes, size_t *length);

#endif
