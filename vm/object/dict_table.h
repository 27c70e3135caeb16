// SPDX-License-Identifier: MIT
//
// What only the files of dict share.
//
// Entries that were deleted stay until the table is rebuilt, and a program that takes keys away at
// one end (a queue, a stack) would walk over more and more of them. So their unused `hash` says how
// many may be skipped: that of the first entry, how many there are at the beginning; that of any
// other, how many stand one behind the other up to itself. They are not used again, for each was
// worth a cell of the index table, which must not fill up. Only those that a rebuild has put at the
// beginning to leave room there (`value` is None) may become entries.
#pragma once

#include "dict.h"

// An empty dict of `type`, which is dict or a subclass.
Dict *dict_new_of(Thread *thread, Type *type, size_t expected);
// Remove the entry inserted last; false if there is none.
bool dict_pop_last(Dict *dict, Value *key, Value *value);
// The same of the one that comes first. Both take constant time on average.
bool dict_pop_first(Dict *dict, Value *key, Value *value);
// Make `key` the last or the first; takes the time of some look-ups on average, in a large dict of
// more for the first. 1; 0: there is no such key; -1: exception.
int dict_move_to_end(Thread *thread, Dict *dict, Value key, bool last);

static inline bool entry_is_deleted(const DictEntry *entry) {
    return is_undefined(entry->key);
}
// How many deleted entries there are at the beginning, as far as is known.
static inline uint32_t dict_gap(const Dict *dict) {
    return dict->used > 0 && entry_is_deleted(dict->entries) ? (uint32_t)dict->entries[0].hash : 0;
}
// Make room for `extra` more keys.
bool dict_reserve(Thread *thread, Dict *dict, size_t extra);
// What dict(other, **keywords) and dict.update put in: `other` may be UNDEFINED, `keywords` NULL.
bool dict_update_arguments(Thread *thread, Dict *dict, Value other, Dict *keywords);
