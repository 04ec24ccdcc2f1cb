/* test_pool.c - jobs on threads, and the budget they share.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sys/pool.h"

#include <sched.h>
#include <stdatomic.h>

#include "expect.h"

enum { JOBS = 200 };

typedef struct work {
    atomic_uint runs[JOBS];
    atomic_uint finished;
    atomic_uint highest_worker;
    atomic_bool has_late_failed;
    unsigned stop_after;
    budget *budget;
    atomic_uint held;
    atomic_uint most_held;
} work;

static pa_status count_run(void *ctx, unsigned worker, size_t index, pa_error *err) {
    (void)err;
    work *w = ctx;
    atomic_fetch_add(&w->runs[index], 1);
    atomic_fetch_add(&w->finished, 1);
    unsigned highest = atomic_load(&w->highest_worker);
    while (worker > highest &&
           !atomic_compare_exchange_weak(&w->highest_worker, &highest, worker)) {
    }
    return PA_OK;
}

static void every_job_runs_once(void **state) {
    (void)state;
    for (unsigned threads = 1; threads <= 8; threads++) {
        work w = {0};
        pa_error err = {0};
        pool_run(&(pool){.thread_count = threads}, JOBS, count_run, &w, &err);
        expect_no_error(&err);
        for (int i = 0; i < JOBS; i++) {
            assert_int_equal(atomic_load(&w.runs[i]), 1);
        }
        assert_true(atomic_load(&w.highest_worker) < threads);
    }
}

static void no_jobs_are_no_failure(void **state) {
    (void)state;
    pa_error err = {0};
    pool_run(&(pool){.thread_count = 4}, 0, count_run, NULL, &err);
    expect_no_error(&err);
}

/* Job 3 fails only after job 7 did, so that the later failure is the earlier job's. */
static pa_status fail_late_and_early(void *ctx, unsigned worker, size_t index,
                                     pa_error *err) {
    (void)worker;
    work *w = ctx;
    if (index == 7) {
        atomic_store(&w->has_late_failed, true);
        return error_set(err, PA_IO, "job 7");
    }
    if (index == 3) {
        while (!atomic_load(&w->has_late_failed)) {
            sched_yield();
        }
        return error_set(err, PA_FORMAT, "job 3");
    }
    return PA_OK;
}

static void the_failure_of_the_lowest_job_is_told(void **state) {
    (void)state;
    for (unsigned threads = 2; threads <= 6; threads++) {
        work w = {0};
        pa_error err = {0};
        pool_run(&(pool){.thread_count = threads}, JOBS, fail_late_and_early, &w, &err);
        expect_error(&err, PA_FORMAT, "job 3");
    }
}

static pa_status fail_at_5(void *ctx, unsigned worker, size_t index, pa_error *err) {
    count_run(ctx, worker, index, err);
    return index == 5 ? error_set(err, PA_IO, "job 5") : PA_OK;
}

static void no_job_starts_after_a_failure(void **state) {
    (void)state;
    work w = {0};
    pa_error err = {0};
    pool_run(&(pool){.thread_count = 1}, JOBS, fail_at_5, &w, &err);
    expect_error(&err, PA_IO, "job 5");
    assert_int_equal(atomic_load(&w.finished), 6);
}

static bool stop_when_enough(void *ctx) {
    work *w = ctx;
    return atomic_load(&w->finished) >= w->stop_after;
}

static void a_stopped_run_is_cancelled(void **state) {
    (void)state;
    work w = {.stop_after = 10};
    pa_error err = {0};
    pool how = {.thread_count = 1, .should_stop = stop_when_enough, .stop_ctx = &w};
    assert_int_equal(pool_run(&how, JOBS, count_run, &w, &err), PA_CANCELLED);
    expect_error(&err, PA_CANCELLED, "interrupted");
    assert_int_equal(atomic_load(&w.finished), 10);
}

static void there_is_a_processor(void **state) {
    (void)state;
    assert_true(pool_processors() >= 1);
}

/* ---- budget
 * ----------------------------------------------------------------------------- */

static pa_status hold_60(void *ctx, unsigned worker, size_t index, pa_error *err) {
    (void)worker;
    (void)index;
    (void)err;
    work *w = ctx;
    budget_take(w->budget, 60);
    unsigned held = atomic_fetch_add(&w->held, 60) + 60;
    unsigned most = atomic_load(&w->most_held);
    while (held > most && !atomic_compare_exchange_weak(&w->most_held, &most, held)) {
    }
    sched_yield();
    atomic_fetch_sub(&w->held, 60);
    budget_give(w->budget, 60);
    return PA_OK;
}

/* What jobs that hold 60 each held at most together. */
static unsigned most_held(uint64_t limit_bytes) {
    work w = {.budget = budget_new(limit_bytes)};
    pa_error err = {0};
    assert_non_null(w.budget);
    pool_run(&(pool){.thread_count = 4}, JOBS, hold_60, &w, &err);
    expect_no_error(&err);
    budget_free(w.budget);
    return atomic_load(&w.most_held);
}

static void jobs_never_hold_more_than_the_budget(void **state) {
    (void)state;
    assert_true(most_held(150) <= 120);
    assert_int_equal(most_held(100), 60);
}

static void a_job_that_is_too_big_runs_alone(void **state) {
    (void)state;
    assert_int_equal(most_held(10), 60);
    assert_int_equal(most_held(0), 60);
}

static void the_largest_request_does_not_overflow(void **state) {
    (void)state;
    budget *b = budget_new(100);
    budget_take(b, UINT64_MAX);
    budget_give(b, UINT64_MAX);
    budget_take(b, 100);
    budget_give(b, 100);
    budget_free(b);
}

static void a_lock_is_entered_and_left(void **state) {
    (void)state;
    lock *l = lock_new();
    assert_non_null(l);
    lock_enter(l);
    lock_leave(l);
    lock_free(l);
    lock_free(NULL);
    budget_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_runs_once),
        cmocka_unit_test(no_jobs_are_no_failure),
        cmocka_unit_test(the_failure_of_the_lowest_job_is_told),
        cmocka_unit_test(no_job_starts_after_a_failure),
        cmocka_unit_test(a_stopped_run_is_cancelled),
        cmocka_unit_test(there_is_a_processor),
        cmocka_unit_test(jobs_never_hold_more_than_the_budget),
        cmocka_unit_test(a_job_that_is_too_big_runs_alone),
        cmocka_unit_test(the_largest_request_does_not_overflow),
        cmocka_unit_test(a_lock_is_entered_and_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
