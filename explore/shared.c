// SPDX-License-Identifier: MIT
//
// The pages of the mapping are the system's to give when they are first touched, so asking for more
// than will be needed costs nothing.
#include "shared.h"

#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64 };

Shared *shared_new(size_t size) {
    char *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    Shared *shared = (Shared *)(void *)memory;
    *shared = (Shared){memory + ALIGNMENT, memory + size};
    return shared;
}

void *shared_allocate(Shared *shared, size_t size) {
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded < size || rounded > (size_t)(shared->limit - shared->next)) {
        return NULL;
    }
    void *memory = shared->next;
    shared->next += rounded;
    return memory;
}

char *shared_copy(Shared *shared, const char *text, size_t length) {
    char *copy = shared_allocate(shared, length + 1);
    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}
