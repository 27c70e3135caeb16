// SPDX-License-Identifier: MIT
//
// The class Unpickler, and load and loads.
//
// A subclass may override find_class and persistent_load, which are looked up once for each load.
// Its memo lives on between loads, as in CPython, for the pickles that one Pickler wrote to one
// file after another.
#include "pickle_parts.h"

#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "heap.h"
#include "int.h"
#include "str.h"
#include "tuple.h"

static Unpickler *as_unpickler(Value v) {
    return (Unpickler *)as_object(v);
}

static void unpickler_trace(Marker *marker, Object *self) {
    const Unpickler *u = (const Unpickler *)self;
    mark_value(marker, u->read);
    mark_value(marker, u->readline);
    mark_value(marker, u->peek);
    mark_value(marker, u->input);
    mark_value(marker, u->encoding);
    mark_value(marker, u->errors);
    mark_value(marker, u->buffers);
    mark_value(marker, u->find_class);
    mark_value(marker, u->persistent_load);
    mark_buffer(marker, u->marks);
    mark_buffer(marker, u->stack);
    if (u->stack)
        mark_values(marker, u->stack, u->depth);
    mark_buffer(marker, u->memo.values);
    if (u->memo.values)
        mark_values(marker, u->memo.values, u->memo.capacity);
    mark_object(marker, u->memo.sparse);
    mark_object(marker, u->built_type);
    mark_values(marker, u->built_names, sizeof u->built_names / sizeof *u->built_names);
}

static Unpickler *unpickler_new(Thread *thread, Type *type) {
    Unpickler *u = object_new(thread, type);
    u->read = u->readline = u->peek = u->input = u->encoding = u->errors = u->buffers =
        u->find_class = u->persistent_load = VALUE_UNDEFINED;
    return u;
}

static Value unpickler_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(unpickler_new(thread, (Type *)as_object(callee)));
}

// ---- Settings ----

static bool set_text(Thread *thread, Value v, const char *function, const char *what, Value *text) {
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError, "%s() argument '%s' must be str, not %s",
                           function, what, argument_type_name(thread, v));
    size_t length;
    if (strlen(str_utf8(thread, as_str(v), &length)) != length)
        return raise_false(thread, ERROR_ValueError, "embedded null character");
    *text = v;
    return true;
}

// args: fix_imports, encoding, errors, buffers
static bool set_options(Thread *thread, Unpickler *u, const char *function, const Value *args) {
    int fix = operation_truth(thread, args[0]);
    u->fix_imports = fix > 0;
    if (fix < 0 || !set_text(thread, args[1], function, "encoding", &u->encoding) ||
        !set_text(thread, args[2], function, "errors", &u->errors))
        return false;
    bool none = is_none(args[3]) || is_undefined(args[3]);
    u->buffers = none ? VALUE_UNDEFINED : operation_iter(thread, args[3]);
    return !is_error(u->buffers);
}

static bool set_file(Thread *thread, Unpickler *u, Value file) {
    u->peek = attribute_get_optional(thread, file, str_intern_c(thread, "peek"));
    u->read = is_error(u->peek)
                  ? u->peek
                  : attribute_get_optional(thread, file, common_name(thread, NAME_read));
    u->readline = is_error(u->read)
                      ? u->read
                      : attribute_get_optional(thread, file, common_name(thread, NAME_readline));
    if (is_error(u->readline))
        return false;
    if (is_undefined(u->read) || is_undefined(u->readline))
        return raise_false(thread, ERROR_TypeError,
                           "file must have 'read' and 'readline' attributes");
    u->data = NULL;
    u->length = u->next = u->prefetched = 0;
    return true;
}

static Value run_load(Thread *thread, Unpickler *u) {
    unpickle_clear_stack(u);
    u->protocol = 0;
    u->at_code = false;
    return unpickle_run(thread, u);
}

// ---- Methods ----

static Value unpickler_init(Thread *thread, Value *args) {
    Unpickler *u = as_unpickler(args[0]);
    if (!set_file(thread, u, args[1]) || !set_options(thread, u, "Unpickler", args + 2))
        return VALUE_ERROR;
    unpickle_clear_memo(u);
    u->ready = 1;
    return VALUE_NONE;
}

static Value unpickler_find_class(Thread *thread, Value *args) {
    return unpickle_find_class(thread, as_unpickler(args[0]), args[1], args[2]);
}

static Value unpickler_persistent_load(Thread *thread, Value *args) {
    (void)args;
    pickle_raise(
        thread, "UnpicklingError",
        "A load persistent id instruction was encountered, but no persistent_load function "
        "was specified.");
    return VALUE_ERROR;
}

// UNDEFINED if it is the method of Unpickler itself.
static bool load_hook(Thread *thread, Value self, const char *name, NativeFunction own,
                      Value *hook) {
    *hook = attribute_get(thread, self, str_intern_c(thread, name));
    if (native_is(*hook, own))
        *hook = VALUE_UNDEFINED;
    return !is_error(*hook);
}

static Value unpickler_load(Thread *thread, Value *args) {
    Unpickler *u = as_unpickler(args[0]);
    if (!u->ready) {
        pickle_raise(thread, "UnpicklingError",
                     "Unpickler.__init__() was not called by %s.__init__()",
                     type_name(thread, args[0]));
        return VALUE_ERROR;
    }
    if (!load_hook(thread, args[0], "find_class", unpickler_find_class, &u->find_class) ||
        !load_hook(thread, args[0], "persistent_load", unpickler_persistent_load,
                   &u->persistent_load))
        return VALUE_ERROR;
    return run_load(thread, u);
}

static Value unpickler_memo_copy(Thread *thread, Value *args) {
    const UnpickleMemo *memo = &as_unpickler(args[0])->memo;
    Dict *copy = memo->sparse ? dict_copy(thread, memo->sparse) : dict_new(thread, memo->count);
    for (size_t i = 0; i < memo->capacity; i++)
        if (memo->values[i].bits != 0 &&
            !dict_set(thread, copy, value_small_int((int64_t)i), memo->values[i]))
            return VALUE_ERROR;
    return value_object(copy);
}

static Value unpickler_set_memo(Thread *thread, Value *args) {
    Unpickler *u = as_unpickler(args[0]);
    UnpickleMemo old = u->memo;
    size_t position = 0;
    Value key, v;
    if (!is_dict(args[1]))
        return raise_error(thread, ERROR_TypeError, "memo must be a dict");
    unpickle_clear_memo(u);
    while (dict_next(as_dict(args[1]), &position, &key, &v)) {
        int64_t index;
        bool good = is_integral(key) && int_to_int64(key, &index) && index >= 0;
        if (good && unpickle_put_memo(thread, u, (uint64_t)index, v))
            continue;
        u->memo = old;
        return good ? VALUE_ERROR
               : is_integral(key)
                   ? raise_error(thread, ERROR_ValueError, "memo key must be positive integers.")
                   : raise_error(thread, ERROR_TypeError, "memo key must be integers");
    }
    return VALUE_NONE;
}

static Value get_memo(Thread *thread, Value self) {
    Value proxy = pickle_module_attribute(thread, "_pickle", "UnpicklerMemoProxy");
    return is_error(proxy) ? proxy : call_1(thread, proxy, self);
}
static bool set_memo(Thread *thread, Value self, Value v) {
    Value setter = pickle_module_attribute(thread, "_pickle", "_set_unpickler_memo");
    if (is_undefined(v))
        return raise_false(thread, ERROR_TypeError, "attribute deletion is not supported");
    return !is_error(setter) && !is_error(call_2(thread, setter, self, v));
}
static Value clear_memo(Thread *thread, Value *args) {
    (void)thread;
    unpickle_clear_memo(as_unpickler(args[0]));
    return VALUE_NONE;
}

static const NativeSpec unpickler_methods[] = {
    NATIVE("__init__", unpickler_init,
           "(self, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=None)",
           "Read from file.read, readline and, if there is one, peek."),
    NATIVE("load", unpickler_load, "(self, /)", "Return the object of the next pickle."),
    NATIVE("find_class", unpickler_find_class, "(self, module_name, global_name, /)",
           "What the module has under the name; for subclasses."),
    NATIVE("persistent_load", unpickler_persistent_load, "(self, pid, /)",
           "What pid stands for; for subclasses."),
    NATIVE("_memo_copy", unpickler_memo_copy, "(self, /)", "The memo as a dict."),
    NATIVE("_memo_set", unpickler_set_memo, "(self, memo, /)", "Take the memo from a dict."),
    NATIVE("_memo_clear", clear_memo, "(self, /)", "Forget the objects of earlier pickles."),
    NATIVE_END,
};
static const GetSetSpec unpickler_getsets[] = {
    GETSET("memo", get_memo, set_memo, "The objects that a pickle may mention again."),
    GETSET_END,
};

const TypeSpec unpickler_type_spec = {
    .name = "_pickle.Unpickler",
    .doc = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())\n--\n\n"
           "Reads the objects of pickles from a file.",
    .flags = TYPE_WEAK | TYPE_HAS_INIT | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(Unpickler),
    .slots = {.construct = unpickler_construct, .trace = unpickler_trace},
    .methods = unpickler_methods,
    .getsets = unpickler_getsets,
};

// ---- Functions ----

static Value load_file(Thread *thread, Value *args, bool trusted) {
    Unpickler *u = unpickler_new(thread, library_late_type(thread, LATE_Unpickler));
    bool good = set_file(thread, u, args[0]) && set_options(thread, u, "load", args + 1);
    u->trusted = trusted;
    return good ? run_load(thread, u) : VALUE_ERROR;
}

static Value load(Thread *thread, Value *args) {
    return load_file(thread, args, false);
}
static Value load_trusted(Thread *thread, Value *args) {
    return load_file(thread, args, true);
}

static Value load_bytes(Thread *thread, Value *args, bool trusted) {
    BytesView view;
    Unpickler *u = unpickler_new(thread, library_late_type(thread, LATE_Unpickler));
    if (!bytes_view(thread, args[0], &view) || !set_options(thread, u, "loads", args + 1))
        return VALUE_ERROR;
    Value data = is_exactly(args[0], LAYOUT_BYTES)
                     ? args[0]
                     : value_object(bytes_new(thread, view.data, view.length));
    unpickle_set_input(u, data);
    u->trusted = trusted;
    return run_load(thread, u);
}

static Value loads(Thread *thread, Value *args) {
    return load_bytes(thread, args, false);
}
static Value loads_trusted(Thread *thread, Value *args) {
    return load_bytes(thread, args, true);
}

#define LOAD_SIGNATURE                                                                             \
    "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=None)"
#define LOADS_SIGNATURE                                                                            \
    "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=None)"

const NativeSpec pickle_load_functions[] = {
    NATIVE("load", load, LOAD_SIGNATURE, "Return the object of the pickle that a file has next."),
    NATIVE("_load_trusted", load_trusted, LOAD_SIGNATURE,
           "The same, of a file that a process of this program has written."),
    NATIVE("loads", loads, LOADS_SIGNATURE, "Return the object of a pickle."),
    NATIVE("_loads_trusted", loads_trusted, LOADS_SIGNATURE,
           "Return the object of a pickle that a process of this program has written."),
    NATIVE_END,
};
