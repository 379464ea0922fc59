#ifndef STUB_ASSERT_H
#define STUB_ASSERT_H

_Noreturn void stub_assert_failed(const char *what);
#define assert(e) ((e) ? (void)0 : stub_assert_failed(#e))
#define static_assert _Static_assert

#endif
