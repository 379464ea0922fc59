/* strbuf: see strbuf.h. Grows by doubling, or to what is asked for at once. */
#include "util/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void (*strbuf_exhausted)(void);

enum { FIRST_ROOM = 64 };

static char *larger(strbuf *b, size_t room) {
  if (b->arena) return arena_grow(b->arena, b->at, b->at ? b->length + 1 : 0, room);
  char *at = realloc(b->at, room);
  if (!at && strbuf_exhausted) strbuf_exhausted();
  return at;
}

void strbuf_fail(strbuf *b) {
  b->failed = true;
  b->length = b->room = 0;
  if (b->at) *b->at = '\0';
}

bool strbuf_reserve(strbuf *b, size_t length) {
  if (b->failed) return false;
  if (b->length + length < b->room) return true;
  const size_t least = b->length + length + 1, doubled = b->room ? b->room * 2 : FIRST_ROOM, room = least > doubled ? least : doubled;
  char *at = larger(b, room);
  if (!at) {
    strbuf_fail(b);
    return false;
  }
  b->at = at;
  b->room = room;
  return true;
}

void strbuf_bytes(strbuf *b, const char *bytes, size_t length) {
  if (!strbuf_reserve(b, length)) return;
  if (length) memcpy(b->at + b->length, bytes, length);
  b->length += length;
  b->at[b->length] = '\0';
}

void strbuf_add(strbuf *b, const char *text) { strbuf_bytes(b, text, strlen(text)); }

void strbuf_pad(strbuf *b, size_t spaces) {
  if (!strbuf_reserve(b, spaces)) return;
  memset(b->at + b->length, ' ', spaces);
  b->length += spaces;
  b->at[b->length] = '\0';
}

void strbuf_format(strbuf *b, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  if (length >= 0 && strbuf_reserve(b, (size_t)length)) {
    vsnprintf(b->at + b->length, (size_t)length + 1, format, again);
    b->length += (size_t)length;
  }
  va_end(again);
  va_end(args);
}

const char *strbuf_text(const strbuf *b) { return b->at ? b->at : ""; }

void strbuf_free(strbuf *b) {
  if (!b->arena) free(b->at);
  *b = (strbuf){ .arena = b->arena };
}
