/* encoders.c - speed and quality of every encoder on one thread:
 * `encoders [--keep DIR] [FILE…]`.
 *
 * FILEs are PNG, JPEG or WebP pictures; without any, two are made: light and grain as in
 * a photograph, and soft discs on nothing as sprites are. A line for each encoder: bits a
 * pixel, megapixels a second of processor time (the best of three runs), PSNR and SSIM as
 * shown, means over the pictures.
 *
 * With --keep only ASTC and ETC are tried, and every file is kept in DIR beside what it
 * decodes to here, for another decoder to be held against: "P ENCODER.pkm" or ".astc" and
 * "P ENCODER.rgba" for picture P, whose own pixels are "P WxH.rgba". So are blocks of
 * chance, which use every mode that ETC2 has.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "codec/astc_encode.h"
#include "codec/etc.h"
#include "codec/image_encode.h"
#include "codec/picture.h"
#include "codec/quality.h"
#include "codec/resize.h"

enum { SIDE = 1024, RUNS = 3 };

typedef enum kind { ASTC, ETC, WEBP, PNG, JPEG } kind;

typedef struct row {
    const char *name;
    kind kind;
    gpu_format format;
    int setting; /**< preset, effort or quality */
    webp_mode mode;
    bool needs_opaque;
} row;

static const row rows[] = {
    {"ASTC 4x4 fast", ASTC, GPU_ASTC_4X4, ASTC_FAST, 0, false},
    {"ASTC 6x6 fastest", ASTC, GPU_ASTC_6X6, ASTC_FASTEST, 0, false},
    {"ASTC 6x6 fast", ASTC, GPU_ASTC_6X6, ASTC_FAST, 0, false},
    {"ASTC 6x6 medium", ASTC, GPU_ASTC_6X6, ASTC_MEDIUM, 0, false},
    {"ASTC 6x6 thorough", ASTC, GPU_ASTC_6X6, ASTC_THOROUGH, 0, false},
    {"ASTC 8x8 medium", ASTC, GPU_ASTC_8X8, ASTC_MEDIUM, 0, false},
    {"ETC1 fast", ETC, GPU_ETC1_RGB, ETC_FAST, 0, true},
    {"ETC1 good", ETC, GPU_ETC1_RGB, ETC_GOOD, 0, true},
    {"ETC2 RGB fast", ETC, GPU_ETC2_RGB, ETC_FAST, 0, true},
    {"ETC2 RGB good", ETC, GPU_ETC2_RGB, ETC_GOOD, 0, true},
    {"ETC2 RGBA fast", ETC, GPU_ETC2_RGBA, ETC_FAST, 0, false},
    {"ETC2 RGBA good", ETC, GPU_ETC2_RGBA, ETC_GOOD, 0, false},
    {"WebP lossy 85", WEBP, 0, 85, WEBP_MODE_LOSSY, false},
    {"WebP near-lossless 60", WEBP, 0, 60, WEBP_MODE_NEAR_LOSSLESS, false},
    {"WebP lossless", WEBP, 0, 0, WEBP_MODE_LOSSLESS, false},
    {"PNG fast", PNG, 0, PNG_FAST, 0, false},
    {"PNG small", PNG, 0, PNG_SMALL, 0, false},
    {"JPEG 85 4:2:0", JPEG, 0, 85, 0, true},
};

static bool is_for_gpu(const row *r) {
    return r->kind == ASTC || r->kind == ETC;
}

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(pa_status status, const pa_error *err) {
    if (status != PA_OK) {
        fprintf(stderr, "encoders: %s\n", err->text);
        exit(1);
    }
}

static uint8_t *must_have(void *block) {
    if (block == NULL) {
        fprintf(stderr, "encoders: memory ran out\n");
        exit(1);
    }
    return block;
}

static uint8_t to_byte(double value) {
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

static image_view make_picture(bool is_sprite) {
    uint8_t *pixels = must_have(malloc((size_t)SIDE * SIDE * 4));
    uint32_t seed = 5;
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
        double x = (double)(i % SIDE) / SIDE;
        double y = (double)(i / SIDE) / SIDE;
        double u = fmod(x * 8, 1) - 0.5;
        double v = fmod(y * 8, 1) - 0.5;
        double away = 0.42 - sqrt(u * u + v * v);
        seed = seed * 1664525 + 1013904223;
        double grain = is_sprite ? 0 : (double)(seed >> 24) / 16 - 8;
        for (size_t c = 0; c < 3; c++) {
            double wave = sin(40 * x * y + (double)c) * cos(17 * y - 9 * x * (double)c);
            double edge = sin(90 * x + 50 * y * y) > 0.8 ? 60 : 0;
            double flat = floor(x * 8) * 30 + floor(y * 8) * 9 * (double)c + away * 120;
            pixels[4 * i + c] =
                to_byte(is_sprite ? flat : 120 + 70 * wave + edge + grain);
        }
        pixels[4 * i + 3] = is_sprite ? to_byte(away * 128 * 16) : 255;
    }
    return (image_view){pixels, SIDE, SIDE};
}

static image_view decode_plain(bytes content) {
    pa_error err = {0};
    picture_info info;
    picture_scratch scratch = {0};
    picture_facts facts;
    must(picture_probe(content, &info, &err), &err);
    must(picture_decode_pixels(content, &info, &scratch, &facts, &err), &err);
    return (image_view){scratch.pixels, info.width_px, info.height_px};
}

static image_view read_picture(const char *path) {
    buf content = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "encoders: cannot read %s\n", path);
        exit(1);
    }
    char part[4096];
    for (size_t got = fread(part, 1, sizeof part, file); got > 0;) {
        buf_add(&content, (str){part, got});
        got = fread(part, 1, sizeof part, file);
    }
    fclose(file);
    image_view image = decode_plain(bytes_of_str(buf_str(&content)));
    buf_clear(&content);
    return image;
}

static void encode(const row *r, astc_encoder *astc, image_view image, buf *out) {
    pa_error err = {0};
    webp_settings webp = {r->mode, (uint8_t)r->setting, 4, false};
    png_settings png = {(png_effort)r->setting, false, true};
    jpeg_settings jpeg = {(uint8_t)r->setting, false, false};
    switch (r->kind) {
    case ASTC:
        must(astc_encode(astc, image, out, &err), &err);
        break;
    case ETC:
        must(etc_encode(image, r->format, (etc_effort)r->setting, out, &err), &err);
        break;
    case WEBP:
        must(webp_encode(image, &webp, out, &err), &err);
        break;
    case PNG:
        must(png_encode(image, &png, out, &err), &err);
        break;
    case JPEG:
        must(jpeg_encode(image, &jpeg, out, &err), &err);
        break;
    }
}

static quality judge(const row *r, image_view image, const buf *file) {
    pa_error err = {0};
    quality q;
    buf back = {0};
    bytes content = bytes_of_str(buf_str(file));
    image_view got = image;
    if (is_for_gpu(r)) {
        must(r->kind == ASTC ? astc_decode(content, &back, &err)
                             : etc_decode(content, &back, &err),
             &err);
        got.pixels = (const uint8_t *)back.at;
    } else {
        got = decode_plain(content);
    }
    must(quality_measure(image, got, &q, &err), &err);
    buf_clear(&back);
    return q;
}

/* --- what is kept for another decoder --- */

static void keep(const char *folder, size_t picture, const char *name,
                 const char *extension, str content) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%zu %s%s", folder, picture, name, extension);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(content.at, 1, content.size, file) != content.size ||
        fclose(file) != 0) {
        fprintf(stderr, "encoders: cannot write %s\n", path);
        exit(1);
    }
}

static void keep_picture(const char *folder, size_t picture, image_view image) {
    char size[32];
    snprintf(size, sizeof size, "%ux%u", image.width_px, image.height_px);
    keep(folder, picture, size, ".rgba",
         (str){(const char *)image.pixels, image_view_bytes(image)});
}

static void keep_encoded(const char *folder, size_t picture, const char *name, kind how,
                         const buf *file) {
    pa_error err = {0};
    buf back = {0};
    bytes content = bytes_of_str(buf_str(file));
    must(how == ASTC ? astc_decode(content, &back, &err)
                     : etc_decode(content, &back, &err),
         &err);
    keep(folder, picture, name, how == ASTC ? ".astc" : ".pkm", buf_str(file));
    keep(folder, picture, name, ".rgba", buf_str(&back));
    buf_clear(&back);
}

/* Any eight bytes are a block of ETC2, of one of its five modes. */
static void keep_chance(const char *folder, gpu_format format, const char *name) {
    enum { CHANCE_PX = 256 };
    buf file = {0};
    uint8_t header[ETC_HEADER_BYTES];
    uint32_t seed = 7;
    size_t size = (size_t)CHANCE_PX * CHANCE_PX / (format == GPU_ETC2_RGBA ? 1 : 2);
    etc_header(format, CHANCE_PX, CHANCE_PX, header);
    buf_add(&file, (str){(const char *)header, sizeof header});
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525 + 1013904223;
        char byte = (char)(seed >> 24);
        buf_add(&file, (str){&byte, 1});
    }
    keep_encoded(folder, 0, name, ETC, &file);
    buf_clear(&file);
}

static void bench(const row *r, const image_view *images, size_t count,
                  const char *folder) {
    pa_error err = {0};
    astc_encoder *astc = NULL;
    double area = 0;
    double time_s = 0;
    double bits = 0;
    double psnr = 0;
    double ssim = 0;
    size_t used = 0;
    if (r->kind == ASTC) {
        must(astc_encoder_new(r->format, (astc_preset)r->setting, &astc, &err), &err);
    }
    for (size_t i = 0; i < count; i++) {
        if (r->needs_opaque && !image_view_is_opaque(images[i])) {
            continue;
        }
        double best_s = 1e9;
        buf file = {0};
        for (size_t run = 0; run < RUNS && (run == 0 || best_s < 1); run++) {
            file.size = 0;
            double begin_s = now_s();
            encode(r, astc, images[i], &file);
            best_s = fmin(best_s, now_s() - begin_s);
        }
        quality q = judge(r, images[i], &file);
        if (folder != NULL) {
            keep_encoded(folder, i, r->name, r->kind, &file);
        }
        area += (double)images[i].width_px * images[i].height_px;
        time_s += best_s;
        bits += 8 * (double)file.size;
        psnr += q.psnr_db;
        ssim += q.ssim;
        used++;
        buf_clear(&file);
    }
    astc_encoder_free(astc);
    if (used > 0) {
        printf("%-22s %6.2f %8.2f %8.2f %8.4f\n", r->name, bits / area,
               area / 1e6 / time_s, psnr / (double)used, ssim / (double)used);
    }
}

static void bench_resize(const image_view *images, size_t count, resize_filter filter,
                         const char *name) {
    double area = 0;
    double time_s = 0;
    for (size_t i = 0; i < count; i++) {
        buf out = {0};
        pa_error err = {0};
        resize_settings how = {.filter = filter};
        double begin_s = now_s();
        must(resize(images[i], resize_side(images[i].width_px, 1, 2),
                    resize_side(images[i].height_px, 1, 2), &how, &out, &err),
             &err);
        time_s += now_s() - begin_s;
        area += (double)images[i].width_px * images[i].height_px;
        buf_clear(&out);
    }
    printf("%-22s %6s %8.2f\n", name, "", area / 1e6 / time_s);
}

static void bench_quality(const image_view *images, size_t count) {
    double area = 0;
    double begin_s = now_s();
    for (size_t i = 0; i < count; i++) {
        pa_error err = {0};
        quality q;
        must(quality_measure(images[i], images[i], &q, &err), &err);
        area += (double)images[i].width_px * images[i].height_px;
    }
    printf("%-22s %6s %8.2f\n", "PSNR and SSIM", "", area / 1e6 / (now_s() - begin_s));
}

int main(int argc, char **argv) {
    const char *folder = NULL;
    if (argc > 2 && str_is(str_of(argv[1]), "--keep")) {
        folder = argv[2];
        argc -= 2;
        argv += 2;
    }
    size_t count = argc > 1 ? (size_t)argc - 1 : 2;
    image_view *images = (image_view *)(void *)must_have(calloc(count, sizeof *images));
    for (size_t i = 0; i < count; i++) {
        images[i] = argc > 1 ? read_picture(argv[i + 1]) : make_picture(i == 1);
    }
    for (size_t i = 0; folder != NULL && i < count; i++) {
        keep_picture(folder, i, images[i]);
    }
    if (folder != NULL) {
        keep_chance(folder, GPU_ETC2_RGB, "ETC2 RGB chance");
        keep_chance(folder, GPU_ETC2_RGBA, "ETC2 RGBA chance");
    }
    printf("%-22s %6s %8s %8s %8s\n", "", "bpp", "MP/s", "PSNR", "SSIM");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (folder == NULL || is_for_gpu(&rows[i])) {
            bench(&rows[i], images, count, folder);
        }
    }
    if (folder == NULL) {
        bench_resize(images, count, RESIZE_CATMULL_ROM, "halve, Catmull-Rom");
        bench_resize(images, count, RESIZE_BOX, "halve, box");
        bench_quality(images, count);
    }
    free(images);
    return 0;
}
