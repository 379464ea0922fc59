/* meta: the `---@meta` file from which editors complete: the words of the language, written here, and the fields of its blocks, from their
 * schemas. */
#include "library/definitions/schema.h"

#include <string.h>

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

static void meta_type(strbuf *out, const field *f) {
  if (f->kind == KIND_BLOCK) {
    strbuf_format(out, "roster.%s", f->schema->verb);
  } else if (f->choices && f->kind != KIND_TEXTS) {
    for (const char *const *c = f->choices; *c; c++) strbuf_format(out, "%s\"%s\"", c == f->choices ? "" : "|", *c);
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

static const char META_WORDS[] =
    "---@class roster.Secret\n---@class roster.Auth\n---@class roster.Request\n---@class roster.None\n---@class roster.Answer\n\n"
    "---A credential by the name of its variable (NAME, or the file that NAME_FILE names); no script ever sees the value.\n"
    "---@param name "
    "string|{env:string?,file:string?,helper:string[]?,interactive:boolean?,ttl:number?,timeout:number?,label:string?,prefix:string?,auth:"
    "roster.Auth?,profile:string?}\n---@return "
    "roster.Secret\nfunction "
    "secret(name) end\n\n"
    "---A variable that is not a secret; nil, or the fallback, when unset or empty. One that cannot be used disables the block.\n"
    "---@param name string|{[1]:string,as_is:boolean?,unusable:string?}\n---@param fallback any?\n---@return string?\nfunction "
    "setting(name, fallback) end\n\n"
    "---The key goes as `Authorization: Bearer KEY`.\n---@type roster.Auth\nbearer = nil\n\n"
    "---The key goes into a header of this name.\n---@param name string\n---@return roster.Auth\nfunction header(name) end\n\n"
    "---The key signs each request, as AWS wants it (Signature Version 4).\n"
    "---@param how {region:string?,service:string?,key_id:roster.Secret,token:roster.Secret?}\n---@return roster.Auth\n"
    "function aws_sigv4(how) end\n\n"
    "---Removes a key that an earlier file set.\n---@type roster.None\nnone = nil\n\n"
    "---@param path string\n---@param query table?\n---@return roster.Request\nfunction get(path, query) end\n\n"
    "---@param path string\n---@param body table\n---@param query table?\n---@return roster.Request\nfunction post(path, body, query) "
    "end\n\n"
    "---The same request without the protocol's path prefix.\n"
    "---@param request roster.Request\n---@return roster.Request\nfunction bare(request) end\n\n"
    "---A rule's answer: reach the model there.\n---@param target any\n---@return roster.Answer\nfunction via(target) end\n\n"
    "---A rule's answer: do not offer the model.\n---@param reason string\n---@return roster.Answer\nfunction refuse(reason) end\n\n"
    "---@param name string\n---@return fun(answer: fun(model: table, host: table): roster.Answer?)\nfunction rule(name) end\n\n"
    "---The form in which a host that names it has its snapshots; the function gets the standard document.\n"
    "---@param name string\n---@return fun(write: fun(snapshot: table): table)\nfunction document(name) end\n\n"
    "---A table that is a list in JSON even when it is empty.\n---@param items table?\n---@return table\nfunction list(items) end\n\n"
    "---The ids that a host gives out, each with the id of the model's block. Without effect until a host chooses the set.\n"
    "---@param name string\n---@return fun(spellings: table<string,string|roster.spelling|roster.None>)\nfunction ids(name) end\n\n"
    "K, M = 1000, 1000000\nseconds, minutes, hours, days = 1, 60, 3600, 86400\n\n"
    "text = {}\n---@return boolean\nfunction text.starts(s, prefix) end\n---@return boolean\nfunction text.ends(s, suffix) end\n"
    "---@return boolean\nfunction text.contains(s, part) end\n---@return string[]\nfunction text.split(s, separator) end\n"
    "---@return string\nfunction text.trim(s) end\n---@param pattern string|string[]\n---@return boolean\n"
    "function text.glob(s, pattern) end\n"
    "---@return string\nfunction text.strip_prefix(s, prefix) end\n\n";

void schema_write_meta(strbuf *out) {
  strbuf_add(out,
             "---@meta\n-- The words of roster's definitions, for editors. Written by `roster init`; nothing reads it at run time.\n\n");
  strbuf_add(out, META_WORDS);
  for (size_t i = 0; schema_at(i); i++) {
    const schema *s = schema_at(i);
    const bool named = schema_has_ids(s);
    meta_class(out, s);
    if (!schema_of(s->verb)) continue; /* a block within another */
    strbuf_format(out, named ? "---@param name string\n---@return fun(block: roster.%s)\n" : "---@param block roster.%s\n", s->verb);
    strbuf_format(out, "function %s(%s) end\n\n", s->verb, named ? "name" : "block");
  }
}
