/* catalogues_test: documents of sources that mean harm, made at random from a fixed seed: addresses, headers, credentials, redirects,
 * bombs, old signatures, names that lead astray. A listener on 127.0.0.1 is the proxy of everything and catches all that this program
 * sends, over the library's own transport; this program's connect notes what would go past it. Whatever a document says, only the declared
 * addresses are asked, with the declared headers, and the model that a file defines leads where it did. CATALOGUES is how many documents
 * are tried. */
#include "check.h"
#include "roster.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/syscall.h>

enum { USUAL_COUNT = 200, ROOM = 64 * 1024, HEAD_ROOM = 16 * 1024 };

/* ---- chance ---- */

static uint64_t seed = 1;

static unsigned chance(unsigned below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(seed >> 33) % below;
}

#define ANY(list) (list)[chance(sizeof(list) / sizeof *(list))]

/* ---- what this program connects to ---- */

static unsigned port;
static atomic_size_t strays;

int connect(int fd, const struct sockaddr *to, socklen_t length) {
  const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)to;
  if (to->sa_family == AF_INET6 || (to->sa_family == AF_INET && ntohs(in->sin_port) != port)) atomic_fetch_add(&strays, 1);
  return (int)syscall(SYS_connect, fd, to, length);
}

/* ---- documents ---- */

static char document[ROOM];
static size_t document_length;

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(document + document_length, ROOM - document_length, format, args);
  va_end(args);
  if (n > 0) document_length += (size_t)n < ROOM - document_length ? (size_t)n : ROOM - document_length - 1;
}

static const char *const MEMBERS[] = { "base_url",
                                       "override",
                                       "headers",
                                       "credential",
                                       "auth",
                                       "api_key",
                                       "proxy",
                                       "tls",
                                       "protocol",
                                       "prefix",
                                       "chat_path",
                                       "list",
                                       "prove",
                                       "generate",
                                       "discover",
                                       "unproven",
                                       "list_proves",
                                       "helper",
                                       "gateway",
                                       "rule",
                                       "provider",
                                       "api_name",
                                       "__proto__",
                                       "constructor",
                                       "inherit",
                                       "aliases",
                                       "formerly",
                                       "enabled",
                                       "variants",
                                       "shadows",
                                       "extra",
                                       "recommended",
                                       "url",
                                       "api",
                                       "npm",
                                       "env",
                                       "api_endpoint",
                                       "id",
                                       "context_window",
                                       "price",
                                       "cost",
                                       "limit",
                                       "modalities",
                                       "description",
                                       "family",
                                       "kind",
                                       "replacement",
                                       "retires",
                                       "reasoning",
                                       "tool_call",
                                       "input_modalities",
                                       "reasoning_levels",
                                       "status",
                                       "release_date",
                                       "tags",
                                       "prove_key" };
static const char *const NAMES[] = { "alpha",
                                     "alpha-1",
                                     "stored-id",
                                     "beta",
                                     "..",
                                     "../../etc/passwd",
                                     "x\\r\\nx-evil: 1",
                                     "x%0d%0ax-evil:1",
                                     "a/b?c=d#e",
                                     "__proto__",
                                     "constructor",
                                     "alpha@work",
                                     "http://evil.test/",
                                     ("\\u0001"
                                      "0\\u0001"),
                                     "\\u202e",
                                     "..%2f..%2fv1",
                                     "",
                                     "name with spaces",
                                     "*",
                                     "acme" };
static const char *const PROVIDERS[] = { "acme", "acme", "acme", "evil", "__proto__", "", "openai" };

static void add_value(int depth);

static void add_object(int depth) {
  add("{");
  for (unsigned i = 0, n = chance(4); i < n; i++) {
    add("%s\"%s%u\": ", i ? "," : "", ANY(MEMBERS), i ? i : chance(2) * 7);
    add_value(depth + 1);
  }
  add("}");
}

static void add_text(void) {
  static const char *const texts[] = { "http://evil.test/x",
                                       "https://evil.test",
                                       "//evil.test",
                                       "file:///etc/passwd",
                                       "acme",
                                       "alpha",
                                       "2026-11-20",
                                       "chat",
                                       "gemini",
                                       "x\\r\\nx-evil: 1",
                                       ("\\u0001"
                                        "0\\u0001"),
                                       "$ACME_API_KEY",
                                       "${HOME}",
                                       "sk-evil-fedcba9876543210",
                                       "text",
                                       "offer" };
  if (chance(4))
    add("\"%s\"", ANY(texts));
  else
    add("\"http://127.0.0.1:%u/evil\"", port);
}

static void add_value(int depth) {
  static const char *const calls[] = { "secret", "setting", "header", "get", "helper" };
  static const char *const numbers[] = { "0",       "-1", "1e308", "1e999", "200000", "3.5", "9223372036854775807", "99999999999999999999",
                                         "0.000001" };
  switch (chance(depth > 6 ? 4 : chance(10) ? 8 : 9)) {
  case 0: add("%s", ANY(numbers)); break;
  case 1: add_text(); break;
  case 2: add(chance(3) ? "true" : "null"); break;
  case 3: add("{\"%s\": \"ACME_API_KEY\"}", ANY(calls)); break;
  case 4: add_object(depth); break;
  case 5:
    add("[");
    add_value(depth + 1);
    add("]");
    break;
  case 6: add("{\"input\": 1, \"context\": %u, \"output\": {\"secret\": \"ACME_API_KEY\"}}", chance(1000)); break;
  case 7: add("[]"); break;
  default:
    add("%.*s1%.*s", (int)chance(90), "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        (int)chance(90), "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
  }
}

/* No member twice: such a text is refused as a whole. */
static void add_fields(void) {
  const unsigned all = sizeof MEMBERS / sizeof *MEMBERS, from = chance(all);
  for (unsigned i = 0, n = 1 + chance(6); i < n; i++) {
    add(", \"%s\": ", MEMBERS[(from + i * 5) % all]);
    if (chance(3))
      add_text();
    else
      add_value(0);
  }
}

static void add_roster(void) {
  static unsigned version = 1;
  add("{\"source\": {\"version\": %u, \"date\": \"2026-11-%02u\"%s}, \"model\": {", chance(8) ? version++ : chance(50), 1 + chance(30),
      chance(20) ? "" : ", \"expires\": \"2020-01-01\"");
  const unsigned first = chance(sizeof NAMES / sizeof *NAMES);
  for (unsigned i = 0, n = 1 + chance(3); i < n; i++) {
    add("%s\"%s\": {\"provider\": \"%s\", \"x%u\": 1", i ? ", " : "", NAMES[(first + i) % (sizeof NAMES / sizeof *NAMES)], ANY(PROVIDERS),
        i);
    if (chance(2)) add(", \"api_name\": \"%s\"", ANY(NAMES));
    add_fields();
    add("}");
  }
  add("}");
  if (!chance(3)) {
    add(", \"%s\": ", ANY(MEMBERS));
    add_value(0);
  }
  if (!chance(3)) add(", \"provider\": {\"acme\": {\"base_url\": \"http://127.0.0.1:%u/evil\", \"headers\": {\"x-evil\": \"1\"}}}", port);
  if (!chance(3))
    add(", \"validate\": {\"unproven\": \"generate\"}, \"source\": {\"evil\": {\"url\": \"http://127.0.0.1:%u/evil\"}}", port);
  add("}");
}

static void add_models_dev(void) {
  add("{\"%s\": {\"id\": \"acme\", \"api\": \"http://127.0.0.1:%u/evil\", \"env\": [\"ACME_API_KEY\"], \"models\": {\"%s\": {\"id\": \"x\"",
      ANY(PROVIDERS), port, ANY(NAMES));
  add_fields();
  add("}, \"alpha-1\": {\"id\": \"alpha-1\"");
  add_fields();
  add("}}}}");
}

static void add_catwalk(void) {
  add("[{\"id\": \"%s\", \"api_key\": \"$ACME_API_KEY\", \"api_endpoint\": \"http://127.0.0.1:%u/evil\", \"models\": [{\"id\": \"%s\"",
      ANY(PROVIDERS), port, ANY(NAMES));
  add_fields();
  add("}]}]");
}

/* Cut, repeated or with bytes that are others. */
static void spoil(void) {
  if (!document_length) return;
  if (!chance(2)) document_length = chance((unsigned)document_length);
  for (unsigned i = 0; document_length && i < 3; i++) document[chance((unsigned)document_length)] = (char)chance(256);
}

static const char OLD[] = "{\"source\":{\"version\":1},\"model\":{\"alpha\":{\"provider\":\"acme\",\"family\":\"old\"}}}";
static const char NEW[] = "{\"source\":{\"version\":2},\"model\":{\"alpha\":{\"provider\":\"acme\",\"family\":\"new\"}}}";
static const char OLD_SIGNATURE[] = "untrusted comment: nobody vouches for this\n"
                                    "RURyb3N0ZXIyNROnI0kBT7n1gXjKjJGxGxQ3kxwtpLP9tioerJX5yrSVgHSrfgCCMyDQtehbxHoDq9efE2HtLdK1pEJ/gavkZg8=\n"
                                    "trusted comment: timestamp:1795000001\n"
                                    "Xy9vGoPviDyF6Qy//LEDgGOnAbywEdfWMg1h9kyssBIb+P2OD7OGAnkLpIluxnvzXtco592avUS4Kh72BhWhAQ==\n";
static const char NEW_SIGNATURE[] = "untrusted comment: nobody vouches for this\n"
                                    "RWRyb3N0ZXIyNQ9Kxn8pwpnLi8oqR+9fzCOrMgviy3iNuVQXCHHm1rAvfSZORmQ24bwOnCCQQ/lIzeE3ZCnT1TxTpjSjXHHvhAY=\n"
                                    "trusted comment: timestamp:1795000002\n"
                                    "ZC7SU20gzHJdZybWGv4k7NFrQkdJRQYYGiFds9T7bD98MbORUEzRI3D5u5WHxs4jvYGWgR8ppqyiPeDHw4PbAw==\n";

static bool signed_new = true; /* the first document is the newer one: what comes then can only be a replay */

static void make(const char *format) {
  document_length = 0;
  if (strcmp(format, "signed") == 0)
    add("%s", signed_new ? NEW : chance(2) ? OLD : NEW);
  else if (strcmp(format, "models.dev") == 0)
    add_models_dev();
  else if (strcmp(format, "catwalk") == 0)
    add_catwalk();
  else
    add_roster();
  if (!signed_new && !chance(4)) spoil();
}

/* ---- the listener ---- */

static atomic_size_t caught, wrong;
static char first_wrong[HEAD_ROOM];

static void note(const char *head) {
  if (atomic_fetch_add(&wrong, 1) == 0) snprintf(first_wrong, sizeof first_wrong, "%s", head);
}

static bool begins(const char *s, const char *prefix) { return strncmp(s, prefix, strlen(prefix)) == 0; }

static bool is_known_header(const char *line, bool to_source) {
  static const char *const both[] = { "host: ", "accept: ", "user-agent: ", "proxy-connection: ", "connection: " };
  for (size_t i = 0; i < sizeof both / sizeof *both; i++)
    if (strncasecmp(line, both[i], strlen(both[i])) == 0) return true;
  if (to_source) return strncasecmp(line, "if-none-match: \"tag\"", 20) == 0;
  return strcasecmp(line, "authorization: Bearer sk-acme-0123456789abcdef") == 0 || strcasecmp(line, "x-team: blue") == 0;
}

/* The request of the library that may be sent, by its line. */
static void judge(char *head) {
  char copy[HEAD_ROOM];
  snprintf(copy, sizeof copy, "%s", head);
  const bool to_source =
      begins(copy, "GET http://facts.test/c.json HTTP/1.1\r\n") || begins(copy, "GET http://facts.test/c.json.minisig HTTP/1.1\r\n");
  bool good = to_source || begins(copy, "GET http://llm.test/v1/models HTTP/1.1\r\n") || begins(copy, "GET http://llm.test/v1/models/");
  char *rest = NULL, *line = strtok_r(copy, "\r\n", &rest);
  while ((line = strtok_r(NULL, "\r\n", &rest))) good = good && is_known_header(line, to_source);
  if (!good) note(head);
}

static void send_all(int fd, const char *text, size_t length) {
  while (length > 0) {
    ssize_t n = send(fd, text, length, MSG_NOSIGNAL);
    if (n <= 0) return;
    text += n;
    length -= (size_t)n;
  }
}

static void answer(int fd, int status, const char *headers, const char *body, size_t length) {
  char head[1024];
  int n = snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nconnection: close\r\n%scontent-length: %zu\r\n\r\n", status, headers, length);
  send_all(fd, head, (size_t)n);
  send_all(fd, body, length);
}

static void answer_source(int fd) {
  char moved[128];
  snprintf(moved, sizeof moved, "location: http://127.0.0.1:%u/evil\r\n", port);
  unsigned how = signed_new ? 19 : chance(20);
  if (how == 0)
    answer(fd, 301 + (int)chance(2) * 6, moved, "", 0);
  else if (how == 1)
    answer(fd, 200, "content-encoding: gzip\r\n", "\x1f\x8b\x08\0\0\0\0\0\0\xff\xed\xc1\x01\x01", 14);
  else if (how == 2)
    answer(fd, 200, "", document, document_length / 2 + 1000000);
  else if (how == 3)
    answer(fd, chance(2) ? 304 : 401, "www-authenticate: Basic\r\n", "", 0);
  else if (how == 4)
    answer(fd, 200, "transfer-encoding: chunked\r\n", "ffffffff\r\n", 10);
  else
    answer(fd, 200,
           "etag: \"tag\"\r\nset-cookie: evil=1; Domain=test\r\nlink: <http://127.0.0.1/evil>; rel=next\r\nrefresh: 0; "
           "url=http://evil.test\r\n",
           document, document_length);
}

static void serve(int fd) {
  char head[HEAD_ROOM];
  size_t used = 0;
  ssize_t n = 1;
  head[0] = 0;
  while (used < sizeof head - 1 && !strstr(head, "\r\n\r\n") && (n = recv(fd, head + used, sizeof head - 1 - used, 0)) > 0) {
    used += (size_t)n;
    head[used] = 0;
  }
  if (!used) return;
  atomic_fetch_add(&caught, 1);
  judge(head);
  if (strstr(head, ".minisig ")) {
    const char *signature = strstr(document, "\"new\"") ? NEW_SIGNATURE : chance(3) ? OLD_SIGNATURE : "";
    answer(fd, 200, "", signature, strlen(signature));
  } else if (begins(head, "GET http://facts.test/")) {
    answer_source(fd);
  } else if (begins(head, "GET http://llm.test/v1/models HTTP")) {
    static const char listing[] = "{\"object\":\"list\",\"data\":[{\"id\":\"alpha-1\",\"object\":\"model\"}]}";
    answer(fd, 200, "content-type: application/json\r\n", listing, sizeof listing - 1);
  } else {
    static const char missing[] = "{\"error\":{\"message\":\"The model does not exist\",\"code\":\"model_not_found\"}}";
    answer(fd, 404, "content-type: application/json\r\n", missing, sizeof missing - 1);
  }
}

static void *listen_for_all(void *argument) {
  const int listener = *(int *)argument;
  int fd;
  while ((fd = accept(listener, NULL, NULL)) >= 0) {
    serve(fd);
    shutdown(fd, SHUT_WR);
    close(fd);
  }
  return NULL;
}

static int open_listener(void) {
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t length = sizeof at;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)(void *)&at, sizeof at) || listen(fd, 64) ||
      getsockname(fd, (struct sockaddr *)(void *)&at, &length))
    abort();
  port = ntohs(at.sin_port);
  return fd;
}

/* ---- one registry for each format ---- */

static void text_of(char *into, size_t room, const char *format) {
  const bool is_signed = strcmp(format, "signed") == 0, own = is_signed || strcmp(format, "roster") == 0;
  snprintf(into, room,
           "provider \"acme\" { protocol = \"openai-chat\", base_url = \"http://llm.test\", plain_http = true, proxy = "
           "\"http://127.0.0.1:%u\",\n"
           "  credential = secret \"ACME_API_KEY\", headers = { [\"x-team\"] = \"blue\" }, list_proves = \"access\" }\n"
           "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", formerly = { \"stored-id\" } }\n"
           "source \"facts\" { url = \"http://facts.test/c.json\", plain_http = true, proxy = \"http://127.0.0.1:%u\", timeout = 5, format "
           "= \"%s\",\n"
           "  may = \"%s\"%s }\n",
           port, port, own ? "roster" : format, own ? "models" : "facts",
           is_signed ? ", key = \"RWRyb3N0ZXIyNTXiK1CKBlEzOyD14INX58l5IX1jDJIgRLYIxOr1eTpf\"" : "");
}

typedef struct outcome {
  size_t broken; /* refreshes that failed */
  size_t astray; /* times that the local model led elsewhere, or its id did */
  size_t leaked; /* documents with the key in them */
  size_t taken;  /* catalogues that were good enough to be kept */
  size_t old;    /* replays that were taken */
  char first[1024];
} outcome;

static void count_taken(void *payload, const roster_source_update *u) { ((outcome *)payload)->taken += strcmp(u->outcome, "failed") != 0; }

static void examine(roster *r, outcome *o) {
  roster_error err;
  const roster_model *m = NULL;
  if (roster_refresh(r, &err) != ROSTER_OK && !o->broken++) snprintf(o->first, sizeof o->first, "%s", err.message);
  const roster_snapshot *s = roster_acquire(r);
  const bool found = roster_resolve(&m, s, "stored-id", NULL, NULL) == ROSTER_OK && strcmp(roster_model_id(m), "alpha") == 0 &&
                     strcmp(roster_model_url(m), "http://llm.test/v1/chat/completions") == 0 &&
                     strcmp(roster_model_api_name(m), "alpha-1") == 0 && strcmp(roster_model_protocol(m), "openai-chat") == 0 &&
                     roster_model_usable(m);
  o->astray += !found;
  o->leaked += strstr(roster_snapshot_json(s, NULL), "0123456789abcdef") != NULL;
  o->old += m && strcmp(roster_model_family(m), "old") == 0;
  roster_release(s);
}

static void try_format(const char *format, size_t count, const char *folder, outcome *o) {
  char text[4096], cache[CHECK_PATH];
  const roster_variable environment[] = { { "ACME_API_KEY", "sk-acme-0123456789abcdef" }, { "HOME", folder } };
  text_of(text, sizeof text, format);
  snprintf(cache, sizeof cache, "%s/%s/cache.json", folder, format);
  const roster_definition definition = { "a.lua", text };
  roster_options options = ROSTER_OPTIONS_INIT;
  options.config = "";
  options.no_builtin = true;
  options.definitions = &definition;
  options.definition_count = 1;
  options.environment = environment;
  options.environment_count = 2;
  options.cache_file = cache;
  roster *r = NULL;
  roster_error err;
  if (roster_open(&r, &options, &err) != ROSTER_OK) {
    snprintf(o->first, sizeof o->first, "%s", err.message);
    o->broken++;
    return;
  }
  signed_new = strcmp(format, "signed") == 0;
  for (size_t i = 0; i < count; i++) {
    make(format);
    if (roster_update_sources(r, NULL, 0, chance(4) != 0, count_taken, o, &err) != ROSTER_OK) o->broken++;
    signed_new = false;
    examine(r, o);
  }
  roster_close(r);
}

int main(void) {
  static const char *const formats[] = { "roster", "models.dev", "catwalk", "signed" };
  const char *wanted = getenv("CATALOGUES");
  const size_t count = wanted ? (size_t)strtoul(wanted, NULL, 10) : USUAL_COUNT;
  char folder[CHECK_FOLDER];
  pthread_t thread;
  int listener = open_listener();
  outcome all = { 0 };
  if (!check_folder(folder) || pthread_create(&thread, NULL, listen_for_all, &listener)) abort();
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) try_format(formats[i], count * (i ? 1 : 2) / 5 + 1, folder, &all);
  shutdown(listener, SHUT_RDWR);
  pthread_join(thread, NULL);
  close(listener);
  check_folder_remove(folder);
  printf("%zu requests were caught; %zu catalogues were kept\n", atomic_load(&caught), all.taken);
  if (*first_wrong) printf("not declared: %s\n", first_wrong);
  if (*all.first) printf("first failure: %s\n", all.first);
  check(atomic_load(&caught) > count && all.taken > count / 20,
        "hostile catalogues are fetched, and some of each kind are good enough to be kept");
  check(atomic_load(&wrong) == 0, "no request goes to an address, or with a header, that no local file declares");
  check(atomic_load(&strays) == 0, "nothing is connected to but the declared proxy");
  check(all.broken == 0, "no catalogue makes a refresh fail");
  check(all.astray == 0, "a defined model and its stored id lead where they did, and it stays usable");
  check(all.leaked == 0, "no catalogue gets a key into a document");
  check(all.old == 0, "a replayed text with its old signature is never taken");
  return check_close();
}
