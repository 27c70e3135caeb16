// SPDX-License-Identifier: MIT
//
// code.replace(): the same code under another name, from another file, with other constants.
//
// What it is called by and where it is said to come from can be anything. Constants may be
// exchanged for others of their kind, such as inner functions for copies of theirs, for
// instructions rely on what they will find. Parameters and variables are part of the instructions
// and stay: they may be named, but only as they are. CPython checks nothing here, and bad values
// crash it later.
//
// The copy has instructions of its own, because what they remember depends on the constants.
#include "code.h"

#include "attribute.h"
#include "call.h"
#include "code_replace.h"
#include "error.h"
#include "heap.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// The arguments, in the order of CODE_REPLACE_SIGNATURE.
enum { SELF, NAME, QUALIFIED_NAME, FILE_NAME, FIRST_LINE, CONSTANTS, FIXED };

static const char *const fixed[] = {
    "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals",  "co_stacksize",
    "co_flags",    "co_names",           "co_varnames",       "co_freevars", "co_cellvars"};

static bool check_fixed(Thread *thread, const Value *args) {
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (is_undefined(args[FIXED + i]))
            continue;
        Value now = attribute_get(thread, args[SELF], str_intern_c(thread, fixed[i]));
        int same = is_error(now) ? -1 : operation_equal(thread, now, args[FIXED + i]);
        if (same < 0)
            return false;
        if (!same)
            return raise_false(thread, ERROR_ValueError, "code.replace() cannot change '%s'",
                               fixed[i]);
    }
    return true;
}

static bool check_text(Thread *thread, Value v, const char *name) {
    return is_undefined(v) || is_str(v) ||
           raise_false(thread, ERROR_TypeError, "replace() argument '%s' must be str, not %s", name,
                       argument_type_name(thread, v));
}

static bool check_constants(Thread *thread, const Code *code, Value given) {
    if (is_undefined(given))
        return true;
    if (!is_tuple(given))
        return raise_false(thread, ERROR_TypeError,
                           "replace() argument 'co_consts' must be tuple, not %s",
                           argument_type_name(thread, given));
    return as_tuple(given)->length == code->constant_count ||
           raise_false(thread, ERROR_ValueError, "code.replace() needs %u constants, not %zu",
                       code->constant_count, as_tuple(given)->length);
}

static bool same_kind(Thread *thread, Value a, Value b) {
    if (is_code(a) && is_code(b)) {
        const Code *x = as_code(a), *y = as_code(b);
        return x->flags == y->flags && x->free_count == y->free_count &&
               x->parameter_count == y->parameter_count;
    }
    return type_of(thread, a) == type_of(thread, b) && is_small_int(a) == is_small_int(b);
}

static bool take_constants(Thread *thread, Code *code, Value given) {
    if (is_undefined(given))
        return true;
    const Value *items = as_tuple(given)->items;
    size_t size = (code->constant_count + 1) * sizeof(Value);
    Value *constants = heap_allocate(thread_heap(thread), CELL_BUFFER, size);
    for (uint32_t i = 0; i < code->constant_count; i++) {
        if (!same_kind(thread, code->constants[i], items[i]))
            return raise_false(thread, ERROR_ValueError,
                               "code.replace() cannot put '%s' in the place of '%s'",
                               type_name(thread, items[i]), type_name(thread, code->constants[i]));
        bool is_name = is_exactly(items[i], LAYOUT_STR);
        constants[i] = is_name ? value_object(str_intern(thread, as_str(items[i]))) : items[i];
    }
    code->constants = constants;
    return true;
}

// The same text under another name.
static bool take_file(Thread *thread, Code *code, Value name) {
    if (is_undefined(name))
        return true;
    const Source *source = &code->file->source;
    SourceFile *file = object_new(thread, builtin_type(thread, TYPE_source_file));
    heap_add_finalizer(thread_heap(thread), &file->object);
    arena_init(&file->arena);
    file->name = as_str(name);
    file->image = code->file->image;
    code->file = file;
    return source_init(&file->source, str_text(thread, as_str(name)), source->text,
                       source->length) ||
           raise_false(thread, ERROR_MemoryError, "source text too long");
}

static bool take_line(Thread *thread, Code *code, Value v) {
    int64_t line = code->first_line;
    if (!is_undefined(v) && !operation_index_clamped(thread, v, &line))
        return false;
    if (line < 0)
        return raise_false(thread, ERROR_ValueError, "code: co_firstlineno must not be negative");
    code->first_line = line > UINT32_MAX ? UINT32_MAX : (uint32_t)line;
    return true;
}

static Code *copy_code(Thread *thread, Code *code) {
    code_need_body(thread, code);
    size_t size = (code->instruction_count + 1) * sizeof(Instruction);
    Instruction *instructions = heap_allocate(thread_heap(thread), CELL_BUFFER, size);
    Code *copy = code_new(thread);
    *copy = *code;
    memcpy(instructions, code->instructions, code->instruction_count * sizeof(Instruction));
    copy->instructions = instructions;
    return copy;
}

Value code_replace(Thread *thread, Value *args) {
    Code *code = as_code(args[SELF]);
    if (!check_text(thread, args[NAME], "co_name") ||
        !check_text(thread, args[QUALIFIED_NAME], "co_qualname") ||
        !check_text(thread, args[FILE_NAME], "co_filename") ||
        !check_constants(thread, code, args[CONSTANTS]) || !check_fixed(thread, args))
        return VALUE_ERROR;
    Code *copy = copy_code(thread, code);
    if (!is_undefined(args[NAME]))
        copy->name = str_intern(thread, as_str(args[NAME]));
    if (!is_undefined(args[QUALIFIED_NAME]))
        copy->qualified_name = str_intern(thread, as_str(args[QUALIFIED_NAME]));
    bool ok = take_line(thread, copy, args[FIRST_LINE]) &&
              take_constants(thread, copy, args[CONSTANTS]) &&
              take_file(thread, copy, args[FILE_NAME]);
    return ok ? value_object(copy) : VALUE_ERROR;
}
