/* text_pages: see text_pages.h. */
#include "util/text_pages.h"

#include <sys/mman.h>
#include <unistd.h>

enum { LEAST = 64 * 1024 }; /* giving back takes a call of the system */

bool text_pages_open(text_pages *p, size_t bytes) {
  char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *p = (text_pages){ .at = at == MAP_FAILED ? NULL : at, .size = bytes };
  return p->at;
}

void text_pages_drop(text_pages *p, const char *before) {
  if (!p->at || before < p->at + p->given_back || before > p->at + p->size) return;
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), read = (size_t)(before - p->at) / page * page;
  if (read < p->given_back + LEAST || munmap(p->at + p->given_back, read - p->given_back) != 0) return;
  p->given_back = read;
}

void text_pages_close(text_pages *p) {
  if (p->at) munmap(p->at + p->given_back, p->size - p->given_back);
  *p = (text_pages){ .at = NULL };
}
