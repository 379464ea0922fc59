/* decode: from the table of a block to the fields of an entity; define.c makes the entity. It is private to this folder. */
#ifndef ROSTER_DEFINITIONS_DECODE_H
#define ROSTER_DEFINITIONS_DECODE_H

#include "library/definitions/state.h"

/* The block that is being read, to name it in findings. */
typedef struct context {
  lua_State *lua;
  const char *verb, *id;
  const struct context *outer; /* the block that this one is in, as its field `name`; NULL at the top */
  const char *name;
  origin where;
  entity *block;  /* at the top */
  uint64_t field; /* of it */
} context;

#define WRONG(p, format, ...)                                                                                                              \
  finding_error(script_of((p)->lua)->catalog->findings, (p)->where, "%s%s%s%s: " format, (p)->verb, (p)->id ? " '" : "",                   \
                (p)->id ? (p)->id : "", (p)->id ? "'" : "", __VA_ARGS__)

bool take_text(context *p, const field *f, int at, void *into);
void take_fields(context *p, const schema *s, int at, entity *into); /* [-0, +0] of the table at `at` */

#endif
