/* Vectors of numbers by the compiler's vector extensions: loads, stores, choices, extremes and sums.

   Numbers are float32, or float64 where DOUBLE is defined: each file of operations is compiled for both. LANES is 16 with AVX-512, 8 with
   AVX2, else 4, and half as many of float64. A vector of booleans is one of whole numbers, all bits set for true. */
#ifndef ENGINE_VECTORS_H
#define ENGINE_VECTORS_H

#include "native.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

#ifdef DOUBLE
typedef double Number;
typedef int64_t Integer; /* of the same width */
typedef uint64_t Word;
#define square_root __builtin_sqrt
#define LANES (VECTOR_BYTES / 8)
#else
typedef float Number;
typedef int32_t Integer;
typedef uint32_t Word;
#define square_root __builtin_sqrtf
#define LANES (VECTOR_BYTES / 4)
#endif
#define INFINITE ((Number)__builtin_inf())
#define NOT_A_NUMBER ((Number)__builtin_nan(""))

#define ALWAYS static inline __attribute__((always_inline))

typedef Number Vector __attribute__((vector_size(VECTOR_BYTES)));
typedef Number Unaligned __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(Number)), may_alias));
typedef Integer Whole __attribute__((vector_size(VECTOR_BYTES)));
typedef Word Bits __attribute__((vector_size(VECTOR_BYTES)));

#define NUMBERS_OF_A_LINE (64 / (int64_t)sizeof(Number)) /* of a cache */

ALWAYS Vector all(Number x) { return x - (Vector){0}; }
ALWAYS Vector load(const Number *x) { return *(const Unaligned *)x; }
ALWAYS void store(Number *x, Vector v) { *(Unaligned *)x = v; }

/* Which lanes hold the first n numbers, and what the compiler's header calls functions and registers of their type. */
#ifdef DOUBLE
#define FOR_TYPE(name) name##_pd
#define REGISTER_512 __m512d
#define REGISTER_256 __m256d
#define LANE_NUMBERS {0, 1, 2, 3}
#else
#define FOR_TYPE(name) name##_ps
#define REGISTER_512 __m512
#define REGISTER_256 __m256
#define LANE_NUMBERS {0, 1, 2, 3, 4, 5, 6, 7}
#endif
#if VECTOR_BYTES == 64
#define FIRST_LANES(n) ((n) > 0 ? (1u << (n)) - 1 : 0)
#elif VECTOR_BYTES == 32
#define FIRST_LANES(n) ((__m256i)((Integer)(n) > (Whole)LANE_NUMBERS))
#endif

/* The first n numbers, `rest` in the other lanes. What lies behind them is not read: it may be no memory of this process. */
ALWAYS Vector load_some(const Number *x, int64_t n, Number rest) {
    if (n >= LANES) return load(x);
#if VECTOR_BYTES == 64
    return (Vector)FOR_TYPE(_mm512_mask_loadu)((REGISTER_512)all(rest), FIRST_LANES(n), x);
#elif VECTOR_BYTES == 32
    __m256i first = FIRST_LANES(n);
    return (Vector)FOR_TYPE(_mm256_blendv)((REGISTER_256)all(rest), FOR_TYPE(_mm256_maskload)(x, first), (REGISTER_256)first);
#else
    Vector v = all(rest);
    for (int64_t i = 0; i < n; i++) v[i] = x[i];
    return v;
#endif
}

ALWAYS void store_some(Number *x, int64_t n, Vector v) {
    if (n >= LANES) {
        store(x, v);
        return;
    }
#if VECTOR_BYTES == 64
    FOR_TYPE(_mm512_mask_storeu)(x, FIRST_LANES(n), (REGISTER_512)v);
#elif VECTOR_BYTES == 32
    FOR_TYPE(_mm256_maskstore)(x, FIRST_LANES(n), (REGISTER_256)v);
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
    Integer bits = 0;
    for (int i = 0; i < LANES; i++) bits |= condition[i];
    return bits != 0;
#endif
}

/* The larger one, and NaN where one of the two is NaN, as NumPy's maximum. */
ALWAYS Vector larger(Vector a, Vector b) { return choose((a > b) | (a != a), a, b); }
ALWAYS Vector smaller(Vector a, Vector b) { return choose((a < b) | (a != a), a, b); }
ALWAYS Vector limited(Vector x, Number low, Number high) { return smaller(larger(x, all(low)), all(high)); }
#define LOWEST ((Integer)((Word)1 << (8 * sizeof(Number) - 1))) /* the bit of the sign */
ALWAYS Vector size_of(Vector x) { return (Vector)((Whole)x & ~LOWEST); }

ALWAYS Vector root(Vector x) {
    for (int i = 0; i < LANES; i++) x[i] = square_root(x[i]);
    return x;
}

ALWAYS Number sum_of_lanes(Vector x) {
    Number sum = 0;
    for (int width = LANES / 2; width; width /= 2)
        for (int i = 0; i < width; i++) x[i] += x[i + width];
    return sum + x[0];
}

#endif
