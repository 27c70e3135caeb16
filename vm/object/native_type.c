// SPDX-License-Identifier: MIT
//
// What programs see of functions written in C: `len`, `str.upper`, `"x".upper`. How they are
// called is in native.c.
#include "attribute.h"
#include "descriptor.h"
#include "dict.h"
#include "interpreter.h"
#include "native.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

static Native *as_native(Value v) {
    return (Native *)as_object(v);
}

static Value function_repr(Thread *thread, Value self) {
    const Native *native = as_native(self);
    if (is_undefined(native->self)) {
        return value_object(str_format(thread, "<built-in function %s>", native->spec->name));
    }
    if (is_type(native->self)) {
        return value_object(str_format(thread, "<built-in method %s of type object at 0x%012llx>",
                                       native->spec->name, (unsigned long long)native->self.bits));
    }
    return value_object(str_format(thread, "<built-in method %s of %s object at 0x%012llx>",
                                   native->spec->name, type_name(thread, native->self),
                                   (unsigned long long)native->self.bits));
}

static Value descriptor_repr(Thread *thread, Value self) {
    const Native *native = as_native(self);
    return value_object(str_format(thread, "<method '%s' of '%s' objects>", native->spec->name,
                                   native->owner->name));
}

static Value native_compare(Thread *thread, Value left, Value right, CompareOp op) {
    (void)thread;
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !has_layout(right, LAYOUT_NATIVE)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    const Native *a = as_native(left), *b = as_native(right);
    bool equal = a->spec == b->spec && a->owner == b->owner && value_same(a->self, b->self);
    return value_bool(equal == (op == COMPARE_EQ));
}

static bool native_hash(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    const Native *native = as_native(self);
    *hash = ((uintptr_t)native->spec ^ native->self.bits) * UINT64_C(0x9e3779b97f4a7c15) >> 3;
    return true;
}

static Value get_name(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_native(self)->name);
}

static Value get_qualified_name(Thread *thread, Value self) {
    const Native *native = as_native(self);
    if (!native->owner) {
        return value_object(native->name);
    }
    const char *owner =
        type_short_name(is_type(native->self) ? as_type(native->self) : native->owner);
    return value_object(str_format(thread, "%s.%s", owner, native->spec->name));
}

static const char signature_end[] = "\n--\n\n";

const char *native_doc_text(const char *doc) {
    const char *end = *doc == '(' ? strstr(doc, signature_end) : NULL;
    return end ? end + sizeof signature_end - 1 : doc;
}

Value native_doc_signature(Thread *thread, const char *doc) {
    size_t length = (size_t)(native_doc_text(doc) - doc);
    if (length == 0)
        return VALUE_NONE;
    return value_object(str_new_utf8(thread, doc, length - (sizeof signature_end - 1)));
}

static Value get_doc(Thread *thread, Value self) {
    const char *doc = as_native(self)->spec->doc;
    return doc ? value_object(str_from_c(thread, native_doc_text(doc))) : VALUE_NONE;
}

// Where arguments are bound in another way than the parameters are shown, the docstring has these.
static Value get_signature(Thread *thread, Value self) {
    const NativeSpec *spec = as_native(self)->spec;
    Value shown = spec->doc ? native_doc_signature(thread, spec->doc) : VALUE_NONE;
    return is_none(shown) ? value_object(str_from_c(thread, spec->signature)) : shown;
}

static Value get_module(Thread *thread, Value self) {
    (void)thread;
    return as_native(self)->module;
}

static Value get_self(Thread *thread, Value self) {
    const Native *native = as_native(self);
    if (!is_undefined(native->self)) {
        return native->self;
    }
    Value module = native->module;
    if (is_str(module)) {
        Value found = dict_get_str(thread, thread->interpreter->modules, as_str(module));
        return is_undefined(found) ? VALUE_NONE : found;
    }
    return VALUE_NONE;
}

static Value get_owner(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_native(self)->owner);
}

// A function is found by its name, a method or a static method in what it belongs to.
static Value method_reduce(Thread *thread, Value *args) {
    const Native *native = as_native(args[0]);
    bool is_bound = !is_undefined(native->self);
    if (!is_bound && !native->owner) {
        return value_object(native->name);
    }
    Value getattr =
        dict_get_str(thread, thread->interpreter->builtins, str_intern_c(thread, "getattr"));
    Value pair = tuple_pair(thread, is_bound ? native->self : value_object(native->owner),
                            value_object(native->name));
    return tuple_pair(thread, getattr, pair);
}

static const NativeSpec native_methods[] = {
    {"__reduce__", method_reduce, "(self, /)", "Helper for pickle.", NATIVE_PLAIN},
    {0},
};

static const GetSetSpec native_getsets[] = {
    {"__name__", get_name, NULL, "The function's name."},
    {"__qualname__", get_qualified_name, NULL, "The name with its type."},
    {"__doc__", get_doc, NULL, "What the function does."},
    {"__text_signature__", get_signature, NULL, "The parameters."},
    {"__module__", get_module, NULL, "The module it belongs to."},
    {"__self__", get_self, NULL, "The object it is bound to, or its module."},
    {0},
};

static const GetSetSpec native_method_getsets[] = {
    {"__name__", get_name, NULL, "The method's name."},
    {"__qualname__", get_qualified_name, NULL, "The name with its type."},
    {"__doc__", get_doc, NULL, "What the method does."},
    {"__text_signature__", get_signature, NULL, "The parameters."},
    {"__objclass__", get_owner, NULL, "The type it belongs to."},
    {0},
};

static void native_trace(Marker *marker, Object *self) {
    const Native *native = (Native *)self;
    mark_object(marker, native->owner);
    mark_value(marker, native->module);
    mark_value(marker, native->self);
    mark_object(marker, native->name);
    mark_buffer(marker, native->parameters);
    for (size_t i = 0; native->parameters != NULL && i < native_named_parameters(native); i++) {
        mark_object(marker, native->parameters[i].name);
        mark_value(marker, native->parameters[i].standard);
    }
}

const TypeSpec native_type_spec = {
    .name = "builtin_function_or_method",
    .type_index = TYPE_native,
    .layout = LAYOUT_NATIVE,
    .flags = TYPE_WEAK | TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Native),
    .slots =
        {
            .repr = function_repr,
            .hash = native_hash,
            .compare = native_compare,
            .call = native_call,
            .trace = native_trace,
        },
    .methods = native_methods,
    .getsets = native_getsets,
};

const TypeSpec native_method_type_spec = {
    .name = "method_descriptor",
    .type_index = TYPE_native_method,
    .layout = LAYOUT_NATIVE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Native),
    .slots =
        {
            .repr = descriptor_repr,
            .hash = native_hash,
            .compare = native_compare,
            .call = native_call,
            .descriptor_get = native_descriptor_get,
            .trace = native_trace,
        },
    .methods = native_methods,
    .getsets = native_method_getsets,
};
