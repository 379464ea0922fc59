/* provider_doubts: what a block of a provider may say and cannot mean: an address with a placeholder or with the path of a request, regular
 * expressions where globs are, a list without what it is for, a command in one word. Each is a warning, looked for when definitions are
 * checked thoroughly. */
#include "library/definitions/plausibility.h"

#include "library/definitions/schema.h"
#include "library/definitions/setting.h"

#include <string.h>

typedef struct subject {
  catalog *c;
  const provider *of;
} subject;

static origin place(const subject *s, const char *name) { return schema_origin(schema_of("provider"), s->of, name); }

/* `path` is below the field `name`, or is it; `word` is what is wrong of it, or NULL. */
#define DOUBT(s, name, path_, word_, fix, format, ...)                                                                                     \
  finding_at((s)->c->findings, ROSTER_WARNING,                                                                                             \
             (finding_place){ .at = place((s), (name)), .path = (path_), .id = (s)->of->head.id, .word = (word_) }, (fix),                 \
             "provider '%s': '%s' " format, (s)->of->head.id, (path_), __VA_ARGS__)

/* ---- addresses ---- */

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* YOUR_RESOURCE, your-resource: what documents have in place of a name. NULL: none. */
static const char *placeholder_in(arena *a, const char *address) {
  const char *at = strstr(address, "://");
  for (at = at ? at + 3 : address; *at; at += strcspn(at, "/.:-?") + 1) {
    const size_t n = strcspn(at, "/.:?"), upper = strspn(at, UPPER);
    const bool shouted = upper >= 4 && upper == strcspn(at, "/.:-?") && strpbrk(arena_bytes(a, at, upper), "_");
    const bool yours = text_starts(at, "your-") || text_starts(at, "your_") || text_starts(at, "YOUR");
    if (shouted || yours) return arena_bytes(a, at, n);
    if (!at[strcspn(at, "/.:-?")]) break;
  }
  return NULL;
}

static void check_placeholder(const subject *s) {
  const char *word = s->of->base_url && !settings_source(s->c, s->of->base_url) ? placeholder_in(s->c->arena, s->of->base_url) : NULL;
  if (word) DOUBT(s, "base_url", "base_url", word, NULL, "still has %s, which stands for a name of your own: write that name", word);
}

/* The path of a request other than the protocol's own, which is taken off: see references.c. */
static void check_request_path(const subject *s) {
  static const char *const paths[] = { "/models", "/chat/completions", "/completions", "/responses", "/messages", "/embeddings" };
  const char *written = s->of->base_url, *own = s->of->speaks && s->of->speaks->chat_path ? s->of->speaks->chat_path : "";
  const char *prefix = s->of->prefix ? s->of->prefix : s->of->speaks && s->of->speaks->prefix ? s->of->speaks->prefix : "";
  for (size_t i = 0; written && !settings_source(s->c, written) && i < sizeof paths / sizeof *paths; i++) {
    if (!text_ends(written, paths[i]) || text_ends(written, own)) continue;
    size_t n = strlen(written) - strlen(paths[i]);
    const char *rest = arena_bytes(s->c->arena, written, n);
    const bool behind_prefix = *prefix && text_ends(rest, prefix);
    if (i == 0 && !behind_prefix) return; /* some hosts have all of their models below /models */
    if (behind_prefix) n -= strlen(prefix);
    const char *fix = fix_line(s->c->arena, place(s, "base_url"), "base_url", arena_printf(s->c->arena, "\"%.*s\"", (int)n, written), NULL);
    DOUBT(s, "base_url", "base_url", written + n, fix, "ends in \"%s\", the path of a request, which roster adds by itself: write %s",
          written + n, fix);
    return;
  }
}

/* ---- lists of names ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* "3.*" may be meant as it is: all of version 3. */
static bool is_regular_expression(const char *glob) {
  const char *any = strstr(glob, ".*");
  const bool dots = any && (any == glob || !is_digit(any[-1]));
  return *glob == '^' || (*glob && glob[strlen(glob) - 1] == '$') || strstr(glob, ".+") || strstr(glob, "\\d") || strstr(glob, "\\.") ||
         dots;
}

/* The glob that was meant; NULL where it has none. */
static const char *as_glob(arena *a, const char *expression) {
  strbuf b = { .arena = a };
  const bool begins = *expression == '^', ends = text_ends(expression, "$");
  const char *at = expression + begins, *end = expression + strlen(expression) - ends;
  if (ends && !begins && !text_starts(at, ".*") && !text_starts(at, ".+")) strbuf_add(&b, "*");
  for (; at < end; at++) {
    if (strchr("()[]|{}+?", *at)) return NULL;
    if (*at == '.' && (at[1] == '*' || at[1] == '+'))
      at++, strbuf_add(&b, "*");
    else if (*at == '\\' && at[1] == '.')
      at++, strbuf_add(&b, ".");
    else if (*at == '\\')
      return NULL;
    else
      strbuf_bytes(&b, at, 1);
  }
  if (begins && !ends && !text_ends(strbuf_text(&b), "*")) strbuf_add(&b, "*");
  return strbuf_text(&b);
}

static void check_globs(const subject *s, const char *name, const texts *list) {
  arena *a = s->c->arena;
  for (size_t i = 0; i < list->count; i++) {
    if (!is_regular_expression(list->at[i])) continue;
    const char *glob = as_glob(a, list->at[i]);
    DOUBT(s, name, arena_printf(a, "%s[%zu]", name, i + 1), NULL, glob ? arena_printf(a, "\"%s\"", glob) : NULL,
          "is a regular expression, and this is a list of globs, in which * stands for any characters%s%s%s", glob ? ": write \"" : "",
          glob ? glob : "", glob ? "\"" : "");
  }
}

static void check_discovery(const subject *s) {
  const char *name = s->of->discover_allow.count ? "discover_allow" : "discover_deny";
  check_globs(s, "discover_allow", &s->of->discover_allow);
  check_globs(s, "discover_deny", &s->of->discover_deny);
  if (s->of->discover || (!s->of->discover_allow.count && !s->of->discover_deny.count) || place(s, name).line <= 0) return;
  if (place(s, name).file != s->of->head.at.file) return; /* a block that amends: `discover` may be on in another file */
  DOUBT(s, name, name, NULL, NULL, "chooses among what is discovered, and nothing is: add %s",
        is_json_origin(place(s, name)) ? "\"discover\": true" : "discover = true");
}

/* ---- what lacks its other half ---- */

static void check_tls(const subject *s) {
  const tls *t = s->of->tls;
  if (t && t->client_key && !t->client_cert)
    DOUBT(s, "tls", "tls.client_key", NULL, NULL, "is the key of a certificate, and none is named: add %s",
          is_json_origin(place(s, "tls")) ? "\"client_cert\": \"FILE\"" : "client_cert = \"FILE\"");
}

/* A path may have blanks: then there is a slash behind them, too. */
static bool is_command_line(const char *word) {
  const char *blank = strchr(word, ' ');
  return blank && blank > word && blank[1] && !(strchr(word, '/') && strchr(blank, '/'));
}

static const char *as_words(arena *a, const char *command, bool json) {
  strbuf b = { .arena = a };
  for (const char *at = command; *at; at += strspn(at, " ")) {
    const size_t n = strcspn(at, " ");
    strbuf_format(&b, "%s\"%.*s\"", b.length ? ", " : json ? "[" : "{ ", (int)n, at);
    at += n;
  }
  strbuf_add(&b, json ? "]" : " }");
  return strbuf_text(&b);
}

static void check_helpers(const subject *s) {
  const bool json = is_json_origin(place(s, "credential"));
  for (const credential *one = s->of->credential; one; one = one->next) {
    const char *word = one->helper.count == 1 ? one->helper.at[0] : NULL;
    if (!word || !is_command_line(word) || strpbrk(word, "\"'\\")) continue;
    const char *way = as_words(s->c->arena, word, json);
    DOUBT(s, "credential", "credential", arena_printf(s->c->arena, "\"%s\"", word), NULL,
          "has a helper of one word with blanks, which no program is called: each argument is an item of its own, %s",
          arena_printf(s->c->arena, json ? "\"helper\": %s" : "helper = %s", way));
  }
}

/* ---- all of it ---- */

void provider_doubts_check(catalog *c) {
  for (size_t i = 0; i < c->providers.count; i++) {
    const subject s = { c, c->providers.at[i] };
    if (s.of->base) continue;
    check_placeholder(&s);
    check_request_path(&s);
    check_discovery(&s);
    check_tls(&s);
    check_helpers(&s);
  }
}
