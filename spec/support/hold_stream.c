/* hold_stream: preloaded into a server, it holds the request for a stream of events at the point where the server asks for the stream's
 * socket, while the file $HOLD_STREAM exists; it makes $HOLD_STREAM.held then. The server asks for it once before, when the connection is
 * made. */
#include <dlfcn.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void hold(const char *path) {
  char name[4096];
  snprintf(name, sizeof name, "%s.held", path);
  FILE *held = fopen(name, "w");
  if (held) fclose(held);
  while (access(path, F_OK) == 0) usleep(1000);
}

const union MHD_ConnectionInfo *MHD_get_connection_info(struct MHD_Connection *connection, enum MHD_ConnectionInfoType what, ...) {
  static struct MHD_Connection *latest;
  static const union MHD_ConnectionInfo *(*real)(struct MHD_Connection *, enum MHD_ConnectionInfoType, ...);
  const char *path = getenv("HOLD_STREAM");
  if (!real) *(void **)&real = dlsym(dlopen("libmicrohttpd.so.12", RTLD_LAZY), "MHD_get_connection_info");
  if (what == MHD_CONNECTION_INFO_CONNECTION_FD && connection == latest && path && access(path, F_OK) == 0) hold(path);
  if (what == MHD_CONNECTION_INFO_CONNECTION_FD) latest = connection;
  return real(connection, what);
}
