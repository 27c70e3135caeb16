// SPDX-License-Identifier: MIT
//
// Equality, order, hash and interning of strings.
//
// The hash multiplies 64-bit words of the text with constants and folds the 128-bit product (the
// idea of wyhash). It starts from a seed that differs from run to run, so that nobody can prepare
// input whose strings all collide in a dict. CPython uses SipHash for the same reason; the seed is
// fixed when a run is to be reproducible.
//
// Interning gives equal strings one identity, so that comparing names is comparing addresses. All
// names in programs are interned; they are few and are never dropped.
#include "str.h"

#include "interpreter.h"
#include "str_copy.h"

static uint64_t word_at(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

// Texts up to 16 bytes are compared by two words, which may overlap. Both can be read of shorter
// texts, too, for cells are larger than that; what lies behind the end is shifted out.
static bool equal_bytes(const uint8_t *a, const uint8_t *b, size_t count) {
    enum { WORD = sizeof(uint64_t) };
    if (count > 2 * WORD)
        return memcmp(a, b, count) == 0;
    uint64_t first = word_at(a) ^ word_at(b);
    if (count < WORD)
        return count == 0 || first << (64 - 8 * count) == 0;
    return (first | (word_at(a + count - WORD) ^ word_at(b + count - WORD))) == 0;
}

bool str_equal_contents(const Str *a, const Str *b) {
    return a->length == b->length && a->width == b->width &&
           equal_bytes(a->data, b->data, a->length * a->width);
}

bool str_equal_c(const Str *s, const char *ascii) {
    return s->width == 1 && strlen(ascii) == s->length && memcmp(s->data, ascii, s->length) == 0;
}

static uint64_t first_bytes(const void *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return __builtin_bswap64(word);
}

// The first eight bytes mostly decide. They can be read of shorter texts, too, for cells are larger
// than that; a difference behind the end of the shorter one does not count.
static int compare_bytes(const uint8_t *a, const uint8_t *b, size_t count) {
    uint64_t x = first_bytes(a), y = first_bytes(b);
    if (x != y && (size_t)__builtin_clzll(x ^ y) / 8 < count)
        return x < y ? -1 : 1;
    return count > sizeof x ? memcmp(a + sizeof x, b + sizeof x, count - sizeof x) : 0;
}

int str_compare(const Str *a, const Str *b) {
    size_t shorter = a->length < b->length ? a->length : b->length;
    if (a->width == 1 && b->width == 1) {
        int order = compare_bytes(a->data, b->data, shorter);
        if (order)
            return order;
    } else {
        for (size_t i = 0; i < shorter; i++) {
            uint32_t x = str_char_at(a, i), y = str_char_at(b, i);
            if (x != y)
                return x < y ? -1 : 1;
        }
    }
    return (a->length > b->length) - (a->length < b->length);
}

static uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t half_word_at(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

// All of up to eight bytes; some may be in it twice.
static uint64_t few_bytes(const uint8_t *bytes, size_t count) {
    if (count >= 4)
        return half_word_at(bytes) | half_word_at(bytes + count - 4) << 32;
    if (count == 0)
        return 0;
    return bytes[0] | (uint64_t)bytes[count / 2] << 8 | (uint64_t)bytes[count - 1] << 16;
}

static uint64_t hash_bytes(const uint8_t *bytes, size_t size, uint64_t seed) {
    const uint64_t k0 = UINT64_C(0x9e3779b97f4a7c15), k1 = UINT64_C(0xd6e8feb86659fd93);
    uint64_t state = seed ^ fold(size ^ k0, k1);
    for (; size > 16; size -= 16, bytes += 16)
        state = fold(word_at(bytes) ^ k0 ^ state, word_at(bytes + 8) ^ k1);
    uint64_t low = size < 8 ? few_bytes(bytes, size) : word_at(bytes);
    uint64_t high = size > 8 ? word_at(bytes + size - 8) : 0;
    state = fold(low ^ k0 ^ state, high ^ k1);
    return fold(state ^ k1, k0);
}

uint64_t str_hash_raw(Thread *thread, const void *bytes, size_t size) {
    return hash_bytes(bytes, size, thread->interpreter->hash_seed);
}

static uint32_t hash_or_one(uint64_t hash) {
    return (uint32_t)hash ? (uint32_t)hash : 1;
}

uint32_t str_hash_contents(Thread *thread, Str *s) {
    s->hash = hash_or_one(str_hash_raw(thread, s->data, s->length * s->width));
    return s->hash;
}

// Open addressing with linear probing; the capacity is a power of two, at most two thirds full.
struct InternTable {
    size_t count;
    size_t capacity;
    Str *slots[];
};

// Interned strings that the collector does not keep already; see str_keep_interned.
struct InternedLate {
    size_t count;
    size_t capacity;
    Str *strings[];
};

static InternTable *table_new(Thread *thread, size_t capacity) {
    InternTable *table = heap_allocate(thread_heap(thread), CELL_BUFFER,
                                       sizeof(InternTable) + capacity * sizeof(Str *));
    table->capacity = capacity;
    return table;
}

static Str **table_slot(Thread *thread, InternTable *table, Str *s) {
    size_t i = str_hash(thread, s) & (table->capacity - 1);
    while (table->slots[i] &&
           (table->slots[i]->hash != s->hash || !str_equal_contents(table->slots[i], s)))
        i = (i + 1) & (table->capacity - 1);
    return &table->slots[i];
}

static InternTable *table_grow(Thread *thread, InternTable *old) {
    InternTable *table = table_new(thread, old->capacity * 2);
    for (size_t i = 0; i < old->capacity; i++)
        if (old->slots[i])
            *table_slot(thread, table, old->slots[i]) = old->slots[i];
    table->count = old->count;
    thread->interpreter->interned = table;
    return table;
}

static size_t late_size(size_t capacity) {
    return sizeof(InternedLate) + capacity * sizeof(Str *);
}

void str_keep_interned(Thread *thread) {
    enum { CAPACITY = 1024 };
    InternedLate *late = heap_allocate(thread_heap(thread), CELL_BUFFER, late_size(CAPACITY));
    late->capacity = CAPACITY;
    thread->interpreter->interned_late = late;
}

static void note_late(Thread *thread, Str *s) {
    InternedLate *late = thread->interpreter->interned_late;
    if (late == NULL)
        return;
    if (late->count == late->capacity) {
        size_t old = late_size(late->capacity), capacity = 2 * late->capacity;
        late = heap_resize_buffer(thread_heap(thread), late, old, late_size(capacity));
        late->capacity = capacity;
        thread->interpreter->interned_late = late;
    }
    late->strings[late->count++] = s;
}

// `s` is new and its hash is known.
static Str *add_interned(Thread *thread, Str *s) {
    InternTable *table = thread->interpreter->interned;
    if (table->count * 3 >= table->capacity * 2)
        table = table_grow(thread, table);
    note_late(thread, s);
    *table_slot(thread, table, s) = s;
    table->count++;
    s->interned = true;
    return s;
}

Str *str_intern(Thread *thread, Str *s) {
    if (s->interned)
        return s;
    Str *known = *table_slot(thread, thread->interpreter->interned, s);
    if (known)
        return known;
    s = str_exact(thread, s);
    str_hash(thread, s);
    return add_interned(thread, s);
}

Str *str_intern_c(Thread *thread, const char *text) {
    return str_intern_utf8(thread, text, strlen(text));
}

// The string with these ASCII characters, or NULL.
static Str *find_ascii(const InternTable *table, const char *text, size_t length, uint32_t hash) {
    for (size_t i = hash & (table->capacity - 1); table->slots[i];
         i = (i + 1) & (table->capacity - 1)) {
        Str *s = table->slots[i];
        if (s->hash == hash && s->ascii && s->length == length &&
            memcmp(s->data, text, length) == 0)
            return s;
    }
    return NULL;
}

// Names of programs and of the library come this way by the thousand whenever Mini starts, so each
// is read as few times as possible.
static Str *intern_ascii(Thread *thread, const char *text, size_t length) {
    uint32_t hash = hash_or_one(str_hash_raw(thread, text, length));
    Str *s = find_ascii(thread->interpreter->interned, text, length, hash);
    if (s)
        return s;
    s = str_new_uninitialised(thread, length, 0);
    memcpy(str_contents(s), text, length);
    s->hash = hash;
    return add_interned(thread, s);
}

Str *str_intern_utf8(Thread *thread, const char *text, size_t length) {
    return str_bytes_are_ascii(text, length)
               ? intern_ascii(thread, text, length)
               : str_intern(thread, str_new_utf8(thread, text, length));
}

void str_mark_interned(Marker *marker, Interpreter *interpreter) {
    InternTable *table = interpreter->interned;
    if (!table)
        return;
    mark_buffer(marker, table);
    const InternedLate *late = interpreter->interned_late;
    mark_buffer(marker, late);
    if (late && heap_keeps(marker)) {
        for (size_t i = 0; i < late->count; i++)
            mark_object(marker, late->strings[i]);
        return;
    }
    for (size_t i = 0; i < table->capacity; i++)
        mark_object(marker, table->slots[i]);
}

void str_bootstrap(Thread *thread) {
    Interpreter *interpreter = thread->interpreter;
    interpreter->interned = table_new(thread, 4096);
    interpreter->empty_str = str_intern(thread, str_new_uninitialised(thread, 0, 0));
    for (uint32_t c = 0; c < 256; c++) {
        Str *s = str_new_uninitialised(thread, 1, c);
        str_put(s, 0, c);
        interpreter->latin1[c] = str_intern(thread, s);
    }
}
