/* keys: what `roster doctor` says of the variables that definitions name and of the files in which keys are: whether they are set, and who
 * may read them. It looks into a file only to tell whether it is empty or holds blanks, and wipes what it read. */
#include "command/doctor/doctor.h"
#include "util/flaw.h"
#include "util/platform.h"
#include "util/suggest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_ROOM = 256, HEAD_ROOM = 64 * 1024, MOST_NAMES = 2048 };

static bool is_set(const char *name) {
  const char *value = getenv(name);
  return value && *value;
}

/* ---- one file ---- */

static void check_mode(doctor *d, const char *path, const struct stat *status) {
  char next[NAME_ROOM + 64];
  snprintf(next, sizeof next, "run chmod 600 %.250s", path);
  if (status->st_mode & (S_IWGRP | S_IWOTH))
    doctor_say(d, DOCTOR_ERROR, next, "%s can be changed by %s", path, status->st_mode & S_IWOTH ? "everybody" : "its group");
  else if (status->st_mode & S_IROTH)
    doctor_say(d, DOCTOR_WARNING, next, "%s can be read by everybody on this machine", path);
  else if (status->st_mode & S_IRGRP)
    doctor_say(d, DOCTOR_WARNING, next, "%s can be read by its group", path);
  if (status->st_uid != geteuid() && status->st_uid != 0)
    doctor_say(d, DOCTOR_WARNING, "run chown on it, so that nobody else can replace the key", "%s belongs to another user (id %ld)", path,
               (long)status->st_uid);
}

static void say_broken(doctor *d, const char *what) {
  doctor_say(d, DOCTOR_WARNING, "set it to the bare key: few keys have a blank, and a second word is often a comment",
             "%s: the key contains a blank", what);
}

/* "", or what is wrong with what the file holds. */
static const char *content_fault(int fd, bool *broken) {
  static char text[HEAD_ROOM];
  ssize_t got = read(fd, text, sizeof text - 1);
  size_t length = got > 0 ? (size_t)got : 0, blank = 0;
  text[length] = '\0';
  if (length && text[length - 1] == '\n') text[--length] = '\0';
  if (length && text[length - 1] == '\r') text[--length] = '\0';
  blank = strspn(text, " \t\r\n");
  const char *fault = "";
  if (got < 0)
    fault = "cannot be read";
  else if (!length)
    fault = "is empty";
  else if (blank == length)
    fault = "contains only blanks";
  else if (blank || strchr(" \t", text[length - 1]))
    fault = "begins or ends with a blank";
  else if (strpbrk(text, "\r\n"))
    fault = "has more than one line";
  else if (strpbrk(text, " \t"))
    *broken = true;
  wipe(text, sizeof text);
  return fault;
}

/* `what` is the variable that names it. */
static void check_file(doctor *d, const char *what, const char *path) {
  struct stat status;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 && flaw_may_be_key(path)) {
    doctor_say(d, DOCTOR_ERROR, "set it to the path of a file that contains the key", "%s: there is no such file", what);
    return;
  }
  if (fd < 0 || fstat(fd, &status) != 0) {
    doctor_say(d, DOCTOR_ERROR, errno == ENOENT ? "write the key into that file, or name another one" : "let this user read it",
               "%s: %s cannot be read: %s", what, path, strerror(errno));
    if (fd >= 0) close(fd);
    return;
  }
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
    doctor_say(d, DOCTOR_ERROR, "name a file that holds nothing but the key", "%s: %s is not a file", what, path);
  if (S_ISREG(status.st_mode)) {
    bool broken = false;
    const char *fault = content_fault(fd, &broken);
    if (broken) say_broken(d, what);
    if (*fault) doctor_say(d, DOCTOR_ERROR, "write the key into it, and nothing else", "%s: %s %s", what, path, fault);
    check_mode(d, path, &status);
  }
  close(fd);
}

/* ---- one variable ---- */

/* A blank inside. At an end it is a fault, which the definitions' findings have. */
static bool is_broken(const char *key) {
  const size_t length = strlen(key), at = strcspn(key, " \t");
  return at > 0 && at < length && !strchr(" \t", key[length - 1]);
}

/* Whether it is there, in one way or another. */
static bool check_secret(doctor *d, const char *name) {
  char file[NAME_ROOM];
  snprintf(file, sizeof file, "%.240s_FILE", name);
  const char *directory = getenv("CREDENTIALS_DIRECTORY");
  const bool plain = is_set(name), by_file = is_set(file);
  if (plain && by_file)
    doctor_say(d, DOCTOR_WARNING, "unset one of them", "both %s and %s are set: %s is used, and the file is not read", name, file, name);
  if (by_file) check_file(d, file, getenv(file));
  if (plain && is_broken(getenv(name))) say_broken(d, name);
  if (directory && *directory) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    if (access(path, F_OK) == 0) check_file(d, "CREDENTIALS_DIRECTORY", path);
  }
  if (plain || by_file) doctor_say(d, DOCTOR_OK, NULL, "%s is set", plain ? name : file);
  return plain || by_file;
}

/* ---- misspelt names ---- */

static const char *const OWN[] = { "ROSTER_BUILTIN", "ROSTER_COMMAND",   "ROSTER_CONFIG",  "ROSTER_LIB_DIR",
                                   "ROSTER_MOCK",    "ROSTER_SCRIPT_MS", "ROSTER_SOURCES", "ROSTER_TOKEN" };
static const char *const SHARED[] = { "LLM_API_KEY_HELPER",        "LLM_API_KEY_HELPER_INTERACTIVE",
                                      "LLM_API_KEY_HELPER_TTL_MS", "LLM_AUTH_HEADER",
                                      "LLM_CUSTOM_HEADERS",        "LLM_REQUEST_TAGS" };

static bool has(const char *const *list, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i], name) == 0) return true;
  return false;
}

static bool ends_in(const char *name, const char *end) {
  size_t length = strlen(name), size = strlen(end);
  return length > size && strcmp(name + length - size, end) == 0;
}

/* One that no definition names, but nearly. */
static const char *meant(const doctor *d, const char *name) {
  enum { SHORT = 6 };
  const char *best = NULL;
  size_t least = strlen(name) - strlen("_API_KEY") < SHORT ? 2 : 3; /* of a short word two other letters make another word */
  for (size_t i = 0; i < d->variable_count; i++) {
    size_t far = suggest_distance(name, d->variables[i].name);
    if (far >= least || is_set(d->variables[i].name)) continue;
    best = d->variables[i].name;
    least = far;
  }
  return best;
}

static void check_name(doctor *d, const char *name) {
  const size_t own = sizeof OWN / sizeof *OWN, shared = sizeof SHARED / sizeof *SHARED;
  const bool ours = strncmp(name, "ROSTER_", 7) == 0, llm = strncmp(name, "LLM_", 4) == 0;
  char base[NAME_ROOM];
  snprintf(base, sizeof base, "%s", name);
  if (ends_in(base, "_FILE")) base[strlen(base) - 5] = '\0';
  if (doctor_is_named(d, name) || doctor_is_named(d, base) || has(OWN, own, name) || has(SHARED, shared, name)) return;
  const char *near = ours ? suggest(name, OWN, own) : llm ? suggest(name, SHARED, shared) : NULL;
  if (!near && ends_in(base, "_API_KEY")) near = meant(d, base);
  if (near) {
    char next[NAME_ROOM + 40];
    snprintf(next, sizeof next, "rename it to %.200s", near);
    doctor_say(d, DOCTOR_WARNING, next, "%s is set, which nothing reads (did you mean %s?)", name, near);
  } else if (ours) {
    doctor_say(d, DOCTOR_WARNING, "`man roster` lists the variables", "%s is set, which roster does not know", name);
  }
}

extern char **environ;

static void check_names(doctor *d) {
  for (size_t i = 0; environ && environ[i] && i < MOST_NAMES; i++) {
    char name[NAME_ROOM];
    size_t length = strcspn(environ[i], "=");
    if (!length || length >= sizeof name || !environ[i][length] || !environ[i][length + 1]) continue;
    memcpy(name, environ[i], length);
    name[length] = '\0';
    check_name(d, name);
  }
}

/* ---- files that a definition names ---- */

/* One that is missing is said of its provider. Several providers may share one. */
static void check_named_files(doctor *d) {
  const roster_provider *p, *before;
  for (size_t i = 0; d->host.snapshot && (p = roster_provider_at(d->host.snapshot, i)); i++) {
    const char *path = roster_provider_credential_source(p);
    if (*path != '/' || !roster_provider_enabled(p) || access(path, F_OK) != 0) continue;
    bool seen = false;
    for (size_t k = 0; k < i && !seen && (before = roster_provider_at(d->host.snapshot, k)); k++)
      seen = strcmp(path, roster_provider_credential_source(before)) == 0;
    if (!seen) check_file(d, roster_provider_id(p), path);
  }
}

/* ---- all of them ---- */

void doctor_check_keys(doctor *d) {
  size_t secrets = 0, set = 0, settings = 0, settings_set = 0;
  doctor_begin(d, "Keys and settings");
  for (size_t i = 0; i < d->variable_count; i++) {
    const named_variable *v = &d->variables[i];
    if (v->secret) {
      secrets++;
      set += check_secret(d, v->name);
    } else {
      settings++;
      settings_set += is_set(v->name);
    }
  }
  doctor_say(d, DOCTOR_OK, NULL, "%zu of %zu keys that the definitions name are set, and %zu of %zu settings", set, secrets, settings_set,
             settings);
  check_named_files(d);
  check_names(d);
}
