/* cached_responses: one snapshot as it is served: each document about all of its models is made when it is first requested, and kept for as
 * long as the snapshot is in force. Documents about one model are written for each request; here are the writers of both kinds. */
#ifndef ROSTER_SERVER_CACHED_RESPONSES_H
#define ROSTER_SERVER_CACHED_RESPONSES_H

#include "server/response.h"

typedef enum cached_document {
  CACHED_MODELS,
  CACHED_USABLE,
  CACHED_STORIES,
  CACHED_DOCUMENT, /* the form that --document names */
  CACHED_V1_MODELS,
  CACHED_PROVIDERS,
  CACHED_PAGE,
  CACHED_PAGE_DATA,
  CACHED_COUNT
} cached_document;

typedef struct cached_responses cached_responses;

/* Takes ownership of the snapshot. `checked` is the time of the last successful refresh; 0 for none. */
cached_responses *cached_responses_new(const roster_snapshot *s, time_t checked);
cached_responses *cached_responses_hold(cached_responses *c);
void cached_responses_release(cached_responses *c); /* with the last reference, the snapshot too */

const roster_snapshot *cached_snapshot(const cached_responses *c);
time_t cached_checked(const cached_responses *c);
enum MHD_Result cached_responses_send(cached_responses *c, cached_document which, const http_request *q);

/* Documents that are not kept. Without the line end that some of the library's have. */
void models_write(strbuf *out, const roster_snapshot *s, const roster_models_choice *choice);
void changes_write(strbuf *out, const roster_snapshot *before, const roster_snapshot *after);
void pick_write(strbuf *out, const roster_snapshot *s, const roster_needs *needs, bool all);
void retirements_write(strbuf *out, const roster_snapshot *s, int64_t within_days);
typedef size_t model_writer(const roster_snapshot *s, const char *id, char *out, size_t size);
void model_write(strbuf *out, model_writer *print, const roster_snapshot *s, const char *id);

#endif
