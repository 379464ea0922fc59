/* finding: mistakes in the definitions, collected so that all of them can be reported together; and the errors of calls. */
#ifndef ROSTER_UTIL_FINDING_H
#define ROSTER_UTIL_FINDING_H

#include "util/arena.h"
#include "util/writer.h"

#include <roster.h>
#include <stdbool.h>
#include <stddef.h>

/* A place in the definitions. */
typedef struct origin {
  const char *file;
  int line;
} origin;

/* What is underlined of what `path` names. */
typedef enum finding_part { PART_VALUE = 0, PART_KEY } finding_part;

/* What a finding is about, within the block at `at`. Its column is found later, by reading the text again: see places.h. */
typedef struct finding_place {
  origin at;
  const char *path;   /* "base_url", "price.input", "headers.x-y", "input_modalities[2]"; NULL: the head of the block */
  int column, length; /* in the line of `at`, in characters; 0 unless the caller knows them, and then nothing is searched for */
  finding_part part;
  const char *word;   /* underline only this, in the text of the value or in the line; NULL: all of it */
  const char *id;     /* of the block, where its line may hold several; NULL: the first of the line */
  bool apart;         /* the fix is not written here, but as a block of its own */
  bool call;          /* the fix takes the place of `word` with what is handed to it */
  const char *inside; /* of what is handed to `word`, underline only this, with its quotes; NULL: the word */
} finding_place;

/* Findings are at `at[i]`, their places at `places[i]`. */
typedef struct findings {
  arena *arena;
  roster_finding *at;
  finding_place *places;
  size_t count, room;
  size_t errors;
  const char *file; /* of the last one, and how many in a row were in it */
  size_t of_file;
  bool closed; /* further ones are not taken */
} findings;

/* Forgets those so far. */
void findings_clear(findings *f);

/* `fix` is what to write instead, or NULL. */
void finding_at(findings *f, roster_severity severity, finding_place where, const char *fix, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Without a fix. `where` is a place, or an origin: the head of its block. */
#define finding_error(f, where, ...)   finding_at(f, ROSTER_ERROR, FINDING_PLACE(where), NULL, __VA_ARGS__)
#define finding_warning(f, where, ...) finding_at(f, ROSTER_WARNING, FINDING_PLACE(where), NULL, __VA_ARGS__)
#define FINDING_PLACE(where)           _Generic((where), origin : place_of_origin, finding_place : place_itself)(where)
static inline finding_place place_of_origin(origin at) { return (finding_place){ .at = at }; }
static inline finding_place place_itself(finding_place where) { return where; }
/* The head of the block of this name. */
static inline finding_place place_named(origin at, const char *name) { return (finding_place){ .at = at, .id = name }; }
/* Of what is at this place, only that word. */
static inline finding_place place_word(finding_place where, const char *word) {
  where.word = word;
  return where;
}

/* The message that stands for all further ones of a file. */
extern const char findings_more[];

/* No more findings are kept of this file (NULL: of the last one): work that only words a finding may be skipped. */
bool findings_full(const findings *f, const char *file);

/* Fills err from the first error (err may be NULL) and returns ROSTER_EDEFINITIONS, or ROSTER_OK when there is none. */
roster_status findings_status(const findings *f, roster_error *err);
/* That error; NULL when there is none. */
const roster_finding *findings_first(const findings *f);

/* A copy with its texts, which free() frees as one; NULL when out of memory. */
roster_finding *finding_copy(const roster_finding *f);
/* The members of one in an open object: file, line, column, length, message, source, fix. */
void finding_write(writer *w, const roster_finding *f);

/* Fills a caller's error, which may be NULL. Returns the status. */
roster_status fail(roster_error *err, roster_status status, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- functions of the definitions that failed while models were asked about: they raised an error, broke a limit, or returned what they
 * may not. Each becomes one finding at the line of the function, however many models it was asked about; those models are not offered,
 * since what the function would have said is unknown ---- */

typedef struct mistake {
  const char *function; /* "rule 'cheap'", "verdict of protocol 'odd'" */
  origin at;            /* the function */
  const char *why;
  const char *first; /* "model 'm'", the first of those that it was asked about, by `place` */
  size_t place;
  size_t models; /* 0: it was asked about no model, only for `first` */
} mistake;

typedef struct mistakes {
  mistake *at;
  size_t count, room;
} mistakes;

/* Returns the reason for those models. */
const char *mistakes_note(mistakes *all, arena *a, const mistake *m);
/* Makes the findings, and forgets the mistakes. */
void mistakes_report(mistakes *all, findings *into, roster_severity severity);

#endif
