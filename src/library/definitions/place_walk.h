/* place_walk: finds what a finding is about in the text of a file: the head of its block, or the key or value that a path names in it. It
 * reads Lua's tokens and JSON's with one walk. A block that code makes has its head only. */
#ifndef ROSTER_DEFINITIONS_PLACE_WALK_H
#define ROSTER_DEFINITIONS_PLACE_WALK_H

#include "util/finding.h"

/* A part of a text, borrowed from it. */
typedef struct span {
  const char *at;
  size_t length;
} span;

enum { PLACE_LINES_ABOVE = 3 }; /* a call may begin so far above the line that Lua gives it */

/* What was found: the place; the entry that it is in, with its key, and the value of that, both empty where the path led nowhere; all of
 * the block. */
typedef struct place_found {
  span at, entry, value, block;
} place_found;

/* The tables that were walked last, so that a further place in one of them is found without reading it again: for texts that stay where
 * they are as long as the arena. */
typedef struct place_tables place_tables;
place_tables *place_tables_new(arena *a);

/* `line`: where the line of the block begins in this text. False when there is no block there. *read: how many bytes were read. `tables`
 * may be NULL. */
bool place_walk(span text, const char *line, bool json, const finding_place *where, place_tables *tables, place_found *out, size_t *read);

#endif
