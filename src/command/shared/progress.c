/* progress: see progress.h. */
#include "command/shared/progress.h"

#include "util/utf8.h"

#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 60 };

int64_t progress_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void draw(progress *p, const char *text) {
  fprintf(stderr, "\r%s\x1b[K", text);
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
  if (!p->on || progress_now_ms() - p->last_ms < PAUSE_MS) return;
  p->last_ms = progress_now_ms();
  draw(p, text);
}

void progress_take(progress *p, const roster_progress *at) {
  if (!p->on) return;
  strbuf line = { 0 };
  strbuf_format(&line, "%zu of %zu  ", at->decided, at->total);
  utf8_add_clean(&line, at->model_id);
  strbuf_format(&line, ": %s", at->state);
  if (line.length < 79) progress_say(p, strbuf_text(&line));
  strbuf_free(&line);
}

void progress_end(progress *p) {
  if (p->shown) fputs("\r\x1b[K", stderr);
  p->shown = false;
}
