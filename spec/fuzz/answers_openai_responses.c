/* answers_openai_responses: fuzzes the answers of providers that speak openai-responses: see answers.h.
 *
 * Runs: 4000
 */
#define PROTOCOL "openai-responses"
#include "answers.h"
