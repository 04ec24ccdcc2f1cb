/* zip_pack.c - deflate through zlib.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/zip_pack.h"

#include <zlib.h>

pa_status zip_pack(zip_entry *row, str content, buf *out, pa_error *err) {
    if (content.size >= UINT32_MAX) {
        return error_set(err, PA_UNSUPPORTED, "%.*s: is too large for a zip",
                         STR_ARGS(row->name));
    }
    row->crc = (uint32_t)crc32(0, (const Bytef *)content.at, (uInt)content.size);
    row->size_bytes = (uint32_t)content.size;
    row->packed_bytes = row->size_bytes;
    row->flags &= (uint16_t) ~(ZIP_HAS_DESCRIPTOR | 3 << 1); /* and of deflate's effort */
    out->size = 0;
    if (row->method == ZIP_STORED) {
        return PA_OK;
    }
    if (row->method != ZIP_DEFLATED) {
        return error_set(err, PA_UNSUPPORTED,
                         "%.*s: is packed by method %u of zip, which is not written",
                         STR_ARGS(row->name), row->method);
    }
    z_stream z = {0};
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        return error_nomem(err);
    }
    uLong most = deflateBound(&z, (uLong)content.size);
    char *room = buf_reserve(out, most);
    if (room != NULL) {
        z.next_in = (Bytef *)(uintptr_t)content.at; /* it is only read */
        z.avail_in = (uInt)content.size;
        z.next_out = (Bytef *)room;
        z.avail_out = (uInt)most;
        int result = deflate(&z, Z_FINISH);
        out->size = result == Z_STREAM_END ? (size_t)z.total_out : 0;
        out->failed |= result != Z_STREAM_END;
    }
    deflateEnd(&z);
    row->packed_bytes = (uint32_t)out->size;
    return out->failed ? error_nomem(err) : PA_OK;
}
