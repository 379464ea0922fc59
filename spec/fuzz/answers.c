/* Fuzzes what providers answer: the first two bytes choose protocol and status, the rest is the body of every answer. The key must not
 * get into the document, whatever the body echoes. */
#include "../c/canned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const PROTOCOLS[] = { "openai-chat", "openai-responses", "anthropic-messages", "gemini" };
static const int STATUSES[] = { 200, 400, 401, 402, 403, 404, 405, 429, 500, 503, 529, 302 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  char text[512], *body = malloc(size - 1);
  if (!body) return 0;
  memcpy(body, data + 2, size - 2);
  body[size - 2] = 0;
  snprintf(text, sizeof text,
           "provider \"acme\" { protocol = \"%s\", base_url = \"https://api.example.test\", credential = secret \"ACME_API_KEY\" }\n"
           "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\nmodel \"beta\" { provider = \"acme\" }\n",
           PROTOCOLS[data[0] % 4]);
  canned c;
  roster_definition d;
  canned_init(&c);
  c.status = STATUSES[data[1] % (sizeof STATUSES / sizeof *STATUSES)];
  c.body = body;
  roster_options o = canned_options(&c, &d, text);
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK) abort();
  roster_status status = roster_refresh(r, NULL);
  if (status != ROSTER_OK) abort();
  const roster_snapshot *s = roster_acquire(r);
  if (strstr(roster_snapshot_json(s, NULL), CANNED_ENVIRONMENT[0].value)) abort();
  roster_release(s);
  roster_close(r);
  free(body);
  return 0;
}
