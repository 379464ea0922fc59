/* handed_out: see handed_out.h. */
#include "library/validate/handed_out.h"

void handed_out_add(handed_out *h, bool current, int64_t now_ms) {
  if (current) {
    h->open++;
    h->ever = true;
    h->last_ms = now_ms;
  } else {
    h->open_before++;
    h->before_ms = now_ms;
  }
}

void handed_out_replace(handed_out *h) {
  if (h->ever) h->before_ms = h->last_ms;
  *h = (handed_out){ .open_before = h->open_before + h->open, .before_ms = h->before_ms };
}

void handed_out_end(handed_out *h) {
  if (h->open)
    h->open--;
  else if (h->open_before)
    h->open_before--;
}

bool handed_out_refuse(handed_out *h, int64_t now_ms, int64_t late_ms) {
  if (now_ms - h->before_ms > late_ms) h->open_before = 0;
  const bool late = h->open_before > 0;
  if (late)
    h->open_before--;
  else if (h->open)
    h->open--;
  return late;
}
