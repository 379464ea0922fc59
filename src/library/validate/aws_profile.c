/* aws_profile: see aws_profile.h. */
#include "library/validate/aws_profile.h"

#include "util/descriptor.h"
#include "util/platform.h"
#include "util/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST = 1024 * 1024 };

bool profile_is_chosen(const environment *e) {
  return environment_get(e, "AWS_PROFILE") && !environment_get(e, "AWS_ACCESS_KEY_ID") && !environment_get(e, "AWS_SECRET_ACCESS_KEY");
}

static const char *in_home(arena *a, const environment *e, const char *file) {
  const char *home = environment_get(e, "HOME");
  return home ? arena_printf(a, "%s/.aws/%s", home, file) : NULL;
}

/* "[work]", or "[profile work]" as the configuration has it. */
static bool is_section(const char *line, size_t length, const char *profile) {
  const char *name = line + 1;
  size_t n = text_trim(&name, length - 1);
  if (n && name[n - 1] == ']') n--;
  size_t skip = n > 8 && memcmp(name, "profile ", 8) == 0 ? 8 : 0;
  name += skip;
  n = text_trim(&name, n - skip);
  return n == strlen(profile) && memcmp(name, profile, n) == 0;
}

/* The value in a line "name = value"; NULL where it is of another name. */
static char *value_in(const char *line, size_t length, const char *name, size_t *value_length) {
  const char *equals = memchr(line, '=', length), *key = line;
  size_t n = equals ? text_trim(&key, (size_t)(equals - line)) : 0;
  if (!equals || n != strlen(name) || memcmp(key, name, n) != 0) return NULL;
  const char *value = equals + 1;
  *value_length = text_trim(&value, length - (size_t)(value - line));
  return *value_length ? strndup(value, *value_length) : NULL; /* NULL with a length: out of memory */
}

static void read_from(const char *text, const char *name, profile_value *out) {
  bool inside = false;
  for (const char *line = text, *end; !out->value && !out->length && *line; line = *end ? end + 1 : end) {
    const char *from = line;
    end = line + strcspn(line, "\n");
    size_t length = text_trim(&from, (size_t)(end - line));
    if (length && *from == '[')
      inside = is_section(from, length, out->profile);
    else if (inside && *from != '#' && *from != ';')
      out->value = value_in(from, length, name, &out->length);
  }
}

/* Returns an errno, or 0: part of a file says nothing about the rest of it. */
static int read_open(int fd, const char *name, profile_value *out) {
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0) return errno;
  if (!S_ISREG(status.st_mode) || status.st_size > LARGEST) return 0;
  const size_t size = (size_t)status.st_size;
  char *text = calloc(1, size + 1);
  if (!text) return ENOMEM;
  size_t length = 0;
  int failed = 0;
  for (ssize_t got; !failed && length < size && (got = read(fd, text + length, size - length)) != 0;)
    if (got > 0)
      length += (size_t)got;
    else if (errno != EINTR)
      failed = errno;
  if (!failed) read_from(text, name, out);
  if (out->length && !out->value) failed = ENOMEM;
  wipe(text, size);
  free(text);
  return failed;
}

static void read_path(arena *a, const char *path, const char *name, profile_value *out) {
  if (!path || out->value || out->failed) return;
  const int fd = descriptor_open(path, O_RDONLY), failed = read_open(fd, name, out);
  if (fd >= 0) close(fd);
  if (failed == ENOMEM) arena_exhaust(a);
  if (!descriptor_may_succeed(failed)) return;
  out->failed = failed;
  out->path = path;
}

void profile_read(arena *a, const environment *e, const char *name, profile_value *out) {
  const char *credentials = environment_get(e, "AWS_SHARED_CREDENTIALS_FILE"), *config = environment_get(e, "AWS_CONFIG_FILE");
  if (!credentials) credentials = in_home(a, e, "credentials");
  *out = (profile_value){ .profile = environment_get(e, "AWS_PROFILE"), .path = credentials ? credentials : "" };
  read_path(a, credentials, name, out);
  read_path(a, config ? config : in_home(a, e, "config"), name, out);
}
