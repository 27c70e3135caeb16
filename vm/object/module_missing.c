// SPDX-License-Identifier: MIT
//
// What to say when a module lacks a name: mostly because something else is the matter.
//
// Modules that import each other meet before they are complete. And a program called random.py,
// or one in the same folder, gets itself when it imports random: the folder of the program comes
// first in sys.path. CPython's counterpart is _Py_module_getattro_impl in Objects/moduleobject.c.
#include "module.h"

#include "dict.h"
#include "import.h"
#include "interpreter.h"
#include "str.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

static Str *own_text(Thread *thread, const Module *module, const char *name) {
    Value v = dict_get_str(thread, module->dict, str_intern_c(thread, name));
    return is_str(v) ? as_str(v) : NULL;
}

// Is the file in the folder that sys.path began with?
static bool lies_beside_program(Thread *thread, Str *file) {
    char here[PATH_MAX];
    Str *folder = thread->interpreter->program_folder;
    if (folder == NULL || file == NULL) {
        return false;
    }
    const char *text = str_text(thread, folder);
    if (text[0] == '\0') {
        text = getcwd(here, sizeof here);
    }
    size_t length = text != NULL ? strlen(text) : 0;
    const char *path = str_text(thread, file);
    return length > 0 && strncmp(path, text, length) == 0 && path[length] == '/' &&
           strchr(path + length + 1, '/') == NULL;
}

static Str *missing_while_imported(Thread *thread, const char *name, Str *file, const char *text) {
    const char *from = file != NULL ? " from " : "";
    Str *path = file != NULL ? str_repr(thread, file) : thread->interpreter->empty_str;
    return str_format(thread,
                      "partially initialized module '%s'%s%s has no attribute '%s' (most likely "
                      "due to a circular import)",
                      name, from, str_text(thread, path), text);
}

static Str *missing_beside_program(Thread *thread, const char *name, Str *file, const char *text) {
    const char *path = str_text(thread, str_repr(thread, file));
    return import_is_library(thread, name)
               ? str_format(thread,
                            "module '%s' has no attribute '%s' (consider renaming %s since it has "
                            "the same name as the standard library module named '%s' and the "
                            "import system gives it precedence)",
                            name, text, path, name)
               : str_format(thread,
                            "module '%s' has no attribute '%s' (consider renaming %s if it has "
                            "the same name as a third-party module you intended to import)",
                            name, text, path);
}

static bool is_submodule_under_way(Thread *thread, const char *name, const char *text) {
    Str *part_name = str_format(thread, "%s.%s", name, text);
    Value part = dict_get_str(thread, thread->interpreter->modules, part_name);
    return is_module(part) && module_is_being_imported(as_module(part));
}

Str *module_missing_text(Thread *thread, Module *module, const char *text) {
    const char *name = str_text(thread, module_name(thread, module));
    Str *file = own_text(thread, module, "__file__");
    bool is_partial = module_is_being_imported(module);
    if (lies_beside_program(thread, file) && (is_partial || import_is_library(thread, name))) {
        return missing_beside_program(thread, name, file, text);
    }
    if (is_partial) {
        return missing_while_imported(thread, name, file, text);
    }
    if (is_submodule_under_way(thread, name, text)) {
        return str_format(thread,
                          "cannot access submodule '%s' of module '%s' (most likely due to a "
                          "circular import)",
                          text, name);
    }
    return str_format(thread, "module '%s' has no attribute '%s'", name, text);
}
