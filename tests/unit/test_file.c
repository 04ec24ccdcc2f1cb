/* test_file.c - reading and writing whole files.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* setrlimit */
#include "sys/file.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "expect.h"
#include "scratch.h"

static void expect_content(scratch *in, const char *name, const char *content) {
    buf out = {0};
    pa_error err = {0};
    file_read(scratch_path(in, name), 1000, &out, &err);
    expect_no_error(&err);
    expect_text(buf_str(&out), content);
    buf_clear(&out);
}

static void a_file_is_written_whole(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    file_write_whole(scratch_path(&in, "out"), str_of("new"), &err);
    expect_no_error(&err);
    expect_content(&in, "out", "new");
    assert_int_equal(scratch_count(&in), 1);
    scratch_remove(&in);
}

static void an_empty_file_is_written(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    file_write_whole(scratch_path(&in, "out"), (str){0}, &err);
    expect_no_error(&err);
    expect_content(&in, "out", "");
    scratch_remove(&in);
}

static void an_old_file_is_replaced(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    scratch_write(&in, "out", str_of("something older and longer"));
    file_write_whole(scratch_path(&in, "out"), str_of("new"), &err);
    expect_no_error(&err);
    expect_content(&in, "out", "new");
    assert_int_equal(scratch_count(&in), 1);
    scratch_remove(&in);
}

/* Writes with no room on the disk, as the kernel has it: files of this process end at 10
 * bytes. */
static pa_error write_without_room(const char *path, str content) {
    struct rlimit old_limit;
    struct rlimit small;
    pa_error err = {0};
    getrlimit(RLIMIT_FSIZE, &old_limit);
    small = old_limit;
    small.rlim_cur = 10;
    void (*old_handler)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    file_write_whole(path, content, &err);
    setrlimit(RLIMIT_FSIZE, &old_limit);
    signal(SIGXFSZ, old_handler);
    return err;
}

static void a_full_disk_leaves_nothing_behind(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    pa_error err =
        write_without_room(scratch_path(&in, "out"), str_of("more than ten bytes"));
    expect_error(&err, PA_OUTPUT, NULL);
    assert_int_equal(scratch_count(&in), 0);
    scratch_remove(&in);
}

static void a_full_disk_keeps_the_old_file(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "out", str_of("old"));
    pa_error err =
        write_without_room(scratch_path(&in, "out"), str_of("more than ten bytes"));
    expect_error(&err, PA_OUTPUT, NULL);
    expect_content(&in, "out", "old");
    assert_int_equal(scratch_count(&in), 1);
    scratch_remove(&in);
}

static void lack_of_memory_keeps_the_old_file(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    scratch_write(&in, "out", str_of("old"));
    mem_fail_from(1);
    file_write_whole(scratch_path(&in, "out"), str_of("new"), &err);
    mem_fail_from(0);
    expect_error(&err, PA_NOMEM, NULL);
    expect_content(&in, "out", "old");
    assert_int_equal(scratch_count(&in), 1);
    scratch_remove(&in);
}

static void a_folder_is_not_replaced(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    assert_int_equal(mkdir(scratch_path(&in, "out"), 0777), 0);
    file_write_whole(in.path, str_of("new"), &err);
    expect_error(&err, PA_OUTPUT, NULL);
    assert_int_equal(scratch_count(&in), 1);
    assert_int_equal(file_kind_of(in.path), FILE_FOLDER);
    scratch_remove(&in);
}

static void a_folder_that_is_absent_is_told(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    file_write_whole(scratch_path(&in, "none/out"), str_of("new"), &err);
    expect_error(&err, PA_OUTPUT, "cannot be written: No such file or directory");
    scratch_remove(&in);
}

static void a_device_is_written_in_place(void **state) {
    (void)state;
    pa_error err = {0};
    file_write_whole("/dev/null", str_of("new"), &err);
    expect_no_error(&err);
    assert_int_equal(file_kind_of("/dev/null"), FILE_OTHER);
}

static void reading_replaces_what_the_buffer_held(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "a", str_of("short"));
    buf out = {0};
    pa_error err = {0};
    buf_add_text(&out, "something longer than that");
    file_read(scratch_path(&in, "a"), 5, &out, &err);
    expect_no_error(&err);
    expect_text(buf_str(&out), "short");
    buf_clear(&out);
    scratch_remove(&in);
}

static void a_file_above_the_bound_is_refused(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "a", str_of("short"));
    buf out = {0};
    pa_error err = {0};
    file_read(scratch_path(&in, "a"), 4, &out, &err);
    expect_error(&err, PA_LIMIT, "holds 5 bytes, more than the 4 that are read");
    buf_clear(&out);
    scratch_remove(&in);
}

static void what_is_no_file_is_refused(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    buf out = {0};
    pa_error folder = {0};
    pa_error absent = {0};
    file_read(in.folder, 100, &out, &folder);
    file_read(scratch_path(&in, "none"), 100, &out, &absent);
    expect_error(&folder, PA_IO, "is not a regular file");
    expect_error(&absent, PA_IO, "cannot be opened: No such file or directory");
    buf_clear(&out);
    scratch_remove(&in);
}

static void kinds_of_paths_are_told(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "a", str_of("x"));
    assert_int_equal(file_kind_of(in.folder), FILE_FOLDER);
    assert_int_equal(file_kind_of(scratch_path(&in, "a")), FILE_REGULAR);
    assert_int_equal(file_kind_of(scratch_path(&in, "b")), FILE_ABSENT);
    scratch_remove(&in);
}

static void a_file_is_read_at_any_place(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    char got[4] = {0};
    scratch_make(&in);
    scratch_write(&in, "a", str_of("0123456789"));
    file_in *file = file_open(scratch_path(&in, "a"), &err);
    assert_non_null(file);
    assert_int_equal(file_in_size(file), 10);
    assert_int_equal(file_in_seek(file, 8), 0);
    assert_int_equal(file_in_read(file, got, 3), 2);
    assert_string_equal(got, "89");
    assert_int_equal(file_in_read(file, got, 3), 0);
    file_in_close(file);
    scratch_remove(&in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_written_whole),
        cmocka_unit_test(an_empty_file_is_written),
        cmocka_unit_test(an_old_file_is_replaced),
        cmocka_unit_test(a_full_disk_leaves_nothing_behind),
        cmocka_unit_test(a_full_disk_keeps_the_old_file),
        cmocka_unit_test(lack_of_memory_keeps_the_old_file),
        cmocka_unit_test(a_folder_is_not_replaced),
        cmocka_unit_test(a_folder_that_is_absent_is_told),
        cmocka_unit_test(a_device_is_written_in_place),
        cmocka_unit_test(reading_replaces_what_the_buffer_held),
        cmocka_unit_test(a_file_above_the_bound_is_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(kinds_of_paths_are_told),
        cmocka_unit_test(a_file_is_read_at_any_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
