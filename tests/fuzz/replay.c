/* replay.c - runs a fuzz target on the files named, for compilers without libFuzzer.
 *
 * Every input is a block of the heap of exactly its size, so that AddressSanitizer sees a
 * read past its end. Exits 1 when a file cannot be read; a defect ends the program by
 * itself. SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/file.h"

enum { MAX_INPUT_BYTES = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path) {
    buf content = {0};
    pa_error err = {0};
    if (file_read(path, MAX_INPUT_BYTES, &content, &err) != PA_OK) {
        fprintf(stderr, "%s: %s\n", path, err.text);
        buf_clear(&content);
        return 1;
    }
    uint8_t *exact = malloc(content.size == 0 ? 1 : content.size);
    if (exact == NULL) {
        fprintf(stderr, "%s: memory ran out\n", path);
        buf_clear(&content);
        return 1;
    }
    if (content.size > 0) {
        memcpy(exact, content.at, content.size);
    }
    /* Without a new line: the name of the input that ends the program stands last. */
    printf("%s ", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(exact, content.size);
    puts("ok");
    free(exact);
    buf_clear(&content);
    return 0;
}

int main(int argc, char **argv) {
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        failed |= replay(argv[i]);
    }
    return failed;
}
