/* json_schema: the JSON Schema (draft-07, which editors read best) of definitions in JSON, from the tables of fields. What no JSON file can
 * hold, a function, is left out. `null` removes a field everywhere, and { "setting": "NAME" } may be in place of a string. */
#include "library/definitions/schema.h"

#include "util/writer.h"

#include <string.h>

/* One of the forms that a value may have, each as it is in JSON Schema. */
#define NULL_FORM     "{\"type\":\"null\"}"
#define SETTING_FORM  "{\"$ref\":\"#/definitions/setting\"}"
#define SECRET_FORM   "{\"$ref\":\"#/definitions/secret\"}"
#define REQUEST_FORM  "{\"$ref\":\"#/definitions/request\"}"
#define STRING_FORM   "{\"type\":\"string\"}"
#define FILLED_FORM   "{\"type\":\"string\",\"minLength\":1}"
#define FULL_DAY      "[0-9]{4}-[0-9]{2}-[0-9]{2}"
#define OF(form)      "{\"type\":\"object\",\"additionalProperties\":{\"anyOf\":[" form "," NULL_FORM "]}}"
#define LIST_OF(form) "{\"type\":\"array\",\"items\":" form "}"

static const char *const FORMS[] = {
  [KIND_TEXT] = STRING_FORM "," SETTING_FORM,
  [KIND_URL] = "{\"type\":\"string\",\"pattern\":\"^[Hh][Tt][Tt][Pp][Ss]?://\"}," SETTING_FORM,
  [KIND_DATE] = "{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$\"}," SETTING_FORM,
  [KIND_END] = "{\"type\":\"boolean\"},{\"type\":\"string\",\"pattern\":\"^" FULL_DAY "$\"}," SETTING_FORM,
  [KIND_FLAG] = "{\"type\":\"boolean\"}",
  [KIND_TRI] = "{\"type\":\"boolean\"}",
  [KIND_TEXTS] = "{\"type\":\"array\",\"items\":{\"anyOf\":[" FILLED_FORM "," SETTING_FORM "]}}",
  [KIND_PAIRS] = OF(STRING_FORM "," SETTING_FORM "," SECRET_FORM),
  [KIND_EXTRA] = "{\"type\":\"object\"}",
  [KIND_CREDENTIAL] = SECRET_FORM ",{\"type\":\"array\",\"minItems\":1,\"maxItems\":16,\"items\":" SECRET_FORM "}",
  [KIND_AUTH] = "{\"const\":\"bearer\"},{\"type\":\"object\",\"properties\":{\"header\":" FILLED_FORM
                "},\"required\":[\"header\"],\"additionalProperties\":false}",
  [KIND_REQUEST] = REQUEST_FORM,
  [KIND_DISCOVER] = "{\"type\":\"boolean\"}",
  [KIND_PROOFS] = LIST_OF(REQUEST_FORM),
  [KIND_TIERS] = "{\"type\":\"object\",\"patternProperties\":{\"^[0-9]+$\":{\"anyOf\":[{\"$ref\":\"#/definitions/price_tier\"}," NULL_FORM
                 "]}},\"additionalProperties\":false}",
  [KIND_CHANGES] = "{\"type\":\"object\",\"patternProperties\":{\"^" FULL_DAY
                   "$\":{\"anyOf\":[{\"$ref\":\"#/definitions/price_change\"}," NULL_FORM "]}},\"additionalProperties\":false}",
  [KIND_BLOCK] = NULL,
};

static void write_given(writer *w, const char *name, const char *json) { write_raw(w, name, json, strlen(json)); }
static void write_form(writer *w, const char *json) { write_given(w, NULL, json); }

static void write_choices(writer *w, const char *const *choices) {
  write_open(w, "enum", '[');
  for (; *choices; choices++) write_text(w, NULL, *choices);
  write_close(w, ']');
}

static void write_range(writer *w, const field *f) {
  write_text(w, "type", f->kind == KIND_COUNT || f->kind == KIND_WINDOWS ? "integer" : "number");
  write_real(w, "minimum", f->least);
  write_real(w, "maximum", f->most);
  if (f->per_token <= 0) return;
  write_open(w, "not", '{'); /* dollars per token, where they are per million */
  write_real(w, "exclusiveMinimum", 0);
  write_real(w, "exclusiveMaximum", f->per_token);
  write_close(w, '}');
}

static void write_reference(writer *w, const char *verb) {
  strbuf path = { .arena = w->text.arena };
  strbuf_format(&path, "#/definitions/%s", verb);
  write_open(w, NULL, '{');
  write_text(w, "$ref", strbuf_text(&path));
  write_close(w, '}');
}

/* What depends on more of a field than its kind; false for a kind that has a form. */
static bool write_own_form(writer *w, const field *f) {
  const bool strings = f->choices && f->kind != KIND_TEXTS, list = f->choices && f->kind == KIND_TEXTS;
  if (f->kind == KIND_BLOCK) {
    write_reference(w, f->schema->verb);
    return true;
  }
  if (!strings && !list && f->kind != KIND_COUNT && f->kind != KIND_SECONDS && f->kind != KIND_AMOUNT && f->kind != KIND_WINDOWS)
    return false;
  write_open(w, NULL, '{');
  if (list || f->kind == KIND_WINDOWS) {
    write_text(w, "type", list ? "array" : "object");
    write_open(w, list ? "items" : "additionalProperties", '{');
  }
  if (f->choices)
    write_choices(w, f->choices);
  else
    write_range(w, f);
  if (list || f->kind == KIND_WINDOWS) write_close(w, '}');
  write_close(w, '}');
  return true;
}

static void write_field(writer *w, const schema *s, const field *f) {
  arena *a = w->text.arena;
  const char *usual = schema_default(s, a, f);
  write_open(w, f->name, '{');
  write_text(w, "description", schema_describe(a, f));
  if (usual) write_given(w, "default", usual);
  write_open(w, "anyOf", '[');
  if (!write_own_form(w, f)) write_form(w, FORMS[f->kind]);
  write_form(w, NULL_FORM);
  write_close(w, ']');
  write_close(w, '}');
}

static void write_block(writer *w, const schema *s) {
  write_open(w, s->verb, '{');
  write_text(w, "description", s->doc);
  write_text(w, "type", "object");
  write_open(w, "properties", '{');
  for (size_t i = 0; i < s->count; i++)
    if (s->fields[i].kind != KIND_FUNCTION) write_field(w, s, &s->fields[i]);
  if (s->items) write_given(w, "models", LIST_OF(FILLED_FORM));
  write_close(w, '}');
  write_flag(w, "additionalProperties", false);
  write_close(w, '}');
}

static void write_words(writer *w) {
  static const char setting[] = "{\"description\":\"the value of a variable that is not a secret\",\"type\":\"object\",\"properties\":{"
                                "\"setting\":" FILLED_FORM "},\"required\":[\"setting\"],\"additionalProperties\":false}";
  static const char request[] = "{\"type\":\"object\",\"properties\":{\"get\":{\"description\":\"the path, after the protocol's prefix\","
                                "\"type\":\"string\",\"pattern\":\"^/\"}},\"required\":[\"get\"],\"additionalProperties\":false}";
  static const char secret[] =
      "{\"description\":\"a credential by the name of its variable (NAME, or the file that NAME_FILE names): never the key itself\","
      "\"type\":\"object\",\"properties\":{\"secret\":{\"anyOf\":[{\"type\":\"string\",\"pattern\":\"^[A-Za-z_][A-Za-z0-9_]*$\"},"
      "{\"type\":\"object\",\"properties\":{\"env\":{\"type\":\"string\",\"pattern\":\"^[A-Za-z_][A-Za-z0-9_]*$\"},\"file\":" FILLED_FORM
      ",\"helper\":{\"description\":\"a program and its arguments, which prints the key\",\"type\":\"array\",\"minItems\":1,"
      "\"maxItems\":64,\"items\":" STRING_FORM "},\"interactive\":{\"type\":\"boolean\"},"
      "\"ttl\":{\"description\":\"how long the helper's key is used, in seconds\",\"type\":\"number\",\"minimum\":0.001},"
      "\"timeout\":{\"description\":\"how long the helper may take, in seconds\",\"type\":\"number\",\"minimum\":0.001},"
      "\"label\":{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9_.-]{1,32}$\"},\"prefix\":" FILLED_FORM ",\"profile\":" FILLED_FORM
      "},\"additionalProperties\":false,\"anyOf\":[{\"required\":[\"env\"]},{\"required\":[\"file\"]},{\"required\":[\"helper\"]}]}]}},"
      "\"required\":[\"secret\"],\"additionalProperties\":false}";
  write_given(w, "setting", setting);
  write_given(w, "secret", secret);
  write_given(w, "request", request);
}

/* Blocks by their ids, or the one block of this verb. */
static void write_section(writer *w, const schema *s) {
  write_open(w, s->verb, '{');
  write_text(w, "description", s->doc);
  if (!schema_has_ids(s)) {
    write_open(w, "allOf", '[');
    write_reference(w, s->verb);
    write_close(w, ']');
  } else {
    write_text(w, "type", "object");
    write_given(w, "propertyNames", "{\"minLength\":1,\"maxLength\":200}");
    write_open(w, "additionalProperties", '{');
    write_open(w, s->items ? "anyOf" : "allOf", '[');
    write_reference(w, s->verb);
    if (s->items) write_form(w, LIST_OF(FILLED_FORM));
    write_close(w, ']');
    write_close(w, '}');
  }
  write_close(w, '}');
}

static void write_ids(writer *w) {
  static const char ids[] =
      "{\"description\":\"The ids that a host gives out, each with the id of the model's block.\",\"type\":\"object\","
      "\"additionalProperties\":{\"type\":\"object\",\"additionalProperties\":{\"anyOf\":[" FILLED_FORM
      ",{\"allOf\":[{\"$ref\":\"#/definitions/spelling\"},{\"required\":[\"model\"]}]}," NULL_FORM "]}}}";
  write_given(w, "ids", ids);
}

void schema_write_json_schema(strbuf *out) {
  writer w = { .text = *out };
  write_open(&w, NULL, '{');
  write_text(&w, "$schema", "http://json-schema.org/draft-07/schema#");
  write_text(&w, "title", "roster definitions");
  write_text(&w, "description", "Providers, models and what leads to them, as roster reads them from a .json file.");
  write_text(&w, "type", "object");
  write_open(&w, "properties", '{');
  write_given(&w, "$schema", "{\"type\":\"string\"}");
  for (size_t i = 0; schema_at(i); i++)
    if (schema_of(schema_at(i)->verb) && !text_is(schema_at(i)->verb, "protocol")) write_section(&w, schema_at(i));
  write_ids(&w);
  write_close(&w, '}');
  write_flag(&w, "additionalProperties", false);
  write_open(&w, "definitions", '{');
  write_words(&w);
  for (size_t i = 0; schema_at(i); i++)
    if (!text_is(schema_at(i)->verb, "protocol")) write_block(&w, schema_at(i));
  write_close(&w, '}');
  write_close(&w, '}');
  *out = w.text;
  strbuf_add(out, "\n");
}
