/* variant.c - parse and choose the alternatives of an image.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/variant.h"

const format_support support_fallback = {.webp = true};
const format_support support_everything = {true, true, true, true, true};

/* extnames of image-asset.ts; the index is what documents write. */
static const char *const extensions[] = {".png",  ".jpg", ".jpeg", ".bmp",
                                         ".webp", ".pvr", ".pkm",  ".astc"};
enum { EXTENSION_COUNT = sizeof extensions / sizeof extensions[0] };

/* macro.SUPPORT_TEXTURE_FORMATS: the first that a device reads is taken. */
static const char *const preference[] = {".astc", ".pkm",  ".pvr", ".webp",
                                         ".jpg",  ".jpeg", ".bmp", ".png"};
enum { PREFERENCE_COUNT = sizeof preference / sizeof preference[0] };

/* A run of numbers that stand for consecutive formats. */
typedef struct number_run {
    int32_t first;
    int32_t count;
    gpu_format gpu;
} number_run;

/* Plain formats: the same in all of 3.x. */
static const number_run runs_3_plain[] = {
    {1, 1, GPU_A8},       {2, 1, GPU_L8},      {3, 1, GPU_LA8},     {24, 1, GPU_RGB8},
    {32, 1, GPU_RGB32F},  {35, 1, GPU_RGBA8},  {36, 1, GPU_BGRA8},  {41, 1, GPU_RGBA16F},
    {44, 1, GPU_RGBA32F}, {47, 1, GPU_RGB565}, {49, 1, GPU_RGB5A1}, {50, 1, GPU_RGBA4},
};

/* Compressed formats as 3.4.0 and later number them, ASTC in the order of
 * gpu_format. 3.0.0 to 3.3.2 number them four higher. */
static const number_run runs_3_compressed[] = {
    {72, 1, GPU_ETC1_RGB},       {73, 1, GPU_ETC2_RGB},  {77, 1, GPU_ETC2_RGBA},
    {83, 4, GPU_PVRTC_RGB_2BPP}, {89, 14, GPU_ASTC_4X4},
};
enum { SHIFT_BEFORE_3_4 = 4 };

static const number_run runs_2_4[] = {
    {4, 1, GPU_ETC1_RGB},   {5, 4, GPU_PVRTC_RGB_2BPP}, {9, 1, GPU_A8},
    {10, 1, GPU_L8},        {11, 1, GPU_LA8},           {12, 1, GPU_RGB565},
    {13, 1, GPU_RGB5A1},    {14, 1, GPU_RGBA4},         {15, 1, GPU_RGB8},
    {16, 1, GPU_RGBA8},     {20, 1, GPU_RGBA32F},       {28, 1, GPU_ETC2_RGB},
    {29, 1, GPU_ETC2_RGBA}, {30, 14, GPU_ASTC_4X4},
};

/* Colour above, alpha below: the same in all versions. */
static const number_run runs_custom[] = {
    {1024, 1, GPU_PVRTC_RGB_2BPP},
    {1025, 1, GPU_PVRTC_RGB_4BPP},
    {1026, 1, GPU_ETC1_RGB},
};

static gpu_format find_number(const number_run *runs, size_t count, int32_t number) {
    for (size_t i = 0; i < count; i++) {
        if (number >= runs[i].first && number < runs[i].first + runs[i].count) {
            return (gpu_format)((int32_t)runs[i].gpu + number - runs[i].first);
        }
    }
    return GPU_UNKNOWN;
}

#define FIND(runs, number) find_number(runs, sizeof(runs) / sizeof(runs)[0], number)

bool variant_is_fallback(str extension) {
    return str_is(extension, ".png") || str_is(extension, ".jpg") ||
           str_is(extension, ".jpeg") || str_is(extension, ".bmp");
}

gpu_format variant_gpu_format(int32_t number, engine_version version) {
    gpu_format custom = FIND(runs_custom, number);
    if (custom != GPU_UNKNOWN) {
        return custom;
    }
    if (engine_is_2_4(version)) {
        return FIND(runs_2_4, number);
    }
    gpu_format plain = FIND(runs_3_plain, number);
    int32_t shift = version < ENGINE(3, 4, 0) ? SHIFT_BEFORE_3_4 : 0;
    return plain != GPU_UNKNOWN ? plain : FIND(runs_3_compressed, number - shift);
}

int32_t variant_pixel_format(gpu_format format, engine_version version) {
    enum { NUMBER_COUNT = 128 };
    for (int32_t number = 0; number < NUMBER_COUNT; number++) {
        if (format != GPU_UNKNOWN && variant_gpu_format(number, version) == format) {
            return number;
        }
    }
    return -1;
}

int32_t variant_extension_number(str extension) {
    for (int32_t i = 0; i < EXTENSION_COUNT; i++) {
        if (str_is(extension, extensions[i])) {
            return i;
        }
    }
    return -1;
}

str variant_part(str formats, uint32_t index) {
    str part = {0};
    while (str_split(&formats, '_', &part)) {
        if (part.size > 0 && index-- == 0) {
            return part;
        }
    }
    return (str){0};
}

static bool is_compressed_extension(str extension) {
    return str_is(extension, ".pvr") || str_is(extension, ".pkm") ||
           str_is(extension, ".astc");
}

/* Index or literal extension. In 2.4 an index is one character. */
static str extension_of(str id, engine_version version, arena *mem) {
    str digits = engine_is_2_4(version) ? str_part(id, 0, 1) : id;
    uint64_t index = 0;
    if (str_to_u64(digits, INT32_MAX, &index) && index < EXTENSION_COUNT) {
        return str_of(extensions[index]);
    }
    return arena_copy(mem, id);
}

uint32_t variant_count(str formats) {
    uint32_t count = 0;
    for (str part = {0}; str_split(&formats, '_', &part);) {
        count += part.size > 0;
    }
    return count;
}

uint32_t variant_parse(str formats, engine_version version, arena *mem, variant *out) {
    uint32_t count = 0;
    str part = {0};
    while (count < MAX_VARIANTS && str_split(&formats, '_', &part)) {
        if (part.size == 0) {
            continue;
        }
        size_t at = str_find(part, '@', 0);
        uint64_t number = 0;
        bool has_number =
            str_to_u64(str_part(part, at + 1, part.size), INT32_MAX, &number);
        variant *v = &out[count++];
        v->extension = extension_of(str_part(part, 0, at), version, mem);
        v->pixel_format = has_number ? (int32_t)number : -1;
        v->gpu = GPU_RGBA8;
        if (is_compressed_extension(v->extension) && has_number) {
            v->gpu = variant_gpu_format(v->pixel_format, version);
        }
    }
    return count;
}

/* The engine's check of one alternative. */
static bool is_read_by(const variant *v, const format_support *support,
                       engine_version version) {
    if (str_is(v->extension, ".astc")) {
        return support->astc && !(engine_is_2_4(version) && version < ENGINE(2, 4, 11));
    }
    if (str_is(v->extension, ".pvr")) {
        return support->pvrtc;
    }
    if (str_is(v->extension, ".webp")) {
        return support->webp;
    }
    if (v->gpu == GPU_ETC1_RGB) {
        return support->etc1;
    }
    if (v->gpu == GPU_ETC2_RGB || v->gpu == GPU_ETC2_RGBA) {
        return support->etc2;
    }
    return true;
}

static uint32_t rank_of(str extension) {
    for (uint32_t i = 0; i < PREFERENCE_COUNT; i++) {
        if (str_is(extension, preference[i])) {
            return i;
        }
    }
    return PREFERENCE_COUNT;
}

uint32_t variant_choose(const variant *list, uint32_t count,
                        const format_support *support, engine_version version) {
    uint32_t best = UINT32_MAX;
    uint32_t best_rank = PREFERENCE_COUNT;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rank = rank_of(list[i].extension);
        if (rank < best_rank && is_read_by(&list[i], support, version)) {
            best = i;
            best_rank = rank;
        }
    }
    return best;
}
