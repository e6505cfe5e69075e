/* Vectors of float32 by the compiler's vector extensions: loads, stores, choices, and the functions that the operations need.

   LANES is 16 with AVX-512, 8 with AVX2, else 4. A vector of booleans is one of whole numbers, all bits set for true. */
#ifndef ENGINE_VECTORS_H
#define ENGINE_VECTORS_H

#include "native.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif

#define ALWAYS static inline __attribute__((always_inline))

typedef float Vector __attribute__((vector_size(4 * LANES)));
typedef float Unaligned __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t Whole __attribute__((vector_size(4 * LANES)));
typedef uint32_t Bits __attribute__((vector_size(4 * LANES)));

ALWAYS Vector all(float x) { return x - (Vector){0}; }
ALWAYS Vector load(const float *x) { return *(const Unaligned *)x; }
ALWAYS void store(float *x, Vector v) { *(Unaligned *)x = v; }

#if LANES == 16
#define FIRST_LANES(n) ((__mmask16)((n) > 0 ? (1u << (n)) - 1 : 0))
#elif LANES == 8
#define FIRST_LANES(n) ((__m256i)((int32_t)(n) > (Whole){0, 1, 2, 3, 4, 5, 6, 7}))
#endif

/* The first n numbers, `rest` in the other lanes. What lies behind them is not read: it may be no memory of this process. */
ALWAYS Vector load_some(const float *x, int64_t n, float rest) {
    if (n >= LANES) return load(x);
#if LANES == 16
    return (Vector)_mm512_mask_loadu_ps((__m512)all(rest), FIRST_LANES(n), x);
#elif LANES == 8
    __m256i first = FIRST_LANES(n);
    return (Vector)_mm256_blendv_ps((__m256)all(rest), _mm256_maskload_ps(x, first), (__m256)first);
#else
    Vector v = all(rest);
    for (int64_t i = 0; i < n; i++) v[i] = x[i];
    return v;
#endif
}

ALWAYS void store_some(float *x, int64_t n, Vector v) {
    if (n >= LANES) {
        store(x, v);
        return;
    }
#if LANES == 16
    _mm512_mask_storeu_ps(x, FIRST_LANES(n), (__m512)v);
#elif LANES == 8
    _mm256_maskstore_ps(x, FIRST_LANES(n), (__m256)v);
#else
    for (int64_t i = 0; i < n; i++) x[i] = v[i];
#endif
}

ALWAYS Vector choose(Whole condition, Vector yes, Vector no) {
    return (Vector)((condition & (Whole)yes) | (~condition & (Whole)no));
}

/* Whether one lane is true. */
ALWAYS int any(Whole condition) {
#if defined(__clang__)
    return __builtin_reduce_or(condition) != 0;
#else
    int32_t bits = 0;
    for (int i = 0; i < LANES; i++) bits |= condition[i];
    return bits != 0;
#endif
}

/* The larger one, and NaN where one of the two is NaN, as NumPy's maximum. */
ALWAYS Vector larger(Vector a, Vector b) { return choose((a > b) | (a != a), a, b); }
ALWAYS Vector smaller(Vector a, Vector b) { return choose((a < b) | (a != a), a, b); }
ALWAYS Vector limited(Vector x, float low, float high) { return smaller(larger(x, all(low)), all(high)); }
ALWAYS Vector size_of(Vector x) { return (Vector)((Whole)x & 0x7fffffff); }

ALWAYS Vector root(Vector x) {
    for (int i = 0; i < LANES; i++) x[i] = __builtin_sqrtf(x[i]);
    return x;
}

ALWAYS float sum_of_lanes(Vector x) {
    float sum = 0;
    for (int width = LANES / 2; width; width /= 2)
        for (int i = 0; i < width; i++) x[i] += x[i + width];
    return sum + x[0];
}

/* To the nearest whole number, halves to the even one: added to 1.5 * 2^23, float32 keeps no digits behind the point. */
#define NO_DIGITS 12582912.0f
ALWAYS Vector rounded(Vector x) {
    return choose(size_of(x) < 4194304.0f, x + NO_DIGITS - NO_DIGITS, x);
}

/* 2^n for whole n from -126 to 127. */
ALWAYS Vector power_of_two(Whole n) { return (Vector)((n + 127) << 23); }

/* e^x = 2^n * e^r with |r| <= log(2) / 2; e^r by Cephes's polynomial, 2^n in two factors so that each is a float32. */
ALWAYS Vector exponential(Vector x) {
    x = limited(x, -104.0f, 89.0f);
    Vector shifted = x * 1.44269504f + NO_DIGITS;
    Vector n = shifted - NO_DIGITS;
    Vector r = x - n * 0.693359375f - n * -2.12194440e-4f;
    Vector p = all(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    Whole whole = (Whole)shifted - (Whole)all(NO_DIGITS);
    Whole half = whole >> 1;
    return p * power_of_two(half) * power_of_two(whole - half);
}

/* e^x - 1 without loss near 0, where it is the same polynomial without its 1. */
ALWAYS Vector exponential_less_one(Vector x) {
    Vector p = all(1.9875691500e-4f);
    p = p * x + 1.3981999507e-3f;
    p = p * x + 8.3334519073e-3f;
    p = p * x + 4.1665795894e-2f;
    p = p * x + 1.6666665459e-1f;
    p = p * x + 5.0000001201e-1f;
    return choose(size_of(x) < 0.34f, p * x * x + x, exponential(x) - 1.0f);
}

/* log(x) = k * log(2) + log(m), m between sqrt(1/2) and sqrt(2), by the series of log((1 + s) / (1 - s)), as in musl. */
ALWAYS Vector logarithm(Vector x) {
    const int one = 0x3f800000, root_of_half = 0x3f3504f3;
    Whole bits = (Whole)x + (one - root_of_half);
    Whole exponent = (bits >> 23) - 127;
    Vector k;
    for (int i = 0; i < LANES; i++) k[i] = (float)exponent[i];
    Vector f = (Vector)((bits & 0x007fffff) + root_of_half) - 1.0f;
    Vector s = f / (f + 2.0f), z = s * s, w = z * z;
    Vector series = w * (w * 0.24279078841f + 0.40000972152f) + z * (w * 0.28498786688f + 0.66666662693f);
    Vector half = f * f * 0.5f;
    Vector y = s * (half + series) + k * 9.0580006145e-06f - half + f + k * 6.9313812256e-01f;
    y = choose(x == 0.0f, all(-__builtin_inff()), y);
    y = choose(x < 0.0f, all(__builtin_nanf("")), y);
    return choose((x == all(__builtin_inff())) | (x != x), x, y);
}

/* log(1 + x) for x from 0 to 1: what 1 + x rounds away is put right by the slope. */
ALWAYS Vector logarithm_of_more_than_one(Vector x) {
    Vector more = x + 1.0f;
    return logarithm(more) + (x - (more - 1.0f)) / more;
}

/* Near 0 by Cephes's polynomial, else 1 - 2 / (e^2|x| + 1) with the sign of x. */
ALWAYS Vector hyperbolic_tangent(Vector x) {
    Vector size = size_of(x), z = x * x;
    Vector p = all(-5.70498872745e-3f);
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    Vector near = p * z * x + x;
    Vector far = 1.0f - 2.0f / (exponential(size + size) + 1.0f);
    far = (Vector)((Whole)far | ((Whole)x & (int32_t)0x80000000));
    return choose(size < 0.625f, near, choose(x != x, x, far));
}

ALWAYS Vector logistic(Vector x) { return 1.0f / (exponential(-x) + 1.0f); }

#endif
