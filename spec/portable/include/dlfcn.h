/* No dlinfo; the map of what is loaded is reached by other ways. */
#ifndef STUB_DLFCN_H
#define STUB_DLFCN_H

typedef struct {
  const char *dli_fname;
  void *dli_fbase;
  const char *dli_sname;
  void *dli_saddr;
} Dl_info;

#define RTLD_LAZY     0x1
#define RTLD_NOW      0x2
#define RTLD_LOCAL    0x4
#define RTLD_GLOBAL   0x8
#define RTLD_NOLOAD   0x10
#define RTLD_NODELETE 0x80

int dladdr(const void *address, Dl_info *out);
int dlclose(void *library);
char *dlerror(void);
void *dlopen(const char *path, int how);
void *dlsym(void *library, const char *name);

#endif
