// SPDX-License-Identifier: MIT
//
// The native part of the module abc: which classes match sequence and mapping patterns (PEP 634).
//
// That is a flag of the type, so that a match statement need not ask an abstract class. Sequence
// and Mapping claim it by `__abc_tpflags__`; classes inherit it (vm/object/type_class.c), and
// registering a class with one that has it passes it on to that class and all its subclasses.
// Native types say it in their description and are left alone. The bits are CPython's.
#include "library.h"
#include "modules.h"

#include "int.h"
#include "list.h"
#include "type.h"

enum { PATTERN_FLAGS = TYPE_PATTERN_SEQUENCE | TYPE_PATTERN_MAPPING };
enum { CPYTHON_SEQUENCE = 1 << 5, CPYTHON_MAPPING = 1 << 6 };

static Value claim(Thread *thread, Value *args) {
    int64_t bits;
    if (!is_type(args[0]) || !int_to_int64(args[1], &bits))
        return raise_error(thread, ERROR_TypeError, "a class and an int are needed");
    as_type(args[0])->flags |= (bits & CPYTHON_SEQUENCE ? TYPE_PATTERN_SEQUENCE : 0u) |
                               (bits & CPYTHON_MAPPING ? TYPE_PATTERN_MAPPING : 0u);
    return VALUE_NONE;
}

// The classes below whose flags change are put on a list, for a hierarchy may be deep.
static void pass_on(Thread *thread, Type *type, uint32_t flags) {
    List *left = list_new(thread, 1);
    list_append(thread, left, value_object(type));
    for (size_t i = 0; i < left->length; i++) {
        Type *next = as_type(left->items[i]);
        if (!(next->flags & TYPE_FROM_CLASS) || (next->flags & PATTERN_FLAGS) == flags)
            continue;
        next->flags = (next->flags & ~(uint32_t)PATTERN_FLAGS) | flags;
        Value below = type_subclasses(thread, next);
        list_extend_array(thread, left, as_list(below)->items, as_list(below)->length);
    }
}

static Value share(Thread *thread, Value *args) {
    if (!is_type(args[0]) || !is_type(args[1]))
        return raise_error(thread, ERROR_TypeError, "two classes are needed");
    uint32_t flags = as_type(args[0])->flags & PATTERN_FLAGS;
    if (flags)
        pass_on(thread, as_type(args[1]), flags);
    return VALUE_NONE;
}

static const NativeSpec functions[] = {
    NATIVE("_claim_patterns", claim, "(cls, flags, /)",
           "Let instances of a class match the patterns of __abc_tpflags__."),
    NATIVE("_share_patterns", share, "(cls, subclass, /)",
           "Let instances of `subclass` match the patterns that those of `cls` match."),
    NATIVE_END,
};

bool abc_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    return true;
}
