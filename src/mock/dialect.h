/* dialect: how one provider family lists models, counts tokens, generates and refuses. What is common to all of them is decided
 * once, in dialect.c: which endpoint, whether the key is good, whether there is such a model. Pure: a request in, a response out. It knows
 * no sockets. */
#ifndef ROSTER_MOCK_DIALECT_H
#define ROSTER_MOCK_DIALECT_H

#include "mock/request.h"
#include "mock/response.h"
#include "mock/scenario.h"

/* Responds as the server's protocol does; a server without one has no paths. */
void dialect_respond(const scenario_server *server, const request *req, response *out);

/* From here on: what dialect.c and the dialects share. */

typedef enum { REFUSE_NO_KEY, REFUSE_BAD_KEY, REFUSE_UNKNOWN_MODEL, REFUSE_NO_ACCESS, REFUSE_NOT_CHAT, REFUSE_NOT_JSON } refusal;

typedef struct call {
  const struct dialect *dialect;
  const scenario_server *server;
  const request *req;
  response *out;
  const char *path; /* resolved, after the server's prefix */
  scenario_endpoint endpoint;
  bool responses; /* OpenAI's second way to generate, open also to models that do not chat */
  bool streams;   /* the path asks for a stream, where it is the path that does */
  char *path_id;  /* the model that the path names; owned */
  json_t *body;   /* of counting and generating, an object; owned */
  const char *id; /* the model as the client spelled it; NULL where it names none */
  const scenario_model *model;
} call;

typedef struct dialect {
  void (*recognise)(call *c); /* sets endpoint, path_id, responses and streams from method and path; or nothing */
  const char *(*key)(const request *req);
  void (*refuse)(call *c, refusal why);
  void (*list)(call *c);
  json_t *(*describe)(const scenario_model *model); /* new */
  bool (*complete)(call *c);                        /* refuses a body that lacks a field or asks for too few tokens */
  json_t *(*count)(const call *c);                  /* new */
  json_t *(*generate)(const call *c);               /* new */
  void (*stream)(const call *c, strbuf *events);    /* the same as events; NULL: always in one piece */
  const char *type;                                 /* content-type */
  const char *id_header;                            /* NULL: the dialect sends no request id */
} dialect;

extern const dialect dialect_anthropic, dialect_openai, dialect_gemini, dialect_cohere, dialect_bedrock, dialect_ollama;

bool call_is(const call *c, const char *method, const char *path);

/* The rest of the path after the folder, or NULL when it is not there or empty. */
const char *call_below(const call *c, const char *method, const char *folder);

/* New array of all listed models from *from on, at most page of them. *from becomes where the next page begins, and *more is
 * whether there is one. */
json_t *call_page(const call *c, size_t *from, size_t page, bool *more);

/* New array of all of them, where there are no pages. */
json_t *call_all(const call *c);

/* The size of a page: what the client asked for, up to the most that the server gives. */
size_t call_page_size(const call *c, size_t asked);

/* One of these words: why an answer of one token ends. A request may ask for no more than that. */
const char *call_ending(const call *c, const char *complete, const char *limit);

/* The smallest legal number of tokens, where the dialect's own is given. */
long call_floor(const call *c, long own);

#endif
