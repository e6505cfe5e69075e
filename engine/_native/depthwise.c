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
#define EACH_RESULT(w, row, column)                                                                                    \
    for (int64_t row = 0; row < w->rows; row++)                                                                        \
        for (int64_t column = 0; column < w->columns; column++)
#define INSIDE_DOWN(w, row) inside_of(row, w->stride_down, w->before_down, w->dilation_down, w->taps_down, w->height)
#define INSIDE_ACROSS(w, column) inside_of(column, w->stride_across, w->before_across, w->dilation_across, w->taps_across, w->width)

/* The element of the image that element (a, b) of a window meets. */
ALWAYS int64_t met(const Windows *w, Inside down, Inside across, int64_t a, int64_t b) {
    int64_t row = down.at + (a - down.first) * w->dilation_down, column = across.at + (b - across.first) * w->dilation_across;
    return (row * w->width + column) * w->channels;
}

/* y = x * kernel, channel by channel; units are images; arrays x, kernel, windows, y. */
OPERATION(depthwise) {
    const Windows *w = instruction->array[2];
    int64_t channels = w->channels;
    for (int64_t n = first; n < first + count; n++) {
        const Number *image = NUMBERS(0) + n * w->height * w->width * channels;
        Number *y = NUMBERS(3) + n * w->rows * w->columns * channels;
        EACH_RESULT(w, row, column) {
            Inside down = INSIDE_DOWN(w, row), across = INSIDE_ACROSS(w, column);
            Number *to = y + (row * w->columns + column) * channels;
            for (int64_t j = 0; j < channels; j += LANES) {
                Vector sum = all(0);
                EACH_TAP(w, down, across, a, b) {
                    Vector tap = load_some(NUMBERS(1) + (a * w->taps_across + b) * channels + j, channels - j, 0);
                    sum += load_some(image + met(w, down, across, a, b) + j, channels - j, 0) * tap;
                }
                store_some(to + j, channels - j, sum);
            }
        }
    }
    return 0;
}

/* dx = the sums over the windows that hold a pixel; units are images; arrays dy, kernel, windows, dx. */
OPERATION(depthwise_input_gradient) {
    const Windows *w = instruction->array[2];
    int64_t channels = w->channels, image = w->height * w->width * channels;
    memset(NUMBERS(3) + first * image, 0, count * image * sizeof(Number));
    for (int64_t n = first; n < first + count; n++) {
        const Number *dy = NUMBERS(0) + n * w->rows * w->columns * channels;
        EACH_RESULT(w, row, column) {
            Inside down = INSIDE_DOWN(w, row), across = INSIDE_ACROSS(w, column);
            for (int64_t j = 0; j < channels; j += LANES) {
                Vector slope = load_some(dy + (row * w->columns + column) * channels + j, channels - j, 0);
                EACH_TAP(w, down, across, a, b) {
                    Number *to = NUMBERS(3) + n * image + met(w, down, across, a, b) + j;
                    Vector tap = load_some(NUMBERS(1) + (a * w->taps_across + b) * channels + j, channels - j, 0);
                    store_some(to, channels - j, load_some(to, channels - j, 0) + slope * tap);
                }
            }
        }
    }
    return 0;
}

/* The sums of x * dy over the samples of a group of size[0]; units are samples, and a group's are done by one thread in their order;
   arrays x, dy, windows, sums. */
OPERATION(depthwise_gradient_sums) {
    const Windows *w = instruction->array[2];
    int64_t channels = w->channels, group = w->taps_down * w->taps_across * channels;
    Number *sums = NUMBERS(3) + first / SIZE(0) * group;
    if (first % SIZE(0) == 0) memset(sums, 0, group * sizeof(Number));
    for (int64_t n = first; n < first + count; n++) {
        const Number *image = NUMBERS(0) + n * w->height * w->width * channels, *dy = NUMBERS(1) + n * w->rows * w->columns * channels;
        for (int64_t j = 0; j < channels; j += LANES)
            EACH_RESULT(w, row, column) {
                Inside down = INSIDE_DOWN(w, row), across = INSIDE_ACROSS(w, column);
                Vector slope = load_some(dy + (row * w->columns + column) * channels + j, channels - j, 0);
                EACH_TAP(w, down, across, a, b) {
                    Number *to = sums + (a * w->taps_across + b) * channels + j;
                    Vector x = load_some(image + met(w, down, across, a, b) + j, channels - j, 0);
                    store_some(to, channels - j, load_some(to, channels - j, 0) + x * slope);
                }
            }
    }
    return 0;
}
