/* What metrics and masks are made of: comparisons, positions, numbers of other types. */
#include "vectors.h"

/* y = position of the first largest element of a row, or of the first that is not a number; arrays x, y (int64). */
OPERATION(argmax) {
    int64_t columns = SIZE(1), *y = instruction->array[1];
    ROWS_OF_UNITS(r) {
        const Number *x = NUMBERS(0) + r * columns;
        int64_t chosen = 0;
        for (int64_t j = 1; j < columns && x[chosen] == x[chosen]; j++)
            if (x[j] > x[chosen] || x[j] != x[j]) chosen = j;
        y[r] = chosen;
    }
    return 0;
}

#define EACH_ELEMENT(i) for (int64_t i = first * SIZE(0), end_ = (first + count) * SIZE(0); i < end_; i++)

#define COMPARED(type, relation)                                                                                       \
    const type *a = instruction->array[0], *b = instruction->array[1];                                                 \
    EACH_ELEMENT(i) y[i] = a[i * SIZE(1)] relation b[i * SIZE(2)];
#define COMPARISON(name, relation)                                                                                     \
    OPERATION(name) {                                                                                                  \
        uint8_t *y = instruction->array[2];                                                                            \
        if (SIZE(3) == 0) {                                                                                            \
            COMPARED(Number, relation)                                                                                  \
        } else if (SIZE(3) == 1) {                                                                                     \
            COMPARED(int32_t, relation)                                                                                \
        } else if (SIZE(3) == 2) {                                                                                     \
            COMPARED(int64_t, relation)                                                                                \
        } else {                                                                                                       \
            COMPARED(uint8_t, relation)                                                                                \
        }                                                                                                              \
        return 0;                                                                                                      \
    }
/* Booleans y = (a == b) and the like; operands as element by element, then size[3], what they are: 0 floats, 1 int32, 2 int64, 3 booleans. */
COMPARISON(equal, ==)
COMPARISON(not_equal, !=)
COMPARISON(less, <)
COMPARISON(less_equal, <=)
COMPARISON(greater, >)
COMPARISON(greater_equal, >=)

/* Booleans: whether any of a row is true; size = rows of a unit, columns; arrays x, y. */
OPERATION(any_true) {
    const uint8_t *x = instruction->array[0];
    uint8_t *y = instruction->array[1];
    ROWS_OF_UNITS(r) y[r] = memchr(x + r * SIZE(1), 1, SIZE(1)) != NULL;
    return 0;
}

OPERATION(boolean_to_float) {
    const uint8_t *x = instruction->array[0];
    EACH_ELEMENT(i) NUMBERS(1)[i] = x[i] != 0;
    return 0;
}

OPERATION(whole_to_float) {
    const int64_t *x = instruction->array[0];
    EACH_ELEMENT(i) NUMBERS(1)[i] = (Number)x[i];
    return 0;
}

/* Fractions are cut off; what int64 does not hold becomes its least number. */
OPERATION(float_to_whole) {
    int64_t *y = instruction->array[1];
    EACH_ELEMENT(i) y[i] = NUMBERS(0)[i] > (Number)-9.2e18 && NUMBERS(0)[i] < (Number)9.2e18 ? (int64_t)NUMBERS(0)[i] : INT64_MIN;
    return 0;
}

/* y = a where the condition is not 0, else b; arrays condition (floats), a, b, y; operands as element by element. */
OPERATION(where) {
    for (int64_t i = first * SIZE(0), end = (first + count) * SIZE(0); i < end; i += LANES) {
        Vector condition = operand(instruction, 0, i, end - i), a = operand(instruction, 1, i, end - i), b = operand(instruction, 2, i, end - i);
        store_some(NUMBERS(3) + i, end - i, choose(condition != 0.0f, a, b));
    }
    return 0;
}
