// SPDX-License-Identifier: MIT
//
// The module builtins: the names that every program has without an import. The interpreter looks
// them up in interpreter->builtins; the module object shares that dictionary, so a program that
// assigns to `builtins.print` changes what `print` means everywhere, as in Python.
#include "builtins.h"

#include "breakpoint.h"
#include "dict.h"
#include "str.h"
#include "type.h"

static void add_types(Thread *thread, Module *module) {
    static const uint16_t visible[] = {
        TYPE_object,  TYPE_type,      TYPE_int,      TYPE_bool,        TYPE_float,
        TYPE_complex, TYPE_str,       TYPE_bytes,    TYPE_bytearray,   TYPE_memoryview,
        TYPE_list,    TYPE_tuple,     TYPE_dict,     TYPE_set,         TYPE_frozenset,
        TYPE_range,   TYPE_slice,     TYPE_property, TYPE_classmethod, TYPE_staticmethod,
        TYPE_super,   TYPE_enumerate, TYPE_reversed, TYPE_zip,         TYPE_map,
        TYPE_filter,
    };
    for (size_t i = 0; i < sizeof visible / sizeof *visible; i++) {
        Type *type = builtin_type(thread, visible[i]);
        module_add(thread, module, type->name, value_object(type));
    }
}

static void add_errors(Thread *thread, Module *module) {
    static const char *const names[] = {
#define ERROR(name, base, doc) #name,
#include "errors.def"
#undef ERROR
    };
    for (size_t i = 0; i < ERROR_COUNT; i++)
        module_add(thread, module, names[i], value_object(thread->interpreter->errors[i]));
    Value os_error = value_object(thread->interpreter->errors[ERROR_OSError]);
    module_add(thread, module, "EnvironmentError", os_error);
    module_add(thread, module, "IOError", os_error);
}

bool builtins_init(Thread *thread, Module *module) {
    Dict *names = thread->interpreter->builtins;
    if (!dict_merge(thread, names, module->dict, false))
        return false;
    module->dict = names;
    add_types(thread, module);
    add_errors(thread, module);
    module_add(thread, module, "None", VALUE_NONE);
    module_add(thread, module, "True", VALUE_TRUE);
    module_add(thread, module, "False", VALUE_FALSE);
    module_add(thread, module, "NotImplemented", VALUE_NOT_IMPLEMENTED);
    module_add(thread, module, "Ellipsis", VALUE_ELLIPSIS);
    bool is_debugging = thread->interpreter->options.flags.optimize == 0;
    module_add(thread, module, "__debug__", value_bool(is_debugging));
    static const NativeSpec *const tables[] = {
        builtins_numbers, builtins_iteration, builtins_objects,    builtins_code,
        builtins_print,   builtins_help,      breakpoint_builtins,
    };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        module_add_natives(thread, module, tables[i]);
    return true;
}
