/* settings: see settings.h. */
#include "server/settings.h"

#include "command/shared/memory.h"

#include "util/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static roster_status wrong(roster_error *err, const char *hint, const char *format, ...) {
  *err = (roster_error){ .status = ROSTER_EINVALID };
  va_list args;
  va_start(args, format);
  vsnprintf(err->message, sizeof err->message, format, args);
  va_end(args);
  snprintf(err->hint, sizeof err->hint, "%s", hint);
  return ROSTER_EINVALID;
}

/* Without the line end that editors put behind it. What cannot stand in a header could never be told to us. */
static roster_status take_token(settings *out, const char *from, const char *text, size_t length, roster_error *err) {
  while (length && (text[length - 1] == '\n' || text[length - 1] == '\r')) length--;
  if (!length) return wrong(err, "put a long random text there, for example of openssl rand -hex 32", "%s holds no token", from);
  for (size_t i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] == 0x7f)
      return wrong(err, "use letters and digits", "the token in %s holds a blank or a control byte", from);
  out->token = grown(NULL, length + 1);
  memcpy(out->token, text, length);
  out->token[length] = '\0';
  return ROSTER_OK;
}

static roster_status read_token(settings *out, const char *path, roster_error *err) {
  char text[LARGEST_TOKEN + 1];
  FILE *file = fopen(path, "rbe");
  if (!file)
    return wrong(err, "name a file that holds the token alone, and may be read", "cannot read the token in %s: %s", path, strerror(errno));
  size_t length = fread(text, 1, sizeof text, file);
  fclose(file);
  roster_status status = length > LARGEST_TOKEN ? wrong(err, "`openssl rand -hex 32` makes one that is long enough",
                                                        "the token in %s is longer than %d bytes", path, LARGEST_TOKEN)
                                                : take_token(out, path, text, length, err);
  explicit_bzero(text, sizeof text);
  return status;
}

static roster_status check_origin(const char *origin, roster_error *err) {
  const char *name = origin ? strstr(origin, "://") : NULL;
  if (!origin || (name && name != origin && name[3] && !name[3 + strcspn(name + 3, "/?# ,")])) return ROSTER_OK;
  return wrong(err, "write it as a browser does: https://console.example.com", "--allow-origin: '%s' is no origin", origin);
}

roster_status settings_read(settings *out, const arguments *o, roster_error *err) {
  *out = (settings){ .listen = o->listen ? o->listen : USUAL_LISTEN,
                     .hosts = o->hosts,
                     .host_count = o->host_count,
                     .origin = o->origin,
                     .every_ms = arguments_have(o, OPTION_EVERY) ? o->every_ms : USUAL_EVERY_MS };
  out->json_log = o->log_format && *o->log_format == 'j';
  const char *token = getenv("ROSTER_TOKEN");
  roster_status status = check_origin(o->origin, err);
  if (!status && o->token_file) status = read_token(out, o->token_file, err);
  if (!status && !o->token_file && token && *token) status = take_token(out, "ROSTER_TOKEN", token, strlen(token), err);
  unsetenv("ROSTER_TOKEN"); /* credential helpers have no use for it */
  return status;
}

void settings_free(settings *s) {
  if (s->token) explicit_bzero(s->token, strlen(s->token));
  free(s->token);
  *s = (settings){ 0 };
}
