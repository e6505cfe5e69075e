/* What the files of the library share: instructions, the types of vectors, and how a level of instruction sets names its functions.

   The library runs programs that Python makes (engine/_graph/native_plan.py): lists of instructions over arrays whose addresses
   never change. All arrays are contiguous; numbers are those of the program, float32 or float64, unless an operation says otherwise. */
#ifndef ENGINE_NATIVE_H
#define ENGINE_NATIVE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MOST_SIZES 8
#define MOST_NUMBERS 4
#define MOST_ARRAYS 9
#define MOST_GRADIENTS 32768 /* of a chunk that are left for the update behind it */

/* One operation on arrays. It works on `units` units (samples, or rows of a weight), which may be done in any order and on any
   thread; what a size, a number and an array means is said at each operation. */
typedef struct {
    int64_t operation; /* its position among OPERATIONS */
    int64_t units;
    int64_t at_once; /* units after which the instructions that follow with such a number have their turn; 0: all of a chunk */
    int64_t size[MOST_SIZES];
    double number[MOST_NUMBERS];
    void *array[MOST_ARRAYS];
    int64_t of_unit[MOST_ARRAYS]; /* not 0: `array` is a distance from where the thread's own memory begins, in which there is room for the
                                     units of a chunk, of so many bytes each; less than 0: for the units of a turn */
    int64_t owned; /* 1: some arrays lie there */
} Instruction;

/* Units first ... first + count - 1 of `instructions` instructions, one after the other: what one thread does without a break. */
typedef struct {
    int64_t instruction, instructions;
    int64_t first, count;
} Chunk;

/* Chunks that do not depend on each other. All chunks of a phase are done before the next phase begins. */
typedef struct {
    int64_t chunk, chunks;
    int64_t threads; /* that may work on it; 0: any number */
} Phase;

enum { FLOAT32, FLOAT64, TYPES };

typedef struct {
    const Instruction *instructions;
    const Chunk *chunks;
    const Phase *phases;
    int64_t phase_count;
    int64_t type; /* of its numbers */
    char *own;         /* memory of the threads, one after the other */
    int64_t of_thread; /* bytes that each has */
    int64_t failed; /* 1 + the number of the instruction that found unusable numbers in its arrays; 0: none did */
} Program;

/* Does units first ... first + count - 1; 0, or 1 where numbers in its arrays are unusable (a label that is no class). */
typedef int (*Operation)(const Instruction *instruction, int64_t first, int64_t count);

#define OPERATIONS(X)                                                                                                  \
    X(linear) X(matmul) X(linear_input_gradient) X(weight_gradient) X(bias_gradient)                                             \
    X(rectify) X(rectify_gradient) X(sigmoid) X(sigmoid_gradient) X(tanh) X(tanh_gradient)                             \
    X(elu) X(elu_gradient) X(softplus) X(softplus_gradient) X(softsign) X(softsign_gradient)                           \
    X(hard_sigmoid) X(hard_sigmoid_gradient) X(leaky) X(leaky_gradient) X(exponent)                                    \
    X(limited_rectify) X(limited_rectify_gradient) X(logarithm_of) X(error_function_of) X(error_function_gradient) X(root_of) X(root_gradient)                         \
    X(clip) X(clip_gradient) X(maximum_gradient) X(minimum_gradient)                                                                       \
    X(square) X(square_gradient) X(absolute) X(absolute_gradient) X(round) X(negative) X(copy)                                              \
    X(add) X(subtract) X(multiply) X(divide) X(maximum) X(minimum) X(multiply_rows)                                               \
    X(softmax) X(softmax_gradient) X(softmax_of_rows) X(softmax_of_rows_gradient) X(interpolate) X(interpolate_gradient)                                                                                     \
    X(categorical_crossentropy) X(categorical_crossentropy_gradient)                                                   \
    X(sparse_crossentropy) X(sparse_crossentropy_gradient)                                                             \
    X(binary_crossentropy) X(binary_crossentropy_gradient)                                                             \
    X(row_sum) X(row_sum_gradient) X(middle_sum) X(middle_sum_gradient) X(sum) X(sum_gradient)                                                          \
    X(columns_into) X(columns_of) X(gather_rows) X(table_rows) X(table_gradient)                                                      \
    X(argmax) X(equal) X(not_equal) X(less) X(less_equal) X(greater) X(greater_equal) X(any_true) X(boolean_to_float) X(whole_to_float) X(float_to_whole) X(where)             \
    X(steps_of_records) X(multiply_steps) X(lstm) X(lstm_gradient) X(simple_rnn) X(simple_rnn_gradient)                \
    X(gru) X(gru_gradient) X(columns_weight_gradient)                                                                  \
    X(pack_kernel) X(correlate) X(kernel_gradient_sums) X(sum_of_groups)                                               \
    X(add_row) X(move) X(move_added) X(depthwise) X(depthwise_normalised) X(depthwise_input_gradient) X(depthwise_gradient_sums)                            \
    X(linear_of_few_rows) X(linear_of_parts) X(largest_of_rows) X(smallest_of_rows) X(extreme_of_rows_gradient)                                                  \
    X(transpose) X(gradient_of_largest) X(gradient_of_largest_of_groups)                                               \
    X(transform_kernels) X(winograd) X(winograd_gradient_sums) X(winograd_gradient_of_groups)                          \
    X(max_pool) X(max_pool_gradient) X(average_pool) X(average_pool_gradient)                                          \
    X(batch_moments) X(batch_moments_of_groups) X(inverse_deviation) X(folded_normalisation) X(normalise)                                      \
    X(normalise_gradient_sums) X(normalise_gradient_of_groups) X(normalise_input_gradient)                             \
    X(descend) X(descend_with_momentum) X(descend_ahead)                                                               \
    X(rmsprop) X(rmsprop_of_later) X(rmsprop_with_momentum) X(rmsprop_centered) X(rmsprop_centered_with_momentum)     \
    X(adagrad) X(adagrad_of_later) X(adadelta) X(adam) X(amsgrad) X(adamax) X(nadam) X(lion) X(sums_of_squares) X(limit_norms)

enum { LEVEL_BASELINE, LEVEL_AVX2, LEVEL_AVX512, LEVELS };

extern const Operation *const level_operations[TYPES][LEVELS]; /* NULL for a level that was not built for this kind of processor */

typedef void (*Run)(void *task, int64_t i, int thread);

/* Call run(task, i, thread) for i = 0 ... count - 1 on at most `threads` threads, the calling one among them, and return after all calls.
   `thread` tells them apart: a number below `threads`. */
void pool_run(Run run, void *task, int64_t count, int threads);

#endif
