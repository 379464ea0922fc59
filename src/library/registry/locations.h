/* locations: where definitions are read from: directories, each with its .lua and .json files, or single files. A digest of what is there
 * (names, sizes, times; no file is read) shows whether anything has changed; a watch reports that something may have, by inotify. */
#ifndef ROSTER_REGISTRY_LOCATIONS_H
#define ROSTER_REGISTRY_LOCATIONS_H

#include "library/registry/registry_options.h"

#include <dirent.h>
#include <sys/stat.h>

typedef struct location {
  const char *path, *why;
  bool required; /* its absence is an error */
} location;

enum { MOST_LOCATIONS = 2, MOST_WATCHED = 64 };

/* The configured locations in reading order; returns how many. */
size_t locations_find(location out[MOST_LOCATIONS], arena *a, const registry_options *o, const environment *e);
/* Whether an entry of a directory is read as definitions. */
bool is_definition_file(const char *name);
/* The next entry; NULL at the end, and where the directory cannot be listed further: then *failed is the errno, else 0. */
struct dirent *directory_next(DIR *d, int *failed);
const char *path_join(arena *a, const char *directory, const char *name);

/* One file's digest. A directory's is the sum over its files, so that their order does not matter. */
uint64_t file_digest(const char *path, const struct stat *status);
/* The sum over all files that a load would read now, without those that cannot be examined. False when a directory cannot be listed at this
 * moment, for want of memory or descriptors or because its file system fails: then nothing is known. */
bool locations_digest(uint64_t *digest, arena *a, const registry_options *o, const environment *e);

typedef struct watched {
  int id;
  char name[256]; /* only events of this entry matter; "" for all */
} watched;

/* For one thread. */
typedef struct watch {
  int fd;      /* becomes readable; -1: nothing is reported, so look from time to time */
  int refused; /* errno where the system has inotify but gives too little of it, and then fd is -1 */
  watched at[MOST_WATCHED];
  size_t count;
} watch;

/* Watches the locations as they are now; those that do not exist yet, through the directories above. Earlier changes are not reported. */
void watch_begin(watch *w, arena *a, const registry_options *o, const environment *e);
/* Takes the events that arrived; true when one of them may matter. */
bool watch_take(watch *w);
void watch_end(watch *w);

#endif
