/* init: the verb that writes commented definitions to edit. Every line in them is a comment until somebody removes the dashes. */
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what is written ---- */

#define HOW_TO                                                                                                                             \
  "-- Nothing here is active yet. Put another dash before --[[ to turn an example on.\n"                                                   \
  "-- `roster lint` checks what you wrote; `roster paths` lists the files read, in order.\n\n"

static const char template_providers[] =
    "-- providers.lua: the providers that roster checks, and their keys. It amends the shipped definitions.\n" HOW_TO
    "-- A shipped provider: only the keys given here change.\n"
    "--[[\n"
    "provider \"anthropic\" {\n"
    "  timeout = 30 * seconds,\n"
    "}\n"
    "--]]\n\n"
    "-- Your own provider. Name the key here, never write it: its value goes into the variable\n"
    "-- ACME_API_KEY, or into the file that ACME_API_KEY_FILE names.\n"
    "--[[\n"
    "provider \"acme\" {\n"
    "  title      = \"Acme\",\n"
    "  protocol   = \"openai-chat\",              -- or anthropic-messages, openai-responses, gemini\n"
    "  base_url   = \"https://llm.acme.example\", -- without /v1: the protocol knows its paths\n"
    "  credential = secret \"ACME_API_KEY\",\n"
    "}\n"
    "--]]\n\n"
    "-- A server on your own machine that needs no key.\n"
    "--[[\n"
    "provider \"local\" {\n"
    "  title      = \"This machine\",\n"
    "  protocol   = \"openai-chat\",\n"
    "  base_url   = \"http://127.0.0.1:8080\",\n"
    "}\n"
    "--]]\n\n"
    "-- A shipped provider that you never want to see.\n"
    "--[[\n"
    "provider \"fireworks\" { enabled = false }\n"
    "--]]\n\n"
    "-- A gateway in front of the providers. It is off unless LLM_GATEWAY is set.\n"
    "--[[\n"
    "gateway \"company\" {\n"
    "  base_url    = setting \"LLM_GATEWAY\",\n"
    "  path        = \"/_/gateway/{provider}\",\n"
    "  credentials = \"forwarded\",               -- \"injected\" when the gateway adds the keys itself\n"
    "  providers   = { \"anthropic\", \"openai\" }, -- the providers behind it; without this line, all\n"
    "}\n"
    "--]]\n";

static const char template_models[] = "-- models.lua: the models that you offer. It amends the shipped definitions.\n" HOW_TO
                                      "-- Your own model, at the provider \"local\" of providers.lua.\n"
                                      "--[[\n"
                                      "model \"my-model\" {\n"
                                      "  provider       = \"local\",\n"
                                      "  api_name       = \"my-model-8b-instruct\", -- what the provider calls it\n"
                                      "  description    = \"My model\",\n"
                                      "  context_window = 128 * K,\n"
                                      "  price          = { input = 0, output = 0 }, -- US dollars per million tokens\n"
                                      "  aliases        = { \"mine\" },              -- other spellings that people type\n"
                                      "  formerly       = { \"my-model-v0\" },       -- ids that old conversations hold\n"
                                      "}\n"
                                      "--]]\n\n"
                                      "-- The same model again, with one difference.\n"
                                      "--[[\n"
                                      "model \"my-model-long\" {\n"
                                      "  inherit        = \"my-model\",\n"
                                      "  api_name       = \"my-model-8b-instruct-long\",\n"
                                      "  context_window = 1 * M,\n"
                                      "}\n"
                                      "--]]\n\n"
                                      "-- A shipped model: only the keys given here change. `roster models --all` lists the ids.\n"
                                      "--[[\n"
                                      "model \"gpt-4o\" { enabled = false }\n"
                                      "--]]\n\n"
                                      "-- A retired id: using it is an error that names its replacement.\n"
                                      "--[[\n"
                                      "retired \"my-model-2024\" { replacement = \"my-model\" }\n"
                                      "--]]\n";

static const char template_rules[] = "-- rules.lua: rules for reaching models, the default model and roles.\n" HOW_TO
                                     "-- The default: the best model that is ready and meets the needs. It replaces the shipped default.\n"
                                     "--[[\n"
                                     "default { wanted = setting \"DEFAULT_MODEL\", require = { tools = true }, max_price = 4, "
                                     "prefer = { \"anthropic\" } }\n"
                                     "--]]\n\n"
                                     "-- A role names a purpose, by needs or by a list of ids of which the first ready one is used.\n"
                                     "--[[\n"
                                     "role \"see\" { require = { vision = true, context = 200 * K }, max_price = 3 }\n"
                                     "role \"titles\" { tier = \"fast\", \"my-model\" }\n"
                                     "--]]\n\n"
                                     "-- Rules here run before the shipped ones. The first one to return a result wins.\n"
                                     "--[[\n"
                                     "rule \"nothing deprecated\" (function (model)\n"
                                     "  if model.status == \"deprecated\" then return refuse(\"it is about to go away\") end\n"
                                     "end)\n"
                                     "--]]\n\n"
                                     "-- How thoroughly roster checks, and how long a result is kept while a provider is down.\n"
                                     "--[[\n"
                                     "validate {\n"
                                     "  level      = \"prove\",   -- credential, list, prove (free) or generate (billed)\n"
                                     "  keep_stale = 24 * hours,\n"
                                     "  deadline   = 60 * seconds,\n"
                                     "}\n"
                                     "--]]\n";

/* The sandbox has no io, os and the like: an editor should not offer them. */
static const char template_luarc[] = "{\n"
                                     "  \"runtime.version\": \"Lua 5.4\",\n"
                                     "  \"runtime.builtin\": {\n"
                                     "    \"coroutine\": \"disable\",\n"
                                     "    \"debug\": \"disable\",\n"
                                     "    \"ffi\": \"disable\",\n"
                                     "    \"io\": \"disable\",\n"
                                     "    \"os\": \"disable\",\n"
                                     "    \"package\": \"disable\",\n"
                                     "    \"utf8\": \"disable\"\n"
                                     "  },\n"
                                     "  \"workspace.library\": [\".lua\"]\n"
                                     "}\n";

/* ---- writing ---- */

typedef struct job {
  const arguments *options;
  const char *directory;
  strbuf written, kept; /* paths, each followed by a NUL */
  roster_error error;   /* what could not be written: nothing after it is tried */
} job;

static void note(job *f, const char *word, strbuf *list, const char *path) {
  strbuf_bytes(list, path, strlen(path) + 1);
  if (arguments_have(f->options, OPTION_JSON)) return;
  strbuf line = { 0 };
  strbuf_format(&line, "%-8s%s", word, path);
  write_line(HUE_PLAIN, strbuf_text(&line));
  strbuf_free(&line);
}

static const char *remedy(int why) {
  if (why == ENOTDIR) return "a file is where a directory has to be: choose another directory with `roster init DIR`";
  if (why == ENOSPC || why == EDQUOT) return "free some space, then run roster init again: it keeps the files that are complete";
  return "choose a directory that you can write to, with `roster init DIR`";
}

static void complain(job *f, const char *path) {
  roster_error *err = &f->error;
  const int why = errno;
  err->status = ROSTER_ESYSTEM;
  snprintf(err->message, sizeof err->message, "cannot write %s: %s", path, strerror(why));
  snprintf(err->hint, sizeof err->hint, "%s", remedy(why));
  print_message(err);
}

static bool write_all(int fd, const char *text) {
  size_t length = strlen(text);
  while (length) {
    ssize_t put = write(fd, text, length);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text += put;
    length -= (size_t)put;
  }
  return true;
}

static bool ends_in_slash(const char *path) {
  size_t length = strlen(path);
  return length && path[length - 1] == '/';
}

/* After the first that could not be written there are no more: the same would be wrong with them. */
static void write_file(job *f, const char *name, const char *text) {
  if (f->error.status) return;
  strbuf path = { 0 };
  strbuf_format(&path, "%s%s%s", f->directory, ends_in_slash(f->directory) ? "" : "/", name);
  int fd = open(strbuf_text(&path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0 && errno == EEXIST) {
    note(f, "kept", &f->kept, strbuf_text(&path));
  } else if (fd < 0) {
    complain(f, strbuf_text(&path));
  } else {
    bool whole = write_all(fd, text);
    if (close(fd) == 0 && whole) {
      note(f, "wrote", &f->written, strbuf_text(&path));
    } else {
      complain(f, strbuf_text(&path));
      unlink(strbuf_text(&path)); /* an incomplete file would be kept by the next call */
    }
  }
  strbuf_free(&path);
}

/* Sets errno when it is not: `why`, but something else of that name is not a directory. */
static bool is_directory(const char *path, int why) {
  struct stat status;
  bool is = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
  errno = why == EEXIST ? ENOTDIR : why;
  return is;
}

/* Like mkdir -p. */
static bool make_directory(const char *path) {
  char *copy = copied(path);
  bool made = true;
  for (char *slash = copy; made && slash;) {
    slash = strchr(slash + 1, '/');
    if (slash) *slash = '\0';
    made = mkdir(copy, 0777) == 0 || is_directory(copy, errno);
    if (slash) *slash = '/';
  }
  free(copy);
  return made;
}

static void write_meta(job *f) {
  if (f->error.status) return;
  strbuf folder = { 0 };
  strbuf_format(&folder, "%s/.lua", f->directory);
  if (make_directory(strbuf_text(&folder))) {
    size_t length = roster_write_meta(NULL, 0);
    char *text = grown(NULL, length + 1);
    roster_write_meta(text, length + 1);
    write_file(f, ".lua/roster.lua", text);
    free(text);
  } else {
    complain(f, strbuf_text(&folder));
  }
  strbuf_free(&folder);
}

static void write_files(job *f) {
  if (!make_directory(f->directory)) {
    complain(f, f->directory);
    return;
  }
  write_file(f, "providers.lua", template_providers);
  write_file(f, "models.lua", template_models);
  write_file(f, "rules.lua", template_rules);
  write_meta(f);
  write_file(f, ".luarc.json", template_luarc);
}

static void write_paths(writer *w, const char *name, const strbuf *list) {
  write_open(w, name, '[');
  for (size_t at = 0; at < list->length; at += strlen(list->at + at) + 1) write_text(w, NULL, list->at + at);
  write_close(w, ']');
}

static void write_json(const job *f) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_text(&w, "directory", f->directory);
  write_paths(&w, "written", &f->written);
  write_paths(&w, "kept", &f->kept);
  write_close(&w, '}');
  document_end(&w);
}

/* The directory named on the command line, or the one that the library reads by default; *ours: it is the default. */
static bool find_directory(const arguments *o, strbuf *out, bool *ours) {
  const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  *ours = o->operand_count == 0;
  if (!*ours)
    strbuf_add(out, o->operands[0]);
  else if (base && *base == '/')
    strbuf_format(out, "%s/roster", base);
  else if (home && *home)
    strbuf_format(out, "%s/.config/roster", home);
  return out->length > 0;
}

static void write_next(const job *f, bool ours) {
  if (ours) {
    puts("\nNext: edit them, then run roster lint.");
    return;
  }
  strbuf text = { 0 };
  strbuf_format(&text, "Next: edit them, then run roster lint --config %s", f->directory);
  putchar('\n');
  write_wrapped("", 0, strbuf_text(&text));
  strbuf_free(&text);
}

int init_run(const arguments *o) {
  strbuf directory = { 0 };
  bool ours;
  if (!find_directory(o, &directory, &ours)) {
    strbuf_free(&directory);
    return usage_error(o, "no directory: HOME is not set, or DIR is empty");
  }
  job f = { .options = o, .directory = strbuf_text(&directory) };
  write_files(&f);
  bool json = arguments_have(o, OPTION_JSON), failed = f.error.status != ROSTER_OK;
  if (json && failed)
    document_write_error(&f.error);
  else if (json)
    write_json(&f);
  else if (!failed)
    write_next(&f, ours);
  strbuf_free(&f.written);
  strbuf_free(&f.kept);
  strbuf_free(&directory);
  return failed ? EXIT_NOT : EXIT_GOOD;
}
