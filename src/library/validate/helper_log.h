/* helper_log: what the current or last run of one helper told, and who is told of it: a subscriber gets everything as it comes, and one
 * that is late what was told before. Not thread-safe: helper.c calls it under its lock, and so do the functions that it calls run. */
#ifndef ROSTER_VALIDATE_HELPER_LOG_H
#define ROSTER_VALIDATE_HELPER_LOG_H

#include <roster.h>

/* One of the two functions is given. */
typedef struct helper_listener {
  void (*on_event)(void *payload, const roster_helper_event *event);
  void (*on_line)(void *payload, const roster_helper_line *line);
  void *payload;
} helper_listener;

typedef struct helper_subscriber {
  struct helper_subscriber *next;
  helper_listener listener;
} helper_subscriber;

enum { MOST_TOLD_LINES = 200, LONGEST_PROBLEM = 512 };

typedef struct told_line {
  bool error;
  char *text;
} told_line;

typedef struct helper_log {
  const char *name;              /* of the helper, for subscribers */
  helper_subscriber *const *who; /* the list that is told */
  uint64_t run;                  /* 0: none yet */
  bool begun, over;
  int exit_code;                 /* once it is over; -1: none */
  char problem[LONGEST_PROBLEM]; /* once it is over: why there is no key; "" when there is one */
  told_line lines[MOST_TOLD_LINES];
  size_t count;
} helper_log;

/* There will be another run: what the former one told is forgotten. */
void helper_log_prepare(helper_log *l, uint64_t run);
void helper_log_begin(helper_log *l);
/* Takes over the text, which was allocated. */
void helper_log_line(helper_log *l, bool error, char *text);
/* `problem`: why there is no key, NULL when there is one. `told`: subscribers hear of it. */
void helper_log_end(helper_log *l, int exit_code, const char *problem, bool told);
/* Lines with this text in them are not told to late subscribers. */
void helper_log_forget(helper_log *l, const char *value);
/* What was told so far, to one that is late. */
void helper_log_repeat(const helper_log *l, const helper_listener *to);
void helper_log_free(helper_log *l);

#endif
