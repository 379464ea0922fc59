/* http_server: see server.h. One libmicrohttpd daemon with a thread for each connection, so that a response may hang without holding up
 * another. The only file of the mock providers that includes microhttpd.h. */
#include "mock/dialect.h"
#include "mock/response.h"
#include "mock/server.h"
#include "util/text_file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CONNECTIONS = 4096, EVENT_ROOM = 4096 };

struct http_server {
  const scenario_server *config;
  server_group *group;
  routes *routes;
  char *cert, *key, *client_ca; /* the contents, not the paths */
  struct MHD_Daemon *daemon;
  unsigned port;
};

/* ---- reading ---- */

static void *on_address(void *payload, const char *address, struct MHD_Connection *wire) {
  http_server *s = payload;
  request *req = request_new(address, strlen(address));
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  if (!req) return NULL;
  req->number = atomic_fetch_add(&s->group->requests, 1) + 1;
  req->connection = info ? (long)(intptr_t)info->socket_context : 0;
  return req;
}

static void on_connection(void *payload, struct MHD_Connection *wire, void **slot, enum MHD_ConnectionNotificationCode code) {
  http_server *s = payload;
  (void)wire;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) *slot = (void *)(intptr_t)(atomic_fetch_add(&s->group->connections, 1) + 1);
}

static void on_completed(void *payload, struct MHD_Connection *wire, void **slot, enum MHD_RequestTerminationCode code) {
  (void)payload, (void)wire, (void)code;
  request_free(*slot);
  *slot = NULL;
}

static enum MHD_Result on_header(void *payload, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value,
                                 size_t value_size) {
  (void)kind;
  return request_add_header(payload, name, name_size, value, value_size) ? MHD_YES : MHD_NO;
}

static enum MHD_Result begin(request *req, struct MHD_Connection *wire, const char *method) {
  if (!request_set_method(req, method, strlen(method))) return MHD_NO;
  MHD_get_connection_values_n(wire, MHD_HEADER_KIND, on_header, req);
  return MHD_YES;
}

/* ---- responding ---- */

static bool certified(const http_server *s, struct MHD_Connection *wire) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  unsigned problems = 0;
  if (!s->client_ca) return true;
  return info && gnutls_certificate_verify_peers2(info->tls_session, &problems) == GNUTLS_E_SUCCESS && problems == 0;
}

static void add_headers(struct MHD_Response *message, const response *out, const scenario_route *route) {
  if (out->type) MHD_add_response_header(message, MHD_HTTP_HEADER_CONTENT_TYPE, out->type);
  if (out->id_header) MHD_add_response_header(message, out->id_header, out->id);
  for (size_t i = 0; route && i < route->header_count; i++)
    MHD_add_response_header(message, route->headers[i].name, route->headers[i].value);
}

/* One event in each call, so that a client gets it before the rest is there. */
static ssize_t next_event(void *payload, uint64_t at, char *room, size_t most) {
  const char *rest = (const char *)payload + at, *end = strstr(rest, "\n\n");
  if (!end) return MHD_CONTENT_READER_END_OF_STREAM;
  size_t size = (size_t)(end + 2 - rest);
  if (size > most) size = most;
  memcpy(room, rest, size);
  return (ssize_t)size;
}

/* MHD takes the body as writable memory, and only reads it. */
static struct MHD_Response *make_message(response *out) {
  if (out->streamed) return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, EVENT_ROOM, next_event, out->owned, free);
  enum MHD_ResponseMemoryMode mode = out->owned ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT;
  return MHD_create_response_from_buffer(out->size, (void *)(uintptr_t)out->body, mode);
}

static enum MHD_Result send_response(struct MHD_Connection *wire, response *out, const scenario_route *route) {
  struct MHD_Response *message = make_message(out);
  if (!message) return MHD_NO;
  out->owned = NULL;
  add_headers(message, out, route);
  enum MHD_Result sent = MHD_queue_response(wire, out->status, message);
  MHD_destroy_response(message);
  return sent;
}

/* MHD_NO closes the connection without a response. */
static enum MHD_Result perform(const http_server *s, struct MHD_Connection *wire, response *out, const scenario_route *route) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_CONNECTION_FD);
  long delay = route && route->delay_ms >= 0 ? route->delay_ms : s->config->delay_ms;
  if (delay && server_group_wait(s->group, -1, 0, delay) == WOKE_STOP) return MHD_NO;
  if (route && route->hang) server_group_wait(s->group, info ? info->connect_fd : -1, GONE, -1);
  if (route && (route->hang || route->close)) return MHD_NO;
  return send_response(wire, out, route);
}

static enum MHD_Result reply(http_server *s, struct MHD_Connection *wire, const request *req) {
  response out = { .status = 0 };
  const scenario_route *route = NULL;
  if (!certified(s, wire))
    response_text(&out, 403, "a client certificate is required\n");
  else if ((route = routes_match(s->routes, req)))
    route_respond(route, &out);
  else
    dialect_respond(s->config, req, &out);
  bool silent = route && (route->hang || route->close);
  server_group_log(s->group, s->config->name, req, silent ? 0 : out.status);
  enum MHD_Result result = perform(s, wire, &out, route);
  response_clear(&out);
  return result;
}

static enum MHD_Result on_request(void *payload, struct MHD_Connection *wire, const char *url, const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **slot) {
  request *req = *slot;
  (void)url, (void)version;
  if (!req) return MHD_NO;
  if (!req->method) return begin(req, wire, method);
  if (!*upload_size) return reply(payload, wire, req);
  bool kept = request_add_body(req, upload, *upload_size);
  *upload_size = 0;
  return kept ? MHD_YES : MHD_NO;
}

/* ---- starting and stopping ---- */

static bool read_pem(const error_path *at, const char *key, const char *path, char **out) {
  error_path here = error_path_key(at, key);
  if (!path) return true;
  const char *why = NULL;
  *out = text_file_read(path, true, LARGEST_INPUT, &why);
  return *out || error_path_refuse(&here, "cannot read '%s': %s", path, why);
}

static bool read_pems(const error_path *at, const scenario_tls *tls, http_server *s) {
  error_path here = error_path_key(at, "tls");
  return read_pem(&here, "cert", tls->cert, &s->cert) && read_pem(&here, "key", tls->key, &s->key) &&
         read_pem(&here, "client_ca", tls->client_ca, &s->client_ca);
}

/* With a trusted authority MHD asks the client for its certificate, but accepts a client without one: see certified. */
static struct MHD_Daemon *listen_on_loopback(http_server *s) {
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)s->config->port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  struct MHD_OptionItem tls[] = {
    { MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert },
    { MHD_OPTION_HTTPS_MEM_KEY, 0, s->key },
    { s->client_ca ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, s->client_ca },
    { MHD_OPTION_END, 0, NULL },
  };
  struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
  unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | (s->cert ? MHD_USE_TLS : 0);
  return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                          MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS, MHD_OPTION_URI_LOG_CALLBACK, on_address, s,
                          MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_ARRAY,
                          s->cert ? tls : none, MHD_OPTION_END);
}

static bool start(const error_path *at, http_server *s) {
  if (!read_pems(at, &s->config->tls, s)) return false;
  s->routes = routes_new(s->config);
  if (!s->routes) return error_path_out_of_memory(at);
  s->daemon = listen_on_loopback(s);
  if (!s->daemon && s->cert) return error_path_refuse(at, "cannot start the server; do the cert and the key of its tls belong together?");
  if (!s->daemon) return error_path_refuse(at, "cannot start the server: %s", strerror(errno));
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
  s->port = info ? info->port : 0;
  return s->port || error_path_refuse(at, "cannot learn the port of the server");
}

http_server *http_server_start(const error_path *at, const scenario_server *config, server_group *group) {
  http_server *s = calloc(1, sizeof *s);
  if (!s) {
    error_path_out_of_memory(at);
    return NULL;
  }
  *s = (http_server){ .config = config, .group = group };
  if (start(at, s)) return s;
  http_server_stop(s);
  return NULL;
}

unsigned http_server_port(const http_server *s) { return s->port; }

void http_server_stop(http_server *s) {
  if (!s) return;
  if (s->daemon) MHD_stop_daemon(s->daemon);
  routes_free(s->routes);
  free(s->cert);
  free(s->key);
  free(s->client_ca);
  free(s);
}
