/* schema: which fields each block of the language may have, with their types, defaults and documentation. From this one table Lua and JSON
 * are checked, blocks are merged, errors are worded, and the `---@meta` file for editors is written. */
#ifndef ROSTER_DEFINITIONS_SCHEMA_H
#define ROSTER_DEFINITIONS_SCHEMA_H

#include "util/arena.h"
#include "util/finding.h"
#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum field_kind {
  KIND_TEXT,       /* const char * */
  KIND_URL,        /* const char * */
  KIND_DATE,       /* const char *, "2026-11", "2026-11-30" */
  KIND_END,        /* const char *: a date, "" for true; NULL for false */
  KIND_CHOICE,     /* const char *, one of `choices` */
  KIND_ENUM,       /* an enum: 1 is the first of `choices`, 0 is none of them */
  KIND_FLAG,       /* bool */
  KIND_TRI,        /* small_tri; ROSTER_UNKNOWN where it is not given */
  KIND_COUNT,      /* int64_t between least and most */
  KIND_SECONDS,    /* int64_t milliseconds; written as seconds */
  KIND_AMOUNT,     /* double between least and most */
  KIND_TEXTS,      /* texts */
  KIND_PAIRS,      /* pairs: a map of texts; merged by key */
  KIND_WINDOWS,    /* windows: a map of counts */
  KIND_EXTRA,      /* json_members: a map of anything; merged by key */
  KIND_CREDENTIAL, /* credential * */
  KIND_AUTH,       /* auth * */
  KIND_REQUEST,    /* script_ref */
  KIND_FUNCTION,   /* script_ref */
  KIND_DISCOVER,   /* script_ref: a function, or DISCOVER_ALL for true, 0 for false */
  KIND_PROOFS,     /* script_refs: a list of functions or requests */
  KIND_TIERS,      /* price_steps *, by tokens */
  KIND_CHANGES,    /* price_steps *, by day */
  KIND_BLOCK       /* a pointer to an entity with a schema of its own */
} field_kind;

struct schema;

typedef struct field {
  const char *name;
  size_t offset;
  field_kind kind;
  const char *doc;
  bool own;   /* not inherited */
  bool later; /* often comes from the environment, so it is checked when it is used: a bad variable must not make the load fail */
  bool path;  /* becomes part of an address */
  double least, most;
  double per_token; /* what is less, but not 0, looks like a price of one token */
  const char *unit; /* "tokens"; NULL where the kind or `doc` has it */
  const char *const *choices;
  const struct schema *schema;
} field;

typedef struct schema {
  const char *verb;
  const char *doc;
  const field *fields;
  size_t count;
  size_t size;       /* of the C struct */
  const char *items; /* what its list part holds ("model ids"); NULL when it has none */
  size_t items_offset;
  void (*defaults)(void *entity);
} schema;

extern const schema spelling_schema;              /* of one entry of an `ids` block */
const schema *price_step_schema(field_kind kind); /* of one tier, or of what holds from a day on */
const schema *schema_of(const char *verb);        /* NULL for what is not a verb of a block */
const schema *schema_at(size_t i);                /* all of them, those of blocks within others first; NULL past the end */
const field *schema_field(const schema *s, const char *name);
const char *schema_nearest(arena *a, const schema *s, const char *name);
/* In needs.c. What was meant by an unknown key of `s`, a block within `whole` at this path: the field of that name elsewhere in the whole
 * block
 * ("require.vision"), else one that is spelt alike; NULL for none. */
const char *schema_meant(arena *a, const schema *whole, const schema *s, const char *path, const char *key);
const char *schema_expects(const field *f, bool json); /* "a number of seconds", "a URL" ..., in the words of Lua or of JSON */

/* Field by field, `over` amends `base`; both of this schema. */
void schema_amend(const schema *s, arena *a, void *base, const void *over);
/* Gives `base` what `facts` has of it, except what a deployer's files or the host have set, also by `none`. */
void schema_underlay(const schema *s, arena *a, void *base, const void *facts);
/* Where the field was last set. */
origin schema_origin(const schema *s, const void *of, const char *name);
/* Where its value is written there. */
finding_place schema_place(const schema *s, const void *of, const char *name);
/* Gives `child` the fields that only `parent` has, except those that are not inherited. */
void schema_inherit(const schema *s, arena *a, void *child, const void *parent);

/* In meta.c. What is said of a field to people: its `doc` with the unit, and the value that it has where it is left out, as JSON; NULL
 * where there is none, or the code decides. */
const char *schema_describe(arena *a, const field *f);
const char *schema_default(const schema *s, arena *a, const field *f);
/* Whether a block of this verb is written with an id. */
bool schema_has_ids(const schema *s);
/* Appends the `---@meta` file. */
void schema_write_meta(strbuf *out);
/* In json_schema.c: appends the JSON Schema of a .json file; both into an arena. */
void schema_write_json_schema(strbuf *out);

#endif
