// SPDX-License-Identifier: MIT
//
// The constants of a unit, each stored once.
//
// Python's equality is too coarse here: 1, 1.0 and True are equal but must stay three constants,
// and so must 0.0 and -0.0. So constants are the same if their kind and their bits are. Names to
// look up (globals, attributes) are constants too: a str constant that is also used as a name is
// one entry, marked to be interned.
//
// Most instructions have 16 bits for the number of a constant. Generated data files have more
// constants than that, so when half of the short numbers are taken, constants that are only loaded
// get long ones, and the rest stays for those who need a short one. Lookup is a hash table over the
// structure of the nodes.
#include "compiler.h"

enum { LONG_NUMBERS = MAX_CONSTANTS + 1 }; // the first of them

static uint32_t mix(uint32_t hash, uint64_t value) {
    uint64_t h = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(h >> 32) ^ (uint32_t)h;
}

static bool has_text(const Constant *constant) {
    return constant->kind == CONSTANT_STRING || constant->kind == CONSTANT_BYTES ||
           constant->kind == CONSTANT_BIG_INT;
}

static bool has_number(const Constant *constant) {
    return constant->kind == CONSTANT_FLOAT || constant->kind == CONSTANT_IMAGINARY;
}

static uint32_t hash_constant(const Constant *constant) {
    uint32_t hash = mix(17, (uint64_t)constant->kind);
    if (constant->kind == CONSTANT_INT)
        return mix(hash, (uint64_t)constant->integer);
    if (has_number(constant)) {
        uint64_t bits;
        memcpy(&bits, &constant->number, sizeof bits);
        return mix(hash, bits);
    }
    if (!has_text(constant))
        return hash;
    for (uint32_t i = 0; i < constant->length; i++)
        hash = (hash ^ (uint8_t)constant->text[i]) * 16777619u;
    return mix(hash, constant->length);
}

static const NodeList *items_of(const Node *node) {
    return node->kind == AST_Tuple ? &node->Tuple.elts : &node->Set.elts;
}

static uint32_t hash_node(const Node *node) {
    if (node->kind == AST_Constant)
        return hash_constant(&node->Constant.value);
    uint32_t hash = mix(23, node->kind);
    for (uint32_t i = 0; i < items_of(node)->count; i++)
        hash = mix(hash, hash_node(items_of(node)->items[i]));
    return hash;
}

// 0.0 and -0.0 are equal but two constants, a NaN is its own.
static uint64_t bits_of(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static bool same_constant(const Constant *a, const Constant *b) {
    if (a->kind != b->kind)
        return false;
    if (a->kind == CONSTANT_INT)
        return a->integer == b->integer;
    if (has_number(a))
        return bits_of(a->number) == bits_of(b->number);
    if (!has_text(a))
        return true;
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0 &&
           (a->kind != CONSTANT_BIG_INT || a->base == b->base);
}

static bool same_node(const Node *a, const Node *b) {
    if (a == b)
        return true;
    if (a->kind != b->kind)
        return false;
    if (a->kind == AST_Constant)
        return same_constant(&a->Constant.value, &b->Constant.value);
    if (items_of(a)->count != items_of(b)->count)
        return false;
    for (uint32_t i = 0; i < items_of(a)->count; i++) {
        if (!same_node(items_of(a)->items[i], items_of(b)->items[i]))
            return false;
    }
    return true;
}

bool pool_is_interned(const Constant *text) {
    for (uint32_t i = 0; i < text->length; i++) {
        char ch = text->text[i];
        bool is_letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
        if (!is_letter && !(ch >= '0' && ch <= '9'))
            return false;
    }
    return text->length <= MAX_INTERNED_LENGTH;
}

static void insert(Pool *pool, uint32_t item) {
    uint32_t at = pool->items.items[item].hash & (pool->table_size - 1);
    while (pool->table[at])
        at = (at + 1) & (pool->table_size - 1);
    pool->table[at] = item + 1;
}

static void grow_table(Compiler *c, Pool *pool) {
    pool->table_size = pool->table_size ? pool->table_size * 2 : 16;
    pool->table = ARENA_NEW(c->arena, uint32_t, pool->table_size);
    for (uint32_t i = 0; i < pool->items.count; i++)
        insert(pool, i);
}

static uint32_t add(Compiler *c, Pool *pool, PoolItem item) {
    if (pool == &c->unit->pool && pool->items.count >= MAX_CONSTANTS)
        compile_fail(c, item.node ? item.node->span : (Span){0, 0}, "too many constants");
    ARENA_PUSH(c->arena, &pool->items, item);
    if (pool->items.count * 2 > pool->table_size)
        grow_table(c, pool);
    else
        insert(pool, pool->items.count - 1);
    return pool->items.count - 1;
}

// The index of the item equal to `node`, or -1.
static int64_t find(const Pool *pool, const Node *node, uint32_t hash) {
    if (pool->table_size == 0)
        return -1;
    for (uint32_t at = hash & (pool->table_size - 1); pool->table[at];
         at = (at + 1) & (pool->table_size - 1)) {
        const PoolItem *item = &pool->items.items[pool->table[at] - 1];
        if (item->hash == hash && item->node && same_node(item->node, node))
            return pool->table[at] - 1;
    }
    return -1;
}

uint16_t pool_node(Compiler *c, const Node *constant) {
    uint32_t hash = hash_node(constant);
    int64_t found = find(&c->unit->pool, constant, hash);
    if (found >= 0)
        return (uint16_t)found;
    return (uint16_t)add(c, &c->unit->pool, (PoolItem){.node = constant, .hash = hash});
}

static bool has_room(const Compiler *c) {
    return c->unit->pool.items.count < SHORT_CONSTANTS;
}

static PoolItem *item_at(Compiler *c, int32_t index) {
    Unit *unit = c->unit;
    return index < LONG_NUMBERS ? &unit->pool.items.items[index]
                                : &unit->long_pool.items.items[index - LONG_NUMBERS];
}

int32_t pool_long_node(Compiler *c, const Node *constant) {
    Unit *unit = c->unit;
    uint32_t hash = hash_node(constant);
    int64_t found = find(&unit->pool, constant, hash);
    if (found >= 0)
        return (int32_t)found;
    PoolItem item = {.node = constant, .hash = hash};
    if (has_room(c))
        return (int32_t)add(c, &unit->pool, item);
    found = find(&unit->long_pool, constant, hash);
    if (found < 0)
        found = add(c, &unit->long_pool, item);
    return LONG_NUMBERS + (int32_t)found;
}

const Node *pool_short(Compiler *c, const Node *constant) {
    if (!constant || has_room(c))
        return constant;
    return find(&c->unit->pool, constant, hash_node(constant)) >= 0 ? constant : NULL;
}

void pool_join(Compiler *c, Unit *unit) {
    if (unit->long_pool.items.count == 0)
        return;
    const Node *none = ast_new(c->arena, AST_Constant, (Span){0, 0});
    while (unit->pool.items.count < LONG_NUMBERS)
        ARENA_PUSH(c->arena, &unit->pool.items, ((PoolItem){.node = none}));
    for (uint32_t i = 0; i < unit->long_pool.items.count; i++)
        ARENA_PUSH(c->arena, &unit->pool.items, unit->long_pool.items.items[i]);
}

Node *pool_text(Compiler *c, const char *text, size_t length) {
    Node *node = ast_new(c->arena, AST_Constant, (Span){0, 0});
    node->Constant.value.kind = CONSTANT_STRING;
    node->Constant.value.text = text;
    node->Constant.value.length = (uint32_t)length;
    return node;
}

uint16_t pool_name(Compiler *c, const Name *name) {
    uint16_t index = pool_node(c, pool_text(c, name->text, name->length));
    c->unit->pool.items.items[index].is_name = true;
    return index;
}

int32_t pool_long_name(Compiler *c, const Name *name) {
    int32_t index = pool_long_node(c, pool_text(c, name->text, name->length));
    item_at(c, index)->is_name = true;
    return index;
}

int32_t pool_unit(Compiler *c, Unit *unit) {
    bool is_short = has_room(c);
    Pool *pool = is_short ? &c->unit->pool : &c->unit->long_pool;
    uint32_t index = add(c, pool, (PoolItem){.unit = unit, .hash = mix(29, pool->items.count)});
    return (int32_t)index + (is_short ? 0 : LONG_NUMBERS);
}

uint16_t pool_int(Compiler *c, int64_t n) {
    Node *node = ast_new(c->arena, AST_Constant, (Span){0, 0});
    node->Constant.value.kind = CONSTANT_INT;
    node->Constant.value.integer = n;
    return pool_node(c, node);
}

uint16_t pool_names(Compiler *c, const NameList *names) {
    Node *tuple = ast_new(c->arena, AST_Tuple, (Span){0, 0});
    tuple->Tuple.elts.items = ARENA_NEW(c->arena, Node *, names->count + 1);
    tuple->Tuple.elts.count = names->count;
    for (uint32_t i = 0; i < names->count; i++)
        tuple->Tuple.elts.items[i] = pool_text(c, names->items[i]->text, names->items[i]->length);
    return pool_node(c, tuple);
}
