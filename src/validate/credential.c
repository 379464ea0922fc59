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
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
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
  out->hint = "this key comes from the program that roster is part of: sign in there";
  return true;
}

key key_for(const key_sources *from, const provider *p) {
  key found;
  if (from->host && ask_host(from, p, &found)) return found;
  return key_find(from->arena, from->ring, from->environment, p->credential);
}
