/* shipped: the files of lua/, embedded by the assembler. */
#include "library/definitions/script.h"
#include "util/embed.h"

#include <stddef.h>

#define SHIP(symbol, path) EMBED(shipped_##symbol, path)

SHIP(anthropic_messages, "lua/protocols/anthropic-messages.lua")
SHIP(bedrock_converse, "lua/protocols/bedrock-converse.lua")
SHIP(cohere_v2, "lua/protocols/cohere-v2.lua")
SHIP(gemini, "lua/protocols/gemini.lua")
SHIP(mock, "lua/protocols/mock.lua")
SHIP(ollama, "lua/protocols/ollama.lua")
SHIP(openai_chat, "lua/protocols/openai-chat.lua")
SHIP(openai_listing, "lua/protocols/openai-listing.lua")
SHIP(openai_responses, "lua/protocols/openai-responses.lua")
SHIP(gateways, "lua/gateways.lua")
SHIP(providers, "lua/providers.lua")
SHIP(hosts, "lua/hosts.lua")
SHIP(clouds, "lua/clouds.lua")
SHIP(local_servers, "lua/local.lua")
SHIP(models, "lua/models.lua")
SHIP(older_models, "lua/older_models.lua")
SHIP(rules, "lua/rules.lua")
SHIP(sources, "lua/sources.lua")
SHIP(documents, "lua/documents.lua")
SHIP(ids, "lua/ids.lua")

#define SHIPPED(name, symbol, protocol)                                                                                                    \
  { name, shipped_##symbol, shipped_##symbol##_end, protocol, NULL }

const shipped_file shipped_files[] = {
  SHIPPED("protocols/anthropic-messages.lua", anthropic_messages, "anthropic-messages"),
  SHIPPED("protocols/bedrock-converse.lua", bedrock_converse, "bedrock-converse"),
  SHIPPED("protocols/cohere-v2.lua", cohere_v2, "cohere-v2"),
  SHIPPED("protocols/gemini.lua", gemini, "gemini"),
  SHIPPED("protocols/mock.lua", mock, "mock"),
  SHIPPED("protocols/ollama.lua", ollama, "ollama"),
  SHIPPED("protocols/openai-chat.lua", openai_chat, "openai-chat"),
  SHIPPED("protocols/openai-listing.lua", openai_listing, "openai-listing"),
  SHIPPED("protocols/openai-responses.lua", openai_responses, "openai-responses"),
  SHIPPED("gateways.lua", gateways, NULL),
  SHIPPED("providers.lua", providers, NULL),
  SHIPPED("hosts.lua", hosts, NULL),
  SHIPPED("clouds.lua", clouds, NULL),
  SHIPPED("local.lua", local_servers, NULL),
  SHIPPED("models.lua", models, NULL),
  SHIPPED("older_models.lua", older_models, NULL),
  SHIPPED("rules.lua", rules, NULL),
  SHIPPED("sources.lua", sources, NULL),
  { "documents.lua", shipped_documents, shipped_documents_end, NULL, "document" },
  { "ids.lua", shipped_ids, shipped_ids_end, NULL, "ids" },
  { NULL, NULL, NULL, NULL, NULL },
};
