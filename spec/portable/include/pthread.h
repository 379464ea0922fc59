/* No pthread_condattr_setclock, no pthread_cond_clockwait, no pthread_timedjoin_np; pthread_setname_np names the calling thread only. */
#ifndef STUB_PTHREAD_H
#define STUB_PTHREAD_H
#include <sched.h>
#include <signal.h>
#include <time.h>

struct stub_thread;
typedef struct stub_thread *pthread_t;
typedef struct {
  long words[8];
} pthread_mutex_t, pthread_cond_t, pthread_attr_t, pthread_rwlock_t;
typedef struct {
  long words[2];
} pthread_once_t, pthread_condattr_t, pthread_mutexattr_t;
typedef unsigned long pthread_key_t;

#define PTHREAD_MUTEX_INITIALIZER                                                                                                          \
  {                                                                                                                                        \
    { 1 }                                                                                                                                  \
  }
#define PTHREAD_COND_INITIALIZER                                                                                                           \
  {                                                                                                                                        \
    { 1 }                                                                                                                                  \
  }
#define PTHREAD_ONCE_INIT                                                                                                                  \
  {                                                                                                                                        \
    { 1 }                                                                                                                                  \
  }

int pthread_attr_destroy(pthread_attr_t *how);
int pthread_attr_init(pthread_attr_t *how);
int pthread_attr_setstacksize(pthread_attr_t *how, size_t size);
int pthread_cond_broadcast(pthread_cond_t *c);
int pthread_cond_destroy(pthread_cond_t *c);
int pthread_cond_init(pthread_cond_t *restrict c, const pthread_condattr_t *restrict how);
int pthread_cond_signal(pthread_cond_t *c);
int pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m, const struct timespec *restrict until);
int pthread_cond_timedwait_relative_np(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *time);
int pthread_cond_wait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m);
int pthread_create(pthread_t *out, const pthread_attr_t *how, void *(*f)(void *), void *argument);
int pthread_detach(pthread_t t);
int pthread_equal(pthread_t a, pthread_t b);
void *pthread_getspecific(pthread_key_t key);
int pthread_join(pthread_t t, void **out);
int pthread_key_create(pthread_key_t *out, void (*end)(void *));
int pthread_mutex_destroy(pthread_mutex_t *m);
int pthread_mutex_init(pthread_mutex_t *restrict m, const pthread_mutexattr_t *restrict how);
int pthread_mutex_lock(pthread_mutex_t *m);
int pthread_mutex_trylock(pthread_mutex_t *m);
int pthread_mutex_unlock(pthread_mutex_t *m);
int pthread_once(pthread_once_t *once, void (*f)(void));
pthread_t pthread_self(void);
int pthread_setname_np(const char *name);
int pthread_setspecific(pthread_key_t key, const void *value);

#endif
