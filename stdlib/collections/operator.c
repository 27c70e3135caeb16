// SPDX-License-Identifier: MIT
//
// The module operator: the operators as functions, and itemgetter, attrgetter and methodcaller.
//
// A getter of one item is a single look-up when it is called: sort(key=itemgetter(1)) runs no Mini
// code.
#include "library.h"
#include "modules.h"

#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "container.h"
#include "dict.h"
#include "error.h"
#include "heap.h"
#include "iterators.h"
#include "list.h"
#include "reduce.h"
#include "repr_guard.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

// ---- The operators ----

#define BINARY(name, symbol, method)                                                               \
    static Value binary_##name(Thread *thread, Value *args) {                                      \
        return operation_binary(thread, BINARY_##name, args[0], args[1]);                          \
    }                                                                                              \
    static Value inplace_##name(Thread *thread, Value *args) {                                     \
        return operation_inplace(thread, BINARY_##name, args[0], args[1]);                         \
    }
#include "operators.def"
#undef BINARY
#define COMPARE(name, symbol, method, swapped)                                                     \
    static Value compare_##name(Thread *thread, Value *args) {                                     \
        return operation_compare(thread, COMPARE_##name, args[0], args[1]);                        \
    }
#include "operators.def"
#undef COMPARE
#define UNARY(name, symbol, method)                                                                \
    static Value unary_##name(Thread *thread, Value *args) {                                       \
        return operation_unary(thread, UNARY_##name, args[0]);                                     \
    }
#include "operators.def"
#undef UNARY

static Value operator_not(Thread *thread, Value *args) {
    int truth = operation_truth(thread, args[0]);
    return truth < 0 ? VALUE_ERROR : value_bool(!truth);
}
static Value operator_truth(Thread *thread, Value *args) {
    int truth = operation_truth(thread, args[0]);
    return truth < 0 ? VALUE_ERROR : value_bool(truth);
}
static Value operator_is(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(value_same(args[0], args[1]));
}
static Value operator_is_not(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(!value_same(args[0], args[1]));
}
static Value operator_is_none(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(is_none(args[0]));
}
static Value operator_is_not_none(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(!is_none(args[0]));
}
static Value operator_abs(Thread *thread, Value *args) {
    Str *name = str_intern_c(thread, "abs");
    return call_1(thread, dict_get_str(thread, thread->interpreter->builtins, name), args[0]);
}
static Value operator_index(Thread *thread, Value *args) {
    return operation_index(thread, args[0]);
}

static bool is_sequence(Thread *thread, Value v) {
    return type_of(thread, v)->slots.get_item != NULL && !is_dict(v);
}
static bool has_reflected_add(Thread *thread, Type *type) {
    return type->flags & TYPE_FROM_CLASS &&
           !is_undefined(type_lookup(thread, type, str_intern_c(thread, "__radd__")));
}
// What a class says of + counts as concatenation only between two sequences; ranges have no +.
static bool need_sequence(Thread *thread, Value v, Value other) {
    const Type *type = type_of(thread, v);
    bool adds = type->slots.binary[BINARY_ADD];
    if (type->flags & TYPE_FROM_CLASS) {
        adds = is_sequence(thread, other) &&
               (adds || has_reflected_add(thread, type_of(thread, other)));
    }
    return (is_sequence(thread, v) && adds) ||
           raise_false(thread, ERROR_TypeError, "'%s' object can't be concatenated",
                       type_name(thread, v));
}
static Value operator_concat(Thread *thread, Value *args) {
    return need_sequence(thread, args[0], args[1])
               ? operation_binary(thread, BINARY_ADD, args[0], args[1])
               : VALUE_ERROR;
}
static Value operator_iconcat(Thread *thread, Value *args) {
    return need_sequence(thread, args[0], args[1])
               ? operation_inplace(thread, BINARY_ADD, args[0], args[1])
               : VALUE_ERROR;
}
static Value operator_contains(Thread *thread, Value *args) {
    int found = operation_contains(thread, args[0], args[1]);
    return found < 0 ? VALUE_ERROR : value_bool(found);
}
static Value operator_getitem(Thread *thread, Value *args) {
    return operation_get_item(thread, args[0], args[1]);
}
static Value operator_setitem(Thread *thread, Value *args) {
    return operation_set_item(thread, args[0], args[1], args[2]) ? VALUE_NONE : VALUE_ERROR;
}
static Value operator_delitem(Thread *thread, Value *args) {
    return operation_delete_item(thread, args[0], args[1]) ? VALUE_NONE : VALUE_ERROR;
}

// How often args[1] is among the items; with `first`, its place.
static Value find_item(Thread *thread, const Value *args, bool first) {
    int64_t count = 0;
    if (!operation_iterates(type_of(thread, args[0])))
        return raise_error(thread, ERROR_TypeError, "argument of type '%s' is not iterable",
                           type_name(thread, args[0]));
    Value iterator = operation_iter(thread, args[0]);
    if (is_error(iterator))
        return iterator;
    for (int64_t i = 0;; i++) {
        Value item = operation_next(thread, iterator);
        if (is_error(item))
            return item;
        if (is_undefined(item))
            break;
        int equal = container_equal(thread, item, args[1]);
        if (equal < 0)
            return VALUE_ERROR;
        if (equal && first)
            return int_from_int64(thread, i);
        count += equal;
    }
    return first ? raise_error(thread, ERROR_ValueError, "sequence.index(x): x not in sequence")
                 : int_from_int64(thread, count);
}
static Value operator_countof(Thread *thread, Value *args) {
    return find_item(thread, args, false);
}
static Value operator_indexof(Thread *thread, Value *args) {
    return find_item(thread, args, true);
}

static Value operator_length_hint(Thread *thread, Value *args) {
    int64_t otherwise = 0;
    if (!is_integral(args[1]))
        return raise_error(thread, ERROR_TypeError,
                           "'%s' object cannot be interpreted as an integer",
                           type_name(thread, args[1]));
    if (!operation_index_int64(thread, args[1], &otherwise))
        return VALUE_ERROR;
    int64_t hint = iterator_length_hint(thread, args[0], otherwise);
    return hint < 0 && error_pending(thread) ? VALUE_ERROR : int_from_int64(thread, hint);
}

static Value operator_call(Thread *thread, Value *args) {
    const Tuple *positional = as_tuple(args[1]);
    Dict *named = as_dict(args[2]);
    size_t total = positional->length + named->length, position = 0;
    Value *all = heap_allocate(thread_heap(thread), CELL_BUFFER, (total + 1) * sizeof(Value));
    Tuple *names = tuple_new(thread, named->length);
    values_copy(all, positional->items, positional->length);
    for (size_t i = 0; i < names->length; i++)
        dict_next(named, &position, &names->items[i], &all[positional->length + i]);
    return call_with_keywords(thread, args[0], all, total, names->length ? names : NULL);
}

#define METHOD_NAME(name, function, signature, doc)                                                \
    NATIVE(name, function, signature, doc), NATIVE("__" name "__", function, signature, doc)
#define OPERATOR(name, function, symbol)                                                           \
    NATIVE(name, function, "(a, b, /)", "Same as a " symbol " b.")

// A text for hmac.compare_digest: ASCII, or bytes-like if the other one is.
static bool secret_view(Thread *thread, Value v, bool as_text, BytesView *view) {
    if (!as_text)
        return bytes_view(thread, v, view);
    if (!as_str(v)->ascii)
        return raise_false(thread, ERROR_TypeError,
                           "comparing strings with non-ASCII characters is not supported");
    view->data = (const uint8_t *)str_utf8(thread, as_str(v), &view->length);
    return true;
}

// It takes as long wherever they differ, so that the time tells nothing.
static Value operator_compare_digest(Thread *thread, Value *args) {
    BytesView a, b;
    bool as_text = is_str(args[0]) && is_str(args[1]);
    if (!secret_view(thread, args[0], as_text, &a) || !secret_view(thread, args[1], as_text, &b))
        return VALUE_ERROR;
    volatile uint8_t difference = a.length != b.length;
    for (size_t i = 0; i < b.length; i++)
        difference |= (uint8_t)(b.data[i] ^ (a.length == b.length ? a.data[i] : 0));
    return value_bool(difference == 0);
}

static const NativeSpec operator_functions[] = {
    NATIVE("_compare_digest", operator_compare_digest, "(a, b, /)",
           "Compare two texts in a time that does not tell where they differ."),
    OPERATOR("lt", compare_LT, "<"),
    OPERATOR("le", compare_LE, "<="),
    OPERATOR("eq", compare_EQ, "=="),
    OPERATOR("ne", compare_NE, "!="),
    OPERATOR("gt", compare_GT, ">"),
    OPERATOR("ge", compare_GE, ">="),
    OPERATOR("add", binary_ADD, "+"),
    OPERATOR("sub", binary_SUB, "-"),
    OPERATOR("mul", binary_MUL, "*"),
    OPERATOR("matmul", binary_MATMUL, "@"),
    OPERATOR("truediv", binary_TRUEDIV, "/"),
    OPERATOR("floordiv", binary_FLOORDIV, "//"),
    OPERATOR("mod", binary_MOD, "%"),
    OPERATOR("pow", binary_POW, "**"),
    OPERATOR("lshift", binary_LSHIFT, "<<"),
    OPERATOR("rshift", binary_RSHIFT, ">>"),
    OPERATOR("and_", binary_AND, "&"),
    OPERATOR("or_", binary_OR, "|"),
    OPERATOR("xor", binary_XOR, "^"),
    NATIVE("neg", unary_NEG, "(a, /)", "Same as -a."),
    NATIVE("pos", unary_POS, "(a, /)", "Same as +a."),
    NATIVE("invert", unary_INVERT, "(a, /)", "Same as ~a."),
    NATIVE("inv", unary_INVERT, "(a, /)", "Same as ~a."),
#define BINARY(name, symbol, method)                                                               \
    METHOD_NAME("i" method, inplace_##name, "(a, b, /)", "Same as a " symbol "= b."),
#include "operators.def"
#undef BINARY
    METHOD_NAME("abs", operator_abs, "(a, /)", "Same as abs(a)."),
    METHOD_NAME("index", operator_index, "(a, /)", "Same as a.__index__()."),
    METHOD_NAME("concat", operator_concat, "(a, b, /)", "Same as a + b, for sequences."),
    METHOD_NAME("iconcat", operator_iconcat, "(a, b, /)", "Same as a += b, for sequences."),
    METHOD_NAME("contains", operator_contains, "(a, b, /)", "Same as b in a."),
    METHOD_NAME("getitem", operator_getitem, "(a, b, /)", "Same as a[b]."),
    METHOD_NAME("setitem", operator_setitem, "(a, b, c, /)", "Same as a[b] = c."),
    METHOD_NAME("delitem", operator_delitem, "(a, b, /)", "Same as del a[b]."),
    METHOD_NAME("call", operator_call, "(obj, /, *args, **kwargs)",
                "Same as obj(*args, **kwargs)."),
    NATIVE("not_", operator_not, "(a, /)", "Same as not a."),
    NATIVE("__not__", operator_not, "(a, /)", "Same as not a."),
    NATIVE("truth", operator_truth, "(a, /)", "Whether a is true."),
    NATIVE("is_", operator_is, "(a, b, /)", "Same as a is b."),
    NATIVE("is_not", operator_is_not, "(a, b, /)", "Same as a is not b."),
    NATIVE("is_none", operator_is_none, "(a, /)", "Same as a is None."),
    NATIVE("is_not_none", operator_is_not_none, "(a, /)", "Same as a is not None."),
    NATIVE("countOf", operator_countof, "(a, b, /)", "How often b occurs in a."),
    NATIVE("indexOf", operator_indexof, "(a, b, /)", "The first place of b in a."),
    NATIVE("length_hint", operator_length_hint, "(obj, default=0, /)",
           "About how many items obj will give."),
    NATIVE_END,
};

// The operators' other names, those of the special methods.
static const struct {
    const char *name, *method;
} operator_names[] = {
    {"lt", "__lt__"},         {"le", "__le__"},           {"eq", "__eq__"},
    {"ne", "__ne__"},         {"gt", "__gt__"},           {"ge", "__ge__"},
    {"add", "__add__"},       {"sub", "__sub__"},         {"mul", "__mul__"},
    {"matmul", "__matmul__"}, {"truediv", "__truediv__"}, {"floordiv", "__floordiv__"},
    {"mod", "__mod__"},       {"pow", "__pow__"},         {"lshift", "__lshift__"},
    {"rshift", "__rshift__"}, {"and_", "__and__"},        {"or_", "__or__"},
    {"xor", "__xor__"},       {"neg", "__neg__"},         {"pos", "__pos__"},
    {"invert", "__invert__"}, {"inv", "__inv__"},
};

// ---- itemgetter, attrgetter, methodcaller ----

// What all three hold: the keys or dotted names, or a method's name and arguments.
typedef struct Getter {
    Object object;
    Value single; // the only key; UNDEFINED if there are several
    Tuple *keys;
    Dict *keywords; // of methodcaller
} Getter;

static Getter *as_getter(Value v) {
    return (Getter *)as_object(v);
}

static Value getter_new(Thread *thread, Value type, const Value *keys, size_t count) {
    Tuple *tuple = tuple_from_array(thread, keys, count);
    Getter *getter = object_new(thread, as_type(type));
    getter->keys = tuple;
    getter->single = count == 1 ? keys[0] : VALUE_UNDEFINED;
    return value_object(getter);
}

// The one argument of a getter's call.
static bool getter_argument(Thread *thread, const char *name, size_t count, Tuple *keywords) {
    if (keywords != NULL && keywords->length > 0)
        return raise_false(thread, ERROR_TypeError, "%s() takes no keyword arguments", name);
    return count == 1 ||
           raise_false(thread, ERROR_TypeError, "%s expected 1 argument, got %zu", name, count);
}

// The keys a getter is made with.
static bool getter_keys(Thread *thread, const char *name, size_t count, Tuple *keywords) {
    return getter_argument(thread, name, count == 0 ? 0 : 1, keywords);
}

static Value itemgetter_construct(Thread *thread, Value callee, Value *args, size_t count,
                                  Tuple *keywords) {
    if (!getter_keys(thread, "itemgetter", count, keywords))
        return VALUE_ERROR;
    return getter_new(thread, callee, args, count);
}

static Value itemgetter_call(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    const Getter *getter = as_getter(callee);
    if (!getter_argument(thread, "itemgetter", count, keywords))
        return VALUE_ERROR;
    Value object = args[0];
    if (!is_undefined(getter->single))
        return operation_get_item(thread, object, getter->single);
    Tuple *items = tuple_new(thread, getter->keys->length);
    for (size_t i = 0; i < items->length; i++) {
        Value item = operation_get_item(thread, object, getter->keys->items[i]);
        if (is_error(item))
            return item;
        items->items[i] = item;
    }
    return value_object(items);
}

static Value attrgetter_construct(Thread *thread, Value callee, Value *args, size_t count,
                                  Tuple *keywords) {
    if (!getter_keys(thread, "attrgetter", count, keywords))
        return VALUE_ERROR;
    for (size_t i = 0; i < count; i++)
        if (!is_str(args[i]))
            return raise_error(thread, ERROR_TypeError, "attribute name must be a string");
    return getter_new(thread, callee, args, count);
}

// object.a.b.c for the name "a.b.c".
static Value dotted_attribute(Thread *thread, Value object, Str *name) {
    if (name->interned && memchr(name->data, '.', name->length * name->width) == NULL)
        return attribute_get(thread, object, name);
    const Str *dot = str_from_c(thread, ".");
    size_t start = 0;
    for (;;) {
        int64_t end = str_find(name, dot, start, name->length);
        size_t stop = end < 0 ? name->length : (size_t)end;
        Str *part = str_intern(thread, str_slice(thread, name, start, stop));
        object = attribute_get(thread, object, part);
        if (is_error(object) || end < 0)
            return object;
        start = stop + 1;
    }
}

static Value attrgetter_call(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    const Getter *getter = as_getter(callee);
    if (!getter_argument(thread, "attrgetter", count, keywords))
        return VALUE_ERROR;
    Value object = args[0];
    if (!is_undefined(getter->single))
        return dotted_attribute(thread, object, as_str(getter->single));
    Tuple *items = tuple_new(thread, getter->keys->length);
    for (size_t i = 0; i < items->length; i++) {
        Value item = dotted_attribute(thread, object, as_str(getter->keys->items[i]));
        if (is_error(item))
            return item;
        items->items[i] = item;
    }
    return value_object(items);
}

static Value methodcaller_construct(Thread *thread, Value callee, Value *args, size_t count,
                                    Tuple *keywords) {
    size_t positional = count - (keywords ? keywords->length : 0);
    if (positional < 1)
        return raise_error(thread, ERROR_TypeError,
                           "methodcaller needs at least one argument, the method name");
    if (!is_str(args[0]))
        return raise_error(thread, ERROR_TypeError, "method name must be a string");
    Dict *named = dict_new(thread, 0);
    for (size_t i = positional; i < count; i++)
        dict_set_str(thread, named, as_str(keywords->items[i - positional]), args[i]);
    Value self = getter_new(thread, callee, args, positional);
    as_getter(self)->keywords = named;
    return self;
}

static Value methodcaller_call(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    const Getter *caller = as_getter(callee);
    if (!getter_argument(thread, "methodcaller", count, keywords))
        return VALUE_ERROR;
    Str *name = str_intern(thread, as_str(caller->keys->items[0]));
    Value method = attribute_get(thread, args[0], name);
    if (is_error(method))
        return method;
    Value rest = value_object(tuple_slice(thread, caller->keys, 1, caller->keys->length));
    Value call[] = {method, rest, value_object(caller->keywords)};
    return operator_call(thread, call);
}

static bool getter_add_parts(TextBuilder *out, const Getter *getter) {
    Value key, value;
    size_t position = 0;
    for (size_t i = 0; i < getter->keys->length; i++) {
        text_builder_add_c(out, i > 0 ? ", " : "");
        if (!text_builder_add_repr(out, getter->keys->items[i]))
            return false;
    }
    while (getter->keywords && dict_next(getter->keywords, &position, &key, &value)) {
        text_builder_add_c(out, ", ");
        text_builder_add(out, as_str(key));
        text_builder_put(out, '=');
        if (!text_builder_add_repr(out, value))
            return false;
    }
    return true;
}

static Value getter_repr(Thread *thread, Value self) {
    int entered = repr_enter(thread, self);
    if (entered != 0)
        return entered < 0 ? VALUE_ERROR
                           : value_object(str_format(thread, "operator.%s(...)",
                                                     type_short_name(object_type(self))));
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_printf(&out, "operator.%s(", type_short_name(object_type(self)));
    bool ok = getter_add_parts(&out, as_getter(self));
    text_builder_put(&out, ')');
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static void getter_trace(Marker *marker, Object *self) {
    const Getter *getter = (Getter *)self;
    mark_value(marker, getter->single);
    mark_object(marker, getter->keys);
    mark_object(marker, getter->keywords);
}

// (type, keys); with keywords, which a pickle's call cannot have, a partial supplies them.
static Value getter_reduce(Thread *thread, Value *args) {
    const Getter *getter = as_getter(args[0]);
    Value type = value_object(object_type(args[0])), keys = value_object(getter->keys);
    if (!getter->keywords || getter->keywords->length == 0)
        return tuple_pair(thread, type, keys);
    Value functools = import_any(thread, str_intern_c(thread, "functools"));
    Value call[] = {
        is_error(functools) ? functools
                            : attribute_get(thread, functools, str_intern_c(thread, "partial")),
        tuple_pair(thread, type, getter->keys->items[0]), value_object(getter->keywords)};
    Value partial = is_error(call[0]) ? call[0] : operator_call(thread, call);
    Value rest = value_object(tuple_slice(thread, getter->keys, 1, getter->keys->length));
    return is_error(partial) ? partial : tuple_pair(thread, partial, rest);
}

static const NativeSpec getter_methods[] = {
    REDUCE_METHOD(getter_reduce),
    NATIVE_END,
};

#define GETTER_TYPE(python_name, text)                                                             \
    static const TypeSpec python_name##_spec = {                                                   \
        .name = "operator." #python_name,                                                          \
        .doc = text,                                                                               \
        .flags = TYPE_FINAL,                                                                       \
        .size = sizeof(Getter),                                                                    \
        .slots = {.repr = getter_repr,                                                             \
                  .call = python_name##_call,                                                      \
                  .construct = python_name##_construct,                                            \
                  .trace = getter_trace},                                                          \
        .methods = getter_methods,                                                                 \
    }
GETTER_TYPE(itemgetter, "(item, /, *items)\n--\n\n"
                        "itemgetter(2)(r) is r[2]; with several keys, a tuple.");
GETTER_TYPE(attrgetter, "(attr, /, *attrs)\n--\n\n"
                        "attrgetter('a.b')(r) is r.a.b; with several names, a tuple.");
GETTER_TYPE(methodcaller, "(name, /, *args, **kwargs)\n--\n\n"
                          "methodcaller('m', 1)(r) is r.m(1).");

bool operator_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, operator_functions);
    for (size_t i = 0; i < sizeof operator_names / sizeof *operator_names; i++)
        module_add(thread, module, operator_names[i].method,
                   module_lookup(thread, module, str_intern_c(thread, operator_names[i].name)));
    module_add_type(thread, module, &itemgetter_spec, NULL);
    module_add_type(thread, module, &attrgetter_spec, NULL);
    module_add_type(thread, module, &methodcaller_spec, NULL);
    return true;
}
