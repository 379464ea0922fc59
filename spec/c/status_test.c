/* status_test: the closed list of status codes: each is what some call returns, and is told in words and in the document of an error. A
 * code without a row fails the last test. ROSTER_ETRANSPORT needs a library without libroster-curl beside it: spec/command_spec.lua. */
#include "canned.h"
#include "check.h"

#include <pthread.h>
#include <sys/resource.h>

static const char TEXT[] =
    "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
    "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
    "provider \"keyless\" { protocol = \"openai-chat\", base_url = \"https://b.example.test\", credential = secret \"UNSET\" }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n"
    "model \"locked\" { provider = \"keyless\", api_name = \"alpha-1\" }\n"
    "retired \"gone\" { replacement = \"alpha\" }\n";

typedef struct stage {
  canned c;
  roster_definition d;
  roster_options o;
  roster *r;
  const roster_snapshot *s;
} stage;

static void stage_set(stage *g) {
  canned_init(&g->c);
  g->o = canned_options(&g->c, &g->d, TEXT);
  g->r = NULL;
  roster_open(&g->r, &g->o, NULL);
  roster_refresh(g->r, NULL);
  g->s = roster_acquire(g->r);
}

static roster_status fine(stage *g, roster_error *err) { return roster_refresh(g->r, err); }
static roster_status invalid(stage *g, roster_error *err) { return roster_refresh_every(g->r, -1, err); }

static roster_status no_memory_next(void *self, long timeout_ms, const roster_http_response **out) {
  (void)self;
  (void)timeout_ms;
  *out = NULL;
  return ROSTER_ENOMEM;
}

static roster_status no_memory(stage *g, roster_error *err) {
  g->c.transport.next = no_memory_next;
  return roster_refresh(g->r, err);
}

static roster_status definitions(stage *g, roster_error *err) {
  roster *unused;
  g->d.text = "model 1";
  return roster_open(&unused, &g->o, err);
}

static roster_status require(stage *g, const char *id, roster_error *err) {
  const roster_model *m;
  return roster_require(&m, g->s, id, err);
}

static roster_status unknown(stage *g, roster_error *err) { return require(g, "alhpa", err); }
static roster_status ambiguous(stage *g, roster_error *err) { return require(g, "alpha-1", err); }
static roster_status not_ready(stage *g, roster_error *err) { return require(g, "locked", err); }
static roster_status retired(stage *g, roster_error *err) { return require(g, "gone", err); }

static roster_status not_yet(void *payload, const char *provider_id, roster_credential *out) {
  (void)payload;
  (void)provider_id;
  (void)out;
  return ROSTER_EPENDING;
}

static roster_status headers_of(stage *g, roster_error *err) {
  roster_headers *h = NULL;
  roster_status status = roster_service_headers(&h, g->r, roster_model_service(roster_known(g->s, "alpha")), err);
  roster_headers_close(h);
  return status;
}

static roster_status pending(stage *g, roster_error *err) {
  stage inner = { .o = g->o };
  inner.o.credential = not_yet;
  if (roster_open(&inner.r, &inner.o, NULL) != ROSTER_OK) return ROSTER_OK;
  inner.s = roster_acquire(inner.r);
  roster_status status = headers_of(&inner, err);
  roster_release(inner.s);
  roster_close(inner.r);
  return status;
}

/* The error of the child comes back through a pipe. */
static roster_status forked(stage *g, roster_error *err) {
  int ends[2];
  if (pipe(ends)) return ROSTER_OK;
  pid_t child = fork();
  if (child == 0) {
    roster_refresh(g->r, err);
    _exit(write(ends[1], err, sizeof *err) == sizeof *err ? 0 : 1);
  }
  bool whole = read(ends[0], err, sizeof *err) == sizeof *err;
  close(ends[0]);
  close(ends[1]);
  waitpid(child, NULL, 0);
  return whole ? err->status : ROSTER_OK;
}

/* No descriptor is left for what a registry needs. */
static roster_status system_refuses(stage *g, roster_error *err) {
  struct rlimit all, few = { 0, 0 };
  getrlimit(RLIMIT_NOFILE, &all);
  few.rlim_max = all.rlim_max;
  setrlimit(RLIMIT_NOFILE, &few);
  roster *unused = NULL;
  roster_status status = roster_open(&unused, &g->o, err);
  setrlimit(RLIMIT_NOFILE, &all);
  roster_close(unused);
  return status;
}

typedef struct call {
  roster *r;
  roster_status status;
  roster_error err;
} call;

static roster_status never(void *self, long timeout_ms, const roster_http_response **out) {
  (void)self;
  *out = NULL;
  nanosleep(&(struct timespec){ .tv_nsec = timeout_ms < 20 ? timeout_ms * 1000000 : 20000000 }, NULL);
  return ROSTER_OK;
}

static void *refresh(void *payload) {
  call *c = payload;
  c->status = roster_refresh(c->r, &c->err);
  return NULL;
}

static bool has_sent(void *payload) { return ((stage *)payload)->c.sent > 0; }

static roster_status cancelled(stage *g, roster_error *err) {
  pthread_t thread;
  g->c.transport.next = never;
  g->c.sent = 0;
  call c = { .r = g->r };
  if (pthread_create(&thread, NULL, refresh, &c)) return ROSTER_OK;
  check_eventually(has_sent, g);
  roster_close(g->r);
  pthread_join(thread, NULL);
  g->r = NULL;
  *err = c.err;
  return c.status;
}

static roster_status held(stage *g, roster_error *err) {
  char folder[CHECK_FOLDER], path[CHECK_PATH];
  if (!check_folder(folder)) return ROSTER_OK;
  snprintf(path, sizeof path, "%s/a.lua", folder);
  FILE *f = fopen(path, "w");
  if (!f || fputs(TEXT, f) < 0 || fclose(f)) return ROSTER_OK;
  g->o.config = folder;
  g->o.definition_count = 0;
  roster *r = NULL;
  if (roster_open(&r, &g->o, NULL) != ROSTER_OK || roster_refresh(r, NULL) != ROSTER_OK) return ROSTER_OK;
  f = fopen(path, "w");
  if (!f ||
      fputs("model \"other\" { provider = \"openai\" }\nprovider \"openai\" { protocol = \"openai-chat\", base_url = \"https://o.test\" }",
            f) < 0 ||
      fclose(f))
    return ROSTER_OK;
  roster_status status = roster_refresh(r, err);
  roster_close(r);
  check_folder_remove(folder);
  return status;
}

static roster_status none(stage *g, roster_error *err) {
  const roster_model *m;
  roster_needs needs = ROSTER_NEEDS_INIT;
  needs.context_tokens = 1000 * 1000 * 1000;
  return roster_pick(&m, 1, NULL, g->s, &needs, err);
}

static const struct row {
  roster_status status;
  const char *name;
  roster_status (*provoke)(stage *g, roster_error *err);
} rows[] = {
  { ROSTER_OK, "ok", fine },
  { ROSTER_EINVALID, "invalid", invalid },
  { ROSTER_ENOMEM, "no_memory", no_memory },
  { ROSTER_EDEFINITIONS, "definitions", definitions },
  { ROSTER_EUNKNOWN, "unknown", unknown },
  { ROSTER_EAMBIGUOUS, "ambiguous", ambiguous },
  { ROSTER_ENOTREADY, "not_ready", not_ready },
  { ROSTER_ERETIRED, "retired", retired },
  { ROSTER_ETRANSPORT, "transport", NULL },
  { ROSTER_EPENDING, "pending", pending },
  { ROSTER_EFORKED, "forked", forked },
  { ROSTER_ESYSTEM, "system", system_refuses },
  { ROSTER_ECANCELLED, "cancelled", cancelled },
  { ROSTER_EHELD, "held", held },
  { ROSTER_ENONE, "none", none },
};

static void try_row(const struct row *row) {
  stage g;
  roster_error err = { .message = "" };
  char sentence[128], document[2048];
  stage_set(&g);
  roster_status status = row->provoke(&g, &err);
  roster_write_error_json(&err, document, sizeof document);
  bool told = status == ROSTER_OK || (err.status == status && *err.message && strstr(document, row->name));
  if (status != row->status || !told) printf("# %s: %s\n", roster_status_name(status), err.message);
  snprintf(sentence, sizeof sentence, "a call returns \"%s\"%s", row->name, row->status ? ", and says why in words and in a document" : "");
  check(status == row->status && told, sentence);
  roster_release(g.s);
  roster_close(g.r);
}

int main(void) {
  const size_t count = sizeof rows / sizeof *rows;
  bool in_order = true;
  for (size_t i = 0; i < count; i++) {
    in_order = in_order && (size_t)rows[i].status == i && strcmp(roster_status_name(rows[i].status), rows[i].name) == 0;
    if (rows[i].provoke) try_row(&rows[i]);
  }
  check(in_order && strcmp(roster_status_name((roster_status)count), "unknown_status") == 0, "the list of status codes is closed");
  return check_close();
}
