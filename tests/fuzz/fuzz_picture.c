/* fuzz_picture.c - libFuzzer entry: probes any bytes as a picture, and decodes small ones
 * both ways, which must agree.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "codec/picture.h"

enum { MAX_PIXELS = 1000 * 1000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const bytes file = bytes_of(data, size);
    picture_info info;
    pa_error err = {0};
    if (picture_probe(file, &info, &err) != PA_OK ||
        (uint64_t)info.width_px * info.height_px > MAX_PIXELS) {
        return 0;
    }
    picture_scratch scratch = {0};
    picture_facts facts;
    pa_error decode_err = {0};
    pa_status status = picture_decode(file, &info, &scratch, &facts, &decode_err);
    if ((status == PA_OK) != (decode_err.text[0] == '\0')) {
        abort();
    }
    picture_facts again;
    pa_error again_err = {0};
    pa_status pixel_status =
        picture_decode_pixels(file, &info, &scratch, &again, &again_err);
    bool is_plain = info.gpu == GPU_RGBA8 && info.header_bytes == 0;
    if (is_plain &&
        (status != pixel_status || memcmp(&facts, &again, sizeof facts) != 0)) {
        abort();
    }
    picture_scratch_clear(&scratch);
    return 0;
}
