// SPDX-License-Identifier: MIT
//
// Scopes and libraries. The module has a scope of its own, which ffi.cdef fills; each library is a
// further scope inside it, so that two libraries may mean different things by one name. A function
// is looked for when it is first asked for, and stays an attribute of its library.
#include "attribute.h"
#include "call.h"
#include "foreign_call.h"
#include "foreign_data.h"
#include "foreign_parse.h"
#include "foreign_type.h"
#include "int.h"
#include "operations.h"
#include "type.h"

#include <dlfcn.h>

static Scope *scope_new(Thread *thread, ForeignState *state, Type *type, Scope *parent) {
    Dict *names = dict_new(thread, 0), *tags = dict_new(thread, 0), *made = dict_new(thread, 0);
    Scope *scope = object_new(thread, type);
    scope->state = state;
    scope->parent = parent;
    scope->names = names;
    scope->tags = tags;
    scope->made = made;
    return scope;
}

static void scope_trace(Marker *marker, Object *object) {
    const Scope *scope = (const Scope *)object;
    mark_object(marker, scope->state);
    mark_object(marker, scope->parent);
    mark_object(marker, scope->names);
    mark_object(marker, scope->tags);
    mark_object(marker, scope->made);
    mark_object(marker, scope->path);
}

// ---- Declarations ----

static Value ffi_cdef(Thread *thread, Value *args) {
    if (!is_str(args[1])) {
        return raise_error(thread, ERROR_TypeError, "cdef() takes a str, not '%s'",
                           type_name(thread, args[1]));
    }
    return foreign_parse_declarations(thread, as_scope(args[0]), as_str(args[1])) ? VALUE_NONE
                                                                                  : VALUE_ERROR;
}

// The function type that a declaration, a ctype or a type's text means.
static CType *callback_type(Thread *thread, Scope *scope, Value given, Str **declaration) {
    CType *type = foreign_parse_type(thread, scope, given);
    if (type == NULL && is_str(given)) { // with a name, as in "int compare(void *, void *)"
        Str *name;
        Value first = error_take(thread);
        type = foreign_parse_function(thread, scope, as_str(given), &name, declaration);
        if (type != NULL) {
            return type;
        }
        error_clear(thread);
        raise_value(thread, first);
        return NULL;
    }
    if (type == NULL) {
        return NULL;
    }
    *declaration = foreign_type_name(thread, type, "");
    type = type->kind == C_POINTER ? type->target : type;
    if (type->kind != C_FUNCTION) {
        error_raise(thread, ERROR_TypeError, "callback() takes the type of a function, not '%s'",
                    str_text(thread, *declaration));
        return NULL;
    }
    return type;
}

static bool need_callable(Thread *thread, Value v, const char *what) {
    return is_callable(v) || raise_false(thread, ERROR_TypeError, "%s must be callable, not '%s'",
                                         what, type_name(thread, v));
}

static Value ffi_callback(Thread *thread, Value *args) {
    Str *declaration = NULL;
    CType *type = callback_type(thread, as_scope(args[0]), args[1], &declaration);
    if (type == NULL || !need_callable(thread, args[2], "the callback") ||
        (!is_none(args[4]) && !need_callable(thread, args[4], "onerror"))) {
        return VALUE_ERROR;
    }
    return foreign_closure_new(thread, type, declaration, args[2], args[3], args[4]);
}

// ---- Libraries ----

static Value raise_linker_error(Thread *thread, const char *text) {
    Value message = library_text(thread, text ? text : "the dynamic linker gives no reason");
    Value error = call_1(thread, value_object(thread->interpreter->errors[ERROR_OSError]), message);
    return is_error(error) ? VALUE_ERROR : raise_value(thread, error);
}

static Value ffi_open(Thread *thread, Value *args) {
    const Scope *scope = as_scope(args[0]);
    const char *path = NULL;
    if (!is_none(args[1]) && (path = library_path(thread, args[1], "open")) == NULL) {
        return VALUE_ERROR;
    }
    Str *shown = path ? str_from_c(thread, path) : NULL;
    int flags = operation_truth(thread, args[2]) > 0 ? RTLD_GLOBAL : RTLD_LOCAL;
    void *handle = dlopen(path, RTLD_NOW | flags); // may run the library's initialisers
    if (handle == NULL) {
        return raise_linker_error(thread, dlerror());
    }
    Scope *library = scope_new(thread, scope->state, scope->state->library_type, as_scope(args[0]));
    library->handle = handle;
    library->path = shown;
    return value_object(library);
}

static const char *library_name(Thread *thread, const Scope *library) {
    return library->path ? str_text(thread, library->path) : "the program";
}

// NULL with AttributeError. (A symbol may be there and have the address 0; C cannot use it either.)
static void *find_symbol(Thread *thread, const Scope *library, Str *name) {
    void *address = dlsym(library->handle, str_text(thread, name));
    if (address == NULL) {
        error_raise(thread, ERROR_AttributeError, "%s has no symbol '%s'",
                    library_name(thread, library), str_text(thread, name));
    }
    return address;
}

static bool read_gil(Thread *thread, Value v, bool *holds) {
    *holds = is_str(v) && str_equal_c(as_str(v), "hold");
    return *holds || (is_str(v) && str_equal_c(as_str(v), "release")) ||
           raise_false(thread, ERROR_ValueError, "gil must be 'release' or 'hold'");
}

static Value library_func(Thread *thread, Value *args) {
    Scope *library = as_scope(args[0]);
    Str *name, *declaration;
    bool holds;
    if (!is_str(args[1])) {
        return raise_error(thread, ERROR_TypeError,
                           "func() takes the declaration of a function, not '%s'",
                           type_name(thread, args[1]));
    }
    if (!read_gil(thread, args[2], &holds) ||
        (!is_none(args[3]) && !need_callable(thread, args[3], "errcheck"))) {
        return VALUE_ERROR;
    }
    CType *type = foreign_parse_function(thread, library, as_str(args[1]), &name, &declaration);
    void *address = type ? find_symbol(thread, library, name) : NULL;
    if (address == NULL) {
        return VALUE_ERROR;
    }
    Value made = foreign_function_new(thread, type, address, name, declaration, args[0]);
    if (!is_error(made)) {
        ((Function *)as_object(made))->holds_gil = holds;
        ((Function *)as_object(made))->check = args[3];
    }
    return made;
}

// What the library or the module has declared under this name; UNDEFINED: nothing.
static Value find_declared(Thread *thread, const Scope *library, Str *name) {
    Value found = VALUE_UNDEFINED;
    for (const Scope *scope = library; scope != NULL && is_undefined(found);
         scope = scope->parent) {
        found = dict_get_str(thread, scope->names, name);
    }
    return found;
}

Value foreign_library_address(Thread *thread, Scope *library, Value name) {
    if (!is_str(name)) {
        return raise_error(thread, ERROR_TypeError, "the name of a symbol must be a str, not '%s'",
                           type_name(thread, name));
    }
    void *address = find_symbol(thread, library, as_str(name));
    if (address == NULL) {
        return VALUE_ERROR;
    }
    Value declared = find_declared(thread, library, as_str(name));
    CType *pointer =
        is_tuple(declared)
            ? foreign_type_pointer(thread, as_ctype(as_tuple(declared)->items[0]), false)
            : library->state->void_pointer;
    return foreign_data_new(thread, pointer, address, value_object(library));
}

static Value make_function(Thread *thread, Scope *library, Str *name, const Tuple *declared) {
    Value made = dict_get_str(thread, library->made, name);
    if (!is_undefined(made)) {
        return made;
    }
    void *address = find_symbol(thread, library, name);
    if (address == NULL) {
        return VALUE_ERROR;
    }
    made = foreign_function_new(thread, as_ctype(declared->items[0]), address, name,
                                as_str(declared->items[1]), value_object(library));
    if (!is_error(made)) {
        dict_set_str(thread, library->made, name, made);
    }
    return made;
}

static Value raise_undeclared(Thread *thread, const Scope *library, Str *name) {
    bool exists = dlsym(library->handle, str_text(thread, name)) != NULL;
    return raise_error(thread, ERROR_AttributeError,
                       exists ? "'%s' is in %s, but has not been declared; see cdef() and func()"
                              : "'%s' is neither declared nor in %s",
                       str_text(thread, name), library_name(thread, library));
}

static Value library_get_attribute(Thread *thread, Value self, Str *name) {
    Scope *library = as_scope(self);
    Value found = attribute_find_default(thread, self, name);
    if (!is_undefined(found)) {
        return found;
    }
    found = find_declared(thread, library, name);
    if (is_undefined(found)) {
        return raise_undeclared(thread, library, name);
    }
    if (!is_tuple(found)) {
        return found; // a constant, or a type
    }
    CType *type = as_ctype(as_tuple(found)->items[0]);
    if (type->kind == C_FUNCTION) {
        return make_function(thread, library, name, as_tuple(found));
    }
    void *address = find_symbol(thread, library, name);
    return address ? foreign_load(thread, type, address, self) : VALUE_ERROR;
}

static bool library_set_attribute(Thread *thread, Value self, Str *name, Value v) {
    Scope *library = as_scope(self);
    Value found = find_declared(thread, library, name);
    CType *type = is_tuple(found) ? as_ctype(as_tuple(found)->items[0]) : NULL;
    if (is_undefined(v) || type == NULL || type->kind == C_FUNCTION) {
        return raise_false(thread, ERROR_AttributeError,
                           "only declared variables of a library can be set, and '%s' is none",
                           str_text(thread, name));
    }
    void *address = find_symbol(thread, library, name);
    return address != NULL && foreign_store(thread, type, address, v);
}

static Value library_repr(Thread *thread, Value self) {
    const Scope *library = as_scope(self);
    return value_object(str_format(thread, "<C library %s>", library_name(thread, library)));
}

static Value library_dir(Thread *thread, Value *args) {
    return operation_to_list(thread, value_object(as_scope(args[0])->names));
}

// ---- errno ----

static Value ffi_get_errno(Thread *thread, Value *args) {
    (void)args;
    return value_small_int(*foreign_errno(foreign_place(), thread));
}

static Value ffi_set_errno(Thread *thread, Value *args) {
    int64_t number;
    if (!operation_index_int64(thread, args[1], &number)) {
        return VALUE_ERROR;
    }
    if (number < INT32_MIN || number > INT32_MAX) {
        return raise_error(thread, ERROR_OverflowError, "%lld is no number of an error",
                           (long long)number);
    }
    *foreign_errno(foreign_place(), thread) = (int)number;
    return VALUE_NONE;
}

// ---- Types ----

static const NativeSpec scope_methods[] = {
    NATIVE("cdef", ffi_cdef, "(self, declarations, /)",
           "Enter C declarations: types, constants, functions, variables."),
    NATIVE("callback", ffi_callback, "(self, ctype, function, /, error=None, onerror=None)",
           "A C function that calls a function of Mini; keep it as long as C may call it."),
    NATIVE("open", ffi_open, "(self, name=None, /, *, everywhere=False)",
           "Load a shared library; without a name, what the program is linked with."),
    NATIVE("get_errno", ffi_get_errno, "(self, /)", "errno as the last call has left it."),
    NATIVE("set_errno", ffi_set_errno, "(self, number, /)", "errno for the next call."),
    NATIVE_END,
};

const TypeSpec foreign_scope_spec = {
    .name = "ffi.Scope",
    .doc = "Declarations of C.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Scope),
    .slots = {.trace = scope_trace},
    .methods = scope_methods,
};

static const NativeSpec library_methods[] = {
    NATIVE("func", library_func, "(self, declaration, /, gil='release', errcheck=None)",
           "The function that a declaration such as 'double cos(double)' names."),
    NATIVE("__dir__", library_dir, "(self, /)", "The names that have been declared."),
    NATIVE_END,
};

const TypeSpec foreign_library_spec = {
    .name = "ffi.Library",
    .doc = "A shared library and what has been declared of it.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_WEAK,
    .size = sizeof(Scope),
    .slots = {.repr = library_repr,
              .get_attribute = library_get_attribute,
              .set_attribute = library_set_attribute,
              .trace = scope_trace},
    .methods = library_methods,
};

static void state_trace(Marker *marker, Object *object) {
    const ForeignState *state = (const ForeignState *)object;
    Type *const types[] = {state->ctype_type,   state->cdata_type,    state->scope_type,
                           state->library_type, state->function_type, state->memory_type,
                           state->closure_type, state->iterator_type};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        mark_object(marker, types[i]);
    }
    for (size_t i = 0; i < BASIC_COUNT; i++) {
        mark_object(marker, state->basics[i]);
    }
    mark_object(marker, state->void_pointer);
    mark_value(marker, state->declaration_error);
}

static void state_finalize(Interpreter *interpreter, Object *object) {
    (void)interpreter;
    foreign_graveyard_leave(((ForeignState *)object)->graveyard);
}

static const TypeSpec state_spec = {
    .name = "ffi.State",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(ForeignState),
    .slots = {.trace = state_trace, .finalize = state_finalize},
};

static bool make_declaration_error(Thread *thread, ForeignState *state) {
    Value base = value_object(thread->interpreter->errors[ERROR_ValueError]);
    Dict *namespace = dict_new(thread, 1);
    dict_set_str(thread, namespace, common_name(thread, NAME___module__),
                 library_text(thread, "ffi"));
    Type *class = type_new_class(thread, builtin_type(thread, TYPE_type),
                                 str_intern_c(thread, "DeclarationError"),
                                 tuple_from_array(thread, &base, 1), namespace, NULL);
    state->declaration_error = class ? value_object(class) : VALUE_UNDEFINED;
    return class != NULL;
}

Value foreign_scope_first(Thread *thread, Module *module) {
    ForeignState *state = object_new(thread, type_from_spec(thread, &state_spec, NULL));
    state->declaration_error = VALUE_UNDEFINED;
    state->ctype_type = module_add_type(thread, module, &foreign_ctype_spec, NULL);
    state->cdata_type = module_add_type(thread, module, &foreign_cdata_spec, NULL);
    Type *declarations = type_from_spec(thread, &foreign_declarations_spec, NULL);
    state->scope_type = module_add_type(thread, module, &foreign_scope_spec, declarations);
    state->library_type = module_add_type(thread, module, &foreign_library_spec, state->scope_type);
    state->function_type = module_add_type(thread, module, &foreign_function_spec, NULL);
    state->memory_type = type_from_spec(thread, &foreign_memory_spec, NULL);
    state->closure_type = type_from_spec(thread, &foreign_closure_spec, NULL);
    state->iterator_type = type_from_spec(thread, &foreign_iterator_spec, NULL);
    state->graveyard = foreign_graveyard_new(thread);
    heap_add_finalizer(thread_heap(thread), &state->object);
    if (state->graveyard == NULL) {
        return raise_error(thread, ERROR_MemoryError, "no memory for the module ffi");
    }
    if (!make_declaration_error(thread, state)) {
        return VALUE_ERROR;
    }
    foreign_type_init(thread, state);
    return value_object(scope_new(thread, state, state->scope_type, NULL));
}
