/* cache: what a registry knows after a restart, before it has sent any request. */
#include "canned.h"
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[CHECK_FOLDER], file[CHECK_PATH];
static char warning[512];

static void take_warning(void *payload, const roster_finding *f) {
  (void)payload;
  if (f->severity == ROSTER_WARNING) snprintf(warning, sizeof warning, "%s: %s", f->file, f->message);
}

static roster *start_with(canned *c, const char *text, const char *key) {
  roster_definition d;
  roster_options o = canned_options(c, &d, text);
  roster_variable keys[] = { { "ACME_API_KEY", key } };
  o.environment = keys;
  o.cache_file = file;
  o.on_finding = take_warning;
  roster *r = NULL;
  *warning = 0;
  roster_open(&r, &o, NULL);
  return r;
}

static roster *start(canned *c, const char *text) { return start_with(c, text, CANNED_ENVIRONMENT[0].value); }

static bool usable(roster *r, const char *id, bool *stale) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_find(s, id);
  if (stale) *stale = roster_model_stale(m) && strstr(roster_model_stale_reason(m), "proved at 2") && *roster_model_checked_at(m);
  roster_release(s);
  return m != NULL;
}

static void prove(canned *c) {
  canned_init(c);
  roster *r = start(c, CANNED_DEFINITIONS);
  roster_refresh(r, NULL);
  roster_close(r);
}

static void a_restart_offers_proved_models(void) {
  canned c;
  prove(&c);
  bool stale = false;
  struct stat status;
  check(stat(file, &status) == 0 && (status.st_mode & 0777) == 0600, "a good result is stored in a file of mode 0600");
  canned_init(&c);
  c.failure = ROSTER_HTTP_CONNECT;
  roster *r = start(&c, CANNED_DEFINITIONS);
  const roster_snapshot *s = roster_acquire(r);
  check(c.sent == 0 && roster_generation(s) == 0 && roster_count(s) == 2 && roster_default(s),
        "a restarted registry offers the stored models before it sends a request");
  roster_release(s);
  check(usable(r, "alpha", &stale) && stale, "a stored model is marked stale");
  roster_refresh(r, NULL);
  check(usable(r, "alpha", &stale) && c.sent > 0, "a stored model stays usable during an outage");
  c.failure = ROSTER_HTTP_ANSWERED;
  c.status = 401;
  c.body = "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}";
  roster_refresh(r, NULL);
  roster_close(r);
  r = start(&c, CANNED_DEFINITIONS);
  check(!usable(r, "alpha", NULL), "a model that was refused later is removed from the cache");
  roster_close(r);
}

static void changed_models_are_not_offered(void) {
  canned c;
  prove(&c);
  char edited[1024];
  snprintf(edited, sizeof edited, "%s", CANNED_DEFINITIONS);
  memcpy(strstr(edited, "beta-1"), "beta-2", 6);
  roster *r = start(&c, edited);
  check(usable(r, "alpha", NULL) && !usable(r, "beta", NULL), "a stored model is not offered if its api_name was edited");
  roster_close(r);
  r = start_with(&c, CANNED_DEFINITIONS, "sk-another-key-0123456789");
  check(!usable(r, "alpha", NULL), "a stored model is not offered if its key is different");
  roster_close(r);
  snprintf(edited, sizeof edited, "%svalidate { keep_stale = 0 }\n", CANNED_DEFINITIONS);
  usleep(2000);
  r = start(&c, edited);
  check(!usable(r, "alpha", NULL), "a stored model is not offered if its proof is older than keep_stale");
  roster_close(r);
}

static const char LISTED[] =
    "{\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"wild-1\",\"name\":\"Wild One\",\"context_length\":5000,"
    "\"pricing\":{\"prompt\":\"0.000001\"},\"supported_parameters\":[\"tools\"]},{\"id\":\"wild-2\",\"type\":\"chat\"}]}";

static const char DISCOVERING[] = "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
                                  "  credential = secret \"ACME_API_KEY\", list_proves = \"access\", discover = true }\n"
                                  "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n";

static void a_restart_knows_what_listings_had(void) {
  canned c;
  canned_init(&c);
  c.body = LISTED;
  roster *r = start(&c, DISCOVERING);
  roster_refresh(r, NULL);
  roster_close(r);
  canned_init(&c);
  c.failure = ROSTER_HTTP_CONNECT;
  r = start(&c, DISCOVERING);
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *wild = roster_find(s, "acme/wild-1");
  check(c.sent == 0 && wild && roster_model_discovered(wild) && roster_model_stale(wild) && strcmp(roster_model_id(wild), "wild-1") == 0,
        "a restarted registry offers the models that only a listing had, marked stale, before it sends a request");
  check(roster_model_context_window(wild) == 5000 && roster_model_tool_call(wild) == ROSTER_YES &&
            roster_model_price(wild, ROSTER_PRICE_INPUT) == 1 && strcmp(roster_model_description(wild), "Wild One") == 0,
        "they have the fields that the listing gave them");
  roster_release(s);
  char *command = NULL;
  check(roster_curl_command(&command, r, "wild-1", NULL) == ROSTER_OK && strstr(command, "\"model\":\"wild-1\""),
        "the request of such a model is known");
  roster_string_free(command);
  roster_refresh(r, NULL);
  check(usable(r, "wild-1", NULL) && usable(r, "wild-2", NULL), "they stay usable during an outage");
  roster_close(r);
  r = start_with(&c, DISCOVERING, "sk-another-key-0123456789");
  s = roster_acquire(r);
  check(roster_known_count(s) == 1, "with another key they are not known");
  roster_release(s);
  roster_close(r);
  char edited[1024];
  snprintf(edited, sizeof edited, "%srule \"no\" (function (model) if model.id == \"wild-1\" then return refuse \"no\" end end)\n",
           DISCOVERING);
  r = start(&c, edited);
  check(!usable(r, "wild-1", NULL) && usable(r, "wild-2", NULL), "a rule that refuses one applies to the cache too");
  roster_close(r);
  snprintf(edited, sizeof edited, "%srule \"bad\" (function (model) if model.id == \"wild-1\" then error \"boom\" end end)\n", DISCOVERING);
  r = start(&c, edited);
  check(!usable(r, "wild-1", NULL) && usable(r, "wild-2", NULL) && strstr(warning, "rule 'bad' failed for model 'wild-1'"),
        "a rule that fails on one keeps it out and is a warning");
  roster_close(r);
  r = start(&c, CANNED_DEFINITIONS);
  check(!usable(r, "wild-1", NULL), "they are not known where the provider does not discover any more");
  roster_close(r);
}

static size_t read_cache(char *out, size_t room) {
  FILE *f = fopen(file, "r");
  size_t n = f ? fread(out, 1, room - 1, f) : 0;
  if (f) fclose(f);
  out[n] = 0;
  return n;
}

static void write_cache(const char *text) {
  FILE *f = fopen(file, "w");
  if (!f) return;
  fputs(text, f);
  fclose(f);
}

static void it_holds_no_secret(void) {
  canned c;
  char text[4096];
  const char *key = CANNED_ENVIRONMENT[0].value;
  bool found = false;
  prove(&c);
  check(read_cache(text, sizeof text) > 50 && strstr(text, "\"alpha\""), "the cache file names the models");
  for (size_t i = 0; i + 6 <= strlen(key); i++) {
    char piece[7] = "";
    memcpy(piece, key + i, 6);
    found = found || strstr(text, piece);
  }
  check(!found, "the cache file contains no six bytes of a key");
}

static void untrusted_caches_are_ignored(void) {
  static const char *const bad[] = { "",
                                     "{",
                                     "[]",
                                     "{\"roster_cache\":2,\"salt\":1,\"models\":{}}",
                                     "{\"roster_cache\":1,\"salt\":\"1\",\"models\":{}}",
                                     "{\"roster_cache\":1,\"salt\":1,\"models\":[]}",
                                     "\xff\xfe" };
  canned c;
  size_t believed = 0, silent = 0;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    canned_init(&c);
    write_cache(bad[i]);
    roster *r = start(&c, CANNED_DEFINITIONS);
    believed += !r || usable(r, "alpha", NULL);
    silent += !strstr(warning, "this cache is not used: ");
    roster_close(r);
  }
  check(believed == 0 && silent == 0, "a broken cache file is ignored with a warning");
  char good[4096], cut[4096];
  prove(&c);
  size_t n = read_cache(good, sizeof good);
  for (size_t at = 0; at < n; at++) {
    snprintf(cut, sizeof cut, "%.*s", (int)at, good);
    write_cache(cut);
    roster *r = start(&c, CANNED_DEFINITIONS);
    believed += !r || usable(r, "alpha", NULL);
    roster_close(r);
  }
  check(believed == 0 && n > 50, "a cache file that was truncated at any place is ignored");
  prove(&c);
  chmod(file, 0666);
  roster *r = start(&c, CANNED_DEFINITIONS);
  check(!usable(r, "alpha", NULL) && strstr(warning, "others can write to it"), "a cache file that others may write is ignored");
  roster_close(r);
  unlink(file);
  r = start(&c, CANNED_DEFINITIONS);
  check(!*warning && !usable(r, "alpha", NULL), "a missing cache file causes no warning");
  roster_close(r);
}

static void a_pipe_is_left_alone(void) {
  canned c;
  struct stat status;
  canned_init(&c);
  snprintf(file, sizeof file, "%s/pipe", root);
  check(mkfifo(file, 0600) == 0, "a pipe can be made");
  roster *r = start(&c, CANNED_DEFINITIONS);
  check(roster_refresh(r, NULL) == ROSTER_OK && stat(file, &status) == 0 && S_ISFIFO(status.st_mode),
        "a pipe at the place of the cache file is left alone");
  roster_close(r);
}

static void an_unwritable_cache_is_reported(void) {
  canned c;
  canned_init(&c);
  snprintf(file, sizeof file, "%s/absent/cache.json", root);
  roster *r = start(&c, CANNED_DEFINITIONS);
  check(roster_refresh(r, NULL) == ROSTER_OK && usable(r, "alpha", NULL) && strstr(warning, "cannot be written: No such file"),
        "a cache that cannot be written causes a warning, and the refresh succeeds");
  roster_close(r);
}

int main(void) {
  if (!check_folder(root)) return 1;
  snprintf(file, sizeof file, "%s/cache.json", root);
  a_restart_offers_proved_models();
  changed_models_are_not_offered();
  a_restart_knows_what_listings_had();
  it_holds_no_secret();
  untrusted_caches_are_ignored();
  a_pipe_is_left_alone();
  an_unwritable_cache_is_reported();
  check_folder_remove(root);
  return check_close();
}
