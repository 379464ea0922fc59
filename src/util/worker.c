/* worker: see worker.h. */
#include "util/worker.h"

#include "util/platform.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stddef.h>

enum { STACK_BYTES = 2 * 1024 * 1024 };

static void *begin(void *given) {
  const worker *w = given;
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (plain) uselocale(plain); /* this thread's only */
  w->function(w->argument);
  uselocale(LC_GLOBAL_LOCALE);
  if (plain) freelocale(plain);
  return NULL;
}

/* The mask is inherited, so it is set around the creation and put back. */
static bool create(worker *w, const pthread_attr_t *how) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  errno = 0;
  int failed = pthread_create(&w->thread, how, begin, w);
  if (errno != ENOMEM) errno = failed; /* to its caller it calls a lack of memory EAGAIN */
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return !failed;
}

bool worker_start(worker *w, void (*function)(void *argument), void *argument) {
  *w = (worker){ .function = function, .argument = argument };
  pthread_attr_t how;
  if (pthread_attr_init(&how)) return false;
  pthread_attr_setstacksize(&how, STACK_BYTES);
  bool made = create(w, &how);
  pthread_attr_destroy(&how);
  return made;
}

void worker_join(worker *w) { pthread_join(w->thread, NULL); }

bool worker_run(void (*function)(void *argument), void *argument) {
  worker w;
  if (!worker_start(&w, function, argument)) return false;
  worker_join(&w);
  return true;
}
