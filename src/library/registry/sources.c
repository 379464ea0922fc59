/* sources: see sources.h. */
#include "library/registry/sources.h"

#include "library/registry/locations.h"
#include "library/registry/strays.h"
#include "util/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_FILE = 64 * 1024 * 1024, PIECE = 16 * 1024, LARGEST_SHOWN = JSON_MAX_BYTES };

static void note_source(sources *s, const char *path, const char *why, bool directory, bool read) {
  roster_source source = { arena_text(s->arena, path), why, directory, read };
  LIST_PUSH(s->arena, s->seen, s->seen_count, s->seen_room, source);
}

static void report(const sources *s, roster_source source) {
  if (s->options->given.on_source) s->options->given.on_source(s->options->given.payload, &source);
}

void sources_cleanup(sources *s) {
  if (s->listing) closedir(s->listing);
  if (s->fd >= 0) close(s->fd);
  free(s->text);
  s->listing = NULL;
  s->fd = -1;
  s->text = NULL;
}

/* ---- one file ---- */

static bool is_json(const char *name) { return text_ends(name, ".json"); }

/* What is not a regular file (a pipe, a device) must not make a load wait. */
static bool open_file(sources *s, const char *path, size_t *length) {
  struct stat status;
  s->fd = descriptor_open(path, O_RDONLY);
  if (s->fd < 0 || fstat(s->fd, &status) != 0) return false;
  s->digest += file_digest(path, &status);
  errno = S_ISDIR(status.st_mode) ? EISDIR : S_ISREG(status.st_mode) ? 0 : EINVAL;
  if (errno == 0 && status.st_size > LARGEST_FILE) errno = EFBIG;
  *length = (size_t)status.st_size;
  return errno == 0;
}

/* As many bytes as there are, up to `room`; errno is not 0 where reading failed. */
static size_t read_bytes(sources *s, size_t room) {
  size_t length = 0;
  ssize_t got = 1;
  errno = 0;
  while (length < room && got != 0) {
    got = read(s->fd, s->text + length, room - length);
    if (got < 0 && errno != EINTR) return length;
    if (got > 0) length += (size_t)got;
  }
  errno = 0;
  return length;
}

static const char *next_piece(void *payload, size_t *bytes) {
  sources *s = payload;
  *bytes = 0;
  if (s->left && !s->broken) {
    *bytes = read_bytes(s, s->left < PIECE ? s->left : PIECE);
    s->broken = errno;
    s->left -= *bytes;
  }
  return *bytes && !s->broken ? s->text : NULL;
}

/* JSON is read at once, since Jansson wants it so; Lua comes in pieces. Returns an errno, or 0. */
static int run_file(sources *s, const char *path) {
  script_file file = { .name = path, .directory = s->directory, .json = is_json(path) };
  if (!open_file(s, path, &file.length)) return errno;
  if (file.json && file.length > JSON_MAX_BYTES) file.length = JSON_MAX_BYTES + 1; /* it is refused for that */
  s->text = malloc(file.json ? file.length + 1 : PIECE);
  if (!s->text) return ENOMEM;
  s->broken = 0;
  if (file.json) {
    file.length = read_bytes(s, file.length);
    if (errno) return errno;
    file.text = s->text;
  } else {
    s->left = file.length; /* and no more, if it grows meanwhile */
    file.more = next_piece;
    file.payload = s;
  }
  script_load(s->script, &file);
  return s->broken;
}

/* A finding has no hint of its own, so it names whose permission is missing and how it is given. */
static const char *denied(const sources *s, const char *need) {
  return arena_printf(s->arena, "permission denied: let the user who runs this program (uid %ld) %s, with chmod or chown", (long)geteuid(),
                      need);
}

static const char *words(const sources *s, int failure) {
  switch (failure) {
  case EINVAL: return "it is not a regular file";
  case EISDIR: return "it is a directory: move its files up into the one that it is in";
  case EACCES: return denied(s, "read it");
  default: return strerror(failure);
  }
}

/* Of a file that was listed and cannot be opened. */
static const char *why_not(const sources *s, const char *path, int failure) {
  char target[PATH_MAX];
  const ssize_t n = failure == ENOENT ? readlink(path, target, sizeof target - 1) : -1;
  return n > 0 ? arena_printf(s->arena, "it is a link to %.*s, which is not there", (int)n, target) : words(s, failure);
}

static void load_file(sources *s, const char *path, const char *why) {
  arena_check(s->arena);
  int failure = run_file(s, path);
  sources_cleanup(s);
  if (failure == ENOMEM) arena_exhaust(s->arena);
  s->unread = s->unread || descriptor_may_succeed(failure);
  const char *problem = failure ? why_not(s, path, failure) : NULL;
  if (failure) finding_error(s->findings, ((origin){ arena_text(s->arena, path), 0 }), "cannot be read: %s", problem);
  note_source(s, path, failure ? problem : why, false, !failure);
}

/* ---- one directory ---- */

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

enum { MOST_STRAYS = 200 };

/* Each name that is read is an item of `names`; of each other one, what it is and whether it is a directory. False with errno, also where
 * it could not be listed to its end: what is missing would look as if somebody had removed it. */
static bool list_directory(sources *s, const char *path, texts *names, texts *others) {
  int failed = 0;
  s->listing = descriptor_open_directory(path);
  if (!s->listing) return false;
  for (struct dirent *entry; (entry = directory_next(s->listing, &failed));) {
    texts *list = is_definition_file(entry->d_name) ? names : others;
    if (text_is(entry->d_name, ".") || text_is(entry->d_name, "..") || (list == others && list->count == MOST_STRAYS)) continue;
    const char *name = arena_text(s->arena, entry->d_name);
    LIST_PUSH(s->arena, list->at, list->count, list->room, name);
  }
  sources_cleanup(s);
  if (names->count) qsort(names->at, names->count, sizeof *names->at, by_name);
  if (others->count) qsort(others->at, others->count, sizeof *others->at, by_name);
  errno = failed;
  return !failed;
}

static void note_stray(sources *s, const char *directory, const char *name) {
  const char *path = path_join(s->arena, directory, name);
  struct stat status;
  const bool is_directory = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
  const stray found = stray_of(s->arena, name, is_directory);
  note_source(s, path, found.why, is_directory, false);
  if (s->options->thorough && found.problem) finding_warning(s->findings, ((origin){ arena_text(s->arena, path), 0 }), "%s", found.problem);
}

/* A directory that somebody named, and in which nothing is. */
static void note_empty(sources *s, const char *path) {
  finding_warning(s->findings, ((origin){ arena_text(s->arena, path), 0 }),
                  "has no definitions: files in it that end in .lua or .json are read");
}

static void read_directory(sources *s, const char *path, const char *why, bool required) {
  texts names = { 0 }, others = { 0 };
  s->directory++;
  if (!list_directory(s, path, &names, &others)) {
    if (errno == ENOMEM) arena_exhaust(s->arena);
    s->unread = s->unread || descriptor_may_succeed(errno);
    bool absent = errno == ENOENT;
    const char *what = strerror(errno), *problem = errno == EACCES ? denied(s, "list it and open its files") : what;
    note_source(s, path, arena_printf(s->arena, "%s: %s", why, absent ? "absent" : what), true, false);
    if (required || !absent)
      finding_error(s->findings, ((origin){ arena_text(s->arena, path), 0 }), "the directory of definitions (%s) cannot be read: %s", why,
                    problem);
    return;
  }
  note_source(s, path, why, true, true);
  if (s->options->thorough && required && !names.count) note_empty(s, path);
  for (size_t i = 0; i < others.count; i++) note_stray(s, path, others.at[i]);
  for (size_t i = 0; i < names.count; i++) load_file(s, path_join(s->arena, path, names.at[i]), why);
}

/* ---- which ones ---- */

static void read_shipped(sources *s) {
  const char *builtin = environment_get(&s->environment, "ROSTER_BUILTIN");
  bool left_out = s->options->given.no_builtin || (builtin && text_same(builtin, "no"));
  const char *without = s->options->given.no_builtin ? "shipped: left out (no_builtin)" : "shipped: left out (ROSTER_BUILTIN=no)";
  for (const shipped_file *f = shipped_files; f->name; f++) {
    if (f->protocol) continue;
    const char *chosen = !f->for_word ? NULL : text_is(f->for_word, "ids") ? s->options->given.ids : s->options->given.document;
    bool wanted = f->for_word ? chosen != NULL : !left_out;
    const char *unread = f->for_word ? arena_printf(s->arena, "shipped: read for a host that chooses its '%s'", f->for_word) : without;
    note_source(s, f->name, wanted ? "shipped" : unread, false, wanted);
    if (wanted) script_load(s->script, &(script_file){ .name = f->name, .text = f->text, .length = (size_t)(f->end - f->text) });
  }
}

/* At the end, because a shipped protocol is read only when a provider names it; it comes first all the same. */
static void report_all(const sources *s) {
  for (const shipped_file *f = shipped_files; f->name; f++) {
    bool read = f->protocol && script_has_protocol(s->script, f->protocol);
    if (f->protocol) report(s, (roster_source){ f->name, read ? "shipped" : "shipped: read when a provider names it", false, read });
  }
  for (size_t i = 0; i < s->seen_count; i++) report(s, s->seen[i]);
}

/* One file counts as a directory of its own. */
static void read_location(sources *s, location from) {
  struct stat status;
  if (stat(from.path, &status) != 0 || S_ISDIR(status.st_mode)) {
    read_directory(s, from.path, from.why, from.required);
    return;
  }
  s->directory++;
  if (stray_is_other_format(s->arena, from.path)) {
    finding_error(s->findings, ((origin){ arena_text(s->arena, from.path), 0 }),
                  "is not a file of definitions (%s): these end in .lua or .json", from.why);
    note_source(s, from.path, "not read: it ends neither in .lua nor in .json", false, false);
    return;
  }
  load_file(s, from.path, from.why);
}

static void read_configured(sources *s) {
  location found[MOST_LOCATIONS];
  size_t count = locations_find(found, s->arena, s->options, &s->environment);
  for (size_t i = 0; i < count; i++) read_location(s, found[i]);
}

static const char *given_name(const roster_definition *given) { return given->name ? given->name : "definitions.lua"; }

static void read_given(sources *s) {
  const roster_options *o = &s->options->given;
  s->directory++;
  for (size_t i = 0; i < o->definition_count; i++) {
    const char *name = given_name(&o->definitions[i]), *text = o->definitions[i].text ? o->definitions[i].text : "";
    note_source(s, name, "given as text", false, true);
    script_load(s->script, &(script_file){ name, s->directory, is_json(name), text, strlen(text), NULL, NULL });
  }
}

/* ---- again, for findings ---- */

static bool given_text(const roster_options *o, const char *file, const char **text) {
  for (size_t i = 0; i < o->definition_count; i++) {
    if (!text_is(file, given_name(&o->definitions[i]))) continue;
    *text = o->definitions[i].text;
    return *text;
  }
  return false;
}

/* The name of a shipped file may be that of another one, too. */
static bool shipped_text(const char *file, const char **text, size_t *length) {
  for (const shipped_file *f = shipped_files; f->name; f++) {
    if (f->name != file) continue;
    *text = f->text;
    *length = (size_t)(f->end - f->text);
    return true;
  }
  return false;
}

static bool read_again(sources *s, const char *file, size_t *length) {
  const uint64_t digest = s->digest;
  const bool open = open_file(s, file, length);
  s->digest = digest;
  if (open && *length <= LARGEST_SHOWN) s->text = malloc(*length + 1);
  if (s->text) *length = read_bytes(s, *length);
  return s->text && errno == 0;
}

bool sources_text(void *payload, const char *file, const char **text, size_t *length) {
  sources *s = payload;
  sources_cleanup(s);
  if (shipped_text(file, text, length)) return true;
  if (given_text(&s->options->given, file, text)) {
    *length = strlen(*text);
    return true;
  }
  const bool read = read_again(s, file, length);
  *text = s->text;
  return read;
}

void sources_read(sources *s) {
  read_shipped(s);
  if (s->options->only)
    read_location(s, (location){ s->options->only, "given", true });
  else
    read_configured(s);
  read_given(s);
  report_all(s);
}
