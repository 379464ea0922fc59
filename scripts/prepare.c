/* prepare: makes of the shipped files what src/library/definitions/shipped_code.c embeds: their bytecode, by the Lua that this is linked
 * with, and, of those that consist of plain values, their blocks, as prepared.c reads them. It loads them as the library does, of which it
 * is linked with all but that file. Part of the build, not of roster.
 *
 *     prepare OUTPUT      leaves nothing but a complete file */
#include "library/definitions/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct output {
  strbuf text;
  bool unfit; /* something in the file has no such form */
} output;

static int add_code(lua_State *L, const void *bytes, size_t length, void *payload) {
  (void)L;
  strbuf_bytes(payload, bytes, length);
  return 0;
}

static bool compile_file(strbuf *out, size_t which) {
  lua_State *L = luaL_newstate();
  const shipped_file *f = &shipped_files[which];
  char name[32];
  snprintf(name, sizeof name, "@#%zu", which); /* as load.c names it */
  bool ok = L && luaL_loadbufferx(L, f->text, (size_t)(f->end - f->text), name, "t") == LUA_OK;
  if (L && !ok) fprintf(stderr, "prepare: %s: %s\n", f->name, lua_tostring(L, -1));
  ok = ok && lua_dump(L, add_code, out, 0) == 0;
  if (L) lua_close(L);
  return ok;
}

/* ---- values ---- */

static void put_small(output *o, int value) {
  const char byte = (char)value;
  if (value < 0 || value > UINT8_MAX) o->unfit = true;
  strbuf_bytes(&o->text, &byte, 1);
}

static void put_bytes(output *o, const void *value) { strbuf_bytes(&o->text, value, sizeof(uint64_t)); }
static void put_number(output *o, uint64_t value) { put_bytes(o, &value); }
static void put_text(output *o, const char *text) { strbuf_bytes(&o->text, text, strlen(text) + 1); }

static void put_optional(output *o, const char *text) {
  put_small(o, text != NULL);
  if (text) put_text(o, text);
}

static void put_texts(output *o, const texts *list) {
  put_number(o, list->count);
  for (size_t i = 0; i < list->count; i++) put_text(o, list->at[i]);
}

static void put_pairs(output *o, const pairs *list) {
  put_number(o, list->count);
  for (size_t i = 0; i < list->count; i++) {
    if (list->at[i].from_secret) o->unfit = true;
    put_text(o, list->at[i].name);
    put_optional(o, list->at[i].value);
  }
}

static void put_windows(output *o, const windows *list) {
  put_number(o, list->count);
  for (size_t i = 0; i < list->count; i++) {
    put_text(o, list->at[i].id);
    put_number(o, (uint64_t)list->at[i].tokens);
  }
}

static void put_fields(output *o, const schema *s, const entity *of);

static void put_steps(output *o, const schema *s, const price_steps *list) {
  put_number(o, list->count);
  for (size_t i = 0; i < list->count; i++) {
    put_number(o, (uint64_t)list->at[i].start);
    put_optional(o, list->at[i].day);
    put_small(o, list->at[i].change != NULL);
    if (list->at[i].change) put_fields(o, s, &list->at[i].change->head);
  }
}

static void put_auth(output *o, const auth *a) {
  if (a->kind == AUTH_AWS_SIGV4) o->unfit = true;
  put_small(o, (int)a->kind);
  put_text(o, a->header ? a->header : "");
}

static void put_field(output *o, const schema *s, const field *f, const void *from) {
  const bool is_protocol = s == schema_of("protocol");
  switch (f->kind) {
  case KIND_TEXT:
  case KIND_URL:
  case KIND_DATE:
  case KIND_CHOICE: put_text(o, *(const char *const *)from); break;
  case KIND_END: put_optional(o, *(const char *const *)from); break;
  case KIND_ENUM: put_small(o, *(const int *)from); break;
  case KIND_FLAG: put_small(o, *(const bool *)from); break;
  case KIND_TRI: put_small(o, *(const small_tri *)from); break;
  case KIND_COUNT:
  case KIND_SECONDS:
  case KIND_AMOUNT: put_bytes(o, from); break;
  case KIND_TEXTS: put_texts(o, from); break;
  case KIND_PAIRS: put_pairs(o, from); break;
  case KIND_WINDOWS: put_windows(o, from); break;
  case KIND_EXTRA:
    put_pairs(o, &((const json_members *)from)->list);
    put_optional(o, ((const json_members *)from)->json);
    break;
  case KIND_TIERS:
  case KIND_CHANGES: put_steps(o, f->schema, *(price_steps *const *)from); break;
  case KIND_BLOCK: put_fields(o, f->schema, *(const entity *const *)from); break;
  case KIND_AUTH: put_auth(o, *(const auth *const *)from); break;
  case KIND_REQUEST:
  case KIND_FUNCTION: o->unfit = o->unfit || !is_protocol; break;
  case KIND_PROOFS:
    o->unfit = o->unfit || !is_protocol;
    put_small(o, (int)((const script_refs *)from)->count);
    break;
  default: o->unfit = true; break;
  }
}

static void put_fields(output *o, const schema *s, const entity *of) {
  put_number(o, of->given);
  put_number(o, of->removed);
  for (size_t i = 0; i < s->count; i++)
    if (of->given & (uint64_t)1 << i) put_field(o, s, &s->fields[i], (const char *)of + s->fields[i].offset);
}

/* ---- blocks ---- */

/* The entities of one list that this file has defined. Returns how many. */
static size_t put_list(output *o, const char *file, const char *verb, void *const *at, size_t count) {
  size_t place = 0, put = 0;
  while (schema_at(place) != schema_of(verb)) place++;
  for (size_t i = 0; i < count; i++) {
    const entity *e = at[i];
    if (e->at.file != file) continue;
    put_small(o, (int)place);
    put_number(o, (uint64_t)e->at.line);
    put_text(o, e->id);
    put_fields(o, schema_of(verb), e);
    put++;
  }
  return put;
}

#define PUT(o, c, f, verb, list) put_list((o), (f)->name, (verb), (void *const *)(c)->list.at, (c)->list.count)

/* What has keys, settings or functions has to be run. */
static bool is_fit(const catalog *c, const shipped_file *f) {
  output o = { 0 };
  const size_t others = PUT(&o, c, f, "provider", providers) + PUT(&o, c, f, "gateway", gateways) + PUT(&o, c, f, "role", roles);
  strbuf_free(&o.text);
  return !others && !c->id_sets.count && !c->rules.count && !c->documents.count && !c->settings.count && !c->fallback.head.at.file &&
         !c->policy.head.at.file && !c->findings->count;
}

/* Variables that the file reads; their number comes first. */
static void put_named(void *payload, const char *name, bool is_secret) {
  output *names = payload;
  uint64_t count;
  memcpy(&count, names->text.at, sizeof count);
  count++;
  memcpy(names->text.at, &count, sizeof count);
  put_text(names, name);
  names->unfit = names->unfit || is_secret;
}

static void put_blocks(output *o, const catalog *c, const shipped_file *f) {
  output list = { 0 };
  size_t count = PUT(&list, c, f, "protocol", protocols) + PUT(&list, c, f, "model", models) + PUT(&list, c, f, "retired", retired);
  count += PUT(&list, c, f, "family", families) + PUT(&list, c, f, "source", sources);
  put_number(o, count);
  if (list.text.at) strbuf_bytes(&o->text, list.text.at, list.text.length);
  o->unfit = o->unfit || list.unfit || !count || !is_fit(c, f);
  strbuf_free(&list.text);
}

static int read_protocol(lua_State *L) {
  need_protocol(L, lua_touserdata(L, 1));
  return 0;
}

static void load(script *s, const shipped_file *f) {
  if (f->protocol)
    script_protect(s, read_protocol, (void *)f->protocol);
  else
    script_load(s, &(script_file){ .name = f->name, .text = f->text, .length = (size_t)(f->end - f->text) });
}

/* Nothing for a file that has no such form. */
static bool write_blocks(strbuf *out, const shipped_file *f) {
  output o = { 0 };
  arena *a = arena_new();
  script *s = NULL;
  put_number(&o, 0);
  const roster_variable none = { 0 };
  const environment e = { .given = &none, .on_named = put_named, .payload = &o };
  findings *found = arena_alloc(a, sizeof *found);
  catalog *c = arena_alloc(a, sizeof *c);
  *found = (findings){ .arena = a };
  *c = (catalog){ .arena = a, .findings = found };
  bool ok = script_open(&s, c, &e);
  if (ok) load(s, f);
  if (ok) put_blocks(&o, c, f);
  if (ok && !o.unfit) strbuf_bytes(out, o.text.at, o.text.length);
  script_close(s);
  arena_free(a);
  strbuf_free(&o.text);
  return ok;
}

/* ---- the file ---- */

static bool write_part(FILE *out, const strbuf *part) {
  const uint32_t length = (uint32_t)part->length;
  return fwrite(&length, sizeof length, 1, out) == 1 && fwrite(strbuf_text(part), 1, length, out) == length;
}

static bool write_file(FILE *out, size_t which) {
  strbuf code = { 0 }, blocks = { 0 };
  const bool ok =
      compile_file(&code, which) && write_blocks(&blocks, &shipped_files[which]) && write_part(out, &code) && write_part(out, &blocks);
  strbuf_free(&code);
  strbuf_free(&blocks);
  return ok;
}

static bool write_all(FILE *out) {
  bool ok = fwrite(lua_ident, 1, strlen(lua_ident) + 1, out) == strlen(lua_ident) + 1;
  for (size_t i = 0; ok && shipped_files[i].name; i++) ok = write_file(out, i);
  return ok;
}

int main(int argc, char **argv) {
  FILE *out = argc == 2 ? fopen(argv[1], "wb") : NULL;
  bool ok = out && write_all(out);
  if (out && fclose(out) != 0) ok = false;
  if (!ok && argc == 2) remove(argv[1]);
  return ok ? 0 : 3; /* not as a shell ends that cannot run this */
}
