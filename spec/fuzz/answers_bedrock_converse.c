#define PROTOCOL "bedrock-converse"
#include "answers.h"
