/* test_rules_file.c - packaudit.yaml: devices to use, states, what is never released.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/rules_file.h"

#include <stdio.h>

#include "base/alloc.h"
#include "expect.h"

typedef struct fixture {
    arena mem;
    device_list known;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){0};
    pa_error err = {0};
    device_load_builtin(&f.mem, &f.known, &err);
    *state = &f;
    return err.status == PA_OK ? 0 : -1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    arena_clear(&f->mem);
    return 0;
}

static rules_file read_text(fixture *f, const char *text) {
    rules_file rules = {0};
    pa_error err = {0};
    rules_file_parse(str_of(text), str_of("packaudit.yaml"), &f->known, &f->mem, &rules,
                     &err);
    expect_no_error(&err);
    return rules;
}

static void an_empty_file_says_nothing(void **state) {
    fixture *f = *state;
    static const char *const texts[] = {"",
                                        "# nothing yet\n",
                                        "devices:\nstates:\npersistent:\n",
                                        "devices: []\nstates: {}\npersistent: []\n",
                                        "{}",
                                        "devices: {use: , profiles: }"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        rules_file rules = read_text(f, texts[i]);
        assert_int_equal(rules.device_count, 0);
        assert_int_equal(rules.state_count, 0);
        assert_int_equal(rules.persistent_count, 0);
        assert_int_equal(rules.known.count, f->known.count);
    }
}

static void devices_are_named_in_order(void **state) {
    rules_file rules = read_text(*state, "devices: [web_mobile, iphone_2g]");
    assert_int_equal(rules.device_count, 2);
    expect_text(rules.devices[0]->name, "web_mobile");
    expect_text(rules.devices[1]->name, "iphone_2g");
}

static void own_profiles_extend_and_change_those_known(void **state) {
    fixture *f = *state;
    rules_file rules =
        read_text(f, "devices:\n"
                     "  use: [kiosk, iphone_2g]\n"
                     "  profiles:\n"
                     "    iphone_2g: { images: 700 MiB }\n"
                     "    kiosk:\n"
                     "      { title: kiosk, process: 2 GiB, base: 1 GiB, page: "
                     "4096, bits: 64,\n"
                     "        max_texture: 8192, backend: webgl, formats: [webp] }\n");
    assert_int_equal(rules.known.count, f->known.count + 1);
    assert_int_equal(rules.device_count, 2);
    assert_int_equal(rules.devices[0]->image_budget_bytes, UINT64_C(1) << 30);
    assert_int_equal(rules.devices[1]->image_budget_bytes, UINT64_C(700) << 20);
}

static void states_have_a_scene_and_loads(void **state) {
    rules_file rules = read_text(
        *state, "states:\n"
                "  battle: { scene: fight, loads: [\"resources:ui/battle*\", fx:**] }\n"
                "  shop:\n"
                "    loads:\n"
                "      - common:shop/a:b\n"
                "  home: { scene: \"home*\" }\n");
    assert_int_equal(rules.state_count, 3);
    const rules_state *battle = &rules.states[0];
    expect_text(battle->name, "battle");
    expect_text(battle->scene, "fight");
    assert_int_equal(battle->line, 2);
    assert_int_equal(battle->load_count, 2);
    expect_text(battle->loads[0].bundle, "resources");
    expect_text(battle->loads[0].path, "ui/battle*");
    expect_text(battle->loads[1].bundle, "fx");
    expect_text(battle->loads[1].path, "**");
    const rules_state *shop = &rules.states[1];
    expect_text(shop->scene, "");
    assert_int_equal(shop->line, 3);
    expect_text(shop->loads[0].path, "shop/a:b");
    assert_int_equal(shop->loads[0].line, 5);
    expect_text(rules.states[2].scene, "home*");
    assert_int_equal(rules.states[2].load_count, 0);
}

static void persistent_is_a_list_of_patterns(void **state) {
    rules_file rules =
        read_text(*state, "persistent:\n  - \"common:fonts/*\"\n  - ui:*\n");
    assert_int_equal(rules.persistent_count, 2);
    expect_text(rules.persistent[0].bundle, "common");
    expect_text(rules.persistent[0].path, "fonts/*");
    assert_int_equal(rules.persistent[1].line, 3);
}

static void recipes_say_what_is_done_to_which_images(void **state) {
    rules_file rules = read_text(
        *state,
        "recipes:\n"
        "  - { at: 'a:b*', bundle: m, scene: s, use: [sprite, cube], min_side: 9,\n"
        "      min_bytes: 1 KiB, alpha: false, compress: [astc-8x5, webp],\n"
        "      preset: thorough, quality: 7, max_side: 64, psnr: 32.5, ssim: 0.95,\n"
        "      linear: true, frames_of_code: true }\n"
        "  - { keep: true }\n"
        "  - { drop_unused: true }\n");
    assert_int_equal(rules.recipe_count, 3);
    assert_int_equal(rules.recipes[0].deeds, 0);
    assert_int_equal(rules.recipes[2].deeds, RECIPE_DROP_UNUSED);
    const recipe_row *row = &rules.recipes[0];
    expect_text(row->at, "a:b*");
    expect_text(row->bundle, "m");
    expect_text(row->scene, "s");
    assert_int_equal(row->uses, 1 << RECIPE_SPRITE | 1 << RECIPE_CUBE);
    assert_int_equal(row->min_side_px, 9);
    assert_int_equal(row->min_bytes, 1024);
    assert_true(row->has_alpha && !row->alpha && !row->keeps);
    assert_int_equal(row->format_count, 2);
    assert_int_equal(row->formats[0].block_width_px, 8);
    assert_int_equal(row->formats[1].to, ENCODE_WEBP);
    assert_int_equal(row->preset, 3);
    assert_int_equal(row->quality, 7);
    assert_int_equal(row->max_side_px, 64);
    assert_true(row->linear && row->frames_of_code);
    assert_true(!rules.recipes[1].linear && !rules.recipes[1].frames_of_code);
    assert_int_equal(row->floor.psnr_millidb, 32500);
    assert_int_equal(row->floor.ssim_milli, 950);
    assert_true(rules.recipes[1].keeps && !rules.recipes[1].has_alpha);
}

static void the_order_has_two_ends(void **state) {
    rules_file rules =
        read_text(*state, "order: { first: ['ui:*', 'a:b'], last: ['sky:*'] }\n");
    assert_int_equal(rules.first_count, 2);
    expect_text(rules.first[1].path, "b");
    assert_int_equal(rules.last_count, 1);
    expect_text(rules.last[0].bundle, "sky");
    assert_int_equal(read_text(*state, "order:\n").first_count, 0);
}

static const char policy_text[] =
    "budgets:\n"
    "  scenes: {'*': {resident: {max: 2 KiB, growth: 5 %}}}\n"
    "  transitions: {'a -> b*': {peak: 7}}\n"
    "  devices: {'iphone*': {scenes: {x: {images: 3}}}}\n"
    "rules: {unreferenced: off, pixels-twice: {at_least: 1 KiB, skip: ['a:b']}}\n"
    "owners: {'ui:*': me}\n"
    "waivers: [{rule: image-*, at: 'a:b', reason: why, expires: 1970-01-31}]\n";

static void a_policy_is_read_line_by_line(void **state) {
    rules_file rules = read_text(*state, policy_text);
    const policy *p = &rules.policy;
    assert_int_equal(p->budget_count, 3);
    assert_int_equal(p->budgets[0].what, SCENE_RESIDENT);
    assert_int_equal(p->budgets[0].max, 2048);
    assert_true(p->budgets[0].is_growth_percent);
    assert_int_equal(p->budgets[0].growth, 5);
    assert_int_equal(p->budgets[0].line, 2);
    expect_text(p->budgets[1].subject, "a");
    expect_text(p->budgets[1].to, "b*");
    assert_false(p->budgets[1].has_growth);
    expect_text(p->budgets[2].device, "iphone*");
    assert_int_equal(p->budgets[2].max, 3);
    assert_int_equal(p->settings[RULE_UNREFERENCED].level, LEVEL_OFF);
    assert_false(p->settings[RULE_PIXELS_TWICE].has_level);
    assert_int_equal(p->settings[RULE_PIXELS_TWICE].least_bytes, 1024);
    expect_text(p->settings[RULE_PIXELS_TWICE].skips[0], "a:b");
    expect_text(p->owners[0].owner, "me");
    assert_int_equal(p->waivers[0].expires_day, 30);
    assert_int_equal(p->waivers[0].line, 7);
}

static void a_place_is_a_glob_of_what_a_finding_is_about(void **state) {
    (void)state;
    const finding row = {.path = str_of("ui/hero"),
                         .bundle = str_of("main"),
                         .file = str_of("assets/main/a.png"),
                         .scene = str_of("fight")};
    static const struct {
        const char *place;
        bool is_at;
    } rows[] = {{"main:ui/*", true},     {"m*:*hero", true},
                {"side:ui/*", false},    {"ui/hero", true},
                {"assets/*.png", true},  {"fight", true},
                {"main", true},          {"", false},
                {"other", false},        {"main:hero", false},
                {"assets/main/b", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(policy_is_at(str_of(rows[i].place), &row), rows[i].is_at);
    }
}

static void what_is_wrong_with_a_file_tells_its_place(void **state) {
    fixture *f = *state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"device: [web_mobile]", "packaudit.yaml: line 1, column 1: unknown key "
                                 "'device'; did you mean 'devices'?"},
        {"\nstate: {}",
         "packaudit.yaml: line 2, column 1: unknown key 'state'; did you mean 'states'?"},
        {"budget: {}", "packaudit.yaml: line 1, column 1: unknown key 'budget'; did you "
                       "mean 'budgets'?"},
        {"colour: red", "packaudit.yaml: line 1, column 1: unknown key 'colour'"},
        {"[a]", "packaudit.yaml: line 1, column 1: expected a map, not a list"},
        {"devices: iphone_2g",
         "packaudit.yaml: line 1, column 10: 'devices' takes a list of "
         "names, or a map of 'use' and 'profiles'"},
        {"devices: [web_mobile, web_mobile]",
         "packaudit.yaml: line 1, column 23: device 'web_mobile' stands twice"},
        {"devices: [[web_mobile]]",
         "packaudit.yaml: line 1, column 11: 'devices' takes text, not a list"},
        {"devices: {iphone_2g: {}}",
         "packaudit.yaml: line 1, column 11: unknown key 'iphone_2g'"},
        {"devices: {use: web_mobile}",
         "packaudit.yaml: line 1, column 16: 'use' takes a list, not 'web_mobile'"},
        {"devices:\n  profiles:\n    iphone_2g: {base: 1 GB}",
         "packaudit.yaml: line 3, column 23: 'base' takes a size in GiB (1024 MiB), not "
         "'1 GB'"},
        {"devices: {profiles: []}",
         "packaudit.yaml: line 1, column 21: 'profiles' takes a map, not a list"},
        {"states: [battle]",
         "packaudit.yaml: line 1, column 9: 'states' takes a map, not a list"},
        {"states: {battle: fight}",
         "packaudit.yaml: line 1, column 18: 'battle' takes a map, not 'fight'"},
        {"states: {battle: {}}", "packaudit.yaml: line 1, column 10: state 'battle' "
                                 "needs 'scene', 'loads' or both"},
        {"states: {'': {scene: a}}",
         "packaudit.yaml: line 1, column 10: a state needs a name"},
        {"states: {a: {scene: b}, a: {scene: c}}",
         "packaudit.yaml: line 1, column 25: 'a' stands twice, first on line 1"},
        {"states: {a: {secne: b}}",
         "packaudit.yaml: line 1, column 14: unknown key 'secne'; did you mean 'scene'?"},
        {"states: {a: {scene: [b]}}",
         "packaudit.yaml: line 1, column 21: 'scene' takes text, not a list"},
        {"states: {a: {loads: \"b:c\"}}",
         "packaudit.yaml: line 1, column 21: 'loads' takes a list, not 'b:c'"},
        {"states: {a: {loads: [ui/*]}}", "packaudit.yaml: line 1, column 22: 'loads' "
                                         "takes patterns 'bundle:path' such as "
                                         "'resources:ui/*', not 'ui/*'"},
        {"states: {a: {loads: ['fx:']}}", "packaudit.yaml: line 1, column 22: 'loads' "
                                          "takes patterns 'bundle:path' such as "
                                          "'resources:ui/*', not 'fx:'"},
        {"persistent: [':x']", "packaudit.yaml: line 1, column 14: 'persistent' takes "
                               "patterns 'bundle:path' such as "
                               "'resources:ui/*', not ':x'"},
        {"persistent: [{a: b}]",
         "packaudit.yaml: line 1, column 14: 'persistent' takes text, not a map"},
        {"persistent:\n  - *x\n", "packaudit.yaml: line 2, column 5: aliases are not "
                                  "taken; put quotes around text that "
                                  "starts with '*'"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        rules_file rules = {.state_count = 7};
        pa_error err = {0};
        rules_file_parse(str_of(rows[i].text), str_of("packaudit.yaml"), &f->known,
                         &f->mem, &rules, &err);
        expect_error(&err, PA_FORMAT, rows[i].message);
        assert_int_equal(rules.state_count, 7);
    }
}

static void an_unknown_device_tells_its_line_and_the_likely_one(void **state) {
    fixture *f = *state;
    rules_file rules = {0};
    pa_error err = {0};
    rules_file_parse(str_of("devices:\n  - iphone_g2\n"), str_of("packaudit.yaml"),
                     &f->known, &f->mem, &rules, &err);
    assert_int_equal(err.status, PA_FORMAT);
    assert_true(
        str_starts(str_of(err.text),
                   "packaudit.yaml: line 2, column 5: no device is called 'iphone_g2'; "
                   "did you mean 'iphone_1g'? known are: android_go_1g, "));
}

static void running_out_of_memory_is_told_at_every_request(void **state) {
    fixture *f = *state;
    char text[1024];
    snprintf(text, sizeof text,
             "devices: [web_mobile]\nstates: {a: {loads: ['b:c']}}\n"
             "recipes: [{use: [sprite], compress: [etc2]}]\n%s",
             policy_text);
    bool is_done = false;
    for (uint64_t nth = 1; !is_done; nth++) {
        arena mem = {0};
        rules_file rules = {0};
        pa_error err = {0};
        mem_fail_from(nth);
        is_done = rules_file_parse(str_of(text), str_of("f"), &f->known, &mem, &rules,
                                   &err) == PA_OK;
        mem_fail_from(0);
        assert_int_equal(err.status, is_done ? PA_OK : PA_NOMEM);
        arena_clear(&mem);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_says_nothing),
        cmocka_unit_test(devices_are_named_in_order),
        cmocka_unit_test(own_profiles_extend_and_change_those_known),
        cmocka_unit_test(states_have_a_scene_and_loads),
        cmocka_unit_test(persistent_is_a_list_of_patterns),
        cmocka_unit_test(recipes_say_what_is_done_to_which_images),
        cmocka_unit_test(the_order_has_two_ends),
        cmocka_unit_test(a_policy_is_read_line_by_line),
        cmocka_unit_test(a_place_is_a_glob_of_what_a_finding_is_about),
        cmocka_unit_test(what_is_wrong_with_a_file_tells_its_place),
        cmocka_unit_test(an_unknown_device_tells_its_line_and_the_likely_one),
        cmocka_unit_test(running_out_of_memory_is_told_at_every_request),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
