/* curl_failure: see libcurl.h. */
#include "library/transport/libcurl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool detail_has(const failure_evidence *e, const char *part) { return strstr(e->detail, part) != NULL; }

static long info(const failure_evidence *e, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(e->easy, what, &value);
  return value;
}

static bool has_reached(const failure_evidence *e, CURLINFO moment) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(e->easy, moment, &microseconds);
  return microseconds > 0;
}

static bool proxy_refused(const failure_evidence *e) { return info(e, CURLINFO_HTTP_CONNECTCODE) >= 300; }

/* CURLE_RECV_ERROR is any failure while reading. Under TLS 1.3 that includes a refused client certificate, which the server reports only
 * with its first response. */
static roster_http_failure reading_failed(const failure_evidence *e) {
  if (proxy_refused(e)) return ROSTER_HTTP_CONNECT;
  if (detail_has(e, "SSL routines::") && detail_has(e, " alert ")) return ROSTER_HTTP_TLS;
  if (detail_has(e, "chunked-encoding")) return ROSTER_HTTP_MALFORMED;
  if (detail_has(e, "Too large response headers")) return ROSTER_HTTP_TOO_LARGE;
  return ROSTER_HTTP_RESET;
}

static roster_http_failure failure_of_code(const failure_evidence *e) {
  switch ((int)e->code) {
  case CURLE_OK: return ROSTER_HTTP_ANSWERED;
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_COULDNT_RESOLVE_HOST: return ROSTER_HTTP_DNS;
  case CURLE_COULDNT_CONNECT:
  case CURLE_PROXY: return ROSTER_HTTP_CONNECT;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_SSL_ENGINE_NOTFOUND:
  case CURLE_SSL_ENGINE_SETFAILED:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_USE_SSL_FAILED:
  case CURLE_SSL_ENGINE_INITFAILED:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_SHUTDOWN_FAILED:
  case CURLE_SSL_CRL_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_SSL_CLIENTCERT: return ROSTER_HTTP_TLS;
  case CURLE_OPERATION_TIMEDOUT: return ROSTER_HTTP_TIMEOUT;
  case CURLE_RECV_ERROR: return reading_failed(e);
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM:
  case CURLE_PARTIAL_FILE:
  case CURLE_GOT_NOTHING:
  case CURLE_SEND_FAIL_REWIND:
  case CURLE_SEND_ERROR: return ROSTER_HTTP_RESET;
  case CURLE_FILESIZE_EXCEEDED: return ROSTER_HTTP_TOO_LARGE;
  case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9: other schemes are refused earlier */
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_BAD_CONTENT_ENCODING: return ROSTER_HTTP_MALFORMED;
  default: return ROSTER_HTTP_OTHER;
  }
}

roster_http_failure failure_of(const failure_evidence *e) {
  switch (e->cause) {
  case CAUSE_BODY:
  case CAUSE_HEAD:
  case CAUSE_LINE: return ROSTER_HTTP_TOO_LARGE;
  case CAUSE_UNSIGNED:
  case CAUSE_MEMORY: return ROSTER_HTTP_OTHER;
  case CAUSE_THREAD:
  case CAUSE_SYSTEM: return ROSTER_HTTP_TRANSPORT;
  case CAUSE_STALL:
  case CAUSE_DEADLINE: return ROSTER_HTTP_TIMEOUT;
  case CAUSE_CURL: break;
  }
  return failure_of_code(e);
}

typedef struct sentence {
  char *out;
  size_t size;
} sentence;

__attribute__((format(printf, 2, 3))) static void say(sentence s, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(s.out, s.size, format, arguments);
  va_end(arguments);
}

/* libcurl's message without the parts that are of use to programmers only. */
static const char *reason(const failure_evidence *e) {
  if (detail_has(e, "SSL_ERROR_SYSCALL")) return "the connection ended";
  if (detail_has(e, "Received HTTP/0.9")) return "it begins without a status line, as in HTTP/0.9";
  static const char *const noise[] = { "SSL routines::", "SSL certificate problem: ", "SSL: " };
  for (size_t i = 0; i < sizeof noise / sizeof *noise; i++) {
    const char *found = strstr(e->detail, noise[i]);
    if (found) return found + strlen(noise[i]);
  }
  return *e->detail ? e->detail : curl_easy_strerror(e->code);
}

/* libcurl's message has the name after a colon. */
static void say_dns(sentence s, const failure_evidence *e) {
  const char *whose = e->code == CURLE_COULDNT_RESOLVE_PROXY ? "proxy" : "host", *name = strstr(e->detail, ": ");
  if (name)
    say(s, "could not resolve %s '%s'", whose, name + 2);
  else
    say(s, "could not resolve the name of the %s", whose);
}

static const char *refusal(long number) {
  switch (number) {
  case ECONNREFUSED: return "connection refused";
  case ENETUNREACH: return "network is unreachable";
  case EHOSTUNREACH: return "no route to host";
  case ETIMEDOUT: return "no connection in time";
  case EACCES:
  case EPERM: return "connection not permitted";
  default: return "could not connect";
  }
}

static void say_connect(sentence s, const failure_evidence *e) {
  if (proxy_refused(e))
    say(s, "the proxy refused the tunnel with status %ld", info(e, CURLINFO_HTTP_CONNECTCODE));
  else if (e->code == CURLE_PROXY)
    say(s, "the proxy refused: %s", reason(e));
  else
    say(s, "%s%s", refusal(info(e, CURLINFO_OS_ERRNO)), e->by_proxy ? " (asking the proxy)" : "");
}

static const char *tls_part(CURLcode code) {
  switch ((int)code) {
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
  case CURLE_SSL_INVALIDCERTSTATUS: return "certificate verify failed";
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CLIENTCERT: return "client certificate not usable";
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CRL_BADFILE: return "trusted certificates not readable";
  case CURLE_RECV_ERROR: return "TLS refused by the server";
  default: return "TLS handshake failed";
  }
}

/* libcurl reports the time of the TCP connection only once TLS is up too, so which of the two is missing is unknown. */
static bool is_https(const failure_evidence *e) {
  const char *url = NULL;
  return curl_easy_getinfo(e->easy, CURLINFO_EFFECTIVE_URL, &url) == CURLE_OK && url && strncasecmp(url, "https:", 6) == 0;
}

static const char *missing(const failure_evidence *e) {
  if (detail_has(e, "Resolving timed out")) return "address for the host";
  if (!has_reached(e, CURLINFO_PRETRANSFER_TIME_T)) return is_https(e) ? "TLS connection" : "connection";
  return info(e, CURLINFO_RESPONSE_CODE) ? "complete answer" : "answer";
}

static void say_timeout(sentence s, const failure_evidence *e) {
  bool connecting = e->cause == CAUSE_CURL && !has_reached(e, CURLINFO_PRETRANSFER_TIME_T);
  if (e->cause == CAUSE_STALL)
    say(s, "stalled: nothing more came for %d ms", STALL_MS);
  else
    say(s, "no %s within %ld ms", missing(e), connecting ? e->connect_timeout_ms : e->timeout_ms);
}

static void say_reset(sentence s, const failure_evidence *e) {
  long number = info(e, CURLINFO_OS_ERRNO);
  if (number == ECONNRESET || number == EPIPE || detail_has(e, "reset by peer"))
    say(s, "connection reset by the server");
  else if (e->code == CURLE_GOT_NOTHING)
    say(s, "connection closed without an answer");
  else if (e->code == CURLE_PARTIAL_FILE)
    say(s, "answer cut off: %s", reason(e));
  else
    say(s, "connection broke: %s", reason(e));
}

static void say_too_large(sentence s, const failure_evidence *e) {
  if (e->cause == CAUSE_BODY || e->code == CURLE_FILESIZE_EXCEEDED)
    say(s, "answer larger than %zu bytes", e->max_body_bytes);
  else if (e->cause == CAUSE_LINE)
    say(s, "a header of the answer is larger than %d bytes", MOST_LINE_BYTES);
  else
    say(s, "answer's headers larger than %d bytes", MOST_HEAD_BYTES);
}

static void say_other(sentence s, const failure_evidence *e) {
  if (e->cause == CAUSE_MEMORY)
    say(s, "out of memory");
  else if (e->cause == CAUSE_THREAD)
    say(s, "no thread could be started to send it");
  else if (e->cause == CAUSE_SYSTEM && e->no_port)
    say(s, "no connection could be begun from this machine: %s", strerror(e->no_port));
  else if (e->cause == CAUSE_SYSTEM && e->no_socket)
    say(s, "no socket could be opened: %s", strerror(e->no_socket));
  else if (e->cause == CAUSE_SYSTEM)
    say(s, "no thread could be started to look up its name");
  else if (e->cause == CAUSE_UNSIGNED)
    say(s, "libcurl %s cannot sign this address for AWS; 8.9 can", curl_version_info(CURLVERSION_NOW)->version);
  else if (e->code == CURLE_LOGIN_DENIED)
    say(s, "the address contains a user name, which is not allowed");
  else
    say(s, "%s", reason(e));
}

static void clean(char *text) {
  char *tail = strstr(text, ", errno 0");
  if (tail) *tail = 0;
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f) *text = ' ';
}

void failure_message(char *out, size_t size, roster_http_failure failure, const failure_evidence *e) {
  sentence s = { out, size };
  switch (failure) {
  case ROSTER_HTTP_ANSWERED: *out = 0; break;
  case ROSTER_HTTP_DNS: say_dns(s, e); break;
  case ROSTER_HTTP_CONNECT: say_connect(s, e); break;
  case ROSTER_HTTP_TLS: say(s, "%s: %s", tls_part(e->code), reason(e)); break;
  case ROSTER_HTTP_TIMEOUT: say_timeout(s, e); break;
  case ROSTER_HTTP_RESET: say_reset(s, e); break;
  case ROSTER_HTTP_TOO_LARGE: say_too_large(s, e); break;
  case ROSTER_HTTP_MALFORMED: say(s, "not a valid HTTP response: %s", reason(e)); break;
  case ROSTER_HTTP_TRANSPORT:
  case ROSTER_HTTP_OTHER: say_other(s, e); break;
  }
  clean(out);
}
