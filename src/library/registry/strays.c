/* strays: what lies in a directory of definitions and is not read, with what to do about it. Hidden files, the backups and locks of
 * editors, and what explains a directory to people (README, LICENSE) are listed as not read, and nobody is warned of them. */
#include "library/registry/strays.h"

#include "util/text.h"

#include <string.h>

static bool ends_in_any(const char *name, const char *const *endings) {
  for (; *endings; endings++)
    if (text_ends(name, *endings)) return true;
  return false;
}

static bool is_expected(const char *name, const char *low) {
  static const char *const documents[] = {
    "readme", "license", "licence", "copying", "changelog", "notice", "makefile", "dockerfile", NULL
  };
  if (*name == '.' || *name == '#' || text_ends(name, "~")) return true;
  for (const char *const *d = documents; *d; d++)
    if (text_starts(low, *d)) return true;
  return text_ends(low, ".md") || text_ends(low, ".swp") || text_ends(low, ".schema.json");
}

/* "models.lua.bak" */
static bool is_kept_copy(const char *low) {
  static const char *const endings[] = { ".bak", ".old",     ".orig",   ".save",     ".off", ".disabled",
                                         ".rej", ".example", ".sample", ".template", NULL };
  return ends_in_any(low, endings);
}

#define READ_ENDINGS "is not read: definitions end in .lua or .json"

stray stray_of(arena *a, const char *name, bool directory) {
  static const char *const others[] = { ".yaml", ".yml", ".toml", ".ini", ".conf", ".cfg", ".json5", ".jsonc", ".hjson", ".xml", NULL };
  const char *low = text_lower(a, name, strlen(name));
  if (is_expected(name, low))
    return (stray){ directory ? "not read: a hidden directory" : "not read: hidden, a backup or a document", NULL };
  if (directory)
    return (stray){ "not read: a directory in it",
                    "is a directory, and is not read: move its files up into this one, or read it on its own" };
  if (text_ends(low, ".scenario.json")) return (stray){ "not read: a test scenario", NULL };
  if (text_ends(low, ".schema.json")) return (stray){ "not read: a schema for editors", NULL };
  if (text_ends(low, ".lua") || text_ends(low, ".json"))
    return (stray){ "not read: its ending is not in lower case",
                    arena_printf(a, "is not read: the ending is written in lower case: rename it to %.*s%s",
                                 (int)(strrchr(name, '.') - name), name, strrchr(low, '.')) };
  if (is_kept_copy(low))
    return (stray){ "not read: kept aside",
                    READ_ENDINGS "; if it is kept on purpose, move it out of this directory, or begin its name with '.'" };
  if (ends_in_any(low, others)) return (stray){ "not read: of another format", READ_ENDINGS "; write it as JSON or in Lua" };
  return (stray){ "not read: it ends neither in .lua nor in .json", READ_ENDINGS "; rename it if it has some, else move it away" };
}

bool stray_is_other_format(arena *a, const char *path) {
  static const char *const others[] = { ".yaml",  ".yml", ".toml", ".ini", ".conf", ".cfg", ".json5",
                                        ".jsonc", ".xml", ".txt",  ".md",  ".env",  NULL };
  return ends_in_any(text_lower(a, path, strlen(path)), others);
}
