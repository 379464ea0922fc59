/* locations: see locations.h. */
#include "library/registry/locations.h"

#include "util/descriptor.h"
#include "util/hash.h"
#include "util/platform.h"
#include "util/text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A scenario for roster test and a schema for an editor lie beside the definitions. */
bool is_definition_file(const char *name) {
  return name[0] != '.' && (text_ends(name, ".lua") || text_ends(name, ".json")) && !text_ends(name, ".scenario.json") &&
         !text_ends(name, ".schema.json");
}

static size_t find_user(location *out, arena *a, const environment *e) {
  const char *base = environment_get(e, "XDG_CONFIG_HOME"), *home = environment_get(e, "HOME");
  if (base && base[0] == '/')
    *out = (location){ arena_printf(a, "%s/roster", base), "user ($XDG_CONFIG_HOME)", false };
  else if (home)
    *out = (location){ arena_printf(a, "%s/.config/roster", home), "user", false };
  else
    return 0;
  return 1;
}

size_t locations_find(location out[MOST_LOCATIONS], arena *a, const registry_options *o, const environment *e) {
  const char *named = o->given.config, *variable = environment_get(e, "ROSTER_CONFIG");
  if (named && !*named) return 0;
  if (named)
    out[0] = (location){ named, "option config", true };
  else if (variable)
    out[0] = (location){ arena_text(a, variable), "$ROSTER_CONFIG", true };
  else
    out[0] = (location){ "/etc/roster", "system", false };
  return named || variable ? 1 : 1 + find_user(out + 1, a, e);
}

const char *path_join(arena *a, const char *directory, const char *name) {
  return arena_printf(a, "%s%s%s", directory, text_ends(directory, "/") ? "" : "/", name);
}

/* ---- the digest ---- */

uint64_t file_digest(const char *path, const struct stat *status) {
  const int64_t parts[] = { (int64_t)status->st_dev,         (int64_t)status->st_ino,         (int64_t)status->st_size,
                            (int64_t)status->st_mode,        (int64_t)status->st_mtim.tv_sec, status->st_mtim.tv_nsec,
                            (int64_t)status->st_ctim.tv_sec, status->st_ctim.tv_nsec };
  return hash_bytes((const char *)parts, sizeof parts, hash_bytes(path, strlen(path), 1));
}

struct dirent *directory_next(DIR *d, int *failed) {
  errno = 0;
  struct dirent *entry = readdir(d);
  *failed = entry ? 0 : errno;
  return entry;
}

/* Returns an errno, or 0. */
static int add_file(uint64_t *digest, const char *path) {
  struct stat status;
  if (stat(path, &status) != 0) return errno;
  *digest += file_digest(path, &status);
  return 0;
}

static bool add_digest(uint64_t *digest, const char *path) {
  DIR *d = descriptor_open_directory(path);
  if (!d) return !descriptor_may_succeed(errno) && !descriptor_may_succeed(add_file(digest, path));
  int failed = 0;
  bool known = true;
  for (struct dirent *entry; known && (entry = directory_next(d, &failed));) {
    if (!is_definition_file(entry->d_name)) continue;
    char full[PATH_MAX]; /* on the stack: an arena out of memory would jump away and leave the directory open */
    snprintf(full, sizeof full, "%s%s%s", path, text_ends(path, "/") ? "" : "/", entry->d_name);
    known = !descriptor_may_succeed(add_file(digest, full));
  }
  closedir(d);
  return known && !failed;
}

bool locations_digest(uint64_t *digest, arena *a, const registry_options *o, const environment *e) {
  location found[MOST_LOCATIONS];
  size_t count = locations_find(found, a, o, e);
  bool known = true;
  *digest = 0;
  for (size_t i = 0; i < count && known; i++) known = add_digest(digest, found[i].path);
  return known;
}
