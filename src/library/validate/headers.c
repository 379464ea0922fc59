/* headers: see headers.h. */
#include "library/validate/headers.h"

#include "util/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_within(headers *h, size_t room, const char *name, const char *value) {
  for (size_t i = 0; i < h->count; i++) {
    if (!text_same(h->at[i].name, name)) continue;
    h->at[i].value = value;
    return;
  }
  if (h->count < room) h->at[h->count++] = (roster_header){ name, value };
}

/* One place is kept free for the key. */
static void put(headers *h, const char *name, const char *value) { put_within(h, MOST_HEADERS - 1, name, value); }

/* A host may keep its headers longer than the snapshot, so they are copied; for roster's own request they are not. */
static const char *lasting(const headers_from *from, const char *text) { return from->own_request ? text : arena_text(from->arena, text); }

static void put_pairs(headers *h, const headers_from *from, const pairs *list) {
  for (size_t i = 0; i < list->count; i++) {
    const pair *p = &list->at[i];
    key k = p->from_secret ? key_for_header(from->arena, from->ring, from->environment, p->from_secret) : (key){ 0 };
    if (p->value) put(h, lasting(from, p->name), lasting(from, p->value));
    if (k.state == KEY_SET) put(h, lasting(from, p->name), secret_value(k.value));
  }
}

/* A gateway needs to be told the provider of a request with a deployer's headers. */
static void put_extras(headers *h, const headers_from *from) {
  const extras *x = from->extras;
  if (x->header_count) put(h, "provider", lasting(from, provider_name(from->service->provider)));
  for (size_t i = 0; i < x->header_count; i++) put(h, x->headers[i].name, x->headers[i].value);
}

static void put_session(headers *h, const headers_from *from) {
  if (!from->auth.token) return;
  key token = key_find(from->arena, from->ring, from->environment, from->auth.token);
  if (token.state == KEY_SET) put(h, "x-amz-security-token", secret_value(token.value));
}

static bool put_auth(headers *h, const headers_from *from) {
  if (from->auth.kind == AUTH_AWS_SIGV4) { /* the transport signs */
    put_session(h, from);
    return true;
  }
  const char *placeholder = from->service->placeholder;
  const char *value = from->key->state == KEY_SET ? secret_value(from->key->value) : placeholder ? lasting(from, placeholder) : NULL;
  if (!value) return true;
  if (from->auth.kind != AUTH_BEARER) {
    put_within(h, MOST_HEADERS, lasting(from, from->auth.header), value);
    return true;
  }
  size_t room = strlen(value) + sizeof "Bearer ";
  h->auth = malloc(room);
  if (!h->auth) return false;
  snprintf(h->auth, room, "Bearer %s", value);
  put_within(h, MOST_HEADERS, "authorization", h->auth);
  return true;
}

bool headers_collect(headers *h, const headers_from *from) {
  const service *s = from->service;
  *h = (headers){ .count = 0 };
  if (from->with_body) put(h, "content-type", "application/json");
  if (from->own_request) put(h, "accept", "application/json");
  put_pairs(h, from, &s->provider->headers);
  if (s->gateway) put_pairs(h, from, &s->gateway->headers);
  if (from->with_model) put_pairs(h, from, &s->model->headers);
  put_extras(h, from);
  for (size_t i = 0; i < from->key->header_count; i++) put(h, from->key->headers[i].name, from->key->headers[i].value);
  return put_auth(h, from);
}

void headers_wipe(headers *h) {
  if (!h->auth) return;
  explicit_bzero(h->auth, strlen(h->auth));
  free(h->auth);
  h->auth = NULL;
}
