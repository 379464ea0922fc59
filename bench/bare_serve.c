/* bare_serve FILE...: plain libmicrohttpd: each file is one response, made once, at /0, /1 ... with an entity tag and 304. Prints its port,
 * and exits when its standard input ends. The lower bound for `roster serve`. */
#include <microhttpd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4 };

static struct MHD_Response *whole[MOST], *known[MOST];
static const char ETAG[] = "\"a-tag-of-usual-length-0123456789a\"";

static struct MHD_Response *make(char *text, size_t size, enum MHD_ResponseMemoryMode mode) {
  struct MHD_Response *r = MHD_create_response_from_buffer(size, text, mode);
  if (!r) exit(1);
  MHD_add_response_header(r, "ETag", ETAG);
  if (size) MHD_add_response_header(r, "Content-Type", "application/json");
  return r;
}

static void load(int i, const char *path) {
  static char none[] = "";
  FILE *f = fopen(path, "rb");
  if (!f || fseek(f, 0, SEEK_END) != 0) exit(1);
  size_t size = (size_t)ftell(f);
  char *text = malloc(size);
  rewind(f);
  if (!text || fread(text, 1, size, f) != size) exit(1);
  fclose(f);
  whole[i] = make(text, size, MHD_RESPMEM_MUST_FREE);
  known[i] = make(none, 0, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result on_request(void *payload, struct MHD_Connection *wire, const char *path, const char *method, const char *version,
                                  const char *piece, size_t *size, void **slot) {
  static int later;
  (void)payload, (void)method, (void)version, (void)piece, (void)size;
  if (!*slot) {
    *slot = &later;
    return MHD_YES;
  }
  int i = path[1] - '0';
  if (i < 0 || i >= MOST || !whole[i]) return MHD_NO;
  const char *tag = MHD_lookup_connection_value(wire, MHD_HEADER_KIND, "If-None-Match");
  bool same = tag && strcmp(tag, ETAG) == 0;
  return MHD_queue_response(wire, same ? 304 : 200, same ? known[i] : whole[i]);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc && i <= MOST; i++) load(i - 1, argv[i]);
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO;
  struct MHD_Daemon *d = MHD_start_daemon(flags, 0, NULL, NULL, on_request, NULL, MHD_OPTION_END);
  const union MHD_DaemonInfo *info = d ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;
  if (!info) return 1;
  printf("%u\n", info->port);
  fflush(stdout);
  while (getchar() != EOF) continue;
  MHD_stop_daemon(d);
  return 0;
}
