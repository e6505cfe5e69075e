/* Elements that only change their places: padding, cropping, transposing, repeating, and the sums that are the gradients of repeating. */
#include "vectors.h"

#define AXES 5

/* Elements of a unit along five axes: how many, and how far they lie from each other in x and in y; the last axis is the inner one. */
typedef struct {
    int64_t count[AXES], from[AXES], to[AXES];
    int64_t unit_of_x, unit_of_y;   /* from unit to unit */
    int64_t begin_in_x, begin_in_y; /* the first element of a unit */
} Layout;

ALWAYS void move_row(const float *x, int64_t from, float *y, int64_t to, int64_t n, int adds) {
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
        const float *x = FLOATS(0) + n * l->unit_of_x + l->begin_in_x;
        float *unit = FLOATS(2) + n * l->unit_of_y, *y = unit + l->begin_in_y;
        for (int64_t i = 0; i < SIZE(0); i += LANES) store_some(unit + i, SIZE(0) - i, all(instruction->number[0]));
        for (int64_t a = 0; a < l->count[0]; a++)
            for (int64_t b = 0; b < l->count[1]; b++)
                for (int64_t c = 0; c < l->count[2]; c++)
                    for (int64_t d = 0; d < l->count[3]; d++)
                        move_row(x + a * l->from[0] + b * l->from[1] + c * l->from[2] + d * l->from[3], l->from[4],
                                 y + a * l->to[0] + b * l->to[1] + c * l->to[2] + d * l->to[3], l->to[4], l->count[4], adds);
    }
    return 0;
}

/* The elements of x that a layout names, put where it says in y; first size[0] elements of each unit of y become number[0]. Arrays x,
   layout, y. */
OPERATION(move) { return move_units(instruction, first, count, 0); }

/* The same, added to what is there. */
OPERATION(move_added) { return move_units(instruction, first, count, 1); }
