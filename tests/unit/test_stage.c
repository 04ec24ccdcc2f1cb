/* test_stage.c - folders and files that appear whole or not at all.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sys/stage.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "expect.h"
#include "scratch.h"
#include "sys/file.h"
#include "sys/file_out.h"

static void expect_content(const char *path, const char *content) {
    buf out = {0};
    pa_error err = {0};
    file_read(path, 1000, &out, &err);
    expect_no_error(&err);
    expect_text(buf_str(&out), content);
    buf_clear(&out);
}

static void a_folder_is_there_only_when_it_was_committed(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    stage *s = stage_open(scratch_path(&in, "new"), &err);
    stage_write(s, str_of("a/b/c.txt"), str_of("deep"), NULL, &err);
    stage_write(s, str_of("top"), (str){0}, NULL, &err);
    expect_no_error(&err);
    assert_int_equal(file_kind_of(scratch_path(&in, "new")), FILE_ABSENT);
    stage_commit(s, &err);
    stage_discard(s);
    expect_no_error(&err);
    expect_content(scratch_path(&in, "new/a/b/c.txt"), "deep");
    expect_content(scratch_path(&in, "new/top"), "");
    assert_int_equal(scratch_count(&in), 1);
    scratch_remove(&in);
}

static void a_folder_that_is_discarded_leaves_nothing(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    stage *s = stage_open(scratch_path(&in, "new/"), &err);
    stage_write(s, str_of("a/b/c.txt"), str_of("deep"), NULL, &err);
    stage_discard(s);
    expect_no_error(&err);
    assert_int_equal(scratch_count(&in), 0);
    scratch_remove(&in);
}

static void a_folder_takes_the_place_of_an_empty_one_only(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    mkdir(scratch_path(&in, "empty"), 0777);
    stage *s = stage_open(scratch_path(&in, "empty"), &err);
    stage_write(s, str_of("file"), str_of("new"), NULL, &err);
    stage_commit(s, &err);
    stage_discard(s);
    expect_no_error(&err);
    expect_content(scratch_path(&in, "empty/file"), "new");
    assert_null(stage_open(scratch_path(&in, "empty"), &err));
    expect_error(&err, PA_USAGE, NULL);
    scratch_remove(&in);
}

static void what_came_to_the_target_meanwhile_stays(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    stage *s = stage_open(scratch_path(&in, "new"), &err);
    stage_write(s, str_of("file"), str_of("new"), NULL, &err);
    expect_no_error(&err);
    scratch_write(&in, "new/file", str_of("theirs"));
    stage_commit(s, &err);
    stage_discard(s);
    expect_error(&err, PA_OUTPUT, NULL);
    expect_content(scratch_path(&in, "new/file"), "theirs");
    assert_int_equal(scratch_count(&in), 1);
    scratch_remove(&in);
}

static void a_file_is_written_once(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    stage *s = stage_open(scratch_path(&in, "new"), &err);
    stage_write(s, str_of("file"), str_of("one"), NULL, &err);
    expect_no_error(&err);
    stage_write(s, str_of("file"), str_of("two"), NULL, &err);
    expect_error(&err, PA_OUTPUT, NULL);
    stage_discard(s);
    scratch_remove(&in);
}

static void what_a_dead_process_left_is_removed(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    scratch_write(&in, "new.packaudit-99999/a/b", str_of("left"));
    scratch_write(&in, "new.packaudit-99998-3", str_of("a file"));
    scratch_write(&in, "new.packaudit-mine", str_of("no number"));
    scratch_write(&in, "newer.packaudit-99999", str_of("another target"));
    stage *s = stage_open(scratch_path(&in, "new"), &err);
    stage_commit(s, &err);
    stage_discard(s);
    expect_no_error(&err);
    assert_int_equal(file_kind_of(scratch_path(&in, "new.packaudit-99999")), FILE_ABSENT);
    expect_content(scratch_path(&in, "new.packaudit-mine"), "no number");
    expect_content(scratch_path(&in, "newer.packaudit-99999"), "another target");
    assert_int_equal(scratch_count(&in), 3);
    scratch_remove(&in);
}

static void what_is_behind_a_link_is_not_removed(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    char to[SCRATCH_PATH_SIZE];
    scratch_make(&in);
    scratch_write(&in, "mine/file", str_of("mine"));
    scratch_write(&in, "new.packaudit-99999/file", str_of("left"));
    snprintf(to, sizeof to, "%s", scratch_path(&in, "mine"));
    assert_int_equal(symlink(to, scratch_path(&in, "new.packaudit-99999/link")), 0);
    assert_int_equal(symlink(to, scratch_path(&in, "new.packaudit-99998")), 0);
    stage *s = stage_open(scratch_path(&in, "new"), &err);
    stage_discard(s);
    expect_no_error(&err);
    expect_content(scratch_path(&in, "mine/file"), "mine");
    assert_int_equal(file_kind_of(scratch_path(&in, "new.packaudit-99999")), FILE_ABSENT);
    scratch_remove(&in);
}

static void what_is_being_staged_is_not_staged_again(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    stage *s = stage_open(scratch_path(&in, "new"), &err);
    stage_write(s, str_of("file"), str_of("first"), NULL, &err);
    expect_no_error(&err);
    assert_null(stage_open(scratch_path(&in, "new/"), &err));
    expect_error(&err, PA_OUTPUT, NULL);
    err = (pa_error){0};
    stage_commit(s, &err);
    stage_discard(s);
    expect_no_error(&err);
    expect_content(scratch_path(&in, "new/file"), "first");
    assert_int_equal(scratch_count(&in), 1);
    scratch_remove(&in);
}

static void a_file_that_grows_is_there_when_it_was_committed(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    file_out *out = file_out_open(scratch_path(&in, "new"), &err);
    file_out_add(out, str_of("one "), &err);
    file_out_add(out, str_of("two"), &err);
    file_out_flush(out, &err);
    assert_int_equal(file_kind_of(scratch_path(&in, "new")), FILE_ABSENT);
    file_out_commit(out, &err);
    file_out_discard(out);
    expect_no_error(&err);
    expect_content(scratch_path(&in, "new"), "one two");
    assert_null(file_out_open(scratch_path(&in, "new"), &err));
    expect_error(&err, PA_USAGE, NULL);
    assert_int_equal(scratch_count(&in), 1);
    scratch_remove(&in);
}

static void a_file_that_is_discarded_leaves_nothing(void **state) {
    (void)state;
    scratch in;
    pa_error err = {0};
    scratch_make(&in);
    file_out *out = file_out_open(scratch_path(&in, "new"), &err);
    file_out_add(out, str_of("one"), &err);
    file_out_discard(out);
    expect_no_error(&err);
    assert_int_equal(scratch_count(&in), 0);
    scratch_remove(&in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_there_only_when_it_was_committed),
        cmocka_unit_test(a_folder_that_is_discarded_leaves_nothing),
        cmocka_unit_test(a_folder_takes_the_place_of_an_empty_one_only),
        cmocka_unit_test(what_came_to_the_target_meanwhile_stays),
        cmocka_unit_test(a_file_is_written_once),
        cmocka_unit_test(what_a_dead_process_left_is_removed),
        cmocka_unit_test(what_is_behind_a_link_is_not_removed),
        cmocka_unit_test(what_is_being_staged_is_not_staged_again),
        cmocka_unit_test(a_file_that_grows_is_there_when_it_was_committed),
        cmocka_unit_test(a_file_that_is_discarded_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
