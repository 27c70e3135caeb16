// SPDX-License-Identifier: MIT
//
// mappingproxy: hands every reading operation on to a mapping and offers no writing one. Classes
// show their dictionary through it, so that all changes go the way that keeps caches right.
#include "call.h"
#include "arguments.h"
#include "container.h"
#include "dict_view.h"
#include "error.h"
#include "heap.h"
#include "list.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

static Value mapping_of(Value self) {
    return ((const MappingProxy *)as_object(self))->mapping;
}

static bool is_proxy(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_mappingproxy);
}

static Value strip_proxy(Thread *thread, Value v) {
    return is_proxy(thread, v) ? mapping_of(v) : v;
}

Value mapping_proxy_new(Thread *thread, Value mapping) {
    MappingProxy *proxy = object_new(thread, builtin_type(thread, TYPE_mappingproxy));
    proxy->mapping = mapping;
    return value_object(proxy);
}

static Value construct_slot(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    static const ArgumentsSpec spec = {"mappingproxy", {"mapping"}, 1};
    Value mapping;
    (void)callee;
    if (!arguments_bind(thread, &spec, args, count, keywords, &mapping)) {
        return VALUE_ERROR;
    }
    if (is_list(mapping) || is_tuple(mapping) || !container_takes_keys(thread, mapping)) {
        return raise_error(thread, ERROR_TypeError,
                           "mappingproxy() argument must be a mapping, not %s",
                           type_name(thread, mapping));
    }
    return mapping_proxy_new(thread, mapping);
}

static Value repr_slot(Thread *thread, Value self) {
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_c(&out, "mappingproxy(");
    bool ok = native_enter_for(thread, " while getting the repr of an object");
    if (ok) {
        ok = text_builder_add_repr(&out, mapping_of(self));
        native_leave(thread);
    }
    text_builder_put(&out, ')');
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static Value str_slot(Thread *thread, Value self) {
    Str *text = operation_str(thread, mapping_of(self));
    return text ? value_object(text) : VALUE_ERROR;
}

static bool hash_slot(Thread *thread, Value self, uint64_t *hash) {
    return operation_hash(thread, mapping_of(self), hash);
}

static int64_t length_slot(Thread *thread, Value self) {
    return operation_length(thread, mapping_of(self));
}

static int contains_slot(Thread *thread, Value self, Value key) {
    return operation_contains(thread, mapping_of(self), key);
}

static Value get_item_slot(Thread *thread, Value self, Value key) {
    return operation_get_item(thread, mapping_of(self), key);
}

static Value iter_slot(Thread *thread, Value self) {
    return operation_iter(thread, mapping_of(self));
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    return operation_compare(thread, op, strip_proxy(thread, left), strip_proxy(thread, right));
}

static Value union_slot(Thread *thread, Value left, Value right) {
    return operation_binary(thread, BINARY_OR, strip_proxy(thread, left),
                            strip_proxy(thread, right));
}

static Value inplace_union_slot(Thread *thread, Value left, Value right) {
    (void)right;
    return raise_error(thread, ERROR_TypeError, "'|=' is not supported by %s; use '|' instead",
                       type_name(thread, left));
}

static Value forward(Thread *thread, Value *args, NameIndex name, size_t count) {
    return call_method(thread, mapping_of(args[0]), common_name(thread, name), args + 1, count);
}

static Value get_method(Thread *thread, Value *args) {
    return forward(thread, args, NAME_get, 2);
}

static Value keys_method(Thread *thread, Value *args) {
    return forward(thread, args, NAME_keys, 0);
}

static Value values_method(Thread *thread, Value *args) {
    return forward(thread, args, NAME_values, 0);
}

static Value items_method(Thread *thread, Value *args) {
    return forward(thread, args, NAME_items, 0);
}

static Value copy_method(Thread *thread, Value *args) {
    return forward(thread, args, NAME_copy, 0);
}

static Value reversed_method(Thread *thread, Value *args) {
    return forward(thread, args, NAME___reversed__, 0);
}

static void trace_proxy(Marker *marker, Object *self) {
    mark_value(marker, ((MappingProxy *)self)->mapping);
}

static const NativeSpec proxy_methods[] = {
    {"get", get_method, "(self, key, default=None, /)",
     "Return the value for key if key is in the mapping, else default.", NATIVE_PLAIN},
    {"keys", keys_method, "(self, /)", "a set-like object providing a view on D's keys",
     NATIVE_PLAIN},
    {"values", values_method, "(self, /)", "an object providing a view on D's values",
     NATIVE_PLAIN},
    {"items", items_method, "(self, /)", "a set-like object providing a view on D's items",
     NATIVE_PLAIN},
    {"copy", copy_method, "(self, /)", "D.copy() -> a shallow copy of D", NATIVE_PLAIN},
    {"__reversed__", reversed_method, "(self, /)", "D.__reversed__() -> reverse iterator",
     NATIVE_PLAIN},
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    {0},
};

const TypeSpec mappingproxy_type_spec = {
    .name = "mappingproxy",
    .doc = "(mapping)\n--\n\nRead-only proxy of a mapping.",
    .type_index = TYPE_mappingproxy,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_PATTERN_MAPPING,
    .size = sizeof(MappingProxy),
    .slots =
        {
            .repr = repr_slot,
            .str = str_slot,
            .hash = hash_slot,
            .length = length_slot,
            .contains = contains_slot,
            .get_item = get_item_slot,
            .iter = iter_slot,
            .compare = compare_slot,
            .binary = {[BINARY_OR] = union_slot},
            .inplace = {[BINARY_OR] = inplace_union_slot},
            .construct = construct_slot,
            .trace = trace_proxy,
        },
    .methods = proxy_methods,
};
