/*
 * tally.h - what a correct report on the build must say.
 *
 * Counted from what the generator made, not from the files, so that it can be compared.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_TALLY_H
#define PA_GENERATOR_TALLY_H

#include <stdbool.h>
#include <stddef.h>

void tally_image(const char *id, unsigned width_px, unsigned height_px);
/* A texture of the images, all alike; six of them are a cube. None: a render texture. */
void tally_texture(const char *id, const char *const *image_ids, size_t image_count,
                   bool has_mips);
/* The scene reaches the texture; any number of times. */
void tally_use(const char *scene, const char *texture_id);
void tally_print(void);

#endif
