/* discovered: how much longer a refresh takes whose models were all discovered by the one before it. Real requests through the shipped
 * transport; processor time, since the answers come from another process. Uses only roster.h.
 *
 *     discovered ROUNDS URL ...     ms of the first refresh, of the second, and their ratio; medians of rounds, each a registry of its own
 */
#include "quiet.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_ROUNDS = 100 };

static char text[64 * 1024];

static void write_providers(int count, char **urls) {
  size_t length = 0;
  for (int i = 0; i < count && length < sizeof text; i++)
    length += (size_t)snprintf(
        text + length, sizeof text - length,
        "provider \"p%d\" { protocol = \"openai-chat\", base_url = \"%s\", discover = true, list_proves = \"access\" }\n", i, urls[i]);
  if (length >= sizeof text) exit(2);
}

static void give_up(const char *message) {
  fprintf(stderr, "discovered: %s\n", message);
  exit(1);
}

static double refresh_ms(roster *r, size_t *known) {
  struct timespec begin, end;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
  quiet_reload(r);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  const roster_snapshot *s = roster_acquire(r);
  *known = roster_known_count(s);
  roster_release(s);
  return (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
}

int main(int argc, char **argv) {
  double first[MOST_ROUNDS], second[MOST_ROUNDS], ratio[MOST_ROUNDS];
  int rounds = argc > 2 ? atoi(argv[1]) : 0;
  if (rounds < 1 || rounds > MOST_ROUNDS) return 2;
  write_providers(argc - 2, argv + 2);
  roster_definition definition = { "providers.lua", text };
  for (int i = 0; i < rounds; i++) {
    roster_options options = ROSTER_OPTIONS_INIT;
    roster_error err = { 0 };
    roster *r = NULL;
    size_t before, after;
    options.config = "";
    options.no_builtin = true;
    options.definitions = &definition;
    options.definition_count = 1;
    if (roster_open(&r, &options, &err) != ROSTER_OK) give_up(err.message);
    first[i] = refresh_ms(r, &before);
    second[i] = refresh_ms(r, &after);
    ratio[i] = second[i] / first[i];
    roster_close(r);
    if (!before || before != after) give_up("the two refreshes found different models");
  }
  printf("%.2f %.2f %.3f\n", median(first, rounds), median(second, rounds), median(ratio, rounds));
  return 0;
}
