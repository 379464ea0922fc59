/* mistakes: functions of the definitions that failed while models were asked about: they raised an error, broke a limit, or returned what
 * they may not. Each becomes one finding at the line of the function, however many models it was asked about; those models are not
 * offered, since what the function would have said is unknown. */
#ifndef ROSTER_VALIDATE_MISTAKES_H
#define ROSTER_VALIDATE_MISTAKES_H

#include "util/finding.h"

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
