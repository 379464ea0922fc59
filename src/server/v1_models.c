/* v1_models: see v1_models.h. */
#include "server/v1_models.h"

#include "command/shared/memory.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- dates ---- */

/* Seconds since 1970 at the start of a day such as "2026-09-24"; 0 when it is none, as a month, or was before. */
static long long day_of(const char *date) {
  const int64_t begins = strlen(date) == 10 ? day_ms(date) : 0;
  return begins > 0 ? begins / 1000 : 0;
}

static void write_day(writer *w, const char *name, const char *date) {
  char text[40] = "";
  if (day_of(date)) snprintf(text, sizeof text, "%.10sT00:00:00Z", date);
  write_text_or_null(w, name, text);
}

/* ---- capabilities: each known one of Anthropic's has its member, and what nobody said is null in it ---- */

static void write_support(writer *w, const char *name, roster_tri supported) {
  write_open(w, name, '{');
  write_flag_or_null(w, "supported", supported != ROSTER_UNKNOWN, supported == ROSTER_YES);
  write_close(w, '}');
}

/* The same with a member for each detail, of which nothing is known. */
static void write_details(writer *w, const char *name, roster_tri supported, const char *inside, const char *const *details) {
  write_open(w, name, '{');
  write_flag_or_null(w, "supported", supported != ROSTER_UNKNOWN, supported == ROSTER_YES);
  if (inside) write_open(w, inside, '{');
  for (; *details; details++) write_support(w, *details, ROSTER_UNKNOWN);
  if (inside) write_close(w, '}');
  write_close(w, '}');
}

typedef const char *list_getter(const roster_model *m, size_t index);

/* Whether a list has the word; unknown where the list is empty. */
static roster_tri listed(const roster_model *m, list_getter *at, const char *word) {
  if (!at(m, 0)) return ROSTER_UNKNOWN;
  const char *item;
  for (size_t i = 0; (item = at(m, i)); i++)
    if (strcmp(item, word) == 0) return ROSTER_YES;
  return ROSTER_NO;
}

static void write_effort(writer *w, const roster_model *m) {
  static const char *const levels[] = { "low", "medium", "high", "xhigh", "max", NULL };
  bool known = roster_model_reasoning_level_at(m, 0) != NULL;
  write_open(w, "effort", '{');
  write_flag_or_null(w, "supported", known, true);
  for (size_t i = 0; levels[i]; i++) write_support(w, levels[i], listed(m, roster_model_reasoning_level_at, levels[i]));
  write_close(w, '}');
}

static void write_capabilities(writer *w, const roster_model *m) {
  static const char *const strategies[] = { "clear_thinking_20251015", "clear_tool_uses_20250919", "compact_20260112", NULL };
  static const char *const tools[] = { "code_execution", "web_search", NULL };
  static const char *const types[] = { "adaptive", "between_tools", "disabled", "enabled", NULL };
  roster_tri thinks = roster_model_reasoning(m), shaped = roster_model_structured_output(m);
  if (thinks == ROSTER_UNKNOWN && shaped == ROSTER_UNKNOWN && !roster_model_input_modality_at(m, 0) &&
      !roster_model_reasoning_level_at(m, 0)) {
    write_text_or_null(w, "capabilities", NULL);
    return;
  }
  write_open(w, "capabilities", '{');
  write_support(w, "batch", ROSTER_UNKNOWN);
  write_support(w, "citations", ROSTER_UNKNOWN);
  write_support(w, "code_execution", ROSTER_UNKNOWN);
  write_details(w, "context_management", ROSTER_UNKNOWN, NULL, strategies);
  write_effort(w, m);
  write_support(w, "image_input", listed(m, roster_model_input_modality_at, "image"));
  write_support(w, "pdf_input", listed(m, roster_model_input_modality_at, "pdf"));
  write_details(w, "server_tools", ROSTER_UNKNOWN, NULL, tools);
  write_support(w, "structured_outputs", shaped);
  write_details(w, "thinking", thinks, "types", types);
  write_close(w, '}');
}

/* ---- one model ---- */

/* In Anthropic's words a model that has a day of retirement is deprecated. NULL: nobody said. */
static const char *lifecycle(const roster_model *m) {
  const char *status = roster_model_status(m);
  if (strcmp(status, "deprecated") == 0 || *roster_model_deprecated(m) || *roster_model_retires(m)) return "deprecated";
  return *status ? "active" : NULL;
}

/* "opus" of the family "claude-opus"; only Anthropic has lines. */
static const char *line(const roster_model *m) {
  const char *family = roster_model_family(m);
  return text_starts(family, "claude-") ? family + strlen("claude-") : NULL;
}

static void write_limits(writer *w, const roster_model *m) {
  int64_t input = roster_model_max_input_tokens(m);
  write_count_or_null(w, "max_input_tokens", input > 0 ? input : roster_model_context_window(m));
  write_count_or_null(w, "max_tokens", roster_model_max_output_tokens(m));
}

/* Clients of both kinds require a date. Where none is known, 1970 is what Anthropic's own API gives too. */
static void write_model(writer *w, const roster_model *m) {
  long long created = day_of(roster_model_release_date(m));
  write_open(w, NULL, '{');
  write_text(w, "id", roster_model_id(m));
  write_text(w, "object", "model");
  write_integer(w, "created", created);
  write_text(w, "owned_by", roster_provider_id(roster_model_provider(m)));
  write_text(w, "type", "model");
  write_text(w, "display_name", *roster_model_description(m) ? roster_model_description(m) : roster_model_id(m));
  if (created)
    write_day(w, "created_at", roster_model_release_date(m));
  else
    write_text(w, "created_at", "1970-01-01T00:00:00Z");
  write_limits(w, m);
  write_capabilities(w, m);
  write_text_or_null(w, "lifecycle", lifecycle(m));
  write_text_or_null(w, "line", line(m));
  write_day(w, "deprecated_at", roster_model_deprecated(m));
  write_day(w, "retires_at", roster_model_retires(m));
  write_close(w, '}');
}

void v1_model_write(strbuf *out, const roster_model *m) {
  writer w = { .text = *out };
  write_model(&w, m);
  *out = w.text;
}

/* ---- the list ---- */

bool v1_has(const roster_model *m) {
  const char *kind = roster_model_kind(m);
  return roster_model_usable(m) && (!*kind || strcmp(kind, "chat") == 0);
}

/* The listed models, in their order, of all that are known; malloc'd, NULL without memory. `cursor` becomes how many of them come before
 * the model with this id, which may have become unusable since the page before; *known is false when there is none. */
static const roster_model **list_models(const roster_snapshot *s, const char *id, size_t *count, size_t *cursor, bool *known) {
  size_t all = roster_known_count(s);
  const roster_model **list = malloc((all + 1) * sizeof *list);
  if (!list) return NULL;
  *count = 0;
  *known = !id;
  for (size_t i = 0; i < all; i++) {
    const roster_model *m = roster_known_at(s, i);
    if (id && strcmp(roster_model_id(m), id) == 0) *known = true, *cursor = *count;
    if (v1_has(m)) list[(*count)++] = m;
  }
  return list;
}

static const char *id_at(const roster_model *const *list, size_t from, size_t to, size_t i) {
  return from < to ? roster_model_id(list[i]) : NULL;
}

static void write_list(writer *w, const roster_model *const *list, size_t from, size_t to, bool more) {
  write_open(w, NULL, '{');
  write_text(w, "object", "list");
  write_open(w, "data", '[');
  for (size_t i = from; i < to; i++) write_model(w, list[i]);
  write_close(w, ']');
  write_flag(w, "has_more", more);
  write_text_or_null(w, "first_id", id_at(list, from, to, from));
  write_text_or_null(w, "last_id", id_at(list, from, to, to - 1));
  write_close(w, '}');
}

bool v1_models_write(strbuf *out, const roster_snapshot *s, const v1_page *page) {
  const char *id = page->after_id ? page->after_id : page->before_id;
  size_t count, cursor = 0, from = 0, to;
  bool known, backwards = !page->after_id && page->before_id;
  const roster_model **list = list_models(s, id, &count, &cursor, &known);
  if (!list) {
    strbuf_fail(out);
    return true;
  }
  size_t limit = page->limit ? page->limit : count;
  if (page->after_id && known) from = cursor + (cursor < count && strcmp(roster_model_id(list[cursor]), id) == 0);
  to = backwards ? cursor : count;
  if (to - from > limit) backwards ? (from = to - limit) : (to = from + limit);
  writer w = { .text = *out };
  if (known) write_list(&w, list, from, to, backwards ? from > 0 : to < count);
  *out = w.text;
  free(list);
  return known;
}
