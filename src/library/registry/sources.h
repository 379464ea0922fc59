/* sources: feeds a script the definitions of a load in their order: those shipped, the configured locations, those that the host gives as
 * strings. It can give the text of one again. What cannot be read becomes a finding; every place that was looked at is reported to the
 * host's on_source. */
#ifndef ROSTER_REGISTRY_SOURCES_H
#define ROSTER_REGISTRY_SOURCES_H

#include "library/registry/registry_options.h"
#include "library/definitions/script.h"

#include <dirent.h>

typedef struct sources {
  arena *arena;
  findings *findings;
  const registry_options *options;
  environment environment;
  script *script;
  int directory;       /* blocks amend each other from one of these to the next */
  roster_source *seen; /* every place that was looked at */
  size_t seen_count, seen_room;
  uint64_t digest; /* of the files that were read: see locations.h */
  bool unread;     /* one is there that this machine cannot read at the moment */
  /* What is open at the moment, for sources_cleanup when memory runs out. */
  DIR *listing;
  int fd; /* -1: none */
  char *text;
  size_t left; /* bytes to come of a file that is read in pieces */
  int broken;  /* the errno with which reading it failed; 0 for none */
} sources;

void sources_read(sources *s);
/* A text_reader of places.h, whose payload is the sources: what it gives is good until the next call of anything here. */
bool sources_text(void *payload, const char *file, const char **text, size_t *length);
/* Closes what is open. */
void sources_cleanup(sources *s);

#endif
