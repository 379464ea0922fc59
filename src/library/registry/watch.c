/* watch: see locations.h. On Linux inotify reports events: of a directory itself, for its files; of each directory above, since one may be
 * renamed, removed, created again, or be a link that is changed; and for a file that is a link, of the directory where it leads. Where the
 * system refuses part of that, and elsewhere, nothing is reported, and the scheduler looks often: kqueue would need a descriptor for each
 * file. */
#include "library/registry/locations.h"

#include "util/platform.h"

#ifdef PLATFORM_LINUX

#include "util/descriptor.h"
#include "util/text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
  OF_FILES = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB,
  OF_ITSELF = IN_DELETE_SELF | IN_MOVE_SELF,
  OF_ENTRIES = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO,
};

/* What is not there, or no longer, is watched through what is above it. */
static bool is_absent(int why) { return why == ENOENT || why == ENOTDIR; }

static bool add(watch *w, const char *directory, uint32_t what, const char *name) {
  int id = w->count < MOST_WATCHED ? inotify_add_watch(w->fd, directory, what | OF_ITSELF | IN_MASK_ADD) : -1;
  int why = w->count < MOST_WATCHED ? errno : E2BIG;
  if (id < 0 && !is_absent(why)) w->refused = why;
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
  if (!add(w, path, OF_FILES, "")) return;
  DIR *d = descriptor_open_directory(path);
  int failed = d ? 0 : errno;
  for (struct dirent *entry; d && (entry = directory_next(d, &failed));) {
    char full[PATH_MAX]; /* on the stack: an arena out of memory would jump away and leave the directory open */
    bool link = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    int n = link && is_definition_file(entry->d_name) ? snprintf(full, sizeof full, "%s/%s", path, entry->d_name) : 0;
    if (n > 0 && (size_t)n < sizeof full) add_target(w, full);
  }
  if (d) closedir(d);
  if (failed && !is_absent(failed)) w->refused = failed; /* where its links lead is not known */
}

void watch_begin(watch *w, arena *a, const registry_options *o, const environment *e) {
  location found[MOST_LOCATIONS];
  size_t count = locations_find(found, a, o, e);
  descriptors_hold();
  *w = (watch){ .fd = descriptor_raise(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) };
  descriptors_release();
  if (w->fd < 0) w->refused = errno;
  for (size_t i = 0; w->fd >= 0 && i < count; i++) add_location(w, a, found[i].path);
  if (w->refused) watch_end(w); /* what is reported of one half says nothing of the other */
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

#else

void watch_begin(watch *w, arena *a, const registry_options *o, const environment *e) {
  (void)a;
  (void)o;
  (void)e;
  *w = (watch){ .fd = -1 };
}

bool watch_take(watch *w) {
  (void)w;
  return false;
}

void watch_end(watch *w) { (void)w; }

#endif
