/* documents: see documents.h. */
#include "server/documents.h"

#include "command/shared/output.h"
#include "server/slices.h"

#include <string.h>

static const char LISTS[2][12] = { "models", "unavailable" };

static slice whole(const roster_snapshot *s) {
  size_t size = 0;
  const char *text = roster_snapshot_json(s, &size);
  return (slice){ text, text + size };
}

void document_models(strbuf *p, const roster_snapshot *s) {
  slice text = whole(s);
  strbuf_bytes(p, text.from, (size_t)(text.to - text.from));
}

/* The library's writers work like snprintf. */
typedef size_t story_writer(const roster_snapshot *s, const char *id, char *out, size_t size);

static char *room_for(strbuf *p, size_t length) {
  strbuf_pad(p, length);
  return p->at + p->length - length;
}

static void add_story(strbuf *p, story_writer *print, const roster_snapshot *s, const char *id) {
  size_t length = print(s, id, NULL, 0);
  print(s, id, room_for(p, length), length + 1);
  while (p->length && p->at[p->length - 1] == '\n') p->at[--p->length] = '\0';
}

void document_story(strbuf *p, const roster_snapshot *s, const char *id) { add_story(p, roster_write_explain_json, s, id); }
void document_resolution(strbuf *p, const roster_snapshot *s, const char *id) { add_story(p, roster_write_resolve_json, s, id); }

void document_providers(strbuf *p, const roster_snapshot *s) {
  size_t length = roster_write_providers_json(s, NULL, 0);
  roster_write_providers_json(s, room_for(p, length), length + 1);
}

void document_changes(strbuf *p, const roster_snapshot *before, const roster_snapshot *after) {
  size_t length = roster_write_changes_json(before, after, NULL, 0);
  roster_write_changes_json(before, after, room_for(p, length), length + 1);
  while (p->length && p->at[p->length - 1] == '\n') p->at[--p->length] = '\0';
}

/* ---- parts of /api/models ---- */

/* The entries of a list stand in the order of the models. NULL behind the last. */
static const roster_model *next_model(const roster_snapshot *s, bool usable, size_t *at) {
  if (usable) return roster_at(s, (*at)++);
  const roster_model *m;
  do m = roster_known_at(s, (*at)++);
  while (m && roster_model_usable(m));
  return m;
}

static bool is_chosen(const choice *c, const roster_model *m) {
  return !c->provider || strcmp(roster_provider_id(roster_model_provider(m)), c->provider) == 0;
}

static void add_entries(strbuf *p, const roster_snapshot *s, bool usable, slice list, const choice *c) {
  size_t at = 0;
  bool first = true;
  strbuf_add(p, "[");
  for (slice entry; slice_next(&list, &entry);) {
    const roster_model *m = next_model(s, usable, &at);
    if (!m || !is_chosen(c, m) || (c->available && !usable)) continue;
    if (!first) strbuf_add(p, ",");
    first = false;
    if (c->verbose)
      document_story(p, s, roster_model_id(m));
    else
      strbuf_bytes(p, entry.from, (size_t)(entry.to - entry.from));
  }
  strbuf_add(p, "]");
}

void document_chosen(strbuf *p, const roster_snapshot *s, const choice *c) {
  slice text = whole(s);
  const char *from = text.from;
  for (int i = 0; i < 2; i++) {
    slice list = slice_member(text, LISTS[i]);
    if (!list.from) continue;
    strbuf_bytes(p, from, (size_t)(list.from - from));
    add_entries(p, s, i == 0, list, c);
    from = list.to;
  }
  strbuf_bytes(p, from, (size_t)(text.to - from));
}

void document_entry(strbuf *p, const roster_snapshot *s, const roster_model *wanted) {
  bool usable = roster_model_usable(wanted);
  slice list = slice_member(whole(s), LISTS[usable ? 0 : 1]);
  size_t at = 0;
  for (slice entry; slice_next(&list, &entry);)
    if (next_model(s, usable, &at) == wanted) strbuf_bytes(p, entry.from, (size_t)(entry.to - entry.from));
}

/* ---- /v1/models ---- */

/* Seconds since 1970 of the midnight that "2026-09-24" begins with; 0 when it is no date. */
static long long day_of(const char *date) {
  static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
  if (strlen(date) != 10 || date[4] != '-' || date[7] != '-') return 0;
  int parts[3] = { 0 }, part = 0;
  for (const char *s = date; *s; s++)
    if (*s == '-')
      part++;
    else if (*s >= '0' && *s <= '9')
      parts[part] = parts[part] * 10 + (*s - '0');
    else
      return 0;
  int year = parts[0], month = parts[1];
  if (year < 1970 || month < 1 || month > 12 || parts[2] < 1 || parts[2] > 31) return 0;
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  int last = year - 1, leaps = last / 4 - last / 100 + last / 400 - 477; /* 477 of them before 1970 */
  return ((year - 1970) * 365LL + leaps + before[month - 1] + (leap && month > 2) + parts[2] - 1) * 86400;
}

/* Both clients want to know when a model was made. Where nobody knows, Anthropic's own answers say 1970 too. */
void document_v1_model(strbuf *p, const roster_model *m) {
  const char *date = roster_model_release_date(m);
  long long created = day_of(date);
  const char *title = *roster_model_description(m) ? roster_model_description(m) : roster_model_id(m);
  strbuf_add(p, "{\"id\":");
  quote_json(p, roster_model_id(m));
  strbuf_format(p, ",\"object\":\"model\",\"created\":%lld,\"owned_by\":", created);
  quote_json(p, roster_provider_id(roster_model_provider(m)));
  strbuf_add(p, ",\"type\":\"model\",\"display_name\":");
  quote_json(p, title);
  strbuf_format(p, ",\"created_at\":\"%sT00:00:00Z\"}", created ? date : "1970-01-01");
}

static void add_id_or_null(strbuf *p, const roster_model *m) {
  if (m)
    quote_json(p, roster_model_id(m));
  else
    strbuf_add(p, "null");
}

void document_v1_list(strbuf *p, const roster_snapshot *s) {
  size_t count = roster_count(s);
  strbuf_add(p, "{\"object\":\"list\",\"data\":[");
  for (size_t i = 0; i < count; i++) {
    if (i) strbuf_add(p, ",");
    document_v1_model(p, roster_at(s, i));
  }
  strbuf_add(p, "],\"has_more\":false,\"first_id\":");
  add_id_or_null(p, roster_at(s, 0));
  strbuf_add(p, ",\"last_id\":");
  add_id_or_null(p, count ? roster_at(s, count - 1) : NULL);
  strbuf_add(p, "}");
}
