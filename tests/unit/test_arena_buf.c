/* test_arena_buf.c - the heap's door, arenas, buffers and errors.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdalign.h>

#include "base/alloc.h"
#include "expect.h"
#include "packaudit/error.h"

static void pieces_are_aligned_and_zero(void **state) {
    (void)state;
    arena mem = {0};
    for (size_t size = 1; size < 100; size++) {
        const char *piece = arena_alloc(&mem, size, 1);
        assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(piece[i], 0);
        }
    }
    arena_clear(&mem);
}

static void pieces_after_a_reset_are_zero_again(void **state) {
    (void)state;
    arena mem = {0};
    memset(arena_alloc(&mem, 5000, 1), 0xff, 5000);
    arena_reset(&mem);
    const char *piece = arena_alloc(&mem, 5000, 1);
    for (size_t i = 0; i < 5000; i++) {
        assert_int_equal(piece[i], 0);
    }
    arena_clear(&mem);
}

static void a_reset_keeps_a_block(void **state) {
    (void)state;
    arena mem = {0};
    arena_alloc(&mem, 1, 1);
    arena_reset(&mem);
    mem_fail_from(1);
    const void *piece = arena_alloc(&mem, 100, 1);
    mem_fail_from(0);
    assert_non_null(piece);
    arena_clear(&mem);
}

static void a_piece_larger_than_a_block_is_given(void **state) {
    (void)state;
    arena mem = {0};
    enum { LARGE = 1000 * 1000 };
    char *piece = arena_alloc(&mem, LARGE, 1);
    assert_non_null(piece);
    piece[LARGE - 1] = 'x';
    arena_reset(&mem);
    arena_clear(&mem);
}

static void a_size_that_overflows_is_refused(void **state) {
    (void)state;
    arena mem = {0};
    assert_null(arena_alloc(&mem, SIZE_MAX / 2, 3));
    assert_null(arena_alloc(&mem, SIZE_MAX, 1));
    assert_null(mem_alloc(SIZE_MAX / 2, 3));
    arena_clear(&mem);
}

static void a_copy_ends_with_nul(void **state) {
    (void)state;
    arena mem = {0};
    str copy = arena_copy(&mem, str_part(str_of("abcdef"), 1, 3));
    assert_string_equal(copy.at, "bc");
    assert_int_equal(copy.size, 2);
    arena_clear(&mem);
}

static void a_copy_of_nothing_is_not_null(void **state) {
    (void)state;
    arena mem = {0};
    assert_non_null(arena_copy(&mem, (str){0}).at);
    arena_clear(&mem);
}

static void parts_are_joined_in_order(void **state) {
    (void)state;
    arena mem = {0};
    expect_text(arena_join(&mem, (str[]){str_of("a"), {0}, str_of("bc")}, 3), "abc");
    arena_clear(&mem);
}

static void a_buffer_takes_text_bytes_and_formats(void **state) {
    (void)state;
    buf out = {0};
    buf_add_text(&out, "a");
    buf_add(&out, (str){0});
    buf_add_byte(&out, 'b');
    buf_fill(&out, 'c', 3);
    buf_fill(&out, 'd', 0);
    buf_format(&out, "%d", 42);
    expect_text(buf_str(&out), "abccc42");
    buf_clear(&out);
}

static void a_long_format_is_written_whole(void **state) {
    (void)state;
    buf out = {0};
    buf_format(&out, "%0*d|", 3000, 7);
    assert_int_equal(out.size, 3001);
    assert_int_equal(out.at[2999], '7');
    assert_int_equal(out.at[3000], '|');
    buf_clear(&out);
}

static void a_failed_buffer_stays_failed(void **state) {
    (void)state;
    buf out = {0};
    mem_fail_from(1);
    buf_add_text(&out, "a");
    mem_fail_from(0);
    buf_add_text(&out, "b");
    buf_format(&out, "%d", 1);
    assert_true(out.failed);
    assert_int_equal(out.size, 0);
    buf_clear(&out);
}

static void growing_keeps_the_old_block_on_failure(void **state) {
    (void)state;
    int *numbers = NULL;
    size_t capacity = 0;
    assert_int_equal(mem_grow(&numbers, &capacity, 1, sizeof *numbers), 0);
    numbers[0] = 5;
    size_t before = capacity;
    mem_fail_from(1);
    int result = mem_grow(&numbers, &capacity, 1000, sizeof *numbers);
    mem_fail_from(0);
    assert_int_equal(result, -1);
    assert_int_equal(capacity, before);
    assert_int_equal(numbers[0], 5);
    mem_free(numbers);
}

static void the_nth_request_fails_and_all_after_it(void **state) {
    (void)state;
    mem_fail_from(2);
    void *first = mem_alloc(1, 1);
    void *second = mem_alloc(1, 1);
    void *third = mem_zero(1, 1);
    mem_fail_from(0);
    assert_non_null(first);
    assert_null(second);
    assert_null(third);
    mem_free(first);
}

static void the_nth_request_fails_alone(void **state) {
    (void)state;
    mem_fail_only(2);
    void *first = mem_alloc(1, 1);
    void *second = mem_alloc(1, 1);
    void *third = mem_zero(1, 1);
    mem_fail_only(0);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    mem_free(first);
    mem_free(third);
}

static void an_arena_remembers_that_memory_ran_out(void **state) {
    (void)state;
    arena mem = {0};
    pa_error err = {0};
    assert_int_equal(arena_status(&mem, &err), PA_OK);
    mem_fail_only(1);
    assert_null(arena_copy(&mem, str_of("a")).at);
    assert_non_null(arena_copy(&mem, str_of("b")).at);
    arena_reset(&mem);
    arena_clear(&mem);
    mem_fail_only(0);
    assert_int_equal(arena_status(&mem, &err), PA_NOMEM);
}

static void the_first_failure_wins(void **state) {
    (void)state;
    pa_error err = {0};
    assert_int_equal(error_set(&err, PA_IO, "first %d", 1), PA_IO);
    assert_int_equal(error_set(&err, PA_FORMAT, "second"), PA_IO);
    expect_error(&err, PA_IO, "first 1");
}

static void names_are_put_in_front(void **state) {
    (void)state;
    pa_error err = {0};
    error_set(&err, PA_IO, "what");
    error_in(&err, "inner %d", 1);
    error_in(&err, "outer");
    expect_error(&err, PA_IO, "outer: inner 1: what");
}

static void a_text_that_grows_too_long_is_cut_at_its_end(void **state) {
    (void)state;
    pa_error err = {0};
    error_set(&err, PA_IO, "%0*d", PA_ERROR_TEXT_SIZE * 2, 0);
    error_in(&err, "file");
    assert_int_equal(strlen(err.text), PA_ERROR_TEXT_SIZE - 1);
    assert_memory_equal(err.text, "file: 000", 9);
}

static void a_name_longer_than_the_text_is_cut(void **state) {
    (void)state;
    pa_error err = {0};
    error_set(&err, PA_IO, "what");
    for (int size = PA_ERROR_TEXT_SIZE - 8; size < PA_ERROR_TEXT_SIZE + 8; size++) {
        error_in(&err, "%0*d", size, 0);
        assert_true(strlen(err.text) < PA_ERROR_TEXT_SIZE);
    }
}

static void every_status_has_its_exit_status(void **state) {
    (void)state;
    static const struct {
        pa_status status;
        int exit;
    } rows[] = {{PA_OK, 0},          {PA_USAGE, 2},      {PA_IO, 3},    {PA_FORMAT, 3},
                {PA_UNSUPPORTED, 3}, {PA_OUTPUT, 4},     {PA_NOMEM, 5}, {PA_LIMIT, 5},
                {PA_INTERNAL, 70},   {PA_CANCELLED, 130}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(pa_status_exit(rows[i].status), rows[i].exit);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_zero),
        cmocka_unit_test(pieces_after_a_reset_are_zero_again),
        cmocka_unit_test(a_reset_keeps_a_block),
        cmocka_unit_test(a_piece_larger_than_a_block_is_given),
        cmocka_unit_test(a_size_that_overflows_is_refused),
        cmocka_unit_test(a_copy_ends_with_nul),
        cmocka_unit_test(a_copy_of_nothing_is_not_null),
        cmocka_unit_test(parts_are_joined_in_order),
        cmocka_unit_test(a_buffer_takes_text_bytes_and_formats),
        cmocka_unit_test(a_long_format_is_written_whole),
        cmocka_unit_test(a_failed_buffer_stays_failed),
        cmocka_unit_test(growing_keeps_the_old_block_on_failure),
        cmocka_unit_test(the_nth_request_fails_and_all_after_it),
        cmocka_unit_test(the_nth_request_fails_alone),
        cmocka_unit_test(an_arena_remembers_that_memory_ran_out),
        cmocka_unit_test(the_first_failure_wins),
        cmocka_unit_test(names_are_put_in_front),
        cmocka_unit_test(a_text_that_grows_too_long_is_cut_at_its_end),
        cmocka_unit_test(a_name_longer_than_the_text_is_cut),
        cmocka_unit_test(every_status_has_its_exit_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
