/* metrics: what Prometheus reads. */
#ifndef ROSTER_SERVER_METRICS_H
#define ROSTER_SERVER_METRICS_H

#include "server/site.h"

void metrics_write(strbuf *p, site *s);

#endif
