/* origin: see origin.h. */
#include "library/registry/origin.h"

#include "library/definitions/schema.h"

#include <stdio.h>
#include <string.h>

/* Into the text; the length that it has. */
static size_t say(const model *m, const field *f, char *out, size_t size) {
  const schema *s = schema_of("model");
  origin at = schema_origin(s, m, f->name);
  bool given = m->head.given & (uint64_t)1 << (f - s->fields);
  int n = !given         ? snprintf(out, size, "default")
          : at.line == 0 ? snprintf(out, size, "%s", at.file)
                         : snprintf(out, size, "%s:%d", at.file, at.line);
  return n < 0 ? 0 : (size_t)n;
}

size_t roster_model_write_origin(const roster_model *m, const char *name, char *out, size_t size) {
  const field *f = m && name ? schema_field(schema_of("model"), name) : NULL;
  if (size) *out = 0;
  return f ? say(m->model, f, out, size) : 0;
}

const char *roster_origin_field_at(size_t i) {
  const roster_field *f = roster_field_at(i);
  return f ? f->name : NULL;
}

void origins_write(writer *w, const roster_model *m) {
  char text[4096];
  write_open(w, "origins", '{');
  for (size_t i = 0; roster_origin_field_at(i); i++) {
    roster_model_write_origin(m, roster_origin_field_at(i), text, sizeof text);
    write_text(w, roster_origin_field_at(i), text);
  }
  write_close(w, '}');
}
