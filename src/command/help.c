/* help: the verbs that say what the command can do, and which version it is. */
#include "command/shared/document.h"
#include "command/shared/message.h"
#include "util/suggest.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdio.h>
#include <string.h>

enum { MARGIN = 29 };

static void write_verb_line(const verb *v) {
  strbuf lead = { 0 };
  strbuf_format(&lead, "  %s%s%s", v->name, *v->operands ? " " : "", v->operands);
  if (lead.length + 1 < MARGIN) {
    strbuf_pad(&lead, MARGIN - lead.length);
  } else {
    write_wrapped(strbuf_text(&lead), 0, "");
    strbuf_free(&lead);
    strbuf_pad(&lead, MARGIN);
  }
  write_wrapped(strbuf_text(&lead), MARGIN, v->summary);
  strbuf_free(&lead);
}

static void write_all(void) {
  puts("roster tells which LLM models you can use now, how, and why not the others.\n");
  puts("usage: roster VERB [OPTION ...]");
  const char *group = "";
  for (int i = 0; i < VERB_COUNT; i++) {
    if (strcmp(VERBS[i].group, group) != 0) {
      group = VERBS[i].group;
      putchar('\n');
      write_line(HUE_BOLD, group);
    }
    write_verb_line(&VERBS[i]);
  }
  puts("\nroster VERB --help tells more. Keys come from the environment, for example\nANTHROPIC_API_KEY; no output ever shows one. To see "
       "it work without a key:\nroster demo");
}

/* Paragraphs are wrapped; lines that begin with a blank are taken as they are. */
static void write_about(const char *text) {
  while (*text) {
    size_t length = strcspn(text, "\n");
    strbuf line = { 0 };
    strbuf_bytes(&line, text, length);
    if (*text == ' ' || !length)
      puts(strbuf_text(&line));
    else
      write_wrapped("", 0, strbuf_text(&line));
    strbuf_free(&line);
    text += length + (text[length] == '\n');
  }
}

void help_write(const verb *v) {
  if (!v) {
    write_all();
    return;
  }
  printf("usage: roster %s%s%s%s\n\n", v->name, *v->operands ? " " : "", v->operands, v->options ? " [OPTION ...]" : "");
  write_about(v->about);
  if (!v->options) return;
  putchar('\n');
  write_line(HUE_BOLD, "options");
  options_write_help(v->options | OPTION_HELP);
}

int help_run(const options *o) {
  const verb *v = o->operand_count ? verb_find(o->operands[0]) : NULL;
  if (o->operand_count && !v) {
    options none = *o;
    none.verb = o->operands[0];
    return verb_unknown(&none);
  }
  help_write(v);
  return EXIT_GOOD;
}

int version_run(const options *o) {
  writer w = { 0 };
  if (!options_have(o, OPTION_JSON)) {
    printf("roster %s\n", roster_version());
    return EXIT_GOOD;
  }
  write_open(&w, NULL, '{');
  write_text(&w, "version", roster_version());
  write_close(&w, '}');
  document_end(&w);
  return EXIT_GOOD;
}
