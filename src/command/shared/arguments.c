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

typedef struct known_option {
  const char *name, *value, *help;
  option_set option;
} known_option;

#define NEED(i) (OPTION_FIRST_NEED << (i))

static const known_option KNOWN[] = {
  { "--config", "DIR", "read the definitions in DIR, or in one file, not in /etc/roster and ~/.config/roster", OPTION_CONFIG },
  { "--no-builtin", NULL, "leave the shipped providers, models and rules out", OPTION_NO_BUILTIN },
  { "--sources", NULL, "turn on the sources of facts that are shipped (models.dev, catwalk)", OPTION_SOURCES },
  { "--accept", NULL, "take also what would be held back", OPTION_ACCEPT },
  { "--all", NULL, "give every model a line, ready or not; pick: each that meets the needs", OPTION_ALL },
  { "--kind", "KIND", "models of this kind: chat, embedding, rerank, image, speech, transcription, moderation, video, other; any",
    OPTION_KIND },
  { "--ids", "NAME", "the ids of a host: phoenix, or an `ids` block of the definitions", OPTION_IDS },
  { "--document", "NAME", "print the JSON in the form of a host: phoenix, or one that the definitions make", OPTION_DOCUMENT },
  { "--offline", NULL, "contact nobody", OPTION_OFFLINE },
  { "--level", "LEVEL", "how much proof: credential, list, prove or generate", OPTION_LEVEL },
  { "--deep", NULL, "the same as --level generate: costs a few tokens for each model", OPTION_DEEP },
  { "--timeout", "SECONDS", "bounds all that is asked of one endpoint, or the wait for whoever writes to a database (0.5 is half a second)",
    OPTION_TIMEOUT },
  { "--input", "TOKENS", "how many tokens the prompt has, with those that are read from the cache", OPTION_INPUT },
  { "--cached", "TOKENS", "how many of them are read from the cache", OPTION_CACHED },
  { "--output", "TOKENS", "how many tokens the answer has, with those of reasoning", OPTION_OUTPUT },
  { "--on", "DAY", "what holds on that day (UTC), as 2026-12-01; today when left out", OPTION_ON },
  { "--against", "DIR", "show what differs from the definitions in DIR", OPTION_AGAINST },
  { "--expect", "FILE", "compare with what roster test --json once printed", OPTION_EXPECT },
  { "--record", "FILE", "keep what the providers answer, without secrets", OPTION_RECORD },
  { "--replay", "FILE", "contact nobody: let such a file answer", OPTION_REPLAY },
  { "--db", "FILE", "the SQLite file that holds the ids", OPTION_DB },
  { "--table", "TABLE", "a table with ids in it; goes with --column, and may be repeated", OPTION_TABLE },
  { "--column", "COLUMN", "its column", OPTION_COLUMN },
  { "--profile", "NAME", "the columns of a known program: phoenix", OPTION_PROFILE },
  { "--include-history", NULL, "change also what only tells what was", OPTION_HISTORY },
  { "--include-json", NULL, "change also ids inside JSON", OPTION_JSON_IDS },
  { "--apply", NULL, "do it, after a copy was made", OPTION_APPLY },
  { "--undo", NULL, "bring back what the last migration changed", OPTION_UNDO },
  { "--sql", NULL, "print the same as SQL", OPTION_SQL },
  { "--listen", "ADDRESS", "HOST:PORT or unix:PATH (127.0.0.1:7411; port 0 takes any that is free)", OPTION_LISTEN },
  { "--socket-mode", "MODE", "who may open that Unix socket, in octal (0600: its owner alone)", OPTION_SOCKET_MODE },
  { "--socket-group", "GROUP", "the group of that Unix socket: with --socket-mode 0660, the web server's", OPTION_SOCKET_GROUP },
  { "--token-file", "FILE", "holds the token that a refresh needs, as ROSTER_TOKEN does", OPTION_TOKEN_FILE },
  { "--every", "SECONDS", "how often the providers are asked (300; 0: only when told to, or after an edit)", OPTION_EVERY },
  { "--allow-host", "NAME", "a name of this server, beside localhost; may be repeated", OPTION_ALLOW_HOST },
  { "--allow-origin", "ORIGIN", "whose pages may read and refresh, beside the server's own", OPTION_ALLOW_ORIGIN },
  { "--log-format", "FORMAT", "text (key=value) or json", OPTION_LOG_FORMAT },
  { "--retiring", "DAYS", "those that retire within so many days, with their replacements; 1 where one of them is in use",
    OPTION_RETIRING },
  { "--tools", NULL, "it calls tools", NEED(0) },
  { "--vision", NULL, "it reads images", NEED(1) },
  { "--reasoning", NULL, "it can think first", NEED(2) },
  { "--json-schema", NULL, "it answers by a JSON schema", NEED(3) },
  { "--context", "N", "its context window has so many tokens (200000, 200K, 1M)", NEED(4) },
  { "--max-output", "N", "its answers may have so many tokens", NEED(5) },
  { "--max-price", "N", "US dollars per million input tokens of a short prompt, at most", NEED(6) },
  { "--max-output-price", "N", "the same of output tokens", NEED(7) },
  { "--provider", "ID", "a model of this provider", NEED(8) },
  { "--family", "F", "a model of this family, such as claude-opus", NEED(9) },
  { "--proved", "CAP,...", "a request has proved it: chat (tools, vision, json, stream, cache, system, reasoning: nothing proves them yet)",
    NEED(10) },
  { "--maybe", NULL, "what nobody said counts as met", NEED(11) },
  { "--json", NULL, "print a JSON document", OPTION_JSON },
  { "--help", NULL, "print this help", OPTION_HELP },
  { "--version", NULL, "print the version", OPTION_VERSION },
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
static const choice KIND = { "--kind", "kind", "roster models --help lists the kinds", KINDS, sizeof KINDS / sizeof *KINDS };
static const choice LEVEL = { "--level", "level", "a level is credential, list, prove or generate", LEVELS,
                              sizeof LEVELS / sizeof *LEVELS };
static const choice LOG_FORMAT = { "--log-format", "format", "it is text or json", LOG_FORMATS, sizeof LOG_FORMATS / sizeof *LOG_FORMATS };

bool arguments_have(const arguments *o, option_set option) { return (o->given & option) != 0; }

const char *option_name(option_set option) {
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (KNOWN[i].option == option) return KNOWN[i].name;
  return "";
}

enum { LEAD = 23 }; /* columns: the longest name and value, and a space */

void options_write_help(option_set set) {
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    if (!(KNOWN[i].option & set)) continue;
    strbuf lead = { 0 };
    strbuf_format(&lead, "  %s %s", KNOWN[i].name, KNOWN[i].value ? KNOWN[i].value : "");
    if (lead.length < LEAD) strbuf_pad(&lead, LEAD - lead.length);
    write_wrapped(strbuf_text(&lead), LEAD, KNOWN[i].help);
    strbuf_free(&lead);
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
  return ROSTER_OK;
}

static roster_status take_value(arguments *o, const known_option *w, const char *value, roster_error *err) {
  if (!*value) return wrong(err, "", "%s needs %s", w->name, w->value);
  if (w->option == OPTION_LEVEL) return take_level(o, value, err);
  if (w->option == OPTION_KIND) return take_kind(o, value, err);
  if (w->option == OPTION_RETIRING) return take_days(o, value, err);
  if (w->option & OPTIONS_NEEDS) return needs_take(&o->needs, w->name, value, err);
  if (w->option == OPTION_LOG_FORMAT) return take_log_format(o, value, err);
  int64_t *tokens = w->option == OPTION_INPUT    ? &o->input
                    : w->option == OPTION_OUTPUT ? &o->output
                    : w->option == OPTION_CACHED ? &o->cached
                                                 : NULL;
  if (tokens) return take_tokens(w, value, tokens, err);
  const char **text = w->option == OPTION_CONFIG         ? &o->config
                      : w->option == OPTION_RECORD       ? &o->record
                      : w->option == OPTION_REPLAY       ? &o->replay
                      : w->option == OPTION_AGAINST      ? &o->against
                      : w->option == OPTION_ON           ? &o->on
                      : w->option == OPTION_EXPECT       ? &o->expect
                      : w->option == OPTION_DB           ? &o->db
                      : w->option == OPTION_PROFILE      ? &o->profile
                      : w->option == OPTION_DOCUMENT     ? &o->document
                      : w->option == OPTION_IDS          ? &o->ids
                      : w->option == OPTION_TABLE        ? &o->tables[o->table_count++]
                      : w->option == OPTION_COLUMN       ? &o->columns[o->column_count++]
                      : w->option == OPTION_LISTEN       ? &o->listen
                      : w->option == OPTION_SOCKET_MODE  ? &o->socket_mode
                      : w->option == OPTION_SOCKET_GROUP ? &o->socket_group
                      : w->option == OPTION_TOKEN_FILE   ? &o->token_file
                      : w->option == OPTION_ALLOW_HOST   ? &o->hosts[o->host_count++]
                      : w->option == OPTION_ALLOW_ORIGIN ? &o->origin
                                                         : NULL;
  if (text) *text = value;
  if (text) return ROSTER_OK;
  long *time = w->option == OPTION_EVERY ? &o->every_ms : &o->timeout_ms;
  *time = milliseconds(value);
  if (*time || (w->option == OPTION_EVERY && strcmp(value, "0") == 0)) return ROSTER_OK;
  return wrong(err, "write it like 5 or 0.5", "%s: '%s' is not a number of seconds between 0 and a day", w->name, value);
}

static const known_option *find(const char *given, size_t length) {
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (strlen(KNOWN[i].name) == length && memcmp(KNOWN[i].name, given, length) == 0) return &KNOWN[i];
  return NULL;
}

/* Reads the option at argv[*at] and its value, which may be the next argument. */
static roster_status take_option(arguments *o, int argc, char **argv, int *at, roster_error *err) {
  const char *given = strcmp(argv[*at], "-h") == 0 ? "--help" : argv[*at], *value = strchr(given, '=');
  size_t length = value ? (size_t)(value - given) : strlen(given);
  const known_option *w = find(given, length);
  if (!w) return unknown(given, length, err);
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
