/* transport_test: the libcurl transport with servers that misbehave, each a thread of this program on 127.0.0.1.
 * The tests use the transport only through roster.h. */
#include "check.h"
#include "roster.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_VISITS = 64, CROWD = 20, SEEN_BYTES = 128 * 1024, DESCRIPTORS = 256 };

static long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- names: this program's own resolver, so that no test uses the network ---------------------------------------------- */

int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict result) {
  (void)service;
  (void)hints;
  *result = NULL;
  if (name && strcmp(name, "slow.invalid") == 0) sleep(30);
  return EAI_NONAME;
}

/* ---- signals: every change of SIGPIPE's handler, even one that is undone ------------------------------------------------ */

static atomic_int handler_changes;

int sigaction(int number, const struct sigaction *restrict wanted, struct sigaction *restrict before) {
  int (*real)(int, const struct sigaction *, struct sigaction *);
  void *found = dlsym(RTLD_NEXT, "sigaction");
  memcpy(&real, &found, sizeof real);
  if (number == SIGPIPE && wanted) handler_changes++;
  return real(number, wanted, before);
}

/* ---- servers ----------------------------------------------------------------------------------------------------------- */

typedef struct server server;
/* Answers one request on fd. True keeps the connection for another. */
typedef bool behaviour(server *s, int fd);

typedef struct visit {
  server *to;
  int fd;
  pthread_t thread;
  size_t heard;
  char *request;
} visit;

struct server {
  behaviour *behave;
  bool raw; /* behave sees the connection before anything is read */
  int fd, port;
  pthread_t acceptor;
  visit visits[MOST_VISITS];
  atomic_int connections, requests, gone, inside, peak;
  pthread_mutex_t lock; /* of the next two */
  size_t seen_bytes;
  char seen[SEEN_BYTES]; /* the last request */
};

static bool say(int fd, const char *text) { return send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text); }

static size_t promised(const char *head) {
  const char *field = strcasestr(head, "content-length:");
  return field ? (size_t)strtoul(field + strlen("content-length:"), NULL, 10) : 0;
}

static bool is_whole(const visit *v) {
  const char *end = strstr(v->request, "\r\n\r\n");
  return end && v->heard >= (size_t)(end + 4 - v->request) + promised(v->request);
}

static void publish(const visit *v) {
  server *s = v->to;
  pthread_mutex_lock(&s->lock);
  memcpy(s->seen, v->request, v->heard + 1);
  s->seen_bytes = v->heard;
  pthread_mutex_unlock(&s->lock);
  s->requests++;
}

static bool hear(visit *v) {
  v->heard = 0;
  v->request[0] = 0;
  while (!is_whole(v)) {
    ssize_t n = recv(v->fd, v->request + v->heard, SEEN_BYTES - 1 - v->heard, 0);
    if (n <= 0) return false;
    v->heard += (size_t)n;
    v->request[v->heard] = 0;
  }
  publish(v);
  return true;
}

static void *attend(void *payload) {
  visit *v = payload;
  bool again = true;
  while (again) again = (v->to->raw || hear(v)) && v->to->behave(v->to, v->fd);
  close(v->fd);
  v->to->gone++;
  return NULL;
}

static bool saw(server *s, const char *text) {
  pthread_mutex_lock(&s->lock);
  bool found = strcasestr(s->seen, text) != NULL;
  pthread_mutex_unlock(&s->lock);
  return found;
}

static bool saw_body(server *s, const char *body, size_t length) {
  pthread_mutex_lock(&s->lock);
  bool same = promised(s->seen) == length && s->seen_bytes > length && memcmp(s->seen + s->seen_bytes - length, body, length) == 0;
  pthread_mutex_unlock(&s->lock);
  return same;
}

static void *accept_all(void *payload) {
  server *s = payload;
  const struct timeval patience = { 3, 0 };
  while (s->connections < MOST_VISITS) {
    int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) break;
    visit *v = &s->visits[s->connections];
    *v = (visit){ .to = s, .fd = fd, .request = malloc(SEEN_BYTES) };
    if (!v->request) abort();
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    s->connections++;
    if (pthread_create(&v->thread, NULL, attend, v) != 0) abort();
  }
  return NULL;
}

static int listener(int *port) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 64) != 0) abort();
  getsockname(fd, (struct sockaddr *)&address, &size);
  *port = ntohs(address.sin_port);
  return fd;
}

static server *serve(behaviour *behave, bool raw) {
  server *s = calloc(1, sizeof *s);
  if (!s) abort();
  pthread_mutex_init(&s->lock, NULL);
  s->behave = behave;
  s->raw = raw;
  s->fd = listener(&s->port);
  if (pthread_create(&s->acceptor, NULL, accept_all, s) != 0) abort();
  return s;
}

static void stop(server *s) {
  shutdown(s->fd, SHUT_RDWR);
  pthread_join(s->acceptor, NULL);
  for (int i = 0; i < s->connections; i++) {
    pthread_join(s->visits[i].thread, NULL);
    free(s->visits[i].request);
  }
  close(s->fd);
  free(s);
}

/* ---- sending requests -------------------------------------------------------------------------------------------------- */

static char address[256];

static const char *url_of(const server *s, const char *scheme, const char *path) {
  snprintf(address, sizeof address, "%s://127.0.0.1:%d%s", scheme, s->port, path);
  return address;
}

static roster_http_request get(const char *url) {
  return (roster_http_request){ .size = sizeof(roster_http_request),
                                .id = 7,
                                .method = "GET",
                                .url = url,
                                .timeout_ms = CHECK_PATIENCE_MS,
                                .connect_timeout_ms = CHECK_PATIENCE_MS,
                                .max_body_bytes = 1 << 20 };
}

static roster_http_request get_from(const server *s) { return get(url_of(s, "http", "/v1/models?key=hush")); }

static const roster_http_response *wait_for(roster_transport *t) {
  const roster_http_response *r = NULL;
  t->next(t->self, CHECK_PATIENCE_MS, &r);
  return r;
}

static const roster_http_response *ask(roster_transport *t, const roster_http_request *request) {
  return t->start(t->self, request) == ROSTER_OK ? wait_for(t) : NULL;
}

static bool fails(const roster_http_response *r, roster_http_failure failure, const char *words) {
  bool good = r && r->failure == failure && strstr(r->message, words) && !strstr(r->message, "hush");
  if (!good) printf("# failure %d, status %d: %s\n", r ? (int)r->failure : -1, r ? r->status : -1, r ? r->message : "no response");
  return good;
}

static bool answers(const roster_http_response *r, int status, const char *body) {
  return fails(r, ROSTER_HTTP_ANSWERED, "") && r->status == status && strcmp(r->body, body) == 0 && r->body_bytes == strlen(body);
}

static const char *header(const roster_http_response *r, const char *name) {
  for (size_t i = 0; r && i < r->header_count; i++)
    if (strcmp(r->headers[i].name, name) == 0) return r->headers[i].value;
  return "";
}

/* One request to one server over a separate transport. */
static void expect_failure(behaviour *behave, roster_http_failure failure, const char *words, const char *sentence) {
  server *s = serve(behave, false);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  request.timeout_ms = failure == ROSTER_HTTP_TIMEOUT ? 400 : CHECK_PATIENCE_MS; /* a busy machine takes its time */
  request.max_body_bytes = 4096;
  long before = now_ms();
  bool good = fails(ask(t, &request), failure, words);
  check(good && now_ms() - before < CHECK_SOON_MS, sentence);
  t->close(t->self);
  stop(s);
}

/* ---- complete responses ------------------------------------------------------------------------------------------------ */

static bool ok(server *s, int fd) {
  (void)s;
  return say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Request-ID:  R1 \r\n\r\nhello");
}

static bool not_found(server *s, int fd) {
  (void)s;
  return say(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
}

static bool redirect(server *s, int fd) {
  char answer[256];
  snprintf(answer, sizeof answer, "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:%d/stolen\r\nContent-Length: 0\r\n\r\n", s->port);
  return say(fd, answer);
}

static bool interim(server *s, int fd) {
  (void)s;
  return say(fd, "HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nRetry-After: 5\r\n\r\n"
                 "2\r\nhi\r\n0\r\nX-Trailer: late\r\n\r\n");
}

static bool many_headers(server *s, int fd) {
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 200; i++) say(fd, "X-Many: filler\r\n");
  return say(fd, "Content-Length: 2\r\n\r\nhi");
}

static bool zipped(server *s, int fd) {
  (void)s;
  return say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nraw");
}

static void test_answers(void) {
  server *s = serve(ok, false), *missing = serve(not_found, false), *zip = serve(zipped, false);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  const roster_http_response *r = ask(t, &request);
  check(answers(r, 200, "hello") && r->id == 7, "a 200 is returned with its body and the id of its request");
  check(strcmp(header(r, "x-request-id"), "R1") == 0, "header names are lowercased and header values are trimmed");
  check(saw(s, "User-Agent: roster/" ROSTER_VERSION "\r\n") && !saw(s, "Accept-Encoding"),
        "a request names roster as its user agent and asks for no compression");
  check(answers(ask(t, &request), 200, "hello") && s->connections == 1, "the connection is kept for the next request");
  request = get_from(missing);
  check(answers(ask(t, &request), 404, "none"), "a 404 is returned as a response");
  request = get(url_of(s, "http", "/v1/a/../../b/./%2e%2e/c"));
  check(answers(ask(t, &request), 200, "hello") && saw(s, "GET /v1/a/../../b/./%2e%2e/c HTTP/1.1\r\n"),
        "a path is sent as it is written, without folding any segment");
  request = get_from(zip);
  check(answers(ask(t, &request), 200, "raw"), "a compressed body that was not requested is left as it is");
  t->close(t->self);
  stop(s);
  stop(missing);
  stop(zip);
}

static void test_heads(void) {
  server *s = serve(interim, false), *many = serve(many_headers, false);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  const roster_http_response *r = ask(t, &request);
  check(answers(r, 200, "hi") && !*header(r, "x-early") && !*header(r, "x-trailer") && strcmp(header(r, "retry-after"), "5") == 0,
        "only the headers of the final response are kept, without trailers");
  request = get_from(many);
  r = ask(t, &request);
  check(answers(r, 200, "hi") && r->header_count == 64, "no more than 64 headers are kept");
  t->close(t->self);
  stop(s);
  stop(many);
}

static void test_post(void) {
  enum { LENGTH = 100000 };
  server *s = serve(ok, false);
  roster_transport *t = roster_transport_curl();
  roster_header headers[] = { { "x-api-key", "secret" }, { "X-Empty", "" } };
  char *body = malloc(LENGTH), *copy = malloc(LENGTH);
  if (!body || !copy) abort();
  for (size_t i = 0; i < LENGTH; i++) body[i] = copy[i] = (char)('a' + i % 26);
  roster_http_request request = get_from(s);
  request.method = "POST";
  request.headers = headers;
  request.header_count = 2;
  request.body = copy;
  request.body_bytes = LENGTH;
  roster_status status = t->start(t->self, &request);
  memset(copy, 'X', LENGTH);
  headers[0] = headers[1] = (roster_header){ "X-Changed", "yes" };
  check(status == ROSTER_OK && answers(wait_for(t), 200, "hello") && saw_body(s, body, LENGTH),
        "the body of a POST is copied and arrives complete");
  check(saw(s, "\r\nx-api-key: secret\r\n") && saw(s, "\r\nX-Empty:\r\n"), "headers are sent as given, including empty ones");
  check(!saw(s, "\r\nExpect:") && !saw(s, "\r\nContent-Type:"), "no headers are added to a POST");
  free(body);
  free(copy);
  t->close(t->self);
  stop(s);
}

static void test_redirect(void) {
  server *s = serve(redirect, false);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  const roster_http_response *r = ask(t, &request);
  check(answers(r, 307, "") && strstr(header(r, "location"), "/stolen"), "a redirect is returned as a response with its target");
  check(s->requests == 1, "a redirect is not followed");
  t->close(t->self);
  stop(s);
}

/* ---- broken responses -------------------------------------------------------------------------------------------------- */

static bool wait_until_left(int fd) {
  char scratch[256];
  while (recv(fd, scratch, sizeof scratch, 0) > 0) continue;
  return false;
}

static bool hang(server *s, int fd) {
  (void)s;
  return wait_until_left(fd);
}

static bool large(server *s, int fd) {
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
  return wait_until_left(fd);
}

static bool endless(server *s, int fd) {
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 1000000 && say(fd, "10\r\n0123456789abcdef\r\n"); i++) continue;
  return false;
}

static bool endless_head(server *s, int fd) {
  (void)s;
  for (int i = 0; i < 1000000 && say(fd, "HTTP/1.1 100 Continue\r\nX-Filler: 0123456789\r\n\r\n"); i++) continue;
  return false;
}

/* Longer than libcurl takes, which it calls "out of memory". */
static bool long_line(server *s, int fd) {
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\nX-Filler: ");
  for (int i = 0; i < 15000 && say(fd, "0123456789"); i++) continue;
  say(fd, "\r\nContent-Length: 2\r\n\r\n{}");
  return wait_until_left(fd);
}

static bool half_a_body(server *s, int fd) {
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  return wait_until_left(fd);
}

static bool cut_off(server *s, int fd) {
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  return false;
}

static bool cut_chunk(server *s, int fd) {
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf");
  return false;
}

static bool bad_chunk(server *s, int fd) {
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n");
  return wait_until_left(fd);
}

static bool reset(server *s, int fd) {
  const struct linger at_once = { 1, 0 };
  (void)s;
  say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  usleep(50 * 1000);
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return false;
}

static bool silent_close(server *s, int fd) {
  (void)s;
  (void)fd;
  return false;
}

static bool ancient(server *s, int fd) {
  (void)s;
  say(fd, "<html>hush</html>");
  return false;
}

static void test_failures(void) {
  expect_failure(large, ROSTER_HTTP_TOO_LARGE, "4096 bytes", "a body whose announced length is over the limit fails before it is read");
  expect_failure(endless, ROSTER_HTTP_TOO_LARGE, "4096 bytes", "an endless chunked body is stopped at the limit");
  expect_failure(endless_head, ROSTER_HTTP_TOO_LARGE, "headers", "endless interim responses are stopped");
  expect_failure(long_line, ROSTER_HTTP_TOO_LARGE, "a header of the answer is larger than 102400 bytes",
                 "one header that is too long is named, and no lack of memory");
  expect_failure(half_a_body, ROSTER_HTTP_TIMEOUT, "no complete answer within 400 ms", "a body that stops halfway fails at the timeout");
  expect_failure(hang, ROSTER_HTTP_TIMEOUT, "no answer within 400 ms", "a request to a server that never answers fails at the timeout");
  expect_failure(cut_off, ROSTER_HTTP_RESET, "cut off", "a body shorter than announced is a reset");
  expect_failure(cut_chunk, ROSTER_HTTP_RESET, "cut off", "a chunked body without its end is a reset");
  expect_failure(reset, ROSTER_HTTP_RESET, "connection reset", "a reset in the middle of the body is a reset");
  expect_failure(silent_close, ROSTER_HTTP_RESET, "closed without an answer", "a connection that closes without a response is a reset");
  expect_failure(ancient, ROSTER_HTTP_MALFORMED, "HTTP/0.9", "a response without a status line is malformed");
  expect_failure(bad_chunk, ROSTER_HTTP_MALFORMED, "chunk", "a chunk without a size is malformed");
}

/* ---- no connection ----------------------------------------------------------------------------------------------------- */

static bool plain_words(server *s, int fd) {
  char hello[4096];
  (void)s;
  if (recv(fd, hello, sizeof hello, 0) > 0) say(fd, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  return false;
}

static void test_no_connection(void) {
  int port, closed = listener(&port);
  char url[64];
  close(closed);
  snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get(url);
  check(fails(ask(t, &request), ROSTER_HTTP_CONNECT, "connection refused"), "a closed port fails with `connection refused`");
  request = get("http://gone.invalid/?key=hush");
  check(fails(ask(t, &request), ROSTER_HTTP_DNS, "could not resolve host 'gone.invalid'"),
        "a host name that does not exist fails with that name");
  request = get("http://slow.invalid/");
  request.timeout_ms = 300;
  long before = now_ms();
  bool good = fails(ask(t, &request), ROSTER_HTTP_TIMEOUT, "within 300 ms");
  t->close(t->self);
  check(good && now_ms() - before < CHECK_SOON_MS, "a name look-up that hangs fails at the timeout");
}

static void test_tls(void) {
  server *s = serve(plain_words, true), *silent = serve(hang, true);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get(url_of(s, "https", "/"));
  check(fails(ask(t, &request), ROSTER_HTTP_TLS, "TLS handshake failed: "), "plain HTTP behind an https address fails as a TLS error");
  request.ca_file = "/nonexistent.pem";
  check(fails(ask(t, &request), ROSTER_HTTP_TLS, "/nonexistent.pem"), "a CA file that cannot be read fails with its name");
  request = get(url_of(silent, "https", "/"));
  request.timeout_ms = 400;
  request.connect_timeout_ms = 300;
  long before = now_ms();
  bool good = true;
  for (int i = 0; i < 4; i++) good = t->start(t->self, &request) == ROSTER_OK && good;
  for (int i = 0; i < 4; i++) good = fails(wait_for(t), ROSTER_HTTP_TIMEOUT, "") && good;
  check(good && now_ms() - before < CHECK_SOON_MS, "requests that wait for a handshake that hangs fail at their timeout as well");
  t->close(t->self);
  stop(s);
  stop(silent);
}

/* ---- many requests at once --------------------------------------------------------------------------------------------- */

static bool wait_for_crowd(server *s, int fd) {
  s->inside++;
  for (int i = 0; i < CHECK_PATIENCE_MS / 10 && s->inside < CROWD; i++) usleep(10 * 1000);
  if (s->inside > s->peak) s->peak = (int)s->inside;
  ok(s, fd);
  return false;
}

static void test_crowd(void) {
  server *s = serve(wait_for_crowd, false);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  request.timeout_ms = CHECK_PATIENCE_MS;
  bool good = true, came[CROWD] = { false };
  for (uint64_t i = 0; i < CROWD; i++) {
    request.id = i;
    good = t->start(t->self, &request) == ROSTER_OK && good;
  }
  for (int i = 0; i < CROWD; i++) {
    const roster_http_response *r = wait_for(t);
    good = answers(r, 200, "hello") && r->id < CROWD && !came[r->id] && good;
    if (r && r->id < CROWD) came[r->id] = true;
  }
  check(good, "twenty requests are answered once each");
  check(s->peak == CROWD, "the server held all twenty at the same time");
  t->close(t->self);
  stop(s);
}

static void test_cancel(void) {
  server *s = serve(hang, false), *good = serve(ok, false);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  const roster_http_response *r = NULL;
  for (int i = 0; i < 5; i++) t->start(t->self, &request);
  long before = now_ms();
  check(t->next(t->self, 100, &r) == ROSTER_OK && !r && now_ms() - before >= 90,
        "a wait in which no request finishes returns no response and no error");
  t->cancel_all(t->self);
  for (int i = 0; i < CHECK_PATIENCE_MS / 10 && s->gone < s->connections; i++) usleep(10 * 1000);
  check(s->connections == 5 && s->gone == 5, "cancel_all closes the connections of requests in flight");
  check(t->next(t->self, 100, &r) == ROSTER_OK && !r, "a cancelled request gets no response");
  request = get_from(good);
  check(answers(ask(t, &request), 200, "hello"), "the transport is usable after cancel_all");
  t->start(t->self, &request);
  t->close(t->self);
  check(true, "closing with a request in flight succeeds");
  stop(s);
  stop(good);
}

/* ---- threads ----------------------------------------------------------------------------------------------------------- */

enum { ORIGINS = 6 };

static int count_threads(void) {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (const struct dirent *e; tasks && (e = readdir(tasks));) count += e->d_name[0] != '.';
  if (tasks) closedir(tasks);
  return count;
}

/* A thread that has been joined may still be listed for a moment. */
static bool has_threads(int wanted) {
  for (int i = 0; i < CHECK_PATIENCE_MS / 10 && count_threads() != wanted; i++) usleep(10 * 1000);
  return count_threads() == wanted;
}

static void serve_all(server *all[ORIGINS], behaviour *behave) {
  for (int i = 0; i < ORIGINS; i++) all[i] = serve(behave, false);
}

static void stop_all(server *all[ORIGINS]) {
  for (int i = 0; i < ORIGINS; i++) stop(all[i]);
}

/* Each of them hangs, so that a thread of the server is there for each. */
static int threads_for(roster_transport *t, server *all[ORIGINS], int origins) {
  const int before = count_threads();
  for (int i = 0; i < origins; i++) {
    roster_http_request request = get_from(all[i]);
    const int heard = all[i]->requests;
    t->start(t->self, &request);
    for (int k = 0; k < CHECK_PATIENCE_MS / 10 && all[i]->requests == heard; k++) usleep(10 * 1000);
  }
  return count_threads() - before - origins;
}

static void test_threads(void) {
  server *all[ORIGINS];
  serve_all(all, hang);
  const int before = count_threads();
  roster_transport *t = roster_transport_curl_threads(3);
  check(count_threads() == before, "a transport that has sent nothing has no thread");
  check(threads_for(t, all, 1) == 1, "one origin takes one thread");
  t->cancel_all(t->self);
  check(has_threads(before), "no thread is left when all is cancelled");
  check(threads_for(t, all, ORIGINS) == 3, "six origins take the three threads that there may be");
  t->close(t->self);
  check(has_threads(before), "no thread survives closing");
  t = roster_transport_curl_threads(1);
  check(threads_for(t, all, ORIGINS) == 1, "a host that wants one thread has one");
  t->close(t->self);
  stop_all(all);
}

/* Whichever thread its first request was sent by. */
static void test_origins(void) {
  enum { ROUNDS = 4 };
  server *all[ORIGINS];
  serve_all(all, ok);
  roster_transport *t = roster_transport_curl_threads(4);
  int good = 0, connections = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < ORIGINS; i++) {
      roster_http_request request = get_from(all[i]);
      request.id = (uint64_t)i;
      t->start(t->self, &request);
    }
    for (int i = 0; i < ORIGINS; i++) good += answers(wait_for(t), 200, "hello");
    if (round == 1) t->cancel_all(t->self); /* as at the end of a refresh */
  }
  for (int i = 0; i < ORIGINS; i++) connections += all[i]->connections;
  check(good == ROUNDS * ORIGINS && connections == ORIGINS, "an origin keeps its one connection, also from one refresh to the next");
  t->close(t->self);
  stop_all(all);
}

/* ---- what must not be sent --------------------------------------------------------------------------------------------- */

static roster_status try_start(roster_transport *t, const roster_http_request *request) {
  roster_status status = t->start(t->self, request);
  t->cancel_all(t->self);
  return status;
}

static void test_header_bytes(void) {
  server *s = serve(ok, false);
  roster_transport *t = roster_transport_curl();
  roster_header line = { "x-api-key", "" };
  char value[] = "a?b";
  bool good = true;
  roster_http_request request = get("http://127.0.0.1:1/"); /* what is accepted is sent */
  request.headers = &line;
  request.header_count = 1;
  line.value = value;
  for (int c = 1; c < 256; c++) {
    value[1] = (char)c;
    good = (try_start(t, &request) == ROSTER_EINVALID) == (c < 0x20 || c == 0x7f) && good;
  }
  check(good, "a header value with a control byte is rejected, and every other byte is accepted");
  request.url = url_of(s, "http", "/");
  line = (roster_header){ "x-api-key: 1\r\nx-evil", "1" };
  check(try_start(t, &request) == ROSTER_EINVALID, "a header name with a line break is rejected");
  line = (roster_header){ "", "1" };
  check(try_start(t, &request) == ROSTER_EINVALID && s->requests == 0, "a header without a name is rejected");
  t->close(t->self);
  stop(s);
}

static void test_bad_calls(void) {
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get("http://127.0.0.1:1/ HTTP/1.1\r\nX: y");
  check(try_start(t, &request) == ROSTER_EINVALID, "a URL with a line break is rejected");
  request = get("file:///etc/passwd");
  check(try_start(t, &request) == ROSTER_EINVALID, "schemes other than http and https are rejected");
  request = get("http://127.0.0.1:1/");
  request.method = "DELETE";
  check(try_start(t, &request) == ROSTER_EINVALID, "methods other than GET and POST are rejected");
  request = get("http://127.0.0.1:1/");
  request.timeout_ms = 0;
  check(try_start(t, &request) == ROSTER_EINVALID, "a request without a timeout is rejected");
  request = get("http://127.0.0.1:1/");
  char *much = malloc(600 * 1024);
  memset(much, 'a', 600 * 1024 - 1);
  much[600 * 1024 - 1] = 0;
  roster_header much_of_it = { "x-much", much };
  request.headers = &much_of_it;
  request.header_count = 1;
  check(try_start(t, &request) == ROSTER_EINVALID, "headers of more than 512 KiB are rejected, rather than called a lack of memory");
  free(much);
  check(t->start(t->self, NULL) == ROSTER_EINVALID && t->next(t->self, 0, NULL) == ROSTER_EINVALID, "NULL arguments are rejected");
  t->close(t->self);
}

static void test_user_in_address(void) {
  server *s = serve(ok, false);
  char url[64];
  snprintf(url, sizeof url, "http://api.example@127.0.0.1:%d/", s->port);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get(url);
  check(fails(ask(t, &request), ROSTER_HTTP_OTHER, "user name") && s->connections == 0,
        "a URL with a user name fails without a connection");
  t->close(t->self);
  stop(s);
}

static void set_ambient_proxy(const char *url) {
  static const char *const names[] = { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) url ? setenv(names[i], url, 1) : unsetenv(names[i]);
  url ? setenv("no_proxy", "*", 1) : unsetenv("no_proxy");
}

static void test_proxy(void) {
  server *ambient = serve(ok, false), *named = serve(not_found, false), *s = serve(ok, false);
  roster_transport *t = roster_transport_curl();
  char proxy[64];
  set_ambient_proxy(url_of(ambient, "http", "/"));
  unsetenv("no_proxy");
  roster_http_request request = get_from(s);
  check(answers(ask(t, &request), 200, "hello") && ambient->connections == 0 && s->connections == 1,
        "the proxy variables of the environment are ignored");
  set_ambient_proxy(url_of(ambient, "http", "/"));
  snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", named->port);
  request = get_from(s);
  request.proxy = proxy;
  check(answers(ask(t, &request), 404, "none") && saw(named, "GET http://127.0.0.1:"), "the proxy of a request is used");
  set_ambient_proxy(NULL);
  request = get(url_of(s, "https", "/"));
  request.proxy = proxy;
  check(fails(ask(t, &request), ROSTER_HTTP_CONNECT, "the proxy refused the tunnel with status 404"),
        "a proxy that refuses the tunnel fails with that reason");
  t->close(t->self);
  stop(ambient);
  stop(named);
  stop(s);
}

/* ---- what must stay unchanged ------------------------------------------------------------------------------------------ */

static bool is_pipe_pending(void) {
  sigset_t waiting;
  sigpending(&waiting);
  return sigismember(&waiting, SIGPIPE) == 1;
}

static bool is_same(const sigset_t *a, const sigset_t *b) {
  bool same = true;
  for (int number = 1; number < NSIG; number++) same = sigismember(a, number) == sigismember(b, number) && same;
  return same;
}

static void test_signals(void) {
  server *s = serve(cut_off, false);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  sigset_t before, after, only;
  pthread_sigmask(SIG_SETMASK, NULL, &before);
  ask(t, &request);
  pthread_sigmask(SIG_SETMASK, NULL, &after);
  check(is_same(&before, &after), "the signal mask stays as it was");
  sigemptyset(&only);
  sigaddset(&only, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &only, NULL);
  pthread_kill(pthread_self(), SIGPIPE);
  ask(t, &request);
  check(is_pipe_pending(), "a SIGPIPE that was pending before is still pending");
  sigtimedwait(&only, NULL, &(struct timespec){ 0, 0 });
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  t->close(t->self);
  stop(s);
}

static int count_open(bool only_inherited) {
  int count = 0;
  for (int fd = 0; fd < DESCRIPTORS; fd++) {
    int flags = fcntl(fd, F_GETFD);
    if (flags >= 0 && (!only_inherited || !(flags & FD_CLOEXEC))) count++;
  }
  return count;
}

static void test_descriptors(void) {
  server *s = serve(hang, false);
  int open_before = count_open(false), inherited_before = count_open(true);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  const roster_http_response *r;
  t->start(t->self, &request);
  for (int i = 0; i < 100 && s->requests == 0; i++) t->next(t->self, 20, &r);
  check(s->requests == 1 && count_open(true) == inherited_before, "a child process inherits no descriptor");
  t->close(t->self);
  for (int i = 0; i < CHECK_PATIENCE_MS / 10 && s->gone == 0; i++) usleep(10 * 1000);
  check(count_open(false) == open_before, "closing leaves no descriptor open");
  stop(s);
}

static bool soon(server *s, int fd) {
  usleep(100 * 1000);
  return ok(s, fd);
}

/* The caller reads a large response, say, for longer than the limit of another request. */
static void test_absence(void) {
  server *s = serve(soon, false);
  roster_transport *t = roster_transport_curl();
  roster_http_request request = get_from(s);
  request.timeout_ms = request.connect_timeout_ms = 400;
  const roster_http_response *r = NULL;
  t->start(t->self, &request);
  t->next(t->self, 10, &r);
  usleep(600 * 1000);
  check(answers(r ? r : wait_for(t), 200, "hello"), "a response that came while the caller was busy is not late");
  t->close(t->self);
  stop(s);
}

/* Comes last, because it checks what all other tests did. */
static void test_handlers(void) {
  roster_transport *unused = roster_transport_curl();
  unused->close(unused->self);
  check(handler_changes == 0, "the handler of SIGPIPE was never touched, not even for a moment");
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  test_answers();
  test_heads();
  test_post();
  test_redirect();
  test_failures();
  test_no_connection();
  test_tls();
  test_crowd();
  test_cancel();
  test_threads();
  test_origins();
  test_header_bytes();
  test_bad_calls();
  test_user_in_address();
  test_proxy();
  test_signals();
  test_descriptors();
  test_absence();
  test_handlers();
  return check_close();
}
