/* shipped: the files of lua/, put into the library by the assembler. */
#include "library/definitions/shipped.h"

#define SHIP(symbol, path)                                                                                                                 \
  __asm__(".section .rodata\n"                                                                                                             \
          ".hidden shipped_" #symbol "\n"                                                                                                  \
          ".globl shipped_" #symbol "\n"                                                                                                   \
          "shipped_" #symbol ":\n"                                                                                                         \
          ".incbin \"" path "\"\n"                                                                                                         \
          ".hidden shipped_" #symbol "_end\n"                                                                                              \
          ".globl shipped_" #symbol "_end\n"                                                                                               \
          "shipped_" #symbol "_end:\n"                                                                                                     \
          ".byte 0\n"                                                                                                                      \
          ".previous\n");                                                                                                                  \
  extern const char shipped_##symbol[] __attribute__((visibility("hidden")));                                                              \
  extern const char shipped_##symbol##_end[] __attribute__((visibility("hidden")));

SHIP(anthropic_messages, "lua/protocols/anthropic-messages.lua")
SHIP(bedrock_converse, "lua/protocols/bedrock-converse.lua")
SHIP(cohere_v2, "lua/protocols/cohere-v2.lua")
SHIP(gemini, "lua/protocols/gemini.lua")
SHIP(mock, "lua/protocols/mock.lua")
SHIP(ollama, "lua/protocols/ollama.lua")
SHIP(openai_chat, "lua/protocols/openai-chat.lua")
SHIP(openai_responses, "lua/protocols/openai-responses.lua")
SHIP(gateways, "lua/gateways.lua")
SHIP(providers, "lua/providers.lua")
SHIP(clouds, "lua/clouds.lua")
SHIP(local_servers, "lua/local.lua")
SHIP(models, "lua/models.lua")
SHIP(older_models, "lua/older_models.lua")
SHIP(rules, "lua/rules.lua")

#define SHIPPED(name, symbol, always)                                                                                                      \
  { name, shipped_##symbol, shipped_##symbol##_end, always }

const shipped_file shipped_files[] = {
  SHIPPED("protocols/anthropic-messages.lua", anthropic_messages, "anthropic-messages"),
  SHIPPED("protocols/bedrock-converse.lua", bedrock_converse, "bedrock-converse"),
  SHIPPED("protocols/cohere-v2.lua", cohere_v2, "cohere-v2"),
  SHIPPED("protocols/gemini.lua", gemini, "gemini"),
  SHIPPED("protocols/mock.lua", mock, "mock"),
  SHIPPED("protocols/ollama.lua", ollama, "ollama"),
  SHIPPED("protocols/openai-chat.lua", openai_chat, "openai-chat"),
  SHIPPED("protocols/openai-responses.lua", openai_responses, "openai-responses"),
  SHIPPED("gateways.lua", gateways, NULL),
  SHIPPED("providers.lua", providers, NULL),
  SHIPPED("clouds.lua", clouds, NULL),
  SHIPPED("local.lua", local_servers, NULL),
  SHIPPED("models.lua", models, NULL),
  SHIPPED("older_models.lua", older_models, NULL),
  SHIPPED("rules.lua", rules, NULL),
  { NULL, NULL, NULL, NULL },
};
