/* jpeg_encode.c - JPEG files by TurboJPEG.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <turbojpeg.h>

#include "codec/image_encode.h"
#include "codec/picture_codec.h"

static pa_status explain(tjhandle handle, pa_error *err) {
    char message[200];
    picture_message(message, sizeof message, tjGetErrorStr2(handle));
    if (strstr(message, "memory") != NULL) {
        return error_nomem(err);
    }
    return error_set(err, PA_INTERNAL, "jpeg: %s", message);
}

static pa_status compress(tjhandle handle, image_view image, const jpeg_settings *how,
                          buf *out, pa_error *err) {
    unsigned char *file = NULL;
    unsigned long size = 0;
    int flags = TJFLAG_ACCURATEDCT | (how->is_progressive ? TJFLAG_PROGRESSIVE : 0);
    pa_status status = PA_OK;
    if (tjCompress2(handle, image.pixels, (int)image.width_px, 0, (int)image.height_px,
                    TJPF_RGBX, &file, &size, how->is_444 ? TJSAMP_444 : TJSAMP_420,
                    how->quality, flags) != 0) {
        status = explain(handle, err);
    } else {
        buf_add(out, str_of_bytes(bytes_of(file, size)));
        status = out->failed ? error_nomem(err) : PA_OK;
    }
    tjFree(file);
    return status;
}

pa_status jpeg_encode(image_view image, const jpeg_settings *how, buf *out,
                      pa_error *err) {
    pa_status status = image_view_check(image, JPEG_MAX_SIDE_PX, "jpeg", err);
    if (status != PA_OK) {
        return status;
    }
    if (how->quality < 1 || how->quality > 100) {
        return error_set(err, PA_USAGE, "jpeg: quality %u, it is 1 to 100", how->quality);
    }
    if (!image_view_is_opaque(image)) {
        return error_set(err, PA_USAGE, "jpeg: the picture has transparent pixels");
    }
    tjhandle handle = tjInitCompress();
    if (handle == NULL) {
        return error_nomem(err);
    }
    status = compress(handle, image, how, out, err);
    tjDestroy(handle);
    return status;
}

/* The file, which grows by half, and all coefficients of a progressive one: two bytes a
 * sample. */
uint64_t jpeg_encode_bytes(image_view image, const jpeg_settings *how) {
    uint64_t area_px = ((uint64_t)image.width_px + 16) * ((uint64_t)image.height_px + 16);
    uint64_t samples = how->is_444 ? 6 : 3;
    uint64_t file_bytes = 2 * samples * area_px;
    return file_bytes + (how->is_progressive ? samples * area_px : 0) +
           ((uint64_t)1 << 20);
}
