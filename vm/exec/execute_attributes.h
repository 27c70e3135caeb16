// SPDX-License-Identifier: MIT
//
// Bodies of opcodes: attributes and methods, by inline cache.
//
// The general form looks the name up and lets cache.c write a specialised opcode over it; that
// one compares the object's shape, or its type's version, with the remembered one, and on a
// mismatch turns back into the general form. GET_METHOD puts function and self where CALL_METHOD
// wants them, so that `o.f(x)` makes no bound method.

// ---- Attributes ----
OPCODE(GET_ATTR) {
    SAVE();
    RESULT(pc->a, cached_get_attribute(thread, pc, R(pc->b), NAME_AT(pc->c)), 3);
}
OPCODE(GET_ATTR_SLOT) {
    Value v = R(pc->b);
    if (HAS_CACHED_SHAPE(v)) {
        R(pc->a) = as_instance(v)->inline_slots[pc[2].cache];
        NEXT(3);
    }
    FALL_BACK(GET_ATTR);
}
OPCODE(GET_ATTR_OVERFLOW) {
    Value v = R(pc->b);
    if (HAS_CACHED_SHAPE(v)) {
        R(pc->a) = as_instance(v)->overflow[pc[2].cache];
        NEXT(3);
    }
    FALL_BACK(GET_ATTR);
}
OPCODE(GET_ATTR_CLASS) {
    Value v = R(pc->b);
    if (__builtin_expect(is_exactly(v, LAYOUT_TYPE) && as_type(v)->version == pc[1].cache, 1)) {
        R(pc->a) = (Value){pc[2].cache};
        NEXT(3);
    }
    FALL_BACK(GET_ATTR);
}
OPCODE(GET_ATTR_MEMBER) {
    Value v = R(pc->b);
    if (HAS_CACHED_SHAPE(v)) {
        value = as_instance(v)->inline_slots[pc[2].cache];
        if (!is_error(value) && !is_undefined(value)) {
            R(pc->a) = value;
            NEXT(3);
        }
    }
    FALL_BACK(GET_ATTR);
}
OPCODE(GET_ATTR_MODULE) {
    Value v = R(pc->b);
    if (__builtin_expect(is_exactly(v, LAYOUT_MODULE), 1)) {
        Dict *dict = as_module(v)->dict;
        uint64_t slot = pc[1].cache;
        if (__builtin_expect(slot < dict->used && value_same(dict->entries[slot].key, K(pc->c)),
                             1)) {
            R(pc->a) = dict->entries[slot].value;
            NEXT(3);
        }
    }
    FALL_BACK(GET_ATTR);
}
OPCODE(GET_ATTR_SHARED) {
    Value v = R(pc->b);
    const LookupEntry *place = (const LookupEntry *)(uintptr_t)pc[2].cache;
    if (__builtin_expect(
            is_object(v) && object_shape_word(as_object(v)) == (Shape *)(uintptr_t)pc[1].cache &&
                place->version == object_type(v)->version && place->name == NAME_AT(pc->c),
            1)) {
        R(pc->a) = place->value;
        NEXT(3);
    }
    FALL_BACK(GET_ATTR);
}
OPCODE(GET_ATTR_DATA) {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) && object_type(v)->version == pc[1].cache, 1)) {
        SAVE();
        Value data = {pc[2].cache};
        Type *type = object_type(v);
        RESULT(pc->a, object_type(data)->slots.descriptor_get(thread, data, v, value_object(type)),
               3);
    }
    FALL_BACK(GET_ATTR);
}
OPCODE(GET_ATTR_GETTER) {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) && object_type(v)->version == pc[1].cache, 1)) {
        SAVE();
        const GetSetSpec *spec = (const GetSetSpec *)(uintptr_t)pc[2].cache;
        RESULT(pc->a, spec->get(thread, v), 3);
    }
    FALL_BACK(GET_ATTR);
}
OPCODE(SET_ATTR) {
    SAVE();
    REQUIRE(cached_set_attribute(thread, pc, R(pc->b), NAME_AT(pc->c), R(pc->a)), 3);
}
OPCODE(SET_ATTR_SLOT) {
    Value v = R(pc->b);
    if (HAS_CACHED_SHAPE(v)) {
        as_instance(v)->inline_slots[pc[2].cache] = R(pc->a);
        NEXT(3);
    }
    FALL_BACK(SET_ATTR);
}
OPCODE(SET_ATTR_OVERFLOW) {
    Value v = R(pc->b);
    if (HAS_CACHED_SHAPE(v)) {
        as_instance(v)->overflow[pc[2].cache] = R(pc->a);
        NEXT(3);
    }
    FALL_BACK(SET_ATTR);
}
OPCODE(SET_ATTR_ADD) {
    Value v = R(pc->b);
    if (HAS_CACHED_SHAPE(v)) {
        Shape *next = (Shape *)(uintptr_t)pc[2].cache;
        as_instance(v)->inline_slots[next->count - 1] = R(pc->a);
        as_instance(v)->shape = next;
        NEXT(3);
    }
    FALL_BACK(SET_ATTR);
}
OPCODE(DELETE_ATTR) {
    SAVE();
    REQUIRE(attribute_delete(thread, R(pc->b), NAME_AT(pc->c)), 1);
}

// ---- Methods ----

OPCODE(GET_METHOD) {
    SAVE();
    REQUIRE(cached_get_method(thread, pc, R(pc->b), NAME_AT(pc->c), &R(pc->a)), 4);
}
OPCODE(GET_METHOD_SHAPE) {
    Value v = R(pc->b);
    if (HAS_CACHED_SHAPE(v) && __builtin_expect(object_type(v)->version == pc[2].cache, 1)) {
        R(pc->a + FRAME_WORDS) = v;
        R(pc->a) = (Value){pc[3].cache};
        NEXT(4);
    }
    FALL_BACK(GET_METHOD);
}
OPCODE(GET_METHOD_TYPE) {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) && object_type(v) == (Type *)(uintptr_t)pc[1].cache &&
                             object_type(v)->version == pc[2].cache,
                         1)) {
        R(pc->a + FRAME_WORDS) = v;
        R(pc->a) = (Value){pc[3].cache};
        NEXT(4);
    }
    FALL_BACK(GET_METHOD);
}
OPCODE(GET_METHOD_NUMBER) {
    Value v = R(pc->b);
    if (__builtin_expect(!is_object(v) && type_of(thread, v) == (Type *)(uintptr_t)pc[1].cache,
                         1)) {
        R(pc->a + FRAME_WORDS) = v;
        R(pc->a) = (Value){pc[3].cache};
        NEXT(4);
    }
    FALL_BACK(GET_METHOD);
}
OPCODE(GET_METHOD_MIXED) {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) && object_type(v)->version == pc[2].cache &&
                             attributes_shape_word(as_object(v)) == (Shape *)(uintptr_t)pc[1].cache,
                         1)) {
        R(pc->a + FRAME_WORDS) = v;
        R(pc->a) = (Value){pc[3].cache};
        NEXT(4);
    }
    FALL_BACK(GET_METHOD);
}
OPCODE(GET_METHOD_MODULE) {
    Value v = R(pc->b);
    if (__builtin_expect(is_exactly(v, LAYOUT_MODULE), 1)) {
        Dict *dict = as_module(v)->dict;
        uint64_t slot = pc[1].cache;
        if (__builtin_expect(slot < dict->used && value_same(dict->entries[slot].key, K(pc->c)),
                             1)) {
            R(pc->a) = dict->entries[slot].value;
            R(pc->a + FRAME_WORDS) = VALUE_UNDEFINED;
            NEXT(4);
        }
    }
    FALL_BACK(GET_METHOD);
}
OPCODE(GET_METHOD_CLASS) {
    Value v = R(pc->b);
    if (__builtin_expect(is_exactly(v, LAYOUT_TYPE) && as_type(v)->version == pc[1].cache, 1)) {
        R(pc->a + FRAME_WORDS) = VALUE_UNDEFINED;
        R(pc->a) = (Value){pc[2].cache};
        NEXT(4);
    }
    FALL_BACK(GET_METHOD);
}
OPCODE(GET_METHOD_WRAPPED) {
    Value v = R(pc->b);
    if (__builtin_expect(is_exactly(v, LAYOUT_TYPE) && as_type(v)->version == pc[1].cache, 1)) {
        value = ((const Wrapper *)as_object((Value){pc[2].cache}))->function;
        if (__builtin_expect(has_layout(value, LAYOUT_FUNCTION), 1)) {
            R(pc->a + FRAME_WORDS) = (Value){pc[3].cache};
            R(pc->a) = value;
            NEXT(4);
        }
    }
    FALL_BACK(GET_METHOD);
}
