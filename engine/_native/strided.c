/* Elements that only change their places: padding, cropping, transposing, repeating, and the sums that are the gradients of repeating. */
#include "vectors.h"

#define AXES 8

/* Elements of a unit along eight axes: how many, and how far they lie from each other in x and in y; the last axis is the inner one. */
typedef struct {
    int64_t count[AXES], from[AXES], to[AXES];
    int64_t unit_of_x, unit_of_y;   /* from unit to unit */
    int64_t begin_in_x, begin_in_y; /* the first element of a unit */
} Layout;

ALWAYS void move_row(const Number *x, int64_t from, Number *y, int64_t to, int64_t n, int adds) {
    if (from == 1 && to == 1 && !adds) {
        for (int64_t i = 0; i < n; i += LANES) store_some(y + i, n - i, load_some(x + i, n - i, 0));
    } else if (from == 1 && to == 1) {
        for (int64_t i = 0; i < n; i += LANES) store_some(y + i, n - i, load_some(y + i, n - i, 0) + load_some(x + i, n - i, 0));
    } else {
        for (int64_t i = 0; i < n; i++) y[i * to] = adds ? y[i * to] + x[i * from] : x[i * from];
    }
}

ALWAYS int move_units(const Instruction *instruction, int64_t first, int64_t count, int adds) {
    const Layout *l = instruction->array[1];
    for (int64_t n = first; n < first + count; n++) {
        const Number *x = NUMBERS(0) + n * l->unit_of_x + l->begin_in_x;
        Number *unit = NUMBERS(2) + n * l->unit_of_y, *y = unit + l->begin_in_y;
        for (int64_t i = 0; i < SIZE(0); i += LANES) store_some(unit + i, SIZE(0) - i, all(CONSTANT(0)));
        int64_t at[AXES] = {0};
        for (int axis = 0; axis >= 0;) {
            move_row(x, l->from[AXES - 1], y, l->to[AXES - 1], l->count[AXES - 1], adds);
            for (axis = AXES - 2; axis >= 0; axis--) { /* on to the next row, as an odometer counts */
                x += l->from[axis];
                y += l->to[axis];
                if (++at[axis] < l->count[axis]) break;
                x -= l->count[axis] * l->from[axis];
                y -= l->count[axis] * l->to[axis];
                at[axis] = 0;
            }
        }
    }
    return 0;
}

/* The elements of x that a layout names, put where it says in y; first size[0] elements of each unit of y become number[0]. Arrays x,
   layout, y. */
OPERATION(move) { return move_units(instruction, first, count, 0); }

/* The same, added to what is there. */
OPERATION(move_added) { return move_units(instruction, first, count, 1); }
