/* served: the parts of the server that go through all models for each snapshot or request, called as functions. The server is not started.
 */
#ifndef BENCH_SERVED_H
#define BENCH_SERVED_H

#include <roster.h>

size_t served_page(const roster_snapshot *s);                                       /* the page's data; how long it is */
size_t served_history(const roster_snapshot *before, const roster_snapshot *after); /* of both, with the changes, then written */
size_t served_tallies(const roster_snapshot *s);                                    /* what metrics and status count; how many are known */

#endif
