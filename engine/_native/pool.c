/* Threads that wait for phases of chunks. A chunk is taken by a ticket: one word that names the phase, its number of chunks, and how
   many were taken from the front and from the back, so that a thread which comes late can never take a chunk of a phase that is over.

   Every second thread takes from the back: in every step the same threads then work on the same weights, which lie in their caches.
   A thread that waits looks at the ticket for a short while and then sleeps. */
#include "native.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#if !defined(_WIN32)
#include <signal.h>
#endif

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define MOST_THREADS 64
#define MOST_CHUNKS 4095
#define AWAKE 50000 /* nanoseconds */

enum { BACK = 0, FRONT = 12, COUNT = 24, PHASE = 36, FIELD = 0xfff };

static _Atomic uint64_t ticket;
static _Atomic int64_t done, sleeping, caller_sleeps;
/* What the chunks of the present phase are. A thread reads it between looking at the ticket and taking a chunk: it has taken one only
   where the ticket is still the same, and so is this. */
static _Atomic(Run) job;
static void *_Atomic job_task;
static _Atomic int64_t job_first;
static _Atomic int job_threads;
static int started; /* threads beside the caller's */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work_to_do = PTHREAD_COND_INITIALIZER, work_done = PTHREAD_COND_INITIALIZER;
static atomic_flag in_use = ATOMIC_FLAG_INIT;

static void pause_shortly(void) {
#if defined(__x86_64__)
    _mm_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Numbers too small for a normal float32 count as 0 in this thread from now on: a product with them takes a hundred times as long. */
static uint64_t flush_to_zero(void) {
#if defined(__x86_64__)
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040);
    return before;
#elif defined(__aarch64__)
    uint64_t before;
    __asm__ __volatile__("mrs %0, fpcr" : "=r"(before));
    __asm__ __volatile__("msr fpcr, %0" : : "r"(before | (1ull << 24)));
    return before;
#else
    return 0;
#endif
}

static void restore(uint64_t before) {
#if defined(__x86_64__)
    _mm_setcsr((unsigned)before);
#elif defined(__aarch64__)
    __asm__ __volatile__("msr fpcr, %0" : : "r"(before));
#else
    (void)before;
#endif
}

/* Take chunks until all are taken, every second thread from the back. */
static void take_chunks(int thread) {
    int from_back = thread & 1;
    for (;;) {
        uint64_t seen = atomic_load_explicit(&ticket, memory_order_acquire);
        int64_t count = seen >> COUNT & FIELD, front = seen >> FRONT & FIELD, back = seen >> BACK & FIELD;
        Run run = job;
        void *task = job_task;
        int64_t first = job_first;
        if (front + back >= count || thread >= job_threads) return; /* it may have come for a phase before, which more could work on */
        uint64_t taken = seen + (from_back ? 1ull << BACK : 1ull << FRONT);
        if (!atomic_compare_exchange_weak(&ticket, &seen, taken)) continue;
        run(task, first + (from_back ? count - 1 - back : front), thread);
        if (atomic_fetch_add(&done, 1) + 1 == count && atomic_load(&caller_sleeps)) {
            pthread_mutex_lock(&lock);
            pthread_cond_signal(&work_done);
            pthread_mutex_unlock(&lock);
        }
    }
}

static void wait_for_phase_after(uint64_t phase) {
    int64_t until = now() + AWAKE;
    while (atomic_load_explicit(&ticket, memory_order_acquire) >> PHASE == phase) {
        for (int i = 0; i < 32; i++) pause_shortly();
        if (now() < until) continue;
        pthread_mutex_lock(&lock);
        atomic_fetch_add(&sleeping, 1);
        while (atomic_load(&ticket) >> PHASE == phase) pthread_cond_wait(&work_to_do, &lock);
        atomic_fetch_sub(&sleeping, 1);
        pthread_mutex_unlock(&lock);
    }
}

static void *serve(void *number) {
    int64_t own = (intptr_t)number;
    uint64_t phase = 0;
    flush_to_zero();
    for (;;) {
        wait_for_phase_after(phase);
        phase = atomic_load(&ticket) >> PHASE;
        take_chunks((int)own);
    }
    return NULL;
}

static int create(int number) {
    pthread_t thread;
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    int failed = pthread_create(&thread, &detached, serve, (void *)(intptr_t)number);
    pthread_attr_destroy(&detached);
    return failed;
}

/* As many threads as asked for, or as many as the system gives. They leave signals to the threads of the program: what one of these
   waits for has to be broken off by them. */
static void start(int threads) {
    if (started + 1 >= threads) return;
#if !defined(_WIN32)
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
#endif
    while (started + 1 < threads && !create(started + 1)) started++;
#if !defined(_WIN32)
    pthread_sigmask(SIG_SETMASK, &before, NULL);
#endif
}

static void run_phase(int64_t count) {
    uint64_t phase = (atomic_load(&ticket) >> PHASE) + 1;
    atomic_store(&done, 0);
    atomic_store(&ticket, phase << PHASE | (uint64_t)count << COUNT);
    if (atomic_load(&sleeping)) {
        pthread_mutex_lock(&lock);
        pthread_cond_broadcast(&work_to_do);
        pthread_mutex_unlock(&lock);
    }
    take_chunks(0);
    int64_t until = now() + AWAKE;
    while (atomic_load_explicit(&done, memory_order_acquire) < count) {
        for (int i = 0; i < 32; i++) pause_shortly();
        if (now() < until) continue;
        pthread_mutex_lock(&lock);
        atomic_store(&caller_sleeps, 1);
        while (atomic_load(&done) < count) pthread_cond_wait(&work_done, &lock);
        atomic_store(&caller_sleeps, 0);
        pthread_mutex_unlock(&lock);
    }
}

void pool_run(Run run, void *task, int64_t count, int threads) {
    uint64_t before = flush_to_zero();
    if (threads > MOST_THREADS) threads = MOST_THREADS;
    /* A second caller at the same time works through its chunks alone. */
    if (threads < 2 || count < 2 || atomic_flag_test_and_set(&in_use)) {
        for (int64_t i = 0; i < count; i++) run(task, i, 0);
        restore(before);
        return;
    }
    start(threads);
    job = run;
    job_task = task;
    job_threads = threads;
    for (int64_t first = 0; first < count; first += MOST_CHUNKS) {
        job_first = first;
        run_phase(count - first < MOST_CHUNKS ? count - first : MOST_CHUNKS);
    }
    atomic_flag_clear(&in_use);
    restore(before);
}

/* In a forked child: it has none of the threads, and the lock may be held by one of them. What another thread was computing when the
   process forked is the parent's: nobody may take its chunks here. */
void native_forked(void) {
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&work_to_do, NULL);
    pthread_cond_init(&work_done, NULL);
    atomic_store(&sleeping, 0);
    atomic_store(&caller_sleeps, 0);
    atomic_store(&done, 0);
    atomic_store(&ticket, atomic_load(&ticket) >> PHASE << PHASE);
    atomic_flag_clear(&in_use);
    started = 0;
}
