// SPDX-License-Identifier: MIT
//
// Places and names for people. A deadlock report that says "lock at 0x7f..." helps nobody, so when
// one is written (a rare moment, which may cost a millisecond) the program's variables are searched
// for the object, and it is called by the shortest path that leads to it:
//
//     globals, then what they contain, then the locals of the waiting thread, then what those
//     contain, then further in:   `fork`   `forks[2]`   `self._lock`   `bank.accounts['eve'].lock`
//
// Nothing is noted while locks are made and taken, so names cost a running program nothing. The
// search holds the GIL, runs no Mini code and does not allocate: the thread that reports is in the
// middle of parking. It is bounded by depth and by the number of variables it looks at. CPython has
// no counterpart; its locks are nameless.
#include "describe.h"

#include "dict.h"
#include "execute.h"
#include "function.h"
#include "instance.h"
#include "list.h"
#include "module.h"
#include "opcode.h"
#include "str.h"
#include "tuple.h"

enum { MAX_DEPTH = 3, MAX_LOOKS = 50000, MAX_FRAMES = 2000 };

// ---- Places ----

static void put_str(StringBuilder *out, const Str *text) {
    for (size_t i = 0; i < text->length; i++) {
        sb_put_codepoint(out, str_char_at(text, i));
    }
}

// The text that the program began with, while it runs; what comes after it is the library's.
static const SourceFile *main_file(const Interpreter *interpreter) {
    const Frame *frame = interpreter->main_thread == NULL ? NULL : interpreter->main_thread->frame;
    while (frame != NULL && frame->caller != NULL) {
        frame = frame->caller;
    }
    return frame == NULL || code_is_of_library(frame->code) ? NULL : frame->code->file;
}

static void put_file(StringBuilder *out, const Str *name) {
    size_t begin = 0;
    for (size_t i = 0; i < name->length; i++) {
        begin = str_char_at(name, i) == '/' ? i + 1 : begin;
    }
    sb_puts(out, " of ");
    for (size_t i = begin; i < name->length; i++) {
        sb_put_codepoint(out, str_char_at(name, i));
    }
}

void describe_position(Runtime *runtime, CodePosition position, StringBuilder *out) {
    const Code *code = position.code;
    if (code == NULL) {
        return;
    }
    const SourceFile *first = main_file((const Interpreter *)runtime);
    sb_printf(out, "line %u", code_line(code, code->instructions + position.offset));
    if (first != NULL && code->file != NULL && code->file != first) {
        put_file(out, code->file->name);
    }
    sb_puts(out, ", in ");
    put_str(out, code->qualified_name);
}

CodePosition describe_position_of(RuntimeThread *core) {
    const Frame *frame = ((Thread *)core)->frame;
    if (frame == NULL) {
        return (CodePosition){NULL, 0};
    }
    return (CodePosition){frame->code, code_index(frame->code, frame->pc)};
}

void describe_thread(RuntimeThread *core, StringBuilder *out) {
    describe_position(core->runtime, describe_position_of(core), out);
}

// ---- Names ----

// One search: what for, how much further in, and how many variables may still be looked at. The
// path is written as the search goes; what turns out wrong is cut off again.
typedef struct NameSearch {
    const void *wanted;
    StringBuilder *out;
    size_t looks;
} NameSearch;

static bool find_inside(NameSearch *search, Value v, int depth);

// Is it `v`, or found `depth` steps further in? The path up to `v` has been written.
static bool leads_to(NameSearch *search, Value v, int depth) {
    if (!is_object(v) || search->looks == 0) {
        return false;
    }
    search->looks--;
    return depth == 0 ? as_object(v) == search->wanted : find_inside(search, v, depth);
}

static bool variable_leads_to(NameSearch *search, const Str *name, Value v, int depth) {
    size_t before = search->out->length;
    if (name == NULL || !is_object(v)) {
        return false;
    }
    put_str(search->out, name);
    if (leads_to(search, v, depth)) {
        return true;
    }
    sb_truncate(search->out, before);
    return false;
}

static bool attribute_leads_to(NameSearch *search, const Str *name, Value v, int depth) {
    size_t before = search->out->length;
    sb_putc(search->out, '.');
    if (variable_leads_to(search, name, v, depth)) {
        return true;
    }
    sb_truncate(search->out, before);
    return false;
}

static bool find_in_items(NameSearch *search, const Value *items, size_t length, int depth) {
    size_t before = search->out->length;
    for (size_t i = 0; i < length && search->looks > 0; i++) {
        sb_printf(search->out, "[%zu]", i);
        if (leads_to(search, items[i], depth)) {
            return true;
        }
        sb_truncate(search->out, before);
    }
    return false;
}

static void put_key(StringBuilder *out, Value key) {
    if (is_small_int(key)) {
        sb_printf(out, "[%lld]", (long long)as_small_int(key));
    } else if (is_str(key)) {
        sb_puts(out, "['");
        put_str(out, as_str(key));
        sb_puts(out, "']");
    } else {
        sb_puts(out, "[...]");
    }
}

static bool find_in_dict(NameSearch *search, const Dict *dict, int depth) {
    size_t before = search->out->length, position = 0;
    Value key, v;
    while (dict_next(dict, &position, &key, &v) && search->looks > 0) {
        put_key(search->out, key);
        if (leads_to(search, v, depth)) {
            return true;
        }
        sb_truncate(search->out, before);
    }
    return false;
}

// The variables of a namespace; `visit` puts what stands before a name.
static bool find_in_namespace(NameSearch *search, const Dict *dict, int depth,
                              bool (*visit)(NameSearch *, const Str *, Value, int)) {
    size_t position = 0;
    Value key, v;
    while (dict_next(dict, &position, &key, &v) && search->looks > 0) {
        if (is_str(key) && visit(search, as_str(key), v, depth)) {
            return true;
        }
    }
    return false;
}

static bool find_in_attributes(NameSearch *search, Object *object, int depth) {
    Attributes *attributes = attributes_of(object);
    if (attributes == NULL || attributes->shape == NULL) {
        return false;
    }
    const Shape *shape = attributes->shape;
    if (shape->dictionary) {
        return attributes->overflow != NULL &&
               find_in_namespace(search, (const Dict *)attributes->overflow, depth,
                                 attribute_leads_to);
    }
    for (uint32_t i = 0; i < shape->count; i++) {
        Value v = *attributes_slot(attributes, i);
        if (attribute_leads_to(search, shape_name_at(shape, i), v, depth)) {
            return true;
        }
    }
    return false;
}

static bool find_inside(NameSearch *search, Value v, int depth) {
    if (is_list(v)) {
        return find_in_items(search, as_list(v)->items, as_list(v)->length, depth - 1);
    }
    if (is_tuple(v)) {
        return find_in_items(search, as_tuple(v)->items, as_tuple(v)->length, depth - 1);
    }
    if (is_dict(v)) {
        return find_in_dict(search, as_dict(v), depth - 1);
    }
    return !is_module(v) && find_in_attributes(search, as_object(v), depth - 1);
}

// ---- The variables of a thread ----

static size_t parameter_count(const Code *code) {
    return code->parameter_count + code->keyword_only_count + ((code->flags & CODE_VARARGS) != 0) +
           ((code->flags & CODE_VARKEYWORDS) != 0);
}

static bool writes(const Instruction *pc, size_t index) {
    const char *effect = opcode_table[opcode_table[pc->op].general].effect;
    return (pc->a == index && strncmp(effect, "R[a] =", 6) == 0) ||
           (pc->c == index && strncmp(effect, "R[c] =", 6) == 0);
}

// Does an instruction before the current one write the register? If not, the variable has no value
// yet, and the register holds what an earlier call left there.
static bool is_assigned(const Frame *frame, size_t index) {
    const Instruction *pc = frame->code->instructions;
    while (pc < frame->pc && !writes(pc, index)) {
        pc += opcode_length(pc->op);
    }
    return pc < frame->pc;
}

static Value parameter_value(const Frame *frame, size_t index) {
    Value v = frame->registers[index];
    bool is_cell = frame->code->register_is_cell[index] != 0;
    return is_cell && is_object(v) ? ((const Cell *)as_object(v))->content : v;
}

static bool find_in_parameters(NameSearch *search, const Frame *frame, int depth) {
    const Code *code = frame->code;
    for (size_t i = 0; i < parameter_count(code); i++) {
        if (variable_leads_to(search, code->register_names[i], parameter_value(frame, i), depth)) {
            return true;
        }
    }
    return false;
}

// Variables that are no parameters are compared, but never followed: they may be unbound.
static bool find_in_variables(NameSearch *search, const Frame *frame) {
    const Code *code = frame->code;
    for (size_t i = parameter_count(code); i < code->variable_count; i++) {
        if (is_assigned(frame, i) &&
            variable_leads_to(search, code->register_names[i], frame->registers[i], 0)) {
            return true;
        }
    }
    return false;
}

static bool find_in_locals(NameSearch *search, const Frame *frame, int depth) {
    const Code *code = frame->code;
    if (code->flags & (CODE_CLASS_BODY | CODE_NAMES | CODE_MODULE)) {
        return false;
    }
    if (find_in_parameters(search, frame, depth) ||
        (depth == 0 && find_in_variables(search, frame))) {
        return true;
    }
    for (size_t i = 0; i < code->free_count; i++) {
        const Cell *cell = (const Cell *)as_object(frame_function(frame)->closure[i]);
        if (variable_leads_to(search, code->free_names[i], cell->content, depth)) {
            return true;
        }
    }
    return false;
}

static bool find_in_globals(NameSearch *search, const Frame *frame, int depth) {
    bool repeats = frame->caller != NULL && frame_globals(frame->caller) == frame_globals(frame);
    return !repeats && find_in_namespace(search, frame_globals(frame), depth, variable_leads_to);
}

static bool find_from(NameSearch *search, const Frame *frame, int depth,
                      bool (*find)(NameSearch *, const Frame *, int)) {
    for (int i = 0; frame != NULL && i < MAX_FRAMES; i++, frame = frame->caller) {
        if (find(search, frame, depth)) {
            return true;
        }
    }
    return false;
}

// The names of the main program, whether or not it is it that runs: at a prompt, or in a thread
// that has not come to the program's code yet, it is not.
static bool find_in_main(NameSearch *search, Thread *thread, int depth) {
    Value main =
        dict_get_str(thread, thread->interpreter->modules, common_name(thread, NAME___main__));
    return is_module(main) &&
           find_in_namespace(search, as_module(main)->dict, depth, variable_leads_to);
}

static bool find_name(NameSearch *search, Thread *thread) {
    const Frame *frame = thread->frame;
    if (find_from(search, frame, 0, find_in_globals) || find_in_main(search, thread, 0) ||
        find_from(search, frame, 1, find_in_globals) || find_in_main(search, thread, 1)) {
        return true;
    }
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
        search->looks = MAX_LOOKS;
        if (find_from(search, frame, depth, find_in_locals) ||
            (depth > 1 && find_from(search, frame, depth, find_in_globals))) {
            return true;
        }
    }
    return false;
}

void describe_object(RuntimeThread *core, const void *object, StringBuilder *out) {
    NameSearch search = {.wanted = object, .out = out, .looks = MAX_LOOKS};
    size_t before = out->length;
    sb_putc(out, '`');
    if (object != NULL && find_name(&search, (Thread *)core)) {
        sb_putc(out, '`');
    } else {
        sb_truncate(out, before);
    }
}

// ---- What a step touches ----

void describe_callers(RuntimeThread *core, CodePosition *positions, size_t count) {
    const Frame *frame = ((const Thread *)core)->frame;
    size_t i = 0;
    while (i < count && frame != NULL && (frame = frame->caller) != NULL) {
        if (!code_is_of_library(frame->code)) {
            positions[i++] =
                (CodePosition){frame->code, (uint32_t)(frame->pc - frame->code->instructions)};
        }
    }
}

CodePosition describe_own_position(RuntimeThread *core) {
    const Frame *frame = ((const Thread *)core)->frame;
    while (frame != NULL && code_is_of_library(frame->code)) {
        frame = frame->caller;
    }
    return frame == NULL
               ? (CodePosition){NULL, 0}
               : (CodePosition){frame->code, (uint32_t)(frame->pc - frame->code->instructions)};
}

uint32_t describe_line(CodePosition position) {
    const Code *code = position.code;
    return code_line(code, code->instructions + position.offset);
}

void describe_code(const void *code, StringBuilder *file, StringBuilder *function) {
    const Code *made = code;
    if (made->file != NULL) {
        put_str(file, made->file->name);
    }
    put_str(function, made->qualified_name);
}

static void put_line(const Code *code, const Instruction *pc, StringBuilder *out) {
    if (code->file == NULL) {
        return;
    }
    const char *text = code->file->source.text;
    size_t begin = code_span(code, pc).start, end = begin;
    while (begin > 0 && text[begin - 1] != '\n') {
        begin--;
    }
    while (text[begin] == ' ' || text[begin] == '\t') {
        begin++;
    }
    end += strcspn(text + end, "\n");
    for (size_t i = begin; i < end; i++) {
        sb_putc(out, text[i]);
    }
}

void describe_source(CodePosition position, StringBuilder *line, StringBuilder *instruction) {
    const Code *code = position.code;
    const Instruction *pc = code->instructions + position.offset;
    const OpcodeInfo *info = &opcode_table[opcode_table[pc->op].general];
    put_line(code, pc, line);
    sb_puts(instruction, info->name);
    if (info->form == FORM_ANAME || info->form == FORM_ABNAME) {
        Value name = code->constants[info->form == FORM_ANAME ? pc->n : pc->c];
        sb_putc(instruction, ' ');
        put_str(instruction, as_str(name));
    }
}

static void put_owner(RuntimeThread *core, const Object *object, StringBuilder *out) {
    if (object->type->layout == LAYOUT_TYPE) {
        sb_puts(out, type_short_name((const Type *)object));
        return;
    }
    size_t before = out->length;
    describe_object(core, object, out);
    if (out->length > before) { // without its backticks
        memmove(out->data + before, out->data + before + 1, out->length - before - 1);
        sb_truncate(out, out->length - 2);
    } else {
        sb_puts(out, type_short_name(object->type));
    }
}

void describe_touch(RuntimeThread *core, const Touch *touch, StringBuilder *out) {
    const Frame *frame = ((const Thread *)core)->frame;
    const Object *object = touch->object;
    bool is_variable = frame != NULL && ((const Object *)frame_globals(frame) == object ||
                                         object->type->layout == LAYOUT_CELL);
    sb_puts(out, is_variable ? "the variable `" : touch->part != NULL ? "`" : "an item of `");
    if (!is_variable) {
        put_owner(core, object, out);
    }
    if (!is_variable && touch->part != NULL) {
        sb_putc(out, '.');
    }
    if (touch->part != NULL) {
        put_str(out, touch->part);
    }
    sb_putc(out, '`');
}
