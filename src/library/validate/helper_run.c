/* helper_run: see helper_run.h. */
#include "library/validate/helper_run.h"

#include "util/clock.h"
#include "util/descriptor.h"
#include "util/flaw.h"
#include "util/key_shape.h"
#include "util/platform.h"
#include "util/text.h"
#include "util/trace.h"
#include "util/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* QUIET_MS: what has been written for so long without an end of line is a prompt that waits for somebody. */
enum { POLL_EVERY_MS = 20, QUIET_MS = 200, READS_IN_A_ROW = 16, LONGEST_REASON = 200, LONGEST_DEVICE_CODE = 12, SHORTEST_HIDDEN = 12 };

/* ---- the process: in its own group, with its output on pipes; spawned, never forked ---- */

typedef struct process {
  pid_t id;
  int out, err; /* non-blocking; -1 once closed */
  int ended;    /* becomes readable when it has ended; -1: it has to be polled */
} process;

static bool open_pipe(int ends[2]) { return descriptor_pipe(ends) && descriptor_unblock(ends[0]); }

static void close_end(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void process_close(process *p) {
  close_end(&p->out);
  close_end(&p->err);
  close_end(&p->ended);
}

static const char *search_path(char *const *environment) {
  for (; environment && *environment; environment++)
    if (strncmp(*environment, "PATH=", 5) == 0) return *environment + 5;
  return "/usr/bin:/bin";
}

/* posix_spawnp would search this process's PATH, not that of the program's environment. */
static int spawn_found(pid_t *id, const posix_spawn_file_actions_t *files, const posix_spawnattr_t *how, char *const *argv,
                       char *const *environment) {
  if (strchr(argv[0], '/')) return posix_spawn(id, argv[0], files, how, argv, environment);
  int failed = ENOENT;
  for (const char *from = search_path(environment), *end; from; from = *end ? end + 1 : NULL) {
    char path[PATH_MAX];
    end = from + strcspn(from, ":");
    int length = snprintf(path, sizeof path, "%.*s%s%s", (int)(end - from), from, end > from ? "/" : "", argv[0]);
    int why = length < (int)sizeof path ? posix_spawn(id, path, files, how, argv, environment) : ENAMETOOLONG;
    if (why != ENOENT && why != ENOTDIR && why != EACCES) return why;
    if (why == EACCES) failed = why;
  }
  return failed;
}

/* macOS can keep everything else away from a program, where descriptors cannot be made close-on-exec at once. */
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
enum { ONLY_GIVEN_DESCRIPTORS = POSIX_SPAWN_CLOEXEC_DEFAULT };
#else
enum { ONLY_GIVEN_DESCRIPTORS = 0 };
#endif

static int spawn(pid_t *id, char *const *argv, char *const *environment, const posix_spawn_file_actions_t *files) {
  posix_spawnattr_t how;
  sigset_t all, none;
  int failed = posix_spawnattr_init(&how);
  if (failed) return failed;
  sigfillset(&all);
  sigdelset(&all, SIGKILL); /* the default of these two cannot be set */
  sigdelset(&all, SIGSTOP);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&how, &all);
  posix_spawnattr_setsigmask(&how, &none);
  posix_spawnattr_setpgroup(&how, 0);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP | ONLY_GIVEN_DESCRIPTORS);
  failed = spawn_found(id, files, &how, argv, environment);
  posix_spawnattr_destroy(&how);
  return failed;
}

static int spawn_on(pid_t *id, char *const *argv, char *const *environment, int out, int err) {
  posix_spawn_file_actions_t files;
  int failed = posix_spawn_file_actions_init(&files);
  if (failed) return failed;
  failed = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  if (!failed) failed = posix_spawn_file_actions_adddup2(&files, out, 1);
  if (!failed) failed = posix_spawn_file_actions_adddup2(&files, err, 2);
  if (!failed) failed = spawn(id, argv, environment, &files);
  posix_spawn_file_actions_destroy(&files);
  return failed;
}

/* With an empty standard input and default signals. 0, or an errno. */
static int process_start(process *p, char *const *argv, char *const *environment) {
  int out[2] = { -1, -1 }, err[2] = { -1, -1 };
  *p = (process){ .out = -1, .err = -1, .ended = -1 };
  int failed = open_pipe(out) && open_pipe(err) ? 0 : errno;
  if (!failed) failed = spawn_on(&p->id, argv, environment, out[1], err[1]);
  close_end(&out[1]);
  close_end(&err[1]);
  p->out = out[0];
  p->err = err[0];
  if (failed)
    process_close(p);
  else
    p->ended = platform_process_end(p->id);
  return failed;
}

/* Kills it and its children, unless they left its group. */
static void process_kill(const process *p) {
  kill(-p->id, SIGKILL);
  kill(p->id, SIGKILL); /* it may have left its group; not reaped yet, its id is not reused */
}

/* True once it has ended; *status as waitpid gives it, -1 when unknown. */
static bool process_reap(const process *p, int *status) {
  pid_t got = waitpid(p->id, status, WNOHANG);
  if (got == 0 || (got < 0 && errno == EINTR)) return false;
  if (got < 0) *status = -1; /* the host ignores SIGCHLD, or reaped it */
  return true;
}

/* ---- the run ---- */

/* The output on one pipe. */
typedef struct stream {
  char text[LARGEST_HELPER_OUTPUT + 1];
  size_t length, seen; /* seen: the length of the lines that were looked at; of stderr only what follows them is kept */
  bool full;
} stream;

typedef struct running {
  const helper_run *setup;
  process process;
  stream out, err;
  size_t held, held_length;            /* the last line of stdout, while it may be the credential: within out.text */
  char shown[LONGEST_HELPER_LINE + 1]; /* one line, cleaned */
  char last_error[256];
  keyring said; /* what of the output may be a key, in a run that failed */
  bool late, stopped, ended;
  int status;
} running;

/* ---- lines ---- */

/* Without its line end. */
static size_t line_length(const char *line, const char *after) {
  const char *end = memchr(line, '\n', (size_t)(after - line));
  return end ? (size_t)(end - line) : (size_t)(after - line);
}

/* Valid UTF-8 without control bytes, cut between two characters. */
static void clean_line(char *out, size_t room, const char *line, size_t length) {
  size_t n = 0;
  for (size_t i = 0, step; i < length; i += step, n += step) {
    size_t bytes = utf8_length(line + i);
    if (bytes > length - i) bytes = 0;
    step = bytes ? bytes : 1;
    if (n + step >= room) break;
    memcpy(out + n, line + i, step);
    if (!bytes) out[n] = '?';
    if (text_has_control(out + n, step)) out[n] = ' ';
  }
  while (n > 0 && out[n - 1] == ' ') n--;
  out[n] = 0;
}

/* A shell that tells what it runs (set -x) shows a key among other words. */
static void hide_keys(char *text) {
  static const char hidden[] = "[redacted]";
  const size_t all = strlen(text);
  for (char *word = text; *word; word += *word != 0) {
    const size_t length = strcspn(word, key_begins(word) ? " \"'`" : " =:\"'`(),;<>");
    char *after = word + length;
    if (length >= SHORTEST_HIDDEN && length < all && key_begins(word)) {
      memmove(word + sizeof hidden - 1, after, strlen(after) + 1);
      after = memcpy(word, hidden, sizeof hidden - 1);
      after += sizeof hidden - 1;
    }
    word = after;
  }
}

/* No credential has a space or "://" in it. */
static bool is_message(const char *line, size_t length) { return memchr(line, ' ', length) || memmem(line, length, "://", 3); }

static void deliver(running *r, bool error, const char *line, size_t length) {
  length = text_trim(&line, length);
  if (!length) return;
  clean_line(r->shown, sizeof r->shown, line, length);
  if (key_begins(r->shown) && !is_message(r->shown, strlen(r->shown))) return; /* whatever the helper prints after it */
  hide_keys(r->shown);
  if (error) clean_line(r->last_error, LONGEST_REASON + 1, r->shown, strlen(r->shown));
  r->setup->on_line(r->setup->payload, error, r->shown);
}

/* A code that a person types in at a sign-in page (RFC 8628 has WDJB-MJHT). No provider's key is that short, and few are in capitals. */
static bool is_device_code(const char *line, size_t length) {
  return length <= LONGEST_DEVICE_CODE && strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") >= length;
}

static void deliver_held(running *r) {
  deliver(r, false, r->out.text + r->held, r->held_length);
  r->held_length = 0;
}

/* Each line of stdout shows that the one before it was not the last. */
static void take_out(running *r, const char *line, size_t length) {
  length = text_trim(&line, length);
  if (!length) return;
  deliver_held(r);
  r->held = (size_t)(line - r->out.text);
  r->held_length = length;
  if (is_message(line, length) || is_device_code(line, length)) deliver_held(r);
}

/* So does the beginning of a line. */
static void note_begun(running *r, const char *line) {
  if (text_trim(&line, (size_t)(r->out.text + r->out.length - line))) deliver_held(r);
}

static void deliver_new(running *r, stream *s, bool error, bool last) {
  while (s->seen < s->length) {
    const char *line = s->text + s->seen, *end = memchr(line, '\n', s->length - s->seen);
    if (!end && !last) {
      if (!error) note_begun(r, line);
      return;
    }
    size_t length = end ? (size_t)(end - line) : s->length - s->seen;
    if (error)
      deliver(r, true, line, length);
    else
      take_out(r, line, length);
    s->seen += length + (end != NULL);
  }
}

static bool has_begun(const stream *s) { return s->seen < s->length; }

/* A prompt has no end of line; nor has the beginning of a key that is still being written, or a row of dots. */
static void deliver_prompt(running *r, stream *s, bool error) {
  const char *line = s->text + s->seen;
  size_t all = s->length - s->seen, length = text_trim(&line, all);
  if (length && (is_message(line, length) || is_device_code(line, length))) deliver_new(r, s, error, true);
}

/* ---- reading ---- */

/* A line of stderr that fills the buffer is delivered in pieces. */
static void drop_seen(running *r, stream *s) {
  if (s->seen == 0 && s->length == sizeof s->text - 1) deliver_new(r, s, true, true);
  s->length -= s->seen;
  memmove(s->text, s->text + s->seen, s->length);
  s->seen = 0;
}

/* False at the end of the stream. Returns after some reads, so that endless output does not keep the deadline from being checked. */
static bool read_stream(running *r, int *fd, stream *s, bool error) {
  for (int turn = 0; turn < READS_IN_A_ROW; turn++) {
    size_t room = sizeof s->text - 1 - s->length;
    char spill;
    ssize_t got = room ? read(*fd, s->text + s->length, room) : read(*fd, &spill, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 && errno == EAGAIN;
    s->full = s->full || !room;
    if (room) s->length += (size_t)got;
    deliver_new(r, s, error, false);
    if (error) drop_seen(r, s);
    if (s->full) return true; /* the caller checks it */
  }
  return true;
}

static void read_both(running *r) {
  process *p = &r->process;
  if (p->out >= 0 && !read_stream(r, &p->out, &r->out, false)) close(p->out), p->out = -1;
  if (p->err >= 0 && !read_stream(r, &p->err, &r->err, true)) close(p->err), p->err = -1;
}

static void deliver_prompts(running *r) {
  deliver_prompt(r, &r->out, false);
  deliver_prompt(r, &r->err, true);
  drop_seen(r, &r->err);
}

static int64_t pause_of(const running *r, int64_t left) {
  int64_t most = r->process.ended < 0 ? POLL_EVERY_MS : has_begun(&r->out) || has_begun(&r->err) ? QUIET_MS : left;
  return left < most ? left : most;
}

static void read_until_it_ends(running *r, int64_t until_ms) {
  process *p = &r->process;
  int64_t heard_ms = now_ms();
  while (!r->ended) {
    int64_t left = pause_of(r, until_ms - now_ms());
    struct pollfd fds[] = { { .fd = p->out, .events = POLLIN },
                            { .fd = p->err, .events = POLLIN },
                            { .fd = p->ended, .events = POLLIN },
                            { .fd = r->setup->stop, .events = POLLIN } };
    poll(fds, 4, left > 0 ? (int)(left < INT32_MAX ? left : INT32_MAX) : 0);
    read_both(r);
    if (fds[0].revents || fds[1].revents) heard_ms = now_ms();
    if (now_ms() - heard_ms >= QUIET_MS) deliver_prompts(r);
    r->stopped = fds[3].revents & POLLIN;
    r->late = now_ms() >= until_ms;
    if (r->stopped || r->late || r->out.full) return;
    r->ended = process_reap(p, &r->status);
  }
  read_both(r); /* its last output; a child that still holds the pipes is not waited for */
}

static void kill_now(running *r) {
  process_kill(&r->process);
  while (!process_reap(&r->process, &r->status)) poll(NULL, 0, 1); /* SIGKILL always works */
}

/* ---- the result ---- */

static bool is_code_in_text(const char *word, size_t length) {
  enum { SHORTEST_CODE = 6 };
  size_t letters = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), digits = strspn(word, "0123456789");
  return length >= SHORTEST_CODE && is_device_code(word, length) && letters < length && digits < length;
}

/* Returns where it goes on. */
static char *hide_path(char *host) {
  char *path = host + strcspn(host, " /?#");
  size_t length = strcspn(path, " ");
  memset(path, '*', length);
  return path + length;
}

/* A reason is shown to more people than may sign in: of an address it keeps the host, and of a device code nothing. */
static void hide_invitation(char *text) {
  for (char *word = text; *word; word += *word != 0) {
    size_t length = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
    char *after = word + length;
    if (text_starts(after, "://"))
      after = hide_path(after + 3);
    else if (is_code_in_text(word, length))
      memset(word, '*', length);
    word = after;
  }
}

static bool may_be_key(const char *word, size_t length, bool alone) {
  const size_t digits = strcspn(word, "0123456789");
  if (length < SECRET_PIECE || is_device_code(word, length) || memmem(word, length, "://", 3)) return false;
  return alone || digits < length;
}

/* The words of its output; of a line with several only those with a digit. */
static bool learn_output(running *r) {
  bool good = true, first = true;
  for (const char *word = r->out.text, *after = word + r->out.length; good && word < after;) {
    const size_t length = strcspn(word, " \t\r\n");
    const bool last = length == 0 || word + length >= after || word[length] != ' ';
    if (may_be_key(word, length, first && last)) good = keyring_add(&r->said, word, length);
    first = last;
    word += length + 1;
  }
  return good;
}

/* Of a run that failed nobody knows what of its output is the key, and stderr may repeat it. */
static void hide_output(running *r) {
  jmp_buf escape;
  arena *a = arena_new();
  if (a && setjmp(escape) == 0) {
    arena_jump(a, &escape);
    const char *clean = learn_output(r) ? keyring_redact(&r->said, a, r->last_error) : "";
    if (clean != r->last_error) snprintf(r->last_error, sizeof r->last_error, "%s", clean);
  } else {
    *r->last_error = 0;
  }
  keyring_wipe(&r->said);
  arena_free(a);
}

static void set_problem(running *r, helper_result *out, const char *what) {
  hide_output(r);
  if (r->setup->interactive) hide_invitation(r->last_error);
  snprintf(out->problem, sizeof out->problem, "the credential helper %s%s%s", what, *r->last_error ? ": " : "", r->last_error);
}

static const char *fault(const running *r, char *words, size_t room) {
  if (r->stopped) return "was stopped";
  if (r->out.full) return "printed more than 64 KiB, and was killed";
  if (r->late)
    snprintf(words, room, "took longer than %.14g s and was killed", (double)r->setup->timeout_ms / 1000);
  else if (r->status != -1 && WIFSIGNALED(r->status))
    snprintf(words, room, "was ended by signal %d", WTERMSIG(r->status));
  else if (r->status != -1 && WEXITSTATUS(r->status))
    snprintf(words, room, "exited with %d", WEXITSTATUS(r->status));
  else
    return NULL;
  return words;
}

/* The last line that is not empty, within the stream. */
static const char *last_line(const stream *s, size_t *length) {
  const char *found = "", *after = s->text + s->length;
  *length = 0;
  for (const char *line = s->text; line < after;) {
    const char *from = line;
    size_t all = line_length(line, after), n = text_trim(&from, all);
    if (n) found = from;
    if (n) *length = n;
    line += all + 1;
  }
  return found;
}

static void conclude(running *r, helper_result *out) {
  char words[64];
  const char *wrong = fault(r, words, sizeof words);
  size_t length = 0;
  const char *line = last_line(&r->out, &length);
  if (!wrong && !length) wrong = "printed nothing";
  if (!wrong && text_has_control(line, length)) wrong = "printed a credential that contains a control character";
  if (!wrong && strchr("\"'`", line[0])) wrong = "printed a credential in quotes: print it bare, as jq -r does";
  if (!wrong && strchr("{[", line[0])) wrong = "printed JSON: print the key in it bare, as jq -r .token does";
  if (!wrong && is_message(line, length)) wrong = "printed a last line that is not a credential: it contains a space or a URL";
  if (!wrong && !(out->value = strndup(line, length))) {
    out->starved = true;
    wrong = "ran, but there was no memory for what it printed";
  }
  if (wrong) set_problem(r, out, wrong);
  if (r->ended && r->status != -1 && WIFEXITED(r->status)) out->exit_code = WEXITSTATUS(r->status);
}

void helper_run_through(const helper_run *setup, helper_result *out) {
  *out = (helper_result){ .exit_code = -1 };
  running *r = calloc(1, sizeof *r);
  if (!r) {
    out->starved = true;
    snprintf(out->problem, sizeof out->problem, "there was no memory for the credential helper");
    return;
  }
  r->setup = setup;
  int failed = process_start(&r->process, setup->argv, setup->environment);
  if (failed) {
    out->starved = failed == ENOMEM;
    out->passing = failed == EAGAIN || descriptor_may_succeed(failed);
    snprintf(out->problem, sizeof out->problem, "the credential helper cannot be started: %s: %.200s", strerror(failed), setup->argv[0]);
  } else {
    read_until_it_ends(r, now_ms() + setup->timeout_ms);
    if (!r->ended) kill_now(r);
    deliver_new(r, &r->err, true, true);
    deliver_new(r, &r->out, false, true);
    conclude(r, out);
    process_close(&r->process);
  }
  wipe(r, sizeof *r);
  free(r);
}
