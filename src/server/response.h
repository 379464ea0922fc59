/* response: a body with its headers: made once, then sent as often as it is requested: plain, compressed, or as a 304 when the client has
 * it already. Also the responses that are made for one request, errors among them. */
#ifndef ROSTER_SERVER_RESPONSE_H
#define ROSTER_SERVER_RESPONSE_H

#include "roster.h"
#include "server/http_request.h"
#include "util/strbuf.h"

#include <time.h>

typedef struct response response;

#define TYPE_JSON "application/json"
#define TYPE_HTML "text/html; charset=utf-8"

/* Before the first thread: the one origin whose pages may read the responses; NULL for none. */
void response_allow_origin(const char *origin);

/* The response that needs no memory: made before the first request, false where that failed. */
bool response_open(void);
void response_close(void);
enum MHD_Result response_send_exhausted(const http_request *q);

/* Takes ownership of the body. `type` is static; `since` is when the body was current, 0 for one that does not age. NULL when the system
 * refused memory. */
response *response_new(strbuf *body, const char *type, time_t since);
response *response_new_static(const char *body, size_t size, const char *type); /* borrows the body */
/* A NULL response is answered 503: there was no memory to make it. */
enum MHD_Result response_send(response *r, const http_request *q);
void response_free(response *r);

/* Makes, sends and frees. */
enum MHD_Result response_send_once(const http_request *q, strbuf *body, const char *type, time_t since);

/* Any status, never cached; the body may be empty. `headers` are names and values in turn, then NULL; may be NULL itself. */
enum MHD_Result response_send_status(const http_request *q, unsigned status, strbuf *body, const char *type, const char *const *headers);

/* {"error":{"code","message","hint"}}, with the library's own codes. */
enum MHD_Result response_send_error(const http_request *q, unsigned status, const roster_error *err);
/* The same with a code of the server's own. Closes the connection where a body may still be on its way. */
enum MHD_Result response_send_problem(const http_request *q, unsigned status, const char *code, const char *message, const char *hint);
enum MHD_Result response_send_problem_with(const http_request *q, unsigned status, const char *code, const char *message, const char *hint,
                                           const char *const *headers);
/* The body of response_send_error, and the HTTP status for an error of the library. */
void response_write_error(strbuf *body, const roster_error *err);
unsigned response_status_for(roster_status status);

void response_add_common_headers(struct MHD_Response *mhd);
enum MHD_Result response_queue(const http_request *q, unsigned status, struct MHD_Response *mhd);
unsigned long response_count(unsigned hundred); /* how many had a status of this hundred */

#endif
