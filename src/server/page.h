/* page: the web page: the files of page/, built into the library, and the tables that a browser without JavaScript shows. */
#ifndef ROSTER_SERVER_PAGE_H
#define ROSTER_SERVER_PAGE_H

#include "roster.h"
#include "util/strbuf.h"

/* index.html with the style sheet, the models, the providers, and the error of the definitions if there is one. */
void page_write(strbuf *out, const roster_snapshot *s);

/* One of the other files ("page.js", which scripts/bundle makes of the modules, and "openapi.json"), static. NULL when there is none of
 * that name. */
const char *page_file(const char *name, size_t *size, const char **type);

#endif
