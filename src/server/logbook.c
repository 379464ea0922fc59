/* logbook: see logbook.h. */
#include "server/logbook.h"

#include "command/shared/paper.h"

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

static void add_pair(paper *line, const char *key, const char *value) {
  if (line->length) paper_add(line, use_json ? "," : " ");
  if (use_json)
    paper_quote(line, key);
  else
    paper_add(line, key);
  paper_add(line, use_json ? ":" : "=");
  if (!use_json && is_plain(value) && !has_control(value))
    paper_add(line, value);
  else
    paper_quote(line, value);
}

static void add_time(paper *line) {
  struct timespec now;
  struct tm parts;
  char text[40];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  paper date = { 0 };
  paper_bytes(&date, text, length);
  paper_format(&date, ".%03ldZ", now.tv_nsec / 1000000);
  add_pair(line, "time", paper_text(&date));
  paper_free(&date);
}

void logbook_write(const char *level, const char *event, ...) {
  paper line = { 0 }, whole = { 0 };
  va_list pairs;
  add_time(&line);
  add_pair(&line, "level", level);
  add_pair(&line, "event", event);
  va_start(pairs, event);
  for (const char *key; (key = va_arg(pairs, const char *));) add_pair(&line, key, va_arg(pairs, const char *));
  va_end(pairs);
  paper_format(&whole, use_json ? "{%s}\n" : "%s\n", paper_text(&line));
  /* One call a line, so that lines of several threads do not mix. Nobody could be told that it failed. */
  ssize_t written = write(STDERR_FILENO, paper_text(&whole), whole.length);
  (void)written;
  paper_free(&line);
  paper_free(&whole);
}
