/* terminal: see terminal.h. */
#include "command/shared/terminal.h"

#include "util/clock.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 20, USUAL = 80, WIDEST_PROSE = 100, WIDEST = 10000, ENDLESS = 1000000 };

bool terminal_is(FILE *to) { return isatty(fileno(to)) == 1; }

bool terminal_is_out(void) { return terminal_is(stdout); }

/* What COLUMNS says; 0 where it says nothing. */
static size_t wanted_width(void) {
  const char *columns = getenv("COLUMNS");
  size_t width = 0;
  for (; columns && *columns >= '0' && *columns <= '9' && width <= WIDEST; columns++) width = width * 10 + (size_t)(*columns - '0');
  return columns && !*columns && width <= WIDEST ? width : 0;
}

/* Of the terminal, or as COLUMNS says; 0 where neither is there. */
static size_t given_width(FILE *to) {
  struct winsize size = { 0 };
  size_t width = wanted_width();
  if (!width && terminal_is(to) && ioctl(fileno(to), TIOCGWINSZ, &size) == 0) width = size.ws_col;
  return width && width < NARROWEST ? NARROWEST : width;
}

size_t terminal_width_of(FILE *to) {
  const size_t width = given_width(to);
  return width ? width : USUAL;
}

size_t terminal_width(void) { return terminal_is_out() ? terminal_width_of(stdout) : ENDLESS; }

static bool wants_colour(FILE *to) {
  const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
  return terminal_is(to) && !(no && *no) && term && *term && strcmp(term, "dumb") != 0;
}

const char *hue_start_on(FILE *to, hue h) {
  static const char *const codes[] = { "", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[31m", "\x1b[33m" };
  static int coloured[2] = { -1, -1 };
  int *known = &coloured[to == stderr];
  if (*known < 0) *known = wants_colour(to);
  return *known ? codes[h] : "";
}

const char *hue_end_on(FILE *to, hue h) { return *hue_start_on(to, h) ? "\x1b[0m" : ""; }
const char *hue_start(hue h) { return hue_start_on(stdout, h); }
const char *hue_end(hue h) { return hue_end_on(stdout, h); }

/* Opens /dev/null the wrong way round, so that using it fails as a closed descriptor does. */
static void fill_stream(int fd, int flags) {
  if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) return;
  int taken = open("/dev/null", flags);
  if (taken >= 0 && taken != fd) {
    dup2(taken, fd);
    close(taken);
  }
}

void terminal_fill_streams(void) {
  fill_stream(STDIN_FILENO, O_WRONLY);
  fill_stream(STDOUT_FILENO, O_RDONLY);
  fill_stream(STDERR_FILENO, O_RDONLY);
}

void write_line(hue h, const char *text) {
  strbuf line = { 0 };
  utf8_add_clean(&line, text);
  printf("%s%s%s\n", hue_start(h), strbuf_text(&line), hue_end(h));
  strbuf_free(&line);
}

size_t terminal_prose_width(void) {
  size_t width = given_width(stdout);
  return !width ? USUAL : width > WIDEST_PROSE ? WIDEST_PROSE : width;
}

/* Moves *rest past the next word; false at the end. */
static bool next_word(const char **rest, const char **word, size_t *length) {
  *rest += strspn(*rest, " ");
  *word = *rest;
  *length = strcspn(*rest, " ");
  *rest += *length;
  return *length > 0;
}

static size_t columns_of(const char *word, size_t length) {
  size_t columns = 0;
  for (const char *end = word + length; word < end;) {
    codepoint l;
    word += utf8_read(word, &l);
    columns += utf8_columns(l);
  }
  return columns;
}

typedef struct wrapping {
  strbuf out;
  size_t column, margin, width;
  bool fresh; /* no word on this line yet */
} wrapping;

static void wrap_line(wrapping *w, size_t margin) {
  while (w->out.length && w->out.at[w->out.length - 1] == ' ') w->out.at[--w->out.length] = '\0';
  if (!w->out.length || w->out.at[w->out.length - 1] != '\n') strbuf_add(&w->out, "\n"); /* a line without a word is used again */
  strbuf_pad(&w->out, margin);
  w->column = margin;
  w->fresh = true;
}

/* How much of a word that is longer than a line goes on this one: up to a slash or the like, where an address may break. */
static size_t piece_length(const char *word, size_t length, size_t columns) {
  size_t at = 0, good = 0;
  while (at < length) {
    codepoint l;
    size_t bytes = utf8_read(word + at, &l);
    if (columns < utf8_columns(l)) return good ? good : at ? at : bytes;
    columns -= utf8_columns(l);
    at += bytes;
    if (l == '/' || l == '?' || l == '&' || l == ',' || l == ':') good = at;
  }
  return length;
}

static void wrap_word(wrapping *w, const char *word, size_t length) {
  size_t columns = columns_of(word, length);
  if (!w->fresh && w->column + 1 + columns > w->width) wrap_line(w, w->margin);
  if (!w->fresh) {
    strbuf_add(&w->out, " ");
    w->column++;
  } else if (w->column + columns > w->width && columns <= w->width && w->column > 0) {
    wrap_line(w, w->width - columns); /* in one piece, as far to the left as it needs */
  }
  while (length) {
    size_t piece = piece_length(word, length, w->width > w->column ? w->width - w->column : 1);
    strbuf_bytes(&w->out, word, piece);
    w->column += columns_of(word, piece);
    word += piece;
    length -= piece;
    if (length) wrap_line(w, w->margin);
  }
  w->fresh = false;
}

/* Colours take no column. */
static size_t lead_columns(const char *lead) {
  size_t columns = utf8_text_columns(lead);
  for (const char *at = lead; (at = strchr(at, '\x1b')); at++) columns -= utf8_text_columns("\x1b") + strcspn(at + 1, "m") + 1;
  return columns;
}

void add_wrapped(strbuf *out, size_t width, const char *lead, size_t margin, const char *text) {
  strbuf clean = { 0 };
  utf8_add_clean(&clean, text);
  wrapping w = { .column = lead_columns(lead), .margin = margin, .width = width ? width : ENDLESS, .fresh = true };
  strbuf_add(&w.out, lead);
  const char *rest = strbuf_text(&clean), *word;
  size_t length;
  while (next_word(&rest, &word, &length)) wrap_word(&w, word, length);
  strbuf_add(out, strbuf_text(&w.out));
  strbuf_free(&w.out);
  strbuf_free(&clean);
}

static void write_in(size_t width, const char *lead, size_t margin, const char *text) {
  strbuf out = { 0 };
  add_wrapped(&out, width, lead, margin, text);
  puts(strbuf_text(&out));
  strbuf_free(&out);
}

void write_wrapped(const char *lead, size_t margin, const char *text) {
  write_in(terminal_is_out() || wanted_width() ? terminal_prose_width() : ENDLESS, lead, margin, text);
}

void write_help_text(const char *lead, size_t margin, const char *text) { write_in(terminal_prose_width(), lead, margin, text); }

/* ---- numbers ---- */

/* Hundredths, without trailing zeros. */
static void add_hundredths(strbuf *p, int64_t hundredths, const char *unit) {
  strbuf_format(p, "%" PRId64, hundredths / 100);
  int64_t rest = hundredths % 100;
  if (rest) strbuf_format(p, rest % 10 ? ".%02d" : ".%d", (int)(rest % 10 ? rest : rest / 10));
  strbuf_add(p, unit);
}

void add_tokens(strbuf *p, int64_t tokens) {
  if (tokens <= 0)
    strbuf_add(p, "-");
  else if (tokens >= 999500)
    add_hundredths(p, (tokens + 5000) / 10000, "M");
  else if (tokens >= 1000)
    strbuf_format(p, "%" PRId64 "K", (tokens + 500) / 1000);
  else
    strbuf_format(p, "%" PRId64, tokens);
}

void add_dollars(strbuf *p, double dollars) {
  char text[64];
  if (dollars < 0) {
    strbuf_add(p, "-");
    return;
  }
  snprintf(text, sizeof text, "%.4f", dollars);
  size_t length = strlen(text);
  while (text[length - 1] == '0') length--;
  if (text[length - 1] == '.') length--;
  strbuf_bytes(p, text, length);
}

void add_count(strbuf *p, size_t count, const char *one) { strbuf_format(p, "%zu %s%s", count, one, count == 1 ? "" : "s"); }

/* ", 998 of 1000 requests" */
static void add_rate(strbuf *p, int64_t left, int64_t most, const char *what) {
  if (left < 0) return;
  if (p->length) strbuf_add(p, ", ");
  strbuf_format(p, "%" PRId64, left);
  if (most >= 0) strbuf_format(p, " of %" PRId64, most);
  strbuf_format(p, " %s", what);
}

void add_limits(strbuf *p, const roster_limits *l) {
  if (!l) return;
  add_rate(p, l->requests, l->requests_limit, "requests");
  add_rate(p, l->tokens, l->tokens_limit, "tokens");
  if (!isfinite(l->credit)) return;
  strbuf_format(p, "%s%.2f", p->length ? ", " : "", l->credit);
  if (isfinite(l->credit_limit)) strbuf_format(p, " of %.2f", l->credit_limit);
  strbuf_format(p, " %s", *l->currency ? l->currency : "of credit");
}

/* ---- progress ---- */

enum { PAUSE_MS = 60 };

/* What would go on in a second line could not be taken back. The width is the terminal's own, however narrow, since COLUMNS is for text. */
static size_t line_length(const char *text) {
  struct winsize size = { 0 };
  const size_t width = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : USUAL;
  size_t columns = 0, at = 0;
  for (codepoint l; text[at];) {
    const size_t bytes = utf8_read(text + at, &l);
    columns += utf8_columns(l);
    if (columns >= width) break;
    at += bytes;
  }
  return at;
}

static void draw(progress *p, const char *text) {
  fprintf(stderr, "\r%.*s\x1b[K", (int)line_length(text), text);
  fflush(stderr);
  p->shown = true;
}

void progress_open(progress *p) {
  const char *term = getenv("TERM");
  *p = (progress){ .on = isatty(STDERR_FILENO) == 1 && term && *term && strcmp(term, "dumb") != 0 };
}

void progress_begin(progress *p) {
  progress_open(p);
  if (p->on) draw(p, "asking the providers ...");
}

void progress_say(progress *p, const char *text) {
  if (!p->on || now_ms() - p->last_ms < PAUSE_MS) return;
  p->last_ms = now_ms();
  draw(p, text);
}

void progress_take(progress *p, const roster_progress *at) {
  if (!p->on) return;
  strbuf line = { 0 };
  strbuf_format(&line, "%zu of %zu  ", at->decided, at->total);
  utf8_add_clean(&line, at->model_id);
  strbuf_format(&line, ": %s", at->state);
  progress_say(p, strbuf_text(&line));
  strbuf_free(&line);
}

void progress_end(progress *p) {
  if (p->shown) fputs("\r\x1b[K", stderr);
  p->shown = false;
}
