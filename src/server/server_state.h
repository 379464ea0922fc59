/* server_state: what all requests share: the settings, the registry, the responses of the snapshot in force, the event streams, and
 * counters. */
#ifndef ROSTER_SERVER_SERVER_STATE_H
#define ROSTER_SERVER_SERVER_STATE_H

#include "server/cached_responses.h"
#include "server/connections.h"
#include "server/counters.h"
#include "server/events.h"
#include "server/history.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#define NO_GROUP ((gid_t)-1)

/* From the command line. */
typedef struct settings {
  const char *listen;
  char *token;              /* NULL: no request may refresh */
  const char *const *hosts; /* more names that requests may be addressed to */
  int host_count;
  const char *origin;   /* whose pages may read and refresh; NULL for none but the server's own */
  const char *document; /* the form that ?document= asks for; NULL: there is none */
  long every_ms;
  bool json_log;
  mode_t socket_mode; /* of a Unix socket */
  gid_t socket_group; /* NO_GROUP: the server's own */
} settings;

/* The listening socket: a port, or a file. */
typedef struct listening_socket {
  int fd;            /* -1 when it is not open */
  char host[64];     /* the literal address; "" for a Unix socket */
  unsigned port;     /* 0 for a Unix socket */
  char address[160]; /* to be shown: "http://127.0.0.1:7411/", "unix:/run/roster/socket" */
  char path[108];    /* of a Unix socket, else "" */
  bool reachable;    /* from other machines */
} listening_socket;

typedef struct server_state {
  settings settings;
  listening_socket socket;
  roster *registry; /* for refreshing and publishing; requests read the snapshot */
  events *events;
  connections *connections;
  counters *counters;
  struct refresh_worker *worker;
  pthread_mutex_t publishing; /* one at a time */
  pthread_mutex_t lock;       /* protects the next two */
  cached_responses *current;
  history *history;
  time_t started;
  atomic_ulong good_loads, bad_loads;
  atomic_llong refreshed; /* when the latest refresh ended, with or without success; 0: none has */
  atomic_bool behind;     /* there was no memory to publish the newest snapshot */
} server_state;

void server_state_open(server_state *s);
void server_state_close(server_state *s);

/* The responses of the snapshot in force; the caller releases them. */
cached_responses *server_state_current(server_state *s);

/* Puts the registry's newest snapshot in force, if it is not yet, and posts an event about it. */
void server_state_publish(server_state *s);
/* One verdict, as it comes in. */
void server_state_post_verdict(server_state *s, const roster_progress *p);

#endif
