#define PROTOCOL "gemini"
#include "answers.h"
