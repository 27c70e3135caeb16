// SPDX-License-Identifier: MIT
//
// Specs and loaders: what a module's __spec__ and __loader__ are.
//
// The import statement finds and runs modules by itself (import.c) and asks neither of them. They
// tell the program what was found, and let it do by hand what import does: importlib.util finds a
// spec without running anything, makes an empty module of it, and spec.loader.exec_module() fills
// that, perhaps later (LazyLoader) or a second time (reload).
//
// Every module has both, so they are made here and not in Mini: an import must not wait for another
// one. But what loaders do is written in Mini, in the module _loaders, which is imported when the
// first loader is asked to do something. CPython has the classes in importlib._bootstrap, which is
// frozen into its binary and there before all other modules.
#include "module_spec.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "instance.h"
#include "list.h"
#include "native.h"
#include "operations.h"
#include "str.h"
#include "type.h"

typedef struct Description { // a spec or a loader: all it has are attributes
    Object object;
    uint64_t kind; // second-word rule; always 0
} Description;

static Value description_new(Thread *thread, Type *type) {
    return value_object(object_new(thread, type));
}

static Value description_construct(Thread *thread, Value callee, Value *args, size_t count,
                                   Tuple *keywords) {
    (void)args, (void)count, (void)keywords; // they are for __init__
    return description_new(thread, as_type(callee));
}

static void put(Thread *thread, Value self, const char *name, Value v) {
    attributes_set(thread, as_object(self), str_intern_c(thread, name), v);
}

// UNDEFINED: the program has deleted it.
static Value get(Thread *thread, Value self, const char *name) {
    return attributes_get_own(thread, as_object(self), str_intern_c(thread, name));
}

// ---- ModuleSpec ----

typedef struct SpecValues {
    Value name, loader, origin, loader_state, folders;
    bool has_location;
} SpecValues;

static void fill_spec(Thread *thread, Value spec, const SpecValues *values) {
    put(thread, spec, "name", values->name);
    put(thread, spec, "loader", values->loader);
    put(thread, spec, "origin", values->origin);
    put(thread, spec, "loader_state", values->loader_state);
    put(thread, spec, "submodule_search_locations", values->folders);
    put(thread, spec, "has_location", value_bool(values->has_location));
    put(thread, spec, "cached", VALUE_NONE);
}

// (self, name, loader, origin, loader_state, is_package)
static Value spec_init(Thread *thread, Value *args) {
    int is_package = operation_truth(thread, args[5]);
    if (is_package < 0) {
        return VALUE_ERROR;
    }
    Value folders = is_package ? value_object(list_new(thread, 0)) : VALUE_NONE;
    fill_spec(thread, args[0], &(SpecValues){args[1], args[2], args[3], args[4], folders, false});
    return VALUE_NONE;
}

static Str *package_of(Thread *thread, Str *name, bool is_package) {
    const char *text = str_text(thread, name);
    const char *dot = strrchr(text, '.');
    return is_package    ? name
           : dot == NULL ? thread->interpreter->empty_str
                         : str_new_utf8(thread, text, (size_t)(dot - text));
}

static Value spec_parent(Thread *thread, Value self) {
    Value name = get(thread, self, "name");
    bool is_package = !is_none(get(thread, self, "submodule_search_locations"));
    return is_str(name) ? value_object(package_of(thread, as_str(name), is_package))
                        : raise_error(thread, ERROR_AttributeError, "the spec has no name");
}

// Is the attribute worth showing?
static bool is_given(Value v) {
    return !is_undefined(v) && !is_none(v);
}

static Value spec_repr(Thread *thread, Value self) {
    static const char *const names[] = {"name", "loader", "origin", "submodule_search_locations"};
    Str *text = str_format(thread, "%s(", type_short_name(object_type(self)));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Value v = get(thread, self, names[i]);
        if (i >= 2 && !is_given(v)) {
            continue;
        }
        Str *shown = operation_repr(thread, is_undefined(v) ? VALUE_NONE : v);
        if (shown == NULL) {
            return VALUE_ERROR;
        }
        text = str_format(thread, "%s%s%s=%s", str_text(thread, text), i == 0 ? "" : ", ", names[i],
                          str_text(thread, shown));
    }
    return value_object(str_format(thread, "%s)", str_text(thread, text)));
}

// ---- Loaders ----

// _loaders.NAME(*args)
static Value in_mini(Thread *thread, const char *name, Value *args, size_t count) {
    Module *module = import_module(thread, str_from_c(thread, "_loaders"));
    return module == NULL
               ? VALUE_ERROR
               : call_method(thread, value_object(module), str_intern_c(thread, name), args, count);
}

static Value spec_equal(Thread *thread, Value *args) {
    return in_mini(thread, "spec_equal", args, 2);
}

static Value loader_init(Thread *thread, Value *args) {
    put(thread, args[0], "name", args[1]);
    put(thread, args[0], "path", args[2]);
    return VALUE_NONE;
}

#define IN_MINI(name, count)                                                                       \
    static Value name(Thread *thread, Value *args) {                                               \
        return in_mini(thread, #name, args, count);                                                \
    }
IN_MINI(loader_equal, 2)
IN_MINI(loader_hash, 1)
IN_MINI(create_module, 2)
IN_MINI(exec_module, 2)
IN_MINI(load_module, 2)
IN_MINI(get_filename, 2)
IN_MINI(get_data, 2)
IN_MINI(get_source, 2)
IN_MINI(get_code, 2)
IN_MINI(source_to_code, 3)
IN_MINI(is_package, 2)
IN_MINI(library_create_module, 1)
IN_MINI(library_exec_module, 1)
IN_MINI(library_load_module, 1)
IN_MINI(library_get_source, 1)
IN_MINI(library_get_code, 1)
IN_MINI(library_is_package, 1)
#undef IN_MINI

static const NativeSpec file_loader_methods[] = {
    {"__init__", loader_init, "(self, fullname, path)", "Load the module from the file.",
     NATIVE_PLAIN},
    {"__eq__", loader_equal, "(self, value, /)", "Return self==value.", NATIVE_PLAIN},
    {"__hash__", loader_hash, "(self, /)", "Return hash(self).", NATIVE_PLAIN},
    {"create_module", create_module, "(self, spec)", "Return None: any module will do.",
     NATIVE_PLAIN},
    {"exec_module", exec_module, "(self, module)", "Run the file as the body of the module.",
     NATIVE_PLAIN},
    {"load_module", load_module, "(self, fullname=None)",
     "Make the module, enter it in sys.modules, and run it.", NATIVE_PLAIN},
    {"get_filename", get_filename, "(self, name=None)", "Return the path of the file.",
     NATIVE_PLAIN},
    {"get_data", get_data, "(self, path)", "Return what is in a file.", NATIVE_PLAIN},
    {"get_source", get_source, "(self, fullname)", "Return the text of the module.", NATIVE_PLAIN},
    {"get_code", get_code, "(self, fullname)", "Return the compiled module.", NATIVE_PLAIN},
    {"source_to_code", source_to_code, "(self, data, path)", "Compile the text of a module.",
     NATIVE_PLAIN},
    {"is_package", is_package, "(self, fullname)", "Return whether the file is an __init__ file.",
     NATIVE_PLAIN},
    {0},
};

// To CPython the class itself is the loader, so programs may call its methods, too.
static const NativeSpec library_loader_methods[] = {
    {"create_module", library_create_module, "(spec)", "Return None: any module will do.",
     NATIVE_STATIC_METHOD},
    {"exec_module", library_exec_module, "(module)", "Fill the module.", NATIVE_STATIC_METHOD},
    {"load_module", library_load_module, "(fullname)",
     "Make the module, enter it in sys.modules, and fill it.", NATIVE_STATIC_METHOD},
    {"get_source", library_get_source, "(fullname)",
     "Return the text of a module written in Mini; None for one written in C.",
     NATIVE_STATIC_METHOD},
    {"get_code", library_get_code, "(fullname)",
     "Return the compiled module; None for one written in C.", NATIVE_STATIC_METHOD},
    {"is_package", library_is_package, "(fullname)", "Return whether it has submodules.",
     NATIVE_STATIC_METHOD},
    {0},
};

static const NativeSpec spec_methods[] = {
    {"__init__", spec_init,
     "(self, name, loader, *, origin=None, loader_state=None, is_package=None)",
     "Note what is known of a module.", NATIVE_PLAIN},
    {"__eq__", spec_equal, "(self, value, /)", "Return self==value.", NATIVE_PLAIN},
    {0},
};

static const GetSetSpec spec_getsets[] = {
    {"parent", spec_parent, NULL, "The name of the package."},
    {0},
};

const TypeSpec module_spec_type_spec = {
    .name = "_frozen_importlib.ModuleSpec",
    .doc = "What is known of a module: name, origin, loader, where its submodules are.",
    .type_index = TYPE_module_spec,
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(Description),
    .slots = {.repr = spec_repr, .construct = description_construct},
    .methods = spec_methods,
    .getsets = spec_getsets,
};

const TypeSpec file_loader_type_spec = {
    .name = "_frozen_importlib_external.SourceFileLoader",
    .doc = "Makes a module of a file of source text.",
    .type_index = TYPE_file_loader,
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(Description),
    .slots = {.construct = description_construct},
    .methods = file_loader_methods,
};

const TypeSpec library_loader_type_spec = {
    .name = "_frozen_importlib.BuiltinImporter",
    .doc = "Makes the modules that are part of the binary.",
    .type_index = TYPE_library_loader,
    .flags = TYPE_HAS_ATTRIBUTES,
    .size = sizeof(Description),
    .slots = {.construct = description_construct},
    .methods = library_loader_methods,
};

// ---- What was found ----

static Value file_loader_new(Thread *thread, Str *name, Str *path) {
    Value loader = description_new(thread, builtin_type(thread, TYPE_file_loader));
    put(thread, loader, "name", value_object(name));
    put(thread, loader, "path", value_object(path));
    return loader;
}

static Value library_loader_new(Thread *thread) {
    return description_new(thread, builtin_type(thread, TYPE_library_loader));
}

// A namespace package has none.
static Value loader_for(Thread *thread, Str *name, const ModuleSource *source) {
    return source->spec != NULL   ? library_loader_new(thread)
           : source->path == NULL ? VALUE_NONE
                                  : file_loader_new(thread, name, source->path);
}

static Value origin_of(Thread *thread, const ModuleSource *source) {
    if (source->spec == NULL) {
        return source->path == NULL ? VALUE_NONE : value_object(source->path);
    }
    return value_object(source->spec->image == NULL
                            ? str_from_c(thread, "built-in")
                            : str_format(thread, "<mini>/%s.mini", source->spec->name));
}

// The folder that an __init__ file is in.
static Value folder_of(Thread *thread, Str *path) {
    const char *text = str_text(thread, path);
    return value_object(str_new_utf8(thread, text, (size_t)(strrchr(text, '/') - text)));
}

// Submodules of the library are in no folder.
static Value folders_of(Thread *thread, const ModuleSource *source) {
    if (!source->is_package) {
        return VALUE_NONE;
    }
    if (source->portions != NULL) {
        return value_object(source->portions);
    }
    Value folder = source->path == NULL ? VALUE_UNDEFINED : folder_of(thread, source->path);
    return value_object(list_from_array(thread, &folder, source->path != NULL));
}

Value module_spec_new(Thread *thread, Str *name, const ModuleSource *source) {
    Value spec = description_new(thread, builtin_type(thread, TYPE_module_spec));
    SpecValues values = {.name = value_object(name),
                         .loader = loader_for(thread, name, source),
                         .origin = origin_of(thread, source),
                         .loader_state = VALUE_NONE,
                         .folders = folders_of(thread, source),
                         .has_location = source->path != NULL};
    fill_spec(thread, spec, &values);
    return spec;
}

void module_spec_describe(Thread *thread, Module *module, Str *name, const ModuleSource *source) {
    Value spec = module_spec_new(thread, name, source);
    Str *package = package_of(thread, name, source->is_package);
    module_add(thread, module, "__package__", value_object(package));
    module_add(thread, module, "__loader__", get(thread, spec, "loader"));
    module_add(thread, module, "__spec__", spec);
    if (source->path != NULL) {
        module_add(thread, module, "__file__", value_object(source->path));
    }
    if (source->is_package) {
        module_add(thread, module, "__path__", get(thread, spec, "submodule_search_locations"));
    }
}

void module_spec_describe_main(Thread *thread, Module *main, Value spec, Str *path) {
    Str *name = common_name(thread, NAME___main__);
    Value loader = !is_none(spec) ? get(thread, spec, "loader")
                   : path != NULL ? file_loader_new(thread, name, path)
                                  : library_loader_new(thread);
    module_add(thread, main, "__spec__", spec);
    module_add(thread, main, "__loader__", loader);
}
