/* libcurl: the one place that includes libcurl's header, and what the files of this folder know of each other. curl.c drives the
 * transfers; a transfer is one exchange; the others each have one part of it. */
#ifndef ROSTER_TRANSPORT_LIBCURL_H
#define ROSTER_TRANSPORT_LIBCURL_H

#include <roster.h>

#include <curl/curl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- curl_process ---- */

/* What keeps libcurl a quiet guest in the host's process: signals, inherited descriptors, its one-time start.
 * It must never know a request. */

/* Holds SIGPIPE back on this thread while libcurl runs. */
typedef struct pipe_guard {
  sigset_t before;
  bool pending;
} pipe_guard;

pipe_guard pipe_guard_raise(void);
void pipe_guard_lower(const pipe_guard *guard);

/* A new multi handle whose own descriptors are close-on-exec; NULL when out of memory. */
CURLM *process_multi(void);

/* For CURLOPT_OPENSOCKETFUNCTION: a socket that is close-on-exec from its first moment. */
curl_socket_t process_socket(void *unused, curlsocktype purpose, struct curl_sockaddr *address);

int64_t process_clock_ms(void);

/* ---- curl_outgoing ---- */

/* The header lines and the body of one request, checked and copied into one block that can be wiped.
 * It must never know what becomes of them. */

typedef struct outgoing {
  size_t bytes; /* of the whole block */
  struct curl_slist *lines;
  const char *body;
  size_t body_bytes;
  struct curl_slist nodes[];
} outgoing;

/* Whether libcurl may see this request at all: it would send a line break inside a header as it stands. */
bool outgoing_is_sound(const roster_http_request *request);

bool outgoing_is_post(const roster_http_request *request);

/* NULL when out of memory. The request must be sound. */
outgoing *outgoing_new(const roster_http_request *request);
void outgoing_free(outgoing *sent);

/* ---- curl_options: signing ---- */

/* Requests that libcurl signs for AWS (Signature Version 4), as far as the libcurl in use does that right. */

bool signing_is_wanted(const roster_http_request *request);
/* Whether the signature would be one that AWS accepts. */
bool signing_is_possible(const roster_http_request *request);
bool signing_set(CURL *easy, const roster_http_request *request);

/* ---- curl_options ---- */

/* All that an easy handle is told before it starts: what to send, where it may go, whom to trust, when to stop.
 * It must never know an answer. */

/* The directory of hashed certificates that the system trusts, NULL when it has none. */
const char *options_system_trust(void);

/* The limits in force: within what libcurl takes, connecting never longer than the whole. */
long options_timeout_ms(const roster_http_request *request);
long options_connect_timeout_ms(const roster_http_request *request);

/* False when libcurl refused one of them: then the handle must not be used. `system_trust` is a hashed directory or NULL. */
bool options_set(CURL *easy, const roster_http_request *request, const outgoing *sent, const char *system_trust);

/* ---- curl_failure ---- */

/* What libcurl's result codes mean to roster, and the words for them.
 * It must never put an address, a header or a body into a sentence: they can hold secrets. Host names are fine. */

/* Why roster itself ended an exchange. */
typedef enum failure_cause {
  CAUSE_CURL = 0,
  CAUSE_BODY,
  CAUSE_HEAD,
  CAUSE_MEMORY,
  CAUSE_STALL,
  CAUSE_DEADLINE,
  CAUSE_UNSIGNED
} failure_cause;

typedef struct failure_evidence {
  CURL *easy;
  CURLcode code;
  failure_cause cause;
  const char *detail; /* libcurl's error buffer */
  bool by_proxy;
  long timeout_ms;
  long connect_timeout_ms;
  size_t max_body_bytes;
} failure_evidence;

enum { STALL_MS = 10000, MOST_HEAD_BYTES = 256 * 1024 };

roster_http_failure failure_of(const failure_evidence *e);

/* Writes why, without a full stop and free of control bytes; "" for ROSTER_HTTP_ANSWERED. */
void failure_words(char *out, size_t size, roster_http_failure failure, const failure_evidence *e);

/* ---- curl_transfer ---- */

/* One exchange from its request to its response. It must never know the other exchanges. */

typedef struct transfer transfer;

/* A copy of the request, ready to be driven. `system_trust` is a hashed directory or NULL.
 * Errors: ROSTER_EINVALID, ROSTER_ENOMEM. */
roster_status transfer_new(transfer **out, const roster_http_request *request, const char *system_trust);
void transfer_free(transfer *t);

CURL *transfer_handle(const transfer *t); /* borrowed; transfer_of finds the way back */
transfer *transfer_of(CURL *easy);

/* False: it must not be sent, and is to be given up at once. */
bool transfer_may_go(const transfer *t);

/* The moment when it is given up unless something comes, on process_clock_ms. */
int64_t transfer_due_ms(const transfer *t);

/* Makes the response. A transfer that is given up has the code CURLE_OPERATION_TIMEDOUT and `given_up`. */
const roster_http_response *transfer_finish(transfer *t, CURLcode code, bool given_up);

#endif
