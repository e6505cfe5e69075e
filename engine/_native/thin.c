/* Products of a few rows with a large matrix. What takes time is to read the matrix, so each part of its rows is read once, from front to
   back, and gives sums of its own; these are added up behind. */
#include "vectors.h"

#if defined(__AVX512F__) || defined(__aarch64__)
#define ROWS_AT_ONCE 8 /* of the matrix: two vectors of each stay in registers */
#else
#define ROWS_AT_ONCE 4
#endif
#define MOST_ROWS 8      /* of x */
#define BLOCK_COLUMNS 512 /* whose sums, of all rows of x, stay in the first-level cache */

/* Sums of a block's columns. Rows of y may lie as far from each other as rows of the matrix, in the same few sets of the cache. */
typedef Number BlockSums[MOST_ROWS][BLOCK_COLUMNS + NUMBERS_OF_A_LINE] __attribute__((aligned(64)));

/* Up to two vectors' columns of the next n rows of the matrix, the first one at `kernel`, times their columns of x, added to the sums.
   Sums of even and of odd rows, as one sum would wait for each of its products. */
ALWAYS void add_to_columns(const int n, const Number *x, int64_t inputs, int64_t rows, const Number *kernel, int64_t outputs, int64_t j,
                           int64_t columns, BlockSums sums) {
    Vector of_kernel[ROWS_AT_ONCE][2];
#pragma GCC unroll 8
    for (int k = 0; k < n; k++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            const Number *from = kernel + k * outputs + v * LANES;
            of_kernel[k][v] = load_some(from, columns - v * LANES, 0);
            if (columns >= 2 * LANES) __builtin_prefetch(from + 2 * ROWS_AT_ONCE * outputs, 0, 2);
        }
    for (int64_t r = 0; r < rows; r++) {
        Vector even[2] = {load(sums[r] + j), load(sums[r] + j + LANES)}, odd[2] = {all(0), all(0)};
#pragma GCC unroll 8
        for (int k = 0; k < n; k++)
#pragma GCC unroll 2
            for (int v = 0; v < 2; v++)
                if (k % 2) odd[v] += x[r * inputs + k] * of_kernel[k][v];
                else even[v] += x[r * inputs + k] * of_kernel[k][v];
        store(sums[r] + j, even[0] + odd[0]);
        store(sums[r] + j + LANES, even[1] + odd[1]);
    }
}

/* All columns of a block: whole vectors without a question for each number, then what is left. */
ALWAYS void add_rows(const int n, const Number *x, int64_t inputs, int64_t rows, const Number *kernel, int64_t outputs, int64_t columns,
                     BlockSums sums) {
    int64_t j = 0;
    for (; j + 2 * LANES <= columns; j += 2 * LANES) add_to_columns(n, x, inputs, rows, kernel + j, outputs, j, 2 * LANES, sums);
    if (j < columns) add_to_columns(n, x, inputs, rows, kernel + j, outputs, j, columns - j, sums);
}

/* sums = x @ kernel over the rows of a part of the kernel; size = rows, at most MOST_ROWS, columns of x, columns of y, rows of a part; units
   are parts; arrays x, kernel, sums. */
OPERATION(linear_of_few_rows) {
    int64_t rows = SIZE(0), inputs = SIZE(1), outputs = SIZE(2);
    BlockSums sums;
    for (int64_t part = first; part < first + count; part++)
        for (int64_t block = 0; block < outputs; block += BLOCK_COLUMNS) {
            int64_t begin = part * SIZE(3), end = begin + SIZE(3) < inputs ? begin + SIZE(3) : inputs, p = begin;
            int64_t columns = outputs - block < BLOCK_COLUMNS ? outputs - block : BLOCK_COLUMNS;
            const Number *kernel = NUMBERS(1) + block;
            memset(sums, 0, rows * sizeof(sums[0]));
            for (; p + ROWS_AT_ONCE <= end; p += ROWS_AT_ONCE)
                add_rows(ROWS_AT_ONCE, NUMBERS(0) + p, inputs, rows, kernel + p * outputs, outputs, columns, sums);
            for (; p < end; p++) add_rows(1, NUMBERS(0) + p, inputs, rows, kernel + p * outputs, outputs, columns, sums);
            for (int64_t r = 0; r < rows; r++)
                memcpy(NUMBERS(2) + (part * rows + r) * outputs + block, sums[r], columns * sizeof(Number));
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
