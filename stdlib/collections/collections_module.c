// SPDX-License-Identifier: MIT
//
// The native half of the module collections: defaultdict, the counting loop of Counter, and the
// field of a named tuple. The other classes are in collections.mini.
//
// A defaultdict is a dict with one more member. Its get_item slot looks the key up and only for a
// missing one asks the factory, without going through __missing__ unless a subclass has its own.
#include "collections_parts.h"
#include "modules.h"

#include "descriptor.h"
#include "dict.h"
#include "dict_table.h"
#include "reduce.h"
#include "slots.h"

typedef struct DefaultDict {
    Dict dict;
    Value factory; // 0 after a plain construct: as None
} DefaultDict;

static Value factory_of(Value self) {
    Value factory = ((DefaultDict *)as_object(self))->factory;
    return is_error(factory) ? VALUE_NONE : factory;
}

static Value missing_method(Thread *thread, Value *args) {
    Value factory = factory_of(args[0]);
    if (is_none(factory))
        return raise_key_error(thread, args[1]);
    Value item = call_0(thread, factory);
    if (is_error(item) || !operation_set_item(thread, args[0], args[1], item))
        return VALUE_ERROR;
    return item;
}

static Value default_get_item(Thread *thread, Value self, Value key) {
    Value item, args[] = {self, key};
    int found = dict_get(thread, as_dict(self), key, &item);
    if (found != 0)
        return found > 0 ? item : VALUE_ERROR;
    if (!(object_type(self)->flags & TYPE_FROM_CLASS))
        return missing_method(thread, args);
    return slots_call_special(thread, common_name(thread, NAME___missing__), args, 2);
}

static Value default_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    size_t named = keywords ? keywords->length : 0, positional = count - named;
    Value factory = positional > 0 ? args[0] : VALUE_NONE;
    if (!is_none(factory) && !is_callable(factory))
        return raise_error(thread, ERROR_TypeError, "first argument must be callable or None");
    if (positional > 2)
        return raise_error(thread, ERROR_TypeError, "dict expected at most 1 argument, got %zu",
                           positional - 1);
    Dict *dict = dict_new_of(thread, as_type(callee), 0);
    if (positional > 1 && !dict_update(thread, dict, args[1]))
        return VALUE_ERROR;
    for (size_t i = 0; i < named; i++)
        dict_set_str(thread, dict, as_str(keywords->items[i]), args[positional + i]);
    ((DefaultDict *)dict)->factory = factory;
    return value_object(dict);
}

static Value default_copy(Thread *thread, Value *args) {
    Value given[] = {factory_of(args[0]), args[0]};
    return call_value(thread, value_object(object_type(args[0])), given, 2);
}

static Value default_or(Thread *thread, Value left, Value right) {
    if (!is_dict(left) || !is_dict(right))
        return VALUE_NOT_IMPLEMENTED;
    bool mine = is_instance_of(left, library_late_type(thread, LATE_defaultdict));
    Value self = mine ? left : right;
    Value given[] = {factory_of(self), left};
    Value result = call_value(thread, value_object(object_type(self)), given, 2);
    if (is_error(result) || !dict_update(thread, as_dict(result), right))
        return VALUE_ERROR;
    return result;
}

static bool add_factory(TextBuilder *out, Thread *thread, Value self) {
    int entered = repr_enter(thread, factory_of(self));
    if (entered != 0) {
        text_builder_add_c(out, "...");
        return entered > 0;
    }
    bool ok = text_builder_add_repr(out, factory_of(self));
    repr_leave(thread, factory_of(self));
    return ok;
}

static Value default_repr(Thread *thread, Value self) {
    Value content = builtin_type(thread, TYPE_dict)->slots.repr(thread, self);
    if (is_error(content))
        return content;
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_printf(&out, "%s(", type_short_name(object_type(self)));
    if (!add_factory(&out, thread, self))
        return VALUE_ERROR;
    text_builder_add_c(&out, ", ");
    text_builder_add(&out, as_str(content));
    text_builder_put(&out, ')');
    return value_object(text_builder_finish(&out));
}

static Value get_factory(Thread *thread, Value self) {
    (void)thread;
    return factory_of(self);
}
static bool set_factory(Thread *thread, Value self, Value v) {
    (void)thread;
    ((DefaultDict *)as_object(self))->factory = is_undefined(v) ? VALUE_NONE : v;
    return true;
}

static void default_trace(Marker *marker, Object *self) {
    mark_value(marker, ((DefaultDict *)self)->factory);
    dict_type_spec.slots.trace(marker, self);
}

// (type, (default_factory,), None, None, items)
static Value default_reduce(Thread *thread, Value *args) {
    Value items = call_method(thread, args[0], str_intern_c(thread, "items"), NULL, 0);
    Value factory = get_factory(thread, args[0]);
    Value pairs = is_error(items) ? items : operation_iter(thread, items);
    if (is_error(pairs))
        return pairs;
    Value arguments = value_object(tuple_from_array(thread, &factory, is_none(factory) ? 0 : 1));
    Value parts[] = {value_object(object_type(args[0])), arguments, VALUE_NONE, VALUE_NONE, pairs};
    return value_object(tuple_from_array(thread, parts, 5));
}

static const NativeSpec default_methods[] = {
    REDUCE_METHOD(default_reduce),
    NATIVE("__missing__", missing_method, "(self, key, /)",
           "Store and return what the factory makes; KeyError if there is no factory."),
    NATIVE("copy", default_copy, "(self, /)", "A shallow copy."),
    NATIVE("__copy__", default_copy, "(self, /)", "A shallow copy."),
    NATIVE_END,
};
static const GetSetSpec default_getsets[] = {
    GETSET("default_factory", get_factory, set_factory, "Makes the value of a missing key."),
    GETSET_END,
};

const TypeSpec defaultdict_type_spec = {
    .name = "collections.defaultdict",
    .doc = "A dict that makes missing values by calling default_factory.",
    .layout = LAYOUT_DICT,
    .flags = TYPE_UNHASHABLE | TYPE_HAS_INIT,
    .size = sizeof(DefaultDict),
    .slots = {.repr = default_repr,
              .get_item = default_get_item,
              .binary = {[BINARY_OR] = default_or},
              .construct = default_construct,
              .trace = default_trace},
    .methods = default_methods,
    .getsets = default_getsets,
};

// ---- Counter ----

static bool count_one(Thread *thread, Dict *counts, Value key) {
    uint64_t hash;
    Value old;
    if (!container_hash(thread, key, &hash))
        return false;
    int found = dict_get_hashed(thread, counts, key, hash, &old);
    if (found < 0)
        return false;
    Value one = value_small_int(1);
    Value sum = found == 0          ? one
                : is_small_int(old) ? int_add(thread, old, one)
                                    : operation_binary(thread, BINARY_ADD, old, one);
    return !is_error(sum) && dict_set_hashed(thread, counts, key, hash, sum);
}

static Value count_elements(Thread *thread, Value *args) {
    if (!is_dict(args[0]))
        return raise_error(thread, ERROR_TypeError, "a dict is required, not '%s'",
                           type_name(thread, args[0]));
    Value iterator = operation_iter(thread, args[1]);
    if (is_error(iterator))
        return iterator;
    for (;;) {
        Value key = operation_next(thread, iterator);
        if (is_undefined(key))
            return VALUE_NONE;
        if (is_error(key) || !count_one(thread, as_dict(args[0]), key))
            return VALUE_ERROR;
    }
}

// ---- The fields of named tuples: descriptors that read one item ----

typedef struct TupleGetter {
    Object object;
    uint64_t index;
    Value doc;
} TupleGetter;

static Value getter_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    int64_t index;
    if (!container_arguments(thread, "_tuplegetter", count, keywords, 2, 2) ||
        !operation_index_int64(thread, args[0], &index))
        return VALUE_ERROR;
    TupleGetter *getter = object_new(thread, as_type(callee));
    getter->index = (uint64_t)index;
    getter->doc = args[1];
    return value_object(getter);
}

static Value getter_get(Thread *thread, Value self, Value instance, Value owner) {
    const TupleGetter *getter = (TupleGetter *)as_object(self);
    (void)owner;
    if (is_undefined(instance) || is_none(instance))
        return self;
    if (!is_tuple(instance))
        return raise_error(thread, ERROR_TypeError,
                           "descriptor for index '%llu' for tuple subclasses doesn't apply to "
                           "'%s' object",
                           (unsigned long long)getter->index, type_name(thread, instance));
    const Tuple *tuple = as_tuple(instance);
    return getter->index < tuple->length
               ? tuple->items[getter->index]
               : raise_error(thread, ERROR_IndexError, "tuple index out of range");
}

static Value getter_repr(Thread *thread, Value self) {
    const TupleGetter *getter = (TupleGetter *)as_object(self);
    Str *doc = operation_repr(thread, getter->doc);
    return doc ? value_object(str_format(thread, "_tuplegetter(%llu, %s)",
                                         (unsigned long long)getter->index, str_text(thread, doc)))
               : VALUE_ERROR;
}

static bool getter_set(Thread *thread, Value self, Value instance, Value v) {
    (void)self;
    (void)instance;
    (void)v;
    return raise_false(thread, ERROR_AttributeError, "can't set attribute");
}

static Value getter_doc(Thread *thread, Value self) {
    (void)thread;
    return ((TupleGetter *)as_object(self))->doc;
}
static bool getter_set_doc(Thread *thread, Value self, Value v) {
    (void)thread;
    ((TupleGetter *)as_object(self))->doc = is_undefined(v) ? VALUE_NONE : v;
    return true;
}

static void getter_trace(Marker *marker, Object *self) {
    mark_value(marker, ((TupleGetter *)self)->doc);
}

static const GetSetSpec getter_getsets[] = {
    GETSET("__doc__", getter_doc, getter_set_doc, "What the field is."),
    GETSET_END,
};
static const TypeSpec tuplegetter_type_spec = {
    .name = "collections._tuplegetter",
    .flags = TYPE_FINAL,
    .size = sizeof(TupleGetter),
    .slots = {.descriptor_get = getter_get,
              .descriptor_set = getter_set,
              .construct = getter_construct,
              .repr = getter_repr,
              .trace = getter_trace},
    .getsets = getter_getsets,
};

static const NativeSpec collections_functions[] = {
    NATIVE("_count_elements", count_elements, "(mapping, iterable, /)",
           "Add 1 to mapping[x] for each x of the iterable."),
    NATIVE_END,
};

bool collections_init(Thread *thread, Module *module) {
    module_add(thread, module, "deque", value_object(library_late_type(thread, LATE_deque)));
    module_add(thread, module, "_deque_iterator", // the name in pickles
               value_object(library_late_type(thread, LATE_deque_iterator)));
    module_add(thread, module, "OrderedDict",
               value_object(library_late_type(thread, LATE_OrderedDict)));
    module_add(thread, module, "defaultdict",
               value_object(library_late_type(thread, LATE_defaultdict)));
    module_add_type(thread, module, &tuplegetter_type_spec, NULL);
    module_add_natives(thread, module, collections_functions);
    return true;
}
