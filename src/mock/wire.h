/* wire: the bytes of one connection of a raw server, in the clear or over TLS. What is sent beneath TLS, what ends it, and an end without
 * one are all there, because a peer may do all of it. */
#ifndef ROSTER_MOCK_WIRE_H
#define ROSTER_MOCK_WIRE_H

#include "mock/server.h"

/* A certificate, its key, and the versions that are spoken. */
typedef struct identity identity;

/* NULL after a refusal at the path. */
identity *identity_new(const error_path *at, const scenario_tls *tls);
void identity_free(identity *of);

typedef struct wire {
  const server_group *group;
  int socket;
  void *session; /* gnutls_session_t; NULL: in the clear */
} wire;

/* False when the handshake failed. Without an identity it is in the clear. In any case wire_close follows. */
bool wire_open(wire *w, const server_group *group, int socket, const identity *as);
/* Closes the socket too, without a word of TLS. */
void wire_close(wire *w);

/* 0 at the end of what the client sends, on an error and when the group stops. */
size_t wire_receive(const wire *w, char *into, size_t room);
bool wire_send(const wire *w, const char *bytes, size_t size);
/* To the socket itself, also where TLS is spoken. */
bool wire_send_beneath(const wire *w, const char *bytes, size_t size);
/* The end of TLS as its peer expects it; nothing in the clear. */
void wire_end_tls(const wire *w);
/* A fatal alert with this number; nothing in the clear. */
void wire_alert(const wire *w, long number);

#endif
