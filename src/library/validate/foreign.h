/* foreign: whether a response comes from something in front of the API: a bot challenge, a sign-in page, a proxy, an ingress. Only a
 * response in an API's own words says anything about a key or a model. Three things are looked at: headers that only such a thing sends,
 * whether an error has the shape of an API's error, and whether a success says in its body that it is none. Reads nothing but the response.
 */
#ifndef ROSTER_VALIDATE_FOREIGN_H
#define ROSTER_VALIDATE_FOREIGN_H

#include "library/definitions/script.h"

/* The header that gives it away, as "cf-mitigated: challenge", with the server's bytes in it; NULL for none. */
const char *foreign_sign(arena *a, const api_response *r);
/* Whether the body of an error is in the words of an API. */
bool response_speaks_as_api(arena *a, const api_response *r);
/* Whether the body of a success reports a failure: {"success": false, "data": []}. */
bool body_reports_failure(const json_t *body);
/* What such a body says by a number, 401 say, where that is a status by which APIs refuse; 0 for none. */
int body_refusal_status(const json_t *body);
bool response_is_page(const api_response *r); /* HTML, whatever its type says */
/* The title of a page of HTML, or its heading; NULL for neither. */
const char *page_title(arena *a, const char *text, size_t bytes);

const char *response_header(const api_response *r, const char *name); /* NULL for none */

#endif
