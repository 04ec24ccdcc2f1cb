/* test_shares.c - the shares of images in a peak add up to the peak that the audit tells.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/audit.h"
#include "expect.h"
#include "packaudit/packaudit.h"

#define BUILD "examples/showcase"

static uint64_t sum_of(const pa_audit *audit, uint32_t view, uint32_t from, uint32_t to,
                       alive_before alive) {
    size_t count = audit->images.count;
    pa_error err = {0};
    image_share *rows = calloc(count + 1, sizeof *rows);
    view_shares(audit, &audit->views[view], from, to, alive, rows, &err);
    expect_no_error(&err);
    uint64_t sum = shares_rest(&audit->views[view].model, rows, count);
    for (size_t i = 0; i < count; i++) {
        sum += rows[i].added_bytes;
    }
    free(rows);
    return sum;
}

static uint64_t larger(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

static void expect_sums(const pa_audit *audit, uint32_t index) {
    const audit_view *view = &audit->views[index];
    uint32_t count = audit->stage_count;
    /* Heads of files may stay longer than their pixels. Blocks of the pool are larger
     * than what lies in them, by one and the waste of each
     */
    bool is_exact =
        view->model.target != TARGET_NATIVE || view->model.backend != BACKEND_VULKAN;
    for (uint32_t from = 0; from < count; from++) {
        for (uint32_t to = 0; to < count; to++) {
            uint64_t told = view->transitions[(size_t)from * count + to].upper_bytes;
            uint64_t sum = larger(sum_of(audit, index, from, to, ALIVE_FROM),
                                  sum_of(audit, index, from, to, ALIVE_SETTLED));
            if (from == to) {
                told = view->stages[to].load.upper_bytes;
                sum = sum_of(audit, index, from, to, ALIVE_NOTHING);
            }
            assert_true(sum <= told);
            assert_true(is_exact ? told - sum < 64 : sum * 2 > told);
        }
    }
}

static void expect_sums_as(const char *target, const char *engine, const char *backend) {
    static const char *const devices[] = {"iphone_2g", "android_low_2g"};
    pa_options options = pa_options_default();
    pa_error err = {0};
    options.target = target;
    options.engine = engine;
    options.backend = backend;
    options.devices = devices;
    options.device_count = COUNT_OF(devices);
    pa_audit *audit = pa_audit_open(BUILD, &options, &err);
    expect_no_error(&err);
    assert_int_equal(audit->stage_count, 4);
    for (uint32_t i = 0; i < audit->view_count; i++) {
        expect_sums(audit, i);
    }
    pa_audit_free(audit);
}

static void shares_are_the_peaks_of_every_change(void **state) {
    (void)state;
    expect_sums_as("native", NULL, "gles");
    expect_sums_as("native", NULL, "metal");
    expect_sums_as("native", NULL, "vulkan");
    expect_sums_as("native", "3.5.2", NULL);
    expect_sums_as("web", NULL, NULL);
    expect_sums_as("minigame", NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_the_peaks_of_every_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
