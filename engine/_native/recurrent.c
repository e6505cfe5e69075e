/* Recurrent layers: all time steps of a layer for some samples, forward and back. Time steps of different samples are independent.

   Each operation keeps what it computes of a step in a record, one for each sample and time step, so that what a step reads of the
   one before lies at a fixed distance. Records and gradients are in the order of the inputs, also where the layer reads them from
   the last to the first. */
#include "vectors.h"

#include <stdlib.h>

enum { LINEAR, RECTIFIER, TANH, LOGISTIC, HARD_LOGISTIC, SOFTSIGN };

ALWAYS Vector activated(int function, Vector x) {
    switch (function) {
    case RECTIFIER: return larger(x, all(0));
    case TANH: return hyperbolic_tangent(x);
    case LOGISTIC: return logistic(x);
    case HARD_LOGISTIC: return limited(x * (Number)0.2 + 0.5f, 0, 1);
    case SOFTSIGN: return x / (size_of(x) + 1.0f);
    default: return x;
    }
}

/* The derivative, from the result. */
ALWAYS Vector slope_of(int function, Vector y) {
    switch (function) {
    case RECTIFIER: return choose(y > 0.0f, all(1), all(0));
    case TANH: return 1.0f - y * y;
    case LOGISTIC: return (1.0f - y) * y;
    case HARD_LOGISTIC: return choose((y > 0.0f) & (y < 1.0f), all((Number)0.2), all(0));
    case SOFTSIGN: return (1.0f - size_of(y)) * (1.0f - size_of(y));
    default: return all(1);
    }
}

/* Sizes of the operations that run steps: time steps, units, 1 from the last step to the first, kind of the mask, functions of the
   gates and of candidate and state. A mask has a number for each sample and step: where it is 0, the step before is repeated. */
#define TIMES SIZE(0)
#define UNITS SIZE(1)
#define BACKWARDS SIZE(2)
#define MASK_KIND SIZE(3) /* 0 no mask, 1 booleans, 2 floats */
#define GATE_FUNCTION ((int)SIZE(4))
#define STATE_FUNCTION ((int)SIZE(5))

ALWAYS int64_t time_of(const Instruction *instruction, int64_t step) { return BACKWARDS ? TIMES - 1 - step : step; }

ALWAYS int is_skipped(const Instruction *instruction, int mask, int64_t at) {
    if (MASK_KIND == 1) return ((const uint8_t *)instruction->array[mask])[at] == 0;
    return MASK_KIND == 2 && NUMBERS(mask)[at] == 0.0f;
}

/* to = from * factor; NULL: zeros, ones. */
ALWAYS void copy_times(Number *to, const Number *from, const Number *factor, int64_t n) {
    for (int64_t j = 0; j < n; j += LANES) {
        Vector x = from ? load_some(from + j, n - j, 0) : all(0);
        store_some(to + j, n - j, factor ? x * load_some(factor + j, n - j, 0) : x);
    }
}

ALWAYS void add_to(Number *to, const Number *from, int64_t n) {
    for (int64_t j = 0; j < n; j += LANES) store_some(to + j, n - j, load_some(to + j, n - j, 0) + load_some(from + j, n - j, 0));
}

/* The transpose of a recurrent kernel, which all steps back multiply with; NULL where there is no memory for it. */
static Number *transposed(const Number *kernel, int64_t rows, int64_t columns) {
    Number *to = malloc((size_t)(rows * columns) * sizeof(Number));
    for (int64_t i = 0; to && i < rows; i += LANES)
        for (int64_t j = 0; j < columns; j++)
            for (int64_t k = i; k < i + LANES && k < rows; k++) to[j * rows + k] = kernel[k * columns + j];
    return to;
}

/* dh = dz @ kernel^T, or added to dh, for `rows` samples, of which dz lies dz_step apart and dh dh_step. The kernel may be some columns
   of a wider one, kernel_step wide; `turned` is its transpose or NULL. */
static void gradient_of_states(const Number *dz, int64_t dz_step, int64_t columns, const Number *kernel, int64_t kernel_step,
                               const Number *turned, Number *dh, int64_t dh_step, int64_t rows, int64_t units, int add) {
    int as_it_lies = turned == NULL;
    product(&(Product){dz, as_it_lies ? kernel : turned, dh, dz_step, as_it_lies ? kernel_step : units, dh_step, rows, units, columns, 0,
                       as_it_lies, add});
}

/* y = one column block of the records, in the order of the steps; size = time steps, columns of a record, first column, columns,
   1 from the last step to the first, 1 for the last step alone; arrays records, y. */
OPERATION(steps_of_records) {
    int64_t width = SIZE(1), begin = SIZE(2), columns = SIZE(3);
    int last = SIZE(5) != 0;
    for (int64_t n = first; n < first + count; n++)
        for (int64_t step = last ? TIMES - 1 : 0; step < TIMES; step++) {
            int64_t time = SIZE(4) ? TIMES - 1 - step : step;
            Number *y = NUMBERS(1) + (last ? n : n * TIMES + step) * columns;
            memcpy(y, NUMBERS(0) + (n * TIMES + time) * width + begin, columns * sizeof(Number));
        }
    return 0;
}

/* y = x * factors, the same for all time steps of a sample; size = time steps, columns; arrays x, factors, y. */
OPERATION(multiply_steps) {
    int64_t columns = SIZE(1);
    for (int64_t n = first; n < first + count; n++)
        for (int64_t time = 0; time < TIMES; time++) {
            int64_t at = (n * TIMES + time) * columns;
            copy_times(NUMBERS(2) + at, NUMBERS(0) + at, NUMBERS(1) + n * columns, columns);
        }
    return 0;
}

/* ---- LSTM: a record is the gates i, f, g, o, then c, activation(c), h, and of the step before h (times its mask) and c ---- */

enum { LSTM_CELL = 4, LSTM_ACTIVE, LSTM_STATE, LSTM_STATE_BEFORE, LSTM_CELL_BEFORE, LSTM_RECORD };

ALWAYS void lstm_step(const Instruction *instruction, Number *record) {
    int64_t units = UNITS;
    for (int64_t j = 0; j < units; j += LANES) {
        int64_t left = units - j;
        Number *r = record + j;
        Vector i = activated(GATE_FUNCTION, load_some(r, left, 0)), f = activated(GATE_FUNCTION, load_some(r + units, left, 0));
        Vector g = activated(STATE_FUNCTION, load_some(r + 2 * units, left, 0));
        Vector o = activated(GATE_FUNCTION, load_some(r + 3 * units, left, 0));
        Vector c = f * load_some(r + LSTM_CELL_BEFORE * units, left, 0) + i * g;
        Vector active = activated(STATE_FUNCTION, c);
        store_some(r, left, i);
        store_some(r + units, left, f);
        store_some(r + 2 * units, left, g);
        store_some(r + 3 * units, left, o);
        store_some(r + LSTM_CELL * units, left, c);
        store_some(r + LSTM_ACTIVE * units, left, active);
        store_some(r + LSTM_STATE * units, left, o * active);
    }
}

/* Arrays: x W + b of all steps, recurrent kernel, h and c before the first step (NULL: zeros), mask, factors of h (NULL: ones),
   records. */
OPERATION(lstm) {
    int64_t units = UNITS, width = LSTM_RECORD * units;
    const Number *factors = NUMBERS(5);
    for (int64_t step = 0; step < TIMES; step++) {
        int64_t time = time_of(instruction, step), before = time_of(instruction, step - 1);
        for (int64_t n = first; n < first + count; n++) {
            Number *record = NUMBERS(6) + (n * TIMES + time) * width;
            const Number *old = NUMBERS(6) + (n * TIMES + before) * width;
            const Number *h = step ? old + LSTM_STATE * units : NUMBERS(2) ? NUMBERS(2) + n * units : NULL;
            const Number *c = step ? old + LSTM_CELL * units : NUMBERS(3) ? NUMBERS(3) + n * units : NULL;
            memcpy(record, NUMBERS(0) + (n * TIMES + time) * 4 * units, 4 * units * sizeof(Number));
            copy_times(record + LSTM_STATE_BEFORE * units, h, factors ? factors + n * units : NULL, units);
            copy_times(record + LSTM_CELL_BEFORE * units, c, NULL, units);
            if (is_skipped(instruction, 4, n * TIMES + time)) copy_times(record + LSTM_STATE * units, h, NULL, units);
        }
        Number *records = NUMBERS(6) + (first * TIMES + time) * width;
        product(&(Product){records + LSTM_STATE_BEFORE * units, NUMBERS(1), records, TIMES * width, 4 * units, TIMES * width, count,
                           4 * units, units, 0, 0, 1});
        for (int64_t n = first; n < first + count; n++, records += TIMES * width) {
            if (!is_skipped(instruction, 4, n * TIMES + time)) lstm_step(instruction, records);
            else copy_times(records + LSTM_CELL * units, records + LSTM_CELL_BEFORE * units, NULL, units);
        }
    }
    return 0;
}

/* One step back: dc' = dc + dh o activation'(c), dz = (dc' g, dc' c, dc' i, dh activation(c)) times the slopes, in Keras's order of
   gates; dc = dc' f. */
ALWAYS void lstm_step_back(const Instruction *instruction, const Number *record, Number *dh, Number *dc, Number *dz) {
    int64_t units = UNITS;
    for (int64_t j = 0; j < units; j += LANES) {
        int64_t left = units - j;
        const Number *r = record + j;
        Vector i = load_some(r, left, 0), f = load_some(r + units, left, 0), g = load_some(r + 2 * units, left, 0);
        Vector o = load_some(r + 3 * units, left, 0), active = load_some(r + LSTM_ACTIVE * units, left, 0);
        Vector of_h = load_some(dh + j, left, 0);
        Vector of_c = slope_of(STATE_FUNCTION, active) * o * of_h + load_some(dc + j, left, 0);
        store_some(dz + j, left, of_c * g * slope_of(GATE_FUNCTION, i));
        store_some(dz + units + j, left, of_c * load_some(r + LSTM_CELL_BEFORE * units, left, 0) * slope_of(GATE_FUNCTION, f));
        store_some(dz + 2 * units + j, left, of_c * i * slope_of(STATE_FUNCTION, g));
        store_some(dz + 3 * units + j, left, of_h * active * slope_of(GATE_FUNCTION, o));
        store_some(dc + j, left, of_c * f);
    }
}

/* size[6] = 1 where dy has all steps. Arrays: dy, dh and dc behind the last step (NULL: zeros), records, recurrent kernel, mask,
   factors of h, gradients of h and c before the first step (side by side), dz. */
OPERATION(lstm_gradient) {
    int64_t units = UNITS, width = LSTM_RECORD * units, sequences = SIZE(6);
    Number *turned = transposed(NUMBERS(4), units, 4 * units);
    for (int64_t n = first; n < first + count; n++) {
        Number *dh = NUMBERS(7) + n * 2 * units;
        copy_times(dh, NUMBERS(1) ? NUMBERS(1) + n * units : NULL, NULL, units);
        copy_times(dh + units, NUMBERS(2) ? NUMBERS(2) + n * units : NULL, NULL, units);
        if (NUMBERS(0) && !sequences) add_to(dh, NUMBERS(0) + n * units, units);
    }
    for (int64_t step = TIMES - 1; step >= 0; step--) {
        int64_t time = time_of(instruction, step);
        for (int64_t n = first; n < first + count; n++) {
            Number *dh = NUMBERS(7) + n * 2 * units, *dz = NUMBERS(8) + (n * TIMES + time) * 4 * units;
            if (NUMBERS(0) && sequences) add_to(dh, NUMBERS(0) + (n * TIMES + step) * units, units);
            if (is_skipped(instruction, 5, n * TIMES + time)) memset(dz, 0, 4 * units * sizeof(Number));
            else {
                lstm_step_back(instruction, NUMBERS(3) + (n * TIMES + time) * width, dh, dh + units, dz);
                memset(dh, 0, units * sizeof(Number));
            }
        }
        gradient_of_states(NUMBERS(8) + (first * TIMES + time) * 4 * units, TIMES * 4 * units, 4 * units, NUMBERS(4), 4 * units, turned,
                           NUMBERS(7) + first * 2 * units, 2 * units, count, units, 1);
        for (int64_t n = first; NUMBERS(6) && n < first + count; n++) {
            Number *dh = NUMBERS(7) + n * 2 * units;
            if (!is_skipped(instruction, 5, n * TIMES + time)) copy_times(dh, dh, NUMBERS(6) + n * units, units);
        }
    }
    free(turned);
    return 0;
}

/* ---- simple recurrent network: a record is activation(z), h, and h of the step before times its mask ---- */

enum { SIMPLE_STATE = 1, SIMPLE_STATE_BEFORE, SIMPLE_RECORD };

/* Arrays: x W + b of all steps, recurrent kernel, h before the first step (NULL: zeros), mask, factors of h (NULL: ones), records. */
OPERATION(simple_rnn) {
    int64_t units = UNITS, width = SIMPLE_RECORD * units;
    for (int64_t step = 0; step < TIMES; step++) {
        int64_t time = time_of(instruction, step), before = time_of(instruction, step - 1);
        Number *records = NUMBERS(5) + (first * TIMES + time) * width;
        for (int64_t n = first; n < first + count; n++) {
            Number *record = NUMBERS(5) + (n * TIMES + time) * width;
            const Number *old = NUMBERS(5) + (n * TIMES + before) * width;
            const Number *h = step ? old + SIMPLE_STATE * units : NUMBERS(2) ? NUMBERS(2) + n * units : NULL;
            memcpy(record, NUMBERS(0) + (n * TIMES + time) * units, units * sizeof(Number));
            copy_times(record + SIMPLE_STATE_BEFORE * units, h, NUMBERS(4) ? NUMBERS(4) + n * units : NULL, units);
            copy_times(record + SIMPLE_STATE * units, h, NULL, units);
        }
        product(&(Product){records + SIMPLE_STATE_BEFORE * units, NUMBERS(1), records, TIMES * width, units, TIMES * width, count, units,
                           units, 0, 0, 1});
        for (int64_t n = first; n < first + count; n++, records += TIMES * width) {
            if (is_skipped(instruction, 3, n * TIMES + time)) continue;
            for (int64_t j = 0; j < units; j += LANES) {
                Vector h = activated(STATE_FUNCTION, load_some(records + j, units - j, 0));
                store_some(records + j, units - j, h);
                store_some(records + SIMPLE_STATE * units + j, units - j, h);
            }
        }
    }
    return 0;
}

/* size[6] = 1 where dy has all steps. Arrays: dy, dh behind the last step (NULL: zeros), records, recurrent kernel, mask, factors of
   h, gradient of h before the first step, dz. */
OPERATION(simple_rnn_gradient) {
    int64_t units = UNITS, width = SIMPLE_RECORD * units, sequences = SIZE(6);
    Number *turned = transposed(NUMBERS(3), units, units);
    for (int64_t n = first; n < first + count; n++) {
        copy_times(NUMBERS(6) + n * units, NUMBERS(1) ? NUMBERS(1) + n * units : NULL, NULL, units);
        if (NUMBERS(0) && !sequences) add_to(NUMBERS(6) + n * units, NUMBERS(0) + n * units, units);
    }
    for (int64_t step = TIMES - 1; step >= 0; step--) {
        int64_t time = time_of(instruction, step);
        for (int64_t n = first; n < first + count; n++) {
            Number *dh = NUMBERS(6) + n * units, *dz = NUMBERS(7) + (n * TIMES + time) * units;
            const Number *y = NUMBERS(2) + (n * TIMES + time) * width;
            if (NUMBERS(0) && sequences) add_to(dh, NUMBERS(0) + (n * TIMES + step) * units, units);
            if (is_skipped(instruction, 4, n * TIMES + time)) {
                memset(dz, 0, units * sizeof(Number));
                continue;
            }
            for (int64_t j = 0; j < units; j += LANES)
                store_some(dz + j, units - j, slope_of(STATE_FUNCTION, load_some(y + j, units - j, 0)) * load_some(dh + j, units - j, 0));
            memset(dh, 0, units * sizeof(Number));
        }
        gradient_of_states(NUMBERS(7) + (first * TIMES + time) * units, TIMES * units, units, NUMBERS(3), units, turned,
                           NUMBERS(6) + first * units, units, count, units, 1);
        for (int64_t n = first; NUMBERS(5) && n < first + count; n++)
            if (!is_skipped(instruction, 4, n * TIMES + time))
                copy_times(NUMBERS(6) + n * units, NUMBERS(6) + n * units, NUMBERS(5) + n * units, units);
    }
    free(turned);
    return 0;
}

/* ---- GRU: a record is z, r, candidate g, h, and of the step before h times its mask, then what the reset gate has to do with (r h, or
   with size[6] = 1, where the gate comes after the product, h U + b'), and h of the step before ---- */

enum { GRU_STATE = 3, GRU_STATE_BEFORE, GRU_RESET, GRU_STATE_AS_IT_WAS, GRU_RECORD };
#define RESET_AFTER SIZE(6)

/* What a step begins with: x W + b, the state before. */
ALWAYS void gru_begin(const Instruction *instruction, Number *record, const Number *products, const Number *h, const Number *factors) {
    int64_t units = UNITS;
    const Number *inner = RESET_AFTER && NUMBERS(2) ? NUMBERS(2) + 3 * units : NULL;
    memcpy(record, products, 3 * units * sizeof(Number));
    if (inner) add_to(record, inner, 2 * units);
    if (RESET_AFTER) copy_times(record + GRU_RESET * units, inner ? inner + 2 * units : NULL, NULL, units);
    copy_times(record + GRU_STATE_BEFORE * units, h, factors, units);
    copy_times(record + GRU_STATE_AS_IT_WAS * units, h, NULL, units);
}

ALWAYS void gru_gates(const Instruction *instruction, Number *record) {
    int64_t units = UNITS;
    for (int64_t j = 0; j < 2 * units; j += LANES)
        store_some(record + j, 2 * units - j, activated(GATE_FUNCTION, load_some(record + j, 2 * units - j, 0)));
    if (!RESET_AFTER) copy_times(record + GRU_RESET * units, record + units, record + GRU_STATE_BEFORE * units, units);
}

/* h' = g + z (h - g). */
ALWAYS void gru_state(const Instruction *instruction, Number *record) {
    int64_t units = UNITS;
    for (int64_t j = 0; j < units; j += LANES) {
        int64_t left = units - j;
        Number *r = record + j;
        Vector sum = load_some(r + 2 * units, left, 0);
        if (RESET_AFTER) sum += load_some(r + units, left, 0) * load_some(r + GRU_RESET * units, left, 0);
        Vector g = activated(STATE_FUNCTION, sum);
        store_some(r + 2 * units, left, g);
        store_some(r + GRU_STATE * units, left, g + load_some(r, left, 0) * (load_some(r + GRU_STATE_AS_IT_WAS * units, left, 0) - g));
    }
}

/* Arrays: x W + b of all steps, recurrent kernel, bias (b, then b'; read where the gate comes after the product), h before the first
   step (NULL: zeros), mask, factors of h (NULL: ones), records. */
OPERATION(gru) {
    int64_t units = UNITS, width = GRU_RECORD * units, apart = TIMES * width;
    for (int64_t step = 0; step < TIMES; step++) {
        int64_t time = time_of(instruction, step), before = time_of(instruction, step - 1);
        Number *records = NUMBERS(6) + (first * TIMES + time) * width;
        for (int64_t n = first; n < first + count; n++) {
            const Number *old = NUMBERS(6) + (n * TIMES + before) * width;
            const Number *h = step ? old + GRU_STATE * units : NUMBERS(3) ? NUMBERS(3) + n * units : NULL;
            gru_begin(instruction, records + (n - first) * apart, NUMBERS(0) + (n * TIMES + time) * 3 * units, h,
                      NUMBERS(5) ? NUMBERS(5) + n * units : NULL);
        }
        product(&(Product){records + GRU_STATE_BEFORE * units, NUMBERS(1), records, apart, 3 * units, apart, count, 2 * units, units, 0, 0, 1});
        for (int64_t n = 0; n < count; n++) gru_gates(instruction, records + n * apart);
        product(&(Product){records + (RESET_AFTER ? GRU_STATE_BEFORE : GRU_RESET) * units, NUMBERS(1) + 2 * units,
                           records + (RESET_AFTER ? GRU_RESET : 2) * units, apart, 3 * units, apart, count, units, units, 0, 0, 1});
        for (int64_t n = 0; n < count; n++) {
            Number *record = records + n * apart;
            if (!is_skipped(instruction, 4, (first + n) * TIMES + time)) gru_state(instruction, record);
            else copy_times(record + GRU_STATE * units, record + GRU_STATE_AS_IT_WAS * units, NULL, units);
        }
    }
    return 0;
}

/* dz = dh (h - g), dg = dh (1 - z), each times its slope; dh = dh z. With the gate after the product also dr, and `across`, the gradient
   of h U + b'. */
ALWAYS void gru_step_back(const Instruction *instruction, const Number *record, Number *dh, Number *dz, Number *across) {
    int64_t units = UNITS;
    for (int64_t j = 0; j < units; j += LANES) {
        int64_t left = units - j;
        const Number *from = record + j;
        Vector z = load_some(from, left, 0), r = load_some(from + units, left, 0), g = load_some(from + 2 * units, left, 0);
        Vector of_h = load_some(dh + j, left, 0), direct = of_h * z;
        Vector of_z = of_h * (load_some(from + GRU_STATE_AS_IT_WAS * units, left, 0) - g) * slope_of(GATE_FUNCTION, z);
        Vector of_g = (of_h - direct) * slope_of(STATE_FUNCTION, g);
        store_some(dz + j, left, of_z);
        store_some(dz + 2 * units + j, left, of_g);
        store_some(dh + j, left, direct);
        if (!across) continue;
        Vector of_r = of_g * load_some(from + GRU_RESET * units, left, 0) * slope_of(GATE_FUNCTION, r);
        store_some(dz + units + j, left, of_r);
        store_some(across + j, left, of_z);
        store_some(across + units + j, left, of_r);
        store_some(across + 2 * units + j, left, of_g * r);
    }
}

/* From `through`, the gradient of r h: dr = it times h and the slope, then through = through r. */
ALWAYS void gru_reset_back(const Instruction *instruction, const Number *record, Number *through, Number *dz) {
    int64_t units = UNITS;
    for (int64_t j = 0; j < units; j += LANES) {
        int64_t left = units - j;
        Vector r = load_some(record + units + j, left, 0), of_product = load_some(through + j, left, 0);
        Vector h = load_some(record + GRU_STATE_BEFORE * units + j, left, 0);
        store_some(dz + units + j, left, of_product * h * slope_of(GATE_FUNCTION, r));
        store_some(through + j, left, of_product * r);
    }
}

/* size[7] = 1 where dy has all steps. Arrays: dy, dh behind the last step (NULL: zeros), records, recurrent kernel, mask, factors of
   h, `across` (NULL where the gate comes before the product), then dh of the step before and scratch side by side, dz. */
OPERATION(gru_gradient) {
    int64_t units = UNITS, width = GRU_RECORD * units, columns = 3 * units, sequences = SIZE(7);
    const Number *kernel = NUMBERS(3);
    Number *turned = transposed(kernel, units, columns), *states = NUMBERS(7) + first * 2 * units;
    for (int64_t n = first; n < first + count; n++) {
        Number *dh = NUMBERS(7) + n * 2 * units;
        copy_times(dh, NUMBERS(1) ? NUMBERS(1) + n * units : NULL, NULL, units);
        if (NUMBERS(0) && !sequences) add_to(dh, NUMBERS(0) + n * units, units);
    }
    for (int64_t step = TIMES - 1; step >= 0; step--) {
        int64_t time = time_of(instruction, step), begin = first * TIMES + time;
        Number *dzs = NUMBERS(8) + begin * columns;
        for (int64_t n = 0; n < count; n++) {
            int64_t at = begin + n * TIMES;
            Number *dz = NUMBERS(8) + at * columns, *across = NUMBERS(6) ? NUMBERS(6) + at * columns : NULL, *dh = states + n * 2 * units;
            if (NUMBERS(0) && sequences) add_to(dh, NUMBERS(0) + ((first + n) * TIMES + step) * units, units);
            if (!is_skipped(instruction, 4, at)) {
                gru_step_back(instruction, NUMBERS(2) + at * width, dh, dz, across);
                continue;
            }
            memset(dz, 0, columns * sizeof(Number));
            if (across) memset(across, 0, columns * sizeof(Number));
        }
        if (NUMBERS(6)) {
            gradient_of_states(NUMBERS(6) + begin * columns, TIMES * columns, columns, kernel, columns, turned, states + units, 2 * units, count, units, 0);
        } else {
            gradient_of_states(dzs + 2 * units, TIMES * columns, units, kernel + 2 * units, columns, turned ? turned + 2 * units * units : NULL,
                               states + units, 2 * units, count, units, 0);
            for (int64_t n = 0; n < count; n++)
                if (!is_skipped(instruction, 4, begin + n * TIMES))
                    gru_reset_back(instruction, NUMBERS(2) + (begin + n * TIMES) * width, states + (2 * n + 1) * units, dzs + n * TIMES * columns);
            gradient_of_states(dzs, TIMES * columns, 2 * units, kernel, columns, turned, states + units, 2 * units, count, units, 1);
        }
        for (int64_t n = 0; n < count; n++) {
            Number *dh = states + n * 2 * units;
            if (is_skipped(instruction, 4, begin + n * TIMES)) continue;
            if (NUMBERS(5)) copy_times(dh + units, dh + units, NUMBERS(5) + (first + n) * units, units);
            add_to(dh, dh + units, units);
        }
    }
    free(turned);
    return 0;
}
