/* test_rewrite_no_memory.c - write a build anew while a request for memory fails, with
 * all after it or alone: it ends with PA_NOMEM and nothing written, or with the same
 * bytes, and leaks nothing (AddressSanitizer watches).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "codec/archive_copy.h"
#include "expect.h"
#include "make_picture.h"
#include "packaudit/packaudit.h"
#include "scratch.h"
#include "sys/file.h"

#define WALL "fc991dd7-0033-4b80-9d41-c8a86a702e59"
#define TEXT "29158224-f8dd-4661-a796-1ffab537140e"
#define CONFIG                                                                           \
    "{\"name\":\"main\",\"importBase\":\"import\",\"nativeBase\":\"native\",\"deps\":["  \
    "],\"uuids\":[\"" WALL "\",\"" WALL "@6c48a\",\"0ec7d9d8-2b9a-4ac8-9b0f-"            \
    "6dd1d0b86e1a\",\"" TEXT "\",\"0aaaaaaaa\"],\"paths\":{\"0\":[\"wall\",\"cc."        \
    "ImageAsset\"]},\"scenes\":{\"db:/"                                                  \
    "/a.scene\":2},\"packs\":{\"0aaaaaaaa\":[0,1]},\"versions\":{\"import\":["           \
    "4,\"11111\",2,\"22222\",3,\"44444\"],\"native\":[0,\"33333\"]},\"redirect\":[],"    \
    "\"debug\":false,\"extensionMap\":{}}"

static const struct {
    const char *name, *content;
} files[] = {
    {"src/settings.5e771.json",
     "{\"CocosEngine\":\"3.8.5\",\"engine\":{\"platform\":\"web-mobile\"},\"assets\":{"
     "\"bundleVers\":{\"main\":\"abcde\"}}}"},
    {"index.html", "<script src='src/settings.5e771.json'></script>"},
    {"assets/main/config.abcde.json", CONFIG},
    {"assets/main/index.abcde.js", "// scripts"},
    {"assets/main/import/0a/0aaaaaaaa.11111.json",
     "[1,0,0,[\"cc.ImageAsset\",\"cc.Texture2D\"],0,[[[{\"fmt\":\"0\",\"w\":0,\"h\":0},-1"
     "],[0],0,[],[],[]],[[{\"base\":\"2,2,0,0,2,0\",\"mipmaps\":[\"" WALL "\"]}],[1],0,[]"
     ",[],[]]]]"},
    {"assets/main/import/0e/0ec7d9d8-2b9a-4ac8-9b0f-6dd1d0b86e1a.22222.json",
     "[{\"__type__\":\"cc.SceneAsset\",\"_name\":\"a\"},{\"__type__\":\"cc.SkyboxInfo\","
     "\"_envmap\":{\"__uuid__\":\"" WALL "@6c48a\"},\"text\":{\"__uuid__\":\"" TEXT
     "\"}}]"},
    {"assets/main/import/29/" TEXT ".44444.json",
     "[1,0,0,[[\"cc.TextAsset\",[\"_name\",\"text\"],1]],[[0,0,1,3]],[[0,\"t\",\"hello\"]"
     "],"
     "0,0,[],[],[]]"},
    {"plan.json",
     "{\"schema\":\"packaudit.plan/1\",\"actions\":["
     "{\"kind\":\"compress\",\"asset\":\"" WALL "\",\"parameters\":{\"format\":"
     "\"astc-6x6\",\"preset\":\"fastest\"}},"
     "{\"kind\":\"compress\",\"asset\":\"" WALL
     "\",\"parameters\":{\"format\":\"etc2\"}},"
     "{\"kind\":\"downscale\",\"asset\":\"" WALL "\",\"parameters\":{\"width\":8,"
     "\"height\":8}}]}"},
};

typedef struct fixture {
    scratch in;
    char build[SCRATCH_PATH_SIZE], plan[SCRATCH_PATH_SIZE], out[SCRATCH_PATH_SIZE];
    char receipt[SCRATCH_PATH_SIZE], cache[SCRATCH_PATH_SIZE];
    char order[SCRATCH_PATH_SIZE], new_order[SCRATCH_PATH_SIZE];
    bool has_cache;
    bool is_archive; /* in and out */
    bool has_order;
} fixture;

static pa_status put(void *ctx, str content, pa_error *err) {
    (void)err;
    buf_add(ctx, content);
    return PA_OK;
}

/* The build as a zip. */
static void pack(fixture *f) {
    buf zip = {0};
    buf content = {0};
    arena mem = {0};
    pa_error err = {0};
    folder_list list = {0};
    archive_copy *c = archive_copy_open(NULL, (bytes){0}, put, &zip, &err);
    folder_walk(&mem, f->build, &list, &err);
    for (size_t i = 0; i < list.count; i++) {
        char path[2 * SCRATCH_PATH_SIZE];
        snprintf(path, sizeof path, "%s/%.*s", f->build, STR_ARGS(list.files[i].path));
        file_read(path, 1 << 20, &content, &err);
        archive_copy_add(c, list.files[i].path, buf_str(&content), &err);
    }
    archive_copy_finish(c, &err);
    expect_no_error(&err);
    archive_copy_free(c);
    scratch_write(&f->in, "build.zip", buf_str(&zip));
    snprintf(f->build, sizeof f->build, "%s", scratch_path(&f->in, "build.zip"));
    snprintf(f->out, sizeof f->out, "%s", scratch_path(&f->in, "out.zip"));
    folder_list_clear(&list);
    arena_clear(&mem);
    buf_clear(&content);
    buf_clear(&zip);
}

static void make(fixture *f) {
    scratch_make(&f->in);
    char name[SCRATCH_PATH_SIZE];
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        snprintf(name, sizeof name, "%s%s",
                 strcmp(files[i].name, "plan.json") == 0 ? "" : "build/", files[i].name);
        scratch_write(&f->in, name, str_of(files[i].content));
    }
    made_file png = make_png((png_form){16, 16, 8, 6, false, false});
    scratch_write(&f->in, "build/assets/main/native/fc/" WALL ".33333.png",
                  str_of_bytes(made_bytes(&png)));
    made_free(&png);
    snprintf(f->build, sizeof f->build, "%s", scratch_path(&f->in, "build"));
    snprintf(f->plan, sizeof f->plan, "%s", scratch_path(&f->in, "plan.json"));
    snprintf(f->out, sizeof f->out, "%s", scratch_path(&f->in, "out"));
    snprintf(f->receipt, sizeof f->receipt, "%s", scratch_path(&f->in, "receipt"));
    snprintf(f->cache, sizeof f->cache, "%s", scratch_path(&f->in, "cache"));
    snprintf(f->order, sizeof f->order, "%s", scratch_path(&f->in, "order"));
    snprintf(f->new_order, sizeof f->new_order, "%s", scratch_path(&f->in, "new_order"));
}

static pa_options options_of(void) {
    static const char *const device = "web_mobile";
    pa_options how = pa_options_default();
    how.thread_count = 1;
    how.devices = &device;
    how.device_count = 1;
    return how;
}

static int gather_text(void *ctx, const char *text, size_t size) {
    buf_add(ctx, (str){text, size});
    return 0;
}

/* The load order that packs are to follow. */
static void make_order(fixture *f) {
    pa_options how = options_of();
    pa_error err = {0};
    buf text = {0};
    pa_report_options options = {.format = PA_FORMAT_JSON};
    pa_audit *audit = pa_audit_open(f->build, &how, &err);
    pa_order *order = pa_order_make(audit, NULL, &err);
    pa_order_write(order, &options, gather_text, &text, &err);
    expect_no_error(&err);
    pa_order_free(order);
    pa_audit_free(audit);
    scratch_write(&f->in, "order", buf_str(&text));
    buf_clear(&text);
    f->has_order = true;
}

static int drop(void *ctx, const char *text, size_t size) {
    (void)ctx;
    (void)text;
    (void)size;
    return 0;
}

static pa_status run(const fixture *f, pa_error *err) {
    pa_options how = options_of();
    pa_rewrite_options options = {
        .plan = f->plan, .output = f->out, .receipt = f->receipt};
    options.order = f->has_order ? f->order : NULL;
    options.new_order = f->new_order;
    options.cache = f->has_cache ? f->cache : NULL;
    return pa_rewrite(f->build, &how, &options, drop, NULL, err);
}

/* All paths and bytes of what was written, the receipt among them. */
static buf gather(const fixture *f) {
    buf all = {0};
    arena mem = {0};
    pa_error err = {0};
    folder_list list = {0};
    buf content = {0};
    if (f->is_archive) {
        file_read(f->out, 1 << 20, &all, &err);
    } else {
        folder_walk(&mem, f->out, &list, &err);
    }
    for (size_t i = 0; i < list.count; i++) {
        char path[2 * SCRATCH_PATH_SIZE];
        snprintf(path, sizeof path, "%s/%.*s", f->out, STR_ARGS(list.files[i].path));
        file_read(path, 1 << 20, &content, &err);
        buf_add(&all, list.files[i].path);
        buf_add(&all, buf_str(&content));
    }
    file_read(f->receipt, 1 << 20, &content, &err);
    buf_add(&all, buf_str(&content));
    if (f->has_order) {
        file_read(f->new_order, 1 << 20, &content, &err);
        buf_add(&all, buf_str(&content));
    }
    expect_no_error(&err);
    buf_clear(&content);
    folder_list_clear(&list);
    arena_clear(&mem);
    return all;
}

/* Removes files of these names, and folders with all that they hold. */
static void forget(const char *one, const char *other) {
    char command[3 * SCRATCH_PATH_SIZE];
    snprintf(command, sizeof command, "rm -rf '%s' '%s'", one, other);
    assert_int_equal(system(command), 0);
}

typedef enum run_use { PLAN_ONLY, EMPTY_CACHE, FULL_CACHE, WITH_ORDER, ARCHIVE } run_use;

static void at_every_place(void (*refuse_from)(uint64_t nth), run_use use) {
    uint64_t share = use == PLAN_ONLY || use == WITH_ORDER ? 200 : 60;
    fixture f = {.has_cache = use == EMPTY_CACHE || use == FULL_CACHE,
                 .is_archive = use == ARCHIVE};
    make(&f);
    if (f.is_archive) {
        pack(&f);
    }
    if (use == WITH_ORDER) {
        make_order(&f);
    }
    pa_error err = {0};
    for (unsigned i = 0; i < (use == FULL_CACHE ? 2 : 1); i++) {
        forget(f.out, f.receipt);
        run(&f, &err);
        expect_no_error(&err);
    }
    buf wanted = gather(&f);
    forget(f.out, f.receipt);
    forget(f.new_order, f.new_order);
    if (use == EMPTY_CACHE) {
        forget(f.cache, f.out);
    }
    size_t count = scratch_count(&f.in);
    bool has_failed = true;
    for (uint64_t nth = 1, last = 1; has_failed || nth < last + 50;
         nth = nth + 1 + nth / share) {
        pa_error failure = {0};
        refuse_from(nth);
        has_failed = run(&f, &failure) != PA_OK;
        refuse_from(0);
        if (has_failed) {
            last = nth;
            expect_error(&failure, PA_NOMEM, NULL);
        } else {
            buf found = gather(&f);
            assert_true(str_equal(buf_str(&found), buf_str(&wanted)));
            buf_clear(&found);
            forget(f.out, f.receipt);
            forget(f.new_order, f.new_order);
        }
        if (use == EMPTY_CACHE) {
            forget(f.cache, f.out);
        }
        assert_int_equal(scratch_count(&f.in), count);
    }
    buf_clear(&wanted);
    scratch_remove(&f.in);
}

static void without_memory_nothing_is_written(void **state) {
    (void)state;
    at_every_place(mem_fail_from, PLAN_ONLY);
}

static void no_failed_request_is_overlooked(void **state) {
    (void)state;
    at_every_place(mem_fail_only, PLAN_ONLY);
}

static void no_failed_request_is_overlooked_while_a_cache_is_filled(void **state) {
    (void)state;
    at_every_place(mem_fail_only, EMPTY_CACHE);
}

static void no_failed_request_is_overlooked_while_a_cache_is_read(void **state) {
    (void)state;
    at_every_place(mem_fail_only, FULL_CACHE);
}

static void no_failed_request_is_overlooked_in_an_archive(void **state) {
    (void)state;
    at_every_place(mem_fail_only, ARCHIVE);
}

static void no_failed_request_is_overlooked_while_packs_follow_an_order(void **state) {
    (void)state;
    at_every_place(mem_fail_only, WITH_ORDER);
}

static void without_memory_no_packs_are_written(void **state) {
    (void)state;
    at_every_place(mem_fail_from, WITH_ORDER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_nothing_is_written),
        cmocka_unit_test(no_failed_request_is_overlooked),
        cmocka_unit_test(no_failed_request_is_overlooked_while_a_cache_is_filled),
        cmocka_unit_test(no_failed_request_is_overlooked_while_a_cache_is_read),
        cmocka_unit_test(no_failed_request_is_overlooked_in_an_archive),
        cmocka_unit_test(without_memory_no_packs_are_written),
        cmocka_unit_test(no_failed_request_is_overlooked_while_packs_follow_an_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
