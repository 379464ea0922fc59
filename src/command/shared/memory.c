/* memory: see memory.h. */
#include "command/shared/memory.h"

#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *(*memory_last_words)(void);

static void end(void) {
  const char *(*last)(void) = memory_last_words;
  memory_last_words = NULL; /* it may run out again in there */
  const char *words = last ? last() : "";
  fprintf(stderr, "roster: out of memory%s%s\n", *words ? ": " : "", words);
  exit(2);
}

/* The command and each plugin have a copy of strbuf of their own; each sets this when it is loaded. */
__attribute__((constructor)) static void strings_end_the_command_too(void) { strbuf_exhausted = end; }

void *grown(void *old, size_t bytes) {
  void *new = realloc(old, bytes ? bytes : 1);
  if (!new) end();
  return new;
}

static void end_on_exhausted(void *payload) {
  (void)payload;
  end();
}

arena *command_arena(void) {
  arena *a = arena_new();
  if (!a) end();
  arena_on_exhausted(a, end_on_exhausted, NULL, NULL, NULL);
  return a;
}

char *copied(const char *text) {
  size_t bytes = text ? strlen(text) + 1 : 1;
  char *copy = grown(NULL, bytes);
  memcpy(copy, text ? text : "", bytes);
  return copy;
}
