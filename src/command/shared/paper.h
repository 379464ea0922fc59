/* paper: a text that grows. Memory that runs out ends the command, so that no caller has to ask. */
#ifndef ROSTER_SHARED_PAPER_H
#define ROSTER_SHARED_PAPER_H

#include <stddef.h>

typedef struct paper {
  char *at;
  size_t length, room;
} paper;

void paper_add(paper *p, const char *text);
void paper_bytes(paper *p, const char *bytes, size_t length);
void paper_pad(paper *p, size_t blanks);
void paper_format(paper *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void paper_quote(paper *p, const char *text); /* as a JSON string, quotes included */
void paper_clean(paper *p, const char *text); /* control bytes become blanks: no text steers the terminal */
const char *paper_text(const paper *p);       /* never NULL; until the next change */
void paper_free(paper *p);

/* Memory, or the end of the command. */
void *grown(void *old, size_t bytes);
char *copied(const char *text); /* NULL is copied as "" */

#endif
