/* errand: what a connection waits for, suspended, while a thread of ours sees to it. */
#ifndef ROSTER_SERVER_ERRAND_H
#define ROSTER_SERVER_ERRAND_H

#include "server/asked.h"

#include "util/strbuf.h"
#include "roster.h"

typedef struct errand {
  struct errand *next;
  struct MHD_Connection *wire;
  size_t body_bytes; /* that came with the request, and are of no interest */
  bool begun;
  char *id;        /* of the model whose request is wanted; NULL: a refresh is */
  unsigned status; /* 0 until it is done */
  strbuf text;
} errand;

errand *errand_new(struct MHD_Connection *wire);
void errand_free(errand *e);

/* Wakes a connection, or all of a list, with this answer; the errands are not ours any more. */
void errands_end(errand *list, unsigned status, const char *text);
void errands_fail(errand *list, const roster_error *err);
/* The server is ending. */
void errands_turn_away(errand *list);

/* The status that goes with an error of the library. */
unsigned status_of(roster_status status);

#endif
