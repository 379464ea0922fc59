/* fields: reads a JSON object of a closed shape into a C struct. A key outside the shape, a wrong type and a value out of range
 * are refused by path. It must never know what the fields mean. */
#ifndef ROSTER_MOCK_FIELDS_H
#define ROSTER_MOCK_FIELDS_H

#include "mock/place.h"

#include "util/json.h"

typedef enum {
  FIELD_TEXT,   /* const char *, borrowed from the object; no zero byte inside */
  FIELD_BYTES,  /* json_t *, borrowed: a string that may hold zero bytes */
  FIELD_WHOLE,  /* long, low <= value <= high */
  FIELD_NUMBER, /* double, low <= value <= high */
  FIELD_FLAG,   /* bool */
  FIELD_LIST,   /* json_t *, borrowed array; NULL in C for an empty object, as lua-cjson writes an empty list as {} */
  FIELD_TABLE,  /* json_t *, borrowed object */
  FIELD_ANY     /* json_t *, borrowed, null included */
} field_kind;

typedef struct field {
  const char *key;
  field_kind kind;
  size_t offset;
  long low, high;
} field;

#define FIELD_END                                                                                                                          \
  { .key = NULL }

/* A missing key leaves its member of *into as it was. */
bool fields_read(const place *at, json_t *object, const field *shape, void *into);

/* A string without zero bytes, borrowed from the value. */
bool fields_text(const place *at, const json_t *value, const char **out);

#endif
