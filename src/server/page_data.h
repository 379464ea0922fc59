/* page_data: the data of the web page as one JSON document. Models are arrays, and texts that many of them share are written once: the
 * document for 5,000 models is a fifth of /api/models. */
#ifndef ROSTER_SERVER_PAGE_DATA_H
#define ROSTER_SERVER_PAGE_DATA_H

#include "roster.h"
#include "util/strbuf.h"

/* Appends the document: /page.json, which is requested beside the page so that painting it waits for no models. */
void page_data_write(strbuf *out, const roster_snapshot *s);

/* Calls `take` for each model of the page: usable ones in picker order, then other usable ones, then those that are set up and cannot be
 * used, then the others. Stops when it returns false. */
void page_data_each_model(const roster_snapshot *s, bool (*take)(void *payload, const roster_model *m), void *payload);

#endif
