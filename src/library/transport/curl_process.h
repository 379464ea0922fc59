/* curl_process: what keeps libcurl a quiet guest in the host's process: signals, inherited descriptors, its one-time start.
 * It must never know a request. */
#ifndef TRANSPORT_CURL_PROCESS_H
#define TRANSPORT_CURL_PROCESS_H

#include <curl/curl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

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

#endif
