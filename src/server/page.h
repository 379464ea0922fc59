/* page: the page of the server: the files of page/, inside the library, and what a reader without JavaScript sees of a snapshot. */
#ifndef ROSTER_SERVER_PAGE_H
#define ROSTER_SERVER_PAGE_H

#include "util/strbuf.h"
#include "roster.h"

/* index.html, with the models, the providers and what is wrong with the definitions in place of its marks. */
void page_write(strbuf *p, const roster_snapshot *s);

/* One of the other files ("page.css", "page.js", "openapi.json"): a static text. NULL when there is none of that name. */
const char *page_file(const char *name, size_t *size, const char **type);

#endif
