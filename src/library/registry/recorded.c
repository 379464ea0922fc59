/* recorded: transports that record and replay, as hosts see them. */
#include "util/finding.h"
#include "library/recording/recording.h"
#include "library/registry/transport_default.h"

roster_status roster_transport_record(roster_transport **out, const roster_transport *inner, const char *file, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (out) *out = NULL;
  if (!out || !file || !*file) return fail(err, ROSTER_EINVALID, NULL, "roster_transport_record: out and a file are needed");
  roster_transport *own = inner ? NULL : transport_default(err);
  if (!inner && !own) return ROSTER_ETRANSPORT;
  roster_status status = record_open(out, inner ? inner : own, own != NULL, file, err);
  if (status != ROSTER_OK && own) own->close(own->self);
  return status;
}

roster_status roster_transport_replay(roster_transport **out, const char *file, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (out) *out = NULL;
  if (!out || !file || !*file) return fail(err, ROSTER_EINVALID, NULL, "roster_transport_replay: out and a file are needed");
  return replay_open(out, file, err);
}
