// SPDX-License-Identifier: MIT
//
// weakref.proxy: an object that behaves like another one without keeping it alive.
//
// Every slot finds the target and does to it what was to be done to the proxy; a proxy among the
// operands of an operator is replaced by its target. The target is held in a local variable
// meanwhile, so that it lives until the operation is over. Only hash() is refused: a proxy may lose
// its target, and a key must not change. CPython's counterpart: `proxy_*` in weakrefobject.c.
#include "weak_table.h"

#include "attribute.h"
#include "call.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

static bool is_proxy(Thread *thread, Value v) {
    return is_instance_of(v, library_late_type(thread, LATE_weak_proxy)) ||
           is_instance_of(v, library_late_type(thread, LATE_weak_callable_proxy));
}

// What `v` stands for: itself unless it is a proxy; ReferenceError if that has lost its target.
static bool resolve(Thread *thread, Value *v) {
    if (!is_proxy(thread, *v))
        return true;
    Object *target = as_weak(*v)->target;
    if (target == NULL)
        return raise_false(thread, ERROR_ReferenceError,
                           "weakly-referenced object no longer exists");
    *v = value_object(target);
    return true;
}

// ---- Attributes and calls ----

static Value get_attribute_slot(Thread *thread, Value self, Str *name) {
    return resolve(thread, &self) ? attribute_get(thread, self, name) : VALUE_ERROR;
}

static bool set_attribute_slot(Thread *thread, Value self, Str *name, Value v) {
    if (!resolve(thread, &self))
        return false;
    return is_undefined(v) ? attribute_delete(thread, self, name)
                           : attribute_set(thread, self, name, v);
}

static Value call_slot(Thread *thread, Value self, Value *args, size_t count, Tuple *keywords) {
    return resolve(thread, &self) ? call_with_keywords(thread, self, args, count, keywords)
                                  : VALUE_ERROR;
}

static Value repr_slot(Thread *thread, Value self) {
    unsigned long long address = self.bits;
    const WeakReference *r = as_weak(self);
    if (r->target == NULL)
        return value_object(str_format(thread, "<weakproxy at 0x%012llx; dead>", address));
    Value target = value_object(r->target);
    return value_object(str_format(thread, "<weakproxy at 0x%012llx; to '%s' at 0x%012llx>",
                                   address, type_name(thread, target),
                                   (unsigned long long)target.bits));
}

static Value str_slot(Thread *thread, Value self) {
    Str *s = resolve(thread, &self) ? operation_str(thread, self) : NULL;
    return s ? value_object(s) : VALUE_ERROR;
}

// ---- Containers ----

static int truth_slot(Thread *thread, Value self) {
    return resolve(thread, &self) ? operation_truth(thread, self) : -1;
}

static int64_t length_slot(Thread *thread, Value self) {
    return resolve(thread, &self) ? operation_length(thread, self) : -1;
}

static int contains_slot(Thread *thread, Value self, Value v) {
    return resolve(thread, &self) ? operation_contains(thread, self, v) : -1;
}

static Value get_item_slot(Thread *thread, Value self, Value key) {
    return resolve(thread, &self) ? operation_get_item(thread, self, key) : VALUE_ERROR;
}

static bool set_item_slot(Thread *thread, Value self, Value key, Value v) {
    if (!resolve(thread, &self))
        return false;
    return is_undefined(v) ? operation_delete_item(thread, self, key)
                           : operation_set_item(thread, self, key, v);
}

static Value iter_slot(Thread *thread, Value self) {
    return resolve(thread, &self) ? operation_iter(thread, self) : VALUE_ERROR;
}

static Value next_slot(Thread *thread, Value self) {
    if (!resolve(thread, &self))
        return VALUE_ERROR;
    if (type_of(thread, self)->slots.next == NULL)
        return raise_error(thread, ERROR_TypeError,
                           "Weakref proxy referenced a non-iterator '%s' object",
                           type_name(thread, self));
    return operation_next(thread, self);
}

static Value reversed_method(Thread *thread, Value *args) {
    Value self = args[0];
    return resolve(thread, &self)
               ? call_method(thread, self, str_intern_c(thread, "__reversed__"), NULL, 0)
               : VALUE_ERROR;
}

static Value bytes_method(Thread *thread, Value *args) {
    Value self = args[0];
    return resolve(thread, &self)
               ? call_method(thread, self, str_intern_c(thread, "__bytes__"), NULL, 0)
               : VALUE_ERROR;
}

// ---- Operators ----

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    return resolve(thread, &left) && resolve(thread, &right)
               ? operation_compare(thread, op, left, right)
               : VALUE_ERROR;
}

#define BINARY(name, symbol, method)                                                               \
    static Value binary_##name(Thread *thread, Value left, Value right) {                          \
        return resolve(thread, &left) && resolve(thread, &right)                                   \
                   ? operation_binary(thread, BINARY_##name, left, right)                          \
                   : VALUE_ERROR;                                                                  \
    }                                                                                              \
    static Value inplace_##name(Thread *thread, Value left, Value right) {                         \
        return resolve(thread, &left) && resolve(thread, &right)                                   \
                   ? operation_inplace(thread, BINARY_##name, left, right)                         \
                   : VALUE_ERROR;                                                                  \
    }
#define UNARY(name, symbol, method)                                                                \
    static Value unary_##name(Thread *thread, Value self) {                                        \
        return resolve(thread, &self) ? operation_unary(thread, UNARY_##name, self) : VALUE_ERROR; \
    }
#include "operators.def"
#undef BINARY
#undef UNARY

static Value index_slot(Thread *thread, Value self) {
    return resolve(thread, &self) ? operation_index(thread, self) : VALUE_ERROR;
}

static Value convert(Thread *thread, Value self, TypeIndex type) {
    return resolve(thread, &self) ? call_1(thread, value_object(builtin_type(thread, type)), self)
                                  : VALUE_ERROR;
}

static Value int_slot(Thread *thread, Value self) {
    return convert(thread, self, TYPE_int);
}

static Value float_slot(Thread *thread, Value self) {
    return convert(thread, self, TYPE_float);
}

static void trace_slot(Marker *marker, Object *self) {
    mark_value(marker, ((const WeakReference *)self)->callback);
}

static const NativeSpec proxy_methods[] = {
    NATIVE("__bytes__", bytes_method, "(self, /)", "bytes() of the object."),
    NATIVE("__reversed__", reversed_method, "(self, /)", "reversed() of the object."),
    NATIVE_END,
};

static const NativeSpec callable_proxy_methods[] = {
    NATIVE("__bytes__", bytes_method, "(self, /)", "bytes() of the object."),
    NATIVE_END,
};

// clang-format off
#define PROXY_SLOTS                                                                                \
    .repr = repr_slot, .str = str_slot, .truth = truth_slot, .length = length_slot,                \
    .contains = contains_slot, .get_item = get_item_slot, .set_item = set_item_slot,               \
    .iter = iter_slot, .next = next_slot, .compare = compare_slot, .index = index_slot,            \
    .to_int = int_slot, .to_float = float_slot, .get_attribute = get_attribute_slot,               \
    .set_attribute = set_attribute_slot, .trace = trace_slot
// clang-format on

const TypeSpec weak_proxy_type_spec = {
    .name = "weakref.ProxyType",
    .doc = "What weakref.proxy() makes.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_ABSTRACT | TYPE_UNHASHABLE,
    .size = sizeof(WeakReference),
    .slots =
        {
            PROXY_SLOTS,
#define BINARY(name, symbol, method) [BINARY_##name] = binary_##name,
            .binary =
                {
#include "operators.def"
                },
#undef BINARY
#define BINARY(name, symbol, method) [BINARY_##name] = inplace_##name,
            .inplace =
                {
#include "operators.def"
                },
#undef BINARY
#define UNARY(name, symbol, method) [UNARY_##name] = unary_##name,
            .unary =
                {
#include "operators.def"
                },
#undef UNARY
        },
    .methods = proxy_methods,
};

const TypeSpec weak_callable_proxy_type_spec = {
    .name = "weakref.CallableProxyType",
    .doc = "What weakref.proxy() makes of an object that can be called.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_ABSTRACT | TYPE_UNHASHABLE,
    .size = sizeof(WeakReference),
    .slots =
        {
            PROXY_SLOTS,
            .call = call_slot,
#define BINARY(name, symbol, method) [BINARY_##name] = binary_##name,
            .binary =
                {
#include "operators.def"
                },
#undef BINARY
#define BINARY(name, symbol, method) [BINARY_##name] = inplace_##name,
            .inplace =
                {
#include "operators.def"
                },
#undef BINARY
#define UNARY(name, symbol, method) [UNARY_##name] = unary_##name,
            .unary =
                {
#include "operators.def"
                },
#undef UNARY
        },
    .methods = callable_proxy_methods,
};
