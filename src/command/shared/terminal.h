/* terminal: what people read: how wide the output is, whether it takes colour, text that keeps within it, numbers in short forms, and the
 * one line on stderr that reports progress. It knows no models. */
#ifndef ROSTER_SHARED_TERMINAL_H
#define ROSTER_SHARED_TERMINAL_H

#include "roster.h"
#include "util/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum hue { HUE_PLAIN = 0, HUE_BOLD, HUE_DIM, HUE_GOOD, HUE_BAD, HUE_DOUBT } hue;

bool terminal_is_out(void); /* stdout is a terminal */
/* Columns of a table: those of COLUMNS, else of the terminal, else 80. Without end where stdout is not a terminal: what goes into a pipe or
 * a file is neither wrapped nor cut. */
size_t terminal_width(void);
/* Of text for people, such as help: the same, at most 100, and 80 where stdout is not a terminal and COLUMNS is not set. */
size_t terminal_prose_width(void);
const char *hue_start(hue h); /* "" where colour is not wanted */
const char *hue_end(hue h);

/* The same of another stream. */
bool terminal_is(FILE *to);
size_t terminal_width_of(FILE *to); /* 80 where neither it nor COLUMNS says otherwise */
const char *hue_start_on(FILE *to, hue h);
const char *hue_end_on(FILE *to, hue h);

/* Opens descriptors 0, 1 and 2 where the caller closed them: else a socket or a file could become stdout. */
void terminal_fill_streams(void);

/* Prints a line in a hue, without control bytes. */
void write_line(hue h, const char *text);
/* Prints text wrapped to the width, each line after `margin` spaces, the first one after `lead` instead. One line where stdout is not a
 * terminal, unless COLUMNS is set. */
void write_wrapped(const char *lead, size_t margin, const char *text);
/* Adds it, wrapped to `width` columns; 0: not at all. */
void add_wrapped(strbuf *out, size_t width, const char *lead, size_t margin, const char *text);
/* The same as write_wrapped, wrapped wherever it goes. */
void write_help_text(const char *lead, size_t margin, const char *text);

void add_tokens(strbuf *p, int64_t tokens);  /* "-" when unknown */
void add_dollars(strbuf *p, double dollars); /* "-" when unknown */
/* "998 of 1000 requests, 5000 of 6000 tokens, 12.50 of 20.00 USD"; nothing where nothing is stated. */
void add_limits(strbuf *p, const roster_limits *l);
void add_count(strbuf *p, size_t count, const char *one); /* "1 model", "2 models" */

typedef struct progress {
  bool on, shown;
  int64_t last_ms;
} progress;

void progress_open(progress *p);
/* Opened and drawn, for a validation. */
void progress_begin(progress *p);
void progress_say(progress *p, const char *text);           /* skips some when they come fast */
void progress_take(progress *p, const roster_progress *at); /* called on the library's thread while the caller waits */
void progress_end(progress *p);

#endif
