/* table: see table.h. */
#include "command/shared/table.h"

#include "command/shared/memory.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 8, GAP = 2, NARROWEST_WRAPPED = 12, LONGEST_WHOLE = 16, NARROWEST_FIRST = 10 };

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

static size_t widest_cell(const table *t, size_t at, size_t most) {
  size_t widest = utf8_text_columns(t->columns[at].title);
  for (size_t i = at; i < t->cell_count; i += t->column_count) {
    size_t columns = utf8_text_columns(t->cells[i].text);
    if (columns > widest && columns <= most) widest = columns;
  }
  return widest;
}

static size_t total(const table *t, const size_t *widths) {
  size_t sum = GAP * (t->column_count - 1);
  for (size_t i = 0; i < t->column_count; i++) sum += widths[i];
  return sum;
}

/* How many columns the longest piece of s needs that stays whole: up to a space, or with the slash or comma behind it. */
static size_t longest_piece(const char *s) {
  size_t longest = 0, columns = 0;
  while (*s) {
    codepoint l;
    s += utf8_read(s, &l);
    columns += l == ' ' ? 0 : utf8_columns(l);
    if (columns > longest) longest = columns;
    if (l == ' ' || l == '/' || l == ',') columns = 0;
  }
  return longest;
}

/* No word breaks that the table has room for; an address may. */
static size_t narrowest(const table *t, size_t at) {
  size_t least = NARROWEST_WRAPPED;
  for (size_t i = at; i < t->cell_count; i += t->column_count) {
    size_t piece = longest_piece(t->cells[i].text);
    if (piece > least && piece <= LONGEST_WHOLE) least = piece;
  }
  return least;
}

static size_t widest_wrapping(const table *t, const size_t *widths, const size_t *least) {
  size_t found = t->column_count;
  for (size_t i = 0; i < t->column_count; i++)
    if (t->columns[i].wraps && widths[i] > least[i] && (found == t->column_count || widths[i] > widths[found])) found = i;
  return found;
}

/* Narrows the columns that wrap first, then the first column, whose longer cells get a line to themselves. */
static void fit(const table *t, size_t *widths) {
  size_t width = terminal_width(), least[MOST_COLUMNS];
  for (size_t i = 0; i < t->column_count; i++) {
    widths[i] = widest_cell(t, i, (size_t)-1);
    least[i] = narrowest(t, i);
  }
  size_t wrapping;
  while (total(t, widths) > width && (wrapping = widest_wrapping(t, widths, least)) < t->column_count) widths[wrapping]--;
  size_t sum = total(t, widths);
  if (sum <= width) return;
  size_t most = widths[0] > sum - width + NARROWEST_FIRST ? widths[0] - (sum - width) : NARROWEST_FIRST;
  widths[0] = widest_cell(t, 0, most);
}

/* ---- lines ---- */

/* How many bytes of s go on a line of `width` columns: up to a space or a slash where there is one, else as many as fit. */
static size_t line_length(const char *s, size_t width) {
  size_t columns = 0, at = 0, good = 0;
  while (s[at]) {
    codepoint l;
    size_t length = utf8_read(s + at, &l);
    if (l == ' ') good = at;
    columns += utf8_columns(l);
    if (columns > width && at > 0) return good ? good : at;
    at += length;
    if (l == '/' || l == ',') good = at;
  }
  return at;
}

static void add_padded(strbuf *line, const char *text, size_t length, size_t width, bool right, hue h) {
  strbuf piece = { 0 };
  strbuf_bytes(&piece, text, length);
  size_t columns = utf8_text_columns(strbuf_text(&piece)), blanks = width > columns ? width - columns : 0;
  if (right) strbuf_pad(line, blanks);
  if (length) strbuf_format(line, "%s%s%s", hue_start(h), strbuf_text(&piece), hue_end(h));
  if (!right) strbuf_pad(line, blanks);
  strbuf_free(&piece);
}

static void write_trimmed(strbuf *line) {
  while (line->length && line->at[line->length - 1] == ' ') line->at[--line->length] = '\0';
  puts(strbuf_text(line));
  strbuf_free(line);
}

static bool any_left(const char *const *rest, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (*rest[i]) return true;
  return false;
}

/* One line of a row: the beginning of what is left of each cell. */
static void write_piece(const table *t, const cell *row, const size_t *widths, const char **rest) {
  strbuf line = { 0 };
  for (size_t i = 0; i < t->column_count; i++) {
    size_t length = t->columns[i].wraps ? line_length(rest[i], widths[i]) : strlen(rest[i]);
    add_padded(&line, rest[i], length, widths[i], t->columns[i].right, row[i].hue);
    strbuf_pad(&line, GAP);
    rest[i] += length;
    rest[i] += strspn(rest[i], " ");
  }
  write_trimmed(&line);
}

/* An address or a path is useful only in one piece: it moves to the next line, as far to the left as it needs. */
static bool hangs_over(const table *t, const char *last, const size_t *widths) {
  size_t at = t->column_count - 1;
  return at > 0 && t->columns[at].wraps && utf8_text_columns(last) > widths[at] && !strchr(last, ' ');
}

static void write_overhang(const table *t, const cell *last, const size_t *widths) {
  size_t at = t->column_count - 1, start = total(t, widths) - widths[at], columns = utf8_text_columns(last->text), width = terminal_width();
  if (start + columns > width) start = columns < width ? width - columns : 0;
  strbuf line = { 0 };
  strbuf_pad(&line, start);
  for (const char *rest = last->text; *rest;) { /* one that is wider than the terminal has to break */
    size_t length = columns < width ? strlen(rest) : line_length(rest, width);
    add_padded(&line, rest, length, 0, false, last->hue);
    write_trimmed(&line);
    rest += length;
  }
}

static void write_row(const table *t, const cell *row, const size_t *widths) {
  const char *rest[MOST_COLUMNS];
  const cell *last = &row[t->column_count - 1];
  bool over = hangs_over(t, last->text, widths);
  for (size_t i = 0; i < t->column_count; i++) rest[i] = row[i].text;
  if (over) rest[t->column_count - 1] = "";
  if (!t->columns[0].wraps && utf8_text_columns(rest[0]) > widths[0]) {
    printf("%s%s%s\n", hue_start(row[0].hue), rest[0], hue_end(row[0].hue));
    rest[0] = "";
  }
  do write_piece(t, row, widths, rest);
  while (any_left(rest, t->column_count));
  if (over) write_overhang(t, last, widths);
}

static void write_titles(const table *t, const size_t *widths) {
  strbuf line = { 0 };
  for (size_t i = 0; i < t->column_count; i++) {
    const char *title = t->columns[i].title;
    add_padded(&line, title, strlen(title), widths[i], t->columns[i].right, HUE_BOLD);
    strbuf_pad(&line, GAP);
  }
  write_trimmed(&line);
}

void table_end(table *t) {
  size_t widths[MOST_COLUMNS];
  fit(t, widths);
  write_titles(t, widths);
  for (size_t i = 0; i < t->cell_count; i += t->column_count) write_row(t, &t->cells[i], widths);
  for (size_t i = 0; i < t->cell_count; i++) free(t->cells[i].text);
  free(t->cells);
  *t = (table){ 0 };
}
