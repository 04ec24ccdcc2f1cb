/* msgpack.c - MessagePack to JSON text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/msgpack.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/reader.h"
#include "codec/json_write.h"

typedef struct convert {
    reader in;
    buf *out;
    pa_error *err;
} convert;

static pa_status put_value(convert *c, unsigned depth);

static pa_status cut_off(convert *c) {
    return error_set(c->err, PA_FORMAT, "byte %zu: the MessagePack data end too early",
                     c->in.at);
}

static pa_status put_text(convert *c, uint64_t size) {
    bytes raw = reader_take(&c->in, (size_t)size);
    if (c->in.failed) {
        return cut_off(c);
    }
    json_quote(c->out, str_of_bytes(raw));
    return PA_OK;
}

static pa_status put_array(convert *c, uint64_t count, unsigned depth) {
    buf_add_byte(c->out, '[');
    for (uint64_t i = 0; i < count; i++) {
        buf_add_text(c->out, i == 0 ? "" : ",");
        pa_status status = put_value(c, depth + 1);
        if (status != PA_OK) {
            return status;
        }
    }
    buf_add_byte(c->out, ']');
    return PA_OK;
}

/* JSON keys are strings: any other key is put between quotes as it would be printed. */
static pa_status put_key(convert *c, unsigned depth) {
    size_t start = c->out->size;
    pa_status status = put_value(c, depth + 1);
    if (status != PA_OK || c->out->failed || c->out->at[start] == '"') {
        return status;
    }
    if (c->out->at[start] == '[' || c->out->at[start] == '{') {
        return error_set(c->err, PA_FORMAT, "byte %zu: a MessagePack key is a container",
                         c->in.at);
    }
    buf key = {0};
    buf_add(&key, str_part(buf_str(c->out), start, c->out->size));
    c->out->size = start;
    json_quote(c->out, buf_str(&key));
    c->out->failed = c->out->failed || key.failed;
    buf_clear(&key);
    return PA_OK;
}

static pa_status put_map(convert *c, uint64_t count, unsigned depth) {
    buf_add_byte(c->out, '{');
    for (uint64_t i = 0; i < count; i++) {
        buf_add_text(c->out, i == 0 ? "" : ",");
        pa_status status = put_key(c, depth);
        if (status != PA_OK) {
            return status;
        }
        buf_add_byte(c->out, ':');
        status = put_value(c, depth + 1);
        if (status != PA_OK) {
            return status;
        }
    }
    buf_add_byte(c->out, '}');
    return PA_OK;
}

static pa_status put_null(convert *c, uint64_t skipped) {
    reader_take(&c->in, (size_t)skipped);
    if (c->in.failed) {
        return cut_off(c);
    }
    buf_add_text(c->out, "null");
    return PA_OK;
}

static pa_status put_int(convert *c, int64_t value) {
    buf_format(c->out, "%" PRId64, value);
    return PA_OK;
}

/* A double as digits and a power of ten: printf's decimal point would follow the locale.
 */
static pa_status put_double(convert *c, double value, int digits) {
    if (!isfinite(value)) {
        return put_null(c, 0);
    }
    if (value == 0) {
        buf_add_text(c->out, "0");
        return PA_OK;
    }
    int exponent = (int)floor(log10(fabs(value)));
    int shift = digits - 1 - exponent;
    double scaled =
        shift > 300 ? value * 1e300 * pow(10, shift - 300) : value * pow(10, shift);
    buf_format(c->out, "%" PRId64 "e%d", (int64_t)llround(scaled), -shift);
    return PA_OK;
}

static int64_t sign_extend(uint64_t raw, size_t size) {
    unsigned unused = (unsigned)(64 - 8 * size);
    return (int64_t)(raw << unused) >> unused;
}

static pa_status put_float(convert *c, size_t size) {
    uint64_t raw = reader_be(&c->in, size);
    if (size == 8) {
        double value = 0;
        memcpy(&value, &raw, sizeof value);
        return put_double(c, value, 17);
    }
    uint32_t low = (uint32_t)raw;
    float value = 0;
    memcpy(&value, &low, sizeof value);
    return put_double(c, (double)value, 9);
}

/* Types 0xc0 … 0xdf. */
static pa_status put_tagged(convert *c, uint8_t tag, unsigned depth) {
    static const uint8_t sizes[] = {1, 2, 4, 8};
    switch (tag) {
    case 0xc0:
        return put_null(c, 0);
    case 0xc2:
    case 0xc3:
        buf_add_text(c->out, tag == 0xc3 ? "true" : "false");
        return PA_OK;
    case 0xc4:
    case 0xc5:
    case 0xc6:
        return put_null(c, reader_be(&c->in, sizes[tag - 0xc4]));
    case 0xc7:
    case 0xc8:
    case 0xc9:
        return put_null(c, reader_be(&c->in, sizes[tag - 0xc7]) + 1);
    case 0xca:
        return put_float(c, 4);
    case 0xcb:
        return put_float(c, 8);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
        buf_format(c->out, "%" PRIu64, reader_be(&c->in, sizes[tag - 0xcc]));
        return PA_OK;
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
        return put_int(
            c, sign_extend(reader_be(&c->in, sizes[tag - 0xd0]), sizes[tag - 0xd0]));
    case 0xd9:
    case 0xda:
    case 0xdb:
        return put_text(c, reader_be(&c->in, sizes[tag - 0xd9]));
    case 0xdc:
    case 0xdd:
        return put_array(c, reader_be(&c->in, sizes[tag - 0xdc + 1]), depth);
    case 0xde:
    case 0xdf:
        return put_map(c, reader_be(&c->in, sizes[tag - 0xde + 1]), depth);
    default:
        break;
    }
    if (tag >= 0xd4 && tag <= 0xd8) {
        return put_null(c, (UINT64_C(1) << (tag - 0xd4)) + 1);
    }
    return error_set(c->err, PA_FORMAT, "byte %zu: 0x%02x begins no MessagePack value",
                     c->in.at - 1, tag);
}

static pa_status put_value(convert *c, unsigned depth) {
    if (depth > PA_MAX_JSON_DEPTH) {
        return error_set(c->err, PA_LIMIT, "byte %zu: nested deeper than %d levels",
                         c->in.at, PA_MAX_JSON_DEPTH);
    }
    uint8_t tag = reader_u8(&c->in);
    if (c->in.failed) {
        return cut_off(c);
    }
    pa_status status = PA_OK;
    if (tag < 0x80) {
        status = put_int(c, tag);
    } else if (tag >= 0xe0) {
        status = put_int(c, (int8_t)tag);
    } else if (tag < 0x90) {
        status = put_map(c, tag & 15, depth);
    } else if (tag < 0xa0) {
        status = put_array(c, tag & 15, depth);
    } else if (tag < 0xc0) {
        status = put_text(c, tag & 31);
    } else {
        status = put_tagged(c, tag, depth);
    }
    if (status == PA_OK && c->in.failed) {
        return cut_off(c);
    }
    return status == PA_OK && c->out->failed ? error_nomem(c->err) : status;
}

pa_status msgpack_to_json(bytes data, buf *out, pa_error *err) {
    convert c = {.in = reader_of(data), .out = out, .err = err};
    pa_status status = put_value(&c, 0);
    if (status == PA_OK && reader_left(&c.in) > 0) {
        return error_set(err, PA_FORMAT, "byte %zu: bytes follow the MessagePack value",
                         c.in.at);
    }
    return status;
}
