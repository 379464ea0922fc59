/* schema: the tables of fields of the blocks. */
#include "library/definitions/schema.h"

#include "util/suggest.h"

#include "library/definitions/catalog.h"

#include <string.h>

#define FIELDS(list) list, sizeof list / sizeof *list
#define DAYS(n)      ((n)*86400.0)

static const char *const LIST_PROVES[] = { "access", "key", "names", "shown", NULL };
static const char *const UNPROVEN[] = { "refuse", "generate", "offer", NULL };
static const char *const CREDENTIALS[] = { "forwarded", "injected", NULL };
static const char *const CREDENTIAL_USES[] = { "first", "each", NULL };
static const char *const LEVELS[] = { "credential", "list", "prove", "generate", NULL };
const char *const MODEL_TIERS[] = { "flagship", "balanced", "fast", "specialist", NULL };
const char *const MODEL_STATUSES[] = { "current", "legacy", "deprecated", "beta", NULL };
const char *const MODEL_KINDS[] = {
  "chat", "embedding", "rerank", "image", "speech", "transcription", "moderation", "video", "other", NULL
};
const char *const MODEL_MODALITIES[] = { "text", "image", "pdf", "audio", "video", NULL };

#define DOLLARS .least = 0, .most = 1e6

#define F(type, member, ...)                                                                                                               \
  { .name = #member, .offset = offsetof(type, member), .kind = __VA_ARGS__ }

static const field tls_fields[] = {
  F(tls, ca_file, KIND_TEXT, "PEM file of authorities to trust instead of the system's"),
  F(tls, client_cert, KIND_TEXT, "PEM file with the client certificate"),
  F(tls, client_key, KIND_TEXT, "PEM file with its key"),
};
static const schema tls_schema = { "tls", "Certificates and authorities.", FIELDS(tls_fields), sizeof(tls), NULL, 0, NULL };

#define PART(member, which, ...)                                                                                                           \
  { .name = #member, .offset = offsetof(price, amounts) + ROSTER_PRICE_##which * sizeof(double), .kind = KIND_AMOUNT, __VA_ARGS__, DOLLARS }
#define PER_TOKEN .per_token = 0.0005

static const schema tier_schema, change_schema;

/* In the order of roster_price. */
static const field price_fields[] = {
  PART(input, INPUT, .doc = "US dollars per million input tokens", PER_TOKEN),
  PART(output, OUTPUT, .doc = "US dollars per million output tokens", PER_TOKEN),
  PART(cache_read, CACHE_READ, .doc = "US dollars per million tokens read from the cache", PER_TOKEN),
  PART(cache_write, CACHE_WRITE, .doc = "US dollars per million tokens written to the cache", PER_TOKEN),
  PART(reasoning, REASONING, .doc = "US dollars per million reasoning tokens, if they differ from output", PER_TOKEN),
  PART(input_audio, INPUT_AUDIO, .doc = "US dollars per million input tokens of audio", PER_TOKEN),
  PART(output_audio, OUTPUT_AUDIO, .doc = "US dollars per million output tokens of audio", PER_TOKEN),
  PART(image, IMAGE, .doc = "US dollars per image", .per_token = 0),
  PART(batch_input, BATCH_INPUT, .doc = "US dollars per million input tokens of a batch", PER_TOKEN),
  PART(batch_output, BATCH_OUTPUT, .doc = "US dollars per million output tokens of a batch", PER_TOKEN),
  F(price, above, KIND_TIERS, "by number of tokens: what changes for longer prompts", .schema = &tier_schema),
  F(price, from, KIND_CHANGES, "by day (UTC): what changes from then on", .schema = &change_schema),
};
static const schema price_schema = { "price", "US dollars per million tokens.", FIELDS(price_fields), sizeof(price), NULL, 0, NULL };
static const schema tier_schema = {
  "price_tier", "What changes for long prompts.", price_fields, PRICE_KINDS, sizeof(price), NULL, 0, NULL
};
static const schema change_schema = {
  "price_change", "What changes from a day on.", price_fields, PRICE_KINDS + 1, sizeof(price), NULL, 0, NULL
};

const schema *price_step_schema(field_kind kind) { return kind == KIND_TIERS ? &tier_schema : &change_schema; }

static const field range_fields[] = {
  F(token_range, min, KIND_COUNT, "the fewest tokens", .least = 0, .most = 1e9),
  F(token_range, max, KIND_COUNT, "the most tokens", .least = 0, .most = 1e9),
};
static const schema range_schema = { "range", "A range of tokens.", FIELDS(range_fields), sizeof(token_range), NULL, 0, NULL };

static const field spelling_fields[] = {
  F(spelling, model, KIND_TEXT, "the id of its block"),
  F(spelling, context_window, KIND_COUNT, "tokens in total, if the host plans with fewer than the model has", TOKENS),
};
const schema spelling_schema = { "spelling", "A spelling of a model's id.", FIELDS(spelling_fields), sizeof(spelling), NULL, 0, NULL };

static const field provider_fields[] = {
  F(provider, title, KIND_TEXT, "the display name"),
  F(provider, protocol, KIND_TEXT, "the wire protocol that it speaks"),
  F(provider, base_url, KIND_URL, "its origin and any prefix; the protocol adds the paths"),
  F(provider, needs, KIND_TEXT, "the setting that its address depends on; while it is unset, base_url may be nil"),
  F(provider, override, KIND_URL, "an address that takes precedence over gateway and base_url", .later = true),
  F(provider, override_as_is, KIND_FLAG, "true: the override is the complete address of a request, including its path"),
  F(provider, direct, KIND_FLAG, "true: no gateway or rule applies, so its key goes only to its own address"),
  F(provider, credential, KIND_CREDENTIAL, "its key; without this field it needs none"),
  F(provider, indirect, KIND_PAIRS, "variables and files (~/...) that lead to a key but do not contain it, each with the advice to print"),
  F(provider, credential_use, KIND_ENUM, "of several credentials: \"first\" that is set, or \"each\", the others as ID@LABEL",
    .choices = CREDENTIAL_USES),
  F(provider, key_prefixes, KIND_TEXTS, "prefixes of its keys, if they distinguish them from others"),
  F(provider, common_helper, KIND_FLAG, "false: the key of LLM_API_KEY_HELPER is not for it"),
  F(provider, key_optional, KIND_FLAG, "true: the key is sent if it is set, and not required"),
  F(provider, auth, KIND_AUTH, "where the key goes: bearer, header \"x-api-key\", or aws_sigv4 { ... }"),
  F(provider, headers, KIND_PAIRS, "headers of every request"),
  F(provider, timeout, KIND_SECONDS, "the time limit for all requests to one endpoint, in seconds; 10 if omitted", .least = 0.001,
    .most = 3600),
  F(provider, list_proves, KIND_ENUM,
    "what a complete listing at this base_url proves: access: this key may use what is listed; key: the key is valid; names: nothing about "
    "the key; shown: as access, once a made-up key was refused there",
    .choices = LIST_PROVES),
  F(provider, unlisted, KIND_FLAG, "true: its listing is not requested"),
  F(provider, prove_key, KIND_REQUEST, "a free request that only a good key passes"),
  F(provider, discover, KIND_DISCOVER, "true: what it lists and no block defines is offered too; a function chooses and amends"),
  F(provider, discover_allow, KIND_TEXTS, "globs of the names that are discovered; all if omitted"),
  F(provider, discover_deny, KIND_TEXTS, "globs of names that are not discovered"),
  F(provider, list, KIND_REQUEST, "the request for its listing, if it differs from the protocol's"),
  F(provider, prove, KIND_PROOFS, "its free proofs, if they differ from the protocol's; {} for none"),
  F(provider, generate, KIND_FUNCTION, "(model) returns its smallest billed request, if it differs from the protocol's"),
  F(provider, prefix, KIND_TEXT, "replaces the protocol's path prefix (\"/v1\"); \"\" for none", .path = true),
  F(provider, tls, KIND_BLOCK, "private certificate authority, client certificate", .schema = &tls_schema),
  F(provider, proxy, KIND_URL, "the proxy to use; proxy variables of the environment are never used"),
  F(provider, loopback, KIND_FLAG, "true: use it if it listens on this machine; if nothing listens, it is absent, which is not an error"),
  F(provider, plain_http, KIND_FLAG, "allow http:// to hosts other than loopback and link-local ones"),
  F(provider, plain_refusal, KIND_FLAG, "true: it rejects a key with a 401 without a JSON error"),
  F(provider, unproven, KIND_ENUM,
    "what happens to models that no free request can prove: refuse: not offered; offer: offered all the same; generate: one small billed "
    "request decides",
    .choices = UNPROVEN),
  F(provider, unless_defined, KIND_FLAG, "true: this block is used only if no earlier one defines the provider"),
  F(provider, enabled, KIND_FLAG, "false removes it, with its models"),
  F(provider, tags, KIND_TEXTS, "your own labels, passed to hosts unchanged"),
  F(provider, extra, KIND_EXTRA, "your own JSON object, passed to hosts unchanged"),
  F(provider, seen, KIND_DATE, "the day on which a source last confirmed its address and its responses"),
  F(provider, retired, KIND_END, "the day on which the service ended, or true; from then on it gets no requests"),
  F(provider, replacement, KIND_TEXT, "the id of the provider to use instead"),
};

static void provider_defaults(void *fresh) {
  provider *p = fresh;
  p->enabled = true;
  p->common_helper = true;
}

static const field gateway_fields[] = {
  F(gateway, title, KIND_TEXT, "the display name"),
  F(gateway, base_url, KIND_URL, "its address; the gateway is off while this is nil", .later = true),
  F(gateway, path, KIND_TEXT, "the path to a provider, e.g. \"/{provider}\"", .path = true),
  F(gateway, credentials, KIND_ENUM, "\"forwarded\": keys are needed on this machine; \"injected\": the gateway adds them",
    .choices = CREDENTIALS),
  F(gateway, withhold, KIND_FLAG, "true: it gets only keys from a helper or the host, none from a variable or a file"),
  F(gateway, placeholder, KIND_TEXT, "sent as the key if credentials are injected"),
  F(gateway, providers, KIND_TEXTS, "the ids of the providers that it serves; all if omitted"),
  F(gateway, segments, KIND_PAIRS, "other names of providers in the path"),
  F(gateway, prefixes, KIND_PAIRS, "by provider, what replaces the protocol's path prefix there; \"\" for none", .path = true),
  F(gateway, base_path, KIND_TEXT, "replaces the path of each provider's base_url; \"\" leaves it out", .path = true),
  F(gateway, base_paths, KIND_PAIRS, "the same by provider", .path = true),
  F(gateway, api_names, KIND_TEXT, "the names by which it knows models, e.g. \"{provider}/{api_name}\""),
  F(gateway, headers, KIND_PAIRS, "headers of every request through it; {provider} stands for the name in the path"),
  F(gateway, unsupported_headers, KIND_TEXTS, "headers that it does not pass on: models that need one do not go through it"),
  F(gateway, list_proves, KIND_ENUM, "what listings through it prove; without it, the gateway must be seen to reject a wrong key",
    .choices = LIST_PROVES),
  F(gateway, answers_itself, KIND_FLAG, "it answers listings and look-ups without asking the provider, so they prove nothing"),
  F(gateway, timeout, KIND_SECONDS, "the time limit for all requests to one endpoint behind it; by default the provider's", .least = 0.001,
    .most = 3600),
  F(gateway, tls, KIND_BLOCK, "private certificate authority, client certificate", .schema = &tls_schema),
  F(gateway, proxy, KIND_URL, "a proxy to go through"),
  F(gateway, unproven, KIND_ENUM,
    "what happens to models that no free request can prove: refuse: not offered; offer: offered all the same; generate: one small billed "
    "request decides",
    .choices = UNPROVEN),
  F(gateway, enabled, KIND_FLAG, "false removes it"),
};

static void gateway_defaults(void *fresh) {
  gateway *g = fresh;
  g->enabled = true;
  g->path = "/_/gateway/{provider}";
  g->credentials = CREDENTIALS_FORWARDED;
  g->placeholder = "implicit";
}

#define MODEL_KIND_TEXT       KIND_TEXT
#define MODEL_KIND_CHOICE     KIND_CHOICE
#define MODEL_KIND_DATE       KIND_DATE
#define MODEL_KIND_COUNT      KIND_COUNT
#define MODEL_KIND_FLAG       KIND_FLAG
#define MODEL_KIND_TRI        KIND_TRI
#define MODEL_KIND_LIST       KIND_TEXTS
#define MODEL_KIND_MODALITIES KIND_TEXTS
#define MODEL_KIND_RANGE      KIND_BLOCK, .schema = &range_schema
#define MODEL_KIND_PRICE      KIND_BLOCK, .schema = &price_schema
#define MODEL_KIND_PAIRS      KIND_PAIRS
#define MODEL_KIND_WINDOWS    KIND_WINDOWS
#define MODEL_KIND_EXTRA      KIND_EXTRA

#define MODEL_FIELD(use, type, member, listed, fact, upstream, unit_, words, choices_, doc_, ...)                                          \
  { .name = #member,                                                                                                                       \
    .offset = offsetof(model, member),                                                                                                     \
    .doc = doc_,                                                                                                                           \
    .unit = unit_,                                                                                                                         \
    .choices = choices_,                                                                                                                   \
    .kind = MODEL_KIND_##type,                                                                                                             \
    __VA_ARGS__ },

static const field model_fields[] = { MODEL_FIELDS(MODEL_FIELD) };

static void model_defaults(void *fresh) {
  model *m = fresh;
  m->enabled = true;
  for (size_t i = 0; i < sizeof model_fields / sizeof *model_fields; i++)
    if (model_fields[i].kind == KIND_TRI) *(small_tri *)((char *)fresh + model_fields[i].offset) = ROSTER_UNKNOWN;
}

static const field protocol_fields[] = {
  F(protocol, inherit, KIND_TEXT, "the id of a protocol to start from", .own = true),
  F(protocol, prefix, KIND_TEXT, "goes before every path, e.g. \"/v1\"", .path = true),
  F(protocol, versioned_base, KIND_FLAG, "true: the version at the end of an address (\"/v3\") replaces the prefix"),
  F(protocol, chat_path, KIND_TEXT, "where a host sends its requests; may hold {api_name}, or {segment}: that name as one segment",
    .path = true),
  F(protocol, sdk_path, KIND_TEXT, "what its official SDK appends to a base URL; may hold {api_name} and {version}", .path = true),
  F(protocol, auth, KIND_AUTH, "where the key goes, unless the provider sets it"),
  F(protocol, list, KIND_REQUEST, "the first page of the listing"),
  F(protocol, list_proves, KIND_ENUM, "what a listing proves, unless the provider sets it", .choices = LIST_PROVES),
  F(protocol, read_list, KIND_FUNCTION,
    "(body, response, wanted) returns models, or the items that read_model reads, and the next request"),
  F(protocol, read_model, KIND_FUNCTION, "(item, wanted) returns one model, from an item of the listing or from the answer to a look-up"),
  F(protocol, named_by, KIND_TEXTS,
    "members of an item by which read_model names it, the first that it has: it is not called for names that nobody wants"),
  F(protocol, prove, KIND_PROOFS, "free requests about one model, in order, until one decides"),
  F(protocol, without_prompt, KIND_FUNCTION,
    "(model) returns a request without a prompt, which is rejected as invalid, unbilled, if the key is good"),
  F(protocol, generate, KIND_FUNCTION, "(model) returns the smallest billed request, with the prompt \"hi\""),
  F(protocol, read_credit, KIND_FUNCTION,
    "(body) returns the credit that the answer to prove_key states: { left = 12.5, limit = 20, currency = \"USD\" }"),
  F(protocol, served, KIND_FUNCTION, "(body, response) returns the model that the answer to generate names"),
  F(protocol, verdict, KIND_FUNCTION, "(response) returns a state if the HTTP status alone would be misleading"),
};

static const field retired_fields[] = {
  F(retired, replacement, KIND_TEXT, "the id to use instead"),
};

static const field family_fields[] = {
  F(model_family, provider, KIND_TEXT, "whose listing"),
  F(model_family, names, KIND_TEXTS, "globs of the names in that listing that belong to the family"),
  F(model_family, inherit, KIND_TEXTS,
    "fields that a discovered model takes from the newest block of the family if they are not stated elsewhere"),
};

#include "library/definitions/need_fields.h" /* it needs what is above */

static const field role_fields[] = { NEEDS(role, "its tier; cheap, mid and flagship have one") };

static const char *const SOURCE_FORMATS[] = { "models.dev", "catwalk", "roster", NULL };
static const char *const SOURCE_MAY[] = { "facts", "models", NULL };

static const field source_fields[] = {
  F(fact_source, url, KIND_URL, "its address: https://, or signed"),
  F(fact_source, format, KIND_CHOICE, "the form of its JSON; \"roster\": definitions with models only", .choices = SOURCE_FORMATS),
  F(fact_source, every, KIND_SECONDS, "how often it is fetched", .least = 1, .most = DAYS(365)),
  F(fact_source, may, KIND_CHOICE, "\"facts\": about models that are defined here; \"models\": also new models of providers that are",
    .choices = SOURCE_MAY),
  F(fact_source, key, KIND_TEXT, "the minisign public key, \"RWQ...\": only data signed with it is used"),
  F(fact_source, tls, KIND_BLOCK, "private certificate authority, client certificate", .schema = &tls_schema),
  F(fact_source, proxy, KIND_URL, "the proxy to use; proxy variables of the environment are never used"),
  F(fact_source, timeout, KIND_SECONDS, "the time limit for fetching it", .least = 0.001, .most = 3600),
  F(fact_source, plain_http, KIND_FLAG, "allow http:// to hosts other than loopback and link-local ones, without a signature"),
  F(fact_source, enabled, KIND_FLAG, "false turns it off"),
};

static void source_defaults(void *fresh) {
  fact_source *s = fresh;
  s->format = "roster";
  s->may = "facts";
  s->every = (int64_t)6 * 3600 * 1000;
  s->timeout = 30 * 1000;
  s->enabled = true;
}

static const field default_fields[] = {
  F(fallback, wanted, KIND_TEXT, "the id of the preferred model, which is used if it is ready", .later = true),
  NEEDS(fallback, "its tier"),
};

static void role_defaults(void *fresh) { ((role *)fresh)->needs.max_price = ((role *)fresh)->needs.max_output_price = -1; }

static void default_defaults(void *fresh) { ((fallback *)fresh)->needs.max_price = ((fallback *)fresh)->needs.max_output_price = -1; }

static const field validate_fields[] = {
  F(policy, level, KIND_ENUM, "how thoroughly models are checked", .choices = LEVELS),
  F(policy, unproven, KIND_ENUM,
    "what happens to models that no free request can prove: refuse: not offered; offer: offered all the same; generate: one small billed "
    "request decides",
    .choices = UNPROVEN),
  F(policy, keep_stale, KIND_SECONDS, "how long a known-good model is kept through an outage", .least = 0, .most = DAYS(365)),
  F(policy, deadline, KIND_SECONDS, "the time limit for a complete validation", .least = 0.001, .most = DAYS(1)),
  F(policy, warn_ahead, KIND_SECONDS, "how long before the retirement of a model a warning is given", .least = 0, .most = DAYS(3650)),
  F(policy, hold, KIND_FLAG, "false: publish an edit even if it loses the default or more than half of the usable models"),
  F(policy, billed_per_day, KIND_COUNT, "how many billed requests may be sent per day (UTC); 0: only for models checked by name",
    .least = 0, .most = 1000000),
  F(policy, warn_credit, KIND_AMOUNT, "warn if a provider has less credit left than this, in US dollars; 0: never", .least = 0,
    .most = 1e9),
  F(policy, billed_holds, KIND_SECONDS, "how long a billed proof holds before it is paid for again", .least = 0, .most = DAYS(365)),
};

static void validate_defaults(void *fresh) {
  policy *p = fresh;
  p->level = ROSTER_LEVEL_PROVE;
  p->unproven = UNPROVEN_REFUSE;
  p->keep_stale = 24 * 3600 * 1000;
  p->deadline = 60 * 1000;
  p->warn_ahead = (int64_t)60 * 24 * 3600 * 1000;
  p->hold = true;
  p->billed_per_day = 50;
  p->billed_holds = (int64_t)3 * 24 * 3600 * 1000;
}

static const schema schemas[] = {
  { "provider", "A provider: its address, its key, and the protocol that it speaks.", FIELDS(provider_fields), sizeof(provider), NULL, 0,
    provider_defaults },
  { "model", "A model to offer. Models are listed in the order of their blocks.", FIELDS(model_fields), sizeof(model), NULL, 0,
    model_defaults },
  { "gateway", "A server between hosts and providers.", FIELDS(gateway_fields), sizeof(gateway), NULL, 0, gateway_defaults },
  { "protocol", "What to request, and how to read the responses.", FIELDS(protocol_fields), sizeof(protocol), NULL, 0, NULL },
  { "retired", "An id that is no longer used.", FIELDS(retired_fields), sizeof(retired), NULL, 0, NULL },
  { "family", "What a discovered model takes from the newest block of its family. Without this block: nothing.", FIELDS(family_fields),
    sizeof(model_family), NULL, 0, NULL },
  { "source", "Where facts about models come from, besides these files.", FIELDS(source_fields), sizeof(fact_source), NULL, 0,
    source_defaults },
  { "role", "The model for a purpose: the first of a list that is ready, else the best that meets its needs.", FIELDS(role_fields),
    sizeof(role), "model ids", offsetof(role, models), role_defaults },
  { "default", "The model a host starts with: the first of a list that is ready, else the best that meets its needs.",
    FIELDS(default_fields), sizeof(fallback), "model ids", offsetof(fallback, models), default_defaults },
  { "validate", "How models are checked.", FIELDS(validate_fields), sizeof(policy), NULL, 0, validate_defaults },
};

const schema *schema_at(size_t i) {
  static const schema *const inner[] = { &tls_schema,   &tier_schema,     &change_schema, &price_schema,
                                         &range_schema, &spelling_schema, &require_schema };
  const size_t first = sizeof inner / sizeof *inner, count = first + sizeof schemas / sizeof *schemas;
  return i < first ? inner[i] : i < count ? &schemas[i - first] : NULL;
}

const schema *schema_of(const char *verb) {
  for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++)
    if (strcmp(schemas[i].verb, verb) == 0) return &schemas[i];
  return NULL;
}

const field *schema_field(const schema *s, const char *name) {
  for (size_t i = 0; i < s->count; i++)
    if (s->fields[i].name[0] == name[0] && strcmp(s->fields[i].name, name) == 0) return &s->fields[i];
  return NULL;
}

const char *schema_nearest(arena *a, const schema *s, const char *name) {
  const char **names = arena_array(a, s->count, sizeof *names);
  for (size_t i = 0; i < s->count; i++) names[i] = s->fields[i].name;
  return suggest(name, names, s->count);
}

/* In Lua, and in JSON where that is written otherwise. */
static const char *const EXPECTS[][2] = {
  [KIND_TEXT] = { "a string" },
  [KIND_URL] = { "a URL" },
  [KIND_DATE] = { "a date such as \"2026-11-30\"" },
  [KIND_END] = { "true, false or a date such as \"2026-11-30\"" },
  [KIND_CHOICE] = { "a string" },
  [KIND_ENUM] = { "a string" },
  [KIND_FLAG] = { "true or false" },
  [KIND_TRI] = { "true or false" },
  [KIND_COUNT] = { "a whole number" },
  [KIND_SECONDS] = { "a number of seconds" },
  [KIND_AMOUNT] = { "a number" },
  [KIND_TEXTS] = { "a list of strings", "an array of strings" },
  [KIND_PAIRS] = { "a table of strings", "an object of strings" },
  [KIND_WINDOWS] = { "a table of whole numbers", "an object of whole numbers" },
  [KIND_EXTRA] = { "a table of members that JSON can hold", "an object" },
  [KIND_CREDENTIAL] = { "secret \"NAME\", or a list of those", "{ \"secret\": \"NAME\" }, or an array of those" },
  [KIND_AUTH] = { "bearer or header \"NAME\"", "\"bearer\" or { \"header\": \"NAME\" }" },
  [KIND_REQUEST] = { "a request: get(...) or post(...)", "a request: { \"get\": \"/path\" }" },
  [KIND_FUNCTION] = { "a function", "a function, which only a .lua file can have" },
  [KIND_DISCOVER] = { "true, false or a function", "true or false" },
  [KIND_PROOFS] = { "a list of functions or requests", "an array of requests: [{ \"get\": \"/path\" }]" },
  [KIND_TIERS] = { "a table of prices by number of tokens", "an object of prices by number of tokens" },
  [KIND_CHANGES] = { "a table of prices by day", "an object of prices by day" },
  [KIND_BLOCK] = { "a table", "an object" },
};

const char *schema_expects(const field *f, bool json) { return json && EXPECTS[f->kind][1] ? EXPECTS[f->kind][1] : EXPECTS[f->kind][0]; }
