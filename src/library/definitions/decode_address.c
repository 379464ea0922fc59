/* decode_address: the fields that become part of an address, and what stands in braces or behind a dollar sign in any of them. What is
 * wrong is found once, with the value to write where that is plain; an address that a variable holds is judged where it is used. */
#include "library/definitions/plausibility.h"
#include "library/definitions/state.h"

#include "util/suggest.h"
#include "util/url.h"

#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz_"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

enum { MOST_SLOTS = 2, LONGEST_SLOT = 40 };

/* ---- what is filled in ---- */

static const struct slots {
  const char *verb, *field, *at[MOST_SLOTS];
} all_slots[] = {
  { "gateway", "path", { "provider" } },
  { "gateway", "api_names", { "provider", "api_name" } },
  { "gateway", "headers", { "provider" } },
  { "protocol", "chat_path", { "api_name", "segment" } },
  { "protocol", "sdk_path", { "api_name", "version" } },
};

static const char *const *slots_of(const context *p, const field *f) {
  static const char *const none[MOST_SLOTS] = { NULL };
  const size_t n = strcspn(f->name, ".");
  for (size_t i = 0; i < sizeof all_slots / sizeof *all_slots; i++)
    if (text_is(all_slots[i].verb, p->verb) && strlen(all_slots[i].field) == n && strncmp(all_slots[i].field, f->name, n) == 0)
      return all_slots[i].at;
  return none;
}

static size_t count_of(const char *const *slots) { return !slots[0] ? 0 : slots[1] ? 2 : 1; }

/* The one that was meant; NULL where none is near. */
static const char *meant_slot(const char *word, const char *const *slots) {
  static const char *const names[] = { "model", "model_id", "model_name", "id", "name" };
  const char *nearest = suggest(word, slots, count_of(slots));
  for (size_t i = 0; !nearest && i < sizeof names / sizeof *names; i++)
    for (size_t k = 0; text_is(names[i], word) && k < count_of(slots); k++)
      if (text_is(slots[k], "api_name")) nearest = slots[k];
  return nearest;
}

/* The first `{word}` that is not filled in; NULL for none. */
static const char *unfilled(arena *a, const char *text, const char *const *slots, bool *twice) {
  bool seen[MOST_SLOTS] = { false };
  for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
    const size_t n = strspn(at + 1, LOWER);
    if (n == 0 || n > LONGEST_SLOT || at[1 + n] != '}') continue;
    const char *word = arena_bytes(a, at + 1, n);
    size_t k = 0;
    while (k < count_of(slots) && !text_is(slots[k], word)) k++;
    *twice = k < count_of(slots) && seen[k];
    if (k == count_of(slots) || *twice) return word;
    seen[k] = true;
  }
  return NULL;
}

/* $provider, :provider, <provider> and {{provider}}, as others write what is filled in; *fixed is the text with {provider}. */
static const char *foreign_slot(arena *a, const char *text, const char *const *slots, const char **fixed) {
  static const char *const shapes[] = { "{{%s}}", "${%s}", "$%s", "/:%s", "<%s>" };
  for (size_t i = 0; i < count_of(slots); i++)
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
      const char *shape = text_fill(a, shapes[k], "%s", slots[i]);
      if (!strstr(text, shape)) continue;
      *fixed = text_fill(a, text, shape, arena_printf(a, "%s{%s}", *shape == '/' ? "/" : "", slots[i]));
      return arena_printf(a, "has %s: what is filled in is written {%s}", shape + (*shape == '/'), slots[i]);
    }
  return NULL;
}

static const char *slot_problem(arena *a, const char *word, const char *const *slots, bool twice) {
  const char *meant = meant_slot(word, slots);
  if (twice) return arena_printf(a, "has {%s} twice: only the first is filled in", word);
  if (meant) return arena_printf(a, "has {%s}, which is not filled in (did you mean {%s}?)", word, meant);
  if (!slots[0]) return arena_printf(a, "has {%s}, and nothing is filled in here", word);
  return arena_printf(a, "has {%s}, which is not filled in: here only {%s}%s%s%s %s", word, slots[0], slots[1] ? " and {" : "",
                      slots[1] ? slots[1] : "", slots[1] ? "}" : "", slots[1] ? "are" : "is");
}

const char *address_slot_problem(context *p, const field *f, const char *text, const char **fixed) {
  arena *a = script_of(p->lua)->arena;
  const char *const *slots = slots_of(p, f);
  bool twice = false;
  const char *foreign = f->path ? foreign_slot(a, text, slots, fixed) : NULL;
  if (foreign) return foreign;
  const char *word = strchr(text, '{') ? unfilled(a, text, slots, &twice) : NULL, *meant = word ? meant_slot(word, slots) : NULL;
  if (word && meant && !twice) *fixed = text_fill(a, text, arena_printf(a, "{%s}", word), arena_printf(a, "{%s}", meant));
  return word ? slot_problem(a, word, slots, twice) : NULL;
}

/* ---- variables, as a shell would fill them in ---- */

const char *address_variable_problem(context *p, const field *f, const char *text, const char **fix) {
  arena *a = script_of(p->lua)->arena;
  const char *at = strchr(text, '$');
  const bool braced = at && at[1] == '{';
  const char *name = at ? at + 1 + braced : "";
  const size_t n = strspn(name, UPPER);
  const bool behind_scheme = text_starts(f->name, "headers.") && at && at > text && at[-1] == ' '; /* "Bearer $NAME" */
  if (n < 2 || n > 100 || (braced && name[n] != '}') || (!braced && ((at != text && !behind_scheme) || name[n]))) return NULL;
  const char *behind = name + n + braced;
  name = arena_bytes(a, name, n);
  const bool whole = at == text && !*behind, json = in_json(p->lua), header = text_starts(f->name, "headers.");
  const char *word = header ? "secret" : "setting";
  const char *value = arena_printf(a, json ? "{ \"%s\": \"%s\" }" : "%s \"%s\"", word, name);
  if (header && !whole && !json && at > text && !*behind)
    value = arena_printf(a, "secret { env = \"%s\", prefix = \"%.*s\" }", name, (int)(at - text), text);
  else if (!whole)
    return arena_printf(a, "has $%s, and variables are not filled in: write %s", name, value);
  *fix = value;
  return arena_printf(a, "has $%s, and variables are not filled in: write %s", name, value);
}

/* ---- paths ---- */

/* What is filled in counts as a letter. */
static const char *without_slots(arena *a, const context *p, const field *f, const char *path) {
  const char *const *slots = slots_of(p, f);
  for (size_t i = 0; i < count_of(slots); i++) path = text_fill(a, path, arena_printf(a, "{%s}", slots[i]), "x");
  return path;
}

/* settings_source takes no notice of what is as short as "v1". */
static bool is_from_variable(const catalog *c, const char *text) {
  bool is = settings_source(c, text) != NULL;
  for (size_t i = 0; !is && i < c->settings.count; i++) is = text_is(c->settings.at[i]->value, text);
  return is;
}

/* A path from a variable begins with a slash, whether it is written or not. */
const char *address_path_problem(context *p, const field *f, const char *path, const char **fixed) {
  arena *a = script_of(p->lua)->arena;
  const char *wrong = address_slot_problem(p, f, path, fixed);
  if (!wrong) wrong = url_path_problem(without_slots(a, p, f, path));
  if (wrong || !*path || *path == '/' || is_from_variable(script_of(p->lua)->catalog, path)) return wrong;
  if (!strchr(path, ':')) *fixed = arena_printf(a, "/%s", path);
  return "does not begin with '/': it is a path, not a URL";
}

/* ---- addresses ---- */

/* Without blanks, without <> around it, and with the colon and both slashes: https:/host, https//host. */
static const char *trimmed(arena *a, const char *address) {
  size_t n = text_trim(&address, strlen(address));
  if (n > 2 && *address == '<' && address[n - 1] == '>') address++, n -= 2;
  const char *bare = arena_bytes(a, address, n);
  const size_t scheme = text_starts(bare, "https:/") ? 6 : text_starts(bare, "http:/") ? 5 : 0;
  const bool one_slash = scheme && bare[scheme + 1] && bare[scheme + 1] != '/';
  const size_t no_colon = text_starts(bare, "https//") ? 5 : text_starts(bare, "http//") ? 4 : 0;
  if (no_colon) return arena_printf(a, "%.*s:%s", (int)no_colon, bare, bare + no_colon);
  return one_slash ? arena_printf(a, "%.*s/%s", (int)scheme + 1, bare, bare + scheme + 1) : bare;
}

/* What was meant, where it is plain. Most proxies speak HTTP, whatever is asked through them. */
static const char *mended(arena *a, const char *address, bool proxy) {
  url u;
  const char *bare = trimmed(a, address), *scheme = strstr(bare, "://"), *host = scheme ? scheme + 3 : bare;
  const size_t authority = strcspn(host, "/?#");
  const char *user = memchr(host, '@', authority);
  const bool local = !scheme && (text_starts(bare, "localhost") || text_starts(bare, "127.") || text_starts(bare, "0.0.0.0"));
  const bool plain = local || (proxy && !scheme) || (scheme && text_same(arena_bytes(a, bare, (size_t)(scheme - bare)), "http"));
  const char *fixed = arena_printf(a, "%s://%s", plain ? "http" : "https", user ? user + 1 : host);
  return (local || strcspn(host, ".:") < authority) && !strchr(fixed, '$') && !url_parse(a, fixed, &u) ? fixed : NULL;
}

/* https://<resource>.host, as documents have it; {name} and %s, as other languages fill them in. NULL: none. */
static const char *placeholder_problem(arena *a, const char *address, bool json) {
  const char *brace = strchr(address, '{'), *after = brace ? strchr(brace, '}') : NULL, *format = strstr(address, "%s");
  const char *way =
      json ? "write the whole address" : "strings are joined by .. in Lua, as in \"https://\" .. setting \"NAME\" .. \".host\"";
  if (after && after - brace <= LONGEST_SLOT)
    return arena_printf(a, "has %.*s, and nothing is filled in here: %s", (int)(after - brace) + 1, brace, way);
  if (format) return arena_printf(a, "has %%s, and nothing is filled in here: %s", way);
  const char *open = strchr(address, '<'), *close = open ? strchr(open, '>') : NULL;
  if (!close || open == address || close - open > LONGEST_SLOT) return NULL;
  return arena_printf(a, "has %.*s, which stands for a name of your own: write that name", (int)(close - open) + 1, open);
}

const char *address_problem(context *p, const field *f, const char *address, const char **fixed) {
  arena *a = script_of(p->lua)->arena;
  url u;
  const bool proxy = text_is(f->name, "proxy");
  const char *slot = address_slot_problem(p, f, address, fixed), *wrong = slot ? slot : url_parse(a, address, &u);
  if (!wrong || slot) return wrong;
  if (proxy && text_starts(address, "socks")) return "is a SOCKS proxy: roster goes through HTTP proxies only";
  const char *placeholder = placeholder_problem(a, address, in_json(p->lua));
  if (!placeholder) *fixed = mended(a, address, proxy);
  return placeholder ? placeholder : wrong;
}

/* ---- findings ---- */

void address_report(context *p, const field *f, const char *shown, const char *wrong, const char *fixed) {
  arena *a = script_of(p->lua)->arena;
  const char *path = path_to(p, f->name);
  const char *value = fixed ? arena_printf(a, "\"%s\"", fixed) : NULL;
  const char *word = text_starts(wrong, "has {") ? arena_bytes(a, wrong + 4, strcspn(wrong + 4, "}") + 1) : NULL;
  finding_at(script_of(p->lua)->catalog->findings, ROSTER_ERROR, (finding_place){ .at = p->where, .path = path, .id = p->id, .word = word },
             value ? fix_line(a, p->where, path, value, NULL) : NULL, "%s: '%s'%s%s%s %s", block_name(p), path, shown ? " \"" : "",
             shown ? shown : "", shown ? "\"" : "", wrong);
}
