/* errand: see errand.h. */
#include "server/errand.h"

#include "command/shared/memory.h"

#include <stdlib.h>

unsigned status_of(roster_status status) {
  switch (status) {
  case ROSTER_OK: return MHD_HTTP_OK;
  case ROSTER_EINVALID: return MHD_HTTP_BAD_REQUEST;
  case ROSTER_EUNKNOWN: return MHD_HTTP_NOT_FOUND;
  case ROSTER_EAMBIGUOUS:
  case ROSTER_ENOTREADY:
  case ROSTER_EHELD: return MHD_HTTP_CONFLICT;
  case ROSTER_ERETIRED: return MHD_HTTP_GONE;
  case ROSTER_EDEFINITIONS: return MHD_HTTP_UNPROCESSABLE_CONTENT;
  case ROSTER_EPENDING:
  case ROSTER_ECANCELLED: return MHD_HTTP_SERVICE_UNAVAILABLE;
  default: return MHD_HTTP_INTERNAL_SERVER_ERROR;
  }
}

errand *errand_new(struct MHD_Connection *wire) {
  errand *e = grown(NULL, sizeof *e);
  *e = (errand){ .wire = wire };
  return e;
}

void errand_free(errand *e) {
  strbuf_free(&e->text);
  free(e->id);
  free(e);
}

void errands_end(errand *list, unsigned status, const char *text) {
  while (list) {
    errand *e = list;
    list = e->next; /* once awake, it may be gone */
    strbuf_add(&e->text, text);
    e->status = status;
    MHD_resume_connection(e->wire);
  }
}

void errands_fail(errand *list, const roster_error *err) {
  strbuf text = { 0 };
  size_t length = roster_write_error_json(err, NULL, 0);
  strbuf_pad(&text, length);
  roster_write_error_json(err, text.at, length + 1);
  errands_end(list, status_of(err->status), strbuf_text(&text));
  strbuf_free(&text);
}

void errands_turn_away(errand *list) {
  static const roster_error err = { .status = ROSTER_ECANCELLED, .message = "the server is ending", .hint = "ask the next one" };
  if (list) errands_fail(list, &err);
}
