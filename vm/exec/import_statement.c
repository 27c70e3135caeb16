// SPDX-License-Identifier: MIT
//
// The import statement, and __import__(), which is the same as a function.
//
// `import a.b` binds the top of the name, `from a import b` the module a, from which it then takes
// b: an attribute, or else the submodule a.b. Relative names begin at the package that the globals
// of the importing code name. The statement asks builtins.__import__ each time, so that a program
// can put its own function there; as long as it has not, no call is made. What comes back need not
// be a module then, nor is what programs put into sys.modules, so this file looks at attributes
// only.
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "import.h"
#include "list.h"
#include "namespace.h"
#include "native.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// ---- From the names in the statement to the full name ----

static Value global(Thread *thread, Dict *globals, NameIndex name) {
    return globals == NULL ? VALUE_UNDEFINED
                           : dict_get_str(thread, globals, common_name(thread, name));
}

// The package that code without __package__ belongs to: itself, or what is before the last dot.
static Str *package_from_name(Thread *thread, Dict *globals) {
    Value name = global(thread, globals, NAME___name__);
    if (is_undefined(name)) {
        Str *message = str_from_c(thread, "'__name__' not in globals");
        raise_value(thread, value_object(exception_new(thread, ERROR_KeyError, message)));
        return NULL;
    }
    if (!is_str(name)) {
        raise_error(thread, ERROR_TypeError, "__name__ must be a string");
        return NULL;
    }
    const char *text = str_text(thread, as_str(name));
    const char *dot = strrchr(text, '.');
    if (!is_undefined(global(thread, globals, NAME___path__))) {
        return as_str(name);
    }
    return dot == NULL ? thread->interpreter->empty_str
                       : str_new_utf8(thread, text, (size_t)(dot - text));
}

static Str *current_package(Thread *thread, Dict *globals) {
    Value package = global(thread, globals, NAME___package__);
    if (is_undefined(package) || is_none(package)) {
        return package_from_name(thread, globals);
    }
    if (!is_str(package)) {
        raise_error(thread, ERROR_TypeError, "package must be a string");
        return NULL;
    }
    return as_str(package);
}

// The package that a relative import of `level` dots starts from.
static Str *base_package(Thread *thread, Dict *globals, int64_t level) {
    Str *package = current_package(thread, globals);
    if (package == NULL) {
        return NULL;
    }
    if (package->length == 0) {
        raise_error(thread, ERROR_ImportError,
                    "attempted relative import with no known parent package");
        return NULL;
    }
    const char *text = str_text(thread, package);
    size_t length = strlen(text);
    for (; level > 1; level--) {
        while (length > 0 && text[length - 1] != '.') {
            length--;
        }
        if (length == 0) {
            raise_error(thread, ERROR_ImportError,
                        "attempted relative import beyond top-level package");
            return NULL;
        }
        length--;
    }
    return str_new_utf8(thread, text, length);
}

static Str *absolute_name(Thread *thread, Dict *globals, Str *name, int64_t level) {
    if (level == 0) {
        return name;
    }
    Str *package = base_package(thread, globals, level);
    if (package == NULL || name->length == 0) {
        return package;
    }
    return str_format(thread, "%s.%s", str_text(thread, package), str_text(thread, name));
}

// What `import a.b` binds: a. With dots in front, a is counted from the package.
static Value top_module(Thread *thread, Str *full, const Str *name, Value module) {
    const char *text = str_text(thread, full);
    const char *dot = strchr(text + (full->length - name->length), '.');
    if (dot == NULL) {
        return module;
    }
    Str *top = str_intern(thread, str_new_utf8(thread, text, (size_t)(dot - text)));
    Value found = dict_get_str(thread, thread->interpreter->modules, top);
    return is_undefined(found) ? import_any(thread, top) : found;
}

static Value import_name(Thread *thread, Dict *globals, Str *name, bool wants_parts,
                         int64_t level) {
    Str *full = absolute_name(thread, globals, name, level);
    Value module = full == NULL ? VALUE_ERROR : import_any(thread, full);
    if (is_error(module) || wants_parts || (level > 0 && name->length == 0)) {
        return module;
    }
    return top_module(thread, full, name, module);
}

// ---- Submodules as parts ----

// Is the exception about `name` itself, not about a module that its body imports?
static bool is_missing(Thread *thread, Str *name) {
    if (!error_matches(thread, ERROR_ModuleNotFoundError)) {
        return false;
    }
    Value missing = as_exception(thread->exception)->fields[IMPORT_ERROR_NAME];
    return is_str(missing) && str_equal(as_str(missing), name);
}

// module.name, imported as a submodule if need be and possible; UNDEFINED: there is none.
static Value part_of(Thread *thread, Value module, Str *name) {
    Value v = attribute_get_optional(thread, module, name);
    if (!is_undefined(v)) {
        return v;
    }
    Value package = attribute_get_optional(thread, module, common_name(thread, NAME___name__));
    if (is_error(package) || !is_str(package)) {
        return is_error(package) ? package : VALUE_UNDEFINED;
    }
    Str *full =
        str_format(thread, "%s.%s", str_text(thread, as_str(package)), str_text(thread, name));
    Value path = attribute_get_optional(thread, module, common_name(thread, NAME___path__));
    if (is_error(path) || is_undefined(path)) {
        return is_error(path) ? path : dict_get_str(thread, thread->interpreter->modules, full);
    }
    Value part = import_any(thread, full);
    if (is_error(part) && is_missing(thread, full)) {
        error_clear(thread);
        return VALUE_UNDEFINED;
    }
    return part;
}

static bool check_item(Thread *thread, Value item, const char *where) {
    return is_str(item) || raise_false(thread, ERROR_TypeError, "Item in %s must be str, not %s",
                                       where, type_name(thread, item));
}

// See to it that the parts in `names`, any iterable, are there.
static bool import_parts(Thread *thread, Value module, Value names, const char *where) {
    Value list = operation_to_list(thread, names);
    if (is_error(list)) {
        return false;
    }
    for (size_t i = 0; i < as_list(list)->length; i++) {
        Value name = as_list(list)->items[i];
        if (!check_item(thread, name, where)) {
            return false;
        }
        if (str_equal_c(as_str(name), "*")) {
            Value all = attribute_get_optional(thread, module, common_name(thread, NAME___all__));
            if (is_error(all) ||
                (!is_undefined(all) && !import_parts(thread, module, all, "__all__"))) {
                return false;
            }
        } else if (is_error(part_of(thread, module, str_intern(thread, as_str(name))))) {
            return false;
        }
    }
    return true;
}

// ---- __import__ ----

static bool check_arguments(Thread *thread, const Value *args, int64_t *level) {
    if (!is_str(args[0])) {
        return raise_false(thread, ERROR_TypeError, "module name must be a string");
    }
    if (!operation_index_int64(thread, args[4], level)) {
        return false;
    }
    if (*level < 0) {
        return raise_false(thread, ERROR_ValueError, "level must be >= 0");
    }
    if (*level > 0 && !is_undefined(args[1]) && !has_layout(args[1], LAYOUT_DICT)) {
        return raise_false(thread, ERROR_TypeError, "globals must be a dict");
    }
    if (*level == 0 && as_str(args[0])->length == 0) {
        return raise_false(thread, ERROR_ValueError, "Empty module name");
    }
    return true;
}

Value import_function(Thread *thread, Value *args) {
    int64_t level;
    if (!check_arguments(thread, args, &level)) {
        return VALUE_ERROR;
    }
    int wants_parts = is_undefined(args[3]) ? 0 : operation_truth(thread, args[3]);
    if (wants_parts < 0) {
        return VALUE_ERROR;
    }
    Dict *globals = has_layout(args[1], LAYOUT_DICT) ? as_dict(args[1]) : NULL;
    Value module = import_name(thread, globals, as_str(args[0]), wants_parts, level);
    if (is_error(module) || !wants_parts) {
        return module;
    }
    Value path = attribute_get_optional(thread, module, common_name(thread, NAME___path__));
    bool complete = is_undefined(path) ||
                    (!is_error(path) && import_parts(thread, module, args[3], "``from list''"));
    return complete ? module : VALUE_ERROR;
}

// ---- The statement ----

static Value call_replaced(Thread *thread, Frame *frame, Value function, Value *request) {
    bool in_function = !(frame->code->flags & (CODE_MODULE | CODE_CLASS_BODY | CODE_NAMES));
    Value args[] = {request[0], value_object(frame_globals(frame)),
                    in_function ? VALUE_NONE : step_locals(thread, frame), request[1], request[2]};
    return is_error(args[2]) ? VALUE_ERROR : call_value(thread, function, args, 5);
}

Value import_statement(Thread *thread, Frame *frame, Str *name, Value from_list, Value level) {
    Value function = namespace_builtin(thread, common_name(thread, NAME___import__));
    if (is_error(function)) {
        return VALUE_ERROR;
    }
    if (is_undefined(function)) {
        return raise_error(thread, ERROR_ImportError, "__import__ not found");
    }
    if (!native_is(function, import_function)) {
        Value request[] = {value_object(name), from_list, level};
        return call_replaced(thread, frame, function, request);
    }
    return import_name(thread, frame_globals(frame), name, !is_none(from_list),
                       as_small_int(level));
}

// What the message about a name that is not there calls the module; NULL: nothing.
static Str *own_text(Thread *thread, Value module, NameIndex name) {
    Value text = attribute_get_optional(thread, module, common_name(thread, name));
    if (is_error(text)) {
        error_clear(thread);
    }
    return is_str(text) ? as_str(text) : NULL;
}

static Value raise_cannot_import(Thread *thread, Value module, Str *name) {
    Str *owner = own_text(thread, module, NAME___name__);
    Str *file = own_text(thread, module, NAME___file__);
    bool partial = is_module(module) && module_is_being_imported(as_module(module));
    Str *message =
        str_format(thread, "cannot import name '%s' from %s'%s' %s(%s)", str_text(thread, name),
                   partial ? "partially initialized module " : "",
                   owner ? str_text(thread, owner) : "<unknown module name>",
                   partial ? "(most likely due to a circular import) " : "",
                   file ? str_text(thread, file) : "unknown location");
    Exception *error = exception_new(thread, ERROR_ImportError, message);
    error->fields[IMPORT_ERROR_NAME] = owner ? value_object(owner) : VALUE_NONE;
    error->fields[IMPORT_ERROR_PATH] = file ? value_object(file) : VALUE_NONE;
    error->fields[IMPORT_ERROR_NAME_FROM] = value_object(name);
    return raise_value(thread, value_object(error));
}

Value import_from(Thread *thread, Value module, Str *name) {
    Value part = part_of(thread, module, name);
    return is_undefined(part) ? raise_cannot_import(thread, module, name) : part;
}

// Where the names of `import *` go.
static bool bind_name(Thread *thread, Frame *frame, Str *name, Value v) {
    if (frame->code->flags & CODE_NAMES) {
        return operation_set_item(thread, frame->registers[0], value_object(name), v);
    }
    dict_set_str(thread, frame_globals(frame), name, v);
    return true;
}

static bool bind_listed(Thread *thread, Frame *frame, Value module, Value listed) {
    Value names = operation_to_list(thread, listed);
    if (is_error(names)) {
        return false;
    }
    for (size_t i = 0; i < as_list(names)->length; i++) {
        Value name = as_list(names)->items[i];
        if (!check_item(thread, name, "__all__")) {
            return false;
        }
        Str *text = str_intern(thread, as_str(name));
        Value v = part_of(thread, module, text);
        v = is_undefined(v) ? attribute_raise_missing(thread, module, text) : v;
        if (is_error(v) || !bind_name(thread, frame, text, v)) {
            return false;
        }
    }
    return true;
}

// All keys of __dict__ that do not begin with an underscore.
static bool bind_public(Thread *thread, Frame *frame, Value module, Value keys) {
    Value names = operation_to_list(thread, keys);
    for (size_t i = 0; !is_error(names) && i < as_list(names)->length; i++) {
        Value name = as_list(names)->items[i];
        if (!check_item(thread, name, "__dict__")) {
            return false;
        }
        if (as_str(name)->length > 0 && str_char_at(as_str(name), 0) == '_') {
            continue;
        }
        Value v = attribute_get(thread, module, as_str(name));
        if (is_error(v) || !bind_name(thread, frame, as_str(name), v)) {
            return false;
        }
    }
    return !is_error(names);
}

bool import_star(Thread *thread, Frame *frame, Value module) {
    Value listed = attribute_get_optional(thread, module, common_name(thread, NAME___all__));
    if (!is_undefined(listed)) {
        return !is_error(listed) && bind_listed(thread, frame, module, listed);
    }
    Value names = attribute_get_optional(thread, module, common_name(thread, NAME___dict__));
    if (is_undefined(names)) {
        return raise_false(thread, ERROR_ImportError,
                           "from-import-* object has no __dict__ and no __all__");
    }
    return !is_error(names) && bind_public(thread, frame, module, names);
}
