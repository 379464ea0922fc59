/* bare_asking: the minimum that C and libcurl need to query servers in parallel: one GET each, over TLS with the certificates in
 * $SSL_CERT_DIR. What remains is the wait, the handshakes and the machine. It must never include roster.h.
 *
 *     bare_asking PATH BASE_URL ...            "-" as PATH: opens libcurl, makes no requests */
#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SECONDS = 10 };

static size_t body_bytes;

static size_t swallow(char *bytes, size_t size, size_t count, void *payload) {
  (void)bytes, (void)payload;
  body_bytes += size * count;
  return size * count;
}

static CURL *request(const char *base, const char *path, struct curl_slist *headers) {
  char url[256];
  CURL *easy = curl_easy_init();
  if (!easy || snprintf(url, sizeof url, "%s%s", base, path) >= (int)sizeof url) return NULL;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
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

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM *multi = curl_multi_init();
  struct curl_slist *headers = curl_slist_append(NULL, "authorization: Bearer made-up");
  int asked = strcmp(argv[1], "-") == 0 ? 0 : argc - 2;
  for (int i = 0; i < asked; i++) {
    CURL *easy = request(argv[2 + i], argv[1], headers);
    if (!easy || curl_multi_add_handle(multi, easy) != CURLM_OK) return 1;
  }
  int good = wait_for_all(multi);
  printf("%d of %d answered, %zu bytes\n", good, asked, body_bytes);
  return good == asked ? 0 : 1;
}
