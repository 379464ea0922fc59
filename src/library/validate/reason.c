/* reason: see reason.h. Each code has a row: its name, who is to blame, and two templates. A template's slots ("{title}") are read from
 * the service and from the reason; "{{" is a brace. Where a code needs other words in one case, choose_sentence and choose_hint know it. */
#include "library/validate/reason.h"

#include "util/strbuf.h"

#include <string.h>

/* ---- the closed list ---- */

typedef struct row {
  const char *name;
  roster_blame blame;
  bool by_way; /* a gateway or an override in between is to blame instead */
  const char *sentence, *hint;
} row;

#define HELPER_HINT       "sign in where it asks for that; another refresh follows"
#define NETWORK_HINT      "check the network and the address, then try again"
#define UNREACHABLE_WORDS "{title} could not be reached at {origin}{ by proxy}: {said?no answer}"
#define ABSENT_HINT       "check api_name; a model that is gone is taken out with enabled = false"
#define UNPROVEN_HINT                                                                                                                      \
  "check --deep asks one small billed request; validate { unproven = \"generate\" } does so for what is recommended or in use"
#define OFFER_HINT   "where you know that it works, unproven = \"offer\" in the block of provider '{provider}' offers it"
#define BILLED_HINT  "check --deep asks one small billed request; unproven = \"generate\" in the block of "
#define BILLED_WORDS "only a billed request can check {api_name}{: what}"
#define BY_NAME_HINT "roster check {model} has it asked by name"
#define HERE         ROSTER_BLAME_THIS_MACHINE
#define DEFINED      ROSTER_BLAME_DEFINITIONS
#define NETWORK      ROSTER_BLAME_NETWORK
#define PROVIDER     ROSTER_BLAME_PROVIDER

static const char unproven_words[] = "{title} offers no free way to check {api_name}{: what}";

static const row rows[] = {
  [ROSTER_REASON_NONE] = { "none", ROSTER_BLAME_NONE, false, "", "" },
  [ROSTER_REASON_NOT_ASKED] = { "not_asked", ROSTER_BLAME_NONE, false, "nobody has been asked yet", "run roster check, or refresh" },
  /* the definitions */
  [ROSTER_REASON_MODEL_DISABLED] = { "model_disabled", DEFINED, false, "enabled = false ({where})",
                                     "write model \"{model}\" { enabled = true }" },
  [ROSTER_REASON_PROVIDER_DISABLED] = { "provider_disabled", DEFINED, false, "provider '{provider}' is not enabled ({where})",
                                        "write provider \"{name}\" { enabled = true }" },
  [ROSTER_REASON_RULE_REFUSED] = { "rule_refused", DEFINED, false, "rule '{where}' refused it: {what}", "change that rule to offer it" },
  [ROSTER_REASON_PROTOCOL_UNSPOKEN] = { "protocol_unspoken", HERE, false, "this host does not speak {protocol}",
                                        "the host names the protocols that it speaks in host_protocols" },
  [ROSTER_REASON_SETTING_UNSET] = { "setting_unset", HERE, false, "{needs} is not set, so {title} has no address",
                                    "set {needs}, or write provider \"{name}\" { base_url = ... }" },
  [ROSTER_REASON_ADDRESS_MISSING] = { "address_missing", DEFINED, false,
                                      "provider '{provider}' has no base_url and no rule gave an address", "set base_url in its block" },
  [ROSTER_REASON_ADDRESS_INVALID] = { "address_invalid", DEFINED, true, "the address of provider '{provider}' \"{where}\"{ from} {what}",
                                      "mend that address; it is written like https://host or https://host/prefix" },
  [ROSTER_REASON_HEADER_STOPPED] = { "header_stopped", ROSTER_BLAME_GATEWAY, false,
                                     "gateway '{gateway}' does not pass on {what}, which this model needs",
                                     "use the model without it, or take the header out of unsupported_headers of gateway '{gateway}'" },
  /* the key: {what} is the sentence of where it was looked for, {where} what a person would set */
  [ROSTER_REASON_KEY_UNSET] = { "key_unset", HERE, false, "{what}", "set {where}, or let {where}_FILE name a file that holds the key" },
  [ROSTER_REASON_KEY_UNREADABLE] = { "key_unreadable", HERE, false, "{what}", "let {where} name a file that holds the key" },
  [ROSTER_REASON_KEY_MALFORMED] = { "key_malformed", HERE, false, "{what}", "set {where} to the bare key" },
  [ROSTER_REASON_KEY_PENDING] = { "key_pending", HERE, false, "{what}", "" },
  [ROSTER_REASON_KEY_EXPIRED] = { "key_expired", HERE, false, "{what}", "" },
  [ROSTER_REASON_HELPER_RUNNING] = { "helper_running", HERE, false, "{what}", HELPER_HINT },
  [ROSTER_REASON_HELPER_FAILED] = { "helper_failed", HERE, false, "{what}", "" },
  [ROSTER_REASON_KEY_RENEWING] = { "key_renewing", HERE, false, "{what}: the credential helper runs again", HELPER_HINT },
  [ROSTER_REASON_KEY_MISSING] = { "key_missing", DEFINED, false, "{title} wants a key{evidence}",
                                  "give provider '{provider}' a line credential = secret \"NAME\"" },
  [ROSTER_REASON_KEY_REFUSED] = { "key_refused", HERE, false, "{title} rejected {key}{evidence}", "set a valid {variable}" },
  /* the way there */
  [ROSTER_REASON_NOT_RUNNING] = { "not_running", HERE, false, "{title} was looked for on this machine, and nothing listens at {origin}",
                                  "start it" },
  [ROSTER_REASON_NAME_NOT_FOUND] = { "name_not_found", NETWORK, true, UNREACHABLE_WORDS,
                                     "check the host name in {address}, and name resolution here" },
  [ROSTER_REASON_CONNECT_FAILED] = { "connect_failed", NETWORK, true, UNREACHABLE_WORDS, NETWORK_HINT },
  [ROSTER_REASON_TLS_FAILED] = { "tls_failed", NETWORK, true, UNREACHABLE_WORDS,
                                 "a private authority is named with tls = { ca_file = \"...\" }" },
  [ROSTER_REASON_TIMED_OUT] = { "timed_out", NETWORK, true, UNREACHABLE_WORDS,
                                "try again, or allow more time with --timeout or timeout = ..." },
  [ROSTER_REASON_CONNECTION_LOST] = { "connection_lost", NETWORK, true, UNREACHABLE_WORDS, NETWORK_HINT },
  [ROSTER_REASON_TIME_OVER] = { "time_over", HERE, false, UNREACHABLE_WORDS,
                                "try again, or allow more time with --timeout or timeout = ..." },
  [ROSTER_REASON_NOT_SENT] = { "not_sent", HERE, false, UNREACHABLE_WORDS, NETWORK_HINT },
  [ROSTER_REASON_UNREACHABLE] = { "unreachable", NETWORK, true, UNREACHABLE_WORDS, NETWORK_HINT },
  /* what came back */
  [ROSTER_REASON_REDIRECTED] = { "redirected", DEFINED, true,
                                 "{title} redirects ({status}){ to said}: redirects are not followed, the key was not sent there",
                                 "set {address} to where it moved (a network's sign-in page redirects like this too)" },
  [ROSTER_REASON_ANSWER_UNUSABLE] = { "answer_unusable", PROVIDER, true, "{title} gave an answer that cannot be used: {said}",
                                      "check what serves {origin}" },
  [ROSTER_REASON_PAGE_NOT_API] = { "page_not_api", PROVIDER, true,
                                   "{asked} answered {status}, but not in the words of {protocol}{ (what)}{: said}",
                                   "check that {base} is that API, and what is in between (a sign-in page, a bot challenge or a proxy "
                                   "answers like this)" },
  [ROSTER_REASON_PROTOCOL_MISMATCH] = { "protocol_mismatch", PROVIDER, true,
                                        "{asked} answered {status}, but not in the words of {protocol}{: said}",
                                        "check that {base} speaks that protocol (a sign-in page or a proxy answers like this)" },
  [ROSTER_REASON_NOT_SERVED_HERE] = { "not_served_here", DEFINED, true, "{asked} does not serve {where}{evidence}",
                                      "check {address}, and the protocol of provider '{provider}'" },
  [ROSTER_REASON_PROVIDER_FAILED] = { "provider_failed", PROVIDER, true, "{asked} has a problem of its own{evidence}", "try again later" },
  [ROSTER_REASON_RATE_LIMITED] = { "rate_limited", PROVIDER, true, "{title} is alive, but asked for fewer requests{evidence}",
                                   "try again later" },
  [ROSTER_REASON_NO_QUOTA] = { "no_quota", PROVIDER, true, "{title}: no credit or quota is left{evidence}",
                               "look at the billing page of {title}" },
  [ROSTER_REASON_NO_ACCESS] = { "no_access", PROVIDER, true, "{title} accepts the key, but not for {api_name}{evidence}",
                                "ask {title} for access to it, or use another key" },
  [ROSTER_REASON_MODEL_UNKNOWN] = { "model_unknown", DEFINED, true, "{title} accepts the key, but does not know {api_name}{evidence}",
                                    ABSENT_HINT },
  [ROSTER_REASON_NOT_LISTED] = { "not_listed", DEFINED, true,
                                 "{title} accepts the key, but {api_name} is not among the {count} model{s} that it lists", ABSENT_HINT },
  [ROSTER_REASON_RETIRED] = { "retired", PROVIDER, false, "{title} has retired {api_name}{evidence}",
                              "use another model; enabled = false takes this one out" }, /* or with the sentence of the two above */
  [ROSTER_REASON_ACCOUNT_REFUSED] = { "account_refused", PROVIDER, true, "{title} knows the key, but refuses its account{evidence}",
                                      "settle that with {title}, or use a key of another account" },
  [ROSTER_REASON_REGION_REFUSED] = { "region_refused", PROVIDER, true, "{title} does not serve this region{evidence}",
                                     "ask from a region that {title} serves, or go through a gateway there" },
  [ROSTER_REASON_POLICY_REFUSED] = { "policy_refused", PROVIDER, true, "{title} knows the key, but a policy rules this out{evidence}",
                                     "change that policy at {title}, or use another model" },
  [ROSTER_REASON_SERVICE_ENDED] = { "service_ended", PROVIDER, true, "{asked} has ended this service, or stopped it for now{evidence}",
                                    "see what {title} says of its successor; provider \"{name}\" {{ enabled = false } takes it out" },
  /* what the provider's own entry states: {what} is the kind or the protocols, {where} the kind that was wanted or the
   * protocol to write */
  [ROSTER_REASON_KIND_OTHER] = { "kind_other", DEFINED, false, "{title} offers {api_name} for {what}, not for {where}",
                                 "write kind = \"{what}\" in its block, and ask for that kind" },
  [ROSTER_REASON_PROTOCOL_OTHER] = { "protocol_other", DEFINED, false,
                                     "{title} does not serve {api_name} in the words of {protocol}{evidence}{, but of what}",
                                     "where another protocol serves it, name that one in its block: protocol = \"...\"" },
  [ROSTER_REASON_MODEL_INACTIVE] = { "model_inactive", PROVIDER, true, "{title} lists {api_name}, but does not serve it now{evidence}",
                                     "switch it on there, or use another model; enabled = false takes this one out" },
  [ROSTER_REASON_MODEL_REFUSED] = { "model_refused", PROVIDER, true, "{title} refuses {api_name} itself{evidence}",
                                    "check api_name and protocol; enabled = false takes it out" },
  [ROSTER_REASON_SERVED_BY_OTHER] = { "served_by_other", PROVIDER, true, "asked for {api_name}, {title} answered with {what}", "" },
  /* what could not be proved: {what} is what came nearest to it */
  [ROSTER_REASON_KIND_UNKNOWN] = { "kind_unknown", PROVIDER, true, "{title} lists {api_name}, and does not say what it is for",
                                   "write model \"{api_name}\" { provider = \"{name}\", kind = \"chat\" } if it chats" },
  [ROSTER_REASON_NO_FREE_CHECK] = { "no_free_check", PROVIDER, true, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_LISTING_UNREADABLE] = { "listing_unreadable", PROVIDER, true, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_LISTING_PROVES_NOTHING] = { "listing_proves_nothing", PROVIDER, true, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_GATEWAY_ANSWERS] = { "gateway_answers", ROSTER_BLAME_GATEWAY, false, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_PROOF_REFUSED] = { "proof_refused", DEFINED, false, unproven_words,
                                    "see what the answer says; if it is only about this free request, check --deep asks one small billed "
                                    "one" },
  [ROSTER_REASON_NOT_BILLED] = { "not_billed", HERE, false, BILLED_WORDS, BY_NAME_HINT "; recommended = true in its block does so always" },
  [ROSTER_REASON_BILLED_BUDGET_SPENT] = { "billed_budget_spent", HERE, false, BILLED_WORDS,
                                          "wait until {where}, or raise validate {{ billed_per_day = ... }; " BY_NAME_HINT },
  [ROSTER_REASON_PROOF_MISSING] = { "proof_missing", DEFINED, false, unproven_words, UNPROVEN_HINT },
  [ROSTER_REASON_SCRIPT_FAILED] = { "script_failed", DEFINED, false, "{what}",
                                    "mend it: what it is asked about is not offered while it fails" },
  /* {where} is the variable */
  [ROSTER_REASON_SETTING_INVALID] = { "setting_invalid", HERE, false, "{what}", "set {where} to the bare value, or unset it" },
  [ROSTER_REASON_KEY_PLACEHOLDER] = { "key_placeholder", HERE, false, "{what}",
                                      "put the key itself into {where}, or let a program print it: credential = secret {{ helper = ... }" },
  /* the host's word: see belief.h */
  [ROSTER_REASON_KEY_NOT_CHECKED] = { "key_not_checked", PROVIDER, true, "nothing free shows that {key} works for {api_name}{: what}",
                                      BILLED_HINT "provider '{provider}' does so always" },
  [ROSTER_REASON_KEY_CHECK_OPEN] = { "key_check_open", PROVIDER, true,
                                     "{title} answers, but whether it checks keys could not be found out with a made-up one{evidence}",
                                     "try again later" },
  [ROSTER_REASON_PROXY_REFUSED] = { "proxy_refused", NETWORK, false, "{proxy} wants a sign-in before it leads to {origin}{evidence}",
                                    "roster signs in to no proxy: let that one admit this machine without, or name another: {block} "
                                    "{{ proxy = \"http://HOST:PORT\" }" },
};

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
  return s->key.hint ? s->key.variable : arena_printf(t->arena, "the key in %s", s->key.variable);
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
static const char *needs(const subject *t) { return t->service->provider->needs; }
static const char *model_id(const subject *t) { return t->service->model->head.id; }
static const char *api_name(const subject *t) { return t->service->model->api_name; }
static const char *protocol_id(const subject *t) { return t->service->model->speaks->head.id; }
static const char *gateway_id(const subject *t) { return (t->why->gateway ? t->why->gateway : t->service->gateway)->head.id; }
static const char *variable(const subject *t) { return t->service->key.variable; }
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
static const char *by_proxy(const subject *t) { return after(t, " through the proxy ", t->service->proxy); }
static const char *proxy_address(const subject *t) { return t->service->proxy; }
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
static const char *instead_of(const subject *t) { return after(t, ", but in those of ", t->why->what); }
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
  { "{model}", model_id },
  { "{api_name}", api_name },
  { "{protocol}", protocol_id },
  { "{gateway}", gateway_id },
  { "{variable}", variable },
  { "{origin}", origin_of },
  { "{base}", base_of },
  { "{what}", what_of },
  { "{where}", where_of },
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
  { "{, but of what}", instead_of },
  { "{ to said}", goal_said },
  { "{proxy}", proxy_of },
  { "{ by proxy}", by_proxy },
  { "{proxy address}", proxy_address },
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

static const char *choose_sentence(const subject *t) {
  if (t->why->code == ROSTER_REASON_ADDRESS_INVALID && t->why->gateway) return "base_url of gateway '{gateway}' \"{where}\"{ from} {what}";
  if (t->why->code == ROSTER_REASON_SETTING_INVALID && t->why->gateway) return "gateway '{gateway}': {what}";
  return rows[t->why->code].sentence;
}

static const char *key_hint(const subject *t) {
  const char *where = t->why->where;
  if (strchr(where, '/')) return "put the key into {where}";
  return text_ends(where, "_FILE") ? rows[ROSTER_REASON_KEY_UNREADABLE].hint : rows[ROSTER_REASON_KEY_UNSET].hint;
}

static const char *enabling_hint(const subject *t) {
  if (text_is(provider_id(t), "mock")) return "set ROSTER_MOCK=yes";
  return t->why->what ? "set {what}, or write provider \"{name}\" { enabled = true }" : rows[ROSTER_REASON_PROVIDER_DISABLED].hint;
}

static const char *refused_hint(const subject *t) {
  if (!t->service->placeholder) return rows[ROSTER_REASON_KEY_REFUSED].hint;
  return t->service->gateway->withhold ? "look after that key at the gateway" : "look after that key at the gateway, or set {variable}";
}

/* The hint of the key's source. Not a template: it may contain a program's name. NULL for none. */
static const char *key_advice(const subject *t) {
  bool refused = t->why->code == ROSTER_REASON_KEY_REFUSED && !t->service->placeholder;
  return t->why->hint || !refused ? t->why->hint : t->service->key.hint;
}

/* After a billed request that proved nothing, another one is no advice. */
static const char *unproven_hint(const subject *t) {
  const char *kind = t->service->model->kind;
  if (kind && !text_is(kind, "chat"))
    return "provider \"{name}\" {{ unproven = \"offer\" } offers it unchecked: only models that chat are ever billed for";
  bool not_there = t->why->code == ROSTER_REASON_NO_FREE_CHECK && t->why->what && *t->why->what;
  if (t->at != STAGE_GENERATE) return not_there ? "check that {base} is right; " UNPROVEN_HINT : rows[t->why->code].hint;
  if (t->why->code == ROSTER_REASON_PROOF_MISSING) return "write generate in the block of protocol '{protocol}'; " OFFER_HINT;
  return "see what the answer asks for, and check the protocol of provider '{provider}'; " OFFER_HINT;
}

/* A gateway that replaces keys answers any key alike, also where it asks the provider with one that works. */
static const char *unchecked_hint(const subject *t) {
  const service *s = t->service;
  if (s->provider->key_optional) return "if it needs no key, unset {variable}; else check --deep asks one small billed request";
  if (s->placeholder)
    return "if it asks {title} with a key of its own, write list_proves = \"access\" into gateway '{gateway}'; or let one small billed "
           "request tell: unproven = \"generate\" there";
  return s->gateway ? BILLED_HINT "gateway '{gateway}' does so always" : rows[t->why->code].hint;
}

static const char *open_hint(const subject *t) {
  if (!t->service->gateway) return rows[t->why->code].hint;
  return "try again later; where you know that it refuses wrong keys, list_proves = \"access\" in gateway '{gateway}' says so";
}

static bool is_of_the_way(roster_reason code) {
  return code == ROSTER_REASON_NAME_NOT_FOUND || code == ROSTER_REASON_CONNECT_FAILED || code == ROSTER_REASON_TIMED_OUT ||
         code == ROSTER_REASON_CONNECTION_LOST || code == ROSTER_REASON_UNREACHABLE;
}

static const char *way_hint(const subject *t) {
  if (t->service->proxy) return "check proxy = \"{proxy address}\" in the block of {owner}, and where it leads; then try again";
  if (!t->service->ambient.variable) return rows[t->why->code].hint;
  return "{ambient} is set, but roster uses only a proxy that a block names: write {block} {{ proxy = {ambient value} }";
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
  case ROSTER_REASON_ADDRESS_INVALID:
    return why->variable ? "mend {from}; an address is written like https://host or https://host/prefix" : rows[why->code].hint;
  case ROSTER_REASON_KEY_NOT_CHECKED: return unchecked_hint(t);
  case ROSTER_REASON_KEY_CHECK_OPEN: return open_hint(t);
  case ROSTER_REASON_NOT_RUNNING: return needs(t) ? "start it, or say where it is: set {needs}" : rows[why->code].hint;
  case ROSTER_REASON_PROVIDER_FAILED:
  case ROSTER_REASON_RATE_LIMITED: return why->where ? "try again after {where}" : rows[why->code].hint;
  case ROSTER_REASON_PROTOCOL_OTHER: return why->where ? "write protocol = \"{where}\" in the block of {model}" : rows[why->code].hint;
  case ROSTER_REASON_MODEL_UNKNOWN:
  case ROSTER_REASON_NOT_LISTED:
    return why->where ? "gateway '{gateway}' lists it as '{where}': write api_names = \"{{provider}/{{api_name}\" in its block"
                      : rows[why->code].hint;
  default: return rows[why->code].hint;
  }
}

/* ---- who is to blame ---- */

static roster_blame choose_blame(const subject *t) {
  const row *r = &rows[t->why->code];
  if (t->why->code == ROSTER_REASON_KEY_REFUSED && t->service->placeholder) return ROSTER_BLAME_GATEWAY;
  if (!r->by_way) return r->blame;
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
  const char *advice = key_advice(&t), *foreign = why->code == ROSTER_REASON_KEY_REFUSED ? s->key.foreign : NULL;
  out->hint = advice ? advice : fill(&t, choose_hint(&t));
  if (foreign) out->hint = arena_printf(a, "%s: %s", out->hint, foreign);
}
