/* Products of a few rows with a large matrix: what takes time is to read the matrix, so its rows are read as they lie, several of them
   at a time, and threads take columns of it. */
#include "vectors.h"

#define ROWS_AT_ONCE 8 /* of the matrix */

/* Up to a vector's columns, from j on, of the next rows of the matrix, p ... p + n - 1, times their columns of x, added to y. Sums of
   even and of odd rows, as one sum would wait for each of its products. */
ALWAYS void add_to_columns(const int n, const Number *x, int64_t inputs, int64_t rows, const Number *kernel, int64_t outputs, int64_t j,
                           int64_t columns, Number *y) {
    Vector of_kernel[ROWS_AT_ONCE];
#pragma GCC unroll 8
    for (int k = 0; k < n; k++) of_kernel[k] = load_some(kernel + k * outputs + j, columns, 0);
    for (int64_t r = 0; r < rows; r++) {
        Vector even = load_some(y + r * outputs + j, columns, 0), odd = all(0);
#pragma GCC unroll 8
        for (int k = 0; k < n; k++)
            if (k % 2)
                odd += x[r * inputs + k] * of_kernel[k];
            else
                even += x[r * inputs + k] * of_kernel[k];
        store_some(y + r * outputs + j, columns, even + odd);
    }
}

/* Columns first ... end - 1: whole vectors without a question for each number, then what is left. */
ALWAYS void add_rows(const int n, const Number *x, int64_t inputs, int64_t rows, const Number *kernel, int64_t outputs, int64_t first, int64_t end,
                     Number *y) {
    int64_t j = first;
    for (; j + LANES <= end; j += LANES) add_to_columns(n, x, inputs, rows, kernel, outputs, j, LANES, y);
    if (j < end) add_to_columns(n, x, inputs, rows, kernel, outputs, j, end - j, y);
}

/* As `linear`, for size[0] rows in all; units are columns of y; size = rows, columns of x, columns of y. */
OPERATION(linear_of_few_rows) {
    int64_t rows = SIZE(0), inputs = SIZE(1), outputs = SIZE(2), end = first + count, p = 0;
    const Number *x = NUMBERS(0), *kernel = NUMBERS(1), *bias = NUMBERS(2);
    Number *y = NUMBERS(3);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = first; j < end; j++) y[r * outputs + j] = bias ? bias[j] : 0;
    for (; p + ROWS_AT_ONCE <= inputs; p += ROWS_AT_ONCE)
        add_rows(ROWS_AT_ONCE, x + p, inputs, rows, kernel + p * outputs, outputs, first, end, y);
    for (; p < inputs; p++) add_rows(1, x + p, inputs, rows, kernel + p * outputs, outputs, first, end, y);
    if (CONSTANT(0) == 0) return 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = first; j < end; j += LANES)
            store_some(y + r * outputs + j, end - j, larger(load_some(y + r * outputs + j, end - j, 0), all(0)));
    return 0;
}
