#ifndef STUB_SETJMP_H
#define STUB_SETJMP_H

typedef int jmp_buf[64];

_Noreturn void longjmp(jmp_buf at, int value);
_Noreturn void _longjmp(jmp_buf at, int value);
int setjmp(jmp_buf at) __attribute__((returns_twice));
int _setjmp(jmp_buf at) __attribute__((returns_twice));

#endif
