// SPDX-License-Identifier: MIT
//
// Code objects and source files as Mini objects: tracing, positions, and the `co_` attributes.
//
// Inline caches in the instructions remember shapes, types and functions. They are words like
// any other to the collector's conservative scan, so the instructions are scanned as a range:
// what a cache remembers stays alive, and a cache can never be fooled by a new object at the
// address of a dead one.
#include "code.h"
#include "code_replace.h"

#include "heap.h"
#include "interpreter.h"
#include "opcode.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

const Instruction code_unloaded[1] = {{.op = OP_LOAD_BODY}};

Code *code_new(Thread *thread) {
    Code *code = object_new(thread, builtin_type(thread, TYPE_code));
    code->docstring = VALUE_NONE;
    return code;
}

uint32_t code_index(const Code *code, const Instruction *pc) {
    if (pc == code_unloaded)
        return 0;
    uint64_t index = (uint64_t)(pc - code->instructions);
    return index < code->instruction_count ? (uint32_t)index : code->instruction_count - 1;
}

Span code_span(const Code *code, const Instruction *pc) {
    if (code->image != NULL)
        return image_span(code->file->image, code->image, code_index(code, pc));
    return code->instruction_count ? code->spans[code_index(code, pc)] : (Span){0, 0};
}

bool code_is_of_library(const Code *code) {
    static const char folder[] = "<mini>/";
    const Str *name = code->file == NULL ? NULL : code->file->name;
    for (size_t i = 0; i < sizeof folder - 1; i++) {
        if (name == NULL || i >= name->length || str_char_at(name, i) != (uint8_t)folder[i]) {
            return name == NULL;
        }
    }
    return true;
}

uint32_t code_line(const Code *code, const Instruction *pc) {
    return source_line_of(&code->file->source, code_span(code, pc).start);
}

static void trace_body(Marker *marker, Code *code) {
    mark_buffer(marker, code->instructions); // what is in an image is no cell, and left alone
    if (code->instructions)
        mark_range(marker, code->instructions, code->instructions + code->instruction_count);
    mark_buffer(marker, code->spans);
    mark_buffer(marker, code->handlers);
    mark_buffer(marker, code->constants);
    if (code->constants)
        mark_values(marker, code->constants, code->constant_count);
}

// Most code of the library is never called, so it has no body (one that is being loaded has
// constants, but no instructions yet); and all its names are interned, which keeps them.
static void trace_code(Marker *marker, Object *self) {
    Code *code = (Code *)self;
    if (code->instructions != code_unloaded || code->constants != NULL)
        trace_body(marker, code);
    mark_buffer(marker, code->register_names); // the names in them are interned, too
    mark_buffer(marker, code->free_names);
    mark_buffer(marker, code->inner_variables);
    mark_value(marker, code->docstring);
    mark_object(marker, code->file);
    if (code->image == NULL) {
        mark_buffer(marker, code->register_is_cell);
        mark_object(marker, code->name);
        mark_object(marker, code->qualified_name);
    }
}

static void trace_file(Marker *marker, Object *self) {
    mark_object(marker, ((SourceFile *)self)->name);
}

static void finalize_file(Interpreter *interpreter, Object *self) {
    (void)interpreter;
    SourceFile *file = (SourceFile *)self;
    arena_free(&file->arena);
    source_free(&file->source);
}

static Value code_repr(Thread *thread, Value self) {
    const Code *code = as_code(self);
    const char *name = str_text(thread, code->name);
    const char *file = str_text(thread, code->file->name);
    return value_object(str_format(thread, "<code object %s at %p, file \"%s\", line %u>", name,
                                   (const void *)code, file, code->first_line));
}

static Value get_name(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_code(self)->name);
}

static Value get_qualified_name(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_code(self)->qualified_name);
}

static Value get_file_name(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_code(self)->file->name);
}

static Value get_first_line(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_code(self)->first_line);
}

static Value get_parameter_count(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_code(self)->parameter_count);
}

static Value get_positional_only_count(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_code(self)->positional_only_count);
}

static Value get_keyword_only_count(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_code(self)->keyword_only_count);
}

static Value get_local_count(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_code(self)->variable_count);
}

static Value get_register_count(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_code(self)->register_count);
}

// CPython's numbers for the same facts, which `inspect` tests for.
static Value get_flags(Thread *thread, Value self) {
    (void)thread;
    static const struct {
        uint64_t ours;
        int64_t theirs;
    } bits[] = {
        {CODE_VARARGS, 0x4},
        {CODE_VARKEYWORDS, 0x8},
        {CODE_NESTED, 0x10},
        {CODE_GENERATOR, 0x20},
        {CODE_COROUTINE, 0x80},
        {CODE_ASYNC_GENERATOR, 0x200},
        {CODE_ITERABLE_COROUTINE, 0x100},
    };
    uint64_t flags = as_code(self)->flags;
    int64_t result = flags & (CODE_MODULE | CODE_CLASS_BODY) ? 0 : 0x3;
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        result |= flags & bits[i].ours ? bits[i].theirs : 0;
    return value_small_int(result);
}

static Value get_constants(Thread *thread, Value self) {
    Code *code = as_code(self);
    code_need_body(thread, code);
    return value_object(tuple_from_array(thread, code->constants, code->constant_count));
}

static Value get_free_names(Thread *thread, Value self) {
    const Code *code = as_code(self);
    Tuple *names = tuple_new(thread, code->free_count);
    for (uint32_t i = 0; i < code->free_count; i++)
        names->items[i] = value_object(code->free_names[i]);
    return value_object(names);
}

// Where in the constants the name is that the instruction mentions, or -1.
static int64_t name_index(const Code *code, uint32_t at) {
    switch (opcode_table[code->instructions[at].op].form) {
    case FORM_ANAME:
        return code->instructions[at].n;
    case FORM_ABNAME:
        return code->instructions[at].c;
    default:
        return -1;
    }
}

static Value get_used_names(Thread *thread, Value self) {
    Code *code = as_code(self);
    code_need_body(thread, code);
    Tuple *names = tuple_new(thread, code->constant_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < code->instruction_count;
         i += opcode_length(code->instructions[i].op)) {
        int64_t index = name_index(code, i);
        bool known = index < 0;
        for (uint32_t k = 0; !known && k < count; k++)
            known = value_same(names->items[k], code->constants[index]);
        if (!known)
            names->items[count++] = code->constants[index];
    }
    return value_object(tuple_from_array(thread, names->items, count));
}

// The names of the variables, or of those that are cells.
static Value variable_names(Thread *thread, Value self, bool cells_only) {
    const Code *code = as_code(self);
    uint32_t count = 0;
    for (uint32_t i = 0; i < code->variable_count; i++)
        count += !cells_only || code->register_is_cell[i];
    Tuple *names = tuple_new(thread, count);
    for (uint32_t i = 0, n = 0; i < code->variable_count; i++) {
        if (!cells_only || code->register_is_cell[i])
            names->items[n++] = value_object(code->register_names[i]);
    }
    return value_object(names);
}

static Value get_variable_names(Thread *thread, Value self) {
    return variable_names(thread, self, false);
}

static Value get_cell_names(Thread *thread, Value self) {
    return variable_names(thread, self, true);
}

static const GetSetSpec code_getsets[] = {
    {"co_name", get_name, NULL, "Name of the function, class or module."},
    {"co_qualname", get_qualified_name, NULL, "Name with those of the scopes around it."},
    {"co_filename", get_file_name, NULL, "File the code comes from."},
    {"co_firstlineno", get_first_line, NULL, "Line where the definition starts."},
    {"co_argcount", get_parameter_count, NULL, "Number of positional parameters."},
    {"co_posonlyargcount", get_positional_only_count, NULL,
     "How many of them are positional only."},
    {"co_kwonlyargcount", get_keyword_only_count, NULL, "Number of keyword-only parameters."},
    {"co_nlocals", get_local_count, NULL, "Number of parameters and local variables."},
    {"co_stacksize", get_register_count, NULL, "Number of registers a frame needs."},
    {"co_flags", get_flags, NULL, "What kind of function it is, as bits."},
    {"co_consts", get_constants, NULL, "The constants, names included."},
    {"co_names", get_used_names, NULL, "Names of globals and attributes that it mentions."},
    {"co_varnames", get_variable_names, NULL, "Names of parameters and local variables."},
    {"co_cellvars", get_cell_names, NULL, "Local variables that inner functions use."},
    {"co_freevars", get_free_names, NULL, "Variables of outer functions that are used here."},
    {0},
};

static const NativeSpec code_methods[] = {
    {"replace", code_replace, CODE_REPLACE_SIGNATURE,
     "Return a copy with other names, places or constants.", 0},
    {"__replace__", code_replace, CODE_REPLACE_SIGNATURE, "The same as replace().", 0},
    {0},
};

const TypeSpec code_type_spec = {
    .name = "code",
    .doc = "The compiled form of a function body, class body or module.",
    .type_index = TYPE_code,
    .layout = LAYOUT_CODE,
    .flags = TYPE_WEAK | TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Code),
    .slots = {.repr = code_repr, .compare = code_compare, .hash = code_hash, .trace = trace_code},
    .methods = code_methods,
    .getsets = code_getsets,
};

const TypeSpec source_file_type_spec = {
    .name = "source_file",
    .doc = "A program text that code refers to.",
    .type_index = TYPE_source_file,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(SourceFile),
    .slots = {.trace = trace_file, .finalize = finalize_file},
};
