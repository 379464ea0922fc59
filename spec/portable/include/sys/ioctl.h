#ifndef STUB_SYS_IOCTL_H
#define STUB_SYS_IOCTL_H

struct winsize {
  unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

#define FIONREAD   0x4004667fUL
#define TIOCGWINSZ 0x40087468UL

int ioctl(int fd, unsigned long what, ...);

#endif
