/* credential: see credential.h. */
#include "validate/credential.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST_KEY = 64 * 1024 };

static key malformed(arena *a, const char *source, const char *variable, const char *what) {
  return (key){ .state = KEY_MALFORMED,
                .source = source,
                .variable = variable,
                .problem = arena_printf(a, "%s %s: it was not sent anywhere", variable, what) };
}

static key take_value(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length) {
  if (text_has_control(value, length)) return malformed(a, source, variable, "holds a control byte (a line break, say)");
  const secret *kept = keyring_add(ring, value, length);
  if (!kept) arena_exhaust(a);
  return (key){ .state = KEY_SET, .value = kept, .source = source, .variable = variable };
}

static key unset(const char *source, const char *variable, const char *problem) {
  return (key){ .state = KEY_UNSET, .source = source, .variable = variable, .problem = problem };
}

static key unreadable(arena *a, const char *source, const char *variable, const char *path) {
  return unset(source, variable, arena_printf(a, "%s cannot be read: %s", path, strerror(errno)));
}

static key read_file(arena *a, keyring *ring, const char *source, const char *variable, const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return unreadable(a, source, variable, path);
  char bytes[LARGEST_KEY + 1];
  size_t length = 0;
  ssize_t got = 0;
  while (length < sizeof bytes && (got = read(fd, bytes + length, sizeof bytes - length)) > 0) length += (size_t)got;
  key found = unreadable(a, source, variable, path);
  close(fd);
  if (length > LARGEST_KEY)
    found = malformed(a, source, variable, "names a file larger than 64 KiB");
  else if (got >= 0) {
    if (length > 0 && bytes[length - 1] == '\n') length--;
    if (length > 0 && bytes[length - 1] == '\r') length--;
    found = length ? take_value(a, ring, source, variable, bytes, length) : unset(source, variable, arena_printf(a, "%s is empty", path));
  }
  explicit_bzero(bytes, sizeof bytes);
  return found;
}

static key find_variable(arena *a, keyring *ring, const environment *e, const char *name) {
  const char *value = environment_get(e, name);
  if (value) return take_value(a, ring, arena_printf(a, "$%s", name), name, value, strlen(value));
  const char *file_name = arena_printf(a, "%s_FILE", name);
  const char *path = environment_get(e, file_name);
  if (path) return read_file(a, ring, arena_printf(a, "$%s", file_name), file_name, path);
  return unset(arena_printf(a, "$%s", name), name, arena_printf(a, "%s is not set", name));
}

key key_find(arena *a, keyring *ring, const environment *e, const credential *c) {
  if (!c) return (key){ .state = KEY_NONE_NEEDED, .source = "keyless", .variable = "" };
  key found = unset("", "", "no source of a key is named");
  if (c->env) found = find_variable(a, ring, e, c->env);
  if (found.state == KEY_UNSET && c->file && !(c->env && !text_ends(found.problem, "is not set"))) {
    key from_file = read_file(a, ring, c->file, c->file, c->file);
    if (from_file.state != KEY_UNSET || !c->env) return from_file;
  }
  return found;
}

/* ---- the host's ---- */

static void take_headers(const key_sources *from, const roster_credential *said, key *k) {
  roster_header *list = arena_array(from->arena, said->header_count, sizeof *list);
  for (size_t i = 0; i < said->header_count; i++) {
    const roster_header *h = &said->headers[i];
    if (!h->name || !h->value || !text_is_token(h->name) || text_has_control(h->value, strlen(h->value))) continue;
    const secret *kept = keyring_add(from->ring, h->value, strlen(h->value));
    if (!kept) arena_exhaust(from->arena);
    list[k->header_count++] = (roster_header){ arena_text(from->arena, h->name), secret_value(kept) };
  }
  k->headers = list;
}

static const char HOST[] = "the host's credential";

/* False: it leaves the provider to the other sources. */
static bool ask_host(const key_sources *from, const provider *p, key *out) {
  roster_credential said = { .size = sizeof said };
  roster_status status = from->host(from->payload, p->head.id, &said);
  if (status == ROSTER_EUNKNOWN) return false;
  if (status == ROSTER_OK && said.value && *said.value) {
    *out = take_value(from->arena, from->ring, "host", HOST, said.value, strlen(said.value));
    take_headers(from, &said, out);
  } else if (status == ROSTER_EPENDING) {
    *out = unset("host", HOST, "the host does not have its credential yet");
    out->state = KEY_PENDING;
  } else {
    *out = unset("host", HOST, "the host has no credential for it");
  }
  out->only = true;
  out->hint = "this key comes from the program that roster is part of: sign in there";
  return true;
}

/* ---- helpers ---- */

static int64_t positive(const char *digits) {
  int64_t value = 0;
  for (; digits && *digits >= '0' && *digits <= '9' && value < INT32_MAX; digits++) value = value * 10 + (*digits - '0');
  return digits && !*digits ? value : 0;
}

static bool helper_for_all(const environment *e, const provider *p, helper_order *out) {
  const char *line = p->credential ? environment_get(e, "LLM_API_KEY_HELPER") : NULL;
  if (!line) return false;
  *out = (helper_order){ .shell = line, .ttl_ms = positive(environment_get(e, "LLM_API_KEY_HELPER_TTL_MS")), .name = "" };
  return true;
}

static bool helper_of_its_own(const provider *p, helper_order *out) {
  const credential *c = p->credential;
  if (!c || !c->helper.count) return false;
  *out = (helper_order){ .arguments = c->helper, .ttl_ms = c->ttl, .timeout_ms = c->timeout, .name = p->head.id };
  return true;
}

bool key_helper(const environment *e, const provider *p, helper_order *out) {
  return helper_for_all(e, p, out) || helper_of_its_own(p, out);
}

static key ask_helper(const key_sources *from, const helper_order *o) {
  const char *source = o->shell ? "$LLM_API_KEY_HELPER" : arena_printf(from->arena, "helper %s", o->arguments.at[0]);
  key k = {
    .state = KEY_PENDING, .source = source, .variable = "the credential helper's key", .only = true, .from_helper = true, .helper = *o
  };
  helper_answer got = { .state = HELPER_IDLE };
  if (from->helpers) got = helpers_get(from->helpers, o, from->start, from->arena, from->ring);
  if (got.state == HELPER_RUNNING && from->wait_until_ms) {
    helpers_wait(from->helpers, from->wait_until_ms);
    got = helpers_get(from->helpers, o, HELPER_NEVER, from->arena, from->ring);
  }
  k.value = got.value;
  k.hint = o->shell ? "run the credential helper by hand to see what it says, then refresh"
                    : arena_printf(from->arena, "run %s by hand to see what it says, then refresh", o->arguments.at[0]);
  switch (got.state) {
  case HELPER_VALID: k.state = KEY_SET; break;
  case HELPER_FAILED: k.state = KEY_UNSET, k.problem = got.problem; break;
  case HELPER_REQUIRED: k.problem = got.problem; break;
  case HELPER_RUNNING:
    k.problem = "the credential helper is running", k.hint = "sign in where it asks for that; another refresh follows";
    break;
  default: k.problem = "the credential helper has not run yet", k.hint = "a refresh runs it"; break;
  }
  return k;
}

static void start_own(const key_sources *from, const provider *p) {
  helper_order o;
  if (!p->enabled || !helper_of_its_own(p, &o)) return;
  const credential before = { .env = p->credential->env, .file = p->credential->file };
  bool known = (before.env || before.file) && key_find(from->arena, from->ring, from->environment, &before).state != KEY_UNSET;
  if (!known) helpers_get(from->helpers, &o, from->start, from->arena, from->ring);
}

void keys_start_helpers(const key_sources *from, const catalog *c) {
  helper_order o;
  if (!from->helpers || from->start == HELPER_NEVER) return;
  for (size_t i = 0; i < c->providers.count; i++)
    if (c->providers.at[i]->enabled && helper_for_all(from->environment, c->providers.at[i], &o)) {
      helpers_get(from->helpers, &o, from->start, from->arena, from->ring);
      return;
    }
  for (size_t i = 0; i < c->providers.count; i++) start_own(from, c->providers.at[i]);
}

key key_for(const key_sources *from, const provider *p) {
  key found;
  helper_order o;
  if (from->host && ask_host(from, p, &found)) return found;
  if (helper_for_all(from->environment, p, &o)) return ask_helper(from, &o);
  if (helper_of_its_own(p, &o) && !p->credential->env && !p->credential->file) return ask_helper(from, &o);
  found = key_find(from->arena, from->ring, from->environment, p->credential);
  return found.state == KEY_UNSET && helper_of_its_own(p, &o) ? ask_helper(from, &o) : found;
}
