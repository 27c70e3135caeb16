// SPDX-License-Identifier: MIT
//
// dict: a hash table that remembers the order of insertion.
//
// Two arrays in one buffer: `entries`, in order of insertion, and behind them a table of small
// numbers that is the hash table proper. A look-up goes from the hash to a cell of the table, and
// from the number there to the entry; the sparse part is thus 1, 2 or 4 bytes wide and the wide
// part is dense. (Raymond Hettinger's compact dict, CPython since 3.6.)
//
// A deleted entry keeps its place, with UNDEFINED as key, until the table is rebuilt.
// `key_version` changes when a key is added or removed or the table is rebuilt, but not when a
// value is replaced: while it stays the same, an entry's number (and a key's absence) holds.
#pragma once

#include "interpreter.h"
#include "object.h"

typedef struct DictEntry {
    Value key; // UNDEFINED: deleted
    Value value;
    uint64_t hash;
} DictEntry;

struct Dict {
    Object object;
    size_t length;      // live entries
    DictEntry *entries; // start of the buffer; NULL while nothing was ever stored
    uint32_t used;      // entries written, live or deleted
    uint32_t capacity;  // entries there is room for
    uint32_t key_version;
    uint8_t index_bits;    // the index table has 2^index_bits cells
    uint8_t index_width;   // bytes of a cell: 1, 2 or 4
    uint32_t kept_version; // 0, or with this key_version all it refers to is kept: dict_keep
};

static inline bool is_dict(Value v) {
    return has_layout(v, LAYOUT_DICT);
}
static inline Dict *as_dict(Value v) {
    return (Dict *)as_object(v);
}

// An empty dict; `expected` entries will not make it grow.
Dict *dict_new(Thread *thread, size_t expected);

// Functions that return int: 1 found, 0 absent, -1 exception (unhashable key, error in __eq__).
int dict_get(Thread *thread, Dict *dict, Value key, Value *value);
int dict_contains(Thread *thread, Dict *dict, Value key);
bool dict_set(Thread *thread, Dict *dict, Value key, Value value);
// 0: there was no such key (no exception is set).
int dict_delete(Thread *thread, Dict *dict, Value key);
int dict_pop(Thread *thread, Dict *dict, Value key, Value *value);
// *value becomes what is stored under `key` afterwards; 1 if it was there before.
int dict_set_default(Thread *thread, Dict *dict, Value key, Value initial, Value *value);

// With a str as key: never an error, never runs Mini code.
// The entry's number, or -1. Inline caches keep it: it stays right as long as
// `slot < dict->used && dict->entries[slot].key.bits == name.bits`.
int64_t dict_find_slot_str(Thread *thread, const Dict *dict, Str *key);
// The value, or UNDEFINED.
Value dict_get_str(Thread *thread, const Dict *dict, Str *key);
void dict_set_str(Thread *thread, Dict *dict, Str *key, Value value);
bool dict_delete_str(Thread *thread, Dict *dict, Str *key);

// With the key's hash at hand.
int dict_get_hashed(Thread *thread, Dict *dict, Value key, uint64_t hash, Value *value);
bool dict_set_hashed(Thread *thread, Dict *dict, Value key, uint64_t hash, Value value);

// Step through the live entries: start with *position = 0; false at the end. The dict may be
// changed meanwhile (an entry may then be missed or seen late), it is never unsafe.
bool dict_next(const Dict *dict, size_t *position, Value *key, Value *value);

// The collector is about to keep the dict and all that it refers to, and values will not be
// replaced, only keys added: from then on its owner has it traced (dict_trace_changed), which looks
// at the entries only once one has been.
static inline void dict_keep(Dict *dict) {
    dict->kept_version = dict->key_version;
}
void dict_trace_changed(Marker *marker, Dict *dict);

Dict *dict_copy(Thread *thread, const Dict *dict);
// dict.update(other): a dict, a mapping with keys(), or an iterable of pairs.
bool dict_update(Thread *thread, Dict *dict, Value other);
// {**other}: as dict_update, but only mappings; an AttributeError means that it is none. If keys
// shall be `distinct`, one that is there already is a KeyError.
bool dict_update_mapping(Thread *thread, Dict *dict, Value other, bool distinct);
// Copy all entries of a dict; existing keys keep their place, and their value unless `replace`.
bool dict_merge(Thread *thread, Dict *dict, Dict *other, bool replace);
void dict_clear(Thread *thread, Dict *dict);

// self[key]: the slot, for the interpreter to call directly once it knows the type. Honours
// __missing__ of subclasses.
Value dict_get_item(Thread *thread, Value self, Value key);
// 1 equal, 0 not, -1 exception
int dict_equal(Thread *thread, Dict *left, Dict *right);

// The methods table of the type (dict_methods.c).
extern const NativeSpec dict_methods[];
// Those of them that OrderedDict lists again, under its own name in messages.
Value dict_keys_method(Thread *thread, Value *args);
Value dict_values_method(Thread *thread, Value *args);
Value dict_items_method(Thread *thread, Value *args);
Value dict_clear_method(Thread *thread, Value *args);
Value dict_reversed_method(Thread *thread, Value *args);
