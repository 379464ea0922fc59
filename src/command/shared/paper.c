/* paper: see paper.h. */
#include "command/shared/paper.h"

#include "command/shared/letter.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *grown(void *old, size_t bytes) {
  void *new = realloc(old, bytes ? bytes : 1);
  if (new) return new;
  fputs("roster: out of memory\n", stderr);
  exit(2);
}

char *copied(const char *text) {
  size_t bytes = text ? strlen(text) + 1 : 1;
  char *copy = grown(NULL, bytes);
  memcpy(copy, text ? text : "", bytes);
  return copy;
}

static char *make_room(paper *p, size_t length) {
  if (p->room <= p->length + length) {
    p->room = (p->length + length) * 2 + 64;
    p->at = grown(p->at, p->room);
  }
  return p->at + p->length;
}

void paper_bytes(paper *p, const char *bytes, size_t length) {
  char *end = make_room(p, length);
  memcpy(end, bytes, length);
  end[length] = '\0';
  p->length += length;
}

void paper_add(paper *p, const char *text) { paper_bytes(p, text, strlen(text)); }

void paper_pad(paper *p, size_t blanks) {
  memset(make_room(p, blanks), ' ', blanks);
  p->length += blanks;
  p->at[p->length] = '\0';
}

void paper_format(paper *p, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = vsnprintf(NULL, 0, format, args);
  if (length > 0) {
    vsnprintf(make_room(p, (size_t)length), (size_t)length + 1, format, again);
    p->length += (size_t)length;
  }
  va_end(again);
  va_end(args);
}

static void quote_letter(paper *p, const char *s, size_t length, letter l) {
  if (l == LETTER_NONE)
    paper_add(p, "\\ufffd"); /* a file name may hold any bytes, JSON may not */
  else if (l == '"' || l == '\\')
    paper_format(p, "\\%c", (char)l);
  else if (l == '\n')
    paper_add(p, "\\n");
  else if (l < 0x20 || l == 0x7f)
    paper_format(p, "\\u%04x", (unsigned)l);
  else
    paper_bytes(p, s, length);
}

void paper_quote(paper *p, const char *text) {
  paper_add(p, "\"");
  for (const char *s = text; *s;) {
    letter l;
    size_t length = letter_read(s, &l);
    quote_letter(p, s, length, l);
    s += length;
  }
  paper_add(p, "\"");
}

void paper_clean(paper *p, const char *text) {
  for (const char *s = text; *s;) {
    letter l;
    size_t length = letter_read(s, &l);
    if (l == LETTER_NONE)
      paper_add(p, "?");
    else if (letter_is_control(l))
      paper_add(p, " ");
    else
      paper_bytes(p, s, length);
    s += length;
  }
}

const char *paper_text(const paper *p) { return p->at ? p->at : ""; }

void paper_free(paper *p) {
  free(p->at);
  *p = (paper){ 0 };
}
