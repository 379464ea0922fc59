/* transport_default: opens libroster-curl at first use. Linking libcurl would cost every process that only lists models several
 * milliseconds. In the static archive (ROSTER_STATIC) the transport is linked in; in the core archive (ROSTER_CORE) there is none. */
#include "library/registry/transport_default.h"

#include "util/finding.h"

#ifdef ROSTER_STATIC

roster_transport *transport_default(roster_error *err) {
  roster_transport *t = roster_transport_curl();
  if (!t) fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  return t;
}

#elif defined(ROSTER_CORE)

roster_transport *transport_default(roster_error *err) {
  fail(err, ROSTER_ETRANSPORT, "hand one in with roster_options.transport", "this library was built without a transport");
  return NULL;
}

#else

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define CURL_LIBRARY "libroster-curl.so.0"

/* Beside this library first: that is the one it was built with. */
static void *open_beside(void) {
  Dl_info here;
  char path[4096];
  if (!dladdr((void *)(uintptr_t)&transport_default, &here) || !here.dli_fname) return NULL;
  const char *slash = strrchr(here.dli_fname, '/');
  int directory = slash ? (int)(slash - here.dli_fname) : 1;
  int length = snprintf(path, sizeof path, "%.*s/" CURL_LIBRARY, directory, slash ? here.dli_fname : ".");
  return length > 0 && (size_t)length < sizeof path ? dlopen(path, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE) : NULL;
}

roster_transport *transport_default(roster_error *err) {
  void *library = open_beside(); /* never closed: a name lookup of libcurl may outlive its transport */
  if (!library) library = dlopen(CURL_LIBRARY, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) {
    fail(err, ROSTER_ETRANSPORT, "install " CURL_LIBRARY " beside libroster, or hand in a transport", "HTTP is not available: %s",
         dlerror());
    return NULL;
  }
  roster_transport *(*make)(void) = NULL;
  *(void **)&make = dlsym(library, "roster_transport_curl");
  roster_transport *t = make ? make() : NULL;
  if (!t) fail(err, ROSTER_ETRANSPORT, "reinstall " CURL_LIBRARY, "HTTP is not available: " CURL_LIBRARY " could not be set up");
  return t;
}

#endif
