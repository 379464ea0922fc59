#define PROTOCOL "ollama"
#include "answers.h"
