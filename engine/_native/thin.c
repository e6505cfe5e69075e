/* Products of a few rows with a large matrix. What takes time is to read the matrix, so each part of its rows is read once, from front to
   back, and gives sums of its own; these are added up behind. */
#include "vectors.h"

#define ROWS_AT_ONCE 8 /* of the matrix */

/* Up to a vector's columns, from j on, of the next n rows of the matrix times their columns of x, added to y unless these are the first.
   Sums of even and of odd rows, as one sum would wait for each of its products. */
ALWAYS void add_to_columns(const int n, const Number *x, int64_t inputs, int64_t rows, const Number *kernel, int64_t outputs, int64_t j,
                           int64_t columns, Number *y, int is_first) {
    Vector of_kernel[ROWS_AT_ONCE];
#pragma GCC unroll 8
    for (int k = 0; k < n; k++) of_kernel[k] = load_some(kernel + k * outputs + j, columns, 0);
    for (int64_t r = 0; r < rows; r++) {
        Vector even = is_first ? all(0) : load_some(y + r * outputs + j, columns, 0), odd = all(0);
#pragma GCC unroll 8
        for (int k = 0; k < n; k++)
            if (k % 2)
                odd += x[r * inputs + k] * of_kernel[k];
            else
                even += x[r * inputs + k] * of_kernel[k];
        store_some(y + r * outputs + j, columns, even + odd);
    }
}

/* All columns: whole vectors without a question for each number, then what is left. */
ALWAYS void add_rows(const int n, const Number *x, int64_t inputs, int64_t rows, const Number *kernel, int64_t outputs, Number *y, int is_first) {
    int64_t j = 0;
    for (; j + LANES <= outputs; j += LANES) add_to_columns(n, x, inputs, rows, kernel, outputs, j, LANES, y, is_first);
    if (j < outputs) add_to_columns(n, x, inputs, rows, kernel, outputs, j, outputs - j, y, is_first);
}

/* sums = x @ kernel over the rows of a part of the kernel; size = rows, columns of x, columns of y, rows of a part; units are parts;
   arrays x, kernel, sums. */
OPERATION(linear_of_few_rows) {
    int64_t rows = SIZE(0), inputs = SIZE(1), outputs = SIZE(2);
    for (int64_t part = first; part < first + count; part++) {
        int64_t begin = part * SIZE(3), end = begin + SIZE(3) < inputs ? begin + SIZE(3) : inputs, p = begin;
        Number *y = NUMBERS(2) + part * rows * outputs;
        for (; p + ROWS_AT_ONCE <= end; p += ROWS_AT_ONCE)
            add_rows(ROWS_AT_ONCE, NUMBERS(0) + p, inputs, rows, NUMBERS(1) + p * outputs, outputs, y, p == begin);
        for (; p < end; p++) add_rows(1, NUMBERS(0) + p, inputs, rows, NUMBERS(1) + p * outputs, outputs, y, p == begin);
    }
    return 0;
}

/* y = the sum of the parts + bias, or the larger one of that and 0; size = rows, columns of y, parts; units are columns; number[0] = 1
   rectifies; arrays sums, bias (NULL: none), y. */
OPERATION(linear_of_parts) {
    int64_t rows = SIZE(0), outputs = SIZE(1), end = first + count;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = first; j < end; j += LANES) {
            Vector sum = NUMBERS(1) ? load_some(NUMBERS(1) + j, end - j, 0) : all(0);
            for (int64_t part = 0; part < SIZE(2); part++) sum += load_some(NUMBERS(0) + (part * rows + r) * outputs + j, end - j, 0);
            store_some(NUMBERS(2) + r * outputs + j, end - j, CONSTANT(0) != 0 ? larger(sum, all(0)) : sum);
        }
    return 0;
}
