/* terminal: what the output goes to: how wide it is, whether it takes colour, and text that keeps within it. It knows no models. */
#ifndef ROSTER_SHARED_TERMINAL_H
#define ROSTER_SHARED_TERMINAL_H

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

#endif
