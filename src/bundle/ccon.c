/* ccon.c - CCONB and BINP containers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/ccon.h"

#include "base/reader.h"
#include "codec/msgpack.h"

enum { CCON_MAGIC = 0x4E4F4343, BINP_MAGIC = 0x504E4942, HEADER_BYTES = 16 };

static bool starts_with(bytes file, uint32_t magic) {
    reader in = reader_of(file);
    return reader_u32le(&in) == magic && !in.failed;
}

bool ccon_is_binary(bytes file) {
    return starts_with(file, CCON_MAGIC);
}

bool ccon_is_pack(bytes file) {
    return starts_with(file, BINP_MAGIC);
}

/* Steps over the chunks, each at a multiple of 8, and demands that they end where the
 * file does. */
static pa_status check_chunks(reader *in, pa_error *err) {
    while (reader_left(in) > 0 && !in->failed) {
        size_t padding = (8 - in->at % 8) % 8;
        reader_take(in, padding);
        reader_take(in, reader_u32le(in));
    }
    return in->failed ? error_set(err, PA_FORMAT,
                                  "byte %zu: a chunk of the CCON file is cut off", in->at)
                      : PA_OK;
}

pa_status ccon_document(bytes file, buf *converted, str *out, pa_error *err) {
    reader in = reader_of(file);
    reader_u32le(&in);
    uint32_t version = reader_u32le(&in);
    uint32_t total = reader_u32le(&in);
    bytes document = reader_take(&in, reader_u32le(&in));
    if (in.failed) {
        return error_set(err, PA_FORMAT, "the CCON file is cut off: it has %zu bytes",
                         file.size);
    }
    if (version != 1 && version != 2) {
        return error_set(err, PA_UNSUPPORTED, "byte 4: CCON version %u, expected 1 or 2",
                         version);
    }
    if (total != file.size) {
        return error_set(err, PA_FORMAT,
                         "byte 8: the CCON file should have %u bytes and has %zu", total,
                         file.size);
    }
    if (check_chunks(&in, err) != PA_OK) {
        return err->status;
    }
    if (version == 1) {
        *out = str_of_bytes(document);
        return PA_OK;
    }
    converted->size = 0;
    pa_status status = msgpack_to_json(document, converted, err);
    *out = buf_str(converted);
    return status;
}

/* Version 2 tells offset and size of each file, version 1 only sizes. */
pa_status ccon_split_pack(bytes file, arena *mem, bytes **out, uint32_t *count,
                          pa_error *err) {
    reader in = reader_of(file);
    reader_u32le(&in);
    uint32_t version = reader_u32le(&in);
    uint32_t files = reader_u32le(&in);
    size_t row_bytes = version == 2 ? 8 : 4;
    if (version != 1 && version != 2) {
        return error_set(err, PA_UNSUPPORTED, "byte 4: BINP version %u, expected 1 or 2",
                         version);
    }
    if (in.failed || files > reader_left(&in) / row_bytes) {
        return error_set(err, PA_FORMAT, "the BINP pack is cut off: it has %zu bytes",
                         file.size);
    }
    bytes *parts = arena_alloc(mem, (size_t)files + 1, sizeof *parts);
    if (parts == NULL) {
        return error_nomem(err);
    }
    reader data = reader_of(bytes_of(file.at + HEADER_BYTES - 4 + files * row_bytes,
                                     file.size - (HEADER_BYTES - 4) - files * row_bytes));
    size_t total_bytes = 0;
    for (uint32_t i = 0; i < files; i++) {
        if (version == 2) {
            size_t offset = reader_u32le(&in);
            data.failed |= offset > data.data.size;
            data.at = offset > data.data.size ? 0 : offset;
        }
        parts[i] = reader_take(&data, reader_u32le(&in));
        if (data.failed || in.failed) {
            return error_set(err, PA_FORMAT,
                             "file %u of the BINP pack lies outside of it", i);
        }
        total_bytes += parts[i].size;
        if (total_bytes >
            data.data.size) { /* else each byte could be read `files` times */
            return error_set(err, PA_FORMAT,
                             "the files of the BINP pack overlap, file %u first", i);
        }
    }
    *out = parts;
    *count = files;
    return PA_OK;
}
