/* first_steps: see first_steps.h. A variable of the environment whose name is nearly that of a provider's key was meant for it. */
#include "command/first_steps.h"

#include "command/shared/memory.h"
#include "command/shared/terminal.h"
#include "util/strbuf.h"
#include "util/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

#define LONGEST "roster providers --offline"

/* Whether the place of a key is set, and nothing can be read there. */
static bool is_unreadable(const roster_snapshot *s) {
  const roster_model *m;
  for (size_t i = 0; (m = roster_known_at(s, i)); i++)
    if (roster_model_reason_code(m) == ROSTER_REASON_KEY_UNREADABLE) return true;
  return false;
}

bool first_steps_wanted(const roster_snapshot *s) {
  const char *reason = roster_empty_reason(s);
  bool any = is_unreadable(s);
  for (size_t i = 0; !any && i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    any = roster_provider_enabled(p) && !roster_provider_ended(p) && roster_provider_credential_set(p);
  }
  return !any && reason && strcmp(reason, "no_credential") == 0;
}

/* The provider whose models come first, and what its key is called; NULL where no provider has a variable. */
static const char *usual_variable(const roster_snapshot *s) {
  const roster_provider *p;
  for (size_t i = 0; (p = roster_provider_at(s, i)); i++)
    if (roster_provider_enabled(p) && *roster_provider_credential_source(p) == '$') return roster_provider_credential_source(p) + 1;
  return NULL;
}

static bool is_about_keys(const char *name) { return strstr(name, "KEY") || strstr(name, "TOKEN"); }

/* The variable that one of the environment was probably meant to be: *given becomes the latter. NULL where none is near. */
static const char *meant_variable(const roster_snapshot *s, strbuf *given) {
  const char **known = grown(NULL, roster_provider_count(s) * sizeof *known), *meant = NULL;
  size_t count = 0;
  const roster_provider *p;
  for (size_t i = 0; (p = roster_provider_at(s, i)); i++)
    if (roster_provider_enabled(p) && *roster_provider_credential_source(p) == '$')
      known[count++] = roster_provider_credential_source(p) + 1;
  for (char **at = environ; *at && !meant; at++) {
    strbuf_free(given);
    strbuf_bytes(given, *at, strcspn(*at, "="));
    if (is_about_keys(strbuf_text(given))) meant = suggest(strbuf_text(given), known, count);
  }
  free(known);
  return meant;
}

static void write_step(size_t width, const char *command, const char *what) {
  strbuf lead = { 0 };
  strbuf_format(&lead, "  %s", command);
  strbuf_pad(&lead, width > strlen(command) ? width - strlen(command) + 2 : 2);
  write_help_text(strbuf_text(&lead), lead.length, what);
  strbuf_free(&lead);
}

void first_steps_write(const roster_snapshot *s) {
  strbuf given = { 0 }, command = { 0 }, text = { 0 };
  const char *meant = meant_variable(s, &given), *variable = meant ? meant : usual_variable(s);
  strbuf_add(&text, "No model is ready: no provider key is set.");
  if (meant) strbuf_format(&text, " %s is set, but the variable is called %s.", strbuf_text(&given), meant);
  write_wrapped("", 0, strbuf_text(&text));
  putchar('\n');
  if (variable) strbuf_format(&command, "export %s=%s%s", variable, meant ? "$" : "...", meant ? strbuf_text(&given) : "");
  const size_t width = command.length > strlen(LONGEST) ? command.length : strlen(LONGEST);
  write_step(width, "roster demo", "see it work now, without a key");
  if (variable) write_step(width, strbuf_text(&command), "set your key, then run this again");
  write_step(width, LONGEST, "the variables of all providers");
  strbuf_free(&given);
  strbuf_free(&command);
  strbuf_free(&text);
}
