/* watch: see watch.h. A directory is watched itself, for its files, and from above, since it may be renamed, removed, made anew or be a
 * link that is swapped; a file that is a link, from where the link leads. */
#include "library/registry/watch.h"

#include "library/registry/places.h"

#include "util/descriptor.h"
#include "util/text.h"

#include <dirent.h>
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

static void add_place(watch *w, arena *a, const char *path) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  path = arena_bytes(a, path, length);
  add_above(w, a, path);
  DIR *d = add(w, path, OF_FILES, "") ? opendir(path) : NULL;
  if (!d) return;
  for (struct dirent *entry = readdir(d); entry; entry = readdir(d)) {
    char whole[PATH_MAX]; /* nothing here may leave by a jump while the directory is open */
    bool link = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    int n = link && place_reads(entry->d_name) ? snprintf(whole, sizeof whole, "%s/%s", path, entry->d_name) : 0;
    if (n > 0 && (size_t)n < sizeof whole) add_target(w, whole);
  }
  closedir(d);
}

void watch_begin(watch *w, arena *a, const options *o, const environment *e) {
  place found[MOST_PLACES];
  size_t count = places_find(found, a, o, e);
  *w = (watch){ .fd = descriptor_raise(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) };
  for (size_t i = 0; w->fd >= 0 && i < count; i++) add_place(w, a, found[i].path);
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
