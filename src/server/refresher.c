/* refresher: see refresher.h. Everybody who comes before a refresh begins shares it. */
#include "server/refresher.h"

#include "command/shared/memory.h"

#include "server/documents.h"
#include "server/logbook.h"
#include "server/notify.h"

#include <errno.h>
#include <stdlib.h>

enum { PATIENCE_SECONDS = 1 };

struct refresher {
  site *site;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  errand *waiting;
  bool wanted, reload, busy, stopping;
};

static void refresh(refresher *r, errand *list, bool reload) {
  roster_error err = { 0 };
  strbuf text = { 0 };
  edition *before = site_edition(r->site);
  roster_status status = roster_refresh(r->site->registry, &err);
  if (status != ROSTER_ECANCELLED) site_publish(r->site);
  edition *after = site_edition(r->site);
  if (status == ROSTER_OK) {
    document_changes(&text, edition_snapshot(before), edition_snapshot(after));
    errands_end(list, MHD_HTTP_OK, strbuf_text(&text));
  } else {
    errands_fail(list, &err);
  }
  if (status != ROSTER_OK && status != ROSTER_ECANCELLED)
    logbook_write("error", "refresh_failed", "code", roster_status_name(status), "message", err.message, NULL);
  if (reload) notify_ready();
  strbuf_free(&text);
  edition_drop(before);
  edition_drop(after);
}

static void *work(void *payload) {
  refresher *r = payload;
  pthread_mutex_lock(&r->lock);
  for (;;) {
    while (!r->wanted && !r->stopping) pthread_cond_wait(&r->changed, &r->lock);
    if (r->stopping) break;
    errand *list = r->waiting;
    bool reload = r->reload;
    r->waiting = NULL;
    r->wanted = r->reload = false;
    r->busy = true;
    pthread_mutex_unlock(&r->lock);
    refresh(r, list, reload);
    pthread_mutex_lock(&r->lock);
    r->busy = false;
    pthread_cond_broadcast(&r->changed);
  }
  pthread_mutex_unlock(&r->lock);
  return NULL;
}

refresher *refresher_start(site *s) {
  refresher *r = grown(NULL, sizeof *r);
  *r = (refresher){ .site = s };
  pthread_mutex_init(&r->lock, NULL);
  pthread_cond_init(&r->changed, NULL);
  if (pthread_create(&r->thread, NULL, work, r) == 0) return r;
  refresher_free(r);
  return NULL;
}

static void want(refresher *r, bool reload) {
  pthread_mutex_lock(&r->lock);
  r->wanted = true;
  r->reload = r->reload || reload;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->lock);
}

void refresher_begin(refresher *r) { want(r, false); }
void refresher_reload(refresher *r) { want(r, true); }

void refresher_send(refresher *r, errand *e) {
  pthread_mutex_lock(&r->lock);
  bool stopping = r->stopping;
  MHD_suspend_connection(e->wire);
  if (!stopping) {
    e->next = r->waiting;
    r->waiting = e;
    r->wanted = true;
    pthread_cond_broadcast(&r->changed);
  }
  pthread_mutex_unlock(&r->lock);
  if (stopping) errands_turn_away(e);
}

/* From here on nobody else uses the registry: site_publish sees that it is gone, and the thread ends after its refresh. */
static roster *take_registry(site *s) {
  pthread_mutex_lock(&s->publishing);
  roster *taken = s->registry;
  s->registry = NULL;
  pthread_mutex_unlock(&s->publishing);
  return taken;
}

void refresher_stop(refresher *r) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE_SECONDS;
  pthread_mutex_lock(&r->lock);
  r->stopping = true;
  pthread_cond_broadcast(&r->changed);
  while (r->busy && pthread_cond_timedwait(&r->changed, &r->lock, &until) != ETIMEDOUT) continue;
  pthread_mutex_unlock(&r->lock);
  roster_close(take_registry(r->site)); /* a refresh that is still under way ends now */
  pthread_join(r->thread, NULL);
  errands_turn_away(r->waiting);
  r->waiting = NULL;
}

void refresher_free(refresher *r) {
  if (!r) return;
  pthread_mutex_destroy(&r->lock);
  pthread_cond_destroy(&r->changed);
  free(r);
}
