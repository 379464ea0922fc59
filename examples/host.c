/* Embeds roster in a C program: loads the definitions, validates them against the providers whose keys are set, and prints which models can
 * be used and why the others cannot. Makes no requests when the first argument is "offline".
 *
 *   cc host.c $(pkg-config --cflags --libs roster) -o host && ./host */
#include <roster.h>

#include <stdio.h>
#include <string.h>

static void print_models(const roster_snapshot *s) {
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    if (roster_model_usable(m))
      printf("%-24s %s\n", roster_model_id(m), roster_model_url(m));
    else
      printf("%-24s %s: %s\n", roster_model_id(m), roster_state_name(roster_model_state(m)), roster_model_reason(m));
  }
}

int main(int argc, char **argv) {
  roster *r = NULL;
  roster_error err;
  if (roster_open(&r, NULL, &err) != ROSTER_OK) {
    fprintf(stderr, "%s:%d: %s\n", err.file, err.line, err.message);
    return 1;
  }
  if ((argc < 2 || strcmp(argv[1], "offline") != 0) && roster_refresh(r, &err) != ROSTER_OK) fprintf(stderr, "%s\n", err.message);

  const roster_snapshot *s = roster_acquire(r); /* immutable; hold it for as long as one request lasts */
  print_models(s);
  const roster_model *m = roster_default(s);
  printf("default: %s\n", m ? roster_model_id(m) : "none");
  roster_release(s);
  roster_close(r);
  return 0;
}
