/* scene: definitions of any number of models and providers, and a transport in the same process that answers for those providers from
 * memory. All of a scene's models are defined, or all are discovered. */
#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include "quiet.h"

enum { MISSING = 3 }; /* names that the second listing of the first provider leaves out */

typedef struct text {
  char *at;
  size_t length, room;
} text;

typedef struct request {
  uint64_t id;
  size_t provider;
  bool lists; /* else it asks for one model */
} request;

typedef struct scene {
  bool discovered;
  size_t models, providers;
  text providers_text, proving_text; /* the same with listings that prove no model */
  text *model_texts;                 /* a file for each provider */
  roster_definition *definitions;
  roster_variable *environment; /* a key and a setting of each provider */
  size_t variables;
  text *listings, shorter; /* what each provider lists; the first one's second listing */
  roster_transport transport;
  bool later; /* the first provider's listing is the shorter one by now */
  request *waiting;
  size_t waiting_count;
  roster_http_response response;
} scene;

void scene_open(scene *s, bool discovered, size_t models, size_t providers);
void scene_close(scene *s);
roster *scene_registry(scene *s, roster_level level); /* exits when it cannot be opened */

#endif
