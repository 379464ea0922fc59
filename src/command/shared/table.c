/* table: see table.h. */
#include "command/shared/table.h"

#include "command/shared/memory.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 64, GAP = 2, NARROWEST_CUT = 12, NARROWEST_FIRST = 10 };

void table_begin(table *t, const column *columns, size_t count) { *t = (table){ .columns = columns, .column_count = count }; }

void table_cell(table *t, hue h, const char *text) {
  if (t->cell_count == t->cell_room) {
    t->cell_room = t->cell_room * 2 + 32;
    t->cells = grown(t->cells, t->cell_room * sizeof *t->cells);
  }
  strbuf clean = { 0 };
  utf8_add_clean(&clean, text);
  t->cells[t->cell_count++] = (cell){ clean.at ? clean.at : copied(""), h };
}

/* ---- widths ---- */

/* How wide each column is, and which ones are left out. */
typedef struct layout {
  size_t widths[MOST_COLUMNS];
  bool out[MOST_COLUMNS];
} layout;

static size_t widest_cell(const table *t, size_t at, size_t most) {
  size_t widest = utf8_text_columns(t->columns[at].title);
  for (size_t i = at; i < t->cell_count; i += t->column_count) {
    size_t columns = utf8_text_columns(t->cells[i].text);
    if (columns > widest && columns <= most) widest = columns;
  }
  return widest;
}

static size_t total(const table *t, const layout *l) {
  size_t sum = 0;
  for (size_t i = 0; i < t->column_count; i++)
    if (!l->out[i]) sum += l->widths[i] + (sum ? GAP : 0);
  return sum;
}

static size_t narrowest(const table *t, size_t at) {
  size_t title = utf8_text_columns(t->columns[at].title);
  return title > NARROWEST_CUT ? title : NARROWEST_CUT;
}

/* The widest column that can shrink; column_count when none can. */
static size_t next_to_shrink(const table *t, const layout *l) {
  size_t found = t->column_count;
  for (size_t i = 1; i < t->column_count; i++) {
    if (l->out[i] || !t->columns[i].shrinks || l->widths[i] <= narrowest(t, i)) continue;
    if (found == t->column_count || l->widths[i] > l->widths[found]) found = i;
  }
  return found;
}

/* The least important column; column_count when the rest has to stay. */
static size_t next_to_leave_out(const table *t, const layout *l) {
  size_t found = t->column_count;
  for (size_t i = 1; i < t->column_count; i++)
    if (!l->out[i] && t->columns[i].rank && (found == t->column_count || t->columns[i].rank > t->columns[found].rank)) found = i;
  return found;
}

/* As wide as the cells are; a few first cells that are longer than half a line get lines of their own. */
static void widen(const table *t, layout *l, size_t width) {
  for (size_t i = 0; i < t->column_count; i++) l->widths[i] = widest_cell(t, i, (size_t)-1);
  if (total(t, l) > width && l->widths[0] > width / 2) l->widths[0] = widest_cell(t, 0, width / 2);
}

/* What is left out makes room for the others again. */
static void fit(const table *t, layout *l) {
  const size_t width = terminal_width();
  for (size_t at = 0; at < t->column_count;) {
    widen(t, l, width);
    while (total(t, l) > width && (at = next_to_shrink(t, l)) < t->column_count) l->widths[at]--;
    if (total(t, l) <= width) return;
    at = next_to_leave_out(t, l);
    if (at < t->column_count) l->out[at] = true;
  }
  const size_t over = total(t, l) - width, most = l->widths[0];
  l->widths[0] = widest_cell(t, 0, most > over + NARROWEST_FIRST ? most - over : NARROWEST_FIRST);
}

/* ---- lines ---- */

/* How many bytes of s take at most so many columns. */
static size_t bytes_within(const char *s, size_t width) {
  size_t columns = 0, at = 0;
  while (s[at]) {
    codepoint l;
    size_t length = utf8_read(s + at, &l);
    columns += utf8_columns(l);
    if (columns > width) break;
    at += length;
  }
  return at;
}

static void add_padded(strbuf *line, const char *text, size_t width, bool right, hue h) {
  strbuf shown = { 0 };
  if (utf8_text_columns(text) <= width) {
    strbuf_add(&shown, text);
  } else {
    strbuf_bytes(&shown, text, bytes_within(text, width - 1));
    strbuf_add(&shown, "…");
  }
  size_t columns = utf8_text_columns(strbuf_text(&shown));
  if (right) strbuf_pad(line, width - columns);
  if (shown.length) strbuf_format(line, "%s%s%s", hue_start(h), strbuf_text(&shown), hue_end(h));
  if (!right) strbuf_pad(line, width - columns);
  strbuf_pad(line, GAP);
  strbuf_free(&shown);
}

static void write_trimmed(strbuf *line) {
  while (line->length && line->at[line->length - 1] == ' ') line->at[--line->length] = '\0';
  puts(strbuf_text(line));
  strbuf_free(line);
}

static void write_row(const table *t, const layout *l, const cell *row) {
  const char *empty = terminal_is_out() ? "" : "-";
  const bool alone = utf8_text_columns(row[0].text) > l->widths[0];
  strbuf line = { 0 };
  if (alone) printf("%s%s%s\n", hue_start(row[0].hue), row[0].text, hue_end(row[0].hue));
  for (size_t i = 0; i < t->column_count; i++) {
    if (l->out[i]) continue;
    const char *text = *row[i].text || i + 1 == t->column_count ? row[i].text : empty;
    add_padded(&line, alone && i == 0 ? "" : text, l->widths[i], t->columns[i].right, row[i].hue);
  }
  write_trimmed(&line);
}

static void write_titles(const table *t, const layout *l) {
  strbuf line = { 0 };
  for (size_t i = 0; i < t->column_count; i++)
    if (!l->out[i]) add_padded(&line, t->columns[i].title, l->widths[i], t->columns[i].right, HUE_BOLD);
  write_trimmed(&line);
}

void table_end(table *t) {
  layout l = { 0 };
  fit(t, &l);
  write_titles(t, &l);
  for (size_t i = 0; i < t->cell_count; i += t->column_count) write_row(t, &l, &t->cells[i]);
  table_free(t);
}

void table_free(table *t) {
  for (size_t i = 0; i < t->cell_count; i++) free(t->cells[i].text);
  free(t->cells);
  *t = (table){ 0 };
}
