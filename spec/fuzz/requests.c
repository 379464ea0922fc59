/* requests: fuzzes requests to the server: the input is one, from its first line to its body. It goes through the server's own functions,
 * with a real registry behind them (stand_in_http.h). Whatever is asked: no 500, valid JSON with a code, a message and a hint, the headers
 * for browsers, neither the key nor the token; nothing is done without the token, or for a name that is not the server's; and an entity
 * tag means bytes.
 *
 * Links with: build/obj/server.a build/obj/shared.a -lz
 * Runs: 60000
 */
#include "fuzz.h"
#include "stand_in_http.h"

#include "server/credentials.h"
#include "server/response.h"
#include "util/hash.h"

#define TOKEN  "fuzz-token-0123456789"
#define NAME   "roster.example"
#define ORIGIN "https://console.example"

static const char DEFINITIONS[] =
    "provider \"acme\" { title = \"Acme <b>\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
    "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
    "provider \"off\" { protocol = \"gemini\", base_url = \"https://off.example.test\", credential = secret \"OFF_API_KEY\" }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", context_window = 200 * K, formerly = { \"alpha-0\" }, tool_call = "
    "true,\n"
    "  retires = \"2099-12-31\", price = { input = 1, output = 2 }, release_date = \"2026-01-02\" }\n"
    "model \"beta/x\" { provider = \"acme\", api_name = \"beta-1\", aliases = { \"b\" }, description = \"<script>alert(1)</script>\" }\n"
    "model \"vectors\" { provider = \"acme\", kind = \"embedding\" }\n"
    "model \"gone\" { provider = \"off\" }\n"
    "retired \"older\" { replacement = \"alpha\" }\n"
    "role \"code\" { \"alpha\" }\ndefault { \"alpha\" }\n";

/* ---- the server ---- */

static server_state state;
static fuzz_transport transport;

static void on_progress(void *payload, const roster_progress *p) { server_state_post_verdict(payload, p); }

static void start(void) {
  static const char *const names[] = { NAME };
  static roster_definition definition;
  static char answers[] = "200\n\n{\"object\":\"list\",\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"beta-1\"},{\"id\":\"vectors\"}]}";
  fuzz_transport_init(&transport, answers);
  roster_options o = fuzz_options(&definition, "acme.lua", DEFINITIONS);
  o.transport = &transport.transport;
  o.on_progress = on_progress;
  o.payload = &state;
  o.keep_requests = true;
  state.settings =
      (settings){ .listen = "127.0.0.1:0", .token = (char *)(uintptr_t)TOKEN, .hosts = names, .host_count = 1, .origin = ORIGIN };
  state.socket = (listening_socket){ .fd = -1, .host = "127.0.0.1", .port = 7411 };
  response_allow_origin(ORIGIN);
  server_state_open(&state);
  MUST(roster_open(&state.registry, &o, NULL) == ROSTER_OK && roster_refresh(state.registry, NULL) == ROSTER_OK);
  server_state_publish(&state);
  credentials_follow(&state);
  MUST(routes_open() && (state.worker = refresh_worker_start(&state)) && http_server_start(&state));
}

/* ---- what was asked ---- */

static const char *asked_header(const struct MHD_Connection *c, const char *name, size_t *count) {
  const char *found = NULL;
  *count = 0;
  for (size_t i = 0; i < c->header_count; i++)
    if (strcasecmp(c->headers[i].name, name) == 0 && !(*count)++) found = c->headers[i].value;
  return found;
}

static bool has_body(const struct MHD_Connection *c) {
  size_t lengths, codings;
  const char *length = asked_header(c, "Content-Length", &lengths);
  asked_header(c, "Transfer-Encoding", &codings);
  return codings || (lengths && strcmp(length, "0") != 0);
}

/* Told in another way than access.c does. */
static bool is_our_name(const char *host) {
  static const char *const ours[] = { "localhost", "127.0.0.1", "[::1]", "[127.0.0.1]", "[localhost]", "[" NAME "]", NAME };
  for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
    size_t length = strlen(ours[i]);
    if (strncasecmp(host, ours[i], length) != 0) continue;
    const char *rest = host + length;
    if (*rest == '.' && *host != '[') rest++;
    if (!*rest || (*rest == ':' && rest[1] && !rest[1 + strspn(rest + 1, "0123456789")])) return true;
  }
  return false;
}

static void check_permission(const struct MHD_Connection *c) {
  size_t hosts, tokens, origins;
  const char *host = asked_header(c, "Host", &hosts), *token = asked_header(c, "Authorization", &tokens);
  const char *origin = asked_header(c, "Origin", &origins);
  if (c->status >= 400) return;
  MUST(hosts == 1 ? is_our_name(host) : !hosts && strcmp(c->version, "HTTP/1.0") == 0);
  if (strcmp(c->method, "POST") != 0) return;
  MUST(tokens == 1 && strncasecmp(token, "Bearer ", 7) == 0 && strcmp(token + 7, TOKEN) == 0 && origins <= 1);
  const char *name = origins ? strstr(origin, "://") : NULL;
  MUST(!origins || strcmp(origin, ORIGIN) == 0 || (name && host && strcasecmp(name + 3, host) == 0));
}

/* ---- what was answered ---- */

static bool holds(const char *text, size_t size, const char *part) { return text && memmem(text, size, part, strlen(part)); }

/* What the client sent itself, and is told back, is no leak. */
typedef struct sent {
  bool token, key;
} sent;

static void check_secrets(const struct MHD_Connection *c, const char *body, size_t size, sent own) {
  MUST((own.key || !holds(body, size, FUZZ_KEY)) && (own.token || !holds(body, size, TOKEN)));
  for (size_t i = 0; i < c->response->count; i++)
    MUST(!strstr(c->response->headers[i].value, FUZZ_KEY) && !strstr(c->response->headers[i].value, TOKEN));
}

static void check_headers(const struct MHD_Connection *c, size_t size) {
  const char *sniff = answer_header(c, "X-Content-Type-Options"), *origin = answer_header(c, "Access-Control-Allow-Origin");
  const char *type = answer_header(c, "Content-Type");
  MUST(sniff && strcmp(sniff, "nosniff") == 0 && origin && strcmp(origin, ORIGIN) == 0);
  MUST(!size || type);
  MUST(!type || !strstr(type, "html") || (strcmp(c->path, "/") == 0 && answer_header(c, "Content-Security-Policy")));
  MUST(c->status != 304 || !size);
}

static bool is_text_of(const json_t *problem, const char *member) {
  const char *text = json_string_value(json_object_get(problem, member));
  return text && *text;
}

static void check_json(const struct MHD_Connection *c, const char *body, size_t size) {
  const char *type = answer_header(c, "Content-Type");
  MUST(c->status < 400 || (type && strcmp(type, "application/json") == 0));
  if (!type || strcmp(type, "application/json") != 0 || answer_header(c, "Content-Encoding")) return;
  json_t *document = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
  const json_t *problem = json_object_get(document, "error");
  MUST(json_is_object(document));
  MUST(c->status < 400 || c->status == 503 ||
       (is_text_of(problem, "code") && is_text_of(problem, "message") && is_text_of(problem, "hint")));
  json_decref(document);
}

/* The tags of late, each with a hash of its bytes. */
static void check_tag(const struct MHD_Connection *c, const char *body, size_t size) {
  enum { KEPT = 256 };
  static struct { uint64_t tag, bytes; } seen[KEPT];
  const char *etag = answer_header(c, "ETag");
  if (!etag || c->status != 200) return;
  uint64_t tag = hash_bytes(etag, strlen(etag), 3), bytes = hash_bytes(body, size, 4);
  MUST(seen[tag % KEPT].tag != tag || seen[tag % KEPT].bytes == bytes);
  seen[tag % KEPT].tag = tag;
  seen[tag % KEPT].bytes = bytes;
}

static void check(const struct MHD_Connection *c, sent own) {
  const char *body = c->streamed ? c->streamed : c->response->body;
  size_t size = c->streamed ? c->streamed_size : c->response->size;
  MUST(c->status != 500);
  check_permission(c);
  check_secrets(c, body, size, own);
  check_headers(c, size);
  check_json(c, body, size);
  check_tag(c, body, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char bearer[] = "Bearer " TOKEN;
  struct MHD_Connection c;
  if (!state.registry) start();
  bool whole = read_request(&c, (const char *)data, size);
  if (whole && converse(&c, has_body(&c))) {
    /* An id that holds the token is told back. */
    const char *first = memmem(data, size, "\n", 1), *target = first ? memmem(data, (size_t)(first - (const char *)data), "fuzz", 4) : NULL;
    const bool escaped = memchr(data, '%', size) != NULL;
    check(&c, (sent){ .token = target || escaped || holds(c.body, c.body_size, bearer),
                      .key = escaped || holds((const char *)data, size, FUZZ_KEY) });
  }
  if (whole)
    hang_up(&c);
  else
    free(c.text);
  return 0;
}
