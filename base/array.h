// SPDX-License-Identifier: MIT
//
// Growable arrays of any type.
//
// `typedef ARRAY(int) IntArray;` declares the type; an all-zero value is an
// empty array, so a struct that holds arrays needs no constructor. Items are
// plain C array elements (`numbers.items[i]`), which keeps loops readable and
// debuggers useful. Capacity doubles, so a push costs O(1) on average.
//
// Two homes for the items: ARRAY_PUSH takes them from malloc (free them with
// ARRAY_FREE; it answers false when there is no memory) and ARENA_PUSH from an
// arena (never fails, nothing to free). One array must stay with one home.
#pragma once

#include "arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define ARRAY(Type)                                                                                \
    struct {                                                                                       \
        Type *items;                                                                               \
        uint32_t count;                                                                            \
        uint32_t capacity;                                                                         \
    }

// Makes room for one more item; false when memory or 32-bit indices run out.
static inline bool array_grow(void **items, uint32_t *capacity, size_t item_size) {
    if (*capacity > UINT32_MAX / 2)
        return false;
    uint32_t bigger = *capacity ? *capacity * 2 : 8;
    void *moved = realloc(*items, (size_t)bigger * item_size);
    if (!moved)
        return false;
    *items = moved;
    *capacity = bigger;
    return true;
}

// The same in an arena, which has its own answer to exhausted memory.
static inline void array_grow_in(Arena *arena, void **items, uint32_t *capacity, size_t item_size) {
    uint32_t bigger = *capacity ? *capacity * 2 : 4;
    *items = arena_grow(arena, *items, (size_t)*capacity * item_size, (size_t)bigger * item_size);
    *capacity = bigger;
}

// Appends `item`; its value is false (and the array unchanged) without memory.
#define ARRAY_PUSH(array, ...)                                                                     \
    (((array)->count < (array)->capacity ||                                                        \
      array_grow((void **)&(array)->items, &(array)->capacity, sizeof *(array)->items))            \
         ? ((array)->items[(array)->count++] = (__VA_ARGS__), true)                                \
         : false)

// Appends `item` to an array that lives in `arena`.
#define ARENA_PUSH(arena, array, ...)                                                              \
    ((array)->count < (array)->capacity                                                            \
         ? (void)0                                                                                 \
         : array_grow_in((arena), (void **)&(array)->items, &(array)->capacity,                    \
                         sizeof *(array)->items),                                                  \
     (void)((array)->items[(array)->count++] = (__VA_ARGS__)))

// Releases the items of a malloc-backed array and empties it.
#define ARRAY_FREE(array)                                                                          \
    (free((array)->items), (array)->items = NULL, (void)((array)->count = (array)->capacity = 0))
