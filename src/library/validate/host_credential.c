/* host_credential: see host_credential.h. */
#include "library/validate/host_credential.h"

#include "util/clock.h"
#include "util/text.h"

#include <string.h>

static const char HOST[] = "the host's credential";

/* What is wrong with a header that the host sends along; NULL for nothing. Framing and routing are the transport's. */
static const char *flaw_in_header(arena *a, const roster_header *h) {
  static const char *const of_transport[] = { "content-length", "transfer-encoding", "connection", "host" };
  if (!h->name || !*h->name) return "has a header without a name";
  if (!text_is_token(h->name)) return "has a header whose name cannot be sent";
  if (!h->value) return arena_printf(a, "has no value for the header %s", h->name);
  if (strlen(h->value) > LARGEST_SECRET) return arena_printf(a, "has more than 64 KiB in the header %s", h->name);
  if (text_has_control(h->value, strlen(h->value))) return arena_printf(a, "has a control character in the header %s", h->name);
  for (size_t i = 0; i < sizeof of_transport / sizeof *of_transport; i++)
    if (text_same(h->name, of_transport[i])) return arena_printf(a, "has the header %s, which only the transport writes", h->name);
  return NULL;
}

/* Returns what is wrong with them; NULL when they were taken. */
static const char *take_headers(const key_sources *from, const roster_credential *given, key *k) {
  if (given->header_count && !given->headers) return arena_printf(from->arena, "has %zu headers at NULL", given->header_count);
  roster_header *list = arena_array(from->arena, given->header_count, sizeof *list);
  for (size_t i = 0; i < given->header_count; i++) {
    const roster_header *h = &given->headers[i];
    const char *flaw = flaw_in_header(from->arena, h);
    if (flaw) return flaw;
    const secret *kept = keyring_add(from->ring, h->value, strlen(h->value));
    if (!kept) arena_exhaust(from->arena);
    list[k->header_count++] = (roster_header){ arena_text(from->arena, h->name), secret_value(kept) };
  }
  k->headers = list;
  return NULL;
}

static void take_offer(const key_sources *from, const roster_credential *offer, key *out) {
  *out = key_take(from->arena, from->ring, "host", HOST, offer->value, strlen(offer->value));
  out->until_ms = offer->expires_at_ms;
  const char *flaw = take_headers(from, offer, out);
  if (flaw) *out = key_malformed(from->arena, "host", HOST, flaw);
}

bool host_credential_ask(const key_sources *from, const provider *p, key *out) {
  roster_credential offer = { .size = sizeof offer };
  roster_status status = from->host(from->payload, p->head.id, &offer);
  if (status == ROSTER_EUNKNOWN) return false;
  bool has_value = status == ROSTER_OK && offer.value && *offer.value, expired = offer.expires_at_ms && offer.expires_at_ms <= wall_ms();
  if (has_value && expired) {
    *out = key_unset("host", HOST, ROSTER_REASON_KEY_EXPIRED, "the host's credential has expired");
    out->state = KEY_PENDING;
  } else if (has_value) {
    take_offer(from, &offer, out);
  } else if (status == ROSTER_EPENDING) {
    *out = key_unset("host", HOST, ROSTER_REASON_KEY_PENDING, "the host does not have its credential yet");
    out->state = KEY_PENDING;
  } else {
    *out = key_unset("host", HOST, ROSTER_REASON_KEY_UNSET, "the host has no credential for it");
  }
  out->exclusive = true;
  out->hint = "this key comes from the program that uses this library: sign in there";
  return true;
}
