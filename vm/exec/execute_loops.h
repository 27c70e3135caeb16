// SPDX-License-Identifier: MIT
//
// Bodies of opcodes: items of containers, and `for`.
//
// FOR_NEXT stands at the bottom of its loop, so a turn costs one jump. It first sees what it
// iterates over and then becomes a form that steps that kind of iterator in place; a generator
// is even entered without C recursion, like a function.

// ---- Items ----
OPCODE(GET_ITEM) {
    value = get_item_fast(R(pc->b), R(pc->c));
    if (__builtin_expect(!is_undefined(value), 1)) {
        R(pc->a) = value;
        NEXT(1);
    }
    SAVE();
    if (is_exactly(R(pc->b), LAYOUT_DICT)) {
        RESULT(pc->a, dict_get_item(thread, R(pc->b), R(pc->c)), 1);
    }
    RESULT(pc->a, operation_get_item(thread, R(pc->b), R(pc->c)), 1);
}
OPCODE(GET_SLICE) {
    SAVE();
    RESULT(pc->a, operation_get_slice(thread, R(pc->b), R(pc->c), R(pc->c + 1)), 1);
}
OPCODE(GET_ITEM_K) {
    value = get_item_fast(R(pc->b), K(pc->c));
    if (__builtin_expect(!is_undefined(value), 1)) {
        R(pc->a) = value;
        NEXT(1);
    }
    SAVE();
    RESULT(pc->a, operation_get_item(thread, R(pc->b), K(pc->c)), 1);
}
OPCODE(SET_ITEM) {
    if (__builtin_expect(set_item_fast(R(pc->b), R(pc->c), R(pc->a)), 1)) {
        NEXT(1);
    }
    SAVE();
    if (is_exactly(R(pc->b), LAYOUT_DICT)) {
        REQUIRE(dict_set(thread, as_dict(R(pc->b)), R(pc->c), R(pc->a)), 1);
    }
    REQUIRE(operation_set_item(thread, R(pc->b), R(pc->c), R(pc->a)), 1);
}
OPCODE(DELETE_ITEM) {
    SAVE();
    REQUIRE(operation_delete_item(thread, R(pc->b), R(pc->c)), 1);
}
OPCODE(BUILD_SLICE) {
    SAVE();
    R(pc->a) = slice_new(thread, R(pc->b), R(pc->b + 1), R(pc->b + 2));
    NEXT(1);
}

// ---- Loops ----
OPCODE(GET_ITER) {
    SAVE();
    RESULT(pc->a, operation_iter(thread, R(pc->b)), 1);
}
OPCODE(FOR_NEXT) {
    SAVE();
    Value iterator = R(pc->a);
    specialise_for(frame, pc, iterator);
    value = operation_next(thread, iterator);
    if (is_undefined(value)) {
        NEXT(2);
    }
    RESULT(pc->b, value, 2 + pc[1].distance);
}
OPCODE(FOR_NEXT_RANGE) {
    Value iterator = R(pc->a);
    if (__builtin_expect(has_layout(iterator, LAYOUT_RANGE_ITERATOR), 1)) {
        RangeIterator *range = (RangeIterator *)as_object(iterator);
        int64_t next = range->next;
        if (__builtin_expect(next == range->stop, 0)) {
            NEXT(2);
        }
        range->next = next + range->step;
        R(pc->b) = value_small_int(next);
        NEXT(2 + pc[1].distance);
    }
    FALL_BACK(FOR_NEXT);
}
OPCODE(FOR_NEXT_LIST) {
    Value iterator = R(pc->a);
    if (__builtin_expect(has_layout(iterator, LAYOUT_LIST_ITERATOR), 1)) {
        SequenceIterator *it = (SequenceIterator *)as_object(iterator);
        if (it->index != SEQUENCE_ITERATOR_DONE) {
            List *list = as_list(it->sequence);
            size_t index = it->index, ahead = index + LIST_AHEAD;
            if (__builtin_expect(index < list->length, 1)) {
                __builtin_prefetch(as_object(list->items[ahead < list->length ? ahead : index]));
                R(pc->b) = list->items[index];
                it->index = index + 1;
                NEXT(2 + pc[1].distance);
            }
            it->index = SEQUENCE_ITERATOR_DONE;
        }
        NEXT(2);
    }
    FALL_BACK(FOR_NEXT);
}
OPCODE(FOR_NEXT_TUPLE) {
    Value iterator = R(pc->a);
    if (__builtin_expect(has_layout(iterator, LAYOUT_TUPLE_ITERATOR), 1)) {
        SequenceIterator *it = (SequenceIterator *)as_object(iterator);
        const Tuple *tuple = as_tuple(it->sequence);
        if (__builtin_expect(it->index < tuple->length, 1)) {
            R(pc->b) = tuple->items[it->index++];
            NEXT(2 + pc[1].distance);
        }
        it->index = SEQUENCE_ITERATOR_DONE;
        NEXT(2);
    }
    FALL_BACK(FOR_NEXT);
}
OPCODE(FOR_NEXT_PAIR) {
    SAVE();
    Instruction *unpack = pc + 2 + pc[1].distance;
    switch (iterator_next_pair(thread, R(pc->a), &R(unpack->a))) {
    case PAIR_GIVEN:
        pc = unpack + 1;
        DISPATCH();
    case PAIR_END:
        NEXT(2);
    case PAIR_ERROR:
        goto error;
    case PAIR_UNKNOWN:
        break;
    }
    FALL_BACK(FOR_NEXT);
}
OPCODE(FOR_NEXT_SLOT) {
    SAVE();
    UnaryFunction next = object_type(R(pc->a))->slots.next;
    value = next == NULL ? operation_next(thread, R(pc->a)) : next(thread, R(pc->a));
    if (is_undefined(value)) {
        pc->op = OP_FOR_NEXT;
        NEXT(2);
    }
    RESULT(pc->b, value, 2 + pc[1].distance);
}
OPCODE(FOR_NEXT_METHOD) {
    SAVE();
    if (object_type(R(pc->a))->slots.next != slot_next) {
        FALL_BACK(FOR_NEXT);
    }
    switch (call_next_from_loop(thread, R(pc->a))) {
    case CALL_ENTERED:
        goto entered;
    case CALL_DONE:
        goto L_FOR_NEXT_SLOT;
    case CALL_FAILED:
        goto error;
    }
    __builtin_unreachable();
}
OPCODE(FOR_NEXT_GENERATOR) {
    SAVE();
    Value iterator = R(pc->a);
    if (!has_layout(iterator, LAYOUT_GENERATOR)) {
        FALL_BACK(FOR_NEXT);
    }
    Generator *generator = (Generator *)as_object(iterator);
    if (generator->state == GENERATOR_CLOSED) {
        NEXT(2);
    }
    if (!generator_enter(thread, generator, VALUE_NONE, 0)) {
        goto error;
    }
    goto entered;
}
