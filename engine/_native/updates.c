/* The formulas of the optimizers (engine/optimizers), element by element; units are weights.

   Arrays: weights, gradients, up to three slots, then the numbers that `Optimizer.numbers` gives for the step, as float64 in its order.
   number[0] = 1 sets slots to 0 that are too small to matter, as engine/_training/updater.py does every few steps. Gradients are
   multiplied by number[1], then kept within number[2] and its negative. */
#include "vectors.h"

#define FLOOR 1e-25f

ALWAYS Vector floored(Vector x) { return choose(size_of(x) < FLOOR, all(0), x); }

#define FORMULA(name, slots, body)                                                                                     \
    static int name(const Instruction *instruction, int64_t first, int64_t count) {                                    \
        const double *numbers = instruction->array[2 + slots];                                                         \
        float *weights = instruction->array[0], *slot[] = {instruction->array[2], instruction->array[3], instruction->array[4]}; \
        const float *gradients = instruction->array[1], limit = instruction->number[2];                                \
        for (int64_t i = first, end = first + count; i < end; i += LANES) {                                            \
            int64_t left = end - i;                                                                                    \
            Vector w = load_some(weights + i, left, 0), s[3];                                                          \
            Vector g = limited(load_some(gradients + i, left, 0) * instruction->number[1], -limit, limit);             \
            for (int k = 0; k < slots; k++) s[k] = load_some(slot[k] + i, left, 0);                                    \
            body;                                                                                                      \
            store_some(weights + i, left, w);                                                                          \
            for (int k = 0; k < slots; k++)                                                                            \
                store_some(slot[k] + i, left, instruction->number[0] != 0 ? floored(s[k]) : s[k]);                     \
        }                                                                                                              \
        return 0;                                                                                                      \
    }
#define NUMBER(n) ((float)numbers[n])

/* The sum of the squares of each chunk of size[0] numbers; units are numbers; arrays x, y (float64, one for each chunk). */
static int sums_of_squares(const Instruction *instruction, int64_t first, int64_t count) {
    const float *x = (const float *)instruction->array[0] + first;
    double *y = instruction->array[1], sum = 0;
    for (int64_t block = 0; block < count; block += 256) {
        Vector squares = all(0);
        for (int64_t i = block; i < block + 256 && i < count; i += LANES) {
            Vector part = load_some(x + i, count - i, 0);
            squares += part * part;
        }
        sum += sum_of_lanes(squares);
    }
    y[first / instruction->size[0]] = sum;
    return 0;
}

/* numbers: rate, momentum */
FORMULA(descend, 1, {
    s[0] = g * -NUMBER(0);
    w += s[0];
})
FORMULA(descend_with_momentum, 1, {
    s[0] = s[0] * NUMBER(1) - g * NUMBER(0);
    w += s[0];
})
FORMULA(descend_ahead, 1, {
    Vector step = g * NUMBER(0);
    s[0] = s[0] * NUMBER(1) - step;
    w = w - step + s[0] * NUMBER(1);
})
/* rate, rho, 1 - rho, epsilon */
FORMULA(rmsprop, 1, {
    s[0] = s[0] * NUMBER(1) + g * g * NUMBER(2);
    w -= g / (root(s[0]) + NUMBER(3)) * NUMBER(0);
})
/* rate, epsilon */
FORMULA(adagrad, 1, {
    s[0] += g * g;
    w -= g / (root(s[0]) + NUMBER(1)) * NUMBER(0);
})
/* rate, rho, 1 - rho, epsilon */
FORMULA(adadelta, 2, {
    s[0] = s[0] * NUMBER(1) + g * g * NUMBER(2);
    Vector step = root(s[1] + NUMBER(3)) * g / root(s[0] + NUMBER(3));
    w -= step * NUMBER(0);
    s[1] = s[1] * NUMBER(1) + step * step * NUMBER(2);
})
/* rate, beta 1, 1 - beta 1, beta 2, 1 - beta 2, epsilon */
FORMULA(adam, 2, {
    s[0] = s[0] * NUMBER(1) + g * NUMBER(2);
    s[1] = s[1] * NUMBER(3) + g * g * NUMBER(4);
    w -= s[0] * NUMBER(0) / (root(s[1]) + NUMBER(5));
})
FORMULA(amsgrad, 3, {
    s[0] = s[0] * NUMBER(1) + g * NUMBER(2);
    s[1] = s[1] * NUMBER(3) + g * g * NUMBER(4);
    s[2] = larger(s[2], s[1]);
    w -= s[0] * NUMBER(0) / (root(s[2]) + NUMBER(5));
})
/* rate, beta 1, 1 - beta 1, beta 2, epsilon */
FORMULA(adamax, 2, {
    s[0] = s[0] * NUMBER(1) + g * NUMBER(2);
    s[1] = larger(s[1] * NUMBER(3), size_of(g));
    w -= s[0] * NUMBER(0) / (s[1] + NUMBER(4));
})
/* beta 1, 1 - beta 1, beta 2, 1 - beta 2, factors of g, m and v, epsilon */
FORMULA(nadam, 2, {
    s[0] = s[0] * NUMBER(0) + g * NUMBER(1);
    s[1] = s[1] * NUMBER(2) + g * g * NUMBER(3);
    w -= (g * NUMBER(4) + s[0] * NUMBER(5)) / (root(s[1] * NUMBER(6)) + NUMBER(7));
})
