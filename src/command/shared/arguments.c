/* arguments: see arguments.h. */
#include "command/shared/arguments.h"

#include "command/shared/memory.h"
#include "command/shared/terminal.h"
#include "util/strbuf.h"
#include "util/suggest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEED(i) (OPTION_FIRST_NEED << (i))

/* The headings under which the help lists them. */
#define MODELS      "which models"
#define TASK        "this verb"
#define CHECKING    "the check"
#define DEFINITIONS "definitions"
#define OUTPUT      "output"

static const known_option KNOWN[] = {
  { "--tools", NULL, "that call tools", MODELS, NEED(0) },
  { "--vision", NULL, "that accept images", MODELS, NEED(1) },
  { "--reasoning", NULL, "that can reason before they answer", MODELS, NEED(2) },
  { "--json-schema", NULL, "that follow a JSON schema", MODELS, NEED(3) },
  { "--context", "N", "with a context window of at least N tokens (200000, 200K, 1M)", MODELS, NEED(4) },
  { "--max-output", "N", "that can answer with at least N tokens", MODELS, NEED(5) },
  { "--max-price", "N", "for at most N US dollars per million input tokens (short prompts)", MODELS, NEED(6) },
  { "--max-output-price", "N", "for at most N US dollars per million output tokens", MODELS, NEED(7) },
  { "--provider", "ID", "of this provider; roster models takes several: ID,ID", MODELS, NEED(8) },
  { "--family", "F", "of this family, such as claude-opus", MODELS, NEED(9) },
  { "--proved", "CAP,...", "proved by a billed request; so far only chat can be proved", MODELS, NEED(10) },
  { "--maybe", NULL, "count unknown properties as met", MODELS, NEED(11) },
  { "--kind", "KIND", "of this kind: chat (the default), embedding, rerank, image, speech, transcription, moderation, video, other, any",
    MODELS, OPTION_KIND },
  { "--state", "STATE,...", "in one of these states (ready, no_credential ...) or with one of these reason codes (key_unset ...)", MODELS,
    OPTION_STATE },
  { "--all", NULL, "also those that are not ready (roster pick: every model that meets the needs, best first)", MODELS, OPTION_ALL },
  { "--retiring", "DAYS", "only those that retire within DAYS days, with their replacements", MODELS, OPTION_RETIRING },
  { "--system", "TEXT", "instructions that go before the prompt", TASK, OPTION_SYSTEM },
  { "--max-tokens", "TOKENS", "limit for the answer (1024)", TASK, OPTION_MAX_TOKENS },
  { "--no-stream", NULL, "receive the answer in one piece", TASK, OPTION_NO_STREAM },
  { "--anyway", NULL, "send the prompt without checking that the model is ready", TASK, OPTION_ANYWAY },
  { "--input", "TOKENS", "tokens in the prompt, including those read from the cache", TASK, OPTION_INPUT },
  { "--cached", "TOKENS", "how many of them are read from the cache", TASK, OPTION_CACHED },
  { "--output", "TOKENS", "tokens in the answer, including reasoning", TASK, OPTION_OUTPUT },
  { "--on", "DAY", "the date (UTC), such as 2026-12-01; default today", TASK, OPTION_ON },
  { "--against", "DIR", "print what changes from the definitions in DIR to the current ones", TASK, OPTION_AGAINST },
  { "--expect", "FILE", "compare with earlier output of roster test --json", TASK, OPTION_EXPECT },
  { "--scenario", "FILE", "mock servers that answer as the provider does (man 5 roster-scenario)", TASK, OPTION_SCENARIO },
  { "--accept", NULL, "also accept data that would be held back", TASK, OPTION_ACCEPT },
  { "--db", "FILE", "the SQLite file that holds the ids", TASK, OPTION_DB },
  { "--table", "TABLE", "the table that holds the ids (with --column); may be repeated", TASK, OPTION_TABLE },
  { "--column", "COLUMN", "the column that holds the ids (with --table)", TASK, OPTION_COLUMN },
  { "--profile", "NAME", "the tables and columns of a known program: phoenix", TASK, OPTION_PROFILE },
  { "--include-history", NULL, "also update historical records", TASK, OPTION_HISTORY },
  { "--include-json", NULL, "also update ids inside JSON", TASK, OPTION_JSON_IDS },
  { "--apply", NULL, "make the changes, after a copy of the file", TASK, OPTION_APPLY },
  { "--undo", NULL, "revert the last migration", TASK, OPTION_UNDO },
  { "--sql", NULL, "print the changes as SQL", TASK, OPTION_SQL },
  { "--listen", "ADDRESS", "HOST:PORT or unix:PATH (default 127.0.0.1:7411; port 0 takes any free port)", TASK, OPTION_LISTEN },
  { "--socket-mode", "MODE", "permissions of the Unix socket, in octal (default 0600: its owner alone)", TASK, OPTION_SOCKET_MODE },
  { "--socket-group", "GROUP", "group of the Unix socket, such as the web server's (with --socket-mode 0660)", TASK, OPTION_SOCKET_GROUP },
  { "--token-file", "FILE", "a file with the token that a refresh requires (or set ROSTER_TOKEN)", TASK, OPTION_TOKEN_FILE },
  { "--every", "SECONDS", "how often the providers are checked (default 300; 0: only on request and after an edit)", TASK, OPTION_EVERY },
  { "--allow-host", "NAME", "another name of this server besides localhost; may be repeated", TASK, OPTION_ALLOW_HOST },
  { "--allow-origin", "ORIGIN", "allow this origin to read and refresh, in addition to the server's own", TASK, OPTION_ALLOW_ORIGIN },
  { "--log-format", "FORMAT", "text (key=value) or json", TASK, OPTION_LOG_FORMAT },
  { "--offline", NULL, "make no requests", CHECKING, OPTION_OFFLINE },
  { "--changed", NULL, "only what your files change", TASK, OPTION_CHANGED },
  { "--online", NULL, "also send one request without a key to each configured provider", TASK, OPTION_ONLINE },
  { "--level", "LEVEL", "how thorough: credential, list, prove (free) or generate (billed)", CHECKING, OPTION_LEVEL },
  { "--deep", NULL, "the same as --level generate: a few billed tokens per model", CHECKING, OPTION_DEEP },
  { "--timeout", "SECONDS", "limit for all requests to one endpoint, or for waiting for a locked database; 0.5 is half a second", CHECKING,
    OPTION_TIMEOUT },
  { "--record", "FILE", "record the providers' responses, without secrets", CHECKING, OPTION_RECORD },
  { "--replay", "FILE", "make no requests: use the responses recorded in FILE", CHECKING, OPTION_REPLAY },
  { "--config", "DIR", "read DIR, or one file, instead of /etc/roster and ~/.config/roster", DEFINITIONS, OPTION_CONFIG },
  { "--no-builtin", NULL, "without the shipped providers, models and rules", DEFINITIONS, OPTION_NO_BUILTIN },
  { "--sources", NULL, "enable the shipped sources of facts (models.dev, catwalk)", DEFINITIONS, OPTION_SOURCES },
  { "--spelling", "NAME", "spell ids as a host does: phoenix, or an `ids` block of the definitions", DEFINITIONS, OPTION_SPELLING },
  { "--sort", "KEY", "id, provider, context, price, released or another column; -KEY or KEY:desc for descending", OUTPUT, OPTION_SORT },
  { "--ids", NULL, "print ids only, one per line", OUTPUT, OPTION_IDS },
  { "--columns", "NAME,...", "choose the columns; --columns help lists them", OUTPUT, OPTION_COLUMNS },
  { "--document", "NAME", "print JSON in the form of a host: phoenix, or one from the definitions", OUTPUT, OPTION_DOCUMENT },
  { "--json", NULL, "print a JSON document", OUTPUT, OPTION_JSON },
  { "--help", NULL, "print this help", OUTPUT, OPTION_HELP },
  { "--version", NULL, "print the version", OUTPUT, OPTION_VERSION },
};

enum { OPTION_COUNT = sizeof KNOWN / sizeof *KNOWN };

/* The words that an option takes. */
typedef struct choice {
  const char *option, *noun, *hint;
  const char *const *words;
  size_t count;
} choice;

static const char *const LEVELS[] = { "credential", "list", "prove", "generate" }; /* in the order of roster_level */
static const char *const LOG_FORMATS[] = { "text", "json" };
static const char *const KINDS[] = { "chat",          "embedding",  "rerank", "image", "speech",
                                     "transcription", "moderation", "video",  "other", "any" };
static const choice KIND = { "--kind", "kind",
                             "it is chat, embedding, rerank, image, speech, transcription, moderation, video, other or any", KINDS,
                             sizeof KINDS / sizeof *KINDS };
static const choice LEVEL = { "--level", "level", "it is credential, list, prove or generate", LEVELS, sizeof LEVELS / sizeof *LEVELS };
static const choice LOG_FORMAT = { "--log-format", "format", "it is text or json", LOG_FORMATS, sizeof LOG_FORMATS / sizeof *LOG_FORMATS };

const known_option *option_at(size_t index) { return index < OPTION_COUNT ? &KNOWN[index] : NULL; }

const char *const *option_words(option_set option, size_t *count) {
  const choice *c = option == OPTION_LEVEL ? &LEVEL : option == OPTION_KIND ? &KIND : option == OPTION_LOG_FORMAT ? &LOG_FORMAT : NULL;
  *count = c ? c->count : 0;
  return c ? c->words : NULL;
}

bool arguments_have(const arguments *o, option_set option) { return (o->given & option) != 0; }

const char *option_name(option_set option) {
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (KNOWN[i].option == option) return KNOWN[i].name;
  return "";
}

enum { GAP = 2 };

static size_t lead_of(const known_option *w) { return 2 + strlen(w->name) + (w->value ? 1 + strlen(w->value) : 0) + GAP; }

static void write_option(const known_option *w, size_t margin) {
  strbuf lead = { 0 };
  strbuf_format(&lead, "  %s%s%s", w->name, w->value ? " " : "", w->value ? w->value : "");
  strbuf_pad(&lead, margin - lead.length);
  write_help_text(strbuf_text(&lead), margin, w->help);
  strbuf_free(&lead);
}

void options_write_help(option_set set) {
  const char *group = "";
  size_t margin = 0;
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (KNOWN[i].option & set && lead_of(&KNOWN[i]) > margin) margin = lead_of(&KNOWN[i]);
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    if (!(KNOWN[i].option & set)) continue;
    strbuf title = { 0 };
    strbuf_format(&title, "options: %s", KNOWN[i].group);
    if (strcmp(group, KNOWN[i].group) != 0) putchar('\n'), write_line(HUE_BOLD, strbuf_text(&title));
    strbuf_free(&title);
    group = KNOWN[i].group;
    write_option(&KNOWN[i], margin);
  }
}

/* ---- reading ---- */

__attribute__((format(printf, 3, 4))) static roster_status wrong(roster_error *err, const char *hint, const char *format, ...) {
  *err = (roster_error){ .status = ROSTER_EINVALID };
  va_list args;
  va_start(args, format);
  vsnprintf(err->message, sizeof err->message, format, args);
  va_end(args);
  snprintf(err->hint, sizeof err->hint, "%s", hint);
  return ROSTER_EINVALID;
}

static roster_status unknown(const char *given, size_t length, roster_error *err) {
  const char *names[OPTION_COUNT];
  for (size_t i = 0; i < OPTION_COUNT; i++) names[i] = KNOWN[i].name;
  strbuf name = { 0 };
  strbuf_bytes(&name, given, length);
  const char *nearest = suggest(strbuf_text(&name), names, OPTION_COUNT);
  strbuf_free(&name);
  if (nearest) return wrong(err, "", "unknown option '%.*s' (did you mean %s?)", (int)length, given, nearest);
  return wrong(err, "roster VERB --help lists the options", "unknown option '%.*s'", (int)length, given);
}

/* "2.5" becomes 2500, whatever decimal point the locale has. Returns 0 when it is not a number of seconds. */
static long milliseconds(const char *text) {
  const long most = 24L * 60 * 60 * 1000;
  long whole = 0, part = 0, scale = 1000;
  bool any = false;
  for (; *text >= '0' && *text <= '9'; text++, any = true)
    if (whole <= most) whole = whole * 10 + (*text - '0');
  if (*text == '.') text++;
  for (; *text >= '0' && *text <= '9'; text++, any = true) {
    scale /= 10;
    if (scale)
      part += (*text - '0') * scale;
    else if (*text != '0' && !part && !whole)
      part = 1; /* less than a millisecond must not become 0, which means none */
  }
  if (!any || *text || whole > most / 1000) return 0;
  return whole * 1000 + part;
}

/* The index of a value among the words that an option takes; -1 and the error when it is not one of them. */
static int take_choice(const choice *c, const char *value, roster_error *err) {
  for (size_t i = 0; i < c->count; i++)
    if (strcmp(c->words[i], value) == 0) return (int)i;
  const char *nearest = suggest(value, c->words, c->count);
  if (nearest)
    wrong(err, "", "%s: unknown %s '%s' (did you mean '%s'?)", c->option, c->noun, value, nearest);
  else
    wrong(err, c->hint, "%s: unknown %s '%s'", c->option, c->noun, value);
  return -1;
}

static roster_status take_level(arguments *o, const char *value, roster_error *err) {
  int at = take_choice(&LEVEL, value, err);
  if (at >= 0) o->level = (roster_level)(at + 1);
  return at >= 0 ? ROSTER_OK : ROSTER_EINVALID;
}

static roster_status take_kind(arguments *o, const char *value, roster_error *err) {
  if (take_choice(&KIND, value, err) < 0) return ROSTER_EINVALID;
  o->kind = value;
  return ROSTER_OK;
}

static roster_status take_days(arguments *o, const char *value, roster_error *err) {
  char *end;
  o->retiring_days = strtol(value, &end, 10);
  if (*value >= '0' && *value <= '9' && !*end && o->retiring_days <= 36500) return ROSTER_OK;
  return wrong(err, "write it like 90", "--retiring: '%s' is not a number of days", value);
}

static roster_status take_log_format(arguments *o, const char *value, roster_error *err) {
  if (take_choice(&LOG_FORMAT, value, err) < 0) return ROSTER_EINVALID;
  o->log_format = value;
  return ROSTER_OK;
}

static roster_status take_tokens(const known_option *w, const char *value, int64_t *into, roster_error *err) {
  const size_t digits = strspn(value, "0123456789");
  if (value[digits] || digits > 15) return wrong(err, "write it like 272000", "%s: '%s' is not a number of tokens", w->name, value);
  *into = strtoll(value, NULL, 10);
  if (w->option == OPTION_MAX_TOKENS && *into == 0)
    return wrong(err, "write it like 1024", "%s: 0 tokens leave no room for an answer", w->name);
  return ROSTER_OK;
}

/* Where the value of an option goes that takes any text; NULL for the others. */
static const char **text_of(arguments *o, option_set option) {
  return option == OPTION_CONFIG         ? &o->config
         : option == OPTION_RECORD       ? &o->record
         : option == OPTION_REPLAY       ? &o->replay
         : option == OPTION_AGAINST      ? &o->against
         : option == OPTION_ON           ? &o->on
         : option == OPTION_SYSTEM       ? &o->system
         : option == OPTION_EXPECT       ? &o->expect
         : option == OPTION_SCENARIO     ? &o->scenario
         : option == OPTION_DB           ? &o->db
         : option == OPTION_PROFILE      ? &o->profile
         : option == OPTION_DOCUMENT     ? &o->document
         : option == OPTION_SPELLING     ? &o->ids
         : option == OPTION_STATE        ? &o->states
         : option == OPTION_SORT         ? &o->sort
         : option == OPTION_COLUMNS      ? &o->shown_columns
         : option == OPTION_TABLE        ? &o->tables[o->table_count++]
         : option == OPTION_COLUMN       ? &o->columns[o->column_count++]
         : option == OPTION_LISTEN       ? &o->listen
         : option == OPTION_SOCKET_MODE  ? &o->socket_mode
         : option == OPTION_SOCKET_GROUP ? &o->socket_group
         : option == OPTION_TOKEN_FILE   ? &o->token_file
         : option == OPTION_ALLOW_HOST   ? &o->hosts[o->host_count++]
         : option == OPTION_ALLOW_ORIGIN ? &o->origin
                                         : NULL;
}

static roster_status take_value(arguments *o, const known_option *w, const char *value, roster_error *err) {
  if (!*value) return wrong(err, "", "%s needs %s", w->name, w->value);
  if (w->option == OPTION_LEVEL) return take_level(o, value, err);
  if (w->option == OPTION_KIND) return take_kind(o, value, err);
  if (w->option == OPTION_RETIRING) return take_days(o, value, err);
  if (w->option & OPTIONS_NEEDS) return needs_take(&o->needs, w->name, value, err);
  if (w->option == OPTION_LOG_FORMAT) return take_log_format(o, value, err);
  int64_t *tokens = w->option == OPTION_INPUT        ? &o->input
                    : w->option == OPTION_OUTPUT     ? &o->output
                    : w->option == OPTION_CACHED     ? &o->cached
                    : w->option == OPTION_MAX_TOKENS ? &o->max_tokens
                                                     : NULL;
  if (tokens) return take_tokens(w, value, tokens, err);
  const char **text = text_of(o, w->option);
  if (text) *text = value;
  if (text) return ROSTER_OK;
  long *time = w->option == OPTION_EVERY ? &o->every_ms : &o->timeout_ms;
  *time = milliseconds(value);
  if (*time || (w->option == OPTION_EVERY && strcmp(value, "0") == 0)) return ROSTER_OK;
  return wrong(err, "write it like 5 or 0.5", "%s: '%s' is not a number of seconds %s 0, up to a day", w->name, value,
               w->option == OPTION_EVERY ? "from" : "above");
}

static const known_option *find(const char *given, size_t length) {
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (strlen(KNOWN[i].name) == length && memcmp(KNOWN[i].name, given, length) == 0) return &KNOWN[i];
  return NULL;
}

/* --ids with a name is an older way to write --spelling. No verb that lists ids takes a word with it, so a word behind it is a
 * spelling. */
static bool is_spelling(const arguments *o, const char *value, const char *next) { return value || (o->verb && next && *next != '-'); }

/* Reads the option at argv[*at] and its value, which may be the next argument. */
static roster_status take_option(arguments *o, int argc, char **argv, int *at, roster_error *err) {
  const char *given = strcmp(argv[*at], "-h") == 0 ? "--help" : argv[*at], *value = strchr(given, '=');
  size_t length = value ? (size_t)(value - given) : strlen(given);
  const known_option *w = find(given, length);
  if (!w) return unknown(given, length, err);
  if (w->option == OPTION_IDS && is_spelling(o, value, *at + 1 < argc ? argv[*at + 1] : NULL)) w = find("--spelling", 10);
  o->given |= w->option;
  if (w->option == OPTION_DEEP) o->level = ROSTER_LEVEL_GENERATE;
  if (!w->value) {
    if (value) return wrong(err, "", "%s takes no value", w->name);
    return w->option & OPTIONS_NEEDS ? needs_take(&o->needs, w->name, "", err) : ROSTER_OK;
  }
  if (!value && (*at + 1 == argc || strncmp(argv[*at + 1], "--", 2) == 0)) return wrong(err, "", "%s needs %s", w->name, w->value);
  return take_value(o, w, value ? value + 1 : argv[++*at], err);
}

static void take_operand(arguments *o, const char *text) {
  if (!o->verb)
    o->verb = text;
  else
    o->operands[o->operand_count++] = text;
}

/* A mistake before --json is reported as JSON too. */
static void look_for_json(arguments *o, int argc, char **argv) {
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strcmp(argv[i], "--json") == 0) o->given |= OPTION_JSON;
}

roster_status arguments_read(arguments *o, int argc, char **argv, roster_error *err) {
  size_t room = (size_t)(argc + 1) * sizeof *o->operands;
  *o = (arguments){ .operands = grown(NULL, room), .tables = grown(NULL, room), .columns = grown(NULL, room), .hosts = grown(NULL, room) };
  needs_begin(&o->needs);
  look_for_json(o, argc, argv);
  bool only_operands = false;
  for (int i = 1; i < argc; i++) {
    if (only_operands || argv[i][0] != '-' || !argv[i][1]) {
      take_operand(o, argv[i]);
    } else if (strcmp(argv[i], "--") == 0) {
      only_operands = true;
    } else {
      roster_status status = take_option(o, argc, argv, &i, err);
      if (status) return status;
    }
  }
  if (o->record && o->replay) return wrong(err, "record first, then replay", "--record and --replay exclude each other");
  if (o->kind && o->document) return wrong(err, "the form decides which models it has", "--kind and --document exclude each other");
  if (arguments_have(o, OPTION_RETIRING) && (o->kind || o->document))
    return wrong(err, "leave one of them out", "--retiring and %s exclude each other", o->kind ? "--kind" : "--document");
  if ((o->record || o->replay) && arguments_have(o, OPTION_OFFLINE))
    return wrong(err, "leave one of them out", "--offline leaves nothing to %s", o->record ? "record" : "replay");
  return ROSTER_OK;
}

void arguments_free(arguments *o) {
  free(o->operands);
  free(o->tables);
  free(o->columns);
  free(o->hosts);
  *o = (arguments){ 0 };
}
