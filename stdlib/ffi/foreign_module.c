// SPDX-License-Identifier: MIT
//
// The module ffi: its functions are the methods of one scope, the outermost. Here, and only here,
// it can be switched off: a sandbox starts Mini with `-X ffi=off`, and no program gets further than
// the import.
#include "attribute.h"
#include "foreign_data.h"
#include "modules.h"
#include "type.h"

static bool is_allowed(const Thread *thread) {
    const OptionWords *settings = &thread->interpreter->options.settings;
    for (int i = 0; i < settings->count; i++) {
        if (strcmp(settings->items[i], "ffi=off") == 0) {
            return false;
        }
    }
    return true;
}

static bool add_method(Thread *thread, Module *module, Value scope, const char *name) {
    Value method = attribute_get(thread, scope, str_intern_c(thread, name));
    if (!is_error(method)) {
        module_add(thread, module, name, method);
    }
    return !is_error(method);
}

bool foreign_module_init(Thread *thread, Module *module) {
    static const char *const further[] = {"cdef", "callback", "open", "get_errno", "set_errno"};
    if (!is_allowed(thread)) {
        return raise_false(thread, ERROR_ImportError,
                           "calling C is switched off here (-X ffi=off)");
    }
    Value scope = foreign_scope_first(thread, module);
    if (is_error(scope)) {
        return false;
    }
    const ForeignState *state = as_scope(scope)->state;
    for (const NativeSpec *spec = foreign_memory_functions; spec->name; spec++) {
        if (!add_method(thread, module, scope, spec->name)) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof further / sizeof *further; i++) {
        if (!add_method(thread, module, scope, further[i])) {
            return false;
        }
    }
    module_add(thread, module, "DeclarationError", state->declaration_error);
    module_add(thread, module, "NULL",
               foreign_data_new(thread, state->void_pointer, NULL, VALUE_NONE));
    return true;
}
