/* worker: see worker.h. */
#include "registry/worker.h"

#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

enum { STACK_BYTES = 2 * 1024 * 1024 };

typedef struct work {
  void (*function)(void *argument);
  void *argument;
} work;

static void *begin(void *given) {
  const work *w = given;
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (plain) uselocale(plain); /* this thread's only */
  w->function(w->argument);
  uselocale(LC_GLOBAL_LOCALE);
  if (plain) freelocale(plain);
  return NULL;
}

/* The mask is inherited, so it is set around the creation and put back. */
static bool create(pthread_t *thread, const pthread_attr_t *how, work *w) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(thread, how, begin, w);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return !failed;
}

bool worker_run(void (*function)(void *argument), void *argument) {
  work w = { function, argument };
  pthread_attr_t how;
  pthread_t thread;
  if (pthread_attr_init(&how)) return false;
  pthread_attr_setstacksize(&how, STACK_BYTES);
  bool made = create(&thread, &how, &w);
  pthread_attr_destroy(&how);
  return made && pthread_join(thread, NULL) == 0;
}
