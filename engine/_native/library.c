/* What Python calls: which operations there are, which level this processor has, and running a program. */
#include "native.h"

#include <stdatomic.h>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
extern const Operation operations_baseline[], operations_avx2[], operations_avx512[];
extern const Operation double_operations_baseline[], double_operations_avx2[], double_operations_avx512[];
const Operation *const level_operations[TYPES][LEVELS] = {{operations_baseline, operations_avx2, operations_avx512},
                                                          {double_operations_baseline, double_operations_avx2, double_operations_avx512}};
#else
extern const Operation operations_baseline[], double_operations_baseline[];
const Operation *const level_operations[TYPES][LEVELS] = {{operations_baseline, NULL, NULL}, {double_operations_baseline, NULL, NULL}};
#endif

static const Operation *operations[TYPES];

#define NAME(name) #name,
static const char *const names[] = {OPERATIONS(NAME) NULL};

/* The name of operation number n; NULL behind the last. */
const char *native_operation(int64_t n) { return names[n]; }

/* The best level of this processor and system. */
int native_best_level(void) {
#if defined(__x86_64__)
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) || !(c & bit_FMA)) return LEVEL_BASELINE;
    __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 0x06) != 0x06 || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_AVX2)) return LEVEL_BASELINE;
    unsigned needed = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL | bit_AVX512CD;
    return (low & 0xe6) == 0xe6 && (b & needed) == needed ? LEVEL_AVX512 : LEVEL_AVX2;
#else
    return LEVEL_BASELINE;
#endif
}

/* Use a level from now on. */
void native_use(int level) {
    for (int type = 0; type < TYPES; type++) operations[type] = level_operations[type][level];
}

/* The instruction as it finds its arrays where some lie in the memory of a thread: these are where unit 0 would be, so that all count alike. */
static const Instruction *in_place(const Instruction *instruction, char *own, int64_t chunk, int64_t turn, Instruction *copy) {
    if (!instruction->owned) return instruction;
    *copy = *instruction;
    for (int k = 0; k < MOST_ARRAYS; k++) {
        int64_t of_unit = instruction->of_unit[k], before = of_unit < 0 ? -of_unit * turn : of_unit * chunk;
        if (of_unit) copy->array[k] = (void *)((uintptr_t)own + (uintptr_t)instruction->array[k] - (uintptr_t)before);
    }
    return copy;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Instructions i ... end - 1, all for `at_once` units of a chunk, then all for the next ones; 1 where one cannot use its numbers. What each
   took is added to `seconds`, unless NULL. */
static int run_in_turns(Program *program, int64_t i, int64_t end, const Chunk *chunk, int64_t at_once, char *own, double *seconds) {
    Instruction copy;
    for (int64_t first = chunk->first, rest = chunk->count; rest > 0; first += at_once, rest -= at_once)
        for (int64_t n = i; n < end; n++) {
            const Instruction *instruction = in_place(program->instructions + n, own, chunk->first, first, &copy);
            double before = seconds ? now() : 0;
            if (operations[program->type][instruction->operation](instruction, first, rest < at_once ? rest : at_once)) {
                __atomic_store_n(&program->failed, n + 1, __ATOMIC_RELAXED);
                return 1;
            }
            if (seconds) seconds[n] += now() - before;
        }
    return 0;
}

static void run_chunk(Program *program, int64_t n, int thread, double *seconds) {
    const Chunk *chunk = program->chunks + n;
    int64_t end = chunk->instruction + chunk->instructions;
    char *own = program->own + thread * program->of_thread;
    for (int64_t i = chunk->instruction, next; i < end; i = next) {
        int64_t at_once = program->instructions[i].at_once;
        for (next = i + 1; at_once && next < end && program->instructions[next].at_once == at_once;) next++;
        if (run_in_turns(program, i, next, chunk, at_once ? at_once : chunk->count, own, seconds)) return;
    }
}

typedef struct {
    Program *program;
    int64_t first;
} PhaseTask;

static void run_chunk_of_phase(void *task, int64_t n, int thread) {
    PhaseTask *phase = task;
    run_chunk(phase->program, phase->first + n, thread, NULL);
}

/* Run a program; gives what `failed` is afterwards. Phases behind a failure are not run. */
int64_t native_run(Program *program, int threads) {
    program->failed = 0;
    for (int64_t p = 0; p < program->phase_count && !program->failed; p++) {
        const Phase *phase = program->phases + p;
        PhaseTask task = {program, phase->chunk};
        pool_run(run_chunk_of_phase, &task, phase->chunks, phase->threads && phase->threads < threads ? (int)phase->threads : threads);
    }
    return program->failed;
}

/* Run a program on one thread and add what each instruction took to `seconds`. */
int64_t native_time(Program *program, double *seconds) {
    program->failed = 0;
    for (int64_t p = 0; p < program->phase_count && !program->failed; p++)
        for (int64_t n = program->phases[p].chunk; n < program->phases[p].chunk + program->phases[p].chunks && !program->failed; n++)
            run_chunk(program, n, 0, seconds);
    return program->failed;
}
