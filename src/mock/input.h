/* input: reads what a scenario gives: files, and JSON objects of a closed shape. A mistake is reported with its path in the scenario. It
 * knows nothing of what a scenario means. */
#ifndef ROSTER_MOCK_INPUT_H
#define ROSTER_MOCK_INPUT_H

#include "util/json.h"

/* Where an error message is written. */
typedef struct error_sink {
  char *text;
  size_t size;
} error_sink;

/* A path in a scenario, such as "servers[0].routes[1]". Lives on the stack of the reader, as long as the paths inside it. The outermost
 * one has neither outer nor key. */
typedef struct error_path {
  error_sink *sink;
  const struct error_path *outer;
  const char *key; /* NULL: the index counts */
  size_t index;
} error_path;

error_path error_path_root(error_sink *sink);
error_path error_path_key(const error_path *outer, const char *key);
error_path error_path_index(const error_path *outer, size_t index);

/* Writes "servers[0].routes[1]: ..." and returns false, so that readers can return it. */
__attribute__((format(printf, 2, 3))) bool error_path_refuse(const error_path *at, const char *format, ...);
bool error_path_out_of_memory(const error_path *at);

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
bool fields_read(const error_path *at, json_t *object, const field *shape, void *into);

/* A string without zero bytes, borrowed from the value. */
bool fields_text(const error_path *at, const json_t *value, const char **out);

/* An array of JSON as an array of C structs of `size` bytes: fields_new_list makes room, zeroed and malloc'd, NULL for an empty list and
 * when memory ran out, which fields_read_list reports; that reads each item. */
typedef bool read_item(const error_path *at, json_t *value, void *into);
void *fields_new_list(const json_t *list, size_t size, size_t *count);
bool fields_read_list(const error_path *at, const json_t *list, read_item *read, void *items, size_t size);

/* Of a scenario, and of what it names. */
enum { LARGEST_INPUT = 64 * 1024 * 1024 };

#endif
