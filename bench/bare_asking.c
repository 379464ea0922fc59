/* bare_asking: the minimum that C and libcurl need to query servers in parallel: one GET each, over TLS with the certificates in
 * $SSL_CERT_DIR. What remains is the wait, the handshakes and the machine. It must never include roster.h.
 *
 *     bare_asking [-2] PATH BASE_URL ...       -2: two threads, each with half of them; "-" as PATH: opens libcurl, makes no requests */
#include <curl/curl.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SECONDS = 10 };

typedef struct share {
  const char *path;
  char **bases;
  int count, good;
  size_t body_bytes;
  pthread_t thread;
} share;

static size_t swallow(char *bytes, size_t size, size_t count, void *payload) {
  (void)bytes;
  ((share *)payload)->body_bytes += size * count;
  return size * count;
}

static CURL *request(share *s, const char *base, struct curl_slist *headers) {
  char url[256];
  CURL *easy = curl_easy_init();
  if (!easy || snprintf(url, sizeof url, "%s%s", base, s->path) >= (int)sizeof url) return NULL;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, s);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)MOST_SECONDS);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_CAINFO, NULL); /* if a bundle were set too, each connection would parse it */
  curl_easy_setopt(easy, CURLOPT_CAPATH, getenv("SSL_CERT_DIR"));
  return easy;
}

static int take_finished(CURLM *multi) {
  int good = 0, left;
  for (CURLMsg *m; (m = curl_multi_info_read(multi, &left));) {
    long status = 0;
    if (m->msg != CURLMSG_DONE) continue;
    curl_easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    if (m->data.result != CURLE_OK) fprintf(stderr, "bare_asking: %s\n", curl_easy_strerror(m->data.result));
    good += status == 200 && m->data.result == CURLE_OK;
  }
  return good;
}

static int wait_for_all(CURLM *multi) {
  int good = 0, running = 1;
  while (running) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) break;
    good += take_finished(multi);
    if (running && curl_multi_poll(multi, NULL, 0, 1000, NULL) != CURLM_OK) break;
  }
  return good;
}

static void *ask(void *payload) {
  share *s = payload;
  CURLM *multi = curl_multi_init();
  struct curl_slist *headers = curl_slist_append(NULL, "authorization: Bearer made-up");
  for (int i = 0; i < s->count; i++) {
    CURL *easy = request(s, s->bases[i], headers);
    if (!easy || curl_multi_add_handle(multi, easy) != CURLM_OK) return NULL;
  }
  s->good = wait_for_all(multi);
  return NULL;
}

int main(int argc, char **argv) {
  const int two = argc > 1 && strcmp(argv[1], "-2") == 0, first = two ? 3 : 2;
  if (argc < first) return 2;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const int asked = strcmp(argv[first - 1], "-") == 0 ? 0 : argc - first, half = two ? asked / 2 : 0;
  share other = { argv[first - 1], argv + first, half, 0, 0, 0 }, own = { argv[first - 1], argv + first + half, asked - half, 0, 0, 0 };
  if (two && pthread_create(&other.thread, NULL, ask, &other) != 0) return 1;
  ask(&own);
  if (two) pthread_join(other.thread, NULL);
  const int good = own.good + other.good;
  printf("%d of %d answered, %zu bytes\n", good, asked, own.body_bytes + other.body_bytes);
  return good == asked ? 0 : 1;
}
