/*
 * ccon.c - animation clips in the engine's CCON containers.
 *
 * The containers are those of the engine's ccon.ts (3.8), the pack is the one its
 * pack-manager.ts reads since 3.8.7. A document is made once as a small tree and printed
 * as JSON or as MessagePack, so that both versions hold the same clip.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ccon.h"

#include <stdio.h>
#include <string.h>

/* Where a document is printed to: JSON, or MessagePack with its counts known before. */
struct printer {
    struct text *out;
    int is_pack;
};

static void print_comma(struct printer *printer)
{
    size_t size_bytes = printer->out->size_bytes;
    if (!printer->is_pack && size_bytes != 0 &&
        strchr("[{:", printer->out->data[size_bytes - 1]) == NULL) {
        text_add(printer->out, ",");
    }
}

static void print_byte(struct printer *printer, unsigned value)
{
    unsigned char byte = (unsigned char)value;
    text_add_bytes(printer->out, &byte, 1);
}

/* MessagePack: counts below 16 are in the first byte, all here are. */
static void print_open(struct printer *printer, char bracket, unsigned count)
{
    print_comma(printer);
    if (!printer->is_pack) {
        text_add(printer->out, "%c", bracket);
    } else if (count < 16) {
        print_byte(printer, (bracket == '{' ? 0x80u : 0x90u) | count);
    } else {
        print_byte(printer, bracket == '{' ? 0xdeu : 0xdcu);
        print_byte(printer, count >> 8);
        print_byte(printer, count & 0xffu);
    }
}

static void print_close(struct printer *printer, char bracket)
{
    if (!printer->is_pack) {
        text_add(printer->out, "%c", bracket);
    }
}

static void print_string(struct printer *printer, const char *string)
{
    print_comma(printer);
    size_t length = strlen(string);
    if (!printer->is_pack) {
        text_add(printer->out, "\"%s\"", string);
        return;
    }
    if (length < 32) {
        print_byte(printer, 0xa0u | (unsigned)length);
    } else {
        print_byte(printer, 0xd9u);
        print_byte(printer, (unsigned)length);
    }
    text_add_bytes(printer->out, string, length);
}

static void print_key(struct printer *printer, const char *key)
{
    print_string(printer, key);
    if (!printer->is_pack) {
        text_add(printer->out, ":");
    }
}

static void print_integer(struct printer *printer, unsigned long value)
{
    print_comma(printer);
    if (!printer->is_pack) {
        text_add(printer->out, "%lu", value);
    } else if (value < 128) {
        print_byte(printer, (unsigned)value);
    } else {
        print_byte(printer, 0xceu);
        for (int shift = 24; shift >= 0; shift -= 8) {
            print_byte(printer, (unsigned)(value >> shift & 0xffu));
        }
    }
}

static void print_double(struct printer *printer, double value)
{
    print_comma(printer);
    if (!printer->is_pack) {
        text_add(printer->out, "%.17g", value);
        return;
    }
    unsigned long long bits;
    memcpy(&bits, &value, sizeof bits);
    print_byte(printer, 0xcbu);
    for (int shift = 56; shift >= 0; shift -= 8) {
        print_byte(printer, (unsigned)(bits >> shift & 0xffu));
    }
}

static void print_word(struct printer *printer, const char *word, unsigned code)
{
    print_comma(printer);
    if (printer->is_pack) {
        print_byte(printer, code);
    } else {
        text_add(printer->out, "%s", word);
    }
}

static void print_type(struct printer *printer, unsigned count, const char *type)
{
    print_open(printer, '{', count);
    print_key(printer, "__type__");
    print_string(printer, type);
}

static void print_reference(struct printer *printer, const char *key, unsigned long id)
{
    if (key != NULL) {
        print_key(printer, key);
    }
    print_open(printer, '{', 1);
    print_key(printer, "__id__");
    print_integer(printer, id);
    print_close(printer, '}');
}

static void print_clip(struct printer *printer, const struct clip *clip)
{
    print_type(printer, 8, "cc.AnimationClip");
    print_key(printer, "_name");
    print_string(printer, clip->name);
    print_key(printer, "sample");
    print_integer(printer, 60);
    print_key(printer, "speed");
    print_integer(printer, 1);
    print_key(printer, "wrapMode");
    print_integer(printer, 2);
    print_key(printer, "_duration");
    print_double(printer, clip->duration_s);
    print_key(printer, "_hash");
    print_integer(printer, 500763545);
    print_key(printer, "_tracks");
    print_open(printer, '[', 1);
    print_reference(printer, NULL, 1);
    print_close(printer, ']');
    print_close(printer, '}');
}

static void print_track(struct printer *printer)
{
    print_type(printer, 4, "cc.animation.VectorTrack");
    print_key(printer, "_binding");
    print_type(printer, 3, "cc.animation.TrackBinding");
    print_reference(printer, "path", 2);
    print_key(printer, "proxy");
    print_word(printer, "null", 0xc0u);
    print_close(printer, '}');
    print_key(printer, "_channels");
    print_open(printer, '[', 4);
    for (unsigned long i = 0; i < 4; i++) {
        print_reference(printer, NULL, 3 + 2 * i);
    }
    print_close(printer, ']');
    print_key(printer, "_nComponents");
    print_integer(printer, 3);
    print_close(printer, '}');
    print_type(printer, 2, "cc.animation.TrackPath");
    print_key(printer, "_paths");
    print_open(printer, '[', 1);
    print_string(printer, "position");
    print_close(printer, ']');
    print_close(printer, '}');
}

static void print_channel(struct printer *printer, unsigned long curve_id,
                          size_t offset_bytes, size_t size_bytes)
{
    print_type(printer, 2, "cc.animation.Channel");
    print_reference(printer, "_curve", curve_id);
    print_close(printer, '}');
    print_type(printer, 2, "cc.RealCurve");
    print_key(printer, "bytes");
    print_type(printer, 4, "TypedArrayRef");
    print_key(printer, "ctor");
    print_string(printer, "Uint8Array");
    print_key(printer, "offset");
    print_integer(printer, (unsigned long)offset_bytes);
    print_key(printer, "length");
    print_integer(printer, (unsigned long)size_bytes);
    print_close(printer, '}');
    print_close(printer, '}');
}

static void add_float(struct text *out, float value)
{
    unsigned bits;
    memcpy(&bits, &value, sizeof bits);
    text_add_u32(out, bits);
}

/* A curve: the two ways of extrapolation, the count, the times, and for each time its
   flags, value and tangents. The real files' curve of no keys is six bytes long. */
static void add_curve(struct text *chunk, const struct clip *clip)
{
    size_t key_count = clip == NULL ? 0 : clip->key_count;
    text_add_bytes(chunk, "\x01\x01", 2);
    text_add_u32(chunk, (unsigned long)key_count);
    for (size_t i = 0; i < key_count; i++) {
        add_float(chunk, clip->times_s[i]);
    }
    for (size_t i = 0; i < key_count; i++) {
        text_add_u32(chunk, 0x50u);
        add_float(chunk, clip->values_y[i]);
        add_float(chunk, 1.0f);
        add_float(chunk, 1.0f);
    }
}

static void print_document(struct printer *printer, struct text *chunk,
                           const struct clip *clip)
{
    print_open(printer, '[', 11);
    print_clip(printer, clip);
    print_track(printer);
    for (unsigned long i = 0; i < 4; i++) {
        size_t offset_bytes = chunk->size_bytes;
        add_curve(chunk, i == 1 ? clip : NULL);
        print_channel(printer, 4 + 2 * i, offset_bytes, chunk->size_bytes - offset_bytes);
    }
    print_close(printer, ']');
}

void clip_document(struct text *document, struct text *chunk, const struct clip *clip)
{
    struct printer printer = {document, 0};
    print_document(&printer, chunk, clip);
}

void cconb_add(struct text *out, const struct clip *clip, unsigned version)
{
    struct text document = {0};
    struct text chunk = {0};
    struct printer printer = {&document, version == 2};
    print_document(&printer, &chunk, clip);
    /* The chunk's length word starts at the next multiple of 8. */
    size_t chunk_at = (16 + document.size_bytes + 7) / 8 * 8;
    text_add_bytes(out, "CCON", 4);
    text_add_u32(out, version);
    text_add_u32(out, (unsigned long)(chunk_at + 4 + chunk.size_bytes));
    text_add_u32(out, (unsigned long)document.size_bytes);
    text_add_bytes(out, document.data, document.size_bytes);
    static const char zeros[8] = {0};
    text_add_bytes(out, zeros, chunk_at - 16 - document.size_bytes);
    text_add_u32(out, (unsigned long)chunk.size_bytes);
    text_add_bytes(out, chunk.data, chunk.size_bytes);
    text_free(&document);
    text_free(&chunk);
}

void binp_add(struct text *out, const struct text *const *files, size_t count)
{
    text_add_bytes(out, "BINP", 4);
    text_add_u32(out, 2);
    text_add_u32(out, (unsigned long)count);
    size_t offset_bytes = 0;
    for (size_t i = 0; i < count; i++) {
        text_add_u32(out, (unsigned long)offset_bytes);
        text_add_u32(out, (unsigned long)files[i]->size_bytes);
        offset_bytes += (files[i]->size_bytes + 3) / 4 * 4;
    }
    static const char zeros[4] = {0};
    for (size_t i = 0; i < count; i++) {
        text_add_bytes(out, files[i]->data, files[i]->size_bytes);
        text_add_bytes(out, zeros, (4 - files[i]->size_bytes % 4) % 4);
    }
}
