/* stage: the stand-ins of one provider under test: a server for each scene. */
#ifndef ROSTER_COMMAND_TEST_STAGE_H
#define ROSTER_COMMAND_TEST_STAGE_H

#include "command/test/scenes.h"

#include "command/shared/door.h"

typedef struct stage {
  door door;
  mock_provider *servers;
  int place[SCENE_COUNT]; /* of a scene among the servers; -1: nobody can play it */
  size_t pages;           /* of the listing */
} stage;

bool stage_begin(stage *t, const subject *s, roster_error *err);
void stage_end(stage *t);
const char *stage_address(const stage *t, scene_id scene); /* NULL: nobody can play it */

#endif
