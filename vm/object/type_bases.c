// SPDX-License-Identifier: MIT
//
// `Class.__bases__ = (A, B)`: a class gets other bases while it and its instances are in use.
//
// What instances look like in memory cannot change any more, so the new base that decides the
// layout must agree with the old one in it; CPython's rule, which refuses a class that derives from
// object directly. The orders of the class and of all classes derived from it are computed anew;
// the first that does not exist puts everything back. Slots, versions and caches follow at the end.
#include "attribute.h"
#include "heap.h"
#include "instance.h"
#include "interpreter.h"
#include "list.h"
#include "slots.h"
#include "tuple.h"
#include "type_parts.h"

// A metaclass's mro() may change bases on the way, so that orders do not tell the whole truth.
static bool derives_from(const Type *sub, const Type *type) {
    for (const Type *base = sub; base; base = base->base) {
        if (base == type) {
            return true;
        }
    }
    return type_is_subtype(sub, type);
}

static bool check_items(Thread *thread, const Type *type, const Tuple *bases) {
    for (size_t i = 0; i < bases->length; i++) {
        if (!is_type(bases->items[i])) {
            return raise_false(thread, ERROR_TypeError,
                               "%s.__bases__ must be tuple of classes, not '%s'", type->name,
                               type_name(thread, bases->items[i]));
        }
        if (derives_from(as_type(bases->items[i]), type)) {
            return raise_false(thread, ERROR_TypeError,
                               "a __bases__ item causes an inheritance cycle");
        }
    }
    return type_check_bases(thread, bases);
}

static bool check_tuple(Thread *thread, const Type *type, Value v) {
    if (!is_tuple(v)) {
        return raise_false(thread, ERROR_TypeError, "can only assign tuple to %s.__bases__, not %s",
                           type->name, type_name(thread, v));
    }
    if (as_tuple(v)->length == 0) {
        return raise_false(thread, ERROR_TypeError,
                           "can only assign non-empty tuple to %s.__bases__, not ()", type->name);
    }
    return check_items(thread, type, as_tuple(v));
}

// Instances that may have any attributes must have been so before.
static bool brings_dict(const Type *type, const Tuple *bases) {
    for (size_t i = 0; i < bases->length; i++) {
        const Type *base = as_type(bases->items[i]);
        if (base->flags & TYPE_HAS_ATTRIBUTES && !(base->flags & TYPE_SEALED)) {
            return type->flags & TYPE_SEALED;
        }
    }
    return false;
}

static bool check_layout(Thread *thread, const Type *type, const Tuple *bases, Type *best) {
    Type *old = type->base;
    bool both = old->flags & best->flags & TYPE_FROM_CLASS;
    if (old == best || (both && type_same_attributes(old, best) && !brings_dict(type, bases))) {
        return true;
    }
    return raise_false(thread, ERROR_TypeError, "__bases__ assignment: '%s' %s differs from '%s'",
                       best->name, both ? "object layout" : "deallocator", old->name);
}

// Compute the orders of the class and of all below it; what they were goes to `kept`, in pairs.
static bool renew_orders(Thread *thread, Type *type, List *kept) {
    Tuple *order = type_find_mro(thread, type);
    if (!order) {
        return false;
    }
    list_append(thread, kept, value_object(type));
    list_append(thread, kept, value_object(type->mro));
    type->mro = order;
    List *below = as_list(type_subclasses(thread, type));
    for (size_t i = 0; i < below->length; i++) {
        if (!renew_orders(thread, as_type(below->items[i]), kept)) {
            return false;
        }
    }
    return true;
}

static void restore_orders(const List *kept) {
    for (size_t i = kept->length; i > 0; i -= 2) {
        as_type(kept->items[i - 2])->mro = as_tuple(kept->items[i - 1]);
    }
}

static void renew_slots(Thread *thread, Type *type) {
    slots_inherit(thread, type);
    const List *below = as_list(type_subclasses(thread, type));
    for (size_t i = 0; i < below->length; i++) {
        renew_slots(thread, as_type(below->items[i]));
    }
}

static void link_bases(Thread *thread, Type *type, const Tuple *old) {
    for (size_t i = 0; i < old->length; i++) {
        type_unlink_subclass(as_type(old->items[i]), type);
    }
    for (size_t i = 0; i < type->bases->length; i++) {
        type_link_subclass(thread, as_type(type->bases->items[i]), type);
    }
}

bool type_set_bases(Thread *thread, Type *type, Value v) {
    if (!check_tuple(thread, type, v)) {
        return false;
    }
    Tuple *old_bases = type->bases, *bases = as_tuple(v);
    Type *old_base = type->base, *best = type_best_base(thread, bases);
    if (!best || !check_layout(thread, type, bases, best)) {
        return false;
    }
    List *kept = list_new(thread, 0);
    type->bases = bases;
    type->base = best;
    bool ok = renew_orders(thread, type, kept);
    if (type->bases != bases) { // mro() has set others, which are in force
        return ok;
    }
    if (!ok) {
        restore_orders(kept);
        type->bases = old_bases;
        type->base = old_base;
        return false;
    }
    link_bases(thread, type, old_bases);
    renew_slots(thread, type);
    type_modified(thread, type);
    forget_attribute_caches(thread);
    return true;
}
