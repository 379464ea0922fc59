/* setting: what definitions read from the environment, and what of it cannot be used. A variable is the deployment's, not the author's: its
 * mistakes disable the block that used it and no other. A refused value reaches the script as a mark, a text that no value has and that
 * survives concatenation and the functions on texts; a field that holds one refuses its block (settings_settle). A value that only its
 * field can judge is found again in the field's text (settings_source). */
#ifndef ROSTER_DEFINITIONS_SETTING_H
#define ROSTER_DEFINITIONS_SETTING_H

#include "library/definitions/catalog.h"
#include "library/definitions/schema.h"

/* Takes note of the variable; returns what the script gets: the value or, unless it is wanted `as_is`, a mark where it has a flaw. */
const char *settings_read(catalog *c, const char *name, const char *value, bool as_is);
/* A mark for this variable. `problem` follows its name in a sentence, and does not hold its value. */
const char *settings_refuse(catalog *c, const char *name, const char *value, const char *problem);

/* What takes the place of a text that cannot be used, where it was made with a variable: a mark, which may be the one that it has. NULL
 * where the author wrote it. */
const char *settings_refuse_text(catalog *c, const char *text, const char *problem);

/* What the first mark in the text stands for; NULL for none. */
const setting *settings_marked(const catalog *c, const char *text);
/* The variable that a text without marks was made with; NULL for none. */
const setting *settings_source(const catalog *c, const char *text);
/* "ACME_URL (\"acme\") does not begin with https://". */
const char *settings_sentence(arena *a, const setting *s);

/* Whether a field of the block holds that mark. */
bool settings_in_block(const catalog *c, const schema *s, const void *block, const setting *which);
/* For after inheritance: each entity with a mark in a field is refused, and the field is emptied. */
void settings_settle(catalog *c);

#endif
