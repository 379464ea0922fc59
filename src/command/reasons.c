/* reasons: see reasons.h. Causes are collected in a hash table by what their models have in common. Two models share a cause when their
 * verdicts have the same state, code and blame, and, where a response decided, the same provider, status and words of it but for the
 * model's name. A key that is not set is one cause for all providers. */
#include "command/reasons.h"

#include "command/shared/advice.h"
#include "command/shared/memory.h"
#include "command/shared/terminal.h"
#include "util/lookup.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMED = 12 };

/* The models of one provider that share a cause. */
typedef struct share {
  const roster_model *first;
  size_t count;
} share;

typedef struct cause {
  const roster_model **models;
  size_t count, room;
  lookup shares; /* by provider id */
} cause;

hue state_hue(roster_state state) {
  switch (state) {
  case ROSTER_READY: return HUE_GOOD;
  case ROSTER_BAD_CREDENTIAL:
  case ROSTER_NO_ACCESS:
  case ROSTER_NO_QUOTA:
  case ROSTER_NOT_LISTED: return HUE_BAD;
  case ROSTER_PENDING:
  case ROSTER_RATE_LIMITED:
  case ROSTER_UNREACHABLE:
  case ROSTER_PROVIDER_ERROR:
  case ROSTER_UNPROVEN: return HUE_DOUBT;
  default: return HUE_DIM;
  }
}

bool model_is_mock(const roster_model *m) { return strcmp(roster_provider_id(roster_model_provider(m)), "mock") == 0; }

/* ---- what is shared ---- */

static const char *reason_of(const roster_model *m) {
  return roster_model_stale(m) ? roster_model_stale_reason(m) : roster_model_reason(m);
}

/* "OPENAI_API_KEY" of "$OPENAI_API_KEY". */
static const char *key_name(const roster_model *m) {
  const char *source = roster_provider_credential_source(roster_model_provider(m));
  return *source == '$' ? source + 1 : "";
}

/* Adds text with every name in it replaced by the mark. */
static void add_without(strbuf *p, const char *text, const char *const *names, size_t count, const char *mark) {
  while (*text) {
    size_t i = 0;
    while (i < count && !(*names[i] && strncmp(text, names[i], strlen(names[i])) == 0)) i++;
    if (i < count) {
      strbuf_add(p, mark);
      text += strlen(names[i]);
    } else {
      strbuf_bytes(p, text++, 1);
    }
  }
}

static bool is_about_key(const roster_model *m) {
  roster_reason code = roster_model_reason_code(m);
  return *key_name(m) && (code == ROSTER_REASON_KEY_UNSET || code == ROSTER_REASON_KEY_MALFORMED);
}

/* A response may repeat the name of the model in the request. */
static void add_response(strbuf *p, const roster_model *m) {
  const char *names[] = { roster_model_api_name(m), roster_model_id(m) };
  strbuf_format(p, "%s\n%d\n", roster_provider_id(roster_model_provider(m)), roster_model_http_status(m));
  add_without(p, roster_model_said(m), names, 2, "\1");
}

/* What two models have in common that cannot be used for the same cause. */
static strbuf key_of(const roster_model *m) {
  strbuf key = { 0 };
  roster_reason code = roster_model_reason_code(m);
  const char *name = key_name(m);
  strbuf_format(&key, "%d\n%s\n%s\n", roster_model_stale(m), roster_state_name(roster_model_state(m)), roster_reason_name(code));
  strbuf_format(&key, "%s\n", roster_blame_name(roster_model_blame(m)));
  if (is_about_key(m))
    add_without(&key, reason_of(m), &name, 1, "\1");
  else if (code != ROSTER_REASON_NOT_ASKED && *roster_model_checked_at(m))
    add_response(&key, m);
  else if (code != ROSTER_REASON_MODEL_DISABLED)
    strbuf_add(&key, reason_of(m));
  return key;
}

static cause *cause_for(lookup *causes, arena *a, const roster_model *m) {
  strbuf key = key_of(m);
  cause *c = lookup_get(causes, strbuf_text(&key));
  if (!c) {
    c = arena_alloc(a, sizeof *c);
    lookup_add(causes, a, strbuf_text(&key), c);
  }
  strbuf_free(&key);
  return c;
}

static void join(cause *c, arena *a, const roster_model *m) {
  const char *provider = roster_provider_id(roster_model_provider(m));
  share *s = lookup_get(&c->shares, provider);
  if (!s) {
    s = arena_alloc(a, sizeof *s);
    s->first = m;
    lookup_add(&c->shares, a, provider, s);
  }
  s->count++;
  LIST_PUSH(a, c->models, c->count, c->room, m);
}

/* Verdicts from a response come first, then those that needed no request. */
static int rank(const cause *c) {
  roster_state state = roster_model_state(c->models[0]);
  if (state == ROSTER_DISABLED) return 3;
  if (state == ROSTER_NO_CREDENTIAL) return 2;
  return state == ROSTER_UNPROVEN;
}

/* ---- words ---- */

/* "bad_credential: 4 models of OpenAI" */
static void write_heading(const cause *c) {
  const roster_model *m = c->models[0];
  strbuf rest = { 0 };
  if (c->count == 1)
    strbuf_format(&rest, "%s (%s)", roster_model_id(m), roster_provider_title(roster_model_provider(m)));
  else
    add_count(&rest, c->count, "model");
  if (c->count > 1 && c->shares.count == 1) strbuf_format(&rest, " of %s", roster_provider_title(roster_model_provider(m)));
  if (c->count > 1 && c->shares.count > 1) {
    strbuf_add(&rest, " of ");
    add_count(&rest, c->shares.count, "provider");
  }
  hue h = state_hue(roster_model_state(m));
  const char *state = roster_model_stale(m) ? "stale" : roster_state_name(roster_model_state(m));
  if (roster_model_stale(m)) h = HUE_DOUBT;
  strbuf clean = { 0 };
  utf8_add_clean(&clean, strbuf_text(&rest));
  const bool fits = strlen(state) + 2 + utf8_text_columns(strbuf_text(&clean)) <= terminal_width();
  printf("%s%s%s:%s%s\n", hue_start(h), state, hue_end(h), fits ? " " : "", fits ? strbuf_text(&clean) : "");
  if (!fits) write_wrapped("  ", 2, strbuf_text(&clean));
  strbuf_free(&clean);
  strbuf_free(&rest);
}

static void write_ids(const cause *c) {
  strbuf ids = { 0 };
  for (size_t i = 0; i < c->count && i < MOST_NAMED; i++) strbuf_format(&ids, "%s%s", i ? ", " : "", roster_model_id(c->models[i]));
  if (c->count > MOST_NAMED) strbuf_format(&ids, " and %zu more", c->count - MOST_NAMED);
  write_wrapped("  ", 2, strbuf_text(&ids));
  strbuf_free(&ids);
}

/* With few models their ids, else how many there are. */
static void add_share(strbuf *p, const cause *c, const share *s) {
  const roster_provider *whose = roster_model_provider(s->first);
  strbuf_format(p, "%s (%s", key_name(s->first), roster_provider_title(whose));
  const char *lead = ":";
  for (size_t i = 0; c->count <= MOST_NAMED && i < c->count; i++) {
    if (roster_model_provider(c->models[i]) != whose) continue;
    strbuf_format(p, "%s %s", lead, roster_model_id(c->models[i]));
    lead = ",";
  }
  if (c->count > MOST_NAMED) strbuf_format(p, ", %zu", s->count);
  strbuf_add(p, ")");
}

/* "NAME is not set: OPENAI_API_KEY (OpenAI, 9), GEMINI_API_KEY (Google, 4)" */
static void write_keys(const cause *c, const char *sentence) {
  strbuf text = { 0 };
  strbuf_format(&text, "%s: ", sentence);
  for (size_t i = 0; i < c->shares.count; i++) {
    if (i) strbuf_add(&text, ", ");
    add_share(&text, c, c->shares.slots[i].value);
  }
  write_wrapped("  ", 2, strbuf_text(&text));
  strbuf_free(&text);
}

/* The text with NAME for the variable of m. */
static char *with_name(const roster_model *m, const char *text) {
  strbuf p = { 0 };
  const char *name = key_name(m);
  add_without(&p, text, &name, 1, "NAME");
  return p.at ? p.at : copied("");
}

static bool all_say_the_same(const cause *c) {
  for (size_t i = 1; i < c->count; i++)
    if (strcmp(reason_of(c->models[i]), reason_of(c->models[0])) != 0) return false;
  return true;
}

static void write_sentence(const cause *c, const char *reason) {
  strbuf text = { 0 };
  strbuf_add(&text, reason);
  if (text.length && !strchr(".!?", text.at[text.length - 1])) strbuf_add(&text, ".");
  if (!all_say_the_same(c)) strbuf_add(&text, " The others likewise.");
  if (text.length) write_wrapped("  ", 2, strbuf_text(&text));
  strbuf_free(&text);
}

static void write_hint(const char *hint) { advice_write("  next: ", 8, hint); }

static void write_shared(const cause *c) {
  const roster_model *m = c->models[0];
  char *reason = with_name(m, reason_of(m)), *hint = with_name(m, roster_model_hint(m));
  write_keys(c, reason);
  write_hint(hint);
  free(reason);
  free(hint);
}

static void write_cause(const cause *c) {
  const roster_model *m = c->models[0];
  write_heading(c);
  if (c->shares.count > 1 && is_about_key(m)) {
    write_shared(c);
    return;
  }
  if (c->count > 1) write_ids(c);
  write_sentence(c, reason_of(m));
  write_hint(roster_model_hint(m));
}

void reasons_write(const roster_model *const *models, size_t count) {
  arena *a = command_arena();
  lookup causes = { 0 };
  for (size_t i = 0; i < count; i++) join(cause_for(&causes, a, models[i]), a, models[i]);
  for (int r = 0; r < 4; r++) {
    for (size_t i = 0; i < causes.count; i++) {
      const cause *c = causes.slots[i].value;
      if (rank(c) != r) continue;
      putchar('\n');
      write_cause(c);
    }
  }
  arena_free(a);
}
