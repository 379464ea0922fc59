/* answers_bedrock_converse: fuzzes the answers of providers that speak bedrock-converse: see answers.h.
 *
 * Runs: 4000
 */
#define PROTOCOL "bedrock-converse"
#include "answers.h"
