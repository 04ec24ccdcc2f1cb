/* look_picture.h - probes and decodes a made file and checks what came out; for cmocka
 * tests.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_TESTS_LOOK_PICTURE_H
#define PA_TESTS_LOOK_PICTURE_H

#include "codec/picture.h"
#include "make_picture.h"

/** What a file gave: probed, and decoded if that went well. */
typedef struct outcome {
    picture_info info;
    picture_facts facts;
    pa_status probed;
    pa_status decoded; /**< or the status of the probe */
    pa_error err;
} outcome;

outcome look_at(bytes file);

/** Looks at a file and frees it. */
outcome look(made_file file);

/** Looks at the first bytes of a file, in a block that ends with them: the address
 * sanitizer sees a read beyond. */
outcome look_cut(const made_file *file, size_t size);

void expect_size(const outcome *got, picture_format format, uint32_t width_px,
                 uint32_t height_px);
void expect_failure(const outcome *got, pa_status status, const char *text);

/** Probes the file cut after every byte up to `header_bytes`: each must fail, the whole
 * not. */
void expect_cut_header_fails(made_file file, size_t header_bytes);

#endif
