/* meter: see meter.h. */
#include "command/migrate/meter.h"

#include "command/migrate/renaming.h"

#include "util/strbuf.h"

enum { STEPS_BETWEEN = 50 * 1000, QUIET_MS = 250 };

void meter_begin(meter *m) {
  *m = (meter){ .begun_ms = progress_now_ms() };
  pthread_mutex_init(&m->lock, NULL);
  progress_open(&m->line);
}

void meter_end(meter *m) {
  progress_end(&m->line);
  pthread_mutex_destroy(&m->lock);
}

/* Locked. */
static void show(meter *m) {
  int64_t passed = progress_now_ms() - m->begun_ms;
  if (!m->line.on || passed < QUIET_MS) return;
  strbuf text = { 0 };
  if (m->rows) strbuf_format(&text, "%lld rows changed, ", (long long)m->rows);
  if (m->copied == 100)
    strbuf_add(&text, "checking the copy, ");
  else if (m->copied)
    strbuf_format(&text, "%d %% copied, ", m->copied);
  else if (!m->rows)
    strbuf_add(&text, "looking at the rows, ");
  strbuf_format(&text, "%lld s", (long long)passed / 1000);
  progress_say(&m->line, strbuf_text(&text));
  strbuf_free(&text);
}

static int tick(void *given) {
  const database *d = given;
  meter *m = d->meter;
  pthread_mutex_lock(&m->lock);
  if (d->changes) m->rows = renaming_values(d->renaming);
  show(m);
  pthread_mutex_unlock(&m->lock);
  return 0; /* go on */
}

void meter_watch(meter *m, database *d) {
  d->meter = m;
  if (m->line.on) sqlite3_progress_handler(d->handle, STEPS_BETWEEN, tick, d);
}

void meter_copied(meter *m, int left, int total) {
  pthread_mutex_lock(&m->lock);
  m->copied = total ? (int)(100 * (int64_t)(total - left) / total) : 100;
  show(m);
  pthread_mutex_unlock(&m->lock);
}
