/* failure: the words for what can go wrong with an exchange. */
#include "library/recording/recording.h"

#include "util/text.h"

static const char *const NAMES[] = {
  [ROSTER_HTTP_ANSWERED] = "answered",   [ROSTER_HTTP_DNS] = "dns",
  [ROSTER_HTTP_CONNECT] = "connect",     [ROSTER_HTTP_TLS] = "tls",
  [ROSTER_HTTP_TIMEOUT] = "timeout",     [ROSTER_HTTP_RESET] = "reset",
  [ROSTER_HTTP_TOO_LARGE] = "too_large", [ROSTER_HTTP_MALFORMED] = "malformed",
  [ROSTER_HTTP_OTHER] = "other",
};

const char *failure_name(roster_http_failure failure) { return (size_t)failure < sizeof NAMES / sizeof *NAMES ? NAMES[failure] : NULL; }

bool failure_from_name(const char *name, roster_http_failure *out) {
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
    if (!text_is(NAMES[i], name)) continue;
    *out = (roster_http_failure)i;
    return true;
  }
  return false;
}
