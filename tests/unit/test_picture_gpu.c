/* test_picture_gpu.c - PVR, PKM, ASTC and the container of levels: headers and exact
 * payloads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/picture.h"
#include "look_picture.h"
#include "make_picture.h"

enum { PVR2_PVRTC_RGBA_4BPP = 0x19, PVR3_PVRTC_RGB_2BPP = 0, PVR3_PVRTC_RGB_4BPP = 2 };
#define PVR3_RGBA8 UINT64_C(0x0808080861626772)
#define PVR3_RGB8 UINT64_C(0x0008080800626772)

/* --- ASTC --- */

static void astc_gives_its_block_size_and_payload(void **state) {
    (void)state;
    outcome got = look(make_astc(6, 6, 13, 7));
    expect_size(&got, PICTURE_ASTC, 13, 7);
    assert_int_equal(got.info.gpu, GPU_ASTC_6X6);
    assert_int_equal(got.info.header_bytes, 16);
    assert_int_equal(got.info.payload_bytes, 3 * 2 * 16);
    assert_int_equal(got.info.level_count, 1);
    assert_int_equal(got.info.channels, 0);
}

static void astc_of_every_block_size_is_known(void **state) {
    (void)state;
    static const uint8_t sides[][2] = {{4, 4},  {5, 4},   {5, 5},   {6, 5},  {6, 6},
                                       {8, 5},  {8, 6},   {8, 8},   {10, 5}, {10, 6},
                                       {10, 8}, {10, 10}, {12, 10}, {12, 12}};
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        outcome got = look(make_astc(sides[i][0], sides[i][1], 101, 53));
        expect_size(&got, PICTURE_ASTC, 101, 53);
        assert_int_equal(got.info.gpu, GPU_ASTC_4X4 + i);
    }
}

static void astc_with_too_few_blocks_gives_both_numbers(void **state) {
    (void)state;
    made_file file = make_astc(6, 6, 1024, 1024);
    outcome got = look_cut(&file, 16 + 4080);
    expect_failure(&got, PA_FORMAT,
                   "astc payload has 4080 bytes, 1024 x 1024 in 6x6 blocks needs 467856");
    made_free(&file);
}

static void astc_with_too_many_bytes_gives_both_numbers(void **state) {
    (void)state;
    made_file file = make_astc(8, 8, 8, 8);
    made_add_fill(&file, 0, 1);
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT,
                   "astc payload has 17 bytes, 8 x 8 in 8x8 blocks needs 16");
}

static void astc_of_an_unknown_block_size_is_refused(void **state) {
    (void)state;
    made_file file = make_astc(4, 4, 8, 8);
    file.at[5] = 6;
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT,
                   "astc states blocks of 4 x 6 x 1, no texture has such");
    assert_int_equal(got.info.gpu, GPU_UNKNOWN);
    assert_int_equal(got.info.width_px, 8);
}

static void astc_with_a_zero_side_is_refused(void **state) {
    (void)state;
    outcome got = look(make_astc(4, 4, 0, 8));
    expect_failure(&got, PA_FORMAT, "astc states a size of 0 x 8");
}

/* --- PKM --- */

static void etc1_pkm_gives_both_sizes(void **state) {
    (void)state;
    outcome got = look(make_pkm("10", 0, 13, 7, 4 * 2 * 8));
    expect_size(&got, PICTURE_PKM, 13, 7);
    assert_int_equal(got.info.gpu, GPU_ETC1_RGB);
    assert_int_equal(got.info.encoded_width_px, 16);
    assert_int_equal(got.info.encoded_height_px, 8);
}

static void etc2_rgb_pkm_is_known(void **state) {
    (void)state;
    outcome got = look(make_pkm("20", 1, 8, 8, 4 * 8));
    expect_size(&got, PICTURE_PKM, 8, 8);
    assert_int_equal(got.info.gpu, GPU_ETC2_RGB);
}

static void etc2_rgba_pkm_has_blocks_of_16_bytes(void **state) {
    (void)state;
    outcome got = look(make_pkm("20", 3, 8, 8, 4 * 16));
    expect_size(&got, PICTURE_PKM, 8, 8);
    assert_int_equal(got.info.gpu, GPU_ETC2_RGBA);
    assert_true(got.info.has_alpha);
}

static void pkm_whose_version_and_type_disagree_is_refused(void **state) {
    (void)state;
    outcome got = look(make_pkm("10", 3, 8, 8, 4 * 16));
    expect_failure(&got, PA_FORMAT, "pkm of version 10 states type 3, expected 0");
}

static void pkm_of_the_wrong_length_is_refused(void **state) {
    (void)state;
    outcome got = look(make_pkm("10", 0, 8, 8, 31));
    expect_failure(&got, PA_FORMAT,
                   "pkm payload has 31 bytes, 8 x 8 in ETC1_RGB needs 32");
}

static void pkm_with_a_padding_of_four_pixels_is_refused(void **state) {
    (void)state;
    made_file file = make_pkm("10", 0, 8, 8, 32);
    file.at[13] = 4;
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT,
                   "pkm states 4 x 8 stored as 8 x 8, expected whole blocks of 4 x 4");
}

/* --- PVR --- */

static void pvr3_skips_its_metadata(void **state) {
    (void)state;
    outcome got = look(make_pvr3((pvr_form){PVR3_PVRTC_RGB_4BPP, 16, 16, 1, 1, 15, 128}));
    expect_size(&got, PICTURE_PVR, 16, 16);
    assert_int_equal(got.info.gpu, GPU_PVRTC_RGB_4BPP);
    assert_int_equal(got.info.pvr_version, 3);
    assert_int_equal(got.info.header_bytes, 67);
    assert_int_equal(got.info.payload_bytes, 128);
}

static void pvrtc_has_at_least_two_by_two_blocks(void **state) {
    (void)state;
    outcome got = look(make_pvr3((pvr_form){PVR3_PVRTC_RGB_4BPP, 4, 4, 1, 1, 0, 32}));
    expect_size(&got, PICTURE_PVR, 4, 4);
    got = look(make_pvr3((pvr_form){PVR3_PVRTC_RGB_2BPP, 8, 4, 1, 1, 0, 32}));
    expect_size(&got, PICTURE_PVR, 8, 4);
}

static void pvr3_with_levels_needs_all_of_them(void **state) {
    (void)state;
    outcome got = look(make_pvr3((pvr_form){PVR3_RGBA8, 4, 4, 1, 3, 0, 64 + 16 + 4}));
    expect_size(&got, PICTURE_PVR, 4, 4);
}

static void pvr3_with_faces_needs_all_of_them(void **state) {
    (void)state;
    outcome got = look(make_pvr3((pvr_form){PVR3_RGBA8, 4, 4, 6, 1, 0, 6 * 64}));
    expect_size(&got, PICTURE_PVR, 4, 4);
}

static void pvr3_of_three_bytes_a_pixel_is_not_padded(void **state) {
    (void)state;
    outcome got = look(make_pvr3((pvr_form){PVR3_RGB8, 5, 3, 1, 1, 0, 45}));
    expect_size(&got, PICTURE_PVR, 5, 3);
}

static void pvr3_without_its_last_level_is_refused(void **state) {
    (void)state;
    outcome got = look(make_pvr3((pvr_form){PVR3_RGBA8, 4, 4, 1, 3, 0, 64 + 16}));
    expect_failure(&got, PA_FORMAT, "pvr payload has 80 bytes, 4 x 4 in RGBA8 needs 84");
}

static void pvr3_of_an_unknown_format_is_refused(void **state) {
    (void)state;
    outcome got = look(make_pvr3((pvr_form){7, 4, 4, 1, 1, 0, 8}));
    expect_failure(&got, PA_FORMAT, "pvr 3 has pixel format 0x7, which no engine reads");
    assert_int_equal(got.info.gpu, GPU_UNKNOWN);
}

static void pvr3_whose_metadata_leave_the_file_is_refused(void **state) {
    (void)state;
    made_file file = make_pvr3((pvr_form){PVR3_RGBA8, 4, 4, 1, 1, 0, 64});
    memset(file.at + 48, 0xff, 4);
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT,
                   "pvr ends inside its metadata: 116 bytes, 4294967347 needed");
}

static void pvr3_of_absurd_counts_is_refused(void **state) {
    (void)state;
    made_file file = make_pvr3((pvr_form){PVR3_RGBA8, 4, 4, 1, 1, 0, 64});
    memset(file.at + 32, 0xff, 12);
    outcome got = look(file);
    assert_int_equal(got.decoded, PA_FORMAT);
}

static void pvr2_reads_its_height_first(void **state) {
    (void)state;
    outcome got = look(make_pvr2((pvr_form){PVR2_PVRTC_RGBA_4BPP, 16, 8, 1, 1, 0, 64}));
    expect_size(&got, PICTURE_PVR, 16, 8);
    assert_int_equal(got.info.pvr_version, 2);
    assert_int_equal(got.info.gpu, GPU_PVRTC_RGBA_4BPP);
}

static void pvr2_with_levels_needs_all_of_them(void **state) {
    (void)state;
    outcome got =
        look(make_pvr2((pvr_form){PVR2_PVRTC_RGBA_4BPP, 16, 16, 1, 2, 0, 128 + 32}));
    expect_size(&got, PICTURE_PVR, 16, 16);
}

/* --- container --- */

static void container_takes_its_size_from_level_0(void **state) {
    (void)state;
    outcome got = look(make_cmip_astc(16, 16, 5));
    expect_size(&got, PICTURE_CMIP, 16, 16);
    assert_int_equal(got.info.gpu, GPU_ASTC_4X4);
    assert_int_equal(got.info.level_count, 5);
    assert_int_equal(got.info.header_bytes, 28);
    assert_int_equal(got.info.payload_bytes, (16 + 4 + 1 + 1 + 1) * 16);
    assert_int_equal(got.info.chunk_bytes, (16 + 4 + 1 + 1 + 1 + 5) * 16);
}

static void container_of_a_texture_that_is_not_square_ends_with_sides_of_1(void **state) {
    (void)state;
    outcome got = look(make_cmip_astc(32, 4, 6));
    expect_size(&got, PICTURE_CMIP, 32, 4);
}

static void container_with_more_levels_than_the_chain_is_refused(void **state) {
    (void)state;
    outcome got = look(make_cmip_astc(4, 4, 4));
    expect_failure(&got, PA_FORMAT, "container has 4 levels, 4 x 4 px have 3");
    assert_int_equal(got.info.width_px, 4);
}

static void container_of_17_levels_is_refused(void **state) {
    (void)state;
    outcome got = look(make_cmip_astc(4, 4, 17));
    expect_failure(&got, PA_FORMAT, "container states 17 levels, expected 1 to 16");
}

static void container_of_no_levels_is_refused(void **state) {
    (void)state;
    outcome got = look(make_cmip_astc(4, 4, 0));
    expect_failure(&got, PA_FORMAT, "container states 0 levels, expected 1 to 16");
}

static void container_of_two_kinds_is_refused(void **state) {
    (void)state;
    made_file levels[] = {make_astc(4, 4, 8, 8), make_pkm("10", 0, 4, 4, 8)};
    outcome got = look(make_cmip(levels, 2));
    expect_failure(&got, PA_FORMAT,
                   "container level 1: chunk is pkm ETC1_RGB, level 0 is astc ASTC_4x4");
}

static void container_level_of_the_wrong_side_is_refused(void **state) {
    (void)state;
    made_file levels[] = {make_astc(4, 4, 8, 8), make_astc(4, 4, 8, 4)};
    outcome got = look(make_cmip(levels, 2));
    expect_failure(&got, PA_FORMAT, "container level 1: chunk is 8 x 4, expected 4 x 4");
}

static void container_within_a_container_is_refused(void **state) {
    (void)state;
    made_file levels[] = {make_cmip_astc(8, 8, 1)};
    outcome got = look(make_cmip(levels, 1));
    expect_failure(&got, PA_FORMAT,
                   "container level 0: chunk is cmip, expected pvr, pkm or astc");
}

static void container_with_bytes_behind_its_chunks_is_refused(void **state) {
    (void)state;
    made_file file = make_cmip_astc(4, 4, 1);
    made_add_fill(&file, 0, 3);
    outcome got = look(file);
    expect_failure(&got, PA_FORMAT, "container has 3 bytes behind its last chunk");
}

static void container_cut_in_a_chunk_is_refused(void **state) {
    (void)state;
    made_file file = make_cmip_astc(8, 8, 2);
    outcome got = look_cut(&file, file.size - 1);
    expect_failure(&got, PA_FORMAT,
                   "container has 31 bytes left for level 1, its table says 32");
    assert_int_equal(got.info.width_px, 8);
    made_free(&file);
}

static void container_level_of_the_wrong_length_is_refused(void **state) {
    (void)state;
    made_file levels[] = {make_astc(4, 4, 8, 8), make_astc(4, 4, 4, 4)};
    made_add_fill(&levels[1], 0, 16);
    outcome got = look(make_cmip(levels, 2));
    expect_failure(
        &got, PA_FORMAT,
        "container level 1: astc payload has 32 bytes, 4 x 4 in 4x4 blocks needs 16");
}

/* --- all --- */

static void compressed_headers_cut_after_any_byte_fail(void **state) {
    (void)state;
    expect_cut_header_fails(make_astc(4, 4, 8, 8), 16);
    expect_cut_header_fails(make_pkm("20", 3, 8, 8, 64), 16);
    expect_cut_header_fails(
        make_pvr2((pvr_form){PVR2_PVRTC_RGBA_4BPP, 8, 8, 1, 1, 0, 32}), 52);
    expect_cut_header_fails(make_pvr3((pvr_form){PVR3_RGBA8, 4, 4, 1, 1, 9, 64}), 61);
    expect_cut_header_fails(make_cmip_astc(8, 8, 4), 24 + (64 + 32 + 32 + 32 + 16) - 1);
}

static void compressed_file_is_never_called_opaque(void **state) {
    (void)state;
    outcome got = look(make_astc(4, 4, 8, 8));
    assert_false(got.facts.is_opaque);
}

static void equal_payloads_of_other_formats_hash_differently(void **state) {
    (void)state;
    outcome one = look(make_pvr3((pvr_form){2, 16, 16, 1, 1, 0, 128}));
    outcome other = look(make_pvr3((pvr_form){3, 16, 16, 1, 1, 0, 128}));
    assert_memory_not_equal(one.facts.pixel_hash, other.facts.pixel_hash, 16);
}

static void compressed_file_has_no_pixels(void **state) {
    (void)state;
    made_file file = make_astc(4, 4, 8, 8);
    outcome got = look_at(made_bytes(&file));
    picture_scratch scratch = {0};
    assert_int_equal(picture_decode_pixels(made_bytes(&file), &got.info, &scratch,
                                           &got.facts, &got.err),
                     PA_UNSUPPORTED);
    made_free(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(astc_gives_its_block_size_and_payload),
        cmocka_unit_test(astc_of_every_block_size_is_known),
        cmocka_unit_test(astc_with_too_few_blocks_gives_both_numbers),
        cmocka_unit_test(astc_with_too_many_bytes_gives_both_numbers),
        cmocka_unit_test(astc_of_an_unknown_block_size_is_refused),
        cmocka_unit_test(astc_with_a_zero_side_is_refused),
        cmocka_unit_test(etc1_pkm_gives_both_sizes),
        cmocka_unit_test(etc2_rgb_pkm_is_known),
        cmocka_unit_test(etc2_rgba_pkm_has_blocks_of_16_bytes),
        cmocka_unit_test(pkm_whose_version_and_type_disagree_is_refused),
        cmocka_unit_test(pkm_of_the_wrong_length_is_refused),
        cmocka_unit_test(pkm_with_a_padding_of_four_pixels_is_refused),
        cmocka_unit_test(pvr3_skips_its_metadata),
        cmocka_unit_test(pvrtc_has_at_least_two_by_two_blocks),
        cmocka_unit_test(pvr3_with_levels_needs_all_of_them),
        cmocka_unit_test(pvr3_with_faces_needs_all_of_them),
        cmocka_unit_test(pvr3_of_three_bytes_a_pixel_is_not_padded),
        cmocka_unit_test(pvr3_without_its_last_level_is_refused),
        cmocka_unit_test(pvr3_of_an_unknown_format_is_refused),
        cmocka_unit_test(pvr3_whose_metadata_leave_the_file_is_refused),
        cmocka_unit_test(pvr3_of_absurd_counts_is_refused),
        cmocka_unit_test(pvr2_reads_its_height_first),
        cmocka_unit_test(pvr2_with_levels_needs_all_of_them),
        cmocka_unit_test(container_takes_its_size_from_level_0),
        cmocka_unit_test(container_of_a_texture_that_is_not_square_ends_with_sides_of_1),
        cmocka_unit_test(container_with_more_levels_than_the_chain_is_refused),
        cmocka_unit_test(container_of_17_levels_is_refused),
        cmocka_unit_test(container_of_no_levels_is_refused),
        cmocka_unit_test(container_of_two_kinds_is_refused),
        cmocka_unit_test(container_level_of_the_wrong_side_is_refused),
        cmocka_unit_test(container_within_a_container_is_refused),
        cmocka_unit_test(container_with_bytes_behind_its_chunks_is_refused),
        cmocka_unit_test(container_cut_in_a_chunk_is_refused),
        cmocka_unit_test(container_level_of_the_wrong_length_is_refused),
        cmocka_unit_test(compressed_headers_cut_after_any_byte_fail),
        cmocka_unit_test(compressed_file_is_never_called_opaque),
        cmocka_unit_test(equal_payloads_of_other_formats_hash_differently),
        cmocka_unit_test(compressed_file_has_no_pixels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
