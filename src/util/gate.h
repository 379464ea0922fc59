/* gate: where what others say comes in. A provider's, a gateway's or a source's answer, the words of a transport about its failure,
 * whatever a host's own code hands over: what is read of it further has passed here, where every trace of a secret is taken out of its
 * body, its headers and its message, before a script or a parser sees it. A `clean_answer` is made here only, and nothing behind the gate
 * takes the transport's own struct, so that a new way out cannot show what came in as it was: docs/ARCHITECTURE.md has the table that is
 * checked. */
#ifndef ROSTER_UTIL_GATE_H
#define ROSTER_UTIL_GATE_H

#include "util/trace.h"

#include <roster.h>

/* As a roster_http_response, without a NULL. */
typedef struct clean_answer {
  uint64_t id;
  roster_http_failure failure;
  int status;
  const char *message, *body;
  const roster_header *headers;
  size_t header_count, body_bytes;
  long elapsed_ms;
  int64_t answered_ms; /* 0: just now */
  bool multiplexed;
} clean_answer;

/* An answer of our own, where none came. */
clean_answer answer_of_ours(roster_http_failure failure, const char *message);

/* As the transport's next. *came: whether there is one. It is borrowed from the transport and the arena, through which this escapes when
 * memory runs out. */
roster_status gate_next(const roster_transport *from, long timeout_ms, keyring *ring, arena *a, clean_answer *out, bool *came);

/* Answers that came while another one was being read: copies, as they came, in that order. The first of them has passed the gate once
 * gate_take has given it, and stays until gate_take is called again. */
typedef struct kept_answers {
  struct kept_answer *shown, *first, **last; /* last: NULL at the beginning */
  size_t count;                              /* not taken yet */
} kept_answers;

/* Waits so long for one more. As the transport's next; ROSTER_ENOMEM also where there is no room for it. */
roster_status gate_keep(const roster_transport *from, long timeout_ms, kept_answers *into);
/* *came: whether there was one. */
void gate_take(kept_answers *from, keyring *ring, arena *a, clean_answer *out, bool *came);
void gate_forget(kept_answers *all);

/* A body to read further; see trace_redact. */
const char *gate_body(keyring *ring, arena *a, const char *body, size_t *length);

/* A text to show or to keep: no trace of a secret, no control or invisible character, no longer than `most`. */
const char *gate_text(keyring *ring, arena *a, const char *text, size_t length, size_t most);

#endif
