/* document: see document.h. */
#include "command/shared/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void document_write_text(const char *text) {
  size_t length = strlen(text);
  fputs(text, stdout);
  if (!length || text[length - 1] != '\n') putchar('\n');
}

void document_write(document_writer *writer, const roster_snapshot *s) {
  size_t length = writer(s, NULL, 0);
  char *text = grown(NULL, length + 1);
  writer(s, text, length + 1);
  document_write_text(text);
  free(text);
}

static char *about_id(document_id_writer *writer, const roster_snapshot *s, const char *id) {
  size_t length = writer(s, id, NULL, 0);
  char *text = grown(NULL, length + 1);
  writer(s, id, text, length + 1);
  return text;
}

void document_write_id(document_id_writer *writer, const roster_snapshot *s, const char *id) {
  char *text = about_id(writer, s, id);
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

void document_add_command(paper *p, const char *id, const char *command) {
  paper_add(p, "{\"id\":");
  paper_quote(p, id);
  paper_add(p, ",\"command\":");
  paper_quote(p, command);
  paper_add(p, "}");
}

void document_add_model(paper *p, const roster_snapshot *s, const char *id) {
  char *text = about_id(roster_write_explain_json, s, id);
  size_t length = strlen(text);
  while (length && text[length - 1] == '\n') length--;
  paper_bytes(p, text, length);
  free(text);
}
