// SPDX-License-Identifier: MIT
//
// Bodies of opcodes: variables. Registers, cells, closures, globals, and names in namespaces.
//
// A global is found by the number of its entry in the dictionary, which cache.c left in the
// instruction: if the entry there still has the name as its key, its value is the one.

// ---- Moving ----
OPCODE(MOVE) {
    R(pc->a) = R(pc->b);
    NEXT(1);
}
OPCODE(LOAD_CONST) {
    R(pc->a) = K(pc->n);
    NEXT(1);
}
OPCODE(LOAD_UNDEFINED) {
    R(pc->a) = VALUE_UNDEFINED;
    NEXT(1);
}
OPCODE(CHECK_LOCAL) {
    if (is_undefined(R(pc->a))) {
        SAVE();
        step_unbound_local(thread, NAME_AT(pc->n));
        goto error;
    }
    NEXT(1);
}
OPCODE(DELETE_LOCAL) {
    if (is_undefined(R(pc->a))) {
        SAVE();
        step_unbound_local(thread, NAME_AT(pc->n));
        goto error;
    }
    R(pc->a) = VALUE_UNDEFINED;
    NEXT(1);
}
// ---- Cells ----
#define CELL(v) ((Cell *)as_object(v))
#define CLOSURE(i) (((Function *)as_object(frame->function))->closure[i])
OPCODE(MAKE_CELL) {
    SAVE();
    R(pc->a) = value_object(cell_new(thread, R(pc->a)));
    NEXT(1);
}
OPCODE(GET_CELL) {
    value = CELL(R(pc->b))->content;
    if (__builtin_expect(is_undefined(value), 0)) {
        SAVE();
        step_unbound_cell(thread, frame, &R(pc->b));
        goto error;
    }
    R(pc->a) = value;
    NEXT(1);
}
OPCODE(SET_CELL) {
    CELL(R(pc->a))->content = R(pc->b);
    NEXT(1);
}
OPCODE(DELETE_CELL) {
    if (is_undefined(CELL(R(pc->a))->content)) {
        SAVE();
        step_unbound_cell(thread, frame, &R(pc->a));
        goto error;
    }
    CELL(R(pc->a))->content = VALUE_UNDEFINED;
    NEXT(1);
}
OPCODE(GET_FREE) {
    value = CELL(CLOSURE(pc->n))->content;
    if (__builtin_expect(is_undefined(value), 0)) {
        SAVE();
        step_unbound_free(thread, frame, (size_t)pc->n);
        goto error;
    }
    R(pc->a) = value;
    NEXT(1);
}
OPCODE(SET_FREE) {
    CELL(CLOSURE(pc->n))->content = R(pc->a);
    NEXT(1);
}
OPCODE(DELETE_FREE) {
    if (is_undefined(CELL(CLOSURE(pc->n))->content)) {
        SAVE();
        step_unbound_free(thread, frame, (size_t)pc->n);
        goto error;
    }
    CELL(CLOSURE(pc->n))->content = VALUE_UNDEFINED;
    NEXT(1);
}
OPCODE(LOAD_CLOSURE) {
    R(pc->a) = CLOSURE(pc->n);
    NEXT(1);
}
// ---- Globals and names ----
OPCODE(GET_GLOBAL) {
    SAVE();
    RESULT(pc->a, cached_get_global(thread, pc, frame), 3);
}
OPCODE(GET_GLOBAL_MODULE) {
    Dict *globals = GLOBALS();
    uint64_t slot = pc[1].cache;
    if (__builtin_expect(slot < globals->used, 1)) {
        DictEntry *entry = &globals->entries[slot];
        if (__builtin_expect(value_same(entry->key, K(pc->n)), 1)) {
            R(pc->a) = entry->value;
            NEXT(3);
        }
    }
    FALL_BACK(GET_GLOBAL);
}
OPCODE(GET_GLOBAL_BUILTIN) {
    Dict *builtins = thread->interpreter->builtins;
    uint32_t slot = (uint32_t)pc[1].cache;
    Dict *globals = GLOBALS();
    if (__builtin_expect((uintptr_t)globals == pc[2].cache &&
                             globals->key_version == pc[1].cache >> 32 && slot < builtins->used,
                         1)) {
        DictEntry *entry = &builtins->entries[slot];
        if (__builtin_expect(value_same(entry->key, K(pc->n)), 1)) {
            R(pc->a) = entry->value;
            NEXT(3);
        }
    }
    FALL_BACK(GET_GLOBAL);
}
OPCODE(SET_GLOBAL) {
    Dict *globals = GLOBALS();
    uint64_t slot = pc[1].cache;
    if (slot < globals->used && value_same(globals->entries[slot].key, K(pc->n))) {
        globals->entries[slot].value = R(pc->a);
        NEXT(2);
    }
    SAVE();
    REQUIRE(cached_set_global(thread, pc, frame, R(pc->a)), 2);
}
OPCODE(DELETE_GLOBAL) {
    SAVE();
    REQUIRE(step_delete_global(thread, frame, NAME_AT(pc->n)), 1);
}
OPCODE(GET_NAME) {
    SAVE();
    RESULT(pc->a, step_get_name(thread, frame, R(pc->b), NAME_AT(pc->c)), 1);
}
OPCODE(GET_NAME_OR_FREE) {
    SAVE();
    RESULT(pc->a,
           step_get_name_or_free(thread, frame, R(pc->b), NAME_AT(pc->c), (size_t)pc[1].cache), 2);
}
OPCODE(SET_NAME) {
    SAVE();
    REQUIRE(operation_set_item(thread, R(pc->b), K(pc->c), R(pc->a)), 1);
}
OPCODE(DELETE_NAME) {
    SAVE();
    REQUIRE(step_delete_name(thread, R(pc->b), NAME_AT(pc->c)), 1);
}
