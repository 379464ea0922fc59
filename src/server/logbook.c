/* logbook: see logbook.h. */
#include "server/logbook.h"

#include "command/shared/output.h"
#include "util/strbuf.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static bool use_json;

void logbook_use_json(bool json) { use_json = json; }

static bool is_plain(const char *text) { return *text && !text[strcspn(text, " \"=\\")]; }

static bool has_control(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f) return true;
  return false;
}

static void add_pair(strbuf *line, const char *key, const char *value) {
  if (line->length) strbuf_add(line, use_json ? "," : " ");
  if (use_json)
    quote_json(line, key);
  else
    strbuf_add(line, key);
  strbuf_add(line, use_json ? ":" : "=");
  if (!use_json && is_plain(value) && !has_control(value))
    strbuf_add(line, value);
  else
    quote_json(line, value);
}

static void add_time(strbuf *line) {
  struct timespec now;
  struct tm parts;
  char text[40];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  strbuf date = { 0 };
  strbuf_bytes(&date, text, length);
  strbuf_format(&date, ".%03ldZ", now.tv_nsec / 1000000);
  add_pair(line, "time", strbuf_text(&date));
  strbuf_free(&date);
}

void logbook_write(const char *level, const char *event, ...) {
  strbuf line = { 0 }, whole = { 0 };
  va_list pairs;
  add_time(&line);
  add_pair(&line, "level", level);
  add_pair(&line, "event", event);
  va_start(pairs, event);
  for (const char *key; (key = va_arg(pairs, const char *));) add_pair(&line, key, va_arg(pairs, const char *));
  va_end(pairs);
  strbuf_format(&whole, use_json ? "{%s}\n" : "%s\n", strbuf_text(&line));
  /* One call a line, so that lines of several threads do not mix. Nobody could be told that it failed. */
  ssize_t written = write(STDERR_FILENO, strbuf_text(&whole), whole.length);
  (void)written;
  strbuf_free(&line);
  strbuf_free(&whole);
}
