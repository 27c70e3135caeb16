// SPDX-License-Identifier: MIT
//
// The module _imp: what importlib needs of the machine that the import statement uses.
//
// Finding a module without running it, filling a module from the binary, and the classes of specs
// and loaders (vm/exec/module_spec.c). CPython's module of this name serves its importlib, too.
#include "import.h"
#include "library.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "type.h"

static Value imp_find_spec(Thread *thread, Value *args) {
    if (!is_str(args[0])) {
        return raise_error(thread, ERROR_TypeError, "a name is required, not '%s'",
                           type_name(thread, args[0]));
    }
    return import_find_spec(thread, as_str(args[0]), args[1]);
}

static Value imp_fill(Thread *thread, Value *args) {
    const char *name = is_str(args[1]) ? str_text(thread, as_str(args[1])) : "";
    const ModuleSpec *spec = import_find_embedded(thread, import_library_name(thread, name));
    if (!is_module(args[0]) || spec == NULL) {
        return raise_error(thread, ERROR_ImportError, "'%s' is not a built-in module", name);
    }
    return import_fill_embedded(thread, as_module(args[0]), spec) ? VALUE_NONE : VALUE_ERROR;
}

static Value imp_is_package(Thread *thread, Value *args) {
    return value_bool(is_str(args[0]) &&
                      import_is_package(thread, str_text(thread, as_str(args[0]))));
}

static const NativeSpec imp_functions[] = {
    NATIVE("find_spec", imp_find_spec, "(name, path, /)",
           "Return the spec of a module looked for in these folders, or None."),
    NATIVE("fill", imp_fill, "(module, name, /)",
           "Run what the binary has under the name as the body of the module."),
    NATIVE("is_package", imp_is_package, "(name, /)",
           "Return whether the binary has submodules of the module."),
    NATIVE_END,
};

bool imp_module_init(Thread *thread, Module *module) {
    static const TypeIndex types[] = {TYPE_module_spec, TYPE_file_loader, TYPE_library_loader};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        Type *type = builtin_type(thread, types[i]);
        module_add(thread, module, type_short_name(type), value_object(type));
    }
    module_add_natives(thread, module, imp_functions);
    return true;
}
