/* site: what all requests share: the registry, the edition in force, who listens, what was counted. */
#ifndef ROSTER_SERVER_SITE_H
#define ROSTER_SERVER_SITE_H

#include "server/edition.h"
#include "server/events.h"
#include "server/history.h"
#include "server/settings.h"
#include "server/socket.h"
#include "server/visits.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct refresher refresher;
typedef struct clerk clerk;

typedef struct site {
  settings settings;
  socket_in socket;
  roster *registry; /* for whoever refreshes or publishes; requests read the edition */
  events *events;
  visits *visits;
  refresher *refresher;
  clerk *clerk;
  pthread_mutex_t publishing; /* one at a time */
  pthread_mutex_t lock;       /* over the next two */
  edition *current;
  history *history;
  time_t started;
  atomic_ulong good_loads, bad_loads;
} site;

void site_open(site *s);
void site_close(site *s);

/* The edition in force; the caller drops it. */
edition *site_edition(site *s);

/* Puts the registry's newest snapshot in force, if it is not yet, and tells those who listen. */
void site_publish(site *s);
/* What whoever begins to listen has to know first. `known` is the last event id that he saw; may be NULL. */
void site_greet(site *s, const char *known, strbuf *out);
/* One verdict, as it comes in. */
void site_tell_verdict(site *s, const roster_progress *p);

#endif
