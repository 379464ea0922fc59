/* bare_reload: the least that stock Lua needs to read definitions again: a fresh state with its standard library, verbs that only keep
 * their tables, dofile on each file, close. */
#ifndef BENCH_BARE_RELOAD_H
#define BENCH_BARE_RELOAD_H

#include <stddef.h>

/* Answers how many models the files define; exits where one does not run. */
size_t bare_reload(const char *const *files, size_t count);

#endif
