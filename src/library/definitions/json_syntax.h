/* json_syntax: what is wrong with a text that is not JSON, where, and the line to write instead. */
#ifndef ROSTER_DEFINITIONS_JSON_SYNTAX_H
#define ROSTER_DEFINITIONS_JSON_SYNTAX_H

#include "library/definitions/lua_syntax.h"

/* Of the view only the text and the arena are used; the text ends with a NUL. False when nothing is known. */
bool json_syntax_explain(const syntax_view *v, syntax_mistake *out);
/* The same for a key that is in one object twice, of which Jansson gives the name in `why`. */
bool json_duplicate_explain(const syntax_view *v, const char *why, int line, syntax_mistake *out);

#endif
