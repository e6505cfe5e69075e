/* Operations on samples: what layers, losses and metrics compute. `size[0]` is the number of elements of one unit unless said otherwise.
   The last array is the one that is written.

   Not-a-numbers and infinities go the way they go in NumPy; numbers too small for a normal one of their type count as 0. */
#include "product.c"

#define NUMBERS(n) ((Number *)instruction->array[n])
#define SIZE(n) (instruction->size[n])
#define CONSTANT(n) ((Number)instruction->number[n])
#define OPERATION(name) static int name(const Instruction *instruction, int64_t first, int64_t count)

/* ---- dense layers: size = rows of a unit, columns of x, columns of y; number[0] = 1 rectifies ---- */

/* y = x @ kernel + bias, or max(y, 0); arrays x, kernel, bias (NULL: none), y. */
OPERATION(linear) {
    int64_t rows = count * SIZE(0), inputs = SIZE(1), outputs = SIZE(2), begin = first * SIZE(0);
    Number *y = NUMBERS(3) + begin * outputs;
    const Number *bias = NUMBERS(2);
    product(&(Product){NUMBERS(0) + begin * inputs, NUMBERS(1), y, inputs, outputs, outputs, rows, outputs, inputs, 0, 0, 0});
    int rectifies = CONSTANT(0) != 0;
    if (!bias && !rectifies) return 0;
    for (int64_t r = 0; r < rows; r++, y += outputs)
        for (int64_t j = 0; j < outputs; j += LANES) {
            Vector v = load_some(y + j, outputs - j, 0);
            if (bias) v += load_some(bias + j, outputs - j, 0);
            store_some(y + j, outputs - j, rectifies ? larger(v, all(0)) : v);
        }
    return 0;
}

/* y = a @ b for each of the matrices of a unit; size = matrices of a unit, rows and columns of y, columns of a, 1 where a and where b lie
   transposed; arrays a, b, y. */
OPERATION(matmul) {
    int64_t rows = SIZE(1), columns = SIZE(2), depth = SIZE(3);
    for (int64_t n = first * SIZE(0), end = (first + count) * SIZE(0); n < end; n++)
        product(&(Product){NUMBERS(0) + n * rows * depth, NUMBERS(1) + n * depth * columns, NUMBERS(2) + n * rows * columns,
                           SIZE(4) ? rows : depth, SIZE(5) ? depth : columns, columns, rows, columns, depth, SIZE(4), SIZE(5), 0});
    return 0;
}

/* dx = dy @ kernel^T; arrays dy, kernel, rectified, dx. Where `rectified`, what the layer below gave, is 0, so is dx (NULL: nowhere). */
OPERATION(linear_input_gradient) {
    int64_t rows = count * SIZE(0), inputs = SIZE(1), outputs = SIZE(2), begin = first * SIZE(0);
    Number *dx = NUMBERS(3) + begin * inputs;
    product(&(Product){NUMBERS(0) + begin * outputs, NUMBERS(1), dx, outputs, outputs, inputs, rows, inputs, outputs, 0, 1, 0});
    if (!NUMBERS(2)) return 0;
    const Number *rectified = NUMBERS(2) + begin * inputs;
    int64_t n = rows * inputs;
    for (int64_t i = 0; i < n; i += LANES) {
        Vector passes = choose(load_some(rectified + i, n - i, 0) > 0.0f, all(1), all(0));
        store_some(dx + i, n - i, load_some(dx + i, n - i, 0) * passes);
    }
    return 0;
}

/* Rows `first` ... of dkernel = x^T @ dy, summed over size[0] rows; units are rows of the kernel; arrays x, dy, dkernel (NULL: left for
   the update that follows). */
OPERATION(weight_gradient) {
    int64_t inputs = SIZE(1), outputs = SIZE(2);
    Number *to = NUMBERS(2) ? NUMBERS(2) + first * outputs : gradients_of_chunk;
    product(&(Product){NUMBERS(0) + first, NUMBERS(1), to, inputs, outputs, outputs, count, outputs, SIZE(0), 1, 0, 0});
    return 0;
}

/* The same where x is size[1] columns of rows that are size[5] wide, from column size[6] on, and dy and dkernel are size[2] columns of
   rows that are size[3] wide, from column size[4] on. */
OPERATION(columns_weight_gradient) {
    int64_t columns = SIZE(2), outputs = SIZE(3), begin = SIZE(4), width = SIZE(5);
    product(&(Product){NUMBERS(0) + SIZE(6) + first, NUMBERS(1) + begin, NUMBERS(2) + first * outputs + begin, width, outputs, outputs, count,
                       columns, SIZE(0), 1, 0, 0});
    return 0;
}

/* The sum of some rows of columns numbers, from column j on: block by block, since a sum of thousands one after the other loses the
   last digits of float32. */
enum { ROWS_OF_A_BLOCK = 64 };
ALWAYS Vector sum_of_rows(const Number *x, int64_t rows, int64_t columns, int64_t j) {
    Vector sum = all(0);
    for (int64_t begin = 0; begin < rows; begin += ROWS_OF_A_BLOCK) {
        int64_t end = begin + ROWS_OF_A_BLOCK < rows ? begin + ROWS_OF_A_BLOCK : rows;
        Vector part = all(0);
        for (int64_t r = begin; r < end; r++) part += load_some(x + r * columns + j, columns - j, 0);
        sum += part;
    }
    return sum;
}

/* dbias = sum of the rows of dy, written as row size[3] of dbias; one unit; arrays dy, dbias. */
OPERATION(bias_gradient) {
    int64_t rows = SIZE(0), outputs = SIZE(2);
    Number *to = NUMBERS(1) + SIZE(3) * outputs;
    (void)first, (void)count;
    for (int64_t j = 0; j < outputs; j += LANES) store_some(to + j, outputs - j, sum_of_rows(NUMBERS(0), rows, outputs, j));
    return 0;
}

/* ---- element by element: size = elements of a unit, then for each operand 1, or 0 for one number that counts for all ---- */

ALWAYS Vector operand(const Instruction *instruction, int n, int64_t at, int64_t left) {
    return SIZE(1 + n) ? load_some(NUMBERS(n) + at, left, 1) : all(NUMBERS(n)[0]);
}

#define ONE_OPERAND(name, value)                                                                                       \
    OPERATION(name) {                                                                                                  \
        for (int64_t i = first * SIZE(0), end = (first + count) * SIZE(0); i < end; i += LANES) {                      \
            Vector x = operand(instruction, 0, i, end - i);                                                            \
            store_some(NUMBERS(1) + i, end - i, value);                                                                 \
        }                                                                                                              \
        return 0;                                                                                                      \
    }
#define TWO_OPERANDS(name, value)                                                                                      \
    OPERATION(name) {                                                                                                  \
        for (int64_t i = first * SIZE(0), end = (first + count) * SIZE(0); i < end; i += LANES) {                      \
            Vector a = operand(instruction, 0, i, end - i), b = operand(instruction, 1, i, end - i);                   \
            store_some(NUMBERS(2) + i, end - i, value);                                                                 \
        }                                                                                                              \
        return 0;                                                                                                      \
    }

ONE_OPERAND(rectify, larger(x, all(0)))
ONE_OPERAND(sigmoid, logistic(x))
ONE_OPERAND(tanh, hyperbolic_tangent(x))
ONE_OPERAND(square, x * x)
ONE_OPERAND(absolute, size_of(x))
ONE_OPERAND(round, rounded(x))
ONE_OPERAND(negative, -x)
ONE_OPERAND(copy, x)
TWO_OPERANDS(add, a + b)
TWO_OPERANDS(subtract, a - b)
TWO_OPERANDS(multiply, a * b)
TWO_OPERANDS(divide, a / b)
TWO_OPERANDS(maximum, larger(a, b))
TWO_OPERANDS(minimum, smaller(a, b))
ALWAYS Vector softplus_of(Vector x) { return larger(x, all(0)) + logarithm_of_more_than_one(exponential(-size_of(x))); }

/* The sum of count numbers times x to the power count - 1, ..., 1, 0. */
ALWAYS Vector polynomial(const Number *factors, int count, Vector x) {
    Vector value = all(factors[0]);
    for (int i = 1; i < count; i++) value = value * x + factors[i];
    return value;
}

/* The error function by W. J. Cody's rational approximations (1969); beyond 6 it is 1. */
ALWAYS Vector error_function(Vector x) {
    static const Number P_SMALL[] = {1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2,
                                     3.20937758913846947e3};
    static const Number Q_SMALL[] = {1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3};
    static const Number P_MIDDLE[] = {2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
                                      2.98635138197400131e2,  8.81952221241769090e2,  1.71204761263407058e3, 2.05107837782607147e3,
                                      1.23033935479799725e3};
    static const Number Q_MIDDLE[] = {1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
                                      3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3};
    Vector size = smaller(size_of(x), all(6)), square = size * size;
    Vector small = size * polynomial(P_SMALL, 5, square) / polynomial(Q_SMALL, 5, square);
    Vector rest = exponential(-square) * polynomial(P_MIDDLE, 9, size) / polynomial(Q_MIDDLE, 9, size);
    Vector result = choose(size <= 0.5f, small, 1.0f - rest);
    return choose(x < 0.0f, -result, result);
}

/* number[0] is the factor below 0 */
ONE_OPERAND(elu, larger(x, all(0)) + exponential_less_one(smaller(x, all(0))) * CONSTANT(0))
ONE_OPERAND(leaky, x * choose(x > 0.0f, all(1), all(CONSTANT(0))))
ONE_OPERAND(softplus, softplus_of(x))
ONE_OPERAND(softsign, x / (size_of(x) + 1.0f))
ONE_OPERAND(hard_sigmoid, limited(x * (Number)0.2 + 0.5f, 0, 1))
ONE_OPERAND(exponent, exponential(x))
ONE_OPERAND(error_function_of, error_function(x))
ONE_OPERAND(logarithm_of, logarithm(x))
ONE_OPERAND(root_of, root(larger(x, all(0))))
/* number = the least and the largest result */
ONE_OPERAND(clip, limited(x, CONSTANT(0), CONSTANT(1)))
/* number = the factor below the threshold, the threshold (0 or above), the largest result */
ONE_OPERAND(limited_rectify, choose(x < CONSTANT(1), (x - CONSTANT(1)) * CONSTANT(0),
                                    smaller(x, all(CONSTANT(2)))))
/* Gradients: a is dy, b what the operation keeps, its operand (leaky, limited_rectify, clip, square, absolute) or its
   result. */
TWO_OPERANDS(elu_gradient, a * choose(b > 0.0f, all(1), b + CONSTANT(0)))
TWO_OPERANDS(leaky_gradient, a * choose(b > 0.0f, all(1), all(CONSTANT(0))))
TWO_OPERANDS(softplus_gradient, -(a * exponential_less_one(-b)))
TWO_OPERANDS(clip_gradient, a * choose((b >= CONSTANT(0)) & (b <= CONSTANT(1)), all(1), all(0)))
TWO_OPERANDS(limited_rectify_gradient, a * choose(b < CONSTANT(1), all(CONSTANT(0)),
                                                  choose(b >= CONSTANT(2), all(0), all(1))))
TWO_OPERANDS(root_gradient, choose(b == 0.0f, all(0), a / b * 0.5f))
TWO_OPERANDS(error_function_gradient, a * exponential(-(b * b)) * (Number)1.1283791670955126)
TWO_OPERANDS(softsign_gradient, a * ((1.0f - size_of(b)) * (1.0f - size_of(b))))
TWO_OPERANDS(hard_sigmoid_gradient, a * choose((b > 0.0f) & (b < 1.0f), all(1), all(0)) * (Number)0.2)
TWO_OPERANDS(rectify_gradient, a * choose(b > 0.0f, all(1), all(0)))
TWO_OPERANDS(sigmoid_gradient, a * ((1.0f - b) * b))
/* By factors: 1 - b * b would be rounded once or twice, as the compiler finds it cheaper for whole vectors and for what is left. */
TWO_OPERANDS(tanh_gradient, a * ((1.0f - b) * (1.0f + b)))
TWO_OPERANDS(square_gradient, a * b * 2.0f)

/* Rows of a times one number each; size = rows of a unit, columns; arrays a, b, y. */
OPERATION(multiply_rows) {
    int64_t columns = SIZE(1);
    for (int64_t r = first * SIZE(0), end = (first + count) * SIZE(0); r < end; r++)
        for (int64_t j = 0; j < columns; j += LANES)
            store_some(NUMBERS(2) + r * columns + j, columns - j, load_some(NUMBERS(0) + r * columns + j, columns - j, 0) * NUMBERS(1)[r]);
    return 0;
}

/* Rows of a plus one row; size = rows of a unit, columns; arrays a, row, y. */
OPERATION(add_row) {
    int64_t columns = SIZE(1);
    for (int64_t r = first * SIZE(0), end = (first + count) * SIZE(0); r < end; r++)
        for (int64_t j = 0; j < columns; j += LANES)
            store_some(NUMBERS(2) + r * columns + j, columns - j, load_some(NUMBERS(0) + r * columns + j, columns - j, 0) + load_some(NUMBERS(1) + j, columns - j, 0));
    return 0;
}

/* dy where a is chosen, else 0; number[0] = 1: where it is not, which is the gradient of b. Arrays dy, a, b, da. */
#define GRADIENT_OF_CHOICE(name, chosen)                                                                               \
    OPERATION(name) {                                                                                                  \
        Number of_first = 1.0f - CONSTANT(0), of_second = CONSTANT(0);                            \
        for (int64_t i = first * SIZE(0), end = (first + count) * SIZE(0); i < end; i += LANES) {                      \
            Vector a = operand(instruction, 1, i, end - i), b = operand(instruction, 2, i, end - i);                   \
            store_some(NUMBERS(3) + i, end - i, operand(instruction, 0, i, end - i) * choose(chosen, all(of_first), all(of_second))); \
        }                                                                                                              \
        return 0;                                                                                                      \
    }
GRADIENT_OF_CHOICE(maximum_gradient, a >= b)
GRADIENT_OF_CHOICE(minimum_gradient, a <= b)

/* dy * sign(x), 0 at 0. */
TWO_OPERANDS(absolute_gradient, a * (choose(b > 0.0f, all(1), all(0)) - choose(b < 0.0f, all(1), all(0)) + choose(b != b, b, all(0))))

/* ---- over the last axis: size = rows of a unit, columns ---- */

#define ROWS_OF_UNITS(r) for (int64_t r = first * SIZE(0), last_ = (first + count) * SIZE(0); r < last_; r++)

ALWAYS Number largest(const Number *x, int64_t n) {
    Number most = x[0];
    for (int64_t j = 1; j < n; j++) most = x[j] > most || x[j] != x[j] ? x[j] : most;
    return most;
}

/* y = e^(x - max(x)) / sum of these; arrays x, y. */
OPERATION(softmax) {
    int64_t columns = SIZE(1);
    ROWS_OF_UNITS(r) {
        const Number *x = NUMBERS(0) + r * columns;
        Number *y = NUMBERS(1) + r * columns;
        Vector most = all(largest(x, columns)), sum = all(0);
        for (int64_t j = 0; j < columns; j += LANES) {
            Vector power = exponential(load_some(x + j, columns - j, -INFINITE) - most);
            store_some(y + j, columns - j, power);
            sum += load_some(y + j, columns - j, 0);
        }
        Vector divisor = all(sum_of_lanes(sum));
        for (int64_t j = 0; j < columns; j += LANES) store_some(y + j, columns - j, load_some(y + j, columns - j, 0) / divisor);
    }
    return 0;
}

/* dx = y * (dy - sum(dy * y)); arrays dy, y, dx. */
OPERATION(softmax_gradient) {
    int64_t columns = SIZE(1);
    ROWS_OF_UNITS(r) {
        const Number *dy = NUMBERS(0) + r * columns, *y = NUMBERS(1) + r * columns;
        Number *dx = NUMBERS(2) + r * columns;
        Vector sum = all(0);
        for (int64_t j = 0; j < columns; j += LANES) sum += load_some(dy + j, columns - j, 0) * load_some(y + j, columns - j, 0);
        Vector total = all(sum_of_lanes(sum));
        for (int64_t j = 0; j < columns; j += LANES) {
            Vector of_y = load_some(y + j, columns - j, 0);
            store_some(dx + j, columns - j, (load_some(dy + j, columns - j, 0) - total) * of_y);
        }
    }
    return 0;
}

ALWAYS Number sum_of_row(const Number *x, int64_t n) {
    Vector sum = all(0);
    for (int64_t j = 0; j < n; j += LANES) sum += load_some(x + j, n - j, 0);
    return sum_of_lanes(sum);
}

/* The logarithm of the sum of e^x, beyond the largest x. */
ALWAYS Number log_of_powers(const Number *x, int64_t n, Number most) {
    Vector sum = all(0);
    for (int64_t j = 0; j < n; j += LANES) sum += exponential(load_some(x + j, n - j, -INFINITE) - all(most));
    return logarithm(all(sum_of_lanes(sum)))[0];
}

/* ---- cross-entropies: size = rows of a unit, classes, 1 from logits; number = the limits of probabilities ---- */

/* log(p) of one vector of a row, p = output / sum(output) within the limits, or from logits. */
ALWAYS Vector log_probability(const Instruction *instruction, Vector output, Number most, Number total) {
    if (SIZE(2)) return output - all(most) - all(total);
    return logarithm(limited(output / all(total), CONSTANT(0), CONSTANT(1)));
}

/* y = -sum(target * log(p)); arrays target, output, y. */
OPERATION(categorical_crossentropy) {
    int64_t classes = SIZE(1);
    ROWS_OF_UNITS(r) {
        const Number *target = NUMBERS(0) + r * classes, *output = NUMBERS(1) + r * classes;
        Number most = SIZE(2) ? largest(output, classes) : 0;
        Number total = SIZE(2) ? log_of_powers(output, classes, most) : sum_of_row(output, classes);
        Vector sum = all(0);
        for (int64_t j = 0; j < classes; j += LANES)
            sum += load_some(target + j, classes - j, 0) * log_probability(instruction, load_some(output + j, classes - j, 1), most, total);
        NUMBERS(2)[r] = -sum_of_lanes(sum);
    }
    return 0;
}

ALWAYS Vector within_limits(const Instruction *instruction, Vector p) {
    return choose((p >= CONSTANT(0)) & (p <= CONSTANT(1)), all(1), all(0));
}

/* With s = sum(output), p = output / s and g = dL/dp: dL/doutput = (g - sum(g * p)) / s. */
ALWAYS void gradient_of_probabilities(const Instruction *instruction, Number dy, const Number *target, const Number *output, Number *to) {
    int64_t classes = SIZE(1);
    Vector total = all(sum_of_row(output, classes)), sum = all(0);
    for (int64_t j = 0; j < classes; j += LANES) {
        Vector p = load_some(output + j, classes - j, 1) / total;
        Vector slope = load_some(target + j, classes - j, 0) / limited(p, CONSTANT(0), CONSTANT(1));
        slope = -(slope * within_limits(instruction, p) * dy);
        sum += slope * p;
        store_some(to + j, classes - j, slope);
    }
    Vector mean = all(sum_of_lanes(sum));
    for (int64_t j = 0; j < classes; j += LANES) store_some(to + j, classes - j, (load_some(to + j, classes - j, 0) - mean) / total);
}

/* doutput; from logits dy * (p * sum(target) - target); arrays dy, target, output, doutput. */
OPERATION(categorical_crossentropy_gradient) {
    int64_t classes = SIZE(1);
    ROWS_OF_UNITS(r) {
        Number dy = NUMBERS(0)[r];
        const Number *target = NUMBERS(1) + r * classes, *output = NUMBERS(2) + r * classes;
        Number *to = NUMBERS(3) + r * classes;
        if (!SIZE(2)) {
            gradient_of_probabilities(instruction, dy, target, output, to);
            continue;
        }
        Number most = largest(output, classes), total = log_of_powers(output, classes, most), targets = sum_of_row(target, classes);
        for (int64_t j = 0; j < classes; j += LANES) {
            Vector p = exponential(log_probability(instruction, load_some(output + j, classes - j, 0), most, total));
            store_some(to + j, classes - j, (p * targets - load_some(target + j, classes - j, 0)) * dy);
        }
    }
    return 0;
}

ALWAYS Number limited_number(Number x, Number low, Number high) { return x < low ? low : x > high ? high : x; }

/* y = -log(p[label]), p = limited output / their sum, or from logits; arrays label, output, y. 1 for a label that is no class. */
OPERATION(sparse_crossentropy) {
    int64_t classes = SIZE(1);
    Number low = CONSTANT(0), high = CONSTANT(1);
    ROWS_OF_UNITS(r) {
        const Number *output = NUMBERS(1) + r * classes;
        Number label = NUMBERS(0)[r];
        if (!(label > -1.0f && label < (Number)classes)) return 1;
        int64_t chosen = (int64_t)label;
        if (SIZE(2)) {
            Number most = largest(output, classes);
            NUMBERS(2)[r] = -(output[chosen] - most - log_of_powers(output, classes, most));
            continue;
        }
        Vector sum = all(0);
        for (int64_t j = 0; j < classes; j += LANES) {
            Vector p = limited(load_some(output + j, classes - j, 0), low, high);
            sum += classes - j >= LANES ? p : load_some((Number *)&p, classes - j, 0);
        }
        NUMBERS(2)[r] = logarithm(all(sum_of_lanes(sum) / limited_number(output[chosen], low, high)))[0];
    }
    return 0;
}

/* doutput; from logits dy * (p - 1 at the label, p elsewhere); arrays dy, label, output, doutput. */
OPERATION(sparse_crossentropy_gradient) {
    int64_t classes = SIZE(1);
    Number low = CONSTANT(0), high = CONSTANT(1);
    ROWS_OF_UNITS(r) {
        Number dy = NUMBERS(0)[r];
        int64_t chosen = (int64_t)NUMBERS(1)[r];
        const Number *output = NUMBERS(2) + r * classes;
        Number *to = NUMBERS(3) + r * classes;
        if (SIZE(2)) {
            Number most = largest(output, classes), total = log_of_powers(output, classes, most);
            for (int64_t j = 0; j < classes; j += LANES)
                store_some(to + j, classes - j, exponential(load_some(output + j, classes - j, 0) - all(most) - all(total)));
            to[chosen] -= 1;
            for (int64_t j = 0; j < classes; j++) to[j] *= dy;
            continue;
        }
        Number total = 0;
        for (int64_t j = 0; j < classes; j++) total += limited_number(output[j], low, high);
        for (int64_t j = 0; j < classes; j++) {
            Number slope = 1 / total - (j == chosen ? 1 / limited_number(output[j], low, high) : 0);
            to[j] = slope * (output[j] >= low && output[j] <= high ? 1.0f : 0.0f) * dy;
        }
    }
    return 0;
}

/* The logarithm of the odds of a probability within the limits, or the output itself from logits (size[3]). */
ALWAYS Vector log_odds(const Instruction *instruction, Vector output) {
    if (SIZE(3)) return output;
    Vector p = limited(output, CONSTANT(0), CONSTANT(1));
    return logarithm(p / (1.0f - p));
}

/* log(1 + e^z) - target * z; size = elements of a unit, -, -, 1 from logits; arrays target, output, y. */
OPERATION(binary_crossentropy) {
    for (int64_t i = first * SIZE(0), end = (first + count) * SIZE(0); i < end; i += LANES) {
        Vector z = log_odds(instruction, load_some(NUMBERS(1) + i, end - i, 0.5f));
        store_some(NUMBERS(2) + i, end - i, softplus_of(z) - z * load_some(NUMBERS(0) + i, end - i, 0));
    }
    return 0;
}

/* doutput = dy * (p - target) / (p * (1 - p)), from logits dy * (p - target); arrays dy, target, output, doutput. */
OPERATION(binary_crossentropy_gradient) {
    Number low = CONSTANT(0), high = CONSTANT(1);
    for (int64_t i = first * SIZE(0), end = (first + count) * SIZE(0); i < end; i += LANES) {
        Vector output = load_some(NUMBERS(2) + i, end - i, 0.5f), target = load_some(NUMBERS(1) + i, end - i, 0);
        Vector dy = load_some(NUMBERS(0) + i, end - i, 0), slope;
        if (SIZE(3)) slope = (hyperbolic_tangent(output * 0.5f) + 1.0f) * 0.5f - target;
        else {
            Vector p = limited(output, low, high);
            slope = (p - target) / ((1.0f - p) * p) * within_limits(instruction, output);
        }
        store_some(NUMBERS(3) + i, end - i, slope * dy);
    }
    return 0;
}

/* ---- joined columns: size = rows of a unit, columns of the part, columns of the whole, where the part begins ---- */

/* The part of y's columns that x is; arrays x, y. */
OPERATION(columns_into) {
    ROWS_OF_UNITS(r) memcpy(NUMBERS(1) + r * SIZE(2) + SIZE(3), NUMBERS(0) + r * SIZE(1), SIZE(1) * sizeof(Number));
    return 0;
}

/* dx = the part of dy's columns; arrays dy, dx. */
OPERATION(columns_of) {
    ROWS_OF_UNITS(r) memcpy(NUMBERS(1) + r * SIZE(1), NUMBERS(0) + r * SIZE(2) + SIZE(3), SIZE(1) * sizeof(Number));
    return 0;
}
