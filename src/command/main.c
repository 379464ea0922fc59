/* main: the table of verbs with their help, and the way from the command line to one of them. */
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/suggest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USE    "use"
#define DEFINE "definitions"
#define TESTS  "for tests"

typedef struct verb {
  const char *name, *alias; /* alias: another name that works too; NULL for none */
  const char *operands;     /* as the help shows them */
  const char *summary;
  const char *about;                      /* the rest of its help: paragraphs, then the exit codes */
  option_set options;                     /* that it takes */
  int least, most;                        /* operands; most is -1 when any number will do */
  int (*run)(const arguments *o);         /* returns the exit code */
  int (*run_bare)(int argc, char **argv); /* instead of run: reads its own arguments */
  const char *group;                      /* the heading in the help */
} verb;

static int help_run(const arguments *o);
static int version_run(const arguments *o);

static const verb VERBS[] = {
  { .name = "models",
    .operands = "",
    .summary = "ask the providers which models can be used now, and say why not the rest",
    .about = "Asks every configured provider, prints the models that it showed to be usable with your key, and the reason for the others. "
             "The check is free of charge. With --retiring it prints the models that retire within so many days instead.\n\n"
             "exit: 0 shown, 1 no model is ready (with --retiring: one that retires is in use), 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTIONS_ASKING | OPTION_ALL | OPTION_KIND | OPTION_DOCUMENT | OPTION_OFFLINE |
               OPTION_RETIRING | OPTION_JSON,
    .run = models_run,
    .group = USE },
  { .name = "pick",
    .operands = "",
    .summary = "the best model that meets some needs, by its id",
    .about = "Asks the providers as `models` does and prints the id of the best usable model that meets all needs; with --all those of all "
             "that do, the best first. Better is recommended, then newer, then cheaper, then earlier in the picker. What nobody said of a "
             "model counts as not met, unless --maybe is given. With --offline nobody is asked, and a model whose key is set will do.\n\n"
             "exit: 0 found, 1 no model meets all needs (stderr says how many fell out at which), 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTIONS_ASKING | OPTIONS_NEEDS | OPTION_ALL | OPTION_OFFLINE | OPTION_JSON,
    .run = pick_run,
    .group = USE },
  { .name = "check",
    .operands = "[ID or PROVIDER ...]",
    .summary = "prove models and print every verdict",
    .about = "Asks the providers and prints the verdict on each model, or on those that are named by id or by provider. With --against it "
             "prints what would differ from the definitions in another directory.\n\n"
             "exit: 0 all configured (or named) models are ready, or nothing would be lost; 1 some are not or nothing is configured, or "
             "something would; 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTIONS_ASKING | OPTION_DEEP | OPTION_AGAINST | OPTION_JSON,
    .most = -1,
    .run = check_run,
    .group = USE },
  { .name = "explain",
    .operands = "ID",
    .summary = "one model's whole story: definition, requests, verdict, what to do",
    .about = "Tells where a model is defined, how it would be reached, which requests were made for it, what came back, and what to do.\n\n"
             "exit: 0 ready, 1 not ready, 2 unknown id, bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTIONS_ASKING | OPTION_OFFLINE | OPTION_JSON,
    .least = 1,
    .most = 1,
    .run = explain_run,
    .group = USE },
  { .name = "providers",
    .operands = "",
    .summary = "each provider: credential, endpoint, models ready",
    .about = "Lists whom roster would ask: where each key comes from and whether it is set, the address in force, and how many models are "
             "ready.\n\n"
             "exit: 0 shown, 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTIONS_ASKING | OPTION_OFFLINE | OPTION_JSON,
    .run = providers_run,
    .group = USE },
  { .name = "resolve",
    .operands = "ID",
    .summary = "where a stored id leads now",
    .about = "Prints the current id of the model that an id, an alias or a former id means. Contacts nobody, unless no block "
             "defines it and a provider discovers models: then their listings are read.\n\n"
             "exit: 0 resolved, 1 not resolved, 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTION_OFFLINE | OPTION_JSON,
    .least = 1,
    .most = 1,
    .run = resolve_run,
    .group = USE },
  { .name = "request",
    .operands = "ID",
    .summary = "the request a host would send, as a curl command",
    .about = "Prints the smallest chat request to a model as a curl command, with $NAME in place of the key; with --json also "
             "part by part: the address, the base URL for an SDK, the headers, and where the key goes. Contacts nobody, unless no block "
             "defines the "
             "id and a provider discovers models: then their listings are read.\n\n"
             "exit: 0 shown, also when the model is not ready; 1 the model has no endpoint; 2 unknown id, bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTION_OFFLINE | OPTION_JSON,
    .least = 1,
    .most = 1,
    .run = request_run,
    .group = USE },
  { .name = "price",
    .operands = "ID",
    .summary = "what so many tokens cost, today or on a day",
    .about =
        "Computes what a request costs in US dollars: by the tier that its whole prompt reaches, and by what holds on that day. Cached "
        "tokens "
        "are a part of the input. Contacts nobody, unless no block defines the id and a provider discovers models: then their listings "
        "are read.\n\n"
        "exit: 0 computed, 1 a price that it needs is not known, 2 unknown id, bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTIONS_ASKING | OPTION_OFFLINE | OPTION_INPUT | OPTION_OUTPUT | OPTION_CACHED |
               OPTION_ON | OPTION_JSON,
    .least = 1,
    .most = 1,
    .run = price_run,
    .group = USE },
  { .name = "migrate",
    .operands = "",
    .summary = "bring stored model ids of an SQLite file up to date",
    .about = "Reports every distinct id of a column, how many rows have it, and what becomes of it. Changes nothing without --apply, which "
             "makes a "
             "checked copy beside the file first, and then changes all rows or none. --undo takes the last one back.\n\n"
             "exit: 0 done or shown, 1 busy or refused by the system, 2 bad definitions, file or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTION_DB | OPTION_TABLE | OPTION_COLUMN | OPTION_PROFILE | OPTION_HISTORY |
               OPTION_JSON_IDS | OPTION_APPLY | OPTION_UNDO | OPTION_SQL | OPTION_TIMEOUT | OPTION_JSON,
    .run = migrate_run,
    .group = USE },
  { .name = "diff",
    .operands = "[PROVIDER ...]",
    .summary = "what the providers list that no block defines, and the reverse",
    .about = "Asks the providers and says which models are new there, which are gone, and where a block and the listing "
             "differ. Names the providers whose listing was not read to its end: of the others, silence means that nothing differs. "
             "One that lists for any key and has no look-up leaves open what is gone: --level list goes by its listing alone.\n\n"
             "exit: 0 nothing differs, 1 something does, 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTIONS_ASKING | OPTION_JSON,
    .most = -1,
    .run = diff_run,
    .group = USE },
  { .name = "import",
    .operands = "FILE [PROVIDER ...]",
    .summary = "turn a models.dev api.json into definitions",
    .about = "Reads the file, or some of its providers, and writes an overlay as JSON to standard output, to be put into a directory of "
             "definitions. What roster ships keeps its own blocks. Rows that cannot be used are named on standard error. Contacts "
             "nobody.\n\n"
             "exit: 0 written, 1 nothing was left to write, 2 no such file, no catalogue, usage",
    .options = OPTION_JSON,
    .least = 1,
    .most = -1,
    .run = import_run,
    .group = USE },
  { .name = "serve",
    .operands = "",
    .summary = "the registry over HTTP: an API, and a page to look at",
    .about =
        "Serves the document of `models`, each model's story, events, metrics and a page. Asks the providers at the start, after every "
        "change of the definitions, and every five minutes; a request that reads never does. Prints its address, and "
        "logs on stderr. SIGHUP asks the providers anew.\n\n"
        "exit: 0 ended by a signal, 1 it cannot listen, 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_IDS | OPTION_LEVEL | OPTION_TIMEOUT | OPTION_DOCUMENT | OPTIONS_SERVING,
    .run = serve_run,
    .group = USE },
  { .name = "demo",
    .operands = "",
    .summary = "see it work, without keys and without network",
    .about = "Starts four stand-ins for providers on this machine: one accepts its key, one rejects it, one has retired a model, one is "
             "too busy at "
             "first. Then it asks them the way it would ask real ones. Reads no definitions and no keys of yours.\n\n"
             "exit: 0 shown, 2 the stand-ins could not be started",
    .options = OPTION_JSON,
    .run = demo_run,
    .group = USE },
  { .name = "init",
    .operands = "[DIR]",
    .summary = "write commented definitions to edit",
    .about = "Writes providers.lua, models.lua and rules.lua, in which every line is a comment, and what an editor needs to complete the "
             "words. Goes "
             "to $XDG_CONFIG_HOME/roster or ~/.config/roster when no DIR is named. Never overwrites a file.\n\n"
             "exit: 0 done, 1 something could not be written, 2 bad usage",
    .options = OPTION_JSON,
    .most = 1,
    .run = init_run,
    .group = DEFINE },
  { .name = "schema",
    .operands = "",
    .summary = "print the JSON Schema of definitions in JSON",
    .about = "Prints a JSON Schema (draft-07), by which editors complete and check definitions in a .json file. Name it in the file: "
             "\"$schema\": \"./overlay.schema.json\". It is also installed as share/roster/overlay.schema.json, and roster serve has it at "
             "/schema/overlay.json.\n\n"
             "exit: 0 printed, 2 bad usage",
    .options = OPTION_JSON,
    .run = schema_run,
    .group = DEFINE },
  { .name = "lint",
    .operands = "[FILE or DIR ...]",
    .summary = "check definitions, offline",
    .about = "Reads what the other verbs would read, or the files and directories that are named, on top of the shipped definitions, and "
             "prints every "
             "mistake with its file and line.\n\n"
             "exit: 0 clean (warnings do not count), 1 errors, 2 bad usage",
    .options = OPTIONS_DEFINITIONS | OPTION_JSON,
    .most = -1,
    .run = lint_run,
    .group = DEFINE },
  { .name = "test",
    .operands = "[FILE or DIR [PROVIDER]]",
    .summary = "try definitions against stand-ins on this machine",
    .about =
        "Starts stand-ins that speak the providers' protocols, leads to them what the definitions would send, and says where the key "
        "goes and what is made of a good key, a bad one, an unknown model, a limit and an outage. Tests the providers that the file or "
        "directory speaks of, or all. Secrets are made up: no key of yours is sent or shown. Contacts nobody else.\n\n"
        "exit: 0 all passed (notes do not count), 1 something failed or is not as expected, 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_EXPECT | OPTION_JSON,
    .most = 2,
    .run = test_run,
    .group = DEFINE },
  { .name = "update",
    .operands = "[SOURCE ...]",
    .summary = "ask the sources of facts now, and say what changed",
    .about =
        "Fetches the sources that are on, or those that are named, keeps what is good of them, and says what that changes for the models "
        "here. What looks wrong (a smaller window, a price that moved more than twofold) is held back until --accept takes it. The "
        "providers are not asked.\n\n"
        "exit: 0 all are up to date, 1 one could not be had or was refused, 2 none is on, bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_ACCEPT | OPTION_RECORD | OPTION_REPLAY | OPTION_JSON,
    .most = -1,
    .run = update_run,
    .group = DEFINE },
  { .name = "paths",
    .operands = "",
    .summary = "the directories and files read, in order, and why",
    .about = "Lists every directory and file that a load considers, in reading order: later ones amend earlier ones.\n\n"
             "exit: 0 shown, 2 bad definitions or usage",
    .options = OPTIONS_DEFINITIONS | OPTION_JSON,
    .run = paths_run,
    .group = DEFINE },
  { .name = "stand-in",
    .alias = "mock",
    .operands = "SCENARIO.json",
    .summary = "serve as a provider on this machine",
    .about = "Starts the servers that a scenario describes, on the loopback interface, and prints one line of JSON with their addresses. "
             "Reads the scenario "
             "from stdin when it is called -. Serves until it is told to end, or its lifetime is over. roster mock is the same.\n\n"
             "exit: 0 ended, 2 bad scenario",
    .run_bare = standin_run,
    .group = TESTS },
  { .name = "help",
    .operands = "[VERB]",
    .summary = "this, or more about one verb",
    .about = "Prints what the command can do, or more about one verb.\n\nexit: 0 shown, 2 there is no such verb",
    .most = 1,
    .run = help_run,
    .group = "about" },
  { .name = "version",
    .operands = "",
    .summary = "print the version",
    .about = "Prints the version of the library in use.\n\nexit: 0",
    .options = OPTION_JSON,
    .run = version_run,
    .group = "about" },
};

enum { VERB_COUNT = sizeof VERBS / sizeof *VERBS };

/* NULL when there is none. */
static const verb *verb_find(const char *name) {
  for (int i = 0; i < VERB_COUNT; i++)
    if (strcmp(VERBS[i].name, name) == 0 || (VERBS[i].alias && strcmp(VERBS[i].alias, name) == 0)) return &VERBS[i];
  return NULL;
}

/* Reports that there is no verb o->verb, and which one may be meant. */
static int verb_unknown(const arguments *o) {
  const char *names[VERB_COUNT];
  for (int i = 0; i < VERB_COUNT; i++) names[i] = VERBS[i].name;
  const char *nearest = suggest(o->verb, names, VERB_COUNT);
  arguments general = *o;
  general.verb = NULL; /* the hint leads to the general help */
  if (nearest) return usage_error(&general, "unknown verb '%s' (did you mean '%s'?)", o->verb, nearest);
  return usage_error(&general, "unknown verb '%s'", o->verb);
}

/* ---- help ---- */

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

/* Paragraphs are wrapped; lines that begin with a space are printed as they are. */
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

/* The help of a verb; with NULL the general help. */
static void help_write(const verb *v) {
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

static int help_run(const arguments *o) {
  const verb *v = o->operand_count ? verb_find(o->operands[0]) : NULL;
  if (o->operand_count && !v) {
    arguments none = *o;
    none.verb = o->operands[0];
    return verb_unknown(&none);
  }
  help_write(v);
  return EXIT_GOOD;
}

static int version_run(const arguments *o) {
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

/* ---- from the command line to a verb ---- */

static int check_usage(const arguments *o, const verb *v) {
  for (option_set option = 1; option && option <= o->given; option <<= 1)
    if (o->given & option & ~(v->options | OPTION_HELP)) return usage_error(o, "roster %s takes no %s", v->name, option_name(option));
  if (o->operand_count < v->least) return usage_error(o, "roster %s needs %s", v->name, v->operands);
  if (v->most >= 0 && o->operand_count > v->most) return usage_error(o, "roster %s: '%s' is one too many", v->name, o->operands[v->most]);
  return EXIT_GOOD;
}

static int run_verb(const arguments *o) {
  const verb *v = verb_find(o->verb);
  if (!v) return verb_unknown(o);
  if (arguments_have(o, OPTION_HELP)) {
    help_write(v);
    return EXIT_GOOD;
  }
  if (!v->run) return usage_error(o, "%s comes before every option", v->name);
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
  if (arguments_have(o, OPTION_JSON)) return usage_error(o, "which verb?");
  help_write(NULL);
  return EXIT_BAD;
}

/* A full disk must not look like success. When the reader has gone away, nobody would see a message. */
static int finish(int code) {
  errno = 0;
  bool failed = ferror(stdout) != 0;
  if (fflush(stdout) != 0 || failed) {
    if (errno == EPIPE) return code;
    fprintf(stderr, "roster: cannot write output: %s\n", strerror(errno ? errno : EIO));
    return EXIT_BAD;
  }
  return code;
}

int main(int argc, char **argv) {
  terminal_fill_streams();
  unsetenv("SSLKEYLOGFILE"); /* libcurl would write down there how to read what it sends, keys included */
  const verb *bare = argc > 1 ? verb_find(argv[1]) : NULL;
  if (bare && bare->run_bare && !(argc > 2 && strcmp(argv[2], "--help") == 0)) return finish(bare->run_bare(argc - 1, argv + 1));
  arguments o;
  roster_error err;
  int code = arguments_read(&o, argc, argv, &err) == ROSTER_OK ? run(&o) : print_error(&o, &err);
  arguments_free(&o);
  return finish(code);
}
