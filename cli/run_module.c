// SPDX-License-Identifier: MIT
//
// `-m NAME`: which file, or which part of the binary, is the program?
//
// As in CPython's runpy: a module is its own program, a package is run by its __main__, and dots
// lead into packages. Files go first, then the library; there a module X may have a program of its
// own, X.__main__, so that importing X does not load what only its command line needs. What is
// written in C has no program, and is refused.
#include "run_module.h"

#include "library.h"
#include "list.h"
#include "str.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FOUND = -1, EXIT_FAILED = 1, NAME_SIZE = 256 };

bool run_module_is_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

bool run_module_is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// ---- Files ----

// `name` in a folder, with slashes for its dots.
static Str *place_in(Thread *thread, Str *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s", name);
    for (char *p = path; *p != '\0'; p++)
        *p = *p == '.' ? '/' : *p;
    return folder->length == 0 ? str_from_c(thread, path)
                               : str_format(thread, "%s/%s", str_text(thread, folder), path);
}

static Str *find_in_folder(Thread *thread, Str *folder, const char *name, bool *is_package) {
    static const char *const forms[] = {".mini", "/__main__.mini", ".py", "/__main__.py"};
    Str *place = place_in(thread, folder, name);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        Str *file = str_format(thread, "%s%s", str_text(thread, place), forms[i]);
        *is_package = forms[i][0] == '/';
        if (run_module_is_file(str_text(thread, file)))
            return file;
    }
    return NULL;
}

// In the current folder, which is not yet in sys.path, and in those of the environment.
static Str *find_file(Thread *thread, const Options *options, const char *name, bool *is_package) {
    List *folders = as_list(library_sys_attribute(thread, common_name(thread, NAME_path)));
    Str *file = NULL;
    if (options->interpreter.flags.safe_path == 0)
        file = find_in_folder(thread, thread->interpreter->empty_str, name, is_package);
    for (size_t i = 0; i < folders->length && file == NULL; i++)
        file = find_in_folder(thread, as_str(folders->items[i]), name, is_package);
    return file;
}

// ---- The library ----

static bool is_inside(const char *name, const char *package) {
    size_t length = strlen(package);
    return strncmp(name, package, length) == 0 && name[length] == '.' &&
           strcmp(name + length, ".__main__") != 0;
}

// Has the library a module of the name and more behind a dot?
static bool is_embedded_package(Thread *thread, const Options *options, const char *name) {
    const char *real = import_library_name(thread, name);
    for (const ModuleSpec *spec = options->interpreter.modules; spec->name != NULL; spec++) {
        if (is_inside(spec->name, real))
            return true;
    }
    for (const ModuleAlias *alias = options->interpreter.aliases; alias->alias != NULL; alias++) {
        if (is_inside(alias->alias, name))
            return true;
    }
    return false;
}

static const ModuleSpec *find_program(Thread *thread, const char *name) {
    char longer[NAME_SIZE];
    const char *real = import_library_name(thread, name);
    snprintf(longer, sizeof longer, "%s.__main__", real);
    const ModuleSpec *spec = import_find_embedded(thread, longer);
    return spec != NULL ? spec : import_find_embedded(thread, real);
}

// ---- Complaints ----

static int complain_package(const char *name) {
    fprintf(
        stderr,
        "mini: No module named %s.__main__; '%s' is a package and cannot be directly executed\n",
        name, name);
    return EXIT_FAILED;
}

static bool is_known(Thread *thread, const Options *options, const char *name, bool *is_package) {
    bool has_main;
    *is_package = run_module_is_folder(
        str_text(thread, place_in(thread, thread->interpreter->empty_str, name)));
    if (*is_package || find_file(thread, options, name, &has_main) != NULL)
        return true;
    *is_package = is_embedded_package(thread, options, name);
    return *is_package || import_is_library(thread, name);
}

// The packages around the module are looked at first: the outermost that fails is named.
static int complain_missing(Thread *thread, const Options *options, const char *name) {
    char part[NAME_SIZE];
    for (const char *dot = strchr(name, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
        bool is_package;
        snprintf(part, sizeof part, "%.*s", (int)(dot - name), name);
        if (is_known(thread, options, part, &is_package) && is_package)
            continue;
        fprintf(stderr,
                "mini: Error while finding module specification for '%s' "
                "(ModuleNotFoundError: ",
                name);
        if (is_known(thread, options, part, &is_package))
            fprintf(stderr, "__path__ attribute not found on '%s' while trying to find '%s')\n",
                    part, name);
        else
            fprintf(stderr, "No module named '%s')\n", part);
        return EXIT_FAILED;
    }
    fprintf(stderr, "mini: No module named %s\n", name);
    return EXIT_FAILED;
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

static int complain(Thread *thread, const Options *options, const char *name,
                    const ModuleSpec *spec) {
    bool is_package;
    const char *hint = hint_for(name);
    if (spec != NULL) {
        fprintf(stderr, "mini: No code object available for %s\n", name);
        return EXIT_FAILED;
    }
    if (is_known(thread, options, name, &is_package) && is_package)
        return complain_package(name);
    int status = complain_missing(thread, options, name);
    if (hint != NULL)
        fprintf(stderr, "%s\n", hint);
    return status;
}

// ---- Which one ----

static Str *parent_package(Thread *thread, const char *name) {
    const char *dot = strrchr(name, '.');
    return dot == NULL ? thread->interpreter->empty_str
                       : str_new_utf8(thread, name, (size_t)(dot - name));
}

int run_module_find(Thread *thread, const Options *options, const char *name, FoundModule *found) {
    bool is_package = false;
    if (name[0] == '.') {
        fprintf(stderr, "mini: Relative module names not supported\n");
        return EXIT_FAILED;
    }
    *found = (FoundModule){.file = find_file(thread, options, name, &is_package)};
    if (found->file == NULL) {
        found->spec = find_program(thread, name);
        bool has_program = found->spec != NULL && strstr(found->spec->name, ".__main__") != NULL;
        if (found->spec != NULL && !has_program && is_embedded_package(thread, options, name))
            return complain_package(name);
        if (found->spec == NULL || found->spec->image == NULL)
            return complain(thread, options, name, found->spec);
    }
    found->package =
        is_package && found->file != NULL ? str_from_c(thread, name) : parent_package(thread, name);
    return FOUND;
}
