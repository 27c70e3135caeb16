// SPDX-License-Identifier: MIT
//
// The graph of shapes. From each root grows a tree: an edge adds one attribute. The tree is kept
// as one hash table per family, from (shape, name) to the next shape, so that a class whose
// instances all differ costs no more per step than one whose instances are alike.
//
// A lineage shares a ShapeTable as long as it does not branch: the shape that adds name number n
// appends it to the table if the table has exactly n names; if another shape was there first, the
// younger branch copies the part they have in common. Names are interned, so equal names are equal
// pointers.
#include "shape.h"

#include "arena.h"
#include "interpreter.h"
#include "str.h"

enum { LINEAR_SEARCH_MAX = 8, FIRST_TRANSITIONS = 8 };

struct ShapeTable {
    uint32_t count;
    uint32_t capacity; // of names
    uint32_t mask;     // of cells
    Str **names;       // by index
    uint8_t *cells;    // hash table of index + 1, 0 for empty
};

struct ShapeFamily {
    Shape *root;
    Shape *dictionary;
    uint32_t count; // shapes in the tree
    uint32_t transition_mask;
    Shape **transitions; // open addressing by (parent, name)
};

static uint32_t hash_pointer(const void *pointer) {
    return (uint32_t)(((uintptr_t)pointer >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static void table_insert_cell(ShapeTable *table, uint32_t index) {
    uint32_t cell = hash_pointer(table->names[index]) & table->mask;
    while (table->cells[cell]) {
        cell = (cell + 1) & table->mask;
    }
    table->cells[cell] = (uint8_t)(index + 1);
}

// Room for one more name; the cells are twice as many as the names.
static void table_reserve(Arena *arena, ShapeTable *table) {
    if (table->count < table->capacity) {
        return;
    }
    uint32_t capacity = table->capacity ? 2 * table->capacity : 4;
    table->names =
        arena_grow(arena, table->names, table->capacity * sizeof(Str *), capacity * sizeof(Str *));
    table->cells = arena_alloc(arena, 2 * (size_t)capacity);
    table->capacity = capacity;
    table->mask = 2 * capacity - 1;
    for (uint32_t i = 0; i < table->count; i++) {
        table_insert_cell(table, i);
    }
}

static void table_append(Arena *arena, ShapeTable *table, Str *name) {
    table_reserve(arena, table);
    table->names[table->count] = name;
    table_insert_cell(table, table->count++);
}

static ShapeTable *table_copy(Arena *arena, const ShapeTable *table, uint32_t count) {
    ShapeTable *copy = ARENA_NEW(arena, ShapeTable, 1);
    for (uint32_t i = 0; i < count; i++) {
        table_append(arena, copy, table->names[i]);
    }
    return copy;
}

static int64_t table_probe(const ShapeTable *table, const Str *name) {
    uint32_t cell = hash_pointer(name) & table->mask;
    for (; table->cells[cell]; cell = (cell + 1) & table->mask) {
        uint32_t index = table->cells[cell] - 1U;
        if (table->names[index] == name) {
            return index;
        }
    }
    return -1;
}

int64_t shape_find(const Shape *shape, const Str *name) {
    const ShapeTable *table = shape->table;
    if (shape->count <= LINEAR_SEARCH_MAX) {
        for (uint32_t i = 0; i < shape->count; i++) {
            if (table->names[i] == name) {
                return i;
            }
        }
        return -1;
    }
    int64_t index = table_probe(table, name);
    return index < (int64_t)shape->count ? index : -1;
}

Str *shape_name_at(const Shape *shape, uint32_t index) {
    return shape->table->names[index];
}

bool shape_is_used(const Shape *shape) {
    return shape->family->count > 0;
}

Shape *shape_dictionary(const Shape *shape) {
    return shape->family->dictionary;
}

static Shape *shape_make(Arena *arena, const Shape *pattern) {
    Shape *shape = ARENA_NEW(arena, Shape, 1);
    *shape = *pattern;
    return shape;
}

Shape *shape_new_root(Thread *thread, Type *type, uint16_t inline_slots, Str *const *members,
                      uint16_t count) {
    Arena *arena = &thread->interpreter->immortal;
    ShapeFamily *family = ARENA_NEW(arena, ShapeFamily, 1);
    family->transitions = ARENA_NEW(arena, Shape *, FIRST_TRANSITIONS);
    family->transition_mask = FIRST_TRANSITIONS - 1;
    Shape pattern = {.type = type,
                     .count = count,
                     .inline_slots = inline_slots,
                     .members = count,
                     .family = family};
    pattern.table = ARENA_NEW(arena, ShapeTable, 1);
    for (uint16_t i = 0; i < count; i++) {
        table_append(arena, pattern.table, members[i]);
    }
    family->root = shape_make(arena, &pattern);
    pattern.dictionary = true;
    family->dictionary = shape_make(arena, &pattern);
    return family->root;
}

// The cell of the transition from `shape` by `name`, empty if there is none yet.
static Shape **find_transition(const ShapeFamily *family, const Shape *shape, const Str *name) {
    uint32_t cell = (hash_pointer(shape) ^ hash_pointer(name)) & family->transition_mask;
    for (;; cell = (cell + 1) & family->transition_mask) {
        Shape *next = family->transitions[cell];
        if (!next || (next->parent == shape && next->name == name)) {
            return &family->transitions[cell];
        }
    }
}

static void grow_transitions(Arena *arena, ShapeFamily *family) {
    Shape **old = family->transitions;
    uint32_t old_count = family->transition_mask + 1;
    family->transitions = ARENA_NEW(arena, Shape *, 2 * old_count);
    family->transition_mask = 2 * old_count - 1;
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i]) {
            *find_transition(family, old[i]->parent, old[i]->name) = old[i];
        }
    }
}

static Shape *shape_extend(Arena *arena, Shape *shape, Str *name) {
    ShapeTable *table = shape->table;
    if (table->count != shape->count) {
        table = table_copy(arena, table, shape->count);
    }
    table_append(arena, table, name);
    Shape pattern = *shape;
    pattern.parent = shape;
    pattern.name = name;
    pattern.count++;
    pattern.table = table;
    return shape_make(arena, &pattern);
}

Shape *shape_add(Thread *thread, Shape *shape, Str *name) {
    Arena *arena = &thread->interpreter->immortal;
    ShapeFamily *family = shape->family;
    Shape **cell = find_transition(family, shape, name);
    if (*cell) {
        return *cell;
    }
    if (shape->count >= SHAPE_MAX_ATTRIBUTES || family->count >= SHAPE_MAX_PER_CLASS) {
        return NULL;
    }
    if (2 * ++family->count > family->transition_mask) {
        grow_transitions(arena, family);
    }
    Shape *next = shape_extend(arena, shape, name);
    *find_transition(family, shape, name) = next;
    return next;
}

Shape *shape_without(Thread *thread, Shape *shape, uint32_t index) {
    Shape *result = shape;
    while (result->count > index) {
        result = result->parent;
    }
    for (uint32_t i = index + 1; result && i < shape->count; i++) {
        result = shape_add(thread, result, shape_name_at(shape, i));
    }
    return result;
}
