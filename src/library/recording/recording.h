/* recording: the exchanges of a validation in a file, one JSON object a line after a heading. `record` writes it, `replay` reads it. It has
 * none of a request's headers, and secrets are redacted. Knows no models. */
#ifndef ROSTER_RECORDING_RECORDING_H
#define ROSTER_RECORDING_RECORDING_H

#include <roster.h>

enum { RECORDING_VERSION = 1 };

/* Hands every request to `inner`, which it closes only if `owned`. Errors as roster_transport_record. */
roster_status record_open(roster_transport **out, const roster_transport *inner, bool owned, const char *file, roster_error *err);
/* Errors as roster_transport_replay. */
roster_status replay_open(roster_transport **out, const char *file, roster_error *err);

#endif
