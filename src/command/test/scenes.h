/* scenes: one provider's definitions at work against stand-ins: what they send, and what they make of each kind of answer. */
#ifndef ROSTER_COMMAND_TEST_SCENES_H
#define ROSTER_COMMAND_TEST_SCENES_H

#include "command/test/subject.h"

typedef enum scene_id {
  SCENE_GOOD,     /* the key is good and every model is there */
  SCENE_UNLISTED, /* the same, at a host that does not list */
  SCENE_REFUSED,  /* no key is good */
  SCENE_PUBLIC,   /* the same, at a host that lists for anybody */
  SCENE_UNKNOWN,  /* the key is good, and other models are there */
  SCENE_BLIND,    /* the same, at a host that looks up nothing */
  SCENE_LIMITED,  /* 429 */
  SCENE_DOWN,     /* 503 */
  SCENE_PAGE,     /* 200, and a page for people */
  SCENE_COUNT
} scene_id;

/* What came of a validation in a scene. */
typedef struct take {
  bool played;     /* false: no stand-in can play it */
  json_t *verdict; /* "ready at list" by model */
  json_t *sent;    /* as of lead */
  size_t pages;    /* requests for the listing */
  bool understood; /* and all of them answered with one */
} take;

typedef struct play {
  take free[SCENE_COUNT];   /* at the usual level */
  take billed[SCENE_COUNT]; /* and with the smallest request */
  bool kept;                /* a model that was ready stays usable when the provider limits */
  size_t pages;             /* that the stand-in's listing has; 1 where its protocol has none */
  bool betrayed;            /* a secret stood in a document, an address or a body */
} play;

/* False and the error when the stand-ins or the registry are not to be had. */
bool scenes_play(const subject *s, play *out, roster_error *err);
void scenes_free(play *p);

const char *scene_name(scene_id id);
/* "ready at list", or which models are what. New. */
char *take_summary(const take *t);
bool take_all(const take *t, const char *const *states); /* every verdict is one of these, "ready" or "ready at list"; NULL ends them */

#endif
