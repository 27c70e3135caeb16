// SPDX-License-Identifier: MIT
//
// The C functions in the slots of classes written in Mini: each looks its special method up in the
// type and calls it. The look-up goes through the cache of type_lookup, a method found as a plain
// function is called without making a bound method.
//
// What a method may return is checked where the result is used (operation_repr and so on), except
// where the slot's C type already forces a decision here: truth, length, hash.
#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "int.h"
#include "operations.h"
#include "slot_table.h"
#include "str.h"
#include "type.h"

Value slots_call_special(Thread *thread, Str *name, Value *args, size_t count) {
    Type *type = type_of(thread, args[0]);
    Value method = type_lookup(thread, type, name);
    if (is_undefined(method)) {
        return method;
    }
    if (is_method_like(method)) {
        return call_value(thread, method, args, count);
    }
    Value bound = descriptor_bind(thread, method, args[0], type);
    return is_error(bound) ? bound : call_value(thread, bound, args + 1, count - 1);
}

Value slots_call_prepended(Thread *thread, Value callee, Value first, const Value *args,
                           size_t count, Tuple *keywords) {
    enum { FEW = 16 };
    Value few[FEW + 1];
    Value *all = few;
    if (count > FEW) {
        all = heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof(Value));
    }
    all[0] = first;
    if (count) {
        memcpy(all + 1, args, count * sizeof(Value));
    }
    return call_with_keywords(thread, callee, all, count + 1, keywords);
}

static Value call_1_special(Thread *thread, NameIndex index, Value self) {
    return slots_call_special(thread, common_name(thread, index), &self, 1);
}

static Value call_2_special(Thread *thread, NameIndex index, Value self, Value argument) {
    Value args[] = {self, argument};
    return slots_call_special(thread, common_name(thread, index), args, 2);
}

#define GENERIC_UNARY(function, method)                                                            \
    Value function(Thread *thread, Value self) {                                                   \
        return call_1_special(thread, NAME_##method, self);                                        \
    }
GENERIC_UNARY(slot_repr, __repr__)
GENERIC_UNARY(slot_str, __str__)
GENERIC_UNARY(slot_neg, __neg__)
GENERIC_UNARY(slot_pos, __pos__)
GENERIC_UNARY(slot_invert, __invert__)
GENERIC_UNARY(slot_index, __index__)
GENERIC_UNARY(slot_int, __int__)
GENERIC_UNARY(slot_float, __float__)
GENERIC_UNARY(slot_await, __await__)
GENERIC_UNARY(slot_aiter, __aiter__)
GENERIC_UNARY(slot_anext, __anext__)

Value slot_iter(Thread *thread, Value self) {
    Value method = type_lookup(thread, object_type(self), common_name(thread, NAME___iter__));
    if (is_none(method)) {
        return raise_error(thread, ERROR_TypeError, "'%s' object is not iterable",
                           type_name(thread, self));
    }
    return call_1_special(thread, NAME___iter__, self);
}

Value slot_next(Thread *thread, Value self) {
    Value item = call_1_special(thread, NAME___next__, self);
    if (is_error(item) && error_matches(thread, ERROR_StopIteration)) {
        error_clear(thread);
        return VALUE_UNDEFINED;
    }
    return item;
}

Value slot_get_item(Thread *thread, Value self, Value key) {
    return call_2_special(thread, NAME___getitem__, self, key);
}

int slot_contains(Thread *thread, Value self, Value item) {
    Value method = type_lookup(thread, object_type(self), common_name(thread, NAME___contains__));
    if (is_none(method)) {
        return raise_minus_one(thread, ERROR_TypeError, "'%s' object is not a container",
                               type_name(thread, self));
    }
    Value found = call_2_special(thread, NAME___contains__, self, item);
    return is_error(found) ? -1 : operation_truth(thread, found);
}

bool slot_set_item(Thread *thread, Value self, Value key, Value v) {
    Value args[] = {self, key, v};
    bool deleting = is_undefined(v);
    Str *name = common_name(thread, deleting ? NAME___delitem__ : NAME___setitem__);
    Value result = slots_call_special(thread, name, args, deleting ? 2 : 3);
    if (is_undefined(result)) {
        return raise_false(thread, ERROR_TypeError, "'%s' object does not support item %s",
                           type_name(thread, self), deleting ? "deletion" : "assignment");
    }
    return !is_error(result);
}

bool slot_hash(Thread *thread, Value self, uint64_t *hash) {
    Value result = call_1_special(thread, NAME___hash__, self);
    if (is_error(result)) {
        return false;
    }
    if (!is_integral(result)) {
        return raise_false(thread, ERROR_TypeError, "__hash__ method should return an integer");
    }
    Value exact = int_exact(thread, result);
    int64_t small;
    bool fits = int_to_int64(exact, &small); // then it is the hash as it is, not one of an int
    *hash = !fits ? int_hash(exact) : small == -1 ? (uint64_t)-2 : (uint64_t)small;
    return true;
}

int slot_truth(Thread *thread, Value self) {
    Value result = call_1_special(thread, NAME___bool__, self);
    if (is_error(result)) {
        return -1;
    }
    if (!is_bool(result)) {
        return raise_minus_one(thread, ERROR_TypeError, "__bool__ should return bool, returned %s",
                               type_name(thread, result));
    }
    return is_true(result);
}

int64_t slot_length(Thread *thread, Value self) {
    Value result = call_1_special(thread, NAME___len__, self);
    Value index = is_error(result) ? result : operation_index(thread, result);
    if (is_error(index)) {
        return -1;
    }
    if (int_sign(index) < 0) {
        return raise_minus_one(thread, ERROR_ValueError, "__len__() should return >= 0");
    }
    int64_t length;
    if (!int_to_int64(index, &length)) {
        return raise_minus_one(thread, ERROR_OverflowError,
                               "cannot fit 'int' into an index-sized integer");
    }
    return length;
}

Value slot_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Type *type = object_type(callee);
    Value method = type_lookup(thread, type, common_name(thread, NAME___call__));
    if (is_method_like(method)) {
        return slots_call_prepended(thread, method, callee, args, count, keywords);
    }
    Value bound = descriptor_bind(thread, method, callee, type);
    if (is_error(bound) || !native_enter_for(thread, " while calling a Python object")) {
        return VALUE_ERROR;
    }
    Value result = call_with_keywords(thread, bound, args, count, keywords);
    native_leave(thread);
    return result;
}

// Attributes

// __getattribute__ as the class inherits it from a native type.
static GetAttributeFunction native_getattribute(Thread *thread, Type *type) {
    Value found = type_lookup(thread, type, common_name(thread, NAME___getattribute__));
    if (!is_slot_wrapper(found)) {
        return slot_getattribute;
    }
    return ((SlotWrapper *)as_object(found))->owner->slots.get_attribute;
}

static Value ask_getattr(Thread *thread, Value self, Str *name) {
    return call_2_special(thread, NAME___getattr__, self, value_object(name));
}

Value slot_getattribute(Thread *thread, Value self, Str *name) {
    Value found = call_2_special(thread, NAME___getattribute__, self, value_object(name));
    if (!is_error(found) || !error_matches(thread, ERROR_AttributeError)) {
        return found;
    }
    Value hook = type_lookup(thread, object_type(self), common_name(thread, NAME___getattr__));
    if (is_undefined(hook)) {
        return VALUE_ERROR;
    }
    error_clear(thread);
    return ask_getattr(thread, self, name);
}

Value slot_getattr_hook(Thread *thread, Value self, Str *name) {
    GetAttributeFunction native = native_getattribute(thread, object_type(self));
    Value found = native ? native(thread, self, name) : attribute_find_default(thread, self, name);
    if (is_error(found)) {
        if (!error_matches(thread, ERROR_AttributeError)) {
            return found;
        }
        error_clear(thread);
        found = VALUE_UNDEFINED;
    }
    return is_undefined(found) ? ask_getattr(thread, self, name) : found;
}

bool slot_set_attribute(Thread *thread, Value self, Str *name, Value v) {
    Value args[] = {self, value_object(name), v};
    bool deleting = is_undefined(v);
    Str *method = common_name(thread, deleting ? NAME___delattr__ : NAME___setattr__);
    return !is_error(slots_call_special(thread, method, args, deleting ? 2 : 3));
}

static Value or_none(Value v) {
    return is_undefined(v) ? VALUE_NONE : v;
}

Value slot_get(Thread *thread, Value descriptor, Value instance, Value owner) {
    Value args[] = {descriptor, or_none(instance), or_none(owner)};
    return slots_call_special(thread, common_name(thread, NAME___get__), args, 3);
}

bool slot_set(Thread *thread, Value descriptor, Value instance, Value v) {
    Value args[] = {descriptor, instance, v};
    bool deleting = is_undefined(v);
    Str *name = common_name(thread, deleting ? NAME___delete__ : NAME___set__);
    Value result = slots_call_special(thread, name, args, deleting ? 2 : 3);
    if (is_undefined(result)) {
        return raise_false(thread, ERROR_AttributeError, "%s", deleting ? "__delete__" : "__set__");
    }
    return !is_error(result);
}

// Operators

static const NameIndex compare_names[] = {
    [COMPARE_LT] = NAME___lt__, [COMPARE_LE] = NAME___le__, [COMPARE_EQ] = NAME___eq__,
    [COMPARE_NE] = NAME___ne__, [COMPARE_GT] = NAME___gt__, [COMPARE_GE] = NAME___ge__,
};

Value slot_compare(Thread *thread, Value left, Value right, CompareOp op) {
    Str *name = common_name(thread, compare_names[op]);
    Value method = type_lookup(thread, object_type(left), name);
    if (is_slot_wrapper(method)) {
        return ((SlotWrapper *)as_object(method))->owner->slots.compare(thread, left, right, op);
    }
    Value args[] = {left, right};
    if (is_undefined(method) || has_layout(method, LAYOUT_FUNCTION)) {
        Value result = slots_call_special(thread, name, args, 2);
        return is_undefined(result) ? VALUE_NOT_IMPLEMENTED : result;
    }
    method = descriptor_bind(thread, method, left, object_type(left));
    if (is_error(method)) { // no method after all
        error_clear(thread);
        return VALUE_NOT_IMPLEMENTED;
    }
    return call_1(thread, method, right);
}

typedef struct BinaryNames {
    NameIndex method, reflected, inplace;
} BinaryNames;

static const BinaryNames binary_names[] = {
#define BINARY_SLOTS(op, method, reflected, inplace, symbol)                                       \
    [BINARY_##op] = {NAME_##method, NAME_##reflected, NAME_##inplace},
#include "slots.def"
#undef BINARY_SLOTS
};

// left.method(right), NOT_IMPLEMENTED if there is no such method.
static Value try_method(Thread *thread, NameIndex name, Value left, Value right) {
    Value result = call_2_special(thread, name, left, right);
    return is_undefined(result) ? VALUE_NOT_IMPLEMENTED : result;
}

// `right` is of a subclass that has its own reflected method: that one is asked first.
static bool overrides_reflected(Thread *thread, Type *left, Type *right, NameIndex name) {
    Str *reflected = common_name(thread, name);
    return type_is_subtype(right, left) &&
           !value_same(type_lookup(thread, left, reflected), type_lookup(thread, right, reflected));
}

// The slot is called when either operand's type has it; CPython's SLOT1BINFULL.
static Value slot_binary(Thread *thread, BinaryOp op, BinaryFunction own, Value left, Value right) {
    const BinaryNames *names = &binary_names[op];
    Type *left_type = type_of(thread, left), *right_type = type_of(thread, right);
    bool ask_right = left_type != right_type && right_type->slots.binary[op] == own;
    Value result;
    if (left_type->slots.binary[op] == own) {
        if (ask_right && overrides_reflected(thread, left_type, right_type, names->reflected)) {
            result = try_method(thread, names->reflected, right, left);
            if (!is_not_implemented(result)) {
                return result;
            }
            ask_right = false;
        }
        result = try_method(thread, names->method, left, right);
        if (!is_not_implemented(result)) {
            return result;
        }
    }
    return ask_right ? try_method(thread, names->reflected, right, left) : VALUE_NOT_IMPLEMENTED;
}

#define BINARY(name, symbol, method)                                                               \
    Value slot_binary_##name(Thread *thread, Value left, Value right) {                            \
        return slot_binary(thread, BINARY_##name, slot_binary_##name, left, right);                \
    }                                                                                              \
    Value slot_inplace_##name(Thread *thread, Value left, Value right) {                           \
        return try_method(thread, binary_names[BINARY_##name].inplace, left, right);               \
    }
#include "operators.def"
#undef BINARY
