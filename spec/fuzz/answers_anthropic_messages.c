#define PROTOCOL "anthropic-messages"
#include "answers.h"
