/* pool.c - threads by POSIX names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "sys/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

#include "base/alloc.h"

enum { MAX_THREADS = 256 };

typedef struct run {
    const pool *how;
    size_t count;
    pool_job job;
    void *ctx;
    atomic_size_t next;
    atomic_bool is_stopped;
    pthread_mutex_t mutex; /* guards the two below */
    size_t failed_index;
    pa_error error;
} run;

typedef struct worker_start {
    run *shared;
    unsigned worker;
} worker_start;

static bool is_cancelled(const pool *how) {
    return how->should_stop != NULL && how->should_stop(how->stop_ctx);
}

/* Keeps the error of the lowest job. */
static void keep_error(run *r, size_t index, const pa_error *err) {
    pthread_mutex_lock(&r->mutex);
    if (index < r->failed_index) {
        r->failed_index = index;
        r->error = *err;
    }
    pthread_mutex_unlock(&r->mutex);
    atomic_store(&r->is_stopped, true);
}

static void *work(void *start) {
    run *r = ((worker_start *)start)->shared;
    unsigned worker = ((worker_start *)start)->worker;
    while (!atomic_load(&r->is_stopped) && !is_cancelled(r->how)) {
        size_t index = atomic_fetch_add(&r->next, 1);
        if (index >= r->count) {
            break;
        }
        pa_error err = {0};
        if (r->job(r->ctx, worker, index, &err) != PA_OK) {
            keep_error(r, index, &err);
        }
    }
    return NULL;
}

pa_status pool_run(const pool *how, size_t count, pool_job job, void *ctx,
                   pa_error *err) {
    run r = {
        .how = how, .count = count, .job = job, .ctx = ctx, .failed_index = SIZE_MAX};
    pthread_mutex_init(&r.mutex, NULL);
    unsigned wanted = how->thread_count < MAX_THREADS ? how->thread_count : MAX_THREADS;
    worker_start starts[MAX_THREADS];
    pthread_t threads[MAX_THREADS];
    unsigned started = 1;
    while (started < wanted && started < count) {
        starts[started] = (worker_start){&r, started};
        /* Fewer threads than asked for is slower, not wrong. */
        if (pthread_create(&threads[started], NULL, work, &starts[started]) != 0) {
            break;
        }
        started++;
    }
    starts[0] = (worker_start){&r, 0};
    work(&starts[0]);
    for (unsigned i = 1; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_mutex_destroy(&r.mutex);
    if (r.failed_index != SIZE_MAX) {
        return error_set(err, r.error.status, "%s", r.error.text);
    }
    return is_cancelled(how) ? error_set(err, PA_CANCELLED, "interrupted") : PA_OK;
}

unsigned pool_processors(void) {
#ifdef __linux__
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
        return (unsigned)CPU_COUNT(&set);
    }
#endif
#ifdef _SC_NPROCESSORS_ONLN
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    if (online > 0) {
        return (unsigned)online;
    }
#endif
    return 1;
}

struct budget {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint64_t limit_bytes;
    uint64_t used_bytes;
};

budget *budget_new(uint64_t limit_bytes) {
    budget *b = mem_zero(1, sizeof *b);
    if (b != NULL) {
        pthread_mutex_init(&b->mutex, NULL);
        pthread_cond_init(&b->changed, NULL);
        b->limit_bytes = limit_bytes;
    }
    return b;
}

void budget_take(budget *b, uint64_t size_bytes) {
    pthread_mutex_lock(&b->mutex);
    while (b->used_bytes > 0 &&
           (size_bytes > b->limit_bytes || b->used_bytes > b->limit_bytes - size_bytes)) {
        pthread_cond_wait(&b->changed, &b->mutex);
    }
    b->used_bytes += size_bytes;
    pthread_mutex_unlock(&b->mutex);
}

void budget_give(budget *b, uint64_t size_bytes) {
    pthread_mutex_lock(&b->mutex);
    b->used_bytes -= size_bytes;
    pthread_cond_broadcast(&b->changed);
    pthread_mutex_unlock(&b->mutex);
}

void budget_free(budget *b) {
    if (b != NULL) {
        pthread_cond_destroy(&b->changed);
        pthread_mutex_destroy(&b->mutex);
        mem_free(b);
    }
}

struct lock {
    pthread_mutex_t mutex;
};

lock *lock_new(void) {
    lock *l = mem_zero(1, sizeof *l);
    if (l != NULL) {
        pthread_mutex_init(&l->mutex, NULL);
    }
    return l;
}

void lock_enter(lock *l) {
    pthread_mutex_lock(&l->mutex);
}

void lock_leave(lock *l) {
    pthread_mutex_unlock(&l->mutex);
}

void lock_free(lock *l) {
    if (l != NULL) {
        pthread_mutex_destroy(&l->mutex);
        mem_free(l);
    }
}
