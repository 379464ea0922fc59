/* key: see key.h. */
#include "library/validate/key.h"

#include "util/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_KEY = 64 * 1024 };

static key malformed(arena *a, const char *source, const char *variable, const char *what) {
  return (key){ .state = KEY_MALFORMED,
                .code = ROSTER_REASON_KEY_MALFORMED,
                .source = source,
                .variable = variable,
                .problem = arena_printf(a, "%s %s: it was not sent anywhere", variable, what) };
}

key key_take(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length) {
  if (text_has_control(value, length)) return malformed(a, source, variable, "holds a control byte (a line break, say)");
  const secret *kept = keyring_add(ring, value, length);
  if (!kept) arena_exhaust(a);
  return (key){ .state = KEY_SET, .value = kept, .source = source, .variable = variable };
}

key key_unset(const char *source, const char *variable, roster_reason code, const char *problem) {
  return (key){ .state = KEY_UNSET, .source = source, .variable = variable, .code = code, .problem = problem };
}

static key unreadable(arena *a, const char *source, const char *variable, const char *path) {
  return key_unset(source, variable, ROSTER_REASON_KEY_UNREADABLE, arena_printf(a, "%s cannot be read: %s", path, strerror(errno)));
}

static key read_file(arena *a, keyring *ring, const char *source, const char *variable, const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return unreadable(a, source, variable, path);
  char bytes[LARGEST_KEY + 1];
  size_t length = 0;
  ssize_t got = 0;
  while (length < sizeof bytes && (got = read(fd, bytes + length, sizeof bytes - length)) > 0) length += (size_t)got;
  key found = unreadable(a, source, variable, path);
  struct stat status;
  int64_t written = fstat(fd, &status) == 0 ? (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000 : 0;
  close(fd);
  if (length > LARGEST_KEY)
    found = malformed(a, source, variable, "names a file larger than 64 KiB");
  else if (got >= 0) {
    if (length > 0 && bytes[length - 1] == '\n') length--;
    if (length > 0 && bytes[length - 1] == '\r') length--;
    found = length ? key_take(a, ring, source, variable, bytes, length)
                   : key_unset(source, variable, ROSTER_REASON_KEY_UNREADABLE, arena_printf(a, "%s is empty", path));
  }
  explicit_bzero(bytes, sizeof bytes);
  found.since_ms = written;
  return found;
}

static key read_named(arena *a, keyring *ring, const char *source, const char *variable, const char *path) {
  key found = read_file(a, ring, source, variable, path);
  found.amiss = found.state == KEY_UNSET;
  return found;
}

/* As systemd's LoadCredential= leaves it: a file with that name in a directory. */
static key find_loaded(arena *a, keyring *ring, const environment *e, const char *name) {
  const char *directory = environment_get(e, "CREDENTIALS_DIRECTORY");
  const char *path = directory ? arena_printf(a, "%s/%s", directory, name) : NULL;
  if (path && (access(path, F_OK) == 0 || errno != ENOENT))
    return read_named(a, ring, arena_printf(a, "$CREDENTIALS_DIRECTORY/%s", name), path, path);
  return key_unset(arena_printf(a, "$%s", name), name, ROSTER_REASON_KEY_UNSET, arena_printf(a, "%s is not set", name));
}

static key find_variable(arena *a, keyring *ring, const environment *e, const char *name) {
  const char *value = environment_get(e, name);
  if (value) return key_take(a, ring, arena_printf(a, "$%s", name), name, value, strlen(value));
  const char *file_name = arena_printf(a, "%s_FILE", name);
  const char *path = environment_get(e, file_name);
  if (path) return read_named(a, ring, arena_printf(a, "$%s", file_name), file_name, path);
  return find_loaded(a, ring, e, name);
}

key key_find(arena *a, keyring *ring, const environment *e, const credential *c) {
  if (!c) return (key){ .state = KEY_NONE_NEEDED, .source = "keyless", .variable = "" };
  key found = key_unset("", "", ROSTER_REASON_KEY_UNSET, "no source of a key is named");
  if (c->env) found = find_variable(a, ring, e, c->env);
  if (found.state != KEY_UNSET || found.amiss || !c->file) return found;
  key from_file = read_file(a, ring, c->file, c->file, c->file);
  return from_file.state != KEY_UNSET || !c->env ? from_file : found;
}

key key_for_header(arena *a, keyring *ring, const environment *e, const credential *c) {
  key found = key_find(a, ring, e, c);
  if (found.state != KEY_SET || !c->prefix) return found;
  const char *bare = secret_value(found.value);
  size_t room = strlen(c->prefix) + strlen(bare) + 1;
  char *whole = malloc(room);
  if (!whole) arena_exhaust(a);
  snprintf(whole, room, "%s%s", c->prefix, bare);
  key made = key_take(a, ring, found.source, found.variable, whole, room - 1);
  explicit_bzero(whole, room);
  free(whole);
  return made;
}
