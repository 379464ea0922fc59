/* locations: see locations.h. */
#include "library/registry/locations.h"

#include "util/descriptor.h"
#include "util/hash.h"
#include "util/text.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

bool is_definition_file(const char *name) { return name[0] != '.' && (text_ends(name, ".lua") || text_ends(name, ".json")); }

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
    out[0] = (location){ named, "--config", true };
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

static uint64_t digest_of(const char *path) {
  uint64_t digest = 0;
  DIR *d = opendir(path);
  struct stat itself;
  if (!d) return stat(path, &itself) == 0 ? file_digest(path, &itself) : 0;
  for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
    struct stat status;
    if (!is_definition_file(entry->d_name) || fstatat(dirfd(d), entry->d_name, &status, 0)) continue;
    char full[PATH_MAX]; /* on the stack: an arena out of memory would jump away and leave the directory open */
    snprintf(full, sizeof full, "%s%s%s", path, text_ends(path, "/") ? "" : "/", entry->d_name);
    digest += file_digest(full, &status);
  }
  closedir(d);
  return digest;
}

uint64_t locations_digest(arena *a, const registry_options *o, const environment *e) {
  location found[MOST_LOCATIONS];
  size_t count = locations_find(found, a, o, e);
  uint64_t digest = 0;
  for (size_t i = 0; i < count; i++) digest += digest_of(found[i].path);
  return digest;
}

/* ---- the watch: on a directory itself, for its files; on each directory above, since one may be renamed, removed, created again, or be a
 * link that is changed; and for a file that is a link, on the directory where it leads ---- */

enum {
  OF_FILES = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB,
  OF_ITSELF = IN_DELETE_SELF | IN_MOVE_SELF,
  OF_ENTRIES = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO,
};

static bool add(watch *w, const char *directory, uint32_t what, const char *name) {
  if (w->count == MOST_WATCHED) return false;
  int id = inotify_add_watch(w->fd, directory, what | OF_ITSELF | IN_MASK_ADD);
  if (id < 0) return false;
  w->at[w->count].id = id;
  snprintf(w->at[w->count++].name, sizeof w->at->name, "%s", name);
  return true;
}

/* The directories above, each where the next is named. */
static void add_above(watch *w, arena *a, const char *path) {
  char *above = arena_text(a, path);
  for (;;) {
    char *slash = strrchr(above, '/');
    if (!slash) {
      add(w, ".", OF_ENTRIES, above);
      return;
    }
    const char *name = arena_text(a, slash + 1);
    *slash = 0;
    if (*name) add(w, *above ? above : "/", OF_ENTRIES, name); /* all the way up: any of them may be a link that is swapped */
    if (slash == above) return;
  }
}

static void add_target(watch *w, const char *path) {
  char *target = realpath(path, NULL);
  char *slash = target ? strrchr(target, '/') : NULL;
  if (slash && slash > target) {
    *slash = 0;
    add(w, target, OF_FILES, slash + 1);
  }
  free(target);
}

static void add_location(watch *w, arena *a, const char *path) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  path = arena_bytes(a, path, length);
  add_above(w, a, path);
  DIR *d = add(w, path, OF_FILES, "") ? opendir(path) : NULL;
  if (!d) return;
  for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
    char full[PATH_MAX]; /* on the stack: an arena out of memory would jump away and leave the directory open */
    bool link = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    int n = link && is_definition_file(entry->d_name) ? snprintf(full, sizeof full, "%s/%s", path, entry->d_name) : 0;
    if (n > 0 && (size_t)n < sizeof full) add_target(w, full);
  }
  closedir(d);
}

void watch_begin(watch *w, arena *a, const registry_options *o, const environment *e) {
  location found[MOST_LOCATIONS];
  size_t count = locations_find(found, a, o, e);
  *w = (watch){ .fd = descriptor_raise(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) };
  for (size_t i = 0; w->fd >= 0 && i < count; i++) add_location(w, a, found[i].path);
}

static bool matters(const watch *w, const struct inotify_event *event) {
  if (event->mask & (IN_Q_OVERFLOW | OF_ITSELF | IN_IGNORED)) return true;
  for (size_t i = 0; i < w->count; i++)
    if (w->at[i].id == event->wd && (!*w->at[i].name || (event->len && text_is(w->at[i].name, event->name)))) return true;
  return false;
}

bool watch_take(watch *w) {
  char bytes[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
  bool any = false;
  ssize_t got;
  while ((got = read(w->fd, bytes, sizeof bytes)) > 0)
    for (char *at = bytes; at < bytes + got;) {
      const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
      any = any || matters(w, event);
      at += sizeof *event + event->len;
    }
  return any;
}

void watch_end(watch *w) {
  if (w->fd >= 0) close(w->fd);
  w->fd = -1;
}
