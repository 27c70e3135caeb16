// SPDX-License-Identifier: MIT
//
// What a pickle names, and what it may do with it.
//
// A pickle can name any class or function of any module and call it, so one from a stranger could
// run what it likes: in CPython it does. Here Unpickler.find_class refuses what pickle_refused.def
// lists, and with it modules and the inner attributes by which one gets from an object to its
// globals; a pickle may call classes, functions and methods, but nothing that is callable by
// chance. What programs and libraries pickle is not touched by that. The rules hold for names of
// the library only: a program's own classes and functions are its own affair. A subclass that
// overrides find_class decides for itself; what one's own process has written (`trusted`) is not
// questioned.
#include "pickle_parts.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "function.h"
#include "import.h"
#include "module.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// ---- The rules ----

static bool is_listed(const char *list, const char *name) {
    size_t length = strlen(name);
    for (const char *at = list; (at = strstr(at, name)) != NULL; at++)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return length > 0;
    return false;
}

static bool is_refused_in(const char *module, const char *name) {
    static const struct {
        const char *module, *names, *except;
    } rows[] = {
#define REFUSED(module, names, except) {module, names, except},
#include "pickle_refused.def"
#undef REFUSED
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].module, module) == 0)
            return (strcmp(rows[i].names, "*") == 0 || is_listed(rows[i].names, name)) &&
                   !is_listed(rows[i].except, name);
    return false;
}

// By these attributes one gets from an object to what it is made of.
static bool is_inner(Thread *thread, Value name) {
    static const char names[] =
        "__globals__ __builtins__ __code__ __closure__ __dict__ __class__ __base__ __bases__ "
        "__mro__ "
        "__subclasses__ __func__ __self__ __getattribute__ __setattr__ __delattr__ __loader__ "
        "__spec__ __import__ f_globals f_locals f_builtins f_back gi_frame cr_frame ag_frame "
        "tb_frame mro";
    return is_str(name) && is_listed(names, str_text(thread, as_str(name)));
}

static bool refuse(Thread *thread, Value module, Value name) {
    return unpickling_error(thread,
                            "a pickle may not name %s.%s; an Unpickler with its own find_class can "
                            "allow it",
                            str_text(thread, as_str(module)), str_text(thread, as_str(name)));
}

static const char *text_of(Thread *thread, Value v) {
    return is_str(v) ? str_text(thread, as_str(v)) : "";
}

// By the name under which `found` itself says that it can be found.
static bool is_refused_itself(Thread *thread, Value found) {
    if (!is_type(found) && !has_layout(found, LAYOUT_NATIVE) && !has_layout(found, LAYOUT_FUNCTION))
        return false;
    Value module = attribute_get_optional(thread, found, common_name(thread, NAME___module__));
    Value name = attribute_get_optional(thread, found, common_name(thread, NAME___name__));
    if (is_error(module) || is_error(name)) {
        error_clear(thread);
        return true;
    }
    const char *text = text_of(thread, module);
    return import_find_embedded(thread, text) != NULL && is_refused_in(text, text_of(thread, name));
}

static bool has_inner_part(Thread *thread, const Tuple *parts) {
    for (size_t i = 0; i < parts->length; i++)
        if (is_inner(thread, parts->items[i]))
            return true;
    return false;
}

// What of the module was asked for leads to `found`, the last step from `parent`.
static bool may_name(Thread *thread, Value module_name, Value name, const Tuple *parts,
                     Value module, Value parent, Value found) {
    const char *text = text_of(thread, module_name);
    bool ours = import_find_embedded(thread, text) != NULL;
    bool refused = has_layout(found, LAYOUT_MODULE) || has_inner_part(thread, parts) ||
                   (has_layout(parent, LAYOUT_MODULE) && !value_same(parent, module)) ||
                   (ours && is_refused_in(text, text_of(thread, parts->items[0]))) ||
                   is_refused_itself(thread, found);
    return !refused || refuse(thread, module_name, name);
}

// ---- Finding ----

static Value raise_missing(Thread *thread, Value module, Value name) {
    const char *shown = pickle_shown(thread, name);
    const char *where = shown ? pickle_shown(thread, module) : NULL;
    return where ? raise_error(thread, ERROR_AttributeError, "Can't get attribute %s on %s", shown,
                               where)
                 : VALUE_ERROR;
}

Value unpickle_find_class(Thread *thread, Unpickler *u, Value module_name, Value name) {
    if (!is_str(module_name) || !is_str(name))
        return raise_error(thread, ERROR_TypeError, "module and name must be str");
    if (u->protocol < 3 && u->fix_imports &&
        !pickle_map_names(thread, "_from_old_name", &module_name, &name))
        return VALUE_ERROR;
    if (as_str(module_name)->length == 0)
        return raise_error(thread, ERROR_ValueError, "Empty module name");
    Value module = import_any(thread, as_str(module_name)), parent = module;
    if (is_error(module))
        return module;
    Value whole = value_object(str_intern(thread, as_str(name)));
    Tuple *parts = u->protocol >= 4 ? pickle_dotted_parts(thread, as_str(name), module)
                                    : tuple_from_array(thread, &whole, 1);
    Value found = parts ? pickle_follow(thread, module, parts, &parent) : VALUE_ERROR;
    if (is_undefined(found))
        return raise_missing(thread, module, name);
    bool good = !is_error(found) &&
                (u->trusted || may_name(thread, module_name, name, parts, module, parent, found));
    return good ? found : VALUE_ERROR;
}

Value unpickle_find(Thread *thread, Unpickler *u, Value module, Value name) {
    return is_undefined(u->find_class) ? unpickle_find_class(thread, u, module, name)
                                       : call_2(thread, u->find_class, module, name);
}

// ---- Calling ----

static bool is_getattr(Thread *thread, Value function) {
    Value getattr =
        dict_get_str(thread, thread->interpreter->builtins, str_intern_c(thread, "getattr"));
    return value_same(function, getattr);
}

static bool is_our_module(Thread *thread, Value v) {
    Str *name = has_layout(v, LAYOUT_MODULE) ? module_name(thread, as_module(v)) : NULL;
    return name && import_find_embedded(thread, str_text(thread, name)) != NULL;
}

// getattr(object, name): how methods and inner classes are pickled.
static bool may_get(Thread *thread, const Tuple *args) {
    bool inner = args->length > 1 && is_inner(thread, args->items[1]);
    if (!inner && (args->length == 0 || !is_our_module(thread, args->items[0])))
        return true;
    return unpickling_error(thread, "a pickle may not look into a '%s' object",
                            type_name(thread, args->items[0]));
}

bool unpickle_may_use(Thread *thread, const Unpickler *u, Value function, Value result) {
    if (u->trusted || !is_undefined(u->find_class) || !is_getattr(thread, function) ||
        (!is_our_module(thread, result) && !is_refused_itself(thread, result)))
        return true;
    return unpickling_error(thread, "a pickle may not get a '%s' object from another",
                            type_name(thread, result));
}

// A callable object of a class of the library, such as operator.methodcaller.
static bool is_ours(Thread *thread, Value v) {
    Value module = type_module(thread, type_of(thread, v));
    return is_error(module) || import_find_embedded(thread, text_of(thread, module)) != NULL;
}

bool unpickle_may_call(Thread *thread, const Unpickler *u, Value function, Value args) {
    if (u->trusted || !is_undefined(u->find_class))
        return true;
    if (is_getattr(thread, function))
        return may_get(thread, as_tuple(args));
    bool good = is_type(function) || has_layout(function, LAYOUT_FUNCTION) ||
                has_layout(function, LAYOUT_NATIVE) || has_layout(function, LAYOUT_METHOD) ||
                !is_callable(function) ||
                object_type(function) == library_state(thread)->late_types[LATE_partial] ||
                !is_ours(thread, function);
    return good || unpickling_error(thread, "a pickle may not call a '%s' object",
                                    type_name(thread, function));
}
