/* json_rows: the JSON of an answer whose rows stay text until somebody reads them. Of a long list of objects, as a listing has it, Jansson
 * gets the first only: `value` is the body with a list of one in that place, and `rows` has where each of them is in the text. What has no
 * such list is one value, as json_read gives it, and what is accepted and refused, and with which words, is the same. Any thread may read;
 * an answer belongs to one. */
#ifndef ROSTER_UTIL_JSON_ROWS_H
#define ROSTER_UTIL_JSON_ROWS_H

#include "util/json.h"

#include <stdint.h>

enum { KEY_WORDS = 4 };

/* Objects of a list in the body, or of the list that the body is. */
typedef struct json_rows {
  const char *text;   /* the answer; borrowed */
  const char *member; /* whose value the list is, in the text and not terminated; NULL: the body itself */
  size_t member_length;
  uint32_t *at;            /* where each row begins, and at last where the list ends */
  size_t count;            /* 0: no rows, all is in the value */
  uint64_t met[KEY_WORDS]; /* a bit for each hash that a key of a row has */
} json_rows;

typedef struct json_answer {
  json_t *value; /* NULL: no JSON */
  json_rows rows;
} json_answer;

/* As json_read. The text has to live for as long as the rows are read. */
bool json_answer_read(arena *a, const char *text, size_t length, json_answer *out, const char **why);
void json_answer_drop(json_answer *x); /* what it owns; it is empty afterwards */

/* The same of a document one member of which is an object that holds many others by name, as "model" of an overlay does: `value` has the
 * first of them only, and each "row" begins with the quote of its name. Without such a member it is one value. */
bool json_blocks_read(arena *a, const char *text, size_t length, const char *member, json_answer *out, const char **why, int *line);

/* The text of a row, which is valid JSON. i < count. */
const char *json_row(const json_rows *rows, size_t i, size_t *length);
/* Behind what separates keys and values of a valid object: at its next key or value, or its closing brace. */
const char *json_past_separators(const char *at);
const char *json_past_value(const char *at); /* of such an object: from where a key or a value begins to behind it */

/* Whether the text is one valid object, as json_read accepts it, without an escape in a key. False may also mean that it is out of the
 * ordinary in another way, so that json_read has to tell. */
bool json_is_plain_object(const char *text, size_t length);

/* False: no row has a member of this name, so that none need be searched for it. */
bool json_rows_may_have(const json_rows *rows, const char *name, size_t length);
/* The value of a member of such an object; NULL where it has none. The first of a string is its quote. */
const char *json_row_member(const char *row, const char *name, size_t name_length, size_t *length);
/* The inside of a string that is written without escapes; NULL for anything else. */
const char *json_plain_text(const char *value, size_t length, size_t *inside);
/* The rows of the member of that name, or NULL where they are elsewhere. Name NULL: of the body itself. */
const json_rows *json_rows_of(const json_rows *rows, const char *name);

#endif
