// SPDX-License-Identifier: MIT
//
// `-m NAME`: which file, or which part of the binary, is the program?
//
// Finding it means importing the packages around it, so that is done in Mini (runpy.find_program,
// as CPython does it in its runpy), which answers with a spec or with a complaint. Here the spec is
// taken apart, and complaints about programs that people miss get a hint.
#include "run_module.h"

#include "attribute.h"
#include "call.h"
#include "str.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FOUND = -1, EXIT_FAILED = 1 };

bool run_module_is_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

bool run_module_is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static const char *hint_for(const char *name) {
    static const char *const hints[][2] = {
#define ABSENT(name, hint) {name, hint},
#include "absent_modules.def"
#undef ABSENT
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
        if (strcmp(hints[i][0], name) == 0)
            return hints[i][1];
    }
    return NULL;
}

static int complain(Thread *thread, const char *name, Str *complaint) {
    const char *hint = hint_for(name);
    fprintf(stderr, "mini: %s\n", str_text(thread, complaint));
    if (hint != NULL)
        fprintf(stderr, "%s\n", hint);
    return EXIT_FAILED;
}

static Str *text_in(Thread *thread, Value spec, const char *name) {
    Value v = attribute_get(thread, spec, str_intern_c(thread, name));
    return is_str(v) ? as_str(v) : NULL;
}

int run_module_find(Thread *thread, const char *name, FoundModule *found) {
    Value wanted = value_object(str_from_c(thread, name));
    Module *runpy = import_module(thread, str_from_c(thread, "runpy"));
    if (runpy == NULL)
        return EXIT_FAILED;
    Str *function = str_intern_c(thread, "find_program");
    Value spec = call_method(thread, value_object(runpy), function, &wanted, 1);
    if (is_error(spec))
        return EXIT_FAILED;
    if (is_str(spec))
        return complain(thread, name, as_str(spec));
    Str *own_name = text_in(thread, spec, "name"), *origin = text_in(thread, spec, "origin");
    *found = (FoundModule){.spec = spec, .package = text_in(thread, spec, "parent")};
    if (own_name == NULL || origin == NULL || found->package == NULL)
        return EXIT_FAILED;
    const char *real = import_library_name(thread, str_text(thread, own_name));
    bool in_file = run_module_is_file(str_text(thread, origin));
    found->file = in_file ? origin : NULL;
    found->library = in_file ? NULL : import_find_embedded(thread, real);
    return FOUND;
}
