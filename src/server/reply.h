/* reply: a text on its way out: made once, sent as often as somebody asks, plain or compressed, or not at all when it is known. */
#ifndef ROSTER_SERVER_REPLY_H
#define ROSTER_SERVER_REPLY_H

#include "server/asked.h"

#include "util/strbuf.h"
#include "roster.h"

#include <time.h>

typedef struct reply reply;

#define TYPE_JSON "application/json"
#define TYPE_HTML "text/html; charset=utf-8"

/* Before the first thread: the one origin whose pages may read the answers; NULL for none. */
void reply_allow_origin(const char *origin);

/* Takes what is on the strbuf over. `type` is static; `since` says how old the answer is, 0 for nothing that ages. NULL when the system
 * refused memory. */
reply *reply_new(strbuf *text, const char *type, time_t since);
reply *reply_new_static(const char *text, size_t size, const char *type); /* the text stays */
enum MHD_Result reply_send(reply *r, const asked *a);
void reply_free(reply *r);

/* Makes, sends and frees. */
enum MHD_Result reply_send_once(const asked *a, strbuf *text, const char *type, time_t since);

/* What is not 200: never cached, and the text may be empty. `headers` are name and value by turns, then NULL; may be NULL itself. */
enum MHD_Result reply_send_status(const asked *a, unsigned status, strbuf *text, const char *type, const char *const *headers);

/* {"error":{...}} in the words of the library. */
enum MHD_Result reply_send_error(const asked *a, unsigned status, const roster_error *err, const char *const *headers);
/* The same with a code of HTTP's side. The connection ends where a body may still be on its way. */
enum MHD_Result reply_send_problem(const asked *a, unsigned status, const char *code, const char *message, const char *hint);

/* What every answer carries. */
void reply_add_manners(struct MHD_Response *response);
/* How many answers went out with a status of this hundred. */
unsigned long reply_count(unsigned hundred);
enum MHD_Result reply_queue(const asked *a, unsigned status, struct MHD_Response *response);

#endif
