/* dialect: how the answers of each shipped protocol are written, as far as `roster try` reads them: how streaming is asked for, where the
 * text is, and where the tokens are counted. Places are paths into JSON: "choices.*.delta.content", where * is every item of a list. */
#ifndef ROSTER_TRY_DIALECT_H
#define ROSTER_TRY_DIALECT_H

#include "util/json.h"
#include "util/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

enum { MOST_PLACES = 4 };

typedef struct dialect {
  const char *protocol;
  const char *stream_member;      /* set to true in the body to have the answer streamed; NULL: see stream_path, or it cannot be */
  const char *path, *stream_path; /* the end of the address, and what takes its place; NULL: none */
  const char *only;               /* the `type` of the events that hold text; NULL: any */
  const char *delta;              /* text in an event */
  const char *whole;              /* text in an answer in one piece */
  const char *end;                /* what the last event has, whose absence shows a stream that was cut; NULL: any */
  const char *end_type;           /* or its `type` */
  const char *stop[MOST_PLACES];  /* the words for why it ended; the first that is there */
  const char *input[MOST_PLACES]; /* tokens of the prompt; the first that is there */
  const char *output[MOST_PLACES];
  const char *cache_read[MOST_PLACES];
  const char *cache_write[MOST_PLACES];
  const char *more_output[MOST_PLACES]; /* to be added: reasoning that output does not count */
  bool input_lacks_cache;               /* the prompt's tokens do not count those of the cache */
} dialect;

/* For a protocol that is not shipped, one without any place, whose `protocol` is "". */
const dialect *dialect_find(const char *protocol);
bool dialect_is_known(const dialect *d);
/* The one that an answer in one piece is written in, as far as its text shows it; NULL for none. */
const dialect *dialect_of(const json_t *answer);

/* Appends each string at this place. */
void place_text(const json_t *from, const char *place, strbuf *out);
/* Why an answer ended. */
typedef enum ending { ENDING_USUAL, ENDING_LENGTH, ENDING_WITHHELD } ending;

/* What a word of `stop` means, of any protocol. */
ending ending_of(const char *word);
/* The text at the first of these places that has one, appended. */
void place_word(const json_t *from, const char *const places[MOST_PLACES], strbuf *out);
/* The number at the first of these places that has one; -1: none does. */
int64_t place_count(const json_t *from, const char *const places[MOST_PLACES]);
bool place_is_there(const json_t *from, const char *place);

#endif
