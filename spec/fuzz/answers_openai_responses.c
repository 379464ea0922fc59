#define PROTOCOL "openai-responses"
#include "answers.h"
