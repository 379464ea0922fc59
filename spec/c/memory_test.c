/* memory: every allocation of a load and of a refresh fails once alone, and once with all that follow it. Each time the call must
 * return ROSTER_ENOMEM (or succeed), and the old snapshot must stay readable. The sanitizer and valgrind look for leaks.
 * ALLOCATIONS_OF_OURS=all tries every one, else each seventh is tried; allocations_test does the same to the libraries' own.
 *
 * Links with: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
 */
#include "canned.h"
#include "check.h"

#include <dirent.h>
#include <jansson.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);

static long until_failure = -1; /* -1: never */
static long then_until = -1;    /* and so many later once more */
static long asked;
static bool persistent, failed;

static bool fails(void) {
  asked++;
  if (until_failure < 0) return false;
  if (until_failure > 0) {
    until_failure--;
    return false;
  }
  failed = then_until < 0;
  if (!persistent) {
    until_failure = then_until;
    then_until = -1;
  }
  return true;
}

void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return fails() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *block, size_t size) { return fails() ? NULL : __real_realloc(block, size); }

char *__wrap_strdup(const char *text) {
  char *copy = __wrap_malloc(strlen(text) + 1);
  return copy ? strcpy(copy, text) : NULL;
}

static void fail_from(long nth, bool all_later) {
  until_failure = nth;
  then_until = -1;
  persistent = all_later;
  failed = false;
}

static bool fine(roster_status status) { return status == ROSTER_OK || status == ROSTER_ENOMEM; }

/* True when the n-th allocation was reached, so that there may be more. */
static bool open_failing(long nth, long then, bool all_later, int *wrong) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_error err;
  fail_from(nth, all_later);
  then_until = then;
  asked = 0;
  roster_status status = roster_open(&r, &o, &err);
  if (then_until >= 0) failed = true; /* the first failure was never reached */
  until_failure = then_until = -1;
  if (!fine(status) || (status == ROSTER_OK) != (r != NULL)) (*wrong)++;
  if (!failed && status != ROSTER_OK) (*wrong)++;
  roster_close(r);
  return failed;
}

static bool open_once(long nth, bool all_later, int *wrong) { return open_failing(nth, -1, all_later, wrong); }

/* Lua's small blocks come out of large ones. After one large block was refused, each is allocated separately and can fail separately. */
static long after_chunk;

static void find_chunk(void) {
  long most = 0;
  int wrong = 0;
  for (long nth = 0; open_once(nth, false, &wrong); nth++) {
    if (asked <= most) continue;
    most = asked;
    after_chunk = nth;
  }
  check(wrong == 0 && most > 250, "a script's small allocations still succeed when large blocks cannot be allocated");
}

static bool open_by_block_once(long nth, bool all_later, int *wrong) {
  (void)all_later;
  return open_failing(after_chunk, nth, false, wrong);
}

static int open_files(void) {
  int count = 0;
  DIR *directory = opendir("/proc/self/fd");
  while (directory && readdir(directory)) count++;
  if (directory) closedir(directory);
  return count;
}

enum { FILES = 100 }; /* so many long names that memory must grow while the folder is open */

static char folder[CHECK_FOLDER];
static char file[sizeof folder + 220];

static const char *file_name(int i) {
  snprintf(file, sizeof file, "%s/%0200d.lua", folder, i);
  return file;
}

static bool make_folder(void) {
  bool made = check_folder(folder);
  for (int i = 0; made && i < FILES; i++) {
    FILE *out = fopen(file_name(i), "w");
    made = out && fputs(i ? "" : CANNED_DEFINITIONS, out) >= 0;
    if (out && fclose(out)) made = false;
  }
  return made;
}

static bool read_folder_once(long nth, bool all_later, int *wrong) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, "");
  o.config = folder;
  roster *r = NULL;
  int before = open_files();
  fail_from(nth, all_later);
  roster_status status = roster_open(&r, &o, NULL);
  until_failure = -1;
  if (!fine(status)) (*wrong)++;
  roster_close(r);
  if (open_files() != before) (*wrong)++;
  return failed;
}

static bool refresh_once(long nth, bool all_later, int *wrong) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  o.keep_requests = o.discover_all = true;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK || roster_refresh(r, NULL) != ROSTER_OK) {
    (*wrong)++;
    roster_close(r);
    return false;
  }
  fail_from(nth, all_later);
  roster_status status = roster_refresh(r, NULL);
  until_failure = -1;
  const roster_snapshot *s = roster_acquire(r);
  if (!fine(status) || roster_known_count(s) != 2 || !roster_known(s, "alpha-0") || !roster_snapshot_json(s, NULL)) (*wrong)++;
  roster_release(s);
  if (roster_refresh(r, NULL) != ROSTER_OK) (*wrong)++;
  roster_close(r);
  return failed;
}

static const char BILLED_DEFINITIONS[] =
    "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
    "  credential = secret \"ACME_API_KEY\", prove = {}, unproven = \"generate\" }\n"
    "model \"alpha\" { provider = \"acme\", recommended = true }\n"
    "model \"beta\"  { provider = \"acme\" }\n";

/* What was sent is counted whatever happens, so a proof that could not be remembered is paid for twice at most. */
static bool bill_once(long nth, bool all_later, int *wrong) {
  canned c;
  roster_definition d;
  canned_init(&c);
  c.body = "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0}]}";
  roster_options o = canned_options(&c, &d, BILLED_DEFINITIONS);
  char file[512];
  const char *temporary = getenv("TMPDIR");
  snprintf(file, sizeof file, "%s/billed-%ld.json", temporary ? temporary : "/tmp", (long)getpid());
  o.cache_file = file;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK) (*wrong)++;
  fail_from(nth, all_later);
  roster_status noted = roster_note_used(r, "beta", NULL), status = roster_refresh_named(r, (const char *const[]){ "alpha" }, 1, NULL);
  until_failure = -1;
  if (!fine(noted) || !fine(status) || roster_refresh(r, NULL) != ROSTER_OK) (*wrong)++;
  const roster_snapshot *s = roster_acquire(r);
  if (!roster_find(s, "alpha") || roster_billed_today(s) < 1 || roster_billed_today(s) > 4) (*wrong)++;
  roster_release(s);
  roster_close(r);
  unlink(file);
  return failed;
}

/* The machine's failure is no failure of the function, so the document never becomes the standard one. */
static bool document_once(long nth, bool all_later, int *wrong) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  o.document = "phoenix";
  roster *r = NULL;
  fail_from(nth, all_later);
  roster_status status = roster_open(&r, &o, NULL);
  until_failure = -1;
  if (!fine(status) || (status == ROSTER_OK) != (r != NULL)) (*wrong)++;
  const roster_snapshot *s = roster_acquire(r);
  if (s && strstr(roster_snapshot_json(s, NULL), "unavailable")) (*wrong)++;
  roster_release(s);
  roster_close(r);
  return failed;
}

static bool request_once(long nth, bool all_later, int *wrong) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  char *command = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK) (*wrong)++;
  fail_from(nth, all_later);
  roster_status status = roster_curl_command(&command, r, "alpha", NULL);
  until_failure = -1;
  if (!fine(status) || (status == ROSTER_OK) != (command != NULL)) (*wrong)++;
  roster_string_free(command);
  roster_close(r);
  return failed;
}

static void sweep(bool (*once)(long, bool, int *), bool all_later, const char *sentence) {
  int wrong = 0;
  const char *how_many = getenv("ALLOCATIONS_OF_OURS");
  const long step = how_many && strcmp(how_many, "all") == 0 ? 1 : 7;
  long at = 0;
  while (at < 20000 && once(at, all_later, &wrong)) at += step;
  printf("# %ld points\n", at / step);
  check(wrong == 0 && at > 20 && at < 20000, sentence);
}

int main(void) {
  json_set_alloc_funcs(__wrap_malloc, free);
  sweep(open_once, false, "opening a registry survives the failure of any single allocation");
  sweep(bill_once, false, "a billed proof survives the failure of any single allocation");
  sweep(open_once, true, "opening a registry survives the failure of all allocations from any point on");
  find_chunk();
  sweep(open_by_block_once, false, "opening a registry survives the failure of any single allocation of a script");
  sweep(document_once, false, "the document of a host survives the failure of any single allocation, and is that document");
  sweep(refresh_once, false, "a refresh survives the failure of any single allocation, and the old snapshot stays");
  sweep(refresh_once, true, "a refresh survives the failure of all allocations from any point on, and the old snapshot stays");
  sweep(request_once, false, "roster_curl_command survives the failure of any single allocation");
  sweep(request_once, true, "roster_curl_command survives the failure of all allocations from any point on");
  check(make_folder(), "a directory of definitions can be made");
  sweep(read_folder_once, false, "reading a directory survives the failure of any single allocation and leaves no descriptor open");
  sweep(read_folder_once, true,
        "reading a directory survives the failure of all allocations from any point on and leaves no descriptor open");
  for (int i = 0; i < FILES; i++) unlink(file_name(i));
  rmdir(folder);
  return check_close();
}
