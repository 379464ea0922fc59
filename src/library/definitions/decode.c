/* decode: turns the tables of a script into entities of the catalog, field by field as the schema describes them. What does not fit becomes
 * a finding that names the block, the path within it and the nearest known key; the rest of the block is still read. */
#include "library/definitions/plausibility.h"
#include "library/definitions/state.h"

#include "util/clock.h"
#include "util/suggest.h"
#include "util/url.h"
#include "util/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "" or "tls."; only made when there is a finding. */
static const char *path_of(const context *p) {
  return p->outer ? arena_printf(script_of(p->lua)->arena, "%s%s.", path_of(p->outer), p->name) : "";
}

const char *path_to(const context *p, const char *name) { return arena_printf(script_of(p->lua)->arena, "%s%s", path_of(p), name); }

finding_place place_in(const context *p, const char *name, finding_part part) {
  finding_place place = { .at = p->where, .part = part, .id = p->id ? p->id : p->verb };
  if (name) place.path = path_to(p, name);
  return place;
}

const char *block_name(const context *p) { return p->id ? arena_printf(script_of(p->lua)->arena, "%s '%s'", p->verb, p->id) : p->verb; }

bool in_json(lua_State *L) { return script_of(L)->overlay.value != NULL; }

static bool is_array(lua_State *L, int at) { return in_json(L) && (lua_rawlen(L, at) || is_value(L, at, LIST_VALUE)); }

static const char *describe_table(lua_State *L, int at) { return is_array(L, at) ? "an array" : in_json(L) ? "an object" : "a table"; }

const char *describe(lua_State *L, int at) {
  arena *a = script_of(L)->arena;
  switch (lua_type(L, at)) {
  case LUA_TSTRING: return arena_printf(a, "the string \"%s\"", text_clean(a, lua_tostring(L, at), lua_rawlen(L, at), 40));
  case LUA_TNUMBER: return isnan(lua_tonumber(L, at)) ? "the number nan" : arena_printf(a, "the number %.14g", lua_tonumber(L, at));
  case LUA_TBOOLEAN: return lua_toboolean(L, at) ? "true" : "false";
  case LUA_TTABLE: return describe_table(L, at);
  case LUA_TFUNCTION: return "a function";
  default: break;
  }
  const view_value *view = luaL_testudata(L, at, VIEW_VALUE);
  if (view) return arena_printf(a, "a %s", view->schema->verb);
  if (is_value(L, at, SECRET_VALUE)) return "a secret";
  if (is_value(L, at, AUTH_VALUE)) return "a way to send a key";
  if (is_value(L, at, NONE_VALUE)) return in_json(L) ? "null" : "none";
  return "something else";
}

bool is_table(lua_State *L, int at) {
  if (!lua_istable(L, at)) return false;
  if (!lua_getmetatable(L, at)) return true;
  lua_pop(L, 1);
  return is_value(L, at, LIST_VALUE);
}

static bool is_object(lua_State *L, int at) { return is_table(L, at) && !is_array(L, at); }

/* What the field may hold. */
static const char *expects(context *p, const field *f) {
  if (!f->choices || f->kind == KIND_TEXTS) return schema_expects(f, in_json(p->lua));
  strbuf list = { .arena = script_of(p->lua)->arena };
  for (const char *const *c = f->choices; *c; c++) strbuf_format(&list, "%s\"%s\"", c == f->choices ? "" : c[1] ? ", " : " or ", *c);
  return strbuf_text(&list);
}

/* ---- values of variables: what is wrong with one is the deployment's mistake, so it refuses the block and not the load ---- */

static const char *refuse_text(context *p, const char *text, const char *problem) {
  return settings_refuse_text(script_of(p->lua)->catalog, text, problem);
}

void refuse_block(context *p, const setting *by) {
  p->block->refused = by;
  p->block->refused_fields |= p->field;
}

/* The same for a field that holds no text. */
static bool refuse_value(context *p, const field *f, int at) {
  script *s = script_of(p->lua);
  const char *text = lua_type(p->lua, at) == LUA_TSTRING ? lua_tostring(p->lua, at) : NULL;
  const char *problem = arena_printf(s->arena, "cannot be '%s%s', which is %s", path_of(p), f->name, expects(p, f));
  const setting *refused = settings_marked(s->catalog, text ? refuse_text(p, text, problem) : NULL);
  if (refused) refuse_block(p, refused);
  return refused;
}

bool mismatch(context *p, const field *f, int at) {
  if (is_value(p->lua, at, UNKNOWN_VALUE)) return false; /* reported where it was used */
  if (refuse_value(p, f, at) || report_bare_date(p, f, at)) return false;
  WRONG_VALUE(p, f->name, fix_of(p, f, at), "'%s%s' must be %s, not %s", path_of(p), f->name, expects(p, f), describe(p->lua, at));
  return false;
}

static const char *kept(context *p, int at) { return keep_text(p->lua, at); }

static bool allowed(const char *const *choices, const char *word) {
  for (; *choices; choices++)
    if (text_is(*choices, word)) return true;
  return false;
}

/* What is wrong with a text, to follow the name of its field; NULL for nothing. The mark of a variable is refused later, with its block. */
static const char *text_problem(context *p, const field *f, int at, const char *s, const char **fixed) {
  arena *a = script_of(p->lua)->arena;
  size_t length = strlen(s);
  if (settings_marked(script_of(p->lua)->catalog, s)) return NULL;
  if (text_starts(s, "-----BEGIN ") && (text_is(f->name, "ca_file") || text_starts(f->name, "client_")))
    return "is the text of a PEM file: write the path of the file";
  if ((text_has_control(s, length) && !f->later) || length != lua_rawlen(p->lua, at)) return "contains a control character";
  if (!utf8_is_text(s, length)) return NOT_UTF8;
  const bool dated = f->kind == KIND_DATE || f->kind == KIND_END;
  if (dated && (!date_is_valid(s) || (f->kind == KIND_END && length < sizeof "2026-11-30" - 1)))
    return arena_printf(a, "must be %s", expects(p, f));
  if (f->path) return address_path_problem(p, f, s, fixed);
  if (text_is(f->name, "api_names") || (text_starts(f->name, "headers.") && text_is(p->verb, "gateway"))) {
    const char *slot = address_slot_problem(p, f, s, fixed);
    if (*fixed || (slot && text_is(f->name, "api_names"))) return slot; /* the value of a header may have braces of its own */
  }
  return f->choices && !allowed(f->choices, s) ? arena_printf(a, "must be %s", expects(p, f)) : NULL;
}

/* A path begins with a slash, whether it is written or not. */
static const char *rooted(context *p, const char *path) {
  bool is_bare = *path && *path != '/' && !settings_marked(script_of(p->lua)->catalog, path);
  return is_bare ? arena_printf(script_of(p->lua)->arena, "/%s", path) : path;
}

/* Only what leads somewhere is filled in by anybody; a description may speak of ${NAME}. */
bool may_be_filled(const context *p) { return text_is(p->verb, "provider") || text_is(p->verb, "gateway") || text_is(p->verb, "source"); }

bool take_text(context *p, const field *f, int at, void *into) {
  if (lua_type(p->lua, at) != LUA_TSTRING) return mismatch(p, f, at);
  const char *s = kept(p, at), *fixed = NULL, *problem = text_problem(p, f, at, s, &fixed), *fix = NULL;
  const char *mark =
      problem ? refuse_text(p, s, arena_printf(script_of(p->lua)->arena, "as '%s%s' %s", path_of(p), f->name, problem)) : NULL;
  if (!problem && may_be_filled(p) && strchr(s, '$') && !settings_source(script_of(p->lua)->catalog, s) &&
      (problem = address_variable_problem(p, f, s, &fix)))
    finding_at(script_of(p->lua)->catalog->findings, ROSTER_ERROR,
               (finding_place){ .at = p->where, .path = path_to(p, f->name), .id = p->id },
               fix ? fix_line(script_of(p->lua)->arena, p->where, f->name, fix, NULL) : NULL, "%s: '%s' %s", block_name(p),
               path_to(p, f->name), problem);
  else if (!problem || mark)
    *(const char **)into = mark ? mark : f->path ? rooted(p, s) : s;
  else if (text_starts(problem, "must"))
    WRONG_VALUE(p, f->name, fix_of(p, f, at), "'%s%s' %s, not %s", path_of(p), f->name, problem,
                f->choices ? arena_printf(script_of(p->lua)->arena, "\"%s\"", s) : describe(p->lua, at));
  else
    address_report(p, f, f->path && !text_has_control(s, strlen(s)) ? s : NULL, problem, fixed);
  return !problem || mark;
}

static bool take_enum(context *p, const field *f, int at, void *into) {
  const char *unused = NULL;
  bool fits = lua_type(p->lua, at) == LUA_TSTRING && allowed(f->choices, lua_tostring(p->lua, at));
  if (!fits && !refuse_value(p, f, at)) take_text(p, f, at, &unused);
  if (!fits) return false;
  int i = 0;
  while (!text_is(f->choices[i], lua_tostring(p->lua, at))) i++;
  *(int *)into = i + 1;
  return true;
}

/* An address from a variable is kept as it is: it is judged when it is used. */
static bool take_url(context *p, const field *f, int at, void *into) {
  const char *address = NULL, *fixed = NULL;
  if (!take_text(p, f, at, &address)) return false;
  const catalog *c = script_of(p->lua)->catalog;
  const char *wrong = f->later || settings_marked(c, address) ? NULL : address_problem(p, f, address, &fixed);
  const char *mark = wrong ? refuse_text(p, address, wrong) : NULL;
  if (wrong && !mark)
    address_report(p, f, url_show(script_of(p->lua)->arena, address), wrong, fixed);
  else
    *(const char **)into = mark && !text_is(f->name, "base_url") ? mark : address;
  return !wrong || mark;
}

static bool take_flag(context *p, const field *f, int at, void *into) {
  if (lua_type(p->lua, at) != LUA_TBOOLEAN) return mismatch(p, f, at);
  *(bool *)into = lua_toboolean(p->lua, at);
  return true;
}

static bool take_tri(context *p, const field *f, int at, small_tri *into) {
  bool flag = false;
  if (!take_flag(p, f, at, &flag)) return false;
  *into = flag ? ROSTER_YES : ROSTER_NO;
  return true;
}

static bool in_range(context *p, const field *f, double value) {
  if (value >= f->least && value <= f->most) return true;
  WRONG_VALUE(p, f->name, fix_of_range(p, f, value), "'%s%s' must be between %.14g and %.14g, not %.14g", path_of(p), f->name, f->least,
              f->most, value);
  return false;
}

static bool take_count(context *p, const field *f, int at, void *into) {
  int whole = 0;
  lua_Integer value = lua_type(p->lua, at) == LUA_TNUMBER ? lua_tointegerx(p->lua, at, &whole) : 0;
  if (!whole) return mismatch(p, f, at);
  if (!in_range(p, f, (double)value)) return false;
  *(int64_t *)into = value;
  return true;
}

static bool take_amount(context *p, const field *f, int at, void *into) {
  if (lua_type(p->lua, at) != LUA_TNUMBER) return mismatch(p, f, at);
  double value = lua_tonumber(p->lua, at);
  if (isnan(value) || !in_range(p, f, value)) return isnan(value) ? mismatch(p, f, at) : false;
  if (price_is_per_token(p, f, value)) return false;
  if (f->kind == KIND_SECONDS)
    *(int64_t *)into = (int64_t)(value * 1000 + 0.5);
  else
    *(double *)into = value;
  return true;
}

static bool is_filled(context *p, const field *f, const char *s) {
  if (!*s) WRONG_VALUE(p, f->name, NULL, "'%s%s' is empty", path_of(p), f->name);
  return *s;
}

/* Whether the table is a list; if not, that is a finding that names the key. */
bool check_list(context *p, const field *f, int at) {
  const char *odd = odd_key(p->lua, at);
  if (odd)
    WRONG_VALUE(p, f->name, NULL, "'%s%s' must be %s, not %s with %s", path_of(p), f->name, expects(p, f),
                in_json(p->lua) ? "an object" : "a table", odd);
  return !odd;
}

static bool is_plain(context *p, const field *f, int at) {
  const char *s = lua_type(p->lua, at) == LUA_TSTRING ? lua_tostring(p->lua, at) : "";
  size_t length = strlen(s);
  return length > 0 && length == lua_rawlen(p->lua, at) && !text_has_control(s, length) && utf8_is_text(s, length) &&
         (!f->choices || allowed(f->choices, s));
}

/* The string on top. Its name for findings is only made when there is one: lists are long, and mistakes are few. */
static const char *take_item(context *p, const field *f, lua_Integer i) {
  int at = lua_gettop(p->lua);
  if (is_plain(p, f, at)) return kept(p, at);
  field item = { .name = arena_printf(script_of(p->lua)->arena, "%s[%d]", f->name, (int)i), .kind = KIND_TEXT, .choices = f->choices };
  const char *s = NULL;
  return take_text(p, &item, at, &s) && is_filled(p, &item, s) ? s : NULL;
}

static bool take_list(context *p, const field *f, int at, void *into) {
  lua_State *L = p->lua;
  if (!is_table(L, at)) return mismatch(p, f, at);
  lua_Integer count = (lua_Integer)lua_rawlen(L, at);
  if (!check_list(p, f, at)) return false;
  texts list = { .at = arena_array(script_of(L)->arena, (size_t)count, sizeof *list.at), .room = (uint32_t)count };
  for (lua_Integer i = 1; i <= count; i++) {
    push_item(L, at, i);
    const char *s = take_item(p, f, i);
    if (s) LIST_PUSH(script_of(L)->arena, list.at, list.count, list.room, s);
    lua_pop(L, 1);
  }
  *(texts *)into = list;
  return true;
}

/* The key of an entry; false after a finding. */
static bool check_name(context *p, const field *f, int at) {
  if (is_value(p->lua, at, UNKNOWN_VALUE)) return false; /* of a word that was found already */
  const bool text = lua_type(p->lua, at) == LUA_TSTRING;
  const size_t length = text ? lua_rawlen(p->lua, at) : 0;
  const char *name = text ? lua_tostring(p->lua, at) : "";
  const char *wrong =
      !text ? arena_printf(script_of(p->lua)->arena, "has %s as a key: every entry is written [\"NAME\"] = value", describe(p->lua, at))
      : text_has_control(name, length) ? "has a name with a control character"
      : utf8_is_text(name, length)     ? NULL
                                       : "has a name that " NOT_UTF8;
  const bool marked = text && settings_marked(script_of(p->lua)->catalog, name);
  if (wrong && !marked) WRONG_VALUE(p, f->name, NULL, "'%s%s' %s", path_of(p), f->name, wrong);
  return !wrong || marked;
}

bool has_room(context *p, const field *f, size_t count) {
  if (count < MOST_ENTRIES) return true;
  if (count == MOST_ENTRIES) WRONG_VALUE(p, f->name, NULL, "'%s%s' has more than %d entries", path_of(p), f->name, MOST_ENTRIES);
  return false;
}

static bool take_pair(context *p, const field *f, pairs *into) { /* key and value on top */
  lua_State *L = p->lua;
  int at = lua_gettop(L);
  if (!check_name(p, f, at - 1)) return false;
  pair one = { .name = kept(p, at - 1) };
  field item = { .name = arena_printf(script_of(L)->arena, "%s.%s", f->name, one.name), .kind = KIND_TEXT, .path = f->path };
  const bool odd = text_is(f->name, "headers") && !text_is_token(one.name);
  const setting *refused = settings_marked(script_of(L)->catalog, odd ? refuse_text(p, one.name, "is not the name of a header") : one.name);
  if (refused)
    refuse_block(p, refused);
  else if (odd)
    WRONG_KEY(p, item.name, NULL, "'%s%s' has a name that is not a valid header name: %s", path_of(p), f->name,
              text_clean(script_of(L)->arena, one.name, strlen(one.name), 40));
  if (refused || odd) return false;
  const credential *from = luaL_testudata(L, at, SECRET_VALUE);
  if (from)
    one.from_secret = memcpy(arena_alloc(script_of(L)->arena, sizeof *from), from, sizeof *from);
  else if (!is_value(L, at, NONE_VALUE) && !take_text(p, &item, at, &one.value))
    return false;
  LIST_PUSH(script_of(L)->arena, into->at, into->count, into->room, one);
  return true;
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static bool take_pairs(context *p, const field *f, int at, void *into) {
  lua_State *L = p->lua;
  if (!is_object(L, at)) return mismatch(p, f, at);
  if (text_is(f->name, "headers") && lua_rawlen(L, at)) {
    WRONG_VALUE(p, f->name, fix_of_headers(p, f, at), "'%s%s' is a list: every entry is written [\"NAME\"] = value", path_of(p), f->name);
    return false;
  }
  pairs list = { 0 };
  size_t count = 0;
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1))
    if (has_room(p, f, count++)) take_pair(p, f, &list);
  if (list.count)
    qsort(list.at, list.count, sizeof *list.at, by_name); /* a table has no order, and requests should not differ from run to run */
  *(pairs *)into = list;
  return true;
}

static bool take_windows(context *p, const field *f, int at, void *into) {
  lua_State *L = p->lua;
  if (!is_object(L, at)) return mismatch(p, f, at);
  windows list = { 0 };
  size_t count = 0;
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1)) {
    if (!has_room(p, f, count++)) continue;
    int value = lua_gettop(L);
    window one = { 0 };
    if (!check_name(p, f, value - 1)) continue;
    one.id = kept(p, value - 1);
    field item = {
      .name = arena_printf(script_of(L)->arena, "%s.%s", f->name, one.id), .kind = KIND_COUNT, .least = f->least, .most = f->most
    };
    if (!is_value(L, value, NONE_VALUE) && !take_count(p, &item, value, &one.tokens)) continue;
    LIST_PUSH(script_of(L)->arena, list.at, list.count, list.room, one);
  }
  if (list.count) qsort(list.at, list.count, sizeof *list.at, by_name); /* an id is a name */
  *(windows *)into = list;
  return true;
}

context inner_context(const context *p, const field *f) {
  context below = *p;
  below.outer = p;
  below.commas = false;
  below.name = f->name;
  return below;
}

void settle_inner(const context *p, entity *inner) {
  if (p->block->directory != SHIPPED_DIRECTORY) inner->local = inner->given | inner->removed;
}

static bool take_inner(context *p, const field *f, int at, void *into) {
  if (report_bare_price(p, f, at) || report_bare_list(p, f, at)) return false;
  if (!is_object(p->lua, at)) return mismatch(p, f, at);
  entity *inner = arena_alloc(script_of(p->lua)->arena, f->schema->size);
  context below = inner_context(p, f);
  take_fields(&below, f->schema, at, inner);
  settle_inner(p, inner);
  *(void **)into = inner;
  return true;
}

static bool take_field(context *p, const field *f, int at, void *into) {
  switch (f->kind) {
  case KIND_URL: return take_url(p, f, at, into);
  case KIND_ENUM: return take_enum(p, f, at, into);
  case KIND_FLAG: return take_flag(p, f, at, into);
  case KIND_TRI: return take_tri(p, f, at, into);
  case KIND_END:
    if (lua_type(p->lua, at) != LUA_TBOOLEAN) return take_text(p, f, at, into);
    *(const char **)into = lua_toboolean(p->lua, at) ? "" : NULL;
    return true;
  case KIND_COUNT: return take_count(p, f, at, into);
  case KIND_SECONDS:
  case KIND_AMOUNT: return take_amount(p, f, at, into);
  case KIND_TEXTS: return take_list(p, f, at, into);
  case KIND_PAIRS: return take_pairs(p, f, at, into);
  case KIND_WINDOWS: return take_windows(p, f, at, into);
  case KIND_EXTRA: return is_object(p->lua, at) ? take_extra(p, f, at, into) : mismatch(p, f, at);
  case KIND_CREDENTIAL:
  case KIND_AUTH: return take_handle(p, f, at, into);
  case KIND_REQUEST:
  case KIND_FUNCTION: return take_ref(p, f, at, into);
  case KIND_DISCOVER: return take_discover(p, f, at, into);
  case KIND_PROOFS: return take_proofs(p, f, at, into);
  case KIND_TIERS:
  case KIND_CHANGES: return take_steps(p, f, at, into);
  case KIND_BLOCK: return take_inner(p, f, at, into);
  default: return take_text(p, f, at, into);
  }
}

/* " in 'tls'" */
static const char *in_block(const context *p) {
  if (!p->outer) return "";
  return arena_printf(script_of(p->lua)->arena, " in '%s%s'", path_of(p->outer), p->name);
}

/* An unknown word in the block that begins here, or behind it in the same line. */
static bool is_reported_in(const script *s, origin block) {
  return text_is(s->reported.file, block.file) && s->reported.line >= block.line;
}

/* What is no text as a key. */
static void odd_entry(context *p, const schema *s, bool item, entity *into) { /* key and value on top */
  const int at = lua_gettop(p->lua);
  if (item && s->items) return; /* the list part */
  into->wrong = UINT64_MAX;     /* it may be any of the fields */
  if (is_value(p->lua, at, UNKNOWN_VALUE)) return;
  const bool number = lua_type(p->lua, at) == LUA_TNUMBER;
  const char *more = number ? ", and a number has no commas within" : "";
  if (item && number && !p->commas) p->commas = report_commas(p, s);
  if (item && number && p->commas) return;
  if (item && lua_isboolean(p->lua, at) && is_reported_in(script_of(p->lua), p->where)) return; /* enabled == false */
  if (item)
    WRONG(p, "contains %s without a key%s: every entry is written key = value%s", describe(p->lua, at), in_block(p), more);
  else
    WRONG(p, "contains %s as a key%s: every entry is written key = value%s", describe(p->lua, at - 1), in_block(p),
          s->items ? ", and items are counted from 1 without gaps" : "");
}

void take_value(context *p, const schema *s, const field *f, int at, entity *into) {
  const uint64_t bit = (uint64_t)1 << (f - s->fields);
  if (!p->outer) p->field = bit;
  if (is_value(p->lua, at, NONE_VALUE))
    into->removed |= bit;
  else if (take_field(p, f, at, (char *)into + f->offset))
    into->given |= bit;
  else
    into->wrong |= bit;
}

static void take_entry(context *p, const schema *s, size_t count, entity *into) { /* key and value on top */
  lua_State *L = p->lua;
  int at = lua_gettop(L);
  if (lua_type(L, at - 1) != LUA_TSTRING) {
    odd_entry(p, s, is_item(L, at - 1, count), into);
    return;
  }
  const char *key = lua_tostring(L, at - 1);
  const field *f = schema_field(s, key);
  if (!f) {
    report_unknown_key(p, s, key, into);
    return;
  }
  take_value(p, s, f, at, into);
}

void take_fields(context *p, const schema *s, int at, entity *into) {
  luaL_checkstack(p->lua, 20, "a block is nested too deep");
  p->table = at;
  const size_t count = lua_rawlen(p->lua, at);
  for (lua_pushnil(p->lua); next_pair(p->lua, at); lua_pop(p->lua, 1)) take_entry(p, s, count, into);
}
