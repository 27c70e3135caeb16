// SPDX-License-Identifier: MIT
//
// The native half of the module weakref: the type ref, and the functions that ask the table. The
// proxies are weakref_proxy.c; dictionaries, sets and finalizers are in weakref.mini.
//
// A reference is as equal and as hashable as its target while that lives, and remembers the hash,
// so that one which is a key can still be found and removed when the target is gone.
#include "modules.h"
#include "weak_table.h"

#include "attribute.h"
#include "container.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Type *type = as_type(callee);
    bool exact = type == library_late_type(thread, LATE_weak_reference);
    if (keywords && keywords->length > 0 && exact)
        return raise_error(thread, ERROR_TypeError, "ref() takes no keyword arguments");
    count -= keywords ? keywords->length : 0;
    if (count < 1 || count > 2)
        return raise_error(thread, ERROR_TypeError, "__new__ expected at %s, got %zu",
                           count < 1 ? "least 1 argument" : "most 2 arguments", count);
    WeakReference *r = weak_refer(thread, type, args[0], count == 2 ? args[1] : VALUE_NONE, exact);
    return r ? value_object(r) : VALUE_ERROR;
}

static Value call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    if (keywords && keywords->length > 0)
        return raise_error(thread, ERROR_TypeError, "weakref() takes no keyword arguments");
    if (count > 0)
        return raise_error(thread, ERROR_TypeError, "weakref expected 0 arguments, got %zu", count);
    Object *target = as_weak(callee)->target;
    return target ? value_object(target) : VALUE_NONE;
}

static bool hash_slot(Thread *thread, Value self, uint64_t *hash) {
    WeakReference *r = as_weak(self);
    if (!r->hash_known) {
        if (r->target == NULL)
            return raise_false(thread, ERROR_TypeError, "weak object has gone away");
        if (!operation_hash(thread, value_object(r->target), &r->hash))
            return false;
        r->hash_known = 1;
    }
    *hash = r->hash;
    return true;
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    const Type *type = library_late_type(thread, LATE_weak_reference);
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_instance_of(left, type) ||
        !is_instance_of(right, type))
        return VALUE_NOT_IMPLEMENTED;
    Object *a = as_weak(left)->target, *b = as_weak(right)->target;
    if (a == NULL || b == NULL)
        return value_bool(value_same(left, right) == (op == COMPARE_EQ));
    return operation_compare(thread, op, value_object(a), value_object(b));
}

static Value repr_slot(Thread *thread, Value self) {
    const WeakReference *r = as_weak(self);
    unsigned long long address = self.bits;
    if (r->target == NULL)
        return value_object(str_format(thread, "<weakref at 0x%012llx; dead>", address));
    Value target = value_object(r->target);
    Value name = attribute_get_optional(thread, target, common_name(thread, NAME___name__));
    if (is_error(name))
        return name;
    const char *what = type_name(thread, target);
    if (is_str(name))
        return value_object(str_format(thread, "<weakref at 0x%012llx; to '%s' at 0x%012llx (%s)>",
                                       address, what, (unsigned long long)target.bits,
                                       str_text(thread, as_str(name))));
    return value_object(str_format(thread, "<weakref at 0x%012llx; to '%s' at 0x%012llx>", address,
                                   what, (unsigned long long)target.bits));
}

static Value get_callback(Thread *thread, Value self) {
    (void)thread;
    return as_weak(self)->callback;
}

static void trace_slot(Marker *marker, Object *self) {
    mark_value(marker, ((const WeakReference *)self)->callback);
}

static const NativeSpec reference_methods[] = {
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};

static const GetSetSpec reference_getsets[] = {
    GETSET("__callback__", get_callback, NULL, "What is called when the object has died."),
    GETSET_END,
};

const TypeSpec weak_reference_type_spec = {
    .name = "weakref.ReferenceType",
    .doc = "ref(object[, callback]): what gives the object when called, and None once it is dead.",
    .layout = LAYOUT_NONE,
    .size = sizeof(WeakReference),
    .slots = {.repr = repr_slot,
              .hash = hash_slot,
              .compare = compare_slot,
              .call = call,
              .construct = construct,
              .trace = trace_slot},
    .methods = reference_methods,
    .getsets = reference_getsets,
};

// ---- Functions ----

static Value open_table(Thread *thread, Value *args) {
    weak_table_open(thread, args[0]);
    return VALUE_NONE;
}

static Value proxy(Thread *thread, Value *args) {
    LateType kind = is_callable(args[0]) ? LATE_weak_callable_proxy : LATE_weak_proxy;
    WeakReference *r = weak_refer(thread, library_late_type(thread, kind), args[0], args[1], true);
    return r ? value_object(r) : VALUE_ERROR;
}

static Value references(Thread *thread, Value *args) {
    return weak_references_to(thread, args[0]);
}

static Value reference_count(Thread *thread, Value *args) {
    Value list = weak_references_to(thread, args[0]);
    return value_small_int((int64_t)as_list(list)->length);
}

static const NativeSpec functions[] = {
    NATIVE("_open", open_table, "(runner, /)", "Begin to keep weak references."),
    NATIVE("proxy", proxy, "(object, callback=None, /)",
           "Return an object that passes every use on to one that it does not keep alive."),
    NATIVE("getweakrefs", references, "(object, /)", "Return all weak references to an object."),
    NATIVE("getweakrefcount", reference_count, "(object, /)",
           "Return how many weak references to an object there are."),
    NATIVE_END,
};

bool weakref_init(Thread *thread, Module *module) {
    Value type = value_object(library_late_type(thread, LATE_weak_reference));
    module_add_natives(thread, module, functions);
    module_add(thread, module, "ref", type);
    module_add(thread, module, "ReferenceType", type);
    module_add(thread, module, "ProxyType",
               value_object(library_late_type(thread, LATE_weak_proxy)));
    module_add(thread, module, "CallableProxyType",
               value_object(library_late_type(thread, LATE_weak_callable_proxy)));
    return true;
}
