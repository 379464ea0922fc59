/* wiped_test: no block that the library frees still holds a key, also where the provider's answers repeat it. What libcurl frees is not
 * looked at, nor are blocks that move.
 *
 * Links with: -Wl,--wrap=malloc,--wrap=realloc,--wrap=free
 */
#include "check.h"
#include "loopback.h"

#include <roster.h>

#include <dlfcn.h>
#include <malloc.h>
#include <stdatomic.h>

#define KEY     "sk-Zq7Tw9Rm4XvB2nLp8YcD"
#define PART    "7Tw9Rm4X"
#define BASE64  "c2stWnE3VHc5Um00WHZCMm5McDhZY0Q="
#define PERCENT "%37%54%77%39%52%6D%34%58"
#define ESCAPED "\\u0037\\u0054\\u0077\\u0039\\u0052\\u006d\\u0034\\u0058"

static const loopback_answer ANSWERS[] = { { "/v1/models", 200, "X-Echo: " KEY "\r\n",
                                             "{\"data\":[{\"id\":\"alpha-1\",\"owned_by\":\"" KEY "\"},{\"id\":\"x-" BASE64
                                             "\"},{\"id\":\"y-" PERCENT "\"},{\"id\":\"z-" ESCAPED "\"}]}" },
                                           { "/refused/v1/models", 401, "WWW-Authenticate: " KEY "\r\n",
                                             "{\"error\":{\"message\":\"no such key " KEY ", " ESCAPED "\"}}" },
                                           { NULL, 0, NULL, NULL } };

static const char *const FORMS[] = { PART, BASE64, PERCENT, ESCAPED };
static atomic_bool watched;
static atomic_int left;

void __real_free(void *block);
void __wrap_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *block, size_t size);

/* Cleared, so that what others left where it lies is not found. */
void *__wrap_malloc(size_t size) { return calloc(1, size ? size : 1); }

void *__wrap_realloc(void *block, size_t size) {
  void *moved = __wrap_malloc(size);
  size_t before = block ? malloc_usable_size(block) : 0;
  if (moved && block) memcpy(moved, block, before < size ? before : size);
  if (moved) __real_free(block);
  return moved;
}

/* libcurl is given our free. */
static bool is_curl(const void *caller) {
  Dl_info from;
  return dladdr(caller, &from) && from.dli_fname && strstr(from.dli_fname, "libcurl");
}

void __wrap_free(void *block) {
  const void *caller = __builtin_return_address(0);
  for (size_t i = 0; block && watched && i < sizeof FORMS / sizeof *FORMS; i++)
    if (memmem(block, malloc_usable_size(block), FORMS[i], strlen(FORMS[i])) && !is_curl(caller)) left++;
  __real_free(block);
}

static char folder[CHECK_FOLDER], definitions[2048];

static void write_definitions(int port) {
  snprintf(definitions, sizeof definitions,
           "for id, path in pairs { acme = '/v1', refused = '/refused/v1' } do\n"
           "  provider(id) { protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d' .. path, discover = true,\n"
           "    credential = secret 'ACME_API_KEY', list_proves = 'access' }\n"
           "  model('of-' .. id) { provider = id, api_name = 'alpha-1' }\nend\n",
           port);
}

/* How many blocks were freed with a key in them. The states of the two models show that the answers were read. */
static int left_by(const roster_transport *transport, bool *as_meant) {
  const roster_definition d = { "acme.lua", definitions };
  const roster_variable key = { "ACME_API_KEY", KEY };
  roster_options o = ROSTER_OPTIONS_INIT;
  o.no_builtin = true;
  o.config = "";
  o.definitions = &d;
  o.definition_count = 1;
  o.environment = &key;
  o.environment_count = 1;
  o.transport = transport;
  roster *r = NULL;
  left = 0;
  watched = true;
  *as_meant = roster_open(&r, &o, NULL) == ROSTER_OK && roster_refresh(r, NULL) == ROSTER_OK;
  const roster_snapshot *s = r ? roster_acquire(r) : NULL;
  roster_close(r);
  *as_meant = *as_meant && roster_model_state(roster_known(s, "of-acme")) == ROSTER_READY &&
              strstr(roster_model_reason(roster_known(s, "of-refused")), "401") != NULL;
  roster_release(s);
  watched = false;
  return left;
}

int main(void) {
  static loopback server;
  char file[CHECK_PATH];
  bool as_meant = false;
  if (!check_folder(folder) || !loopback_open(&server, ANSWERS)) return 1;
  write_definitions(server.port);
  check(left_by(NULL, &as_meant) == 0 && as_meant, "no block is freed with a key that answers repeat in it");
  snprintf(file, sizeof file, "%s/recorded", folder);
  roster_transport *recorder = NULL;
  roster_transport_record(&recorder, NULL, file, NULL);
  int recorded = left_by(recorder, &as_meant);
  if (recorder) recorder->close(recorder->self);
  check(recorder && recorded == 0 && as_meant, "a recorder frees no block with a key that answers repeat in it");
  loopback_close(&server);
  return check_close();
}
