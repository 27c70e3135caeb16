// SPDX-License-Identifier: MIT
//
// Types of C. Pointers to a type are made once and hang off the type they point to; arrays and
// functions are made as often as they are written and compared by their parts; a struct, a union or
// an enum is itself, as in C. Their names are made when somebody wants to see them: C writes a type
// around the name it declares, so naming starts from the inside.
#include "foreign_type.h"

#include "call.h"
#include "foreign_data.h"
#include "int.h"
#include "operations.h"
#include "text_builder.h"
#include "type.h"

#include <stdio.h>

static const struct {
    const char *spelling;
    CKind kind;
    size_t size, alignment;
    ffi_type *foreign;
} basics[] = {
#define BASIC(identifier, spelling, kind, type, foreign)                                           \
    {spelling, kind, sizeof(type), _Alignof(type), &ffi_type_##foreign},
#include "foreign_basics.def"
#undef BASIC
    {"void", C_VOID, 0, 1, &ffi_type_void},
};

CType *foreign_type_new(Thread *thread, ForeignState *state, CKind kind) {
    CType *type = object_new(thread, state->ctype_type);
    type->kind = kind;
    type->state = state;
    type->alignment = 1;
    return type;
}

void foreign_type_init(Thread *thread, ForeignState *state) {
    for (size_t i = 0; i < BASIC_COUNT; i++) {
        CType *type = foreign_type_new(thread, state, basics[i].kind);
        type->size = basics[i].size;
        type->alignment = basics[i].alignment;
        type->foreign = basics[i].foreign;
        type->is_complete = true;
        state->basics[i] = type;
        type->name = str_from_c(thread, basics[i].spelling);
    }
    state->void_pointer = foreign_type_pointer(thread, state->basics[BASIC_VOID], false);
}

CType *foreign_type_pointer(Thread *thread, CType *target, bool is_const) {
    if (target->pointers[is_const] == NULL) {
        CType *type = foreign_type_new(thread, target->state, C_POINTER);
        type->size = type->alignment = sizeof(void *);
        type->target = target;
        type->target_is_const = is_const;
        type->foreign = &ffi_type_pointer;
        target->pointers[is_const] = type;
    }
    return target->pointers[is_const];
}

CType *foreign_type_array(Thread *thread, CType *item, int64_t length, bool is_const) {
    CType *type = foreign_type_new(thread, item->state, C_ARRAY);
    type->target = item;
    type->length = length;
    type->size = length > 0 ? item->size * (size_t)length : 0;
    type->alignment = item->alignment;
    type->target_is_const = is_const;
    return type;
}

CType *foreign_type_function(Thread *thread, CType *result, const List *parameters,
                             bool is_variadic) {
    CType *type = foreign_type_new(thread, result->state, C_FUNCTION);
    type->target = result;
    type->is_variadic = is_variadic;
    size_t count = parameters->length;
    type->parameters =
        heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof(CType *));
    for (size_t i = 0; i < count; i++) {
        type->parameters[i] = as_ctype(parameters->items[i]);
    }
    type->length = (int64_t)count;
    return type;
}

static bool same_parameters(const CType *a, const CType *b) {
    if (a->length != b->length || a->is_variadic != b->is_variadic) {
        return false;
    }
    for (int64_t i = 0; i < a->length; i++) {
        if (!foreign_type_same(a->parameters[i], b->parameters[i])) {
            return false;
        }
    }
    return true;
}

bool foreign_type_same(const CType *a, const CType *b) {
    if (a == b) {
        return true;
    }
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case C_POINTER:
        return foreign_type_same(a->target, b->target);
    case C_ARRAY:
        return a->length == b->length && foreign_type_same(a->target, b->target);
    case C_FUNCTION:
        return foreign_type_same(a->target, b->target) && same_parameters(a, b);
    case C_STRUCT:
    case C_UNION:
    case C_ENUM:
        return false;
    default:
        return a->size == b->size;
    }
}

// What C would want a cast for, but what is the same for the machine: a callback that takes
// `const int *` where `const void *` was declared.
static bool travels_alike(const CType *a, const CType *b) {
    bool pointers = a->kind == C_POINTER && b->kind == C_POINTER;
    return foreign_type_same(a, b) || (pointers && foreign_type_points_alike(a->target, b->target));
}

static bool called_alike(const CType *a, const CType *b) {
    if (a->kind != C_FUNCTION || b->kind != C_FUNCTION || a->length != b->length ||
        a->is_variadic != b->is_variadic || !travels_alike(a->target, b->target)) {
        return false;
    }
    for (int64_t i = 0; i < a->length; i++) {
        if (!travels_alike(a->parameters[i], b->parameters[i])) {
            return false;
        }
    }
    return true;
}

bool foreign_type_points_alike(const CType *from, const CType *to) {
    return called_alike(from, to) || from->kind == C_VOID || to->kind == C_VOID ||
           foreign_type_same(from, to) || (foreign_is_byte(from) && foreign_is_byte(to)) ||
           (foreign_is_integer(from) && foreign_is_integer(to) && from->size == to->size);
}

// ---- Names ----

static Str *function_suffix(Thread *thread, const CType *type, const char *inner) {
    TextBuilder builder;
    text_builder_init(&builder, thread);
    text_builder_add_printf(&builder, "%s(", inner);
    for (int64_t i = 0; i < type->length; i++) {
        text_builder_add_printf(&builder, i == 0 ? "%s" : ", %s",
                                foreign_type_text(thread, type->parameters[i]));
    }
    if (type->is_variadic) {
        text_builder_add_c(&builder, type->length > 0 ? ", ..." : "...");
    } else if (type->length == 0) {
        text_builder_add_c(&builder, "void");
    }
    text_builder_put(&builder, ')');
    return text_builder_finish(&builder);
}

// "const " is written before what a pointer points to, or behind the star of a pointer.
static Str *pointer_prefix(Thread *thread, const CType *type, const char *inner) {
    const CType *target = type->target;
    bool bracket = target->kind == C_ARRAY || target->kind == C_FUNCTION;
    bool behind = type->target_is_const && target->kind == C_POINTER;
    return str_format(thread, bracket ? "(%s*%s)" : "%s*%s", behind ? " const " : "", inner);
}

static Str *plain_name(Thread *thread, const CType *type, const char *inner) {
    const char *name = str_text(thread, type->name);
    bool spaced = *inner != '\0' && *inner != '(' && *inner != '[' && *inner != ' ';
    return str_format(thread, spaced ? "%s %s" : "%s%s", name, inner);
}

Str *foreign_type_name(Thread *thread, const CType *type, const char *inner) {
    Str *around;
    bool leads_const = false;
    switch (type->kind) {
    case C_POINTER:
        around = pointer_prefix(thread, type, inner);
        leads_const = type->target_is_const && type->target->kind != C_POINTER &&
                      type->target->kind != C_FUNCTION;
        break;
    case C_ARRAY:
        around = type->length == C_OPEN_LENGTH
                     ? str_format(thread, "%s[]", inner)
                     : str_format(thread, "%s[%lld]", inner, (long long)type->length);
        leads_const = type->target_is_const && type->target->kind != C_POINTER;
        break;
    case C_FUNCTION:
        around = function_suffix(thread, type, inner);
        break;
    default:
        return plain_name(thread, type, inner);
    }
    Str *whole = foreign_type_name(thread, type->target, str_text(thread, around));
    return leads_const ? str_concat(thread, str_from_c(thread, "const "), whole) : whole;
}

const char *foreign_type_text(Thread *thread, const CType *type) {
    return str_text(thread, foreign_type_name(thread, type, ""));
}

// ---- Members ----

const CField *foreign_type_field(Thread *thread, const CType *type, Str *name) {
    if (type->lookup == NULL || !foreign_is_record(type)) {
        return NULL;
    }
    Value index = dict_get_str(thread, type->lookup, name);
    return is_undefined(index) ? NULL : &type->fields[as_small_int(index)];
}

// ---- What libffi must know ----

// How the halves of a small struct travel: by its floats, or as whole numbers.
static bool half_is_float(const CType *type, size_t offset, size_t from, size_t to) {
    if (offset >= to || offset + type->size <= from) {
        return true;
    }
    if (type->kind == C_ARRAY) {
        for (int64_t i = 0; i < type->length; i++) {
            if (!half_is_float(type->target, offset + (size_t)i * type->target->size, from, to)) {
                return false;
            }
        }
        return true;
    }
    if (!foreign_is_record(type)) {
        return type->kind == C_FLOAT && type->size <= sizeof(double);
    }
    for (size_t i = 0; i < type->field_count; i++) {
        const CField *field = &type->fields[i];
        if (field->type != NULL && !half_is_float(field->type, offset + field->offset, from, to)) {
            return false;
        }
    }
    return true;
}

// libffi knows neither unions nor bit-fields: they are described by what their eight-byte pieces
// travel in, which is what counts.
static size_t describe_by_pieces(const CType *type, ffi_type **elements) {
    size_t count = 0;
    for (size_t at = 0; at < type->size && count < 2; at += 8) {
        size_t end = at + 8 < type->size ? at + 8 : type->size;
        bool is_float = half_is_float(type, 0, at, end);
        bool wide = end - at > 4;
        elements[count++] = is_float ? (wide ? &ffi_type_double : &ffi_type_float)
                                     : (wide ? &ffi_type_uint64 : &ffi_type_uint32);
    }
    return count;
}

enum { MOST_ELEMENTS = 64 }; // beyond that a struct travels in memory, and its parts do not matter

static bool needs_pieces(const CType *type) {
    if (type->kind == C_UNION || type->has_bits || type->is_packed) {
        return true;
    }
    for (size_t i = 0; i < type->field_count; i++) {
        const CType *member = type->fields[i].type;
        while (member->kind == C_ARRAY) {
            member = member->target;
        }
        if (foreign_is_record(member) && needs_pieces(member)) {
            return true;
        }
    }
    return type->size > MOST_ELEMENTS;
}

static bool describe_fields(Thread *thread, const CType *type, ffi_type **elements, size_t *count) {
    for (size_t i = 0; i < type->field_count; i++) {
        CType *member = type->fields[i].type;
        int64_t times = 1;
        for (; member->kind == C_ARRAY; member = member->target) {
            times *= member->length;
        }
        ffi_type *described = foreign_type_describe(thread, member);
        if (described == NULL) {
            return false;
        }
        for (; times > 0 && *count < MOST_ELEMENTS; times--) {
            elements[(*count)++] = described;
        }
    }
    return true;
}

static ffi_type *describe_record(Thread *thread, CType *type) {
    size_t count = 0;
    Heap *heap = thread_heap(thread);
    ffi_type *made = heap_allocate(heap, CELL_BUFFER, sizeof *made);
    ffi_type **elements =
        heap_allocate(heap, CELL_BUFFER, (MOST_ELEMENTS + 1) * sizeof(ffi_type *));
    type->elements = elements;
    if (needs_pieces(type)) {
        count = describe_by_pieces(type, elements);
    } else if (!describe_fields(thread, type, elements, &count)) {
        return NULL;
    }
    *made = (ffi_type){.size = type->size,
                       .alignment = (unsigned short)type->alignment,
                       .type = FFI_TYPE_STRUCT,
                       .elements = elements};
    elements[count] = NULL;
    type->foreign = made;
    return made;
}

ffi_type *foreign_type_describe(Thread *thread, CType *type) {
    if (type->kind == C_ENUM) {
        return foreign_type_describe(thread, type->target);
    }
    if (type->foreign != NULL) {
        return type->foreign;
    }
    if (!foreign_is_record(type) || !type->is_complete || type->size == 0) {
        error_raise(thread, ERROR_TypeError, "values of type '%s' cannot be passed to C",
                    foreign_type_text(thread, type));
        return NULL;
    }
    return describe_record(thread, type);
}

// ---- The type ctype ----

static void ctype_trace(Marker *marker, Object *object) {
    const CType *type = (const CType *)object;
    mark_object(marker, type->state);
    mark_object(marker, type->target);
    mark_object(marker, type->pointers[0]);
    mark_object(marker, type->pointers[1]);
    mark_object(marker, type->name);
    mark_object(marker, type->lookup);
    mark_buffer(marker, type->parameters);
    mark_buffer(marker, type->fields);
    mark_buffer(marker, type->plan);
    mark_buffer(marker, type->elements);
    if (type->elements != NULL) {
        mark_buffer(marker, type->foreign);
    }
    for (int64_t i = 0; type->parameters != NULL && i < type->length; i++) {
        mark_object(marker, type->parameters[i]);
    }
    for (size_t i = 0; i < type->all_fields; i++) {
        mark_object(marker, type->fields[i].name);
        mark_object(marker, type->fields[i].type);
    }
}

static Value ctype_repr(Thread *thread, Value self) {
    return value_object(
        str_format(thread, "<ctype '%s'>", foreign_type_text(thread, as_ctype(self))));
}

static Value ctype_compare(Thread *thread, Value left, Value right, CompareOp op) {
    (void)thread;
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_ctype(as_ctype(left)->state, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    bool same = foreign_type_same(as_ctype(left), as_ctype(right));
    return value_bool(same == (op == COMPARE_EQ));
}

// Equal types have equal kinds and sizes.
static bool ctype_hash(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    const CType *type = as_ctype(self);
    *hash = type->kind * UINT64_C(0x9e3779b97f4a7c15) + type->size;
    return true;
}

static Value ctype_get_name(Thread *thread, Value self) {
    return value_object(foreign_type_name(thread, as_ctype(self), ""));
}

static Value ctype_get_kind(Thread *thread, Value self) {
    static const char *const names[] = {"void",     "bool",   "char", "char",    "integer",
                                        "integer",  "float",  "enum", "pointer", "array",
                                        "function", "struct", "union"};
    return library_text(thread, names[as_ctype(self)->kind]);
}

static Value ctype_get_size(Thread *thread, Value self) {
    return foreign_has_size(as_ctype(self)) ? int_from_uint64(thread, as_ctype(self)->size)
                                            : VALUE_NONE;
}

static Value ctype_get_item(Thread *thread, Value self) {
    (void)thread;
    const CType *type = as_ctype(self);
    return type->target == NULL ? VALUE_NONE : value_object(type->target);
}

static Value ctype_get_length(Thread *thread, Value self) {
    const CType *type = as_ctype(self);
    return type->kind == C_ARRAY && type->length >= 0 ? int_from_int64(thread, type->length)
                                                      : VALUE_NONE;
}

static Value field_as_tuple(Thread *thread, const CField *field) {
    Value items[] = {field->name ? value_object(field->name) : VALUE_NONE,
                     value_object(field->type), int_from_uint64(thread, field->offset),
                     field->bit_width ? value_small_int(field->bit_width) : VALUE_NONE};
    return value_object(tuple_from_array(thread, items, sizeof items / sizeof *items));
}

static Value ctype_get_fields(Thread *thread, Value self) {
    const CType *type = as_ctype(self);
    if (!foreign_is_record(type) || !type->is_complete) {
        return VALUE_NONE;
    }
    List *list = list_new(thread, type->field_count);
    for (size_t i = 0; i < type->field_count; i++) {
        list_append(thread, list, field_as_tuple(thread, &type->fields[i]));
    }
    return value_object(list);
}

static Value ctype_get_elements(Thread *thread, Value self) {
    const CType *type = as_ctype(self);
    bool has = type->kind == C_ENUM && type->lookup != NULL;
    return has ? value_object(dict_copy(thread, type->lookup)) : VALUE_NONE;
}

static Value ctype_get_args(Thread *thread, Value self) {
    const CType *type = as_ctype(self);
    if (type->kind != C_FUNCTION) {
        return VALUE_NONE;
    }
    List *list = list_new(thread, 4);
    for (int64_t i = 0; i < type->length; i++) {
        list_append(thread, list, value_object(type->parameters[i]));
    }
    return operation_to_tuple(thread, value_object(list));
}

static Value ctype_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    return foreign_data_make(thread, as_ctype(callee), args, count, keywords);
}

static const GetSetSpec ctype_getsets[] = {
    GETSET("name", ctype_get_name, NULL, "The type as C writes it."),
    GETSET("__name__", ctype_get_name, NULL, "The type as C writes it."),
    GETSET("kind", ctype_get_kind, NULL, "What sort of type it is: 'struct', 'pointer' ..."),
    GETSET("size", ctype_get_size, NULL, "The bytes it takes, or None."),
    GETSET("item", ctype_get_item, NULL,
           "What a pointer points to, an array consists of, a function returns."),
    GETSET("length", ctype_get_length, NULL, "The items of an array, or None."),
    GETSET("fields", ctype_get_fields, NULL,
           "Of a struct or union: a list of (name, type, offset, bits)."),
    GETSET("elements", ctype_get_elements, NULL, "Of an enum: the numbers by name."),
    GETSET("args", ctype_get_args, NULL, "Of a function: the types of its parameters."),
    GETSET_END,
};

const TypeSpec foreign_ctype_spec = {
    .name = "ffi.CType",
    .doc = "A type of C. Called, it makes a value of that type.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_WEAK,
    .size = sizeof(CType),
    .slots = {.repr = ctype_repr,
              .compare = ctype_compare,
              .hash = ctype_hash,
              .call = ctype_call,
              .trace = ctype_trace},
    .getsets = ctype_getsets,
};
