/* astc_library.h - libastcenc with a face for C: its own header is C++ up to version 5.3.
 *
 * Behind it lies the one file of C++. Nothing thrown comes through.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ASTC_LIBRARY_H
#define PA_CODEC_ASTC_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Tables and working memory of one block size for one thread. */
typedef struct astc_library astc_library;

typedef enum astc_library_effort {
    ASTC_LIBRARY_FASTEST,
    ASTC_LIBRARY_FAST,
    ASTC_LIBRARY_MEDIUM,
    ASTC_LIBRARY_THOROUGH,
    ASTC_LIBRARY_DECODE /**< decodes blocks of any encoder, encodes none */
} astc_library_effort;

/** What failed: NULL for nothing, else a text of static life. */
typedef const char *astc_library_problem;

/** The problem that means that memory ran out. */
extern const astc_library_problem astc_library_no_memory;

astc_library_problem astc_library_open(unsigned block_width_px, unsigned block_height_px,
                                       astc_library_effort effort, astc_library **out);
void astc_library_close(astc_library *library); /**< accepts NULL */

/** RGBA8 rows without gaps to whole blocks, row by row. `size` is that of the blocks and
 * must be exact. */
astc_library_problem astc_library_encode(astc_library *library, const uint8_t *pixels,
                                         unsigned width_px, unsigned height_px,
                                         uint8_t *blocks, size_t size);

/** The other way: blocks of the same library where it encodes, else of any encoder. */
astc_library_problem astc_library_decode(astc_library *library, const uint8_t *blocks,
                                         size_t size, unsigned width_px,
                                         unsigned height_px, uint8_t *pixels);

#ifdef __cplusplus
}
#endif

#endif
