/* test_tree.c - the files of a build, wherever they lie.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/tree.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "expect.h"
#include "make_archive.h"
#include "scratch.h"

#define TEXT(literal)                                                                    \
    { (literal), sizeof(literal) - 1 }

static const archive_row three_files[] = {
    {"b/two.txt", TEXT("second"), NULL},
    {"a.txt", TEXT("first"), NULL},
    {"b/three.txt", TEXT(""), NULL},
};

static tree *open_tree(const char *path) {
    tree *t = NULL;
    pa_error err = {0};
    tree_open(&t, path, &err);
    expect_no_error(&err);
    return t;
}

/* The archive as a file in the scratch folder, opened. */
static tree *open_rows(scratch *in, archive_kind kind, const archive_row *rows,
                       size_t count) {
    buf archive = make_archive(kind, rows, count);
    scratch_write(in, "archive", buf_str(&archive));
    buf_clear(&archive);
    return open_tree(scratch_path(in, "archive"));
}

static void expect_file(const tree *t, const char *path, const char *content) {
    buf out = {0};
    pa_error err = {0};
    tree_id file = tree_find(t, str_of(path));
    assert_int_not_equal(file, TREE_NONE);
    tree_read(t, file, 1000, &out, &err);
    expect_no_error(&err);
    expect_text(buf_str(&out), content);
    buf_clear(&out);
}

static void expect_three_files(const tree *t) {
    assert_int_equal(tree_count(t), 3);
    expect_text(tree_get(t, 0)->path, "a.txt");
    expect_text(tree_get(t, 1)->path, "b/three.txt");
    expect_text(tree_get(t, 2)->path, "b/two.txt");
    assert_int_equal(tree_get(t, 0)->size_bytes, 5);
    assert_int_equal(tree_find(t, str_of("b")), TREE_NONE);
    expect_file(t, "a.txt", "first");
    expect_file(t, "b/two.txt", "second");
    expect_file(t, "b/three.txt", "");
}

/* ---- opening
 * ---------------------------------------------------------------------------- */

static void a_folder_is_listed_by_path(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    for (size_t i = 0; i < COUNT_OF(three_files); i++) {
        scratch_write(&in, three_files[i].name, three_files[i].content);
    }
    tree *t = open_tree(in.folder);
    expect_three_files(t);
    tree_free(t);
    scratch_remove(&in);
}

static void an_archive_of_any_kind_is_listed_by_path(void **state) {
    (void)state;
    static const archive_kind kinds[] = {ARCHIVE_ZIP, ARCHIVE_TAR, ARCHIVE_TAR_GZ};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        scratch in;
        scratch_make(&in);
        tree *t = open_rows(&in, kinds[i], three_files, COUNT_OF(three_files));
        expect_three_files(t);
        tree_free(t);
        scratch_remove(&in);
    }
}

static void what_is_not_there_is_refused(void **state) {
    (void)state;
    tree *t = NULL;
    pa_error err = {0};
    assert_int_equal(tree_open(&t, "/nowhere/at/all", &err), PA_IO);
    expect_error(&err, PA_IO, "there is no such file or folder");
}

static void a_file_that_is_no_archive_is_refused(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "x", str_of("this is a text and no archive"));
    tree *t = NULL;
    pa_error err = {0};
    tree_open(&t, scratch_path(&in, "x"), &err);
    expect_error(&err, PA_FORMAT, NULL);
    scratch_remove(&in);
}

static void the_first_of_two_entries_of_one_name_counts(void **state) {
    (void)state;
    static const archive_row rows[] = {{"a", TEXT("first"), NULL},
                                       {"./a", TEXT("second"), NULL}};
    scratch in;
    scratch_make(&in);
    tree *t = open_rows(&in, ARCHIVE_ZIP, rows, COUNT_OF(rows));
    assert_int_equal(tree_count(t), 1);
    expect_file(t, "a", "first");
    assert_int_equal(tree_gap_count(t), 1);
    expect_text(tree_gap_get(t, 0)->path, "a");
    assert_string_equal(tree_gap_get(t, 0)->reason,
                        "stands twice; the first one is taken");
    tree_free(t);
    scratch_remove(&in);
}

static void entries_that_lead_out_are_left_out(void **state) {
    (void)state;
    static const archive_row rows[] = {{"../x", TEXT("1"), NULL},
                                       {"a/../../x", TEXT("2"), NULL},
                                       {"/etc/x", TEXT("3"), NULL},
                                       {"ok", TEXT("4"), NULL}};
    scratch in;
    scratch_make(&in);
    tree *t = open_rows(&in, ARCHIVE_TAR, rows, COUNT_OF(rows));
    assert_int_equal(tree_count(t), 1);
    assert_int_equal(tree_gap_count(t), 3);
    assert_string_equal(tree_gap_get(t, 0)->reason,
                        "has a path that leads out of the archive");
    tree_free(t);
    scratch_remove(&in);
}

static void links_in_an_archive_are_not_followed(void **state) {
    (void)state;
    static const archive_row rows[] = {{"link", {0}, "/etc/passwd"},
                                       {"ok", TEXT("4"), NULL}};
    scratch in;
    scratch_make(&in);
    tree *t = open_rows(&in, ARCHIVE_TAR, rows, COUNT_OF(rows));
    assert_int_equal(tree_find(t, str_of("link")), TREE_NONE);
    assert_string_equal(tree_gap_get(t, 0)->reason, "is a link, which is not followed");
    tree_free(t);
    scratch_remove(&in);
}

static void a_folder_that_contains_itself_is_listed_once(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "a/x", str_of("1"));
    assert_int_equal(symlink("..", scratch_path(&in, "a/up")), 0);
    tree *t = open_tree(in.folder);
    assert_int_equal(tree_count(t), 1);
    assert_int_equal(tree_gap_count(t), 1);
    expect_text(tree_gap_get(t, 0)->path, "a/up");
    tree_free(t);
    scratch_remove(&in);
}

static void an_archive_that_expands_too_far_is_refused(void **state) {
    (void)state;
    enum { ZEROS = 32 * 1024 * 1024 };
    char *zeros = calloc(ZEROS, 1);
    assert_non_null(zeros);
    archive_row row = {"bomb", {zeros, ZEROS}, NULL};
    buf archive = make_archive(ARCHIVE_ZIP, &row, 1);
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "bomb.zip", buf_str(&archive));
    tree *t = NULL;
    pa_error err = {0};
    tree_open(&t, scratch_path(&in, "bomb.zip"), &err);
    expect_error(&err, PA_LIMIT, NULL);
    scratch_remove(&in);
    buf_clear(&archive);
    free(zeros);
}

static void an_archive_of_links_alone_is_refused(void **state) {
    (void)state;
    enum { COUNT = PA_MAX_GAPS + 1 };
    archive_row *rows = calloc(COUNT, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < COUNT; i++) {
        rows[i] = (archive_row){"link", {0}, "target"};
    }
    buf archive = make_archive(ARCHIVE_TAR, rows, COUNT);
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "links.tar", buf_str(&archive));
    tree *t = NULL;
    pa_error err = {0};
    tree_open(&t, scratch_path(&in, "links.tar"), &err);
    expect_error(&err, PA_LIMIT, NULL);
    scratch_remove(&in);
    buf_clear(&archive);
    free(rows);
}

static void an_archive_cut_off_gives_an_error_or_findings(void **state) {
    (void)state;
    buf archive = make_archive(ARCHIVE_ZIP, three_files, COUNT_OF(three_files));
    scratch in;
    scratch_make(&in);
    for (size_t size = 0; size < archive.size; size += 7) {
        scratch_write(&in, "cut.zip", str_part(buf_str(&archive), 0, size));
        tree *t = NULL;
        pa_error err = {0};
        pa_status status = tree_open(&t, scratch_path(&in, "cut.zip"), &err);
        assert_true(status == PA_OK || err.text[0] != '\0');
        tree_free(status == PA_OK ? t : NULL);
    }
    scratch_remove(&in);
    buf_clear(&archive);
}

/* ---- zips inside
 * ------------------------------------------------------------------------ */

static void expect_mounted(tree *t) {
    pa_error err = {0};
    tree_id zip = tree_find(t, str_of("bundle/res.zip"));
    assert_int_not_equal(zip, TREE_NONE);
    tree_mount(t, zip, str_of("res/"), str_of("bundle/"), &err);
    expect_no_error(&err);
    expect_file(t, "bundle/import/a.json", "[1]");
    assert_int_equal(tree_find(t, str_of("bundle/other/b.json")), TREE_NONE);
    expect_file(t, "bundle/config.json", "{}");
}

static void a_zip_inside_takes_the_place_it_is_given(void **state) {
    (void)state;
    static const archive_row inner[] = {{"res/import/a.json", TEXT("[1]"), NULL},
                                        {"other/b.json", TEXT("[2]"), NULL}};
    buf zip = make_archive(ARCHIVE_ZIP, inner, COUNT_OF(inner));
    const archive_row outer[] = {{"bundle/res.zip", buf_str(&zip), NULL},
                                 {"bundle/config.json", TEXT("{}"), NULL}};
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "folder/bundle/res.zip", buf_str(&zip));
    scratch_write(&in, "folder/bundle/config.json", str_of("{}"));
    tree *from_folder = open_tree(scratch_path(&in, "folder"));
    tree *from_archive = open_rows(&in, ARCHIVE_ZIP, outer, COUNT_OF(outer));
    expect_mounted(from_folder);
    expect_mounted(from_archive);
    tree_free(from_folder);
    tree_free(from_archive);
    buf_clear(&zip);
    scratch_remove(&in);
}

static void a_zip_inside_that_is_damaged_is_refused(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "f/res.zip", str_of("no zip at all"));
    tree *t = open_tree(scratch_path(&in, "f"));
    pa_error err = {0};
    tree_mount(t, 0, str_of("res/"), str_of(""), &err);
    expect_error(&err, PA_FORMAT, NULL);
    tree_free(t);
    scratch_remove(&in);
}

static void a_zip_inside_that_is_refused_leaves_no_file_behind(void **state) {
    (void)state;
    enum { ZEROS = 32 * 1024 * 1024 };
    char *zeros = calloc(ZEROS, 1);
    assert_non_null(zeros);
    const archive_row inner[] = {{"res/a.json", TEXT("[1]"), NULL},
                                 {"res/bomb", {zeros, ZEROS}, NULL}};
    buf zip = make_archive(ARCHIVE_ZIP, inner, COUNT_OF(inner));
    scratch in;
    scratch_make(&in);
    scratch_write(&in, "f/res.zip", buf_str(&zip));
    tree *t = open_tree(scratch_path(&in, "f"));
    pa_error err = {0};
    tree_mount(t, 0, str_of("res/"), str_of(""), &err);
    expect_error(&err, PA_LIMIT, NULL);
    assert_int_equal(tree_count(t), 1);
    assert_int_equal(tree_find(t, str_of("a.json")), TREE_NONE);
    tree_free(t);
    scratch_remove(&in);
    buf_clear(&zip);
    free(zeros);
}

/* ---- visits
 * ----------------------------------------------------------------------------- */

enum { MANY = 40 };

/* What a visitor saw of each slot; a slot is written by one thread only. */
typedef struct seen {
    unsigned visits[MANY];
    char first_bytes[MANY][4];
    bool has_failed[MANY];
    bool is_ended[MANY];
} seen;

static pa_status look(void *ctx, unsigned worker, size_t slot, bytes content,
                      const pa_error *failure, pa_error *err) {
    (void)worker;
    (void)err;
    seen *s = ctx;
    s->visits[slot]++;
    s->has_failed[slot] = failure != NULL;
    if (failure == NULL) {
        memcpy(s->first_bytes[slot], content.at, content.size < 3 ? content.size : 3);
        s->is_ended[slot] = content.at[content.size] == '\0';
    }
    return PA_OK;
}

/* A tree of MANY files named by their numbers, which are their contents. */
static tree *open_many(scratch *in, bool is_archive) {
    static char names[MANY][4];
    archive_row rows[MANY];
    for (int i = 0; i < MANY; i++) {
        int number = (i * 7) % MANY; /* the archive's order is not that of the names */
        names[i][0] = (char)('0' + number / 10);
        names[i][1] = (char)('0' + number % 10);
        rows[i] = (archive_row){names[i], str_of(names[i]), NULL};
        if (!is_archive) {
            char path[16] = "many/";
            memcpy(path + 5, names[i], 3);
            scratch_write(in, path, rows[i].content);
        }
    }
    return is_archive ? open_rows(in, ARCHIVE_ZIP, rows, MANY)
                      : open_tree(scratch_path(in, "many"));
}

/* Visits the files from the last to the first. */
static void expect_slots(const tree *t, unsigned thread_count) {
    tree_id files[MANY];
    for (uint32_t i = 0; i < MANY; i++) {
        files[i] = MANY - 1 - i;
    }
    seen s = {0};
    pa_error err = {0};
    tree_visit(t, &(pool){.thread_count = thread_count}, files, MANY, 100, look, &s,
               &err);
    expect_no_error(&err);
    for (int i = 0; i < MANY; i++) {
        int number = MANY - 1 - i;
        char wanted[3] = {(char)('0' + number / 10), (char)('0' + number % 10), '\0'};
        assert_int_equal(s.visits[i], 1);
        assert_string_equal(s.first_bytes[i], wanted);
        assert_true(s.is_ended[i]);
    }
}

static void every_file_comes_once_with_its_slot(void **state) {
    (void)state;
    for (int is_archive = 0; is_archive < 2; is_archive++) {
        scratch in;
        scratch_make(&in);
        tree *t = open_many(&in, is_archive);
        expect_slots(t, 1);
        expect_slots(t, 4);
        tree_free(t);
        scratch_remove(&in);
    }
}

static void a_file_above_the_bound_is_told_to_the_visitor(void **state) {
    (void)state;
    for (int is_archive = 0; is_archive < 2; is_archive++) {
        scratch in;
        scratch_make(&in);
        tree *t = open_many(&in, is_archive);
        tree_id file = 3;
        seen s = {0};
        pa_error err = {0};
        tree_visit(t, &(pool){.thread_count = 1}, &file, 1, 1, look, &s, &err);
        expect_no_error(&err);
        assert_true(s.has_failed[0]);
        tree_free(t);
        scratch_remove(&in);
    }
}

static void a_file_that_went_away_is_told_to_the_visitor(void **state) {
    (void)state;
    scratch in;
    scratch_make(&in);
    tree *t = open_many(&in, false);
    assert_int_equal(unlink(scratch_path(&in, "many/00")), 0);
    tree_id file = 0;
    seen s = {0};
    pa_error err = {0};
    tree_visit(t, &(pool){.thread_count = 1}, &file, 1, 100, look, &s, &err);
    expect_no_error(&err);
    assert_true(s.has_failed[0]);
    tree_free(t);
    scratch_remove(&in);
}

/* ---- paths
 * ------------------------------------------------------------------------------ */

static void paths_are_cleaned(void **state) {
    (void)state;
    static const struct {
        const char *name, *clean;
    } rows[] = {{"a/b.json", "a/b.json"},
                {"./a", "a"},
                {"a//b/", "a/b"},
                {"a/./b", "a/b"},
                {"a\\b\\c", "a/b/c"},
                {"a b/\xe4\xb8\xad", "a b/\xe4\xb8\xad"},
                {"..a/b..", "..a/b.."},
                {"", ""},
                {".", ""},
                {"./", ""},
                {"..", ""},
                {"a/..", ""},
                {"../a", ""},
                {"a/../b", ""},
                {"a\\..\\b", ""},
                {"/a", ""},
                {"\\a", ""},
                {"C:/a", ""},
                {"c:a", ""},
                {"///", ""}};
    arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_text(tree_clean_path(&mem, str_of(rows[i].name)), rows[i].clean);
    }
    arena_clear(&mem);
}

static void a_path_that_is_too_long_is_no_path(void **state) {
    (void)state;
    char name[PA_MAX_PATH_BYTES + 1];
    memset(name, 'a', sizeof name);
    arena mem = {0};
    assert_int_equal(tree_clean_path(&mem, (str){name, PA_MAX_PATH_BYTES}).size,
                     PA_MAX_PATH_BYTES);
    assert_int_equal(tree_clean_path(&mem, (str){name, sizeof name}).size, 0);
    arena_clear(&mem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_listed_by_path),
        cmocka_unit_test(an_archive_of_any_kind_is_listed_by_path),
        cmocka_unit_test(what_is_not_there_is_refused),
        cmocka_unit_test(a_file_that_is_no_archive_is_refused),
        cmocka_unit_test(the_first_of_two_entries_of_one_name_counts),
        cmocka_unit_test(entries_that_lead_out_are_left_out),
        cmocka_unit_test(links_in_an_archive_are_not_followed),
        cmocka_unit_test(a_folder_that_contains_itself_is_listed_once),
        cmocka_unit_test(an_archive_that_expands_too_far_is_refused),
        cmocka_unit_test(an_archive_of_links_alone_is_refused),
        cmocka_unit_test(an_archive_cut_off_gives_an_error_or_findings),
        cmocka_unit_test(a_zip_inside_takes_the_place_it_is_given),
        cmocka_unit_test(a_zip_inside_that_is_damaged_is_refused),
        cmocka_unit_test(a_zip_inside_that_is_refused_leaves_no_file_behind),
        cmocka_unit_test(every_file_comes_once_with_its_slot),
        cmocka_unit_test(a_file_above_the_bound_is_told_to_the_visitor),
        cmocka_unit_test(a_file_that_went_away_is_told_to_the_visitor),
        cmocka_unit_test(paths_are_cleaned),
        cmocka_unit_test(a_path_that_is_too_long_is_no_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
