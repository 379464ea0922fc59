/* url: see url.h. */
#include "util/url.h"

#include "util/text.h"
#include "util/hex.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define FOLDED "contains a '.' or '..' as a segment, which servers fold away"

static const char *check_bytes(const char *text) {
  for (const char *s = text; *s; s++) {
    if ((unsigned char)*s < 0x20 || *s == 0x7f) return "contains a control character";
    if (*s == ' ' || *s == '"' || *s == '<' || *s == '>' || *s == '\\' || *s == '`')
      return "contains a space or another character that a URL cannot have";
    if (*s == '#') return "has a fragment (#...): remove that part";
    if ((unsigned char)*s >= 0x80) return "contains a character outside ASCII";
  }
  return NULL;
}

static bool valid_host(const char *host, size_t length) {
  if (length == 0 || length > 253) return false;
  if (host[0] == '[') return length > 2 && host[length - 1] == ']' && strspn(host + 1, "0123456789abcdefABCDEF:.") == length - 2;
  return strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") >= length;
}

static bool valid_port(const char *port, size_t length) {
  if (length == 0 || length > 5 || strspn(port, "0123456789") < length) return false;
  long value = strtol(port, NULL, 10);
  return value > 0 && value < 65536;
}

static const char *parse_authority(arena *a, const char *at, size_t length, url *out) {
  if (memchr(at, '@', length)) return "names a user (user@host): credentials do not belong in a URL";
  const char *colon = NULL;
  for (size_t i = 0; i < length; i++) {
    if (at[i] == ']') colon = NULL;
    if (at[i] == ':') colon = at + i;
  }
  if (at[0] == '[' && colon && memchr(colon, ']', (size_t)(at + length - colon))) colon = NULL;
  size_t host_length = colon ? (size_t)(colon - at) : length;
  if (!valid_host(at, host_length)) return "has no valid host name";
  if (colon && !valid_port(colon + 1, length - host_length - 1)) return "has no valid port";
  out->host = text_lower(a, at, host_length);
  const char *port = colon ? arena_bytes(a, colon, length - host_length) : "";
  if (text_is(port, out->https ? ":443" : ":80")) port = "";
  out->origin = arena_printf(a, "%s://%s%s", out->https ? "https" : "http", out->host, port);
  return NULL;
}

/* ---- paths ---- */

static bool escapes(const char *s, char high, char low) { return s[0] == '%' && s[1] == high && (s[2] | 0x20) == low; }

/* Some servers decode a path before they take it apart, and some take a backslash for a slash. */
static bool separates_decoded(const char *s) { return *s == '\\' || escapes(s, '2', 'f') || escapes(s, '5', 'c'); }

/* Reads one segment, returns how many dots it is made of: 0 where it is not made of dots alone. */
static size_t dots_of_segment(const char **at, bool deep) {
  const char *s = *at;
  size_t dots = 0, others = 0;
  while (*s && *s != '/' && !(deep && separates_decoded(s))) {
    bool encoded = escapes(s, '2', 'e');
    if (*s == '.' || encoded)
      dots++;
    else
      others++;
    s += encoded ? 3 : 1;
  }
  *at = *s == '%' ? s + 3 : *s ? s + 1 : s;
  return others ? 0 : dots;
}

static bool has_dot_segment(const char *path, size_t dots, bool deep) {
  while (*path)
    if (dots_of_segment(&path, deep) == dots) return true;
  return false;
}

static bool is_folded(const char *path) { return has_dot_segment(path, 1, false) || has_dot_segment(path, 2, true); }

const char *url_path_problem(const char *path) {
  if (text_has_control(path, strlen(path))) return "contains a control character";
  if (strchr(path, '?')) return "contains a '?', where a path ends";
  if (strchr(path, '#')) return "contains a '#', where an address ends";
  if (strchr(path, '\\')) return "contains a '\\', which some servers read as '/'";
  if (strpbrk(path, "{}")) return "contains a brace: nothing is filled in here";
  if (strstr(path, "//")) return "contains an empty segment ('//')";
  return is_folded(path) ? FOLDED : NULL;
}

const char *url_append(arena *a, const char *path, const char *part) {
  size_t length = strlen(path);
  if (!*part) return path;
  while (length > 0 && path[length - 1] == '/') length--;
  return arena_printf(a, "%.*s/%s", (int)length, path, url_path_encode(a, part + (*part == '/')));
}

const char *url_parse(arena *a, const char *text, url *out) {
  *out = (url){ 0 };
  const char *wrong = check_bytes(text);
  if (wrong) return wrong;
  char *scheme = text_lower(a, text, strnlen(text, 8));
  out->https = text_starts(scheme, "https://");
  if (!out->https && !text_starts(scheme, "http://")) return "does not begin with https:// or http://";
  const char *authority = text + (out->https ? 8 : 7);
  size_t length = strcspn(authority, "/?");
  wrong = parse_authority(a, authority, length, out);
  if (wrong) return wrong;
  const char *path = authority + length;
  size_t path_length = strcspn(path, "?");
  out->query = path[path_length] == '?' ? arena_text(a, path + path_length + 1) : "";
  while (path_length > 0 && path[path_length - 1] == '/') path_length--;
  out->path = arena_bytes(a, path, path_length);
  return is_folded(out->path) ? FOLDED : NULL;
}

const char *url_show(arena *a, const char *text) {
  size_t bare = strcspn(text, "?");
  if (strchr(text, '@')) return "...";
  return strchr(text + bare, '=') ? arena_printf(a, "%.*s?...", (int)bare, text) : text;
}

static bool parse_six(const url *u, struct in6_addr *out) {
  char bare[64];
  size_t length = strlen(u->host);
  if (u->host[0] != '[' || length - 2 >= sizeof bare) return false;
  memcpy(bare, u->host + 1, length - 2);
  bare[length - 2] = 0;
  return inet_pton(AF_INET6, bare, out) == 1;
}

bool url_is_near(const url *u) {
  if (text_is(u->host, "localhost") || text_ends(u->host, ".localhost")) return true;
  struct in_addr four;
  if (inet_pton(AF_INET, u->host, &four) == 1) {
    const unsigned char *byte = (const unsigned char *)&four.s_addr;
    return byte[0] == 127 || (byte[0] == 169 && byte[1] == 254);
  }
  struct in6_addr six;
  if (!parse_six(u, &six)) return false;
  return IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_LINKLOCAL(&six);
}

static bool is_private_name(const char *host) {
  static const char *const endings[] = { ".local", ".lan",  ".internal",  ".intranet",   ".private",
                                         ".corp",  ".home", ".home.arpa", ".localdomain" };
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
    if (text_ends(host, endings[i])) return true;
  return !strchr(host, '.') && *host >= 'a' && *host <= 'z'; /* one that begins with a digit may be an address in another notation */
}

bool url_is_private(const url *u) {
  struct in_addr four;
  struct in6_addr six;
  if (url_is_near(u)) return true;
  if (inet_pton(AF_INET, u->host, &four) == 1) {
    const unsigned char *b = (const unsigned char *)&four.s_addr;
    return b[0] == 10 || (b[0] == 172 && b[1] >> 4 == 1) || (b[0] == 192 && b[1] == 168) || (b[0] == 100 && b[1] >> 6 == 1);
  }
  if (u->host[0] != '[') return is_private_name(u->host);
  return parse_six(u, &six) && (six.s6_addr[0] & 0xfe) == 0xfc;
}

static bool stays(char c, const char *plain) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr(plain, c);
}

static const char *encode(arena *a, const char *s, const char *plain) {
  size_t same = 0;
  while (s[same] && stays(s[same], plain)) same++;
  if (!s[same]) return s;
  char *out = arena_alloc(a, strlen(s) * 3 + 1), *end = out;
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    if (stays(*s, plain)) {
      *end++ = *s;
    } else {
      *end++ = '%';
      *end++ = HEX_UPPER[c >> 4];
      *end++ = HEX_UPPER[c & 15];
    }
  }
  return out;
}

#define NAME_BYTES "-._~:@!$&'()*+,;="

const char *url_path_encode(arena *a, const char *path) { return encode(a, path, NAME_BYTES "/%"); }

static bool fits_in_path(const char *name) { return *name && !text_is(name, ".") && !has_dot_segment(name, 2, true); }

const char *url_segment_encode(arena *a, const char *name) { return fits_in_path(name) ? encode(a, name, "-._~") : NULL; }

/* A segment that is empty or a dot would be folded away; within one segment it is text as any other. */
const char *url_name_encode(arena *a, const char *name) {
  if (!fits_in_path(name)) return NULL;
  bool one_segment = *name == '/' || text_ends(name, "/") || strstr(name, "//") || has_dot_segment(name, 1, false);
  return encode(a, name, one_segment ? NAME_BYTES : NAME_BYTES "/");
}

const char *url_component_encode(arena *a, const char *part) { return encode(a, part, "-._~!*'()"); }

const char *url_query_encode(arena *a, const char *part) { return encode(a, part, "-._~/:"); }

const char *url_join_query(arena *a, const char *one, const char *two) {
  if (!*one) return two;
  return *two ? arena_printf(a, "%s&%s", one, two) : one;
}
