/* plausibility: what parses and cannot be meant: tokens without K, dollars in another unit, times in another unit, days in the wrong order,
 * limits above each other. Each is a warning that shows the line to write. A value that a source or a listing brought is never doubted
 * here: nobody could mend it. */
#include "library/definitions/plausibility.h"

#include "library/definitions/schema.h"

#include <math.h>
#include <string.h>

#define MONTHS ((int64_t)92 * 86400 * 1000)

enum {
  FEWEST_WINDOW = 1024, /* no model for chat has less: the numbers of thousands are below it */
  FEWEST_OUTPUT = 257,
  FEWEST_TIER = 8, /* thousands of tokens */
  MOST_WINDOW = 20 * 1000 * 1000,
  DEAREST = 1000 /* dollars per million tokens */
};

bool is_json_origin(origin at) { return at.file && text_ends(at.file, ".json"); }

const char *fix_line(arena *a, origin at, const char *key, const char *in_lua, const char *in_json) {
  const char *name = strrchr(key, '.') ? strrchr(key, '.') + 1 : key;
  if (is_json_origin(at)) return arena_printf(a, "\"%s\": %s", name, in_json ? in_json : in_lua);
  const bool is_name = !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")];
  return arena_printf(a, is_name ? "%s = %s" : "[\"%s\"] = %s", name, in_lua);
}

const char *fix_scheme(arena *a, origin at, const char *base_url) {
  const char *host = strstr(base_url, "://");
  return host ? fix_line(a, at, "base_url", arena_printf(a, "\"https%s\"", host), NULL) : NULL;
}

/* "128 * K" */
static const char *tokens_in_lua(arena *a, int64_t tokens) {
  if (tokens % 1000000 == 0) return arena_printf(a, "%lld * M", (long long)(tokens / 1000000));
  return arena_printf(a, tokens % 1000 ? "%lld" : "%lld * K", (long long)(tokens % 1000 ? tokens : tokens / 1000));
}

/* ---- a field of a block ---- */

typedef struct subject {
  catalog *c;
  const char *verb;
  const entity *of;
} subject;

static origin place(const subject *s, const char *name) { return schema_origin(schema_of(s->verb), s->of, name); }

static const char *block(const subject *s) { return s->of->id ? arena_printf(s->c->arena, "%s '%s'", s->verb, s->of->id) : s->verb; }

/* `path` is below the field `name`. */
#define DOUBT(s, name, path_, fix, format, ...)                                                                                            \
  finding_at((s)->c->findings, ROSTER_WARNING, (finding_place){ .at = place((s), (name)), .path = (path_), .id = (s)->of->id }, (fix),     \
             "%s: '%s' " format, block(s), (path_), __VA_ARGS__)

static bool is_given(const subject *s, const char *name) {
  const schema *of = schema_of(s->verb);
  const bool given = s->of->given & (uint64_t)1 << (schema_field(of, name) - of->fields);
  return given && place(s, name).line > 0;
}

/* ---- tokens ---- */

static bool is_for_chat(const model *m) { return !m->kind || text_is(m->kind, "chat"); }

static void doubt_tokens(const subject *s, const char *name, int64_t tokens, int64_t meant) {
  arena *a = s->c->arena;
  const char *in_lua = tokens_in_lua(a, meant), *in_json = arena_printf(a, "%lld", (long long)meant);
  const char *shown = is_json_origin(place(s, name)) ? in_json : in_lua;
  DOUBT(s, name, name, fix_line(a, place(s, name), name, in_lua, in_json), "is %lld token%s: did you mean %s?", (long long)tokens,
        tokens == 1 ? "" : "s", shown);
}

/* Whether the number of tokens is doubted. */
static bool check_tokens(const subject *s, const char *name, int64_t tokens, int64_t fewest) {
  if (!tokens || !is_given(s, name)) return false;
  const bool few = tokens<fewest, many = tokens> MOST_WINDOW;
  if (few) doubt_tokens(s, name, tokens, tokens * 1000);
  if (many) doubt_tokens(s, name, tokens, tokens / 1000);
  return few || many;
}

static void check_limit(const subject *s, const char *name, int64_t tokens, const model *m) {
  if (tokens > m->context_window && is_given(s, name) && is_given(s, "context_window"))
    DOUBT(s, name, name, NULL, "is %lld, more than the %lld tokens of 'context_window', which counts all of them", (long long)tokens,
          (long long)m->context_window);
}

static void check_windows(const subject *s, const model *m) {
  if (m->head.wrong == UINT64_MAX) return; /* 128,000: what is behind the comma was found */
  bool odd = is_for_chat(m) && check_tokens(s, "context_window", m->context_window, FEWEST_WINDOW);
  odd = (is_for_chat(m) && check_tokens(s, "max_input_tokens", m->max_input_tokens, FEWEST_WINDOW)) || odd;
  odd = (is_for_chat(m) && check_tokens(s, "max_output_tokens", m->max_output_tokens, FEWEST_OUTPUT)) || odd;
  if (odd || !m->context_window) return;
  check_limit(s, "max_output_tokens", m->max_output_tokens, m);
  check_limit(s, "max_input_tokens", m->max_input_tokens, m);
}

/* ---- prices ---- */

static void check_amount(const subject *s, roster_price which, double dollars) {
  if (which == ROSTER_PRICE_IMAGE || dollars < DEAREST) return;
  arena *a = s->c->arena;
  const char *path = arena_printf(a, "price.%s", price_name(which)), *meant = arena_printf(a, "%.10g", dollars / 1000);
  DOUBT(s, "price", path, fix_line(a, place(s, "price"), path, meant, meant),
        "is %.10g: prices are in dollars per million tokens, and no model costs that much (did you mean %s?)", dollars, meant);
}

/* [200] in place of [200 * K] */
static void check_tiers(const subject *s, const price_steps *tiers) {
  arena *a = s->c->arena;
  for (size_t i = 0; tiers && i < tiers->count; i++) {
    const int64_t tokens = tiers->at[i].start;
    if (tokens < FEWEST_TIER || tokens >= FEWEST_WINDOW) continue;
    const bool json = is_json_origin(place(s, "price"));
    const char *meant =
        json ? arena_printf(a, "\"%lld\"", (long long)tokens * 1000) : arena_printf(a, "[%s]", tokens_in_lua(a, tokens * 1000));
    DOUBT(s, "price", arena_printf(a, "price.above[%lld]", (long long)tokens), NULL,
          "is for prompts of more than %lld token%s: did you mean %s?", (long long)tokens, tokens == 1 ? "" : "s", meant);
    return; /* the others are alike */
  }
}

static void check_price(const subject *s, const price *p) {
  if (!p || !is_given(s, "price")) return;
  for (int i = 0; i < PRICE_KINDS; i++)
    if (p->head.given & (uint64_t)1 << i) check_amount(s, (roster_price)i, p->amounts[i]);
  check_tiers(s, p->above);
}

/* ---- days ---- */

static bool is_before(const char *day, const char *other) {
  const size_t n = day && other ? strnlen(day, strlen(other)) : 0; /* a month is compared with a month */
  return n && strncmp(day, other, n) < 0;
}

static void check_order(const subject *s, const char *name, const char *day, const char *what, const char *before, const char *verb) {
  if (is_before(day, before) && is_given(s, name))
    DOUBT(s, name, name, NULL, "is %s, before it was %s (%s = \"%s\")", day, verb, what, before);
}

static void check_days(const subject *s, const model *m) {
  check_order(s, "retires", m->retires, "release_date", m->release_date, "released");
  check_order(s, "deprecated", m->deprecated, "release_date", m->release_date, "released");
  check_order(s, "last_updated", m->last_updated, "release_date", m->release_date, "released");
  check_order(s, "retires", m->retires, "deprecated", m->deprecated, "deprecated");
}

/* ---- times ---- */

/* In the unit that was left out. */
static const char *time_in_lua(arena *a, int64_t ms, int64_t factor) {
  if (factor == 1 && ms >= 7200000 && ms % 3600000 == 0) factor = 3600;
  const int64_t unit = factor > 1000 ? factor * 1000 : 1000;
  return arena_printf(a, "%.10g * %s", (double)ms / (double)unit, factor == 86400 ? "days" : factor == 3600 ? "hours" : "seconds");
}

static const char *seconds_in_json(arena *a, int64_t ms) { return arena_printf(a, "%.10g", (double)ms / 1000); }

typedef struct usual_time {
  const char *verb, *name;
  int64_t least, most; /* milliseconds between which nobody wonders */
  int64_t factor;      /* what the number was counted in, where it is below that */
  int64_t step;        /* above `most` only multiples of this are doubted, which are milliseconds; 0: all */
} usual_time;

static const usual_time usual_times[] = {
  { "provider", "timeout", 50, 999000, 1000, 500000 },        { "gateway", "timeout", 50, 999000, 1000, 500000 },
  { "source", "timeout", 50, 999000, 1000, 500000 },          { "source", "every", 60000, MONTHS, 3600, 0 },
  { "validate", "keep_stale", 60000, INT64_MAX, 3600, 0 },    { "validate", "deadline", 50, 3600000, 1000, 0 },
  { "validate", "warn_ahead", 3600000, INT64_MAX, 86400, 0 }, { "validate", "billed_holds", 60000, INT64_MAX, 86400, 0 },
};

static void check_time(const subject *s, const usual_time *u, int64_t ms) {
  arena *a = s->c->arena;
  if (ms == 0 || (ms >= u->least && ms <= u->most) || !is_given(s, u->name)) return;
  if (ms > u->most && u->step && ms % u->step) return;
  const int64_t meant = ms > u->most ? ms / 1000 : ms * u->factor;
  const char *in_lua = time_in_lua(a, meant, ms > u->most ? 1 : u->factor), *in_json = seconds_in_json(a, meant);
  DOUBT(s, u->name, u->name, fix_line(a, place(s, u->name), u->name, in_lua, in_json), "is %s seconds: did you mean %s?",
        seconds_in_json(a, ms), is_json_origin(place(s, u->name)) ? in_json : in_lua);
}

static void check_times(const subject *s) {
  const schema *of = schema_of(s->verb);
  for (size_t i = 0; i < sizeof usual_times / sizeof *usual_times; i++) {
    const usual_time *u = &usual_times[i];
    if (!text_is(u->verb, s->verb)) continue;
    check_time(s, u, *(const int64_t *)(const void *)((const char *)s->of + schema_field(of, u->name)->offset));
  }
}

/* ---- all of it ---- */

void plausibility_check(catalog *c) {
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i];
    const subject s = { c, "model", &m->head };
    check_windows(&s, m);
    check_price(&s, m->price);
    check_days(&s, m);
  }
  for (size_t i = 0; c->thorough && i < c->providers.count; i++) check_times(&(subject){ c, "provider", &c->providers.at[i]->head });
  for (size_t i = 0; c->thorough && i < c->gateways.count; i++) check_times(&(subject){ c, "gateway", &c->gateways.at[i]->head });
  for (size_t i = 0; c->thorough && i < c->sources.count; i++) check_times(&(subject){ c, "source", &c->sources.at[i]->head });
  if (c->thorough) check_times(&(subject){ c, "validate", &c->policy.head });
}
