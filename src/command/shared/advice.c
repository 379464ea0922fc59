/* advice: see advice.h. A table from words of the library's hints to what the command calls it; a spec holds each row to a hint that the
 * library still has. A "%s" is the id that follows those words. */
#include "command/shared/advice.h"

#include "command/shared/terminal.h"
#include "util/utf8.h"

#include <string.h>

static const struct {
  const char *words, *command;
} rows[] = {
  { "refresh to check it", "roster check" },
  { "allow more time with timeout", "--timeout SECONDS" },
  { "at level generate", "roster check MODEL --deep" },
  { "a refresh of ", "roster check %s" },
  { "the next refresh that names it", "roster check PROVIDER" },
  { "none of them is of provider '", "roster check %s" },
  { "see the reason of each one", "roster check" },
  { "ids of the known models", "roster models --all" },
  { "what else the providers list", "roster diff" },
  { "the models of other kinds", "roster models --kind any" },
  { "provider names its own variable", "roster providers" },
  { "one of the known providers", "roster providers" },
  { "lint the definitions", "roster lint" },
  { "or name other definitions", "--config DIR" },
  { "write a model block, or leave", "roster init, or no --no-builtin" },
  { "turn it on with the line source", "--sources" },
  { "`source` blocks of the definitions", "roster paths" },
};

static void add_command(strbuf *out, const char *command, const char *id) {
  const size_t plain = strcspn(command, "%");
  strbuf_bytes(out, command, plain);
  if (!command[plain]) return;
  strbuf known = { 0 };
  strbuf_bytes(&known, id, strcspn(id, " '"));
  utf8_add_clean(out, strbuf_text(&known));
  strbuf_free(&known);
}

void advice_add(strbuf *out, const char *hint) {
  size_t found = 0;
  utf8_add_clean(out, hint);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *at = strstr(hint, rows[i].words);
    if (!at) continue;
    strbuf_add(out, found++ ? ", " : " (");
    add_command(out, rows[i].command, at + strlen(rows[i].words));
  }
  if (found) strbuf_add(out, ")");
}

void advice_write(const char *lead, size_t margin, const char *hint) {
  if (!hint || !*hint) return;
  strbuf text = { 0 };
  advice_add(&text, hint);
  write_wrapped(lead, margin, strbuf_text(&text));
  strbuf_free(&text);
}
