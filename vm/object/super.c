// SPDX-License-Identifier: MIT
//
// super(): look attributes up in the MRO of an object's class, beginning after a given class. That
// is all; the cooperation of classes in a diamond comes from the MRO being one for all of them.
// `super()` without arguments takes them from the function that calls it: its first parameter, and
// the cell of `__class__`, which every function has that mentions super.
#include "attribute.h"
#include "code.h"
#include "descriptor.h"
#include "dict.h"
#include "frame.h"
#include "function.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

static Super *as_super(Value v) {
    return (Super *)as_object(v);
}

// The type whose MRO is searched for super(start, v); NULL with TypeError.
static Type *check_object(Thread *thread, const Type *start, Value v) {
    if (is_type(v) && type_is_subtype(as_type(v), start)) {
        return as_type(v);
    }
    Type *type = type_of(thread, v);
    if (type_is_subtype(type, start)) {
        return type;
    }
    Value claimed = attribute_get_optional(thread, v, common_name(thread, NAME___class__));
    if (is_type(claimed) && type_is_subtype(as_type(claimed), start)) {
        return as_type(claimed);
    }
    if (!error_pending(thread)) {
        raise_error(thread, ERROR_TypeError,
                    "super(type, obj): obj (%s %s) is not an instance or subtype of type (%s).",
                    is_type(v) ? "type" : "instance of", is_type(v) ? as_type(v)->name : type->name,
                    start->name);
    }
    return NULL;
}

static bool fill(Thread *thread, Super *self, Type *start, Value v) {
    self->start = start;
    self->object_or_type = VALUE_UNDEFINED;
    self->object_type = NULL;
    if (is_undefined(v) || is_none(v)) {
        return true;
    }
    self->object_type = check_object(thread, start, v);
    self->object_or_type = v;
    return self->object_type != NULL;
}

// The cell of __class__ among the free variables of a function; NULL if there is none.
static const Cell *class_cell(Thread *thread, const Frame *frame) {
    const Str *name = common_name(thread, NAME___class__);
    for (uint32_t i = 0; i < frame->code->free_count; i++) {
        if (frame->code->free_names[i] == name) {
            return (Cell *)as_object(((Function *)as_object(frame->function))->closure[i]);
        }
    }
    return NULL;
}

// The caller's first argument; UNDEFINED if it has been deleted.
static Value first_argument(const Frame *frame) {
    Value v = frame->registers[0];
    return frame->code->register_is_cell[0] ? ((Cell *)as_object(v))->content : v;
}

// super() is super(__class__, first argument).
static bool fill_from_caller(Thread *thread, Super *self) {
    const Frame *caller = thread->frame;
    if (!caller || caller->code->parameter_count == 0) {
        return raise_false(thread, ERROR_RuntimeError, "super(): no arguments");
    }
    Value first = first_argument(caller);
    if (is_undefined(first)) {
        return raise_false(thread, ERROR_RuntimeError, "super(): arg[0] deleted");
    }
    const Cell *cell = class_cell(thread, caller);
    if (!cell || is_undefined(cell->content)) {
        return raise_false(thread, ERROR_RuntimeError, "super(): %s",
                           cell ? "empty __class__ cell" : "__class__ cell not found");
    }
    if (!is_type(cell->content)) {
        return raise_false(thread, ERROR_RuntimeError, "super(): __class__ is not a type (%s)",
                           type_name(thread, cell->content));
    }
    return fill(thread, self, as_type(cell->content), first);
}

static Value super_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    Super *self = object_new(thread, as_type(callee));
    self->object_or_type = VALUE_UNDEFINED;
    if (keywords && keywords->length) {
        return raise_error(thread, ERROR_TypeError, "super() takes no keyword arguments");
    }
    if (count == 0) {
        bool is_filled_later = !is_undefined(as_type(callee)->init);
        bool ok = is_filled_later || fill_from_caller(thread, self);
        return ok ? value_object(self) : VALUE_ERROR;
    }
    if (count > 2) {
        return raise_error(thread, ERROR_TypeError, "super() expected at most 2 arguments, got %zu",
                           count);
    }
    if (!is_type(args[0])) {
        return raise_error(thread, ERROR_TypeError, "super() argument 1 must be a type, not %s",
                           type_name(thread, args[0]));
    }
    Value v = count == 2 ? args[1] : VALUE_UNDEFINED;
    return fill(thread, self, as_type(args[0]), v) ? value_object(self) : VALUE_ERROR;
}

// `name` in the classes after `start`; UNDEFINED if there is none.
static Value find_after_start(Thread *thread, const Super *self, Str *name) {
    const Tuple *mro = self->object_type->mro;
    size_t i = 0;
    while (i < mro->length && as_type(mro->items[i]) != self->start) {
        i++;
    }
    for (i++; i < mro->length; i++) {
        Value found = dict_get_str(thread, as_type(mro->items[i])->attributes, name);
        if (!is_undefined(found)) {
            return found;
        }
    }
    return VALUE_UNDEFINED;
}

static Value super_get_attribute(Thread *thread, Value value, Str *name) {
    const Super *self = as_super(value);
    bool own = !self->object_type || name == common_name(thread, NAME___class__);
    Value found = own ? VALUE_UNDEFINED : find_after_start(thread, self, name);
    if (is_undefined(found)) {
        return attribute_get_default(thread, value, name);
    }
    bool on_class =
        is_type(self->object_or_type) && as_type(self->object_or_type) == self->object_type;
    return descriptor_bind(thread, found, on_class ? VALUE_UNDEFINED : self->object_or_type,
                           self->object_type);
}

static Value super_get(Thread *thread, Value value, Value instance, Value owner) {
    const Super *self = as_super(value);
    (void)owner;
    if (is_undefined(instance) || self->object_type) {
        return value;
    }
    Super *bound = object_new(thread, object_type(value));
    bound->object_or_type = VALUE_UNDEFINED;
    return fill(thread, bound, self->start, instance) ? value_object(bound) : VALUE_ERROR;
}

static Value super_repr(Thread *thread, Value value) {
    const Super *self = as_super(value);
    const char *start = self->start ? self->start->name : "NULL";
    if (!self->object_type) {
        return value_object(str_format(thread, "<super: <class '%s'>, NULL>", start));
    }
    return value_object(
        str_format(thread, "<super: <class '%s'>, <%s object>>", start, self->object_type->name));
}

static Value get_start(Thread *thread, Value value) {
    (void)thread;
    return as_super(value)->start ? value_object(as_super(value)->start) : VALUE_NONE;
}

static Value get_self(Thread *thread, Value value) {
    (void)thread;
    Value v = as_super(value)->object_or_type;
    return is_undefined(v) ? VALUE_NONE : v;
}

static Value get_self_class(Thread *thread, Value value) {
    (void)thread;
    return as_super(value)->object_type ? value_object(as_super(value)->object_type) : VALUE_NONE;
}

static const GetSetSpec super_getsets[] = {
    {"__thisclass__", get_start, NULL, "the class invoking super()"},
    {"__self__", get_self, NULL, "the instance invoking super(); may be None"},
    {"__self_class__", get_self_class, NULL, "the type of the instance invoking super()"},
    {0},
};

static void super_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Super *)self)->object_or_type);
    mark_object(marker, ((Super *)self)->start);
    mark_object(marker, ((Super *)self)->object_type);
}

const TypeSpec super_type_spec = {
    .name = "super",
    .doc = "super(type, obj) -> attributes of the classes after type in the MRO of obj",
    .type_index = TYPE_super,
    .layout = LAYOUT_SUPER,
    .size = sizeof(Super),
    .slots =
        {
            .repr = super_repr,
            .construct = super_construct,
            .get_attribute = super_get_attribute,
            .descriptor_get = super_get,
            .trace = super_trace,
        },
    .getsets = super_getsets,
};
