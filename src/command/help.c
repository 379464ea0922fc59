/* help: what the command prints about itself, from the table of verbs. */
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/verbs.h"

#include <stdio.h>
#include <string.h>

enum { MARGIN = 26, GAP = 2 };

static const char *const MEANINGS[EXIT_CODES] = EXIT_MEANINGS;

/* Two columns: what does not fit into the first has a line of its own. */
static void write_pair(const char *left, size_t margin, const char *right) {
  strbuf lead = { 0 };
  strbuf_format(&lead, "  %s", left);
  if (lead.length + GAP <= margin) {
    strbuf_pad(&lead, margin - lead.length);
  } else {
    puts(strbuf_text(&lead));
    strbuf_free(&lead);
    strbuf_pad(&lead, margin);
  }
  write_help_text(strbuf_text(&lead), margin, right);
  strbuf_free(&lead);
}

static void write_title(const char *title) {
  putchar('\n');
  write_line(HUE_BOLD, title);
}

/* ---- all verbs ---- */

static bool is_first_of_group(size_t at) {
  for (size_t i = 0; i < at; i++)
    if (strcmp(verb_at(i)->group, verb_at(at)->group) == 0) return false;
  return true;
}

static void write_group(const char *group) {
  const verb *v;
  write_title(group);
  for (size_t i = 0; (v = verb_at(i)); i++) {
    strbuf left = { 0 };
    if (strcmp(v->group, group) != 0) continue;
    strbuf_format(&left, "%s%s%s", v->name, *v->operands ? " " : "", v->operands);
    write_pair(strbuf_text(&left), MARGIN, v->summary);
    strbuf_free(&left);
  }
}

static void write_lead(void) {
  write_help_text("", 0, "roster shows which LLM models you can use, how to reach them, and why the others cannot be used.");
  puts("\nusage: roster VERB [OPTION ...]");
}

static void write_all(void) {
  write_lead();
  for (size_t i = 0; verb_at(i); i++)
    if (is_first_of_group(i)) write_group(verb_at(i)->group);
  putchar('\n');
  write_help_text(
      "", 0,
      "roster help VERB explains a verb; roster help exit-codes lists what $? means. Keys come from the environment, for example "
      "ANTHROPIC_API_KEY; no output ever shows one.");
}

void help_write_short(void) {
  static const char *const verbs[] = { "models", "providers", "explain", "demo" };
  write_lead();
  putchar('\n');
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
    const verb *v = verb_find(verbs[i]);
    strbuf left = { 0 };
    strbuf_format(&left, "roster %s%s%s", v->name, *v->operands ? " " : "", v->operands);
    write_pair(strbuf_text(&left), MARGIN - 5, v->summary);
    strbuf_free(&left);
  }
  putchar('\n');
  write_help_text("", 0, "roster help lists all verbs, roster help VERB explains one.");
}

/* ---- one verb ---- */

static void write_examples(const verb *v) {
  size_t margin = 0;
  write_title("examples");
  for (size_t i = 0; i < MOST_EXAMPLES && v->examples[i].command; i++)
    if (strlen(v->examples[i].command) > margin) margin = strlen(v->examples[i].command);
  margin += sizeof "  roster " - 1 + GAP;
  for (size_t i = 0; i < MOST_EXAMPLES && v->examples[i].command; i++) {
    strbuf left = { 0 };
    strbuf_format(&left, "roster %s", v->examples[i].command);
    if (margin > terminal_prose_width() / 2 + 8) margin = MARGIN;
    write_pair(strbuf_text(&left), margin, v->examples[i].what);
    strbuf_free(&left);
  }
}

static void write_code(int code, const char *meaning) {
  char left[8];
  snprintf(left, sizeof left, "%d", code);
  if (meaning) write_pair(left, 5, meaning);
}

static void write_exits(const verb *v) {
  for (int code = 0; code < EXIT_CODES; code++) write_code(code, v->exits[code]);
  if (v->exits_else) write_help_text("  ", 5, v->exits_else);
}

static void write_usage(const verb *v) {
  printf("usage: roster %s%s%s%s\n", v->name, *v->operands ? " " : "", v->operands, v->options ? " [OPTION ...]" : "");
}

void help_write(const verb *v) {
  if (!v) {
    write_all();
    return;
  }
  strbuf purpose = { 0 };
  strbuf_format(&purpose, "roster %s: %s", v->name, v->summary);
  write_help_text("", 0, strbuf_text(&purpose));
  strbuf_free(&purpose);
  putchar('\n');
  write_usage(v);
  putchar('\n');
  write_help_text("", 0, v->about);
  write_examples(v);
  if (v->options) options_write_help(v->options | OPTION_HELP);
  write_title("exit codes");
  write_exits(v);
}

/* ---- topics ---- */

static int write_exit_codes(void) {
  const verb *v;
  write_help_text("", 0, "Every verb uses the same exit codes:");
  putchar('\n');
  for (int code = 0; code < EXIT_CODES; code++) write_code(code, MEANINGS[code]);
  for (size_t i = 0; (v = verb_at(i)); i++) {
    strbuf title = { 0 };
    strbuf_format(&title, "roster %s", v->name);
    write_title(strbuf_text(&title));
    write_exits(v);
    strbuf_free(&title);
  }
  return EXIT_GOOD;
}

int help_run(const arguments *o) {
  if (o->operand_count && strcmp(o->operands[0], "exit-codes") == 0) return write_exit_codes();
  const verb *v = o->operand_count ? verb_find(o->operands[0]) : NULL;
  if (o->operand_count && !v) {
    arguments none = *o;
    none.verb = o->operands[0];
    return verb_unknown(&none);
  }
  help_write(v);
  return EXIT_GOOD;
}

int version_run(const arguments *o) {
  writer w = { 0 };
  if (!arguments_have(o, OPTION_JSON)) {
    printf("roster %s\n", roster_version());
    return EXIT_GOOD;
  }
  write_open(&w, NULL, '{');
  write_text(&w, "version", roster_version());
  write_close(&w, '}');
  document_end(&w);
  return EXIT_GOOD;
}
