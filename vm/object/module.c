// SPDX-License-Identifier: MIT
//
// Modules. Attributes of a module are the entries of its dictionary; attribute.c looks there
// directly, and falls back to a `__getattr__` function defined in the module; dir() asks a
// `__dir__` function of the module, if there is one.
#include "module.h"

#include "arguments.h"
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "interpreter.h"
#include "native.h"
#include "operations.h"
#include "str.h"
#include "type.h"

static void fill(Thread *thread, Module *module, Value name, Value doc) {
    module->dict = dict_new(thread, 8);
    dict_set_str(thread, module->dict, common_name(thread, NAME___name__), name);
    dict_set_str(thread, module->dict, common_name(thread, NAME___doc__), doc);
    dict_set_str(thread, module->dict, common_name(thread, NAME___package__), VALUE_NONE);
    dict_set_str(thread, module->dict, common_name(thread, NAME___loader__), VALUE_NONE);
    dict_set_str(thread, module->dict, common_name(thread, NAME___spec__), VALUE_NONE);
}

Module *module_new(Thread *thread, Str *name) {
    Module *module = object_new(thread, builtin_type(thread, TYPE_module));
    fill(thread, module, value_object(name), VALUE_NONE);
    return module;
}

static Value module_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    static const ArgumentsSpec spec = {"module", {"name", "doc"}, 1};
    Value given[2];
    if (count == 0 && !is_undefined(as_type(callee)->init)) { // its own __init__ will fill it
        Module *empty = object_new(thread, as_type(callee));
        empty->is_constructed = true;
        empty->dict = dict_new(thread, 8);
        return value_object(empty);
    }
    if (!arguments_bind(thread, &spec, args, count, keywords, given)) {
        return VALUE_ERROR;
    }
    if (!is_str(given[0])) {
        return raise_error(thread, ERROR_TypeError, "module() argument 'name' must be str, not %s",
                           argument_type_name(thread, given[0]));
    }
    Module *module = object_new(thread, as_type(callee));
    module->is_constructed = true;
    fill(thread, module, given[0], is_undefined(given[1]) ? VALUE_NONE : given[1]);
    return value_object(module);
}

Str *module_name(Thread *thread, Module *module) {
    Value name = dict_get_str(thread, module->dict, common_name(thread, NAME___name__));
    return is_str(name) ? as_str(name) : NULL;
}

Value module_lookup(Thread *thread, Module *module, Str *name) {
    return dict_get_str(thread, module->dict, name);
}

void module_add(Thread *thread, Module *module, const char *name, Value value) {
    dict_set_str(thread, module->dict, str_intern_c(thread, name), value);
}

void module_add_natives(Thread *thread, Module *module, const NativeSpec *natives) {
    Value name = dict_get_str(thread, module->dict, common_name(thread, NAME___name__));
    for (; natives->name; natives++) {
        module_add(thread, module, natives->name, native_new(thread, natives, NULL, name));
    }
}

Type *module_add_type(Thread *thread, Module *module, const TypeSpec *spec, Type *base) {
    Type *type = type_from_spec(thread, spec, base);
    module_add(thread, module, type_short_name(type), value_object(type));
    return type;
}

static Value module_repr(Thread *thread, Value self) {
    Module *module = as_module(self);
    Str *name = module_name(thread, module);
    Value file = dict_get_str(thread, module->dict, common_name(thread, NAME___file__));
    const char *text = name ? str_text(thread, name) : "?";
    if (is_str(file)) {
        return value_object(
            str_format(thread, "<module '%s' from '%s'>", text, str_text(thread, as_str(file))));
    }
    const char *origin = module->is_constructed ? "" : " (built-in)";
    return value_object(str_format(thread, "<module '%s'%s>", text, origin));
}

static Value get_dict(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_module(self)->dict);
}

static Value get_annotations(Thread *thread, Value self) {
    Str *name = common_name(thread, NAME___annotations__);
    Value found = dict_get_str(thread, as_module(self)->dict, name);
    if (is_undefined(found)) {
        found = value_object(dict_new(thread, 0));
        dict_set_str(thread, as_module(self)->dict, name, found);
    }
    return found;
}

static bool set_annotations(Thread *thread, Value self, Value v) {
    Str *name = common_name(thread, NAME___annotations__);
    if (!is_undefined(v)) {
        dict_set_str(thread, as_module(self)->dict, name, v);
        return true;
    }
    return dict_delete_str(thread, as_module(self)->dict, name) ||
           !is_error(attribute_raise_missing(thread, self, name));
}

// What the module's own __dir__ function says (PEP 562), else the names of its variables.
static Value method_dir(Thread *thread, Value *args) {
    Dict *variables = as_module(args[0])->dict;
    Value own = dict_get_str(thread, variables, common_name(thread, NAME___dir__));
    return is_undefined(own) ? operation_to_list(thread, value_object(variables))
                             : call_0(thread, own);
}

static const NativeSpec module_methods[] = {
    {"__dir__", method_dir, "(self, /)", "Names of the module.", NATIVE_PLAIN},
    {0},
};

static const GetSetSpec module_getsets[] = {
    {"__dict__", get_dict, NULL, "The module's namespace."},
    {"__annotations__", get_annotations, set_annotations, "Annotations of global variables."},
    {0},
};

static void module_trace(Marker *marker, Object *self) {
    const Module *module = (Module *)self;
    mark_object(marker, module->dict);
    if (module->trace_state) {
        module->trace_state(marker, self);
    }
}

const TypeSpec module_type_spec = {
    .name = "module",
    .doc = "(name, doc=None)\n--\n\nCreate a module object.",
    .type_index = TYPE_module,
    .layout = LAYOUT_MODULE,
    .flags = TYPE_WEAK,
    .size = sizeof(Module),
    .slots = {.repr = module_repr, .construct = module_construct, .trace = module_trace},
    .methods = module_methods,
    .getsets = module_getsets,
};
