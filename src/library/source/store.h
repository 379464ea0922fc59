/* store: the last good rows of each source as a file of its own, beside the cache file or in the cache directory, for the time when the
 * source cannot be had. Its first line is JSON: what is known of the rows, with their digest. Each further line is a row: provider, name,
 * id (or nothing) and the fields as JSON, with a tab after each of the first three, in byte order, so that a load finds the few that it
 * wants without reading the others. A file that is damaged, that another user may have written, or that came from another address or key,
 * is as if it were not there; one that cannot be read at the moment is there. */
#ifndef ROSTER_SOURCE_STORE_H
#define ROSTER_SOURCE_STORE_H

#include "library/definitions/catalog.h"
#include "util/environment.h"
#include "util/json.h"

/* What is known of a source. Texts are in the arena that it was read into, and "" where there is none. */
typedef struct source_record {
  const char *etag, *day, *expires, *problem; /* the day of its data; why the last look at it failed */
  int64_t fetched_ms, checked_ms, tried_ms;   /* when the rows came, were last good, and when it was last looked at; 0: never */
  int64_t version, signed_s;                  /* of the rows; of the signature, which its author dated */
  size_t count;
  int failed;   /* errno where there is a file that this machine cannot read at the moment, so that nothing is known; 0 */
  json_t *head; /* while it is read */
  json_t *held; /* see hold.h */
  json_t *rows; /* NULL: it was never had, or the rows were not to be read */
  char *text;   /* the file, from the heap; NULL: it was never had */
  const char *lines;
  size_t length; /* of the lines */
} source_record;

/* The folder; NULL where neither a cache file nor a home is known. */
const char *source_folder(arena *a, const char *cache_file, const environment *e);
const char *source_file(arena *a, const char *folder, const fact_source *s);
/* False with *why where there is a file that cannot be used. The record is empty where there is none. Its owner calls source_record_free.
 * `whole`: all rows are read. */
bool source_record_read(arena *a, const char *file, const fact_source *s, bool whole, source_record *out, const char **why);
void source_record_free(source_record *r);
/* False with errno. Makes the folder where it is missing. */
bool source_record_write(arena *a, const char *file, const fact_source *s, const source_record *r);

#endif
