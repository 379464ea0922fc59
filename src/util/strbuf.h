/* strbuf: a string that grows, in an arena or on the heap.
 * In an arena, memory that runs out takes the arena's way. On the heap it calls `strbuf_exhausted`, which a program may set; where nothing
 * is set or it returns, the string is marked as failed, is empty and ignores what follows. */
#ifndef ROSTER_UTIL_STRBUF_H
#define ROSTER_UTIL_STRBUF_H

#include "util/arena.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct strbuf {
  arena *arena; /* NULL: the heap, and the owner calls strbuf_free */
  char *at;     /* NUL-terminated once something was added */
  size_t length, room;
  bool failed;
} strbuf;

extern void (*strbuf_exhausted)(void);

/* Makes room for `length` bytes more and the NUL behind them; false when memory ran out. */
bool strbuf_reserve(strbuf *b, size_t length);
void strbuf_fail(strbuf *b); /* as if memory had run out: for a text that lacks a part made elsewhere */
void strbuf_add(strbuf *b, const char *text);
void strbuf_bytes(strbuf *b, const char *bytes, size_t length);
void strbuf_pad(strbuf *b, size_t spaces);
void strbuf_format(strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *strbuf_text(const strbuf *b); /* never NULL; borrowed until the next change */
void strbuf_free(strbuf *b);

#endif
