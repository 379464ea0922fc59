/* try: `roster try`: one prompt, sent as a host would send it, and its answer as it comes, then what it cost. */
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/verb.h"
#include "command/try/answer.h"
#include "command/try/body.h"
#include "command/try/sending.h"
#include "util/text_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { USUAL_MAX_TOKENS = 1024, USUAL_TIMEOUT_MS = 300 * 1000, LARGEST_PROMPT = 8 * 1024 * 1024, DOCUMENT_ROOM = 64 * 1024 };

typedef struct trial {
  const arguments *arguments;
  const roster_model *model;
  answer answer;
  sending sending;
  bool json, ends_line;
  int64_t limit; /* of tokens, as it was sent; 0: the protocol has no place for it that is known */
} trial;

/* ---- while it comes ---- */

static bool show(void *payload, const char *text) {
  trial *t = payload;
  size_t length = strlen(text);
  if (t->json || !length) return true;
  t->ends_line = text[length - 1] == '\n';
  fwrite(text, 1, length, stdout);
  return fflush(stdout) == 0;
}

static bool on_bytes(void *payload, int status, const char *bytes, size_t count) {
  return answer_take(&((trial *)payload)->answer, status, bytes, count);
}

/* ---- what it cost ---- */

static bool usage_of(const answer *a, roster_usage *out) {
  *out = (roster_usage)ROSTER_USAGE_INIT;
  if (a->input < 0 || a->output < 0) return false;
  out->cache_read_tokens = a->cache_read > 0 ? a->cache_read : 0;
  out->cache_write_tokens = a->cache_write > 0 ? a->cache_write : 0;
  out->input_tokens = a->input + (a->dialect->input_lacks_cache ? out->cache_read_tokens + out->cache_write_tokens : 0);
  out->output_tokens = a->output + (a->more_output > 0 ? a->more_output : 0);
  return true;
}

/* Negative where a price is not known. */
static double cost_of(const trial *t, const roster_usage *usage) {
  roster_cost cost = ROSTER_COST_INIT;
  return roster_model_cost(&cost, t->model, usage, NULL, NULL) == ROSTER_OK ? cost.usd : -1;
}

static void report_usage(const trial *t) {
  roster_usage usage;
  if (!usage_of(&t->answer, &usage)) {
    notice("%s: the provider did not state how many tokens were used, so the cost is not known", roster_model_id(t->model));
    return;
  }
  const double usd = cost_of(t, &usage);
  char cost[40] = "price unknown";
  if (usd >= 0) snprintf(cost, sizeof cost, "$%.6f", usd);
  notice("%s: %" PRId64 " tokens in, %" PRId64 " out, %s", roster_model_id(t->model), usage.input_tokens, usage.output_tokens, cost);
}

/* ---- what went wrong ---- */

typedef struct fault {
  const char *status; /* a word for --json */
  int code;
  char message[512], next[256];
} fault;

#define FAULT(word, exit_code, said, then, ...)                                                                                            \
  do {                                                                                                                                     \
    f.status = word;                                                                                                                       \
    f.code = exit_code;                                                                                                                    \
    snprintf(f.message, sizeof f.message, said, __VA_ARGS__);                                                                              \
    snprintf(f.next, sizeof f.next, "%s", then);                                                                                           \
  } while (0)

/* Of a status other than 2xx, be it one that an error within a success names, or of none. */
static fault refusal_of(const sending *s, int status) {
  fault f = { .status = "answered", .code = EXIT_GOOD };
  char first[24] = "";
  if (status == s->status) snprintf(first, sizeof first, "HTTP %d: ", status);
  if (!status)
    FAULT("unreachable", EXIT_UNSURE, "no answer: %s", "check the network; roster doctor --online looks at it", s->problem);
  else if (status == 401 || status == 403)
    FAULT("refused", EXIT_NOT, "%sthe provider refused the key, or does not let it use this model",
          "`roster explain ID` says which key is sent and what the free checks found", first);
  else if (status == 402)
    FAULT("no_quota", EXIT_NOT, "%sno credit or quota is left", "see the billing page of the provider", first);
  else if (status == 404)
    FAULT("not_found", EXIT_NOT, "%sthe provider does not know this model or this address",
          "`roster request ID` prints the address; `roster diff` lists the models that the provider has", first);
  else if (status == 429 && s->retry_after >= 0)
    FAULT("rate_limited", EXIT_NOT, "%sa limit is reached; the provider asks to wait %ld seconds", "wait, then try again", first,
          s->retry_after);
  else if (status == 429)
    FAULT("rate_limited", EXIT_NOT, "%sa limit or the credit is used up", "wait a minute and try again, or look at the account", first);
  else if (status >= 500)
    FAULT("overloaded", EXIT_NOT, "%sthe provider is overloaded or out of order", "try again later; its status page may say more", first);
  else if (status >= 300 && status < 400)
    FAULT("redirected", EXIT_NOT, "%sa redirect, which is not followed", "write the address that it leads to into the definitions", first);
  else if (status < 200 || status > 299)
    FAULT("refused", EXIT_NOT, "%sthe provider refused the request", "`roster request ID` prints what is sent", first);
  return f;
}

/* Of an answer that the provider ended before it was complete. */
static fault shortage_of(const trial *t) {
  fault f = { .status = "answered", .code = EXIT_GOOD };
  const answer *a = &t->answer;
  char limit[48] = "";
  if (t->limit) snprintf(limit, sizeof limit, " of %" PRId64 " tokens", t->limit);
  if (a->ending == ENDING_WITHHELD)
    FAULT("withheld", EXIT_UNSURE, "the answer was refused or filtered%s%s%s", "word the prompt differently, or use another model",
          a->withheld.length ? " (" : "", strbuf_text(&a->withheld), a->withheld.length ? ")" : "");
  else if (a->ending == ENDING_LENGTH && a->text.length)
    FAULT("truncated", EXIT_UNSURE, "the answer is cut at its limit%s", "raise --max-tokens", limit);
  else if (a->ending == ENDING_LENGTH)
    FAULT("truncated", EXIT_UNSURE, "the answer reached its limit%s before it had any text",
          "raise --max-tokens: a model that reasons first uses them for that", limit);
  return f;
}

static fault fault_of(const trial *t) {
  const sending *s = &t->sending;
  fault f = { .status = "answered", .code = EXIT_GOOD };
  if (s->stopped) return f;
  if (s->status < 200 || s->status > 299) return refusal_of(s, s->status);
  if (t->answer.seen && t->answer.refused && t->answer.refusal) return refusal_of(s, t->answer.refusal);
  if (t->answer.seen && t->answer.refused)
    FAULT("failed", EXIT_NOT, "%s", "try again later", "the provider ended the answer with an error");
  else if (t->answer.ending != ENDING_USUAL)
    f = shortage_of(t);
  else if (*s->problem || (t->answer.seen && !t->answer.ended))
    FAULT("cut", EXIT_UNSURE, "the answer ended too early%s%s", "try again; a proxy may cut long answers", *s->problem ? ": " : "",
          s->problem);
  else if (t->answer.seen && !t->answer.text.length)
    FAULT("answered", EXIT_GOOD, "the answer has no text in %s, where the protocol %s has it",
          "`roster request ID` prints a curl command that shows the complete answer; a larger --max-tokens may help a model that reasons "
          "first",
          t->answer.place, t->answer.dialect->protocol);
  else if (!t->answer.seen)
    FAULT("not_json", EXIT_NOT, "HTTP %d, but %s", "`roster explain ID` shows the address: a sign-in page or a proxy may answer there",
          s->status, "the answer is not JSON of this protocol");
  return f;
}
#undef FAULT

/* ---- the end ---- */

static void write_document(const trial *t, const fault *f) {
  roster_usage usage;
  const bool known = usage_of(&t->answer, &usage);
  const double usd = known ? cost_of(t, &usage) : -1;
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_text(&w, "id", roster_model_id(t->model));
  write_text(&w, "status", f->status);
  write_number_or_null(&w, "http_status", t->sending.status > 0, t->sending.status);
  write_text(&w, "text", strbuf_text(&t->answer.text));
  if (known) {
    write_open(&w, "usage", '{');
    write_integer(&w, "input_tokens", usage.input_tokens);
    write_integer(&w, "output_tokens", usage.output_tokens);
    write_integer(&w, "cache_read_tokens", usage.cache_read_tokens);
    write_integer(&w, "cache_write_tokens", usage.cache_write_tokens);
    write_close(&w, '}');
  } else {
    write_text_or_null(&w, "usage", NULL);
  }
  write_number_or_null(&w, "usd", usd >= 0, usd);
  write_text_or_null(&w, "message", f->message);
  write_text_or_null(&w, "said", strbuf_text(&t->answer.problem));
  write_text_or_null(&w, "next", f->next);
  write_close(&w, '}');
  document_end(&w);
}

/* "`roster explain ID`" with the id. */
static void name_model(fault *f, const char *id) {
  char text[sizeof f->next];
  char *at = strstr(f->next, " ID`");
  if (!at) return;
  snprintf(text, sizeof text, "%.*s %.100s`%s", (int)(at - f->next), f->next, id, at + strlen(" ID`"));
  memcpy(f->next, text, sizeof text);
}

static int finish(trial *t) {
  fault f = fault_of(t);
  name_model(&f, roster_model_id(t->model));
  if (!t->json && !t->ends_line && t->answer.text.length) putchar('\n');
  fflush(stdout);
  if (t->json) write_document(t, &f);
  if (t->sending.stopped) return EXIT_BAD;
  if (*f.message) {
    const char *said = strbuf_text(&t->answer.problem);
    roster_error err = { .status = ROSTER_ETRANSPORT };
    snprintf(err.message, sizeof err.message, "%s%s%s%s", f.message, *said ? " (" : "", said, *said ? ")" : "");
    snprintf(err.hint, sizeof err.hint, "%s", f.next);
    print_message(&err);
  }
  if (!t->json && f.code == EXIT_GOOD && t->answer.unread)
    notice("the answer has no text in a place that roster try knows, such as choices.*.message.content: the complete answer is printed");
  if (!t->json && (f.code == EXIT_GOOD || t->answer.text.length)) report_usage(t);
  return f.code;
}

/* ---- sending ---- */

/* The headers that hold a secret: those that the model does not show. */
static void learn_secrets(keyring *ring, const roster_headers *headers, const roster_model *m) {
  for (size_t i = 0; i < roster_headers_count(headers); i++) {
    const roster_header *h = roster_headers_at(headers, i), *shown;
    bool open = false;
    for (size_t k = 0; (shown = roster_model_header_at(m, k)); k++) open = open || strcasecmp(shown->name, h->name) == 0;
    const char *blank = strrchr(h->value, ' '), *value = blank ? blank + 1 : h->value;
    if (!open && *value) keyring_add(ring, value, strlen(value));
  }
}

static char *address_of(const roster_service *v, const dialect *d, bool stream) {
  const char *url = roster_service_url(v), *at = d->path ? strstr(url, d->path) : NULL;
  strbuf out = { 0 };
  if (stream && at) {
    const char *rest = at + strlen(d->path);
    strbuf_bytes(&out, url, (size_t)(at - url));
    strbuf_format(&out, "%s%s%s", d->stream_path, *rest == '?' ? "&" : "", *rest == '?' ? rest + 1 : rest);
  } else {
    strbuf_add(&out, url);
  }
  return out.at;
}

static int deliver(trial *t, host *h, const dialect *d, const char *body, bool stream) {
  const roster_service *v = roster_model_service(t->model);
  roster_headers *headers = NULL;
  roster_error err = { 0 };
  keyring ring = { 0 };
  arena *memory = command_arena();
  char *url = address_of(v, d, stream);
  roster_status status = roster_service_headers(&headers, h->registry, v, &err);
  if (status == ROSTER_OK) {
    learn_secrets(&ring, headers, t->model);
    answer_begin(&t->answer, d, &ring, memory);
    t->answer.streams = stream;
    t->answer.on_text = show;
    t->answer.payload = t;
    t->sending = (sending){ .url = url, .body = body, .service = v, .headers = headers, .on_bytes = on_bytes, .payload = t };
    t->sending.timeout_ms = t->arguments->timeout_ms ? t->arguments->timeout_ms : USUAL_TIMEOUT_MS;
    status = send_prompt(&t->sending, &err);
  }
  if (status == ROSTER_OK) answer_end(&t->answer, t->sending.status);
  int code = status == ROSTER_OK ? finish(t) : (print_error(t->arguments, &err), status == ROSTER_ENOTREADY ? EXIT_NOT : EXIT_BAD);
  roster_headers_close(headers);
  answer_free(&t->answer);
  keyring_wipe(&ring);
  arena_free(memory);
  free(url);
  return code;
}

static int refuse(const arguments *o, int code, const char *hint, const char *message, const char *name) {
  roster_error err = { .status = code == EXIT_NOT ? ROSTER_ENOTREADY : ROSTER_EINVALID };
  snprintf(err.message, sizeof err.message, message, name);
  snprintf(err.hint, sizeof err.hint, "%s", hint);
  print_error(o, &err);
  return code;
}

/* What cannot be sent, or not completely. */
static int refuse_body(const arguments *o, const char *protocol, const prompt *p) {
  if (p->lost_text)
    return refuse(o, EXIT_NOT, "the function `generate` of the protocol has to write the prompt as \"hi\", which is replaced",
                  "the request of the protocol %s has no place for a prompt", protocol);
  return refuse(o, EXIT_NOT, "put the instructions into the prompt, and leave out --system",
                "where the instructions of a request go is not known for the protocol %s", protocol);
}

static int send_as(trial *t, host *h, const dialect *d, const char *text) {
  const arguments *o = t->arguments;
  const char *protocol = roster_model_protocol(t->model);
  const bool stream = (d->stream_member || d->stream_path) && !arguments_have(o, OPTION_NO_STREAM);
  prompt p = { .text = text,
               .system = o->system,
               .max_tokens = arguments_have(o, OPTION_MAX_TOKENS) ? o->max_tokens : USUAL_MAX_TOKENS,
               .stream = stream };
  char *request = grown(NULL, DOCUMENT_ROOM);
  roster_write_request_json(h->snapshot, roster_model_id(t->model), request, DOCUMENT_ROOM);
  char *body = prompt_body(request, d, &p);
  if (body && p.lost_limit && (!dialect_is_known(d) || arguments_have(o, OPTION_MAX_TOKENS)))
    notice("the request of the protocol %s has no limit of tokens that is known, so its own applies", protocol);
  t->limit = p.lost_limit ? 0 : p.max_tokens;
  int code = body ? deliver(t, h, d, body, stream) : refuse_body(o, protocol, &p);
  free(body);
  free(request);
  return code;
}

static int send(trial *t, host *h, const char *text) {
  const arguments *o = t->arguments;
  const roster_service *v = roster_model_service(t->model);
  const char *id = roster_model_id(t->model);
  char next[256];
  if (!v) return refuse(o, EXIT_NOT, roster_model_hint(t->model), "%s has no address to send to", id);
  if (roster_service_auth(v) != ROSTER_AUTH_AWS_SIGV4) return send_as(t, h, dialect_find(roster_model_protocol(t->model)), text);
  snprintf(next, sizeof next, "`roster request %.80s` prints a curl command that signs it: replace \"hi\" there with the prompt%s", id,
           strcmp(roster_model_protocol(t->model), "bedrock-converse") == 0 ? "; or use a key for Bedrock (AWS_BEARER_TOKEN_BEDROCK)" : "");
  return refuse(o, EXIT_NOT, next, "requests to %s must be signed for AWS, which roster try cannot do", id);
}

/* A refresh tells whether it is ready. With --anyway only an id that no block defines needs one. */
static int look_up(trial *t, host *h, const char *id) {
  const bool anyway = arguments_have(t->arguments, OPTION_ANYWAY), unknown = host_may_discover(h, id);
  int code = unknown || host_model(h, id) ? EXIT_GOOD : EXIT_BAD;
  if (!code && (!anyway || unknown)) code = host_ask(h);
  t->model = code ? NULL : host_model(h, id);
  if (!t->model) return EXIT_BAD;
  if (anyway || roster_model_usable(t->model)) return EXIT_GOOD;
  roster_error err = { .status = ROSTER_ENOTREADY };
  snprintf(err.message, sizeof err.message, "%s is not ready: %s", roster_model_id(t->model), roster_model_reason(t->model));
  const roster_state state = roster_model_state(t->model);
  const bool sendable = state != ROSTER_NO_CREDENTIAL && state != ROSTER_DISABLED; /* else --anyway would not help */
  snprintf(err.hint, sizeof err.hint, "%s%s", *roster_model_hint(t->model) ? roster_model_hint(t->model) : "roster explain has more",
           sendable ? "; --anyway sends the prompt nevertheless" : "");
  print_error(t->arguments, &err);
  return EXIT_NOT;
}

int try_run(const arguments *o) {
  const char *why = NULL, *given = o->operands[1];
  char *text = strcmp(given, "-") == 0 ? text_file_read("-", true, LARGEST_PROMPT, &why) : copied(given);
  arguments wanted = *o;
  trial t = { .arguments = o, .json = arguments_have(o, OPTION_JSON) };
  host h;
  if (!text) return usage_error(o, "the prompt cannot be read from standard input: %s", why);
  if (!*text) {
    free(text);
    return usage_error(o, "the prompt is empty");
  }
  wanted.keep_requests = true;
  int code = host_open(&h, &wanted);
  if (!code) code = look_up(&t, &h, o->operands[0]);
  if (!code) code = send(&t, &h, text);
  host_close(&h);
  free(text);
  return code;
}
