/* message: see message.h. */
#include "command/shared/message.h"

#include "util/utf8.h"

#include "command/shared/document.h"
#include "util/strbuf.h"

#include <stdarg.h>
#include <stdio.h>

static void write_error(const roster_error *err) {
  strbuf line = { 0 };
  strbuf_add(&line, "roster: ");
  utf8_add_clean(&line, err->file);
  if (*err->file) err->line ? strbuf_format(&line, ":%d: ", err->line) : strbuf_add(&line, ": ");
  utf8_add_clean(&line, err->message);
  if (*err->hint) strbuf_add(&line, "\n  next: ");
  utf8_add_clean(&line, err->hint);
  fprintf(stderr, "%s\n", strbuf_text(&line));
  strbuf_free(&line);
}

int fail(const options *o, const roster_error *err) {
  write_error(err);
  if (options_have(o, OPTION_JSON)) document_write_error(err);
  return EXIT_BAD;
}

int fail_usage(const options *o, const char *format, ...) {
  roster_error err = { .status = ROSTER_EINVALID };
  va_list args;
  va_start(args, format);
  vsnprintf(err.message, sizeof err.message, format, args);
  va_end(args);
  snprintf(err.hint, sizeof err.hint, o->verb ? "roster help %s" : "roster --help", o->verb);
  return fail(o, &err);
}

void notice(const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  strbuf line = { 0 };
  utf8_add_clean(&line, text);
  fprintf(stderr, "roster: %s\n", strbuf_text(&line));
  strbuf_free(&line);
}
