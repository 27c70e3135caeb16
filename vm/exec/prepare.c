// SPDX-License-Identifier: MIT
//
// What a function's first call would write into its code, as far as it does not depend on
// arguments: the body itself, which lies in the binary until then, and the places of global names.
// Which places may be remembered is for cached_get_global to say, which is asked to fill each
// instruction; it hears nothing of names that are not there, for it would raise.
#include "prepare.h"

#include "dict.h"
#include "execute.h"
#include "namespace.h"
#include "opcode.h"
#include "str.h"

static bool is_found(Thread *thread, Dict *globals, Str *name) {
    return dict_find_slot_str(thread, globals, name) >= 0 ||
           (namespace_is_usual(thread, namespace_builtins(thread, globals)) &&
            dict_find_slot_str(thread, thread->interpreter->builtins, name) >= 0);
}

void prepare_function(Thread *thread, Function *function) {
    Code *code = function->code;
    Frame frame = {.function = value_object(function), .code = code};
    code_need_body(thread, code);
    for (uint32_t i = 0; i < code->instruction_count;) {
        Instruction *pc = &code->instructions[i];
        i += opcode_length(pc->op);
        if (pc->op == OP_GET_GLOBAL &&
            is_found(thread, function->globals, as_str(code->constants[pc->n])))
            cached_get_global(thread, pc, &frame);
    }
}
