/* merged_print: blocks as Lua text or JSON, with the place of each value. In Lua it is a comment behind the value, in a column of its own
 * for each block; where the line would be wider than the reader has room, above it. A table is on one line if that fits and all of it comes
 * from one block; otherwise each member has its own line and its own place. */
#include "library/definitions/merged_tree.h"

#include "util/utf8.h"

#include <string.h>

enum { USUAL_WIDTH = 100, STEP = 2, GAP = 2 };

typedef struct line {
  const char *text, *comment; /* comment: NULL for none */
  size_t columns, indent;
  size_t comment_columns; /* with the gap and "-- " */
} line;

typedef struct lines {
  arena *arena;
  line *at;
  size_t count, room;
} lines;

/* ---- places ---- */

static const char *kind_of(const printer *p, origin at, int directory) {
  if (at.line == 0) return "source";
  return directory == SHIPPED_DIRECTORY ? "shipped" : directory == p->host ? "host" : "file";
}

static const char *short_path(const printer *p, const char *file) {
  const size_t n = p->home ? strlen(p->home) : 0;
  const bool within = n > 1 && text_starts(file, p->home) && file[n] == '/';
  if (!within) return file;
  strbuf b = { .arena = p->arena };
  strbuf_add(&b, "~");
  strbuf_add(&b, file + n);
  return strbuf_text(&b);
}

/* ":20", at the end of the room. A line is above zero. */
static const char *digits_of(char *room, size_t size, int number) {
  char *at = room + size;
  *--at = 0;
  for (; number > 0; number /= 10) *--at = (char)('0' + number % 10);
  *--at = ':';
  return at;
}

static const char *place_text(const printer *p, origin at, int directory) {
  const char *file = short_path(p, at.file);
  if (at.line == 0) return file;
  char room[16];
  strbuf b = { .arena = p->arena };
  strbuf_add(&b, file);
  strbuf_add(&b, digits_of(room, sizeof room, at.line));
  strbuf_add(&b, directory == p->host ? " (host)" : "");
  return strbuf_text(&b);
}

static const char *comment_of(const printer *p, const node *n) {
  strbuf b = { .arena = p->arena };
  if (n->variable) strbuf_format(&b, "$%s, ", n->variable);
  if (n->by && n->by->inherited) strbuf_add(&b, "inherited: ");
  if (n->at.file) strbuf_add(&b, place_text(p, n->at, n->by ? n->by->block->directory : SHIPPED_DIRECTORY));
  if (n->hidden) strbuf_format(&b, "%shidden: looks like a key", b.length ? ", " : "");
  if (!n->at.file && text_is(n->key, "common_helper")) strbuf_add(&b, "the shipped default");
  return b.length ? strbuf_text(&b) : NULL;
}

/* ---- values on one line ---- */

static void add_flat(strbuf *out, const node *n) {
  const char *separator = n->first ? "{ " : "{";
  if (n->kind == NODE_VALUE) strbuf_add(out, n->lua);
  if (n->kind == NODE_VALUE) return;
  for (const node *child = n->first; child || *separator == '{'; child = child ? child->next : NULL) {
    strbuf_add(out, separator);
    separator = ", ";
    if (!child) break;
    if (child->key && child->lua_key)
      strbuf_format(out, "%s = ", child->lua_key);
    else if (child->key) {
      add_lua_key(out, child->key);
      strbuf_add(out, " = ");
    }
    add_flat(out, child);
  }
  strbuf_add(out, n->first ? " }" : "}");
}

/* All of it comes from one block, and nothing in it has something else to be said of. */
static bool is_of_one(const node *n, const entity *block) {
  if (n->kind == NODE_REMARK || n->hidden || n->variable) return false;
  if (n->by && n->by->block != block) return false;
  for (const node *child = n->first; child; child = child->next)
    if (!is_of_one(child, block)) return false;
  return true;
}

static bool may_be_flat(const node *n) {
  if (n->kind == NODE_VALUE) return true;
  for (const node *child = n->first; child; child = child->next)
    if (!is_of_one(child, n->by ? n->by->block : NULL)) return false;
  return true;
}

/* ---- lines ---- */

static void add_line(lines *l, size_t indent, const char *text, const char *comment) {
  const size_t behind = comment ? GAP + 3 + utf8_text_columns(comment) : 0;
  const line one = { text, comment, indent + utf8_text_columns(text), indent, behind };
  LIST_PUSH(l->arena, l->at, l->count, l->room, one);
}

static const char *lua_key(arena *a, const node *n) {
  strbuf b = { .arena = a };
  if (n->lua_key) return n->lua_key;
  add_lua_key(&b, n->key);
  return strbuf_text(&b);
}

/* "base_url = ", with the names of one table as wide as the widest. */
static const char *lead_of(arena *a, const node *n, size_t widest) {
  const char *key = n->key ? lua_key(a, n) : "";
  const size_t columns = utf8_text_columns(key);
  strbuf b = { .arena = a };
  if (!*key) return "";
  strbuf_add(&b, key);
  strbuf_pad(&b, widest > columns ? widest - columns : 0);
  strbuf_add(&b, " = ");
  return strbuf_text(&b);
}

static size_t widest_key(arena *a, const node *table) {
  size_t widest = 0;
  for (const node *n = table->first; n; n = n->next) {
    const size_t columns = n->key && n->kind != NODE_REMARK ? utf8_text_columns(lua_key(a, n)) : 0;
    if (columns > widest) widest = columns;
  }
  return widest;
}

static size_t limit(const printer *p) { return p->width ? p->width : USUAL_WIDTH; }

static void add_node(printer *p, lines *l, const node *n, size_t indent, size_t widest, const char *outer);

/* As many items on a line as fit. */
static void add_items(printer *p, lines *l, const node *list, size_t indent) {
  strbuf b = { .arena = p->arena };
  for (const node *n = list->first; n; n = n->next) {
    if (b.length && indent + b.length + strlen(n->lua) + 2 > limit(p)) {
      add_line(l, indent, arena_text(p->arena, strbuf_text(&b)), NULL);
      b.length = 0;
    }
    strbuf_add(&b, b.length ? " " : "");
    strbuf_add(&b, n->lua);
    strbuf_add(&b, ",");
  }
  if (b.length) add_line(l, indent, arena_text(p->arena, strbuf_text(&b)), NULL);
}

static void add_open(printer *p, lines *l, const node *n, size_t indent, const char *lead) {
  const char *comment = may_be_flat(n) ? comment_of(p, n) : NULL;
  add_line(l, indent, arena_printf(p->arena, "%s{", lead), comment);
  if (n->kind == NODE_LIST) add_items(p, l, n, indent + STEP);
  const size_t widest = widest_key(p->arena, n);
  for (const node *child = n->first; n->kind == NODE_TABLE && child; child = child->next)
    add_node(p, l, child, indent + STEP, widest, comment);
  add_line(l, indent, "},", NULL);
}

/* `outer`: the comment of the table that it is in, which is not repeated. */
static void add_node(printer *p, lines *l, const node *n, size_t indent, size_t widest, const char *outer) {
  const char *lead = lead_of(p->arena, n, widest);
  strbuf flat = { .arena = p->arena };
  if (n->kind == NODE_REMARK) {
    add_line(l, indent, arena_printf(p->arena, "-- %s %s", n->key, n->lua), comment_of(p, n));
    return;
  }
  if (n->kind == NODE_LIST && n->lua_key && !*n->lua_key) { /* the list part of the block */
    add_items(p, l, n, indent);
    return;
  }
  strbuf_add(&flat, lead);
  add_flat(&flat, n);
  strbuf_add(&flat, ",");
  if (n->kind == NODE_VALUE || (may_be_flat(n) && indent + utf8_text_columns(strbuf_text(&flat)) <= limit(p))) {
    const char *comment = comment_of(p, n);
    add_line(l, indent, strbuf_text(&flat), text_is(outer, comment) ? NULL : comment);
  } else {
    add_open(p, l, n, indent, lead);
  }
}

/* ---- to the page ---- */

/* How many lines have their comment in this column. */
static size_t aligned_at(const printer *p, const lines *l, size_t column) {
  size_t count = 0;
  for (size_t i = 0; i < l->count; i++)
    count += l->at[i].comment && l->at[i].columns <= column && column + l->at[i].comment_columns <= limit(p);
  return count;
}

/* Where the comments begin: behind the line that suits most of the others. */
static size_t comment_column(const printer *p, const lines *l) {
  size_t column = 0, most = 0;
  for (size_t i = 0; i < l->count; i++) {
    const size_t here = l->at[i].comment && l->at[i].columns != column ? aligned_at(p, l, l->at[i].columns) : 0;
    if (here <= most) continue;
    most = here;
    column = l->at[i].columns;
  }
  return column;
}

static void write_line_of(const printer *p, const line *one, size_t column) {
  const bool fits = one->comment && (one->columns > column ? one->columns : column) + one->comment_columns <= limit(p);
  const bool above = one->comment && p->width && !fits && one->columns + one->comment_columns > p->width;
  if (above) {
    strbuf_pad(p->out, one->indent);
    strbuf_format(p->out, "-- %s\n", one->comment);
  }
  strbuf_pad(p->out, one->indent);
  strbuf_add(p->out, one->text);
  if (one->comment && !above) {
    strbuf_pad(p->out, GAP + (fits && column > one->columns ? column - one->columns : 0));
    strbuf_add(p->out, "-- ");
    strbuf_add(p->out, one->comment);
  }
  strbuf_add(p->out, "\n");
}

static const char *head_of(arena *a, const merged_block *b) {
  strbuf s = { .arena = a };
  strbuf_add(&s, b->verb);
  if (b->id) strbuf_add(&s, " ");
  if (b->id) add_lua_text(&s, b->id);
  return strbuf_text(&s);
}

/* "-- providers.lua:20, amended at /etc/roster/acme.lua:3" */
static void write_amendments(const printer *p, const merged_block *b) {
  if (b->count < 2) return;
  strbuf_format(p->out, "-- %s, amended at", place_text(p, b->at[0], b->directories[0]));
  for (size_t i = 1; i < b->count; i++) strbuf_format(p->out, "%s %s", i > 1 ? "," : "", place_text(p, b->at[i], b->directories[i]));
  strbuf_add(p->out, "\n");
}

static bool is_short(const printer *p, const merged_block *b, const char *text, const char *comment) {
  const node *only = b->tree->first;
  const bool few = !only || (!only->next && only->kind != NODE_REMARK && may_be_flat(only));
  return few && strlen(text) + (comment ? strlen(comment) + GAP + 3 : 0) <= limit(p);
}

static const char *short_block(const printer *p, const merged_block *b) {
  strbuf s = { .arena = p->arena };
  const node *only = b->tree->first;
  strbuf_format(&s, "%s %s", head_of(p->arena, b), only ? "{ " : "{}");
  if (only && only->lua_key && !*only->lua_key) {
    for (const node *n = only->first; n; n = n->next) strbuf_format(&s, "%s%s", n->lua, n->next ? ", " : "");
  } else if (only) {
    strbuf_add(&s, lead_of(p->arena, only, 0));
    add_flat(&s, only);
  }
  strbuf_add(&s, only ? " }" : "");
  return strbuf_text(&s);
}

/* Between two blocks, unless both are lines. */
static void write_gap(printer *p, bool is_line) {
  if (p->out->length && !(is_line && p->after_line)) strbuf_add(p->out, "\n");
  p->after_line = is_line;
}

void print_lua(printer *p, const merged_block *b) {
  const char *place = b->count ? place_text(p, b->at[0], b->directories[0]) : "";
  if (b->remark || !b->tree) {
    write_gap(p, true);
    strbuf_format(p->out, "-- %s: %s%s\n", head_of(p->arena, b), b->remark ? b->remark : "a function at ", b->remark ? "" : place);
    return;
  }
  const node *only = b->tree->first;
  const char *text = short_block(p, b), *comment = only && only->at.file ? comment_of(p, only) : place;
  const bool is_line = is_short(p, b, text, comment);
  lines l = { .arena = p->arena };
  write_gap(p, is_line && b->count < 2);
  write_amendments(p, b);
  if (is_line) {
    strbuf_format(p->out, "%s  -- %s\n", text, comment);
    return;
  }
  add_line(&l, 0, arena_printf(p->arena, "%s {", head_of(p->arena, b)), NULL);
  const size_t widest = widest_key(p->arena, b->tree);
  for (const node *n = only; n; n = n->next) add_node(p, &l, n, STEP, widest, NULL);
  add_line(&l, 0, "}", NULL);
  const size_t column = comment_column(p, &l);
  for (size_t i = 0; i < l.count; i++) write_line_of(p, &l.at[i], column);
}

/* ---- JSON ---- */

static void write_place(const printer *p, writer *w, origin at, int directory) {
  write_text(w, "file", at.file);
  write_count_or_null(w, "line", at.line);
  write_text(w, "from", kind_of(p, at, directory));
}

static void write_value(writer *w, const char *name, const node *n) {
  if (n->kind == NODE_VALUE || n->kind == NODE_REMARK) {
    write_raw(w, name, n->json, strlen(n->json));
    return;
  }
  write_open(w, name, n->kind == NODE_LIST ? '[' : '{');
  for (const node *child = n->first; child; child = child->next) write_value(w, child->key, child);
  write_close(w, n->kind == NODE_LIST ? ']' : '}');
}

/* Those of a table that is of several blocks have places of their own. */
static void write_entry(const printer *p, writer *w, const node *n) {
  write_open(w, n->key, '{');
  write_value(w, "value", n);
  if (n->at.file) write_place(p, w, n->at, n->by ? n->by->block->directory : SHIPPED_DIRECTORY);
  write_text_or_null(w, "variable", n->variable);
  write_text_or_null(w, "inherited_from", n->by ? n->by->inherited : NULL);
  if (n->hidden) write_flag(w, "hidden", true);
  if (n->kind == NODE_REMARK) write_text(w, "remark", n->lua);
  if (n->kind == NODE_TABLE && !may_be_flat(n)) {
    write_open(w, "members", '{');
    for (const node *child = n->first; child; child = child->next) write_entry(p, w, child);
    write_close(w, '}');
  }
  write_close(w, '}');
}

void print_json(printer *p, const merged_block *b, writer *w) {
  if (b->remark) return;
  write_open(w, NULL, '{');
  write_text(w, "block", b->verb);
  write_text_or_null(w, "id", b->id);
  write_open(w, "places", '[');
  for (size_t i = 0; i < b->count; i++) {
    write_open(w, NULL, '{');
    write_place(p, w, b->at[i], b->directories[i]);
    write_close(w, '}');
  }
  write_close(w, ']');
  write_flag(w, "function", !b->tree);
  write_open(w, "fields", '{');
  for (const node *n = b->tree ? b->tree->first : NULL; n; n = n->next) write_entry(p, w, n);
  write_close(w, '}');
  write_close(w, '}');
}
