/* served: see served.h. The one program of the benches that is linked with objects of src/server. */
#include "served.h"

#include "server/counters.h"
#include "server/history.h"
#include "server/page_data.h"

#include <stdlib.h>

size_t served_page(const roster_snapshot *s) {
  strbuf out = { 0 };
  page_data_write(&out, s);
  const size_t length = out.length;
  strbuf_free(&out);
  return length;
}

size_t served_history(const roster_snapshot *before, const roster_snapshot *after) {
  history *h = history_new();
  strbuf out = { 0 };
  history_take(h, before, 1);
  history_take(h, after, 2);
  history_write(h, &out);
  const size_t length = out.length;
  strbuf_free(&out);
  history_free(h);
  return length;
}

size_t served_tallies(const roster_snapshot *s) {
  tally *all = tally_providers(s);
  size_t known = 0;
  for (size_t i = 0; all && i < roster_provider_count(s); i++)
    for (int state = 0; state < STATES; state++) known += all[i].in_state[state];
  free(all);
  return known;
}
