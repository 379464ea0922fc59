/* reason: see reason.h. Fills in the templates of reason_rows.h, whose slots ("{title}") are read from the service and from the reason.
 * Where a code needs other words in one case, choose_sentence and choose_hint know it. */
#include "library/validate/reason.h"

#include "library/validate/address.h"
#include "library/validate/phrase.h"
#include "library/validate/reason_rows.h"
#include "util/strbuf.h"

#include <string.h>

enum { ROWS = sizeof rows / sizeof *rows };

const char *roster_reason_name(roster_reason code) { return (size_t)code < ROWS ? rows[code].name : "unknown"; }

const char *roster_blame_name(roster_blame blame) {
  static const char *const names[] = { "none", "provider", "gateway", "override", "definitions", "network", "this_machine" };
  return (size_t)blame < sizeof names / sizeof *names ? names[blame] : "unknown";
}

/* ---- slots ---- */

typedef struct subject {
  arena *arena;
  const service *service;
  const reason *why;
  stage at; /* where it was decided */
} subject;

static const char *said_of(const subject *t) { return t->why->said ? t->why->said : ""; }

static const char *the_key(const subject *t) {
  const service *s = t->service;
  if (s->placeholder) return arena_printf(t->arena, "the key that gateway '%s' adds", s->gateway->head.id);
  return s->key->hint ? s->key->variable : arena_printf(t->arena, "the key in %s", s->key->variable);
}

static const char *after(const subject *t, const char *between, const char *text) {
  return text && *text ? arena_printf(t->arena, "%s%s", between, text) : "";
}

/* " (401: invalid x-api-key)" */
static const char *evidence(const subject *t) {
  const char *words = after(t, ": ", t->why->said);
  return t->why->status ? arena_printf(t->arena, " (%d%s)", t->why->status, words) : words;
}

static const char *title(const subject *t) { return t->service->provider->title; }

/* Whether an override leads to another host, or a rule does. */
static bool is_elsewhere(const service *s) { return s->overridden || (s->origin && s->rule && !s->own_host && !s->gateway); }

/* Who answered: what stands in between, where something does. */
static const char *asked(const subject *t) {
  const service *s = t->service;
  if (s->gateway) return arena_printf(t->arena, "%s (through gateway '%s')", s->provider->title, s->gateway->head.id);
  return is_elsewhere(s) ? arena_printf(t->arena, "%s (at %s)", s->provider->title, s->origin) : s->provider->title;
}

/* Where the address is written. */
static const char *address(const subject *t) {
  const service *s = t->service;
  const char *id = s->provider->head.id;
  if (s->gateway) return arena_printf(t->arena, "base_url of gateway '%s'", s->gateway->head.id);
  if (s->overridden) return arena_printf(t->arena, "the override of provider '%s'", id);
  return s->rule && !s->own_host ? arena_printf(t->arena, "rule '%s'", s->rule) : arena_printf(t->arena, "base_url of provider '%s'", id);
}

static const char *provider_id(const subject *t) { return t->service->provider->head.id; }
static const char *name(const subject *t) { return provider_name(t->service->provider); }
static const char *successor(const subject *t) { return t->service->provider->replacement; }
static const char *needs(const subject *t) { return t->service->provider->needs; }
static const char *model_id(const subject *t) { return t->service->model->head.id; }
static const char *api_name(const subject *t) { return t->service->model->api_name; }
static const char *protocol_id(const subject *t) { return t->service->model->speaks->head.id; }
static const char *gateway_id(const subject *t) { return (t->why->gateway ? t->why->gateway : t->service->gateway)->head.id; }
static const char *variable(const subject *t) { return t->service->key->variable; }

/* The variable of the secret that the gateway wants for itself; NULL for none. */
static const char *gateway_variable(const subject *t) {
  const gateway *g = t->service->gateway;
  for (size_t i = 0; g && i < g->headers.count; i++)
    for (const credential *c = g->headers.at[i].from_secret; c; c = c->next)
      if (c->env) return c->env;
  return NULL;
}
static const char *origin_of(const subject *t) { return t->service->origin; }
static const char *base_of(const subject *t) { return t->service->base; }
static const char *what_of(const subject *t) { return t->why->what; }
static const char *where_of(const subject *t) { return t->why->where; }
static const char *from_of(const subject *t) { return t->why->variable; }
static const char *more_from(const subject *t) { return t->why->variable ? arena_printf(t->arena, " (from %s)", t->why->variable) : ""; }
static const char *status_of(const subject *t) { return arena_printf(t->arena, "%d", t->why->status); }
static const char *count_of(const subject *t) { return arena_printf(t->arena, "%zu", t->why->count); }
static const char *plural(const subject *t) { return t->why->count == 1 ? "" : "s"; }
static const char *more_said(const subject *t) { return after(t, ": ", t->why->said); }
static const char *more_what(const subject *t) { return after(t, ": ", t->why->what); }
static const char *what_aside(const subject *t) {
  return t->why->what && *t->why->what ? arena_printf(t->arena, " (%s)", t->why->what) : "";
}
static const char *proxy_of(const subject *t) {
  return t->service->proxy ? arena_printf(t->arena, "the proxy %s", t->service->proxy) : "a proxy on the way";
}
static const char *or_wait_until(const subject *t) { return after(t, " or wait until ", t->why->where); }
static const char *by_proxy(const subject *t) { return after(t, " through the proxy ", t->service->proxy); }
static const char *proxy_address(const subject *t) { return t->service->proxy; }
static const char *transport_of(const subject *t) { return t->service->by_host ? "the host's transport" : "roster's transport"; }
static const char *or_correct_transport(const subject *t) { return t->service->by_host ? ", or correct the host's transport" : ""; }
static const char *ambient_variable(const subject *t) { return t->service->ambient.variable; }
static const char *ambient_value(const subject *t) { return t->service->ambient.value; }

/* Whose `proxy` counts: "gateway 'main'", and as it is written, "gateway \"main\"". */
static const char *owner(const subject *t) {
  const service *s = t->service;
  return s->gateway ? arena_printf(t->arena, "gateway '%s'", s->gateway->head.id) : arena_printf(t->arena, "provider '%s'", provider_id(t));
}
static const char *block(const subject *t) {
  const service *s = t->service;
  return s->gateway ? arena_printf(t->arena, "gateway \"%s\"", s->gateway->head.id) : arena_printf(t->arena, "provider \"%s\"", name(t));
}
static const char *instead_of(const subject *t) { return after(t, ", but with ", t->why->what); }
static const char *goal_said(const subject *t) { return after(t, " to ", t->why->said); }
static const char *said_or_nothing(const subject *t) { return *said_of(t) ? t->why->said : "no answer"; }

static const struct {
  const char *slot;
  const char *(*read)(const subject *t);
} slots[] = {
  { "{title}", title },
  { "{asked}", asked },
  { "{address}", address },
  { "{provider}", provider_id },
  { "{name}", name },
  { "{needs}", needs },
  { "{successor}", successor },
  { "{model}", model_id },
  { "{api_name}", api_name },
  { "{protocol}", protocol_id },
  { "{gateway}", gateway_id },
  { "{variable}", variable },
  { "{gateway variable}", gateway_variable },
  { "{origin}", origin_of },
  { "{base}", base_of },
  { "{what}", what_of },
  { "{where}", where_of },
  { "{ or wait until}", or_wait_until },
  { "{from}", from_of },
  { "{ from}", more_from },
  { "{status}", status_of },
  { "{count}", count_of },
  { "{s}", plural },
  { "{key}", the_key },
  { "{evidence}", evidence },
  { "{said}", said_of },
  { "{said?no answer}", said_or_nothing },
  { "{: said}", more_said },
  { "{: what}", more_what },
  { "{ (what)}", what_aside },
  { "{, but with what}", instead_of },
  { "{ to said}", goal_said },
  { "{proxy}", proxy_of },
  { "{ by proxy}", by_proxy },
  { "{proxy address}", proxy_address },
  { "{transport}", transport_of },
  { "{ or correct transport}", or_correct_transport },
  { "{ambient}", ambient_variable },
  { "{ambient value}", ambient_value },
  { "{owner}", owner },
  { "{block}", block },
};

/* Adds the next piece of a template, returns its length there. */
static size_t add_piece(strbuf *b, const subject *t, const char *at) {
  size_t plain = strcspn(at, "{");
  strbuf_bytes(b, at, plain);
  if (plain || !*at) return plain;
  if (at[1] == '{') {
    strbuf_bytes(b, at, 1);
    return 2;
  }
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
    if (!text_starts(at, slots[i].slot)) continue;
    const char *value = slots[i].read(t);
    strbuf_add(b, value ? value : "");
    return strlen(slots[i].slot);
  }
  strbuf_bytes(b, at, 1);
  return 1;
}

static const char *fill(const subject *t, const char *template) {
  if (!strchr(template, '{')) return template;
  if (text_is(template, "{what}")) return t->why->what;
  strbuf b = { .arena = t->arena };
  for (const char *at = template; *at;) at += add_piece(&b, t, at);
  return strbuf_text(&b);
}

/* ---- exceptions to the rows ---- */

static bool is_keyless(const subject *t) { return t->service->key->state == KEY_NONE_NEEDED && !t->service->placeholder; }

/* Of a model that is not there or not for this caller: what the key has to do with it, where one was sent. */
static const char *absent_sentence(const subject *t) {
  const reason *why = t->why;
  if (why->code == ROSTER_REASON_MODEL_UNKNOWN && why->what) return "{title} {what}, and does not know {api_name}{evidence}";
  if (why->code == ROSTER_REASON_NOT_LISTED && !why->count)
    return is_keyless(t) ? "{title} lists no models" : "{title} accepts the key, but lists no models";
  if (!is_keyless(t)) return rows[why->code].sentence;
  switch (why->code) {
  case ROSTER_REASON_NO_ACCESS: return "{title} does not give access to {api_name}{evidence}";
  case ROSTER_REASON_ACCOUNT_REFUSED: return "{title} refuses the account{evidence}";
  case ROSTER_REASON_MODEL_UNKNOWN: return "{title} does not know {api_name}{evidence}";
  case ROSTER_REASON_NOT_LISTED: return "{api_name} is not among the {count} model{s} that {title} lists";
  default: return rows[why->code].sentence;
  }
}

static const char *choose_sentence(const subject *t) {
  if (t->why->code == ROSTER_REASON_ADDRESS_INVALID && t->why->gateway) return "base_url of gateway '{gateway}' \"{where}\"{ from} {what}";
  if (t->why->code == ROSTER_REASON_SERVED_BY_OTHER && t->at == STAGE_CONFIG)
    return t->why->where ? "since {where}, {title} serves {what} for {api_name}" : "{title} serves {what} for {api_name}";
  if (t->why->code == ROSTER_REASON_SETTING_INVALID && t->why->gateway) return "gateway '{gateway}': {what}";
  if (t->why->code == ROSTER_REASON_SERVICE_ENDED && t->service->provider->ended) return "{title} {what} ({where})";
  return absent_sentence(t);
}

static const char *key_hint(const subject *t) {
  const char *where = t->why->where;
  if (strchr(where, '/')) return "put the key in {where}";
  return text_ends(where, "_FILE") ? rows[ROSTER_REASON_KEY_UNREADABLE].hint : rows[ROSTER_REASON_KEY_UNSET].hint;
}

static const char *enabling_hint(const subject *t) {
  if (text_is(provider_id(t), "mock")) return "set ROSTER_MOCK=yes";
  return t->why->what ? "set {what}, or write provider \"{name}\" { enabled = true }" : rows[ROSTER_REASON_PROVIDER_DISABLED].hint;
}

static const char *lower_said(const subject *t) { return text_lower(t->arena, said_of(t), strlen(said_of(t))); }

/* A key was sent, and the provider has seen none. */
static bool did_not_arrive(const subject *t) {
  return t->why->code == ROSTER_REASON_KEY_REFUSED && !t->service->placeholder && phrase_no_key(lower_said(t));
}

static const char *arrival_hint(const subject *t) {
  return t->service->gateway
             ? "the key did not arrive: check `auth` in the block of provider '{provider}', and what gateway '{gateway}' passes on"
             : "the key did not arrive: check `auth` in the block of provider '{provider}', and any proxy in between";
}

/* What stands at an override may want the key where another of its protocol's clients puts it. */
static const char *refused_hint(const subject *t) {
  const service *s = t->service;
  const auth *own = s->key->auth ? s->key->auth : s->provider->auth ? s->provider->auth : s->model->speaks->auth;
  if (s->overridden && own && own->kind == AUTH_HEADER && !s->bearer)
    return "set a valid {variable}; if what is at {origin} takes only bearer tokens, write provider \"{name}\" {{ auth = bearer }";
  if (did_not_arrive(t)) return arrival_hint(t);
  if (gateway_variable(t))
    return s->placeholder ? "set a valid {gateway variable}, and check that key at the gateway"
                          : "set a valid {variable}; if gateway '{gateway}' itself refused, set a valid {gateway variable}";
  if (!s->placeholder) return rows[ROSTER_REASON_KEY_REFUSED].hint;
  return t->service->gateway->withhold ? "check that key at the gateway" : "check that key at the gateway, or set {variable}";
}

/* A refusal of the key in the words of no API. */
static const char *page_hint(const subject *t) {
  const service *s = t->service;
  const char *usual = rows[ROSTER_REASON_PAGE_NOT_API].hint;
  const bool signs = t->why->what && *t->why->what, refuses = t->why->status == 401 || t->why->status == 403;
  if (text_starts(said_of(t), COMPRESSED))
    return "check that what serves {base} answers without it: roster accepts no compression, and asks for none";
  if (signs || !refuses || is_keyless(t)) return usual;
  usual =
      arena_printf(t->arena, "%s; or the key is refused: %s", usual, s->placeholder ? "check that key at the gateway" : "check {variable}");
  if (t->why->status != 401 || s->gateway || s->overridden) return usual;
  return arena_printf(t->arena, "%s; if this provider refuses keys like this, write plain_refusal = true in its block", usual);
}

/* The hint of the key's source. Not a template: it may contain a program's name. NULL for none. */
static const char *key_advice(const subject *t) {
  bool refused = t->why->code == ROSTER_REASON_KEY_REFUSED && !t->service->placeholder && !did_not_arrive(t);
  return t->why->hint || !refused ? t->why->hint : t->service->key->hint;
}

/* What the gateway lists as "provider/name", a template of its block gives all of them; another name is this model's alone. */
static const char *other_name_hint(const subject *t) {
  const service *s = t->service;
  const gateway *g = s->gateway;
  if (g && text_is(t->why->where, arena_printf(t->arena, "%s/%s", gateway_segment(g, s->provider), s->model->api_name)))
    return "gateway '{gateway}' lists it as '{where}': write api_names = \"{{provider}/{{api_name}\" in its block";
  return "it lists \"{where}\": write api_name = \"{where}\" in the block of {model}, if that is meant";
}

static const char *absent_hint(const subject *t) {
  const reason *why = t->why;
  bool own_ollama = is_keyless(t) && text_is(protocol_id(t), "ollama");
  if (why->where) return other_name_hint(t);
  if (own_ollama) return "pull it there: ollama pull {api_name}; or check api_name";
  if (why->code == ROSTER_REASON_NOT_LISTED && !why->count)
    return is_keyless(t) ? "see there whether a model is loaded; " ABSENT_HINT
                         : "see at {title} which models this key may use; " ABSENT_HINT;
  return rows[why->code].hint;
}

/* Whether list_proves = "shown" in the provider's block would have the listing, which has the model, decide: a made-up key is sent then.
 * Where a shipped block says "names", or a gateway does, somebody knows better. */
static bool may_be_shown(const subject *t) {
  const service *s = t->service;
  const list_proof usual = s->provider->speaks->list_proves, by_gateway = s->gateway ? s->gateway->list_proves : 0;
  bool unsaid = !s->provider->list_proves && (!usual || usual == LIST_PROVES_NAMES) && (!by_gateway || by_gateway == LIST_PROVES_SHOWN);
  return unsaid && t->why->what && text_is(t->why->what, ONLY_LISTED) && !s->placeholder && !is_keyless(t);
}

/* After a billed request that proved nothing, another one is no advice. */
static const char *unproven_hint(const subject *t) {
  const char *kind = t->service->model->kind;
  if (kind && !text_is(kind, "chat"))
    return "provider \"{name}\" {{ unproven = \"offer\" } offers it unchecked: billed requests are sent only to chat models";
  bool not_there = t->why->code == ROSTER_REASON_NO_FREE_CHECK && t->why->what && *t->why->what;
  if (t->why->code == ROSTER_REASON_LISTING_PROVES_NOTHING && t->why->where) return other_name_hint(t);
  if (t->at != STAGE_GENERATE && may_be_shown(t)) return SHOWN_HINT "; or " UNPROVEN_HINT;
  if (t->at != STAGE_GENERATE && t->why->code == ROSTER_REASON_LISTING_PROVES_NOTHING && !text_is(t->why->what, ONLY_LISTED))
    return "check api_name; " UNPROVEN_HINT;
  if (t->at != STAGE_GENERATE) return not_there ? "check that {base} is right; " UNPROVEN_HINT : rows[t->why->code].hint;
  if (t->why->code == ROSTER_REASON_PROOF_MISSING) return "write `generate` in the block of protocol '{protocol}'; " OFFER_HINT;
  return "see what the response asks for, and check the protocol of provider '{provider}'; " OFFER_HINT;
}

/* A gateway that replaces keys answers any key alike, also where it asks the provider with one that works. */
static const char *unchecked_hint(const subject *t) {
  const service *s = t->service;
  if (s->provider->key_optional)
    return "if it needs no key, unset {variable}; otherwise a check at level generate sends one small billed request";
  if (s->placeholder)
    return "if it uses its own key for {title}, write list_proves = \"access\" in gateway '{gateway}'; or have one small billed "
           "request decide: unproven = \"generate\" there";
  return s->gateway ? BILLED_HINT "gateway '{gateway}' always does so" : rows[t->why->code].hint;
}

static const char *open_hint(const subject *t) {
  if (!t->service->gateway) return rows[t->why->code].hint;
  return "try again later; if you know that it refuses wrong keys, write list_proves = \"access\" in gateway '{gateway}'";
}

/* What a block says of its successor is better than what a page of the provider may say. */
static const char *ended_hint(const subject *t) {
  const provider *p = t->service->provider;
  if (p->ended && p->replacement)
    return "see whether provider '{successor}' has it; if {title} is still there, write provider \"{name}\" {{ retired = false }";
  if (p->ended) return "remove the model; if {title} is still there, write provider \"{name}\" {{ retired = false }";
  return p->replacement ? "see whether provider '{successor}' has it; remove this one with provider \"{name}\" {{ enabled = false }"
                        : rows[t->why->code].hint;
}

static bool is_of_the_way(roster_reason code) {
  return code == ROSTER_REASON_NAME_NOT_FOUND || code == ROSTER_REASON_CONNECT_FAILED || code == ROSTER_REASON_TIMED_OUT ||
         code == ROSTER_REASON_CONNECTION_LOST || code == ROSTER_REASON_UNREACHABLE;
}

static const char *way_hint(const subject *t) {
  if (t->service->proxy) return "check proxy = \"{proxy address}\" in the block of {owner}, and that the proxy leads there; then try again";
  if (!t->service->ambient.variable) return rows[t->why->code].hint;
  return "{ambient} is set, but roster uses only a proxy that a block names: write {block} {{ proxy = {ambient value} }";
}

static const char *tls_hint(const subject *t) {
  for (size_t i = 0; i < sizeof tls_hints / sizeof *tls_hints; i++)
    if (strstr(said_of(t), tls_hints[i].said)) return tls_hints[i].hint;
  return rows[ROSTER_REASON_TLS_FAILED].hint;
}

static const char *choose_hint(const subject *t) {
  const reason *why = t->why;
  if (is_of_the_way(why->code)) return way_hint(t);
  if (rows[why->code].sentence == unproven_words) return unproven_hint(t);
  switch (why->code) {
  case ROSTER_REASON_PROVIDER_DISABLED: return enabling_hint(t);
  case ROSTER_REASON_KEY_UNSET:
  case ROSTER_REASON_KEY_UNREADABLE: return key_hint(t);
  case ROSTER_REASON_KEY_REFUSED: return refused_hint(t);
  case ROSTER_REASON_PAGE_NOT_API: return page_hint(t);
  case ROSTER_REASON_POLICY_REFUSED:
    return phrase_address_refused(lower_said(t)) ? "change that policy at {title}, or send from an address that it admits"
                                                 : rows[why->code].hint;
  case ROSTER_REASON_TLS_FAILED: return tls_hint(t);
  case ROSTER_REASON_ADDRESS_INVALID:
    return why->variable ? "correct {from}; write an address like https://host or https://host/prefix" : rows[why->code].hint;
  case ROSTER_REASON_SERVICE_ENDED: return ended_hint(t);
  case ROSTER_REASON_KEY_NOT_CHECKED: return unchecked_hint(t);
  case ROSTER_REASON_KEY_CHECK_OPEN: return open_hint(t);
  case ROSTER_REASON_NOT_RUNNING: return needs(t) ? "start it, or set {needs} to its address" : rows[why->code].hint;
  case ROSTER_REASON_PROVIDER_FAILED:
  case ROSTER_REASON_RATE_LIMITED: return why->where ? "try again after {where}" : rows[why->code].hint;
  case ROSTER_REASON_PROTOCOL_OTHER: return why->where ? "write protocol = \"{where}\" in the block of {model}" : rows[why->code].hint;
  case ROSTER_REASON_MODEL_UNKNOWN:
  case ROSTER_REASON_NOT_LISTED: return absent_hint(t);
  case ROSTER_REASON_NO_ACCESS: return is_keyless(t) ? "ask {title} for access to it" : rows[why->code].hint;
  case ROSTER_REASON_ACCOUNT_REFUSED: return is_keyless(t) ? "settle that with {title}" : rows[why->code].hint;
  default: return rows[why->code].hint;
  }
}

/* ---- who is to blame ---- */

static roster_blame choose_blame(const subject *t) {
  const row *r = &rows[t->why->code];
  if (t->why->code == ROSTER_REASON_KEY_REFUSED && t->service->placeholder) return ROSTER_BLAME_GATEWAY;
  if (!r->by_way || t->service->provider->ended || (t->why->code == ROSTER_REASON_SERVED_BY_OTHER && t->at == STAGE_CONFIG))
    return r->blame;
  if (t->why->gateway || t->service->gateway) return ROSTER_BLAME_GATEWAY;
  bool instead = t->service->overridden || (r->blame == ROSTER_BLAME_PROVIDER && is_elsewhere(t->service));
  return instead ? ROSTER_BLAME_OVERRIDE : r->blame; /* what a rule gets wrong is the definitions' */
}

/* The provider no longer has it, and its day of retirement has passed. "2026-05" counts as its first day. */
static bool is_retired(const subject *t, const outcome *o) {
  bool unknown = t->why->code == ROSTER_REASON_NOT_LISTED || t->why->code == ROSTER_REASON_MODEL_UNKNOWN;
  const char *day = t->service->model->retires;
  return unknown && !t->why->where && day && strncmp(day, o->checked_at, strlen(day)) <= 0;
}

void reason_give(arena *a, const service *s, const reason *why, outcome *out) {
  const subject t = { a, s, why, out->stage };
  bool gone = is_retired(&t, out);
  out->code = gone ? ROSTER_REASON_RETIRED : why->code;
  out->blame = gone ? rows[ROSTER_REASON_RETIRED].blame : choose_blame(&t);
  out->said = arena_text(a, said_of(&t)); /* a transport's message is only borrowed */
  out->reason = fill(&t, choose_sentence(&t));
  const char *advice = key_advice(&t), *foreign = why->code == ROSTER_REASON_KEY_REFUSED && !did_not_arrive(&t) ? s->key->foreign : NULL;
  out->hint = advice ? advice : fill(&t, choose_hint(&t));
  if (foreign) out->hint = arena_printf(a, "%s: %s", out->hint, foreign);
}
