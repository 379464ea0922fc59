/* quiet: shared by the programs that measure the library: a registry that makes no requests, a clock, medians. */
#ifndef BENCH_QUIET_H
#define BENCH_QUIET_H

#include "roster.h"

/* Opens a registry in which every model of the directory is usable. Exits if one is not. */
roster *quiet_open(const char *directory);
void quiet_reload(roster *r); /* exits when it fails */
double now_ns(void);
double own_ns(void);                      /* processor time of this thread */
double median(double *values, int count); /* sorts them */
void quiet_give_up(const char *message);  /* exits */
void *no_less(void *block);               /* exits for NULL */

#endif
