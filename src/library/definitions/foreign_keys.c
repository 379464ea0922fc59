/* foreign_keys: the first guesses of people who come from other programs: what others call the keys of blocks, and the protocols. One table
 * for Lua and JSON; each answer has the key to write instead, and where more than the name differs, all of it. */
#include "library/definitions/foreign_keys.h"

#include "library/definitions/state.h"
#include "util/suggest.h"

#include <string.h>

typedef struct foreign_key {
  const char *meant;  /* our key; "" where it is none of this block */
  const char *advice; /* what to do instead, in the words of the file; NULL where only the name differs */
  const char *fix;
  bool apart; /* the fix is a block of its own */
} foreign_key;

/* How to write what was meant, in the words of the file: of a pattern, %s is the value. */
typedef struct way {
  const char *lua, *json; /* without one in Lua there is no pattern, and `json` takes the place of `says` in JSON */
  const char *says;       /* where there is nothing to write, or what has to be known about it; %s is the pattern, filled in */
  enum {
    OF_VALUE,
    OF_BLOCK,
    OF_VARIABLE,
    OF_SIZES,
    OF_MILLISECONDS,
    OF_MODALITIES,
    OF_TABLE,
    OF_ITEMS
  } fills; /* OF_TABLE: of one with names, only the key differs; OF_MODALITIES: of a list */
  bool apart;
} way;

#define JSON_HEADER(name) "\"headers\": { \"" name "\": \"%s\" }"
#define LUA_HEADER(name)  "headers = { [\"" name "\"] = \"%s\" }"
#define NOTHING(...)                                                                                                                       \
  { .says = __VA_ARGS__ }
#define A_WAY(lua_, json_)                                                                                                                 \
  { .lua = lua_, .json = json_ }
#define OF_ITS(from, lua_, json_)                                                                                                          \
  { .lua = lua_, .json = json_, .fills = from }

static const way CREDENTIAL = OF_ITS(OF_VARIABLE, "credential = secret \"%s\"", "\"credential\": { \"secret\": \"%s\" }");
static const way MODELS = { .lua = "model \"NAME\" { provider = \"%s\" }",
                            .json = "\"model\": { \"NAME\": { \"provider\": \"%s\" } }",
                            .fills = OF_BLOCK,
                            .apart = true,
                            .says = "write %s, a block of its own" };
static const way WANTED = { .lua = "default { wanted = \"ID\" }",
                            .json = "\"default\": { \"wanted\": \"ID\" }",
                            .fills = OF_BLOCK,
                            .apart = true,
                            .says = "write %s, a block of its own" };
static const way ROLE = { .lua = "role \"NAME\" { \"%s\", \"ID\" }",
                          .json = "\"role\": { \"NAME\": [\"%s\", \"ID\"] }",
                          .fills = OF_BLOCK,
                          .apart = true,
                          .says = "the first of a role that is ready is taken: write %s, a block of its own" };
static const way GATEWAY_KEY = OF_ITS(OF_VARIABLE, "headers = { Authorization = secret { env = \"%s\", prefix = \"Bearer \" } }",
                                      "\"headers\": { \"Authorization\": { \"secret\": { \"env\": \"%s\", \"prefix\": \"Bearer \" } } }");
static const way DISABLED = A_WAY("enabled = false", "\"enabled\": false");
static const way VISION = A_WAY("input_modalities = { \"text\", \"image\" }", "\"input_modalities\": [\"text\", \"image\"]");
static const way AUTHORITY = A_WAY("tls = { ca_file = \"%s\" }", "\"tls\": { \"ca_file\": \"%s\" }");
static const way CLIENT_CERT = A_WAY("tls = { client_cert = \"%s\" }", "\"tls\": { \"client_cert\": \"%s\" }");
static const way CLIENT_KEY = A_WAY("tls = { client_key = \"%s\" }", "\"tls\": { \"client_key\": \"%s\" }");
static const way ORGANIZATION = A_WAY(LUA_HEADER("OpenAI-Organization"), JSON_HEADER("OpenAI-Organization"));
static const way PROJECT = A_WAY(LUA_HEADER("OpenAI-Project"), JSON_HEADER("OpenAI-Project"));
static const way AGENT = A_WAY(LUA_HEADER("User-Agent"), JSON_HEADER("User-Agent"));
static const way MILLISECONDS = OF_ITS(OF_MILLISECONDS, "timeout = %s", "\"timeout\": %s");
static const way MODALITIES = OF_ITS(OF_MODALITIES, "%s", "%s");
static const way ITS_VERSION = { .says = "the version of an API is in the address: write it into the query of base_url, as in base_url = "
                                         "\"https://...?api-version=2024-06-01\"",
                                 .json = "the version of an API is in the address: write it into the query of base_url, as in "
                                         "\"base_url\": \"https://...?api-version=2024-06-01\"" };
static const way A_VERSION = NOTHING(
    "a version is in the address: in the path of base_url, as in \"https://.../v2\", or in its query, as in \"https://...?api-version=2\"");
static const way OF_PROVIDER_URL = NOTHING("the address belongs in the block of the provider: write base_url there");
static const way OF_PROVIDER_KEY = {
  .says = "the key belongs in the block of the provider: write credential = secret \"NAME\" there",
  .json = "the key belongs in the block of the provider: write \"credential\": { \"secret\": \"NAME\" } there"
};
static const way SIZES = { .lua = "%s", .json = "%s", .fills = OF_SIZES };
static const way NO_UNVERIFIED = NOTHING("certificates are always verified, and a private authority is named in tls.ca_file");
static const way NO_LIMIT = NOTHING("there is nothing to set: roster sends only its own few requests, and hosts limit theirs themselves");
static const way NO_RETRIES = NOTHING("there is nothing to set: roster asks again by itself, and hosts repeat their own requests");
static const way OF_A_REQUEST = NOTHING("hosts send it with each request; what they are to be told by roster goes into 'extra'");
static const way AN_ORDER = NOTHING("the order of blocks is the order of the list, and the first of a role that is ready is taken");
static const way ITS_PARTS = NOTHING("there is no such table: write its keys into the block itself");
static const way NO_NEED = NOTHING("leave it out");
static const way ITS_ABILITIES = { .says = "each ability has a key of its own: tool_call, reasoning, structured_output, input_modalities" };
static const way CURRENCY = NOTHING("prices are in US dollars per million tokens, and nothing else");
static const way TIERS = { .says = "dearer tokens above a limit are written above = { [200 * K] = { input = 6 } }",
                           .json = "dearer tokens above a limit are written \"above\": { \"200000\": { \"input\": 6 } }",
                           .fills = OF_TABLE };
static const way LIST = {
  .lua = "%s", .json = "\"models\": [%s]", .fills = OF_ITEMS, .says = "the ids are the items of the block, without a key: write %s"
};
static const way REQUIRED = {
  .says = "what a model must have is written require = { tools = true, vision = true, context = 100 * K }",
  .json = "what a model must have is written \"require\": { \"tools\": true, \"vision\": true, \"context\": 100000 }",
  .fills = OF_TABLE
};

/* Which schemas, by verb; what others call it, each between spaces; our key; how it is written, NULL where only the name differs. */
static const struct {
  const char *verbs, *theirs, *ours;
  const way *how;
} KEYS[] = {
  { "provider",
    " api_key apikey api-key key token api_token auth_token access_token secret env api_key_env apikeyenv key_env env_key env_var envvar "
    "password api_key_name needs_key ",
    "credential", &CREDENTIAL },
  { "provider gateway", " endpoint url uri api_base apibase baseurl base base_uri host hostname api_url server address api_endpoint ",
    "base_url", NULL },
  { "provider", " type api kind format api_type apitype wire_api dialect sdk npm driver adapter compatibility provider_type ", "protocol",
    NULL },
  { "provider gateway", " name label display_name displayname description ", "title", NULL },
  { "provider", " models model ", "", &MODELS },
  { "provider", " default_model defaultmodel default ", "", &WANTED },
  { "provider gateway model source", " disabled disable ", "enabled", &DISABLED },
  { "provider gateway model", " extra_headers default_headers defaultheaders http_headers header custom_headers ", "headers", NULL },
  { "provider gateway source", " http_proxy https_proxy ", "proxy", NULL },
  { "provider gateway source", " request_timeout timeout_seconds timeout_s ", "timeout", NULL },
  { "provider gateway source", " timeout_ms timeoutms timeout_millis timeout_milliseconds request_timeout_ms ", "timeout", &MILLISECONDS },
  { "provider", " api_version apiversion api-version azure_api_version openai_api_version ", "", &ITS_VERSION },
  { "provider", " version ", "", &A_VERSION },
  { "provider", " api_prefix ", "prefix", NULL },
  { "provider gateway source tls",
    " verify ssl_verify verify_ssl tls_verify verify_tls verifyssl insecure insecure_skip_verify skip_verify skip_tls_verify ssl "
    "reject_unauthorized rejectunauthorized ",
    "", &NO_UNVERIFIED },
  { "provider gateway source", " ca_bundle cabundle ca_cert ca_certs cacert ca_file cafile ca ca_path ssl_ca ssl_cert_file ca_bundle_path ",
    "", &AUTHORITY },
  { "provider gateway source", " client_cert cert certificate client_certificate ssl_certificate ", "", &CLIENT_CERT },
  { "provider gateway source", " client_key cert_key private_key ", "", &CLIENT_KEY },
  { "tls", " ca ca_bundle cabundle ca_cert ca_certs cacert cafile ", "ca_file", NULL },
  { "tls", " cert certificate cert_file client_cert_file ", "client_cert", NULL },
  { "tls", " key private_key key_file client_key_file ", "client_key", NULL },
  { "provider gateway model",
    " parallel max_parallel max_parallel_requests max_concurrency concurrency max_connections rpm tpm rpd rate_limit ratelimit "
    "requests_per_minute tokens_per_minute max_budget budget budget_duration ",
    "", &NO_LIMIT },
  { "provider gateway model", " retries max_retries maxretries num_retries retry backoff cooldown cooldown_time allowed_fails ", "",
    &NO_RETRIES },
  { "provider", " organization organisation org org_id organization_id openai_organization ", "", &ORGANIZATION },
  { "provider", " project project_id openai_project ", "", &PROJECT },
  { "provider gateway", " user_agent useragent ", "", &AGENT },
  { "provider model",
    " top_p top_k stop seed stream system system_prompt systemprompt prompt_template frequency_penalty presence_penalty extra_body "
    "reasoning_effort logprobs n chat_template completionoptions completion_options edit_format use_repo_map cachebehavior ",
    "", &OF_A_REQUEST },
  { "provider gateway model", " weight priority order rank sort position ", "", &AN_ORDER },
  { "provider model", " fallbacks fallback fallback_models context_window_fallbacks failover ", "", &ROLE },
  { "provider model", " litellm_params model_info modelinfo options settings params parameters config requestoptions request_options ", "",
    &ITS_PARTS },
  { "model", " model model_id modelid model_name id api_id api_model deployment deployment_name upstream upstream_name real_name ",
    "api_name", NULL },
  { "model", " provider_id providerid vendor owned_by litellm_provider custom_llm_provider ", "provider", NULL },
  { "model", " name label title display_name displayname ", "description", NULL },
  { "model",
    " context context_length contextlength max_context ctx contextwindow context_size context_tokens max_context_length max_model_len "
    "num_ctx window ",
    "context_window", NULL },
  { "model", " max_tokens max_output maxtokens max_completion_tokens output_limit max_output_length max_new_tokens maxoutputtokens ",
    "max_output_tokens", NULL },
  { "model", " max_input max_prompt_tokens input_limit ", "max_input_tokens", NULL },
  { "model", " limit limits top_provider ", "", &SIZES },
  { "model", " cost costs pricing prices ", "price", NULL },
  { "model",
    " input_cost_per_token input_cost input_price cost_per_input_token cost_per_1m_in prompt_price price_in input_cost_per_million "
    "cost_per_million_input input_price_per_million ",
    "price.input", NULL },
  { "model",
    " output_cost_per_token output_cost output_price cost_per_output_token cost_per_1m_out completion_price price_out "
    "output_cost_per_million cost_per_million_output output_price_per_million ",
    "price.output", NULL },
  { "model", " cache_read_input_token_cost cache_read_cost cache_read_price cached_input_cost cached_input_price cost_per_1m_in_cached ",
    "price.cache_read", NULL },
  { "model", " cache_creation_input_token_cost cache_write_cost cache_write_price cache_creation_cost ", "price.cache_write", NULL },
  { "model", " vision images image supports_vision multimodal can_see image_input ", "input_modalities", &VISION },
  { "model", " modalities ", "input_modalities", &MODALITIES },
  { "model", " input inputs ", "input_modalities", NULL },
  { "model",
    " tools functions function_calling tool_use tool_calls tool_calling supports_tools supports_functions supports_function_calling "
    "supports_tool_choice can_use_tools ",
    "tool_call", NULL },
  { "model",
    " json json_mode json_schema structured structured_outputs response_format supports_json supports_schema supports_response_schema ",
    "structured_output", NULL },
  { "model", " thinking supports_reasoning supports_thinking reasoner can_reason ", "reasoning", NULL },
  { "model", " supported_parameters capabilities features abilities supports architecture ", "", &ITS_ABILITIES },
  { "model", " alias aka other_names ", "aliases", NULL },
  { "model", " roles role ", "", &ROLE },
  { "model", " type mode category task ", "kind", NULL },
  { "model", " released release created ", "release_date", NULL },
  { "model", " end_of_life eol shutdown shutdown_date retirement_date retire_on ", "retires", NULL },
  { "model", " knowledge cutoff training_cutoff ", "knowledge_cutoff", NULL },
  { "model", " object per_request_limits canonical_slug hugging_face_id tokenizer weak_model_name editor_model_name ", "", &NO_NEED },
  { "model",
    " api_base apibase base_url baseurl base base_uri url uri endpoint api_endpoint api_url host hostname server server_url address ", "",
    &OF_PROVIDER_URL },
  { "model",
    " api_key apikey api-key key token api_token auth_token access_token credential credentials secret env api_key_env apikeyenv key_env "
    "env_key env_var envvar password api_key_name needs_key ",
    "", &OF_PROVIDER_KEY },
  { "price price_tier price_change", " prompt inputs in prompt_tokens input_cost input_price prompt_price input_cost_per_token ", "input",
    NULL },
  { "price price_tier price_change", " completion completions outputs out output_cost output_price completion_price output_cost_per_token ",
    "output", NULL },
  { "price price_tier price_change", " cached cache cached_input cache_hit input_cache_read ", "cache_read", NULL },
  { "price price_tier price_change", " cache_creation input_cache_write ", "cache_write", NULL },
  { "price", " over tiers tier context_over_200k above_200k over_200k long_context from beyond ", "above", &TIERS },
  { "price price_tier price_change", " currency unit per per_million units ", "", &CURRENCY },
  { "role default", " models model ids id list candidates first primary ", "", &LIST },
  { "role default", " need needs requires required requirements capabilities features must with ", "require", &REQUIRED },
  { "default", " name use ", "wanted", NULL },
  { "retired", " new successor replaced_by replace_with use alias by to ", "replacement", NULL },
  { "protocol model", " base extends parent inherits from based_on base_model ", "inherit", NULL },
  { "protocol", " chat path endpoint url chat_url ", "chat_path", NULL },
  { "protocol", " models list_path listing models_path ", "list", NULL },
  { "gateway", " credential api_key apikey key token auth secret auth_token access_token ", "", &GATEWAY_KEY },
  { "gateway", " provider serves ", "providers", NULL },
  { "gateway", " prefix route path_template ", "path", NULL },
  { "source", " base_url endpoint uri from ", "url", NULL },
  { "source", " interval refresh every_seconds ttl poll ", "every", NULL },
  { "source", " type kind ", "format", NULL },
  { "validate", " timeout ", "deadline", NULL },
  { "validate", " stale cache ttl ", "keep_stale", NULL },
};

static bool has_word(const char *list, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = list; (at = strstr(at, word)); at += length)
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return true;
  return false;
}

/* "ACME_API_KEY", where the value is the name of a variable, perhaps as a shell has it. */
static const char *variable_in(lua_State *L, int at, const char *otherwise) {
  const credential *named = luaL_testudata(L, at, SECRET_VALUE);
  const char *s = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : named && named->env ? named->env : "";
  if (*s == '$') s++;
  const size_t length = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
  return length > 2 && !s[length] && strchr(s, '_') ? arena_text(script_of(L)->arena, s) : otherwise;
}

/* "3", of milliseconds. */
static const char *seconds_in(lua_State *L, int at) {
  const double value = lua_type(L, at) == LUA_TNUMBER ? lua_tonumber(L, at) : 0;
  return arena_printf(script_of(L)->arena, in_json(L) ? "%.10g" : "%.10g * seconds", value > 0 ? value / 1000 : 10);
}

/* The members of { context = 128000, output = 8000 } as keys of the block; NULL where there are none. */
static const char *sizes_in(lua_State *L, int at) {
  static const char *const sizes[][2] = { { "context", "context_window" },
                                          { "context_length", "context_window" },
                                          { "input", "max_input_tokens" },
                                          { "output", "max_output_tokens" },
                                          { "max_completion_tokens", "max_output_tokens" } };
  strbuf all = { .arena = script_of(L)->arena };
  for (size_t i = 0; lua_istable(L, at) && i < sizeof sizes / sizeof *sizes; i++) {
    lua_pushstring(L, sizes[i][0]);
    lua_rawget(L, at);
    if (lua_isinteger(L, -1))
      strbuf_format(&all, in_json(L) ? "%s\"%s\": %lld" : "%s%s = %lld", all.length ? ", " : "", sizes[i][1], lua_tointeger(L, -1));
    lua_pop(L, 1);
  }
  return all.length ? strbuf_text(&all) : NULL;
}

/* A plain one, to be written once more. */
static const char *string_in(lua_State *L, int at) {
  const char *s = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : "";
  return *s && strlen(s) < 100 && !strpbrk(s, "\"\\\n\r%") ? arena_text(script_of(L)->arena, s) : "...";
}

/* "acme-large", "acme-small" */
static const char *items_in(lua_State *L, int at) {
  strbuf all = { .arena = script_of(L)->arena };
  const bool list = lua_istable(L, at);
  const lua_Integer count = list ? (lua_Integer)lua_rawlen(L, at) : 1;
  for (lua_Integer i = 1; i <= count; i++) {
    if (list)
      push_item(L, at, i);
    else
      lua_pushvalue(L, at);
    const char *id = string_in(L, lua_gettop(L));
    strbuf_format(&all, "%s\"%s\"", i > 1 ? ", " : "", text_is(id, "...") ? "ID" : id);
    lua_pop(L, 1);
  }
  return all.length ? strbuf_text(&all) : "\"ID\"";
}

/* The lists of { input = { "text", "image" }, output = { "text" } } as keys of the block; NULL where there are none. */
static const char *modalities_in(lua_State *L, int at) {
  static const char *const parts[] = { "input", "output" };
  strbuf all = { .arena = script_of(L)->arena };
  for (size_t i = 0; lua_istable(L, at) && i < sizeof parts / sizeof *parts; i++) {
    lua_pushstring(L, parts[i]);
    lua_rawget(L, at);
    if (!lua_isnil(L, -1))
      strbuf_format(&all, in_json(L) ? "%s\"%s_modalities\": [%s]" : "%s%s_modalities = { %s }", all.length ? ", " : "", parts[i],
                    items_in(L, lua_gettop(L)));
    lua_pop(L, 1);
  }
  return all.length ? strbuf_text(&all) : NULL;
}

static const char *filling(context *p, const way *how) { /* the value on top */
  const int at = lua_gettop(p->lua);
  switch (how->fills) {
  case OF_BLOCK: return p->id ? p->id : "NAME";
  case OF_VARIABLE: return variable_in(p->lua, at, "NAME");
  case OF_MILLISECONDS: return seconds_in(p->lua, at);
  case OF_MODALITIES: return modalities_in(p->lua, at);
  case OF_SIZES: return sizes_in(p->lua, at);
  case OF_ITEMS: return items_in(p->lua, at);
  default: return string_in(p->lua, at);
  }
}

/* Its place in KEYS; -1: nowhere. */
static int find_key(arena *a, const schema *s, const char *key) {
  const char *word = text_lower(a, key, strlen(key));
  if (strlen(key) > 40 || strpbrk(key, " ")) return -1;
  for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
    if (has_word(KEYS[i].verbs, s->verb) && has_word(KEYS[i].theirs, word)) return (int)i;
  return -1;
}

/* With the value on top, whether no more than the name differs. */
static bool is_other_name(lua_State *L, const way *how) {
  const bool table = how && lua_istable(L, -1);
  return !how || (how->fills == OF_TABLE && table && !lua_rawlen(L, -1)) || (how->fills == OF_MODALITIES && table && lua_rawlen(L, -1));
}

static bool foreign_key_of(context *p, const schema *s, const char *key, foreign_key *out) { /* the value on top */
  arena *a = script_of(p->lua)->arena;
  const int i = find_key(a, s, key);
  if (i < 0) return false;
  *out = (foreign_key){ .meant = KEYS[i].ours };
  const way *how = KEYS[i].how;
  if (is_other_name(p->lua, how)) return true;
  const char *value = how->lua ? filling(p, how) : NULL;
  if (how->lua && !value) how = &ITS_PARTS;
  const char *says = in_json(p->lua) && !how->lua && how->json ? how->json : in_json(p->lua) && how->fills == OF_ITEMS ? NULL : how->says;
  out->fix = value ? text_fill(a, in_json(p->lua) ? how->json : how->lua, "%s", value) : NULL;
  out->advice = !says ? arena_printf(a, "write %s", out->fix) : out->fix ? text_fill(a, says, "%s", out->fix) : says;
  out->apart = how->apart;
  return true;
}

/* The verb of the block that has this key instead; NULL: neither does. */
static const char *other_block(const context *p, const char *key) {
  const bool of_model = text_is(p->verb, "model"), may = !p->outer && (of_model || text_is(p->verb, "provider"));
  const char *other = of_model ? "provider" : "model";
  return may && schema_field(schema_of(other), key) ? other : NULL;
}

/* An amount is no list of what is read. */
static bool is_amount(lua_State *L, const char *key) { return text_is(key, "input") && lua_type(L, -1) == LUA_TNUMBER; }

const char *key_meant(context *p, const schema *s, const char *key) { /* the value on top */
  arena *a = script_of(p->lua)->arena;
  const int i = is_amount(p->lua, key) ? -1 : find_key(a, s, key);
  return i < 0 ? schema_meant(a, schema_of(p->verb), s, "", key) : KEYS[i].ours;
}

/* The field that was meant is not missing, too. */
void report_unknown_key(context *p, const schema *s, const char *key, entity *into) {
  foreign_key known = { 0 };
  if (price_is_misplaced(p, s, key)) return;
  const script *of = script_of(p->lua);
  const char *path = path_to(p, "");
  const bool wanted = !findings_full(of->catalog->findings, p->where.file);
  const bool is_known = wanted && !is_amount(p->lua, key) && foreign_key_of(p, s, key, &known);
  const char *meant = is_known ? path_to(p, known.meant) : wanted ? schema_meant(of->arena, schema_of(p->verb), s, path, key) : NULL;
  const size_t outer = meant && text_starts(meant, path) ? strlen(path) : 0;
  const field *f = meant ? schema_field(s, meant + outer) : NULL;
  if (f) into->wrong |= (uint64_t)1 << (f - s->fields);
  const bool told = f && text_is(f->name, "credential") && is_value(p->lua, lua_gettop(p->lua), UNKNOWN_VALUE);
  if (told) return; /* api_key = os.getenv("NAME"): the line to write is with the word */
  if (report_nested_key(p, s, key, meant, is_known)) return;
  const char *other = is_known ? NULL : other_block(p, key);
  if (other) meant = NULL;
  finding_place place = place_in(p, key, PART_KEY);
  place.apart = known.advice ? known.apart : !f; /* of another table: more than the word differs */
  if (known.advice)
    WRONG_AT(p, place, known.fix, "unknown key '%s%s': %s", path, key, known.advice);
  else if (other)
    WRONG_AT(p, place, NULL, "unknown key '%s%s': it belongs in the block of %s %s", path, key, text_is(other, "model") ? "a" : "the",
             other);
  else
    WRONG_AT(p, place, meant ? meant + outer : NULL, "unknown key '%s%s'%s%s%s", path, key, SUGGESTION(meant));
}

/* ---- protocols ---- */

static const char *const PROTOCOLS[][2] = {
  { " openai openai-compatible openai_compatible openai-compat openai_chat chat chat-completions chat_completions completions "
    "openai-completions openai_completions openai-chat-completions openai-api openaicompatible oai @ai-sdk/openai-compatible "
    "vllm litellm openrouter deepseek mistral groq together fireworks lmstudio llamacpp ",
    "openai-chat" },
  { " responses openai_responses openai-response azure-openai-responses openai-codex-responses ", "openai-responses" },
  { " anthropic claude messages anthropic_messages @ai-sdk/anthropic ", "anthropic-messages" },
  { " google google-gemini vertex vertexai google-ai google_genai google-genai google-generative-ai google-vertex "
    "generativelanguage @ai-sdk/google @ai-sdk/google-vertex ",
    "gemini" },
  { " bedrock aws aws-bedrock amazon converse amazon-bedrock bedrock-converse-stream "
    "@ai-sdk/amazon-bedrock ",
    "bedrock-converse" },
  { " cohere cohere-v1 ", "cohere-v2" },
};

const char *protocol_meant(catalog *c, const char *word) {
  const char *lower = text_lower(c->arena, word, strlen(word));
  for (size_t i = 0; i < sizeof PROTOCOLS / sizeof *PROTOCOLS; i++)
    if (!strchr(word, ' ') && *word && has_word(PROTOCOLS[i][0], lower) && lookup_get(&c->protocols.ids, PROTOCOLS[i][1]))
      return PROTOCOLS[i][1];
  return NEAREST(c, protocols, word);
}

/* The provider in "acme/acme-large", where a provider's id is expected. */
const char *provider_meant(catalog *c, const char *word) {
  const size_t length = strcspn(word, "/:");
  const char *first = word[length] ? arena_bytes(c->arena, word, length) : NULL;
  if (first && lookup_get(&c->providers.ids, first)) return first;
  return NEAREST(c, providers, word);
}

/* The model in "acme/acme-large", where a model's id is expected. */
const char *model_meant(catalog *c, const char *word) {
  const size_t length = strcspn(word, "/:");
  const provider *first = word[length] ? lookup_get(&c->providers.ids, arena_bytes(c->arena, word, length)) : NULL;
  const model *named = first ? catalog_model(c, word + length + 1) : NULL;
  return named && named->of == first ? word + length + 1 : NEAREST(c, models, word);
}
