/* place: renders a chain of keys and indices as one path. */
#include "mock/place.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct sentence {
  char *text;
  size_t size, used;
} sentence;

place place_root(complaint *sink) { return (place){ .complaint = sink }; }

place place_key(const place *outer, const char *key) { return (place){ .complaint = outer->complaint, .outer = outer, .key = key }; }

place place_index(const place *outer, size_t index) { return (place){ .complaint = outer->complaint, .outer = outer, .index = index }; }

__attribute__((format(printf, 2, 0))) static void say_list(sentence *s, const char *format, va_list arguments) {
  if (s->used >= s->size) return;
  int wrote = vsnprintf(s->text + s->used, s->size - s->used, format, arguments);
  if (wrote > 0) s->used += (size_t)wrote;
}

__attribute__((format(printf, 2, 3))) static void say(sentence *s, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say_list(s, format, arguments);
  va_end(arguments);
}

static void say_path(sentence *s, const place *at) {
  if (!at->outer) return;
  say_path(s, at->outer);
  if (!at->key)
    say(s, "[%zu]", at->index);
  else
    say(s, "%s%s", at->outer->outer ? "." : "", at->key);
}

bool place_refuse(const place *at, const char *format, ...) {
  sentence s = { .text = at->complaint->text, .size = at->complaint->size };
  say_path(&s, at);
  say(&s, at->outer ? ": " : "the scenario: ");
  va_list arguments;
  va_start(arguments, format);
  say_list(&s, format, arguments);
  va_end(arguments);
  return false;
}

bool place_out_of_memory(const place *at) { return place_refuse(at, "out of memory"); }
