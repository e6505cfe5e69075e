/* Gradients of convolutions of which only the largest value of each filter is used. */
#include "vectors.h"

ALWAYS Whole last_row_that_equals(const Number *x, int64_t rows, int64_t channels, int64_t columns, Vector most) {
    Whole last = {0}, row = {0};
    for (int64_t r = 0; r < rows; r++, row += 1) {
        Whole equal = load_some(x + r * channels, columns, 0) == most;
        last = (equal & row) | (~equal & last);
    }
    return last;
}

/* y = x^T; size = rows, columns of x; units are columns of x; arrays x, y. */
OPERATION(transpose) {
    for (int64_t c = first; c < first + count; c++)
        for (int64_t r = 0; r < SIZE(0); r++) NUMBERS(1)[c * SIZE(0) + r] = NUMBERS(0)[r * SIZE(1) + c];
    return 0;
}

ALWAYS void add_times(Number *to, const Number *from, int64_t n, Number factor) {
    for (int64_t i = 0; i < n; i += LANES) store_some(to + i, n - i, load_some(to + i, n - i, 0) + load_some(from + i, n - i, 0) * factor);
}

/* The gradients through one result of a convolution over steps: window number `step`, filter number f. */
static void add_window(const Windows *w, const Number *x, Number *dx, const Number *filter, Number *sums, int64_t step, Number factor) {
    int64_t elements = w->taps_across * w->channels;
    sums[elements] += factor;
    for (int64_t a = 0; a < w->taps_across; a++) {
        int64_t at = step * w->stride_across + a * w->dilation_across - w->before_across;
        if (at < 0 || at >= w->width) continue;
        add_times(sums + a * w->channels, x + at * w->channels, w->channels, factor);
        if (dx) add_times(dx + at * w->channels, filter + a * w->channels, w->channels, factor);
    }
}

/* The gradients of a convolution over steps where only the largest result of each filter is used: they come from the few windows that have it.
   Sums over the samples of a group of size[0] have a row for each filter, the bias's last in it; size[1] = 1: only from results above 0.
   Units are samples, and a group's are done by one thread in their order. Arrays dy, x, kernel (transposed), results, largest results,
   windows, sums, dx (NULL: not asked for). */
OPERATION(gradient_of_largest) {
    const Windows *w = instruction->array[5];
    int64_t steps = w->columns, filters = w->filters, row = w->taps_across * w->channels + 1;
    Number *sums = NUMBERS(6) + first / SIZE(0) * filters * row;
    if (first % SIZE(0) == 0) memset(sums, 0, filters * row * sizeof(Number));
    for (int64_t n = first; n < first + count; n++) {
        const Number *x = NUMBERS(1) + n * w->width * w->channels, *results = NUMBERS(3) + n * steps * filters;
        Number *dx = NUMBERS(7) ? NUMBERS(7) + n * w->width * w->channels : NULL;
        if (dx) memset(dx, 0, w->width * w->channels * sizeof(Number));
        for (int64_t j = 0; j < filters; j += LANES) {
            int64_t left = filters - j;
            Vector most = load_some(NUMBERS(4) + n * filters + j, left, 0), dy = load_some(NUMBERS(0) + n * filters + j, left, 0);
            Vector rows = rows_that_equal(results + j, steps, filters, left, most), each = dy / rows;
            if (SIZE(1)) each = choose(most > 0.0f, each, all(0));
            Whole last = last_row_that_equals(results + j, steps, filters, left, most);
            for (int64_t i = 0; i < LANES && i < left; i++) {
                if (!(rows[i] > 0) || each[i] == 0) continue;
                const Number *filter = NUMBERS(2) + (j + i) * (row - 1);
                Number *to = sums + (j + i) * row;
                for (int64_t step = rows[i] > 1 ? 0 : last[i]; step <= last[i]; step++)
                    if (results[step * filters + j + i] == most[i]) add_window(w, x, dx, filter, to, step, each[i]);
            }
        }
    }
    return 0;
}

/* The sums of size[2] groups: dkernel, transposed back, and dbias; size = elements of a window, filters, groups; units are filters;
   arrays sums, dkernel, dbias (NULL: not asked for). */
OPERATION(gradient_of_largest_of_groups) {
    int64_t elements = SIZE(0), filters = SIZE(1), group = filters * (elements + 1);
    for (int64_t f = first; f < first + count; f++)
        for (int64_t e = 0; e <= elements; e++) {
            Number sum = 0, *to = e < elements ? NUMBERS(1) + e * filters : NUMBERS(2);
            for (int64_t g = 0; g < SIZE(2); g++) sum += NUMBERS(0)[g * group + f * (elements + 1) + e];
            if (to) to[f] = sum;
        }
    return 0;
}
