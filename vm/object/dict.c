// SPDX-License-Identifier: MIT
//
// The hash table of dict; see dict.h for the idea. The slots and methods stand in dict_type.c and
// dict_methods.c.
//
// The index table has 2^bits cells, of which at most two thirds are used. A cell holds 0 (never
// used), the entry's number + 1, or all ones (deleted). A hash is looked for at cell hash mod
// 2^bits and then along i = 5i + 1 + perturb, where perturb brings in the hash's higher bits; that
// visits every cell in the end, and few programs are so unlucky.
//
// Comparing keys may run Mini code, which may change this very dict. So look-ups come in two kinds:
// the fast one handles keys that are ints or exact strings, calls nothing, and gives up when it
// meets another kind of key with the same hash; the thorough one calls `==` and begins anew if the
// dict changed meanwhile.
#include "dict.h"

#include "container.h"
#include "dict_table.h"
#include "error.h"
#include "heap.h"

enum { MINIMUM_BITS = 3, PERTURB_SHIFT = 5, MAXIMUM_BITS = 32, MINIMUM_GAP = 4 };
enum { ABSENT = -1, FAILED = -2, UNDECIDED = -3 }; // beside entry numbers

static uint32_t capacity_of_bits(unsigned bits) {
    return (uint32_t)((UINT64_C(2) << bits) / 3);
}

static unsigned width_of_bits(unsigned bits) {
    return bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
}

static inline void *index_table(const Dict *dict) {
    return dict->entries + dict->capacity;
}

// What a cell of `width` bytes holds when its entry was deleted.
static inline uint32_t deleted_mark(unsigned width) {
    return width == 1 ? UINT8_MAX : width == 2 ? UINT16_MAX : UINT32_MAX;
}

static inline uint32_t read_cell(const void *table, unsigned width, uint64_t i) {
    switch (width) {
    case 1:
        return ((const uint8_t *)table)[i];
    case 2:
        return ((const uint16_t *)table)[i];
    default:
        return ((const uint32_t *)table)[i];
    }
}

static inline void write_cell(void *table, unsigned width, uint64_t i, uint32_t content) {
    switch (width) {
    case 1:
        ((uint8_t *)table)[i] = (uint8_t)content;
        break;
    case 2:
        ((uint16_t *)table)[i] = (uint16_t)content;
        break;
    default:
        ((uint32_t *)table)[i] = content;
    }
}

// The cells where `hash` may be, one after the other.
typedef struct Probe {
    uint64_t mask, cell, perturb;
} Probe;

static inline Probe probe_start(const Dict *dict, uint64_t hash) {
    uint64_t mask = (UINT64_C(1) << dict->index_bits) - 1;
    return (Probe){mask, hash & mask, hash};
}

static inline void probe_next(Probe *probe) {
    probe->perturb >>= PERTURB_SHIFT;
    probe->cell = (probe->cell * 5 + probe->perturb + 1) & probe->mask;
}

// Is `stored`, which has the same hash but not the same bits, equal to the int or exact str `key`?
// 1, 0, or UNDECIDED if that needs a call.
static inline int equal_without_call(Value stored, Value key, bool key_is_str) {
    if (key_is_str) {
        return is_exactly(stored, LAYOUT_STR) ? str_equal(as_str(stored), as_str(key)) : UNDECIDED;
    }
    return is_small_int(stored) ? 0 : UNDECIDED;
}

// Compiled once for each width of the index table and kind of key.
static inline __attribute__((always_inline)) int64_t find_quickly_in(const Dict *dict, Value key,
                                                                     uint64_t hash, bool key_is_str,
                                                                     unsigned width) {
    const void *table = index_table(dict);
    const DictEntry *entries = dict->entries;
    uint32_t deleted = deleted_mark(width);
    for (Probe probe = probe_start(dict, hash);; probe_next(&probe)) {
        uint32_t cell = read_cell(table, width, probe.cell);
        if (cell == 0) {
            return ABSENT;
        }
        if (cell == deleted) {
            continue;
        }
        const DictEntry *entry = &entries[cell - 1];
        if (entry->key.bits == key.bits) {
            return cell - 1;
        }
        if (entry->hash == hash) {
            int equal = equal_without_call(entry->key, key, key_is_str);
            if (equal != 0) {
                return equal > 0 ? (int64_t)cell - 1 : UNDECIDED;
            }
        }
    }
}

static inline __attribute__((always_inline)) int64_t find_quickly(const Dict *dict, Value key,
                                                                  uint64_t hash, bool key_is_str) {
    switch (dict->index_width) {
    case 0:
        return ABSENT;
    case 1:
        return find_quickly_in(dict, key, hash, key_is_str, 1);
    case 2:
        return find_quickly_in(dict, key, hash, key_is_str, 2);
    default:
        return find_quickly_in(dict, key, hash, key_is_str, 4);
    }
}

static int64_t find_str(const Dict *dict, Value key, uint64_t hash) {
    return find_quickly(dict, key, hash, true);
}

static int64_t find_int(const Dict *dict, Value key, uint64_t hash) {
    return find_quickly(dict, key, hash, false);
}

// One pass of the thorough search; *changed if the dict was changed by a comparison.
static int64_t find_once(Thread *thread, const Dict *dict, Value key, uint64_t hash,
                         bool *changed) {
    uint32_t version = dict->key_version;
    unsigned width = dict->index_width;
    const DictEntry *entries = dict->entries;
    for (Probe probe = probe_start(dict, hash);; probe_next(&probe)) {
        uint32_t cell = read_cell(index_table(dict), width, probe.cell);
        if (cell == 0) {
            return ABSENT;
        }
        if (cell == deleted_mark(width) || entries[cell - 1].hash != hash) {
            continue;
        }
        int equal = container_equal(thread, entries[cell - 1].key, key);
        if (equal < 0) {
            return FAILED;
        }
        if (dict->key_version != version || dict->entries != entries) {
            *changed = true;
            return FAILED;
        }
        if (equal) {
            return cell - 1;
        }
    }
}

static int64_t find_thoroughly(Thread *thread, const Dict *dict, Value key, uint64_t hash) {
    for (;;) {
        if (dict->entries == NULL) {
            return ABSENT;
        }
        uint32_t first =
            read_cell(index_table(dict), dict->index_width, probe_start(dict, hash).cell);
        if (first != 0 && first != deleted_mark(dict->index_width) &&
            dict->entries[first - 1].key.bits == key.bits) {
            return first - 1;
        }
        bool changed = false;
        int64_t slot = find_once(thread, dict, key, hash, &changed);
        if (!changed) {
            return slot;
        }
    }
}

// The number of the entry with `key`, ABSENT or FAILED.
static inline int64_t find(Thread *thread, const Dict *dict, Value key, uint64_t hash) {
    int64_t slot = UNDECIDED;
    if (is_small_int(key)) {
        slot = find_int(dict, key, hash);
    } else if (is_exactly(key, LAYOUT_STR)) {
        slot = find_str(dict, key, hash);
    }
    return slot != UNDECIDED ? slot : find_thoroughly(thread, dict, key, hash);
}

// The cell that refers to entry `slot`.
static uint64_t cell_of_slot(const Dict *dict, uint64_t hash, uint32_t slot) {
    Probe probe = probe_start(dict, hash);
    while (read_cell(index_table(dict), dict->index_width, probe.cell) != slot + 1) {
        probe_next(&probe);
    }
    return probe.cell;
}

// Let an unused or deleted cell refer to entry `slot`.
static void put_in_index(Dict *dict, uint64_t hash, uint32_t slot) {
    unsigned width = dict->index_width;
    void *table = index_table(dict);
    Probe probe = probe_start(dict, hash);
    for (;; probe_next(&probe)) {
        uint32_t cell = read_cell(table, width, probe.cell);
        if (cell == 0 || cell == deleted_mark(width)) {
            break;
        }
    }
    write_cell(table, width, probe.cell, slot + 1);
}

static size_t buffer_size(unsigned bits) {
    return capacity_of_bits(bits) * sizeof(DictEntry) + ((size_t)width_of_bits(bits) << bits);
}

static void set_buffer(Dict *dict, DictEntry *entries, unsigned bits) {
    dict->entries = entries;
    dict->capacity = capacity_of_bits(bits);
    dict->index_bits = (uint8_t)bits;
    dict->index_width = (uint8_t)width_of_bits(bits);
    dict->key_version++;
}

// Move the live entries to a buffer with an index table of 2^bits cells, behind `gap` free ones.
static void rebuild(Thread *thread, Dict *dict, unsigned bits, uint32_t gap) {
    DictEntry *entries = heap_allocate(thread_heap(thread), CELL_BUFFER, buffer_size(bits));
    DictEntry *old = dict->entries;
    uint32_t old_used = dict->used;
    uint32_t used = 0;
    while (used < gap) {
        entries[used++] = (DictEntry){VALUE_UNDEFINED, VALUE_NONE, used == 0 ? gap : 1};
    }
    for (uint32_t i = 0; i < old_used; i++) {
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): some are used, so it is not NULL
        if (!is_undefined(old[i].key)) {
            entries[used++] = old[i];
        }
    }
    set_buffer(dict, entries, bits);
    dict->used = used;
    for (uint32_t i = gap; i < used; i++) {
        put_in_index(dict, entries[i].hash, i);
    }
    heap_free_buffer(thread_heap(thread), old);
}

// The smallest index table for `count` entries.
static unsigned bits_for_count(size_t count) {
    unsigned bits = MINIMUM_BITS;
    while (bits < MAXIMUM_BITS && capacity_of_bits(bits) < count) {
        bits++;
    }
    return bits;
}

// Make room after the entries are used up; there may be many deleted ones among them.
static bool grow(Thread *thread, Dict *dict) {
    unsigned bits = MINIMUM_BITS;
    while (bits < MAXIMUM_BITS && (UINT64_C(1) << bits) < 3 * (uint64_t)dict->length) {
        bits++;
    }
    if (capacity_of_bits(bits) <= dict->length) {
        return container_too_large(thread);
    }
    rebuild(thread, dict, bits, 0);
    return true;
}

static inline bool insert(Thread *thread, Dict *dict, Value key, uint64_t hash, Value value) {
    if (dict->used == dict->capacity && !grow(thread, dict)) {
        return false;
    }
    put_in_index(dict, hash, dict->used);
    dict->entries[dict->used++] = (DictEntry){key, value, hash};
    dict->length++;
    dict->key_version++;
    return true;
}

static void delete_slot(Dict *dict, uint32_t slot) {
    DictEntry *entry = &dict->entries[slot];
    uint64_t cell = cell_of_slot(dict, entry->hash, slot);
    write_cell(index_table(dict), dict->index_width, cell, deleted_mark(dict->index_width));
    uint32_t gap = dict_gap(dict);
    *entry = (DictEntry){VALUE_UNDEFINED, VALUE_UNDEFINED, 1};
    if (slot == gap) {
        dict->entries[0].hash = slot + 1;
    }
    dict->length--;
    dict->key_version++;
}

Dict *dict_new_of(Thread *thread, Type *type, size_t expected) {
    Dict *dict = object_new(thread, type);
    if (expected > 0) {
        unsigned bits = bits_for_count(expected);
        DictEntry *entries = heap_allocate(thread_heap(thread), CELL_BUFFER, buffer_size(bits));
        set_buffer(dict, entries, bits);
    }
    return dict;
}

Dict *dict_new(Thread *thread, size_t expected) {
    return dict_new_of(thread, builtin_type(thread, TYPE_dict), expected);
}

int dict_get_hashed(Thread *thread, Dict *dict, Value key, uint64_t hash, Value *value) {
    int64_t slot = find(thread, dict, key, hash);
    if (slot < 0) {
        return slot == ABSENT ? 0 : -1;
    }
    *value = dict->entries[slot].value;
    return 1;
}

int dict_get(Thread *thread, Dict *dict, Value key, Value *value) {
    uint64_t hash;
    if (!container_hash(thread, key, &hash)) {
        return -1;
    }
    return dict_get_hashed(thread, dict, key, hash, value);
}

int dict_contains(Thread *thread, Dict *dict, Value key) {
    Value value;
    return dict_get(thread, dict, key, &value);
}

bool dict_set_hashed(Thread *thread, Dict *dict, Value key, uint64_t hash, Value value) {
    int64_t slot = find(thread, dict, key, hash);
    if (slot >= 0) {
        dict->entries[slot].value = value;
        return true;
    }
    return slot == ABSENT && insert(thread, dict, key, hash, value);
}

bool dict_set(Thread *thread, Dict *dict, Value key, Value value) {
    uint64_t hash;
    return container_hash(thread, key, &hash) && dict_set_hashed(thread, dict, key, hash, value);
}

int dict_set_default(Thread *thread, Dict *dict, Value key, Value initial, Value *value) {
    uint64_t hash;
    if (!container_hash(thread, key, &hash)) {
        return -1;
    }
    int64_t slot = find(thread, dict, key, hash);
    if (slot >= 0) {
        *value = dict->entries[slot].value;
        return 1;
    }
    *value = initial;
    return slot == ABSENT && insert(thread, dict, key, hash, initial) ? 0 : -1;
}

int dict_pop(Thread *thread, Dict *dict, Value key, Value *value) {
    uint64_t hash;
    if (!container_hash(thread, key, &hash)) {
        return -1;
    }
    int64_t slot = find(thread, dict, key, hash);
    if (slot < 0) {
        return slot == ABSENT ? 0 : -1;
    }
    *value = dict->entries[slot].value;
    delete_slot(dict, (uint32_t)slot);
    return 1;
}

int dict_delete(Thread *thread, Dict *dict, Value key) {
    Value value;
    return dict_pop(thread, dict, key, &value);
}

// All entries are deleted: begin anew, if they are so many that this is cheap for each.
static void forget_deleted(Dict *dict) {
    if (dict->used > dict->capacity / 2) {
        memset(index_table(dict), 0, (size_t)dict->index_width << dict->index_bits);
        dict->used = 0;
    }
}

bool dict_pop_last(Dict *dict, Value *key, Value *value) {
    if (dict->length == 0) {
        return false;
    }
    uint32_t slot = dict->used - 1;
    while (entry_is_deleted(&dict->entries[slot])) {
        slot -= (uint32_t)dict->entries[slot].hash;
    }
    *key = dict->entries[slot].key;
    *value = dict->entries[slot].value;
    delete_slot(dict, slot);
    if (dict->length == 0) {
        forget_deleted(dict);
    } else {
        dict->entries[dict->used - 1].hash = dict->used - slot;
    }
    return true;
}

bool dict_pop_first(Dict *dict, Value *key, Value *value) {
    if (dict->length == 0) {
        return false;
    }
    uint32_t slot = dict_gap(dict);
    while (entry_is_deleted(&dict->entries[slot])) {
        slot++;
    }
    *key = dict->entries[slot].key;
    *value = dict->entries[slot].value;
    delete_slot(dict, slot);
    dict->entries[0].hash = slot + 1;
    return true;
}

// The place before the first entry: the last free one of the gap there, of which the end may have
// been used. So a gap is walked over, and may not be long; the square root of the length shares the
// costs between that and making it.
static uint32_t place_at_front(Thread *thread, Dict *dict) {
    uint32_t place = dict_gap(dict);
    while (place > 0 && !is_none(dict->entries[place - 1].value)) {
        place--;
    }
    if (place == 0) {
        place = MINIMUM_GAP;
        while ((uint64_t)place * place < dict->length) {
            place *= 2;
        }
        rebuild(thread, dict, bits_for_count(place + dict->length + dict->length / 2), place);
    }
    return place - 1;
}

static void insert_first(Thread *thread, Dict *dict, DictEntry entry) {
    uint32_t place = place_at_front(thread, dict);
    put_in_index(dict, entry.hash, place);
    dict->entries[place] = entry;
    if (place > 0) {
        dict->entries[0].hash = place;
    }
    dict->length++;
    dict->key_version++;
}

int dict_move_to_end(Thread *thread, Dict *dict, Value key, bool last) {
    uint64_t hash;
    if (!container_hash(thread, key, &hash)) {
        return -1;
    }
    int64_t slot = find(thread, dict, key, hash);
    if (slot < 0) {
        return slot == ABSENT ? 0 : -1;
    }
    DictEntry entry = dict->entries[slot];
    if (slot == (last ? dict->used - 1 : dict_gap(dict))) {
        return 1;
    }
    delete_slot(dict, (uint32_t)slot);
    if (!last) {
        insert_first(thread, dict, entry);
        return 1;
    }
    return insert(thread, dict, entry.key, hash, entry.value) ? 1 : -1;
}

// A str key among keys that are not exact strs: compares contents, never calls `==`.
static int64_t find_str_linearly(const Dict *dict, Str *key) {
    for (uint32_t i = 0; i < dict->used; i++) {
        Value stored = dict->entries[i].key;
        if (is_str(stored) && str_equal(as_str(stored), key)) {
            return i;
        }
    }
    return ABSENT;
}

int64_t dict_find_slot_str(Thread *thread, const Dict *dict, Str *key) {
    int64_t slot = find_str(dict, value_object(key), str_hash(thread, key));
    return slot != UNDECIDED ? slot : find_str_linearly(dict, key);
}

Value dict_get_str(Thread *thread, const Dict *dict, Str *key) {
    int64_t slot = dict_find_slot_str(thread, dict, key);
    return slot < 0 ? VALUE_UNDEFINED : dict->entries[slot].value;
}

void dict_set_str(Thread *thread, Dict *dict, Str *key, Value value) {
    int64_t slot = dict_find_slot_str(thread, dict, key);
    if (slot >= 0) {
        dict->entries[slot].value = value;
    } else {
        insert(thread, dict, value_object(key), str_hash(thread, key), value);
    }
}

bool dict_delete_str(Thread *thread, Dict *dict, Str *key) {
    int64_t slot = dict_find_slot_str(thread, dict, key);
    if (slot >= 0) {
        delete_slot(dict, (uint32_t)slot);
    }
    return slot >= 0;
}

bool dict_next(const Dict *dict, size_t *position, Value *key, Value *value) {
    for (size_t i = *position ? *position : dict_gap(dict); i < dict->used; i++) {
        const DictEntry *entry = &dict->entries[i];
        if (!is_undefined(entry->key)) {
            *key = entry->key;
            *value = entry->value;
            *position = i + 1;
            return true;
        }
    }
    return false;
}

void dict_clear(Thread *thread, Dict *dict) {
    DictEntry *entries = dict->entries;
    dict->entries = NULL;
    dict->length = dict->used = dict->capacity = 0;
    dict->index_bits = dict->index_width = 0;
    dict->key_version++;
    heap_free_buffer(thread_heap(thread), entries);
}

// Copies the whole buffer; worth it unless many entries are deleted.
static void copy_buffer(Thread *thread, Dict *copy, const Dict *dict) {
    size_t size = buffer_size(dict->index_bits);
    DictEntry *entries = heap_allocate(thread_heap(thread), CELL_BUFFER, size);
    memcpy(entries, dict->entries, size);
    set_buffer(copy, entries, dict->index_bits);
    copy->used = dict->used;
    copy->length = dict->length;
}

Dict *dict_copy(Thread *thread, const Dict *dict) {
    Dict *copy = dict_new(thread, 0);
    if (dict->length >= dict->used / 2 && dict->length > 0) {
        copy_buffer(thread, copy, dict);
        return copy;
    }
    for (uint32_t i = 0; i < dict->used; i++) {
        const DictEntry *entry = &dict->entries[i];
        if (!is_undefined(entry->key)) {
            insert(thread, copy, entry->key, entry->hash, entry->value);
        }
    }
    return copy;
}

bool dict_reserve(Thread *thread, Dict *dict, size_t extra) {
    size_t needed = dict->length + extra;
    if (needed > UINT32_MAX / 2) {
        return container_too_large(thread);
    }
    if (dict->used + extra > dict->capacity) {
        rebuild(thread, dict, bits_for_count(needed), 0);
    }
    return true;
}

static bool merge_entry(Thread *thread, Dict *dict, const DictEntry *entry, bool replace) {
    if (replace) {
        return dict_set_hashed(thread, dict, entry->key, entry->hash, entry->value);
    }
    int64_t slot = find(thread, dict, entry->key, entry->hash);
    return slot >= 0 ||
           (slot == ABSENT && insert(thread, dict, entry->key, entry->hash, entry->value));
}

bool dict_merge(Thread *thread, Dict *dict, Dict *other, bool replace) {
    if (dict == other || other->length == 0) {
        return true;
    }
    if (dict->entries == NULL && other->length == other->used) {
        copy_buffer(thread, dict, other);
        return true;
    }
    size_t length = other->length;
    if (dict->length == 0 && !dict_reserve(thread, dict, length)) {
        return false;
    }
    for (size_t i = 0; i < other->used; i++) {
        DictEntry entry = other->entries[i];
        if (is_undefined(entry.key)) {
            continue;
        }
        if (!merge_entry(thread, dict, &entry, replace)) {
            return false;
        }
        if (other->length != length) {
            return raise_false(thread, ERROR_RuntimeError, "dict mutated during update");
        }
    }
    return true;
}
