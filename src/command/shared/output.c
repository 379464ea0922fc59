/* output: see output.h. */
#include "command/shared/output.h"

#include "command/shared/advice.h"
#include "command/shared/memory.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- stdout ---- */

int output_fault(void) {
  const bool failed = ferror(stdout) != 0;
  errno = 0;
  if (fflush(stdout) == 0 && !failed) return 0;
  if (errno) return errno;
  clearerr(stdout);
  return (putchar('\n') == EOF || fflush(stdout) != 0) && errno ? errno : EIO;
}

void document_write_text(const char *text) {
  size_t length = strlen(text);
  fputs(text, stdout);
  if (!length || text[length - 1] != '\n') putchar('\n');
}

void document_end(writer *w) {
  char *text = write_end(w, NULL); /* never NULL: memory that runs out ends the command */
  document_write_text(text);
  free(text);
}

void document_write(document_writer *print, const roster_snapshot *s) {
  size_t length = print(s, NULL, 0);
  char *text = grown(NULL, length + 1);
  print(s, text, length + 1);
  document_write_text(text);
  free(text);
}

static char *about_id(document_id_writer *print, const roster_snapshot *s, const char *id) {
  size_t length = print(s, id, NULL, 0);
  char *text = grown(NULL, length + 1);
  print(s, id, text, length + 1);
  return text;
}

void document_write_id(document_id_writer *print, const roster_snapshot *s, const char *id) {
  char *text = about_id(print, s, id);
  document_write_text(text);
  free(text);
}

void document_write_error(const roster_error *err) {
  size_t length = roster_write_error_json(err, NULL, 0);
  char *text = grown(NULL, length + 1);
  roster_write_error_json(err, text, length + 1);
  document_write_text(text);
  free(text);
}

char *document_model(const roster_snapshot *s, const char *id) {
  char *text = about_id(roster_write_explain_json, s, id);
  size_t length = strlen(text);
  while (length && text[length - 1] == '\n') text[--length] = '\0';
  return text;
}

void document_write_model(writer *w, const roster_snapshot *s, const char *id) {
  char *text = document_model(s, id);
  write_raw(w, NULL, text, strlen(text));
  free(text);
}

/* ---- stderr ---- */

void print_message(const roster_error *err) {
  strbuf line = { 0 };
  strbuf_add(&line, "roster: ");
  utf8_add_clean(&line, err->file);
  if (*err->file) err->line ? strbuf_format(&line, ":%d: ", err->line) : strbuf_add(&line, ": ");
  utf8_add_clean(&line, err->message);
  if (*err->hint) strbuf_add(&line, "\n  next: ");
  advice_add(&line, err->hint);
  fprintf(stderr, "%s\n", strbuf_text(&line));
  strbuf_free(&line);
}

int print_error(const arguments *o, const roster_error *err) {
  print_message(err);
  if (arguments_have(o, OPTION_JSON)) document_write_error(err);
  return EXIT_BAD;
}

int usage_error(const arguments *o, const char *format, ...) {
  roster_error err = { .status = ROSTER_EINVALID };
  va_list args;
  va_start(args, format);
  vsnprintf(err.message, sizeof err.message, format, args);
  va_end(args);
  snprintf(err.hint, sizeof err.hint, o->verb ? "roster help %s" : "roster --help", o->verb);
  return print_error(o, &err);
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
