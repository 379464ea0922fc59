/* headers: see headers.h. One walk over the parts of a service gives the lines in their order, whether they are collected to be sent or to
 * be shown. */
#include "library/validate/headers.h"

#include "util/platform.h"
#include "util/text.h"
#include "library/validate/factory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum line_kind { LINE_PLAIN, LINE_HIDDEN, LINE_SECRET, LINE_KEY } line_kind;

/* One header before it is known whether a later one replaces it. */
typedef struct line {
  line_kind kind;
  const char *name, *value; /* LINE_HIDDEN: a secret's; the next two kinds: NULL */
  const credential *secret; /* LINE_SECRET */
  const char *found;        /* LINE_SECRET: see pair */
} line;

typedef void take_line(void *into, const headers_from *from, const line *l);

/* ---- the walk ---- */

static void each_pair(const headers_from *from, take_line *take, void *into, const pairs *list) {
  for (size_t i = 0; i < list->count; i++) {
    const pair *p = &list->at[i];
    if (p->value) take(into, from, &(line){ LINE_PLAIN, p->name, p->value, NULL, NULL });
    if (p->from_secret) take(into, from, &(line){ LINE_SECRET, p->name, NULL, p->from_secret, p->found });
  }
}

static void each_hidden(const headers_from *from, take_line *take, void *into, const roster_header *list, size_t count) {
  for (size_t i = 0; i < count; i++) take(into, from, &(line){ LINE_HIDDEN, list[i].name, list[i].value, NULL, NULL });
}

/* A gateway needs to be told the provider of a request with a deployer's headers. */
static void each_extra(const headers_from *from, take_line *take, void *into) {
  const extras *x = from->extras;
  if (x->header_count) take(into, from, &(line){ LINE_PLAIN, "provider", provider_name(from->service->provider), NULL, NULL });
  each_hidden(from, take, into, x->headers, x->header_count);
}

static void key_line(const headers_from *from, take_line *take, void *into) {
  const auth *how = &from->auth;
  const char *place = how->token && how->token->env ? how->token->env : how->token ? how->token->file : NULL;
  if (how->kind != AUTH_AWS_SIGV4)
    take(into, from, &(line){ LINE_KEY, how->kind == AUTH_BEARER ? "authorization" : how->header, NULL, NULL, NULL });
  else if (how->token) /* the transport signs */
    take(into, from, &(line){ LINE_SECRET, "x-amz-security-token", NULL, how->token, place });
}

static void each_line(const headers_from *from, take_line *take, void *into) {
  const service *s = from->service;
  if (from->with_body) take(into, from, &(line){ LINE_PLAIN, "content-type", "application/json", NULL, NULL });
  if (from->own_request) take(into, from, &(line){ LINE_PLAIN, "accept", "application/json", NULL, NULL });
  each_pair(from, take, into, &s->provider->headers);
  if (s->gateway) each_pair(from, take, into, &s->gateway->headers);
  if (from->with_model) each_pair(from, take, into, &s->model->headers);
  each_extra(from, take, into);
  each_hidden(from, take, into, from->key->headers, from->key->header_count);
  key_line(from, take, into);
}

/* One place is kept free for the key. */
static size_t room_for(bool is_key) { return is_key ? MOST_HEADERS : MOST_HEADERS - 1; }

/* ---- to be sent ---- */

typedef struct sending {
  headers *list;
  bool failed;
} sending;

static void put(headers *h, bool is_key, const char *name, const char *value) {
  for (size_t i = 0; i < h->count; i++) {
    if (!text_same(h->at[i].name, name)) continue;
    h->at[i].value = value;
    return;
  }
  if (h->count < room_for(is_key)) h->at[h->count++] = (roster_header){ name, value };
}

/* A host may keep its headers longer than the snapshot, so they are copied; for roster's own request they are not. */
static const char *lasting(const headers_from *from, const char *text) { return from->own_request ? text : arena_text(from->arena, text); }

static bool put_secret(headers *h, const headers_from *from, const line *l) {
  key *k = arena_alloc(from->arena, sizeof *k);
  *k = key_for_header(from->arena, from->ring, from->environment, l->secret);
  const bool unset = k->state == KEY_UNSET && !k->lost;
  if (k->state == KEY_SET) put(h, false, lasting(from, l->name), secret_value(k->value));
  if (k->state != KEY_SET && !unset) h->missing = k;
  return !h->missing;
}

static bool put_key(headers *h, const headers_from *from, const char *name) {
  const char *placeholder = from->service->placeholder;
  const char *value = from->key->state == KEY_SET ? secret_value(from->key->value) : placeholder ? lasting(from, placeholder) : NULL;
  if (!value) return true;
  if (from->auth.kind != AUTH_BEARER) {
    put(h, true, lasting(from, name), value);
    return true;
  }
  size_t room = strlen(value) + sizeof "Bearer ";
  h->auth = malloc(room);
  if (!h->auth) return false;
  snprintf(h->auth, room, "Bearer %s", value);
  put(h, true, name, h->auth);
  return true;
}

static void send_line(void *into, const headers_from *from, const line *l) {
  sending *to = into;
  switch (l->kind) {
  case LINE_PLAIN: put(to->list, false, lasting(from, l->name), lasting(from, l->value)); break;
  case LINE_HIDDEN: put(to->list, false, l->name, l->value); break;
  case LINE_SECRET: to->failed = !put_secret(to->list, from, l) || to->failed; break;
  case LINE_KEY: to->failed = !put_key(to->list, from, l->name) || to->failed; break;
  }
}

bool headers_collect(headers *h, const headers_from *from) {
  sending to = { .list = h };
  *h = (headers){ .count = 0 };
  each_line(from, send_line, &to);
  return !to.failed;
}

void headers_wipe(headers *h) {
  if (!h->auth) return;
  wipe(h->auth, strlen(h->auth));
  free(h->auth);
  h->auth = NULL;
}

/* ---- to be shown ---- */

/* Whether a header of this name carries a key or a password. */
static bool carries_key(const char *name) {
  static const char *const ends[] = { "authorization", "api-key", "apikey", "-key", "token", "secret", "cookie", "password" };
  size_t length = strlen(name);
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    size_t end = strlen(ends[i]);
    if (length >= end && text_same(name + length - end, ends[i])) return true;
  }
  return false;
}

/* "implicit" or "Bearer EMPTY": one word in the place of a key. */
static bool is_placeholder(const char *value) {
  enum { LONGEST_WORD = 20 };
  size_t scheme = strcspn(value, " ");
  const char *word = value[scheme] ? value + scheme + 1 : value;
  size_t lower = strspn(word, "abcdefghijklmnopqrstuvwxyz-_"), upper = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_");
  return strlen(word) <= LONGEST_WORD && (!word[lower] || !word[upper]);
}

/* A key that an author wrote into a file is sent as it was meant, and not repeated to anybody. */
static const char *open_value(const line *l) {
  if (l->kind != LINE_PLAIN) return NULL;
  return carries_key(l->name) && !is_placeholder(l->value) ? NULL : l->value;
}

static void show(shown_headers *h, shown_header one) {
  size_t i = 0;
  while (i < h->count && !text_same(h->at[i].name, one.name)) i++;
  if (i == h->count && i >= room_for(one.is_key)) return;
  if (i < h->count)
    one.name = h->at[i].name;
  else
    h->count++;
  h->at[i] = one;
}

static void show_key(shown_headers *h, const headers_from *from, const char *name) {
  const service *s = from->service;
  const char *scheme = from->auth.kind == AUTH_BEARER ? "Bearer " : "";
  if (s->placeholder)
    show(h, (shown_header){ .name = name, .value = s->placeholder, .scheme = scheme });
  else if (s->key->state != KEY_NONE_NEEDED)
    show(h, (shown_header){ .name = name, .scheme = scheme, .variable = s->key->variable, .is_key = true });
}

static void show_line(void *into, const headers_from *from, const line *l) {
  const char *scheme = l->secret && l->secret->prefix ? l->secret->prefix : "";
  if (l->kind == LINE_KEY)
    show_key(into, from, l->name);
  else if (l->kind != LINE_SECRET)
    show(into, (shown_header){ .name = l->name, .value = open_value(l), .scheme = "" });
  else if (l->found)
    show(into, (shown_header){ .name = l->name, .scheme = scheme, .variable = l->found });
}

void headers_show(shown_headers *h, const service *s, const extras *x, bool with_body) {
  const headers_from from = {
    .extras = x, .service = s, .key = s->key, .auth = service_auth(s, s->model->speaks), .with_model = true, .with_body = with_body
  };
  h->count = 0;
  each_line(&from, show_line, h);
}

/* ---- where the key goes ---- */

static void name_source(key_place *at, const key *k) {
  if (k->from_helper)
    at->helper = &k->helper;
  else if (k->exclusive) /* the host's */
    return;
  else if (strchr(k->variable, '/'))
    at->file = k->variable;
  else if (text_ends(k->variable, "_FILE"))
    at->file_variable = k->variable;
  else
    at->variable = k->variable;
}

key_place service_key_place(const service *s) {
  key_place at = { .in = ROSTER_AUTH_NONE, .scheme = "" };
  const auth how = service_auth(s, s->model->speaks);
  if (s->placeholder || s->key->state == KEY_NONE_NEEDED) return at;
  name_source(&at, s->key);
  if (how.kind == AUTH_AWS_SIGV4) {
    at.in = ROSTER_AUTH_AWS_SIGV4;
    at.signature = how;
    return at;
  }
  at.in = ROSTER_AUTH_HEADER;
  at.header = how.kind == AUTH_BEARER ? "authorization" : how.header;
  at.scheme = how.kind == AUTH_BEARER ? "Bearer" : "";
  return at;
}
