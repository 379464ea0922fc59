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

static void compare_amounts(strbuf *out, const roster_model *m, const json_t *price) {
  static const char *const names[] = { "input", "output", "cache_read", "cache_write" };
  for (int i = 0; i < 4; i++) {
    const json_t *value = json_object_get(price, names[i]);
    double here = roster_model_price(m, (roster_price)i), there = json_number_value(value);
    strbuf part = { 0 };
    strbuf_format(&part, "%sprice.%s is %.10g here and %.10g in the file", out->length ? "; " : "", names[i], here, there);
    if (value && here >= 0 && fabs(here - there) > 1e-9) strbuf_add(out, strbuf_text(&part));
    strbuf_free(&part);
  }
}

static void compare_count(strbuf *out, const roster_field *f, int64_t here, int64_t there) {
  if (here > 0 && here != there)
    strbuf_format(out, "%s%s is %lld here and %lld in the file", out->length ? "; " : "", f->name, (long long)here, (long long)there);
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
  case ROSTER_FIELD_TEXT: break;
  case ROSTER_FIELD_CHOICE:
  case ROSTER_FIELD_DATE: {
    const char *here = roster_model_field_text(m, f);
    size_t least = text ? strlen(here) < strlen(text) ? strlen(here) : strlen(text) : 0; /* "2026-05" may be "2026-05-07" */
    if (least && strncmp(here, text, least) != 0) add_difference(out, f->name, here, text);
    break;
  }
  case ROSTER_FIELD_COUNT: compare_count(out, f, roster_model_field_count(m, f), json_integer_value(value)); break;
  case ROSTER_FIELD_PRICE: compare_amounts(out, m, value); break;
  case ROSTER_FIELD_LIST: compare_items(out, f, m, value); break;
  default: compare_flag(out, f, roster_model_field_flag(m, f), json_is_true(value)); break;
  }
}

char *facts_difference(const json_t *block, const roster_model *m) {
  strbuf out = { 0 };
  const roster_field *f;
  for (size_t i = 0; (f = roster_field_at(i)); i++)
    if (f->upstream && json_object_get(block, f->name)) compare(&out, f, m, json_object_get(block, f->name));
  char *text = out.length ? copied(strbuf_text(&out)) : NULL;
  strbuf_free(&out);
  return text;
}
