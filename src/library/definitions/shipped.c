/* shipped: the files of lua/, embedded by the assembler, and their bytecode, kept for later loads of the process: a reload would spend a
 * third of its time on compiling the same protocols again. Only shipped files are kept like that, since Lua does not check bytecode. */
#include "library/definitions/state.h"
#include "util/embed.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- bytecode ---- */

enum { MOST_SHIPPED = 32 };

typedef struct code {
  char *at;
  size_t length, room;
} code;

static _Atomic(code *) kept[MOST_SHIPPED];
static atomic_size_t readers;

static void code_free(code *c) {
  if (!c) return;
  free(c->at);
  free(c);
}

static int write_code(lua_State *L, const void *bytes, size_t length, void *payload) {
  (void)L;
  code *c = payload;
  if (c->length + length > c->room) {
    size_t room = (c->length + length) * 2;
    char *more = realloc(c->at, room);
    if (!more) return 1;
    c->at = more;
    c->room = room;
  }
  memcpy(c->at + c->length, bytes, length);
  c->length += length;
  return 0;
}

bool shipped_push(lua_State *L, const shipped_file *f) {
  const size_t at = (size_t)(f - shipped_files);
  atomic_fetch_add(&readers, 1);
  const code *c = at < MOST_SHIPPED ? atomic_load(&kept[at]) : NULL;
  int status = c ? luaL_loadbufferx(L, c->at, c->length, f->name, "b") : LUA_OK;
  atomic_fetch_sub(&readers, 1);
  if (status != LUA_OK) lua_error(L);
  return c != NULL;
}

/* Several registries may load at once: the first one is kept. */
void shipped_keep(lua_State *L, const shipped_file *f) {
  const size_t at = (size_t)(f - shipped_files);
  code *c = at < MOST_SHIPPED ? calloc(1, sizeof *c) : NULL, *none = NULL;
  if (!c) return;
  bool written = lua_dump(L, write_code, c, 0) == 0;
  char *fitting = written ? realloc(c->at, c->length) : NULL; /* without spare room, since it is kept as long as the process runs */
  if (fitting) c->at = fitting;
  if (!written || !atomic_compare_exchange_strong(&kept[at], &none, c)) code_free(c);
}

/* When the library is unloaded, or the process ends, perhaps in the middle of a load. */
__attribute__((destructor)) static void free_kept(void) {
  for (size_t i = 0; i < MOST_SHIPPED; i++) {
    code *c = atomic_exchange(&kept[i], NULL);
    if (atomic_load(&readers) == 0) code_free(c);
  }
}
