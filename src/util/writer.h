/* writer: writes JSON, member after member, into one growing string. Documents are written at every load and their shape is fixed, so no
 * tree is built first: that took a third of the time of a listing. */
#ifndef ROSTER_UTIL_WRITER_H
#define ROSTER_UTIL_WRITER_H

#include "util/strbuf.h"

#include <stdint.h>

typedef struct writer {
  strbuf text; /* on the heap; once it failed, write_end gives NULL */
  bool behind; /* a value came before: a comma is due */
} writer;

/* Makes room for this many bytes at once, where the length is known roughly. */
void write_reserve(writer *w, size_t bytes);

/* `name` is the member's name; NULL for an item of a list. */
void write_open(writer *w, const char *name, char bracket); /* '{' or '[' */
void write_close(writer *w, char bracket);
void write_text(writer *w, const char *name, const char *text);         /* NULL writes ""; broken UTF-8 becomes U+FFFD */
void write_text_or_null(writer *w, const char *name, const char *text); /* null for NULL and "" */
void write_integer(writer *w, const char *name, int64_t value);
void write_count_or_null(writer *w, const char *name, int64_t value); /* null for 0 and less */
void write_number_or_null(writer *w, const char *name, bool known, double value);
void write_real(writer *w, const char *name, double value); /* finite: the shortest digits that read as this number */
void write_flag(writer *w, const char *name, bool value);
void write_flag_or_null(writer *w, const char *name, bool known, bool value);
/* JSON that is ready-made, a document of the library, say; "null". */
void write_raw(writer *w, const char *name, const char *json, size_t length);

/* The text, malloc'd; NULL when memory ran out. *bytes may be NULL. */
char *write_end(writer *w, size_t *bytes);

/* A string of JSON by itself, quotes included, for the middle of a text that is not written here. */
void write_quoted(strbuf *out, const char *text);

#endif
