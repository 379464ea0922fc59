/* config: the verb that prints the merged definitions, with the place that each line comes from. */
#include "command/shared/host.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdio.h>
#include <string.h>

/* Where the place of a line begins; its end where it has none. A string that holds the same is taken for one: that costs colour only. */
static const char *place_of(const char *line, const char *end) {
  const char *found = end;
  for (const char *at = line; at + 3 < end; at++)
    if (strncmp(at, "-- ", 3) == 0 && (at == line || at[-1] == ' ')) found = at;
  return found;
}

/* Places are not what the eye should see first; those of a deployer's own files are in the hue of what is good. */
static void write_places(const char *text) {
  for (const char *line = text; *line;) {
    const char *end = strchr(line, '\n');
    if (!end) end = line + strlen(line);
    const char *place = place_of(line, end);
    const bool own = memchr(place, '/', (size_t)(end - place)) != NULL;
    const hue h = own ? HUE_GOOD : HUE_DIM;
    printf("%.*s%s%.*s%s\n", (int)(place - line), line, hue_start(h), (int)(end - place), place, hue_end(h));
    line = *end ? end + 1 : end;
  }
}

int config_run(const arguments *o) {
  host h = { .arguments = o };
  roster_options settings;
  roster_merged_choice choice = ROSTER_MERGED_CHOICE_INIT;
  roster_error err = { 0 };
  char *text = NULL;
  host_settings(&h, o, &settings);
  choice.ids = o->operands;
  choice.id_count = (size_t)o->operand_count;
  choice.changed = arguments_have(o, OPTION_CHANGED);
  choice.json = arguments_have(o, OPTION_JSON);
  choice.width = terminal_is_out() ? terminal_width() : 0;
  const roster_status status = roster_merged_definitions(&text, &settings, &choice, &err);
  const int code = status == ROSTER_OK ? EXIT_GOOD : host_fail(&h, &err);
  if (text && *hue_start(HUE_DIM) && !choice.json)
    write_places(text);
  else if (text)
    document_write_text(text);
  roster_string_free(text);
  host_close(&h);
  return code;
}
