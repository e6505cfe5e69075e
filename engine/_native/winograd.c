/* Convolutions with kernels of 3 x 3 and strides of 1 by fewer multiplications (Winograd, 1980; Lavin and Gray, 2016): a square of
   4 x 4 results comes from 6 x 6 pixels by 36 products, where the direct form takes 144. With transforms B, G and A,

     y = A^T [(G w G^T) * (B^T x B)] A

   for each square, so that over all squares and channels there are 36 products of matrices. Their numbers are those of the direct form
   but for rounding: up to 2e-5 of the largest result. What is no number spreads over its square of results.

   The gradient of the kernel is the same the other way round: G^T [sum over the squares of (B^T x B) * (A dy A^T)] G.

   In volumes a square lies in a plane, and the planes that a kernel meets count as further channels of it. Channels and filters may be
   any number; filters count as whole vectors of 16, those that are too many are zeros. */
#include "vectors.h"

#define SQUARE 4   /* results of a square, along both axes */
#define PATCH 6    /* pixels that they are computed of */
#define POINTS 36  /* products of a square */
#define MOST_SQUARES 60
#define FEW_SQUARES 24 /* with few channels, so that transformed squares stay in the second-level cache */

/* An image, the results, how far the first window begins before the image. Results lie side by side. */
typedef struct {
    int64_t height, width, channels;
    int64_t rows, columns, filters;
    int64_t before_down, before_across;
    int64_t parts; /* that the filters are cut into, where units are squares */
    int64_t length, planes, taps_deep, before_deep;
} Squares;

ALWAYS int64_t squares_across(const Squares *s) { return parts_of(s->columns, SQUARE); }
ALWAYS int64_t squares_of(const Squares *s) { return squares_across(s) * parts_of(s->rows, SQUARE) * s->planes; }
ALWAYS int64_t depth_of(const Squares *s) { return s->channels * s->taps_deep; }
ALWAYS int64_t squares_at_once(const Squares *s) { return depth_of(s) <= 64 ? FEW_SQUARES : MOST_SQUARES; }
ALWAYS int64_t whole_vectors(int64_t filters) { return parts_of(filters, 16) * 16; }

/* Room for so many numbers of a point and for a vector that reaches beyond them: whole lines, an odd number of them, so that points do not
   lie in one set of a cache. */
ALWAYS int64_t lines(int64_t numbers) { return (parts_of(numbers + 16, NUMBERS_OF_A_LINE) | 1) * NUMBERS_OF_A_LINE; }
ALWAYS Number *at_line(void *memory) { return (Number *)(((uintptr_t)memory + 63) / 64 * 64); }

/* Where a square lies: its image, the plane, first row and column of its results. */
typedef struct {
    int64_t image, plane, row, column;
} Square;

ALWAYS Square square_number(const Squares *s, int64_t n) {
    int64_t across = squares_across(s), down = parts_of(s->rows, SQUARE);
    return (Square){n / squares_of(s), n / (across * down) % s->planes, n / across % down * SQUARE, n % across * SQUARE};
}

/* The one behind it, without a division. */
ALWAYS Square square_after(const Squares *s, Square at) {
    at.column += SQUARE;
    if (at.column < s->columns) return at;
    at.column = 0, at.row += SQUARE;
    if (at.row < s->rows) return at;
    at.row = 0, at.plane++;
    if (at.plane < s->planes) return at;
    at.plane = 0, at.image++;
    return at;
}

/* The patch of a square in one plane that its kernel meets: its first pixel, and whether all of it lies in the image. */
typedef struct {
    const Number *corner;
    int64_t plane, top, left;
    int is_inside;
} Patch;

ALWAYS Patch patch_of(const Squares *s, const Number *x, Square at, int64_t z) {
    int64_t plane = at.plane - s->before_deep + z, top = at.row - s->before_down, left = at.column - s->before_across;
    int is_inside = (plane >= 0) & (plane < s->length) & (top >= 0) & (top + PATCH <= s->height) & (left >= 0) & (left + PATCH <= s->width);
    return (Patch){x + (((at.image * s->length + plane) * s->height + top) * s->width + left) * s->channels, plane, top, left, is_inside};
}

/* The pixels of a patch; those outside of the image are `zeros`. */
static void patch_pixels(const Squares *s, const Patch *patch, const Number *zeros, const Number **pixels) {
    const Number *corner = patch->corner;
    int plane_is_inside = patch->plane >= 0 && patch->plane < s->length;
    for (int64_t i = 0; i < PATCH; i++, corner += s->width * s->channels) {
        int row_is_inside = plane_is_inside & (patch->top + i >= 0) & (patch->top + i < s->height);
        for (int64_t j = 0; j < PATCH; j++) {
            int is_inside = row_is_inside & (patch->left + j >= 0) & (patch->left + j < s->width);
            pixels[i * PATCH + j] = is_inside ? corner + j * s->channels : zeros;
        }
    }
}

/* B^T d for one column of six. */
ALWAYS void transform_patch(const Vector *d, Vector *to) {
    Vector even = d[4] - 4.0f * d[2], odd = d[3] - 4.0f * d[1], far = d[4] - d[2], twice = 2.0f * (d[3] - d[1]);
    to[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
    to[1] = even + odd;
    to[2] = even - odd;
    to[3] = far + twice;
    to[4] = far - twice;
    to[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
}

/* A^T m for one column of six. */
ALWAYS void transform_products(const Vector *m, Vector *to) {
    Vector sum = m[1] + m[2], difference = m[1] - m[2], far = m[3] + m[4], apart = m[3] - m[4];
    to[0] = m[0] + sum + far;
    to[1] = difference + 2.0f * apart;
    to[2] = sum + 4.0f * far;
    to[3] = difference + 8.0f * apart + m[5];
}

/* A d for one column of four. */
ALWAYS void transform_gradient(const Vector *d, Vector *to) {
    Vector even = d[0] + d[2], odd = d[1] + d[3], far = d[0] + 4.0f * d[2], apart = 2.0f * d[1] + 8.0f * d[3];
    to[0] = d[0];
    to[1] = even + odd;
    to[2] = even - odd;
    to[3] = far + apart;
    to[4] = far - apart;
    to[5] = d[3];
}

/* G g for one column of three. */
ALWAYS void transform_kernel(const Vector *g, Vector *to) {
    Vector ends = g[0] + g[2], far = g[0] * (Number)(1 / 24.0) + g[2] * (Number)(1 / 6.0), middle = g[1] * (Number)(1 / 12.0);
    to[0] = g[0] * 0.25f;
    to[1] = (ends + g[1]) * (Number)(-1 / 6.0);
    to[2] = (ends - g[1]) * (Number)(-1 / 6.0);
    to[3] = far + middle;
    to[4] = far - middle;
    to[5] = g[2];
}

/* G^T m for one column of six. */
ALWAYS void transform_sums(const Vector *m, Vector *to) {
    Vector near = (m[1] + m[2]) * (Number)(-1 / 6.0), far = m[3] + m[4];
    to[0] = m[0] * 0.25f + near + far * (Number)(1 / 24.0);
    to[1] = (m[2] - m[1]) * (Number)(1 / 6.0) + (m[3] - m[4]) * (Number)(1 / 12.0);
    to[2] = near + far * (Number)(1 / 6.0) + m[5];
}

/* Results of each transform that share sums; -1: no more. */
static const int PAIRS_OF_SIX[3][2] = {{0, 5}, {1, 2}, {3, 4}}, PAIRS_OF_FOUR[2][2] = {{0, 2}, {1, 3}}, PAIRS_OF_THREE[2][2] = {{0, 2}, {1, -1}};

/* Nothing that was read before is still known behind this: to read it again costs less than to put it away meanwhile. */
#define FORGET __asm__ __volatile__("" : : : "memory")

/* One transform along both axes: of n x n vectors, to m x m, of which `pairs` says what comes together. The columns first, but only as far
   as two rows of results need, so that what they give stays in registers; then these rows. */
#define ALONG_BOTH(transform, n, m, pairs, value, result)                                                              \
    _Pragma("GCC unroll 3") for (int pair_ = 0; pair_ < (m + 1) / 2; pair_++) {                                        \
        Vector half_[2][n];                                                                                            \
        _Pragma("GCC unroll 6") for (int j = 0; j < n; j++) {                                                          \
            Vector column_[n], to_[m];                                                                                 \
            _Pragma("GCC unroll 6") for (int i = 0; i < n; i++) column_[i] = value(i, j);                              \
            transform(column_, to_);                                                                                   \
            half_[0][j] = to_[pairs[pair_][0]];                                                                        \
            if (pairs[pair_][1] >= 0) half_[1][j] = to_[pairs[pair_][1]];                                              \
        }                                                                                                              \
        _Pragma("GCC unroll 2") for (int k = 0; k < 2; k++) {                                                          \
            const int i = pairs[pair_][k];                                                                             \
            Vector to_[m];                                                                                             \
            if (i < 0) continue;                                                                                       \
            transform(half_[k], to_);                                                                                  \
            _Pragma("GCC unroll 6") for (int j = 0; j < m; j++) result(i, j, to_[j]);                                  \
        }                                                                                                              \
        FORGET;                                                                                                        \
    }

/* ---- kernels: for each point panels of TILE_COLUMNS filters, as in convolution.c ---- */

/* Panels first ... of G w G^T; size = channels, filters, 1 to swap them and turn the kernel round (for gradients of the image), planes;
   units are panels; arrays kernel, what is known of the panels (NULL: nothing; not swapped), panels. */
OPERATION(transform_kernels) {
    int64_t channels = SIZE(0), filters = SIZE(1), swapped = SIZE(2), planes = SIZE(3);
    int64_t results = swapped ? channels : filters, summed = swapped ? filters : channels, wide = whole_vectors(results);
    const Number *kernel = NUMBERS(0);
    for (int64_t panel = first; panel < first + count && panel * TILE_COLUMNS < results; panel++) {
        int64_t begin = panel * TILE_COLUMNS, width = least(TILE_COLUMNS, wide - begin), columns = least(width, results - begin);
        if (is_known(kernel + begin, 9 * planes * summed, results, columns, seen_of(instruction, 1, panel))) continue;
        for (int64_t row = 0; row < planes * summed; row++)
            for (int64_t h = 0; h < width; h += LANES) {
                int64_t c = row % summed, z = row / summed, plane = swapped ? planes - 1 - z : z;
                Vector w[3][3];
                for (int a = 0; a < 3; a++)
                    for (int b = 0; b < 3; b++) {
                        int64_t tap = plane * 9 + (swapped ? (2 - a) * 3 + 2 - b : a * 3 + b);
                        const Number *from = kernel + tap * channels * filters;
                        if (!swapped) w[a][b] = load_some(from + c * filters + begin + h, columns - h, 0);
                        else
                            for (int x = 0; x < LANES; x++) w[a][b][x] = h + x < columns ? from[(begin + h + x) * filters + c] : 0;
                    }
#define OF_KERNEL(i, j) w[i][j]
#define TO_PANEL(i, j, v) store(NUMBERS(2) + (((i) * PATCH + (j)) * wide + begin) * planes * summed + row * width + h, v)
                ALONG_BOTH(transform_kernel, 3, 6, PAIRS_OF_SIX, OF_KERNEL, TO_PANEL);
            }
    }
    return 0;
}

/* ---- results ---- */

typedef struct {
    const Number *x, *kernel, *bias, *kept;
    Number *y;
    int rectifies, normalises, pools;
    Number most;
    const int64_t *steps; /* 0, 1, 2 ... */
    const Number *zeros;
    Number *patches, *products;            /* for each point: squares x depth, squares x filters */
    int64_t of_patches, of_products;      /* from point to point */
} WinogradWork;

/* Of a square whose patch lies in the image, with channels that are whole vectors. */
static void transform_whole_patch(const Number *corner, int64_t row, int64_t channels, Number *to, int64_t step) {
#define OF_IMAGE(i, j) load(corner + (i) * row + (j) * channels + c)
#define TO_POINT(i, j, v) store(to + c + ((i) * PATCH + (j)) * step, v)
    for (int64_t c = 0; c < channels; c += LANES) ALONG_BOTH(transform_patch, 6, 6, PAIRS_OF_SIX, OF_IMAGE, TO_POINT)
}

/* Of any other one. Of a vector that a pixel fills in part the rest is written over by the numbers that belong there, as they come later. */
static void transform_edge_patch(const Number *const *pixels, int64_t channels, Number *to, int64_t step) {
    int64_t c = 0;
#define OF_PATCH(i, j) load(pixels[(i) * PATCH + (j)] + c)
#define OF_EDGE(i, j) load_some(pixels[(i) * PATCH + (j)] + c, channels - c, 0)
    for (; c + LANES <= channels; c += LANES) ALONG_BOTH(transform_patch, 6, 6, PAIRS_OF_SIX, OF_PATCH, TO_POINT)
    if (c < channels) ALONG_BOTH(transform_patch, 6, 6, PAIRS_OF_SIX, OF_EDGE, TO_POINT)
}

/* Transformed patches of squares n ... n + squares - 1. */
static void transform_patches(const Squares *s, const Number *x, int64_t n, int64_t squares, const Number *zeros, Number *to, int64_t step) {
    const Number *pixels[POINTS];
    int64_t planes = s->taps_deep, row = s->width * s->channels, is_even = s->channels % LANES == 0;
    Square at = square_number(s, n);
    Patch next = patch_of(s, x, at, 0);
    for (int64_t left = squares * planes, z = 0; left > 0; left--, to += s->channels) {
        Patch patch = next;
        if (left > 1) { /* the columns that the next square has more are asked for before they are read */
            if (++z == planes) z = 0, at = square_after(s, at);
            next = patch_of(s, x, at, z);
            for (int64_t i = 0; i < PATCH; i++)
                for (int64_t c = (PATCH - SQUARE) * s->channels; c < PATCH * s->channels; c += NUMBERS_OF_A_LINE)
                    __builtin_prefetch(next.corner + i * row + c);
        }
        if (patch.is_inside && is_even) {
            transform_whole_patch(patch.corner, row, s->channels, to, step);
            continue;
        }
        patch_pixels(s, &patch, zeros, pixels);
        transform_edge_patch(pixels, s->channels, to, step);
    }
}

/* The products of all points, for filters begin ... begin + filters - 1, which are whole vectors. */
static void multiply_points(const Squares *s, const WinogradWork *w, int64_t squares, int64_t begin, int64_t filters) {
    int64_t depth = depth_of(s), wide = whole_vectors(s->filters);
    for (int64_t point = 0; point < POINTS; point++)
        for (int64_t j = 0; j < filters; j += TILE_COLUMNS) {
            int64_t columns = least(TILE_COLUMNS, filters - j), narrow = columns <= LANES;
            const Number *panel = w->kernel + (point * wide + begin + j) * depth;
            for (int64_t i = 0, tiles = parts_of(squares, TILE_ROWS); tiles; tiles--) {
                int64_t height = share(squares - i, tiles);
                Target target = {.to = w->products + point * w->of_products + i * filters + j, .step = filters, .columns = columns};
                const Number *patches = w->patches + point * w->of_patches + i * depth;
                window_tiles[height][narrow ? 2 : 0](depth, patches, depth, w->steps, panel, &target);
                i += height;
            }
        }
}

/* The largest of each 2 x 2 results of a square; what is left over at the image's end belongs to none. */
static void store_largest(const Squares *s, Square at, Vector results[SQUARE][SQUARE], int64_t left, Number *y) {
    int64_t rows = s->rows / 2, columns = s->columns / 2;
    for (int64_t i = 0; i < 2 && at.row / 2 + i < rows; i++)
        for (int64_t j = 0; j < 2 && at.column / 2 + j < columns; j++) {
            Vector above = larger(results[2 * i][2 * j], results[2 * i][2 * j + 1]);
            Vector below = larger(results[2 * i + 1][2 * j], results[2 * i + 1][2 * j + 1]);
            int64_t row = (at.image * s->planes + at.plane) * rows + at.row / 2 + i;
            store_some(y + (row * columns + at.column / 2 + j) * s->filters, left, larger(above, below));
        }
}

#define OF_PRODUCTS(i, j) load(products + ((i) * PATCH + (j)) * w->of_products)

/* A vector of the results of a square, or of the largest of each 2 x 2 of them, where all are in the image and nothing but a bias and a
   rectifier follows: `lowest` is 0, or what no number is below. The largest sums give the largest results. */
static void whole_results(const WinogradWork *w, const Number *products, Vector bias, Number lowest, Number *y, int64_t row, int64_t step) {
    if (!w->pools) {
#define TO_IMAGE(i, j, v) store(y + (i) * row + (j) * step, larger((v) + bias, all(lowest)))
        ALONG_BOTH(transform_products, 6, 4, PAIRS_OF_FOUR, OF_PRODUCTS, TO_IMAGE)
        return;
    }
    Vector results[SQUARE][SQUARE];
#define TO_RESULT(i, j, v) results[i][j] = v
    ALONG_BOTH(transform_products, 6, 4, PAIRS_OF_FOUR, OF_PRODUCTS, TO_RESULT)
#pragma GCC unroll 2
    for (int i = 0; i < SQUARE; i += 2)
#pragma GCC unroll 2
        for (int j = 0; j < SQUARE; j += 2) {
            Vector largest = larger(larger(results[i][j], results[i][j + 1]), larger(results[i + 1][j], results[i + 1][j + 1]));
            store(y + i / 2 * row + j / 2 * step, larger(largest + bias, all(lowest)));
        }
}

/* The same for any square, of a vector of which `left` filters are left, `filter` the first. */
static void any_results(const Squares *s, const WinogradWork *w, Square at, const Number *products, int64_t filter, int64_t left) {
    int64_t height = least(SQUARE, s->rows - at.row), width = least(SQUARE, s->columns - at.column);
    int64_t corner = (((at.image * s->planes + at.plane) * s->rows + at.row) * s->columns + at.column) * s->filters + filter;
    Vector results[SQUARE][SQUARE], bias = w->bias ? load_some(w->bias + filter, left, 0) : all(0), scale = all(1), shift = all(0);
    if (w->normalises) {
        scale = load_some(w->bias + s->filters + filter, left, 0);
        shift = load_some(w->bias + 2 * s->filters + filter, left, 0);
    }
    ALONG_BOTH(transform_products, 6, 4, PAIRS_OF_FOUR, OF_PRODUCTS, TO_RESULT)
    for (int64_t i = 0; i < height; i++)
        for (int64_t j = 0; j < width; j++) {
            int64_t to = corner + (i * s->columns + j) * s->filters;
            Vector v = results[i][j] + bias;
            if (w->normalises) v = v * scale + shift;
            if (w->rectifies) v = rectified(v, w->most);
            if (w->kept) v *= choose(load_some(w->kept + to, left, 0) > 0.0f, all(1), all(0));
            if (w->pools) results[i][j] = v;
            else store_some(w->y + to, left, v);
        }
    if (w->pools) store_largest(s, at, results, left, w->y + filter);
}

/* The results of a square from its products, for filters begin ... begin + filters - 1. */
static void results_of_square(const Squares *s, const WinogradWork *w, Square at, const Number *products, int64_t begin, int64_t filters) {
    int is_whole = at.row + SQUARE <= s->rows && at.column + SQUARE <= s->columns && !w->normalises && !w->kept && w->most == 0;
    int64_t down = w->pools ? 2 : 1, row = s->columns / down * s->filters;
    Number lowest = w->rectifies ? 0 : -INFINITE;
    Number *y = w->y + ((at.image * s->planes + at.plane) * (s->rows / down) + at.row / down) * row + at.column / down * s->filters + begin;
    for (int64_t f = 0, left = s->filters - begin; f < filters && left > 0; f += LANES, left -= LANES) {
        if (is_whole && left >= LANES)
            whole_results(w, products + f, w->bias ? load(w->bias + begin + f) : all(0), lowest, y + f, row, s->filters);
        else any_results(s, w, at, products + f, begin + f, left);
    }
}

/* The results of squares n ... n + squares - 1, for filters begin ... begin + filters - 1, which are whole vectors. */
static void winograd_block(const Squares *s, const WinogradWork *w, int64_t n, int64_t squares, int64_t begin, int64_t filters) {
    transform_patches(s, w->x, n, squares, w->zeros, w->patches, w->of_patches);
    multiply_points(s, w, squares, begin, filters);
    Square at = square_number(s, n);
    for (int64_t t = 0; t < squares; t++, at = square_after(s, at)) results_of_square(s, w, at, w->products + t * filters, begin, filters);
}

/* y = x * kernel + bias; arrays x, kernel (transformed), bias (NULL: none), rectified (NULL, or where it is not above 0, so is y),
   squares, y. number[0] = 1 rectifies, to number[1] at most unless that is 0. size[0] = 0: units are images, else parts of that many squares, of size[1] squares in all.
   size[2] = 1: the bias is that of `folded_normalisation`. size[3] = 1: y are the largest of each 2 x 2 results instead. 1 where memory
   runs out. */
OPERATION(winograd) {
    const Squares *s = instruction->array[4];
    int64_t at_once = SIZE(0) ? SIZE(0) : squares_at_once(s), panels = parts_of(s->filters, TILE_COLUMNS);
    int64_t depth = depth_of(s), wide = whole_vectors(s->filters);
    int64_t of_zeros = lines(s->channels);
    int64_t of_patches = lines(at_once * depth), of_products = lines(at_once * wide);
    int64_t floats = of_zeros + POINTS * (of_patches + of_products);
    void *memory = malloc(depth * sizeof(int64_t) + floats * sizeof(Number) + 64);
    if (!memory) return 1;
    Number *zeros = at_line(memory), *patches = zeros + of_zeros;
    int64_t *steps = (int64_t *)(zeros + floats);
    for (int64_t c = 0; c < depth; c++) steps[c] = c;
    memset(zeros, 0, s->channels * sizeof(Number));
    WinogradWork w = {NUMBERS(0), NUMBERS(1), NUMBERS(2), NUMBERS(3), NUMBERS(5), CONSTANT(0) != 0, SIZE(2) != 0, SIZE(3) != 0, CONSTANT(1), steps,
                      zeros, patches, patches + POINTS * of_patches, of_patches, of_products};
    if (!SIZE(0))
        for (int64_t n = first * squares_of(s), end = (first + count) * squares_of(s), blocks = parts_of(end - n, at_once); blocks; blocks--) {
            int64_t squares = share(end - n, blocks);
            winograd_block(s, &w, n, squares, 0, wide);
            n += squares;
        }
    else
        for (int64_t unit = first; unit < first + count; unit++) {
            int64_t n = unit / s->parts * at_once, part = unit % s->parts, begin = panels * part / s->parts * TILE_COLUMNS;
            int64_t end = least(wide, panels * (part + 1) / s->parts * TILE_COLUMNS);
            winograd_block(s, &w, n, least(at_once, SIZE(1) - n), begin, end - begin);
        }
    free(memory);
    return 0;
}

/* ---- gradients of kernel and bias ---- */

/* Transformed gradients of a square, as row t of the panels of each point; their sums are added to `bias`. */
static void transform_results(const Squares *s, const Number *dy, Square at, const Number *zeros, int64_t t, int64_t squares, Number *to,
                              int64_t step, Number *bias) {
    const Number *pixels[SQUARE * SQUARE];
    int64_t corner = ((at.image * s->planes + at.plane) * s->rows + at.row) * s->columns + at.column, wide = whole_vectors(s->filters);
    for (int64_t i = 0; i < SQUARE; i++)
        for (int64_t j = 0; j < SQUARE; j++) {
            int inside = at.row + i < s->rows && at.column + j < s->columns;
            pixels[i * SQUARE + j] = inside ? dy + (corner + i * s->columns + j) * s->filters : zeros;
        }
    for (int64_t f = 0; f < wide; f += LANES) {
        int64_t panel = f / TILE_COLUMNS * TILE_COLUMNS, width = least(TILE_COLUMNS, wide - panel), left = s->filters - f;
        Number *place = to + panel * squares + t * width + (f - panel);
        Vector d[SQUARE * SQUARE], sum = all(0);
        for (int i = 0; i < SQUARE * SQUARE; i++) sum += d[i] = load_some(pixels[i] + f, left, 0);
        if (left > 0) store_some(bias + f, left, load_some(bias + f, left, 0) + sum);
#define OF_GRADIENT(i, j) d[(i) * SQUARE + (j)]
#define TO_PLACE(i, j, v) store(place + ((i) * PATCH + (j)) * step, v)
        ALONG_BOTH(transform_gradient, 4, 6, PAIRS_OF_SIX, OF_GRADIENT, TO_PLACE);
    }
}

/* Products of the points of the units of a group of size[0], with filters as whole vectors, and the sums of dy behind them; units are
   samples, or squares where size[1] = 1, and a group's are done by one thread in their order. Arrays x, dy, squares, sums. 1 where memory
   runs out. */
OPERATION(winograd_gradient_sums) {
    const Squares *s = instruction->array[2];
    int64_t most = MOST_SQUARES, depth = depth_of(s), wide = whole_vectors(s->filters), group = POINTS * depth * wide + s->filters;
    int64_t of_patches = lines(most * depth), of_results = lines(most * wide), of_zeros = lines(s->channels > wide ? s->channels : wide);
    int64_t floats = of_zeros + POINTS * (of_patches + of_results);
    void *memory = malloc(most * sizeof(int64_t) + floats * sizeof(Number) + 64);
    if (!memory) return 1;
    Number *zeros = at_line(memory), *patches = zeros + of_zeros, *results = patches + POINTS * of_patches;
    int64_t *positions = (int64_t *)(zeros + floats);
    for (int64_t t = 0; t < most; t++) positions[t] = t * depth;
    memset(zeros, 0, of_zeros * sizeof(Number));
    Number *sums = NUMBERS(3) + first / SIZE(0) * group, *bias = sums + POINTS * depth * wide;
    if (first % SIZE(0) == 0) memset(sums, 0, group * sizeof(Number));
    int64_t of_unit = SIZE(1) ? 1 : squares_of(s), n = first * of_unit, end = (first + count) * of_unit;
    for (int64_t blocks = parts_of(end - n, most); blocks; blocks--) {
        int64_t squares = share(end - n, blocks);
        transform_patches(s, NUMBERS(0), n, squares, zeros, patches, of_patches);
        Square at = square_number(s, n);
        for (int64_t t = 0; t < squares; t++, at = square_after(s, at))
            transform_results(s, NUMBERS(1), at, zeros, t, squares, results, of_results, bias);
        for (int64_t point = 0; point < POINTS; point++)
            for (int64_t f = 0; f < wide; f += TILE_COLUMNS)
                for (int64_t c = 0, tiles = parts_of(depth, TILE_ROWS); tiles; tiles--) {
                    int64_t height = share(depth - c, tiles), columns = least(TILE_COLUMNS, wide - f);
                    Target target = {sums + (point * depth + c) * wide + f, wide, columns, NULL, NULL, 1, 0};
                    window_tiles[height][columns <= LANES ? 3 : 1](squares, patches + point * of_patches + c, 1, positions,
                                                                   results + point * of_results + f * squares, &target);
                    c += height;
                }
        n += squares;
    }
    free(memory);
    return 0;
}

/* dkernel = G^T sums G, of size[2] groups' sums; size = channels, filters, groups, planes; units are channels of planes; arrays sums,
   dkernel. */
OPERATION(winograd_gradient_of_groups) {
    int64_t channels = SIZE(0), filters = SIZE(1), depth = channels * SIZE(3), wide = whole_vectors(filters);
    int64_t group = POINTS * depth * wide + filters;
    for (int64_t row = first; row < first + count; row++)
        for (int64_t f = 0; f < filters; f += LANES) {
            int64_t z = row / channels, c = row % channels;
            Vector sums[PATCH][PATCH];
            for (int i = 0; i < POINTS; i++) {
                const Number *from = NUMBERS(0) + (i * depth + row) * wide + f;
                Vector sum = load(from);
                for (int64_t g = 1; g < SIZE(2); g++) sum += load(from + g * group);
                sums[i / PATCH][i % PATCH] = sum;
            }
#define OF_SUMS(i, j) sums[i][j]
#define TO_KERNEL(i, j, v) store_some(NUMBERS(1) + ((z * 9 + (i) * 3 + (j)) * channels + c) * filters + f, filters - f, v)
            ALONG_BOTH(transform_sums, 6, 3, PAIRS_OF_THREE, OF_SUMS, TO_KERNEL);
        }
    return 0;
}
