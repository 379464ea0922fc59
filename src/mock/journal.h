/* journal: the log of requests, one JSON object a line, readable as soon as the client has its answer. It must never know what the
 * requests mean. */
#ifndef ROSTER_MOCK_JOURNAL_H
#define ROSTER_MOCK_JOURNAL_H

#include "mock/request.h"

typedef struct journal journal;

journal *journal_open(const char *path); /* begins an empty file; NULL with errno on failure */
void journal_close(journal *j);

/* Any thread. A NULL journal keeps nothing. The status is 0 where no answer was made. */
void journal_write(journal *j, const char *server, const request *ask, unsigned status);

#endif
