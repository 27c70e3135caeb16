// SPDX-License-Identifier: MIT
//
// What dict.keys(), .values() and .items() return: windows on a dict that show its present
// content, and the iterators over them. An iterator remembers how many keys the dict had and
// refuses to go on when that has changed.
#pragma once

#include "dict.h"
#include "iterators.h"
#include "object.h"

typedef enum DictPart { DICT_KEYS, DICT_VALUES, DICT_ITEMS } DictPart;

typedef struct DictView {
    Object object;
    uint64_t part; // DictPart
    Dict *dict;
} DictView;

typedef struct DictIterator {
    Object object;
    uint64_t part;    // DictPart
    Dict *dict;       // NULL at the end
    size_t position;  // of the next entry; for reversed ones, of the entry after it
    size_t length;    // the dict's when the iterator was made
    size_t remaining; // for __length_hint__ and for "keys changed"
    bool reversed;
} DictIterator;

static inline bool is_dict_view(Value v) {
    return has_layout(v, LAYOUT_DICT_VIEW);
}
static inline DictView *as_dict_view(Value v) {
    return (DictView *)as_object(v);
}

Value dict_view_new(Thread *thread, Dict *dict, DictPart part);
Value dict_iterator_new(Thread *thread, Dict *dict, DictPart part, bool reversed);
static inline bool is_dict_item_iterator(Value v) {
    return has_layout(v, LAYOUT_DICT_ITERATOR) &&
           ((const DictIterator *)as_object(v))->part == DICT_ITEMS;
}
// Key and value of the next entry, whatever the iterator gives of it.
PairOutcome dict_iterator_next_pair(Thread *thread, Value self, Value *pair);
// `next` slot of the three iterator types.
Value dict_iterator_next(Thread *thread, Value self);

// A read-only view of a mapping (types.MappingProxyType, the __dict__ of classes).
typedef struct MappingProxy {
    Object object;
    Value mapping;
} MappingProxy;

Value mapping_proxy_new(Thread *thread, Value mapping);
