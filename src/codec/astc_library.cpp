/* astc_library.cpp - the one file of C++: calls libastcenc, catches what it throws.
 *
 * Linear LDR, 8 bits a channel, one thread a context.
 *
 * Versions 4.0 to 5.1 keep one setting of the first preset that a process uses for all
 * that follow (upstream issue 538): blocks would depend on what came before. So each
 * value of that setting gets a copy of the library of its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/astc_library.h"

#include <mutex>

#include "sys/library_copy.h"

/* Without this the header of a shared library declares names that it does not have. */
#ifndef ASTCENC_DYNAMIC_LIBRARY
#define ASTCENC_DYNAMIC_LIBRARY
#endif
#include <astcenc.h>

namespace {

using compress_call = decltype(&astcenc_compress_image);
using make_call = decltype(&astcenc_context_alloc);
using decompress_call = decltype(&astcenc_decompress_image);

/* One copy of the library, for one value of the setting. */
struct library_code {
    float setting;
    make_call make;
    compress_call compress;
    decompress_call decompress;
};

/* Values in use: 2.5, 3, 3.5 and 10. */
const unsigned max_codes = 8;
library_code codes[max_codes];
unsigned code_count = 0;
std::mutex codes_gate;

const char too_many[] =
    "presets of several kinds in one process need Linux or libastcenc 5.2";

const astcenc_swizzle straight = {ASTCENC_SWZ_R, ASTCENC_SWZ_G, ASTCENC_SWZ_B,
                                  ASTCENC_SWZ_A};

/* The setting, under the names that it had. */
template <class Config>
auto setting_of(const Config &config, int)
    -> decltype(config.tune_refinement_mse_overshoot) {
    return config.tune_refinement_mse_overshoot;
}

template <class Config>
auto setting_of(const Config &config, long) -> decltype(config.tune_mse_overshoot) {
    return config.tune_mse_overshoot;
}

/* Since 5.4 a context may share the tables of a parent: we name none. */
using make_of_three = astcenc_error (*)(const astcenc_config *, unsigned,
                                        astcenc_context **);
template <class Parent>
using make_of_four = astcenc_error (*)(const astcenc_config *, unsigned,
                                       astcenc_context **, Parent);

astcenc_error allocate(make_of_three make, const astcenc_config *config,
                       astcenc_context **out) {
    return make(config, 1, out);
}

template <class Parent>
astcenc_error allocate(make_of_four<Parent> make, const astcenc_config *config,
                       astcenc_context **out) {
    return make(config, 1, out, nullptr);
}

bool keeps_settings(make_of_three) {
    return true;
}

template <class Parent> bool keeps_settings(make_of_four<Parent>) {
    return false;
}

bool load(library_code *code) {
    library_copy *copy =
        library_copy_load(reinterpret_cast<const void *>(&astcenc_compress_image));
    if (copy == nullptr) {
        return false;
    }
    code->make =
        reinterpret_cast<make_call>(library_copy_find(copy, "astcenc_context_alloc"));
    code->compress = reinterpret_cast<compress_call>(
        library_copy_find(copy, "astcenc_compress_image"));
    code->decompress = reinterpret_cast<decompress_call>(
        library_copy_find(copy, "astcenc_decompress_image"));
    return code->make != nullptr && code->compress != nullptr &&
           code->decompress != nullptr;
}

/* The code for a configuration; NULL when there can be none. */
const library_code *code_for(const astcenc_config &config) {
    float setting = keeps_settings(astcenc_context_alloc) ? setting_of(config, 0) : 0;
    std::lock_guard<std::mutex> inside(codes_gate);
    for (unsigned i = 0; i < code_count; i++) {
        if (!(codes[i].setting < setting || codes[i].setting > setting)) {
            return &codes[i];
        }
    }
    library_code code = {setting, astcenc_context_alloc, astcenc_compress_image,
                         astcenc_decompress_image};
    if (code_count == max_codes || (code_count > 0 && !load(&code))) {
        return nullptr;
    }
    codes[code_count] = code;
    return &codes[code_count++];
}

float quality_of(astc_library_effort effort) {
    switch (effort) {
    case ASTC_LIBRARY_FAST:
        return ASTCENC_PRE_FAST;
    case ASTC_LIBRARY_MEDIUM:
        return ASTCENC_PRE_MEDIUM;
    case ASTC_LIBRARY_THOROUGH:
        return ASTCENC_PRE_THOROUGH;
    default:
        return ASTCENC_PRE_FASTEST;
    }
}

astc_library_problem explain(astcenc_error code) {
    if (code == ASTCENC_SUCCESS) {
        return nullptr;
    }
    return code == ASTCENC_ERR_OUT_OF_MEM ? astc_library_no_memory
                                          : astcenc_get_error_string(code);
}

astcenc_image image_of(void **slice, unsigned width_px, unsigned height_px) {
    astcenc_image image = {};
    image.dim_x = width_px;
    image.dim_y = height_px;
    image.dim_z = 1;
    image.data_type = ASTCENC_TYPE_U8;
    image.data = slice;
    return image;
}

/* The library throws only when memory runs out. */
template <class Call> astc_library_problem guarded(Call call) {
    try {
        return call();
    } catch (...) {
        return astc_library_no_memory;
    }
}

} // namespace

struct astc_library {
    astcenc_context *context;
    const library_code *code; /* NULL: decodes only */
};

const astc_library_problem astc_library_no_memory = "memory ran out";

static astc_library_problem open_as(const astcenc_config &config, bool decodes,
                                    astc_library *library) {
    library->code = decodes ? nullptr : code_for(config);
    if (!decodes && library->code == nullptr) {
        return too_many;
    }
    make_call make = decodes ? astcenc_context_alloc : library->code->make;
    return explain(allocate(make, &config, &library->context));
}

astc_library_problem astc_library_open(unsigned block_width_px, unsigned block_height_px,
                                       astc_library_effort effort, astc_library **out) {
    return guarded([&]() -> astc_library_problem {
        bool decodes = effort == ASTC_LIBRARY_DECODE;
        /* The flags of the program astcenc: the same blocks, in less time. */
        unsigned flags =
            decodes ? ASTCENC_FLG_DECOMPRESS_ONLY : ASTCENC_FLG_SELF_DECOMPRESS_ONLY;
        astcenc_config config = {};
        astcenc_error code =
            astcenc_config_init(ASTCENC_PRF_LDR, block_width_px, block_height_px, 1,
                                quality_of(effort), flags, &config);
        if (code != ASTCENC_SUCCESS) {
            return explain(code);
        }
        astc_library library = {};
        astc_library_problem problem = open_as(config, decodes, &library);
        *out = problem == nullptr ? new astc_library(library) : nullptr;
        return problem;
    });
}

void astc_library_close(astc_library *library) {
    if (library != nullptr) {
        astcenc_context_free(library->context);
        delete library;
    }
}

astc_library_problem astc_library_encode(astc_library *library, const uint8_t *pixels,
                                         unsigned width_px, unsigned height_px,
                                         uint8_t *blocks, size_t size) {
    return guarded([&] {
        void *slice = const_cast<uint8_t *>(pixels); /* read only, as its source shows */
        astcenc_image image = image_of(&slice, width_px, height_px);
        astcenc_compress_reset(library->context);
        return explain(library->code->compress(library->context, &image, &straight,
                                               blocks, size, 0));
    });
}

astc_library_problem astc_library_decode(astc_library *library, const uint8_t *blocks,
                                         size_t size, unsigned width_px,
                                         unsigned height_px, uint8_t *pixels) {
    return guarded([&] {
        void *slice = pixels;
        astcenc_image image = image_of(&slice, width_px, height_px);
        decompress_call decompress = library->code == nullptr ? astcenc_decompress_image
                                                              : library->code->decompress;
        astcenc_decompress_reset(library->context);
        return explain(decompress(library->context, blocks, size, &image, &straight, 0));
    });
}
