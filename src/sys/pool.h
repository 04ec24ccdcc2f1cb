/* pool.h - run many jobs on a few threads. Jobs are handed out in the order of their
 * numbers and write only into slots of their own, so that the result does not depend on
 * the threads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_SYS_POOL_H
#define PA_SYS_POOL_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How work is to be done; shared by everything that one command runs. */
typedef struct pool {
    unsigned thread_count; /**< 1 runs everything in the caller's thread */
    uint64_t memory_bytes; /**< what jobs may hold together of what they take by
                              budget_take */
    /** Asked before every job, from any thread; true stops the run. May be NULL. */
    bool (*should_stop)(void *ctx);
    void *stop_ctx;
} pool;

/** One job. `worker` is below thread_count: for memory that one thread reuses. */
typedef pa_status (*pool_job)(void *ctx, unsigned worker, size_t index, pa_error *err);

/** Runs jobs 0 … count-1. After a failure no further job starts; the error that is
 * reported is that of the lowest job that failed. PA_CANCELLED when should_stop said so.
 */
pa_status pool_run(const pool *how, size_t count, pool_job job, void *ctx, pa_error *err);

/** Processors that this process may use, at least 1. */
unsigned pool_processors(void);

/** Bytes that running jobs hold together. A job that asks for more than is left waits;
 * one that asks for more than there ever is runs when it is alone. Take nothing while
 * holding something. */
typedef struct budget budget;
budget *budget_new(uint64_t limit_bytes);
void budget_take(budget *b, uint64_t size_bytes);
void budget_give(budget *b, uint64_t size_bytes);
void budget_free(budget *b);

/** A lock. */
typedef struct lock lock;
lock *lock_new(void);
void lock_enter(lock *l);
void lock_leave(lock *l);
void lock_free(lock *l);

#endif
