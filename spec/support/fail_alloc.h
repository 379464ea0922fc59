/* fail_alloc: see fail_alloc.c. */
#ifndef ROSTER_SPEC_FAIL_ALLOC_H
#define ROSTER_SPEC_FAIL_ALLOC_H

#include <stdbool.h>

/* From now on the nth allocation of this process (0: the next) gets no memory; `ever`: and no later one. */
void fail_alloc_begin(long nth, bool ever);
/* Memory suffices again. True where an allocation was refused. */
bool fail_alloc_end(void);
/* How many were asked for since fail_alloc_begin. */
long fail_alloc_count(void);

#endif
