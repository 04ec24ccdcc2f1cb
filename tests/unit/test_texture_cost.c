/* test_texture_cost.c - levels, GPU bytes and the engine's counter, by numbers worked out
 * by hand.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "expect.h"
#include "memory/texture.h"

static cost_model model_of(engine_version version, engine_target target) {
    static const settings none = {0};
    return cost_model_of(version, target, &none);
}

/* A texture of one image, or a cube of six. */
static texture_data plain_texture(bool has_mips, uint32_t layers) {
    return (texture_data){.mip_filter = has_mips ? 2 : 0,
                          .gen_mipmaps = has_mips,
                          .layers = layers,
                          .levels = 1};
}

static texture_cost cost_of(const texture_data *texture, engine_version version,
                            engine_target target, gpu_format format, uint32_t width_px,
                            uint32_t height_px) {
    cost_model model = model_of(version, target);
    texture_shape shape =
        texture_shape_of(texture, &model, format, width_px, height_px, 1);
    return texture_cost_of(&shape, &model);
}

static void levels_follow_target_and_version(void **state) {
    (void)state;
    static const struct {
        engine_version version;
        engine_target target;
        gpu_format format;
        uint32_t width_px, height_px, levels;
    } rows[] = {
        {30805, TARGET_NATIVE, GPU_RGBA8, 1024, 1024, 11},
        {30805, TARGET_NATIVE, GPU_RGBA8, 1024, 1, 11},
        {30805, TARGET_NATIVE, GPU_RGBA8, 1000, 500, 1},
        {30600, TARGET_NATIVE, GPU_RGBA8, 1024, 500, 1},
        {30502, TARGET_NATIVE, GPU_RGBA8, 1000, 500, 10},
        {30000, TARGET_NATIVE, GPU_RGBA8, 1000, 500, 10},
        {30805, TARGET_WEB, GPU_RGBA8, 1024, 1024, 11},
        {30805, TARGET_WEB, GPU_RGBA8, 1000, 500, 10},
        {30000, TARGET_WEB, GPU_RGBA8, 3, 5, 3},
        {30805, TARGET_WEBGL1, GPU_RGBA8, 1024, 1024, 11},
        {30805, TARGET_WEBGL1, GPU_RGBA8, 1000, 500, 1},
        {30805, TARGET_MINIGAME, GPU_RGBA8, 512, 256, 10},
        {30805, TARGET_MINIGAME, GPU_RGBA8, 512, 255, 1},
        {30805, TARGET_NATIVE, GPU_ASTC_6X6, 1024, 1024, 11},
        {30805, TARGET_WEB, GPU_ETC2_RGBA, 1024, 1024, 11},
        {20415, TARGET_WEBGL1, GPU_RGBA8, 1024, 1024, 11},
        {20415, TARGET_WEBGL1, GPU_RGBA8, 1000, 500, 1},
        {20415, TARGET_NATIVE, GPU_RGBA8, 256, 256, 9},
        {20415, TARGET_NATIVE, GPU_ETC1_RGB, 256, 256, 1},
        {30805, TARGET_NATIVE, GPU_RGBA8, 1, 1, 1},
    };
    texture_data wanting = plain_texture(true, 1);
    texture_data single = plain_texture(false, 1);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        texture_cost cost = cost_of(&wanting, rows[i].version, rows[i].target,
                                    rows[i].format, rows[i].width_px, rows[i].height_px);
        assert_int_equal(cost.levels, rows[i].levels);
        cost = cost_of(&single, rows[i].version, rows[i].target, rows[i].format,
                       rows[i].width_px, rows[i].height_px);
        assert_int_equal(cost.levels, 1);
    }
}

static void levels_that_files_bring_count_from_3_x(void **state) {
    (void)state;
    texture_data texture = plain_texture(false, 1);
    cost_model modern = model_of(30805, TARGET_NATIVE);
    cost_model old = model_of(20415, TARGET_NATIVE);
    texture_shape shape =
        texture_shape_of(&texture, &modern, GPU_ASTC_6X6, 1024, 1024, 11);
    assert_int_equal(texture_levels(&shape, &modern), 11);
    assert_int_equal(texture_levels(&shape, &old), 1);
}

static void images_of_several_levels_count_as_levels(void **state) {
    (void)state;
    texture_data texture = {.layers = 1, .levels = 3};
    texture_cost cost = cost_of(&texture, 30805, TARGET_WEB, GPU_RGBA8, 4, 4);
    assert_int_equal(cost.levels, 3);
    assert_int_equal(cost.gpu_bytes, (16 + 4 + 1) * 4);
}

static void gpu_bytes_are_blocks_of_all_levels_and_layers(void **state) {
    (void)state;
    static const struct {
        gpu_format format;
        uint32_t side_px;
        bool has_mips;
        uint32_t layers;
        uint64_t bytes;
    } rows[] = {
        {GPU_RGBA8, 1024, false, 1, 4194304},
        {GPU_RGBA8, 1024, true, 1, 5592404},
        {GPU_RGBA8, 2048, true, 1, 22369620},
        {GPU_RGBA8, 1024, false, 6, 25165824},
        {GPU_RGBA8, 1024, true, 6, 33554424},
        {GPU_ASTC_6X6, 1024, false, 1, 467856},
        {GPU_ASTC_6X6, 1024, true, 1, 626288},
        {GPU_ASTC_4X4, 1024, false, 1, 1048576},
        {GPU_ASTC_8X8, 1024, false, 1, 262144},
        {GPU_ETC1_RGB, 1024, false, 1, 524288},
        {GPU_ETC2_RGBA, 1024, false, 1, 1048576},
        {GPU_PVRTC_RGB_4BPP, 1024, false, 1, 524288},
        {GPU_PVRTC_RGB_2BPP, 1024, false, 1, 262144},
        {GPU_RGB8, 1024, false, 1, 4194304},
        {GPU_RGBA32F, 16, false, 1, 4096},
        {GPU_UNKNOWN, 1024, false, 1, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        texture_data texture = plain_texture(rows[i].has_mips, rows[i].layers);
        texture_cost cost = cost_of(&texture, 30805, TARGET_NATIVE, rows[i].format,
                                    rows[i].side_px, rows[i].side_px);
        assert_int_equal(cost.gpu_bytes, rows[i].bytes);
    }
}

/* ---- the engine's counter
 * --------------------------------------------------------------- */

static void the_native_counter_sees_level_0_of_one_layer(void **state) {
    (void)state;
    static const struct {
        bool has_mips;
        uint32_t layers;
        double share;
    } rows[] = {{false, 1, 1.0}, {true, 1, 0.75}, {false, 6, 1.0 / 6}, {true, 6, 0.125}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        texture_data texture = plain_texture(rows[i].has_mips, rows[i].layers);
        texture_cost cost =
            cost_of(&texture, 30805, TARGET_NATIVE, GPU_RGBA8, 1024, 1024);
        double share = (double)cost.counter_bytes / (double)cost.gpu_bytes;
        assert_int_equal(cost.counter_bytes, 4194304);
        assert_true(share > rows[i].share - 1e-5 && share < rows[i].share + 1e-5);
    }
}

static void the_web_counter_sees_all_levels_and_layers(void **state) {
    (void)state;
    static const engine_target targets[] = {TARGET_WEB, TARGET_WEBGL1, TARGET_MINIGAME};
    texture_data cube = plain_texture(true, 6);
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        texture_cost cost = cost_of(&cube, 30805, targets[i], GPU_RGBA8, 1024, 1024);
        assert_int_equal(cost.counter_bytes, 33554424);
        assert_int_equal(cost.counter_bytes, cost.gpu_bytes);
    }
}

static void there_is_no_counter_in_2_4(void **state) {
    (void)state;
    texture_data texture = plain_texture(true, 1);
    assert_int_equal(
        cost_of(&texture, 20415, TARGET_WEBGL1, GPU_RGBA8, 64, 64).counter_bytes, 0);
    assert_int_equal(
        cost_of(&texture, 20415, TARGET_NATIVE, GPU_RGBA8, 64, 64).counter_bytes, 0);
}

static void the_engine_has_sizes_of_its_own_for_some_formats(void **state) {
    (void)state;
    static const struct {
        gpu_format format;
        uint32_t width_px, height_px;
        engine_version version;
        engine_target target;
        uint64_t bytes;
    } rows[] = {
        {GPU_RGB8, 10, 10, 30805, TARGET_WEB, 300},
        {GPU_LA8, 10, 10, 30805, TARGET_WEB, 100},
        {GPU_RGBA8, 10, 10, 30805, TARGET_WEB, 400},
        {GPU_PVRTC_RGB_4BPP, 4, 4, 30502, TARGET_WEB, 32},
        {GPU_PVRTC_RGB_4BPP, 4, 4, 30603, TARGET_WEB, 8},
        {GPU_PVRTC_RGBA_4BPP, 10, 10, 30502, TARGET_WEB, 50},
        {GPU_PVRTC_RGBA_4BPP, 10, 10, 30603, TARGET_WEB, 72},
        {GPU_PVRTC_RGB_2BPP, 8, 4, 30502, TARGET_MINIGAME, 32},
        {GPU_PVRTC_RGB_2BPP, 8, 4, 30603, TARGET_MINIGAME, 8},
        {GPU_PVRTC_RGB_4BPP, 4, 4, 30502, TARGET_NATIVE, 8},
        {GPU_PVRTC_RGB_4BPP, 1024, 1024, 30502, TARGET_WEB, 524288},
        {GPU_PVRTC_RGB_4BPP, 1024, 1024, 30603, TARGET_WEB, 524288},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cost_model model = model_of(rows[i].version, rows[i].target);
        assert_int_equal(texture_engine_level_bytes(rows[i].format, rows[i].width_px,
                                                    rows[i].height_px, &model),
                         rows[i].bytes);
    }
}

/* ---- cubes and render textures
 * ---------------------------------------------------------- */

/* A cube whose faces are atlases of five levels, 256 px the largest. */
static texture_data baked_cube(int32_t mip_filter) {
    return (texture_data){.mip_filter = mip_filter,
                          .layers = 6,
                          .levels = 5,
                          .is_baked = true,
                          .layout_width_px = 256,
                          .layout_height_px = 256};
}

static void a_baked_cube_without_mip_filter_has_the_levels_of_its_layout(void **state) {
    (void)state;
    texture_data texture = baked_cube(0);
    texture_cost cost = cost_of(&texture, 30805, TARGET_WEB, GPU_RGBA8, 256, 384);
    assert_int_equal(cost.levels, 5);
    assert_int_equal(cost.gpu_bytes, 2095104);
}

static void a_baked_cube_with_mip_filter_has_the_full_chain(void **state) {
    (void)state;
    texture_data texture = baked_cube(2);
    texture_cost cost = cost_of(&texture, 30805, TARGET_WEB, GPU_RGBA8, 256, 384);
    assert_int_equal(cost.levels, 9);
    assert_int_equal(cost.gpu_bytes, 2097144);
}

static void a_render_texture_has_colour_and_depth(void **state) {
    (void)state;
    static const struct {
        render_data render;
        uint64_t bytes, counter_bytes;
    } rows[] = {{{512, 512}, 2097152, 2359296},
                {{4096, 256}, 4194304, 4718592},
                {{4096, 4096}, 33554432, 37748736},
                {{1, 1}, 8, 9},
                {{0, 512}, 0, 0}};
    cost_model modern = model_of(30805, TARGET_NATIVE);
    cost_model old = model_of(20415, TARGET_NATIVE);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(render_texture_bytes(&rows[i].render), rows[i].bytes);
        assert_int_equal(render_texture_counter_bytes(&rows[i].render, &modern),
                         rows[i].counter_bytes);
        assert_int_equal(render_texture_counter_bytes(&rows[i].render, &old), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_follow_target_and_version),
        cmocka_unit_test(levels_that_files_bring_count_from_3_x),
        cmocka_unit_test(images_of_several_levels_count_as_levels),
        cmocka_unit_test(gpu_bytes_are_blocks_of_all_levels_and_layers),
        cmocka_unit_test(the_native_counter_sees_level_0_of_one_layer),
        cmocka_unit_test(the_web_counter_sees_all_levels_and_layers),
        cmocka_unit_test(there_is_no_counter_in_2_4),
        cmocka_unit_test(the_engine_has_sizes_of_its_own_for_some_formats),
        cmocka_unit_test(a_baked_cube_without_mip_filter_has_the_levels_of_its_layout),
        cmocka_unit_test(a_baked_cube_with_mip_filter_has_the_full_chain),
        cmocka_unit_test(a_render_texture_has_colour_and_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
