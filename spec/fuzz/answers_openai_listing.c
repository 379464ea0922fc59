#define PROTOCOL "openai-listing"
#include "answers.h"
