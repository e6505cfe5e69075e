/* Convolutions by the direct form: kernels in panels, results, gradients of the kernel. The same tiles compute both: for a gradient their rows
   are elements of the window, and their steps are windows. */
#include "vectors.h"

#include <stdlib.h>

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
    int64_t run;                             /* elements that lie side by side in a window: few results are packed by these */
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
            int few = are_few(results, p->run, depth);
            if (few) memset(to, 0, results * depth_of_few(p->run, depth) * sizeof(Number));
            for (int64_t n = 0; n < p->deep * p->down * p->across; n++) {
                int64_t z = p->first_deep + n / (p->down * p->across) * p->step_deep;
                int64_t a = p->first_down + n / p->across % p->down * p->step_down, b = p->first_across + n % p->across * p->step_across;
                const Number *from = kernel + ((z * p->taps_down + a) * p->taps_across + b) * p->channels * p->filters;
                for (int64_t c = 0; c < summed; c++, to += few ? 0 : width)
                    for (int64_t j = 0; j < (few ? results : width); j++) {
                        int64_t at = p->swapped ? (begin + j) * p->filters + c : c * p->filters + begin + j;
                        if (few) to[place_of_few(p->run, depth, j, n * summed + c)] = from[at];
                        else to[j] = j < columns ? from[at] : 0;
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
    Number most;
    const int64_t *offsets;
} Correlation;

/* Results of a block of windows, of a few filters. */
static void correlate_few(const Windows *w, const Block *block, const Correlation *q, int64_t begin) {
    EACH_ROW_OF_BLOCK(block, plane, r) {
        const Number *row = block->image + element_at(w, block, plane, r, 0, 0, 0, 0);
        int64_t at = begin + plane * w->plane_step + r * w->row_step;
        for (int64_t c = 0; c < block->columns; c += WINDOWS_OF_FEW) {
            int64_t to = at + c * w->step, windows = least(WINDOWS_OF_FEW, block->columns - c);
            Target target = {q->y + to, w->step, w->filters, q->bias, q->kept ? q->kept + to : NULL, 0, q->rectifies,
                             q->normalises ? q->bias + w->filters : NULL, q->normalises ? q->bias + 2 * w->filters : NULL, q->most};
            results_of_few(w, row + c * w->stride_across * w->channels, windows, q->offsets, q->packed + w->packed, &target);
        }
    }
}

/* Results of a block of windows, of panels `panel` ... `end`. */
static void correlate_block(const Windows *w, const Block *block, const Correlation *q, int64_t image, int64_t panel, int64_t end) {
    int64_t depth = elements_of(w), passes = parts_of(depth, DEEPEST), tiles_of_row = parts_of(block->columns, TILE_ROWS);
    int64_t begin = w->begin + image * w->image_step + block->plane * w->plane_step + block->row * w->row_step + block->column * w->step;
    if (are_few(w->filters, run_of(w), depth)) {
        correlate_few(w, block, q, begin);
        return;
    }
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
                                     last && q->normalises ? q->bias + 2 * w->filters + filter : NULL, q->most};
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
   the numbers of an image of results, is not 0, not all of them belong to a window, and the others are 0. number[0] = 1 rectifies, to number[1]
   at most unless that is 0.
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
    Correlation q = {NUMBERS(1), NUMBERS(2), NUMBERS(3), NUMBERS(5), CONSTANT(0) != 0, SIZE(3) != 0, CONSTANT(1), offsets};
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
    if (are_few_gradients(w->filters, elements)) {
        gradients_of_few(w->filters, a, elements, depth, work->positions, work->panel, sums);
        return;
    }
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
