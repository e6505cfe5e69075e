/* Sums over windows for a few filters. A tile has a vector for each window, of which so few filters fill a part; here vectors lie along the
   elements of a window instead, those that are side by side in memory. */
#include "vectors.h"

#define MOST_FEW 4
#define WINDOWS_OF_FEW 4
#define VECTORS_OF_FEW 4
#define ADDING_UP 8 /* steps that it takes to add up a vector's numbers */

ALWAYS int64_t vectors_of_window(int64_t run, int64_t depth) { return run ? depth / run * parts_of(run, LANES) : 0; }
/* Numbers that a filter takes, its runs filled up to whole vectors. */
ALWAYS int64_t depth_of_few(int64_t run, int64_t depth) { return vectors_of_window(run, depth) * LANES; }
ALWAYS int64_t place_of_few(int64_t run, int64_t depth, int64_t filter, int64_t element) {
    return filter * depth_of_few(run, depth) + element / run * parts_of(run, LANES) * LANES + element % run;
}

/* Whether it is less work: for windows of `depth` elements, `run` of them side by side. */
static int are_few(int64_t filters, int64_t run, int64_t depth) {
    return filters <= MOST_FEW && 4 * filters * (vectors_of_window(run, depth) + ADDING_UP) <= 3 * depth;
}

ALWAYS void sums_of_few(const int filters, const int windows, const Windows *w, const Number *a, const int64_t *offsets, const Number *kernel,
                        Number *to) {
    Vector sums[WINDOWS_OF_FEW][MOST_FEW];
    int64_t run = run_of(w), depth = elements_of(w), step = w->stride_across * w->channels, of_filter = depth_of_few(run, depth);
    for (int i = 0; i < windows; i++)
        for (int f = 0; f < filters; f++) sums[i][f] = all(0);
    for (int64_t e = 0; e < depth; e += run)
        for (int64_t c = 0; c < run; c += LANES, kernel += LANES) {
            const Number *left = a + offsets[e] + c;
            Vector right[MOST_FEW];
#pragma GCC unroll 4
            for (int f = 0; f < filters; f++) right[f] = load(kernel + f * of_filter);
#pragma GCC unroll 4
            for (int i = 0; i < windows; i++) {
                Vector x = load_some(left + i * step, run - c, 0);
#pragma GCC unroll 4
                for (int f = 0; f < filters; f++) sums[i][f] += x * right[f];
            }
        }
    for (int i = 0; i < windows; i++)
        for (int f = 0; f < filters; f++) to[i * LANES + f] = sum_of_lanes(sums[i][f]);
}

typedef void (*SumsOfFew)(const Windows *w, const Number *a, const int64_t *offsets, const Number *kernel, Number *to);
#define FEW_TILE(f, i)                                                                                                 \
    static void few_##f##_##i(const Windows *w, const Number *a, const int64_t *offsets, const Number *kernel, Number *to) { \
        sums_of_few(f, i, w, a, offsets, kernel, to);                                                                  \
    }
#define FEW_TILES(f) FEW_TILE(f, 1) FEW_TILE(f, 4)
FEW_TILES(1) FEW_TILES(2) FEW_TILES(3) FEW_TILES(4)
static const SumsOfFew few_tiles[MOST_FEW + 1][2] = {{0}, {few_1_1, few_1_4}, {few_2_1, few_2_4}, {few_3_1, few_3_4}, {few_4_1, few_4_4}};

/* The results of up to four windows side by side, the first one at a; filters one after the other, as `pack_kernel` has them. */
static void results_of_few(const Windows *w, const Number *a, int64_t windows, const int64_t *offsets, const Number *kernel,
                           const Target *target) {
    Number sums[WINDOWS_OF_FEW * LANES];
    int64_t step = w->stride_across * w->channels;
    if (windows == WINDOWS_OF_FEW) few_tiles[w->filters][1](w, a, offsets, kernel, sums);
    else
        for (int64_t i = 0; i < windows; i++) few_tiles[w->filters][0](w, a + i * step, offsets, kernel, sums + i * LANES);
    finish(sums, (int)windows, 1, target);
}

/* The same for gradients of a kernel, whose sums are added up once for many windows. */
static int are_few_gradients(int64_t filters, int64_t elements) {
    return filters <= MOST_FEW && 2 * filters * VECTORS_OF_FEW * parts_of(elements, VECTORS_OF_FEW * LANES) <= elements;
}

/* Up to VECTORS_OF_FEW vectors of elements. */
ALWAYS void gradient_of_few(const int filters, const Number *a, int64_t elements, int64_t windows, const int64_t *positions, const Number *dy,
                            Number *sums) {
    Vector of[MOST_FEW][VECTORS_OF_FEW];
    for (int f = 0; f < filters; f++)
        for (int v = 0; v < VECTORS_OF_FEW; v++) of[f][v] = all(0);
    for (int64_t n = 0; n < windows; n++, dy += LANES) {
        const Number *x = a + positions[n];
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS_OF_FEW; v++) {
            Vector part = load_some(x + v * LANES, elements - v * LANES, 0);
#pragma GCC unroll 4
            for (int f = 0; f < filters; f++) of[f][v] += dy[f] * part;
        }
    }
    for (int f = 0; f < filters; f++)
        for (int64_t e = 0; e < elements; e++) sums[e * filters + f] += of[f][e / LANES][e % LANES];
}

/* Gradients of elements side by side from a on, of the windows at `positions`; rows of dy are panels of one vector. */
static void gradients_of_few(int64_t filters, const Number *a, int64_t elements, int64_t windows, const int64_t *positions, const Number *dy,
                             Number *sums) {
    for (int64_t e = 0; e < elements; e += VECTORS_OF_FEW * LANES) {
        int64_t part = least(VECTORS_OF_FEW * LANES, elements - e);
        const Number *x = a + e;
        Number *to = sums + e * filters;
        if (filters == 1) gradient_of_few(1, x, part, windows, positions, dy, to);
        else if (filters == 2) gradient_of_few(2, x, part, windows, positions, dy, to);
        else if (filters == 3) gradient_of_few(3, x, part, windows, positions, dy, to);
        else gradient_of_few(4, x, part, windows, positions, dy, to);
    }
}
