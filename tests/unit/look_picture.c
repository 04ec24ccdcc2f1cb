/* look_picture.c - probes and decodes a made file and checks what came out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "look_picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

outcome look_at(bytes file) {
    outcome got = {0};
    picture_scratch scratch = {0};
    got.probed = picture_probe(file, &got.info, &got.err);
    got.decoded = got.probed;
    if (got.probed == PA_OK) {
        got.decoded = picture_decode(file, &got.info, &scratch, &got.facts, &got.err);
    }
    picture_scratch_clear(&scratch);
    return got;
}

outcome look(made_file file) {
    outcome got = look_at(made_bytes(&file));
    made_free(&file);
    return got;
}

outcome look_cut(const made_file *file, size_t size) {
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    assert_non_null(copy);
    memcpy(copy, file->at, size);
    outcome got = look_at((bytes){copy, size});
    free(copy);
    return got;
}

void expect_size(const outcome *got, picture_format format, uint32_t width_px,
                 uint32_t height_px) {
    assert_string_equal(got->err.text, "");
    assert_int_equal(got->decoded, PA_OK);
    assert_int_equal(got->info.format, format);
    assert_int_equal(got->info.width_px, width_px);
    assert_int_equal(got->info.height_px, height_px);
}

void expect_failure(const outcome *got, pa_status status, const char *text) {
    assert_string_equal(got->err.text, text);
    assert_int_equal(got->decoded, status);
}

void expect_cut_header_fails(made_file file, size_t header_bytes) {
    for (size_t size = 0; size < header_bytes; size++) {
        outcome got = look_cut(&file, size);
        assert_int_equal(got.probed, PA_FORMAT);
    }
    outcome whole = look_cut(&file, file.size);
    assert_int_equal(whole.probed, PA_OK);
    made_free(&file);
}
