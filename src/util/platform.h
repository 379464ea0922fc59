/* platform: what Linux has and other Unix systems lack, with what stands in for it there, and what macOS names otherwise. ROSTER_PORTABLE
 * leaves Linux's own parts out on Linux too, so that the parts of other systems can be tested there. */
#ifndef ROSTER_UTIL_PLATFORM_H
#define ROSTER_UTIL_PLATFORM_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#if defined __linux__ && !defined ROSTER_PORTABLE
#define PLATFORM_LINUX
#endif

#ifdef __APPLE__
#include <crt_externs.h>
#include <xlocale.h>
#define environ (*_NSGetEnviron()) /* a library of macOS cannot name the variable */
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

/* Overwrites a secret; the compiler does not leave it out. */
void wipe(void *at, size_t size);

/* Fills it with random bytes, without waiting; false when the system has none to give. */
bool platform_random(void *out, size_t size);

/* A condition for platform_wait. */
void platform_condition_init(pthread_cond_t *c);
/* Waits as pthread_cond_timedwait does, until the clock of now_ms shows that time. False once it does. */
bool platform_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_ms);

/* Takes one of these signals, which all threads block, and waits for it for so long; 0 when none came. */
int platform_take_signal(const sigset_t *set, long ms);

/* A descriptor that becomes readable when this child process has ended; -1 where there is no such thing, so that it has to be polled. */
int platform_process_end(pid_t id);

/* How many processors this process may use; 1 at least. Opens nothing on Linux. */
size_t platform_processors(void);

/* One heap for all threads; and what of it is free is given back. Nothing where the C library decides that by itself. */
void platform_share_heap(void);
void platform_trim_heap(void);

#endif
