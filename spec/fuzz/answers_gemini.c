/* answers_gemini: fuzzes the answers of providers that speak gemini: see answers.h.
 *
 * Runs: 4000
 */
#define PROTOCOL "gemini"
#include "answers.h"
