// SPDX-License-Identifier: MIT
//
// In which order the bases of a class are searched: C3 linearisation (Barrett et al. 1996, the
// order of Dylan, taken up by Python 2.3). The result is a merge of the bases' own orders and of
// the list of bases, in which every class stands before its bases and bases keep the order in
// which the class statement names them. Where no such order exists the class can not be made.
//
// Also here: which base decides the C layout of the instances. A class may have several native
// bases only if their structs extend one another.
#include "dict.h"
#include "instance.h"
#include "interpreter.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type_parts.h"

// One list of the merge: what has not been taken from it yet.
typedef struct MergeList {
    const Value *items;
    size_t length;
} MergeList;

typedef struct Merge {
    MergeList *lists;
    size_t count;
    Value *result;
    size_t length;
} Merge;

static bool in_tail(const Merge *merge, Value candidate) {
    for (size_t i = 0; i < merge->count; i++) {
        for (size_t j = 1; j < merge->lists[i].length; j++) {
            if (value_same(merge->lists[i].items[j], candidate)) {
                return true;
            }
        }
    }
    return false;
}

static void take(Merge *merge, Value taken) {
    merge->result[merge->length++] = taken;
    for (size_t i = 0; i < merge->count; i++) {
        MergeList *list = &merge->lists[i];
        if (list->length && value_same(list->items[0], taken)) {
            list->items++;
            list->length--;
        }
    }
}

// Take the first head that no other list has in its tail; false if there is none.
static bool take_next(Merge *merge) {
    for (size_t i = 0; i < merge->count; i++) {
        const MergeList *list = &merge->lists[i];
        if (list->length && !in_tail(merge, list->items[0])) {
            take(merge, list->items[0]);
            return true;
        }
    }
    return false;
}

static bool merge_is_done(const Merge *merge) {
    for (size_t i = 0; i < merge->count; i++) {
        if (merge->lists[i].length) {
            return false;
        }
    }
    return true;
}

static bool is_earlier_head(const Merge *merge, size_t index) {
    for (size_t i = 0; i < index; i++) {
        const MergeList *list = &merge->lists[i];
        if (list->length && value_same(list->items[0], merge->lists[index].items[0])) {
            return true;
        }
    }
    return false;
}

// Names the classes that block one another: the heads of what is left.
static Tuple *report_inconsistent(Thread *thread, const Merge *merge) {
    TextBuilder text;
    text_builder_init(&text, thread);
    for (size_t i = 0; i < merge->count; i++) {
        const MergeList *list = &merge->lists[i];
        if (list->length && !is_earlier_head(merge, i)) {
            text_builder_add_c(&text, text.length ? ", " : "");
            text_builder_add(&text, type_name_str(thread, as_type(list->items[0])));
        }
    }
    Str *names = text_builder_finish(&text);
    raise_error(thread, ERROR_TypeError,
                "Cannot create a consistent method resolution order (MRO) for bases %s",
                str_text(thread, names));
    return NULL;
}

static bool check_duplicates(Thread *thread, const Tuple *bases) {
    for (size_t i = 0; i < bases->length; i++) {
        for (size_t j = i + 1; j < bases->length; j++) {
            if (value_same(bases->items[i], bases->items[j])) {
                return raise_false(thread, ERROR_TypeError, "duplicate base class %s",
                                   as_type(bases->items[i])->name);
            }
        }
    }
    return true;
}

static void merge_init(Thread *thread, Merge *merge, Type *type, const Tuple *bases) {
    Heap *heap = thread_heap(thread);
    size_t room = 1;
    merge->count = bases->length + 1;
    merge->lists = heap_allocate(heap, CELL_BUFFER, merge->count * sizeof(MergeList));
    for (size_t i = 0; i < bases->length; i++) {
        const Tuple *order = as_type(bases->items[i])->mro;
        merge->lists[i] = (MergeList){order->items, order->length};
        room += order->length;
    }
    merge->lists[bases->length] = (MergeList){bases->items, bases->length};
    merge->result = heap_allocate(heap, CELL_BUFFER, room * sizeof(Value));
    merge->result[0] = value_object(type);
    merge->length = 1;
}

Tuple *type_compute_mro(Thread *thread, Type *type, Tuple *bases) {
    Merge merge;
    if (bases->length == 1) { // nothing to merge
        const Tuple *order = as_type(bases->items[0])->mro;
        Value *items =
            heap_allocate(thread_heap(thread), CELL_BUFFER, (order->length + 1) * sizeof(Value));
        items[0] = value_object(type);
        memcpy(&items[1], order->items, order->length * sizeof(Value));
        return tuple_from_array(thread, items, order->length + 1);
    }
    if (!check_duplicates(thread, bases)) {
        return NULL;
    }
    merge_init(thread, &merge, type, bases);
    while (!merge_is_done(&merge)) {
        if (!take_next(&merge)) {
            return report_inconsistent(thread, &merge);
        }
    }
    return tuple_from_array(thread, merge.result, merge.length);
}

Type *type_solid_base(Type *type) {
    while (type->base &&
           ((type->flags & TYPE_FROM_CLASS) ||
            (type->spec->size == type->base->spec->size && type->layout == type->base->layout))) {
        type = type->base;
    }
    return type;
}

// Like type_solid_base, but the members of __slots__ count as layout.
static Type *layout_base(Type *type) {
    Type *solid = type_solid_base(type);
    while (type != solid && !(type->flags & TYPE_ADDS_MEMBERS)) {
        type = type->base;
    }
    return type;
}

Type *type_best_base(Thread *thread, Tuple *bases) {
    Type *best = NULL, *winner = NULL;
    for (size_t i = 0; i < bases->length; i++) {
        Type *base = as_type(bases->items[i]);
        Type *solid = layout_base(base);
        if (!winner || (solid != winner && type_is_subtype(solid, winner))) {
            winner = solid;
            best = base;
        } else if (!type_is_subtype(winner, solid)) {
            raise_error(thread, ERROR_TypeError, "multiple bases have instance lay-out conflict");
            return NULL;
        }
    }
    return best;
}
