/* finding_text: see finding_text.h. A line that is wider than the output is cut around the underline, with "…" where something is left out.
 */
#include "command/shared/finding_text.h"

#include "command/shared/terminal.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <string.h>

enum { TAB = 4, MOST_DIGITS = 12 };

/* ---- the line of the file ---- */

/* In columns of the output. */
typedef struct view {
  size_t total;     /* of the line */
  size_t mark, end; /* what is underlined */
  size_t from, to;  /* what is shown */
} view;

/* Adds the character at s as it is shown: a tab as spaces. Returns its bytes; *columns is what it takes. */
static size_t add_character(strbuf *out, const char *s, size_t *columns) {
  char one[8] = "";
  codepoint c;
  const size_t length = utf8_read(s, &c), before = out->length;
  memcpy(one, s, length);
  if (*s == '\t')
    strbuf_pad(out, TAB);
  else
    utf8_add_clean(out, one);
  *columns = out->length > before ? utf8_text_columns(out->at + before) : 0;
  return length;
}

static view measured(const finding *f, size_t width) {
  view v = { 0 };
  strbuf out = { 0 };
  int character = 1;
  for (const char *s = f->source; *s; character++) {
    size_t columns = 0;
    if (character == f->column) v.mark = v.total;
    s += add_character(&out, s, &columns);
    v.total += columns;
    if (character < f->column + f->length) v.end = v.total;
  }
  if (f->column >= character) v.mark = v.total;
  if (v.end <= v.mark) v.end = v.mark + 1;
  strbuf_free(&out);
  const size_t middle = (v.mark + (v.end < v.mark + width ? v.end : v.mark + width)) / 2;
  v.from = v.total <= width || v.end < width ? 0 : middle > width / 2 ? middle - width / 2 : 0;
  if (v.total > width && v.from > v.total - width) v.from = v.total - width;
  v.to = v.from + width;
  return v;
}

static void add_source(strbuf *out, const finding *f, const view *v) {
  strbuf one = { 0 };
  size_t at = 0;
  bool cut = false;
  for (const char *s = f->source; *s;) {
    size_t columns = 0;
    one.length = 0;
    s += add_character(&one, s, &columns);
    const bool shown = at >= v->from + (v->from > 0) && at + columns <= v->to - (v->total > v->to);
    if (shown) strbuf_bytes(out, strbuf_text(&one), one.length);
    if (!shown && (at < v->from + 1 ? at >= v->from : !cut && at >= v->to - 1)) {
      strbuf_add(out, "…");
      cut = at >= v->to - 1;
    }
    at += columns;
  }
  while (out->length && out->at[out->length - 1] == ' ') out->at[--out->length] = '\0';
  strbuf_free(&one);
}

static void add_gutter(strbuf *out, const char *number, const char *bar, FILE *to) {
  strbuf_format(out, "%s%s %s%s", hue_start_on(to, HUE_DIM), number, bar, hue_end_on(to, HUE_DIM));
}

static void add_underline(strbuf *out, const view *v, hue h, FILE *to) {
  const size_t begin = v->mark < v->from ? v->from : v->mark, end = v->end < v->to ? v->end : v->to;
  strbuf_pad(out, begin - v->from);
  strbuf_add(out, hue_start_on(to, h));
  for (size_t i = begin; i < end; i++) strbuf_add(out, "^");
  strbuf_add(out, hue_end_on(to, h));
  strbuf_add(out, "\n");
}

static void add_excerpt(strbuf *out, const finding *f, hue h, FILE *to) {
  char number[MOST_DIGITS], blank[MOST_DIGITS];
  const int digits = snprintf(number, sizeof number, "%d", f->line);
  snprintf(blank, sizeof blank, "%*s", digits, "");
  if (f->source) {
    const size_t gutter = (size_t)digits + 3, width = terminal_width_of(to);
    const view v = measured(f, width > gutter * 2 ? width - gutter : gutter);
    add_gutter(out, number, "| ", to);
    add_source(out, f, &v);
    strbuf_add(out, "\n");
    if (f->column) add_gutter(out, blank, "| ", to);
    if (f->column) add_underline(out, &v, h, to);
  }
  if (!f->fix) return;
  add_gutter(out, blank, "= ", to);
  strbuf_format(out, "%swrite:%s ", hue_start_on(to, HUE_GOOD), hue_end_on(to, HUE_GOOD));
  utf8_add_clean(out, f->fix);
  strbuf_add(out, "\n");
}

/* ---- the message ---- */

static void add_message(strbuf *out, const finding *f, hue h, FILE *to) {
  strbuf place = { 0 }, lead = { 0 }, all = { 0 };
  const char *severity = f->severity == ROSTER_ERROR ? "error:" : "warning:";
  utf8_add_clean(&place, f->file);
  if (f->line) strbuf_format(&place, "%s%d", *f->file ? ":" : "line ", f->line);
  if (f->line && f->column) strbuf_format(&place, ":%d", f->column);
  if (place.length) strbuf_add(&place, ": ");
  strbuf_format(&lead, "%s%s ", strbuf_text(&place), severity);
  add_wrapped(&all, terminal_is(to) ? terminal_width_of(to) : 0, strbuf_text(&lead), 2, f->message);
  strbuf_format(out, "%s%s%s%s%s%s%s\n", hue_start_on(to, HUE_BOLD), strbuf_text(&place), hue_end_on(to, HUE_BOLD), hue_start_on(to, h),
                severity, hue_end_on(to, h), strbuf_text(&all) + lead.length - 1);
  strbuf_free(&place);
  strbuf_free(&lead);
  strbuf_free(&all);
}

static void add_excerpt_apart(strbuf *out, const finding *f, hue h, FILE *to) {
  if (!f->source && !f->fix) return;
  add_excerpt(out, f, h, to);
  strbuf_add(out, "\n");
}

static hue hue_of(const finding *f) { return f->severity == ROSTER_ERROR ? HUE_BAD : HUE_DOUBT; }

void finding_print_excerpt(const roster_finding *f, FILE *to) {
  strbuf out = { 0 };
  const finding shown = { .severity = f->severity,
                          .line = f->line,
                          .column = f->column,
                          .length = f->length,
                          .source = (char *)(uintptr_t)f->source, /* only read */
                          .fix = (char *)(uintptr_t)f->fix };
  add_excerpt_apart(&out, &shown, hue_of(&shown), to);
  fputs(strbuf_text(&out), to);
  strbuf_free(&out);
}

void finding_print(const finding *f, FILE *to) {
  strbuf out = { 0 };
  add_message(&out, f, hue_of(f), to);
  add_excerpt_apart(&out, f, hue_of(f), to);
  fputs(strbuf_text(&out), to);
  strbuf_free(&out);
}
