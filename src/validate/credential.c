/* credential: see credential.h. */
#include "validate/credential.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST_KEY = 64 * 1024 };

static key malformed(arena *a, const char *source, const char *variable, const char *what) {
  return (key){ KEY_MALFORMED, NULL, source, variable, arena_printf(a, "%s %s: it was not sent anywhere", variable, what) };
}

static key take_value(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length) {
  if (text_has_control(value, length)) return malformed(a, source, variable, "holds a control byte (a line break, say)");
  const secret *kept = keyring_add(ring, value, length);
  return (key){ kept ? KEY_SET : KEY_UNSET, kept, source, variable, kept ? NULL : "out of memory" };
}

static key unreadable(arena *a, const char *source, const char *variable, const char *path) {
  return (key){ KEY_UNSET, NULL, source, variable, arena_printf(a, "%s cannot be read: %s", path, strerror(errno)) };
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
    found = length ? take_value(a, ring, source, variable, bytes, length)
                   : (key){ KEY_UNSET, NULL, source, variable, arena_printf(a, "%s is empty", path) };
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
  return (key){ KEY_UNSET, NULL, arena_printf(a, "$%s", name), name, arena_printf(a, "%s is not set", name) };
}

key key_find(arena *a, keyring *ring, const environment *e, const credential *c) {
  if (!c) return (key){ KEY_NONE_NEEDED, NULL, "keyless", "", NULL };
  key found = { KEY_UNSET, NULL, "", "", "no source of a key is named" };
  if (c->env) found = find_variable(a, ring, e, c->env);
  if (found.state == KEY_UNSET && c->file && !(c->env && !text_ends(found.problem, "is not set"))) {
    key from_file = read_file(a, ring, c->file, c->file, c->file);
    if (from_file.state != KEY_UNSET || !c->env) return from_file;
  }
  return found;
}
