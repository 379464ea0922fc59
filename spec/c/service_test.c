/* service: what a host gets to send its own requests, and what the environment adds to those and to roster's requests. */
#include "canned.h"
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY "sk-canned-key-0123456789"
static const char DEFINITIONS[] =
    "provider \"acme\" { title = \"Acme\", protocol = \"anthropic-messages\", base_url = \"https://api.example.test\",\n"
    "  override = setting \"ACME_BASE_URL\", credential = secret \"ACME_API_KEY\", auth = header \"x-api-key\",\n"
    "  headers = { [\"acme-version\"] = \"1\" },\n"
    "  proxy = \"http://proxy.test:3128\", tls = { ca_file = \"/ca.pem\" } }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", recommended = true, context_window = 200 * K, headers = { "
    "[\"acme-beta\"] = \"b\" } }\n"
    "model \"off\" { provider = \"acme\", api_name = \"off-1\", enabled = false }\n"
    "gateway \"main\" { base_url = setting \"LLM_GATEWAY\", path = \"/{provider}\" }\n"
    "validate { level = \"generate\" }\n";

/* ---- a transport that remembers its requests ---- */

static char asked[64 * 1024];

static void remember(const char *text) { strncat(asked, text, sizeof asked - strlen(asked) - 1); }

static roster_status start_and_remember(void *self, const roster_http_request *q) {
  remember(q->method);
  remember(" ");
  remember(q->url);
  for (size_t i = 0; i < q->header_count; i++) {
    remember("\n");
    remember(q->headers[i].name);
    remember(": ");
    remember(q->headers[i].value);
  }
  remember("\n\n");
  remember(q->body ? q->body : "");
  remember("\n\n");
  return canned_start(self, q);
}

static roster *open_with(canned *c, const roster_variable *variables, size_t count, roster_options *with) {
  roster_definition d;
  roster_options o = canned_options(c, &d, DEFINITIONS);
  c->transport.start = start_and_remember;
  if (with) o.credential = with->credential;
  if (with) o.payload = with->payload;
  if (with) o.level = ROSTER_LEVEL_PROVE;
  if (with) o.helper_wait_ms = with->helper_wait_ms;
  o.environment = variables;
  o.environment_count = count;
  roster *r = NULL;
  roster_error err;
  *asked = 0;
  if (roster_open(&r, &o, &err) != ROSTER_OK) printf("# %s\n", err.message);
  return r;
}

/* A host may use the headers after the snapshot and the registry are closed. */
static void headers_are_the_host_s_own(void) {
  canned c;
  canned_init(&c);
  roster *r = open_with(&c, (roster_variable[]){ { "ACME_API_KEY", KEY } }, 1, NULL);
  const roster_snapshot *s = roster_acquire(r);
  roster_headers *h = NULL;
  roster_service_headers(&h, r, roster_model_service(roster_known(s, "alpha")), NULL);
  bool ours = true;
  for (size_t i = 0; i < roster_headers_count(h); i++) {
    const roster_header *one = roster_headers_at(h, i), *definition = roster_model_header_at(roster_known(s, "alpha"), i);
    ours = ours && (!definition || (definition->name != one->name && definition->value != one->value));
  }
  roster_release(s);
  roster_close(r);
  char all[512] = "";
  for (size_t i = 0; i < roster_headers_count(h); i++) {
    const roster_header *one = roster_headers_at(h, i);
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s: %s\n", one->name, one->value);
  }
  check(ours && strcmp(all, "acme-version: 1\nacme-beta: b\nx-api-key: " KEY "\n") == 0,
        "headers outlive their snapshot and their registry");
  roster_headers_close(h);
}

/* The headers as "name: value\n" lines; the error's message if there are none. */
static roster_status headers_of(roster *r, char *out, size_t room) {
  const roster_snapshot *s = roster_acquire(r);
  roster_headers *h = NULL;
  roster_error err;
  roster_status status = roster_service_headers(&h, r, roster_model_service(roster_known(s, "alpha")), &err);
  snprintf(out, room, "%s", status == ROSTER_OK ? "" : err.message);
  for (size_t i = 0; i < roster_headers_count(h); i++) {
    const roster_header *one = roster_headers_at(h, i);
    size_t n = strlen(out);
    snprintf(out + n, room - n, "%s: %s\n", one->name, one->value);
  }
  if (roster_headers_at(h, roster_headers_count(h))) status = ROSTER_EINVALID;
  roster_headers_close(h);
  roster_release(s);
  return status;
}

static const roster_variable KEYED[] = { { "ACME_API_KEY", KEY } };

static void a_service_has_all_parts(void) {
  canned c;
  canned_init(&c);
  roster *r = open_with(&c, KEYED, 1, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  const roster_service *v = roster_model_service(m);
  check(strcmp(roster_service_method(v), "POST") == 0 && strcmp(roster_service_url(v), "https://api.example.test/v1/messages") == 0 &&
            strcmp(roster_service_api_name(v), "alpha-1") == 0 && strcmp(roster_service_protocol(v), "anthropic-messages") == 0,
        "a service has the method, the URL, the api_name and the protocol");
  check(roster_service_model(v) == m && roster_model_context_window(roster_service_model(v)) == 200000,
        "a service has its model, with limits and capabilities");
  check(strcmp(roster_service_body(v), "{}") == 0, "the body of a service is empty without tags");
  check(strcmp(roster_service_sdk_base_url(v), "https://api.example.test") == 0 && strcmp(roster_service_sdk_api_version(v), "") == 0,
        "a service has the base URL of the protocol's SDK");
  check(roster_service_auth(v) == ROSTER_AUTH_HEADER && strcmp(roster_service_auth_header(v), "x-api-key") == 0 &&
            strcmp(roster_service_auth_scheme(v), "") == 0 && strcmp(roster_service_auth_variable(v), "ACME_API_KEY") == 0,
        "a service names the header and the variable of its key");
  check(strcmp(roster_service_proxy(v), "http://proxy.test:3128") == 0 && strcmp(roster_service_ca_file(v), "/ca.pem") == 0 &&
            strcmp(roster_service_client_cert(v), "") == 0 && strcmp(roster_service_client_key(v), "") == 0,
        "a service has the proxy and the files that the block names");
  check(!roster_service_sdk_base_url(NULL) && roster_service_auth(NULL) == ROSTER_AUTH_NONE && !roster_service_auth_header(NULL) &&
            !roster_service_auth_scheme(NULL) && !roster_service_auth_variable(NULL) && !roster_service_sdk_api_version(NULL),
        "the parts of no service are NULL");
  check(!roster_model_service(roster_known(s, "off")) && !roster_model_service(NULL) && !roster_service_url(NULL),
        "a disabled model has no service");
  char text[1024];
  check(headers_of(r, text, sizeof text) == ROSTER_OK && strcmp(text, "acme-version: 1\nacme-beta: b\nx-api-key: " KEY "\n") == 0,
        "the headers of a service are those of the definitions and the key");
  roster_close(r);
  check(strcmp(roster_service_url(v), "https://api.example.test/v1/messages") == 0, "a service stays valid as long as its snapshot");
  roster_release(s);
}

static void a_key_is_looked_up_at_each_call(void) {
  canned c;
  canned_init(&c);
  char folder[CHECK_FOLDER], file[CHECK_PATH], text[CHECK_PATH + 1024];
  bool made = check_folder(folder);
  snprintf(file, sizeof file, "%s/key", folder);
  int fd = made ? open(file, O_RDWR | O_CREAT | O_EXCL, 0600) : -1;
  roster_variable keyed[] = { { "ACME_API_KEY_FILE", file } };
  check(fd >= 0 && write(fd, "first-key-0123", 14) == 14, "a key file can be written");
  roster *r = open_with(&c, keyed, 1, NULL);
  check(headers_of(r, text, sizeof text) == ROSTER_OK && strstr(text, "x-api-key: first-key-0123\n"),
        "the headers contain the key from the file");
  check(ftruncate(fd, 0) == 0 && pwrite(fd, "second-key-456\n", 15, 0) == 15 && headers_of(r, text, sizeof text) == ROSTER_OK &&
            strstr(text, "x-api-key: second-key-456\n"),
        "the next call returns the new key when the file is replaced");
  check(ftruncate(fd, 0) == 0 && headers_of(r, text, sizeof text) == ROSTER_ENOTREADY && strstr(text, "is empty"),
        "the call is an error with the reason when the file is empty");
  check(pwrite(fd, "a\nb", 3, 0) == 3 && headers_of(r, text, sizeof text) == ROSTER_ENOTREADY && strstr(text, "control character") &&
            !strstr(text, "a\nb"),
        "a key with a control byte is neither sent nor shown");
  close(fd);
  check_folder_remove(folder);
  pid_t child = fork();
  if (child == 0) _exit(headers_of(r, text, sizeof text) == ROSTER_EFORKED ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  check(status == 0, "a fork gets no headers");
  check(roster_service_headers(NULL, r, NULL, NULL) == ROSTER_EINVALID, "a call without a service is an error");
  roster_headers_close(NULL);
  roster_close(r);
}

/* ---- what the environment adds ---- */

static const roster_variable EXTRAS[] = { { "ACME_API_KEY", KEY },
                                          { "LLM_CUSTOM_HEADERS",
                                            "X-Team: payments-canary\n\n x-cost-centre :  4711-canary \r\nnonsense\nbad name: x\n" },
                                          { "LLM_REQUEST_TAGS", "env=prod-canary, user = ann=b ,empty=,nothing,,=x" },
                                          { "LLM_GATEWAY", "http://127.0.0.1:1/gw" } };
#define TAGS "{\"tags\":{\"env\":\"prod-canary\",\"user\":\"ann=b\",\"empty\":\"\"}}"

static char warnings[2048];

static void extras_reach_every_request(void) {
  canned c;
  canned_init(&c);
  char text[1024];
  roster *r = open_with(&c, EXTRAS, 4, NULL);
  check(headers_of(r, text, sizeof text) == ROSTER_OK &&
            strstr(text, "provider: acme\nX-Team: payments-canary\nx-cost-centre: 4711-canary\n"),
        "the headers contain custom headers and the provider's name");
  const roster_snapshot *s = roster_acquire(r);
  check(strcmp(roster_service_body(roster_model_service(roster_known(s, "alpha"))), TAGS) == 0,
        "the body contains the tags behind a gateway, with empty values and = in values but without malformed tags");
  roster_release(s);
  c.body = "{\"id\":\"alpha-1\",\"type\":\"model\",\"data\":[{\"id\":\"alpha-1\",\"type\":\"model\"}],\"has_more\":false}";
  roster_refresh(r, NULL);
  check(strstr(asked, "GET http://127.0.0.1:1/gw/acme/v1/models") && strstr(asked, "X-Team: payments-canary"),
        "the request for a listing carries the custom headers");
  const char *post = strstr(asked, "POST http://127.0.0.1:1/gw/acme/v1/messages\n");
  check(post && strstr(post, "X-Team: payments-canary") && strstr(post, ",\"tags\":{\"env\":\"prod-canary\""),
        "the smallest generation request carries custom headers and tags");
  roster_close(r);
}

static void tags_stay_out_of_direct_requests(void) {
  canned c;
  canned_init(&c);
  roster *r = open_with(&c, EXTRAS, 3, NULL);
  const roster_snapshot *s = roster_acquire(r);
  check(strcmp(roster_service_body(roster_model_service(roster_known(s, "alpha"))), "{}") == 0, "tags are not sent directly to a provider");
  roster_release(s);
  roster_close(r);
  roster_variable overridden[] = { EXTRAS[0], EXTRAS[2], { "ACME_BASE_URL", "https://proxy.example.test/v1/messages" } };
  r = open_with(&c, overridden, 3, NULL);
  s = roster_acquire(r);
  check(strcmp(roster_service_body(roster_model_service(roster_known(s, "alpha"))), TAGS) == 0, "tags are sent to an override");
  roster_release(s);
  roster_close(r);
}

static void take_warning(void *payload, const roster_finding *f) {
  (void)payload;
  size_t n = strlen(warnings);
  snprintf(warnings + n, sizeof warnings - n, "%s\n", f->message);
}

static void extras_show_no_value(void) {
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, DEFINITIONS);
  roster *r = NULL;
  o.environment = EXTRAS;
  o.environment_count = 4;
  o.on_finding = take_warning;
  c.status = 400;
  c.body = "{\"error\":{\"message\":\"tag prod-canary of payments-canary, 4711-canary\",\"type\":\"x\"}}";
  roster_open(&r, &o, NULL);
  check(strstr(warnings, "LLM_CUSTOM_HEADERS: a line is not") && strstr(warnings, "LLM_REQUEST_TAGS: a tag is not") &&
            !strstr(warnings, "canary"),
        "malformed headers and tags cause warnings without their values");
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  char story[8192], command[4096];
  roster_write_explain_json(s, "alpha", story, sizeof story);
  check(strstr(story, "[redacted]") && !strstr(story, "canary") && !strstr(roster_snapshot_json(s, NULL), "canary"),
        "values of custom headers and tags that a provider repeats are in no output");
  check(roster_write_request(r, "alpha", command, sizeof command, NULL, NULL) == ROSTER_OK && strstr(command, "-H 'X-Team: [redacted]'") &&
            strstr(command, "-H 'provider: acme'") && strstr(command, "\"env\":\"[redacted]\"") && !strstr(command, "canary"),
        "the curl command contains no values of custom headers and tags");
  roster_release(s);
  roster_close(r);
}

static void the_key_is_always_sent(void) {
  canned c;
  canned_init(&c);
  char lines[4096] = "", text[8192];
  for (int i = 0; i < 70; i++) snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "x-%d: v\n", i);
  roster_variable many[] = { EXTRAS[0], { "LLM_CUSTOM_HEADERS", lines } };
  roster *r = open_with(&c, many, 2, NULL);
  check(headers_of(r, text, sizeof text) == ROSTER_OK && strstr(text, "x-api-key: " KEY), "the key is sent however many headers there are");
  roster_close(r);
}

static void the_key_of_a_helper_can_go_as_bearer(void) {
  canned c;
  canned_init(&c);
  char text[1024];
  roster_variable bearer[] = { { "LLM_API_KEY_HELPER", "echo " KEY }, { "LLM_AUTH_HEADER", "bearer" }, { "PATH", "/usr/bin:/bin" } };
  roster_options with = { .helper_wait_ms = 20000 };
  roster *r = open_with(&c, bearer, 3, &with);
  roster_refresh(r, NULL);
  check(strstr(asked, "authorization: Bearer " KEY) && !strstr(asked, "x-api-key"),
        "LLM_AUTH_HEADER=bearer applies to roster's own requests as well");
  check(headers_of(r, text, sizeof text) == ROSTER_OK && strstr(text, "authorization: Bearer " KEY) && !strstr(text, "x-api-key"),
        "LLM_AUTH_HEADER=bearer sends the key of a helper as Authorization: Bearer");
  roster_close(r);
  bearer[0] = EXTRAS[0];
  r = open_with(&c, bearer, 2, NULL);
  check(headers_of(r, text, sizeof text) == ROSTER_OK && strstr(text, "x-api-key: " KEY) && !strstr(text, "authorization"),
        "LLM_AUTH_HEADER=bearer leaves the key of a variable where its provider wants it");
  roster_close(r);
}

/* Whether the host's client goes through it is that client's affair, and roster does not know. */
static void nothing_is_said_of_the_proxy_of_a_host(void) {
  canned c;
  canned_init(&c);
  c.failure = ROSTER_HTTP_CONNECT;
  roster_variable proxied[] = { EXTRAS[0], { "HTTPS_PROXY", "http://proxy.corp.test:3128" } };
  roster *r = open_with(&c, proxied, 2, NULL);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  check(roster_model_state(m) == ROSTER_UNREACHABLE && *roster_model_hint(m) && !strstr(roster_model_hint(m), "HTTPS_PROXY"),
        "no hint claims that a host's own client does not use HTTPS_PROXY");
  roster_release(s);
  roster_close(r);
}

/* ---- the host's own keys ---- */

typedef struct own {
  roster_status status;
  const char *value;
  char asked_for[64];
  int64_t expires_at_ms;
} own;

static roster_status give(void *payload, const char *provider_id, roster_credential *out) {
  static const roster_header account[] = { { "x-account", "acct-canary" } };
  own *o = payload;
  snprintf(o->asked_for, sizeof o->asked_for, "%s", provider_id);
  out->value = o->value;
  out->headers = account;
  out->header_count = 1;
  out->expires_at_ms = o->expires_at_ms;
  return o->status;
}

static void the_host_may_have_keys(void) {
  canned c;
  canned_init(&c);
  own own = { ROSTER_OK, "host-token-0123456789", "", 0 };
  roster_options with = { .credential = give, .payload = &own };
  char text[1024];
  roster *r = open_with(&c, KEYED, 1, &with);
  check(headers_of(r, text, sizeof text) == ROSTER_OK && strcmp(own.asked_for, "acme") == 0 &&
            strstr(text, "x-api-key: host-token-0123456789\n") && strstr(text, "x-account: acct-canary\n"),
        "the host's key takes precedence over every other and may bring headers");
  const roster_snapshot *s = roster_acquire(r);
  check(strcmp(roster_model_source(roster_known(s, "alpha")), "host") == 0 && !strstr(roster_snapshot_json(s, NULL), "host-token"),
        "the source of the host's key is shown, but not its value");
  check(strcmp(roster_provider_credential_until(roster_provider_at(s, 0)), "") == 0,
        "a key without an expiry time has an empty credential_until");
  roster_release(s);
  own.expires_at_ms = 4102444800000;
  check(headers_of(r, text, sizeof text) == ROSTER_OK && strstr(text, "host-token"), "a key that has not expired is sent");
  roster_refresh(r, NULL);
  s = roster_acquire(r);
  check(strcmp(roster_provider_credential_until(roster_provider_at(s, 0)), "2100-01-01T00:00:00Z") == 0,
        "the expiry time of a key is in credential_until");
  roster_release(s);
  own.expires_at_ms = 1;
  check(headers_of(r, text, sizeof text) == ROSTER_EPENDING && !strstr(text, "host-token") && !strstr(text, KEY),
        "neither an expired key of the host nor another key is sent");
  own.expires_at_ms = 0;
  own.status = ROSTER_EUNKNOWN;
  check(headers_of(r, text, sizeof text) == ROSTER_OK && strstr(text, KEY), "another source is used when the host has no key");
  own.status = ROSTER_EPENDING;
  check(headers_of(r, text, sizeof text) == ROSTER_EPENDING, "the headers are pending while the host's key is");
  own.status = ROSTER_ESYSTEM;
  check(headers_of(r, text, sizeof text) == ROSTER_ENOTREADY && !strstr(text, "ACME"),
        "no other key is used when the host returns an error");
  roster_close(r);
}

static roster_state state_of(roster *r, bool *usable, bool *stale) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  roster_state state = roster_model_state(m);
  *usable = roster_model_usable(m);
  *stale = roster_model_stale(m);
  roster_release(s);
  return state;
}

static void a_pending_key_keeps_known_good_models(void) {
  canned c;
  canned_init(&c);
  c.body = "{\"id\":\"alpha-1\",\"type\":\"model\",\"data\":[{\"id\":\"alpha-1\",\"type\":\"model\"}],\"has_more\":false}";
  own own = { ROSTER_EPENDING, "host-token-0123456789", "", 0 };
  roster_options with = { .credential = give, .payload = &own };
  bool usable, stale;
  roster *r = open_with(&c, KEYED, 1, &with);
  roster_refresh(r, NULL);
  check(state_of(r, &usable, &stale) == ROSTER_PENDING && !usable && !*asked,
        "a model whose key is pending is pending, and no request is sent");
  own.status = ROSTER_OK;
  roster_refresh(r, NULL);
  check(state_of(r, &usable, &stale) == ROSTER_READY && usable && !stale, "a pending model is proved when its key arrives");
  own.status = ROSTER_EPENDING;
  roster_refresh(r, NULL);
  check(state_of(r, &usable, &stale) == ROSTER_READY && usable && stale,
        "a ready model stays usable while its new key is pending, marked stale");
  own.status = ROSTER_ESYSTEM;
  roster_refresh(r, NULL);
  check(state_of(r, &usable, &stale) == ROSTER_NO_CREDENTIAL && !usable, "a model without a key is no longer usable");
  roster_close(r);
}

/* ---- signing by the transport ---- */

static const char SIGNED[] =
    "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\", list_proves = \"access\",\n"
    "  credential = secret \"ACME_API_KEY\", auth = aws_sigv4 { region = \"eu\", service = \"s\", key_id = secret \"ACME_ID\" } }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n";

static char signer[256];

static roster_status start_and_sign(void *self, const roster_http_request *q) {
  bool whole = q->aws_sigv4 && q->aws_key_id && q->aws_secret;
  snprintf(signer, sizeof signer, "%s %s %s", whole ? q->aws_sigv4 : "-", whole ? q->aws_key_id : "-", whole ? q->aws_secret : "-");
  return start_and_remember(self, q);
}

static void a_transport_signs_or_gets_no_request(void) {
  const roster_variable variables[] = { { "ACME_API_KEY", KEY }, { "ACME_ID", "AKIA0123456789ABCDEF" } };
  for (int signs = 0; signs < 2; signs++) {
    canned c;
    roster_definition d;
    canned_init(&c);
    c.transport.start = start_and_sign;
    roster_options o = canned_options(&c, &d, SIGNED);
    o.environment = variables;
    o.environment_count = 2;
    o.transport_signs = signs;
    roster *r = NULL;
    *asked = *signer = 0;
    roster_open(&r, &o, NULL);
    roster_refresh(r, NULL);
    const roster_snapshot *s = roster_acquire(r);
    const roster_model *m = roster_known(s, "alpha");
    roster_headers *h = NULL;
    if (!signs)
      check(roster_model_state(m) == ROSTER_UNREACHABLE && strstr(roster_model_reason(m), "does not sign") && !*asked,
            "a transport that cannot sign gets no request to sign");
    else
      check(roster_model_state(m) == ROSTER_READY && strcmp(signer, "aws:amz:eu:s AKIA0123456789ABCDEF " KEY) == 0 && !strstr(asked, KEY) &&
                !strstr(asked, "authorization"),
            "a transport that can sign gets the key separately from the headers");
    check(roster_service_headers(&h, r, roster_model_service(m), NULL) == ROSTER_ENOTREADY && !h,
          "roster_service_headers is an error for a service that must be signed");
    roster_release(s);
    roster_close(r);
  }
}

static void a_service_of_another_registry_gets_nothing(void) {
  canned c, other;
  canned_init(&c), canned_init(&other);
  roster *r = open_with(&c, KEYED, 1, NULL), *another = open_with(&other, KEYED, 1, NULL);
  const roster_snapshot *s = roster_acquire(another);
  const roster_service *v = roster_model_service(roster_known(s, "alpha"));
  roster_headers *h = NULL;
  roster_error err;
  bool retry = true;
  check(roster_service_headers(&h, r, v, &err) == ROSTER_EINVALID && !h && strstr(err.message, "'alpha' belongs to another registry"),
        "the service of another registry's model gets none of this one's keys");
  check(roster_report(r, v, 401, &retry) == ROSTER_EINVALID && !retry, "and nothing is reported of it here");
  check(roster_service_headers(&h, another, v, &err) == ROSTER_OK, "its own registry has its headers");
  roster_headers_close(h);
  roster_release(s);
  roster_close(another);
  roster_close(r);
}

int main(void) {
  headers_are_the_host_s_own();
  a_service_of_another_registry_gets_nothing();
  a_service_has_all_parts();
  a_key_is_looked_up_at_each_call();
  extras_reach_every_request();
  tags_stay_out_of_direct_requests();
  extras_show_no_value();
  the_key_is_always_sent();
  the_key_of_a_helper_can_go_as_bearer();
  nothing_is_said_of_the_proxy_of_a_host();
  the_host_may_have_keys();
  a_pending_key_keeps_known_good_models();
  a_transport_signs_or_gets_no_request();
  return check_close();
}
