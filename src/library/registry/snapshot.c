/* snapshot: one answer, published: its document, its holders, and the error of a reload that failed since. */
#include "library/registry/snapshot.h"

#include "library/registry/document.h"

#include <stdlib.h>
#include <string.h>

static bool set_error(roster_snapshot *s, const roster_error *err) {
  if (!err) return true;
  s->error_file = strdup(err->file);
  s->error_message = strdup(err->message);
  s->error_line = err->line;
  return s->error_file && s->error_message;
}

static void snapshot_free(roster_snapshot *s) {
  answer_release(s->data);
  free(s->json);
  free(s->error_file);
  free(s->error_message);
  free(s);
}

roster_snapshot *snapshot_new(answer_data *d, const roster_error *err) {
  roster_snapshot *s = calloc(1, sizeof *s);
  if (!s) {
    answer_release(d);
    return NULL;
  }
  atomic_init(&s->holders, 1);
  s->data = d;
  if (set_error(s, err)) s->json = document_models(s, &s->json_bytes);
  if (s->json) return s;
  snapshot_free(s);
  return NULL;
}

void roster_release(const roster_snapshot *held) {
  roster_snapshot *s = (roster_snapshot *)held; /* holders may be counted in what is otherwise never written */
  if (s && atomic_fetch_sub_explicit(&s->holders, 1, memory_order_acq_rel) == 1) snapshot_free(s);
}
