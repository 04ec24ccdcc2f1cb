/*
 * astc.cc - libastcenc as C calls it: Debian's 4.2 header is C++.
 *
 * Promises: one thread, so the blocks are the same in every run; no exception gets out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "astc.h"

/* Debian builds the library so, and its header declares C names only when told. */
#define ASTCENC_DYNAMIC_LIBRARY
#include <astcenc.h>

extern "C" const char *astc_blocks_6x6(const unsigned char *rgba, unsigned width_px,
                                       unsigned height_px, unsigned char *blocks,
                                       unsigned long size_bytes)
{
    astcenc_config config;
    astcenc_error error =
        astcenc_config_init(ASTCENC_PRF_LDR, 6, 6, 1, ASTCENC_PRE_FAST, 0, &config);
    if (error != ASTCENC_SUCCESS) {
        return astcenc_get_error_string(error);
    }
    astcenc_context *context = nullptr;
    error = astcenc_context_alloc(&config, 1, &context);
    if (error != ASTCENC_SUCCESS) {
        return astcenc_get_error_string(error);
    }
    void *slices[1] = {const_cast<unsigned char *>(rgba)};
    astcenc_image image = {width_px, height_px, 1, ASTCENC_TYPE_U8, slices};
    astcenc_swizzle swizzle = {ASTCENC_SWZ_R, ASTCENC_SWZ_G, ASTCENC_SWZ_B,
                               ASTCENC_SWZ_A};
    error = astcenc_compress_image(context, &image, &swizzle, blocks, size_bytes, 0);
    astcenc_context_free(context);
    return error == ASTCENC_SUCCESS ? nullptr : astcenc_get_error_string(error);
}
