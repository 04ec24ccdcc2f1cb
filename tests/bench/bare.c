/* bare.c - the yardstick: read image files, decode them to RGBA8, nothing else.
 *
 * What anybody would write who wants pixels as fast as these libraries give them: threads
 * that share a cursor over the files, largest first; memory that is reused; libpng with
 * the transformations to RGBA8, libjpeg-turbo, libwebp. No hash, no check, no report.
 * Files of other formats are read and left. SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <png.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <webp/decode.h>

typedef struct item {
    char *path;
    size_t size_bytes;
} item;

typedef struct list {
    item *items;
    size_t count;
    size_t capacity;
    atomic_size_t next;
    atomic_size_t decoded_count;
    atomic_size_t failed_count;
} list;

/* What a thread reuses from file to file. */
typedef struct worker {
    uint8_t *file;
    size_t file_capacity;
    size_t file_bytes;
    uint8_t *pixels;
    size_t pixels_capacity;
    tjhandle jpeg;
    size_t at; /* of libpng in the file */
} worker;

static void *need(void *block) {
    if (block == NULL) {
        fputs("bare: memory ran out\n", stderr);
        exit(5);
    }
    return block;
}

static uint8_t *reserve(uint8_t **block, size_t *capacity, size_t size_bytes) {
    if (*capacity < size_bytes) {
        free(*block);
        *block = need(malloc(size_bytes));
        *capacity = size_bytes;
    }
    return *block;
}

static void on_png_read(png_structp png, png_bytep out, size_t size) {
    worker *w = png_get_io_ptr(png);
    if (w->file_bytes - w->at < size) {
        png_error(png, "end of file");
    }
    memcpy(out, w->file + w->at, size);
    w->at += size;
}

static void on_png_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void read_png(worker *w, png_structp png, png_infop info) {
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_read_fn(png, w, on_png_read);
    png_read_info(png, info);
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    uint32_t height_px = png_get_image_height(png, info);
    size_t row_bytes = png_get_rowbytes(png, info);
    /* Nobody looks at the rows, and one that stays in the cache is quicker by some
     * percent. */
    size_t step_bytes = passes == 1 ? 0 : row_bytes;
    uint8_t *rows = reserve(&w->pixels, &w->pixels_capacity,
                            passes == 1 ? row_bytes : row_bytes * height_px);
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < height_px; y++) {
            png_read_row(png, rows + step_bytes * y, NULL);
        }
    }
}

static int decode_png(worker *w) {
    png_structp png = need(png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL,
                                                  on_png_warning, on_png_warning));
    png_infop info = need(png_create_info_struct(png));
    w->at = 0;
    volatile int is_good = 0;
    if (setjmp(png_jmpbuf(png)) == 0) {
        read_png(w, png, info);
        is_good = 1;
    }
    png_destroy_read_struct(&png, &info, NULL);
    return is_good;
}

static int decode_jpeg(worker *w) {
    int width_px = 0;
    int height_px = 0;
    int sampling = 0;
    int space = 0;
    if (tjDecompressHeader3(w->jpeg, w->file, w->file_bytes, &width_px, &height_px,
                            &sampling, &space) != 0) {
        return 0;
    }
    size_t size_bytes = 4 * (size_t)width_px * (size_t)height_px;
    int format = space == TJCS_CMYK || space == TJCS_YCCK ? TJPF_CMYK : TJPF_RGBA;
    int status = tjDecompress2(w->jpeg, w->file, w->file_bytes,
                               reserve(&w->pixels, &w->pixels_capacity, size_bytes),
                               width_px, 0, height_px, format, 0);
    return status == 0 || tjGetErrorCode(w->jpeg) == TJERR_WARNING;
}

static int decode_webp(worker *w) {
    int width_px = 0;
    int height_px = 0;
    if (!WebPGetInfo(w->file, w->file_bytes, &width_px, &height_px)) {
        return 0;
    }
    size_t size_bytes = 4 * (size_t)width_px * (size_t)height_px;
    uint8_t *pixels = reserve(&w->pixels, &w->pixels_capacity, size_bytes);
    return WebPDecodeRGBAInto(w->file, w->file_bytes, pixels, size_bytes, 4 * width_px) !=
           NULL;
}

static int starts(const worker *w, size_t from, const char *magic, size_t size) {
    return w->file_bytes >= from + size && memcmp(w->file + from, magic, size) == 0;
}

static int read_whole(worker *w, const item *file) {
    reserve(&w->file, &w->file_capacity, file->size_bytes + 1);
    w->file_bytes = 0;
    int in = open(file->path, O_RDONLY);
    if (in < 0) {
        return 0;
    }
    ssize_t got = 1;
    while (w->file_bytes < file->size_bytes && got > 0) {
        got = read(in, w->file + w->file_bytes, file->size_bytes - w->file_bytes);
        w->file_bytes += got > 0 ? (size_t)got : 0;
    }
    close(in);
    return w->file_bytes == file->size_bytes;
}

static void decode(list *files, worker *w, const item *file) {
    int is_good = read_whole(w, file);
    if (is_good && starts(w, 0, "\x89PNG", 4)) {
        is_good = decode_png(w);
    } else if (is_good && starts(w, 0, "\xff\xd8", 2)) {
        is_good = decode_jpeg(w);
    } else if (is_good && starts(w, 8, "WEBP", 4)) {
        is_good = decode_webp(w);
    } else if (is_good) {
        return;
    }
    atomic_fetch_add(is_good ? &files->decoded_count : &files->failed_count, 1);
}

static void *work(void *ctx) {
    list *files = ctx;
    worker w = {.jpeg = need(tjInitDecompress())};
    for (;;) {
        size_t i = atomic_fetch_add(&files->next, 1);
        if (i >= files->count) {
            break;
        }
        decode(files, &w, &files->items[i]);
    }
    tjDestroy(w.jpeg);
    free(w.file);
    free(w.pixels);
    return NULL;
}

static void read_list(list *files, const char *path) {
    FILE *in = fopen(path, "r");
    if (in == NULL) {
        perror(path);
        exit(2);
    }
    char line[4096];
    while (fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        struct stat found;
        if (stat(line, &found) != 0) {
            perror(line);
            exit(2);
        }
        if (files->count == files->capacity) {
            files->capacity = 2 * files->capacity + 64;
            files->items = need(realloc(files->items, files->capacity * sizeof(item)));
        }
        files->items[files->count++] = (item){need(strdup(line)), (size_t)found.st_size};
    }
    fclose(in);
}

static int larger_first(const void *left, const void *right) {
    size_t a = ((const item *)left)->size_bytes;
    size_t b = ((const item *)right)->size_bytes;
    return (a < b) - (a > b);
}

int main(int argc, char **argv) {
    enum { MAX_THREADS = 256 };
    long thread_count = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    if (thread_count < 1 || thread_count > MAX_THREADS) {
        fputs("usage: bare THREADS LIST\n", stderr);
        return 2;
    }
    static list files;
    read_list(&files, argv[2]);
    qsort(files.items, files.count, sizeof(item), larger_first);
    pthread_t threads[MAX_THREADS];
    for (long i = 1; i < thread_count; i++) {
        if (pthread_create(&threads[i], NULL, work, &files) != 0) {
            return 1;
        }
    }
    work(&files);
    for (long i = 1; i < thread_count; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%zu decoded, %zu failed\n", (size_t)files.decoded_count,
           (size_t)files.failed_count);
    return 0;
}
