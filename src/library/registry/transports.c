/* transports: those that hosts get from the library: the default over HTTP, and those that record and replay. libroster-curl is opened
 * before the first request, because linking libcurl would cost every process that only lists models several milliseconds. In the static
 * archive (ROSTER_STATIC) it is linked in; in the core archive (ROSTER_CORE) there is none. */
#include "library/registry/registry.h"

#include "library/recording/recording.h"
#include "library/registry/host_transport.h"

#ifdef ROSTER_STATIC

static roster_transport *linked_in(size_t threads, roster_error *err) {
  roster_transport *t = roster_transport_curl_threads(threads);
  if (!t) fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  return t;
}

#define OPEN linked_in

#elif defined(ROSTER_CORE)

static roster_transport *left_out(size_t threads, roster_error *err) {
  (void)threads;
  fail(err, ROSTER_ETRANSPORT, "set roster_options.transport", "this library was built without a transport");
  return NULL;
}

#define OPEN left_out

#else

#include "util/descriptor.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CURL_LIBRARY "libroster-curl.so.0"

/* The one in the directory of this library: it was built with it. */
static void *open_neighbour(void) {
  Dl_info here;
  char path[4096];
  if (!dladdr((void *)(uintptr_t)&transport_default, &here) || !here.dli_fname) return NULL;
  const char *slash = strrchr(here.dli_fname, '/');
  int directory = slash ? (int)(slash - here.dli_fname) : 1;
  int length = snprintf(path, sizeof path, "%.*s/" CURL_LIBRARY, directory, slash ? here.dli_fname : ".");
  return length > 0 && (size_t)length < sizeof path ? dlopen(path, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE) : NULL;
}

static roster_transport *beside(size_t threads, roster_error *err) {
  descriptors_hold();
  errno = 0;
  void *library = open_neighbour(); /* never closed: a name lookup of libcurl may outlive its transport */
  if (!library) library = dlopen(CURL_LIBRARY, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  descriptors_release();
  if (!library && errno == ENOMEM) {
    fail(err, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
    return NULL;
  }
  if (!library) {
    fail(err, ROSTER_ETRANSPORT, "install " CURL_LIBRARY " beside libroster, or set roster_options.transport", "HTTP is not available: %s",
         dlerror());
    return NULL;
  }
  roster_transport *(*make)(size_t most) = NULL;
  *(void **)&make = dlsym(library, "roster_transport_curl_threads");
  roster_transport *t = make ? make(threads) : NULL;
  if (!t && make) fail(err, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
  if (!make) fail(err, ROSTER_ETRANSPORT, "reinstall " CURL_LIBRARY, "HTTP is not available: " CURL_LIBRARY " could not be set up");
  return t;
}

#define OPEN beside

#endif

roster_transport *transport_default(size_t threads, roster_error *err) { return OPEN(threads, err); }

/* ---- recording and replaying ---- */

roster_status roster_transport_record(roster_transport **out, const roster_transport *inner, const char *file, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (out) *out = NULL;
  roster_status status = ROSTER_OK;
  if (!out || !file || !*file) return fail(err, ROSTER_EINVALID, NULL, "roster_transport_record: out and a file are needed");
  roster_error none;
  if (!err) err = &none;
  if (inner && (status = host_transport_check(inner, err)) != ROSTER_OK) return status;
  roster_transport *own = inner ? host_transport_new(inner) : transport_default(0, err);
  if (!own) return inner ? fail(err, ROSTER_ENOMEM, NULL, "not enough memory") : err->status;
  status = record_open(out, own, true, file, err);
  if (status != ROSTER_OK) own->close(own->self);
  return status;
}

roster_status roster_transport_replay(roster_transport **out, const char *file, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (out) *out = NULL;
  if (!out || !file || !*file) return fail(err, ROSTER_EINVALID, NULL, "roster_transport_replay: out and a file are needed");
  registry_read_once();
  return replay_open(out, file, err);
}
