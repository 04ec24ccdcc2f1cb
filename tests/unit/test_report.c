/* test_report.c - what a build's names can do to a terminal: nothing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"
#include "packaudit/packaudit.h"
#include "scratch.h"

#define PREFAB "fc991dd7-0033-4b80-9d41-c8a86a702e59"
#define SCENE_A "20835ba4-6145-4fbc-a58a-051ce700aa3e"
#define SCENE_B "29158224-f8dd-4661-a796-1ffab537140e"

/* Paths and scenes hold an escape sequence, a new line and a C1 control. */
#define HOSTILE "\\u001b[31m\\n\\u009b31m"

static const struct {
    const char *path, *text;
} files[] = {
    {"assets/main/config.json",
     "{'importBase':'import','nativeBase':'native','name':'main','debug':true,"
     "'uuids':['" PREFAB "','" SCENE_A "','" SCENE_B "'],"
     "'paths':{'" PREFAB "':['p" HOSTILE "','cc.Prefab']},"
     "'scenes':{'db://assets/a" HOSTILE ".scene':'" SCENE_A "',"
     "'db://assets/b" HOSTILE ".scene':'" SCENE_B "'},"
     "'packs':{},'versions':{'import':[],'native':[]},'redirect':[],'extensionMap':{}}"},
    {"assets/main/import/fc/" PREFAB ".json",
     "[1,0,0,[['cc.Prefab',['_name'],2]],[[0,0,2]],[[0,'" HOSTILE "']],0,0,[],[],[]]"},
    {"assets/main/import/20/" SCENE_A ".json",
     "[1,['" PREFAB "'],['p" HOSTILE "'],[['cc.SceneAsset',['_name'],2]],[[0,0,2]],"
     "[[0,'a']],0,0,[0],[0],[0]]"},
    {"assets/main/import/29/" SCENE_B ".json",
     "[1,['" PREFAB "'],['p'],[['cc.SceneAsset',['_name'],2]],[[0,0,2]],[[0,'b']],0,0,"
     "[0],[0],[0]]"},
};

typedef struct opened {
    scratch in;
    pa_audit *audit;
    pa_error err;
    buf text;
} opened;

static void open_hostile(opened *o) {
    *o = (opened){0};
    scratch_make(&o->in);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        char *quoted = with_quotes(files[i].text);
        scratch_write(&o->in, files[i].path, str_of(quoted));
        spoil(quoted);
    }
    pa_options options = pa_options_default();
    o->audit = pa_audit_open(o->in.folder, &options, &o->err);
    expect_no_error(&o->err);
}

static void opened_clear(opened *o) {
    pa_audit_free(o->audit);
    buf_clear(&o->text);
    scratch_remove(&o->in);
}

static int take(void *ctx, const char *text, size_t size) {
    buf_add(ctx, (str){text, size});
    return 0;
}

/* New lines are the report's own; a C1 control is 0xc2 and 0x80 to 0x9f in UTF-8. */
static void expect_harmless(const buf *text) {
    assert_true(text->size > 0);
    for (size_t i = 0; i < text->size; i++) {
        uint8_t byte = (uint8_t)text->at[i];
        bool is_c1 =
            byte == 0xc2 && i + 1 < text->size && (uint8_t)text->at[i + 1] < 0xa0;
        if ((byte < 0x20 && byte != '\n') || byte == 0x7f || is_c1) {
            print_error("byte 0x%02x reaches the terminal\n", byte);
            fail();
        }
    }
}

static void a_report_shows_no_control_characters(void **state) {
    (void)state;
    opened o;
    open_hostile(&o);
    pa_report_options options = {.is_verbose = true};
    pa_report_write(o.audit, &options, take, &o.text, &o.err);
    expect_no_error(&o.err);
    expect_harmless(&o.text);
    opened_clear(&o);
}

static void a_reason_shows_no_control_characters(void **state) {
    (void)state;
    opened o;
    open_hostile(&o);
    pa_report_options options = {.is_verbose = true};
    pa_why_write(o.audit, PREFAB, &options, take, &o.text, &o.err);
    expect_no_error(&o.err);
    expect_harmless(&o.text);
    opened_clear(&o);
}

static void an_explanation_shows_no_control_characters(void **state) {
    (void)state;
    static const char *const explained[] = {PREFAB, "db://assets/a*.scene"};
    for (size_t i = 0; i < COUNT_OF(explained); i++) {
        opened o;
        open_hostile(&o);
        pa_report_options options = {.explain = explained[i]};
        pa_report_write(o.audit, &options, take, &o.text, &o.err);
        expect_no_error(&o.err);
        expect_harmless(&o.text);
        opened_clear(&o);
    }
}

static void json_escapes_control_characters(void **state) {
    (void)state;
    opened o;
    open_hostile(&o);
    pa_report_options options = {.format = PA_FORMAT_JSON};
    pa_report_write(o.audit, &options, take, &o.text, &o.err);
    expect_no_error(&o.err);
    assert_null(memchr(o.text.at, 0x1b, o.text.size));
    opened_clear(&o);
}

static void the_shortest_reason_names_the_scene_and_the_property(void **state) {
    (void)state;
    opened o;
    open_hostile(&o);
    pa_report_options options = {.scene = "b*"};
    pa_why_write(o.audit, PREFAB, &options, take, &o.text, &o.err);
    expect_no_error(&o.err);
    assert_true(str_find_text(buf_str(&o.text), "cc.SceneAsset.p -> ") < o.text.size);
    opened_clear(&o);
}

static void an_old_failure_is_forgotten_by_the_next_call(void **state) {
    (void)state;
    opened o;
    open_hostile(&o);
    pa_report_options options = {0};
    pa_error old = {PA_IO, "old"};
    o.err = old;
    pa_report_write(o.audit, &options, take, &o.text, &o.err);
    expect_no_error(&o.err);
    o.err = old;
    pa_why_write(o.audit, PREFAB, &options, take, &o.text, &o.err);
    expect_no_error(&o.err);
    o.err = old;
    pa_devices_write(NULL, NULL, 0, &options, take, &o.text, &o.err);
    expect_no_error(&o.err);
    o.err = old;
    pa_file_write(scratch_path(&o.in, "out"), "1", 1, &o.err);
    expect_no_error(&o.err);
    o.err = old;
    pa_options wanted = pa_options_default();
    assert_null(pa_audit_open("no/such/folder", &wanted, &o.err));
    expect_error(&o.err, PA_IO, NULL);
    assert_string_not_equal(o.err.text, "old");
    opened_clear(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_shows_no_control_characters),
        cmocka_unit_test(a_reason_shows_no_control_characters),
        cmocka_unit_test(an_explanation_shows_no_control_characters),
        cmocka_unit_test(json_escapes_control_characters),
        cmocka_unit_test(the_shortest_reason_names_the_scene_and_the_property),
        cmocka_unit_test(an_old_failure_is_forgotten_by_the_next_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
