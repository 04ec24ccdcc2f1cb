/* test_no_memory.c - opening a build while the nth request for memory fails, and all after it: it
 * ends with PA_NOMEM or with the same result, and leaks nothing (AddressSanitizer watches).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "expect.h"
#include "packaudit/packaudit.h"

static const char *build_path(void) {
    static const char *const places[] = {"examples/showcase", "../examples/showcase"};
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (access(places[i], R_OK) == 0) {
            return places[i];
        }
    }
    return NULL;
}

/* One thread, so that the nth request is the same one in every run. */
static pa_audit *open_failing(uint64_t nth, pa_depth depth, pa_error *err) {
    pa_options options = pa_options_default();
    options.thread_count = 1;
    options.depth = depth;
    mem_fail_from(nth);
    pa_audit *audit = pa_audit_open(build_path(), &options, err);
    mem_fail_from(0);
    return audit;
}

static void expect_same_findings(const pa_audit *audit, pa_finding_counts wanted) {
    pa_finding_counts counts = pa_audit_findings(audit);
    assert_int_equal(counts.errors, wanted.errors);
    assert_int_equal(counts.warnings, wanted.warnings);
    assert_int_equal(counts.notes, wanted.notes);
}

static void fail_at_every_place(pa_depth depth) {
    if (build_path() == NULL) {
        skip();
    }
    pa_error err = {0};
    pa_audit *whole = open_failing(0, depth, &err);
    expect_no_error(&err);
    pa_finding_counts wanted = pa_audit_findings(whole);
    pa_audit_free(whole);
    bool is_open = false;
    /* Each of the first places, then in steps of a tenth. */
    uint64_t step = 1;
    for (uint64_t nth = 1; !is_open; nth += step) {
        pa_error failure = {0};
        pa_audit *audit = open_failing(nth, depth, &failure);
        is_open = audit != NULL;
        if (is_open) {
            expect_same_findings(audit, wanted);
        } else {
            expect_error(&failure, PA_NOMEM, NULL);
            assert_non_null(strstr(failure.text, "memory ran out"));
        }
        pa_audit_free(audit);
        step = nth < 30 ? 1 : nth / 10;
    }
}

static void a_graph_without_memory_is_refused_cleanly(void **state) {
    (void)state;
    fail_at_every_place(PA_DEPTH_GRAPH);
}

static void an_audit_without_memory_is_refused_cleanly(void **state) {
    (void)state;
    fail_at_every_place(PA_DEPTH_HEADERS);
}

static void decoding_without_memory_is_refused_cleanly(void **state) {
    (void)state;
    fail_at_every_place(PA_DEPTH_PIXELS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_graph_without_memory_is_refused_cleanly),
        cmocka_unit_test(an_audit_without_memory_is_refused_cleanly),
        cmocka_unit_test(decoding_without_memory_is_refused_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
