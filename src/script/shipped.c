/* shipped: the files of lua/, put into the library by the assembler. */
#include "script/shipped.h"

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
SHIP(gemini, "lua/protocols/gemini.lua")
SHIP(mock, "lua/protocols/mock.lua")
SHIP(openai_chat, "lua/protocols/openai-chat.lua")
SHIP(openai_responses, "lua/protocols/openai-responses.lua")
SHIP(gateways, "lua/gateways.lua")
SHIP(providers, "lua/providers.lua")
SHIP(models, "lua/models.lua")
SHIP(rules, "lua/rules.lua")

#define SHIPPED(name, symbol, always)                                                                                                      \
  { name, shipped_##symbol, shipped_##symbol##_end, always }

const shipped_file shipped_files[] = {
  SHIPPED("protocols/anthropic-messages.lua", anthropic_messages, "anthropic-messages"),
  SHIPPED("protocols/gemini.lua", gemini, "gemini"),
  SHIPPED("protocols/mock.lua", mock, "mock"),
  SHIPPED("protocols/openai-chat.lua", openai_chat, "openai-chat"),
  SHIPPED("protocols/openai-responses.lua", openai_responses, "openai-responses"),
  SHIPPED("gateways.lua", gateways, NULL),
  SHIPPED("providers.lua", providers, NULL),
  SHIPPED("models.lua", models, NULL),
  SHIPPED("rules.lua", rules, NULL),
  { NULL, NULL, NULL, NULL },
};
