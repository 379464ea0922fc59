/* veil: what requests carried in their headers, and how that is taken out of what a recording keeps. Knows no recording. */
#ifndef ROSTER_RECORDING_VEIL_H
#define ROSTER_RECORDING_VEIL_H

#include "util/secret.h"

#include <roster.h>

#define VEIL_WORD "[redacted]" /* what stands in the place of a secret */

typedef struct veil {
  keyring ring;
} veil;

/* Every value is a secret but those of headers that are known to carry none. False when out of memory. */
bool veil_learn(veil *v, const roster_header *headers, size_t count);
void veil_wipe(veil *v);

/* The text without a trace of what was learnt; the text itself where there is none. */
const char *veil_text(const veil *v, arena *a, const char *text);
/* The same for bytes, NUL-terminated behind *length, which becomes the new length. Sees through the escapes of JSON. */
const char *veil_bytes(const veil *v, arena *a, const char *bytes, size_t *length);

#endif
