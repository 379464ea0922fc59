/* helper_log: see helper_log.h. */
#include "library/validate/helper_log.h"
#include "util/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static roster_helper_event event_of(const helper_log *l, roster_helper_event_kind kind) {
  return (roster_helper_event){ .kind = kind, .provider_id = l->name, .run = l->run, .text = "", .exit_code = -1 };
}

static roster_helper_event line_event(const helper_log *l, const told_line *line) {
  roster_helper_event e = event_of(l, ROSTER_HELPER_LINE);
  e.error = line->error;
  e.text = line->text;
  return e;
}

static roster_helper_event end_event(const helper_log *l) {
  roster_helper_event e = event_of(l, *l->problem ? ROSTER_HELPER_FAILED : ROSTER_HELPER_VALID);
  e.text = l->problem;
  e.exit_code = l->exit_code;
  return e;
}

static void tell(const helper_listener *to, const roster_helper_event *e) {
  if (to->on_event) to->on_event(to->payload, e);
  if (to->on_line && e->kind == ROSTER_HELPER_LINE) to->on_line(to->payload, &(roster_helper_line){ e->provider_id, e->error, e->text });
}

static void tell_all(const helper_log *l, const roster_helper_event *e) {
  for (const helper_subscriber *s = *l->who; s; s = s->next) tell(&s->listener, e);
}

static void drop(told_line *line) {
  wipe(line->text, strlen(line->text));
  free(line->text);
}

void helper_log_prepare(helper_log *l, uint64_t run) {
  helper_log_free(l);
  l->run = run;
  l->begun = l->over = false;
}

void helper_log_begin(helper_log *l) {
  l->begun = true;
  const roster_helper_event e = event_of(l, ROSTER_HELPER_STARTED);
  tell_all(l, &e);
}

void helper_log_line(helper_log *l, bool error, char *text) {
  if (l->count == MOST_TOLD_LINES) {
    drop(&l->lines[0]);
    memmove(l->lines, l->lines + 1, (MOST_TOLD_LINES - 1) * sizeof *l->lines);
    l->count--;
  }
  told_line *line = &l->lines[l->count++];
  *line = (told_line){ error, text };
  const roster_helper_event e = line_event(l, line);
  tell_all(l, &e);
}

void helper_log_end(helper_log *l, int exit_code, const char *problem, bool told) {
  l->over = true;
  l->exit_code = exit_code;
  snprintf(l->problem, sizeof l->problem, "%s", problem ? problem : "");
  const roster_helper_event e = end_event(l);
  if (told) tell_all(l, &e);
}

void helper_log_forget(helper_log *l, const char *value) {
  size_t kept = 0;
  for (size_t i = 0; i < l->count; i++)
    if (strstr(l->lines[i].text, value))
      drop(&l->lines[i]);
    else
      l->lines[kept++] = l->lines[i];
  l->count = kept;
}

static void tell_late(const helper_log *l, const helper_listener *to, roster_helper_event e) {
  e.old = l->over;
  tell(to, &e);
}

void helper_log_repeat(const helper_log *l, const helper_listener *to) {
  if (!l->begun) return;
  tell_late(l, to, event_of(l, ROSTER_HELPER_STARTED));
  for (size_t i = 0; i < l->count; i++) tell_late(l, to, line_event(l, &l->lines[i]));
  if (l->over) tell_late(l, to, end_event(l));
}

void helper_log_free(helper_log *l) {
  while (l->count > 0) drop(&l->lines[--l->count]);
}
