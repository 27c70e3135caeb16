// SPDX-License-Identifier: MIT
//
// The name table: open addressing, kept at most half full, hashes stored in the
// names so that growing never hashes again (FNV-1a, as identifiers are short).
#include "names.h"

#include <string.h>
#include <utf8proc.h>

struct NameTable {
    Arena *arena;
    const Name **slots;
    uint32_t size; // power of two
    uint32_t count;
};

enum { FIRST_SIZE = 64 };

NameTable *names_new(Arena *arena) {
    NameTable *names = ARENA_NEW(arena, NameTable, 1);
    names->arena = arena;
    names->size = FIRST_SIZE;
    names->slots = ARENA_NEW(arena, const Name *, FIRST_SIZE);
    return names;
}

static uint32_t hash_of(const char *text, size_t length) {
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    return hash;
}

static const Name **find_slot(const NameTable *names, const char *text, size_t length,
                              uint32_t hash) {
    uint32_t mask = names->size - 1;
    for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
        const Name *name = names->slots[i];
        if (!name ||
            (name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0))
            return &names->slots[i];
    }
}

static void grow(NameTable *names) {
    const Name **old = names->slots;
    uint32_t old_size = names->size;
    names->size *= 2;
    names->slots = ARENA_NEW(names->arena, const Name *, names->size);
    for (uint32_t i = 0; i < old_size; i++)
        if (old[i])
            *find_slot(names, old[i]->text, old[i]->length, old[i]->hash) = old[i];
}

static const Name *intern_normal(NameTable *names, const char *text, size_t length) {
    uint32_t hash = hash_of(text, length);
    const Name **slot = find_slot(names, text, length, hash);
    if (*slot)
        return *slot;
    Name *name = ARENA_NEW(names->arena, Name, 1);
    name->text = arena_strndup(names->arena, text, length);
    name->length = (uint32_t)length;
    name->hash = hash;
    *slot = name;
    if (++names->count > names->size / 2)
        grow(names);
    return name;
}

static bool is_ascii(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

const Name *names_intern(NameTable *names, const char *text, size_t length) {
    if (is_ascii(text, length))
        return intern_normal(names, text, length);
    utf8proc_uint8_t *normal = NULL;
    utf8proc_ssize_t size =
        utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &normal,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    if (size < 0)
        return intern_normal(names, text, length);
    const Name *name = intern_normal(names, (const char *)normal, (size_t)size);
    free(normal);
    return name;
}

const Name *names_get(NameTable *names, const char *text) {
    return names_intern(names, text, strlen(text));
}
