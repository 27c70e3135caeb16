// SPDX-License-Identifier: MIT
//
// The hash table of set and frozenset; see set.h for the idea. Operators and methods stand in
// set_methods.c, set_algebra.c and set_type.c.
//
// A cell whose key is zero was never used, one whose key is UNDEFINED was deleted. A search walks
// over deleted cells, and a key that is added takes the first of them: otherwise a set from which
// one key comes and goes would fill with deleted cells all in one place. Comparing keys may run
// Mini code that changes this very set; the search then begins anew.
#include "set.h"

#include "container.h"
#include "dict.h"
#include "error.h"
#include "heap.h"
#include "list.h"
#include "set_table.h"
#include "tuple.h"

enum { MINIMUM_SIZE = 8, NEIGHBOURS = 9, PERTURB_SHIFT = 5, BIG_SET = 50000 };

static inline bool never_used(const SetEntry *entry) {
    return set_never_used(entry);
}

static inline bool is_live(const SetEntry *entry) {
    return !never_used(entry) && !is_undefined(entry->key);
}

// Where a hash may be: runs of up to NEIGHBOURS + 1 cells, each run at a new place.
typedef struct Probe {
    uint64_t mask, run, perturb;
    uint64_t offset; // within the run
} Probe;

static inline Probe probe_start(const Set *set, uint64_t hash) {
    return (Probe){set->mask, hash & set->mask, hash, 0};
}

static inline SetEntry *probe_entry(const Set *set, const Probe *probe) {
    return &set->entries[probe->run + probe->offset];
}

static inline void probe_next(Probe *probe) {
    bool has_neighbours = probe->run + NEIGHBOURS <= probe->mask;
    if (has_neighbours && probe->offset < NEIGHBOURS) {
        probe->offset++;
        return;
    }
    probe->perturb >>= PERTURB_SHIFT;
    probe->run = (probe->run * 5 + 1 + probe->perturb) & probe->mask;
    probe->offset = 0;
}

// One pass of the search: the entry with `key`, or the one where it would go, never used or
// deleted. NULL if a comparison raised (*changed false) or changed the set (*changed true).
static SetEntry *find_once(Thread *thread, const Set *set, Value key, uint64_t hash,
                           bool *changed) {
    const SetEntry *entries = set->entries;
    SetEntry *deleted = NULL;
    for (Probe probe = probe_start(set, hash);; probe_next(&probe)) {
        SetEntry *entry = probe_entry(set, &probe);
        if (entry->key.bits == key.bits) {
            return entry;
        }
        if (never_used(entry)) {
            return deleted != NULL ? deleted : entry;
        }
        if (is_undefined(entry->key)) {
            deleted = deleted != NULL ? deleted : entry;
            continue;
        }
        if (entry->hash != hash) {
            continue;
        }
        Value stored = entry->key;
        int equal = container_equal(thread, stored, key);
        if (equal < 0) {
            return NULL;
        }
        if (set->entries != entries || entry->key.bits != stored.bits) {
            *changed = true;
            return NULL;
        }
        if (equal) {
            return entry;
        }
    }
}

// 1: *entry has `key`; 0: it is absent and *entry, if there is a table at all, is free for it;
// -1: exception.
static inline int find(Thread *thread, const Set *set, Value key, uint64_t hash, SetEntry **entry) {
    *entry = NULL;
    while (set->entries != NULL) {
        bool changed = false;
        *entry = find_once(thread, set, key, hash, &changed);
        if (*entry != NULL) {
            return is_live(*entry);
        }
        if (!changed) {
            return -1;
        }
    }
    return 0;
}

// Insert a key known to be absent into a table without deleted cells.
static void insert_clean(Set *set, Value key, uint64_t hash) {
    Probe probe = probe_start(set, hash);
    while (!never_used(probe_entry(set, &probe))) {
        probe_next(&probe);
    }
    *probe_entry(set, &probe) = (SetEntry){key, hash};
}

// All of `other` into an empty table with room for it.
static void insert_all_clean(Set *set, const Set *other) {
    const SetEntry *end = other->entries + other->mask + 1;
    for (const SetEntry *entry = other->entries; entry < end; entry++) {
        if (is_live(entry)) {
            insert_clean(set, entry->key, entry->hash);
        }
    }
    set->length = set->used = other->length;
}

// Move the live entries to a table with more than `least` cells.
static bool resize(Thread *thread, Set *set, size_t least) {
    size_t size = MINIMUM_SIZE;
    while (size <= least) {
        size *= 2;
    }
    if (size > SIZE_MAX / 4 / sizeof(SetEntry)) {
        return container_too_large(thread);
    }
    SetEntry *old = set->entries;
    size_t old_size = old ? set->mask + 1 : 0;
    set->entries = heap_allocate(thread_heap(thread), CELL_BUFFER, size * sizeof(SetEntry));
    set->mask = size - 1;
    set->used = set->length;
    for (size_t i = 0; i < old_size; i++) {
        if (is_live(&old[i])) {
            insert_clean(set, old[i].key, old[i].hash);
        }
    }
    heap_free_buffer(thread_heap(thread), old);
    return true;
}

Set *set_new_of(Thread *thread, Type *type) {
    return object_new(thread, type);
}

Set *set_new(Thread *thread) {
    return set_new_of(thread, builtin_type(thread, TYPE_set));
}

// The hash of a key to look for. A set can not be hashed, but a frozenset equal to it may be in
// the table: *key becomes that.
static bool hash_to_find(Thread *thread, Value *key, uint64_t *hash) {
    if (container_hash(thread, *key, hash)) {
        return true;
    }
    if (!is_any_set(*key) || !error_matches(thread, ERROR_TypeError)) {
        return false;
    }
    error_clear(thread);
    *key = value_object(set_freeze(thread, as_set(*key)));
    return container_hash(thread, *key, hash);
}

int set_contains_hashed(Thread *thread, Set *set, Value key, uint64_t hash) {
    if (set->entries == NULL) {
        return 0;
    }
    int seen = set_glance(set, key, hash);
    if (seen >= 0) {
        return seen;
    }
    SetEntry *entry;
    return find(thread, set, key, hash, &entry);
}

int set_contains(Thread *thread, Set *set, Value key) {
    uint64_t hash;
    return hash_to_find(thread, &key, &hash) ? set_contains_hashed(thread, set, key, hash) : -1;
}

static bool has_room(const Set *set) {
    return (set->used + 1) * 5 < set->mask * 3;
}

static bool grow(Thread *thread, Set *set) {
    return resize(thread, set, set->length > BIG_SET ? set->length * 2 : set->length * 4);
}

// Add a key when the first run of cells does not decide it, or the table has to grow.
__attribute__((noinline)) static bool add_searching(Thread *thread, Set *set, Value key,
                                                    uint64_t hash) {
    SetEntry *entry;
    int found = find(thread, set, key, hash, &entry);
    if (found != 0) {
        return found > 0;
    }
    if (entry == NULL) {
        if (!resize(thread, set, 0)) {
            return false;
        }
        entry = &set->entries[hash & set->mask];
    }
    bool grows = never_used(entry) && !has_room(set);
    set->used += never_used(entry);
    *entry = (SetEntry){key, hash};
    set->length++;
    return !grows || grow(thread, set);
}

// Most keys are found, or found absent, within the first run of cells and without a comparison.
__attribute__((noinline)) static bool add_in_run(Thread *thread, Set *set, Value key,
                                                 uint64_t hash) {
    size_t run = hash & set->mask, end = run + NEIGHBOURS <= set->mask ? run + NEIGHBOURS : run;
    for (SetEntry *entries = set->entries; entries != NULL && run <= end; run++) {
        SetEntry *entry = &entries[run];
        if (set_is_key_at_sight(entry, key, hash)) {
            return true;
        }
        if (never_used(entry) && has_room(set)) {
            *entry = (SetEntry){key, hash};
            set->length++;
            set->used++;
            return true;
        }
        if (entry->hash == hash || is_undefined(entry->key) || never_used(entry)) {
            break;
        }
    }
    return add_searching(thread, set, key, hash);
}

// And most of them by the very first cell.
static inline bool add_hashed(Thread *thread, Set *set, Value key, uint64_t hash) {
    if (set->entries == NULL) {
        return add_in_run(thread, set, key, hash);
    }
    SetEntry *entry = &set->entries[hash & set->mask];
    if (entry->key.bits == key.bits) {
        return true;
    }
    if (!never_used(entry) || !has_room(set)) {
        return add_in_run(thread, set, key, hash);
    }
    *entry = (SetEntry){key, hash};
    set->length++;
    set->used++;
    return true;
}

bool set_add_new(Thread *thread, Set *set, Value key, uint64_t hash) {
    if (set->entries == NULL && !resize(thread, set, 0)) {
        return false;
    }
    bool grows = !has_room(set);
    insert_clean(set, key, hash);
    set->length++;
    set->used++;
    return !grows || grow(thread, set);
}

bool set_add_hashed(Thread *thread, Set *set, Value key, uint64_t hash) {
    return add_hashed(thread, set, key, hash);
}

static inline bool add(Thread *thread, Set *set, Value key) {
    uint64_t hash;
    return container_hash(thread, key, &hash) && add_hashed(thread, set, key, hash);
}

bool set_add(Thread *thread, Set *set, Value key) {
    return add(thread, set, key);
}

int set_discard_hashed(Thread *thread, Set *set, Value key, uint64_t hash) {
    SetEntry *entry;
    int found = find(thread, set, key, hash, &entry);
    if (found > 0) {
        *entry = (SetEntry){VALUE_UNDEFINED, UINT64_MAX};
        set->length--;
    }
    return found;
}

int set_discard(Thread *thread, Set *set, Value key) {
    uint64_t hash;
    return hash_to_find(thread, &key, &hash) ? set_discard_hashed(thread, set, key, hash) : -1;
}

Value set_pop(Set *set) {
    if (set->length == 0) {
        return VALUE_UNDEFINED;
    }
    size_t i = set->finger & set->mask;
    while (!is_live(&set->entries[i])) {
        i = (i + 1) & set->mask;
    }
    Value key = set->entries[i].key;
    set->entries[i] = (SetEntry){VALUE_UNDEFINED, UINT64_MAX};
    set->length--;
    set->finger = i + 1;
    return key;
}

void set_clear(Thread *thread, Set *set) {
    SetEntry *entries = set->entries;
    set->entries = NULL;
    set->length = set->used = set->mask = set->finger = 0;
    heap_free_buffer(thread_heap(thread), entries);
}

const SetEntry *set_next(const Set *set, size_t *position) {
    if (set->entries == NULL) {
        return NULL;
    }
    for (size_t i = *position; i <= set->mask; i++) {
        const SetEntry *entry = &set->entries[i];
        if (is_live(entry)) {
            *position = i + 1;
            return entry;
        }
    }
    return NULL;
}

void set_swap_contents(Set *a, Set *b) {
    Set old = *a;
    a->length = b->length;
    a->entries = b->entries;
    a->mask = b->mask;
    a->used = b->used;
    b->length = old.length;
    b->entries = old.entries;
    b->mask = old.mask;
    b->used = old.used;
    a->finger = b->finger = 0;
}

static bool reserve_for(Thread *thread, Set *set, size_t extra) {
    size_t mask = set->entries ? set->mask : MINIMUM_SIZE - 1;
    if ((set->used + extra) * 5 < mask * 3) {
        return set->entries != NULL || resize(thread, set, 0);
    }
    return resize(thread, set, (set->length + extra) * 2);
}

static bool update_from_set(Thread *thread, Set *set, Set *other) {
    if (set == other || other->length == 0) {
        return true;
    }
    if (!reserve_for(thread, set, other->length)) {
        return false;
    }
    if (set->used == 0 && set->mask == other->mask && other->used == other->length) {
        memcpy(set->entries, other->entries, (set->mask + 1) * sizeof(SetEntry));
        set->length = set->used = other->length;
        return true;
    }
    if (set->used == 0) {
        insert_all_clean(set, other);
        return true;
    }
    size_t position = 0;
    const SetEntry *entry;
    while ((entry = set_next(other, &position)) != NULL) {
        if (!add_hashed(thread, set, entry->key, entry->hash)) {
            return false;
        }
    }
    return true;
}

static bool update_from_dict(Thread *thread, Set *set, const Dict *dict) {
    if (!reserve_for(thread, set, dict->length)) {
        return false;
    }
    for (size_t i = 0; i < dict->used; i++) {
        DictEntry entry = dict->entries[i];
        if (!is_undefined(entry.key) && !add_hashed(thread, set, entry.key, entry.hash)) {
            return false;
        }
    }
    return true;
}

static bool update_from_tuple(Thread *thread, Set *set, const Tuple *tuple) {
    for (size_t i = 0; i < tuple->length; i++) {
        if (!add(thread, set, tuple->items[i])) {
            return false;
        }
    }
    return true;
}

static bool update_from_list(Thread *thread, Set *set, const List *list) {
    for (size_t i = 0; i < list->length; i++) {
        if (!add(thread, set, list->items[i])) {
            return false;
        }
    }
    return true;
}

// Text has few different characters: those met lately need not be looked for in the table again.
static bool update_from_str(Thread *thread, Set *set, const Str *s) {
    enum { RECENT = 32 };
    uint32_t recent[RECENT];
    memset(recent, 0xff, sizeof recent);
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (recent[c % RECENT] == c) {
            continue;
        }
        recent[c % RECENT] = c;
        if (!add(thread, set, value_object(str_from_code_point(thread, c)))) {
            return false;
        }
    }
    return true;
}

bool set_update(Thread *thread, Set *set, Value iterable) {
    if (is_exactly(iterable, LAYOUT_SET)) {
        return update_from_set(thread, set, as_set(iterable));
    }
    if (is_exactly(iterable, LAYOUT_DICT)) {
        return update_from_dict(thread, set, as_dict(iterable));
    }
    if (is_exactly(iterable, LAYOUT_LIST)) {
        return update_from_list(thread, set, as_list(iterable));
    }
    if (is_exactly(iterable, LAYOUT_TUPLE)) {
        return update_from_tuple(thread, set, as_tuple(iterable));
    }
    if (is_exactly(iterable, LAYOUT_STR)) {
        return update_from_str(thread, set, as_str(iterable));
    }
    Value iterator = operation_iter(thread, iterable);
    if (is_error(iterator)) {
        return false;
    }
    for (;;) {
        Value item = operation_next(thread, iterator);
        if (is_error(item) || is_undefined(item)) {
            return is_undefined(item);
        }
        if (!add(thread, set, item)) {
            return false;
        }
    }
}

Set *set_copy(Thread *thread, Set *set, Type *type) {
    Set *copy = set_new_of(thread, type);
    return update_from_set(thread, copy, set) ? copy : NULL;
}

Set *set_freeze(Thread *thread, Set *set) {
    return set_copy(thread, set, builtin_type(thread, TYPE_frozenset));
}

Set *set_from_iterable(Thread *thread, Type *type, Value iterable) {
    Set *set = set_new_of(thread, type);
    return set_update(thread, set, iterable) ? set : NULL;
}
