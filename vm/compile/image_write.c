// SPDX-License-Identifier: MIT
//
// Writing the image of a module: from Units to the bytes that image.h describes.
//
// This is the twin of assemble.c, which makes objects of the same Units: what one puts into a Code,
// the other puts into a CodeImage. Inner units come before the units that mention them, so every
// place is known when it is written; only the ModuleImage, which has to stand first, is filled in
// at the end.
#include "image_write.h"

#include "image.h"
#include "names.h"

typedef struct Writer {
    StringBuilder *out;
    Arena *arena;
    size_t start;     // of the ModuleImage
    NameTable *table; // one Name for each text
    ARRAY(const Name *) names;
} Writer;

// ---- Numbers, texts, tables ----

static void put_number(Writer *w, uint64_t number) {
    for (; number >= 128; number >>= 7)
        sb_putc(w->out, (char)(number | 128));
    sb_putc(w->out, (char)number);
}

static void put_text(Writer *w, const char *text, size_t length) {
    put_number(w, length);
    sb_write(w->out, text, length);
}

static uint32_t here(const Writer *w) {
    return (uint32_t)(w->out->length - w->start);
}

static uint32_t put_table(Writer *w, const void *items, size_t count, size_t size) {
    size_t misfit = (w->out->length - w->start) % 8;
    sb_repeat(w->out, 0, misfit ? 8 - misfit : 0);
    uint32_t place = here(w);
    if (count > 0)
        sb_write(w->out, items, count * size);
    return place;
}

// ---- Names ----

static void put_name(Writer *w, const char *text, size_t length) {
    const Name *name = names_intern(w->table, text, length);
    uint32_t number = 0;
    while (number < w->names.count && w->names.items[number] != name)
        number++;
    if (number == w->names.count)
        ARENA_PUSH(w->arena, &w->names, name);
    put_number(w, number);
}

static uint32_t put_name_table(Writer *w) {
    uint32_t *places = ARENA_NEW(w->arena, uint32_t, w->names.count + 1);
    for (uint32_t i = 0; i < w->names.count; i++) {
        places[i] = here(w);
        put_text(w, w->names.items[i]->text, w->names.items[i]->length);
    }
    return put_table(w, places, w->names.count, sizeof *places);
}

// ---- Constants ----

static void put_node(Writer *w, const Node *node, bool is_name);

static void put_tag(Writer *w, ImageTag tag) {
    put_number(w, tag);
}

static void put_tagged_text(Writer *w, ImageTag tag, const Constant *constant) {
    put_tag(w, tag);
    put_text(w, constant->text, constant->length);
}

static void put_tagged_name(Writer *w, const Constant *constant) {
    put_tag(w, IMAGE_NAME);
    put_name(w, constant->text, constant->length);
}

static void put_tagged_float(Writer *w, ImageTag tag, double number) {
    char bytes[sizeof number];
    memcpy(bytes, &number, sizeof number);
    put_tag(w, tag);
    sb_write(w->out, bytes, sizeof bytes);
}

static void put_big_int(Writer *w, const Constant *constant) {
    put_tag(w, IMAGE_BIG_INT);
    put_number(w, (uint64_t)constant->base);
    put_text(w, constant->text, constant->length);
}

static void put_int(Writer *w, int64_t number) {
    put_tag(w, IMAGE_INT);
    put_number(w, image_zigzag(number));
}

static void put_constant(Writer *w, const Constant *constant, bool is_name) {
    switch (constant->kind) {
    case CONSTANT_TRUE:
        return put_tag(w, IMAGE_TRUE);
    case CONSTANT_FALSE:
        return put_tag(w, IMAGE_FALSE);
    case CONSTANT_ELLIPSIS:
        return put_tag(w, IMAGE_ELLIPSIS);
    case CONSTANT_INT:
        return put_int(w, constant->integer);
    case CONSTANT_BIG_INT:
        return put_big_int(w, constant);
    case CONSTANT_FLOAT:
        return put_tagged_float(w, IMAGE_FLOAT, constant->number);
    case CONSTANT_IMAGINARY:
        return put_tagged_float(w, IMAGE_IMAGINARY, constant->number);
    case CONSTANT_STRING:
        return is_name || pool_is_interned(constant) ? put_tagged_name(w, constant)
                                                     : put_tagged_text(w, IMAGE_TEXT, constant);
    case CONSTANT_BYTES:
        return put_tagged_text(w, IMAGE_BYTES, constant);
    default:
        return put_tag(w, IMAGE_NONE);
    }
}

static void put_nodes(Writer *w, ImageTag tag, const NodeList *items) {
    put_tag(w, tag);
    put_number(w, items->count);
    for (uint32_t i = 0; i < items->count; i++)
        put_node(w, items->items[i], false);
}

static void put_node(Writer *w, const Node *node, bool is_name) {
    if (node->kind == AST_Constant)
        put_constant(w, &node->Constant.value, is_name);
    else if (node->kind == AST_Set)
        put_nodes(w, IMAGE_FROZENSET, &node->Set.elts);
    else
        put_nodes(w, IMAGE_TUPLE, &node->Tuple.elts);
}

// ---- Units ----

static uint32_t put_unit(Writer *w, const Unit *unit);

static uint32_t put_constants(Writer *w, const Unit *unit) {
    uint32_t count = unit->pool.items.count;
    uint32_t *inner = ARENA_NEW(w->arena, uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        if (unit->pool.items.items[i].unit)
            inner[i] = put_unit(w, unit->pool.items.items[i].unit);
    }
    uint32_t place = here(w);
    for (uint32_t i = 0; i < count; i++) {
        const PoolItem *item = &unit->pool.items.items[i];
        if (item->unit) {
            put_tag(w, IMAGE_CODE);
            put_number(w, inner[i]);
        } else {
            put_node(w, item->node, item->is_name);
        }
    }
    return place;
}

static uint32_t put_names(Writer *w, const Unit *unit) {
    const SymbolList *free = &unit->scope->free_variables;
    const Name *name = unit->scope->name, *qualified = unit->scope->qualified_name;
    qualified = qualified ? qualified : name;
    uint32_t place = here(w);
    put_name(w, name->text, name->length);
    put_name(w, qualified->text, qualified->length);
    if (unit->docstring)
        put_node(w, unit->docstring, false);
    else
        put_tag(w, IMAGE_NONE);
    for (uint32_t i = 0; i < unit->variable_count; i++)
        put_name(w, unit->variable_names[i]->text, unit->variable_names[i]->length);
    for (uint32_t i = 0; i < free->count; i++)
        put_name(w, free->items[i]->name->text, free->items[i]->name->length);
    return place;
}

static uint32_t put_handlers(Writer *w, const Unit *unit) {
    uint32_t count = unit->handlers.count;
    Handler *handlers = ARENA_NEW(w->arena, Handler, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const UnitHandler *from = &unit->handlers.items[i];
        handlers[i] = (Handler){from->first, from->last, from->target->position, from->reg};
    }
    return put_table(w, handlers, count, sizeof *handlers);
}

static uint32_t put_spans(Writer *w, const Unit *unit) {
    uint32_t place = here(w);
    Span last = {0, 0};
    for (uint32_t i = 0; i < unit->spans.count; i++) {
        Span span = unit->spans.items[i];
        if (span.start == last.start && span.end == last.end) {
            put_number(w, 0);
            continue;
        }
        put_number(w, 1 + image_zigzag((int64_t)span.start - (int64_t)last.start));
        put_number(w, span.end - span.start);
        last = span;
    }
    return place;
}

static uint32_t put_unit(Writer *w, const Unit *unit) {
    CodeImage image = {
#define FIELD(name) .name = (uint32_t)unit->name,
        IMAGE_NUMBERS(FIELD)
#undef FIELD
            .instruction_count = unit->words.count,
        .handler_count = unit->handlers.count,
        .constant_count = unit->pool.items.count,
        .free_count = unit->scope->free_variables.count,
    };
    image.constants = put_constants(w, unit);
    image.names = put_names(w, unit);
    image.spans = put_spans(w, unit);
    image.cell_flags = put_table(w, unit->variable_is_cell, unit->variable_count, 1);
    image.handlers = put_handlers(w, unit);
    image.instructions = put_table(w, unit->words.items, unit->words.count, sizeof(Instruction));
    return put_table(w, &image, 1, sizeof image);
}

bool image_write(StringBuilder *out, Arena *arena, const Source *source, const Unit *unit) {
    Writer w = {.out = out, .arena = arena, .start = out->length, .table = names_new(arena)};
    ModuleImage image = {
        .stamp = IMAGE_STAMP, .text_length = source->length, .line_count = source->line_count};
    put_table(&w, &image, 1, sizeof image);
    image.text = put_table(&w, source->text, source->length + 1, 1);
    image.line_starts = put_table(&w, source->line_starts, source->line_count, sizeof(uint32_t));
    image.code = put_unit(&w, unit);
    image.names = put_name_table(&w);
    image.name_count = w.names.count;
    if (out->out_of_memory)
        return false;
    memcpy(out->data + w.start, &image, sizeof image);
    return true;
}
