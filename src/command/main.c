/* main: the way from the command line to one of the verbs. */
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "command/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whoever writes `roster models openai` means a filter. */
static int unexpected(const arguments *o, const verb *v, const char *operand) {
  if ((v->options & OPTIONS_NEEDS) && v->most == 0)
    return usage_error(o, "unexpected argument '%s' (did you mean --provider %s?)", operand, operand);
  return usage_error(o, "unexpected argument '%s'", operand);
}

static int check_options(const arguments *o, const verb *v) {
  for (option_set option = 1; option && option <= o->given; option <<= 1) {
    if (!(o->given & option & ~(v->options | OPTION_HELP))) continue;
    const char *name = option_name(option);
    const bool named = strcmp(name, "--provider") == 0 && v->operands && strstr(v->operands, "PROVIDER");
    return usage_error(o, "roster %s takes no %s%s", v->name, name, named ? ": write the id of the provider without it" : "");
  }
  return EXIT_GOOD;
}

static int check_usage(const arguments *o, const verb *v) {
  int code = check_options(o, v);
  if (code) return code;
  if (o->operand_count < v->least) return usage_error(o, "roster %s needs %s", v->name, v->operands);
  if (v->most >= 0 && o->operand_count > v->most) return unexpected(o, v, o->operands[v->most]);
  return EXIT_GOOD;
}

static int run_verb(const arguments *o) {
  const verb *v = verb_find(o->verb);
  if (!v) return verb_unknown(o);
  if (arguments_have(o, OPTION_HELP)) {
    help_write(v);
    return EXIT_GOOD;
  }
  if (!v->run) return usage_error(o, "write roster %s first and its options after it", v->name);
  int code = check_usage(o, v);
  return code ? code : v->run(o);
}

static int run(const arguments *o) {
  if (o->verb) return run_verb(o);
  if (arguments_have(o, OPTION_VERSION)) return version_run(o);
  if (arguments_have(o, OPTION_HELP)) {
    help_write(NULL);
    return EXIT_GOOD;
  }
  if (arguments_have(o, OPTION_JSON)) return usage_error(o, "no verb is given");
  help_write_short();
  return EXIT_BAD;
}

/* A full disk must not look like success. When the reader has gone away, nobody would see a message. */
static int finish(int code) {
  const int fault = output_fault();
  if (!fault || fault == EPIPE) return code;
  fprintf(stderr, "roster: cannot write to standard output: %s\n  next: %s; what was written is incomplete\n", strerror(fault),
          fault == ENOSPC || fault == EDQUOT ? "free some space, or write to another disk" : "write to another place");
  return EXIT_BAD;
}

/* A value is wrong. Where the verb does not even take the option, only that helps. */
static int refuse(const arguments *o, const roster_error *err) {
  const verb *v = o->verb ? verb_find(o->verb) : NULL;
  int code = v && v->run ? check_options(o, v) : EXIT_GOOD;
  return code ? code : print_error(o, err);
}

int main(int argc, char **argv) {
  terminal_fill_streams();
  unsetenv("SSLKEYLOGFILE"); /* libcurl would write down there how to read what it sends, keys included */
  const verb *bare = argc > 1 ? verb_find(argv[1]) : NULL;
  if (bare && bare->run_bare && !(argc > 2 && strcmp(argv[2], "--help") == 0)) return finish(bare->run_bare(argc - 1, argv + 1));
  arguments o;
  roster_error err;
  int code = arguments_read(&o, argc, argv, &err) == ROSTER_OK ? run(&o) : refuse(&o, &err);
  arguments_free(&o);
  return finish(code);
}
