/* slices: see slices.h. */
#include "server/slices.h"

#include <string.h>

static const char *skip_text(const char *s, const char *end) {
  for (s++; s < end && *s != '"'; s++)
    if (*s == '\\') s++;
  return s < end ? s + 1 : end;
}

static const char *skip_value(const char *s, const char *end) {
  int depth = 0;
  for (; s < end; s++) {
    if (*s == '"') s = skip_text(s, end) - 1;
    if (*s == '{' || *s == '[') depth++;
    if ((*s == '}' || *s == ']') && depth-- == 0) return s;
    if (*s == ',' && depth == 0) return s;
  }
  return end;
}

slice slice_member(slice object, const char *name) {
  size_t length = strlen(name);
  const char *s = object.from + 1;
  while (s < object.to && *s == '"') {
    const char *behind = skip_text(s, object.to); /* the colon */
    const char *end = skip_value(behind + 1, object.to);
    if ((size_t)(behind - s) == length + 2 && memcmp(s + 1, name, length) == 0) return (slice){ behind + 1, end };
    s = end + 1;
  }
  return (slice){ NULL, NULL };
}

bool slice_next(slice *rest, slice *out) {
  const char *s = rest->from + 1; /* behind the bracket, or behind a comma */
  if (!rest->from || s >= rest->to || *s == ']') return false;
  *out = (slice){ s, skip_value(s, rest->to) };
  rest->from = out->to;
  return true;
}
