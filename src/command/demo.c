/* demo: the verb that shows roster at work against mock providers on this machine. It reads none of the user's definitions, keys and
 * variables, so it is the same everywhere. */
#include "command/models.h"
#include "command/shared/host.h"
#include "command/shared/output.h"
#include "command/shared/plugin.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdio.h>
#include <string.h>

enum { SERVERS = 4 };

/* In the order of the definitions below. */
static const char SCENARIO[] =
    "{\"lifetime\":60,\"servers\":["
    "{\"name\":\"Alder\",\"protocol\":\"anthropic-messages\",\"keys\":[\"alder-demo-key\"],"
    "\"models\":[\"alder-large-20260401\",\"alder-small-20260401\"]},"
    "{\"name\":\"Birch\",\"protocol\":\"openai\",\"keys\":[\"another-key\"],\"models\":[\"birch-5\",\"birch-5-mini\"]},"
    "{\"name\":\"Cedar\",\"protocol\":\"gemini\",\"keys\":[\"cedar-demo-key\"],\"page_size\":2,"
    "\"models\":[\"cedar-3-tiny\",\"cedar-3-flash\",\"cedar-3-pro\",\"cedar-3-embed\",\"cedar-3-image\"]},"
    "{\"name\":\"Dogwood\",\"protocol\":\"openai\",\"keys\":[\"dogwood-demo-key\"],\"models\":[\"dogwood-coder\"],"
    "\"routes\":[{\"path\":\"*\",\"times\":1,\"status\":429,\"headers\":{\"retry-after\":\"1\"},"
    "\"body\":{\"error\":{\"message\":\"Too many requests\",\"type\":\"rate_limit_error\",\"code\":\"rate_limit_exceeded\"}}}]}"
    "]}";

static const roster_variable ENVIRONMENT[] = {
  { "ALDER_API_KEY", "alder-demo-key" },
  { "BIRCH_API_KEY", "birch-key-of-last-year" },
  { "CEDAR_API_KEY", "cedar-demo-key" },
  { "DOGWOOD_API_KEY", "dogwood-demo-key" },
};

static const char PROVIDERS[] = "provider \"alder\"   { title = \"Alder\",   protocol = \"anthropic-messages\", base_url = \"%s\", "
                                "credential = secret \"ALDER_API_KEY\",\n"
                                "                     auth = header \"x-api-key\" }\n"
                                "provider \"birch\"   { title = \"Birch\",   protocol = \"openai-chat\",        base_url = \"%s\", "
                                "credential = secret \"BIRCH_API_KEY\" }\n"
                                "provider \"cedar\"   { title = \"Cedar\",   protocol = \"gemini\",             base_url = \"%s\", "
                                "credential = secret \"CEDAR_API_KEY\",\n"
                                "                     auth = header \"x-goog-api-key\" }\n"
                                "provider \"dogwood\" { title = \"Dogwood\", protocol = \"openai-chat\",        base_url = \"%s\", "
                                "credential = secret \"DOGWOOD_API_KEY\" }\n";

static const char MODELS[] =
    "model \"alder-large\"   { provider = \"alder\",   api_name = \"alder-large-20260401\", context_window = 1 * M,   price = { input = 5, "
    "output = 25 },\n"
    "                        recommended = true }\n"
    "model \"alder-small\"   { provider = \"alder\",   api_name = \"alder-small-20260401\", context_window = 200 * K, price = { input = 1, "
    "output = 5 } }\n"
    "model \"birch-5\"       { provider = \"birch\",   context_window = 400 * K, price = { input = 2, output = 12 }, recommended = true }\n"
    "model \"birch-5-mini\"  { provider = \"birch\",   context_window = 400 * K, price = { input = 0.25, output = 2 } }\n"
    "model \"cedar-3-pro\"   { provider = \"cedar\",   context_window = 1 * M,   price = { input = 2.5, output = 15 } }\n"
    "model \"cedar-3-flash\" { provider = \"cedar\",   context_window = 1 * M,   price = { input = 0.3, output = 2.5 } }\n"
    "model \"cedar-2-pro\"   { provider = \"cedar\",   context_window = 1 * M,   price = { input = 1.25, output = 10 } }\n"
    "model \"dogwood-coder\" { provider = \"dogwood\", context_window = 256 * K, price = { input = 0.6, output = 2.2 } }\n"
    "default { \"birch-5\", \"alder-large\" }\n";

typedef struct demo {
  const arguments *options;
  mock_library mock;
  mock_provider *servers;
} demo;

static bool is_json(const demo *d) { return arguments_have(d->options, OPTION_JSON); }

static void print_text(const demo *d, const char *text) {
  if (!is_json(d)) write_wrapped("", 0, text);
}

static void print_command(const demo *d, const char *command) {
  if (is_json(d)) return;
  putchar('\n');
  write_line(HUE_BOLD, command);
  putchar('\n');
}

static void add_providers(const demo *d, strbuf *p) {
  const char *urls[SERVERS];
  for (size_t i = 0; i < SERVERS; i++) urls[i] = d->mock.url(d->servers, i);
  strbuf_format(p, PROVIDERS, urls[0], urls[1], urls[2], urls[3]);
}

static void introduce(const demo *d) {
  print_text(d, "Four mock providers now run on this machine; each speaks its protocol over real HTTP. Alder accepts its "
                "key. Birch does "
                "not. Cedar lists its models in pages and has retired one that the definitions still name. Dogwood is too busy at first.");
  print_command(d, "$ roster models");
}

static void show(const demo *d, const host *h) {
  if (!is_json(d)) listing_write(h->snapshot, d->options);
  if (!is_json(d)) fflush(stdout); /* the next validation may take a moment */
}

static void conclude(const demo *d, const host *h) {
  if (is_json(d)) return;
  bool back = roster_find(h->snapshot, "dogwood-coder") != NULL;
  putchar('\n');
  print_text(d, back ? "Dogwood is back, and nothing had to be restarted. End of the demo. Next:"
                     : "Dogwood is still too busy. End of the demo. Next:");
  puts("\n  export ANTHROPIC_API_KEY=...   one of your keys (names: roster providers)\n"
       "  roster models                  the models that you can use with it\n"
       "  roster explain ID              why one model can or cannot be used\n"
       "  roster init                    files to edit: your providers, your models");
}

static int ask_twice(const demo *d, host *h) {
  introduce(d);
  int code = host_ask(h);
  if (code) return code;
  show(d, h);
  print_text(d, "");
  print_text(d, "Dogwood was too busy to answer for its model, so roster checks once more:");
  print_command(d, "$ roster models");
  code = host_ask(h);
  if (code) return code;
  show(d, h);
  conclude(d, h);
  if (is_json(d)) document_write_text(roster_snapshot_json(h->snapshot, NULL));
  return EXIT_GOOD;
}

static int play(const demo *d) {
  strbuf providers = { 0 };
  add_providers(d, &providers);
  const roster_definition definitions[] = { { "providers.lua", strbuf_text(&providers) }, { "models.lua", MODELS } };
  roster_options settings;
  host h = { 0 };
  host_settings(&h, d->options, &settings);
  settings.config = "/dev"; /* a directory that is always there and never holds definitions */
  settings.no_builtin = true;
  settings.definitions = definitions;
  settings.definition_count = sizeof definitions / sizeof *definitions;
  settings.environment = ENVIRONMENT;
  settings.environment_count = sizeof ENVIRONMENT / sizeof *ENVIRONMENT;
  int code = host_open_with(&h, d->options, &settings);
  if (!code) code = ask_twice(d, &h);
  host_close(&h);
  strbuf_free(&providers);
  return code;
}

int demo_run(const arguments *o) {
  demo d = { .options = o };
  roster_error err = { .status = ROSTER_ESYSTEM, .message = "the mock servers cannot be started: " };
  if (plugin_open_mock(&d.mock, &err) != ROSTER_OK) return print_error(o, &err);
  size_t length = strlen(err.message);
  d.servers = d.mock.start(SCENARIO, err.message + length, sizeof err.message - length);
  if (!d.servers) return print_error(o, &err);
  int code = play(&d);
  d.mock.stop(d.servers);
  return code;
}
