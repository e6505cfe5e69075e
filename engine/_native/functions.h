/* Exponential, logarithm and their like of vectors, each to one or two units of the last place of its type. The polynomials are those of
   S. L. Moshier's Cephes and of FreeBSD's mathematical library, which differ for the two types. */
#ifndef ENGINE_FUNCTIONS_H
#define ENGINE_FUNCTIONS_H

#include "vectors.h"

/* DIGITS: bits of a number behind the point. NO_DIGITS: 1.5 * 2^DIGITS, added to which a number keeps none of them; numbers from
   WHOLE_FROM on have none. A power of e below LEAST_POWER is 0, above MOST_POWER it is infinite. LOG_2 is one number in two parts. */
#ifdef DOUBLE
#define DIGITS 52
#define BIAS 1023
#define NO_DIGITS 6755399441055744.0
#define WHOLE_FROM 2251799813685248.0
#define LEAST_POWER (-746.0)
#define MOST_POWER 710.0
#define LOG_2_OF_E 1.4426950408889634074
#define LOG_2_HIGH 6.93145751953125e-1
#define LOG_2_LOW 1.42860682030941723212e-6
#define ROOT_OF_HALF 0x3fe6a09e667f3bcdLL
#else
#define DIGITS 23
#define BIAS 127
#define NO_DIGITS 12582912.0f
#define WHOLE_FROM 4194304.0f
#define LEAST_POWER (-104.0f)
#define MOST_POWER 89.0f
#define LOG_2_OF_E 1.44269504f
#define LOG_2_HIGH 0.693359375f
#define LOG_2_LOW (-2.12194440e-4f)
#define ROOT_OF_HALF 0x3f3504f3
#endif

/* To the nearest whole number, halves to the even one. */
ALWAYS Vector rounded(Vector x) { return choose(size_of(x) < WHOLE_FROM, x + NO_DIGITS - NO_DIGITS, x); }

/* 2^n for whole n from 1 - BIAS to BIAS. */
ALWAYS Vector power_of_two(Whole n) { return (Vector)((n + BIAS) << DIGITS); }

/* e^r - 1 for |r| <= log(2) / 2. */
ALWAYS Vector small_power_less_one(Vector r) {
#ifdef DOUBLE
    Vector z = r * r, p = z * 1.26177193074810590878e-4 + 3.02994407707441961300e-2, q = z * 3.00198505138664455042e-6 + 2.52448340349684104192e-3;
    p = (p * z + 9.99999999999999999910e-1) * r;
    q = (q * z + 2.27265548208155028766e-1) * z + 2.00000000000000000009;
    return 2.0 * p / (q - p);
#else
    Vector p = all(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * r * r + r;
#endif
}

/* e^x = 2^n * e^r; 2^n in two factors, so that each is a number of its type. */
ALWAYS Vector exponential(Vector x) {
    x = limited(x, LEAST_POWER, MOST_POWER);
    Vector shifted = x * LOG_2_OF_E + NO_DIGITS;
    Vector n = shifted - NO_DIGITS;
    Vector r = x - n * LOG_2_HIGH - n * LOG_2_LOW;
    Vector p = small_power_less_one(r) + 1.0f;
    Whole whole = (Whole)shifted - (Whole)all(NO_DIGITS);
    Whole half = whole >> 1;
    return p * power_of_two(half) * power_of_two(whole - half);
}

/* e^x - 1 without loss near 0. */
ALWAYS Vector exponential_less_one(Vector x) {
    return choose(size_of(x) < (Number)0.34, small_power_less_one(x), exponential(x) - 1.0f);
}

/* log((1 + s) / (1 - s)) / s - 2, a series of s^2. */
ALWAYS Vector logarithm_series(Vector s) {
    Vector z = s * s, w = z * z;
#ifdef DOUBLE
    Vector even = w * 1.531383769920937332e-1 + 2.222219843214978396e-1, odd = w * 1.479819860510658591e-1 + 1.818357216161805012e-1;
    even = w * (even * w + 3.999999999940941908e-1);
    odd = (odd * w + 2.857142874366239149e-1) * w + 6.666666666666735130e-1;
    return even + z * odd;
#else
    return w * (w * 0.24279078841f + 0.40000972152f) + z * (w * 0.28498786688f + 0.66666662693f);
#endif
}

/* log(x) = k * log(2) + log(m), m between sqrt(1/2) and sqrt(2), by the series of log((1 + s) / (1 - s)). */
ALWAYS Vector logarithm(Vector x) {
#ifdef DOUBLE
    const Number log_2_high = 6.93147180369123816490e-01, log_2_low = 1.90821492927058770002e-10;
#else
    const Number log_2_high = 6.9313812256e-01f, log_2_low = 9.0580006145e-06f;
#endif
    const Integer one = (Integer)BIAS << DIGITS, mantissa = ((Integer)1 << DIGITS) - 1;
    Whole bits = (Whole)x + (one - (Integer)ROOT_OF_HALF);
    Whole exponent = (bits >> DIGITS) - BIAS;
    Vector k;
    for (int i = 0; i < LANES; i++) k[i] = (Number)exponent[i];
    Vector f = (Vector)((bits & mantissa) + (Integer)ROOT_OF_HALF) - 1.0f;
    Vector s = f / (f + 2.0f), half = f * f * 0.5f;
    Vector y = s * (half + logarithm_series(s)) + k * log_2_low - half + f + k * log_2_high;
    y = choose(x == 0.0f, all(-INFINITE), y);
    y = choose(x < 0.0f, all(NOT_A_NUMBER), y);
    return choose((x == all(INFINITE)) | (x != x), x, y);
}

/* log(1 + x) for x from 0 to 1: what 1 + x rounds away is put right by the slope. */
ALWAYS Vector logarithm_of_more_than_one(Vector x) {
    Vector more = x + 1.0f;
    return logarithm(more) + (x - (more - 1.0f)) / more;
}

/* Near 0 by an approximation of its own, else 1 - 2 / (e^2|x| + 1) with the sign of x. */
ALWAYS Vector hyperbolic_tangent(Vector x) {
    Vector size = size_of(x), z = x * x;
#ifdef DOUBLE
    Vector p = z * -9.64399179425052238628e-1 - 9.92877231001918586564e1, q = z + 1.12811678491632931402e2;
    p = p * z - 1.61468768441708447952e3;
    q = (q * z + 2.23548839060100448583e3) * z + 4.84406305325125486048e3;
    p = p / q;
#else
    Vector p = all(-5.70498872745e-3f);
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
#endif
    Vector near = p * z * x + x;
    Vector far = 1.0f - 2.0f / (exponential(size + size) + 1.0f);
    far = (Vector)((Whole)far | ((Whole)x & LOWEST));
    return choose(size < 0.625f, near, choose(x != x, x, far));
}

ALWAYS Vector logistic(Vector x) { return 1.0f / (exponential(-x) + 1.0f); }

#endif
