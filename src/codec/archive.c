/* archive.c - libarchive behind the few calls that are needed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#ifndef _WIN32
#include <locale.h>
#endif
#ifdef __APPLE__
#include <xlocale.h>
#endif

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/archive_reader.h"
#include "sys/file.h"

enum { BLOCK_BYTES = 256 * 1024 };

struct archive_in {
    struct archive *reader;
    struct archive_entry *entry; /* stepped to last, or NULL */
    file_in *file;               /* NULL when the archive lies in memory */
    uint8_t *block;              /* what was last read from the file */
    bytes content;               /* the archive in memory */
    uint64_t at;                 /* next byte to hand to libarchive */
    uint64_t size_bytes;
    bool is_broken;
#ifndef _WIN32
    locale_t utf8; /* 0 when the system has none */
#endif
};

/* libarchive converts names to the locale of the thread and gives up in the "C" one.
 * Names of archives are UTF-8 here whatever the user's locale is, so its calls run in a
 * locale of that kind; the caller's own comes back behind them. */
#ifndef _WIN32
static void open_locale(archive_in *in) {
    static const char *const names[] = {"C.UTF-8", "en_US.UTF-8", "UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof names[0] && in->utf8 == (locale_t)0;
         i++) {
        in->utf8 = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
    }
}

static locale_t enter_utf8(const archive_in *in) {
    return in->utf8 == (locale_t)0 ? (locale_t)0 : uselocale(in->utf8);
}

static void leave_utf8(locale_t before) {
    if (before != (locale_t)0) {
        uselocale(before);
    }
}
#else
typedef int locale_t;
static void open_locale(archive_in *in) {
    (void)in;
}
static locale_t enter_utf8(const archive_in *in) {
    (void)in;
    return 0;
}
static void leave_utf8(locale_t before) {
    (void)before;
}
#endif

static la_ssize_t give_block(struct archive *reader, void *ctx, const void **block) {
    archive_in *in = ctx;
    if (in->file == NULL) {
        size_t left = in->content.size - (size_t)in->at;
        size_t size = left < BLOCK_BYTES ? left : BLOCK_BYTES;
        *block = in->content.at == NULL ? NULL : in->content.at + in->at;
        in->at += size;
        return (la_ssize_t)size;
    }
    long got = file_in_read(in->file, in->block, BLOCK_BYTES);
    if (got < 0) {
        archive_set_error(reader, EIO, "the file cannot be read");
        return -1;
    }
    *block = in->block;
    in->at += (uint64_t)got;
    return got;
}

static la_int64_t seek_to(struct archive *reader, void *ctx, la_int64_t offset,
                          int whence) {
    archive_in *in = ctx;
    int64_t base =
        whence == SEEK_SET ? 0 : (int64_t)(whence == SEEK_CUR ? in->at : in->size_bytes);
    int64_t target = 0;
    if (__builtin_add_overflow(base, offset, &target) || target < 0) {
        archive_set_error(reader, EIO, "it points before its own start");
        return ARCHIVE_FATAL;
    }
    if ((uint64_t)target > in->size_bytes) {
        target = (int64_t)in->size_bytes;
    }
    if (in->file != NULL && file_in_seek(in->file, (uint64_t)target) != 0) {
        archive_set_error(reader, EIO, "the file cannot be positioned");
        return ARCHIVE_FATAL;
    }
    in->at = (uint64_t)target;
    return target;
}

static la_int64_t skip_over(struct archive *reader, void *ctx, la_int64_t wanted) {
    archive_in *in = ctx;
    uint64_t before = in->at;
    la_int64_t after = seek_to(reader, ctx, wanted, SEEK_CUR);
    return after < 0 ? 0 : after - (la_int64_t)before;
}

/* libarchive's own words, in one line of ours. */
static const char *reason_of(struct archive *reader) {
    const char *text = archive_error_string(reader);
    return text == NULL ? "its form is not known" : text;
}

static bool start(archive_in *in) {
    struct archive *reader = in->reader;
    archive_read_support_filter_gzip(reader);
    archive_read_support_filter_bzip2(reader);
    archive_read_support_filter_xz(reader);
    archive_read_support_filter_zstd(reader);
    archive_read_support_format_tar(reader);
    archive_read_support_format_zip(reader);
    archive_read_set_read_callback(reader, give_block);
    archive_read_set_seek_callback(reader, seek_to);
    archive_read_set_skip_callback(reader, skip_over);
    archive_read_set_callback_data(reader, in);
    return archive_read_open1(reader) == ARCHIVE_OK;
}

archive_in *archive_open(const char *path, bytes content, pa_error *err) {
    archive_in *in = mem_zero(1, sizeof *in);
    if (in == NULL) {
        error_nomem(err);
        return NULL;
    }
    in->content = content;
    in->size_bytes = content.size;
    if (path != NULL) {
        in->file = file_open(path, err);
        in->block = mem_alloc(BLOCK_BYTES, 1);
        if (in->file == NULL || in->block == NULL) {
            error_nomem(err);
            archive_close(in);
            return NULL;
        }
        in->size_bytes = file_in_size(in->file);
    }
    open_locale(in);
    in->reader = archive_read_new();
    if (in->reader == NULL) {
        error_nomem(err);
        archive_close(in);
        return NULL;
    }
    if (!start(in)) {
        error_set(err, PA_FORMAT,
                  "is no archive that is read (.zip .apk .aab .ipa .tar .tar.gz .tar.xz "
                  ".tar.zst): %s",
                  reason_of(in->reader));
        archive_close(in);
        return NULL;
    }
    return in;
}

static pa_status broken(archive_in *in, pa_error *err) {
    in->is_broken = true;
    return error_set(err, PA_FORMAT, "the archive is damaged at byte %llu: %s",
                     (unsigned long long)in->at, reason_of(in->reader));
}

pa_status archive_next(archive_in *in, archive_item *out, bool *is_end, pa_error *err) {
    struct archive_entry *entry = NULL;
    in->entry = NULL;
    locale_t before = enter_utf8(in);
    int result = archive_read_next_header(in->reader, &entry);
    bool is_header = result == ARCHIVE_OK || result == ARCHIVE_WARN;
    /* The UTF-8 name where the archive marks it so; else the bytes as they are. */
    const char *name = is_header ? archive_entry_pathname_utf8(entry) : NULL;
    if (is_header && name == NULL) {
        name = archive_entry_pathname(entry);
    }
    leave_utf8(before);
    *is_end = result == ARCHIVE_EOF;
    if (!is_header) {
        return *is_end ? PA_OK : broken(in, err);
    }
    in->entry = entry;
    *out = (archive_item){
        .name = str_of(name),
        .size_bytes =
            archive_entry_size_is_set(entry) ? (uint64_t)archive_entry_size(entry) : 0,
        .is_file = archive_entry_filetype(entry) == AE_IFREG &&
                   archive_entry_hardlink(entry) == NULL,
        .is_link = archive_entry_filetype(entry) == AE_IFLNK ||
                   archive_entry_hardlink(entry) != NULL,
        .is_encrypted = archive_entry_is_data_encrypted(entry) != 0,
    };
    return PA_OK;
}

/* True when `out_bytes` came out of far too few. One block of read-ahead is not counted.
 */
static bool expands_too_far(uint64_t in_bytes, uint64_t out_bytes) {
    return out_bytes > PA_RATIO_FREE_BYTES &&
           out_bytes / PA_MAX_EXPANSION_RATIO > in_bytes + BLOCK_BYTES;
}

pa_status archive_read_item(archive_in *in, uint64_t max_bytes, buf *out, pa_error *err) {
    uint64_t start_at = in->at;
    out->size = 0;
    for (;;) {
        char *room = buf_reserve(out, 64 * 1024);
        if (room == NULL) {
            return error_nomem(err);
        }
        la_ssize_t got = archive_read_data(in->reader, room, out->capacity - out->size);
        if (got == 0) {
            return PA_OK;
        }
        if (got == ARCHIVE_FATAL) {
            return broken(in, err);
        }
        if (got < 0) {
            return error_set(err, PA_FORMAT, "its data in the archive are damaged: %s",
                             reason_of(in->reader));
        }
        out->size += (size_t)got;
        if (out->size > max_bytes) {
            return error_set(err, PA_LIMIT,
                             "holds more than the %llu bytes that are read",
                             (unsigned long long)max_bytes);
        }
        uint64_t consumed = in->at > start_at ? in->at - start_at : 0;
        if (expands_too_far(consumed, out->size)) {
            return error_set(err, PA_LIMIT, "expands by more than %d:1",
                             PA_MAX_EXPANSION_RATIO);
        }
    }
}

struct archive *archive_reader(const archive_in *in) {
    return in->reader;
}

struct archive_entry *archive_reader_entry(const archive_in *in) {
    return in->entry;
}

int archive_write_utf8(const archive_in *in, struct archive *writer,
                       struct archive_entry *entry) {
    locale_t before = enter_utf8(in);
    int result = archive_write_header(writer, entry);
    leave_utf8(before);
    return result;
}

bool archive_is_tar(const archive_in *in) {
    return (archive_format(in->reader) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
}

bool archive_is_broken(const archive_in *in) {
    return in->is_broken;
}

uint64_t archive_size(const archive_in *in) {
    return in->size_bytes;
}

void archive_close(archive_in *in) {
    if (in == NULL) {
        return;
    }
    if (in->reader != NULL) {
        archive_read_free(in->reader);
    }
    file_in_close(in->file);
#ifndef _WIN32
    if (in->utf8 != (locale_t)0) {
        freelocale(in->utf8);
    }
#endif
    mem_free(in->block);
    mem_free(in);
}
