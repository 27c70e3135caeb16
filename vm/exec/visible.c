// SPDX-License-Identifier: MIT
//
// What an instruction touches, read off its operands before it is executed.
//
// Variables, attributes and items are places: reading and writing the same place from two threads,
// with nothing that orders them, is a data race. A list, dict or set as a whole is touched, too, by
// whatever goes through it or changes its length. Each method call of such a container is one step,
// so two of them are no data race; but their order matters, so they are worth a choice. A container
// as a whole has two locations: its structure, which a method that changes it writes and everything
// else reads; and its content, which storing an item writes and looking through it reads.
//
// What the embedded library does with its own variables is not told: a student's program is to be
// looked at, not threading.py. Its locks and queues are.
#include "visible.h"

#include "control.h"
#include "dict.h"
#include "dict_view.h"
#include "execute.h"
#include "function.h"
#include "instance.h"
#include "iterators.h"
#include "module.h"
#include "native.h"
#include "opcode.h"
#include "races.h"
#include "set.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

typedef enum Part { PART_ITSELF = 1, PART_STRUCTURE, PART_CONTENT, PART_ITEM } Part;

// ---- locations ----

static uint64_t mix(uint64_t a, uint64_t b) {
    uint64_t z = (a ^ (b * UINT64_C(0x9e3779b97f4a7c15))) * UINT64_C(0xbf58476d1ce4e5b9);
    return z ^ (z >> 29);
}

static uint64_t address(const void *object) {
    return (uint64_t)(uintptr_t)object;
}

static void touch(ScheduleStep *step, uint64_t location, bool writes, bool is_plain,
                  const void *object, const void *part) {
    step->touches[step->count++] = (Touch){.location = location,
                                           .writes = writes,
                                           .is_plain = is_plain,
                                           .object = object,
                                           .part = part};
}

static void touch_name(ScheduleStep *step, const void *object, const Str *name, bool writes) {
    touch(step, mix(address(object), address(name)), writes, true, object, name);
}

// ---- containers ----

// Something built in that can change: worth looking at as a whole.
static bool is_container(Value v) {
    if (!is_object(v)) {
        return false;
    }
    switch (object_type(v)->layout) {
    case LAYOUT_LIST:
    case LAYOUT_DICT:
    case LAYOUT_BYTEARRAY:
    case LAYOUT_ARRAY:
        return true;
    case LAYOUT_SET:
        return object_type(v)->spec->type_index != TYPE_frozenset;
    case LAYOUT_NONE:
        return (object_type(v)->spec->flags & TYPE_CONTAINER) != 0;
    default:
        return false;
    }
}

static void touch_part(ScheduleStep *step, Value v, Part part, bool writes) {
    const Object *object = as_object(v);
    touch(step, mix(address(object), part), writes, false, object, NULL);
}

static void touch_whole(ScheduleStep *step, Value v, bool writes) {
    if (is_container(v) && step->count + 2 <= STEP_TOUCHES) {
        touch_part(step, v, PART_STRUCTURE, writes);
        touch_part(step, v, PART_CONTENT, writes);
    }
}

// An item's place: by index in a list, by the key's own identity in a dict. Keys that are equal but
// not the same object are told apart only if they are no str and no int, which is rare.
static uint64_t item_location(Thread *thread, Value container, Value key) {
    uint64_t part = is_str(key) ? str_hash(thread, as_str(key)) : key.bits;
    return mix(mix(address(as_object(container)), PART_ITEM), part);
}

static bool has_items(Value v) {
    return is_object(v) &&
           (object_type(v)->layout == LAYOUT_LIST || object_type(v)->layout == LAYOUT_DICT ||
            object_type(v)->layout == LAYOUT_BYTEARRAY || object_type(v)->layout == LAYOUT_ARRAY);
}

static void touch_item(Thread *thread, ScheduleStep *step, Value container, Value key,
                       bool writes) {
    if (!has_items(container)) {
        touch_whole(step, container, writes);
        return;
    }
    touch(step, item_location(thread, container, key), writes, true, as_object(container), NULL);
    touch_part(step, container, PART_STRUCTURE, false);
    if (writes) {
        touch_part(step, container, PART_CONTENT, true);
    }
}

// ---- locks, queues, threads ----

static bool is_sync(Value v) {
    return is_object(v) && object_type(v)->spec != NULL &&
           (object_type(v)->spec->flags & TYPE_SYNC) != 0;
}

static void touch_sync(ScheduleStep *step, Value v, bool writes) {
    step->kind = STEP_SYNC;
    touch(step, mix(address(as_object(v)), PART_ITSELF), writes, false, as_object(v), NULL);
    step->touches[step->count - 1].is_lock = (object_type(v)->spec->flags & TYPE_LOCK) != 0;
}

// ---- calls ----

static bool is_native(Value v) {
    return has_layout(v, LAYOUT_NATIVE);
}

static const Native *as_native(Value v) {
    return (const Native *)as_object(v);
}

// Does the method leave its container as it is?
static bool only_reads(const NativeSpec *spec) {
    static const char *const readers[] = {
        "get",         "keys",
        "values",      "items",
        "index",       "count",
        "copy",        "issubset",
        "issuperset",  "isdisjoint",
        "union",       "intersection",
        "difference",  "symmetric_difference",
        "__len__",     "__contains__",
        "__getitem__", "__iter__",
        "__eq__",      "__repr__",
        "tobytes",     "tolist",
    };
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (strcmp(spec->name, readers[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_of_builtins(Thread *thread, Value callee) {
    if (is_object(callee) && object_type(callee)->layout == LAYOUT_TYPE) {
        return true; // list(x), dict(x) ...
    }
    Value module = as_native(callee)->module;
    return is_str(module) && as_str(module) == common_name(thread, NAME_builtins);
}

static void touch_arguments(Thread *thread, ScheduleStep *step, Value callee, const Value *args,
                            size_t count) {
    bool writes = !is_of_builtins(thread, callee);
    for (size_t i = 0; i < count; i++) {
        if (is_sync(args[i]) && step->count < STEP_TOUCHES) {
            touch_sync(step, args[i], true);
        } else {
            touch_whole(step, args[i], writes);
        }
    }
}

static void touch_receiver(ScheduleStep *step, const Native *native, Value self) {
    if (is_sync(self)) {
        touch_sync(step, self, !only_reads(native->spec));
    } else {
        touch_whole(step, self, !only_reads(native->spec));
    }
}

static void touch_call(Thread *thread, ScheduleStep *step, Value callee, const Value *args,
                       size_t count) {
    if (is_native(callee)) {
        const Native *native = as_native(callee);
        if (!is_undefined(native->self)) {
            touch_receiver(step, native, native->self);
        } else if (native->owner != NULL && count > 0) {
            touch_receiver(step, native, args[0]);
        } else {
            touch_arguments(thread, step, callee, args, count);
        }
    } else if (is_object(callee) && object_type(callee)->layout == LAYOUT_TYPE &&
               !(((const Type *)as_object(callee))->flags & TYPE_FROM_CLASS)) {
        touch_arguments(thread, step, callee, args, count);
    }
}

// ---- instructions ----

#define R(i) frame->registers[i]
#define NAME_OF(i) as_str(frame->code->constants[i])
#define CLOSURE(i) frame_function(frame)->closure[i]

static void read_global(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_name(step, frame_globals(frame), NAME_OF(frame->pc->n), false);
}
static void write_global(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_name(step, frame_globals(frame), NAME_OF(frame->pc->n), true);
}

static void touch_cell(ScheduleStep *step, Value cell, const Str *name, bool writes) {
    touch(step, mix(address(as_object(cell)), PART_ITSELF), writes, true, as_object(cell), name);
}
static void read_cell(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    uint16_t reg = frame->pc->b;
    bool has_name = reg < frame->code->variable_count;
    touch_cell(step, R(reg), has_name ? frame->code->register_names[reg] : NULL, false);
}
static void write_cell(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    uint16_t reg = frame->pc->a;
    bool has_name = reg < frame->code->variable_count;
    touch_cell(step, R(reg), has_name ? frame->code->register_names[reg] : NULL, true);
}
static void read_free(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    int32_t i = frame->pc->n;
    touch_cell(step, CLOSURE(i), frame->code->free_names[i], false);
}
static void write_free(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    int32_t i = frame->pc->n;
    touch_cell(step, CLOSURE(i), frame->code->free_names[i], true);
}

// The object that has the attribute: the instance or the class, or neither for what goes through
// __getattribute__ and so is told by what that does.
static const Object *attribute_owner(Thread *thread, Value v, Str *name) {
    if (!is_object(v) || object_type(v)->slots.get_attribute != NULL) {
        return is_object(v) && (object_type(v)->layout == LAYOUT_TYPE ||
                                object_type(v)->layout == LAYOUT_MODULE)
                   ? as_object(v)
                   : NULL;
    }
    Object *object = as_object(v);
    bool is_own =
        attributes_of(object) != NULL && !is_undefined(attributes_get_own(thread, object, name));
    return is_own ? object : (const Object *)object->type;
}
static void read_attribute(Thread *thread, const Frame *frame, ScheduleStep *step) {
    Str *name = NAME_OF(frame->pc->c);
    const Object *owner = attribute_owner(thread, R(frame->pc->b), name);
    if (owner != NULL) {
        touch_name(step, owner, name, false);
    }
}
static void write_attribute(Thread *thread, const Frame *frame, ScheduleStep *step) {
    Value v = R(frame->pc->b);
    Str *name = NAME_OF(frame->pc->c);
    if (is_object(v) && attribute_owner(thread, v, name) != NULL) {
        touch_name(step, as_object(v), name, true);
    }
}

static void read_item(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_item(thread, step, R(frame->pc->b), R(frame->pc->c), false);
}
static void read_item_constant(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_item(thread, step, R(frame->pc->b), frame->code->constants[frame->pc->c], false);
}
static void write_item(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_item(thread, step, R(frame->pc->b), R(frame->pc->c), true);
}
static void delete_item(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->b), true);
}

static void read_whole_a(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->a), false);
}
static void read_whole_b(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->b), false);
}
static void read_whole_c(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->c), false);
}
static void write_whole_b(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->b), true);
}

static void read_next(Thread *thread, const Frame *frame, ScheduleStep *step) {
    Value iterator = iterator_enumerated(R(frame->pc->a));
    if (!is_object(iterator)) {
        return;
    }
    if (object_type(iterator)->layout == LAYOUT_LIST_ITERATOR) {
        const SequenceIterator *at = as_sequence_iterator(iterator);
        if (is_container(at->sequence)) {
            touch_item(thread, step, at->sequence, value_small_int((int64_t)at->index), false);
        }
    } else if (object_type(iterator)->layout == LAYOUT_DICT_ITERATOR) {
        const Dict *dict = ((const DictIterator *)as_object(iterator))->dict;
        if (dict != NULL) {
            touch_whole(step, value_object(dict), false);
        }
    } else if (set_iterated(iterator) != NULL) {
        touch_whole(step, value_object(set_iterated(iterator)), false);
    }
}

static void call_of_value(Thread *thread, const Frame *frame, ScheduleStep *step) {
    const Value *window = &R(frame->pc->a);
    touch_call(thread, step, window[0], window + FRAME_WORDS, frame->pc->b);
}
static void call_of_method(Thread *thread, const Frame *frame, ScheduleStep *step) {
    const Value *window = &R(frame->pc->a), *self = window + FRAME_WORDS;
    bool bound = !is_undefined(*self);
    touch_call(thread, step, window[0], bound ? self : self + 1, (size_t)frame->pc->b + bound);
}
static void call_spread(Thread *thread, const Frame *frame, ScheduleStep *step) {
    const Value *window = &R(frame->pc->a);
    Value args = window[FRAME_WORDS];
    if (is_tuple(args)) {
        touch_call(thread, step, window[0], as_tuple(args)->items, as_tuple(args)->length);
    }
}

static void enter_with(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    if (is_sync(R(frame->pc->b))) {
        touch_sync(step, R(frame->pc->b), true);
    }
}
static void exit_with(Thread *thread, const Frame *frame, ScheduleStep *step) {
    Value exit = R(frame->pc->b), self = frame->registers[frame->pc->b + 5];
    (void)thread;
    if (is_native(exit) && is_undefined(self)) {
        self = as_native(exit)->self;
    }
    if (is_sync(self)) {
        touch_sync(step, self, true);
    }
}

#undef R
#undef NAME_OF
#undef CLOSURE

// ---- the step ----

typedef void Finder(Thread *thread, const Frame *frame, ScheduleStep *step);

static Finder *finder_of(uint16_t op) {
    static Finder *const finders[OP_COUNT] = {
#define VISIBLE(opcode, function) [OP_##opcode] = function,
#include "visible_steps.def"
#undef VISIBLE
    };
    return finders[opcode_table[op].general];
}

bool opcode_is_visible(uint16_t op) {
    return finder_of(op) != NULL;
}

void visible_step(Thread *thread) {
    Frame *frame = thread->frame;
    Finder *find = finder_of(frame->pc->op);
    if (find == NULL) {
        return;
    }
    ScheduleStep step = {.kind = STEP_ACCESS};
    find(thread, frame, &step);
    if (step.count == 0 || (step.kind == STEP_ACCESS && code_is_of_library(frame->code))) {
        return;
    }
    step.site = (CodePosition){frame->code, (uint32_t)(frame->pc - frame->code->instructions)};
    if (!schedule_is_free(&thread->core.runtime->schedule)) {
        control_step(&thread->core, &step);
    }
    if (thread->core.runtime->races != NULL) {
        races_touch(thread->core.runtime->races, &thread->core, &step);
    }
}
