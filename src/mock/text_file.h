/* text_file: a whole file, or standard input, in memory. It must never know what is written in it. */
#ifndef ROSTER_MOCK_TEXT_FILE_H
#define ROSTER_MOCK_TEXT_FILE_H

/* New, zero-terminated; "-" is standard input. NULL with errno on failure: EFBIG beyond 64 MiB, EILSEQ for a zero byte. */
char *text_file_read(const char *path);

#endif
