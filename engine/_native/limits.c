/* Limits on weights behind their update: norms along any axes (engine/constraints.py). Values below 0 are what `rectify` cuts off. */
#include "vectors.h"

#define OUTER 3
#define VECTORS 4          /* of columns that are done at once */
#define ADDED_IN_A_ROW 64  /* squares: longer sums lose the last digits of float32 */

/* Where the elements of a weight lie that have one norm, and where one norm's elements begin. Neighbouring axes that are both summed, or
   both kept, count as one; the last one is `columns` norms side by side, or a `run` of elements of one norm; the other number is 1. */
typedef struct {
    int64_t columns, run;
    int64_t kept[OUTER], kept_step[OUTER];
    int64_t summed[OUTER], summed_step[OUTER];
} Norms;

#define EACH_SUMMED(l, at)                                                                                             \
    for (int64_t a_ = 0; a_ < l->summed[0]; a_++)                                                                      \
        for (int64_t b_ = 0; b_ < l->summed[1]; b_++)                                                                  \
            for (int64_t c_ = 0, at = a_ * l->summed_step[0] + b_ * l->summed_step[1]; c_ < l->summed[2]; c_++, at += l->summed_step[2])

/* The first element of the norms number n * columns ... */
ALWAYS int64_t begin_of_norms(const Norms *l, int64_t n) {
    int64_t at = 0;
    for (int axis = OUTER - 1; axis >= 0; axis--) {
        at += n % l->kept[axis] * l->kept_step[axis];
        n /= l->kept[axis];
    }
    return at;
}

typedef struct {
    const double *numbers; /* smallest and largest norm, share of the way there, epsilon */
    int64_t is_partial;    /* whether that share counts; also a share of 1 leaves NaN where a norm is infinite, as in NumPy */
} Limit;

/* What weights are multiplied by whose squares have this sum. One function for any number of columns: where it is inlined more than once
   a compiler may round otherwise in one place than in another. */
static __attribute__((noinline)) Vector limiting_factor(Vector squares, const Limit *limit) {
    const double *numbers = limit->numbers;
    Vector norm = root(squares), wanted = limited(norm, (Number)numbers[0], (Number)numbers[1]);
    if (limit->is_partial) wanted = wanted * (Number)numbers[2] + norm * (Number)(1 - numbers[2]);
    return wanted / (norm + (Number)numbers[3]);
}

/* The norms of `count` columns side by side, which are no more than `vectors` vectors. */
ALWAYS void limit_columns(const int vectors, const Norms *l, Number *w, int64_t count, const Limit *limit) {
    int64_t added = 0;
    Vector sum[VECTORS] = {0}, part[VECTORS] = {0};
    EACH_SUMMED(l, at) {
#pragma GCC unroll 4
        for (int k = 0; k < vectors; k++) {
            Vector x = load_some(w + at + k * LANES, count - k * LANES, 0);
            part[k] += x * x;
        }
        if (++added % ADDED_IN_A_ROW) continue;
#pragma GCC unroll 4
        for (int k = 0; k < vectors; k++) {
            sum[k] += part[k];
            part[k] = all(0);
        }
    }
#pragma GCC unroll 4
    for (int k = 0; k < vectors; k++) sum[k] = limiting_factor(sum[k] + part[k], limit);
    EACH_SUMMED(l, at) {
#pragma GCC unroll 4
        for (int k = 0; k < vectors; k++) {
            Number *to = w + at + k * LANES;
            store_some(to, count - k * LANES, load_some(to, count - k * LANES, 0) * sum[k]);
        }
    }
}

/* One norm, whose elements lie in runs. */
static void limit_runs(const Norms *l, Number *w, const Limit *limit) {
    Number sum = 0;
    EACH_SUMMED(l, at)
        for (int64_t begin = 0; begin < l->run; begin += ADDED_IN_A_ROW * LANES) {
            int64_t end = begin + ADDED_IN_A_ROW * LANES < l->run ? begin + ADDED_IN_A_ROW * LANES : l->run;
            Vector part = all(0);
            for (int64_t i = begin; i < end; i += LANES) {
                Vector x = load_some(w + at + i, end - i, 0);
                part += x * x;
            }
            sum += sum_of_lanes(part);
        }
    Vector factor = limiting_factor(all(sum), limit);
    EACH_SUMMED(l, at)
        for (int64_t i = 0; i < l->run; i += LANES) store_some(w + at + i, l->run - i, load_some(w + at + i, l->run - i, 0) * factor);
}

/* w = w * limited norm / norm; units are norms; size[1] = 1 where the share of the way counts; arrays layout
   (Norms), numbers (float64), w. */
OPERATION(limit_norms) {
    const Norms *l = instruction->array[0];
    const Limit limit[] = {{instruction->array[1], SIZE(1)}};
    Number *w = NUMBERS(2);
    if (l->run > 1) {
        for (int64_t n = first; n < first + count; n++) limit_runs(l, w + begin_of_norms(l, n), limit);
        return 0;
    }
    for (int64_t n = first, end = first + count, some; n < end; n += some) {
        int64_t column = n % l->columns, left = l->columns - column < end - n ? l->columns - column : end - n;
        Number *begin = w + begin_of_norms(l, n / l->columns) + column;
        some = left >= VECTORS * LANES ? VECTORS * LANES : left < LANES ? left : LANES;
        if (some > LANES) limit_columns(VECTORS, l, begin, some, limit);
        else limit_columns(1, l, begin, some, limit);
    }
    return 0;
}
