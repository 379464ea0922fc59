/* places: see places.h. */
#include "library/registry/places.h"

#include "util/hash.h"

#include "util/text.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

bool place_reads(const char *name) { return name[0] != '.' && (text_ends(name, ".lua") || text_ends(name, ".json")); }

static size_t find_user(place *out, arena *a, const environment *e) {
  const char *base = environment_get(e, "XDG_CONFIG_HOME"), *home = environment_get(e, "HOME");
  if (base && base[0] == '/')
    *out = (place){ arena_printf(a, "%s/roster", base), "user ($XDG_CONFIG_HOME)", false };
  else if (home)
    *out = (place){ arena_printf(a, "%s/.config/roster", home), "user", false };
  else
    return 0;
  return 1;
}

size_t places_find(place out[MOST_PLACES], arena *a, const options *o, const environment *e) {
  const char *named = o->said.config, *variable = environment_get(e, "ROSTER_CONFIG");
  if (named && !*named) return 0;
  if (named)
    out[0] = (place){ named, "--config", true };
  else if (variable)
    out[0] = (place){ arena_text(a, variable), "$ROSTER_CONFIG", true };
  else
    out[0] = (place){ "/etc/roster", "system", false };
  return named || variable ? 1 : 1 + find_user(out + 1, a, e);
}

const char *place_join(arena *a, const char *directory, const char *name) {
  return arena_printf(a, "%s%s%s", directory, text_ends(directory, "/") ? "" : "/", name);
}

uint64_t place_mark(const char *path, const struct stat *status) {
  const int64_t parts[] = { (int64_t)status->st_dev,         (int64_t)status->st_ino,         (int64_t)status->st_size,
                            (int64_t)status->st_mode,        (int64_t)status->st_mtim.tv_sec, status->st_mtim.tv_nsec,
                            (int64_t)status->st_ctim.tv_sec, status->st_ctim.tv_nsec };
  return hash_bytes((const char *)parts, sizeof parts, hash_bytes(path, strlen(path), 1));
}

static uint64_t mark_of(const char *path) {
  uint64_t mark = 0;
  DIR *d = opendir(path);
  struct stat itself;
  if (!d) return stat(path, &itself) == 0 ? place_mark(path, &itself) : 0;
  for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
    struct stat status;
    if (!place_reads(entry->d_name) || fstatat(dirfd(d), entry->d_name, &status, 0)) continue;
    char whole[PATH_MAX]; /* nothing here may leave by a jump while the directory is open */
    snprintf(whole, sizeof whole, "%s%s%s", path, text_ends(path, "/") ? "" : "/", entry->d_name);
    mark += place_mark(whole, &status);
  }
  closedir(d);
  return mark;
}

uint64_t places_mark(arena *a, const options *o, const environment *e) {
  place found[MOST_PLACES];
  size_t count = places_find(found, a, o, e);
  uint64_t mark = 0;
  for (size_t i = 0; i < count; i++) mark += mark_of(found[i].path);
  return mark;
}
