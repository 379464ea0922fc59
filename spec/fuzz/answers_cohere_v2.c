#define PROTOCOL "cohere-v2"
#include "answers.h"
