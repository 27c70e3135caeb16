// SPDX-License-Identifier: MIT
//
// Iterators over dicts: one struct for keys, values and items, forwards and backwards. A dict may
// be changed while it is iterated as long as no key comes or goes; values may be replaced.
#include "container.h"
#include "dict_table.h"
#include "dict_view.h"
#include "error.h"
#include "heap.h"
#include "iterators.h"
#include "reduce.h"
#include "tuple.h"
#include "type.h"

Value dict_iterator_new(Thread *thread, Dict *dict, DictPart part, bool reversed) {
    static const TypeIndex types[][2] = {
        [DICT_KEYS] = {TYPE_dict_key_iterator, TYPE_dict_reverse_key_iterator},
        [DICT_VALUES] = {TYPE_dict_value_iterator, TYPE_dict_reverse_value_iterator},
        [DICT_ITEMS] = {TYPE_dict_item_iterator, TYPE_dict_reverse_item_iterator},
    };
    DictIterator *iterator = object_new(thread, builtin_type(thread, types[part][reversed]));
    iterator->part = part;
    iterator->dict = dict;
    iterator->position = reversed ? dict->used : dict_gap(dict);
    iterator->length = iterator->remaining = dict->length;
    iterator->reversed = reversed;
    return value_object(iterator);
}

static const DictEntry *next_entry(DictIterator *iterator, const Dict *dict) {
    for (size_t i = iterator->position; i < dict->used; i++) {
        if (!is_undefined(dict->entries[i].key)) {
            iterator->position = i + 1;
            return &dict->entries[i];
        }
    }
    return NULL;
}

static const DictEntry *previous_entry(DictIterator *iterator, const Dict *dict) {
    size_t i = iterator->position < dict->used ? iterator->position : dict->used;
    size_t gap = dict_gap(dict);
    while (i > gap) {
        const DictEntry *entry = &dict->entries[i - 1];
        if (!entry_is_deleted(entry)) {
            iterator->position = i - 1;
            return entry;
        }
        i -= entry->hash;
    }
    return NULL;
}

static PairOutcome fail(Thread *thread, const char *message) {
    raise_error(thread, ERROR_RuntimeError, "%s", message);
    return PAIR_ERROR;
}

PairOutcome dict_iterator_next_pair(Thread *thread, Value self, Value *pair) {
    DictIterator *iterator = (DictIterator *)as_object(self);
    const Dict *dict = iterator->dict;
    if (dict == NULL) {
        return PAIR_END;
    }
    if (dict->length != iterator->length) {
        iterator->length = SIZE_MAX; // stays in this state
        return fail(thread, "dictionary changed size during iteration");
    }
    const DictEntry *entry =
        iterator->reversed ? previous_entry(iterator, dict) : next_entry(iterator, dict);
    if (entry == NULL) {
        iterator->dict = NULL;
        return PAIR_END;
    }
    if (iterator->remaining-- == 0) {
        iterator->dict = NULL;
        return fail(thread, "dictionary keys changed during iteration");
    }
    pair[0] = entry->key;
    pair[1] = entry->value;
    return PAIR_GIVEN;
}

static inline Value part_of(Thread *thread, const DictIterator *iterator, Value key, Value value) {
    switch (iterator->part) {
    case DICT_KEYS:
        return key;
    case DICT_VALUES:
        return value;
    default:
        return tuple_pair(thread, key, value);
    }
}

// The usual step: forwards, in a dict that nobody has changed, to an entry that is there.
static inline const DictEntry *next_entry_quickly(DictIterator *iterator) {
    const Dict *dict = iterator->dict;
    size_t position = iterator->position;
    if (iterator->reversed || dict == NULL || dict->length != iterator->length ||
        position >= dict->used || iterator->remaining == 0 ||
        is_undefined(dict->entries[position].key)) {
        return NULL;
    }
    iterator->position = position + 1;
    iterator->remaining--;
    return &dict->entries[position];
}

Value dict_iterator_next(Thread *thread, Value self) {
    const DictEntry *entry = next_entry_quickly((DictIterator *)as_object(self));
    if (__builtin_expect(entry != NULL, 1)) {
        return part_of(thread, (const DictIterator *)as_object(self), entry->key, entry->value);
    }
    Value pair[2];
    PairOutcome outcome = dict_iterator_next_pair(thread, self, pair);
    if (outcome != PAIR_GIVEN) {
        return outcome == PAIR_END ? VALUE_UNDEFINED : VALUE_ERROR;
    }
    return part_of(thread, (const DictIterator *)as_object(self), pair[0], pair[1]);
}

static Value length_hint_method(Thread *thread, Value *args) {
    (void)thread;
    const DictIterator *iterator = (const DictIterator *)as_object(args[0]);
    bool valid = iterator->dict != NULL && iterator->dict->length == iterator->length;
    return value_small_int(valid ? (int64_t)iterator->remaining : 0);
}

static void trace_iterator(Marker *marker, Object *self) {
    mark_object(marker, ((DictIterator *)self)->dict);
}

static const NativeSpec iterator_methods[] = {
    REDUCE_METHOD(reduce_remaining),
    {"__length_hint__", length_hint_method, "(self, /)",
     "Private method returning an estimate of len(list(it)).", NATIVE_PLAIN},
    {0},
};

#define DICT_ITERATOR_SPEC(variable, python_name, index)                                           \
    const TypeSpec variable = {                                                                    \
        .name = python_name,                                                                       \
        .type_index = index,                                                                       \
        .layout = LAYOUT_DICT_ITERATOR,                                                            \
        .flags = TYPE_FINAL | TYPE_ABSTRACT,                                                       \
        .size = sizeof(DictIterator),                                                              \
        .slots = {.iter = iterator_self, .next = dict_iterator_next, .trace = trace_iterator},     \
        .methods = iterator_methods,                                                               \
    }

DICT_ITERATOR_SPEC(dict_key_iterator_type_spec, "dict_keyiterator", TYPE_dict_key_iterator);
DICT_ITERATOR_SPEC(dict_value_iterator_type_spec, "dict_valueiterator", TYPE_dict_value_iterator);
DICT_ITERATOR_SPEC(dict_item_iterator_type_spec, "dict_itemiterator", TYPE_dict_item_iterator);
DICT_ITERATOR_SPEC(dict_reverse_key_iterator_type_spec, "dict_reversekeyiterator",
                   TYPE_dict_reverse_key_iterator);
DICT_ITERATOR_SPEC(dict_reverse_value_iterator_type_spec, "dict_reversevalueiterator",
                   TYPE_dict_reverse_value_iterator);
DICT_ITERATOR_SPEC(dict_reverse_item_iterator_type_spec, "dict_reverseitemiterator",
                   TYPE_dict_reverse_item_iterator);
