/* hold: whether an edit of the definitions would take away so much that somebody should look first. */
#ifndef ROSTER_REGISTRY_HOLD_H
#define ROSTER_REGISTRY_HOLD_H

#include "library/registry/answer.h"

/* True, and err says what would be lost, where the definitions of `after` themselves (not the providers' answers) lose the default model
 * of `before` or more than half of its usable ones, and do not say hold = false. Never before anybody was asked. */
bool hold_back(const answer_data *before, const answer_data *after, roster_error *err);

#endif
