/* test_grouping.c - which documents lie in one file, with numbers worked by hand.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"

#include "rewrite/grouping.h"

enum { MOST = 16, FRAME = 14 };

/* A small build: items are added file by file. */
typedef struct build {
    group_item items[MOST];
    uint16_t when[MOST][4];
    uint32_t rows[MOST][2];
    uint64_t file_bytes[MOST];
    uint64_t row_bytes[MOST];
    uint64_t slack[4];
    group_problem problem;
    arena mem;
    grouping out;
} build;

static void open(build *b, uint32_t loads) {
    memset(b, 0, sizeof *b);
    b->problem = (group_problem){.items = b->items,
                                 .file_bytes = b->file_bytes,
                                 .load_count = loads,
                                 .row_bytes = b->row_bytes,
                                 .row_count = MOST,
                                 .slack_bytes = b->slack};
}

/* `when`: a digit for each load. */
static uint32_t item(build *b, uint32_t file, uint64_t size_bytes, const char *when) {
    uint32_t i = b->problem.count++;
    for (uint32_t load = 0; load < b->problem.load_count; load++) {
        b->when[i][load] = (uint16_t)(when[load] - '0');
    }
    b->items[i] = (group_item){.file = file,
                               .bytes = size_bytes,
                               .frame_bytes = FRAME,
                               .when = b->when[i],
                               .rows = b->rows[i]};
    if (b->problem.file_count <= file) {
        b->problem.file_count = file + 1;
    }
    b->file_bytes[file] += size_bytes + (b->file_bytes[file] == 0 ? FRAME : 0);
    return i;
}

static void make(build *b) {
    pa_error err = {0};
    assert_int_equal(grouping_make(&b->problem, &b->mem, &b->out, &err), PA_OK);
}

static bool together(const build *b, uint32_t x, uint32_t y) {
    return b->out.group_of[x] == b->out.group_of[y];
}

static void expect_fetch(const group_fetch *got, uint32_t requests, uint64_t size_bytes,
                         uint64_t foreign_bytes) {
    assert_int_equal(got->requests, requests);
    assert_int_equal(got->bytes, size_bytes);
    assert_int_equal(got->foreign_bytes, foreign_bytes);
}

static void what_is_wanted_together_becomes_one_file(void **state) {
    (void)state;
    build b;
    open(&b, 2);
    uint32_t a = item(&b, 0, 5000, "10");
    uint32_t c = item(&b, 1, 6000, "10");
    uint32_t d = item(&b, 2, 7000, "01");
    make(&b);
    assert_true(together(&b, a, c));
    assert_int_equal(b.out.group_of[d], 2); /* alone as before: the old file */
    expect_fetch(&b.out.before[0], 2, 11028, 0);
    expect_fetch(&b.out.after[0], 1, 11014, 0);
    expect_fetch(&b.out.after[1], 1, 7014, 0);
    arena_clear(&b.mem);
}

static void a_mixed_file_is_parted_when_requests_were_saved(void **state) {
    (void)state;
    build b;
    open(&b, 2);
    uint32_t a = item(&b, 0, 5000, "10");
    uint32_t both = item(&b, 0, 5000, "11");
    uint32_t c = item(&b, 0, 5000, "01");
    item(&b, 1, 5000, "10");
    item(&b, 2, 5000, "01");
    make(&b);
    assert_false(together(&b, a, both) || together(&b, c, both));
    expect_fetch(&b.out.before[0], 2, 20028, 5000);
    expect_fetch(&b.out.after[0], 2, 15028, 0);
    expect_fetch(&b.out.after[1], 2, 15028, 0);
    arena_clear(&b.mem);
}

/* Parted, each load would need two files; one was enough. Joining what both want with
 * what the first wants costs the second 100 bytes, the other way 5000. */
static void a_mixed_file_stays_where_requests_would_grow(void **state) {
    (void)state;
    build b;
    open(&b, 2);
    item(&b, 0, 100, "10");
    item(&b, 0, 5000, "11");
    item(&b, 0, 5000, "01");
    make(&b);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(b.out.group_of[i], 0);
    }
    expect_fetch(&b.out.after[0], 1, 10114, 5000);
    arena_clear(&b.mem);
}

static void the_cheapest_join_is_made(void **state) {
    (void)state;
    build b;
    open(&b, 3);
    uint32_t a = item(&b, 0, 9000, "100");
    uint32_t ab = item(&b, 0, 5000, "110");
    uint32_t ac = item(&b, 0, 6000, "101");
    item(&b, 1, 7000, "100");
    item(&b, 2, 7000, "010");
    item(&b, 3, 7000, "001");
    make(&b);
    /* the first load had two requests: of its three files two are joined; with `a`, 16000
     * bytes, another load would fetch that much, so the shared ones are: 5000 + 6000 */
    assert_true(together(&b, ab, ac));
    assert_false(together(&b, a, ab));
    expect_fetch(&b.out.after[0], 2, 27028, 0);
    expect_fetch(&b.out.after[1], 2, 11000 + FRAME + 7014, 6000);
    expect_fetch(&b.out.after[2], 2, 11000 + FRAME + 7014, 5000);
    arena_clear(&b.mem);
}

static void rows_of_both_count_once(void **state) {
    (void)state;
    build b;
    open(&b, 1);
    b.row_bytes[3] = 40;
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t index = item(&b, i, 5000, "1");
        b.rows[index][0] = 3;
        b.items[index].row_count = 1;
        b.file_bytes[i] += 40;
    }
    make(&b);
    expect_fetch(&b.out.before[0], 2, 10108, 0);
    expect_fetch(&b.out.after[0], 1, 10054, 0);
    arena_clear(&b.mem);
}

static void textures_alone_are_shorter_than_among_others(void **state) {
    (void)state;
    build b;
    open(&b, 1);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t index = item(&b, 0, 9000, "1");
        b.items[index].texture_bytes = 5000;
    }
    b.file_bytes[0] = 32 + 10000;
    item(&b, 1, 300, "1");
    make(&b);
    /* one file would be 18314 bytes, more than the 10346 of both */
    expect_fetch(&b.out.after[0], 2, 10346, 0);
    arena_clear(&b.mem);
}

static void stages_have_files_of_their_own_unless_they_are_small(void **state) {
    (void)state;
    build b;
    open(&b, 1);
    uint32_t first = item(&b, 0, 5000, "1");
    uint32_t second = item(&b, 1, 5000, "2");
    uint32_t third = item(&b, 2, 300, "3");
    uint32_t fourth = item(&b, 3, 6000, "4");
    item(&b, 4, 5000, "1");
    make(&b);
    assert_false(together(&b, first, second));
    /* the third stage's 314 bytes are below 4096: in the file of the second they are
     * fetched early, 300 bytes; with the fourth's, 6000 would be */
    assert_true(together(&b, second, third));
    assert_false(together(&b, third, fourth));
    arena_clear(&b.mem);
}

static void what_no_load_wants_stays_with_its_file(void **state) {
    (void)state;
    build b;
    open(&b, 1);
    uint32_t loaded = item(&b, 0, 5000, "1");
    uint32_t by_code = item(&b, 0, 400, "0");
    uint32_t also_by_code = item(&b, 0, 500, "0");
    uint32_t other = item(&b, 1, 500, "0");
    make(&b);
    assert_true(together(&b, by_code, also_by_code));
    assert_false(together(&b, loaded, by_code));
    assert_int_equal(b.out.group_of[other], 1);
    arena_clear(&b.mem);
}

static void items_of_different_places_never_meet(void **state) {
    (void)state;
    build b;
    open(&b, 1);
    uint32_t a = item(&b, 0, 100, "1");
    uint32_t c = item(&b, 1, 100, "1");
    b.items[c].place = 1;
    make(&b);
    assert_int_equal(b.out.group_of[a], 0);
    assert_int_equal(b.out.group_of[c], 1);
    arena_clear(&b.mem);
}

/* On many small cases: no load gets worse, and each item is in one group of its place. */
static void no_load_ever_gets_worse(void **state) {
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 2000; round++) {
        build b;
        open(&b, 3);
        for (uint32_t i = 0, file = 0; i < MOST; i++) {
            char when[4] = "000";
            for (int load = 0; load < 3; load++) {
                seed = seed * 1664525U + 1013904223U;
                when[load] = (char)('0' + (seed >> 28 < 7 ? 1 + (seed >> 20 & 1) : 0));
            }
            file += i > 0 && (seed >> 16 & 3) != 0;
            uint32_t index = item(&b, file, 50 + (seed >> 8 & 8191), when);
            b.rows[index][0] = seed >> 4 & 15;
            b.items[index].row_count = 1;
        }
        make(&b);
        for (uint32_t load = 0; load < 3; load++) {
            assert_true(b.out.after[load].requests <= b.out.before[load].requests);
            assert_true(b.out.after[load].bytes <= b.out.before[load].bytes);
            assert_true(b.out.after[load].foreign_bytes <= b.out.after[load].bytes);
        }
        arena_clear(&b.mem);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wanted_together_becomes_one_file),
        cmocka_unit_test(a_mixed_file_is_parted_when_requests_were_saved),
        cmocka_unit_test(a_mixed_file_stays_where_requests_would_grow),
        cmocka_unit_test(the_cheapest_join_is_made),
        cmocka_unit_test(rows_of_both_count_once),
        cmocka_unit_test(textures_alone_are_shorter_than_among_others),
        cmocka_unit_test(stages_have_files_of_their_own_unless_they_are_small),
        cmocka_unit_test(what_no_load_wants_stays_with_its_file),
        cmocka_unit_test(items_of_different_places_never_meet),
        cmocka_unit_test(no_load_ever_gets_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
