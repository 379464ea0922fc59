/* calendar: see calendar.h. Lines end with CRLF and are folded at 75 bytes, not within a character; an event is an entire day, keeps its
 * UID when the day is moved, and takes no time in the calendar of a person. A calendar has to hold something, so one without events holds
 * the time zone. */
#include "server/calendar.h"

#include "util/clock.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 75 };

/* ---- lines ---- */

static bool begins_character(char byte) { return ((unsigned char)byte & 0xc0) != 0x80; }

static void add_line(strbuf *out, const char *line) {
  size_t left = strlen(line), room = LINE_BYTES;
  while (left > room) {
    size_t length = room;
    while (length > 1 && !begins_character(line[length])) length--;
    strbuf_bytes(out, line, length);
    strbuf_add(out, "\r\n ");
    line += length;
    left -= length;
    room = LINE_BYTES - 1; /* the blank counts */
  }
  strbuf_bytes(out, line, left);
  strbuf_add(out, "\r\n");
}

/* 3.3.11 */
static void add_escaped(strbuf *line, const char *text) {
  for (; *text; text++) {
    if (strchr("\\;,", *text)) strbuf_add(line, "\\");
    if (*text == '\n')
      strbuf_add(line, "\\n");
    else if ((unsigned char)*text >= ' ' && *text != 0x7f)
      strbuf_bytes(line, text, 1);
  }
}

static void add_text(strbuf *out, const char *name, const char *text) {
  strbuf line = { 0 };
  strbuf_format(&line, "%s:", name);
  add_escaped(&line, text);
  add_line(out, strbuf_text(&line));
  if (line.failed) strbuf_fail(out);
  strbuf_free(&line);
}

/* ---- an event ---- */

/* "20261211", "20261211T080000Z" */
static void add_time(strbuf *out, const char *name, time_t at, const char *format) {
  char text[64], line[128];
  struct tm parts;
  gmtime_r(&at, &parts);
  strftime(text, sizeof text, format, &parts);
  snprintf(line, sizeof line, "%s:%s", name, text);
  add_line(out, line);
}

/* An id is one model's, and it does not change when its day does. */
static void add_uid(strbuf *out, const roster_retirement *r) {
  strbuf uid = { 0 };
  strbuf_format(&uid, "retirement-%s@roster", roster_model_id(r->model));
  add_text(out, "UID", strbuf_text(&uid));
  if (uid.failed) strbuf_fail(out);
  strbuf_free(&uid);
}

static void add_summary(strbuf *out, const roster_retirement *r) {
  strbuf text = { 0 };
  strbuf_format(&text, "%s (%s) retires", roster_model_id(r->model), roster_provider_title(roster_model_provider(r->model)));
  add_text(out, "SUMMARY", strbuf_text(&text));
  if (text.failed) strbuf_fail(out);
  strbuf_free(&text);
}

static void add_description(strbuf *out, const roster_retirement *r) {
  strbuf text = { 0 };
  strbuf_add(&text, *r->replacement ? "Its replacement is " : "No replacement is known");
  strbuf_format(&text, "%s.", r->replacement);
  if (strlen(r->day) < strlen("2026-12-11")) strbuf_format(&text, "\nOnly %s is known of the day.", r->day);
  if (r->used_count) strbuf_add(&text, "\nUsed by: ");
  for (size_t i = 0; i < r->used_count; i++) strbuf_format(&text, "%s%s", i ? ", " : "", r->used_by[i]);
  add_text(out, "DESCRIPTION", strbuf_text(&text));
  if (text.failed) strbuf_fail(out);
  strbuf_free(&text);
}

static void add_event(strbuf *out, const roster_retirement *r, time_t made) {
  add_line(out, "BEGIN:VEVENT");
  add_uid(out, r);
  add_time(out, "DTSTAMP", made, "%Y%m%dT%H%M%SZ");
  add_time(out, "DTSTART;VALUE=DATE", (time_t)(day_ms(r->day) / 1000), "%Y%m%d");
  add_summary(out, r);
  add_description(out, r);
  add_line(out, r->used_count ? "CATEGORIES:Retirement,In use" : "CATEGORIES:Retirement");
  add_line(out, "TRANSP:TRANSPARENT");
  add_line(out, "END:VEVENT");
}

/* ---- all of it ---- */

static void add_zone(strbuf *out) {
  static const char *const lines[] = { "BEGIN:VTIMEZONE",    "TZID:UTC",         "BEGIN:STANDARD", "DTSTART:19700101T000000",
                                       "TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD",   "END:VTIMEZONE" };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) add_line(out, lines[i]);
}

void calendar_write(strbuf *out, const roster_snapshot *s, int64_t within_days, time_t made) {
  const roster_retirement *r;
  size_t count = 0;
  add_line(out, "BEGIN:VCALENDAR");
  add_line(out, "VERSION:2.0");
  add_line(out, "PRODID:-//roster//retirements " ROSTER_VERSION "//EN");
  add_line(out, "CALSCALE:GREGORIAN");
  add_line(out, "X-WR-CALNAME:Retirements of models");
  add_line(out, "REFRESH-INTERVAL;VALUE=DURATION:P1D");
  add_line(out, "X-PUBLISHED-TTL:P1D");
  for (; (r = roster_retirement_at(s, count)) && (within_days < 0 || r->days <= within_days); count++)
    add_event(out, r, made ? made : time(NULL));
  if (!count) add_zone(out);
  add_line(out, "END:VCALENDAR");
}
