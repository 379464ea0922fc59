/* host: the command in the place of a host: opens a registry for one call, asks, and holds the answer. */
#ifndef ROSTER_SHARED_HOST_H
#define ROSTER_SHARED_HOST_H

#include "command/shared/options.h"
#include "command/shared/progress.h"
#include "command/shared/report.h"

typedef struct host {
  const options *options;
  roster *registry;
  const roster_snapshot *snapshot;
  report report;
  progress progress;
  roster_transport *transport; /* one that records or replays; NULL for the usual */
  long recorded_before;        /* the i-node of the recording that was there before; 0 for none */
} host;

/* What the library is told; the callbacks fill h. */
void host_settings(host *h, const options *o, roster_options *out);

/* Loads the definitions; contacts nobody. On a mistake everything is said already, and the answer is an exit code other than 0. */
int host_open(host *h, const options *o);
int host_open_with(host *h, const options *o, const roster_options *settings);
/* Asks the providers and takes the new answer. As host_open when it fails. A recording ends with it. */
int host_ask(host *h);
/* Says on stderr that the definitions have warnings, if they have. */
void host_warn(const host *h);
void host_close(host *h);

/* Leads an id as it was typed to its model. NULL when it leads nowhere: that is said already. */
const roster_model *host_model(const host *h, const char *id);

#endif
