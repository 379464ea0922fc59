/* dated: what a name is without the date behind it. Makers keep a name for the newest version of a model and put a date behind it for one
 * that stays: "gpt-4o" and "gpt-4o-2024-08-06". Four digits are no date here: "deepseek-r1-0528" is another model than "deepseek-r1".
 * Where a maker means a date by them, the reader of its listings says so. */
#ifndef ROSTER_VALIDATE_DATED_H
#define ROSTER_VALIDATE_DATED_H

#include "util/arena.h"

/* Of "gpt-4o-2024-08-06", "claude-opus-4-20250514", "claude-opus-4@20250514", "doubao-seed-1-8-251215", "command-a-03-2025",
 * "gemini-2.5-pro-preview-05-06"; NULL where no date is behind it. */
const char *dated_base(arena *a, const char *name);

#endif
