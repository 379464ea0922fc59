/* descriptors: a host that has closed any of 0, 1 and 2 keeps them to itself: nothing of roster's, and nothing of the libraries that it
 * uses, is ever there, and what the host puts there stays. A thread looks all the time, while everything is done that makes descriptors.
 *
 * Not under the thread sanitizer: its hosts are forks of a process with threads.
 */
#include "check.h"

#include <roster.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[CHECK_FOLDER];
static const char LIST[] = "{\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"beta-1\"}]}";

/* ---- a provider, in the process of the test; the hosts are its children ---- */

typedef struct shared {
  atomic_bool holds; /* it answers only when the host says so */
  atomic_int asked, answered, strange;
} shared;

static shared *common;
static int listening = -1, port, tls_port;
static pid_t tls_server;

static void *serve(void *unused) {
  (void)unused;
  char in[4096], out[512];
  snprintf(out, sizeof out, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\nconnection: close\r\n\r\n%s",
           strlen(LIST), LIST);
  for (int fd; (fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC)) >= 0; close(fd)) {
    ssize_t got = read(fd, in, sizeof in - 1);
    in[got > 0 ? got : 0] = 0;
    atomic_fetch_add(&common->asked, 1);
    while (atomic_load(&common->holds)) nanosleep(&(struct timespec){ .tv_nsec = 1000 * 1000 }, NULL);
    if (strncmp(in, "GET ", 4) != 0 || strstr(in, "log of the host")) atomic_fetch_add(&common->strange, 1);
    if (write(fd, out, strlen(out)) > 0) atomic_fetch_add(&common->answered, 1);
    if (recv(fd, in, sizeof in, MSG_DONTWAIT) > 0) atomic_fetch_add(&common->strange, 1);
  }
  return NULL;
}

static bool begin_serving(pthread_t *thread) {
  struct sockaddr_in at = { .sin_family = AF_INET };
  socklen_t size = sizeof at;
  common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (common == MAP_FAILED || bind(listening, (struct sockaddr *)&at, sizeof at) || listen(listening, 64) ||
      getsockname(listening, (struct sockaddr *)&at, &size))
    return false;
  port = ntohs(at.sin_port);
  return pthread_create(thread, NULL, serve, NULL) == 0;
}

/* `openssl s_server -HTTP` sends the file that is asked for, which is a whole answer. */
static bool begin_tls(void) {
  char line[CHECK_PATH * 3];
  snprintf(
      line, sizeof line,
      "cd '%s' && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext "
      "subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>/dev/null && mkdir v1 && printf 'HTTP/1.0 200 OK\\r\\ncontent-type: "
      "application/json\\r\\n\\r\\n%s' >v1/models",
      root, LIST);
  if (system(line)) return false;
  int out[2];
  if (pipe(out)) return false;
  tls_server = fork();
  if (tls_server == 0) {
    dup2(out[1], 1);
    dup2(open("/dev/null", O_RDWR), 2);
    if (chdir(root)) _exit(126);
    execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert", "cert.pem", "-key", "key.pem", (char *)NULL);
    _exit(127);
  }
  close(out[1]);
  FILE *said = fdopen(out[0], "r");
  while (said && !tls_port && fgets(line, sizeof line, said)) sscanf(line, "ACCEPT %*[^:]:%d", &tls_port);
  return tls_port > 0; /* `said` stays open: the server goes on talking */
}

/* ---- a host ---- */

static int closed; /* a bit for each of the three */
static atomic_bool over, taken;

static bool is_closed(int fd) { return closed >> fd & 1; }

/* What holds a place for a moment is the root directory, which can be neither read nor written. malloc of the C library reads how the
 * system overcommits when it first gives memory back, on whichever thread that is. */
static bool is_free(int fd) {
  char name[64], link[256];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(name, link, sizeof link - 1);
  link[n > 0 ? n : 0] = 0;
  return n < 0 || strcmp(link, "/") == 0 || strcmp(link, "/proc/sys/vm/overcommit_memory") == 0;
}

static void *look_all_the_time(void *unused) {
  while (!atomic_load(&over))
    for (int fd = 0; fd < 3; fd++)
      if (is_closed(fd) && !is_free(fd)) atomic_store(&taken, true);
  return unused;
}

static bool all_are_closed(void) {
  bool good = true;
  for (int fd = 0; fd < 3; fd++) good = good && (!is_closed(fd) || fcntl(fd, F_GETFD) < 0);
  return good;
}

/* In another process: this one's file would be low, too. */
static void write_definitions(const char *folder, const char *base, const char *more) {
  char path[CHECK_PATH * 2];
  snprintf(path, sizeof path, "%s/acme.lua", folder);
  pid_t child = fork();
  if (child > 0) waitpid(child, NULL, 0);
  if (child != 0) return;
  FILE *f = fopen(path, "w");
  if (!f) _exit(9);
  fprintf(f,
          "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"%s/v1\", list_proves = \"access\",\n"
          "  plain_http = true, timeout = 5, tls = { ca_file = \"%s/cert.pem\" } }\n"
          "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n%s",
          base, root, more);
  fclose(f);
  _exit(0);
}

static roster *open_on(const char *folder, const roster_transport *recording) {
  static char cache[CHECK_PATH];
  static const roster_variable environment[] = { { "LLM_API_KEY_HELPER", "printf sk-key-of-a-helper-0123" }, { "PATH", "/usr/bin:/bin" } };
  roster_options o = ROSTER_OPTIONS_INIT;
  snprintf(cache, sizeof cache, "%s/cache", folder);
  o.no_builtin = true;
  o.config = folder;
  o.cache_file = cache;
  o.environment = environment;
  o.environment_count = 2;
  o.transport = recording;
  o.helper_wait_ms = CHECK_SOON_MS;
  roster *r = NULL;
  return roster_open(&r, &o, NULL) == ROSTER_OK ? r : NULL;
}

static bool is_usable(roster *r, const char *id) {
  const roster_snapshot *s = roster_acquire(r);
  bool found = roster_find(s, id) != NULL;
  roster_release(s);
  return found;
}

static bool has_beta(void *r) { return is_usable(r, "beta"); }

/* Everything that makes descriptors: files, the cache, a recording, a helper, inotify, sockets, a wake-up, threads. */
static bool use_all_of_it(const char *folder, const char *base) {
  char file[CHECK_PATH];
  roster_transport *t = NULL;
  snprintf(file, sizeof file, "%s/recording", folder);
  write_definitions(folder, base, "");
  if (roster_transport_record(&t, NULL, file, NULL) != ROSTER_OK) return false;
  roster *r = open_on(folder, t);
  bool good = r && roster_event_fd(r) > 2 && roster_refresh(r, NULL) == ROSTER_OK && is_usable(r, "alpha");
  good = good && all_are_closed() && roster_watch(r, NULL) == ROSTER_OK;
  write_definitions(folder, base, "model \"beta\" { provider = \"acme\", api_name = \"beta-1\" }\n");
  good = good && check_eventually(has_beta, r);
  roster_close(r);
  t->close(t->self);
  good = good && all_are_closed() && roster_transport_replay(&t, file, NULL) == ROSTER_OK;
  r = good ? open_on(folder, t) : NULL;
  good = r && roster_refresh(r, NULL) == ROSTER_OK;
  roster_close(r);
  if (t) t->close(t->self);
  return good;
}

/* The name is looked up on a thread of libcurl's; what answers there, if anything, does not matter. */
static bool look_up_a_name(const char *folder) {
  char base[300], name[256] = "";
  gethostname(name, sizeof name - 1);
  snprintf(base, sizeof base, "http://%s:%d", name, port);
  write_definitions(folder, base, "");
  roster *r = open_on(folder, NULL);
  bool good = r && roster_refresh(r, NULL) == ROSTER_OK;
  roster_close(r);
  return good;
}

static void *refresh(void *r) {
  roster_refresh(r, NULL);
  return NULL;
}

static bool was_asked(void *before) { return atomic_load(&common->asked) > *(int *)before; }

/* The host points its standard streams at its log while a provider is about to answer. */
static bool keeps_its_log(const char *folder, const char *base) {
  static const char LINE[] = "log of the host\n";
  int ends[2], before = atomic_load(&common->asked);
  char in[256];
  pthread_t thread;
  write_definitions(folder, base, "");
  roster *r = open_on(folder, NULL);
  atomic_store(&common->holds, true);
  pthread_create(&thread, NULL, refresh, r);
  bool good = check_eventually(was_asked, &before) && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;
  int log = fcntl(ends[0], F_DUPFD_CLOEXEC, 10), other = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
  close(ends[0]), close(ends[1]);
  for (int fd = 0; fd < 3; fd++)
    if (is_closed(fd)) good = good && dup2(log, fd) == fd && write(fd, LINE, strlen(LINE)) > 0;
  atomic_store(&common->holds, false);
  pthread_join(thread, NULL);
  good = good && is_usable(r, "alpha");
  roster_close(r);
  ssize_t written = 0, got = recv(other, in, sizeof in, MSG_DONTWAIT);
  for (int fd = 0; fd < 3; fd++)
    if (is_closed(fd)) written += (ssize_t)strlen(LINE), good = good && write(fd, "x", 1) == 1;
  return good && (got > 0 ? got : 0) == written;
}

static int be_a_host(int without) {
  char folder[CHECK_PATH], base[64], secure[64];
  pthread_t looking;
  closed = without;
  for (int fd = 0; fd < 3; fd++)
    if (is_closed(fd)) close(fd);
  snprintf(folder, sizeof folder, "%s/%d", root, without);
  snprintf(base, sizeof base, "http://127.0.0.1:%d", port);
  snprintf(secure, sizeof secure, "https://127.0.0.1:%d", tls_port);
  mkdir(folder, 0700);
  pthread_create(&looking, NULL, look_all_the_time, NULL);
  int failed = use_all_of_it(folder, base) ? 0 : 1;
  failed |= use_all_of_it(folder, secure) ? 0 : 2;
  failed |= look_up_a_name(folder) ? 0 : 4;
  failed |= all_are_closed() ? 0 : 8;
  atomic_store(&over, true);
  pthread_join(looking, NULL);
  failed |= atomic_load(&taken) ? 16 : 0;
  return failed | (keeps_its_log(folder, base) ? 0 : 32);
}

int main(void) {
  pthread_t server;
  if (!check_folder(root) || !begin_serving(&server)) return 1;
  check(begin_tls(), "a provider speaks TLS");
  static const char *const names[] = { "none", "0", "1", "0 and 1", "2", "0 and 2", "1 and 2", "all" };
  for (int without = 0; without < 8; without++) {
    char sentence[128];
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) _exit(be_a_host(without));
    int status = -1;
    waitpid(child, &status, 0);
    snprintf(sentence, sizeof sentence, "a host that has closed %s of its three standard descriptors keeps them to itself (%x)",
             names[without], status >> 8);
    check(status == 0, sentence);
  }
  check(atomic_load(&common->answered) > 0 && atomic_load(&common->strange) == 0, "nothing but requests is written to a provider");
  kill(tls_server, SIGTERM);
  waitpid(tls_server, NULL, 0);
  check_folder_remove(root);
  return check_close();
}
