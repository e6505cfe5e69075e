/* Pooling over windows of images (height x width x channels); what lies outside of the image does not count. Units are images. */
#include "vectors.h"

typedef struct {
    int64_t height, width, channels;
    int64_t rows, columns;                    /* windows along both axes */
    int64_t size_down, size_across;           /* of a window */
    int64_t stride_down, stride_across;       /* from window to window */
    int64_t before_down, before_across;       /* how far the first window begins before the image */
} Pooling;

/* A window's part of the image: rows top ... bottom - 1, columns left ... right - 1. */
typedef struct {
    int64_t top, bottom, left, right;
} Part;

ALWAYS Part part_of_window(const Pooling *p, int64_t row, int64_t column) {
    int64_t top = row * p->stride_down - p->before_down, left = column * p->stride_across - p->before_across;
    int64_t bottom = top + p->size_down, right = left + p->size_across;
    return (Part){top < 0 ? 0 : top, bottom > p->height ? p->height : bottom, left < 0 ? 0 : left, right > p->width ? p->width : right};
}

#define EACH_WINDOW(p, window)                                                                                         \
    for (int64_t window = first * p->rows * p->columns, end_ = (first + count) * p->rows * p->columns; window < end_; window++)
#define EACH_PIXEL(part, r, c)                                                                                         \
    for (int64_t r = part.top; r < part.bottom; r++)                                                                   \
        for (int64_t c = part.left; c < part.right; c++)

ALWAYS Part part_of_result(const Pooling *p, int64_t window) {
    int64_t n = window % (p->rows * p->columns);
    return part_of_window(p, n / p->columns, n % p->columns);
}

ALWAYS int64_t image_of_result(const Pooling *p, int64_t window) {
    return window / (p->rows * p->columns) * p->height * p->width * p->channels;
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
            EACH_PIXEL(part, r, c) most = larger(most, load_some(x + (r * p->width + c) * channels + j, channels - j, 0));
            store_some(FLOATS(2) + window * channels + j, channels - j, most);
        }
    }
    return 0;
}

/* dx = dy at the first largest element of each window; arrays dy, x, y, pooling, dx. */
OPERATION(max_pool_gradient) {
    const Pooling *p = instruction->array[3];
    int64_t channels = p->channels, image = p->height * p->width * channels;
    memset(FLOATS(4) + first * image, 0, count * image * sizeof(float));
    EACH_WINDOW(p, window) {
        int64_t begin = image_of_result(p, window);
        Part part = part_of_result(p, window);
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector rest = load_some(FLOATS(0) + window * channels + j, channels - j, 0);
            Vector most = load_some(FLOATS(2) + window * channels + j, channels - j, 0);
            EACH_PIXEL(part, r, c) {
                int64_t at = begin + (r * p->width + c) * channels + j;
                Vector passed = rest * choose(load_some(FLOATS(1) + at, channels - j, 0) == most, all(1), all(0));
                store_some(FLOATS(4) + at, channels - j, load_some(FLOATS(4) + at, channels - j, 0) + passed);
                rest -= passed;
            }
        }
    }
    return 0;
}

ALWAYS Vector share_of_part(Part part) { return all(1.0f / (float)((part.bottom - part.top) * (part.right - part.left))); }

/* y = the mean of each window; arrays x, pooling, y. */
OPERATION(average_pool) {
    const Pooling *p = instruction->array[1];
    int64_t channels = p->channels;
    EACH_WINDOW(p, window) {
        const float *x = FLOATS(0) + image_of_result(p, window);
        Part part = part_of_result(p, window);
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector sum = all(0);
            EACH_PIXEL(part, r, c) sum += load_some(x + (r * p->width + c) * channels + j, channels - j, 0);
            store_some(FLOATS(2) + window * channels + j, channels - j, sum * share_of_part(part));
        }
    }
    return 0;
}

/* dx = the sums over the windows that hold a pixel of dy / pixels of the window; arrays dy, pooling, dx. */
OPERATION(average_pool_gradient) {
    const Pooling *p = instruction->array[1];
    int64_t channels = p->channels, image = p->height * p->width * channels;
    memset(FLOATS(2) + first * image, 0, count * image * sizeof(float));
    EACH_WINDOW(p, window) {
        int64_t begin = image_of_result(p, window);
        Part part = part_of_result(p, window);
        for (int64_t j = 0; j < channels; j += LANES) {
            Vector each = load_some(FLOATS(0) + window * channels + j, channels - j, 0) * share_of_part(part);
            EACH_PIXEL(part, r, c) {
                float *to = FLOATS(2) + begin + (r * p->width + c) * channels + j;
                store_some(to, channels - j, load_some(to, channels - j, 0) + each);
            }
        }
    }
    return 0;
}
