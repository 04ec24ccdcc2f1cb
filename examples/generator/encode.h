/*
 * encode.h - pictures to the bytes of image files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_ENCODE_H
#define PA_GENERATOR_ENCODE_H

#include <stdbool.h>

#include "picture.h"
#include "text.h"

enum png_kind { PNG_RGBA, PNG_RGB, PNG_GRAY, PNG_PALETTE };

/* Every function adds one whole file to the text. */
void encode_png(struct text *out, const struct picture *picture, enum png_kind kind);
void encode_jpeg(struct text *out, const struct picture *picture, int quality,
                 bool is_progressive);
void encode_webp(struct text *out, const struct picture *picture, float quality);
/* ASTC 6x6; with_mips: all levels in the engine's container of files. */
void encode_astc(struct text *out, const struct picture *picture, bool with_mips);

#endif
