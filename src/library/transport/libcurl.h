/* libcurl: the only place that includes libcurl's header, and what the files of this folder share. curl.c spreads the transfers over loops,
 * each a thread that drives its own; a transfer is one exchange; curl_outgoing, curl_handle and curl_failure are its parts: what it sends,
 * how libcurl is set up for it, what went wrong.
 */
#ifndef ROSTER_TRANSPORT_LIBCURL_H
#define ROSTER_TRANSPORT_LIBCURL_H

#include <roster.h>

#include "util/worker.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- curl_process ---- */

/* Keeps libcurl from disturbing the host's process: signals, inherited descriptors, its one-time start. Knows no requests. */

/* Blocks SIGPIPE on this thread while libcurl runs. */
typedef struct pipe_guard {
  sigset_t before;
  bool pending;
} pipe_guard;

pipe_guard pipe_guard_raise(void);
void pipe_guard_lower(const pipe_guard *guard);

/* Starts libcurl, with the allocator that is counted; before anything else of it. False when out of memory. */
bool process_start(void);

/* A new multi handle whose own descriptors are close-on-exec, and none of 0 to 2; NULL when out of memory. */
CURLM *process_multi(void);

/* How many allocations of libcurl were refused so far in this process. Where the host had started libcurl before, and for what TLS and the
 * C library allocate on their own, only those after which errno still told of it. */
long process_refusals(void);
/* Whether there is no memory at this moment. */
bool process_is_starved(void);
/* curl_multi_perform. */
CURLMcode process_perform(CURLM *multi);
/* For CURLOPT_DEBUGFUNCTION: reads no message, but sees what errno was at each. */
int process_look(CURL *unused, curl_infotype kind, char *text, size_t length, void *payload);

/* For CURLOPT_OPENSOCKETFUNCTION: a socket that is created close-on-exec. *failed, an int, becomes the errno where that fails. There is
 * none for an address of this machine that is switched off. */
curl_socket_t process_socket(void *failed, curlsocktype purpose, struct curl_sockaddr *address);

int64_t process_clock_ms(void);

/* ---- curl_outgoing ---- */

/* The header lines and the body of one request, checked and copied into one block that can be wiped. */

typedef struct outgoing {
  size_t bytes; /* of the whole block */
  struct curl_slist *lines;
  const char *body;
  size_t body_bytes;
  struct curl_slist nodes[];
} outgoing;

/* Whether the request may be given to libcurl, which would send a line break inside a header unchanged. */
bool outgoing_is_sound(const roster_http_request *request);

/* libcurl calls it "out of memory" when what it sends before the body has more than 1 MB. */
enum { MOST_SENT_HEAD = 512 * 1024 };

bool outgoing_is_post(const roster_http_request *request);

/* NULL when out of memory. The request must be sound. */
outgoing *outgoing_new(const roster_http_request *request);
void outgoing_free(outgoing *sent);

/* ---- curl_handle: signing ---- */

/* Requests that libcurl signs for AWS (Signature Version 4), where the libcurl in use does that correctly. */

bool signing_is_wanted(const roster_http_request *request);
/* Whether the signature would be one that AWS accepts. */
bool signing_is_possible(const roster_http_request *request);
bool signing_set(CURL *easy, const roster_http_request *request);

/* ---- curl_trust ---- */

/* Stores of certificates that all connections of all threads share. Of a hashed directory OpenSSL reads an authority when it meets it
 * first, and not for each connection again; a bundle, of 140 certificates say, is parsed once. Without them, where TLS is not OpenSSL's
 * say, libcurl has a store for each connection to a directory and one for each thread of a bundle. */

enum { MOST_TRUSTED = 4 };

typedef struct kept_store {
  char *path;       /* NULL: free */
  void *store;      /* an X509_STORE */
  int64_t until_ms; /* then it is read again */
} kept_store;

typedef struct trust {
  const char *system; /* the directory that the system trusts; NULL: it has none */
  kept_store kept[MOST_TRUSTED];
} trust;

/* A reference to the store of this directory or bundle, to be released; NULL: there is none, so libcurl reads it. */
void *trust_share(trust *t, const char *path, bool is_file);
void trust_release(void *store);
void trust_forget(trust *t);
/* For CURLOPT_SSL_CTX_FUNCTION. */
CURLcode trust_use(CURL *unused, void *context, void *store);

/* ---- curl_handle ---- */

/* All that is set in an easy handle before it starts: what to send, where it may go, which authorities it trusts, its limits. */

/* The directory of hashed certificates that the system trusts, NULL when it has none. */
const char *handle_system_trust(void);

/* The limits in force: no more than libcurl accepts, and the connection's no more than the request's. */
long handle_timeout_ms(const roster_http_request *request);
long handle_connect_timeout_ms(const roster_http_request *request);

/* The only file or directory of authorities that the request goes by; NULL: there are others. */
const char *handle_authorities(const roster_http_request *request, const char *system_trust);

/* False when libcurl refused a setting: then the handle must not be used. `system_trust` is a hashed directory or NULL. */
bool handle_set_up(CURL *easy, const roster_http_request *request, const outgoing *sent, const char *system_trust);

/* ---- curl_failure ---- */

/* What libcurl's result codes mean to roster, and the message for each. A message never contains an address, a header or a body, which can
 * hold secrets; host names are fine. */

/* Why roster itself ended an exchange. */
typedef enum failure_cause {
  CAUSE_CURL = 0,
  CAUSE_BODY,
  CAUSE_HEAD,
  CAUSE_LINE, /* one header is longer than libcurl takes */
  CAUSE_MEMORY,
  CAUSE_SYSTEM, /* this machine gave no socket, or no thread to look a name up */
  CAUSE_THREAD, /* this machine gave no thread to send it */
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
  int no_socket; /* errno; 0: sockets could be made */
  int no_port;   /* errno; 0: this machine could begin to connect them */
  long timeout_ms;
  long connect_timeout_ms;
  size_t max_body_bytes;
} failure_evidence;

/* The last is libcurl's own limit. */
enum { STALL_MS = 10000, MOST_HEAD_BYTES = 256 * 1024, MOST_LINE_BYTES = 100 * 1024 };

roster_http_failure failure_of(const failure_evidence *e);

/* Writes what happened, without a full stop and control bytes; "" for ROSTER_HTTP_ANSWERED. */
void failure_message(char *out, size_t size, roster_http_failure failure, const failure_evidence *e);

/* ---- curl_transfer ---- */

/* One exchange from its request to its response. */

typedef struct transfer transfer;

/* A copy of the request, ready to be sent.
 * Errors: ROSTER_EINVALID (libcurl refuses it), ROSTER_ENOMEM. */
roster_status transfer_new(transfer **out, const roster_http_request *request, trust *trusted);
void transfer_free(transfer *t);

/* Whoever has it may put it into a list by this. */
transfer **transfer_next(transfer *t);

CURL *transfer_handle(const transfer *t); /* borrowed, until it is finished; transfer_of is the inverse */
transfer *transfer_of(CURL *easy);

/* False: it must not be sent; it is already over. */
bool transfer_may_go(const transfer *t);
/* It cannot be sent, for this reason; `number`: the errno of CAUSE_SYSTEM, else 0. */
void transfer_refuse(transfer *t, failure_cause why, int number);

/* Whether a name is being looked up for it, which libcurl does on a thread of its own. */
bool transfer_looks_up(transfer *t);

/* When it times out unless data comes, on process_clock_ms. */
int64_t transfer_due_ms(const transfer *t);

/* Makes the response, and takes it out of the multi handle in which it is, NULL for none. `timed_out`: by transfer_due_ms; `code` is
 * CURLE_OPERATION_TIMEDOUT then. From here on it has no handle, so that any thread may have it. */
void transfer_finish(transfer *t, CURLM *multi, CURLcode code, bool timed_out);

/* Once it is finished. */
const roster_http_response *transfer_response(const transfer *t);
/* Once it is finished: it failed because memory ran out here, so there is no answer, and nobody is to blame. */
bool transfer_is_starved(const transfer *t);

/* ---- curl_loop ---- */

/* A thread that drives transfers in a multi handle of its own, and hands over what is finished. Its connections stay when it ends. */

/* What the loops of one transport hand over. */
typedef struct loop_exit {
  pthread_mutex_t lock;
  pthread_cond_t came;
  transfer *first, **last; /* the finished ones, as they came */
  CURLMcode broken;        /* why a loop could not go on */
} loop_exit;

void loop_exit_open(loop_exit *out);
void loop_exit_close(loop_exit *out);
/* Frees what nobody took. No loop may run. */
void loop_exit_clear(loop_exit *out);
/* Hands over one that no loop had. */
void loop_exit_put(loop_exit *out, transfer *t);
transfer *loop_exit_take(loop_exit *out); /* under its lock; NULL when there is none */

typedef struct loop {
  loop_exit *out;
  CURLM *multi;
  worker thread;
  bool runs;
  /* under the lock of `out` */
  transfer *arrived, **last_arrived;
  size_t load; /* transfers that it has and has not finished */
  bool stop;
  /* the thread's own */
  transfer *in_flight;
  bool holding; /* descriptors 0 to 2 */
} loop;

/* `connections`: how many it may have open. Must not move. False with errno, ENOMEM or EMFILE. */
bool loop_open(loop *l, loop_exit *out, long connections);
void loop_close(loop *l);
/* Gives it a transfer, and starts its thread where it does not run; false with errno where there is none, and the transfer stays the
 * caller's. */
bool loop_take(loop *l, transfer *t);
/* Tells it to drop all its transfers and end; loop_join waits until it has. */
void loop_stop(loop *l);
void loop_join(loop *l);

#endif
