/* facts: see facts.h. */
#include "command/import/facts.h"

#include "command/shared/memory.h"
#include "util/strbuf.h"
#include "util/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_listed(const json_t *list, const char *wanted) {
  for (size_t i = 0; i < json_array_size(list); i++)
    if (text_is(json_string_value(json_array_get(list, i)), wanted)) return true;
  return false;
}

/* ---- differences ---- */

static void add_difference(strbuf *out, const char *name, const char *here, const char *there) {
  strbuf_format(out, "%s%s is %s here and %s in the file", out->length ? "; " : "", name, here, there);
}

static void add_amount(strbuf *out, const char *name, double here, const json_t *value) {
  const double there = json_number_value(value);
  strbuf part = { 0 };
  strbuf_format(&part, "%s%s is %.10g here and %.10g in the file", out->length ? "; " : "", name, here, there);
  if (here >= 0 && fabs(here - there) > 1e-9) strbuf_add(out, strbuf_text(&part));
  strbuf_free(&part);
}

static bool compare_amounts(strbuf *out, const char *of, const roster_prices *here, const json_t *price) {
  bool withheld = false;
  for (roster_price i = ROSTER_PRICE_INPUT; *roster_price_name(i); i++) {
    const json_t *value = json_object_get(price, roster_price_name(i));
    const double amount = here ? roster_prices_get(here, i) : -1;
    strbuf name = { 0 };
    strbuf_format(&name, "%s%s", of, roster_price_name(i));
    if (value && amount >= 0) add_amount(out, strbuf_text(&name), amount, value);
    withheld = withheld || (value && amount < 0);
    strbuf_free(&name);
  }
  return withheld;
}

static const roster_prices *tier_of(const roster_prices *here, int64_t above) {
  const roster_prices *tier;
  int64_t at = 0;
  for (size_t i = 0; (tier = roster_prices_tier_at(here, i, &at)); i++)
    if (at == above) return tier;
  return NULL;
}

/* Whether the row says more. */
static bool compare_price(strbuf *out, const roster_model *m, const json_t *price) {
  const roster_prices *here = roster_model_prices(m);
  bool withheld = compare_amounts(out, "price.", here, price);
  const char *above;
  json_t *tier, *tiers = json_object_get(price, "above");
  json_object_foreach(tiers, above, tier) {
    strbuf of = { 0 };
    strbuf_format(&of, "price.above[%s].", above);
    withheld = compare_amounts(out, strbuf_text(&of), here ? tier_of(here, atoll(above)) : NULL, tier) || withheld;
    strbuf_free(&of);
  }
  return withheld;
}

static void compare_count(strbuf *out, const char *name, int64_t here, int64_t there) {
  if (here > 0 && here != there)
    strbuf_format(out, "%s%s is %lld here and %lld in the file", out->length ? "; " : "", name, (long long)here, (long long)there);
}

static void compare_end(strbuf *out, const char *name, int64_t here, const json_t *there) {
  if (there) compare_count(out, name, here, json_integer_value(there));
}

static void compare_items(strbuf *out, const roster_field *f, const roster_model *m, const json_t *list) {
  strbuf here = { 0 }, there = { 0 };
  const char *item;
  bool differs = false;
  size_t count = 0;
  for (; (item = roster_model_field_item(m, f, count)); count++) {
    strbuf_format(&here, "%s%s", count ? ", " : "", item);
    differs = differs || !is_listed(list, item);
  }
  for (size_t i = 0; i < json_array_size(list); i++)
    strbuf_format(&there, "%s%s", i ? ", " : "", json_string_value(json_array_get(list, i)));
  if (count && (differs || count != json_array_size(list))) add_difference(out, f->name, strbuf_text(&here), strbuf_text(&there));
  strbuf_free(&here);
  strbuf_free(&there);
}

static void compare_flag(strbuf *out, const roster_field *f, roster_tri here, bool there) {
  if (here != ROSTER_UNKNOWN && (here == ROSTER_YES) != there)
    add_difference(out, f->name, there ? "false" : "true", there ? "true" : "false");
}

static void compare(strbuf *out, const roster_field *f, const roster_model *m, const json_t *value) {
  const char *text = json_string_value(value);
  switch (f->type) {
  case ROSTER_FIELD_TEXT:
    if (!text_is(f->upstream, "name") && !text_is(roster_model_field_text(m, f), text))
      add_difference(out, f->name, roster_model_field_text(m, f), text);
    break;
  case ROSTER_FIELD_CHOICE:
  case ROSTER_FIELD_DATE: {
    const char *here = roster_model_field_text(m, f);
    size_t least = text ? strlen(here) < strlen(text) ? strlen(here) : strlen(text) : 0; /* "2026-05" may be "2026-05-07" */
    if (least && strncmp(here, text, least) != 0) add_difference(out, f->name, here, text);
    break;
  }
  case ROSTER_FIELD_COUNT: compare_count(out, f->name, roster_model_field_count(m, f), json_integer_value(value)); break;
  case ROSTER_FIELD_PRICE: break; /* see compare_price */
  case ROSTER_FIELD_RANGE:
    compare_end(out, "reasoning_budget.min", roster_model_reasoning_budget_min(m), json_object_get(value, "min"));
    compare_end(out, "reasoning_budget.max", roster_model_reasoning_budget_max(m), json_object_get(value, "max"));
    break;
  case ROSTER_FIELD_LIST: compare_items(out, f, m, value); break;
  default: compare_flag(out, f, roster_model_field_flag(m, f), json_is_true(value)); break;
  }
}

static bool is_said(const roster_model *m, const roster_field *f) {
  switch (f->type) {
  case ROSTER_FIELD_COUNT: return roster_model_field_count(m, f) > 0;
  case ROSTER_FIELD_PRICE: return roster_model_prices(m) != NULL;
  case ROSTER_FIELD_LIST: return roster_model_field_item(m, f, 0) != NULL;
  case ROSTER_FIELD_RANGE: return roster_model_reasoning_budget_min(m) >= 0 || roster_model_reasoning_budget_max(m) >= 0;
  case ROSTER_FIELD_FLAG:
  case ROSTER_FIELD_TRI: return roster_model_field_flag(m, f) != ROSTER_UNKNOWN;
  default: return *roster_model_field_text(m, f) != 0;
  }
}

/* The members of a row that have no `upstream` of their own. */
static const char *member_of(const roster_field *f) { return f->upstream ? f->upstream : "reasoning_options"; }

char *facts_difference(const json_t *block, const roster_model *m, models_dev_refusal *on_withheld, void *payload) {
  strbuf out = { 0 };
  const roster_field *f;
  const char *member;
  json_t *value, *extra = json_object_get(block, "extra");
  for (size_t i = 0; (f = roster_field_at(i)); i++) {
    value = f->fact ? json_object_get(block, f->name) : NULL;
    if (!value) continue;
    bool known = is_said(m, f);
    if (known) compare(&out, f, m, value);
    if (text_is(f->upstream, "name")) known = text_is(roster_model_field_text(m, f), json_string_value(value));
    if (f->type == ROSTER_FIELD_PRICE) known = !compare_price(&out, m, value);
    if (!known) on_withheld(payload, member_of(f));
  }
  json_object_foreach(extra, member, value) on_withheld(payload, member);
  char *text = out.length ? copied(strbuf_text(&out)) : NULL;
  strbuf_free(&out);
  return text;
}
