/* answer: see answer.h. Bytes are kept until a line is complete, so that neither an event nor a character is ever read in pieces. Of the
 * text the end is held back for as long as it could be the beginning of a secret. */
#include "command/try/answer.h"

#include "util/gate.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_LINE = 4 * 1024 * 1024, HELD_BYTES = 256, LONGEST_PROBLEM = 600 };

void answer_begin(answer *a, const dialect *d, keyring *ring, arena *memory) {
  *a = (answer){
    .dialect = d, .ring = ring, .arena = memory, .input = -1, .output = -1, .cache_read = -1, .cache_write = -1, .more_output = -1
  };
}

void answer_free(answer *a) {
  strbuf_free(&a->line);
  strbuf_free(&a->held);
  strbuf_free(&a->text);
  strbuf_free(&a->problem);
  strbuf_free(&a->withheld);
}

/* ---- text ---- */

/* Without control characters, those of C1 among them: a terminal acts on them. */
static void add_visible(strbuf *out, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const unsigned char c = (unsigned char)text[i], next = i + 1 < length ? (unsigned char)text[i + 1] : 0;
    if (c == 0xc2 && next >= 0x80 && next < 0xa0)
      i++;
    else if ((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t')
      strbuf_bytes(out, &text[i], 1);
  }
}

static void pass_on(answer *a, size_t bytes) {
  size_t length = bytes;
  char *piece = strndup(strbuf_text(&a->held), bytes);
  if (!piece) return;
  const char *shown = a->ring ? trace_redact(a->ring, a->arena, piece, &length, TRACE_SHOWN) : piece;
  strbuf_bytes(&a->text, shown, length);
  if (a->on_text && !a->closed) a->closed = !a->on_text(a->payload, shown);
  memmove(a->held.at, a->held.at + bytes, a->held.length - bytes + 1);
  a->held.length -= bytes;
  free(piece);
}

/* A key has neither blanks nor characters beyond ASCII: what ends in one of those can be shown. */
static void add_text(answer *a, const char *text, size_t length) {
  add_visible(&a->held, text, length);
  size_t safe = a->held.length;
  const char *at = strbuf_text(&a->held);
  while (safe && a->held.length - safe < HELD_BYTES && at[safe - 1] > ' ' && at[safe - 1] < 0x7f) safe--;
  if (!safe && a->held.length >= HELD_BYTES) safe = a->held.length;
  if (safe) pass_on(a, safe);
}

/* ---- documents ---- */

static void take_counts(answer *a, const json_t *document) {
  struct {
    const char *const *places;
    int64_t *into;
  } counts[] = { { a->dialect->input, &a->input },
                 { a->dialect->output, &a->output },
                 { a->dialect->cache_read, &a->cache_read },
                 { a->dialect->cache_write, &a->cache_write },
                 { a->dialect->more_output, &a->more_output } };
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    int64_t count = place_count(document, counts[i].places);
    if (count >= 0) *counts[i].into = count;
  }
}

static void take_problem(answer *a, const char *text, size_t length) {
  a->refused = true;
  if (a->problem.length || !text) return;
  strbuf_add(&a->problem, gate_text(a->ring, a->arena, text, length, LONGEST_PROBLEM));
}

static const char *fault_in(const json_t *document) {
  const json_t *response = json_object_get(document, "response"), *error = json_object_get(response, "error");
  if (json_is_object(error)) return json_error_message(response);
  if (json_object_get(document, "error") && !json_is_null(json_object_get(document, "error"))) return json_error_message(document);
  return NULL;
}

/* Of an error in a success; the words are of those that give no number. */
static int status_within(const json_t *document, const char *fault) {
  static const char *const unpaid[] = { "insufficient credits", "insufficient balance", "insufficient_quota",
                                        "exceeded your current quota" };
  const json_t *code = json_object_get(json_object_get(document, "error"), "code");
  const int number = json_is_integer(code) ? (int)json_integer_value(code) : json_is_string(code) ? atoi(json_string_value(code)) : 0;
  if (number == 401 || number == 402 || number == 403 || number == 404 || number == 429) return number;
  for (size_t i = 0; i < sizeof unpaid / sizeof *unpaid; i++)
    if (strcasestr(fault, unpaid[i]) || (json_is_string(code) && strcasestr(json_string_value(code), unpaid[i]))) return 402;
  return 0;
}

/* OpenAI's models write a refusal in place of the text. */
static void take_ending(answer *a, const json_t *document) {
  static const char *const refusals[] = { "choices.*.delta.refusal", "choices.*.message.refusal", "output.*.content.*.refusal" };
  strbuf word = { 0 }, refusal = { 0 };
  place_word(document, a->dialect->stop, &word);
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) place_text(document, refusals[i], &refusal);
  if (word.length && ending_of(word.at) != ENDING_USUAL) a->ending = ending_of(word.at);
  if (refusal.length) a->ending = ENDING_WITHHELD;
  const strbuf *why = refusal.length ? &refusal : a->ending == ENDING_WITHHELD && !a->withheld.length ? &word : NULL;
  if (why && why->length) strbuf_add(&a->withheld, gate_text(a->ring, a->arena, why->at, why->length, LONGEST_PROBLEM));
  strbuf_free(&word);
  strbuf_free(&refusal);
}

static void take_document(answer *a, const json_t *document, const char *place) {
  const char *type = json_string_value(json_object_get(document, "type")), *fault = fault_in(document);
  const dialect *d = a->dialect;
  strbuf text = { 0 };
  a->seen = true;
  a->place = place;
  if (fault) take_problem(a, fault, strlen(fault));
  if (fault) a->refusal = status_within(document, fault);
  take_counts(a, document);
  if (place != d->delta || !d->only || (type && strcmp(type, d->only) == 0)) place_text(document, place, &text);
  if (text.length) add_text(a, text.at, text.length);
  take_ending(a, document);
  if (place_is_there(document, d->end) || (type && d->end_type && strcmp(type, d->end_type) == 0)) a->ended = true;
  strbuf_free(&text);
}

/* Of a protocol that is not shipped: often its answers are those of one that is. Otherwise all of it is shown. */
static void take_unknown(answer *a, const json_t *document) {
  const dialect *d = dialect_of(document);
  if (d) a->dialect = d;
  a->unread = !d;
  take_document(a, document, a->dialect->whole);
  if (d || a->refused) return;
  char *text = json_dumps(document, JSON_INDENT(2) | JSON_ENCODE_ANY);
  if (text) add_text(a, text, strlen(text));
  free(text);
}

static bool take_json(answer *a, const char *text, size_t length, const char *place) {
  const char *why;
  int line;
  json_t *document = json_read(a->arena, text, length, &why, &line);
  if (document && place && !dialect_is_known(a->dialect))
    take_unknown(a, document);
  else if (document)
    take_document(a, document, place);
  json_decref(document);
  return document != NULL;
}

/* "data: {...}", or a line of JSON. Everything else of a stream (event:, id:, comments, blank lines) says nothing that is needed. */
static void take_line(answer *a, const char *line, size_t length) {
  while (length && (line[length - 1] == '\r' || line[length - 1] == '\n')) length--;
  if (length > 5 && memcmp(line, "data:", 5) == 0) {
    line += 5;
    length -= 5;
    while (length && *line == ' ') line++, length--;
    if (length == 6 && memcmp(line, "[DONE]", 6) == 0) a->ended = true;
  }
  if (length && *line == '{') take_json(a, line, length, a->dialect->delta);
}

static void take_lines(answer *a) {
  for (char *end; a->line.length && (end = memchr(a->line.at, '\n', a->line.length));) {
    size_t length = (size_t)(end - a->line.at) + 1;
    take_line(a, a->line.at, length);
    memmove(a->line.at, a->line.at + length, a->line.length - length + 1);
    a->line.length -= length;
  }
}

/* A document may have line ends of its own, so lines are read only where a stream was asked for and its first character fits. */
static bool is_stream(const answer *a, int status) { return a->streams && status >= 200 && status <= 299; }

bool answer_take(answer *a, int status, const char *bytes, size_t count) {
  if (a->line.length + count > LARGEST_LINE) return false;
  strbuf_bytes(&a->line, bytes, count);
  if (is_stream(a, status)) take_lines(a);
  return !a->closed;
}

void answer_end(answer *a, int status) {
  const bool good = status >= 200 && status <= 299;
  const size_t length = a->line.length;
  if (is_stream(a, status) && a->seen)
    take_line(a, strbuf_text(&a->line), length);
  else if (length && take_json(a, a->line.at, length, !good ? NULL : a->dialect->whole ? a->dialect->whole : ""))
    a->ended = true;
  else if (!good || (length && !a->seen))
    take_problem(a, NULL, 0);
  if (!good) a->refused = true;
  if (a->held.length) pass_on(a, a->held.length);
}
