/* transaction: all of a migration or nothing: a copy, the UPDATEs, their log, and all of it read back before it is committed. */
#ifndef ROSTER_COMMAND_MIGRATE_TRANSACTION_H
#define ROSTER_COMMAND_MIGRATE_TRANSACTION_H

#include "command/migrate/belief.h"
#include "command/migrate/plan.h"

typedef struct work {
  change *changes; /* freed by work_free, with their SQL */
  size_t count;
  const char *copy_kind; /* the copy is FILE.KIND-TIME */
  int64_t logged;        /* rows that were added to the log */
  char copy[4096];       /* of the state before, checked; "" when there is none */
  touched *touched;
  size_t touched_count;
  /* Gives the connection to the copy what the changes call; it may be used from a thread. */
  bool (*prepare)(struct work *w, database *copy);
  void (*updated)(struct work *w, database *d, size_t change); /* may be NULL */
  bool (*log)(struct work *w, database *d);
  void *payload;
} work;

void work_add(work *w, change c);
void work_free(work *w);

/* BEGIN IMMEDIATE; the caller then plans, and calls one of the other two. */
bool transaction_begin(database *d);
/* Copies, changes, logs, reads back and commits; on failure all of it is taken back, the copy too. */
bool transaction_commit(work *w, database *d);
/* What became of it, for words about a report that cannot be given: "" where there was none. */
const char *transaction_words(void);
/* The same for memory that has run out, which first takes back what is not committed. */
const char *transaction_abandon(void);
/* False in any case. */
bool transaction_give_up(database *d);

#endif
