/* finding_text: a finding as people read it: "file:line:column: error: message", which editors and grep know, then the line of the file
 * with what is meant underlined, and what to write instead. In colour on a terminal. */
#ifndef ROSTER_SHARED_FINDING_TEXT_H
#define ROSTER_SHARED_FINDING_TEXT_H

#include "command/shared/host.h"

#include <stdio.h>

void finding_print(const finding *f, FILE *to);
/* The line and what to write instead alone, and an empty line; nothing where neither is known. */
void finding_print_excerpt(const roster_finding *f, FILE *to);

#endif
