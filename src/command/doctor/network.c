/* network: `roster doctor --online`: one request without a key to the address of each configured provider, to tell whether it is reached,
 * and how far its clock is from this machine's. Any answer will do: most of them refuse, and have a Date. */
#include "command/doctor/doctor.h"
#include "command/shared/memory.h"
#include "command/shared/plugin.h"
#include "util/clock.h"
#include "util/gate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { TIMEOUT_MS = 10000, LARGEST_BODY = 1024 * 1024, MOST_SKEW_SECONDS = 120 };

static int64_t date_of(const clean_answer *r) {
  for (size_t i = 0; i < r->header_count; i++) {
    struct tm parts = { 0 };
    if (strcasecmp(r->headers[i].name, "date") == 0 && strptime(r->headers[i].value, "%a, %d %b %Y %H:%M:%S GMT", &parts))
      return (int64_t)timegm(&parts);
  }
  return -1;
}

static void check_answer(doctor *d, const char *id, const clean_answer *r) {
  if (r->failure != ROSTER_HTTP_ANSWERED) {
    doctor_say(d, DOCTOR_ERROR, "check the address, the network and the proxy; `roster check` has more", "%s: %s", id,
               *r->message ? r->message : "no answer");
    return;
  }
  const int64_t date = date_of(r), skew = date < 0 ? 0 : wall_ms() / 1000 - date;
  if (skew > MOST_SKEW_SECONDS || skew < -MOST_SKEW_SECONDS)
    doctor_say(d, DOCTOR_ERROR, "set the clock of this machine (timedatectl set-ntp true): signed requests and certificates depend on it",
               "%s: the clock here is %" PRId64 " seconds %s its own", id, skew < 0 ? -skew : skew, skew < 0 ? "behind" : "ahead of");
  else
    doctor_say(d, DOCTOR_OK, NULL, "%s: answers in %ld ms", id, r->elapsed_ms);
}

static void ask(doctor *d, const roster_transport *t, const roster_provider *p, uint64_t id) {
  const char *file = getenv("SSL_CERT_FILE"), *directory = getenv("SSL_CERT_DIR");
  const roster_http_request request = { .size = sizeof request,
                                        .id = id,
                                        .method = "GET",
                                        .url = roster_provider_endpoint(p),
                                        .timeout_ms = TIMEOUT_MS,
                                        .connect_timeout_ms = TIMEOUT_MS,
                                        .max_body_bytes = LARGEST_BODY,
                                        .ca_file = file && *file ? file : NULL,
                                        .ca_dir = (file && *file) || !directory || !*directory ? NULL : directory };
  clean_answer answer;
  bool came = false;
  if (t->start(t->self, &request) != ROSTER_OK) return;
  if (gate_next(t, TIMEOUT_MS + 1000, &d->ring, d->arena, &answer, &came) == ROSTER_OK && came)
    check_answer(d, roster_provider_id(p), &answer);
}

void doctor_check_online(doctor *d) {
  const roster_snapshot *s = d->host.snapshot;
  roster_error err;
  roster_transport *t = plugin_transport(&err);
  d->arena = command_arena();
  doctor_begin(d, "Online");
  if (!t) doctor_say(d, DOCTOR_ERROR, err.hint, "%s", err.message);
  for (size_t i = 0; t && i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    if (roster_provider_enabled(p) && roster_provider_credential_set(p) && *roster_provider_endpoint(p)) ask(d, t, p, i + 1);
  }
  if (t) t->close(t->self);
  keyring_wipe(&d->ring);
  arena_free(d->arena);
  d->arena = NULL;
}
