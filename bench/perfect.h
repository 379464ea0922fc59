/* perfect: maps strings to pointers by a perfect hash, behind an atomic pointer, as a registry with reloads needs. */
#ifndef BENCH_PERFECT_H
#define BENCH_PERFECT_H

#include <stddef.h>

/* Builds a table of these names, all different, and makes it current. The caller keeps ownership of the names. */
void perfect_publish(const char *const *names, const void *const *values, size_t count);
const void *perfect_find(const char *name); /* NULL when absent */

#endif
