/* answers_openai_chat: fuzzes the answers of providers that speak openai-chat: see answers.h.
 *
 * Runs: 4000
 */
#define PROTOCOL "openai-chat"
#include "answers.h"
