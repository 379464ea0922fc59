/* text_pages: memory for a text that is read once, from its beginning to its end; what was read is given back page by page. */
#ifndef ROSTER_UTIL_TEXT_PAGES_H
#define ROSTER_UTIL_TEXT_PAGES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct text_pages {
  char *at;                /* zeroed at first; NULL: there are none */
  size_t size, given_back; /* in bytes; the latter from the beginning on */
} text_pages;

bool text_pages_open(text_pages *p, size_t bytes); /* false when out of memory */
/* Nothing before this place is read any more. A place outside of the text is fine. */
void text_pages_drop(text_pages *p, const char *before);
void text_pages_close(text_pages *p); /* closed ones are fine */

#endif
