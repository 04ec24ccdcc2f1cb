/* test_etc.c - ETC1, ETC2 and EAC: blocks worked out by hand, and what the encoder makes
 * of blocks of every kind.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/etc.h"
#include "codec/etc_block.h"
#include "expect.h"
#include "look_picture.h"

static void expect_color(uint64_t bits, bool is_etc1, size_t x, size_t y, unsigned red,
                         unsigned green, unsigned blue) {
    uint8_t block[ETC_BLOCK_BYTES];
    uint8_t pixels[ETC_PIXELS * 4];
    etc_store(bits, block);
    etc_decode_color(block, is_etc1, pixels);
    const uint8_t *p = pixels + (x * 4 + y) * 4;
    assert_int_equal(p[0], red);
    assert_int_equal(p[1], green);
    assert_int_equal(p[2], blue);
    assert_int_equal(p[3], 255);
}

/* --- decoding, by hand --- */

static void individual_block_has_two_bases_of_four_bits(void **state) {
    (void)state;
    /* R 15 | 0, G 0 | 15, B 8 | 8; tables 0 and 7, no difference, not flipped. Selectors:
     * pixel 15 has both bits, pixel 14 the lower, all others none. */
    uint64_t bits = UINT64_C(0xf00f881c8000c000);
    for (int is_etc1 = 0; is_etc1 < 2; is_etc1++) {
        expect_color(bits, is_etc1, 0, 0, 255, 2, 138);   /* (255, 0, 136) + 2 */
        expect_color(bits, is_etc1, 1, 3, 255, 2, 138);   /* second column: same half */
        expect_color(bits, is_etc1, 2, 0, 47, 255, 183);  /* (0, 255, 136) + 47 */
        expect_color(bits, is_etc1, 3, 2, 183, 255, 255); /* + 183 */
        expect_color(bits, is_etc1, 3, 3, 0, 72, 0);      /* - 183 */
    }
}

static void flipped_block_has_halves_one_above_the_other(void **state) {
    (void)state;
    uint64_t bits = UINT64_C(0xf00f881d00000000);
    expect_color(bits, false, 3, 1, 255, 2, 138);
    expect_color(bits, false, 0, 2, 47, 255, 183);
}

static void differential_block_adds_three_bits_with_a_sign(void **state) {
    (void)state;
    /* R 16 - 1, G 0 + 3, B 31 - 4; tables 1 and 1; upper selector bit of pixel 0. */
    uint64_t bits = UINT64_C(0x8703fc2600010000);
    /* 16 is 132, 15 is 123; 3 is 24; 31 is 255, 27 is 222; steps of table 1: 5, 17. */
    expect_color(bits, false, 0, 0, 127, 0, 250);
    expect_color(bits, false, 0, 1, 137, 5, 255);
    expect_color(bits, false, 3, 3, 128, 29, 227);
}

static void etc1_takes_a_sum_out_of_range_modulo_32(void **state) {
    (void)state;
    /* R 0 - 1: T in ETC2, 31 in ETC1. */
    uint64_t bits = UINT64_C(0x0700000200000000);
    expect_color(bits, true, 3, 0, 255, 2, 2);
}

static void t_block_has_one_paint_apart(void **state) {
    (void)state;
    /* First (9, 1, 2), second (3, 4, 5), distance 5 (32). R: 9 is 2 and 1: bits 60, 59
     * are 10, bits 57, 56 are 01; their sum is below 4, so bit 58 makes the sum negative.
     * Distance 5: bits 35, 34 are 10, bit 32 is 1. */
    uint64_t bits = UINT64_C(0x1512345b00000000);
    expect_color(bits, false, 0, 0, 153, 17, 34);
    expect_color(bits | 1 << 4, false, 1, 0, 51 + 32, 68 + 32, 85 + 32);
    expect_color(bits | 1 << 20, false, 1, 0, 51, 68, 85);
    expect_color(bits | 1 << 20 | 1 << 4, false, 1, 0, 51 - 32, 68 - 32, 85 - 32);
    /* R 15 is 3 and 3: the sum leaves the range above, bits 63 to 61 are set. */
    expect_color(UINT64_C(0xfb12345b00000000), false, 0, 0, 255, 17, 34);
}

static void h_block_hides_a_bit_in_the_order_of_its_colours(void **state) {
    (void)state;
    /* First (1, 2, 4), second (8, 9, 10). R 1: bits 62 to 59. G 2: bits 58 to 56 are 001,
     * bit 52 is 0. B 4: bit 51 is 0, bits 49 to 47 are 100. 0 + 2 is below 4: bit 50.
     * Second: bits 46 to 35. Distance: bits 34 and 32 are 1 and 0, the first colour is
     * smaller: 100 in binary, 23. */
    uint64_t one = UINT64_C(1) << 59 | UINT64_C(1) << 56 | UINT64_C(4) << 47;
    uint64_t two = UINT64_C(8) << 43 | UINT64_C(9) << 39 | UINT64_C(10) << 35;
    uint64_t bits = one | two | UINT64_C(1) << 50 | UINT64_C(1) << 34 | UINT64_C(1) << 33;
    expect_color(bits, false, 0, 0, 17 + 23, 34 + 23, 68 + 23);
    expect_color(bits | 1, false, 0, 0, 0, 34 - 23, 68 - 23);
    expect_color(bits | 1 << 16, false, 0, 0, 136 + 23, 153 + 23, 170 + 23);
    expect_color(bits | 1 << 16 | 1, false, 0, 0, 136 - 23, 153 - 23, 170 - 23);
    /* Second (1, 2, 4) as well: not smaller, 101 in binary, 32. */
    bits = (bits & ~two) | UINT64_C(1) << 43 | UINT64_C(2) << 39 | UINT64_C(4) << 35;
    expect_color(bits, false, 0, 0, 17 + 32, 34 + 32, 68 + 32);
}

static void planar_block_is_a_plane_through_three_corners(void **state) {
    (void)state;
    /* Origin R 8 (32), G 64 (129), B 9 (36); right R 63, G 64, B 9; below R 8, G 127,
     * B 9. R: bits 62 to 57. G: bit 56 and bits 54 to 49. B 9 is 001001: bit 48 is 0,
     * bits 44, 43 are 01, bits 41 to 39 are 001; 1 + 0 is below 4: bit 42. */
    uint64_t bits = UINT64_C(8) << 57 | UINT64_C(1) << 56 | UINT64_C(1) << 43 |
                    UINT64_C(1) << 39 | UINT64_C(1) << 42 | UINT64_C(1) << 33;
    bits |= UINT64_C(31) << 34 | UINT64_C(1) << 32 | UINT64_C(64) << 25 |
            UINT64_C(9) << 19 | UINT64_C(8) << 13 | UINT64_C(127) << 6 | 9;
    expect_color(bits, false, 0, 0, 32, 129, 36);
    expect_color(bits, false, 1, 0, 88, 129, 36);  /* 32 + 223 / 4 = 87.75 */
    expect_color(bits, false, 2, 3, 144, 224, 36); /* 143.5; 129 + 3 * 126 / 4 = 223.5 */
}

static void alpha_is_a_base_and_a_factor_times_a_step(void **state) {
    (void)state;
    /* Base 100, factor 3, table 13: -1 -2 -3 -10 0 1 2 9. Selectors: 7, 3, then 4. */
    uint8_t block[ETC_BLOCK_BYTES];
    uint8_t pixels[ETC_PIXELS * 4] = {0};
    uint64_t bits = UINT64_C(100) << 56 | UINT64_C(0x3d) << 48 | UINT64_C(7) << 45 |
                    UINT64_C(3) << 42;
    for (unsigned i = 2; i < ETC_PIXELS; i++) {
        bits |= UINT64_C(4) << (45 - 3 * i);
    }
    etc_store(bits, block);
    eac_decode_alpha(block, pixels);
    assert_int_equal(pixels[3], 127);
    assert_int_equal(pixels[7], 70);
    assert_int_equal(pixels[63], 100);
    /* Clamped: base 250. */
    block[0] = 250;
    eac_decode_alpha(block, pixels);
    assert_int_equal(pixels[3], 255);
    block[0] = 10;
    eac_decode_alpha(block, pixels);
    assert_int_equal(pixels[7], 0);
}

/* --- encoding --- */

/* Numerical Recipes' generator: the same blocks in every run. */
static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static uint8_t to_byte(int value) {
    return (uint8_t)etc_clamp(value);
}

/* Blocks of kinds that each mode is for: noise around one, two or three colours, planes,
 * steps between halves, of all strengths. */
static void make_block(uint32_t *seed, uint8_t pixels[ETC_PIXELS * 4]) {
    uint32_t kind = next_random(seed) % 6;
    int noise = 1 << next_random(seed) % 8;
    int slope = 1 << next_random(seed) % 6;
    int colors[3][3];
    for (size_t i = 0; i < 9; i++) {
        colors[i / 3][i % 3] = (int)(next_random(seed) % 256);
    }
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        size_t which = kind == 1   ? i / 8
                       : kind == 2 ? i % 4 / 2
                       : kind == 3 ? next_random(seed) % 2
                       : kind == 4 ? next_random(seed) % 3
                                   : 0;
        int gray = (int)(next_random(seed) % (uint32_t)noise);
        for (size_t c = 0; c < 3; c++) {
            int tilt =
                kind == 5 ? (int)(i / 4 * (c + 1) + i % 4 * (3 - c)) * slope / 4 : 0;
            pixels[4 * i + c] = to_byte(colors[which][c] + gray + tilt);
        }
        pixels[4 * i + 3] =
            kind == 0 ? to_byte(colors[0][0] + gray) : (uint8_t)(next_random(seed) % 256);
    }
}

static etc_source source_of(const uint8_t pixels[ETC_PIXELS * 4]) {
    etc_source out = {.total_weight = ETC_PIXELS};
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        out.weight[i] = 1;
        for (size_t c = 0; c < 3; c++) {
            out.color[c][i] = pixels[4 * i + c];
            out.mean[c] += out.color[c][i] / ETC_PIXELS;
        }
    }
    return out;
}

static unsigned error_of(const uint8_t *a, const uint8_t *b, size_t first, size_t end) {
    unsigned sum = 0;
    for (size_t i = 0; i < ETC_PIXELS * 4; i++) {
        int off = i % 4 >= first && i % 4 < end ? a[i] - b[i] : 0;
        sum += (unsigned)(off * off);
    }
    return sum;
}

enum { INDIVIDUAL, DIFFERENTIAL, MODE_T_BLOCK, MODE_H_BLOCK, PLANAR, MODES };

/* Reads the mode as the specification tells it, apart from the decoder. */
static unsigned mode_of(uint64_t bits) {
    if ((bits >> 33 & 1) == 0) {
        return INDIVIDUAL;
    }
    for (unsigned c = 0; c < 3; c++) {
        int base = (int)(bits >> (59 - 8 * c) & 31);
        int delta = (int)(bits >> (56 - 8 * c) & 7);
        int sum = base + (delta > 3 ? delta - 8 : delta);
        if (sum < 0 || sum > 31) {
            return MODE_T_BLOCK + c;
        }
    }
    return DIFFERENTIAL;
}

typedef void search_fn(const etc_source *source, etc_effort effort, etc_best *best);

/* The error that a search claims is that of the block it made; counts the modes. */
static void expect_honest(search_fn *search, const uint8_t pixels[ETC_PIXELS * 4],
                          etc_effort effort, unsigned counts[MODES]) {
    etc_source source = source_of(pixels);
    etc_best best = {FLT_MAX, 0};
    uint8_t block[ETC_BLOCK_BYTES];
    uint8_t back[ETC_PIXELS * 4];
    search(&source, effort, &best);
    if (best.error < FLT_MAX) {
        etc_store(best.bits, block);
        etc_decode_color(block, false, back);
        assert_int_equal(error_of(pixels, back, 0, 3), (unsigned)best.error);
        counts[mode_of(best.bits)]++;
    }
}

static void every_mode_decodes_to_the_error_it_claims(void **state) {
    (void)state;
    unsigned etc1[MODES] = {0};
    unsigned planar[MODES] = {0};
    unsigned th[MODES] = {0};
    uint32_t seed = 1;
    for (unsigned n = 0; n < 6000; n++) {
        uint8_t pixels[ETC_PIXELS * 4];
        etc_effort effort = (etc_effort)(n % ETC_EFFORT_COUNT);
        make_block(&seed, pixels);
        expect_honest(etc1_search, pixels, effort, etc1);
        expect_honest(etc_planar_search, pixels, effort, planar);
        expect_honest(etc_th_search, pixels, effort, th);
    }
    assert_true(etc1[INDIVIDUAL] > 200 && etc1[DIFFERENTIAL] > 200);
    assert_int_equal(etc1[INDIVIDUAL] + etc1[DIFFERENTIAL], 6000);
    assert_int_equal(planar[PLANAR], 6000);
    assert_true(th[MODE_T_BLOCK] > 200 && th[MODE_H_BLOCK] > 200);
    assert_int_equal(th[MODE_T_BLOCK] + th[MODE_H_BLOCK], 6000);
}

/* All fields of the colour modes take all their values. */
static void every_table_distance_and_side_occurs(void **state) {
    (void)state;
    bool tables[2][2][8] = {{{false}}};
    bool distances[2][8] = {{false}};
    uint32_t seed = 7;
    for (unsigned n = 0; n < 20000; n++) {
        uint8_t pixels[ETC_PIXELS * 4];
        make_block(&seed, pixels);
        etc_source source = source_of(pixels);
        etc_best best = {FLT_MAX, 0};
        etc1_search(&source, ETC_FAST, &best);
        unsigned flip = (unsigned)(best.bits >> 32 & 1);
        tables[mode_of(best.bits)][flip][best.bits >> 37 & 7] = true;
        tables[mode_of(best.bits)][flip][best.bits >> 34 & 7] = true;
        best.error = FLT_MAX;
        etc_th_search(&source, ETC_FAST, &best);
        if (mode_of(best.bits) == MODE_T_BLOCK) {
            distances[0][(best.bits >> 33 & 6) | (best.bits >> 32 & 1)] = true;
        } else {
            distances[1][(best.bits >> 32 & 4) | (best.bits >> 31 & 2)] = true;
        }
    }
    for (size_t i = 0; i < 8; i++) {
        for (size_t k = 0; k < 4; k++) {
            assert_true(tables[k / 2][k % 2][i]);
        }
        assert_true(distances[0][i]);
        assert_true(distances[1][i & 6]);
    }
}

static void every_alpha_block_is_near_what_it_was(void **state) {
    (void)state;
    bool tables[16] = {false};
    uint64_t sums[ETC_EFFORT_COUNT] = {0};
    uint32_t seed = 3;
    for (unsigned n = 0; n < 4000; n++) {
        uint8_t pixels[ETC_PIXELS * 4];
        uint8_t back[ETC_PIXELS * 4];
        uint8_t alpha[ETC_PIXELS];
        uint8_t block[ETC_BLOCK_BYTES];
        unsigned errors[ETC_EFFORT_COUNT];
        make_block(&seed, pixels);
        int low = 255;
        int high = 0;
        for (size_t i = 0; i < ETC_PIXELS; i++) {
            alpha[i] = pixels[4 * i + 3];
            low = alpha[i] < low ? alpha[i] : low;
            high = alpha[i] > high ? alpha[i] : high;
        }
        for (unsigned e = 0; e < ETC_EFFORT_COUNT; e++) {
            eac_search(alpha, (etc_effort)e, block);
            eac_decode_alpha(block, back);
            errors[e] = error_of(pixels, back, 3, 4);
            assert_true((block[1] >> 4) >= 1);
            tables[block[1] & 15] = true;
        }
        sums[ETC_FAST] += errors[ETC_FAST];
        sums[ETC_GOOD] += errors[ETC_GOOD];
        /* Eight values over the range: none need be further than a seventh. */
        assert_true(errors[ETC_FAST] <=
                    ETC_PIXELS * (unsigned)((high - low) * (high - low)) / 49 + 16);
    }
    for (size_t t = 0; t < 16; t++) {
        assert_true(tables[t]);
    }
    assert_true(sums[ETC_GOOD] < sums[ETC_FAST]);
}

static void one_alpha_is_exact(void **state) {
    (void)state;
    for (unsigned a = 0; a < 256; a++) {
        uint8_t alpha[ETC_PIXELS];
        uint8_t block[ETC_BLOCK_BYTES];
        uint8_t back[ETC_PIXELS * 4];
        memset(alpha, (int)a, sizeof alpha);
        eac_search(alpha, ETC_FAST, block);
        eac_decode_alpha(block, back);
        for (size_t i = 0; i < ETC_PIXELS; i++) {
            assert_int_equal(back[4 * i + 3], a);
        }
    }
}

/* --- whole files --- */

static buf encode(const uint8_t *pixels, uint32_t width_px, uint32_t height_px,
                  gpu_format format, etc_effort effort) {
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(
        etc_encode((image_view){pixels, width_px, height_px}, format, effort, &out, &err),
        PA_OK);
    return out;
}

static buf decode(const buf *file) {
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(etc_decode(bytes_of_str(buf_str(file)), &out, &err), PA_OK);
    return out;
}

static void our_reader_accepts_every_file(void **state) {
    (void)state;
    static const gpu_format formats[] = {GPU_ETC1_RGB, GPU_ETC2_RGB, GPU_ETC2_RGBA};
    uint8_t *pixels = make_pixels(13, 7, false);
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        for (uint32_t w = 1; w <= 13; w += 3) {
            buf file = encode(pixels, w, 7, formats[f], ETC_FAST);
            outcome got = look_at(bytes_of_str(buf_str(&file)));
            expect_size(&got, PICTURE_PKM, w, 7);
            assert_int_equal(got.info.gpu, formats[f]);
            assert_int_equal(got.info.encoded_width_px, (w + 3) / 4 * 4);
            assert_int_equal(got.info.encoded_height_px, 8);
            assert_int_equal(got.decoded, PA_OK);
            buf back = decode(&file);
            assert_int_equal(back.size, w * 7 * 4);
            buf_clear(&back);
            buf_clear(&file);
        }
    }
    free(pixels);
}

static void header_is_big_endian_and_rounds_up(void **state) {
    (void)state;
    const uint8_t wanted[] = {'P', 'K', 'M', ' ', '2', '0',  0, 3,
                              2,   92,  1,   4,   2,   0x5b, 1, 1};
    uint8_t header[ETC_HEADER_BYTES];
    etc_header(GPU_ETC2_RGBA, 603, 257, header);
    assert_memory_equal(header, wanted, sizeof wanted);
    etc_header(GPU_ETC1_RGB, 4, 4, header);
    assert_memory_equal(header, "PKM 10\0\0\0\4\0\4\0\4\0\4", 16);
}

/* Soft light and hue, as in a photograph, and a disc with a soft edge on nothing. */
static uint8_t *make_scene(uint32_t side_px, bool is_sprite) {
    uint8_t *pixels = malloc((size_t)side_px * side_px * 4);
    uint32_t seed = 5;
    assert_non_null(pixels);
    for (uint32_t i = 0; i < side_px * side_px; i++) {
        double x = (double)(i % side_px) / side_px - 0.5;
        double y = (double)i / side_px / side_px - 0.5;
        double away = 0.4 - sqrt(x * x + y * y);
        double grain = next_random(&seed) % 9 - 4.0;
        for (size_t c = 0; c < 3; c++) {
            double wave = sin(9 * x * (double)(c + 1)) * cos(7 * y - (double)c);
            pixels[4 * i + c] = to_byte((int)(128 + 90 * wave + grain));
        }
        pixels[4 * i + 3] = is_sprite ? to_byte((int)(128 + away * 1500)) : 255;
    }
    return pixels;
}

/* As a picture is shown: colour times alpha, and alpha. */
static double shown_psnr(const uint8_t *a, const uint8_t *b, size_t size,
                         bool has_alpha) {
    double sum = 0;
    for (size_t i = 0; i < size; i++) {
        double off = i % 4 == 3 ? a[i] - b[i]
                                : a[i] * (a[i | 3] / 255.0) - b[i] * (b[i | 3] / 255.0);
        sum += off * off;
    }
    return 10 * log10(255 * 255 / (sum / (double)(has_alpha ? size : size / 4 * 3)));
}

static double psnr_of(const uint8_t *pixels, uint32_t side_px, gpu_format format,
                      etc_effort effort) {
    buf file = encode(pixels, side_px, side_px, format, effort);
    buf back = decode(&file);
    assert_int_equal(back.size, side_px * side_px * 4);
    double psnr =
        shown_psnr(pixels, (const uint8_t *)back.at, back.size, format == GPU_ETC2_RGBA);
    buf_clear(&back);
    buf_clear(&file);
    return psnr;
}

/* Figures measured when this was written, less 0.1 dB. */
static void quality_does_not_fall(void **state) {
    (void)state;
    uint8_t *photo = make_scene(128, false);
    uint8_t *sprite = make_scene(128, true);
    double etc1 = psnr_of(photo, 128, GPU_ETC1_RGB, ETC_FAST);
    double etc2 = psnr_of(photo, 128, GPU_ETC2_RGB, ETC_FAST);
    double rgba = psnr_of(sprite, 128, GPU_ETC2_RGBA, ETC_FAST);
    assert_true(etc1 > 35.23);
    assert_true(etc2 > 39.68);
    assert_true(rgba > 43.71);
    assert_true(psnr_of(photo, 128, GPU_ETC1_RGB, ETC_GOOD) > etc1 + 0.1);
    assert_true(psnr_of(photo, 128, GPU_ETC2_RGB, ETC_GOOD) > etc2 + 0.1);
    assert_true(psnr_of(sprite, 128, GPU_ETC2_RGBA, ETC_GOOD) > rgba + 0.1);
    free(photo);
    free(sprite);
}

static void parts_give_the_same_blocks(void **state) {
    (void)state;
    uint8_t *pixels = make_pixels(61, 47, false);
    buf whole = encode(pixels, 61, 47, GPU_ETC2_RGBA, ETC_GOOD);
    uint8_t blocks[12 * 16 * 16];
    assert_int_equal(etc_block_rows(47), 12);
    for (uint32_t row = 0; row < 12; row += 5) {
        etc_encode_rows((image_view){pixels, 61, 47}, GPU_ETC2_RGBA, ETC_GOOD, row,
                        row + 5 <= 12 ? 5 : 12 - row, blocks + (size_t)row * 16 * 16);
    }
    assert_int_equal(whole.size, ETC_HEADER_BYTES + sizeof blocks);
    assert_memory_equal(whole.at + ETC_HEADER_BYTES, blocks, sizeof blocks);
    buf_clear(&whole);
    free(pixels);
}

/* What is hidden is kept near, but costs the visible nothing. */
static void hidden_colours_do_not_spoil_visible_ones(void **state) {
    (void)state;
    uint8_t pixels[ETC_PIXELS * 4];
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        const uint8_t shown[] = {132, 66, 33, 255};
        const uint8_t hidden[] = {(uint8_t)(i * 16), 255, 0, 0};
        memcpy(pixels + 4 * i, i % 3 == 0 ? shown : hidden, 4);
    }
    buf file = encode(pixels, 4, 4, GPU_ETC2_RGBA, ETC_GOOD);
    buf back = decode(&file);
    for (size_t i = 0; i < ETC_PIXELS; i += 3) {
        assert_in_range((uint8_t)back.at[4 * i], 126, 138);
        assert_in_range((uint8_t)back.at[4 * i + 1], 60, 72);
        assert_in_range((uint8_t)back.at[4 * i + 2], 27, 39);
        assert_int_equal((uint8_t)back.at[4 * i + 3], 255);
    }
    buf_clear(&back);
    buf_clear(&file);
}

/* --- refusals --- */

static void expect_refusal(uint32_t width_px, uint32_t height_px, gpu_format format,
                           pa_status status, const char *text) {
    const uint8_t one[4] = {0};
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(
        etc_encode((image_view){one, width_px, height_px}, format, ETC_FAST, &out, &err),
        status);
    expect_error(&err, status, text);
    assert_int_equal(out.size, 0);
}

static void impossible_pictures_are_refused(void **state) {
    (void)state;
    expect_refusal(1, 1, GPU_RGBA8, PA_USAGE, "etc: no encoder for RGBA8, effort 0");
    expect_refusal(1, 0, GPU_ETC2_RGB, PA_LIMIT,
                   "etc: 1 x 0 pixels, sides are 1 to 65532");
    expect_refusal(65533, 1, GPU_ETC2_RGB, PA_LIMIT,
                   "etc: 65533 x 1 pixels, sides are 1 to 65532");
    expect_refusal(40000, 40000, GPU_ETC2_RGB, PA_LIMIT,
                   "etc: 40000 x 40000 pixels, at most 268435456");
}

static void expect_undecodable(bytes file, const char *text) {
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(etc_decode(file, &out, &err), PA_FORMAT);
    expect_error(&err, PA_FORMAT, text);
    assert_int_equal(out.size, 0);
}

static void only_whole_files_of_blocks_are_decoded(void **state) {
    (void)state;
    made_file file = make_pkm("20", 3, 13, 7, 4 * 2 * 16);
    expect_undecodable((bytes){file.at, file.size - 1},
                       "pkm has 127 bytes of blocks, needs 128");
    file.at[7] = 2;
    expect_undecodable(made_bytes(&file), "not a pkm file of ETC1 or ETC2");
    made_free(&file);
    file = make_astc(4, 4, 4, 4);
    expect_undecodable(made_bytes(&file), "not a pkm file of ETC1 or ETC2");
    made_free(&file);
}

static void lack_of_memory_is_told(void **state) {
    (void)state;
    const uint8_t pixels[64] = {0};
    buf file = encode(pixels, 4, 4, GPU_ETC2_RGB, ETC_FAST);
    buf out = {0};
    pa_error err = {0};
    mem_fail_from(1);
    assert_int_equal(
        etc_encode((image_view){pixels, 4, 4}, GPU_ETC2_RGB, ETC_FAST, &out, &err),
        PA_NOMEM);
    out = (buf){0};
    assert_int_equal(etc_decode(bytes_of_str(buf_str(&file)), &out, &err), PA_NOMEM);
    mem_fail_from(0);
    buf_clear(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(individual_block_has_two_bases_of_four_bits),
        cmocka_unit_test(flipped_block_has_halves_one_above_the_other),
        cmocka_unit_test(differential_block_adds_three_bits_with_a_sign),
        cmocka_unit_test(etc1_takes_a_sum_out_of_range_modulo_32),
        cmocka_unit_test(t_block_has_one_paint_apart),
        cmocka_unit_test(h_block_hides_a_bit_in_the_order_of_its_colours),
        cmocka_unit_test(planar_block_is_a_plane_through_three_corners),
        cmocka_unit_test(alpha_is_a_base_and_a_factor_times_a_step),
        cmocka_unit_test(every_mode_decodes_to_the_error_it_claims),
        cmocka_unit_test(every_table_distance_and_side_occurs),
        cmocka_unit_test(every_alpha_block_is_near_what_it_was),
        cmocka_unit_test(one_alpha_is_exact),
        cmocka_unit_test(our_reader_accepts_every_file),
        cmocka_unit_test(header_is_big_endian_and_rounds_up),
        cmocka_unit_test(quality_does_not_fall),
        cmocka_unit_test(parts_give_the_same_blocks),
        cmocka_unit_test(hidden_colours_do_not_spoil_visible_ones),
        cmocka_unit_test(impossible_pictures_are_refused),
        cmocka_unit_test(only_whole_files_of_blocks_are_decoded),
        cmocka_unit_test(lack_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
