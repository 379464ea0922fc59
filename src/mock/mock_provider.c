/* mock_provider: see mock_provider.h. Starts all servers of a scenario, or none, and stops them; below that, the verb that runs them as a
 * process. */
#include "mock/mock_provider.h"
#include "util/text_file.h"

#include "mock/server.h"
#include "util/clock.h"
#include "util/platform.h"
#include "util/writer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

typedef struct running_server {
  http_server *http; /* one of the two */
  raw_server *raw;
  char url[40];
} running_server;

struct mock_provider {
  scenario *scenario;
  server_group group;
  running_server *servers;
};

static unsigned port_of(const mock_provider *s, size_t i) {
  const running_server *p = &s->servers[i];
  return p->raw ? raw_server_port(p->raw) : http_server_port(p->http);
}

static bool start_server(const error_path *at, mock_provider *s, size_t i) {
  const scenario_server *config = &s->scenario->servers[i];
  running_server *p = &s->servers[i];
  if (config->protocol == PROTOCOL_RAW)
    p->raw = raw_server_start(at, config, &s->group);
  else
    p->http = http_server_start(at, config, &s->group);
  if (!p->raw && !p->http) return false;
  snprintf(p->url, sizeof p->url, "http%s://%s:%u", config->tls.cert ? "s" : "", config->six ? "[::1]" : "127.0.0.1", port_of(s, i));
  return true;
}

static bool open_log(const error_path *at, mock_provider *s) {
  error_path here = error_path_key(at, "log");
  const char *path = s->scenario->log;
  return !path || server_group_log_to(&s->group, path) || error_path_refuse(&here, "cannot write '%s': %s", path, strerror(errno));
}

static bool start(const error_path *at, mock_provider *s) {
  error_path servers = error_path_key(at, "servers");
  if (!server_group_open(&s->group)) return error_path_refuse(at, "cannot be started: %s", strerror(errno));
  if (!open_log(at, s)) return false;
  s->servers = calloc(s->scenario->server_count, sizeof *s->servers);
  if (!s->servers) return error_path_out_of_memory(at);
  for (size_t i = 0; i < s->scenario->server_count; i++) {
    error_path here = error_path_index(&servers, i);
    if (!start_server(&here, s, i)) return false;
  }
  return true;
}

PUBLIC mock_provider *mock_provider_start(const char *scenario_json, char *error, size_t error_size) {
  error_sink sink = { .text = error, .size = error_size };
  error_path root = error_path_root(&sink);
  mock_provider *s = calloc(1, sizeof *s);
  if (!s) {
    error_path_out_of_memory(&root);
    return NULL;
  }
  s->group.stop.fd = -1;
  s->scenario = scenario_read(scenario_json, error, error_size);
  if (s->scenario && start(&root, s)) return s;
  mock_provider_stop(s);
  return NULL;
}

PUBLIC const char *mock_provider_url(const mock_provider *s, size_t i) { return i < s->scenario->server_count ? s->servers[i].url : NULL; }

PUBLIC void mock_provider_stop(mock_provider *s) {
  if (!s) return;
  if (s->group.stop.fd >= 0) server_group_stop(&s->group);
  for (size_t i = 0; s->servers && i < s->scenario->server_count; i++) {
    http_server_stop(s->servers[i].http);
    raw_server_stop(s->servers[i].raw);
  }
  server_group_close(&s->group);
  free(s->servers);
  scenario_free(s->scenario);
  free(s);
}

/* ---- the verb ---- */

enum { EXIT_FINE = 0, EXIT_BAD = 2, LONGEST_MESSAGE = 1024, LOOK_EVERY_MS = 250 };

static int usage(void) {
  fputs("usage: roster mock SCENARIO.json\n"
        "Runs the mock providers of the scenario (\"-\": standard input) and prints their addresses.\n"
        "Ends after 120 seconds, or after the \"lifetime\" in the scenario.\n",
        stderr);
  return EXIT_BAD;
}

/* Blocked in all threads, also those of the servers, so that only the one that waits for them sees them. */
static void hold_signals(sigset_t *ends) {
  sigemptyset(ends);
  sigaddset(ends, SIGTERM);
  sigaddset(ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, ends, NULL);
  signal(SIGPIPE, SIG_IGN);
}

static bool announce(const mock_provider *s) {
  writer line = { 0 };
  write_open(&line, NULL, '{');
  write_integer(&line, "pid", getpid());
  write_open(&line, "servers", '[');
  for (size_t i = 0; i < s->scenario->server_count; i++) {
    write_open(&line, NULL, '{');
    write_text(&line, "name", s->scenario->servers[i].name);
    write_text(&line, "url", s->servers[i].url);
    write_integer(&line, "port", port_of(s, i));
    write_close(&line, '}');
  }
  write_close(&line, ']');
  write_close(&line, '}');
  char *text = write_end(&line, NULL);
  bool announced = text && puts(text) != EOF && fflush(stdout) == 0;
  free(text);
  return announced;
}

/* On stderr, as stdout is for programs. */
static void announce_end(double seconds) {
  fprintf(stderr, "roster mock: ends after %g seconds, or earlier with Ctrl-C; \"lifetime\" in the scenario sets the seconds\n", seconds);
}

/* Until a signal comes, or its time is over, or nobody is there any more who would send one. */
static void wait_for_end(const sigset_t *ends, pid_t parent, double seconds) {
  int64_t end = now_ms() + (int64_t)(seconds * 1000);
  for (int64_t left; (left = end - now_ms()) > 0 && getppid() == parent;)
    if (platform_take_signal(ends, left < LOOK_EVERY_MS ? (long)left : LOOK_EVERY_MS)) return;
  if (getppid() != parent)
    fputs("roster mock: ended, because the process that started it has ended\n", stderr);
  else
    fprintf(stderr, "roster mock: ended after its lifetime of %g seconds\n  next: set a longer \"lifetime\" in the scenario, at most %d\n",
            seconds, LONGEST_LIFETIME);
}

static int serve(const char *json, const char *path, const sigset_t *ends, pid_t parent) {
  char error[LONGEST_MESSAGE] = "";
  mock_provider *s = mock_provider_start(json, error, sizeof error);
  if (!s) {
    fprintf(stderr, "roster mock: %s: %s\n", path, error);
    return EXIT_BAD;
  }
  bool announced = announce(s);
  if (announced) {
    announce_end(s->scenario->lifetime);
    wait_for_end(ends, parent, s->scenario->lifetime);
  } else {
    fprintf(stderr, "roster mock: cannot print the addresses: %s\n", strerror(errno));
  }
  mock_provider_stop(s);
  return announced ? EXIT_FINE : EXIT_BAD;
}

PUBLIC int mock_provider_main(int argc, char **argv) {
  pid_t parent = getppid();
  sigset_t ends;
  if (argc != 2 || (argv[1][0] == '-' && argv[1][1])) return usage();
  hold_signals(&ends);
  const char *why = NULL;
  char *json = text_file_read(argv[1], true, LARGEST_INPUT, &why);
  if (!json) {
    fprintf(stderr, "roster mock: cannot read '%s': %s\n  next: name a scenario, which man 5 roster-scenario describes\n", argv[1], why);
    return EXIT_BAD;
  }
  int status = serve(json, argv[1], &ends, parent);
  free(json);
  return status;
}
