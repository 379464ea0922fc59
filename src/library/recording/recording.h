/* recording: a validation's exchanges in a file, one JSON object a line, the first of them a heading. Written by `record`, read by
 * `replay`. No header of a request is in it, and no trace of one that might be a secret. Knows no models and contacts nobody. */
#ifndef ROSTER_RECORDING_RECORDING_H
#define ROSTER_RECORDING_RECORDING_H

#include <roster.h>

enum { RECORDING_VERSION = 1 };

/* Hands every request to `inner`, which it does not close unless `owned`. Errors as roster_transport_record. */
roster_status record_open(roster_transport **out, const roster_transport *inner, bool owned, const char *file, roster_error *err);
/* Errors as roster_transport_replay. */
roster_status replay_open(roster_transport **out, const char *file, roster_error *err);

#endif
