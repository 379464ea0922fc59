#ifndef STUB_MATH_H
#define STUB_MATH_H

#define HUGE_VAL    (__builtin_huge_val())
#define INFINITY    (__builtin_inff())
#define NAN         (__builtin_nanf(""))
#define isnan(x)    __builtin_isnan(x)
#define isinf(x)    __builtin_isinf_sign(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x)  __builtin_signbit(x)

double acos(double x);
double asin(double x);
double atan2(double y, double x);
double ceil(double x);
double cos(double x);
double cosh(double x);
double sinh(double x);
double tanh(double x);
double atan(double x);
double exp(double x);
double fabs(double x);
double floor(double x);
double fmax(double x, double y);
double fmin(double x, double y);
double fmod(double x, double y);
double frexp(double x, int *out);
double ldexp(double x, int power);
double log(double x);
double log10(double x);
double log2(double x);
long lround(double x);
long long llround(double x);
double pow(double x, double y);
double rint(double x);
double round(double x);
double sin(double x);
double sqrt(double x);
double tan(double x);
double trunc(double x);

#endif
