/* The formulas of the optimizers (engine/optimizers), element by element; a unit is size[1] weights.

   Arrays: weights, gradients (NULL: those that the instruction before has left for this chunk), up to three slots, then float64 numbers: 1 where slots are set to 0 that are too small to matter, as
   engine/_training/updater.py does every few steps; what gradients are multiplied by; the limit that they, and its negative, are kept
   within; then those that `Optimizer.numbers` gives for the step, in its order. */
#include "vectors.h"

#define FLOOR (Number)1e-25

ALWAYS Vector floored(Vector x) { return choose(size_of(x) < FLOOR, all(0), x); }

typedef struct {
    Number *weights, *slot[3];
    const Number *gradients; /* of the first of the weights */
    const double *numbers;
    int64_t begin, end;
} Update;

ALWAYS Update update_of(const Instruction *instruction, int64_t first, int64_t count, int slots) {
    int64_t begin = first * instruction->size[1], end = (first + count) * instruction->size[1];
    void *const *array = instruction->array;
    return (Update){array[0], {array[2], array[3], array[4]}, array[1] ? (Number *)array[1] + begin : gradients_of_chunk,
                    array[2 + slots], begin, end};
}

/* What most steps need is compiled apart from what few do: clipping, and setting slots to 0. */
#define FORMULA(name, slots, body)                                                                                     \
    ALWAYS void name##_some(const Update *u, int64_t i, int64_t left, const int usual) {                               \
        const double *numbers = u->numbers;                                                                            \
        Vector w = load_some(u->weights + i, left, 0), g = load_some(u->gradients + i - u->begin, left, 0), s[3];      \
        if (!usual) g = limited(g * (Number)numbers[1], -(Number)numbers[2], (Number)numbers[2]);                         \
        for (int k = 0; k < slots; k++) s[k] = load_some(u->slot[k] + i, left, 0);                                     \
        body;                                                                                                          \
        store_some(u->weights + i, left, w);                                                                           \
        for (int k = 0; k < slots; k++) store_some(u->slot[k] + i, left, !usual && numbers[0] != 0 ? floored(s[k]) : s[k]); \
    }                                                                                                                  \
    static int name(const Instruction *instruction, int64_t first, int64_t count) {                                    \
        Update u = update_of(instruction, first, count, slots);                                                        \
        int usual = u.numbers[0] == 0 && u.numbers[1] == 1 && u.numbers[2] == __builtin_inf();                         \
        int64_t i = u.begin;                                                                                           \
        if (usual)                                                                                                     \
            for (; i + LANES <= u.end; i += LANES) name##_some(&u, i, LANES, 1);                                       \
        else                                                                                                           \
            for (; i + LANES <= u.end; i += LANES) name##_some(&u, i, LANES, 0);                                       \
        if (i < u.end) name##_some(&u, i, u.end - i, 0);                                                               \
        return 0;                                                                                                      \
    }
#define NUMBER(n) ((Number)numbers[3 + n])

/* The sum of the squares of each chunk of size[0] numbers; units are numbers; arrays x, y (float64, one for each chunk). */
static int sums_of_squares(const Instruction *instruction, int64_t first, int64_t count) {
    const Number *x = (const Number *)instruction->array[0] + first;
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
/* What Keras has since 2.11: rate, rho, 1 - rho, epsilon below the root, epsilon outside of it, momentum */
#define STEP_BY(size) (g / (root((size) + NUMBER(3)) + NUMBER(4)) * NUMBER(0))
FORMULA(rmsprop_of_later, 1, {
    s[0] = s[0] * NUMBER(1) + g * g * NUMBER(2);
    w -= STEP_BY(s[0]);
})
FORMULA(rmsprop_with_momentum, 2, {
    s[0] = s[0] * NUMBER(1) + g * g * NUMBER(2);
    s[1] = s[1] * NUMBER(5) + STEP_BY(s[0]);
    w -= s[1];
})
FORMULA(rmsprop_centered, 2, {
    s[0] = s[0] * NUMBER(1) + g * g * NUMBER(2);
    s[1] = s[1] * NUMBER(1) + g * NUMBER(2);
    w -= STEP_BY(s[0] - s[1] * s[1]);
})
FORMULA(rmsprop_centered_with_momentum, 3, {
    s[0] = s[0] * NUMBER(1) + g * g * NUMBER(2);
    s[1] = s[1] * NUMBER(1) + g * NUMBER(2);
    s[2] = s[2] * NUMBER(5) + STEP_BY(s[0] - s[1] * s[1]);
    w -= s[2];
})
/* rate, epsilon */
FORMULA(adagrad, 1, {
    s[0] += g * g;
    w -= g / (root(s[0]) + NUMBER(1)) * NUMBER(0);
})
FORMULA(adagrad_of_later, 1, {
    s[0] += g * g;
    w -= g / root(s[0] + NUMBER(1)) * NUMBER(0);
})
/* rate, beta 1, beta 2 */
FORMULA(lion, 1, {
    Vector along = s[0] * NUMBER(1) + g * (1 - NUMBER(1));
    w -= choose(along > 0, all(1), choose(along < 0, all(-1), all(0))) * NUMBER(0);
    s[0] = s[0] * NUMBER(2) + g * (1 - NUMBER(2));
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
