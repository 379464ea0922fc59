/* sharing: hosts that are processes of their own and have one cache file: what they count and note is added up, whoever writes when.
 *
 * Links with: spec/support/fail_at.c build/obj/util.a
 */
#include "../support/fail_at.h"
#include "canned.h"
#include "check.h"

#include "util/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[CHECK_FOLDER], file[CHECK_PATH];

/* ---- hosts: each does what it is told, and answers with a number ---- */

typedef struct host {
  pid_t process;
  int orders, answers;
} host;

enum { OPEN = 'o', REFRESH = 'r', USE = 'u', CLOSE = 'c' };

static atomic_long billed;

static void count_billed(void *unused, const roster_exchange *e) {
  (void)unused;
  if (strcmp(e->stage, "generate") == 0 && e->http_status) billed++;
}

#define CHAT "{\"object\":\"chat.completion\",\"model\":\"any\",\"choices\":[{\"index\":0}]}"

static roster *opened(canned *c, const char *definitions) {
  roster_definition d;
  roster_options o = canned_options(c, &d, definitions);
  roster *r = NULL;
  canned_init(c);
  c->body = CHAT;
  o.config = "";
  o.cache_file = file;
  o.on_exchange = count_billed;
  roster_error err;
  if (roster_open(&r, &o, &err) != ROSTER_OK) printf("# %s\n", err.message);
  return r;
}

static long obey(roster **r, canned *c, const char *definitions, char order, const char *id) {
  switch (order) {
  case OPEN: return (*r = opened(c, definitions)) != NULL;
  case REFRESH: return roster_refresh(*r, NULL) == ROSTER_OK ? billed : -1;
  case USE: return roster_note_used(*r, id, NULL) == ROSTER_OK;
  default: roster_close(*r); return 1;
  }
}

static bool pass(ssize_t (*way)(int, void *, size_t), int fd, void *bytes, size_t size) {
  ssize_t n;
  do n = way(fd, bytes, size);
  while (n < 0 && errno == EINTR);
  return n == (ssize_t)size;
}

static ssize_t send_bytes(int fd, void *bytes, size_t size) { return write(fd, bytes, size); }

typedef struct order {
  char what, id[15];
} order;

static void live(int orders, int answers, const char *definitions) {
  canned c;
  roster *r = NULL;
  order o;
  for (o.what = OPEN; o.what != CLOSE && pass(read, orders, &o, sizeof o);) {
    long answer = obey(&r, &c, definitions, o.what, o.id);
    pass(send_bytes, answers, &answer, sizeof answer);
  }
  fflush(stdout);
  _exit(0);
}

static host start(const char *definitions) {
  int to[2], back[2];
  if (pipe(to) != 0 || pipe(back) != 0) exit(9);
  fflush(stdout);
  host h = { fork(), to[1], back[0] };
  if (h.process == 0) {
    close(to[1]);
    close(back[0]);
    live(to[0], back[1], definitions);
  }
  close(to[0]);
  close(back[1]);
  return h;
}

static void tell(host h, char what, const char *id) {
  order o = { .what = what };
  snprintf(o.id, sizeof o.id, "%s", id ? id : "");
  pass(send_bytes, h.orders, &o, sizeof o);
}

static long answer(host h) {
  long n = -1;
  return pass(read, h.answers, &n, sizeof n) ? n : -1;
}

static long ask(host h, char what, const char *id) {
  tell(h, what, id);
  return answer(h);
}

static void end(host h) {
  ask(h, CLOSE, NULL);
  close(h.orders);
  close(h.answers);
  waitpid(h.process, NULL, 0);
}

/* ---- the file ---- */

static const char *contents(void) {
  static char text[1 << 16];
  FILE *f = fopen(file, "r");
  size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
  if (f) fclose(f);
  text[n] = 0;
  return text;
}

static long number_at(const char *name) {
  const char *at = strstr(contents(), name);
  return at ? atol(at + strlen(name)) : -1;
}

static long today(void) { return number_at("\"today\":"); }

static int occurrences(const char *text, const char *part) {
  int n = 0;
  for (const char *at = text; (at = strstr(at, part)); at += strlen(part)) n++;
  return n;
}

static bool has_use(const char *id) {
  const char *uses = strstr(contents(), "\"in_use\":");
  char member[40];
  snprintf(member, sizeof member, "\"%s\":", id);
  return uses && strstr(uses, member);
}

/* A provider where only a billed request proves a model, and models FIRST to FIRST + COUNT - 1 that are worth one. */
static const char *paid(int first, int count, int per_day) {
  static char text[4096];
  int n = snprintf(text, sizeof text,
                   "provider 'acme' { title = 'Acme', protocol = 'openai-chat', base_url = 'https://api.example.test', prove = {},\n"
                   "  unproven = 'generate', credential = secret 'ACME_API_KEY' }\nvalidate { billed_per_day = %d }\n",
                   per_day);
  for (int i = first; i < first + count; i++)
    n += snprintf(text + n, sizeof text - (size_t)n, "model 'm%d' { provider = 'acme', recommended = true }\n", i);
  return text;
}

/* ---- tests ---- */

static void hosts_that_start_together(void) {
  host one = start(paid(1, 2, 50)), two = start(paid(3, 2, 50));
  ask(one, OPEN, NULL);
  ask(two, OPEN, NULL);
  const long first = ask(one, REFRESH, NULL), second = ask(two, REFRESH, NULL);
  check(first == 2 && second == 2 && today() == 4 && occurrences(contents(), "\"holds\":true") == 4,
        "of hosts that are opened before there is a file each takes the salt of the first that refreshes, and has the proofs of all");
  end(one);
  end(two);
  unlink(file);
}

static void one_that_notes_a_use_first(void) {
  host one = start(paid(1, 2, 50)), two = start(paid(3, 2, 50));
  ask(one, OPEN, NULL);
  ask(two, OPEN, NULL);
  ask(one, REFRESH, NULL);
  ask(two, USE, "m3");
  check(has_use("m3") && occurrences(contents(), "\"holds\":true") == 2,
        "one that writes before its first refresh leaves the proofs of others");
  end(one);
  end(two);
  unlink(file);
}

static void a_file_that_cannot_be_read_now(void) {
  canned c;
  long calls = 1;
  int wrong = 0;
  roster *r = opened(&c, paid(1, 2, 50));
  roster_refresh(r, NULL);
  roster_close(r);
  const long salt = number_at("\"salt\":");
  for (long n = 1; n <= calls; n++) {
    const char *definitions = paid(1, 2, 50);
    fail_at("open", n, false, "24");
    r = opened(&c, definitions);
    calls = fail_at_calls();
    fail_at("", 0, false, NULL);
    if (r) roster_refresh(r, NULL);
    roster_close(r);
    wrong += number_at("\"salt\":") != salt || today() != 2 || occurrences(contents(), "\"holds\":true") != 2;
  }
  check(calls > 0 && wrong == 0,
        "a cache file that cannot be opened for want of a descriptor is read before the first refresh, and nothing is lost");
  billed = 0;
  unlink(file);
}

static void one_pays_for_all(void) {
  host first = start(paid(9, 1, 50)), one = start(paid(1, 2, 50)), two = start(paid(1, 2, 50));
  ask(first, OPEN, NULL);
  ask(first, REFRESH, NULL);
  ask(one, OPEN, NULL);
  ask(two, OPEN, NULL);
  const long by_one = ask(one, REFRESH, NULL), by_two = ask(two, REFRESH, NULL);
  if (by_two) printf("# %ld were paid for again\n", by_two);
  check(by_one == 2 && by_two == 0 && today() == 3,
        "what one host has paid for since another was opened is not paid for again by that one");
  end(first);
  end(one);
  end(two);
  unlink(file);
}

/* As text: the salt as it is, but for its first digit. */
static void change_file(void) {
  static char text[1 << 16];
  snprintf(text, sizeof text, "%s", contents());
  char *salt = strstr(text, "\"salt\":"), *count = strstr(text, "\"today\":3"), *at = strstr(text, "\"in_use\":{");
  FILE *f = fopen(file, "w");
  if (!salt || !count || !at || !f) exit(9);
  salt += strlen("\"salt\":");
  salt += *salt == '-';
  *salt = *salt == '1' ? '2' : '1';
  count[strlen("\"today\":")] = '5';
  at += strlen("\"in_use\":{");
  fprintf(f, "%.*s\"m3\":%lld%s%s", (int)(at - text), text, (long long)time(NULL) * 1000, *at == '}' ? "" : ",", at);
  fclose(f);
}

static void one_count_without_one_salt(void) {
  host one = start(paid(1, 3, 50));
  ask(one, OPEN, NULL);
  ask(one, USE, "m1");
  ask(one, REFRESH, NULL);
  change_file();
  ask(one, USE, "m2");
  check(today() == 5, "what a file with another salt has more is added to the count");
  check(has_use("m1") && has_use("m2") && has_use("m3"), "what is in use is taken from it, too");
  end(one);
  unlink(file);
}

enum { PAIRS = 20 };

static void uses_at_the_same_moment(void) {
  char id[2][16];
  int kept = 0;
  host one = start(paid(1, 2 * PAIRS, 0)), two = start(paid(1, 2 * PAIRS, 0));
  ask(one, OPEN, NULL);
  ask(two, OPEN, NULL);
  for (int i = 1; i < 2 * PAIRS; i += 2) {
    snprintf(id[0], sizeof id[0], "m%d", i);
    snprintf(id[1], sizeof id[1], "m%d", i + 1);
    tell(one, USE, id[0]);
    tell(two, USE, id[1]);
    answer(one);
    answer(two);
    kept += has_use(id[0]) && has_use(id[1]);
  }
  if (kept != PAIRS) printf("# %d of %d\n", kept, PAIRS);
  check(kept == PAIRS, "of two uses that two hosts note at the same moment none is lost");
  end(one);
  end(two);
  unlink(file);
}

enum { HOSTS = 4 };

static void one_budget(void) {
  host hosts[HOSTS];
  long sent = 0;
  for (int i = 0; i < HOSTS; i++) hosts[i] = start(paid(4 * i, 4, 4));
  for (int i = 0; i < HOSTS; i++) ask(hosts[i], OPEN, NULL);
  for (int i = 0; i < HOSTS; i++) tell(hosts[i], REFRESH, NULL);
  for (int i = 0; i < HOSTS; i++) sent += answer(hosts[i]);
  if (sent != 4) printf("# %ld were sent\n", sent);
  check(sent == 4 && today() == 4, "hosts that refresh at the same moment spend one budget together");
  for (int i = 0; i < HOSTS; i++) end(hosts[i]);
  unlink(file);
}

static void a_host_that_is_stopped(void) {
  char name[CHECK_PATH + 8];
  struct stat status;
  snprintf(name, sizeof name, "%s.lock", file);
  check(stat(name, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 0777) == 0600 && status.st_size == 0,
        "what they lock is an empty file of mode 0600 beside the cache file");
  const int fd = open(name, O_RDWR);
  check(fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0, "nobody has the lock for longer than it takes to write");
  host one = start(paid(1, 2, 50));
  ask(one, OPEN, NULL);
  check(ask(one, REFRESH, NULL) == 2 && today() == 2, "a host goes on without the lock where one that is stopped has it");
  end(one);
  const atomic_bool hurry = true;
  bool late = false;
  check(file_lock_take(file, 3600L * 1000, &hurry, &late) == -1 && late, "one that is being closed does not wait for it");
  close(fd);
  const int taken = file_lock_take(file, 3600L * 1000, &hurry, &late);
  check(taken >= 0 && !late, "and it takes the lock if that is free");
  file_lock_release(taken);
  unlink(file);
}

static void where_nothing_can_be_locked(void) {
  char name[CHECK_PATH + 8];
  snprintf(name, sizeof name, "%s.lock", file);
  unlink(name);
  check(mkdir(name, 0700) == 0, "a directory can be in the way");
  host one = start(paid(1, 2, 50));
  ask(one, OPEN, NULL);
  check(ask(one, REFRESH, NULL) == 2 && today() == 2, "a host goes on without the lock where there can be none");
  end(one);
  rmdir(name);
  unlink(file);
}

int main(void) {
  if (!check_folder(root)) return 1;
  snprintf(file, sizeof file, "%s/cache.json", root);
  hosts_that_start_together();
  one_that_notes_a_use_first();
  a_file_that_cannot_be_read_now();
  one_pays_for_all();
  one_count_without_one_salt();
  uses_at_the_same_moment();
  one_budget();
  a_host_that_is_stopped();
  where_nothing_can_be_locked();
  check_folder_remove(root);
  return check_close();
}
