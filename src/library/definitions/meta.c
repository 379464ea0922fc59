/* meta: the `---@meta` file from which editors complete: the words of the language, from vocabulary.lua, and, from the schemas, the fields
 * of its blocks and what scripts read of them. */
#include "library/definitions/schema.h"

#include "library/definitions/model_fields.h"
#include "util/embed.h"

#include <string.h>

EMBED(vocabulary, "src/library/definitions/vocabulary.lua")

static const char *const META_TYPES[] = {
  [KIND_TEXT] = "string",
  [KIND_URL] = "string",
  [KIND_DATE] = "string",
  [KIND_END] = "boolean|string",
  [KIND_CHOICE] = "string",
  [KIND_ENUM] = "string",
  [KIND_FLAG] = "boolean",
  [KIND_TRI] = "boolean",
  [KIND_COUNT] = "integer",
  [KIND_SECONDS] = "number",
  [KIND_AMOUNT] = "number",
  [KIND_TEXTS] = "string[]",
  [KIND_PAIRS] = "table<string,string|roster.Secret|roster.None>",
  [KIND_WINDOWS] = "table<string,integer>",
  [KIND_EXTRA] = "table<string,any>",
  [KIND_CREDENTIAL] = "roster.Secret|roster.Secret[]",
  [KIND_AUTH] = "roster.Auth",
  [KIND_REQUEST] = "roster.Request",
  [KIND_FUNCTION] = "function",
  [KIND_DISCOVER] = "boolean|fun(entry: table): boolean|table|nil",
  [KIND_PROOFS] = "(function|roster.Request)[]",
  [KIND_TIERS] = "table<integer,roster.price_tier|roster.None>",
  [KIND_CHANGES] = "table<string,roster.price_change|roster.None>",
  [KIND_BLOCK] = "table",
};

bool schema_has_ids(const schema *s) { return !text_is(s->verb, "default") && !text_is(s->verb, "validate"); }

const char *schema_describe(arena *a, const field *f) {
  const char *unit = f->kind == KIND_SECONDS ? "seconds" : f->unit;
  return unit && !strstr(f->doc, unit) ? arena_printf(a, "%s, in %s", f->doc, unit) : f->doc;
}

const char *schema_default(const schema *s, arena *a, const field *f) {
  void *fresh = arena_alloc(a, s->size);
  memset(fresh, 0, s->size);
  if (s->defaults) s->defaults(fresh);
  const void *at = (const char *)fresh + f->offset;
  switch (f->kind) {
  case KIND_FLAG: return *(const bool *)at ? "true" : "false";
  case KIND_ENUM: return *(const int *)at ? arena_printf(a, "\"%s\"", f->choices[*(const int *)at - 1]) : NULL;
  case KIND_TEXT:
  case KIND_CHOICE: return *(const char *const *)at ? arena_printf(a, "\"%s\"", *(const char *const *)at) : NULL;
  case KIND_SECONDS: return *(const int64_t *)at > 0 ? arena_printf(a, "%.14g", (double)*(const int64_t *)at / 1000) : NULL;
  case KIND_COUNT: return *(const int64_t *)at > 0 ? arena_printf(a, "%lld", (long long)*(const int64_t *)at) : NULL;
  default: return NULL;
  }
}

/* Of the functions in blocks; NULL for none. */
static const char *function_type(const char *name) {
  static const char *const types[][2] = {
    { "read_list",
      "fun(body: any, response: roster.Response, wanted: roster.wanted): (roster.Listed[]|table[])?, (roster.Request|string)?" },
    { "read_model", "fun(item: any, wanted: roster.wanted): roster.Listed?" },
    { "prove", "(roster.Request|fun(model: roster.Model): roster.Request?)[]" },
    { "without_prompt", "fun(model: roster.Model): roster.Request?" },
    { "generate", "fun(model: roster.Model): roster.Request?" },
    { "read_credit", "fun(body: any): {left:number?,limit:number?,currency:string?}?" },
    { "served", "fun(body: any, response: roster.Response): string?" },
    { "verdict", "fun(response: roster.Response): roster.verdict?" },
    { "discover", "boolean|fun(entry: roster.Entry): boolean|roster.Listed|nil" },
  };
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (text_is(types[i][0], name)) return types[i][1];
  return NULL;
}

static void meta_type(strbuf *out, const field *f) {
  if (function_type(f->name)) {
    strbuf_add(out, function_type(f->name));
  } else if (f->kind == KIND_BLOCK) {
    strbuf_format(out, "roster.%s", f->schema->verb);
  } else if (f->choices) {
    strbuf_add(out, f->kind == KIND_TEXTS ? "(" : "");
    for (const char *const *c = f->choices; *c; c++) strbuf_format(out, "%s\"%s\"", c == f->choices ? "" : "|", *c);
    strbuf_add(out, f->kind == KIND_TEXTS ? ")[]" : "");
  } else {
    strbuf_add(out, META_TYPES[f->kind]);
  }
}

static void meta_class(strbuf *out, const schema *s) {
  strbuf_format(out, "---%s\n---@class roster.%s\n", s->doc, s->verb);
  for (size_t i = 0; i < s->count; i++) {
    strbuf_format(out, "---@field %s? ", s->fields[i].name);
    meta_type(out, &s->fields[i]);
    const char *usual = schema_default(s, out->arena, &s->fields[i]);
    strbuf_format(out, " # %s", schema_describe(out->arena, &s->fields[i]));
    strbuf_format(out, usual ? " (default: %s)\n" : "\n", usual);
  }
  if (s->items) strbuf_format(out, "---@field [integer] string # %s\n", s->items);
  strbuf_add(out, "\n");
}

/* ---- what scripts read ---- */

/* As push_field hands it over; NULL for what scripts do not see. */
static const char *read_type(const field *f) {
  switch (f->kind) {
  case KIND_PAIRS: return "table<string,string>";
  case KIND_TIERS: return "table<integer,roster.PriceTier>";
  case KIND_CHANGES: return "table<string,roster.PriceChange>";
  case KIND_CREDENTIAL:
  case KIND_AUTH:
  case KIND_REQUEST:
  case KIND_FUNCTION:
  case KIND_DISCOVER:
  case KIND_PROOFS: return NULL;
  default: return META_TYPES[f->kind];
  }
}

/* Of a schema whose blocks scripts read: the class, and what it is; NULL for the others. */
static const char *const *view_of(const char *verb) {
  static const char *const views[][3] = { { "model", "Model", "A model" },
                                          { "provider", "Provider", "A provider" },
                                          { "gateway", "Gateway", "A gateway" },
                                          { "price", "Price", "What a model costs today" },
                                          { "price_tier", "PriceTier", "What a long prompt costs" },
                                          { "price_change", "PriceChange", "What changes on a day" },
                                          { "range", "TokenRange", "From so many tokens to so many" },
                                          { "tls", "Tls", "The certificates of a provider or gateway" } };
  for (size_t i = 0; i < sizeof views / sizeof *views; i++)
    if (text_is(views[i][0], verb)) return &views[i][1];
  return NULL;
}

static void view_field(strbuf *out, const schema *s, const field *f) {
  const bool always = f->kind == KIND_FLAG || schema_default(s, out->arena, f);
  if (f->kind != KIND_BLOCK && !read_type(f)) return;
  strbuf_format(out, "---@field %s%s ", f->name, always ? "" : "?");
  if (f->kind == KIND_BLOCK)
    strbuf_format(out, "roster.%s", view_of(f->schema->verb)[0]);
  else if (f->choices)
    meta_type(out, f);
  else
    strbuf_add(out, read_type(f));
  strbuf_format(out, " # %s\n", schema_describe(out->arena, f));
}

/* What push_resolved adds, and has in place of a field. */
static const char *resolved(const char *verb, const char *name) {
  static const char *const fields[][3] = {
    { "model", "id", "string # its id" },
    { "model", "provider", "roster.Provider # the provider that serves it" },
    { "model", "protocol", "string? # the protocol that it speaks" },
    { "model", "api_name", "string # its name on the wire" },
    { "provider", "id", "string # its id, without the label of a credential" },
    { "provider", "label", "string? # the label of the credential in use" },
    { "provider", "title", "string? # the name that people read" },
    { "provider", "has_credential", "boolean # whether its key is set" },
    { "gateway", "id", "string # its id" },
  };
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (text_is(fields[i][0], verb) && text_is(fields[i][1], name)) return fields[i][2];
  return NULL;
}

static void view_class(strbuf *out, const schema *s) {
  static const char *const added[] = { "id", "label", "has_credential" };
  strbuf_format(out, "---%s, as scripts read it; it cannot be changed.\n---@class roster.%s\n", view_of(s->verb)[1], view_of(s->verb)[0]);
  for (size_t i = 0; i < sizeof added / sizeof *added; i++)
    if (resolved(s->verb, added[i])) strbuf_format(out, "---@field %s %s\n", added[i], resolved(s->verb, added[i]));
  for (size_t i = 0; i < s->count; i++) {
    const char *own = resolved(s->verb, s->fields[i].name);
    if (own)
      strbuf_format(out, "---@field %s %s\n", s->fields[i].name, own);
    else
      view_field(out, s, &s->fields[i]);
  }
  strbuf_add(out, "\n");
}

/* ---- what a listing says of a model ---- */

#define LISTED_NAME(use, type, member, listed, ...) ONLY_LISTED_##listed(#member COMMA)
#define COMMA                                       ,

static void entry_class(strbuf *out) {
  static const char *const listed[] = { "family", MODEL_FIELDS(LISTED_NAME) };
  strbuf_add(out, "---A model in a provider's listing, as a `discover` function gets it.\n---@class roster.Entry\n"
                  "---@field name string # its name on the wire\n---@field display_name? string # the name that people read\n"
                  "---@field price? roster.price # US dollars per million tokens\n");
  for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
    const field *f = schema_field(schema_of("model"), listed[i]);
    strbuf_format(out, "---@field %s? ", f->name);
    meta_type(out, f);
    strbuf_format(out, " # %s\n", schema_describe(out->arena, f));
  }
  strbuf_add(out, "\n---What read_list and read_model give of a model. A day may also be a time, or seconds or milliseconds since 1970.\n"
                  "---@class roster.Listed: roster.Entry\n"
                  "---@field protocol? string # the protocol that a discovered model speaks\n"
                  "---@field protocols? string[] # the protocols that serve it; in any other it is not offered\n"
                  "---@field named? string # its kind by its name, where nothing else states one\n"
                  "---@field reads? table<roster.modality,boolean> # whether it reads each, where that is known\n"
                  "---@field snapshot_of? string # the name of the model of which it is a dated copy\n"
                  "---@field verdict? roster.verdict # a state, or \"retired\" or \"inactive\": it is not offered\n"
                  "---@field why? string # the reason that is quoted with that verdict\n"
                  "---@field look_up? boolean # true: the look-up states more, so it is always asked\n"
                  "---@field ends? boolean # true: it is retired where its day of retirement is over\n"
                  "---@field trained_window? integer # what it was trained for, where the server's own window is smaller, in tokens\n\n");
}

/* ---- all of it ---- */

void schema_write_meta(strbuf *out) {
  strbuf_bytes(out, vocabulary, (size_t)(vocabulary_end - vocabulary));
  entry_class(out);
  for (size_t i = 0; schema_at(i); i++)
    if (view_of(schema_at(i)->verb)) view_class(out, schema_at(i));
  for (size_t i = 0; schema_at(i); i++) {
    const schema *s = schema_at(i);
    const bool named = schema_has_ids(s);
    meta_class(out, s);
    if (!schema_of(s->verb)) continue; /* a block within another */
    strbuf_format(out, named ? "---@param name string\n---@return fun(block: roster.%s)\n" : "---@param block roster.%s\n", s->verb);
    strbuf_format(out, "function %s(%s) end\n\n", s->verb, named ? "name" : "block");
  }
}
