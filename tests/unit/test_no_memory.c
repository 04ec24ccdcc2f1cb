/* test_no_memory.c - work on a build while the nth request for memory fails, with all
 * after it or alone: it ends with PA_NOMEM or with the same result, and leaks nothing
 * (AddressSanitizer watches).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "base/alloc.h"
#include "expect.h"
#include "packaudit/packaudit.h"
#include "scratch.h"

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

/* The next place to fail at: each of the first ones, then in steps of a share of those
 * before. */
static uint64_t next_place(uint64_t nth, uint64_t share) {
    return nth + 1 + nth / share;
}

static void open_at_every_place(pa_depth depth, uint64_t share) {
    if (build_path() == NULL) {
        skip();
    }
    pa_error err = {0};
    pa_audit *whole = open_failing(0, depth, &err);
    expect_no_error(&err);
    pa_finding_counts wanted = pa_audit_findings(whole);
    pa_audit_free(whole);
    bool is_open = false;
    for (uint64_t nth = 1; !is_open; nth = next_place(nth, share)) {
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
    }
}

static void a_graph_without_memory_is_refused_cleanly(void **state) {
    (void)state;
    open_at_every_place(PA_DEPTH_GRAPH, 1000);
}

static void an_audit_without_memory_is_refused_cleanly(void **state) {
    (void)state;
    open_at_every_place(PA_DEPTH_HEADERS, 20);
}

static void decoding_without_memory_is_refused_cleanly(void **state) {
    (void)state;
    open_at_every_place(PA_DEPTH_PIXELS, 5);
}

/* ---- one failure alone
 * ----------------------------------------------------------------- */

static int keep_text(void *ctx, const char *text, size_t size) {
    buf_add(ctx, (str){text, size});
    return 0;
}

/* The report on what is open, as JSON. */
static buf report_of(const pa_audit *audit) {
    pa_report_options options = {.format = PA_FORMAT_JSON};
    pa_error err = {0};
    buf text = {0};
    pa_report_write(audit, &options, keep_text, &text, &err);
    expect_no_error(&err);
    return text;
}

static pa_audit *open_failing_once(uint64_t nth, const char *path, pa_depth depth,
                                   pa_error *err) {
    static const char *const devices[] = {"web_desktop"};
    pa_options options = pa_options_default();
    options.thread_count = 1;
    options.depth = depth;
    options.devices = devices;
    options.device_count = COUNT_OF(devices);
    mem_fail_only(nth);
    pa_audit *audit = pa_audit_open(path, &options, err);
    mem_fail_only(0);
    return audit;
}

/* Code that overlooks a failure would give other numbers, not an error. */
static void overlook_no_failure(const char *path, pa_depth depth, uint64_t share) {
    pa_error err = {0};
    pa_audit *whole = open_failing_once(0, path, depth, &err);
    expect_no_error(&err);
    buf wanted = report_of(whole);
    pa_audit_free(whole);
    bool has_failed = true;
    for (uint64_t nth = 1, last = 1; has_failed || nth < last + 200;
         nth = next_place(nth, share)) {
        pa_error failure = {0};
        pa_audit *audit = open_failing_once(nth, path, depth, &failure);
        has_failed = audit == NULL;
        if (has_failed) {
            last = nth;
            expect_error(&failure, PA_NOMEM, NULL);
        } else {
            buf found = report_of(audit);
            assert_true(str_equal(buf_str(&found), buf_str(&wanted)));
            buf_clear(&found);
        }
        pa_audit_free(audit);
    }
    buf_clear(&wanted);
}

static void no_failed_request_is_overlooked(void **state) {
    (void)state;
    if (build_path() == NULL) {
        skip();
    }
    overlook_no_failure(build_path(), PA_DEPTH_HEADERS, 1000);
}

/* Texts with escapes need memory where others do not, and a debug config has ids for
 * keys. */
static void no_failed_request_for_a_text_is_overlooked(void **state) {
    (void)state;
    static const struct {
        const char *name, *content;
    } files[] = {
        {"src/settings.json",
         "{\"CocosEngine\":\"2.4.\\u0038\",\"platform\":\"web-\\u006dobile\","
         "\"launchScene\":\"db://assets/h\\u0061ll.fire\",\"bundleVers\":{},"
         "\"remoteBundles\":[\"\\u0062ack\"]}"},
        {"assets/main/config.json",
         "{\"name\":\"m\\u0061in\",\"importBase\":\"imp\\u006frt\",\"nativeBase\":"
         "\"native\","
         "\"uuids\":[\"fc991dd7-0033-4b80-9d41-c8a86a702e59\","
         "\"0ec7d9d8-2b9a-4ac8-9b0f-6dd1d0b86e1a\",\"l\\u006fst\"],"
         "\"paths\":{\"fcmR3XADNLgJ1ByKhqcC5Z\":[\"walls/l\\u0065ft\",\"cc.Texture2D\"]},"
         "\"scenes\":{\"db://assets/"
         "h\\u0061ll.fire\":\"0ec7d9d8-2b9a-4ac8-9b0f-6dd1d0b86e1a\"}}"},
        {"assets/main/import/fc/fc991dd7-0033-4b80-9d41-c8a86a702e59.json",
         "{\"__type__\":\"cc.T\\u0065xture2D\",\"content\":\"0,9729,9729,33071,33071,0,0,"
         "\\u0031\"}"},
        {"assets/main/import/0e/0ec7d9d8-2b9a-4ac8-9b0f-6dd1d0b86e1a.json",
         "[{\"__type__\":\"cc.Sc\\u0065neAsset\",\"_name\":\"h\\u0061ll\"},"
         "{\"__type__\":\"cc.Scene\",\"wall\":{\"__uuid__\":\"fc991dd7-0033-4b80-9d41-"
         "c8a86a702\\u00659\"}}]"},
    };
    scratch folder;
    scratch_make(&folder);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        scratch_write(&folder, files[i].name, str_of(files[i].content));
    }
    overlook_no_failure(folder.folder, PA_DEPTH_PIXELS, 1000);
    scratch_remove(&folder);
}

/* ---- reports
 * ---------------------------------------------------------------------------- */

static int count_bytes(void *ctx, const char *text, size_t size) {
    (void)text;
    *(size_t *)ctx += size;
    return 0;
}

typedef pa_status (*writer)(const pa_audit *audit, pa_format format, size_t *size,
                            pa_error *err);

static pa_status write_report(const pa_audit *audit, pa_format format, size_t *size,
                              pa_error *err) {
    pa_report_options options = {.format = format, .is_verbose = true};
    return pa_report_write(audit, &options, count_bytes, size, err);
}

static pa_status write_why(const pa_audit *audit, pa_format format, size_t *size,
                           pa_error *err) {
    pa_report_options options = {.format = format};
    return pa_why_write(audit, "e4c5bfdf-2464-403b-9685-f1a9871fcdbb", &options,
                        count_bytes, size, err);
}

static pa_check_format verdict_format; /* of all that write_verdict writes */

static pa_status write_verdict(const pa_audit *audit, pa_format format, size_t *size,
                               pa_error *err) {
    (void)format;
    const pa_options audit_options = pa_options_default();
    const pa_check_options check = {.today = "2026-11-24"};
    const pa_report_options options = {.is_verbose = true};
    pa_verdict *verdict = pa_check(audit, &audit_options, &check, err);
    if (verdict == NULL) {
        return err->status;
    }
    pa_status status = pa_verdict_write(verdict, verdict_format, PA_FAIL_ON_ERROR,
                                        &options, count_bytes, size, err);
    pa_verdict_free(verdict);
    return status;
}

/* Writes with the nth request failing until a report is whole, or says what it says with
 * memory. */
static void write_at_every_place(const pa_audit *audit, writer write, pa_format format,
                                 void (*fail_at)(uint64_t nth)) {
    size_t wanted_size = 0;
    pa_error wanted = {0};
    write(audit, format, &wanted_size, &wanted);
    pa_error err = {PA_NOMEM, ""};
    for (uint64_t nth = 1; err.status == PA_NOMEM; nth = next_place(nth, 20)) {
        size_t size = 0;
        err = (pa_error){0};
        fail_at(nth);
        write(audit, format, &size, &err);
        fail_at(0);
        assert_int_equal(size, err.status == PA_NOMEM ? 0 : wanted_size);
    }
    assert_int_equal(err.status, wanted.status);
}

static void write_all_formats(writer write) {
    static const pa_format formats[] = {PA_FORMAT_TEXT, PA_FORMAT_JSON, PA_FORMAT_CSV};
    if (build_path() == NULL) {
        skip();
    }
    pa_error err = {0};
    pa_audit *audit = open_failing(0, PA_DEPTH_HEADERS, &err);
    expect_no_error(&err);
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        write_at_every_place(audit, write, formats[i], mem_fail_from);
        write_at_every_place(audit, write, formats[i], mem_fail_only);
    }
    pa_audit_free(audit);
}

static void a_report_without_memory_is_not_written_at_all(void **state) {
    (void)state;
    write_all_formats(write_report);
}

static void a_reason_without_memory_is_not_written_at_all(void **state) {
    (void)state;
    write_all_formats(write_why);
}

static void a_verdict_without_memory_is_not_written_at_all(void **state) {
    (void)state;
    if (build_path() == NULL) {
        skip();
    }
    static const char *const devices[] = {"iphone_2g", "iphone_4g"};
    pa_options options = pa_options_default();
    options.depth = PA_DEPTH_HEADERS;
    options.devices = devices;
    options.device_count = COUNT_OF(devices);
    pa_error err = {0};
    pa_audit *audit = pa_audit_open(build_path(), &options, &err);
    expect_no_error(&err);
    for (unsigned i = 0; i < PA_CHECK_FORMAT_COUNT; i++) {
        verdict_format = (pa_check_format)i;
        write_at_every_place(audit, write_verdict, PA_FORMAT_TEXT, mem_fail_from);
        write_at_every_place(audit, write_verdict, PA_FORMAT_TEXT, mem_fail_only);
    }
    pa_audit_free(audit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_graph_without_memory_is_refused_cleanly),
        cmocka_unit_test(an_audit_without_memory_is_refused_cleanly),
        cmocka_unit_test(decoding_without_memory_is_refused_cleanly),
        cmocka_unit_test(no_failed_request_is_overlooked),
        cmocka_unit_test(no_failed_request_for_a_text_is_overlooked),
        cmocka_unit_test(a_report_without_memory_is_not_written_at_all),
        cmocka_unit_test(a_reason_without_memory_is_not_written_at_all),
        cmocka_unit_test(a_verdict_without_memory_is_not_written_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
