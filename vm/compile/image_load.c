// SPDX-License-Identifier: MIT
//
// Loading the image of a module: the twin of assemble.c, reading what image_write.c has written.
//
// A function's names are read when the code around it is loaded, for they are wanted before it
// runs: to bind arguments, to show it. What it does is read by code_need_body, called by the
// instruction LOAD_BODY, the only one that it has until then, and by whoever looks into code. Most
// functions of a module are never called. If the heap runs out on the way, the code is as it was:
// the instructions are set last.
#include "image.h"

#include "bytes.h"
#include "complex.h"
#include "heap.h"
#include "int.h"
#include "interpreter.h"
#include "mini_check.h"
#include "set.h"
#include "str.h"
#include "tuple.h"

typedef struct Reader {
    Thread *thread;
    SourceFile *file;
    const uint8_t *at;
} Reader;

static const void *at_place(const ModuleImage *image, uint32_t place) {
    return (const char *)image + place;
}

// ---- Numbers and texts ----

static uint64_t take_number(const uint8_t **at) {
    uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = *(*at)++;
        number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return number;
    }
}

static uint64_t read_number(Reader *r) {
    return take_number(&r->at);
}

static const char *read_text(Reader *r, size_t *length) {
    *length = read_number(r);
    const char *text = (const char *)r->at;
    r->at += *length;
    return text;
}

// The names interned so far, by number; interned strings live as long as the interpreter.
static Str **file_names(SourceFile *file) {
    return (Str **)(file + 1);
}

static Str *read_name(Reader *r) {
    uint32_t number = (uint32_t)read_number(r);
    Str **name = &file_names(r->file)[number];
    if (!*name) {
        const uint32_t *places = at_place(r->file->image, r->file->image->names);
        const uint8_t *at = at_place(r->file->image, places[number]);
        size_t length = take_number(&at);
        *name = str_intern_utf8(r->thread, (const char *)at, length);
    }
    return *name;
}

// ---- Constants ----

static Value read_constant(Reader *r);
static Code *load_head(Thread *thread, SourceFile *file, const CodeImage *image);

static Value read_big_int(Reader *r) {
    size_t length;
    int base = (int)read_number(r);
    const char *text = read_text(r, &length);
    return int_from_text(r->thread, text, length, base);
}

static double read_float(Reader *r) {
    double number;
    memcpy(&number, r->at, sizeof number);
    r->at += sizeof number;
    return number;
}

static Value read_str(Reader *r) {
    size_t length;
    const char *text = read_text(r, &length);
    return value_object(str_new_utf8(r->thread, text, length));
}

static Value read_bytes(Reader *r) {
    size_t length;
    const char *text = read_text(r, &length);
    return value_object(bytes_new(r->thread, text, length));
}

static Value read_tuple(Reader *r) {
    size_t count = read_number(r);
    if (count == 0)
        return value_object(r->thread->interpreter->empty_tuple);
    Tuple *tuple = tuple_new(r->thread, count);
    for (size_t i = 0; i < count; i++) {
        Value item = read_constant(r);
        tuple->items[i] = item;
    }
    return value_object(tuple);
}

static Value read_frozenset(Reader *r) {
    Set *set = set_new(r->thread);
    for (uint64_t left = read_number(r); left > 0; left--)
        set_add(r->thread, set, read_constant(r));
    return value_object(set_freeze(r->thread, set));
}

static Value read_code(Reader *r) {
    const CodeImage *image = at_place(r->file->image, (uint32_t)read_number(r));
    return value_object(load_head(r->thread, r->file, image));
}

static Value read_constant(Reader *r) {
    switch ((ImageTag)read_number(r)) {
    case IMAGE_TRUE:
        return VALUE_TRUE;
    case IMAGE_FALSE:
        return VALUE_FALSE;
    case IMAGE_ELLIPSIS:
        return VALUE_ELLIPSIS;
    case IMAGE_INT:
        return int_from_int64(r->thread, image_unzigzag(read_number(r)));
    case IMAGE_BIG_INT:
        return read_big_int(r);
    case IMAGE_FLOAT:
        return value_foreign_float(read_float(r));
    case IMAGE_IMAGINARY:
        return complex_new(r->thread, (ComplexNumber){0, read_float(r)});
    case IMAGE_TEXT:
        return read_str(r);
    case IMAGE_NAME:
        return value_object(read_name(r));
    case IMAGE_BYTES:
        return read_bytes(r);
    case IMAGE_TUPLE:
        return read_tuple(r);
    case IMAGE_FROZENSET:
        return read_frozenset(r);
    case IMAGE_CODE:
        return read_code(r);
    case IMAGE_NONE:
        break;
    }
    return VALUE_NONE;
}

// ---- Code ----

static void *new_buffer(Thread *thread, size_t count, size_t size) {
    return heap_allocate(thread_heap(thread), CELL_BUFFER, count ? count * size : 1);
}

static void read_names(Reader *r, Str ***names, uint32_t count) {
    if (count == 0)
        return;
    *names = new_buffer(r->thread, count, sizeof(Str *));
    for (uint32_t i = 0; i < count; i++)
        (*names)[i] = read_name(r);
}

static Code *load_head(Thread *thread, SourceFile *file, const CodeImage *image) {
    Code *code = code_new(thread);
    Reader r = {thread, file, at_place(file->image, image->names)};
    code->file = file;
    code->image = image;
    code->instructions = (Instruction *)(uintptr_t)code_unloaded;
#define FIELD(name) code->name = image->name;
    IMAGE_NUMBERS(FIELD)
#undef FIELD
    code->name = read_name(&r);
    code->qualified_name = read_name(&r);
    code->docstring = read_constant(&r);
    code->register_is_cell = at_place(file->image, image->cell_flags);
    read_names(&r, &code->register_names, image->variable_count);
    code->free_count = image->free_count;
    read_names(&r, &code->free_names, image->free_count);
    return code;
}

static void load_constants(Thread *thread, Code *code) {
    const CodeImage *image = code->image;
    Reader r = {thread, code->file, at_place(code->file->image, image->constants)};
    code->constants = new_buffer(thread, image->constant_count, sizeof(Value));
    code->constant_count = image->constant_count;
    for (uint32_t i = 0; i < image->constant_count; i++)
        code->constants[i] = read_constant(&r);
}

void code_load_body(Thread *thread, Code *code) {
    const CodeImage *image = code->image;
    size_t size = image->instruction_count * sizeof(Instruction);
    load_constants(thread, code);
    Instruction *instructions = new_buffer(thread, 1, size);
    memcpy(instructions, at_place(code->file->image, image->instructions), size);
    code->handlers = at_place(code->file->image, image->handlers);
    code->handler_count = image->handler_count;
    code->instruction_count = image->instruction_count;
    code->instructions = instructions;
}

Span image_span(const ModuleImage *module, const CodeImage *image, uint32_t index) {
    const uint8_t *at = at_place(module, image->spans);
    Span span = {0, 0};
    for (uint32_t i = 0; i <= index; i++) {
        uint64_t step = take_number(&at);
        if (step != 0) {
            span.start = (uint32_t)((int64_t)span.start + image_unzigzag(step - 1));
            span.end = span.start + (uint32_t)take_number(&at);
        }
    }
    return span;
}

// ---- Modules ----

const char *image_text(const ModuleImage *image, size_t *length) {
    *length = image->text_length;
    return at_place(image, image->text);
}

// The text is not the file's own, so there is nothing to finalize.
static SourceFile *load_file(Thread *thread, const ModuleImage *image, Str *name) {
    size_t size = sizeof(SourceFile) + image->name_count * sizeof(Str *);
    SourceFile *file = object_new_sized(thread, builtin_type(thread, TYPE_source_file), size);
    file->name = name;
    file->image = image;
    file->source = (Source){
        .name = str_text(thread, name),
        .text = at_place(image, image->text),
        .length = image->text_length,
        .line_starts = at_place(image, image->line_starts),
        .line_count = image->line_count,
    };
    return file;
}

Code *image_load(Thread *thread, const ModuleImage *image, Str *file_name) {
    MINI_CHECK(image->stamp == IMAGE_STAMP, "the library was compiled for another binary");
    SourceFile *file = load_file(thread, image, file_name);
    return load_head(thread, file, at_place(image, image->code));
}
