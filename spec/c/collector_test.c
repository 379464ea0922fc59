/* collector: who frees a snapshot that a newer one has replaced. It is never the last reader, who may be in the middle of a message.
 *
 * Links with: -Wl,--wrap=free
 */
#include "canned.h"
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

void __real_free(void *block);
void __wrap_free(void *block);

static _Thread_local long freed_here;
static atomic_long freed;

void __wrap_free(void *block) {
  freed_here += block != NULL;
  atomic_fetch_add(&freed, block != NULL);
  __real_free(block);
}

static bool grows(void *above) { return atomic_load(&freed) > *(long *)above; }

static void the_last_reader_frees_nothing(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  check(roster_refresh(r, NULL) == ROSTER_OK, "a refresh replaces the snapshot");
  long before = atomic_load(&freed);
  freed_here = 0;
  roster_release(s);
  check(freed_here == 0, "the last reader of a snapshot that was replaced frees nothing");
  check(check_eventually(grows, &before), "a thread of the registry frees it then");
}

static void close_leaves_it_to_its_reader(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  check(roster_refresh(r, NULL) == ROSTER_OK, "a refresh replaces the snapshot");
  roster_close(r);
  check(roster_known_count(s) == 2, "a snapshot that somebody holds stays readable when the registry is closed");
  freed_here = 0;
  roster_release(s);
  check(freed_here > 0, "its last reader frees it then, for there is nobody else");
}

int main(void) {
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  check(roster_open(&r, &o, NULL) == ROSTER_OK, "it opens");
  the_last_reader_frees_nothing(r);
  close_leaves_it_to_its_reader(r);
  return check_close();
}
