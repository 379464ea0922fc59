/* answers_anthropic_messages: fuzzes the answers of providers that speak anthropic-messages: see answers.h.
 *
 * Runs: 4000
 */
#define PROTOCOL "anthropic-messages"
#include "answers.h"
