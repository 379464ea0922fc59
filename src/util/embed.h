/* embed: puts a file of the repository into the program, by the assembler. EMBED(name, "path") declares the array name, with a zero byte
 * behind the file, and name_end, which is where that byte is. The path is seen from the repository's root. */
#ifndef ROSTER_UTIL_EMBED_H
#define ROSTER_UTIL_EMBED_H

#ifdef __APPLE__
#define EMBED_SECTION   ".section __TEXT,__const\n"
#define EMBED_HIDDEN(s) ".private_extern _" s "\n"
#define EMBED_WITHIN(s) ".alt_entry _" s "\n" /* or the linker may move what follows away from what is before */
#define EMBED_LABEL(s)  "_" s ":\n"
#else
#define EMBED_SECTION   ".section .rodata\n"
#define EMBED_HIDDEN(s) ".hidden " s "\n.globl " s "\n"
#define EMBED_WITHIN(s) ""
#define EMBED_LABEL(s)  s ":\n"
#endif

#define EMBED_BEGIN(s)  EMBED_SECTION EMBED_HIDDEN(s) EMBED_LABEL(s)
#define EMBED_FINISH(s) EMBED_HIDDEN(s) EMBED_WITHIN(s) EMBED_LABEL(s) ".byte 0\n.previous\n"

#define EMBED(name, path)                                                                                                                  \
  __asm__(EMBED_BEGIN(#name) ".incbin \"" path "\"\n" EMBED_FINISH(#name "_end"));                                                         \
  extern const char name[] __attribute__((visibility("hidden")));                                                                          \
  extern const char name##_end[] __attribute__((visibility("hidden")));

#endif
