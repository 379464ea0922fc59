/* paging: how a listing goes on. A protocol's read_list may know it; where it names no next page, the usual marks in the body and the Link
 * header are looked at: has_more with last_id, next_page_token, nextPageToken, links.next, offset and total. A listing that says that there
 * is more, but not how to ask for it, is not whole. */
#ifndef ROSTER_VALIDATE_PAGING_H
#define ROSTER_VALIDATE_PAGING_H

#include "library/definitions/script.h"

typedef enum paging { PAGING_LAST, PAGING_NEXT, PAGING_LOST } paging;

/* *out is the request for the next page, made of the request for the first one. `page` is the number of this page, from 1. */
paging paging_next(arena *a, const api_response *r, const api_request *first, size_t page, api_request *out);

#endif
