/* places: see places.h. What is read again for one load is bounded: beyond that, findings have their lines only. */
#include "library/definitions/places.h"

#include "library/definitions/lua_lexer.h"
#include "library/definitions/place_walk.h"
#include "util/lookup.h"
#include "util/mask.h"
#include "util/text.h"
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_READ = 64 * 1024 * 1024, LONGEST_LINE = 64 * 1024 };

typedef struct placed {
  roster_finding shown;
  finding_place where;
  size_t file, order;
} placed;

/* The text of the file that is being looked at. */
typedef struct page {
  arena *arena;
  const char *file;
  span text;
  bool json;
  size_t left; /* bytes that may still be read */
  int line;    /* of `at` */
  const char *at;
  const char *ends_of, *end;  /* where the line that begins there ends */
  const char *kept_of, *kept; /* the line that was shown last, and what was made of it */
} page;

/* ---- lines ---- */

static bool has_bom(span text) { return text.length >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0; }

/* Lines end as Lua counts them: "\r\n" is one, and "\r" too. The end is kept, since one line may be all of a large file. */
static span line_at(page *p) {
  const char *end = p->at, *last = p->text.at + p->text.length;
  if (p->ends_of == p->at) return (span){ p->at, (size_t)(p->end - p->at) };
  while (end < last && *end != '\n' && *end != '\r') end++;
  p->ends_of = p->at;
  p->end = end;
  return (span){ p->at, (size_t)(end - p->at) };
}

/* NULL where there is none. */
static const char *next_line(page *p) {
  const span line = line_at(p);
  const char *at = line.at + line.length, *end = p->text.at + p->text.length;
  if (at == end) return NULL;
  return at + 1 < end && (at[1] == '\n' || at[1] == '\r') && at[1] != *at ? at + 2 : at + 1;
}

static bool go_to_line(page *p, int line) {
  if (line < p->line) {
    p->line = 1;
    p->at = p->text.at;
  }
  for (; p->line < line; p->line++) {
    const char *next = next_line(p);
    if (!next) return false;
    p->at = next;
  }
  return true;
}

static bool continues(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

/* As the lexer counts them, also in what is not UTF-8. */
static int characters(const char *from, const char *to) {
  int count = 0;
  for (; from < to; from++) count += !continues(*from);
  return count;
}

/* As it is, but for what would steer a terminal or is not UTF-8: that is a space. Its characters are as many as `characters` counts. */
static const char *source_of(page *p, span line) {
  if (line.length > LONGEST_LINE) return NULL;
  if (p->kept_of == line.at) return p->kept;
  strbuf b = { .arena = p->arena };
  const char *copy = arena_bytes(p->arena, line.at, line.length);
  for (size_t i = 0, n; i < line.length; i += n) {
    codepoint c;
    n = utf8_read(copy + i, &c);
    if (c == UTF8_INVALID || (utf8_is_control(c) && c != '\t'))
      strbuf_add(&b, continues(copy[i]) ? "" : " ");
    else
      strbuf_bytes(&b, copy + i, n);
  }
  p->kept_of = line.at;
  return p->kept = mask_line(p->arena, strbuf_text(&b));
}

/* ---- one finding ---- */

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

/* Not in the middle of a longer one. */
static const char *find_word(span in, const char *word) {
  const size_t n = strlen(word);
  const char *end = in.at + in.length;
  for (const char *at = in.at; n && at < end && (at = memmem(at, (size_t)(end - at), word, n)); at++) {
    const bool begins = at == in.at || !is_letter(at[-1]) || !is_letter(*word);
    const bool ends = at + n == end || !is_letter(at[n]) || !is_letter(word[n - 1]);
    if (begins && ends) return at;
  }
  return NULL;
}

/* What of the line is no blank. */
static span trimmed(span line) {
  const char *at = line.at;
  const size_t length = text_trim(&at, line.length);
  return (span){ at, length };
}

/* A key of a table that code makes, where it is in the line of the block. */
static void find_key(span line, const finding_place *where, place_found *out) {
  const char *dot = strrchr(where->path, '.'), *key = dot ? dot + 1 : where->path, *at = find_word(line, key);
  if (at) out->at = out->entry = (span){ at, strlen(key) };
}

/* Where it is; out->at is empty when that is not known. */
static void find_place(page *p, const finding_place *where, place_found *out) {
  size_t read = 0;
  const span line = line_at(p);
  const char *word = where->word && !where->path ? find_word(line, where->word) : NULL;
  *out = (place_found){ .at = { p->at, 0 } };
  if (word) {
    out->at = (span){ word, strlen(where->word) };
    return;
  }
  const bool known = p->left > 0 && place_walk(p->text, p->at, p->json, where, NULL, out, &read);
  p->left -= read < p->left ? read : p->left;
  if (!known) out->at = trimmed(line);
  word = known && where->word ? find_word(where->path ? out->at : out->block, where->word) : NULL;
  if (word) out->at = (span){ word, strlen(where->word) };
  if (known && where->path && !out->entry.length && where->part == PART_KEY) find_key(line, where, out);
}

/* To the line that holds this, near the one where the page is. */
static void go_to(page *p, const char *at) {
  const char *next;
  if (at < p->at) go_to_line(p, p->line > PLACE_LINES_ABOVE ? p->line - PLACE_LINES_ABOVE : 1);
  while ((next = next_line(p)) && next <= at) {
    p->at = next;
    p->line++;
  }
}

/* ---- the line to write instead ---- */

enum { LONGEST_FIX = 400 };

static bool is_word(const char *fix) { return !fix[strcspn(fix, " \t\"'=:{}[](),")] || text_starts(fix, "http"); }

/* name = value, ["name"] = value, "name": value */
static bool is_entry(const char *fix) {
  const char *end = fix;
  if (*fix == '[' || *fix == '"') {
    const char *quote = strchr(fix, '"'), *close = quote ? strchr(quote + 1, '"') : NULL;
    end = close ? close + (*fix == '[' ? 2 : 1) : fix;
  }
  while (is_letter(*end)) end++;
  return text_starts(end, " = ") || (*fix == '"' && text_starts(end, ": "));
}

/* What is within its quotes. */
static span unquoted(span s) {
  const bool quotes = s.length > 1 && (*s.at == '"' || *s.at == '\'') && s.at[s.length - 1] == *s.at;
  return quotes ? (span){ s.at + 1, s.length - 2 } : s;
}

/* The word with what is handed to it: a string, what is in brackets, or one behind the other, as in `role "quick" "gpt-5"`; nothing where
 * that does not end in the line. */
static span call_at(span word, span line) {
  const char *end = word.at + word.length;
  int depth = 0, strings = 0;
  lua_lexer l;
  lua_lexer_begin(&l, end, (size_t)(line.at + line.length - end));
  for (lua_token t = lua_lexer_next(&l); t.kind != LUA_TOKEN_END && t.kind != LUA_TOKEN_BAD; t = lua_lexer_next(&l)) {
    const bool opens = lua_token_is(&t, "(") || lua_token_is(&t, "{");
    depth += opens ? 1 : lua_token_is(&t, ")") || lua_token_is(&t, "}") ? -1 : 0;
    const bool over = depth == 0 && ((t.kind != LUA_TOKEN_STRING && t.kind != LUA_TOKEN_SYMBOL) || lua_token_is(&t, ","));
    if (depth < 0 || over) break;
    end = t.text + t.length;
    strings += !depth && t.kind == LUA_TOKEN_STRING;
  }
  return depth > 0 || strings > 2 ? (span){ 0 } : (span){ word.at, (size_t)(end - word.at) };
}

/* What of the text the fix takes the place of: a word that of one in the text, a value that of a value; of no length: nothing. */
static span replaced_by(const char *fix, span line, const finding_place *where, const place_found *found) {
  static const span nothing = { 0 };
  const bool led = !where->path || found->entry.length; /* else the place is the head of the block */
  if (where->column || where->apart || strstr(fix, "...") || !led) return nothing;
  if (where->call) return call_at(found->at, line);
  if (is_word(fix)) return unquoted(found->at);
  if (is_entry(fix) || (where->path && where->part == PART_KEY)) return found->entry;
  return where->path ? found->value : where->word ? found->at : nothing;
}

/* `in` with the fix in place of a part of it; NULL where that is too long or may show a key. */
static const char *with_fix(arena *a, span in, span old, const char *fix) {
  if (!in.length) return NULL;
  const char *end = in.at + in.length, *behind = old.at + old.length;
  if (old.at < in.at || behind > end || in.length > LONGEST_FIX) return NULL;
  const char *fixed = arena_printf(a, "%.*s%s%.*s", (int)(old.at - in.at), in.at, fix, (int)(end - behind), behind);
  return text_is(mask_line(a, fixed), fixed) ? fixed : NULL;
}

/* The line with the fix in it, without its indentation; else the entry; the fix alone where that is somewhere else. A word alone is no
 * answer where it is not known what it replaces. */
static const char *fixed_line(page *p, span line, const roster_finding *f, const finding_place *where, const place_found *found) {
  const span old = f->fix ? replaced_by(f->fix, line, where, found) : (span){ 0 };
  const bool unplaced = where->call || (f->fix && !where->column && is_word(f->fix));
  if (!old.length) return unplaced ? NULL : f->fix;
  const char *fixed = with_fix(p->arena, trimmed(line), old, f->fix);
  if (!fixed) fixed = with_fix(p->arena, found->entry, old, f->fix);
  return fixed ? fixed : f->fix;
}

/* With the quotes around it. */
static span within_quotes(span in, span s) {
  const char *end = s.at + s.length;
  const bool quotes = s.at > in.at && end < in.at + in.length && strchr("\"'", s.at[-1]) && *end == s.at[-1];
  return quotes ? (span){ s.at - 1, s.length + 2 } : s;
}

/* Of what is behind the word, or in the value, the part that is meant. */
static span part_inside(span line, span found, const char *inside) {
  const char *end = line.at + line.length;
  const span behind = { found.at, found.at < end ? (size_t)(end - found.at) : 0 };
  const char *at = behind.length ? find_word(behind, inside) : NULL;
  return at ? within_quotes(line, (span){ at, strlen(inside) }) : found;
}

static void show(page *p, roster_finding *f, const finding_place *where) {
  if (!go_to_line(p, f->line)) return;
  place_found place = { .at = { p->at, 0 } };
  if (!where->column) find_place(p, where, &place);
  span found = place.at;
  go_to(p, found.at);
  span line = line_at(p);
  if (line.at == p->text.at && has_bom(p->text)) line = (span){ line.at + 3, line.length - 3 };
  f->line = p->line;
  f->source = source_of(p, line);
  f->fix = fixed_line(p, line, f, where, &place);
  if (where->inside && !where->column && found.length) found = part_inside(line, found, where->inside);
  if (where->column || found.length == 0 || found.at < line.at) return;
  const char *end = line.at + line.length;
  f->column = characters(line.at, found.at) + 1;
  f->length = characters(found.at, found.at + found.length < end ? found.at + found.length : end);
  if (f->length < 1) f->length = 1;
}

/* ---- all of them ---- */

static int by_place(const void *a, const void *b) {
  const placed *one = a, *other = b;
  const bool last = one->shown.message == findings_more, other_last = other->shown.message == findings_more;
  if (one->file != other->file) return one->file < other->file ? -1 : 1;
  if (last != other_last) return last ? 1 : -1;
  if (one->shown.line != other->shown.line) return one->shown.line < other->shown.line ? -1 : 1;
  if (one->shown.column != other->shown.column) return one->shown.column < other->shown.column ? -1 : 1;
  const int message = strcmp(one->shown.message, other->shown.message);
  return message ? message : one->order < other->order ? -1 : one->order > other->order;
}

static placed *taken(const findings *f, size_t from) {
  lookup files = { 0 };
  placed *all = arena_array(f->arena, f->count - from, sizeof *all);
  for (size_t i = from; i < f->count; i++) {
    lookup_add(&files, f->arena, f->at[i].file, (void *)f->at[i].file);
    const size_t file = (size_t)(lookup_find(&files, f->at[i].file) - files.slots);
    all[i - from] = (placed){ f->at[i], f->places[i], file, i };
  }
  qsort(all, f->count - from, sizeof *all, by_place);
  return all;
}

static void turn_to(page *p, const char *file, text_reader *read, void *payload) {
  if (p->file && strcmp(p->file, file) == 0) return;
  *p = (page){ .arena = p->arena, .file = file, .json = text_ends(file, ".json"), .left = p->left, .line = 1 };
  if (!*file || !read(payload, file, &p->text.at, &p->text.length)) p->text = (span){ NULL, 0 };
  p->at = p->text.at;
}

void places_find(findings *f, size_t from, text_reader *read, void *payload) {
  if (from >= f->count) return;
  const size_t count = f->count - from;
  placed *all = taken(f, from);
  page p = { .arena = f->arena, .left = MOST_READ };
  for (size_t i = 0; i < count; i++) {
    if (all[i].shown.line < 1) continue;
    turn_to(&p, all[i].shown.file, read, payload);
    if (p.text.at) show(&p, &all[i].shown, &all[i].where);
  }
  qsort(all, count, sizeof *all, by_place);
  for (size_t i = 0; i < count; i++) {
    f->at[from + i] = all[i].shown;
    f->places[from + i] = all[i].where;
  }
}
