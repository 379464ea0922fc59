/* answers_openai_listing: fuzzes the answers of providers that speak openai-listing: see answers.h.
 *
 * Runs: 4000
 */
#define PROTOCOL "openai-listing"
#include "answers.h"
