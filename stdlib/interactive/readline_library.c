// SPDX-License-Identifier: MIT
//
// dlopen, then dlsym for each row of the table. The name is that of the library's binary interface
// (version 8), so what is found has the prototypes that the table says.
#include "readline_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

typedef struct Row {
    const char *name;
    size_t offset; // in Readline
} Row;

bool readline_library_load(Readline *readline) {
    static const Row rows[] = {
#define RL_FUNCTION(result, name, arguments) {#name, offsetof(Readline, name)},
#define RL_VARIABLE(type, name) {#name, offsetof(Readline, name)},
#include "readline_library.def"
#undef RL_FUNCTION
#undef RL_VARIABLE
    };
    void *library = dlopen("libreadline.so.8", RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library != NULL && i < sizeof rows / sizeof *rows; i++) {
        void *address = dlsym(library, rows[i].name);
        if (address == NULL)
            return false;
        memcpy((char *)readline + rows[i].offset, &address, sizeof address);
    }
    return library != NULL;
}
