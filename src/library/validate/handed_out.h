/* handed_out: which of a helper's credentials the requests have that a host has headers for. A host reports only a status, so of a refusal
 * it has to be inferred whether the credential of now was refused or the one before it: first the requests that had the former count, as
 * often as that was handed out and not reported on yet, then those with the current one. */
#ifndef ROSTER_VALIDATE_HANDED_OUT_H
#define ROSTER_VALIDATE_HANDED_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct handed_out {
  size_t open, open_before;   /* requests that were not reported on: with the current credential, with those before */
  bool ever;                  /* the current one was handed out */
  int64_t last_ms, before_ms; /* the last time of each; 0: never */
} handed_out;

/* The current one, if `current`, else the one before. */
void handed_out_add(handed_out *h, bool current, int64_t now_ms);
/* Another one takes the place of the current one. */
void handed_out_replace(handed_out *h);
/* A request has ended, and nothing is to be learnt of which. */
void handed_out_end(handed_out *h);
/* A request was refused. Returns whether it had one before the current one; such a refusal comes within `late_ms`. */
bool handed_out_refuse(handed_out *h, int64_t now_ms, int64_t late_ms);

#endif
