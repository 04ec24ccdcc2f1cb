/* test_content_find.c - the rules about content while the nth request for memory fails,
 * alone or with all after it: PA_NOMEM, or all the findings, and no leak
 * (AddressSanitizer watches).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/content.h"

#include <unistd.h>

#include "base/alloc.h"
#include "expect.h"

static const char *build_path(void) {
    static const char *const places[] = {"examples/showcase", "../examples/showcase"};
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (access(places[i], R_OK) == 0) {
            return places[i];
        }
    }
    return NULL;
}

static pa_audit *open_build(void) {
    static const char *const devices[] = {"iphone_2g", "web_desktop"};
    pa_error err = {0};
    pa_options options = pa_options_default();
    options.devices = devices;
    options.device_count = COUNT_OF(devices);
    options.depth = PA_DEPTH_PIXELS;
    pa_audit *audit = pa_audit_open(build_path(), &options, &err);
    expect_no_error(&err);
    return audit;
}

static void expect_same(const finding_list *got, const finding_list *wanted) {
    assert_int_equal(got->count, wanted->count);
    for (size_t i = 0; i < got->count; i++) {
        const finding *a = &got->rows[i];
        const finding *b = &wanted->rows[i];
        assert_int_equal(a->rule, b->rule);
        assert_int_equal(a->bytes, b->bytes);
        assert_true(str_equal(a->message, b->message));
        assert_true(str_equal(a->device, b->device));
        assert_int_equal(a->member_count, b->member_count);
        for (uint32_t j = 0; j < a->member_count; j++) {
            assert_true(str_equal(a->members[j], b->members[j]));
        }
    }
}

static void fail_at_every_place(void (*fail_at)(uint64_t)) {
    if (build_path() == NULL) {
        skip();
    }
    pa_audit *audit = open_build();
    pa_error err = {0};
    finding_list wanted = {0};
    assert_int_equal(content_find(audit, &wanted, &err), PA_OK);
    assert_true(wanted.count > 4);
    uint64_t last = 0;
    for (uint64_t nth = 1; nth <= last + 50; nth++) {
        pa_error failure = {0};
        finding_list found = {0};
        fail_at(nth);
        pa_status status = content_find(audit, &found, &failure);
        fail_at(0);
        if (status == PA_OK) {
            expect_same(&found, &wanted);
        } else {
            expect_error(&failure, PA_NOMEM, NULL);
            last = nth;
        }
        finding_list_clear(&found);
    }
    assert_true(last > 10);
    finding_list_clear(&wanted);
    pa_audit_free(audit);
}

static void without_memory_nothing_is_found_by_half(void **state) {
    (void)state;
    fail_at_every_place(mem_fail_from);
}

static void one_failure_is_not_overlooked(void **state) {
    (void)state;
    fail_at_every_place(mem_fail_only);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_nothing_is_found_by_half),
        cmocka_unit_test(one_failure_is_not_overlooked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
