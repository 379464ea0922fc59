/* document: see document.h. */
#include "command/shared/document.h"

#include "util/utf8.h"

#include "command/shared/memory.h"

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

void document_add_command(strbuf *p, const char *id, const char *command) {
  strbuf_add(p, "{\"id\":");
  quote_json(p, id);
  strbuf_add(p, ",\"command\":");
  quote_json(p, command);
  strbuf_add(p, "}");
}

void document_add_model(strbuf *p, const roster_snapshot *s, const char *id) {
  char *text = about_id(roster_write_explain_json, s, id);
  size_t length = strlen(text);
  while (length && text[length - 1] == '\n') length--;
  strbuf_bytes(p, text, length);
  free(text);
}

static void quote_character(strbuf *p, const char *s, size_t length, codepoint c) {
  if (c == UTF8_INVALID)
    strbuf_add(p, "\\ufffd"); /* a file name may hold any bytes, JSON may not */
  else if (c == '"' || c == '\\')
    strbuf_format(p, "\\%c", (char)c);
  else if (c == '\n')
    strbuf_add(p, "\\n");
  else if (c < 0x20 || c == 0x7f)
    strbuf_format(p, "\\u%04x", (unsigned)c);
  else
    strbuf_bytes(p, s, length);
}

void quote_json(strbuf *p, const char *text) {
  strbuf_add(p, "\"");
  for (const char *s = text; *s;) {
    codepoint c;
    size_t length = utf8_read(s, &c);
    quote_character(p, s, length, c);
    s += length;
  }
  strbuf_add(p, "\"");
}
