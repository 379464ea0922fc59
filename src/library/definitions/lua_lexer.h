/* lua_lexer: the tokens of a Lua text, for findings that show a place in it: where a key is, and what is wrong where Lua does not compile.
 * It reads what Lua 5.4 reads, goes on after whatever Lua refuses, and copies nothing. Each byte is looked at a bounded number of times. */
#ifndef ROSTER_DEFINITIONS_LUA_LEXER_H
#define ROSTER_DEFINITIONS_LUA_LEXER_H

#include <stdbool.h>
#include <stddef.h>

typedef enum lua_token_kind {
  LUA_TOKEN_NAME, /* and keywords */
  LUA_TOKEN_STRING,
  LUA_TOKEN_NUMBER,
  LUA_TOKEN_SYMBOL,
  LUA_TOKEN_BAD, /* a malformed number, a string or comment that does not end, or one character that Lua does not have */
  LUA_TOKEN_END  /* from then on always */
} lua_token_kind;

typedef struct lua_token {
  lua_token_kind kind;
  const char *text; /* borrowed: its place in the text that was given; a string with its quotes */
  size_t length;    /* in bytes */
  int line, column; /* of its first character, both counted from 1; columns are code points, and a tab is one */
} lua_token;

typedef struct lua_lexer {
  const char *at, *end;
  int line, column;
} lua_lexer;

/* The text need not end with a NUL; a byte order mark at its beginning is skipped. */
void lua_lexer_begin(lua_lexer *l, const char *text, size_t length);
lua_token lua_lexer_next(lua_lexer *l);
/* Whether the token is this text. */
bool lua_token_is(const lua_token *t, const char *text);
bool lua_is_keyword(const char *text, size_t length);

#endif
