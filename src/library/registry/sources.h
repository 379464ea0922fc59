/* sources: which directories and files a load reads, in which order, and why; and their text. */
#ifndef ROSTER_REGISTRY_SOURCES_H
#define ROSTER_REGISTRY_SOURCES_H

#include "library/registry/options.h"
#include "library/definitions/script.h"

#include <dirent.h>

typedef struct sources {
  arena *arena;
  findings *findings;
  const options *options;
  environment environment;
  script *script;
  int directory;       /* blocks amend each other from one of these to the next */
  roster_source *seen; /* every place looked at */
  size_t seen_count, seen_room;
  uint64_t mark; /* of the files that were read: see places.h */
  DIR *listing;  /* what is open just now, for whoever cleans up when memory runs out */
  int fd;        /* -1 when none is */
  char *text;
  size_t left; /* bytes of a file that is read in pieces */
  int broken;  /* the errno of a file that broke off while it was read */
} sources;

/* Feeds everything to the script. What cannot be read becomes a finding; every place looked at goes to on_source. */
void sources_read(sources *s);
/* Closes what reading left open. */
void sources_let_go(sources *s);

#endif
