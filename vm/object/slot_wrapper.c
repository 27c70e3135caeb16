// SPDX-License-Identifier: MIT
//
// Slot wrappers: what `int.__add__` is. Calling one checks that the first argument is of the right
// type and then calls the C function in that type's slot, not in the slot of the argument's own
// type; so `list.__len__(stack)` inside an overriding `Stack.__len__` does not call itself.
#include "attribute.h"
#include "complex.h"
#include "descriptor.h"
#include "dict.h"
#include "error.h"
#include "float_object.h"
#include "generator.h"
#include "int.h"
#include "operations.h"
#include "slot_table.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "type_parts.h"

// args[0] is self; the number of arguments has been checked.
typedef Value (*WrapFunction)(Thread *, const SlotWrapper *, Value *args, size_t count);

static AnyFunction own_slot(const SlotWrapper *wrapper) {
    return slot_at(&wrapper->owner->slots, wrapper->info->offset);
}

static Value done(bool ok) {
    return ok ? VALUE_NONE : VALUE_ERROR;
}

static Value wrap_unary(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    (void)count;
    return ((UnaryFunction)own_slot(wrapper))(thread, args[0]);
}

static Value wrap_next(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    Value item = has_layout(args[0], LAYOUT_GENERATOR)
                     ? generator_step(thread, (Generator *)as_object(args[0]))
                     : wrap_unary(thread, wrapper, args, count);
    return is_undefined(item) ? raise_stop_iteration(thread, VALUE_UNDEFINED) : item;
}

static bool is_power(const SlotWrapper *wrapper) {
    return wrapper->info->offset == offsetof(Slots, binary[BINARY_POW]);
}

// int leaves floats to float, which refuses them, and complex what is no number.
static Value power_modulo(Thread *thread, const SlotWrapper *wrapper, Value base, Value exponent,
                          Value modulus) {
    bool ints = is_integral(base) && is_integral(exponent) && is_integral(modulus);
    bool numbers =
        ints || ((is_integral(base) || is_any_float(base) || is_any_complex(base)) &&
                 (is_integral(exponent) || is_any_float(exponent) || is_any_complex(exponent)));
    return (wrapper->owner->layout == LAYOUT_INT && !ints) ||
                   (wrapper->owner->layout == LAYOUT_COMPLEX && !numbers)
               ? VALUE_NOT_IMPLEMENTED
               : operation_power_modulo(thread, base, exponent, modulus);
}

// The factor of a repetition is an index before anything else is asked.
static bool check_factor(Thread *thread, const SlotWrapper *wrapper, Value factor) {
    const Slots *slots = &wrapper->owner->slots;
    bool repeats = wrapper->info->offset == offsetof(Slots, binary[BINARY_MUL]) &&
                   slots->get_item && !slots->index;
    return !repeats || !is_error(operation_index(thread, factor));
}

static Value wrap_binary(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    if (count == 3 && !is_none(args[2])) {
        return power_modulo(thread, wrapper, args[0], args[1], args[2]);
    }
    if (!check_factor(thread, wrapper, args[1])) {
        return VALUE_ERROR;
    }
    return ((BinaryFunction)own_slot(wrapper))(thread, args[0], args[1]);
}

static Value wrap_reflected(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    if (count == 3 && !is_none(args[2])) {
        return power_modulo(thread, wrapper, args[1], args[0], args[2]);
    }
    if (!check_factor(thread, wrapper, args[1])) {
        return VALUE_ERROR;
    }
    return ((BinaryFunction)own_slot(wrapper))(thread, args[1], args[0]);
}

static Value wrap_hash(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    (void)count;
    uint64_t hash;
    bool ok = wrapper->owner->slots.hash(thread, args[0], &hash);
    return ok ? int_from_int64(thread, (int64_t)hash) : VALUE_ERROR;
}

static Value truth_value(int truth) {
    return truth < 0 ? VALUE_ERROR : value_bool(truth);
}

static Value wrap_truth(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    (void)count;
    return truth_value(wrapper->owner->slots.truth(thread, args[0]));
}

static Value wrap_length(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    (void)count;
    int64_t length = wrapper->owner->slots.length(thread, args[0]);
    return length < 0 ? VALUE_ERROR : int_from_int64(thread, length);
}

static Value wrap_contains(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    (void)count;
    return truth_value(wrapper->owner->slots.contains(thread, args[0], args[1]));
}

static Value wrap_set_item(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    Value v = count == 3 ? args[2] : VALUE_UNDEFINED;
    return done(wrapper->owner->slots.set_item(thread, args[0], args[1], v));
}

static Value wrap_compare(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    (void)count;
    CompareOp op = (CompareOp)(wrapper->info->kind - SLOT_COMPARE_LT);
    return wrapper->owner->slots.compare(thread, args[0], args[1], op);
}

static Str *attribute_name(Thread *thread, Value name) {
    if (is_str(name)) {
        return str_intern(thread, as_str(name));
    }
    raise_error(thread, ERROR_TypeError, "attribute name must be string, not '%s'",
                type_name(thread, name));
    return NULL;
}

static Value wrap_get_attribute(Thread *thread, const SlotWrapper *wrapper, Value *args,
                                size_t count) {
    (void)count;
    Str *name = attribute_name(thread, args[1]);
    GetAttributeFunction get = wrapper->owner->slots.get_attribute;
    if (!name) {
        return VALUE_ERROR;
    }
    return (get ? get : attribute_get_default)(thread, args[0], name);
}

static Value wrap_set_attribute(Thread *thread, const SlotWrapper *wrapper, Value *args,
                                size_t count) {
    Str *name = attribute_name(thread, args[1]);
    SetAttributeFunction set = wrapper->owner->slots.set_attribute;
    Value v = count == 3 ? args[2] : VALUE_UNDEFINED;
    return done(name && (set ? set : attribute_set_default)(thread, args[0], name, v));
}

static Value wrap_get(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    Value owner = count == 3 ? args[2] : VALUE_NONE;
    Value instance = is_none(args[1]) ? VALUE_UNDEFINED : args[1];
    if (is_undefined(instance) && is_none(owner)) {
        return raise_error(thread, ERROR_TypeError, "__get__(None, None) is invalid");
    }
    return wrapper->owner->slots.descriptor_get(thread, args[0], instance, owner);
}

static Value wrap_set(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count) {
    Value v = count == 3 ? args[2] : VALUE_UNDEFINED;
    return done(wrapper->owner->slots.descriptor_set(thread, args[0], args[1], v));
}

typedef struct WrapKind {
    WrapFunction function;
    uint8_t minimum, maximum; // arguments after self
} WrapKind;

static const WrapKind wrap_kinds[SLOT_KIND_COUNT] = {
    [SLOT_UNARY] = {wrap_unary, 0, 0},
    [SLOT_NEXT] = {wrap_next, 0, 0},
    [SLOT_BINARY] = {wrap_binary, 1, 1},
    [SLOT_REFLECTED] = {wrap_reflected, 1, 1},
    [SLOT_HASH] = {wrap_hash, 0, 0},
    [SLOT_TRUTH] = {wrap_truth, 0, 0},
    [SLOT_LENGTH] = {wrap_length, 0, 0},
    [SLOT_CONTAINS] = {wrap_contains, 1, 1},
    [SLOT_SET_ITEM] = {wrap_set_item, 2, 2},
    [SLOT_DELETE_ITEM] = {wrap_set_item, 1, 1},
    [SLOT_COMPARE_LT] = {wrap_compare, 1, 1},
    [SLOT_COMPARE_LE] = {wrap_compare, 1, 1},
    [SLOT_COMPARE_EQ] = {wrap_compare, 1, 1},
    [SLOT_COMPARE_NE] = {wrap_compare, 1, 1},
    [SLOT_COMPARE_GT] = {wrap_compare, 1, 1},
    [SLOT_COMPARE_GE] = {wrap_compare, 1, 1},
    [SLOT_GET_ATTRIBUTE] = {wrap_get_attribute, 1, 1},
    [SLOT_SET_ATTRIBUTE] = {wrap_set_attribute, 2, 2},
    [SLOT_DELETE_ATTRIBUTE] = {wrap_set_attribute, 1, 1},
    [SLOT_GET] = {wrap_get, 1, 2},
    [SLOT_SET] = {wrap_set, 2, 2},
    [SLOT_DELETE] = {wrap_set, 1, 1},
};

// The three that take any arguments

static Value call_new(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count,
                      Tuple *keywords) {
    Type *owner = wrapper->owner;
    if (count == 0) {
        return raise_error(thread, ERROR_TypeError, "%s.__new__(): not enough arguments",
                           owner->name);
    }
    if (!is_type(args[0])) {
        return raise_error(thread, ERROR_TypeError, "%s.__new__(X): X is not a type object (%s)",
                           owner->name, type_name(thread, args[0]));
    }
    Type *type = as_type(args[0]);
    if (!type_is_subtype(type, owner)) {
        return raise_error(thread, ERROR_TypeError, "%s.__new__(%s): %s is not a subtype of %s",
                           owner->name, type->name, type->name, owner->name);
    }
    CallFunction construct =
        type->slots.construct == abstract_construct ? abstract_construct : owner->slots.construct;
    bool is_bool = type == builtin_type(thread, TYPE_bool) && owner != type;
    if (is_bool || (!owner->base && type_solid_base(type) != owner)) {
        return raise_error(thread, ERROR_TypeError, "%s.__new__(%s) is not safe, use %s.__new__()",
                           owner->name, type->name,
                           is_bool ? type->name : type_solid_base(type)->name);
    }
    if (owner->flags & TYPE_HAS_INIT && !(owner->flags & TYPE_IS_ERROR)) {
        return construct(thread, args[0], NULL, 0, NULL);
    }
    return construct(thread, args[0], args + 1, count - 1, keywords);
}

static Value call_variadic(Thread *thread, const SlotWrapper *wrapper, Value *args, size_t count,
                           Tuple *keywords) {
    if (wrapper->info->kind == SLOT_INIT) {
        return type_native_init(thread, wrapper->owner, args[0], args + 1, count - 1, keywords);
    }
    return wrapper->owner->slots.call(thread, args[0], args + 1, count - 1, keywords);
}

// Calling

static bool check_self(Thread *thread, const SlotWrapper *wrapper, const Value *args,
                       size_t count) {
    const char *method = wrapper->info->method, *owner = wrapper->owner->name;
    if (count == 0) {
        return raise_false(thread, ERROR_TypeError,
                           "descriptor '%s' of '%s' object needs an argument", method, owner);
    }
    if (!type_is_subtype(type_of(thread, args[0]), wrapper->owner)) {
        return raise_false(thread, ERROR_TypeError,
                           "descriptor '%s' requires a '%s' object but received a '%s'", method,
                           owner, type_name(thread, args[0]));
    }
    return true;
}

static bool is_repetition(const SlotWrapper *wrapper) {
    size_t offset = wrapper->info->offset;
    bool is_product = offset == offsetof(Slots, binary[BINARY_MUL]) ||
                      offset == offsetof(Slots, inplace[BINARY_MUL]);
    return is_product && wrapper->owner->slots.get_item;
}

// Where CPython unpacks a tuple for a function without a name, what it says begins with a space.
static bool check_count(Thread *thread, const SlotWrapper *wrapper, size_t count,
                        const Tuple *keywords) {
    const WrapKind *kind = &wrap_kinds[wrapper->info->kind];
    if (keywords && keywords->length) {
        return raise_false(thread, ERROR_TypeError, "wrapper %s() takes no keyword arguments",
                           wrapper->info->method);
    }
    size_t maximum = is_power(wrapper) ? 2 : kind->maximum;
    if (count >= kind->minimum && count <= maximum) {
        return true;
    }
    size_t wanted = count < kind->minimum ? kind->minimum : maximum;
    const char *bound = kind->minimum == maximum ? "" : count < maximum ? "at least " : "at most ";
    return raise_false(thread, ERROR_TypeError, "%sexpected %s%zu argument%s, got %zu",
                       maximum > 1 || is_repetition(wrapper) ? " " : "", bound, wanted, wanted == 1 ? "" : "s", count);
}

static Value slot_wrapper_call(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    const SlotWrapper *wrapper = (SlotWrapper *)as_object(callee);
    SlotKind kind = wrapper->info->kind;
    if (kind == SLOT_NEW) {
        return call_new(thread, wrapper, args, count, keywords);
    }
    if (!check_self(thread, wrapper, args, count)) {
        return VALUE_ERROR;
    }
    if (kind == SLOT_INIT || kind == SLOT_CALL) {
        return call_variadic(thread, wrapper, args, count, keywords);
    }
    if (!check_count(thread, wrapper, count - 1, keywords)) {
        return VALUE_ERROR;
    }
    return wrap_kinds[kind].function(thread, wrapper, args, count);
}

bool is_slot_wrapper(Value v) {
    return is_object(v) && object_type(v)->spec == &slot_wrapper_type_spec;
}

const char *slot_wrapper_name(Value wrapper) {
    return ((SlotWrapper *)as_object(wrapper))->info->method;
}

static Value slot_wrapper_get(Thread *thread, Value self, Value instance, Value owner) {
    const SlotWrapper *wrapper = (SlotWrapper *)as_object(self);
    (void)owner;
    if (is_undefined(instance) || wrapper->info->kind == SLOT_NEW) {
        return self;
    }
    return method_new(thread, self, instance);
}

static Value slot_wrapper_repr(Thread *thread, Value self) {
    const SlotWrapper *wrapper = (SlotWrapper *)as_object(self);
    if (wrapper->info->kind == SLOT_NEW) {
        return value_object(str_from_c(thread, "<built-in method __new__ of type object>"));
    }
    return value_object(str_format(thread, "<slot wrapper '%s' of '%s' objects>",
                                   wrapper->info->method, wrapper->owner->name));
}

static void slot_wrapper_trace(Marker *marker, Object *self) {
    mark_object(marker, ((SlotWrapper *)self)->owner);
}

static Value get_name(Thread *thread, Value self) {
    return value_object(str_from_c(thread, ((SlotWrapper *)as_object(self))->info->method));
}

static Value get_qualified_name(Thread *thread, Value self) {
    const SlotWrapper *wrapper = (SlotWrapper *)as_object(self);
    return value_object(str_format(thread, "%s.%s", wrapper->owner->name, wrapper->info->method));
}

static Value get_doc(Thread *thread, Value self) {
    return value_object(str_from_c(thread, ((SlotWrapper *)as_object(self))->info->doc));
}

// The table leaves self out; __new__ has its class in *args.
static Value get_signature(Thread *thread, Value self) {
    const SlotInfo *info = ((SlotWrapper *)as_object(self))->info;
    if (info->kind == SLOT_NEW)
        return value_object(str_from_c(thread, info->signature));
    const char *rest = info->signature + 1;
    const char *begin = *rest == ')' ? "(self, /" : *rest == '*' ? "(self, /, " : "(self, ";
    return value_object(str_format(thread, "%s%s", begin, rest));
}

static Value get_owner(Thread *thread, Value self) {
    (void)thread;
    return value_object(((SlotWrapper *)as_object(self))->owner);
}

static const GetSetSpec slot_wrapper_getsets[] = {
    {"__name__", get_name, NULL, "The name of the special method."},
    {"__qualname__", get_qualified_name, NULL, "The name with its type."},
    {"__doc__", get_doc, NULL, "What the method does."},
    {"__text_signature__", get_signature, NULL, "The parameters."},
    {"__objclass__", get_owner, NULL, "The type whose slot is called."},
    {0},
};

// getattr(type, name)
static Value slot_wrapper_reduce(Thread *thread, Value *args) {
    const SlotWrapper *wrapper = (SlotWrapper *)as_object(args[0]);
    Value getattr =
        dict_get_str(thread, thread->interpreter->builtins, str_intern_c(thread, "getattr"));
    Value name = value_object(str_intern_c(thread, wrapper->info->method));
    return tuple_pair(thread, getattr, tuple_pair(thread, value_object(wrapper->owner), name));
}

static const NativeSpec slot_wrapper_methods[] = {
    {"__reduce__", slot_wrapper_reduce, "(self, /)", "Helper for pickle.", NATIVE_PLAIN},
    {0},
};

const TypeSpec slot_wrapper_type_spec = {
    .name = "wrapper_descriptor",
    .type_index = TYPE_slot_wrapper,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(SlotWrapper),
    .slots =
        {
            .repr = slot_wrapper_repr,
            .call = slot_wrapper_call,
            .descriptor_get = slot_wrapper_get,
            .trace = slot_wrapper_trace,
        },
    .methods = slot_wrapper_methods,
    .getsets = slot_wrapper_getsets,
};
