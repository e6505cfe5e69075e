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

/* A window's part of the image. */
typedef struct {
    Span deep, down, across;
} Part;

ALWAYS Span span_of(int64_t window, int64_t stride, int64_t before, int64_t size, int64_t length) {
    int64_t first = window * stride - before, end = first + size;
    return (Span){first < 0 ? 0 : first, end > length ? length : end};
}

#define WINDOWS_OF_UNIT(p) (SIZE(0) ? (p)->columns : windows_of_pooling(p))
#define EACH_WINDOW(p, window)                                                                                         \
    for (int64_t window = first * WINDOWS_OF_UNIT(p), end_ = (first + count) * WINDOWS_OF_UNIT(p); window < end_; window++)
#define EACH_PIXEL(p, part, at)                                                                                        \
    for (int64_t l = part.deep.first; l < part.deep.end; l++)                                                          \
        for (int64_t r = part.down.first; r < part.down.end; r++)                                                      \
            for (int64_t at = ((l * p->height + r) * p->width + part.across.first) * channels,                         \
                         end_of_row = at + (part.across.end - part.across.first) * channels; at < end_of_row; at += channels)

ALWAYS int64_t windows_of_pooling(const Pooling *p) { return p->planes * p->rows * p->columns; }
ALWAYS int64_t pooled_image(const Pooling *p) { return p->length * p->height * p->width * p->channels; }

ALWAYS Part part_of_result(const Pooling *p, int64_t window) {
    int64_t column = window % p->columns, row = window / p->columns % p->rows, plane = window / (p->columns * p->rows) % p->planes;
    return (Part){span_of(plane, p->stride_deep, p->before_deep, p->size_deep, p->length),
                  span_of(row, p->stride_down, p->before_down, p->size_down, p->height),
                  span_of(column, p->stride_across, p->before_across, p->size_across, p->width)};
}

ALWAYS int64_t image_of_result(const Pooling *p, int64_t window) { return window / windows_of_pooling(p) * pooled_image(p); }

/* Zeros where the gradients of units are added up. A row of windows has the rows of pixels up to the next one's. */
static void clear_gradient(const Pooling *p, int by_rows, int64_t first, int64_t count, float *dx) {
    int64_t image = pooled_image(p), row = p->width * p->channels;
    if (!by_rows) memset(dx + first * image, 0, count * image * sizeof(float));
    for (int64_t n = first; by_rows && n < first + count; n++) {
        int64_t r = n % p->rows, begin = r * p->stride_down - p->before_down, end = begin + p->stride_down;
        if (r == 0 || begin < 0) begin = 0;
        if (r == p->rows - 1 || end > p->height) end = p->height;
        if (begin < end) memset(dx + n / p->rows * image + begin * row, 0, (end - begin) * row * sizeof(float));
    }
}

/* y = the largest element of each window; arrays x, pooling, y. */
OPERATION(max_pool) {
    const Pooling *p = instruction->array[1];
    int64_t channels = p->channels;
    EACH_WINDOW(p, window) {
        const float *x = FLOATS(0) + image_of_result(p, window);
        Part part = part_of_result(p, window);
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector most = all(-__builtin_inff());
            EACH_PIXEL(p, part, at) most = larger(most, load_some(x + at + j, channels - j, 0));
            store_some(FLOATS(2) + window * channels + j, channels - j, most);
        }
    }
    return 0;
}

/* dx = dy at the first largest element of each window; arrays dy, x, y, pooling, dx. */
OPERATION(max_pool_gradient) {
    const Pooling *p = instruction->array[3];
    int64_t channels = p->channels;
    clear_gradient(p, SIZE(0) != 0, first, count, FLOATS(4));
    EACH_WINDOW(p, window) {
        int64_t begin = image_of_result(p, window);
        Part part = part_of_result(p, window);
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector rest = load_some(FLOATS(0) + window * channels + j, channels - j, 0);
            Vector most = load_some(FLOATS(2) + window * channels + j, channels - j, 0);
            EACH_PIXEL(p, part, at) {
                float *to = FLOATS(4) + begin + at + j;
                Vector x = load_some(FLOATS(1) + begin + at + j, channels - j, 0);
                Vector passed = rest * choose(x == most, all(1), all(0));
                store_some(to, channels - j, load_some(to, channels - j, 0) + passed);
                rest -= passed;
            }
        }
    }
    return 0;
}

ALWAYS int64_t length_of(Span span) { return span.end - span.first; }
ALWAYS Vector share_of_part(Part part) {
    return all(1.0f / (float)(length_of(part.deep) * length_of(part.down) * length_of(part.across)));
}

/* y = the mean of each window; arrays x, pooling, y. */
OPERATION(average_pool) {
    const Pooling *p = instruction->array[1];
    int64_t channels = p->channels;
    EACH_WINDOW(p, window) {
        const float *x = FLOATS(0) + image_of_result(p, window);
        Part part = part_of_result(p, window);
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector sum = all(0);
            EACH_PIXEL(p, part, at) sum += load_some(x + at + j, channels - j, 0);
            store_some(FLOATS(2) + window * channels + j, channels - j, sum * share_of_part(part));
        }
    }
    return 0;
}

/* dx = the sums over the windows that hold a pixel of dy / pixels of the window; arrays dy, pooling, dx. */
OPERATION(average_pool_gradient) {
    const Pooling *p = instruction->array[1];
    int64_t channels = p->channels;
    clear_gradient(p, SIZE(0) != 0, first, count, FLOATS(2));
    EACH_WINDOW(p, window) {
        int64_t begin = image_of_result(p, window);
        Part part = part_of_result(p, window);
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector each = load_some(FLOATS(0) + window * channels + j, channels - j, 0) * share_of_part(part);
            EACH_PIXEL(p, part, at) {
                float *to = FLOATS(2) + begin + at + j;
                store_some(to, channels - j, load_some(to, channels - j, 0) + each);
            }
        }
    }
    return 0;
}
