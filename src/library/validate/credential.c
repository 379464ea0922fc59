/* credential: see credential.h. */
#include "library/validate/credential.h"

#include "util/clock.h"
#include "util/descriptor.h"
#include "util/flaw.h"
#include "util/key_shape.h"
#include "util/platform.h"
#include "util/prefix_tree.h"
#include "util/text.h"
#include "library/definitions/schema.h"
#include "library/validate/aws_profile.h"
#include "library/validate/host_credential.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- variables and files ---- */

enum { LARGEST_KEY = LARGEST_SECRET };

static const char too_long[] = "is longer than 64 KiB, which no server accepts";

key key_malformed(arena *a, const char *source, const char *variable, const char *what) {
  return (key){ .state = KEY_MALFORMED,
                .code = ROSTER_REASON_KEY_MALFORMED,
                .source = source,
                .variable = variable,
                .problem = arena_printf(a, "%s %s: it was not sent anywhere", variable, what) };
}

static key keep(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length) {
  const secret *kept = keyring_add(ring, value, length);
  if (!kept) arena_exhaust(a);
  return (key){ .state = KEY_SET, .value = kept, .source = source, .variable = variable };
}

key key_take(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length) {
  bool instead = false;
  if (length > LARGEST_KEY) return key_malformed(a, source, variable, too_long);
  if (text_has_control(value, length)) return key_malformed(a, source, variable, "contains a control character, such as a line break");
  const char *flaw = flaw_in_key(a, value, length, &instead);
  if (!flaw) return keep(a, ring, source, variable, value, length);
  key wrong = key_malformed(a, source, variable, flaw);
  if (instead) wrong.code = ROSTER_REASON_KEY_PLACEHOLDER;
  return wrong;
}

/* The value of a header may be more than a key, and hold blanks and a scheme. */
static key take_for_header(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length) {
  if (length > LARGEST_KEY) return key_malformed(a, source, variable, too_long);
  if (text_has_control(value, length)) return key_malformed(a, source, variable, "contains a control character, such as a line break");
  const char *flaw = flaw_in_setting(a, value);
  return flaw ? key_malformed(a, source, variable, flaw) : keep(a, ring, source, variable, value, length);
}

typedef key take_key(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length);

key key_unset(const char *source, const char *variable, roster_reason code, const char *problem) {
  return (key){ .state = KEY_UNSET, .source = source, .variable = variable, .code = code, .problem = problem };
}

static key unreadable(arena *a, const char *source, const char *variable, const char *path, int failed) {
  const char *problem = arena_printf(a, "%s cannot be read: %s", path, strerror(failed));
  key found = key_unset(source, variable, ROSTER_REASON_KEY_UNREADABLE, problem);
  if (failed == ENOMEM) arena_exhaust(a);
  found.lost = failed != ENOENT && failed != ENOTDIR;
  if (!descriptor_may_succeed(failed)) return found;
  found.state = KEY_PENDING;
  found.hint = "the next refresh reads it again; if it fails too, look at the limit on open files (ulimit -n), and at that disk";
  return found;
}

static bool is_blank(const char *value, size_t length) { return strspn(value, " \t\r\n\v\f") >= length; }

static key read_file(arena *a, keyring *ring, take_key *take, const char *source, const char *variable, const char *path) {
  int fd = descriptor_open(path, O_RDONLY);
  if (fd < 0) return unreadable(a, source, variable, path, errno);
  char bytes[LARGEST_KEY + 1];
  size_t length = 0;
  ssize_t got = 0;
  while (length < sizeof bytes && ((got = read(fd, bytes + length, sizeof bytes - length)) > 0 || (got < 0 && errno == EINTR)))
    if (got > 0) length += (size_t)got;
  const int failed = got < 0 ? errno : 0;
  struct stat status;
  int64_t written = fstat(fd, &status) == 0 ? (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000 : 0;
  close(fd);
  key found;
  if (failed) {
    found = unreadable(a, source, variable, path, failed);
  } else if (length > LARGEST_KEY) {
    found = key_malformed(a, source, variable, "names a file larger than 64 KiB");
  } else {
    if (length > 0 && bytes[length - 1] == '\n') length--;
    if (length > 0 && bytes[length - 1] == '\r') length--;
    bytes[length] = 0;                                                          /* there is room: a full buffer was refused */
    const char *begin = text_starts(bytes, "\xef\xbb\xbf") ? bytes + 3 : bytes; /* some editors write it */
    length -= (size_t)(begin - bytes);
    const char *lacks = length ? "contains only blanks" : "is empty";
    found = length && !is_blank(begin, length)
                ? take(a, ring, source, variable, begin, length)
                : key_unset(source, variable, ROSTER_REASON_KEY_UNREADABLE, arena_printf(a, "%s %s", path, lacks));
    if (found.state == KEY_MALFORMED) found.hint = arena_printf(a, "write the bare key, and nothing else, into %s", path);
  }
  wipe(bytes, sizeof bytes);
  found.since_ms = written;
  return found;
}

static key read_named(arena *a, keyring *ring, take_key *take, const char *source, const char *variable, const char *path) {
  key found = read_file(a, ring, take, source, variable, path);
  found.unreadable = found.lost = found.state == KEY_UNSET;
  return found;
}

static key read_variable_file(arena *a, keyring *ring, take_key *take, const char *name, const char *variable, const char *path) {
  const char *source = arena_printf(a, "$%s", variable), *flaw = flaw_in_setting(a, path);
  if (!flaw && flaw_may_be_key(path)) {
    key odd = key_unset(source, variable, ROSTER_REASON_KEY_UNREADABLE,
                        key_may_be(path, strlen(path)) ? arena_printf(a, "%s is not the path of a file, and may be a key", variable)
                                                       : arena_printf(a, "the file that %s names does not exist", variable));
    odd.hint = arena_printf(a, "set %s to a file that contains the key, or %s to the key itself", variable, name);
    odd.unreadable = true;
    return odd;
  }
  key found =
      flaw ? key_unset(source, variable, ROSTER_REASON_KEY_UNREADABLE, arena_printf(a, "%s (%s) %s", variable, flaw_show(a, path), flaw))
           : read_file(a, ring, take, source, variable, path);
  found.unreadable = found.lost = found.state == KEY_UNSET;
  return found;
}

/* systemd's LoadCredential= puts a file of that name into a directory. */
static key find_loaded(arena *a, keyring *ring, take_key *take, const environment *e, const char *name) {
  const char *directory = environment_get(e, "CREDENTIALS_DIRECTORY");
  const char *path = directory ? arena_printf(a, "%s/%s", directory, name) : NULL;
  if (path && (access(path, F_OK) == 0 || errno != ENOENT))
    return read_named(a, ring, take, arena_printf(a, "$CREDENTIALS_DIRECTORY/%s", name), path, path);
  return key_unset(arena_printf(a, "$%s", name), name, ROSTER_REASON_KEY_UNSET, arena_printf(a, "%s is not set", name));
}

static key find_variable(arena *a, keyring *ring, take_key *take, const environment *e, const char *name) {
  const char *value = environment_get(e, name);
  if (value && is_blank(value, strlen(value)))
    return key_unset(arena_printf(a, "$%s", name), name, ROSTER_REASON_KEY_UNSET, arena_printf(a, "%s contains only blanks", name));
  if (value) return take(a, ring, arena_printf(a, "$%s", name), name, value, strlen(value));
  const char *file_name = arena_printf(a, "%s_FILE", name);
  const char *path = environment_get(e, file_name);
  if (path) return read_variable_file(a, ring, take, name, file_name, path);
  return find_loaded(a, ring, take, e, name);
}

/* Out of the profile that AWS_PROFILE names, which holds all parts of a key. */
static key find_in_profile(arena *a, keyring *ring, take_key *take, const environment *e, const credential *c) {
  const char *name = c->profile, *variable = c->env ? c->env : "AWS_PROFILE";
  profile_value got;
  profile_read(a, e, name, &got);
  const char *source = arena_printf(a, "$AWS_PROFILE (%s)", got.profile);
  if (got.failed) return unreadable(a, source, variable, got.path, got.failed);
  const char *problem = arena_printf(a, "the profile '%s' that AWS_PROFILE names has no %s in %s", got.profile, name, got.path);
  key found = got.value ? take(a, ring, source, variable, got.value, got.length)
                        : key_unset(source, variable, ROSTER_REASON_KEY_UNREADABLE, problem);
  found.unreadable = !got.value;
  if (!got.value)
    found.hint =
        arena_printf(a, "set the variables that this prints: aws configure export-credentials --profile %s --format env", got.profile);
  if (got.value) wipe(got.value, got.length);
  free(got.value);
  return found;
}

static key find(arena *a, keyring *ring, take_key *take, const environment *e, const credential *c) {
  if (!c) return (key){ .state = KEY_NONE_NEEDED, .source = "keyless", .variable = "" };
  if (c->profile && profile_is_chosen(e)) return find_in_profile(a, ring, take, e, c);
  key found = key_unset("", "", ROSTER_REASON_KEY_UNSET, "no source of a key is defined");
  if (c->env) found = find_variable(a, ring, take, e, c->env);
  if (found.state != KEY_UNSET || found.unreadable || !c->file) return found;
  key from_file = read_file(a, ring, take, c->file, c->file, c->file);
  return from_file.state != KEY_UNSET || from_file.lost || !c->env ? from_file : found;
}

key key_find(arena *a, keyring *ring, const environment *e, const credential *c) { return find(a, ring, key_take, e, c); }

key key_for_header(arena *a, keyring *ring, const environment *e, const credential *c) {
  key found = find(a, ring, c->prefix ? key_take : take_for_header, e, c);
  if (found.state != KEY_SET || !c->prefix) return found;
  const char *bare = secret_value(found.value);
  size_t room = strlen(c->prefix) + strlen(bare) + 1;
  char *whole = malloc(room);
  if (!whole) arena_exhaust(a);
  snprintf(whole, room, "%s%s", c->prefix, bare);
  key made = keep(a, ring, found.source, found.variable, whole, room - 1);
  wipe(whole, room);
  free(whole);
  return made;
}

key gateway_key(const gateway *g, key k) {
  bool kept = !g || !g->withhold || k.exclusive || k.state == KEY_NONE_NEEDED || k.state == KEY_UNSET;
  return kept ? k : key_unset(k.source, k.variable, ROSTER_REASON_KEY_UNSET, "the gateway has keys of its own");
}

/* ---- helpers ---- */

static int64_t positive(const char *digits) {
  int64_t value = 0;
  for (; digits && *digits >= '0' && *digits <= '9' && value < INT32_MAX; digits++) value = value * 10 + (*digits - '0');
  return digits && !*digits ? value : 0;
}

/* A word that nobody knows counts too: then nothing runs that nobody asked for. */
static bool is_on(const char *value) {
  static const char *const off[] = { "no", "false", "off", "0" };
  for (size_t i = 0; value && i < sizeof off / sizeof *off; i++)
    if (text_same(value, off[i])) return false;
  return value != NULL;
}

static bool helper_for_all(const environment *e, const provider *p, helper_command *out) {
  const char *line = p->credential && p->common_helper ? environment_get(e, "LLM_API_KEY_HELPER") : NULL;
  if (!line) return false;
  *out = (helper_command){ .shell = line, .ttl_ms = positive(environment_get(e, "LLM_API_KEY_HELPER_TTL_MS")), .name = "" };
  out->interactive = is_on(environment_get(e, "LLM_API_KEY_HELPER_INTERACTIVE"));
  return true;
}

static bool helper_of(const provider *p, const credential *c, helper_command *out) {
  if (!c || !c->helper.count) return false;
  *out = (helper_command){ .arguments = c->helper, .ttl_ms = c->ttl, .timeout_ms = c->timeout, .name = p->head.id };
  out->interactive = c->interactive;
  return true;
}

/* The first helper that one of its credentials names. */
static bool helper_of_its_own(const provider *p, helper_command *out) {
  for (const credential *c = p->credential; c; c = c->next)
    if (helper_of(p, c, out)) return true;
  return false;
}

bool key_helper(const environment *e, const provider *p, helper_command *out) {
  return helper_for_all(e, p, out) || helper_of_its_own(p, out);
}

const char key_sign_in_hint[] = "sign in: the next refresh that names it runs the credential helper";

/* A failure of an interactive helper is no verdict on the key: a person may sign in any time. */
static void take_state(key *k, const helper_status *got) {
  const char *hint = got->interactive ? key_sign_in_hint : k->hint;
  switch (got->state) {
  case HELPER_VALID: k->state = KEY_SET, k->since_ms = got->since_ms, k->until_ms = got->until_ms; break;
  case HELPER_FAILED:
    k->state = got->interactive ? KEY_PENDING : KEY_UNSET, k->code = ROSTER_REASON_HELPER_FAILED, k->problem = got->problem;
    break;
  case HELPER_REQUIRED: k->code = ROSTER_REASON_KEY_REFUSED, k->problem = got->problem; break;
  case HELPER_RUNNING:
    k->code = ROSTER_REASON_HELPER_RUNNING, k->problem = "the credential helper is running";
    hint = "sign in where it asks you to; another refresh follows";
    break;
  default:
    k->code = got->lost ? ROSTER_REASON_KEY_EXPIRED : ROSTER_REASON_KEY_PENDING;
    k->problem = got->lost ? got->problem : "the credential helper has not run yet";
    if (!got->interactive) hint = "a refresh runs it";
    break;
  }
  k->hint = hint;
}

static key ask_helper(const key_sources *from, const helper_command *o) {
  const char *source = o->shell ? "$LLM_API_KEY_HELPER" : arena_printf(from->arena, "helper %s", o->arguments.at[0]);
  key k = {
    .state = KEY_PENDING, .source = source, .variable = "the credential helper's key", .exclusive = true, .from_helper = true, .helper = *o
  };
  helper_status got = { .state = HELPER_IDLE, .word = "pending", .exit_code = -1, .interactive = o->interactive };
  if (from->helpers) got = helpers_get(from->helpers, o, from->start, from->arena, from->ring);
  if (got.state == HELPER_RUNNING && from->wait_until_ms) {
    helpers_wait(from->helpers, from->wait_until_ms);
    got = helpers_get(from->helpers, o, HELPER_NEVER, from->arena, from->ring);
  }
  k.value = got.value;
  k.of_helper = got;
  k.hint = o->shell ? "run the credential helper by hand to see what it prints, then refresh"
                    : arena_printf(from->arena, "run %s by hand to see what it prints, then refresh", o->arguments.at[0]);
  take_state(&k, &got);
  return k;
}

void keys_ask_host(const key_sources *from, const catalog *c, key *out) {
  for (size_t i = 0; from->host && i < c->providers.count; i++)
    if (!host_credential_ask(from, c->providers.at[i], &out[i])) out[i] = (key){ 0 };
}

static bool from_host(const key *k) { return k->source != NULL; }

/* Starts the provider's own helper, unless a credential that is tried before it has a key. */
static void start_own(const key_sources *from, const provider *p) {
  for (const credential *c = p->enabled ? p->credential : NULL; c; c = c->next) {
    helper_command o;
    if ((c->env || c->file) && key_find(from->arena, from->ring, from->environment, c).state != KEY_UNSET) return;
    if (!helper_of(p, c, &o)) continue;
    helpers_get(from->helpers, &o, from->start, from->arena, from->ring);
    return;
  }
}

void keys_start_helpers(const key_sources *from, const catalog *c, const key *of_host) {
  helper_command o;
  if (!from->helpers || from->start == HELPER_NEVER) return;
  for (size_t i = 0; i < c->providers.count; i++)
    if (c->providers.at[i]->enabled && !from_host(&of_host[i]) && helper_for_all(from->environment, c->providers.at[i], &o)) {
      helpers_get(from->helpers, &o, from->start, from->arena, from->ring);
      return;
    }
  for (size_t i = 0; i < c->providers.count; i++)
    if (!from_host(&of_host[i])) start_own(from, c->providers.at[i]);
}

/* A header of that name without a scheme of ours: the key brings its own. */
static bool brings_scheme(const provider *p, const credential *c) {
  const auth *how = c && c->auth ? c->auth : p->auth;
  return how && how->kind == AUTH_HEADER && text_same(how->header, "authorization");
}

static key key_of(const key_sources *from, const provider *p, const credential *c) {
  helper_command o;
  take_key *take = brings_scheme(p, c) ? take_for_header : key_take;
  key found = key_unset("", "", ROSTER_REASON_KEY_UNSET, "");
  if (!c || c->env || c->file) found = find(from->arena, from->ring, take, from->environment, c);
  if (found.state == KEY_UNSET && !found.unreadable && helper_of(p, c, &o)) found = ask_helper(from, &o);
  if (c) found.auth = c->auth;
  if (c && c->label) found.source = arena_printf(from->arena, "%s (%s)", found.source, c->label);
  return found;
}

/* Of the first credential that has one. */
static key first_key(const key_sources *from, const provider *p) {
  key found = key_of(from, p, p->credential);
  for (const credential *c = p->credential ? p->credential->next : NULL;
       c && found.state == KEY_UNSET && !found.exclusive && !found.unreadable; c = c->next) {
    key other = key_of(from, p, c);
    if (other.state != KEY_UNSET || other.exclusive || other.unreadable) return other;
    if (c->label || !text_ends(other.problem, " is not set")) /* another name of the same key is no news */
      found.problem = arena_printf(from->arena, "%s, and %s", found.problem, other.problem);
  }
  return found;
}

/* ---- what leads to a key without holding it ---- */

static bool is_there(const key_sources *from, const char *name) {
  const char *home = environment_get(from->environment, "HOME");
  if (!text_starts(name, "~/")) return environment_get(from->environment, name);
  return home && access(arena_printf(from->arena, "%s%s", home, name + 1), R_OK) == 0;
}

static void tell_indirect(const key_sources *from, const provider *p, key *found) {
  for (size_t i = 0; i < p->indirect.count; i++) {
    const pair *one = &p->indirect.at[i];
    if (!one->value || !is_there(from, one->name)) continue;
    found->problem = arena_printf(from->arena, "%s; %s is %s, but no key is read from it", found->problem, one->name,
                                  *one->name == '~' ? "there" : "set");
    found->hint = one->value;
    return;
  }
}

key key_without_host(const key_sources *from, const provider *p) {
  helper_command o;
  if (helper_for_all(from->environment, p, &o)) return ask_helper(from, &o);
  key found = first_key(from, p);
  bool none = found.state == KEY_UNSET && !found.exclusive && !found.unreadable;
  if (none && !p->key_optional && !found.hint) tell_indirect(from, p, &found);
  return none && p->key_optional ? key_find(from->arena, from->ring, from->environment, NULL) : found;
}

key key_for(const key_sources *from, const provider *p) {
  key found;
  return from->host && host_credential_ask(from, p, &found) ? found : key_without_host(from, p);
}

/* ---- keys in the wrong variable ---- */

/* The length of the longest prefix of this provider's keys that the value begins with. */
static size_t prefix_length(const provider *p, const char *value) {
  size_t most = 0;
  for (size_t i = 0; i < p->key_prefixes.count; i++) {
    const char *prefix = p->key_prefixes.at[i];
    if (text_starts(value, prefix) && strlen(prefix) > most) most = strlen(prefix);
  }
  return most;
}

/* Of the providers, the first with each of their prefixes. */
static prefix_tree owners_of_prefixes(const catalog *c, arena *a) {
  prefix_tree owners = { NULL };
  for (size_t i = 0; i < c->providers.count; i++) {
    provider *p = c->providers.at[i];
    for (size_t k = 0; !p->base && k < p->key_prefixes.count; k++)
      prefix_tree_add(&owners, a, p->key_prefixes.at[k], strlen(p->key_prefixes.at[k]), p);
  }
  return owners;
}

static bool is_credential_of(const provider *p, const char *variable) {
  for (const credential *c = p->credential; c; c = c->next)
    if (text_is(c->env, variable)) return true;
  return false;
}

/* How much of its beginning is the provider's own. Without prefixes one of a deployer's takes any key, and a shipped one what many have. */
static size_t own_length(const provider *p, const char *value) {
  if (p->key_prefixes.count) return prefix_length(p, value);
  return p->head.directory == SHIPPED_DIRECTORY ? strlen("sk-") : SIZE_MAX;
}

static void check_prefix(const catalog *c, const prefix_tree *owners, const provider *p, key *k, arena *a) {
  if (k->state == KEY_MALFORMED && p->enabled && !p->base)
    finding_warning(c->findings, schema_place(schema_of("provider"), p, "credential"), "provider '%s': %s", p->head.id, k->problem);
  if (k->state != KEY_SET) return;
  const char *value = secret_value(k->value);
  size_t best;
  const provider *owner = prefix_tree_longest(owners, value, strlen(value), &best);
  if (!owner || best <= own_length(p, value) || is_credential_of(owner, k->variable)) return;
  k->foreign = arena_printf(a, "it looks like a key of %s (%.*s...)", owner->title, (int)best, value);
  finding_warning(c->findings, schema_place(schema_of("provider"), p, "credential"), "provider '%s': %s: %s", p->head.id, k->source,
                  k->foreign);
}

/* Several names of one key are set, to different values: says which is used. */
static void check_others(const key_sources *from, const catalog *c, const provider *p, const key *k) {
  if (k->state != KEY_SET || !p->enabled || p->base || k->exclusive) return;
  for (const credential *o = p->credential; o; o = o->next) {
    const char *value = o->env && !o->label ? environment_get(from->environment, o->env) : NULL;
    if (!value || text_is(o->env, k->variable) || text_is(value, secret_value(k->value))) continue;
    finding_warning(c->findings, schema_place(schema_of("provider"), p, "credential"),
                    "provider '%s': %s is used, although %s is also set, to something else", p->head.id, k->source, o->env);
  }
}

void keys_check(const key_sources *from, const catalog *c, key *keys) {
  const prefix_tree owners = owners_of_prefixes(c, from->arena);
  for (size_t i = 0; i < c->providers.count; i++) {
    check_prefix(c, &owners, c->providers.at[i], &keys[i], from->arena);
    check_others(from, c, c->providers.at[i], &keys[i]);
  }
}
