// SPDX-License-Identifier: MIT
//
// The types of None, NotImplemented and Ellipsis. Each has exactly one instance, which is no heap
// object but a constant Value, and calling the type gives that instance.
#include "interpreter.h"
#include "str.h"
#include "type.h"
#include "warning.h"

static Value give_singleton(Thread *thread, const char *name, Value singleton, size_t count) {
    if (count > 0)
        return raise_error(thread, ERROR_TypeError, "%s takes no arguments", name);
    return singleton;
}

static bool singleton_hash(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    *hash = self.bits * UINT64_C(0x9e3779b97f4a7c15) >> 8;
    return true;
}

static Value none_repr(Thread *thread, Value self) {
    (void)self;
    return value_object(common_name(thread, NAME_None));
}

static int none_truth(Thread *thread, Value self) {
    (void)thread;
    (void)self;
    return 0;
}

static Value none_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)callee;
    (void)args;
    (void)keywords;
    return give_singleton(thread, "NoneType", VALUE_NONE, count);
}

const TypeSpec none_type_spec = {
    .name = "NoneType",
    .doc = "()\n--\n\nThe type of the None singleton.",
    .type_index = TYPE_none,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL,
    .size = sizeof(Object),
    .slots = {.repr = none_repr,
              .hash = singleton_hash,
              .truth = none_truth,
              .construct = none_construct},
};

static Value not_implemented_repr(Thread *thread, Value self) {
    (void)self;
    return value_object(str_intern_c(thread, "NotImplemented"));
}

static Value not_implemented_construct(Thread *thread, Value callee, Value *args, size_t count,
                                       Tuple *keywords) {
    (void)callee;
    (void)args;
    (void)keywords;
    return give_singleton(thread, "NotImplementedType", VALUE_NOT_IMPLEMENTED, count);
}

static Value reduce_to_name(Thread *thread, Value *args) {
    return value_object(
        str_intern_c(thread, is_not_implemented(args[0]) ? "NotImplemented" : "Ellipsis"));
}

static const NativeSpec reduce_methods[] = {
    {"__reduce__", reduce_to_name, "(self, /)", "Return the name under which to pickle.",
     NATIVE_PLAIN},
    {0},
};

static int not_implemented_truth(Thread *thread, Value self) {
    (void)self;
    bool ok = warning_give(thread, ERROR_DeprecationWarning,
                           "NotImplemented should not be used in a boolean context");
    return ok ? 1 : -1;
}

const TypeSpec not_implemented_type_spec = {
    .name = "NotImplementedType",
    .doc = "()\n--\n\nThe type of the NotImplemented singleton.",
    .type_index = TYPE_not_implemented,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL,
    .size = sizeof(Object),
    .slots = {.repr = not_implemented_repr,
              .hash = singleton_hash,
              .truth = not_implemented_truth,
              .construct = not_implemented_construct},
    .methods = reduce_methods,
};

static Value ellipsis_repr(Thread *thread, Value self) {
    (void)self;
    return value_object(str_intern_c(thread, "Ellipsis"));
}

static Value ellipsis_construct(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    (void)callee;
    (void)args;
    (void)keywords;
    return give_singleton(thread, "EllipsisType", VALUE_ELLIPSIS, count);
}

const TypeSpec ellipsis_type_spec = {
    .name = "ellipsis",
    .doc = "()\n--\n\nThe type of the Ellipsis singleton.",
    .type_index = TYPE_ellipsis,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL,
    .size = sizeof(Object),
    .slots = {.repr = ellipsis_repr, .hash = singleton_hash, .construct = ellipsis_construct},
    .methods = reduce_methods,
};
