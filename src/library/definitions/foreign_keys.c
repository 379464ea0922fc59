/* foreign_keys: the first guesses of people who come from other programs: what others call the keys of blocks, and the protocols. One table
 * for Lua and JSON; each answer has the key to write instead, and where more than the name differs, all of it. */
#include "library/definitions/foreign_keys.h"

#include "library/definitions/state.h"
#include "util/suggest.h"

#include <string.h>

typedef struct foreign_key {
  const char *meant;  /* our key; "" where it is none of this block */
  const char *advice; /* all that is to be written instead, in the words of the file; NULL where only the name differs */
  const char *fix;
  bool apart; /* the fix is a block of its own */
} foreign_key;

/* How to write what was meant, in the words of the file. */
typedef struct way {
  const char *lua, *json;
} way;

static const way CREDENTIAL = { "credential = secret \"%s\"", "\"credential\": { \"secret\": \"%s\" }" };
static const way MODELS = { "model \"NAME\" { provider = \"%s\" }, a block of its own",
                            "\"model\": { \"NAME\": { \"provider\": \"%s\" } }" };
static const way DISABLED = { "enabled = false", "\"enabled\": false" };
static const way WANTED = { "default { wanted = \"ID\" }, a block of its own", "\"default\": { \"wanted\": \"ID\" }" };
static const way VISION = { "input_modalities = { \"text\", \"image\" }", "\"input_modalities\": [\"text\", \"image\"]" };
static const way LIST = { "the ids as a list: { \"ID\", \"ID\" }", "\"models\": [\"ID\", \"ID\"]" };

/* Which schemas, by verb; what others call it, each between spaces; our key; how it is written, NULL where only the name differs. */
static const struct {
  const char *verbs, *theirs, *ours;
  const way *how;
} KEYS[] = {
  { "provider",
    " api_key apikey api-key key token api_token auth_token access_token secret env api_key_env apikeyenv key_env env_key env_var envvar "
    "password ",
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
  { "provider gateway source", " request_timeout timeout_seconds timeout_s timeout_ms ", "timeout", NULL },
  { "provider", " api_version version api_prefix ", "prefix", NULL },
  { "gateway", " provider serves ", "providers", NULL },
  { "gateway", " prefix route path_template ", "path", NULL },
  { "model", " model model_id modelid model_name id api_id api_model deployment deployment_name upstream upstream_name real_name ",
    "api_name", NULL },
  { "model", " name label title display_name displayname ", "description", NULL },
  { "model",
    " context context_length contextlength max_context ctx contextwindow context_size context_tokens max_context_length max_model_len "
    "num_ctx window ",
    "context_window", NULL },
  { "model", " max_tokens max_output maxtokens max_completion_tokens output_limit max_output_length max_new_tokens maxoutputtokens ",
    "max_output_tokens", NULL },
  { "model", " max_input max_prompt_tokens input_limit ", "max_input_tokens", NULL },
  { "model", " cost costs pricing prices ", "price", NULL },
  { "model", " vision images image supports_vision multimodal ", "input_modalities", &VISION },
  { "model", " modalities input inputs ", "input_modalities", NULL },
  { "model",
    " tools functions function_calling tool_use tool_calls tool_calling supports_tools supports_functions supports_function_calling ",
    "tool_call", NULL },
  { "model", " json json_mode json_schema structured structured_outputs response_format supports_json ", "structured_output", NULL },
  { "model", " thinking supports_reasoning supports_thinking reasoner ", "reasoning", NULL },
  { "model", " alias aka other_names ", "aliases", NULL },
  { "model", " type mode category task ", "kind", NULL },
  { "model", " released release created ", "release_date", NULL },
  { "model", " end_of_life eol shutdown shutdown_date retirement_date retire_on ", "retires", NULL },
  { "model", " knowledge cutoff training_cutoff ", "knowledge_cutoff", NULL },
  { "price price_tier price_change", " prompt inputs in prompt_tokens input_cost input_price prompt_price input_cost_per_token ", "input",
    NULL },
  { "price price_tier price_change", " completion completions outputs out output_cost output_price completion_price output_cost_per_token ",
    "output", NULL },
  { "price price_tier price_change", " cached cache cached_input cache_hit input_cache_read ", "cache_read", NULL },
  { "price price_tier price_change", " cache_creation input_cache_write ", "cache_write", NULL },
  { "role default", " models model ids id list candidates ", "", &LIST },
  { "default", " name use ", "wanted", NULL },
  { "retired", " new successor replaced_by replace_with use alias by to ", "replacement", NULL },
  { "protocol", " base extends parent inherits from ", "inherit", NULL },
  { "protocol", " chat path endpoint url chat_url ", "chat_path", NULL },
  { "protocol", " models list_path listing models_path ", "list", NULL },
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
  const char *s = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : "";
  if (*s == '$') s++;
  const size_t length = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
  return length > 2 && !s[length] && strchr(s, '_') ? arena_text(script_of(L)->arena, s) : otherwise;
}

static bool foreign_key_of(context *p, const schema *s, const char *key, foreign_key *out) { /* the value on top */
  arena *a = script_of(p->lua)->arena;
  const char *word = text_lower(a, key, strlen(key));
  size_t i = 0;
  if (strlen(key) > 40 || strpbrk(key, " ")) return false;
  while (i < sizeof KEYS / sizeof *KEYS && !(has_word(KEYS[i].verbs, s->verb) && has_word(KEYS[i].theirs, word))) i++;
  if (i == sizeof KEYS / sizeof *KEYS) return false;
  *out = (foreign_key){ .meant = KEYS[i].ours };
  const way *how = KEYS[i].how;
  if (!how) return true;
  const char *pattern = in_json(p->lua) ? how->json : how->lua, *value = p->id ? p->id : "NAME";
  if (how == &CREDENTIAL) value = variable_in(p->lua, lua_gettop(p->lua), "NAME");
  const char *good = text_fill(a, pattern, "%s", value);
  const char *comma = how == &MODELS || how == &WANTED ? strchr(good, ',') : NULL;
  out->advice = good;
  out->apart = how == &MODELS || how == &WANTED;
  out->fix = how == &LIST ? NULL : comma && !in_json(p->lua) ? arena_bytes(a, good, (size_t)(comma - good)) : good;
  return true;
}

/* The field that was meant is not missing, too. */
void report_unknown_key(context *p, const schema *s, const char *key, entity *into) {
  foreign_key known = { 0 };
  if (price_is_misplaced(p, s, key)) return;
  const script *of = script_of(p->lua);
  const char *path = path_to(p, "");
  const bool wanted = !findings_full(of->catalog->findings, p->where.file), is_known = wanted && foreign_key_of(p, s, key, &known);
  const char *meant = is_known ? path_to(p, known.meant) : wanted ? schema_meant(of->arena, schema_of(p->verb), s, path, key) : NULL;
  const size_t outer = meant && text_starts(meant, path) ? strlen(path) : 0;
  const field *f = meant ? schema_field(s, meant + outer) : NULL;
  if (f) into->wrong |= (uint64_t)1 << (f - s->fields);
  finding_place place = place_in(p, key, PART_KEY);
  place.apart = known.advice ? known.apart : !f; /* of another table: more than the word differs */
  if (known.advice)
    WRONG_AT(p, place, known.fix, "unknown key '%s%s': write %s", path, key, known.advice);
  else
    WRONG_AT(p, place, meant ? meant + outer : NULL, "unknown key '%s%s'%s%s%s", path, key, SUGGESTION(meant));
}

/* ---- protocols ---- */

static const char *const PROTOCOLS[][2] = {
  { " openai openai-compatible openai_compatible openai-compat openai_chat chat chat-completions chat_completions completions "
    "@ai-sdk/openai-compatible "
    "vllm litellm openrouter deepseek mistral groq together fireworks lmstudio llamacpp ",
    "openai-chat" },
  { " responses openai_responses openai-response ", "openai-responses" },
  { " anthropic claude messages anthropic_messages @ai-sdk/anthropic ", "anthropic-messages" },
  { " google google-gemini vertex vertexai google-ai google_genai generativelanguage @ai-sdk/google ", "gemini" },
  { " bedrock aws aws-bedrock amazon converse amazon-bedrock ", "bedrock-converse" },
  { " cohere cohere-v1 ", "cohere-v2" },
};

const char *protocol_meant(const catalog *c, const char *word) {
  const char *lower = text_lower(c->arena, word, strlen(word));
  for (size_t i = 0; i < sizeof PROTOCOLS / sizeof *PROTOCOLS; i++)
    if (!strchr(word, ' ') && *word && has_word(PROTOCOLS[i][0], lower) && lookup_get(&c->protocols.ids, PROTOCOLS[i][1]))
      return PROTOCOLS[i][1];
  return NEAREST(c, protocols, word);
}
