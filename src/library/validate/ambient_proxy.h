/* ambient_proxy: the proxy that the environment names for an address. roster never uses it: a key goes only where a block sends it. But
 * where an address cannot be reached without it, the hint names the variable and what to write. */
#ifndef ROSTER_VALIDATE_AMBIENT_PROXY_H
#define ROSTER_VALIDATE_AMBIENT_PROXY_H

#include "util/environment.h"
#include "util/url.h"

typedef struct ambient_proxy {
  const char *variable; /* "HTTPS_PROXY"; NULL: none is meant for that address */
  const char *value;    /* as it is written behind `proxy =`: a setting, or an address without its user */
} ambient_proxy;

ambient_proxy ambient_proxy_find(arena *a, const environment *e, const url *address);

#endif
