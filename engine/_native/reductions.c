/* What becomes of many elements one: sums, means, largest and smallest values, softmax, over the last axes or any that are neighbours.

   What is summed (or compared) are the rows of a block; size = rows of a block, columns, blocks of a unit, unless said otherwise. The
   last array is the one that is written. */
#include "vectors.h"

/* ---- sums and means: number[0] is what a mean divides by, 1 for a sum ---- */

/* y = sum of a row / divisor; size = rows of a unit, columns; arrays x, y. */
OPERATION(row_sum) {
    int64_t columns = SIZE(1);
    ROWS_OF_UNITS(r) NUMBERS(1)[r] = sum_of_row(NUMBERS(0) + r * columns, columns) / CONSTANT(0);
    return 0;
}

/* dx = dy / divisor for each element of a row; arrays dy, dx. */
OPERATION(row_sum_gradient) {
    int64_t columns = SIZE(1);
    ROWS_OF_UNITS(r) {
        Number each = NUMBERS(0)[r] * (1.0f / CONSTANT(0));
        for (int64_t j = 0; j < columns; j++) NUMBERS(1)[r * columns + j] = each;
    }
    return 0;
}

/* y = sums over the rows of each block / divisor; arrays x, y. */
OPERATION(middle_sum) {
    int64_t rows = SIZE(0), columns = SIZE(1), blocks = SIZE(2);
    for (int64_t n = first * blocks; n < (first + count) * blocks; n++)
        for (int64_t j = 0; j < columns; j += LANES) {
            Vector sum = sum_of_rows(NUMBERS(0) + n * rows * columns, rows, columns, j);
            store_some(NUMBERS(1) + n * columns + j, columns - j, sum / CONSTANT(0));
        }
    return 0;
}

/* dx = dy / divisor for each row of a block; arrays dy, dx. */
OPERATION(middle_sum_gradient) {
    int64_t rows = SIZE(0), columns = SIZE(1), blocks = SIZE(2);
    for (int64_t n = first * blocks; n < (first + count) * blocks; n++)
        for (int64_t j = 0; j < columns; j += LANES) {
            Vector each = load_some(NUMBERS(0) + n * columns + j, columns - j, 0) * (1.0f / CONSTANT(0));
            for (int64_t r = 0; r < rows; r++) store_some(NUMBERS(1) + (n * rows + r) * columns + j, columns - j, each);
        }
    return 0;
}

/* y = sum of size[0] numbers / divisor; one unit; arrays x, y. */
OPERATION(sum) {
    double sum = 0;
    (void)first, (void)count;
    for (int64_t i = 0; i < SIZE(0); i++) sum += NUMBERS(0)[i];
    NUMBERS(1)[0] = (Number)(sum / CONSTANT(0));
    return 0;
}

/* dx = dy / divisor for each element; size = elements of a unit; arrays dy (one number), dx. */
OPERATION(sum_gradient) {
    Number each = NUMBERS(0)[0] * (1.0f / CONSTANT(0));
    for (int64_t i = first * SIZE(0), end = (first + count) * SIZE(0); i < end; i++) NUMBERS(1)[i] = each;
    return 0;
}

/* ---- largest and smallest values ---- */

#define EACH_BLOCK(n) for (int64_t n = first * SIZE(2), last_ = (first + count) * SIZE(2); n < last_; n++)

#define EXTREME_OF_ROWS(name, nearer)                                                                                  \
    OPERATION(name) {                                                                                                  \
        int64_t rows = SIZE(0), columns = SIZE(1);                                                                     \
        EACH_BLOCK(n) {                                                                                                \
            const Number *x = NUMBERS(0) + n * rows * columns;                                                           \
            if (columns == 1) {                                                                                        \
                Vector most = all(x[0]);                                                                               \
                for (int64_t r = 0; r < rows; r += LANES) most = nearer(most, load_some(x + r, rows - r, x[0]));       \
                for (int i = 1; i < LANES; i++) most = nearer(most, all(most[i]));                                     \
                NUMBERS(1)[n] = most[0];                                                                                \
                continue;                                                                                              \
            }                                                                                                          \
            for (int64_t j = 0; j < columns; j += LANES) {                                                             \
                Vector most = load_some(x + j, columns - j, 0);                                                        \
                for (int64_t r = 1; r < rows; r++) most = nearer(most, load_some(x + r * columns + j, columns - j, 0)); \
                store_some(NUMBERS(1) + n * columns + j, columns - j, most);                                            \
            }                                                                                                          \
        }                                                                                                              \
        return 0;                                                                                                      \
    }
/* y = the largest, or the smallest, element over the rows of each block; arrays x, y. */
EXTREME_OF_ROWS(largest_of_rows, larger)
EXTREME_OF_ROWS(smallest_of_rows, smaller)

/* How many rows of `columns` channels have the largest value. */
ALWAYS Vector rows_that_equal(const Number *x, int64_t rows, int64_t channels, int64_t columns, Vector most) {
    Vector equal = all(0);
    for (int64_t r = 0; r < rows; r++) equal += choose(load_some(x + r * channels, columns, 0) == most, all(1), all(0));
    return equal;
}

ALWAYS Vector ones_where(Whole condition) { return choose(condition, all(1), all(0)); }

/* dx = dy / k at the k elements of a row that equal y. */
static void share_along_row(const Number *x, int64_t n, Number y, Number dy, Number *dx) {
    Vector equal = all(0), most = all(y);
    for (int64_t i = 0; i < n; i += LANES) equal += ones_where(load_some(x + i, n - i, NOT_A_NUMBER) == most);
    Vector each = all(dy / sum_of_lanes(equal));
    for (int64_t i = 0; i < n; i += LANES) store_some(dx + i, n - i, ones_where(load_some(x + i, n - i, 0) == most) * each);
}

/* dx = dy / k at the k rows that equal y, the largest or smallest; arrays dy, x, y, dx. */
OPERATION(extreme_of_rows_gradient) {
    int64_t rows = SIZE(0), columns = SIZE(1);
    EACH_BLOCK(n) {
        if (columns == 1) {
            share_along_row(NUMBERS(1) + n * rows, rows, NUMBERS(2)[n], NUMBERS(0)[n], NUMBERS(3) + n * rows);
            continue;
        }
        for (int64_t j = 0; j < columns; j += LANES) {
            int64_t left = columns - j, begin = n * rows * columns + j;
            Vector most = load_some(NUMBERS(2) + n * columns + j, left, 0), dy = load_some(NUMBERS(0) + n * columns + j, left, 0);
            Vector each = dy / rows_that_equal(NUMBERS(1) + begin, rows, columns, left, most);
            for (int64_t r = 0; r < rows; r++) {
                Vector chosen = ones_where(load_some(NUMBERS(1) + begin + r * columns, left, 0) == most);
                store_some(NUMBERS(3) + begin + r * columns, left, chosen * each);
            }
        }
    }
    return 0;
}

/* ---- softmax over the rows of each block; that over the last axis is in rows.c ---- */

/* y = e^(x - max(x)) / sum of these; arrays x, y. */
OPERATION(softmax_of_rows) {
    int64_t rows = SIZE(0), columns = SIZE(1);
    EACH_BLOCK(n)
        for (int64_t j = 0; j < columns; j += LANES) {
            const Number *x = NUMBERS(0) + n * rows * columns + j;
            Number *y = NUMBERS(1) + n * rows * columns + j;
            Vector most = load_some(x, columns - j, 0), sum = all(0);
            for (int64_t r = 1; r < rows; r++) most = larger(most, load_some(x + r * columns, columns - j, 0));
            for (int64_t r = 0; r < rows; r++) {
                Vector power = exponential(load_some(x + r * columns, columns - j, 0) - most);
                store_some(y + r * columns, columns - j, power);
                sum += power;
            }
            for (int64_t r = 0; r < rows; r++)
                store_some(y + r * columns, columns - j, load_some(y + r * columns, columns - j, 0) / sum);
        }
    return 0;
}

/* dx = y * (dy - sum(dy * y)); arrays dy, y, dx. */
OPERATION(softmax_of_rows_gradient) {
    int64_t rows = SIZE(0), columns = SIZE(1);
    EACH_BLOCK(n)
        for (int64_t j = 0; j < columns; j += LANES) {
            int64_t left = columns - j, begin = n * rows * columns + j;
            Vector sum = all(0);
            for (int64_t r = 0, at = begin; r < rows; r++, at += columns)
                sum += load_some(NUMBERS(0) + at, left, 0) * load_some(NUMBERS(1) + at, left, 0);
            for (int64_t r = 0, at = begin; r < rows; r++, at += columns)
                store_some(NUMBERS(2) + at, left, (load_some(NUMBERS(0) + at, left, 0) - sum) * load_some(NUMBERS(1) + at, left, 0));
        }
    return 0;
}

/* ---- points on straight lines between rows: size[3] of them for each row, the first on the row itself; the last row is repeated ---- */

/* y[i * times + p] = x[i] + (x[i + 1] - x[i]) * p / times; arrays x, y. */
OPERATION(interpolate) {
    int64_t rows = SIZE(0), columns = SIZE(1), times = SIZE(3);
    EACH_BLOCK(n)
        for (int64_t r = 0; r < rows; r++) {
            const Number *x = NUMBERS(0) + (n * rows + r) * columns, *next = r + 1 < rows ? x + columns : x;
            Number *y = NUMBERS(1) + (n * rows + r) * times * columns;
            for (int64_t p = 0; p < times; p++, y += columns)
                for (int64_t j = 0; j < columns; j += LANES) {
                    Vector here = load_some(x + j, columns - j, 0);
                    store_some(y + j, columns - j, (load_some(next + j, columns - j, 0) - here) * ((Number)p / (Number)times) + here);
                }
        }
    return 0;
}

/* dx[i] = sums of dy[i * times + p] * (1 - p / times) and of dy[(i - 1) * times + p] * p / times; arrays dy, dx. */
OPERATION(interpolate_gradient) {
    int64_t rows = SIZE(0), columns = SIZE(1), times = SIZE(3);
    EACH_BLOCK(n)
        for (int64_t r = 0; r < rows; r++) {
            const Number *dy = NUMBERS(0) + (n * rows + r) * times * columns;
            for (int64_t j = 0; j < columns; j += LANES) {
                Vector sum = all(0);
                for (int64_t p = 0; p < times; p++) {
                    Number share = (Number)p / (Number)times;
                    const Number *here = dy + p * columns + j;
                    sum += load_some(here, columns - j, 0) * (r + 1 < rows ? 1 - share : 1);
                    if (r && p) sum += load_some(here - times * columns, columns - j, 0) * share;
                }
                store_some(NUMBERS(1) + (n * rows + r) * columns + j, columns - j, sum);
            }
        }
    return 0;
}
