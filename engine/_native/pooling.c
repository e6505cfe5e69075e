/* Pooling over windows of images (length x height x width x channels); what lies outside of the image does not count. Units are images, or
   rows of windows where size[0] = 1; gradients by rows are of pictures (one plane) whose rows of windows do not overlap. */
#include "vectors.h"

typedef struct {
    int64_t length, height, width, channels;
    int64_t planes, rows, columns;                        /* windows along the axes */
    int64_t size_deep, size_down, size_across;            /* of a window */
    int64_t stride_deep, stride_down, stride_across;      /* from window to window */
    int64_t before_deep, before_down, before_across;      /* how far the first window begins before the image */
} Pooling;

/* What of an axis a window holds: first ... end - 1. */
typedef struct {
    int64_t first, end;
} Span;

/* A window, its part of its image, and where that image begins. */
typedef struct {
    int64_t plane, row, column, image;
    Span deep, down, across;
} Window;

ALWAYS Span span_of(int64_t window, int64_t stride, int64_t before, int64_t size, int64_t length) {
    int64_t first = window * stride - before, end = first + size;
    return (Span){first < 0 ? 0 : first, end > length ? length : end};
}
ALWAYS int64_t length_of(Span span) { return span.end - span.first; }

ALWAYS int64_t windows_of_pooling(const Pooling *p) { return p->planes * p->rows * p->columns; }
ALWAYS int64_t pooled_image(const Pooling *p) { return p->length * p->height * p->width * p->channels; }

ALWAYS void set_spans(const Pooling *p, Window *w) {
    w->deep = span_of(w->plane, p->stride_deep, p->before_deep, p->size_deep, p->length);
    w->down = span_of(w->row, p->stride_down, p->before_down, p->size_down, p->height);
    w->across = span_of(w->column, p->stride_across, p->before_across, p->size_across, p->width);
}

ALWAYS Window window_number(const Pooling *p, int64_t n) {
    Window w = {.plane = n / (p->columns * p->rows) % p->planes, .row = n / p->columns % p->rows, .column = n % p->columns};
    w.image = n / windows_of_pooling(p) * pooled_image(p);
    set_spans(p, &w);
    return w;
}

/* The one behind it, mostly without a division. */
ALWAYS void to_next_window(const Pooling *p, Window *w) {
    if (++w->column < p->columns) {
        w->across = span_of(w->column, p->stride_across, p->before_across, p->size_across, p->width);
        return;
    }
    w->column = 0;
    if (++w->row == p->rows) {
        w->row = 0;
        if (++w->plane == p->planes) w->plane = 0, w->image += pooled_image(p);
    }
    set_spans(p, w);
}

#define WINDOWS_OF_UNIT(p) (SIZE(0) ? (p)->columns : windows_of_pooling(p))
/* Windows n of the units, with their parts w. */
#define EACH_WINDOW(p, n, w)                                                                                           \
    for (int64_t n = first * WINDOWS_OF_UNIT(p), end_ = (first + count) * WINDOWS_OF_UNIT(p), once_ = 1; once_; once_ = 0) \
        for (Window w = window_number(p, n); n < end_; n++, to_next_window(p, &w))
#define EACH_PIXEL(p, w, at)                                                                                           \
    for (int64_t l = w.deep.first; l < w.deep.end; l++)                                                                \
        for (int64_t r = w.down.first; r < w.down.end; r++)                                                            \
            for (int64_t at = w.image + ((l * p->height + r) * p->width + w.across.first) * channels,                  \
                         end_of_row = at + length_of(w.across) * channels; at < end_of_row; at += channels)

/* Zeros where the gradients of units are added up. A row of windows has the rows of pixels up to the next one's. */
static void clear_gradient(const Pooling *p, int by_rows, int64_t first, int64_t count, Number *dx) {
    int64_t image = pooled_image(p), row = p->width * p->channels;
    if (!by_rows) memset(dx + first * image, 0, count * image * sizeof(Number));
    for (int64_t n = first; by_rows && n < first + count; n++) {
        int64_t r = n % p->rows, begin = r * p->stride_down - p->before_down, end = begin + p->stride_down;
        if (r == 0 || begin < 0) begin = 0;
        if (r == p->rows - 1 || end > p->height) end = p->height;
        if (begin < end) memset(dx + n / p->rows * image + begin * row, 0, (end - begin) * row * sizeof(Number));
    }
}

/* Whether each pixel lies in just one window, so that its gradient is that window's. */
static int windows_tile_images(const Pooling *p) {
    return p->stride_deep == p->size_deep && p->planes * p->size_deep - p->before_deep >= p->length &&
           p->stride_down == p->size_down && p->rows * p->size_down - p->before_down >= p->height &&
           p->stride_across == p->size_across && p->columns * p->size_across - p->before_across >= p->width;
}

#define WINDOWS_AHEAD 2

/* Ask for the pixels of a window to come, whose rows lie too far apart for the processor to guess. */
ALWAYS void ask_for(const Pooling *p, const Window *w, const Number *x) {
    int64_t first = w->across.first + WINDOWS_AHEAD * p->stride_across, line = p->width * p->channels;
    const Number *row = x + w->image + (w->deep.first * p->height + w->down.first) * line + first * p->channels;
    for (int64_t r = w->down.first; r < w->down.end; r++, row += line)
        for (int64_t c = 0; c < p->stride_across * p->channels; c += NUMBERS_OF_A_LINE) __builtin_prefetch(row + c);
}

/* y = the largest element of each window; arrays x, pooling, y. */
OPERATION(max_pool) {
    const Pooling *p = instruction->array[1];
    int64_t channels = p->channels;
    EACH_WINDOW(p, n, w)
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector most = all(-INFINITE);
            EACH_PIXEL(p, w, at) most = larger(most, load_some(NUMBERS(0) + at + j, channels - j, 0));
            store_some(NUMBERS(2) + n * channels + j, channels - j, most);
        }
    return 0;
}

/* dx = dy at the first largest element of each window, where number[0] = 1 only of one above 0: then dx is the gradient of what was
   rectified to x. Arrays dy, x, y, pooling, dx. */
OPERATION(max_pool_gradient) {
    const Pooling *p = instruction->array[3];
    int64_t channels = p->channels;
    int adds = !windows_tile_images(p), rectified = CONSTANT(0) != 0;
    if (adds) clear_gradient(p, SIZE(0) != 0, first, count, NUMBERS(4));
    EACH_WINDOW(p, n, w) {
        ask_for(p, &w, NUMBERS(1));
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector rest = load_some(NUMBERS(0) + n * channels + j, channels - j, 0);
            Vector most = load_some(NUMBERS(2) + n * channels + j, channels - j, 0);
            if (rectified) rest *= choose(most > 0.0f, all(1), all(0));
            EACH_PIXEL(p, w, at) {
                Number *to = NUMBERS(4) + at + j;
                Vector x = load_some(NUMBERS(1) + at + j, channels - j, 0);
                Vector passed = rest * choose(x == most, all(1), all(0));
                store_some(to, channels - j, adds ? load_some(to, channels - j, 0) + passed : passed);
                rest -= passed;
            }
        }
    }
    return 0;
}

ALWAYS Vector share_of(Window w) { return all(1.0f / (Number)(length_of(w.deep) * length_of(w.down) * length_of(w.across))); }

/* y = the mean of each window; arrays x, pooling, y. */
OPERATION(average_pool) {
    const Pooling *p = instruction->array[1];
    int64_t channels = p->channels;
    EACH_WINDOW(p, n, w)
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector sum = all(0);
            EACH_PIXEL(p, w, at) sum += load_some(NUMBERS(0) + at + j, channels - j, 0);
            store_some(NUMBERS(2) + n * channels + j, channels - j, sum * share_of(w));
        }
    return 0;
}

/* dx = the sums over the windows that hold a pixel of dy / pixels of the window; arrays dy, pooling, dx. */
OPERATION(average_pool_gradient) {
    const Pooling *p = instruction->array[1];
    int64_t channels = p->channels;
    int adds = !windows_tile_images(p);
    if (adds) clear_gradient(p, SIZE(0) != 0, first, count, NUMBERS(2));
    EACH_WINDOW(p, n, w)
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector each = load_some(NUMBERS(0) + n * channels + j, channels - j, 0) * share_of(w);
            EACH_PIXEL(p, w, at) {
                Number *to = NUMBERS(2) + at + j;
                store_some(to, channels - j, adds ? load_some(to, channels - j, 0) + each : each);
            }
        }
    return 0;
}
