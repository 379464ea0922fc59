/* event_stream: see event_stream.h. */
#include "mock/event_stream.h"

#include <stdlib.h>

void event_add(strbuf *events, const char *name, json_t *document) {
  char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
  json_decref(document);
  if (!text) events->failed = true;
  if (name) strbuf_format(events, "event: %s\n", name);
  if (text) strbuf_format(events, "data: %s\n\n", text);
  free(text);
}

void response_events(response *out, strbuf *events) {
  if (events->failed) {
    strbuf_free(events);
    response_text(out, 500, "the stand-in is out of memory\n");
    return;
  }
  response_clear(out);
  out->status = 200;
  out->type = "text/event-stream";
  out->body = out->owned = events->at;
  out->size = events->length;
  out->streamed = true;
  *events = (strbuf){ 0 };
}
