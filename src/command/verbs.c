/* verbs: see verbs.h. */
#include "command/verbs.h"

#include "command/shared/output.h"
#include "command/shared/verb.h"
#include "util/suggest.h"

#include <string.h>

#define USE    "models"
#define DEFINE "definitions"
#define HOST   "servers and databases"
#define ABOUT  "about"

#define BAD    "wrong usage or bad definitions"
#define BAD_ID "unknown id, wrong usage or bad definitions"
#define LISTINGS                                                                                                                           \
  "Makes no requests, unless no block defines the id and a provider discovers its models: then the listings of such providers are read."

/* clang-format off */
static const verb VERBS[] = {
  { .name = "models",
    .operands = "",
    .summary = "list the models you can use, and why not the rest",
    .about = "Checks every configured provider and prints the models that you can use with your keys, then the reasons for the "
             "others. The check is free. In a pipe each model is one line that begins with its id, and nothing is cut.",
    .examples = { { "models", "what can be used now" },
                  { "models --tools --context 200K --sort price", "cheapest first, with tools and a large window" },
                  { "models --all --offline --provider openai --ids", "all ids of a provider, without requests" },
                  { "models --retiring 30", "models that retire within 30 days" } },
    .exits = { "a model is listed", "no model is ready, or none matches the filters", BAD },
    .exits_else = "with --retiring: 0 none of the listed models is in use, 1 some are",
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTIONS_ASKING | OPTION_ALL | OPTIONS_NEEDS | OPTION_KIND | OPTION_STATE | OPTION_SORT |
               OPTION_IDS | OPTION_COLUMNS | OPTION_DOCUMENT | OPTION_OFFLINE | OPTION_RETIRING | OPTION_JSON,
    .run = models_run,
    .group = USE },
  { .name = "pick",
    .operands = "",
    .summary = "print the id of the best model for some needs",
    .about = "Checks the providers as `roster models` does and prints the id of the best usable model that meets all needs; with --all, the "
             "ids of all that do, best first. Recommended models come first, then newer, cheaper, and earlier ones. Unknown properties "
             "count as not met, unless --maybe is given. With --offline no requests are made, and a model counts as usable if its key is set.",
    .examples = { { "pick --tools --vision", "the best that calls tools and accepts images" },
                  { "pick --context 200K --max-price 1 --all", "all with a large window for at most $1, best first" } },
    .exits = { "found", "no model meets all needs; stderr counts the failures per need", BAD },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTIONS_ASKING | OPTIONS_NEEDS | OPTION_ALL | OPTION_OFFLINE | OPTION_JSON,
    .run = pick_run,
    .group = USE },
  { .name = "default",
    .operands = "",
    .summary = "print the id of the default model",
    .about = "Checks the providers and prints the id of the model that hosts start with, as chosen by the `default` block of the definitions: "
             "the shipped one follows DEFAULT_MODEL, one of yours only with wanted = setting \"DEFAULT_MODEL\". If the requested model is "
             "not available, stderr has the reason and the id of the one used instead.",
    .examples = { { "default", "one id, for scripts" }, { "default --json", "also the requested one" } },
    .exits = { "printed", "no model is ready; the reason is on stderr", BAD },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTIONS_ASKING | OPTION_OFFLINE | OPTION_JSON,
    .run = default_run,
    .group = USE },
  { .name = "role",
    .operands = "[NAME]",
    .summary = "print the id of the model for a role, or list the roles",
    .about = "Checks the providers and prints the id of the model that a `role` block of the definitions chooses, such as cheap. Without a "
             "name it lists all roles, the model of each, and why; with --ids their names, without a request.",
    .examples = { { "role", "all roles" }, { "role cheap", "one id, for scripts" } },
    .exits = { "printed", "the role has no usable model; the reason is on stderr", "unknown role, wrong usage or bad definitions" },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTIONS_ASKING | OPTION_OFFLINE | OPTION_IDS | OPTION_JSON,
    .most = 1,
    .takes = OPERAND_ROLE,
    .run = role_run,
    .group = USE },
  { .name = "check",
    .operands = "[ID or PROVIDER ...]",
    .summary = "check models and print every verdict",
    .about = "Checks the providers and prints the verdict on each model, or on the given models and providers. With --against, prints "
             "what changes from the definitions in another directory to the current ones.",
    .examples = { { "check", "all models" },
                  { "check anthropic gpt-5.5", "one provider and one model" },
                  { "check gpt-5.5 --deep", "with one small billed request" },
                  { "check --against /etc/roster --config ./new", "what an edit would change" } },
    .exits = { "all configured (or given) models are ready", "some are not, or nothing is configured", BAD_ID },
    .exits_else = "with --against: 0 no model would be lost, 1 some models or the default would",
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTIONS_ASKING | OPTION_DEEP | OPTION_AGAINST | OPTION_JSON,
    .most = -1,
    .takes = OPERAND_EITHER,
    .run = check_run,
    .group = USE },
  { .name = "explain",
    .operands = "ID",
    .summary = "show everything about a model, and what to do next",
    .about = "Prints where a model is defined, how it is reached, which requests were made for it, the responses, and what to do next.",
    .examples = { { "explain gpt-5.5", "why it can or cannot be used" }, { "explain gpt-5.5 --offline", "only its definition" } },
    .exits = { "ready", "not ready", BAD_ID },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTIONS_ASKING | OPTION_OFFLINE | OPTION_JSON,
    .least = 1,
    .most = 1,
    .takes = OPERAND_MODEL,
    .run = explain_run,
    .group = USE },
  { .name = "providers",
    .operands = "",
    .summary = "list the providers with key, address and ready models",
    .about = "Lists the providers: the variable that holds the key and whether it is set, the address in use, and the number of models "
             "that are ready.",
    .examples = { { "providers", "which keys are used" }, { "providers --offline", "which variables to set, without requests" } },
    .exits = { "shown", NULL, BAD },
    .options = OPTIONS_DEFINITIONS | OPTIONS_ASKING | OPTION_OFFLINE | OPTION_IDS | OPTION_JSON,
    .run = providers_run,
    .group = USE },
  { .name = "resolve",
    .operands = "ID",
    .summary = "print the current id for a stored one",
    .about = "Prints the current id of the model to which an id, an alias or a former id refers. " LISTINGS,
    .examples = { { "resolve claude-4-opus", "the id to use today" } },
    .exits = { "resolved", "unknown, ambiguous or retired", BAD },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTION_OFFLINE | OPTION_JSON,
    .least = 1,
    .most = 1,
    .takes = OPERAND_MODEL,
    .run = resolve_run,
    .group = USE },
  { .name = "try",
    .operands = "ID PROMPT",
    .summary = "send one prompt and print the answer as it streams",
    .about = "Sends the prompt as a host would send it, prints the answer as it arrives, and then, on stderr, the tokens used and what they "
             "cost by the model's price. The provider bills this. The model is checked first, which is free; --anyway skips that. "
             "If the prompt is -, it is read from standard input. The answer comes in one piece if its stream is not JSON (bedrock-converse). "
             "An answer that is cut at its limit of tokens is printed as far as it came; that, a refusal and a filtered answer exit with 3. "
             "The proxy and the TLS settings of the provider apply. For your own protocols, the prompt replaces \"hi\" in the request that "
             "`generate` makes, and an answer that is not like one of a shipped protocol is printed completely, as JSON. Requests that must be "
             "signed for AWS cannot be sent: `roster request` prints a curl command that signs them.",
    .examples = { { "try gpt-5.5 \"Say hello\"", "one prompt" },
                  { "try gpt-5.5 - --system \"Summarize\" <notes.txt", "the prompt from a file" } },
    .exits = { "answered", "the model is not ready, or the provider refused", BAD_ID, "no complete answer arrived" },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTION_TIMEOUT | OPTION_SYSTEM | OPTION_MAX_TOKENS | OPTION_NO_STREAM | OPTION_ANYWAY |
               OPTION_JSON,
    .least = 2,
    .most = 2,
    .takes = OPERAND_MODEL,
    .run = try_run,
    .group = USE },
  { .name = "request",
    .operands = "ID",
    .summary = "print the request to a model as a curl command",
    .about = "Prints the smallest chat request to a model as a curl command, with $NAME in place of the key; with --json also as separate "
             "parts: the address, the base URL for an SDK, the headers, and where the key goes. " LISTINGS,
    .examples = { { "request gpt-5.5", "a command to paste into a shell" }, { "request gpt-5.5 --json", "as separate parts" } },
    .exits = { "shown, even if the model is not ready", "the model has no endpoint", BAD_ID },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTION_OFFLINE | OPTION_JSON,
    .least = 1,
    .most = 1,
    .takes = OPERAND_MODEL,
    .run = request_run,
    .group = USE },
  { .name = "price",
    .operands = "ID",
    .summary = "compute the cost of a number of tokens",
    .about = "Computes the cost of a request in US dollars, at the price tier that its prompt reaches and on the given date. Cached tokens "
             "are part of the input. " LISTINGS,
    .examples = { { "price gpt-5.5 --input 12000 --output 800", "one request" },
                  { "price gpt-5.5 --input 300000 --cached 250000 --on 2027-01-01", "mostly from the cache, on a date" } },
    .exits = { "computed", "a required price is not known", BAD_ID },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTIONS_ASKING | OPTION_OFFLINE | OPTION_INPUT | OPTION_OUTPUT | OPTION_CACHED |
               OPTION_ON | OPTION_JSON,
    .least = 1,
    .most = 1,
    .takes = OPERAND_MODEL,
    .run = price_run,
    .group = USE },
  { .name = "init",
    .operands = "[DIR]",
    .summary = "create definition files to edit",
    .about = "Writes providers.lua, models.lua and rules.lua, in which every line is a comment, and the files that editors need for "
             "completion. The default directory is $XDG_CONFIG_HOME/roster or ~/.config/roster. Never overwrites a file.",
    .examples = { { "init", "in the default directory" }, { "init ./definitions", "in another directory" } },
    .exits = { "done", "a file could not be written", "wrong usage" },
    .options = OPTION_JSON,
    .most = 1,
    .takes = OPERAND_FILE,
    .run = init_run,
    .group = DEFINE },
  { .name = "schema",
    .operands = "",
    .summary = "print the JSON Schema of JSON definitions",
    .about = "Prints a JSON Schema (draft-07) for editors, which complete and check definitions in a .json file with it. Refer to it in "
             "the file: \"$schema\": \"./overlay.schema.json\". It is also installed as share/roster/overlay.schema.json, and roster serve "
             "serves it at /schema/overlay.json.",
    .examples = { { "schema >overlay.schema.json", "next to your definitions" } },
    .exits = { "printed", NULL, "wrong usage" },
    .options = OPTION_JSON,
    .run = schema_run,
    .group = DEFINE },
  { .name = "config",
    .operands = "[ID ...]",
    .summary = "print the merged definitions and the origin of each line",
    .about = "Prints the definitions in force, the shipped ones merged with your files, as Lua that can be pasted into a file. After each "
             "line come the file and line of its origin. IDs select blocks: providers, models (by any name), gateways, rules, roles, sources, "
             "`default` and `validate`. Functions are only named, and keys are never printed. Makes no requests.",
    .examples = { { "config openai", "where its base_url comes from" },
                  { "config gpt-5.5 default", "a model, and the default" },
                  { "config --changed", "only what your files change" } },
    .exits = { "printed", NULL, BAD_ID },
    .options = OPTIONS_DEFINITIONS | OPTION_CHANGED | OPTION_OFFLINE | OPTION_JSON,
    .most = -1,
    .takes = OPERAND_EITHER,
    .run = config_run,
    .group = DEFINE },
  { .name = "doctor",
    .operands = "",
    .summary = "find problems with this installation",
    .about = "Checks the libraries, the definitions, the keys and their files, the age of the data, certificates, proxy variables, "
             "directories and limits, and prints a line for each: ok, warning or error, with what to do next. Never prints a key. Makes no "
             "requests unless --online is given: then it sends one without a key to each configured provider, and compares the clocks.",
    .examples = { { "doctor", "the complete checkup" }, { "doctor --online", "also the network and the clock" } },
    .exits = { "no errors (warnings do not count)", "errors", "wrong usage" },
    .options = OPTIONS_DEFINITIONS | OPTION_ONLINE | OPTION_JSON,
    .run = doctor_run,
    .group = DEFINE },
  { .name = "lint",
    .operands = "[FILE or DIR ...]",
    .summary = "check definitions for mistakes, offline",
    .about = "Reads the definitions that the other verbs would read, or the given files and directories on top of the shipped definitions, "
             "and prints every mistake with its file and line. Makes no requests.",
    .examples = { { "lint", "the definitions in use" }, { "lint providers.lua", "one file" } },
    .exits = { "no errors (warnings do not count)", "errors", "wrong usage or an unreadable file" },
    .options = OPTIONS_DEFINITIONS | OPTION_JSON,
    .most = -1,
    .takes = OPERAND_FILE,
    .run = lint_run,
    .group = DEFINE },
  { .name = "test",
    .operands = "[FILE or DIR [PROVIDER]]",
    .summary = "test definitions against mock servers on this machine",
    .about = "Starts mock servers that speak the providers' protocols, sends them the requests that the definitions lead to, and "
             "reports where the key goes and how a good key, a bad key, an unknown model, a limit and an outage are classified. Tests the "
             "providers in the file or directory, or all. Secrets are made up: your keys are neither sent nor shown. Makes no other "
             "requests. For your own protocols, the answers come from a scenario next to the file, acme.scenario.json for acme.lua, or from "
             "--scenario.",
    .examples = { { "test providers.lua", "the providers in a file" }, { "test providers.lua acme", "one of them" } },
    .exits = { "all passed (notes do not count)", "a test failed, or a result differs from --expect", BAD },
    .options = OPTIONS_DEFINITIONS | OPTION_SCENARIO | OPTION_EXPECT | OPTION_JSON,
    .most = 2,
    .takes = OPERAND_FILE,
    .run = test_run,
    .group = DEFINE },
  { .name = "paths",
    .operands = "",
    .summary = "list the files that are read, in order",
    .about = "Lists every directory and file that is considered, in reading order, and why; later ones amend earlier ones. Then lists "
             "the sources of facts with their age and state.",
    .examples = { { "paths", "where to put a file" } },
    .exits = { "shown", NULL, BAD },
    .options = OPTIONS_DEFINITIONS | OPTION_JSON,
    .run = paths_run,
    .group = DEFINE },
  { .name = "diff",
    .operands = "[PROVIDER ...]",
    .summary = "compare the definitions with what the providers list",
    .about = "Reads the listings and prints which models are new there, which are gone, and where definition and listing differ. Providers "
             "whose listing could not be read completely are named on stderr; for the others, no line means no difference. A provider that "
             "shows its listing for any key and has no look-ups cannot show what is gone: --level list relies on its listing alone.",
    .examples = { { "diff", "all providers with a key" }, { "diff openai anthropic", "two providers" } },
    .exits = { "nothing differs", "something differs", BAD },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTIONS_ASKING | OPTION_JSON,
    .most = -1,
    .takes = OPERAND_PROVIDER,
    .run = diff_run,
    .group = DEFINE },
  { .name = "update",
    .operands = "[SOURCE ...]",
    .summary = "fetch the sources of facts now, and print what changed",
    .about = "Fetches the enabled or the given sources, stores valid data, and prints what changes for the models here. Suspicious data (a "
             "smaller window, a price that more than doubles or halves) is held back until --accept is given. Providers are not contacted.",
    .examples = { { "update --sources", "also the shipped sources" }, { "update models.dev --accept", "accept data that was held back" } },
    .exits = { "all sources are up to date", "one could not be fetched or was rejected", "no source is enabled, wrong usage or bad definitions" },
    .options = OPTIONS_DEFINITIONS | OPTION_ACCEPT | OPTION_RECORD | OPTION_REPLAY | OPTION_JSON,
    .most = -1,
    .run = update_run,
    .group = DEFINE },
  { .name = "import",
    .operands = "FILE [PROVIDER ...]",
    .summary = "convert a models.dev api.json into definitions",
    .about = "Reads all or some providers of the file, and writes JSON definitions to stdout, to be stored in a directory of definitions. "
             "Shipped models keep their values. Entries that cannot be used are named on stderr. Makes no requests.",
    .examples = { { "import api.json >~/.config/roster/models.dev.json", "everything" }, { "import api.json groq cerebras", "two providers" } },
    .exits = { "written", "nothing was left to write", "wrong usage, an unreadable file or not a catalogue" },
    .options = OPTION_JSON,
    .least = 1,
    .most = -1,
    .takes = OPERAND_FILE,
    .run = import_run,
    .group = DEFINE },
  { .name = "serve",
    .operands = "",
    .summary = "run the HTTP server: an API and a web page",
    .about = "Serves the document of `roster models --json`, the details of each model, events, metrics and a web page. Checks the providers "
             "at the start, after every change of the definitions, and every five minutes; reading from the server causes no check. "
             "Prints its address and logs to stderr. SIGHUP starts a check.",
    .examples = { { "serve", "on http://127.0.0.1:7411" },
                  { "serve --listen unix:/run/roster.sock --every 60", "on a socket, with a check each minute" } },
    .exits = { "ended by a signal", "the server cannot listen", BAD },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTION_LEVEL | OPTION_TIMEOUT | OPTION_DOCUMENT | OPTIONS_SERVING,
    .run = serve_run,
    .group = HOST },
  { .name = "migrate",
    .operands = "",
    .summary = "update stored model ids in an SQLite file",
    .about = "Lists every distinct id in a column, the number of rows with it, and its new value. Changes nothing without --apply, which "
             "first makes a verified copy next to the file and then changes all rows or none. --undo reverts the last migration.",
    .examples = { { "migrate --db app.db --table chats --column model", "preview the changes" },
                  { "migrate --db app.db --profile phoenix --apply", "make them" },
                  { "migrate --db app.db --undo", "revert them" } },
    .exits = { "done or shown", "busy, or refused by the system or the database", "wrong usage, bad definitions or an unsuitable file" },
    .options = OPTIONS_DEFINITIONS | OPTION_SPELLING | OPTION_DB | OPTION_TABLE | OPTION_COLUMN | OPTION_PROFILE | OPTION_HISTORY |
               OPTION_JSON_IDS | OPTION_APPLY | OPTION_UNDO | OPTION_SQL | OPTION_TIMEOUT | OPTION_JSON,
    .run = migrate_run,
    .group = HOST },
  { .name = "mock",
    .alias = "stand-in",
    .operands = "SCENARIO.json",
    .summary = "run mock providers on this machine, for tests",
    .about = "Starts the servers that a scenario describes, on the loopback interface, and prints one line of JSON with their addresses. If the name is "
             "-, the scenario is read from stdin. Runs for 120 seconds, or for as many as \"lifetime\" in the scenario sets (86400 at most); "
             "ends earlier by Ctrl-C or with the process that started it. Stderr has the time at the start, and the reason at the end.",
    .examples = { { "mock scenario.json", "until Ctrl-C, or its lifetime is over" } },
    .exits = { "ended", NULL, "wrong usage or a bad scenario" },
    .least = 1,
    .most = 1,
    .takes = OPERAND_FILE,
    .run_bare = standin_run,
    .group = HOST },
  { .name = "demo",
    .operands = "",
    .summary = "see roster at work, without keys or network",
    .about = "Starts four mock providers on this machine and checks them like real ones: one accepts its key, one rejects it, one has "
             "retired a model, one is too busy at first. Reads none of your definitions and keys.",
    .examples = { { "demo", "takes about a second" } },
    .exits = { "shown", NULL, "wrong usage, or the mock servers could not be started" },
    .options = OPTION_JSON,
    .run = demo_run,
    .group = ABOUT },
  { .name = "help",
    .operands = "[VERB]",
    .summary = "list the verbs, or explain one of them",
    .about = "Lists the verbs, or explains one of them. `roster help exit-codes` lists the exit codes of all verbs.",
    .examples = { { "help models", "the same as roster models --help" }, { "help exit-codes", "what $? means" } },
    .exits = { "shown", NULL, "unknown verb" },
    .most = 1,
    .takes = OPERAND_WORD,
    .run = help_run,
    .group = ABOUT },
  { .name = "completions",
    .operands = "SHELL",
    .summary = "print completions for bash, zsh or fish",
    .about = "Prints a script that completes verbs, options and their values, and the ids of models, providers and roles. make install "
             "puts it where each shell looks for it; without an installation, load it from the shell's start-up file.",
    .examples = { { "completions bash >~/.local/share/bash-completion/completions/roster", "for bash" },
                  { "completions zsh >~/.zfunc/_roster", "for zsh, with ~/.zfunc in fpath" },
                  { "completions fish >~/.config/fish/completions/roster.fish", "for fish" } },
    .exits = { "printed", NULL, "wrong usage or unknown shell" },
    .least = 1,
    .most = 1,
    .takes = OPERAND_WORD,
    .words = "bash zsh fish",
    .run = completions_run,
    .group = ABOUT },
  { .name = "version",
    .operands = "",
    .summary = "print the version",
    .about = "Prints the version of the library in use.",
    .examples = { { "version", "the same as roster --version" } },
    .exits = { "shown", NULL, "wrong usage" },
    .options = OPTION_JSON,
    .run = version_run,
    .group = ABOUT },
};
/* clang-format on */

enum { VERB_COUNT = sizeof VERBS / sizeof *VERBS };

const verb *verb_at(size_t index) { return index < VERB_COUNT ? &VERBS[index] : NULL; }

const verb *verb_find(const char *name) {
  for (size_t i = 0; i < VERB_COUNT; i++)
    if (strcmp(VERBS[i].name, name) == 0 || (VERBS[i].alias && strcmp(VERBS[i].alias, name) == 0)) return &VERBS[i];
  return NULL;
}

/* What people try first, and what it is called here; NULL where nothing is known. */
static const char *meant_verb(const char *word) {
  static const char *const guesses[][2] = {
    { "list", "models" },        { "ls", "models" },      { "available", "models" }, { "show", "explain" },
    { "info", "explain" },       { "why", "explain" },    { "status", "check" },     { "verify", "check" },
    { "ping", "check" },         { "validate", "lint" },  { "cost", "price" },       { "start", "serve" },
    { "server", "serve" },       { "keys", "providers" }, { "env", "providers" },    { "curl", "request" },
    { "roles", "role" },         { "select", "pick" },    { "choose", "pick" },      { "best", "pick" },
    { "chat", "try" },           { "ask", "try" },        { "run", "try" },          { "fetch", "update" },
    { "sync", "update" },        { "refresh", "check" },  { "health", "doctor" },    { "checkhealth", "doctor" },
    { "definitions", "config" }, { "dump", "config" },    { "retiring", "models" },  { "retirements", "models" }
  };
  for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++)
    if (strcmp(guesses[i][0], word) == 0) return verb_find(guesses[i][1]) ? guesses[i][1] : NULL;
  return NULL;
}

int verb_unknown(const arguments *o) {
  const char *names[VERB_COUNT];
  for (size_t i = 0; i < VERB_COUNT; i++) names[i] = VERBS[i].name;
  const char *meant = meant_verb(o->verb), *nearest = meant ? meant : suggest(o->verb, names, VERB_COUNT);
  arguments general = *o;
  general.verb = NULL; /* the hint leads to the general help */
  if (nearest) return usage_error(&general, "unknown verb '%s' (did you mean '%s'?)", o->verb, nearest);
  return usage_error(&general, "unknown verb '%s'", o->verb);
}
