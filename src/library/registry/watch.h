/* watch: tells that something may have happened in the directories of definitions, by inotify where that is to be had. One thread. */
#ifndef ROSTER_REGISTRY_WATCH_H
#define ROSTER_REGISTRY_WATCH_H

#include "library/registry/options.h"

enum { MOST_WATCHED = 64 };

typedef struct watched {
  int id;
  char name[256]; /* only what happens to this entry matters; "" for all */
} watched;

typedef struct watch {
  int fd; /* becomes readable; -1: look from time to time instead */
  watched at[MOST_WATCHED];
  size_t count;
} watch;

/* Looks at the directories as they stand now, absent ones through what stands above them. What happened before is for the caller to see. */
void watch_begin(watch *w, arena *a, const options *o, const environment *e);
/* Takes what came in; true when it may matter. */
bool watch_take(watch *w);
void watch_end(watch *w);

#endif
