// SPDX-License-Identifier: MIT
//
// The variables of a frame as programs see them: locals(), f_locals, and what `eval` evaluates in.
//
// A register has no defined content before its variable is first assigned; the compiler makes it
// "unbound" only where a read may come first, or where the function's text asks for locals() and
// the like (unit.c). But any function can be asked for its variables: by a callee that has got hold
// of `locals` under another name, by sys._getframe(1) or by cr_frame. So a variable is shown when
// an instruction before the current one assigns it, which is right but for what only some branches
// assign; and what its register holds is shown only if it is something that lives.
//
// While a thread is traced its frames begin with all variables unbound, and need no such guess.
#include "dict.h"
#include "execute.h"
#include "function.h"
#include "opcode.h"
#include "str.h"
#include "type.h"

#include <string.h>

static size_t argument_count(const Code *code) {
    return code->parameter_count + code->keyword_only_count + ((code->flags & CODE_VARARGS) != 0) +
           ((code->flags & CODE_VARKEYWORDS) != 0);
}

void locals_unbind(Frame *frame) {
    const Code *code = frame->code;
    for (size_t i = argument_count(code); i < code->variable_count; i++) {
        frame->registers[i] = VALUE_UNDEFINED;
    }
}

// ---- Which variables have been assigned ----

typedef struct Assigned {
    uint8_t *flags; // one for each variable
    size_t count;
} Assigned;

static void note(Assigned *assigned, size_t first, size_t count) {
    for (size_t i = first; i < first + count && i < assigned->count; i++) {
        assigned->flags[i] = 1;
    }
}

static void note_written(Assigned *assigned, Instruction word) {
    const OpcodeInfo *info = &opcode_table[word.op];
    switch (info->general) {
    case OP_CALL:
    case OP_CALL_METHOD:
    case OP_CALL_KW:
    case OP_CALL_METHOD_KW:
    case OP_CALL_EX:
        note(assigned, word.c, 1);
        break;
    case OP_FOR_NEXT:
        note(assigned, word.b, 1);
        break;
    case OP_UNPACK:
        note(assigned, word.a, word.c);
        break;
    case OP_UNPACK_STAR:
        note(assigned, word.a, (word.c >> 8) + 1u + (word.c & 255u));
        break;
    default:
        if (strncmp(opcode_table[info->general].effect, "R[a] =", 6) == 0) {
            note(assigned, word.a, 1);
        }
    }
}

// Is `here` in the body of the loop whose FOR_NEXT, at its bottom, is instruction `i`?
static bool turns_around(const Code *code, uint32_t i, uint32_t here) {
    return opcode_table[code->instructions[i].op].general == OP_FOR_NEXT &&
           opcode_jump_target(code->instructions, i) <= here;
}

static Assigned find_assigned(Thread *thread, const Frame *frame) {
    const Code *code = frame->code;
    size_t count = code->variable_count;
    Assigned assigned = {heap_allocate(thread_heap(thread), CELL_BUFFER, count + 1), count};
    note(&assigned, 0, (frame->flags & FRAME_TRACED) != 0 ? count : argument_count(code));
    uint32_t here = code_index(code, frame->pc), length;
    for (uint32_t i = 0; i < code->instruction_count; i += length) {
        Instruction word = code->instructions[i];
        length = opcode_length(word.op);
        if (i < here || turns_around(code, i, here)) {
            note_written(&assigned, word);
        }
    }
    return assigned;
}

// ---- The dictionary ----

static Value register_value(Thread *thread, const Frame *frame, size_t reg, bool may_be_cell) {
    Value v = frame->registers[reg];
    if (is_object(v) && !heap_is_object(thread_heap(thread), as_object(v))) {
        return VALUE_UNDEFINED;
    }
    bool is_cell = may_be_cell && has_layout(v, LAYOUT_CELL);
    return is_cell ? ((const Cell *)as_object(v))->content : v;
}

static void add(Thread *thread, Dict *locals, Str *name, Value v) {
    if (name != NULL && !is_undefined(v)) {
        dict_set_str(thread, locals, name, v);
    }
}

// The variables that inner functions share come last, unless they are parameters, as in CPython.
static bool comes_last(const Code *code, size_t i) {
    return code->register_is_cell[i] && i >= argument_count(code);
}

static Value function_locals(Thread *thread, Frame *frame) {
    const Code *code = frame->code;
    Dict *locals = dict_new(thread, code->variable_count);
    Assigned assigned = find_assigned(thread, frame);
    for (size_t i = 0; i < 2 * code->variable_count; i++) {
        size_t at = i % code->variable_count;
        if (assigned.flags[at] && comes_last(code, at) == (i >= code->variable_count)) {
            Value v = register_value(thread, frame, at, code->register_is_cell[at]);
            add(thread, locals, code->register_names[at], v);
        }
    }
    for (size_t i = 0; i < code->free_count; i++) {
        const Cell *cell = (const Cell *)as_object(frame_function(frame)->closure[i]);
        add(thread, locals, code->free_names[i], cell->content);
    }
    return value_object(locals);
}

static Value outer_locals(Thread *thread, Frame *frame) {
    const Code *code = frame->code;
    if (code->flags & (CODE_CLASS_BODY | CODE_NAMES)) {
        return frame->registers[0];
    }
    if (code->flags & CODE_MODULE) {
        return value_object(frame_globals(frame));
    }
    return function_locals(thread, frame);
}

// Is there a comprehension of the frame that runs now?
static bool is_inside(const Frame *frame, const InnerVariable *variable) {
    uint32_t here = code_index(frame->code, frame->pc);
    return here >= variable->first && here < variable->last;
}

// Inside a comprehension its variables are seen as well. Those of inner ones come first in the
// table, and hide others of their name.
Value step_locals(Thread *thread, Frame *frame) {
    const Code *code = frame->code;
    Value locals = outer_locals(thread, frame);
    Dict *seen = NULL;
    for (uint32_t i = code->inner_count; i > 0 && is_dict(locals); i--) {
        const InnerVariable *variable = &code->inner_variables[i - 1];
        if (is_inside(frame, variable)) {
            seen = seen == NULL ? dict_copy(thread, as_dict(locals)) : seen;
            add(thread, seen, variable->name,
                register_value(thread, frame, variable->reg, variable->is_cell));
        }
    }
    return seen == NULL ? locals : value_object(seen);
}

bool step_assign_local(Frame *frame, const Str *name, Value v) {
    const Code *code = frame->code;
    for (size_t i = 0; i < code->variable_count; i++) {
        if (code->register_names[i] == NULL || !str_equal(code->register_names[i], name)) {
            continue;
        }
        if (!code->register_is_cell[i]) {
            frame->registers[i] = v;
            return true;
        }
        bool has_cell = has_layout(frame->registers[i], LAYOUT_CELL);
        if (has_cell) {
            ((Cell *)as_object(frame->registers[i]))->content = v;
        }
        return has_cell;
    }
    for (size_t i = 0; i < code->free_count; i++) {
        if (str_equal(code->free_names[i], name)) {
            ((Cell *)as_object(frame_function(frame)->closure[i]))->content = v;
            return true;
        }
    }
    return false;
}
