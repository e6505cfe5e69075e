/* Convolutions over images (length x height x width x channels) by the direct form: products whose left matrix is never built.

   A window's elements lie at fixed distances from its first one, whatever the kernel's size and dilation: a table of these distances,
   `offsets`, takes the place of the columns of a matrix of patches. Neighbouring windows of a row of results lie at one distance too,
   so that a tile of results is computed as in product.c, with its sums in registers. Images that windows reach out of are copied, a
   block of windows at a time, into memory with zeros around them; all others are read where they are.

   The same tile computes gradients of the kernel: its rows are then elements of the window, and its steps are windows. */
#include "vectors.h"

#include <stdlib.h>

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
} Target;

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
            if (target->rectifies) sum = larger(sum, all(0));
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
    int is_plain = !target->bias && !target->scale && !target->rectifies && !target->kept && target->columns >= vectors * LANES;
    Number whole[TILE_ROWS * TILE_COLUMNS], *to = is_plain ? target->to : whole;
    int64_t to_step = is_plain ? target->step : vectors * LANES;
    if (is_plain && target->add) {
#pragma GCC unroll 12
        for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
            for (int j = 0; j < vectors; j++) sums[i][j] += load(to + i * to_step + j * LANES);
    }
#pragma GCC unroll 12
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (int j = 0; j < vectors; j++) store(to + i * to_step + j * LANES, sums[i][j]);
    if (!is_plain) finish(whole, rows, vectors, target);
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

/* ---- kernels side by side: panels of TILE_COLUMNS filters (the last one narrower, filled up with zeros), an element a row ---- */

/* Which elements of a kernel are packed, in which order. */
typedef struct {
    int64_t taps_down, taps_across;          /* of the kernel */
    int64_t channels, filters;               /* of the kernel */
    int64_t deep, first_deep, step_deep;     /* planes that are taken */
    int64_t down, first_down, step_down;     /* rows */
    int64_t across, first_across, step_across;
    int64_t swapped;                         /* 1: its filters are what is summed over, its channels are the results */
    int64_t packed;                          /* where the panels begin */
} Packing;

/* Whether a panel is to be made of the same numbers as the last time: `rows` of `columns`, `step` from each other. Tells by a hash of each
   column, which it leaves in `seen`, TILE_COLUMNS of them for each panel; NULL: it never is. */
static int is_known(const Number *kernel, int64_t rows, int64_t step, int64_t columns, Word *seen) {
    Bits hash[TILE_VECTORS], known = (Bits){0} - 1;
    if (!seen) return 0;
    for (int j = 0; j < TILE_VECTORS; j++) hash[j] = (Bits){0} + (Word)2166136261u;
    for (int64_t r = 0; r < rows; r++)
        for (int j = 0; j < TILE_VECTORS && j * LANES < columns; j++)
            hash[j] = hash[j] * (Word)16777619u + (Bits)load_some(kernel + r * step + j * LANES, columns - j * LANES, 0);
    for (int j = 0; j < TILE_VECTORS; j++, seen += LANES)
        for (int i = 0; i < LANES; i++) {
            known[i] &= hash[j][i] == seen[i] ? ~(Word)0 : 0;
            seen[i] = hash[j][i];
        }
    for (int i = 0; i < LANES; i++)
        if (!known[i]) return 0;
    return 1;
}

static Word *seen_of(const Instruction *instruction, int n, int64_t panel) {
    return instruction->array[n] ? (Word *)instruction->array[n] + panel * TILE_COLUMNS : NULL;
}

/* Panels first ... of a kernel; size = how many packings; arrays kernel, packings, what is known of the panels (NULL: nothing; one packing,
   which is not swapped), panels. Units are panels. */
OPERATION(pack_kernel) {
    const Number *kernel = NUMBERS(0);
    for (const Packing *p = instruction->array[1], *end = p + SIZE(0); p < end; p++) {
        int64_t results = p->swapped ? p->channels : p->filters, summed = p->swapped ? p->filters : p->channels;
        int64_t depth = p->deep * p->down * p->across * summed;
        for (int64_t panel = first; panel < first + count && panel * TILE_COLUMNS < results; panel++) {
            int64_t begin = panel * TILE_COLUMNS, columns = least(TILE_COLUMNS, results - begin), width = panel_width(columns);
            Number *to = NUMBERS(3) + p->packed + begin * depth;
            if (is_known(kernel + begin, depth, p->filters, columns, seen_of(instruction, 2, panel))) continue;
            for (int64_t n = 0; n < p->deep * p->down * p->across; n++) {
                int64_t z = p->first_deep + n / (p->down * p->across) * p->step_deep;
                int64_t a = p->first_down + n / p->across % p->down * p->step_down, b = p->first_across + n % p->across * p->step_across;
                const Number *from = kernel + ((z * p->taps_down + a) * p->taps_across + b) * p->channels * p->filters;
                for (int64_t c = 0; c < summed; c++, to += width)
                    for (int64_t j = 0; j < width; j++) {
                        int64_t at = p->swapped ? (begin + j) * p->filters + c : c * p->filters + begin + j;
                        to[j] = j < columns ? from[at] : 0;
                    }
            }
        }
    }
    return 0;
}

/* ---- results ---- */

typedef struct {
    const Number *packed, *bias, *kept;
    Number *y;
    int rectifies, normalises;
    const int64_t *offsets;
} Correlation;

/* Results of a block of windows, of panels `panel` ... `end`. */
static void correlate_block(const Windows *w, const Block *block, const Correlation *q, int64_t image, int64_t panel, int64_t end) {
    int64_t depth = elements_of(w), passes = parts_of(depth, DEEPEST), tiles_of_row = parts_of(block->columns, TILE_ROWS);
    int64_t begin = w->begin + image * w->image_step + block->plane * w->plane_step + block->row * w->row_step + block->column * w->step;
    for (int64_t pass = 0, from = 0; pass < passes; pass++) {
        int64_t length = share(depth - from, passes - pass), last = pass == passes - 1;
        for (int64_t n = panel; n < end; n++) {
            int64_t filter = n * TILE_COLUMNS, columns = least(TILE_COLUMNS, w->filters - filter), width = panel_width(columns);
            const Number *b = q->packed + w->packed + filter * depth + from * width;
            EACH_ROW_OF_BLOCK(block, plane, r) {
                const Number *row = block->image + element_at(w, block, plane, r, 0, 0, 0, 0);
                int64_t at = begin + plane * w->plane_step + r * w->row_step + filter;
                for (int64_t c = 0, t = tiles_of_row; t; t--) {
                    int64_t height = share(block->columns - c, t), to = at + c * w->step;
                    Target target = {q->y + to, w->step, columns, last && q->bias ? q->bias + filter : NULL,
                                     last && q->kept ? q->kept + to : NULL, pass > 0, last && q->rectifies,
                                     last && q->normalises ? q->bias + w->filters + filter : NULL,
                                     last && q->normalises ? q->bias + 2 * w->filters + filter : NULL};
                    window_tiles[height][width == LANES ? 2 : 0](length, row + c * w->stride_across * w->channels,
                                                                 w->stride_across * w->channels, q->offsets + from, b, &target);
                    c += height;
                }
            }
        }
        from += length;
    }
}

/* y = x * kernel + bias: the sums over the windows of `windows`, of which there are size[1] sets that share the results. Where size[2],
   the numbers of an image of results, is not 0, not all of them belong to a window, and the others are 0. number[0] = 1 rectifies.
   size[0] = 0: units are images; 1: units are parts of images (one set only). Arrays x, kernel (packed), bias (NULL: none), rectified
   (NULL, or where it is not above 0, so is y), windows, y. size[3] = 1: the bias is that of `folded_normalisation`. 1 where memory runs
   out. */
OPERATION(correlate) {
    const Windows *windows = instruction->array[4], *end = windows + SIZE(1);
    int64_t most = 0, deepest = 0;
    for (const Windows *w = windows; w < end; w++) {
        if (padded_size(w) > most) most = padded_size(w);
        if (elements_of(w) > deepest) deepest = elements_of(w);
    }
    int64_t *offsets = malloc(deepest * sizeof(int64_t) + most * sizeof(Number) + 64);
    if (!offsets) return 1;
    Number *padded = (Number *)(offsets + deepest);
    Correlation q = {NUMBERS(1), NUMBERS(2), NUMBERS(3), NUMBERS(5), CONSTANT(0) != 0, SIZE(3) != 0, offsets};
    if (SIZE(2)) memset(q.y + first * SIZE(2), 0, count * SIZE(2) * sizeof(Number));
    int64_t before = 0; /* units of the sets before */
    for (const Windows *w = windows; w < end; w++) {
        int64_t blocks = blocks_of(w), parts = SIZE(0) ? w->parts : 1, panels = parts_of(w->filters, TILE_COLUMNS);
        int64_t all_units = SIZE(0) * blocks * parts;
        int64_t from = SIZE(0) ? first - before : first * blocks, to = SIZE(0) ? first + count - before : (first + count) * blocks;
        before += all_units;
        if (SIZE(0) && from < 0) from = 0;
        if (SIZE(0) && to > all_units) to = all_units;
        for (int64_t n = from, height = -1; n < to; n++) { /* a plane of the last block's copy may be lower */
            int64_t part = n % parts, image = n / parts / blocks;
            Block block = block_number(w, n / parts % blocks, NUMBERS(0) + image * image_of(w), padded);
            if (height < 0 || (w->taps_deep > 1 && block.height != height)) window_offsets(w, &block, offsets);
            height = block.height;
            correlate_block(w, &block, &q, image, panels * part / parts, panels * (part + 1) / parts);
        }
    }
    free(offsets);
    return 0;
}

/* ---- gradients of kernel and bias ---- */

/* Columns of rows of dy as a panel, and their sums added to `bias`. */
static void pack_gradient(const Number *dy, int64_t rows, int64_t filters, int64_t columns, Number *panel, Number *bias) {
    int64_t width = panel_width(columns);
    for (int64_t j = 0; j < width; j += LANES) {
        Vector sum = all(0);
        for (int64_t r = 0; r < rows; r++) {
            Vector part = j < columns ? load_some(dy + r * filters + j, columns - j, 0) : all(0);
            store(panel + r * width + j, part);
            sum += part;
        }
        if (j < columns) store_some(bias + j, columns - j, load_some(bias + j, columns - j, 0) + sum);
    }
}

typedef struct {
    int64_t *positions; /* of the windows of a block */
    Number *padded, *patches, *dy, *panel;
    int gathers;        /* windows of very short runs are copied, one after the other */
} GradientWork;

/* Elements of a window that lie side by side. */
static int64_t run_of(const Windows *w) { return w->dilation_across == 1 ? w->taps_across * w->channels : w->channels; }

static void gather_patches(const Windows *w, const Block *block, Number *to) {
    int64_t run = run_of(w), runs = w->taps_across * w->channels / run;
    EACH_ROW_OF_BLOCK(block, p, r)
        for (int64_t c = 0; c < block->columns; c++)
            for (int64_t z = 0; z < w->taps_deep; z++) {
                const Number *window = block->image + element_at(w, block, p, r, c, z, 0, 0);
                for (int64_t a = 0; a < w->taps_down; a++)
                    for (int64_t b = 0; b < runs; b++, to += run) {
                        const Number *from = window + (a * w->dilation_down * block->width + b * w->dilation_across) * w->channels;
                        for (int64_t i = 0; i < run; i++) to[i] = from[i];
                    }
            }
}

/* Tiles over `elements` elements of the windows, which lie side by side from a on; sums begins at the first one's row. */
static void gradient_tiles(const Windows *w, const GradientWork *work, const Number *a, int64_t elements, int64_t depth, int64_t columns,
                           Number *sums) {
    for (int64_t i = 0, t = parts_of(elements, TILE_ROWS); t; t--) {
        int64_t height = share(elements - i, t);
        Target target = {sums + i * w->filters, w->filters, columns, NULL, NULL, 1, 0};
        window_tiles[height][columns <= LANES ? 3 : 1](depth, a + i, 1, work->positions, work->panel, &target);
        i += height;
    }
}

/* The rows of dy of a block one after the other; a copy where others lie between them. */
static const Number *rows_of_block(const Windows *w, const Block *block, const GradientWork *work, const Number *dy) {
    int whole_rows = block->columns == w->columns || block->planes * block->rows == 1;
    if (whole_rows && (block->rows == w->rows || block->planes == 1)) return dy;
    int64_t row = block->columns * w->filters;
    EACH_ROW_OF_BLOCK(block, p, r)
        memcpy(work->dy + (p * block->rows + r) * row, dy + (p * w->rows + r) * w->columns * w->filters, row * sizeof(Number));
    return work->dy;
}

static void gradient_of_block(const Windows *w, const Block *block, const GradientWork *work, const Number *dy, Number *sums) {
    int64_t depth = block->planes * block->rows * block->columns, elements = elements_of(w);
    int64_t run = run_of(w), runs = w->taps_across * w->channels / run;
    int64_t n = 0;
    EACH_ROW_OF_BLOCK(block, p, r)
        for (int64_t c = 0, row = element_at(w, block, p, r, 0, 0, 0, 0); c < block->columns; c++, n++)
            work->positions[n] = work->gathers ? n * elements : row + c * w->stride_across * w->channels;
    if (work->gathers) gather_patches(w, block, work->patches);
    dy = rows_of_block(w, block, work, dy);
    for (int64_t filter = 0; filter < w->filters; filter += TILE_COLUMNS) {
        int64_t columns = least(TILE_COLUMNS, w->filters - filter);
        pack_gradient(dy + filter, depth, w->filters, columns, work->panel, sums + elements * w->filters + filter);
        if (work->gathers) {
            gradient_tiles(w, work, work->patches, elements, depth, columns, sums + filter);
            continue;
        }
        for (int64_t n = 0; n < w->taps_deep * w->taps_down * runs; n++) {
            int64_t b = n % runs, a = n / runs % w->taps_down, z = n / runs / w->taps_down;
            const Number *from = block->image + element_at(w, block, 0, 0, 0, z, a, b);
            gradient_tiles(w, work, from, run, depth, columns, sums + n * run * w->filters + filter);
        }
    }
}

/* Gradients of kernel and bias of the units of a group of size[0], rows of `sums` one after the other, the bias's last; units are samples,
   or blocks of windows where size[1] = 1, and a group's are done by one thread in their order. Arrays x, dy, windows, sums. 1 where memory
   runs out. */
OPERATION(kernel_gradient_sums) {
    const Windows *w = instruction->array[2];
    int64_t elements = elements_of(w), pixels = w->block_planes * w->block_rows * w->block_columns, group = (elements + 1) * w->filters;
    int gathers = run_of(w) < SHORTEST_RUN;
    int64_t padded = padded_size(w), patches = gathers ? pixels * elements : 0, copied = pixels * w->filters;
    void *memory = malloc(pixels * sizeof(int64_t) + (padded + patches + copied + pixels * TILE_COLUMNS) * sizeof(Number) + 64);
    if (!memory) return 1;
    GradientWork work = {memory, (Number *)((int64_t *)memory + pixels), NULL, NULL, NULL, gathers};
    work.patches = work.padded + padded;
    work.dy = work.patches + patches;
    work.panel = work.dy + copied;
    Number *sums = NUMBERS(3) + first / SIZE(0) * group;
    if (first % SIZE(0) == 0) memset(sums, 0, group * sizeof(Number));
    int64_t blocks = blocks_of(w), of_unit = SIZE(1) ? 1 : blocks;
    for (int64_t n = first * of_unit; n < (first + count) * of_unit; n++) {
        int64_t image = n / blocks;
        Block block = block_number(w, n % blocks, NUMBERS(0) + image * image_of(w), work.padded);
        int64_t row = (image * w->planes + block.plane) * w->rows + block.row;
        const Number *dy = NUMBERS(1) + (row * w->columns + block.column) * w->filters;
        gradient_of_block(w, &block, &work, dy, sums);
    }
    free(memory);
    return 0;
}

/* y = the sum of size[1] groups of size[0] numbers each, of which y are those from size[2] on; units are numbers of y; arrays sums, y. */
OPERATION(sum_of_groups) {
    const Number *from = NUMBERS(0) + SIZE(2);
    for (int64_t i = first, end = first + count; i < end; i += LANES) {
        Vector sum = load_some(from + i, end - i, 0);
        for (int64_t g = 1; g < SIZE(1); g++) sum += load_some(from + g * SIZE(0) + i, end - i, 0);
        store_some(NUMBERS(1) + i, end - i, sum);
    }
    return 0;
}
