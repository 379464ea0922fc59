/* bare_reload: the minimum that stock Lua needs to read definitions again: a new state with its standard library, functions that only keep
 * their tables, dofile on each file, close. */
#ifndef BENCH_BARE_RELOAD_H
#define BENCH_BARE_RELOAD_H

#include <stddef.h>

/* Returns how many models the files define; exits when a file does not run. */
size_t bare_reload(const char *const *files, size_t count);

#endif
