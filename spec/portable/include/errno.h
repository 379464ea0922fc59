#ifndef STUB_ERRNO_H
#define STUB_ERRNO_H

int *__error(void);
#define errno (*__error())

#define EPERM         1
#define ENOENT        2
#define EINTR         4
#define EIO           5
#define EBADF         9
#define ENOMEM        12
#define EACCES        13
#define EEXIST        17
#define ENOTDIR       20
#define EISDIR        21
#define EINVAL        22
#define ENFILE        23
#define EMFILE        24
#define EFBIG         27
#define ENOSPC        28
#define ENOSYS        78
#define EPIPE         32
#define ERANGE        34
#define EDQUOT        69
#define ESTALE        70
#define EAGAIN        35
#define EWOULDBLOCK   EAGAIN
#define ECONNREFUSED  61
#define EADDRNOTAVAIL 49
#define ENETUNREACH   51
#define ECONNRESET    54
#define ENOBUFS       55
#define ETIMEDOUT     60
#define ELOOP         62
#define ENAMETOOLONG  63
#define EHOSTUNREACH  65
#define EILSEQ        92

#endif
