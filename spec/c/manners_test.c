/* manners: roster does not change the host's signals, locale, directory, umask, environment, output and descriptors, and works in
 * unusual conditions: small stacks, signals, other locales, closed descriptors, forks. */
#include "canned.h"
#include "check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[CHECK_FOLDER], config[CHECK_FOLDER + 32], cache[CHECK_FOLDER + 32];

static bool write_text(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  bool good = f && fputs(text, f) >= 0;
  return f && fclose(f) == 0 && good;
}

static roster_options options_on_disk(canned *c) {
  roster_definition unused;
  roster_options o = canned_options(c, &unused, "");
  o.definitions = NULL;
  o.definition_count = 0;
  o.config = config;
  o.cache_file = cache;
  return o;
}

/* Everything that a host does with a registry. Returns true if all of it succeeded. */
static bool use_all_of_it(roster_options *o) {
  roster *r = NULL;
  roster_headers *h = NULL;
  char text[256];
  bool good = roster_open(&r, o, NULL) == ROSTER_OK && roster_event_fd(r) >= 0 && roster_watch(r, NULL) == ROSTER_OK;
  good = good && roster_refresh_every(r, 60 * 1000, NULL) == ROSTER_OK && roster_refresh(r, NULL) == ROSTER_OK;
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_find(s, "alpha");
  good = good && m && roster_service_headers(&h, r, roster_model_service(m), NULL) == ROSTER_OK && roster_headers_count(h) > 0;
  good = good && roster_report(r, roster_model_service(m), 200, NULL) == ROSTER_OK;
  good = good && roster_write_explain_json(s, "alpha", text, sizeof text) > 0 && roster_write_changes_json(NULL, s, text, sizeof text) > 0;
  good = good && roster_write_request(r, "alpha", text, sizeof text, NULL, NULL) == ROSTER_OK && roster_write_meta(text, sizeof text) > 0;
  roster_headers_close(h);
  roster_release(s);
  roster_close(r);
  return good;
}

/* ---- a provider on loopback, for the libcurl transport ---- */

static int listening = -1, port;
static atomic_bool serving;

static void *serve(void *unused) {
  (void)unused;
  char in[4096], out[1024];
  snprintf(out, sizeof out, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\nconnection: close\r\n\r\n%s",
           strlen(CANNED_LIST), CANNED_LIST);
  while (atomic_load(&serving)) {
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) continue;
    if (read(fd, in, sizeof in) > 0) (void)!write(fd, out, strlen(out));
    close(fd);
  }
  return NULL;
}

static pthread_t begin_serving(void) {
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t size = sizeof at;
  struct timeval brief = { 0, 50 * 1000 };
  pthread_t thread;
  sigset_t all, before;
  listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(listening, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
  if (bind(listening, (struct sockaddr *)&at, sizeof at) || listen(listening, 64) || getsockname(listening, (struct sockaddr *)&at, &size))
    _exit(9);
  port = ntohs(at.sin_port);
  atomic_store(&serving, true);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_create(&thread, NULL, serve, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return thread;
}

static void end_serving(pthread_t thread) {
  atomic_store(&serving, false);
  pthread_join(thread, NULL);
  close(listening);
}

static void write_definitions(void) {
  char text[1024];
  snprintf(text, sizeof text,
           "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"http://127.0.0.1:%d\",\n"
           "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
           "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", price = { input = 0.25 } }\n",
           port);
  char path[CHECK_PATH];
  snprintf(path, sizeof path, "%s/acme.lua", config);
  if (!write_text(path, text)) _exit(9);
}

static bool use_it_with_curl(void) {
  canned c;
  canned_init(&c);
  roster_options o = options_on_disk(&c);
  o.transport = NULL;
  return use_all_of_it(&o);
}

/* ---- unusual surroundings ---- */

static void *use_it_on_a_thread(void *good) {
  *(bool *)good = use_it_with_curl();
  return NULL;
}

static void a_small_stack_is_enough(void) {
  pthread_attr_t how;
  pthread_t thread;
  bool good = false;
  pthread_attr_init(&how);
  pthread_attr_setstacksize(&how, 128 * 1024);
  pthread_create(&thread, &how, use_it_on_a_thread, &good);
  pthread_join(thread, NULL);
  pthread_attr_destroy(&how);
  check(good, "every call works from a thread with 128 KiB of stack");
}

static atomic_long alarms;
static void on_alarm(int signal) {
  (void)signal;
  atomic_fetch_add(&alarms, 1);
}

static void a_storm_of_signals_does_no_harm(void) {
  struct sigaction storm = { .sa_handler = on_alarm }, before; /* no SA_RESTART: every system call may be interrupted */
  struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
  sigaction(SIGALRM, &storm, &before);
  setitimer(ITIMER_REAL, &often, NULL);
  int good = 0;
  for (int i = 0; i < 20; i++) good += use_it_with_curl();
  setitimer(ITIMER_REAL, &never, NULL);
  sigaction(SIGALRM, &before, NULL);
  check(good == 20 && atomic_load(&alarms) > 20, "every call works while SIGALRM arrives all the time");
}

/* The C library needs the data of a locale to change its decimal point; they are made here where their source is. */
static const char *foreign_locale(void) {
  setenv("LOCPATH", root, 1);
  if (system("localedef -i de_DE -f UTF-8 \"$LOCPATH\"/de_DE.UTF-8 >/dev/null 2>&1")) return NULL;
  return setlocale(LC_ALL, "de_DE.UTF-8");
}

static void a_foreign_locale_changes_nothing(void) {
  const char *name = foreign_locale();
  char number[16];
  snprintf(number, sizeof number, "%.1f", 1.5);
  check(name && strcmp(number, "1,5") == 0, "a locale whose decimal point is a comma can be set");
  canned c;
  canned_init(&c);
  roster_options o = options_on_disk(&c);
  roster *r = NULL;
  bool good = roster_open(&r, &o, NULL) == ROSTER_OK && roster_refresh(r, NULL) == ROSTER_OK;
  const roster_snapshot *s = roster_acquire(r);
  check(good && strstr(roster_snapshot_json(s, NULL), "\"input\":0.25"),
        "numbers are read and written with a point in a locale that uses a comma");
  double price = roster_model_price(roster_find(s, "alpha"), ROSTER_PRICE_INPUT);
  check(price > 0.2499 && price < 0.2501, "a price has the same value in a locale that uses a comma");
  roster_release(s);
  roster_close(r);
  check(use_it_with_curl() && name && strcmp(setlocale(LC_ALL, NULL), "de_DE.UTF-8") == 0,
        "the locale stays in force, and every call works");
  setlocale(LC_ALL, "C");
  unsetenv("LOCPATH");
}

static void closed_standard_descriptors_stay_closed(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    for (int fd = 0; fd < 3; fd++) close(fd);
    canned c;
    canned_init(&c);
    roster_options o = options_on_disk(&c);
    roster *r = NULL;
    bool good = roster_open(&r, &o, NULL) == ROSTER_OK && roster_event_fd(r) > 2 && roster_watch(r, NULL) == ROSTER_OK;
    good = good && roster_refresh(r, NULL) == ROSTER_OK;
    good = good && check_eventually(check_watches, NULL);
    for (int fd = 0; fd < 3; fd++) good = good && fcntl(fd, F_GETFD) < 0;
    roster_close(r);
    _exit(good && use_it_with_curl() ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  check(status == 0, "every call works with descriptors 0 to 2 closed and does not take them");
}

static atomic_bool over;
static void *refresh_on(void *r) {
  while (!atomic_load(&over)) roster_refresh(r, NULL);
  return NULL;
}

static void forks_read_what_they_hold(void) {
  enum { FORKS = 200 };
  canned c;
  canned_init(&c);
  roster_options o = options_on_disk(&c);
  o.cache_file = NULL;
  roster *r = NULL;
  pthread_t thread;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  pthread_create(&thread, NULL, refresh_on, r);
  int good = 0;
  for (int i = 0; i < FORKS; i++) {
    pid_t child = fork();
    if (child == 0) {
      alarm(CHECK_PATIENCE_MS / 1000);
      bool fine = roster_find(s, "alpha") && roster_count(s) > 0 && strlen(roster_snapshot_json(s, NULL)) > 100;
      _exit(fine && roster_refresh(r, NULL) == ROSTER_EFORKED && roster_watch(r, NULL) == ROSTER_EFORKED ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    good += status == 0;
  }
  atomic_store(&over, true);
  pthread_join(thread, NULL);
  check(good == FORKS, "200 forks made during refreshes can read their snapshots, but can neither refresh nor watch");
  roster_release(s);
  roster_close(r);
}

/* ---- what must stay unchanged ---- */

typedef struct surroundings {
  sigset_t mask;
  struct sigaction actions[32];
  char locale[128], directory[256];
  mode_t umask;
  size_t variables, files, threads;
} surroundings;

static size_t entries(const char *path) {
  size_t n = 0;
  DIR *d = opendir(path);
  for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) n++;
  if (d) closedir(d);
  return n;
}

static void look(surroundings *s) {
  memset(s, 0, sizeof *s);
  sigprocmask(SIG_SETMASK, NULL, &s->mask);
  for (int i = 1; i < 32; i++) sigaction(i, NULL, &s->actions[i]);
  snprintf(s->locale, sizeof s->locale, "%s", setlocale(LC_ALL, NULL));
  if (!getcwd(s->directory, sizeof s->directory)) *s->directory = 0;
  s->umask = umask(0);
  umask(s->umask);
  for (char **e = environ; *e; e++) s->variables++;
  s->files = entries("/proc/self/fd");
  s->threads = entries("/proc/self/task");
}

/* A thread that was joined may still be listed for a moment. */
static bool none_left_behind(void *payload) {
  const surroundings *before = payload;
  surroundings now;
  look(&now);
  return now.files <= before->files && now.threads <= before->threads;
}

static bool same_actions(const surroundings *a, const surroundings *b) {
  for (int i = 1; i < 32; i++)
    if (a->actions[i].sa_handler != b->actions[i].sa_handler || a->actions[i].sa_flags != b->actions[i].sa_flags) return false;
  return true;
}

static void everything_stays_as_it_was(void) {
  surroundings before, after;
  use_it_with_curl(); /* libcurl and OpenSSL set themselves up once */
  look(&before);
  int good = 0;
  for (int i = 0; i < 50; i++) good += use_it_with_curl();
  look(&after);
  check(good == 50 && memcmp(&before.mask, &after.mask, sizeof before.mask) == 0 && same_actions(&before, &after),
        "signal handlers and the signal mask stay as they were");
  check(strcmp(before.locale, after.locale) == 0 && strcmp(before.directory, after.directory) == 0 && before.umask == after.umask &&
            before.variables == after.variables,
        "the locale, the directory, the umask and the environment stay as they were");
  check(check_eventually(none_left_behind, &before), "no descriptor and no thread is left behind");
}

static void nothing_is_printed(void) {
  fflush(stdout);
  char path[CHECK_PATH];
  snprintf(path, sizeof path, "%s/printed", root);
  int file = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600), out = dup(1), err = dup(2);
  dup2(file, 1);
  dup2(file, 2);
  bool good = use_it_with_curl();
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options bad = canned_options(&c, &d, "provider \"x\" { bse_url = print(1) }\nerror \"no\"");
  roster *r = NULL;
  good = good && roster_open(&r, &bad, NULL) == ROSTER_EDEFINITIONS;
  fflush(stdout);
  dup2(out, 1);
  dup2(err, 2);
  struct stat status;
  check(fstat(file, &status) == 0 && status.st_size == 0 && good, "nothing is printed, even after wrong calls");
  close(file), close(out), close(err);
}

enum { DESCRIPTORS = 1024, OF_A_REGISTRY = 5 };

static bool mine[DESCRIPTORS];

static int count_ours(int *leaking) {
  int ours = 0;
  *leaking = 0;
  for (int fd = 0; fd < DESCRIPTORS; fd++) {
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || mine[fd]) continue;
    ours++;
    *leaking += !(flags & FD_CLOEXEC);
  }
  return ours;
}

static bool has_opened_all(void *leaking) { return count_ours(leaking) >= OF_A_REGISTRY && check_watches(NULL); }

static void descriptors_are_closed_on_exec(void) {
  for (int fd = 0; fd < DESCRIPTORS; fd++) mine[fd] = fcntl(fd, F_GETFD) >= 0;
  canned c;
  canned_init(&c);
  roster_options o = options_on_disk(&c);
  o.transport = NULL;
  roster_variable variables[] = { { "LLM_API_KEY_HELPER", "sleep 600" } };
  o.environment = variables;
  o.environment_count = 1;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_event_fd(r);
  roster_watch(r, NULL);
  roster_refresh(r, NULL);
  int leaking = 0;
  bool all = check_eventually(has_opened_all, &leaking);
  check(all && leaking == 0, "every descriptor of a registry that watches and runs a helper is closed on exec");
  roster_close(r);
}

int main(void) {
  if (!check_folder(root)) return 1;
  snprintf(config, sizeof config, "%s/config", root);
  snprintf(cache, sizeof cache, "%s/cache.json", root);
  mkdir(config, 0700);
  pthread_t server = begin_serving();
  write_definitions();
  everything_stays_as_it_was();
  a_small_stack_is_enough();
  a_storm_of_signals_does_no_harm();
  a_foreign_locale_changes_nothing();
  closed_standard_descriptors_stay_closed();
  forks_read_what_they_hold();
  nothing_is_printed();
  descriptors_are_closed_on_exec();
  end_serving(server);
  check_folder_remove(root);
  return check_close();
}
