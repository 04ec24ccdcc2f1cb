/*
 * astc.h - libastcenc as C calls it: Debian's 4.2 header is C++.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_ASTC_H
#define PA_GENERATOR_ASTC_H

#ifdef __cplusplus
extern "C" {
#endif

/* Blocks of 6x6 of an RGBA picture; blocks holds size_bytes, 16 for each block.
   Returns NULL, or what went wrong. */
const char *astc_blocks_6x6(const unsigned char *rgba, unsigned width_px,
                            unsigned height_px, unsigned char *blocks,
                            unsigned long size_bytes);

#ifdef __cplusplus
}
#endif

#endif
