/* Batch normalisation of rows of channels. What needs the whole batch is computed of records, one for each group of samples: a group's
   samples are done by one thread in their order, so that results do not depend on the number of threads.

   Each record is centred on a mean of its own (Chan, Golub and LeVeque, 1979): the difference of the mean of squares and the square of
   the mean would lose all digits where the mean is large.

   size = rows of a sample, channels, samples of a group, unless said otherwise. */
#include "vectors.h"

/* Four chains of sums, or each addition would wait for the one before. `value` is that of row r, column j. */
#define SUM_OF_ROWS(total, rows, value)                                                                                \
    do {                                                                                                               \
        Vector chain_[4] = {all(0), all(0), all(0), all(0)};                                                           \
        int64_t r = 0;                                                                                                 \
        for (; r + 4 <= (rows);)                                                                                        \
            for (int k_ = 0; k_ < 4; k_++, r++) chain_[k_] += value;                                                   \
        for (; r < (rows); r++) chain_[0] += value;                                                                    \
        total = (chain_[0] + chain_[1]) + (chain_[2] + chain_[3]);                                                     \
    } while (0)

/* Mean and squares around it of each channel of the samples of a group, put together with those of the group's samples before;
   arrays x, records. */
OPERATION(batch_moments) {
    int64_t channels = SIZE(1), rows = count * SIZE(0), before = first % SIZE(2) * SIZE(0);
    Number *means = NUMBERS(1) + first / SIZE(2) * 2 * channels, *squares = means + channels;
    Number of_new = (Number)rows / (Number)(before + rows);
    for (int64_t j = 0; j < channels; j += LANES) {
        const Number *x = NUMBERS(0) + first * SIZE(0) * channels + j;
        int64_t left = channels - j;
        Vector mean, square, origin = load_some(x, left, 0); /* sums of differences from it stay small where the mean is large */
        SUM_OF_ROWS(mean, rows, load_some(x + r * channels, left, 0) - origin);
        mean = origin + mean / (Number)rows;
#define CENTRED(v) (((v) - mean) * ((v) - mean))
        SUM_OF_ROWS(square, rows, CENTRED(load_some(x + r * channels, left, 0)));
        if (before) {
            Vector earlier = load_some(means + j, left, 0), apart = mean - earlier;
            mean = earlier + apart * of_new;
            square += load_some(squares + j, left, 0) + apart * apart * ((Number)before * of_new);
        }
        store_some(means + j, left, mean);
        store_some(squares + j, left, square);
    }
    return 0;
}

/* Mean and 1 / sqrt(variance + number[0]) of all groups; size = groups, channels, rows of a group, rows of all; one unit;
   arrays records, mean, inverse, then mean and variance once more as results of the op. */
OPERATION(batch_moments_of_groups) {
    int64_t channels = SIZE(1);
    (void)first, (void)count;
    for (int64_t c = 0; c < channels; c++) {
        double mean = 0, square = 0;
        for (int64_t g = 0; g < SIZE(0); g++) {
            double rows = (double)(g < SIZE(0) - 1 ? SIZE(2) : SIZE(3) - g * SIZE(2));
            mean += rows * NUMBERS(0)[2 * g * channels + c];
        }
        mean /= (double)SIZE(3);
        for (int64_t g = 0; g < SIZE(0); g++) {
            double rows = (double)(g < SIZE(0) - 1 ? SIZE(2) : SIZE(3) - g * SIZE(2)), apart = NUMBERS(0)[2 * g * channels + c] - mean;
            square += NUMBERS(0)[(2 * g + 1) * channels + c] + rows * apart * apart;
        }
        Number variance = (Number)(square / (double)SIZE(3));
        NUMBERS(1)[c] = NUMBERS(3)[c] = (Number)mean;
        NUMBERS(2)[c] = 1.0f / square_root(variance + CONSTANT(0));
        NUMBERS(4)[c] = variance;
    }
    return 0;
}

/* inverse = 1 / sqrt(variance + number[0]); size = channels; one unit; arrays variance, inverse. */
OPERATION(inverse_deviation) {
    (void)first, (void)count;
    for (int64_t c = 0; c < SIZE(0); c++) NUMBERS(1)[c] = 1.0f / square_root(NUMBERS(0)[c] + CONSTANT(0));
    return 0;
}

/* What a convolution without its bias becomes when it is normalised, as three rows: bias - mean, which is added first, then
   gamma / sqrt(variance + number[0]), which that is multiplied by, then beta. size = channels; one unit; arrays mean, variance, gamma,
   beta, bias (NULL: ones, zeros, zeros), y. */
OPERATION(folded_normalisation) {
    int64_t channels = SIZE(0);
    Number *y = NUMBERS(5);
    (void)first, (void)count;
    for (int64_t c = 0; c < channels; c++) {
        y[c] = (NUMBERS(4) ? NUMBERS(4)[c] : 0) - NUMBERS(0)[c];
        y[channels + c] = (NUMBERS(2) ? NUMBERS(2)[c] : 1) * (1.0f / square_root(NUMBERS(1)[c] + CONSTANT(0)));
        y[2 * channels + c] = NUMBERS(3) ? NUMBERS(3)[c] : 0;
    }
    return 0;
}

/* y = (x - mean) * inverse * gamma + beta, rectified where number[0] = 1; arrays x, mean, inverse, gamma, beta (NULL: ones, zeros), y. */
OPERATION(normalise) {
    int64_t channels = SIZE(1), rows = count * SIZE(0), begin = first * SIZE(0) * channels;
    for (int64_t j = 0; j < channels; j += LANES) {
        int64_t left = channels - j;
        Vector mean = load_some(NUMBERS(1) + j, left, 0), scale = load_some(NUMBERS(2) + j, left, 0);
        if (NUMBERS(3)) scale *= load_some(NUMBERS(3) + j, left, 0);
        Vector shift = NUMBERS(4) ? load_some(NUMBERS(4) + j, left, 0) : all(0);
        const Number *x = NUMBERS(0) + begin + j;
        Number *y = NUMBERS(5) + begin + j;
        for (int64_t r = 0; r < rows; r++) {
            Vector v = (load_some(x + r * channels, left, 0) - mean) * scale + shift;
            store_some(y + r * channels, left, CONSTANT(0) != 0 ? larger(v, all(0)) : v);
        }
    }
    return 0;
}

/* Sums over the rows of a group of dy and of dy * (x - mean), for each channel; arrays dy, x, mean, records. */
OPERATION(normalise_gradient_sums) {
    int64_t channels = SIZE(1), rows = count * SIZE(0), begin = first * SIZE(0) * channels;
    Number *sums = NUMBERS(3) + first / SIZE(2) * 2 * channels;
    int continues = first % SIZE(2) != 0;
    for (int64_t j = 0; j < channels; j += LANES) {
        int64_t left = channels - j;
        const Number *dy = NUMBERS(0) + begin + j, *x = NUMBERS(1) + begin + j;
        Vector mean = load_some(NUMBERS(2) + j, left, 0), sum, product;
        SUM_OF_ROWS(sum, rows, load_some(dy + r * channels, left, 0));
        SUM_OF_ROWS(product, rows, load_some(dy + r * channels, left, 0) * (load_some(x + r * channels, left, 0) - mean));
        if (continues) {
            sum += load_some(sums + j, left, 0);
            product += load_some(sums + channels + j, left, 0);
        }
        store_some(sums + j, left, sum);
        store_some(sums + channels + j, left, product);
    }
    return 0;
}

/* The gradients of gamma and beta, and what the input's is made of: factors of dy and of x - mean, and what is added; size = groups,
   channels, rows of all; one unit; arrays records, gamma (NULL: ones), inverse, dgamma, dbeta (NULL: not asked for), coefficients. */
OPERATION(normalise_gradient_of_groups) {
    int64_t channels = SIZE(1);
    (void)first, (void)count;
    for (int64_t c = 0; c < channels; c++) {
        double sum = 0, product = 0;
        for (int64_t g = 0; g < SIZE(0); g++) {
            sum += NUMBERS(0)[2 * g * channels + c];
            product += NUMBERS(0)[(2 * g + 1) * channels + c];
        }
        Number inverse = NUMBERS(2)[c], scale = NUMBERS(1) ? inverse * NUMBERS(1)[c] : inverse;
        product *= inverse;
        if (NUMBERS(3)) NUMBERS(3)[c] = (Number)product;
        if (NUMBERS(4)) NUMBERS(4)[c] = (Number)sum;
        NUMBERS(5)[c] = scale;
        NUMBERS(5)[channels + c] = (Number)(-scale * inverse * product / (double)SIZE(2));
        NUMBERS(5)[2 * channels + c] = (Number)(-scale * sum / (double)SIZE(2));
    }
    return 0;
}

/* dx = a * dy + b * (x - mean) + c; arrays dy, x, mean, coefficients, dx. */
OPERATION(normalise_input_gradient) {
    int64_t channels = SIZE(1), rows = count * SIZE(0), begin = first * SIZE(0) * channels;
    for (int64_t j = 0; j < channels; j += LANES) {
        int64_t left = channels - j;
        const Number *dy = NUMBERS(0) + begin + j, *x = NUMBERS(1) + begin + j, *of = NUMBERS(3) + j;
        Number *dx = NUMBERS(4) + begin + j;
        Vector mean = load_some(NUMBERS(2) + j, left, 0), scale = load_some(of, left, 0);
        Vector slope = load_some(of + channels, left, 0), shift = load_some(of + 2 * channels, left, 0);
        for (int64_t r = 0; r < rows; r++) {
            Vector centred = load_some(x + r * channels, left, 0) - mean;
            store_some(dx + r * channels, left, load_some(dy + r * channels, left, 0) * scale + (centred * slope + shift));
        }
    }
    return 0;
}
