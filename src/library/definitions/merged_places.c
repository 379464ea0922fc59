/* merged_places: where each value of a tree comes from: the block that wins among those that have it, and the line of that block on which
 * it is written. What code makes has the line of its block. What is read again is bounded, as for findings: beyond that, the line of the
 * block is all that is shown. */
#include "library/definitions/merged_tree.h"
#include "library/definitions/place_walk.h"
#include "library/definitions/setting.h"

#include <string.h>

enum { MOST_READ = 64 * 1024 * 1024 };

/* A file that has been read again, with the beginnings of its lines as Lua counts them. */
typedef struct page_text {
  const char *file;
  span text; /* at NULL: it cannot be had any more */
  const char **lines;
  size_t count, room;
} page_text;

static const char *line_end(const char *at, const char *end) {
  while (at < end && *at != '\n' && *at != '\r') at++;
  if (at == end) return NULL;
  return at + 1 < end && (at[1] == '\n' || at[1] == '\r') && at[1] != *at ? at + 2 : at + 1;
}

static page_text *page_of(place_finder *f, const char *file) {
  page_text *p = lookup_get(&f->pages, file);
  if (p) return p;
  p = arena_alloc(f->arena, sizeof *p);
  *p = (page_text){ .file = file };
  if (f->read(f->payload, file, &p->text.at, &p->text.length))
    p->text.at = arena_bytes(f->arena, p->text.at, p->text.length);
  else
    p->text = (span){ NULL, 0 };
  const char *end = p->text.at ? p->text.at + p->text.length : NULL;
  for (const char *at = p->text.at; at; at = line_end(at, end)) LIST_PUSH(f->arena, p->lines, p->count, p->room, at);
  lookup_add(&f->pages, f->arena, file, p);
  return p;
}

/* Counted from 1. */
static int line_of(const page_text *p, const char *at) {
  size_t low = 0, high = p->count;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    *(p->lines[middle] <= at ? &low : &high) = middle;
  }
  return (int)low + 1;
}

/* ---- one value ---- */

/* The variable that an address or a text was made with. Its value may be in a text by chance, so but for an address it has to be named
 * where the text is written. */
static const char *variable_of(const place_finder *f, const node *n, span written) {
  const setting *from = n->text ? settings_source(f->catalog, n->text) : NULL;
  if (!from) return NULL;
  return n->address || memmem(written.at, written.length, from->name, strlen(from->name)) ? from->name : NULL;
}

static void locate(place_finder *f, node *n, const char *path) {
  const entity *block = n->by->block;
  const finding_place where = { .at = block->at, .path = path, .id = block->id ? block->id : f->verb };
  const page_text *p = block->at.line > 0 && f->left ? page_of(f, block->at.file) : NULL;
  place_found found = { .at = { NULL, 0 } };
  size_t read = 0;
  if (!n->at.file) n->at = block->at;
  if (!p || !p->text.at || (size_t)block->at.line > p->count) return;
  const char *line = p->lines[block->at.line - 1];
  if (!f->tables) f->tables = place_tables_new(f->arena);
  const bool known = place_walk(p->text, line, text_ends(p->file, ".json"), &where, f->tables, &found, &read);
  read += known && found.at.at > line ? (size_t)(found.at.at - line) : 0; /* what is before it in a long line was read, too */
  f->left -= read < f->left ? read : f->left;
  if (!known) return;
  if (n->kind != NODE_REMARK) n->at.line = line_of(p, found.at.at);
  n->variable = variable_of(f, n, found.at);
}

/* ---- all of them ---- */

/* Of these, the blocks that have the member, at *out. */
static size_t having(const source_block *from, size_t count, const char *key, source_block *out) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    const node *member = tree_member(from[i].tree, key);
    if (member) out[found++] = (source_block){ from[i].block, member, from[i].inherited };
  }
  return found;
}

/* What is shipped holds no key, whatever its header is called. */
static void cover(const place_finder *f, node *n, const char *path) {
  const bool own = n->by->block->directory != SHIPPED_DIRECTORY;
  if (own && n->kind == NODE_VALUE && (text_starts(path, "headers.") || text_starts(path, "extra."))) value_cover(f->scratch, n, n->key);
}

/* "price" and "input" are "price.input"; a step is in brackets. */
static const char *path_below(arena *a, const char *path, const node *n) {
  strbuf b = { .arena = a };
  strbuf_add(&b, path);
  strbuf_add(&b, n->step ? "[" : *path ? "." : "");
  strbuf_add(&b, n->key);
  strbuf_add(&b, n->step ? "]" : "");
  return strbuf_text(&b);
}

static void trace(place_finder *f, node *of, const source_block *from, size_t count, const char *path) {
  for (node *n = of->first; n; n = n->next) {
    source_block *own = arena_array(f->scratch, count + 1, sizeof *own);
    const size_t found = having(from, count, n->key, own);
    if (!found) continue;
    const char *here = *path || n->step ? path_below(f->scratch, path, n) : n->key;
    n->by = own;
    cover(f, n, here);
    locate(f, n, here);
    if (n->kind == NODE_TABLE) trace(f, n, own, found, here);
  }
}

void places_trace(place_finder *f, node *of, const source_block *from, size_t count) { trace(f, of, from, count, ""); }

void places_of_entries(place_finder *f, node *of) {
  for (node *n = of->first; n; n = n->next) locate(f, n, n->key);
}
