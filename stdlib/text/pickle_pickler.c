// SPDX-License-Identifier: MIT
//
// The class Pickler, and dump and dumps.
//
// A subclass may override persistent_id and reducer_override and have a dispatch_table of its own;
// the three are looked up once for each dump. Its memo lives on between dumps, as in CPython: what
// an earlier dump has written is only mentioned by later ones.
#include "pickle_parts.h"

#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "heap.h"
#include "id_table.h"
#include "int.h"
#include "str.h"
#include "tuple.h"

static Pickler *as_pickler(Value v) {
    return (Pickler *)as_object(v);
}

static void pickler_trace(Marker *marker, Object *self) {
    const Pickler *p = (const Pickler *)self;
    mark_value(marker, p->write);
    mark_value(marker, p->buffer_callback);
    mark_value(marker, p->persistent_id);
    mark_value(marker, p->reducer_override);
    mark_value(marker, p->dispatch_table);
    mark_object(marker, p->standard_table);
    mark_object(marker, p->extra_table);
    mark_object(marker, p->extensions);
    mark_object(marker, p->fast_memo);
    mark_buffer(marker, p->data);
    mark_buffer(marker, p->memo.entries);
    for (size_t i = 0; p->memo.entries && i <= p->memo.mask; i++)
        mark_value(marker, p->memo.entries[i].object);
}

static Pickler *pickler_new(Thread *thread, Type *type) {
    Pickler *p = object_new(thread, type);
    p->write = p->buffer_callback = p->persistent_id = p->reducer_override = p->dispatch_table =
        VALUE_UNDEFINED;
    return p;
}

static Value pickler_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(pickler_new(thread, (Type *)as_object(callee)));
}

// ---- Settings ----

static bool set_protocol(Thread *thread, Pickler *p, Value given, Value fix_imports) {
    int64_t protocol = PICKLE_DEFAULT_PROTOCOL;
    int fix = operation_truth(thread, fix_imports);
    if (fix < 0 || (!is_none(given) && !operation_index_int64(thread, given, &protocol)))
        return false;
    if (protocol < 0)
        protocol = PICKLE_HIGHEST_PROTOCOL;
    if (protocol > PICKLE_HIGHEST_PROTOCOL)
        return raise_false(thread, ERROR_ValueError, "pickle protocol must be <= %d",
                           PICKLE_HIGHEST_PROTOCOL);
    p->protocol = (int)protocol;
    p->binary = protocol > 0;
    p->fix_imports = fix && protocol < 3;
    return true;
}

static bool set_callback(Thread *thread, Pickler *p, Value callback) {
    if (!is_none(callback) && p->protocol < 5)
        return raise_false(thread, ERROR_ValueError, "buffer_callback needs protocol >= 5");
    p->buffer_callback = is_none(callback) ? VALUE_UNDEFINED : callback;
    return true;
}

// args: file, protocol, fix_imports, buffer_callback
static bool set_up(Thread *thread, Pickler *p, const Value *args) {
    if (!set_protocol(thread, p, args[1], args[2]) || !set_callback(thread, p, args[3]))
        return false;
    p->write = attribute_get_optional(thread, args[0], common_name(thread, NAME_write));
    if (is_undefined(p->write))
        return raise_false(thread, ERROR_TypeError, "file must have a 'write' attribute");
    return !is_error(p->write);
}

static bool load_tables(Thread *thread, Pickler *p) {
    Value table = pickle_module_attribute(thread, "copyreg", "dispatch_table");
    Value extensions =
        is_error(table) ? table : pickle_module_attribute(thread, "copyreg", "_extension_registry");
    if (is_error(extensions))
        return false;
    if (!is_dict(table))
        return raise_false(thread, ERROR_RuntimeError,
                           "copyreg.dispatch_table should be a dict, not %s",
                           type_name(thread, table));
    if (!is_dict(extensions))
        return raise_false(thread, ERROR_RuntimeError,
                           "copyreg._extension_registry should be a dict, not %s",
                           type_name(thread, extensions));
    p->standard_table = as_dict(table);
    p->extensions = as_dict(extensions);
    return true;
}

static Value pickler_persistent_id(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NONE;
}

// An attribute of a subclass or an instance; UNDEFINED if it is the method of Pickler itself.
static bool load_hook(Thread *thread, Value self, const char *name, Value *hook) {
    *hook = attribute_get_optional(thread, self, str_intern_c(thread, name));
    if (native_is(*hook, pickler_persistent_id))
        *hook = VALUE_UNDEFINED;
    return !is_error(*hook);
}

static bool run_dump(Thread *thread, Pickler *p, Value v) {
    if (!load_tables(thread, p))
        return false;
    p->plain_shape = NULL;
    pickle_begin(thread, p);
    return pickle_save(thread, p, v) && pickle_end(thread, p);
}

// ---- Methods ----

static Value pickler_init(Thread *thread, Value *args) {
    Pickler *p = as_pickler(args[0]);
    if (!set_up(thread, p, args + 1))
        return VALUE_ERROR;
    pickle_memo_clear(&p->memo);
    p->fast = 0;
    p->ready = 1;
    return VALUE_NONE;
}

static Value pickler_dump(Thread *thread, Value *args) {
    Pickler *p = as_pickler(args[0]);
    if (!p->ready) {
        pickle_raise(thread, "PicklingError", "Pickler.__init__() was not called by %s.__init__()",
                     type_name(thread, args[0]));
        return VALUE_ERROR;
    }
    bool own = object_type(args[0]) == library_late_type(thread, LATE_Pickler);
    bool good = (own || load_hook(thread, args[0], "persistent_id", &p->persistent_id)) &&
                (own || load_hook(thread, args[0], "reducer_override", &p->reducer_override)) &&
                load_hook(thread, args[0], "dispatch_table", &p->dispatch_table);
    return good && run_dump(thread, p, args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value pickler_clear_memo(Thread *thread, Value *args) {
    (void)thread;
    pickle_memo_clear(&as_pickler(args[0])->memo);
    return VALUE_NONE;
}

// The memo as a dict from id(object) to (number, object).
static Value pickler_memo_copy(Thread *thread, Value *args) {
    const PickleMemo *memo = &as_pickler(args[0])->memo;
    Dict *copy = dict_new(thread, memo->used);
    for (size_t i = 0; memo->entries && i <= memo->mask; i++) {
        Value v = memo->entries[i].object;
        if (!is_object(v))
            continue;
        Value pair = tuple_pair(thread, value_small_int((int64_t)memo->entries[i].index), v);
        Value id = int_from_uint64(thread, id_table_number(thread, as_object(v)));
        if (!dict_set(thread, copy, id, pair))
            return VALUE_ERROR;
    }
    return value_object(copy);
}

static Value pickler_set_memo(Thread *thread, Value *args) {
    PickleMemo memo = {0};
    size_t position = 0;
    Value key, pair;
    if (!is_dict(args[1]))
        return raise_error(thread, ERROR_TypeError, "memo must be a dict");
    while (dict_next(as_dict(args[1]), &position, &key, &pair)) {
        int64_t index;
        if (!is_tuple(pair) || as_tuple(pair)->length != 2)
            return raise_error(thread, ERROR_TypeError, "'memo' values must be 2-item tuples");
        if (!operation_index_int64(thread, as_tuple(pair)->items[0], &index))
            return VALUE_ERROR;
        pickle_memo_add(thread, &memo, as_tuple(pair)->items[1], (size_t)index);
    }
    memo.next = memo.used;
    as_pickler(args[0])->memo = memo;
    return VALUE_NONE;
}

static Value get_bin(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_pickler(self)->binary);
}
static bool set_bin(Thread *thread, Value self, Value v) {
    int truth = is_undefined(v) ? 0 : operation_truth(thread, v);
    as_pickler(self)->binary = truth > 0;
    return truth >= 0;
}
static Value get_fast(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_pickler(self)->fast);
}
static bool set_fast(Thread *thread, Value self, Value v) {
    int truth = is_undefined(v) ? 0 : operation_truth(thread, v);
    as_pickler(self)->fast = truth > 0;
    return truth >= 0;
}

static Value get_memo(Thread *thread, Value self) {
    Value proxy = pickle_module_attribute(thread, "_pickle", "PicklerMemoProxy");
    return is_error(proxy) ? proxy : call_1(thread, proxy, self);
}
static bool set_memo(Thread *thread, Value self, Value v) {
    Value setter = pickle_module_attribute(thread, "_pickle", "_set_pickler_memo");
    if (is_undefined(v))
        return raise_false(thread, ERROR_TypeError, "attribute deletion is not supported");
    return !is_error(setter) && !is_error(call_2(thread, setter, self, v));
}

static const NativeSpec pickler_methods[] = {
    NATIVE("__init__", pickler_init,
           "(self, /, file, protocol=None, fix_imports=True, buffer_callback=None)",
           "Write to file.write."),
    NATIVE("dump", pickler_dump, "(self, obj, /)", "Write the pickle of obj to the file."),
    NATIVE("clear_memo", pickler_clear_memo, "(self, /)",
           "Forget what has been written, as if nothing had."),
    NATIVE("persistent_id", pickler_persistent_id, "(self, obj, /)",
           "What stands for obj in the pickle, or None; for subclasses."),
    NATIVE("_memo_copy", pickler_memo_copy, "(self, /)", "The memo as a dict."),
    NATIVE("_memo_set", pickler_set_memo, "(self, memo, /)", "Take the memo from a dict."),
    NATIVE_END,
};
static const GetSetSpec pickler_getsets[] = {
    GETSET("memo", get_memo, set_memo, "The objects that have been written."),
    GETSET("bin", get_bin, set_bin, "Whether the protocol is above 0."),
    GETSET("fast", get_fast, set_fast, "Whether to write without a memo."),
    GETSET_END,
};

const TypeSpec pickler_type_spec = {
    .name = "_pickle.Pickler",
    .doc = "(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\n"
           "Writes pickles of objects to a file.",
    .flags = TYPE_WEAK | TYPE_HAS_INIT | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(Pickler),
    .slots = {.construct = pickler_construct, .trace = pickler_trace},
    .methods = pickler_methods,
    .getsets = pickler_getsets,
};

// ---- Functions ----

static Value dump(Thread *thread, Value *args) {
    Pickler *p = pickler_new(thread, library_late_type(thread, LATE_Pickler));
    Value settings[] = {args[1], args[2], args[3], args[4]};
    return set_up(thread, p, settings) && run_dump(thread, p, args[0]) ? VALUE_NONE : VALUE_ERROR;
}

static Value dumps(Thread *thread, Value *args) {
    Pickler *p = pickler_new(thread, library_late_type(thread, LATE_Pickler));
    if (!set_protocol(thread, p, args[1], args[2]) || !set_callback(thread, p, args[3]) ||
        !run_dump(thread, p, args[0]))
        return VALUE_ERROR;
    return value_object(bytes_new(thread, p->data, p->length));
}

// As dumps, but a dict of reducers is asked before copyreg's table.
static Value dumps_with(Thread *thread, Value *args) {
    Pickler *p = pickler_new(thread, library_late_type(thread, LATE_Pickler));
    if (!is_exactly(args[1], LAYOUT_DICT))
        return raise_error(thread, ERROR_TypeError, "reducers must be a dict, not %s",
                           type_name(thread, args[1]));
    p->extra_table = as_dict(args[1]);
    if (!set_protocol(thread, p, args[2], VALUE_TRUE) || !run_dump(thread, p, args[0]))
        return VALUE_ERROR;
    return value_object(bytes_new(thread, p->data, p->length));
}

const NativeSpec pickle_dump_functions[] = {
    NATIVE("dump", dump, "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
           "Write the pickle of obj to a file."),
    NATIVE("dumps", dumps, "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
           "Return the pickle of obj."),
    NATIVE("_dumps_with", dumps_with, "(obj, reducers, protocol=None, /)",
           "Return the pickle of obj; a dict from types to functions says how to reduce some."),
    NATIVE_END,
};
