/* test_astc_encode.c - ASTC files: the blocks of the program astcenc, headers, parts,
 * decoding, refusals.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/astc_encode.h"
#include "expect.h"
#include "look_picture.h"
#include "scratch.h"

/* Smooth, with a hard edge and some alpha: blocks of every kind. */
static uint8_t *make_scene(uint32_t width_px, uint32_t height_px) {
    uint8_t *pixels = make_pixels(width_px, height_px, false);
    for (uint32_t y = 0; y < height_px; y++) {
        for (uint32_t x = 0; x < width_px; x++) {
            uint8_t *p = pixels + ((size_t)y * width_px + x) * 4;
            if (x > width_px / 3) {
                p[0] = (uint8_t)(x * 3 + y);
                p[1] = (uint8_t)(200 - y);
                p[2] = (uint8_t)(x * y / 16);
                p[3] = x > 2 * width_px / 3 ? 255 : (uint8_t)(y * 5);
            }
        }
    }
    return pixels;
}

static buf encode(gpu_format format, astc_preset preset, image_view image) {
    pa_error err = {0};
    astc_encoder *encoder = NULL;
    buf out = {0};
    assert_int_equal(astc_encoder_new(format, preset, &encoder, &err), PA_OK);
    assert_int_equal(astc_encode(encoder, image, &out, &err), PA_OK);
    astc_encoder_free(encoder);
    return out;
}

static bytes bytes_of_buf(const buf *file) {
    return bytes_of_str(buf_str(file));
}

static void our_reader_accepts_every_block_size(void **state) {
    (void)state;
    uint8_t *pixels = make_scene(61, 47);
    for (unsigned f = GPU_ASTC_4X4; f <= GPU_ASTC_12X12; f++) {
        buf file = encode((gpu_format)f, ASTC_FASTEST, (image_view){pixels, 61, 47});
        outcome got = look_at(bytes_of_buf(&file));
        expect_size(&got, PICTURE_ASTC, 61, 47);
        assert_int_equal(got.info.gpu, f);
        assert_int_equal(got.decoded, PA_OK);
        buf_clear(&file);
    }
    free(pixels);
}

static void one_colour_is_a_void_extent_block(void **state) {
    (void)state;
    uint8_t pixels[4 * 4 * 4];
    for (size_t i = 0; i < sizeof pixels; i += 4) {
        memcpy(pixels + i, (uint8_t[]){0x10, 0x20, 0x30, 0x40}, 4);
    }
    buf file = encode(GPU_ASTC_4X4, ASTC_MEDIUM, (image_view){pixels, 4, 4});
    /* Header; then 0x1fc over thirteen bits set, no extent, four 16-bit colours. */
    const uint8_t wanted[] = {0x13, 0xab, 0xa1, 0x5c, 4,    4,    1,    4,
                              0,    0,    4,    0,    0,    1,    0,    0,
                              0xfc, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                              0x10, 0x10, 0x20, 0x20, 0x30, 0x30, 0x40, 0x40};
    assert_int_equal(file.size, sizeof wanted);
    assert_memory_equal(file.at, wanted, sizeof wanted);
    buf back = {0};
    pa_error err = {0};
    assert_int_equal(astc_decode(bytes_of_buf(&file), &back, &err), PA_OK);
    assert_int_equal(back.size, sizeof pixels);
    assert_memory_equal(back.at, pixels, sizeof pixels);
    buf_clear(&back);
    buf_clear(&file);
}

static void an_encoder_reads_what_it_made(void **state) {
    (void)state;
    uint8_t *pixels = make_scene(61, 47);
    for (unsigned p = 0; p < ASTC_PRESET_COUNT; p++) {
        astc_encoder *encoder = NULL;
        buf file = {0};
        buf back = {0};
        buf own = {0};
        pa_error err = {0};
        assert_int_equal(astc_encoder_new(GPU_ASTC_6X6, (astc_preset)p, &encoder, &err),
                         PA_OK);
        assert_int_equal(astc_encode(encoder, (image_view){pixels, 61, 47}, &file, &err),
                         PA_OK);
        assert_int_equal(astc_decode(bytes_of_buf(&file), &back, &err), PA_OK);
        assert_int_equal(astc_decode_own(encoder, bytes_of_buf(&file), &own, &err),
                         PA_OK);
        assert_int_equal(own.size, 61 * 47 * 4);
        assert_memory_equal(own.at, back.at, own.size);
        file.at[4] = 5;
        assert_int_not_equal(astc_decode_own(encoder, bytes_of_buf(&file), &own, &err),
                             PA_OK);
        assert_int_equal(own.size, 61 * 47 * 4);
        astc_encoder_free(encoder);
        buf_clear(&file);
        buf_clear(&back);
        buf_clear(&own);
    }
    free(pixels);
}

static double mean_square(const uint8_t *a, const uint8_t *b, size_t size) {
    double sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum / (double)size;
}

static void slower_presets_are_no_worse(void **state) {
    (void)state;
    uint8_t *pixels = make_scene(96, 96);
    double before = 1e9;
    for (unsigned p = 0; p < ASTC_PRESET_COUNT; p++) {
        buf file = encode(GPU_ASTC_6X6, (astc_preset)p, (image_view){pixels, 96, 96});
        buf back = {0};
        pa_error err = {0};
        assert_int_equal(astc_decode(bytes_of_buf(&file), &back, &err), PA_OK);
        assert_int_equal(back.size, 96 * 96 * 4);
        double error = mean_square((const uint8_t *)back.at, pixels, back.size);
        assert_true(error <= before * 1.001);
        before = error;
        buf_clear(&back);
        buf_clear(&file);
    }
    free(pixels);
}

static void parts_give_the_same_blocks(void **state) {
    (void)state;
    uint8_t *pixels = make_scene(61, 47);
    image_view image = {pixels, 61, 47};
    buf whole = encode(GPU_ASTC_8X5, ASTC_FAST, image);
    pa_error err = {0};
    astc_encoder *encoder = NULL;
    assert_int_equal(astc_encoder_new(GPU_ASTC_8X5, ASTC_FAST, &encoder, &err), PA_OK);
    uint32_t rows = astc_block_rows(GPU_ASTC_8X5, 47);
    assert_int_equal(rows, 10);
    uint8_t blocks[10 * 8 * 16];
    for (uint32_t row = 0; row < rows; row += 3) {
        uint32_t count = rows - row < 3 ? rows - row : 3;
        assert_int_equal(astc_encode_rows(encoder, image, row, count,
                                          blocks + (size_t)row * 8 * 16, &err),
                         PA_OK);
    }
    assert_int_equal(whole.size, 16 + sizeof blocks);
    assert_memory_equal(whole.at + 16, blocks, sizeof blocks);
    astc_encoder_free(encoder);
    buf_clear(&whole);
    free(pixels);
}

static void an_encoder_keeps_nothing_of_the_picture_before(void **state) {
    (void)state;
    uint8_t *noise = make_pixels(64, 64, false);
    uint8_t *pixels = make_scene(61, 47);
    buf wanted = encode(GPU_ASTC_6X6, ASTC_MEDIUM, (image_view){pixels, 61, 47});
    pa_error err = {0};
    astc_encoder *encoder = NULL;
    buf first = {0};
    buf second = {0};
    assert_int_equal(astc_encoder_new(GPU_ASTC_6X6, ASTC_MEDIUM, &encoder, &err), PA_OK);
    assert_int_equal(astc_encode(encoder, (image_view){noise, 64, 64}, &first, &err),
                     PA_OK);
    assert_int_equal(astc_encode(encoder, (image_view){pixels, 61, 47}, &second, &err),
                     PA_OK);
    assert_int_equal(second.size, wanted.size);
    assert_memory_equal(second.at, wanted.at, wanted.size);
    astc_encoder_free(encoder);
    buf_clear(&first);
    buf_clear(&second);
    buf_clear(&wanted);
    free(noise);
    free(pixels);
}

/* --- the program of the same library --- */

static const char *find_program(void) {
    static const char *const names[] = {"astcenc", "astcenc-sse2", "astcenc-native"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char command[80];
        snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", names[i]);
        if (system(command) == 0) {
            return names[i];
        }
    }
    return NULL;
}

static buf read_all(const char *path) {
    buf out = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (int byte = getc(file); byte != EOF; byte = getc(file)) {
        buf_add_byte(&out, (char)byte);
    }
    fclose(file);
    return out;
}

static void compare(const char *program, const char *folder, image_view image,
                    gpu_format format, astc_preset preset) {
    const gpu_format_row *row = gpu_format_get(format);
    char command[600];
    char path[300];
    snprintf(path, sizeof path, "%s/out.astc", folder);
    snprintf(command, sizeof command, "%s -cl %s/in.png %s %ux%u -%s -silent -j 1",
             program, folder, path, row->block_width_px, row->block_height_px,
             astc_preset_name(preset));
    assert_int_equal(system(command), 0);
    buf wanted = read_all(path);
    buf got = encode(format, preset, image);
    assert_int_equal(got.size, wanted.size);
    assert_memory_equal(got.at, wanted.at, wanted.size);
    buf_clear(&got);
    buf_clear(&wanted);
}

static void blocks_are_those_of_the_program(void **state) {
    (void)state;
    const char *program = find_program();
    if (program == NULL) {
        skip();
    }
    uint8_t *pixels = make_scene(61, 47);
    made_file png = make_png_of(pixels, 61, 47);
    char folder[] = "/tmp/packaudit-astc-XXXXXX";
    char path[300];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/in.png", folder);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(png.at, 1, png.size, file), png.size);
    assert_int_equal(fclose(file), 0);
    for (unsigned f = GPU_ASTC_4X4; f <= GPU_ASTC_12X12; f++) {
        for (unsigned p = 0; p < ASTC_PRESET_COUNT; p++) {
            compare(program, folder, (image_view){pixels, 61, 47}, (gpu_format)f,
                    (astc_preset)p);
        }
    }
    unlink(path);
    snprintf(path, sizeof path, "%s/out.astc", folder);
    unlink(path);
    rmdir(folder);
    made_free(&png);
    free(pixels);
}

/* --- refusals --- */

static void other_formats_have_no_encoder(void **state) {
    (void)state;
    pa_error err = {0};
    astc_encoder *encoder = NULL;
    assert_int_equal(astc_encoder_new(GPU_ETC2_RGB, ASTC_FAST, &encoder, &err), PA_USAGE);
    expect_error(&err, PA_USAGE, "astc: no encoder for ETC2_RGB, preset 1");
    assert_null(encoder);
}

static void impossible_sizes_are_refused(void **state) {
    (void)state;
    const uint8_t one[4] = {0};
    pa_error err = {0};
    astc_encoder *encoder = NULL;
    assert_int_equal(astc_encoder_new(GPU_ASTC_4X4, ASTC_FAST, &encoder, &err), PA_OK);
    buf out = {0};
    assert_int_equal(astc_encode(encoder, (image_view){one, 0, 1}, &out, &err), PA_LIMIT);
    expect_error(&err, PA_LIMIT, "astc: 0 x 1 pixels, sides are 1 to 65535");
    err = (pa_error){0};
    assert_int_equal(astc_encode(encoder, (image_view){one, 40000, 40000}, &out, &err),
                     PA_LIMIT);
    expect_error(&err, PA_LIMIT, "astc: 40000 x 40000 pixels, at most 268435456");
    assert_int_equal(out.size, 0);
    astc_encoder_free(encoder);
}

static void expect_undecodable(bytes file, const char *text) {
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(astc_decode(file, &out, &err), PA_FORMAT);
    expect_error(&err, PA_FORMAT, text);
    assert_int_equal(out.size, 0);
    buf_clear(&out);
}

static void only_whole_files_of_blocks_are_decoded(void **state) {
    (void)state;
    made_file file = make_astc(6, 6, 13, 7);
    expect_undecodable((bytes){file.at, file.size - 1},
                       "astc has 95 bytes of blocks, needs 96");
    file.at[4] = 7;
    expect_undecodable(made_bytes(&file), "not an astc file of 2D blocks");
    made_free(&file);
    file = make_png((png_form){13, 7, 8, 2, false, false});
    expect_undecodable(made_bytes(&file), "not an astc file of 2D blocks");
    made_free(&file);
}

static void every_lack_of_memory_is_told(void **state) {
    (void)state;
    uint8_t *pixels = make_scene(16, 16);
    pa_status status = PA_NOMEM;
    for (uint64_t nth = 1; status != PA_OK; nth++) {
        pa_error err = {0};
        astc_encoder *encoder = NULL;
        buf out = {0};
        buf back = {0};
        mem_fail_from(nth);
        status = astc_encoder_new(GPU_ASTC_6X6, ASTC_FASTEST, &encoder, &err);
        if (status == PA_OK) {
            status = astc_encode(encoder, (image_view){pixels, 16, 16}, &out, &err);
        }
        if (status == PA_OK) {
            status = astc_decode(bytes_of_buf(&out), &back, &err);
        }
        mem_fail_from(0);
        assert_true(status == PA_OK || status == PA_NOMEM);
        assert_true(nth < 20);
        astc_encoder_free(encoder);
        buf_clear(&out);
        buf_clear(&back);
    }
    free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_reader_accepts_every_block_size),
        cmocka_unit_test(one_colour_is_a_void_extent_block),
        cmocka_unit_test(an_encoder_reads_what_it_made),
        cmocka_unit_test(slower_presets_are_no_worse),
        cmocka_unit_test(parts_give_the_same_blocks),
        cmocka_unit_test(an_encoder_keeps_nothing_of_the_picture_before),
        cmocka_unit_test(blocks_are_those_of_the_program),
        cmocka_unit_test(other_formats_have_no_encoder),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(only_whole_files_of_blocks_are_decoded),
        cmocka_unit_test(every_lack_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
