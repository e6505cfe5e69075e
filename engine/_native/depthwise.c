/* Depthwise convolutions over images: each channel with a kernel of its own. A window is told by `Windows`, whose filters are channels. */
#include "vectors.h"

/* The elements of a window that lie inside the image: first ... end - 1, whose first one lies at `at`. */
typedef struct {
    int64_t first, end, at;
} Inside;

ALWAYS Inside inside_of(int64_t window, int64_t stride, int64_t before, int64_t dilation, int64_t taps, int64_t length) {
    int64_t begin = window * stride - before, first = begin < 0 ? parts_of(-begin, dilation) : 0;
    int64_t end = begin < length ? least(taps, (length - 1 - begin) / dilation + 1) : 0;
    return (Inside){first, end, begin + first * dilation};
}

#define EACH_TAP(w, down, across, a, b)                                                                                \
    for (int64_t a = down.first; a < down.end; a++)                                                                    \
        for (int64_t b = across.first; b < across.end; b++)
#define INSIDE_DOWN(w, row) inside_of(row, w->stride_down, w->before_down, w->dilation_down, w->taps_down, w->height)
#define INSIDE_ACROSS(w, column) inside_of(column, w->stride_across, w->before_across, w->dilation_across, w->taps_across, w->width)

/* The element of the image that element (a, b) of a window meets. */
ALWAYS int64_t met(const Windows *w, Inside down, Inside across, int64_t a, int64_t b) {
    int64_t row = down.at + (a - down.first) * w->dilation_down, column = across.at + (b - across.first) * w->dilation_across;
    return (row * w->width + column) * w->channels;
}

/* Some windows side by side, all elements of which lie inside the image, for the channels of a vector: `x` is the first element of the first
   window, `tap` what it meets of the kernel, `y` what belongs to the window; how far rows, elements and windows lie apart. */
typedef struct {
    const Number *x;
    int64_t row, step, window;
    int64_t tap, tap_row, tap_step; /* the kernel may be gone through from its end */
    int64_t y;
    int64_t down, across, windows, channels, left; /* elements, windows, from result to result, numbers of the vector that count */
    const Number *before, *scale, *shift;          /* of results, unless NULL: added, multiplied by, added */
    int rectifies;
    Number most; /* of what is rectified, unless 0 */
} Row;

typedef void (*OfRun)(const Row *run, const Number *kernel, Number *y);

/* The sums of a run. Where the number of elements is known, the kernel stays in registers. */
ALWAYS void results_of_run(const int64_t down, const int64_t across, const int whole, const Row *run, const Number *kernel, Number *y) {
    int64_t left = whole ? LANES : run->left;
    const Number *x = run->x;
    Vector before = all(0), scale = all(1), shift = all(0);
    if (run->before)
        before = load_some(run->before, left, 0), scale = load_some(run->scale, left, 0), shift = load_some(run->shift, left, 0);
    y += run->y;
    for (int64_t n = 0; n < run->windows; n++, x += run->window, y += run->channels) {
        Vector sum = all(0);
#pragma GCC unroll 5
        for (int64_t a = 0; a < down; a++)
#pragma GCC unroll 5
            for (int64_t b = 0; b < across; b++)
                sum += load_some(x + a * run->row + b * run->step, left, 0) *
                       load_some(kernel + run->tap + a * run->tap_row + b * run->tap_step, left, 0);
        if (run->before) sum = (sum + before) * scale + shift;
        if (run->rectifies) sum = rectified(sum, run->most);
        store_some(y, left, sum);
    }
}

#define MOST_DOWN 7
#define MOST_ACROSS 11

/* The products of a run with dy, summed up and added to `sums`, which has the kernel's shape. */
ALWAYS void gradient_of_run(const int64_t down, const int64_t across, const int whole, const Row *run, const Number *dy, Number *sums) {
    int64_t left = whole ? LANES : run->left;
    const Number *x = run->x;
    Vector sum[MOST_DOWN][MOST_ACROSS];
    for (int64_t a = 0; a < down; a++)
        for (int64_t b = 0; b < across; b++) sum[a][b] = all(0);
    dy += run->y;
    for (int64_t n = 0; n < run->windows; n++, x += run->window, dy += run->channels) {
        Vector slope = load_some(dy, left, 0);
#pragma GCC unroll 5
        for (int64_t a = 0; a < down; a++)
#pragma GCC unroll 5
            for (int64_t b = 0; b < across; b++) sum[a][b] += load_some(x + a * run->row + b * run->step, left, 0) * slope;
    }
    for (int64_t a = 0; a < down; a++)
        for (int64_t b = 0; b < across; b++) {
            Number *to = sums + run->tap + a * run->tap_row + b * run->tap_step;
            store_some(to, left, load_some(to, left, 0) + sum[a][b]);
        }
}

#define RUNS(name, down, across)                                                                                       \
    static void results_##name(const Row *run, const Number *kernel, Number *y) {                                        \
        if (run->left >= LANES) results_of_run(down, across, 1, run, kernel, y);                                       \
        else results_of_run(down, across, 0, run, kernel, y);                                                          \
    }                                                                                                                  \
    static void gradient_##name(const Row *run, const Number *dy, Number *sums) {                                        \
        if (run->left >= LANES) gradient_of_run(down, across, 1, run, dy, sums);                                       \
        else gradient_of_run(down, across, 0, run, dy, sums);                                                          \
    }
RUNS(of_1, 1, 1)
RUNS(of_1_2, 1, 2)
RUNS(of_2_1, 2, 1)
RUNS(of_2, 2, 2)
RUNS(of_3, 3, 3)
RUNS(of_5, 5, 5)
RUNS(of_any, run->down, run->across)

#define KINDS(name) {results_##name, gradient_##name}
enum { RESULTS, GRADIENT };
static OfRun function_of(const Row *run, int kind) {
    static const OfRun few[2][2][2] = {{KINDS(of_1), KINDS(of_1_2)}, {KINDS(of_2_1), KINDS(of_2)}};
    static const OfRun squares[3][2] = {KINDS(of_3), KINDS(of_5), KINDS(of_any)};
    if (run->down > 0 && run->across > 0 && run->down < 3 && run->across < 3) return few[run->down - 1][run->across - 1][kind];
    int is_square = run->down == run->across;
    return squares[is_square && run->down == 3 ? 0 : is_square && run->down == 5 ? 1 : 2][kind];
}

/* Windows `column` ... of a row, those that have the same elements inside of the image. */
static int64_t alike(const Windows *w, int64_t column, Inside across) {
    if (across.first > 0 || across.end < w->taps_across) return 1;
    int64_t last = (w->width - 1 - (w->taps_across - 1) * w->dilation_across + w->before_across) / w->stride_across;
    return least(last, w->columns - 1) - column + 1;
}

/* An image, and rows of it. */
typedef struct {
    int64_t image, from, to;
} Rows;

/* Unit n: an image of so many rows, or one of its rows. */
ALWAYS Rows rows_of_unit(int64_t n, int64_t rows, int64_t by_rows) {
    return by_rows ? (Rows){n / rows, n % rows, n % rows + 1} : (Rows){n, 0, rows};
}

/* All runs of some rows of an image, for `function`s of (run, a, b): results of a kernel, or gradients of it. `turned`: the kernel from its end.
   folded: what `folded_normalisation` gives for results, or NULL. */
static void depthwise_rows(const Windows *w, const Number *image, Rows rows, int turned, int kind, const Number *a, Number *b,
                           const Number *folded, int rectifies, Number most) {
    int64_t channels = w->channels, taps = w->taps_down * w->taps_across;
    for (int64_t row = rows.from; row < rows.to; row++) {
        Inside down = INSIDE_DOWN(w, row);
        for (int64_t column = 0, windows; column < w->columns; column += windows) {
            Inside across = INSIDE_ACROSS(w, column);
            windows = alike(w, column, across);
            int64_t tap = down.first * w->taps_across + across.first, turn = turned ? -1 : 1;
            Row run = {.row = w->dilation_down * w->width * channels, .step = w->dilation_across * channels,
                       .window = w->stride_across * channels, .tap_row = turn * w->taps_across * channels, .tap_step = turn * channels,
                       .down = down.end - down.first, .across = across.end - across.first, .windows = windows, .channels = channels,
                       .rectifies = rectifies, .most = most};
            int is_empty = run.down <= 0 || run.across <= 0;
            if (is_empty) run.down = run.across = 0;
            int64_t at = is_empty ? 0 : met(w, down, across, down.first, across.first);
            /* Gradients of more elements than there are sums for are added up row by row, then element by element. */
            int64_t rows_at_once = kind == GRADIENT && run.down > MOST_DOWN ? 1 : run.down;
            int64_t taps_at_once = kind == GRADIENT && run.across > MOST_ACROSS ? 1 : run.across;
            for (int64_t j = 0; j < channels; j += LANES)
                for (int64_t first = 0; first < run.down || (first == 0 && kind == RESULTS); first += rows_at_once + is_empty)
                    for (int64_t second = 0; second < run.across || (second == 0 && kind == RESULTS); second += taps_at_once + is_empty) {
                        Row part = run;
                        int64_t number = tap + first * w->taps_across + second;
                        part.x = image + at + first * run.row + second * run.step + j;
                        part.tap = (turned ? taps - 1 - number : number) * channels + j;
                        part.y = (row * w->columns + column) * channels + j;
                        part.down = rows_at_once, part.across = taps_at_once, part.left = channels - j;
                        if (folded) part.before = folded + j, part.scale = folded + channels + j, part.shift = folded + 2 * channels + j;
                        function_of(&part, kind)(&part, a, b);
                    }
        }
    }
}

/* y = x * kernel, channel by channel; units are images, or rows of results where size[0] = 1; arrays x, kernel, windows, y. */
OPERATION(depthwise) {
    const Windows *w = instruction->array[2];
    int64_t of_x = w->height * w->width * w->channels, of_y = w->rows * w->columns * w->channels;
    for (int64_t n = first; n < first + count; n++) {
        Rows rows = rows_of_unit(n, w->rows, SIZE(0));
        depthwise_rows(w, NUMBERS(0) + rows.image * of_x, rows, 0, RESULTS, NUMBERS(1), NUMBERS(3) + rows.image * of_y, NULL, 0, 0);
    }
    return 0;
}

/* The same, then normalised, and rectified where number[0] = 1, to number[1] at most unless that is 0; arrays x, kernel, windows, what `folded_normalisation` gives, y. */
OPERATION(depthwise_normalised) {
    const Windows *w = instruction->array[2];
    int64_t of_x = w->height * w->width * w->channels, of_y = w->rows * w->columns * w->channels;
    for (int64_t n = first; n < first + count; n++) {
        Rows rows = rows_of_unit(n, w->rows, SIZE(0));
        const Number *x = NUMBERS(0) + rows.image * of_x;
        depthwise_rows(w, x, rows, 0, RESULTS, NUMBERS(1), NUMBERS(4) + rows.image * of_y, NUMBERS(3), CONSTANT(0) != 0, CONSTANT(1));
    }
    return 0;
}

/* The elements of windows that meet a pixel along an axis: the first one, how many there are, a stride from each other, and the window that
   the first one belongs to; each next one belongs to the window before. `all`: there is a window for each. */
typedef struct {
    int64_t tap, count, window;
    int all;
} Meeting;

ALWAYS Meeting meeting_of(int64_t pixel, int64_t stride, int64_t before, int64_t taps, int64_t windows) {
    int64_t at = pixel + before, tap = at % stride, window = at / stride;
    if (at < 0 || tap >= taps) return (Meeting){0};
    int64_t count = parts_of(taps - tap, stride), late = window < windows ? 0 : window - windows + 1, most = least(count, window + 1);
    return (Meeting){tap + late * stride, most > late ? most - late : 0, window - late, !late && count == most};
}

/* Gradients of an image whose windows lie more than a pixel apart, elements of windows side by side: pixels that lie a stride apart meet the
   same elements. */
static void gather_gradient(const Windows *w, const Number *dy, Rows rows, const Number *kernel, Number *dx) {
    int64_t channels = w->channels, stride = w->stride_across;
    for (int64_t row = rows.from; row < rows.to; row++) {
        Meeting down = meeting_of(row, w->stride_down, w->before_down, w->taps_down, w->rows);
        for (int64_t begin = 0; begin < stride; begin++)
            for (int64_t column = begin, pixels; column < w->width; column += pixels * stride) {
                Meeting across = meeting_of(column, stride, w->before_across, w->taps_across, w->columns);
                pixels = across.all ? least((w->width - 1 - column) / stride + 1, w->columns - across.window) : 1;
                int meets = down.count && across.count;
                Row run = {.row = -w->columns * channels, .step = -channels, .window = channels,
                           .tap_row = w->stride_down * w->taps_across * channels, .tap_step = stride * channels,
                           .down = meets ? down.count : 0, .across = meets ? across.count : 0, .windows = pixels, .channels = stride * channels};
                for (int64_t j = 0; j < channels; j += LANES) {
                    Row part = run;
                    part.x = dy + (meets ? (down.window * w->columns + across.window) * channels : 0) + j;
                    part.tap = (down.tap * w->taps_across + across.tap) * channels + j;
                    part.y = (row * w->width + column) * channels + j;
                    part.left = channels - j;
                    function_of(&part, RESULTS)(&part, kernel, dx);
                }
            }
    }
}

/* The same where elements of windows lie apart too: each window's dy is spread over its pixels. */
static void spread_gradient(const Windows *w, const Number *dy, const Number *kernel, Number *dx) {
    int64_t channels = w->channels;
    memset(dx, 0, w->height * w->width * channels * sizeof(Number));
    for (int64_t row = 0; row < w->rows; row++)
        for (int64_t column = 0; column < w->columns; column++, dy += channels) {
            Inside down = INSIDE_DOWN(w, row), across = INSIDE_ACROSS(w, column);
            for (int64_t j = 0; j < channels; j += LANES) {
                Vector slope = load_some(dy + j, channels - j, 0);
                EACH_TAP(w, down, across, a, b) {
                    Number *to = dx + met(w, down, across, a, b) + j;
                    Vector tap = load_some(kernel + (a * w->taps_across + b) * channels + j, channels - j, 0);
                    store_some(to, channels - j, load_some(to, channels - j, 0) + slope * tap);
                }
            }
        }
}

/* dx = the sums over the windows that hold a pixel, which are windows over dy where those over x lie side by side; units are images, or rows
   of them where size[0] = 1 and not both strides and dilations are above 1; arrays dy, kernel, windows, dx. */
OPERATION(depthwise_input_gradient) {
    const Windows *w = instruction->array[2];
    int64_t of_x = w->height * w->width * w->channels, of_y = w->rows * w->columns * w->channels;
    Windows over = *w;
    over.height = w->rows, over.width = w->columns, over.rows = w->height, over.columns = w->width;
    over.before_down = (w->taps_down - 1) * w->dilation_down - w->before_down;
    over.before_across = (w->taps_across - 1) * w->dilation_across - w->before_across;
    for (int64_t n = first; n < first + count; n++) {
        Rows rows = rows_of_unit(n, w->height, SIZE(0));
        const Number *dy = NUMBERS(0) + rows.image * of_y;
        Number *dx = NUMBERS(3) + rows.image * of_x;
        if (w->stride_down == 1 && w->stride_across == 1) depthwise_rows(&over, dy, rows, 1, RESULTS, NUMBERS(1), dx, NULL, 0, 0);
        else if (w->dilation_down == 1 && w->dilation_across == 1) gather_gradient(w, dy, rows, NUMBERS(1), dx);
        else spread_gradient(w, dy, NUMBERS(1), dx);
    }
    return 0;
}

/* The sums of x * dy over the samples of a group of size[0]; units are samples, and a group's are done by one thread in their order;
   arrays x, dy, windows, sums. */
OPERATION(depthwise_gradient_sums) {
    const Windows *w = instruction->array[2];
    int64_t group = w->taps_down * w->taps_across * w->channels;
    int64_t of_x = w->height * w->width * w->channels, of_y = w->rows * w->columns * w->channels;
    Number *sums = NUMBERS(3) + first / SIZE(0) * group;
    if (first % SIZE(0) == 0) memset(sums, 0, group * sizeof(Number));
    for (int64_t n = first; n < first + count; n++)
        depthwise_rows(w, NUMBERS(0) + n * of_x, rows_of_unit(n, w->rows, 0), 0, GRADIENT, NUMBERS(1) + n * of_y, sums, NULL, 0, 0);
    return 0;
}
