// SPDX-License-Identifier: MIT
//
// Writing functions and classes: by name only, the module and the path within it. The name must
// lead back to the very same object, so it is followed at once; what it does not lead to (a lambda,
// a local class) cannot be pickled.
//
// A pair (module, name) that copyreg has a code for is written as that. For readers of Python 2
// (protocols 0 to 2) names are those of its library, from _compat_pickle.
#include "pickle_parts.h"

#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "import.h"
#include "int.h"
#include "list.h"
#include "str.h"
#include "tuple.h"

Tuple *pickle_dotted_parts(Thread *thread, Str *name, Value module) {
    List *parts = list_new(thread, 1);
    size_t start = 0;
    for (size_t i = 0; i <= name->length; i++) {
        if (i < name->length && str_char_at(name, i) != '.')
            continue;
        Str *part = str_slice(thread, name, start, i);
        if (str_equal_c(part, "<locals>")) {
            const char *shown = pickle_shown(thread, value_object(name));
            const char *where =
                shown && !is_undefined(module) ? pickle_shown(thread, module) : NULL;
            if (where)
                error_raise(thread, ERROR_AttributeError, "Can't get local attribute %s on %s",
                            shown, where);
            else if (shown && is_undefined(module))
                error_raise(thread, ERROR_AttributeError, "Can't get local object %s", shown);
            return NULL;
        }
        list_append(thread, parts, value_object(str_intern(thread, part)));
        start = i + 1;
    }
    return tuple_from_array(thread, parts->items, parts->length);
}

Value pickle_follow(Thread *thread, Value v, const Tuple *parts, Value *parent) {
    for (size_t i = 0; i < parts->length; i++) {
        *parent = v;
        v = attribute_get_optional(thread, v, as_str(parts->items[i]));
        if (is_error(v) || is_undefined(v))
            return v;
    }
    return v;
}

// ---- Which module ----

static bool is_main(Value name) {
    return is_str(name) &&
           (str_equal_c(as_str(name), "__main__") || str_equal_c(as_str(name), "__mp_main__"));
}

// The module that has `v` under this path, looked for in all of them.
static Value search_modules(Thread *thread, Value v, const Tuple *parts) {
    Value modules = pickle_module_attribute(thread, "sys", "modules");
    if (is_error(modules))
        return modules;
    if (!is_dict(modules))
        return raise_error(thread, ERROR_RuntimeError, "unable to get sys.modules");
    const Dict *copy = dict_copy(thread, as_dict(modules));
    size_t position = 0;
    Value name, module, parent;
    while (dict_next(copy, &position, &name, &module)) {
        if (is_none(module) || is_main(name))
            continue;
        Value found = pickle_follow(thread, module, parts, &parent);
        if (is_error(found))
            return found;
        if (value_same(found, v))
            return name;
    }
    return value_object(common_name(thread, NAME___main__));
}

static Value module_of(Thread *thread, Value v, const Tuple *parts) {
    Value own = attribute_get_optional(thread, v, common_name(thread, NAME___module__));
    return is_undefined(own) || is_none(own) ? search_modules(thread, v, parts) : own;
}

static Value name_of(Thread *thread, Value v) {
    Value own = attribute_get_optional(thread, v, common_name(thread, NAME___qualname__));
    return is_undefined(own) ? attribute_get(thread, v, common_name(thread, NAME___name__)) : own;
}

// ---- Does the name lead back? ----

typedef struct GlobalName {
    Value v, module_name, name, module, parent;
    const Tuple *parts;
} GlobalName;

static bool import_fails(Thread *thread, const GlobalName *g) {
    const char *shown, *name;
    bool is_ours = error_matches(thread, ERROR_Exception);
    if (!is_ours)
        return false;
    error_clear(thread);
    return (shown = pickle_shown(thread, g->v)) != NULL &&
           (name = pickle_shown(thread, g->module_name)) != NULL &&
           pickling_error(thread, "Can't pickle %s: import of module %s failed", shown, name);
}

static bool resolve(Thread *thread, GlobalName *g) {
    const char *shown;
    g->module = is_str(g->module_name)
                    ? import_any(thread, as_str(g->module_name))
                    : raise_error(thread, ERROR_TypeError, "module name must be a string");
    if (is_error(g->module))
        return import_fails(thread, g);
    Value found = pickle_follow(thread, g->module, g->parts, &g->parent);
    if (is_error(found) || value_same(found, g->v))
        return !is_error(found);
    if (!(shown = pickle_shown(thread, g->v)))
        return false;
    const char *name = str_text(thread, as_str(g->name));
    const char *module = str_text(thread, as_str(g->module_name));
    if (is_undefined(found))
        return pickling_error(thread, "Can't pickle %s: attribute lookup %s on %s failed", shown,
                              name, module);
    return pickling_error(thread, "Can't pickle %s: it's not the same object as %s.%s", shown,
                          module, name);
}

// ---- How it is written ----

// 1 written as a code of copyreg, 0 it has none, -1 exception.
static int save_extension(Thread *thread, Pickler *p, const GlobalName *g) {
    Value code;
    int64_t n;
    if (p->protocol < 2 || p->extensions->length == 0)
        return 0;
    Value key = tuple_pair(thread, g->module_name, g->name);
    int found = dict_get(thread, p->extensions, key, &code);
    if (found <= 0)
        return found;
    if (!is_integral(code)) {
        const char *shown = pickle_shown(thread, g->v), *wrong = pickle_shown(thread, code);
        if (shown && wrong)
            pickle_raise(thread, "PicklingError",
                         "Can't pickle %s: extension code %s isn't an integer", shown, wrong);
        return -1;
    }
    if (!int_to_int64(code, &n) || n <= 0 || n > INT32_MAX)
        return raise_minus_one(thread, ERROR_RuntimeError, "extension code %s is out of range",
                               str_text(thread, int_to_str(thread, code, 10)));
    if (n <= UINT8_MAX)
        pickle_put_number(thread, p, PICKLE_EXT1, (uint64_t)n, 1);
    else if (n <= UINT16_MAX)
        pickle_put_number(thread, p, PICKLE_EXT2, (uint64_t)n, 2);
    else
        pickle_put_number(thread, p, PICKLE_EXT4, (uint64_t)n, 4);
    return 1;
}

static bool has_surrogates(const Str *s) {
    for (size_t i = 0; i < s->length; i++)
        if (str_char_at(s, i) >= 0xd800 && str_char_at(s, i) <= 0xdfff)
            return true;
    return false;
}

static bool put_name(Thread *thread, Pickler *p, Value name, const char *what) {
    Str *text = as_str(name);
    size_t length;
    bool possible = text->ascii || (p->protocol >= 3 && !has_surrogates(text));
    if (!possible)
        return pickling_error(thread, "can't pickle %s identifier '%s' using pickle protocol %d",
                              what, str_text(thread, text), p->protocol);
    const char *bytes = str_utf8(thread, text, &length);
    pickle_put(thread, p, bytes, length);
    pickle_put_byte(thread, p, '\n');
    return true;
}

static bool put_line_names(Thread *thread, Pickler *p, GlobalName *g) {
    if (p->fix_imports && !pickle_map_names(thread, "_to_old_name", &g->module_name, &g->name))
        return false;
    pickle_put_byte(thread, p, PICKLE_GLOBAL);
    return put_name(thread, p, g->module_name, "module") && put_name(thread, p, g->name, "global");
}

// getattr(getattr(a, "b"), "c") for a.b.c: readers of old protocols know no dotted names.
static bool put_dotted(Thread *thread, Pickler *p, GlobalName *g) {
    Value getattr =
        dict_get_str(thread, thread->interpreter->builtins, str_intern_c(thread, "getattr"));
    for (size_t i = 1; i < g->parts->length; i++) {
        if (!pickle_save(thread, p, getattr))
            return false;
        if (p->protocol < 2)
            pickle_put_byte(thread, p, PICKLE_MARK);
    }
    g->name = g->parts->items[0];
    if (!put_line_names(thread, p, g))
        return false;
    for (size_t i = 1; i < g->parts->length; i++) {
        if (!pickle_save(thread, p, g->parts->items[i]))
            return false;
        pickle_put_byte(thread, p, p->protocol < 2 ? PICKLE_TUPLE : PICKLE_TUPLE2);
        pickle_put_byte(thread, p, PICKLE_REDUCE);
    }
    return true;
}

static bool put_global(Thread *thread, Pickler *p, GlobalName *g) {
    if (p->protocol >= 4) {
        if (!pickle_save(thread, p, g->module_name) || !pickle_save(thread, p, g->name))
            return false;
        pickle_put_byte(thread, p, PICKLE_STACK_GLOBAL);
        return true;
    }
    return g->parts->length == 1 ? put_line_names(thread, p, g) : put_dotted(thread, p, g);
}

bool pickle_save_global(Thread *thread, Pickler *p, Value v, Value name) {
    GlobalName g = {.v = v, .name = is_undefined(name) ? name_of(thread, v) : name};
    if (is_error(g.name))
        return false;
    if (!is_str(g.name))
        return raise_false(thread, ERROR_TypeError, "qualified name must be a str, not '%s'",
                           type_name(thread, g.name));
    g.name = value_object(str_intern(thread, as_str(g.name)));
    g.parts = pickle_dotted_parts(thread, as_str(g.name), VALUE_UNDEFINED);
    if (!g.parts)
        return false;
    g.module_name = module_of(thread, v, g.parts);
    if (is_error(g.module_name) || !resolve(thread, &g))
        return false;
    g.module_name = value_object(str_intern(thread, as_str(g.module_name)));
    int done = save_extension(thread, p, &g);
    if (done != 0)
        return done > 0;
    return put_global(thread, p, &g) && pickle_memoize(thread, p, v);
}
