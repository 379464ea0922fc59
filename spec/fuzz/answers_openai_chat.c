#define PROTOCOL "openai-chat"
#include "answers.h"
