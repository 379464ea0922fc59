/* quiet: what the programs share that measure the library: a registry that asks nobody, a clock, medians. */
#ifndef BENCH_QUIET_H
#define BENCH_QUIET_H

#include "roster.h"

/* Every model of the directory is usable then. Exits where that does not come out. */
roster *quiet_open(const char *directory);
void quiet_reload(roster *r); /* exits where it fails */
double now_ns(void);
double own_ns(void);                      /* processor time of this thread */
double median(double *values, int count); /* sorts them */
void *no_less(void *block);               /* exits for NULL */

#endif
