// SPDX-License-Identifier: MIT
//
// Bodies of opcodes: displays, strings, functions and classes; unpacking; imports and patterns.
//
// None of these is worth a fast path in the loop: they allocate, or do what takes longer than a
// call. Their work is in steps.c and in the files of the types.

// ---- Making things ----
OPCODE(BUILD_LIST) {
    SAVE();
    R(pc->a) = value_object(list_from_array(thread, &R(pc->c), pc->b));
    NEXT(1);
}
OPCODE(BUILD_TUPLE) {
    SAVE();
    R(pc->a) = value_object(tuple_from_array(thread, &R(pc->c), pc->b));
    NEXT(1);
}
OPCODE(BUILD_SET) {
    SAVE();
    RESULT(pc->a, step_build_set(thread, &R(pc->c), pc->b), 1);
}
OPCODE(BUILD_DICT) {
    SAVE();
    RESULT(pc->a, step_build_dict(thread, &R(pc->c), pc->b), 1);
}
OPCODE(BUILD_STRING) {
    SAVE();
    Str *joined = str_join(thread, thread->interpreter->empty_str, &R(pc->c), pc->b);
    RESULT(pc->a, value_object(joined), 1);
}
OPCODE(LIST_APPEND) {
    SAVE();
    list_append(thread, as_list(R(pc->a)), R(pc->b));
    NEXT(1);
}
OPCODE(LIST_EXTEND) {
    SAVE();
    REQUIRE(step_list_extend(thread, R(pc->a), R(pc->b)), 1);
}
OPCODE(SET_ADD) {
    SAVE();
    REQUIRE(set_add(thread, as_set(R(pc->a)), R(pc->b)), 1);
}
OPCODE(SET_UPDATE) {
    SAVE();
    REQUIRE(set_update(thread, as_set(R(pc->a)), R(pc->b)), 1);
}
OPCODE(DICT_SET) {
    SAVE();
    REQUIRE(dict_set(thread, as_dict(R(pc->a)), R(pc->b), R(pc->c)), 1);
}
OPCODE(DICT_UPDATE) {
    SAVE();
    REQUIRE(step_dict_update(thread, R(pc->a), R(pc->b)), 1);
}
OPCODE(DICT_MERGE) {
    SAVE();
    REQUIRE(step_dict_merge(thread, R(pc->a), R(pc->b), R(pc->c)), 1);
}
OPCODE(LIST_TO_TUPLE) {
    SAVE();
    List *list = as_list(R(pc->b));
    R(pc->a) = value_object(tuple_from_array(thread, list->items, list->length));
    NEXT(1);
}
OPCODE(FORMAT) {
    SAVE();
    RESULT(pc->a, step_format(thread, R(pc->b), pc->c == UINT16_MAX ? VALUE_UNDEFINED : R(pc->c)),
           1);
}
OPCODE(CONVERT) {
    SAVE();
    RESULT(pc->a, step_convert(thread, R(pc->b), pc->c), 1);
}
OPCODE(UNPACK) {
    if (is_exactly(R(pc->b), LAYOUT_TUPLE) && as_tuple(R(pc->b))->length == pc->c) {
        values_copy(&R(pc->a), as_tuple(R(pc->b))->items, pc->c);
        NEXT(1);
    }
    SAVE();
    REQUIRE(step_unpack(thread, R(pc->b), &R(pc->a), pc->c), 1);
}
OPCODE(UNPACK_STAR) {
    SAVE();
    REQUIRE(step_unpack_star(thread, R(pc->b), &R(pc->a), pc->c >> 8, pc->c & 255), 1);
}
OPCODE(MAKE_FUNCTION) {
    SAVE();
    R(pc->a) = function_new(thread, (Code *)as_object(K(pc->c)), GLOBALS(), &R(pc->b));
    NEXT(1);
}
OPCODE(LOAD_BODY) {
    SAVE();
    code_need_body(thread, frame->code);
    pc = frame->code->instructions;
    constants = frame->code->constants;
    DISPATCH();
}
OPCODE(BUILD_CLASS) {
    SAVE();
    RESULT(pc->a, class_statement(thread, &R(pc->b)), 1);
}

// ---- Imports, matching, the rest ----
OPCODE(NOTHING) {
    NEXT(1);
}
OPCODE(IMPORT_NAME) {
    SAVE();
    RESULT(pc->a, import_statement(thread, frame, NAME_AT(pc->c), R(pc->b), R(pc->b + 1)), 1);
}
OPCODE(IMPORT_FROM) {
    SAVE();
    RESULT(pc->a, import_from(thread, R(pc->b), NAME_AT(pc->c)), 1);
}
OPCODE(IMPORT_STAR) {
    SAVE();
    REQUIRE(import_star(thread, frame, R(pc->a)), 1);
}
OPCODE(MATCH_SEQUENCE) {
    STORE(value_bool(is_pattern_sequence(thread, R(pc->b))));
}
OPCODE(MATCH_MAPPING) {
    STORE(value_bool(is_pattern_mapping(thread, R(pc->b))));
}
OPCODE(MATCH_KEYS) {
    SAVE();
    RESULT(pc->a, step_match_keys(thread, R(pc->b), as_tuple(R(pc->c))), 1);
}
OPCODE(MATCH_CLASS) {
    SAVE();
    RESULT(pc->a, step_match_class(thread, R(pc->b), R(pc->c), R(pc->c + 1), (size_t)pc[1].cache),
           2);
}
OPCODE(COPY_DICT_WITHOUT) {
    SAVE();
    RESULT(pc->a, step_dict_without(thread, R(pc->b), as_tuple(R(pc->c))), 1);
}
OPCODE(GET_LENGTH) {
    SAVE();
    int64_t length = operation_length(thread, R(pc->b));
    RESULT(pc->a, length < 0 ? VALUE_ERROR : int_from_int64(thread, length), 1);
}
OPCODE(PRINT_EXPR) {
    SAVE();
    REQUIRE(step_print_expression(thread, R(pc->a)), 1);
}
OPCODE(GET_NAME_IN) {
    SAVE();
    RESULT(pc->a, step_get_name(thread, frame, R(pc->b), as_str(R(pc->c))), 1);
}
OPCODE(MAKE_FUNCTION_OF) {
    SAVE();
    R(pc->a) = function_new(thread, (Code *)as_object(R(pc->c)), GLOBALS(), &R(pc->b));
    NEXT(1);
}
OPCODE(TYPE_FORM) {
    SAVE();
    RESULT(pc->a, step_type_form(thread, pc->c, &R(pc->b)), 1);
}
OPCODE(SETUP_ANNOTATIONS) {
    SAVE();
    REQUIRE(step_setup_annotations(thread, frame, R(pc->a)), 1);
}
