/* answers_cohere_v2: fuzzes the answers of providers that speak cohere-v2: see answers.h.
 *
 * Runs: 4000
 */
#define PROTOCOL "cohere-v2"
#include "answers.h"
