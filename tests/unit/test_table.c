/* test_table.c - columns that line up.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"
#include "report/table.h"

#include "base/alloc.h"
#include "expect.h"

static void columns_of_texts_are_counted(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {{"", 0},
                {"abc", 3},
                {"\xc3\xa4\xc3\xb6", 2},         /* two umlauts */
                {"\xe4\xb8\xad\xe6\x96\x87", 4}, /* two ideographs */
                {"\xed\x95\x9c", 2},             /* a Hangul syllable */
                {"\xf0\x9f\x98\x80", 2},         /* an emoji */
                {"e\xcc\x81", 1},                /* e and a combining acute */
                {"\xef\xbc\xa1", 2},             /* a full-width A */
                {"\xff\xfe", 2},                 /* no UTF-8 */
                {"\xe4\xb8", 1}};                /* cut off */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(text_columns(str_of(rows[i].text)), rows[i].columns);
    }
}

static void texts_are_cut_in_their_middle(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
        const char *cut;
    } rows[] = {{"abcdefghij", 10, "abcdefghij"},
                {"abcdefghij", 20, "abcdefghij"},
                {"abcdefghij", 9, "abcd…ghij"},
                {"abcdefghij", 4, "a…ij"},
                {"abcdefghij", 2, "…j"},
                {"abcdefghij", 1, "…"},
                {"中文中文", 7, "中…文"},
                {"中文中文", 6, "中…文"},
                {"äöüäöü", 5, "äö…öü"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf out = {0};
        text_add_cut(&out, str_of(rows[i].text), rows[i].columns);
        expect_text(buf_str(&out), rows[i].cut);
        buf_clear(&out);
    }
}

static void cut_texts_are_never_wider_than_asked(void **state) {
    (void)state;
    static const char *const texts[] = {"abcdefghijklmnop", "中文中文中文中文",
                                        "a中b文c中d文", "\xff\xfe\xfd\xfc\xfb\xfa",
                                        "e\xcc\x81x\xcc\x81y\xcc\x81"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        for (size_t columns = 1; columns < 20; columns++) {
            buf out = {0};
            text_add_cut(&out, str_of(texts[i]), columns);
            assert_true(text_columns(buf_str(&out)) <= columns);
            buf_clear(&out);
        }
    }
}

/* Two rows under name, count and path. */
static void fill(table *t) {
    table_column(t, "name", false);
    table_column(t, "count", true);
    table_column(t, "path", false);
    table_text(t, str_of("a"));
    table_number(t, 7);
    table_text(t, str_of("db://assets/scenes/Main.scene"));
    table_text(t, str_of("中文"));
    table_number(t, 1234567);
    table_text(t, str_of("x"));
}

static int take(void *ctx, const char *text, size_t size) {
    buf_add(ctx, (str){text, size});
    return 0;
}

/* Text on its way to people, as report.h has it. */
static void expect_delivered(const char *given, bool has_color, const char *expected) {
    buf text = {0};
    buf out = {0};
    pa_error err = {0};
    buf_add_text(&text, given);
    report_deliver_text(&text, has_color, take, &out, &err);
    expect_no_error(&err);
    expect_text(buf_str(&out), expected);
    buf_clear(&text);
    buf_clear(&out);
}

/* The table as it reads without colour. */
static void write_plain(table *t, unsigned width, buf *out) {
    buf text = {0};
    pa_error err = {0};
    table_write(t, width, &text);
    out->failed |= text.failed;
    if (!text.failed) {
        report_deliver_text(&text, false, take, out, &err);
    }
    buf_clear(&text);
}

static void columns_line_up(void **state) {
    (void)state;
    table t = {0};
    buf out = {0};
    fill(&t);
    write_plain(&t, 100, &out);
    expect_text(buf_str(&out), "  name    count  path\n"
                               "  a           7  db://assets/scenes/Main.scene\n"
                               "  中文  1234567  x\n");
    buf_clear(&out);
}

static void the_widest_text_gives_way(void **state) {
    (void)state;
    table t = {0};
    buf out = {0};
    fill(&t);
    write_plain(&t, 36, &out);
    expect_text(buf_str(&out), "  name    count  path\n"
                               "  a           7  db://asse…ain.scene\n"
                               "  中文  1234567  x\n");
    buf_clear(&out);
}

static void no_line_is_wider_than_the_width(void **state) {
    (void)state;
    for (unsigned width = 29; width < 60; width++) {
        table t = {0};
        buf out = {0};
        fill(&t);
        write_plain(&t, width, &out);
        str line = {0};
        for (str rest = buf_str(&out); str_split(&rest, '\n', &line);) {
            assert_true(text_columns(line) <= width);
        }
        buf_clear(&out);
    }
}

static void blanks_at_the_end_of_a_line_are_not_written(void **state) {
    (void)state;
    table t = {0};
    buf out = {0};
    table_column(&t, "a", false);
    table_column(&t, "b", false);
    table_text(&t, str_of("longer"));
    table_text(&t, str_of(""));
    write_plain(&t, 100, &out);
    expect_text(buf_str(&out), "  a       b\n  longer\n");
    buf_clear(&out);
}

static void the_head_is_dim_where_there_is_colour(void **state) {
    (void)state;
    table t = {0};
    buf out = {0};
    table_column(&t, "a", false);
    table_text(&t, str_of("x"));
    table_write(&t, 100, &out);
    buf_add_byte(&out, '\0');
    expect_delivered(out.at, true, "\x1b[2m  a\n\x1b[0m  x\n");
    expect_delivered(out.at, false, "  a\n  x\n");
    buf_clear(&out);
}

static void control_characters_do_not_reach_the_terminal(void **state) {
    (void)state;
    expect_delivered("x\x1b[31m\r\x7f", true, "x?[31m??");
}

static void c1_controls_do_not_reach_the_terminal(void **state) {
    (void)state;
    expect_delivered("x\xc2\x9b"
                     "31m",
                     true, "x?31m");
}

static void bytes_that_are_no_utf8_become_the_replacement_character(void **state) {
    (void)state;
    expect_delivered("a\x80z\xe4\xbd", false, "a\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd");
}

static void sizes_are_mebibytes_with_a_tenth(void **state) {
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *cell;
    } rows[] = {{0, "  a\n  0.0\n"},
                {1048576, "  a\n  1.0\n"},
                {5592404, "  a\n  5.3\n"},
                {99 * 1024, "  a\n  0.1\n"},
                {UINT64_MAX, "  a\n  17592186044416.0\n"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        table t = {0};
        buf out = {0};
        table_column(&t, "a", false);
        table_mib(&t, rows[i].bytes);
        write_plain(&t, 100, &out);
        expect_text(buf_str(&out), rows[i].cell);
        buf_clear(&out);
    }
}

static void a_table_without_memory_fails_the_buffer(void **state) {
    (void)state;
    table t = {0};
    buf out = {0};
    table_column(&t, "a", false);
    mem_fail_from(1);
    table_text(&t, str_of("x"));
    mem_fail_from(0);
    write_plain(&t, 100, &out);
    assert_true(out.failed);
    buf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_of_texts_are_counted),
        cmocka_unit_test(texts_are_cut_in_their_middle),
        cmocka_unit_test(cut_texts_are_never_wider_than_asked),
        cmocka_unit_test(columns_line_up),
        cmocka_unit_test(the_widest_text_gives_way),
        cmocka_unit_test(no_line_is_wider_than_the_width),
        cmocka_unit_test(blanks_at_the_end_of_a_line_are_not_written),
        cmocka_unit_test(the_head_is_dim_where_there_is_colour),
        cmocka_unit_test(control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(c1_controls_do_not_reach_the_terminal),
        cmocka_unit_test(bytes_that_are_no_utf8_become_the_replacement_character),
        cmocka_unit_test(sizes_are_mebibytes_with_a_tenth),
        cmocka_unit_test(a_table_without_memory_fails_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
