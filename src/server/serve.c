/* serve: the verb `serve`: the registry over HTTP, for hosts that do not link the library, and for the browser. Built into a library of its
 * own, which is loaded at first use, so that no other verb pays for libmicrohttpd. Reads its settings, starts everything, and then waits in
 * the main thread for signals and for new snapshots; all other threads were started with the signals blocked. */
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/plugin.h"
#include "server/credentials.h"
#include "server/http_server.h"
#include "server/log.h"
#include "util/text_file.h"
#include "util/finding.h"
#include "util/platform.h"
#include "util/wakeup.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USUAL_LISTEN "127.0.0.1:7411"
enum { USUAL_EVERY_MS = 5 * 60 * 1000, LARGEST_TOKEN = 4096, TICK_MS = 500, LAST_ANSWERS_MS = 500 };

/* ---- settings ---- */

/* Without the line end that editors append. A token that does not fit into a header could never match. */
static roster_status take_token(settings *out, const char *from, const char *text, size_t length, roster_error *err) {
  while (length && (text[length - 1] == '\n' || text[length - 1] == '\r')) length--;
  if (!length)
    return fail(err, ROSTER_EINVALID, "put a long random text there, for example of openssl rand -hex 32", "%s holds no token", from);
  for (size_t i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] == 0x7f)
      return fail(err, ROSTER_EINVALID, "use letters and digits", "the token in %s holds a blank or a control byte", from);
  out->token = grown(NULL, length + 1);
  memcpy(out->token, text, length);
  out->token[length] = '\0';
  return ROSTER_OK;
}

static roster_status read_token(settings *out, const char *path, roster_error *err) {
  const char *why = NULL;
  char *text = text_file_read(path, false, LARGEST_TOKEN, &why);
  if (!text)
    return fail(err, ROSTER_EINVALID, "name a readable file that contains only the token; `openssl rand -hex 32` makes one",
                "cannot read the token in %s: %s", path, why);
  size_t length = strlen(text);
  roster_status status = take_token(out, path, text, length, err);
  wipe(text, length);
  free(text);
  return status;
}

static roster_status check_origin(const char *allowed, roster_error *err) {
  const char *name = allowed ? strstr(allowed, "://") : NULL;
  if (!allowed || (name && name != allowed && name[3] && !name[3 + strcspn(name + 3, "/?# ,")])) return ROSTER_OK;
  return fail(err, ROSTER_EINVALID, "write it as a browser does: https://console.example.com", "--allow-origin: '%s' is not a valid origin",
              allowed);
}

/* In octal, as chmod takes it. */
static roster_status read_mode(settings *out, const char *text, roster_error *err) {
  size_t length = strspn(text, "01234567");
  unsigned long mode = strtoul(text, NULL, 8);
  if (text[length] || length < 3 || length > 4 || mode > 0777)
    return fail(err, ROSTER_EINVALID, "write it in octal, as chmod takes it: 0660", "--socket-mode: '%s' is not a valid mode", text);
  out->socket_mode = (mode_t)mode;
  return ROSTER_OK;
}

static roster_status read_group(settings *out, const char *text, roster_error *err) {
  const struct group *found = getgrnam(text);
  char *end;
  unsigned long number = strtoul(text, &end, 10);
  bool numeric = *text >= '0' && *text <= '9' && !*end && number < NO_GROUP;
  if (!found && !numeric)
    return fail(err, ROSTER_EINVALID, "`getent group` lists the groups of this machine", "--socket-group: unknown group '%s'", text);
  out->socket_group = found ? found->gr_gid : (gid_t)number;
  return ROSTER_OK;
}

static roster_status read_socket(settings *out, const arguments *o, roster_error *err) {
  const char *given = o->socket_mode ? "--socket-mode" : o->socket_group ? "--socket-group" : NULL;
  if (given && strncmp(out->listen, "unix:", 5) != 0)
    return fail(err, ROSTER_EINVALID, "serve with --listen unix:PATH, or leave it out", "%s is for a Unix socket, but %s is not one", given,
                out->listen);
  roster_status status = o->socket_mode ? read_mode(out, o->socket_mode, err) : ROSTER_OK;
  return status || !o->socket_group ? status : read_group(out, o->socket_group, err);
}

static roster_status settings_read(settings *out, const arguments *o, roster_error *err) {
  *out = (settings){ .listen = o->listen ? o->listen : USUAL_LISTEN,
                     .hosts = o->hosts,
                     .host_count = o->host_count,
                     .origin = o->origin,
                     .document = o->document,
                     .socket_mode = 0600,
                     .socket_group = NO_GROUP,
                     .every_ms = arguments_have(o, OPTION_EVERY) ? o->every_ms : USUAL_EVERY_MS };
  out->json_log = o->log_format && *o->log_format == 'j';
  const char *token = getenv("ROSTER_TOKEN");
  roster_status status = check_origin(o->origin, err);
  if (!status) status = read_socket(out, o, err);
  if (!status && o->token_file) status = read_token(out, o->token_file, err);
  if (!status && !o->token_file && token && *token) status = take_token(out, "ROSTER_TOKEN", token, strlen(token), err);
  unsetenv("ROSTER_TOKEN"); /* credential helpers do not need it */
  return status;
}

static void settings_free(settings *s) {
  if (s->token) wipe(s->token, strlen(s->token));
  free(s->token);
  *s = (settings){ 0 };
}

/* ---- callbacks of the registry ---- */

typedef struct serving {
  host host; /* first: the callbacks of the registry are given its address */
  server_state state;
  http_server *http;
  int published;    /* readable after a new snapshot */
  char logged[320]; /* the warning that was logged last */
} serving;

/* Later ones are of the definitions, and then in the snapshot; or of this machine: a cache that cannot be written, say. */
static void on_finding(void *payload, const roster_finding *f) {
  serving *s = payload;
  if (!s->host.report.closed)
    report_take_finding(&s->host.report, f);
  else if (f->severity == ROSTER_WARNING && f->line == 0 && strcmp(s->logged, f->message) != 0) {
    snprintf(s->logged, sizeof s->logged, "%s", f->message);
    log_write("warning", "finding", "file", f->file, "message", f->message, NULL);
  }
}

static void on_progress(void *payload, const roster_progress *p) { server_state_post_verdict(&((serving *)payload)->state, p); }

static void on_exchange(void *payload, const roster_exchange *x) { counters_take_exchange(((serving *)payload)->state.counters, x); }

static void on_refreshed(void *payload, roster_status status, long elapsed_ms) {
  ((serving *)payload)->state.refreshed = (long long)time(NULL);
  counters_take_refresh(((serving *)payload)->state.counters, status, elapsed_ms);
}

static void on_helper(void *payload, const roster_helper_event *e) {
  counters_take_helper(((serving *)payload)->state.counters, *e->provider_id ? e->provider_id : SHARED_HELPER, e->kind);
  if (e->kind == ROSTER_HELPER_LINE)
    log_write(e->error ? "warning" : "info", "credential_helper", "provider", e->provider_id, "text", e->text, NULL);
}

/* ---- starting ---- */

static int open_registry(serving *s, const arguments *o) {
  roster_options wanted;
  host_settings(&s->host, o, &wanted);
  wanted.on_finding = on_finding;
  wanted.on_progress = on_progress;
  wanted.on_exchange = on_exchange;
  wanted.on_refreshed = on_refreshed;
  wanted.payload = s;
  wanted.keep_requests = true;
  wanted.no_document = false;
  wanted.helper_wait_ms = 0; /* the server responds meanwhile */
  wanted.attended = false;
  s->host.arguments = o;
  host_keep_bill(&s->host, &wanted);
  int code = host_open_with(&s->host, o, &wanted);
  s->state.registry = s->host.registry;
  return code;
}

static wakeup signalled = { -1, -1 };
static volatile sig_atomic_t has_to_end, has_to_reload;

static void note_signal(int number) {
  int before = errno;
  *(number == SIGHUP ? &has_to_reload : &has_to_end) = 1;
  wakeup_raise(&signalled);
  errno = before;
}

static sigset_t our_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

/* Until everything has started; no other thread ever takes them. */
static bool hold_signals(void) {
  const sigset_t set = our_signals();
  const struct sigaction how = { .sa_handler = note_signal, .sa_mask = set, .sa_flags = SA_RESTART };
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  return wakeup_open(&signalled) && !sigaction(SIGTERM, &how, NULL) && !sigaction(SIGINT, &how, NULL) && !sigaction(SIGHUP, &how, NULL);
}

static int fail_system(const arguments *o, const char *what) {
  roster_error err;
  fail(&err, ROSTER_ESYSTEM, NULL, "%s: %s", what, strerror(errno));
  print_error(o, &err);
  return EXIT_NOT;
}

/* From here on the registry refreshes itself. */
static void begin_keeping(serving *s) {
  roster_error err = { 0 };
  roster_subscribe_helpers(s->state.registry, on_helper, s, NULL);
  refresh_worker_begin(s->state.worker);
  if (roster_watch(s->state.registry, &err) != ROSTER_OK) log_write("warning", "not_watched", "message", err.message, NULL);
  if (s->state.settings.every_ms && roster_refresh_every(s->state.registry, s->state.settings.every_ms, &err) != ROSTER_OK)
    log_write("warning", "not_kept", "message", err.message, NULL);
}

static int start(serving *s, const arguments *o) {
  roster_error err = { 0 };
  if (listen_at(&s->state, s->state.settings.listen, &err) != ROSTER_OK) {
    print_error(o, &err);
    return err.status == ROSTER_EINVALID ? EXIT_BAD : EXIT_NOT;
  }
  server_state_publish(&s->state);
  s->published = roster_event_fd(s->state.registry);
  if (!s->state.current || s->published < 0) return fail_system(o, "the server cannot be started");
  credentials_follow(&s->state);
  strbuf_exhausted = NULL; /* from here on a request fails, not the server */
  if (!routes_open() || !(s->state.worker = refresh_worker_start(&s->state)) || !(s->http = http_server_start(&s->state)))
    return fail_system(o, "the server cannot be started");
  printf("roster serves on %s\n", s->state.socket.address);
  fflush(stdout);
  if (s->state.socket.reachable) log_write("warning", "reachable", "address", s->state.socket.address, NULL);
  begin_keeping(s);
  notify_ready();
  return EXIT_GOOD;
}

/* ---- serving ---- */

/* False when it is time to end. */
static bool take_signals(serving *s) {
  wakeup_take(&signalled);
  if (has_to_end) return false;
  if (!has_to_reload) return true;
  has_to_reload = 0;
  log_write("info", "reloading", NULL);
  notify_reloading();
  refresh_worker_reload(s->state.worker);
  return true;
}

static void work(serving *s) {
  const sigset_t set = our_signals();
  struct pollfd wait[] = { { signalled.fd, POLLIN, 0 }, { s->published, POLLIN, 0 } };
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  for (unsigned ticks = 0; take_signals(s);) {
    uint64_t count;
    if (poll(wait, 2, TICK_MS) == 0) ticks++;
    if (wait[1].revents && read(wait[1].fd, &count, sizeof count) > 0) s->state.behind = true;
    if (s->state.behind) server_state_publish(&s->state);
    connections_sweep(s->state.connections);
    bool beat = ticks * TICK_MS >= BEAT_SECONDS * 1000;
    events_tick(s->state.events, beat);
    if (beat) ticks = 0;
  }
}

/* ---- ending ---- */

static void let_responses_end(server_state *s) {
  for (int waited = 0; waited < LAST_ANSWERS_MS && connections_busy(s->connections); waited += 10) poll(NULL, 0, 10);
}

static void stop(serving *s) {
  if (s->http) {
    notify_stopping();
    log_write("info", "stopping", NULL);
    http_server_refuse(s->http);
  }
  events_close(s->state.events);
  credentials_stop(&s->state);
  if (s->state.worker) refresh_worker_stop(s->state.worker);
  s->host.registry = s->state.registry; /* NULL if the worker closed it */
  let_responses_end(&s->state);
  if (s->http) http_server_stop(s->http);
  refresh_worker_free(s->state.worker);
}

__attribute__((visibility("default"))) int serve_main(const arguments *o) {
  serving s = {
    .state = { .socket = { .fd = -1 } },
  };
  roster_error err = { 0 };
  if (settings_read(&s.state.settings, o, &err) != ROSTER_OK) return print_error(o, &err);
  platform_share_heap(); /* requests allocate next to nothing: one heap has no contention, and is smaller than six */
  log_use_json(s.state.settings.json_log);
  response_allow_origin(s.state.settings.origin);
  server_state_open(&s.state);
  int code = hold_signals() ? open_registry(&s, o) : fail_system(o, "signals cannot be taken");
  bool opened = !code;
  if (opened) code = start(&s, o);
  if (opened && !code) work(&s);
  if (opened) stop(&s);
  routes_close();
  server_state_close(&s.state);
  host_close(&s.host);
  listening_socket_close(&s.state.socket);
  settings_free(&s.state.settings);
  return code;
}
