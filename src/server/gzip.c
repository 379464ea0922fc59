/* gzip: compresses a body in one call of zlib, into as many bytes as the body has: what does not fit is not worth sending. */
#include "command/shared/memory.h"
#include "server/response.h"

#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 /* zlib's way to ask for gzip's own frame */, USUAL_MEMORY = 8, LEVEL = 6 };

char *gzip_compress(const char *text, size_t size, size_t *out) {
  z_stream z = { 0 };
  if (size > 1u << 30 || deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, USUAL_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) return NULL;
  char *packed = grown(NULL, size);
  z.next_in = (Bytef *)(uintptr_t)text; /* zlib only reads it */
  z.avail_in = (uInt)size;
  z.next_out = (Bytef *)packed;
  z.avail_out = (uInt)size;
  int result = deflate(&z, Z_FINISH);
  *out = z.total_out;
  deflateEnd(&z);
  if (result == Z_STREAM_END) return packed;
  free(packed);
  return NULL;
}
