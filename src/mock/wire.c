/* wire: see wire.h. The socket does not wait; each call that would have to waits for the group's stop as well. */
#include "mock/wire.h"

#include "util/descriptor.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct identity {
  gnutls_certificate_credentials_t own;
  gnutls_priority_t versions;
};

identity *identity_new(const error_path *at, const scenario_tls *tls) {
  error_path here = error_path_key(at, "tls");
  identity *of = calloc(1, sizeof *of);
  if (!of) {
    error_path_out_of_memory(at);
    return NULL;
  }
  int problem = gnutls_certificate_allocate_credentials(&of->own);
  if (!problem) problem = gnutls_certificate_set_x509_key_file(of->own, tls->cert, tls->key, GNUTLS_X509_FMT_PEM);
  if (problem >= 0) problem = gnutls_priority_init(&of->versions, tls->versions ? tls->versions : "NORMAL", NULL);
  if (problem >= 0) return of;
  error_path_refuse(&here, "%s", gnutls_strerror(problem));
  identity_free(of);
  return NULL;
}

void identity_free(identity *of) {
  if (!of) return;
  if (of->own) gnutls_certificate_free_credentials(of->own);
  if (of->versions) gnutls_priority_deinit(of->versions);
  free(of);
}

static bool wait_for(const wire *w, short events) { return server_group_wait(w->group, w->socket, events, -1) == WOKE_SOCKET; }

/* Whether a call of GnuTLS that gave this is to be made again. */
static bool is_again(const wire *w, ssize_t result) {
  if (result == GNUTLS_E_INTERRUPTED) return true;
  if (result == GNUTLS_E_AGAIN) return wait_for(w, gnutls_record_get_direction(w->session) ? POLLOUT : POLLIN);
  return result < 0 && !gnutls_error_is_fatal((int)result);
}

static bool begin_session(wire *w, const identity *as) {
  gnutls_session_t session;
  if (gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0) return false;
  w->session = session;
  gnutls_transport_set_int(session, w->socket);
  gnutls_handshake_set_timeout(session, GNUTLS_INDEFINITE_TIMEOUT);
  return gnutls_priority_set(session, as->versions) >= 0 && gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, as->own) >= 0;
}

bool wire_open(wire *w, const server_group *group, int socket, const identity *as) {
  *w = (wire){ .group = group, .socket = socket };
  if (!as) return true;
  if (!begin_session(w, as)) return false;
  int result;
  do result = gnutls_handshake(w->session);
  while (is_again(w, result));
  if (result < 0) gnutls_alert_send_appropriate(w->session, result);
  return result >= 0;
}

void wire_close(wire *w) {
  if (w->session) gnutls_deinit(w->session);
  close(w->socket);
}

static size_t receive_plain(const wire *w, char *into, size_t room) {
  for (;;) {
    ssize_t got = recv(w->socket, into, room, 0);
    if (got >= 0) return (size_t)got;
    if (errno == EINTR) continue;
    if (errno != EAGAIN || !wait_for(w, POLLIN)) return 0;
  }
}

size_t wire_receive(const wire *w, char *into, size_t room) {
  if (!w->session) return receive_plain(w, into, room);
  ssize_t got;
  do got = gnutls_record_recv(w->session, into, room);
  while (is_again(w, got));
  return got > 0 ? (size_t)got : 0;
}

static bool is_stopping(const wire *w) { return server_group_wait(w->group, -1, 0, 0) == WOKE_STOP; }

bool wire_send_beneath(const wire *w, const char *bytes, size_t size) {
  while (size) {
    ssize_t sent = descriptor_send(w->socket, bytes, size);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno != EAGAIN || !wait_for(w, POLLOUT))) return false;
    if (is_stopping(w)) return false;
    if (sent < 0) continue;
    bytes += sent;
    size -= (size_t)sent;
  }
  return true;
}

bool wire_send(const wire *w, const char *bytes, size_t size) {
  if (!w->session) return wire_send_beneath(w, bytes, size);
  while (size) {
    ssize_t sent = gnutls_record_send(w->session, bytes, size);
    if (sent < 0 && is_again(w, sent)) continue;
    if (sent < 0 || is_stopping(w)) return false;
    bytes += sent;
    size -= (size_t)sent;
  }
  return true;
}

void wire_end_tls(const wire *w) {
  if (w->session) gnutls_bye(w->session, GNUTLS_SHUT_WR);
}

void wire_alert(const wire *w, long number) {
  if (w->session) gnutls_alert_send(w->session, GNUTLS_AL_FATAL, (gnutls_alert_description_t)number);
}
