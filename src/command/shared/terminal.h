/* terminal: what people read: how wide the output is, whether it takes colour, text that keeps within it, numbers in short forms, and the
 * one line on stderr that reports progress. It knows no models. */
#ifndef ROSTER_SHARED_TERMINAL_H
#define ROSTER_SHARED_TERMINAL_H

#include "roster.h"
#include "util/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum hue { HUE_PLAIN = 0, HUE_BOLD, HUE_DIM, HUE_GOOD, HUE_BAD, HUE_DOUBT } hue;

bool terminal_is_out(void);   /* stdout is a terminal */
size_t terminal_width(void);  /* of stdout; 80 when it is not a terminal or does not say */
const char *hue_start(hue h); /* "" where colour is not wanted */
const char *hue_end(hue h);

/* Open descriptors 0, 1 and 2, whatever the caller closed: else a socket or a file would take the place of stdout. */
void terminal_fill_streams(void);

/* Writes a line in a hue, control bytes taken out. */
void write_line(hue h, const char *text);
/* Writes text word by word within the width, each line behind `margin` blanks, the first one behind `lead` instead. */
void write_wrapped(const char *lead, size_t margin, const char *text);

void add_tokens(strbuf *p, int64_t tokens);               /* "-" when unknown */
void add_dollars(strbuf *p, double dollars);              /* "-" when unknown */
void add_count(strbuf *p, size_t count, const char *one); /* "1 model", "2 models" */

typedef struct progress {
  bool on, shown;
  int64_t last_ms;
} progress;

void progress_open(progress *p);
/* Opened, for a validation. */
void progress_begin(progress *p);
void progress_say(progress *p, const char *text); /* not every one is drawn, where they come fast */
int64_t progress_now_ms(void);
void progress_take(progress *p, const roster_progress *at); /* called on the library's thread while the caller waits */
void progress_end(progress *p);

#endif
