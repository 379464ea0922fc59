/* answers_ollama: fuzzes the answers of providers that speak ollama: see answers.h.
 *
 * Runs: 4000
 */
#define PROTOCOL "ollama"
#include "answers.h"
