/* Windows over images (length x height x width x channels), and tiles of sums over them: products whose left matrix is never built.

   A window's elements lie at fixed distances from its first one, whatever the kernel's size and dilation: a table of these distances,
   `offsets`, takes the place of the columns of a matrix of patches. Neighbouring windows of a row of results lie at one distance too,
   so that a tile of results is computed as in product.c, with its sums in registers. Images that windows reach out of are copied, a
   block of windows at a time, into memory with zeros around them; all others are read where they are. */
#include "vectors.h"

/* Windows over an image, and where their results go. `deep` is along the length, `down` along the height, `across` along the width; a
   picture is an image of one plane, a sequence one of one row. */
typedef struct {
    int64_t length, height, width, channels;                   /* of the image */
    int64_t planes, rows, columns, filters;                    /* windows along the axes, results of a window */
    int64_t taps_deep, taps_down, taps_across;                 /* elements of a window */
    int64_t stride_deep, stride_down, stride_across;           /* from window to window */
    int64_t dilation_deep, dilation_down, dilation_across;     /* from element to element */
    int64_t before_deep, before_down, before_across;           /* how far the first window begins before the image; negative: inside */
    int64_t block_planes, block_rows, block_columns;           /* windows that are computed at once */
    int64_t parts;                                             /* that the filters are cut into, where units are less than an image */
    int64_t begin, image_step, plane_step, row_step, step;     /* results: where they begin, from image to image, ... window to window */
    int64_t packed;                                            /* where the packed kernel begins */
} Windows;

#define SHORTEST_RUN 3 /* elements side by side of a window: of fewer a tile has too few sums to hide what an addition waits for */
#define DEEPEST 640 /* elements of a window that are summed up in registers without a break: its panel of the kernel stays in cache */

ALWAYS int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
ALWAYS int64_t parts_of(int64_t whole, int64_t part) { return (whole + part - 1) / part; }
ALWAYS int64_t elements_of(const Windows *w) { return w->taps_deep * w->taps_down * w->taps_across * w->channels; }
ALWAYS int64_t windows_of(const Windows *w) { return w->planes * w->rows * w->columns; }
/* Elements of a window that lie side by side. */
ALWAYS int64_t run_of(const Windows *w) { return w->dilation_across == 1 ? w->taps_across * w->channels : w->channels; }
ALWAYS int64_t image_of(const Windows *w) { return w->length * w->height * w->width * w->channels; }
ALWAYS int64_t reach(int64_t windows, int64_t stride, int64_t taps, int64_t dilation) {
    return (windows - 1) * stride + (taps - 1) * dilation + 1;
}
ALWAYS int64_t reach_deep(const Windows *w, int64_t windows) { return reach(windows, w->stride_deep, w->taps_deep, w->dilation_deep); }
ALWAYS int64_t reach_down(const Windows *w, int64_t windows) { return reach(windows, w->stride_down, w->taps_down, w->dilation_down); }
ALWAYS int64_t reach_across(const Windows *w, int64_t windows) { return reach(windows, w->stride_across, w->taps_across, w->dilation_across); }

/* Where a tile's results go, and what is done to them first. */
typedef struct {
    Number *to;
    int64_t step;      /* from row to row */
    int64_t columns;   /* of the tile that are results */
    const Number *bias; /* added, unless NULL */
    const Number *kept; /* unless NULL: at the place of each result, which is 0 where this is not above 0 */
    int add, rectifies;
    const Number *scale, *shift; /* unless NULL: what it is multiplied by behind the bias, and what is added then */
    Number most; /* unless 0: rectified ones are this at most */
} Target;

/* The larger one of each and 0, `most` at most unless that is 0. */
ALWAYS Vector rectified(Vector x, Number most) {
    x = larger(x, all(0));
    return most > 0 ? smaller(x, all(most)) : x;
}

/* The sums of a tile, `vectors` to a row, with all that a target asks for. */
static __attribute__((noinline)) void finish(const Number *sums, int rows, int vectors, const Target *target) {
    for (int64_t j = 0; j < vectors * LANES && j < target->columns; j += LANES) {
        int64_t left = target->columns - j;
        Vector bias = target->bias ? load_some(target->bias + j, left, 0) : all(0), scale = all(1), shift = all(0);
        if (target->scale) scale = load_some(target->scale + j, left, 0), shift = load_some(target->shift + j, left, 0);
        for (int i = 0; i < rows; i++) {
            Number *to = target->to + i * target->step + j;
            Vector sum = load(sums + i * vectors * LANES + j);
            if (target->add) sum += load_some(to, left, 0);
            if (target->bias) sum += bias;
            if (target->scale) sum = sum * scale + shift;
            if (target->rectifies) sum = rectified(sum, target->most);
            if (target->kept) sum *= choose(load_some(target->kept + i * target->step + j, left, 0) > 0.0f, all(1), all(0));
            store_some(to, left, sum);
        }
    }
}

/* Sums over `depth` steps of a[i * row_step + offsets[p]] times row p of the panel b, for `rows` rows. */
ALWAYS void window_tile(const int rows, const int vectors, int64_t depth, const Number *a, int64_t row_step, const int64_t *offsets,
                        const Number *b, const Target *target) {
    Vector sums[TILE_ROWS][TILE_VECTORS];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++) sums[i][j] = (Vector){0};
    for (int64_t p = 0; p < depth; p++) {
        const Number *left = a + offsets[p];
        Vector right[TILE_VECTORS];
#pragma GCC unroll 2
        for (int j = 0; j < vectors; j++) {
            right[j] = load(b + (p * vectors + j) * LANES);
            __builtin_prefetch(b + ((depth + p) * vectors + j) * LANES, 0, 2); /* of the next panel: the second-level cache has this one */
        }
#pragma GCC unroll 12
        for (int i = 0; i < rows; i++) {
            Number one = left[i * row_step];
#pragma GCC unroll 2
            for (int j = 0; j < vectors; j++) {
                sums[i][j] += one * right[j];
                SETTLED(sums[i][j]);
            }
        }
    }
    int is_whole = target->columns >= vectors * LANES && !target->scale && !target->kept && target->most == 0;
    Number whole[TILE_ROWS * TILE_COLUMNS], *to = is_whole ? target->to : whole;
    int64_t to_step = is_whole ? target->step : vectors * LANES;
    if (is_whole && target->add) {
#pragma GCC unroll 12
        for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
            for (int j = 0; j < vectors; j++) sums[i][j] += load(to + i * to_step + j * LANES);
    }
    if (is_whole && (target->bias || target->rectifies)) {
        Vector bias[TILE_VECTORS], lowest = all(target->rectifies ? 0 : -INFINITE);
#pragma GCC unroll 2
        for (int j = 0; j < vectors; j++) bias[j] = target->bias ? load(target->bias + j * LANES) : all(0);
#pragma GCC unroll 12
        for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
            for (int j = 0; j < vectors; j++) sums[i][j] = larger(sums[i][j] + bias[j], lowest);
    }
#pragma GCC unroll 12
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (int j = 0; j < vectors; j++) store(to + i * to_step + j * LANES, sums[i][j]);
    if (!is_whole) finish(whole, rows, vectors, target);
}

typedef void (*WindowTile)(int64_t depth, const Number *a, int64_t row_step, const int64_t *offsets, const Number *b, const Target *target);

/* For each number of rows: rows at any distance and side by side, of two vectors and of one. */
#define WINDOW_TILES(n)                                                                                                \
    static void apart_##n(int64_t d, const Number *a, int64_t s, const int64_t *o, const Number *b, const Target *t) {   \
        window_tile(n, 2, d, a, s, o, b, t);                                                                           \
    }                                                                                                                  \
    static void beside_##n(int64_t d, const Number *a, int64_t s, const int64_t *o, const Number *b, const Target *t) {  \
        (void)s;                                                                                                       \
        window_tile(n, 2, d, a, 1, o, b, t);                                                                           \
    }                                                                                                                  \
    static void narrow_apart_##n(int64_t d, const Number *a, int64_t s, const int64_t *o, const Number *b, const Target *t) { \
        window_tile(n, 1, d, a, s, o, b, t);                                                                           \
    }                                                                                                                  \
    static void narrow_beside_##n(int64_t d, const Number *a, int64_t s, const int64_t *o, const Number *b, const Target *t) { \
        (void)s;                                                                                                       \
        window_tile(n, 1, d, a, 1, o, b, t);                                                                           \
    }
#define WINDOW_FAMILIES(n) {apart_##n, beside_##n, narrow_apart_##n, narrow_beside_##n}

WINDOW_TILES(1) WINDOW_TILES(2) WINDOW_TILES(3) WINDOW_TILES(4) WINDOW_TILES(5) WINDOW_TILES(6)
#if TILE_ROWS == 12
WINDOW_TILES(7) WINDOW_TILES(8) WINDOW_TILES(9) WINDOW_TILES(10) WINDOW_TILES(11) WINDOW_TILES(12)
#endif

static const WindowTile window_tiles[TILE_ROWS + 1][4] = {
    {0}, WINDOW_FAMILIES(1), WINDOW_FAMILIES(2), WINDOW_FAMILIES(3), WINDOW_FAMILIES(4), WINDOW_FAMILIES(5), WINDOW_FAMILIES(6),
#if TILE_ROWS == 12
    WINDOW_FAMILIES(7), WINDOW_FAMILIES(8), WINDOW_FAMILIES(9), WINDOW_FAMILIES(10), WINDOW_FAMILIES(11), WINDOW_FAMILIES(12),
#endif
};

ALWAYS int64_t panel_width(int64_t columns) { return columns <= LANES ? LANES : TILE_COLUMNS; }

/* ---- blocks of windows ---- */

/* Some windows of an image, and the part of it that they reach: from `image`, in planes of `height` rows of `width` pixels. */
typedef struct {
    int64_t plane, planes, row, rows, column, columns;
    const Number *image;
    int64_t height, width;
} Block;

#define EACH_ROW_OF_BLOCK(block, p, r)                                                                                 \
    for (int64_t p = 0; p < (block)->planes; p++)                                                                      \
        for (int64_t r = 0; r < (block)->rows; r++)

ALWAYS int is_inside(int64_t reach, int64_t before, int64_t size) { return before <= 0 && reach - before <= size; }

static int windows_are_inside(const Windows *w) {
    return is_inside(reach_deep(w, w->planes), w->before_deep, w->length) && is_inside(reach_down(w, w->rows), w->before_down, w->height) &&
           is_inside(reach_across(w, w->columns), w->before_across, w->width);
}

/* Numbers of the padded copy of a block. */
static int64_t padded_size(const Windows *w) {
    int64_t pixels = reach_deep(w, w->block_planes) * reach_down(w, w->block_rows) * reach_across(w, w->block_columns);
    return windows_are_inside(w) ? 0 : pixels * w->channels;
}

/* Rows of a plane from (top, left) on, zeros for what lies outside. */
static void copy_padded(const Windows *w, const Number *image, int64_t top, int64_t height, int64_t left, int64_t width, Number *to) {
    int64_t channels = w->channels, zeros = left < 0 ? least(-left, width) : 0;
    int64_t inside = least(width - zeros, w->width - left - zeros);
    if (inside < 0) inside = 0;
    for (int64_t r = top; r < top + height; r++, to += width * channels) {
        if (r < 0 || r >= w->height || !inside) {
            memset(to, 0, width * channels * sizeof(Number));
            continue;
        }
        memset(to, 0, zeros * channels * sizeof(Number));
        memcpy(to + zeros * channels, image + (r * w->width + left + zeros) * channels, inside * channels * sizeof(Number));
        memset(to + (zeros + inside) * channels, 0, (width - zeros - inside) * channels * sizeof(Number));
    }
}

static int64_t blocks_across(const Windows *w) { return parts_of(w->columns, w->block_columns); }
static int64_t blocks_of_plane(const Windows *w) { return blocks_across(w) * parts_of(w->rows, w->block_rows); }
static int64_t blocks_of(const Windows *w) { return blocks_of_plane(w) * parts_of(w->planes, w->block_planes); }

static Block block_number(const Windows *w, int64_t n, const Number *image, Number *padded) {
    int64_t of_plane = n % blocks_of_plane(w);
    Block block = {.plane = n / blocks_of_plane(w) * w->block_planes,
                   .row = of_plane / blocks_across(w) * w->block_rows,
                   .column = of_plane % blocks_across(w) * w->block_columns,
                   .height = w->height,
                   .width = w->width};
    block.planes = least(w->block_planes, w->planes - block.plane);
    block.rows = least(w->block_rows, w->rows - block.row);
    block.columns = least(w->block_columns, w->columns - block.column);
    int64_t front = block.plane * w->stride_deep - w->before_deep, top = block.row * w->stride_down - w->before_down;
    int64_t left = block.column * w->stride_across - w->before_across, plane = w->height * w->width * w->channels;
    if (windows_are_inside(w)) {
        block.image = image + front * plane + (top * w->width + left) * w->channels;
        return block;
    }
    block.height = reach_down(w, block.rows);
    block.width = reach_across(w, w->block_columns);
    int64_t copied = block.height * block.width * w->channels;
    for (int64_t p = front, end = front + reach_deep(w, block.planes), n = 0; p < end; p++, n++) {
        if (p < 0 || p >= w->length) memset(padded + n * copied, 0, copied * sizeof(Number));
        else copy_padded(w, image + p * plane, top, block.height, left, block.width, padded + n * copied);
    }
    block.image = padded;
    return block;
}

/* Where element (z, a, b) of the window lies that is number (plane, row, column) of a block. */
ALWAYS int64_t element_at(const Windows *w, const Block *block, int64_t plane, int64_t row, int64_t column, int64_t z, int64_t a, int64_t b) {
    int64_t p = plane * w->stride_deep + z * w->dilation_deep, r = row * w->stride_down + a * w->dilation_down;
    return ((p * block->height + r) * block->width + column * w->stride_across + b * w->dilation_across) * w->channels;
}

/* How far each element of a window lies from its first one. */
static void window_offsets(const Windows *w, const Block *block, int64_t *offsets) {
    for (int64_t z = 0; z < w->taps_deep; z++)
        for (int64_t a = 0; a < w->taps_down; a++)
            for (int64_t b = 0; b < w->taps_across; b++)
                for (int64_t c = 0; c < w->channels; c++) *offsets++ = element_at(w, block, 0, 0, 0, z, a, b) + c;
}
