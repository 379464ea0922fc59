/* places: gives findings their line, column, length and source line. The files are read again for that, only when there is a finding, so
 * that a load without one keeps no texts and no positions. */
#ifndef ROSTER_DEFINITIONS_PLACES_H
#define ROSTER_DEFINITIONS_PLACES_H

#include "util/finding.h"

/* Gives the text of a file, good until the next call; false when it cannot be had any more. */
typedef bool text_reader(void *payload, const char *file, const char **text, size_t *length);

/* For the findings from this one on. They are put into the order of their files, and those of one file into that of their lines. */
void places_find(findings *f, size_t from, text_reader *read, void *payload);

#endif
