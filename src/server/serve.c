/* serve: see serve.h. The main thread waits for signals and for new snapshots; all others were started with the signals held back. */
#include "server/serve.h"

#include "server/clerk.h"
#include "server/front.h"
#include "server/logbook.h"
#include "server/notify.h"
#include "server/refresher.h"
#include "server/routes.h"

#include "command/shared/host.h"
#include "command/shared/output.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { TICK_MS = 500, LAST_ANSWERS_MS = 500 };

typedef struct serving {
  host host; /* first: the callbacks of the registry are given its address */
  site site;
  front *front;
  int signals;
} serving;

/* ---- what the registry says ---- */

static void on_finding(void *payload, const roster_finding *f) {
  serving *s = payload;
  if (!s->host.report.closed) report_take_finding(&s->host.report, f); /* later ones stand in the snapshot */
}

static void on_progress(void *payload, const roster_progress *p) { site_tell_verdict(&((serving *)payload)->site, p); }

static void on_helper_line(void *payload, const roster_helper_line *line) {
  (void)payload;
  logbook_write(line->error ? "warning" : "info", "credential_helper", "provider", line->provider_id, "text", line->text, NULL);
}

/* ---- starting ---- */

static int open_registry(serving *s, const arguments *o) {
  roster_options wanted;
  host_settings(&s->host, o, &wanted);
  wanted.on_finding = on_finding;
  wanted.on_progress = on_progress;
  wanted.payload = s;
  wanted.helper_wait_ms = 0; /* others are served meanwhile */
  int code = host_open_with(&s->host, o, &wanted);
  s->site.registry = s->host.registry;
  return code;
}

static bool hold_signals(serving *s) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return s->signals >= 0;
}

static int fail_system(const arguments *o, const char *what) {
  roster_error err = { .status = ROSTER_ESYSTEM };
  snprintf(err.message, sizeof err.message, "%s: %s", what, strerror(errno));
  fail(o, &err);
  return EXIT_NOT;
}

/* The registry keeps itself current from here on. */
static void begin_keeping(serving *s) {
  roster_error err = { 0 };
  roster_subscribe(s->site.registry, on_helper_line, s, NULL);
  refresher_begin(s->site.refresher);
  if (roster_watch(s->site.registry, &err) != ROSTER_OK) logbook_write("warning", "not_watched", "message", err.message, NULL);
  if (s->site.settings.every_ms && roster_refresh_every(s->site.registry, s->site.settings.every_ms, &err) != ROSTER_OK)
    logbook_write("warning", "not_kept", "message", err.message, NULL);
}

static int start(serving *s, const arguments *o) {
  roster_error err = { 0 };
  if (socket_open(&s->site.socket, s->site.settings.listen, &err) != ROSTER_OK) {
    fail(o, &err);
    return err.status == ROSTER_EINVALID ? EXIT_BAD : EXIT_NOT;
  }
  site_publish(&s->site);
  if (!routes_open() || !(s->site.refresher = refresher_start(&s->site)) || !(s->site.clerk = clerk_start(s->site.registry)))
    return fail_system(o, "the server cannot be started");
  if (!(s->front = front_start(&s->site))) return fail_system(o, "the server cannot be started");
  printf("roster serves on %s\n", s->site.socket.address);
  fflush(stdout);
  if (s->site.socket.reachable) logbook_write("warning", "reachable", "address", s->site.socket.address, NULL);
  begin_keeping(s);
  notify_ready();
  return EXIT_GOOD;
}

/* ---- serving ---- */

/* False when it is time to end. */
static bool take_signals(serving *s) {
  struct signalfd_siginfo got;
  while (read(s->signals, &got, sizeof got) == sizeof got) {
    if (got.ssi_signo != SIGHUP) return false;
    logbook_write("info", "reloading", NULL);
    notify_reloading();
    refresher_reload(s->site.refresher);
  }
  return true;
}

static void work(serving *s) {
  struct pollfd wait[] = { { s->signals, POLLIN, 0 }, { roster_event_fd(s->site.registry), POLLIN, 0 } };
  for (unsigned ticks = 0; take_signals(s);) {
    uint64_t count;
    if (poll(wait, 2, TICK_MS) == 0) ticks++;
    if (wait[1].revents && read(wait[1].fd, &count, sizeof count) > 0) site_publish(&s->site);
    visits_sweep(s->site.visits);
    bool beat = ticks * TICK_MS >= BEAT_SECONDS * 1000;
    events_tick(s->site.events, beat);
    if (beat) ticks = 0;
  }
}

/* ---- ending ---- */

static void let_answers_end(site *s) {
  for (int waited = 0; waited < LAST_ANSWERS_MS && visits_answering(s->visits); waited += 10) poll(NULL, 0, 10);
}

static void stop(serving *s) {
  if (s->front) {
    notify_stopping();
    logbook_write("info", "stopping", NULL);
    front_close_door(s->front);
  }
  events_close(s->site.events);
  if (s->site.clerk) clerk_stop(s->site.clerk);
  if (s->site.refresher) refresher_stop(s->site.refresher);
  s->host.registry = s->site.registry; /* NULL if the refresher closed it */
  let_answers_end(&s->site);
  if (s->front) front_stop(s->front);
  clerk_free(s->site.clerk);
  refresher_free(s->site.refresher);
}

__attribute__((visibility("default"))) int serve_main(const arguments *o) {
  serving s = { .site = { .socket = { .fd = -1 } }, .signals = -1 };
  roster_error err = { 0 };
  if (settings_read(&s.site.settings, o, &err) != ROSTER_OK) return fail(o, &err);
  mallopt(M_ARENA_MAX, 1); /* requests allocate next to nothing: one heap is not waited for, and is smaller than six */
  logbook_use_json(s.site.settings.json_log);
  reply_allow_origin(s.site.settings.origin);
  site_open(&s.site);
  int code = hold_signals(&s) ? open_registry(&s, o) : fail_system(o, "signals cannot be taken");
  bool opened = !code;
  if (opened) code = start(&s, o);
  if (opened && !code) work(&s);
  if (opened) stop(&s);
  routes_close();
  site_close(&s.site);
  host_close(&s.host);
  socket_close(&s.site.socket);
  settings_free(&s.site.settings);
  if (s.signals >= 0) close(s.signals);
  return code;
}
