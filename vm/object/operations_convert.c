// SPDX-License-Identifier: MIT
//
// Operations that turn a value into text, an index or a double, and the question whether it is an
// instance of something.
#include "attribute.h"
#include "call.h"
#include "complex.h"
#include "dict.h"
#include "float_object.h"
#include "format_spec.h"
#include "generic_alias.h"
#include "instance.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "warning.h"

// Text

static Str *call_text_slot(Thread *thread, UnaryFunction slot, Value v, const char *method,
                           const char *doing) {
    if (!native_enter_for(thread, doing)) {
        return NULL;
    }
    Value text = slot(thread, v);
    native_leave(thread);
    if (!is_error(text) && !is_str(text)) {
        raise_error(thread, ERROR_TypeError, "%s returned non-string (type %s)", method,
                    type_name(thread, text));
        return NULL;
    }
    return is_error(text) ? NULL : as_str(text);
}

Str *operation_repr(Thread *thread, Value v) {
    return call_text_slot(thread, type_of(thread, v)->slots.repr, v, "__repr__",
                          " while getting the repr of an object");
}

Str *operation_str(Thread *thread, Value v) {
    if (is_exactly(v, LAYOUT_STR)) {
        return as_str(v);
    }
    UnaryFunction slot = type_of(thread, v)->slots.str;
    if (!slot) {
        return operation_repr(thread, v);
    }
    return call_text_slot(thread, slot, v, "__str__", " while getting the str of an object");
}

Str *operation_format(Thread *thread, Value v, Str *spec) {
    if (is_exactly(v, LAYOUT_STR)) {
        return spec->length ? format_str(thread, as_str(v), spec) : as_str(v);
    }
    if (is_small_int(v)) {
        return format_int(thread, v, spec);
    }
    if (is_float(v)) {
        return format_float(thread, as_float(v), spec);
    }
    Value args[] = {v, value_object(spec)};
    Value text = slots_call_special(thread, common_name(thread, NAME___format__), args, 2);
    if (!is_error(text) && !is_str(text)) {
        raise_error(thread, ERROR_TypeError, "__format__ must return a str, not %s",
                    type_name(thread, text));
        return NULL;
    }
    return is_error(text) ? NULL : as_str(text);
}

// Numbers

// Something of a subclass is taken, with a warning, for what is wanted.
static bool warn_of_subclass(Thread *thread, const char *method, const char *wanted, Value result) {
    Str *message = str_format(
        thread,
        "%s returned non-%s (type %s).  The ability to return an instance of a strict "
        "subclass of %s is deprecated, and may be removed in a future version of Python.",
        method, wanted, type_name(thread, result), wanted);
    return warning_give(thread, ERROR_DeprecationWarning, str_text(thread, message));
}

Value operation_checked_int(Thread *thread, const char *method, Value result) {
    if (is_error(result) || is_small_int(result)) {
        return result;
    }
    if (!is_integral(result)) {
        return raise_error(thread, ERROR_TypeError, "%s returned non-int (type %s)", method,
                           type_name(thread, result));
    }
    bool is_plain = type_of(thread, result) == builtin_type(thread, TYPE_int);
    return is_plain || warn_of_subclass(thread, method, "int", result) ? int_exact(thread, result)
                                                                       : VALUE_ERROR;
}

Value operation_checked_float(Thread *thread, Value v, Value result) {
    if (is_error(result) || is_float(result)) {
        return result;
    }
    Str *method = str_format(thread, "%s.__float__", type_name(thread, v));
    if (!is_any_float(result)) {
        return raise_error(thread, ERROR_TypeError, "%s returned non-float (type %s)",
                           str_text(thread, method), type_name(thread, result));
    }
    return warn_of_subclass(thread, str_text(thread, method), "float", result)
               ? value_float(float_value(result))
               : VALUE_ERROR;
}

Value operation_checked_complex(Thread *thread, Value result) {
    if (!is_any_complex(result)) {
        return raise_error(thread, ERROR_TypeError, "__complex__ returned non-complex (type %s)",
                           type_name(thread, result));
    }
    bool is_plain = type_of(thread, result) == builtin_type(thread, TYPE_complex);
    return is_plain || warn_of_subclass(thread, "__complex__", "complex", result) ? result
                                                                                  : VALUE_ERROR;
}

Value operation_index(Thread *thread, Value v) {
    if (is_small_int(v)) {
        return v;
    }
    if (is_integral(v)) {
        return int_exact(thread, v);
    }
    UnaryFunction slot = type_of(thread, v)->slots.index;
    if (!slot) {
        return raise_error(thread, ERROR_TypeError,
                           "'%s' object cannot be interpreted as an integer", type_name(thread, v));
    }
    return operation_checked_int(thread, "__index__", slot(thread, v));
}

bool operation_index_int64(Thread *thread, Value v, int64_t *result) {
    Value index = operation_index(thread, v);
    return !is_error(index) && (int_to_int64(index, result) ||
                                raise_false(thread, ERROR_OverflowError,
                                            "Python int too large to convert to C ssize_t"));
}

bool operation_index_size(Thread *thread, Value v, ErrorKind error, int64_t *result) {
    Value index = operation_index(thread, v);
    return !is_error(index) &&
           (int_to_int64(index, result) ||
            raise_false(thread, error, "cannot fit '%s' into an index-sized integer",
                        type_name(thread, v)));
}

bool operation_index_clamped(Thread *thread, Value v, int64_t *result) {
    Value index = operation_index(thread, v);
    if (is_error(index)) {
        return false;
    }
    if (!int_to_int64(index, result)) {
        *result = int_sign(index) < 0 ? INT64_MIN : INT64_MAX;
    }
    return true;
}

static bool double_from_method(Thread *thread, Value v, UnaryFunction slot, double *result) {
    Value converted = operation_checked_float(thread, v, slot(thread, v));
    *result = is_error(converted) ? 0 : as_float(converted);
    return !is_error(converted);
}

bool operation_as_double(Thread *thread, Value v, double *result) {
    if (is_float(v)) {
        *result = as_float(v);
        return true;
    }
    if (is_integral(v)) {
        return int_to_double(thread, v, result);
    }
    const Slots *slots = &type_of(thread, v)->slots;
    if (slots->to_float) {
        return double_from_method(thread, v, slots->to_float, result);
    }
    if (slots->index) {
        Value index = operation_index(thread, v);
        return !is_error(index) && int_to_double(thread, index, result);
    }
    return raise_false(thread, ERROR_TypeError, "must be real number, not %s",
                       type_name(thread, v));
}

bool is_callable(Value v) {
    return is_object(v) && object_type(v)->slots.call;
}

// isinstance and issubclass

typedef int (*CheckFunction)(Thread *, Value v, Value classinfo);

static int check_any(Thread *thread, CheckFunction check, Value v, const Tuple *classes) {
    bool is_instance_check = check == operation_is_instance;
    if (!native_enter_for(thread,
                          is_instance_check ? " in __instancecheck__" : " in __subclasscheck__")) {
        return -1;
    }
    int result = 0;
    for (size_t i = 0; i < classes->length && result == 0; i++) {
        result = check(thread, v, classes->items[i]);
    }
    native_leave(thread);
    return result;
}

// The answer of classinfo's __instancecheck__ or __subclasscheck__; -2 if it has none.
static int ask_class(Thread *thread, NameIndex method, Value v, Value classinfo) {
    Value args[] = {classinfo, v};
    Value answer = slots_call_special(thread, common_name(thread, method), args, 2);
    if (is_undefined(answer)) {
        return -2;
    }
    return is_error(answer) ? -1 : operation_truth(thread, answer);
}

// What v.__class__ says, where that differs from its type (proxies, mocks).
static int check_claimed_class(Thread *thread, Value v, const Type *type) {
    bool may_claim = is_instance(v) || has_layout(v, LAYOUT_NONE);
    if (!may_claim) {
        return 0;
    }
    Type *own = object_type(v);
    Str *name = common_name(thread, NAME___class__);
    Value usual = type_lookup(thread, builtin_type(thread, TYPE_object), name);
    if (!own->slots.get_attribute && value_same(type_lookup(thread, own, name), usual)) {
        return 0;
    }
    Value claimed = attribute_get_optional(thread, v, common_name(thread, NAME___class__));
    if (is_error(claimed)) {
        return -1;
    }
    return is_type(claimed) && type_is_subtype(as_type(claimed), type);
}

// The __bases__ of what passes for a class: any object with a tuple of that name. UNDEFINED: none.
static Value bases_of(Thread *thread, Value cls) {
    if (type_of(thread, cls) == builtin_type(thread, TYPE_generic_alias)) {
        return VALUE_UNDEFINED; // list[int] has those of list, but passes for nothing
    }
    Value bases = attribute_get_optional(thread, cls, str_intern_c(thread, "__bases__"));
    return is_error(bases) || is_tuple(bases) ? bases : VALUE_UNDEFINED;
}

// Whether `wanted` is among cls, its bases, their bases ...
static int is_among_bases(Thread *thread, Value cls, Value wanted) {
    if (value_same(cls, wanted)) {
        return 1;
    }
    Value bases = bases_of(thread, cls);
    if (is_error(bases) || is_undefined(bases)) {
        return is_error(bases) ? -1 : 0;
    }
    if (!native_enter_for(thread, " in __issubclass__")) {
        return -1;
    }
    int result = 0;
    for (size_t i = 0; i < as_tuple(bases)->length && result == 0; i++) {
        result = is_among_bases(thread, as_tuple(bases)->items[i], wanted);
    }
    native_leave(thread);
    return result;
}

// isinstance with a classinfo that only passes for a class.
static int is_abstract_instance(Thread *thread, Value v, Value classinfo) {
    Value bases = bases_of(thread, classinfo);
    if (is_error(bases)) {
        return -1;
    }
    if (is_undefined(bases)) {
        bool is_alias = type_of(thread, classinfo) == builtin_type(thread, TYPE_generic_alias);
        return raise_minus_one(thread, ERROR_TypeError, "%s",
                               is_alias
                                   ? "isinstance() argument 2 cannot be a parameterized generic"
                                   : "isinstance() arg 2 must be a type, a tuple of types, or "
                                     "a union");
    }
    Value cls = attribute_get_optional(thread, v, common_name(thread, NAME___class__));
    if (is_error(cls) || is_undefined(cls)) {
        return is_error(cls) ? -1 : 0;
    }
    return is_among_bases(thread, cls, classinfo);
}

// issubclass where one of the two only passes for a class.
static int is_abstract_subclass(Thread *thread, Value cls, Value classinfo) {
    if (type_of(thread, classinfo) == builtin_type(thread, TYPE_generic_alias)) {
        return raise_minus_one(thread, ERROR_TypeError,
                               "issubclass() argument 2 cannot be a parameterized generic");
    }
    Value bases = bases_of(thread, cls);
    if (is_undefined(bases)) {
        return raise_minus_one(thread, ERROR_TypeError, "issubclass() arg 1 must be a class");
    }
    Value other = is_error(bases) ? bases : bases_of(thread, classinfo);
    if (is_undefined(other)) {
        return raise_minus_one(
            thread, ERROR_TypeError,
            "issubclass() arg 2 must be a class, a tuple of classes, or a union");
    }
    return is_error(other) ? -1 : is_among_bases(thread, cls, classinfo);
}

int operation_is_instance(Thread *thread, Value v, Value classinfo) {
    if (is_type(classinfo)) {
        const Type *type = as_type(classinfo);
        if (type_of(thread, v) == type) {
            return 1;
        }
        if (type->object.type == builtin_type(thread, TYPE_type)) {
            return type_is_subtype(type_of(thread, v), type) ? 1
                                                             : check_claimed_class(thread, v, type);
        }
    }
    if (is_tuple(classinfo)) {
        return check_any(thread, operation_is_instance, v, as_tuple(classinfo));
    }
    const Tuple *members = union_members(thread, classinfo);
    if (members) {
        return check_any(thread, operation_is_instance, v, members);
    }
    int answer = ask_class(thread, NAME___instancecheck__, v, classinfo);
    if (answer != -2) {
        return answer;
    }
    return is_abstract_instance(thread, v, classinfo);
}

int operation_is_subclass(Thread *thread, Value cls, Value classinfo) {
    if (is_tuple(classinfo)) {
        return check_any(thread, operation_is_subclass, cls, as_tuple(classinfo));
    }
    const Tuple *members = union_members(thread, classinfo);
    if (members) {
        return check_any(thread, operation_is_subclass, cls, members);
    }
    bool plain = is_type(classinfo) && object_type(classinfo) == builtin_type(thread, TYPE_type);
    int answer = plain ? -2 : ask_class(thread, NAME___subclasscheck__, cls, classinfo);
    if (answer != -2) {
        return answer;
    }
    if (!is_type(cls) || !is_type(classinfo)) {
        return is_abstract_subclass(thread, cls, classinfo);
    }
    return type_is_subtype(as_type(cls), as_type(classinfo));
}
