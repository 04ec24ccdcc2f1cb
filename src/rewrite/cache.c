/* cache.c - entries by their keys.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "rewrite/names.h"
#include "sys/file.h"
#include "sys/staged.h"

enum { SAMPLE_SIDE_PX = 32, MAX_KNOWN = 64, HEAD_FIELDS = 12, HEAD_BYTES = 8 * 12 };
static const char magic[] = "pacache2";
static const char ending[] = ".pacache";

/* What an encoder makes of the sample. */
typedef struct fingerprint {
    content_hash of; /* its parameters */
    content_hash made;
} fingerprint;

struct cache {
    str folder; /* in `mem` */
    uint64_t max_bytes;
    lock *guard; /* of what stands below, and of writing */
    arena mem;
    str *used; /* names of entries */
    size_t used_count;
    size_t used_capacity;
    fingerprint known[MAX_KNOWN];
    uint32_t known_count;
};

/* ---- the key
 * ----------------------------------------------------------------------------
 */

static void put_parameters(const encode_request *how, buf *out) {
    const action *wanted = how->wanted;
    buf_format(out, "cache 1 to %d block %u %u preset %u quality %u opaque %d levels %u",
               (int)wanted->to, wanted->block_width_px, wanted->block_height_px,
               wanted->preset, wanted->quality, how->is_opaque, how->levels);
    buf_format(out, " mip %d %d %d %d %d", (int)how->mip.filter, (int)how->mip.edge_x,
               (int)how->mip.edge_y, how->mip.is_linear_light, how->mip.is_data);
}

/* Slopes, edges and noise, the same for ever. */
static void draw_sample(uint8_t *pixels, bool is_opaque) {
    uint32_t seed = 1;
    for (uint32_t i = 0; i < SAMPLE_SIDE_PX * SAMPLE_SIDE_PX; i++) {
        uint32_t x = i % SAMPLE_SIDE_PX;
        uint32_t y = i / SAMPLE_SIDE_PX;
        seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
        uint8_t *at = &pixels[(size_t)i * 4];
        at[0] = (uint8_t)(x * 8);
        at[1] = (uint8_t)(y * 8 + (seed >> 28));
        at[2] = (uint8_t)(x > y ? 200 : seed >> 24);
        at[3] = (uint8_t)(is_opaque ? 255 : 255 - x * 4);
    }
}

static pa_status try_encoder(encoder_set *with, const encode_request *how,
                             content_hash *out, pa_error *err) {
    uint8_t pixels[SAMPLE_SIDE_PX * SAMPLE_SIDE_PX * 4];
    encode_request plain = *how;
    encoded told = {0};
    buf made = {0};
    plain.levels = 1;
    draw_sample(pixels, how->is_opaque);
    pa_status status =
        encode_picture(with, (image_view){pixels, SAMPLE_SIDE_PX, SAMPLE_SIDE_PX}, &plain,
                       &made, &told, err);
    *out = hash_content(buf_str(&made));
    buf_clear(&made);
    return status;
}

static bool is_same(content_hash a, content_hash b) {
    return a.part[0] == b.part[0] && a.part[1] == b.part[1];
}

/* The fingerprint of an encoder with these parameters, made once. */
static pa_status fingerprint_of(cache *in, encoder_set *with, const encode_request *how,
                                content_hash parameters, content_hash *out,
                                pa_error *err) {
    bool is_known = false;
    lock_enter(in->guard);
    for (uint32_t i = 0; !is_known && i < in->known_count; i++) {
        is_known = is_same(in->known[i].of, parameters);
        *out = in->known[i].made;
    }
    lock_leave(in->guard);
    if (is_known) {
        return PA_OK;
    }
    pa_status status = try_encoder(with, how, out, err);
    lock_enter(in->guard);
    if (status == PA_OK && in->known_count < MAX_KNOWN) {
        in->known[in->known_count++] = (fingerprint){parameters, *out};
    }
    lock_leave(in->guard);
    return status;
}

static pa_status make_key(cache *in, encoder_set *with, image_view pixels,
                          const encode_request *how, content_hash *out, pa_error *err) {
    buf text = {0};
    content_hash made = {0};
    put_parameters(how, &text);
    content_hash parameters = hash_content(buf_str(&text));
    buf_format(&text, " sides %u %u", pixels.width_px, pixels.height_px);
    content_hash all = hash_content(buf_str(&text));
    pa_status status = text.failed ? error_nomem(err) : PA_OK;
    buf_clear(&text);
    if (status == PA_OK) {
        status = fingerprint_of(in, with, how, parameters, &made, err);
    }
    str raw = {(const char *)pixels.pixels, image_view_bytes(pixels)};
    *out = hash_join(hash_join(all, made), hash_content(raw));
    return status;
}

/* ---- entries
 * ----------------------------------------------------------------------------
 */

static void put_path(const cache *in, content_hash key, buf *out) {
    buf_add(out, in->folder);
    buf_format(out, "/%016llx%016llx%s", (unsigned long long)key.part[0],
               (unsigned long long)key.part[1], ending);
    buf_add_byte(out, '\0');
}

static void put_u64(buf *out, uint64_t value) {
    for (unsigned i = 0; i < 8; i++) {
        buf_add_byte(out, (char)(value >> (8 * i) & 0xff));
    }
}

static uint64_t get_u64(const char *at) {
    uint64_t value = 0;
    for (unsigned i = 8; i > 0; i--) {
        value = value << 8 | (uint8_t)at[i - 1];
    }
    return value;
}

static uint64_t bits_of(double value) {
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits) {
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* magic, key, hash of the rest, how it came out, the file */
static void put_entry(content_hash key, str file, const encoded *told, buf *out) {
    buf rest = {0};
    put_u64(&rest, told->gpu);
    put_u64(&rest, told->levels);
    put_u64(&rest, told->quality.counted_px);
    put_u64(&rest, bits_of(told->quality.mse));
    put_u64(&rest, bits_of(told->quality.psnr_db));
    put_u64(&rest, bits_of(told->quality.ssim));
    put_u64(&rest, bits_of(told->quality.degrees));
    buf_add(&rest, file);
    content_hash hash = hash_content(buf_str(&rest));
    buf_add_text(out, magic);
    put_u64(out, key.part[0]);
    put_u64(out, key.part[1]);
    put_u64(out, hash.part[0]);
    put_u64(out, hash.part[1]);
    buf_add(out, buf_str(&rest));
    out->failed |= rest.failed;
    buf_clear(&rest);
}

/* False when it is not what was written. */
static bool get_entry(str text, content_hash key, buf *out, encoded *told) {
    if (text.size < HEAD_BYTES || !str_starts(text, magic)) {
        return false;
    }
    uint64_t fields[HEAD_FIELDS];
    for (size_t i = 0; i < HEAD_FIELDS; i++) {
        fields[i] = get_u64(text.at + 8 * i);
    }
    content_hash hash = hash_content(str_part(text, 40, text.size));
    if (!is_same(key, (content_hash){{fields[1], fields[2]}}) ||
        !is_same(hash, (content_hash){{fields[3], fields[4]}})) {
        return false;
    }
    *told = (encoded){.gpu = (gpu_format)fields[5], .levels = (uint32_t)fields[6]};
    told->quality = (quality){fields[7], double_of(fields[8]), double_of(fields[9]),
                              double_of(fields[10]), double_of(fields[11])};
    buf_add(out, str_part(text, HEAD_BYTES, text.size));
    return true;
}

static pa_status read_entry(content_hash key, const char *path, buf *out, encoded *told,
                            bool *is_found, pa_error *err) {
    buf text = {0};
    pa_error why = {0};
    pa_status status = file_read(path, PA_MAX_NATIVE_BYTES, &text, &why);
    *is_found = status == PA_OK && get_entry(buf_str(&text), key, out, told);
    buf_clear(&text);
    return status == PA_NOMEM || out->failed ? error_nomem(err) : PA_OK;
}

/* What cannot be written is encoded again another time. */
static pa_status write_entry(cache *in, content_hash key, const char *path, str file,
                             const encoded *told, pa_error *err) {
    buf text = {0};
    pa_error why = {0};
    put_entry(key, file, told, &text);
    pa_status status = text.failed ? PA_NOMEM : PA_OK;
    if (status == PA_OK) {
        lock_enter(in->guard); /* two images may be the same */
        status = file_write_unflushed(path, buf_str(&text), &why);
        lock_leave(in->guard);
    }
    buf_clear(&text);
    return status == PA_NOMEM ? error_nomem(err) : PA_OK;
}

static pa_status note_use(cache *in, const char *path, pa_error *err) {
    lock_enter(in->guard);
    str name = arena_copy(&in->mem, str_file_name(str_of(path)));
    bool has_room =
        name.at != NULL && mem_grow(&in->used, &in->used_capacity, in->used_count + 1,
                                    sizeof *in->used) == 0;
    if (has_room) {
        in->used[in->used_count++] = name;
    }
    lock_leave(in->guard);
    return has_room ? PA_OK : error_nomem(err);
}

pa_status cache_encode(cache *in, encoder_set *with, image_view pixels,
                       const encode_request *how, buf *out, encoded *told, bool *is_found,
                       pa_error *err) {
    *is_found = false;
    if (in == NULL) {
        return encode_picture(with, pixels, how, out, told, err);
    }
    content_hash key = {0};
    buf path = {0};
    size_t start = out->size;
    pa_status status = make_key(in, with, pixels, how, &key, err);
    put_path(in, key, &path);
    if (status == PA_OK && path.failed) {
        status = error_nomem(err);
    }
    if (status == PA_OK) {
        status = read_entry(key, path.at, out, told, is_found, err);
    }
    if (status == PA_OK && !*is_found) {
        status = encode_picture(with, pixels, how, out, told, err);
        str file = str_part(buf_str(out), start, out->size);
        if (status == PA_OK) {
            status = write_entry(in, key, path.at, file, told, err);
        }
    }
    if (status == PA_OK) {
        status = note_use(in, path.at, err);
    }
    buf_clear(&path);
    return status;
}

/* ---- the folder
 * ---------------------------------------------------------------------------
 */

static bool lies_in(str place, str folder) {
    return folder.size > 0 && place.size >= folder.size &&
           str_equal(str_part(place, 0, folder.size), folder) &&
           (place.size == folder.size || place.at[folder.size] == '/');
}

/* The build is only read: not even a folder is made in it. */
static pa_status check_place(const char *folder, const tree *files, pa_error *err) {
    const char *build = tree_folder(files);
    arena scratch = {0};
    str parent = str_folder(str_of(folder));
    str named = arena_copy(&scratch, parent.size > 0 ? parent : str_of("."));
    str inside = build == NULL ? (str){0} : file_real_path(build, &scratch);
    str place = named.at == NULL ? (str){0} : file_real_path(named.at, &scratch);
    str own = file_real_path(folder, &scratch);
    bool is_inside = lies_in(place, inside) || lies_in(own, inside);
    bool has_failed = scratch.failed;
    arena_clear(&scratch);
    if (has_failed) {
        return error_nomem(err);
    }
    return is_inside ? error_set(err, PA_USAGE,
                                 "%s lies in the build that is read; name a place "
                                 "outside of it",
                                 folder)
                     : PA_OK;
}

cache *cache_open(const char *folder, const tree *files, uint64_t max_bytes,
                  pa_error *err) {
    cache *out = mem_zero(1, sizeof *out);
    if (out == NULL) {
        error_nomem(err);
        return NULL;
    }
    out->max_bytes = max_bytes > 0 ? max_bytes : UINT64_C(2) << 30;
    out->guard = lock_new();
    out->folder = arena_copy(&out->mem, str_of(folder));
    while (out->folder.size > 1 && str_ends(out->folder, "/")) {
        out->folder.size--;
    }
    if (out->guard == NULL || out->folder.at == NULL) {
        error_nomem(err);
    } else if (check_place(folder, files, err) == PA_OK) {
        folder_make(folder, err);
        staged_sweep_folder(folder, str_of(ending));
    }
    if (err->status != PA_OK) {
        lock_free(out->guard);
        arena_clear(&out->mem);
        mem_free(out);
        return NULL;
    }
    return out;
}

static int by_name(const void *a, const void *b) {
    return str_order(*(const str *)a, *(const str *)b);
}

static bool was_used(const cache *in, str name) {
    return in->used_count > 0 &&
           bsearch(&name, in->used, in->used_count, sizeof *in->used, by_name) != NULL;
}

static void remove_entry(const cache *in, str name) {
    buf path = {0};
    buf_add(&path, in->folder);
    buf_add_byte(&path, '/');
    buf_add(&path, name);
    buf_add_byte(&path, '\0');
    if (!path.failed) {
        file_remove(path.at);
    }
    buf_clear(&path);
}

/* Other files in the folder are nobody's business. */
static bool is_entry(str name) {
    return str_ends(name, ending) && str_find(name, '/', 0) == name.size;
}

static void keep_small(const cache *in) {
    arena mem = {0};
    folder_list list = {0};
    pa_error why = {0};
    uint64_t sum = 0;
    if (folder_walk(&mem, in->folder.at, &list, &why) == PA_OK) {
        for (size_t i = 0; i < list.count; i++) {
            sum += is_entry(list.files[i].path) ? list.files[i].size_bytes : 0;
        }
    }
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; sum > in->max_bytes && i < list.count; i++) {
            const folder_file *file = &list.files[i];
            if (is_entry(file->path) && was_used(in, file->path) == (turn == 1)) {
                remove_entry(in, file->path);
                sum -= file->size_bytes;
            }
        }
    }
    folder_list_clear(&list);
    arena_clear(&mem);
}

void cache_close(cache *in) {
    if (in == NULL) {
        return;
    }
    if (in->used_count > 1) {
        qsort(in->used, in->used_count, sizeof *in->used, by_name);
    }
    keep_small(in);
    lock_free(in->guard);
    mem_free(in->used);
    arena_clear(&in->mem);
    mem_free(in);
}
