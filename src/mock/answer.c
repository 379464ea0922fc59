/* answer: bodies and their types. */
#include "mock/answer.h"

#include <stdlib.h>
#include <string.h>

void answer_clear(answer *out) {
  free(out->owned);
  out->owned = NULL;
  out->body = NULL;
  out->size = 0;
}

void answer_text(answer *out, unsigned status, const char *text) {
  answer_clear(out);
  out->status = status;
  out->type = "text/plain; charset=utf-8";
  out->body = text;
  out->size = strlen(text);
}

void answer_not_found(answer *out) { answer_text(out, 404, "404 page not found\n"); }

void answer_json(answer *out, unsigned status, const char *type, json_t *document) {
  char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
  json_decref(document);
  if (!text) {
    answer_text(out, 500, "the stand-in is out of memory\n");
    return;
  }
  answer_clear(out);
  out->status = status;
  out->type = type;
  out->body = out->owned = text;
  out->size = strlen(text);
}
