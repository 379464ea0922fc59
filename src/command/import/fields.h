/* fields: one model of a models.dev file in our words. What we have no word for is left out. */
#ifndef ROSTER_COMMAND_IMPORT_FIELDS_H
#define ROSTER_COMMAND_IMPORT_FIELDS_H

#include "util/json.h"
#include <stdbool.h>

/* Whether it answers in text. */
bool fields_chats(const json_t *model);
/* A block without `provider` and `api_name`. What holds no such value is left out; *wrong then names the first. */
json_t *fields_take(const json_t *model, const char **wrong);

#endif
