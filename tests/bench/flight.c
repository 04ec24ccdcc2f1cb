/* flight.c - the most that images being decoded at the same time can hold: the sum over
 * the THREADS dearest files of LIST of the file's bytes and those that its decoding
 * takes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/picture.h"
#include "sys/file.h"

enum { MAX_THREADS = 256 };

/* Keeps the largest figures, in falling order. */
static void keep(uint64_t *dearest, size_t count, uint64_t bytes_held) {
    for (size_t i = 0; i < count; i++) {
        if (bytes_held > dearest[i]) {
            uint64_t smaller = dearest[i];
            dearest[i] = bytes_held;
            bytes_held = smaller;
        }
    }
}

int main(int argc, char **argv) {
    long thread_count = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
    FILE *in =
        thread_count >= 1 && thread_count <= MAX_THREADS ? fopen(argv[2], "r") : NULL;
    if (in == NULL) {
        fputs("usage: flight THREADS LIST\n", stderr);
        return 2;
    }
    uint64_t dearest[MAX_THREADS] = {0};
    buf content = {0};
    char path[4096];
    while (fgets(path, sizeof path, in) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        pa_error err = {0};
        picture_info info;
        if (file_read(path, PA_MAX_NATIVE_BYTES, &content, &err) != PA_OK ||
            picture_probe(bytes_of(content.at, content.size), &info, &err) != PA_OK) {
            fprintf(stderr, "flight: %s: %s\n", path, err.text);
            continue;
        }
        keep(dearest, (size_t)thread_count, content.size + picture_decode_bytes(&info));
    }
    fclose(in);
    buf_clear(&content);
    uint64_t sum_bytes = 0;
    for (long i = 0; i < thread_count; i++) {
        sum_bytes += dearest[i];
    }
    printf("%llu\n", (unsigned long long)sum_bytes);
    return 0;
}
