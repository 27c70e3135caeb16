// SPDX-License-Identifier: MIT
//
// Inline caches of calls: which instruction fits a callee that has been met.
//
// A call in the source nearly always meets the same callee, so the general instruction writes over
// itself the one that does just what that callee needs: enter a Mini function, call a C function
// with its arguments where they are, fill in defaults first, make an object. Each compares the
// callee with the remembered one, and all that was checked here (parameter counts, that it is no
// subclass) cannot change as long as the callee is the same object; what can (a class's __init__)
// the instruction checks again.
//
// There are three forms of a call. PLAIN is f(x). METHOD is o.f(x) with a self that GET_METHOD has
// found. STATIC is the same instruction without a self (a function of a module, a static method, a
// callback in an attribute): the arguments then begin one register higher than in a plain call.
// CPython has the same three in LOAD_METHOD's NULL, PRECALL and CALL, and dozens of kinds of
// callee.
#include "execute.h"

#include "function.h"
#include "native.h"
#include "type.h"

// What a form's specialised instructions are; 0 where there is none.
typedef struct SpecialCalls {
    uint16_t function, native, native_defaults, class, type;
} SpecialCalls;

static const SpecialCalls special_calls[] = {
    [CALL_PLAIN] = {OP_CALL_FUNCTION, OP_CALL_NATIVE, OP_CALL_NATIVE_DEFAULTS, OP_CALL_CLASS,
                    OP_CALL_TYPE},
    [CALL_WITH_SELF] = {OP_CALL_METHOD_FUNCTION, OP_CALL_METHOD_NATIVE,
                        OP_CALL_METHOD_NATIVE_DEFAULTS, 0, 0},
    [CALL_STATIC] = {OP_CALL_STATIC_FUNCTION, OP_CALL_STATIC_NATIVE, OP_CALL_STATIC_NATIVE_DEFAULTS,
                     OP_CALL_STATIC_CLASS, OP_CALL_STATIC_TYPE},
};

static bool is_class_of_type(Thread *thread, Value callee) {
    return has_layout(callee, LAYOUT_TYPE) &&
           object_type(callee) == builtin_type(thread, TYPE_type);
}

// A class whose instances are made by object.__new__ and an __init__ written in Mini.
static bool is_plain_class(const Type *type) {
    return type->layout == LAYOUT_INSTANCE && is_undefined(type->new_) &&
           !(type->flags & (TYPE_ABSTRACT | TYPE_ABSTRACT_METHODS)) &&
           has_layout(type->init, LAYOUT_FUNCTION);
}

// A type written in C, which nobody can change.
static bool is_native_type(const Type *type) {
    return !(type->flags & TYPE_FROM_CLASS) && is_undefined(type->new_) &&
           is_undefined(type->init) && type->slots.construct != NULL;
}

static uint16_t special_class(Thread *thread, const SpecialCalls *special, Value callee) {
    if (!is_class_of_type(thread, callee)) {
        return 0;
    }
    const Type *type = as_type(callee);
    return is_plain_class(type) ? special->class : is_native_type(type) ? special->type : 0;
}

// In a generator's frame the arguments do not lie where the callee's registers will be.
static uint16_t special_function(Thread *thread, const SpecialCalls *special, Value callee,
                                 size_t count) {
    const Function *function = (const Function *)as_object(callee);
    bool fits = function->simple && function->code->parameter_count == count &&
                !(thread->frame->flags & FRAME_GENERATOR);
    return fits ? special->function : 0;
}

// A method's self is of the right type if it was found by looking at self's type.
static uint16_t special_native(const SpecialCalls *special, Value callee, size_t count,
                               bool has_self) {
    const Native *native = (const Native *)as_object(callee);
    if (!native->simple || !is_undefined(native->self) || count < native->required ||
        count > native->positional || (native->owner != NULL && !has_self)) {
        return 0;
    }
    return native->parameter_count == count ? special->native : special->native_defaults;
}

void specialise_call(Thread *thread, Instruction *pc, Value callee, size_t count, CallForm form) {
    const SpecialCalls *special = &special_calls[form];
    uint16_t op = 0;
    if (has_layout(callee, LAYOUT_FUNCTION)) {
        op = special_function(thread, special, callee, count);
    } else if (is_exactly(callee, LAYOUT_NATIVE)) {
        op = special_native(special, callee, count, form == CALL_WITH_SELF);
    } else {
        op = special_class(thread, special, callee);
    }
    if (op != 0) {
        pc->op = op;
        pc[1].cache = callee.bits;
    }
}
