// SPDX-License-Identifier: MIT
//
// Runs a fuzz target over a folder of kept inputs, without libFuzzer.
//
// Exploring needs clang and time; repeating what was once found needs neither.
// Every build has this program, so the corpus is a regression test that runs
// under whatever sanitizers the build has.

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz_target.h"

// Reads a whole file; NULL when that fails. The caller frees it.
static uint8_t *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    uint8_t *data = NULL;
    size_t room = 0;
    *size = 0;
    do {
        room = room * 2 + 4096;
        uint8_t *grown = realloc(data, room);
        if (!grown)
            abort();
        data = grown;
        *size += fread(data + *size, 1, room - *size, file);
    } while (*size == room);
    fclose(file);
    return data;
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool replay(const char *folder, const char *name) {
    char path[4096];
    size_t size;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    uint8_t *data = read_file(path, &size);
    if (!data) {
        perror(path);
        return false;
    }
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return true;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    struct dirent **entries;
    int count = scandir(argv[1], &entries, is_visible, alphasort);
    if (count < 0) {
        perror(argv[1]);
        return 1;
    }
    int failed = 0;
    for (int i = 0; i < count; i++) {
        failed += !replay(argv[1], entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    printf("%d passed, %d failed\n", count - failed, failed);
    return failed > 0;
}
