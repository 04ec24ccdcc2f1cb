/* test_device.c - device profiles: those built in, those that are written over them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/device.h"

#include "base/alloc.h"
#include "expect.h"

#define MIB(count) (UINT64_C(count) << 20)

/* A whole profile with `tail` as its last keys, at an indent of 4. */
#define PROFILE(name, tail)                                                              \
    "devices:\n"                                                                         \
    "  " name ":\n"                                                                      \
    "    title: a phone\n"                                                               \
    "    process: 500 MiB\n"                                                             \
    "    base: 100 MiB\n"                                                                \
    "    page: 4 KiB\n"                                                                  \
    "    bits: 64\n"                                                                     \
    "    max_texture: 4096\n"                                                            \
    "    backend: gles\n"                                                                \
    "    formats: [etc2, webp]\n" tail

static void load_builtin(arena *mem, device_list *list) {
    pa_error err = {0};
    device_load_builtin(mem, list, &err);
    expect_no_error(&err);
}

static const device *get(const device_list *list, const char *name) {
    pa_error err = {0};
    const device *dev = device_find(list, str_of(name), &err);
    expect_no_error(&err);
    assert_non_null(dev);
    return dev;
}

static void add(arena *mem, device_list *list, const char *text) {
    pa_error err = {0};
    device_parse(str_of(text), str_of("own.yaml"), mem, list, &err);
    expect_no_error(&err);
}

static void expect_bad(const char *text, const char *message) {
    arena mem = {0};
    device_list list = {0};
    add(&mem, &list, PROFILE("old", ""));
    device_list before = list;
    pa_error err = {0};
    assert_int_equal(device_parse(str_of(text), str_of("own.yaml"), &mem, &list, &err),
                     PA_FORMAT);
    expect_error(&err, PA_FORMAT, message);
    assert_ptr_equal(list.items, before.items);
    assert_int_equal(list.count, before.count);
    arena_clear(&mem);
}

static void every_promised_device_is_built_in(void **state) {
    (void)state;
    static const char *const names[] = {
        "android_go_1g",     "android_low_2g", "android_mid_4g",     "android_high_8g",
        "iphone_1g",         "iphone_2g",      "iphone_3g",          "iphone_4g",
        "wechat_ios_2g",     "wechat_ios_3g",  "wechat_android_low", "wechat_android_mid",
        "douyin_ios_low",    "douyin_ios_mid", "web_desktop",        "web_mobile",
        "youtube_playables", "playable_ad"};
    arena mem = {0};
    device_list list = {0};
    load_builtin(&mem, &list);
    assert_int_equal(list.count, COUNT_OF(names));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        expect_text(list.items[i].name, names[i]);
    }
    arena_clear(&mem);
}

static void the_iphone_of_2_gb_has_850_mib_for_images(void **state) {
    (void)state;
    arena mem = {0};
    device_list list = {0};
    load_builtin(&mem, &list);
    const device *dev = get(&list, "iphone_2g");
    assert_int_equal(dev->process_bytes, MIB(1000));
    assert_int_equal(dev->base_bytes, MIB(150));
    assert_int_equal(dev->image_budget_bytes, MIB(850));
    assert_int_equal(dev->page_bytes, 16384);
    assert_int_equal(dev->address_bits, 64);
    assert_int_equal(dev->max_texture_px, 16384);
    assert_int_equal(dev->backend, BACKEND_METAL);
    assert_false(dev->is_web);
    assert_true(dev->formats.astc && dev->formats.etc1 && dev->formats.etc2 &&
                dev->formats.pvrtc && dev->formats.webp);
    assert_int_equal(dev->package_bytes, 0);
    arena_clear(&mem);
}

static bool has_source(const device *dev, const char *field) {
    for (uint32_t i = 0; i < dev->source_count; i++) {
        const device_source *source = &dev->sources[i];
        if (str_is(source->field, field)) {
            return source->is_advice || source->text.size > 0;
        }
    }
    return false;
}

static void every_built_in_figure_has_a_source_or_is_advice(void **state) {
    (void)state;
    static const char *const fields[] = {"process",     "base",    "page",   "bits",
                                         "max_texture", "backend", "formats"};
    arena mem = {0};
    device_list list = {0};
    load_builtin(&mem, &list);
    for (uint32_t i = 0; i < list.count; i++) {
        const device *dev = &list.items[i];
        for (size_t f = 0; f < COUNT_OF(fields); f++) {
            if (!has_source(dev, fields[f])) {
                print_error("%.*s: '%s'\n", STR_ARGS(dev->name), fields[f]);
                fail();
            }
        }
        assert_true(dev->package_bytes == 0 || has_source(dev, "package"));
        assert_true(dev->heap_bytes == 0 || has_source(dev, "heap"));
        assert_true(dev->image_budget_bytes == dev->process_bytes - dev->base_bytes ||
                    has_source(dev, "images"));
        assert_true(dev->image_budget_bytes <= dev->process_bytes - dev->base_bytes);
    }
    arena_clear(&mem);
}

static void a_source_names_its_document_and_address(void **state) {
    (void)state;
    arena mem = {0};
    device_list list = {0};
    add(&mem, &list,
        "documents:\n"
        "  d: { title: The book, url: https://example.org/book }\n" PROFILE(
            "p", "    sources:\n"
                 "      process: { document: d, text: page 7 }\n"
                 "      base: { document: d }\n"
                 "      page: { text: measured, url: https://example.org/page }\n"
                 "      bits: common knowledge\n"
                 "    advice: [base, formats]\n"));
    const device_source *sources = get(&list, "p")->sources;
    assert_int_equal(get(&list, "p")->source_count, 5);
    expect_text(sources[0].field, "process");
    expect_text(sources[0].text, "The book: page 7");
    expect_text(sources[0].url, "https://example.org/book");
    assert_false(sources[0].is_advice);
    expect_text(sources[1].text, "The book");
    assert_true(sources[1].is_advice);
    expect_text(sources[2].text, "measured");
    expect_text(sources[2].url, "https://example.org/page");
    expect_text(sources[3].text, "common knowledge");
    expect_text(sources[3].url, "");
    expect_text(sources[4].field, "formats");
    expect_text(sources[4].text, "");
    assert_true(sources[4].is_advice);
    arena_clear(&mem);
}

static void images_take_what_the_base_leaves(void **state) {
    (void)state;
    arena mem = {0};
    device_list list = {0};
    add(&mem, &list, PROFILE("p", ""));
    assert_int_equal(get(&list, "p")->image_budget_bytes, MIB(400));
    add(&mem, &list, PROFILE("q", "    images: 30 MiB\n"));
    assert_int_equal(get(&list, "q")->image_budget_bytes, MIB(30));
    arena_clear(&mem);
}

static void webgl_is_gles_on_the_web(void **state) {
    (void)state;
    arena mem = {0};
    device_list list = {0};
    add(&mem, &list, PROFILE("p", ""));
    assert_false(get(&list, "p")->is_web);
    add(&mem, &list, "devices: {p: {backend: webgl}}");
    assert_true(get(&list, "p")->is_web);
    assert_int_equal(get(&list, "p")->backend, BACKEND_GLES);
    add(&mem, &list, "devices: {p: {backend: vulkan}}");
    assert_false(get(&list, "p")->is_web);
    assert_int_equal(get(&list, "p")->backend, BACKEND_VULKAN);
    arena_clear(&mem);
}

static void a_later_file_changes_keys_and_adds_devices(void **state) {
    (void)state;
    arena mem = {0};
    device_list list = {0};
    load_builtin(&mem, &list);
    device_list before = list;
    add(&mem, &list, PROFILE("own", "") "  iphone_2g: {base: 200 MiB, formats: []}\n");
    assert_int_equal(list.count, before.count + 1);
    expect_text(list.items[before.count].name, "own");
    const device *dev = get(&list, "iphone_2g");
    assert_int_equal(dev->process_bytes, MIB(1000));
    assert_int_equal(dev->base_bytes, MIB(200));
    assert_int_equal(dev->image_budget_bytes, MIB(800));
    assert_false(dev->formats.astc);
    expect_text(dev->title, "iPhone 6s, SE, 7, 8 (2 GB)");
    assert_true(has_source(dev, "process"));
    assert_false(has_source(dev, "base"));
    assert_false(has_source(dev, "images"));
    assert_false(has_source(dev, "formats"));
    assert_int_equal(get(&before, "iphone_2g")->base_bytes, MIB(150));
    arena_clear(&mem);
}

static void what_is_wrong_with_a_profile_tells_its_place(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"devices: {old: {proces: 1 MiB}}",
         "own.yaml: line 1, column 17: unknown key 'proces'; did you mean 'process'?"},
        {"devices: {old: {process: 850 MB}}",
         "own.yaml: line 1, column 26: 'process' takes a "
         "size in MiB (1024 KiB), not '850 MB'"},
        {"devices: {old: {base: -1 MiB}}",
         "own.yaml: line 1, column 23: 'base' takes a size "
         "that is not negative, not '-1 MiB'"},
        {"devices: {old: {base: 1 MiB, base: 2 MiB}}",
         "own.yaml: line 1, column 30: 'base' stands twice, first on line 1"},
        {"devices:\n  old: {}\n  old: {}\n",
         "own.yaml: line 3, column 3: 'old' stands twice, first on line 2"},
        {"devices: {old: {base: 500 MiB}}",
         "own.yaml: line 1, column 23: 'base' must be smaller than 'process'"},
        {"devices: {old: {process: 100 MiB}}",
         "own.yaml: line 1, column 26: 'base' must be smaller than 'process'"},
        {"devices: {old: {images: 401 MiB}}",
         "own.yaml: line 1, column 25: 'images' takes a size from 1 byte to what "
         "'process' "
         "leaves above 'base', 419430400 bytes"},
        {"devices: {old: {images: 0}}", "own.yaml: line 1, column 25: 'images' takes a "
                                        "size from 1 byte to what 'process' "
                                        "leaves above 'base', 419430400 bytes"},
        {"devices: {old: {page: 5 KiB}}",
         "own.yaml: line 1, column 23: 'page' takes 4 KiB, 8 "
         "KiB, 16 KiB, 32 KiB or 64 KiB"},
        {"devices: {old: {bits: 48}}",
         "own.yaml: line 1, column 23: 'bits' takes 32 or 64"},
        {"devices: {old: {bits: -32}}",
         "own.yaml: line 1, column 23: 'bits' takes a whole "
         "number from 32 to 64, not '-32'"},
        {"devices: {old: {max_texture: 4096 px}}",
         "own.yaml: line 1, column 30: 'max_texture' takes a whole number from 64 to "
         "65536, not "
         "'4096 px'"},
        {"devices: {old: {backend: metall}}",
         "own.yaml: line 1, column 26: unknown backend 'metall'; did you mean 'metal'?"},
        {"devices: {old: {backend: []}}",
         "own.yaml: line 1, column 26: 'backend' takes text, not a list"},
        {"devices: {old: {formats: astc}}",
         "own.yaml: line 1, column 26: 'formats' takes a list, not 'astc'"},
        {"devices: {old: {formats: [atsc]}}",
         "own.yaml: line 1, column 27: unknown format 'atsc'; did you mean 'astc'?"},
        {"devices: {old: {formats: [webp, webp]}}",
         "own.yaml: line 1, column 33: format 'webp' stands twice"},
        {"devices: {old: {title: }}",
         "own.yaml: line 1, column 24: 'title' takes text, not nothing"},
        {"devices: {old: {sources: {proces: x}}}",
         "own.yaml: line 1, column 27: unknown key 'proces'; did you mean 'process'?"},
        {"devices: {old: {sources: {base: {txt: x}}}}",
         "own.yaml: line 1, column 34: unknown key 'txt'; did you mean 'text'?"},
        {"devices: {old: {sources: {base: {url: x}}}}",
         "own.yaml: line 1, column 33: a source needs 'text'"},
        {"devices: {old: {sources: {base: {document: bok}}}}\n"
         "documents: {book: {title: t, url: u}}",
         "own.yaml: line 1, column 44: unknown document 'bok'; did you mean 'book'?"},
        {"devices: {}\ndocuments: {book: {title: t}}",
         "own.yaml: line 2, column 13: a document needs 'url'"},
        {"devices: {old: {advice: [imags]}}",
         "own.yaml: line 1, column 26: unknown key 'imags'; did you mean 'images'?"},
        {"devices: {old: {advice: images}}",
         "own.yaml: line 1, column 25: 'advice' takes a list, not 'images'"},
        {"devices:\n  new:\n    title: x\n",
         "own.yaml: line 2, column 3: device 'new' needs 'process'"},
        {"devices: {'a/b': {}}",
         "own.yaml: line 1, column 11: 'a/b' is no name for a device; "
         "take letters, digits, '_' and '-'"},
        {"devices: {old: }",
         "own.yaml: line 1, column 16: 'old' takes a map, not nothing"},
        {"devices: [old]",
         "own.yaml: line 1, column 10: 'devices' takes a map, not a list"},
        {"device: {}",
         "own.yaml: line 1, column 1: unknown key 'device'; did you mean 'devices'?"},
        {"documents: {}",
         "own.yaml: line 1, column 1: expected 'devices', a map of profiles"},
        {"", "own.yaml: line 1, column 1: expected a map, not nothing"},
        {"devices: {",
         "own.yaml: line 2, column 1: did not find expected node content while "
         "parsing a flow node"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_bad(rows[i].text, rows[i].message);
    }
}

static void an_unknown_device_gets_the_likely_one(void **state) {
    (void)state;
    arena mem = {0};
    device_list list = {0};
    add(&mem, &list, PROFILE("iphone_2g", ""));
    add(&mem, &list, PROFILE("web", ""));
    pa_error err = {0};
    assert_null(device_find(&list, str_of("ipone_2g"), &err));
    expect_error(&err, PA_USAGE,
                 "no device is called 'ipone_2g'; did you mean 'iphone_2g'? "
                 "known are: iphone_2g, web");
    err = (pa_error){0};
    assert_null(device_find(&list, str_of("nokia"), &err));
    expect_error(&err, PA_USAGE,
                 "no device is called 'nokia'; known are: iphone_2g, web");
    arena_clear(&mem);
}

static void running_out_of_memory_is_told_at_every_request(void **state) {
    (void)state;
    static const char text[] = "documents: {d: {title: t, url: u}}\n" PROFILE(
        "p", "    sources: {base: {document: d, text: x}}\n");
    bool is_done = false;
    for (uint64_t nth = 1; !is_done; nth++) {
        arena mem = {0};
        device_list list = {0};
        pa_error err = {0};
        mem_fail_from(nth);
        is_done = device_parse(str_of(text), str_of("f"), &mem, &list, &err) == PA_OK;
        mem_fail_from(0);
        assert_int_equal(err.status, is_done ? PA_OK : PA_NOMEM);
        arena_clear(&mem);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_promised_device_is_built_in),
        cmocka_unit_test(the_iphone_of_2_gb_has_850_mib_for_images),
        cmocka_unit_test(every_built_in_figure_has_a_source_or_is_advice),
        cmocka_unit_test(a_source_names_its_document_and_address),
        cmocka_unit_test(images_take_what_the_base_leaves),
        cmocka_unit_test(webgl_is_gles_on_the_web),
        cmocka_unit_test(a_later_file_changes_keys_and_adds_devices),
        cmocka_unit_test(what_is_wrong_with_a_profile_tells_its_place),
        cmocka_unit_test(an_unknown_device_gets_the_likely_one),
        cmocka_unit_test(running_out_of_memory_is_told_at_every_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
