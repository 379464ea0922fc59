/* document: see document.h. */
#include "command/shared/document.h"

#include "command/shared/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void document_add_command(strbuf *p, const char *id, const char *command) {
  writer w = { .text = *p };
  write_open(&w, NULL, '{');
  write_text(&w, "id", id);
  write_text(&w, "command", command);
  write_close(&w, '}');
  *p = w.text;
  strbuf_add(p, "");
}

/* Without the line end behind it. */
static char *about_model(const roster_snapshot *s, const char *id, size_t *length) {
  char *text = about_id(roster_write_explain_json, s, id);
  *length = strlen(text);
  while (*length && text[*length - 1] == '\n') --*length;
  return text;
}

void document_add_model(strbuf *p, const roster_snapshot *s, const char *id) {
  size_t length;
  char *text = about_model(s, id, &length);
  strbuf_bytes(p, text, length);
  free(text);
}

void document_write_model(writer *w, const roster_snapshot *s, const char *id) {
  size_t length;
  char *text = about_model(s, id, &length);
  write_raw(w, NULL, text, length);
  free(text);
}

void quote_json(strbuf *p, const char *text) { write_quoted(p, text); }
