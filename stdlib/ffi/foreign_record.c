// SPDX-License-Identifier: MIT
//
// Structs, unions and enums, and where their members lie. The layout is that of the System V ABI,
// which gcc and clang follow on Linux: each member at the next multiple of its alignment; bits go
// into the unit of their type that is being filled, unless they would cross its end.
//
// A struct may be used before its body is known, through pointers; the body then completes the type
// that the tag already names.
#include "foreign_parse.h"

#include "foreign_type.h"
#include "int.h"

enum { FIELDS_MAX = 1 << 16 };

// ---- Tags ----

static Str *tag_name(const CParser *parser, const char *word, const CToken *tag) {
    static const char anonymous[] = "<anonymous>";
    return tag == NULL ? str_format(parser->thread, "%s %s", word, anonymous)
                       : str_format(parser->thread, "%s %.*s", word, (int)tag->length,
                                    parser->tokens.text + tag->start);
}

// The type that a tag names; with a body it is the innermost scope's own.
static CType *tagged_type(CParser *parser, CKind kind, const CToken *tag, bool has_body) {
    static const char *const words[] = {
        [C_STRUCT] = "struct", [C_UNION] = "union", [C_ENUM] = "enum"};
    Thread *thread = parser->thread;
    Str *name = str_intern(thread, tag_name(parser, words[kind], tag));
    for (const Scope *scope = parser->scope; tag != NULL && scope != NULL; scope = scope->parent) {
        Value found = dict_get_str(thread, scope->tags, name);
        if (!is_undefined(found) && (!has_body || scope == parser->scope)) {
            return as_ctype(found);
        }
    }
    CType *type = foreign_type_new(thread, parser->scope->state, kind);
    type->name = name;
    if (tag != NULL) {
        dict_set_str(thread, parser->scope->tags, name, value_object(type));
    }
    return type;
}

static const CToken *read_tag(CParser *parser) {
    if (!foreign_parse_attributes(parser)) {
        return NULL;
    }
    return parser->at->kind == FOREIGN_NAME ? parser->at++ : NULL;
}

static bool need_tag_or_body(const CParser *parser, const CToken *tag, const char *word) {
    return !error_pending(parser->thread) &&
           (tag != NULL || foreign_parse_is(parser, '{') ||
            foreign_token_fail(&parser->tokens, parser->at, "a name or '{' expected after '%s'",
                               word));
}

// ---- Members ----

// What is known while a body is read: how many bits are taken.
typedef struct Body {
    CType *type;
    size_t capacity;
    uint64_t bits; // of a struct: taken so far; of a union: of the largest
} Body;

static size_t round_up(size_t n, size_t unit) {
    return (n + unit - 1) / unit * unit;
}

static CField *add_field(const CParser *parser, Body *body) {
    CType *type = body->type;
    if (type->all_fields == body->capacity) {
        size_t wanted = body->capacity ? 2 * body->capacity : 8;
        CField *fields =
            heap_allocate(thread_heap(parser->thread), CELL_BUFFER, wanted * sizeof(CField));
        if (type->all_fields > 0) {
            memcpy(fields, type->fields, type->all_fields * sizeof(CField));
        }
        type->fields = fields;
        body->capacity = wanted;
    }
    CField *field = &type->fields[type->all_fields++];
    *field = (CField){0};
    return field;
}

static bool enter_name(const CParser *parser, const CType *type, Str *name, size_t index,
                       const CToken *at) {
    if (!is_undefined(dict_get_str(parser->thread, type->lookup, name))) {
        return foreign_token_fail(&parser->tokens, at, "a second member '%s'",
                                  str_text(parser->thread, name));
    }
    dict_set_str(parser->thread, type->lookup, name, value_small_int((int64_t)index));
    return true;
}

// Where a member of this size begins; the struct or union grows by it.
static bool place(const CParser *parser, Body *body, CField *field, const CToken *at) {
    CType *type = body->type;
    size_t alignment = type->is_packed ? 1 : field->type->alignment, end;
    size_t offset = type->kind == C_UNION ? 0 : round_up((size_t)((body->bits + 7) / 8), alignment);
    field->offset = offset;
    if (__builtin_add_overflow(offset, field->type->size, &end) || end > INT64_MAX / 16) {
        return foreign_token_fail(&parser->tokens, at, "the %s is too large",
                                  type->kind == C_UNION ? "union" : "struct");
    }
    body->bits = end * 8 > body->bits ? end * 8 : body->bits;
    type->alignment = alignment > type->alignment ? alignment : type->alignment;
    return true;
}

static bool place_bits(CParser *parser, Body *body, CType *unit, const CToken *name) {
    const CToken *at = parser->at;
    __int128 width;
    if (!foreign_parse_constant(parser, &width)) {
        return false;
    }
    if (!foreign_is_integer(unit)) {
        return foreign_token_fail(&parser->tokens, at, "a bit-field must be of an integer type");
    }
    uint64_t size = unit->kind == C_BOOL ? 1 : unit->size * 8;
    if (width < 0 || width > (__int128)size || (width == 0 && name != NULL)) {
        return foreign_token_fail(&parser->tokens, at, "a bit-field of '%s' has 1 to %llu bits",
                                  foreign_type_text(parser->thread, unit),
                                  (unsigned long long)size);
    }
    if (body->type->is_packed) {
        return foreign_token_fail(&parser->tokens, at,
                                  "bit-fields in packed structs are not supported");
    }
    uint64_t bits = (uint64_t)width, whole = unit->size * 8;
    uint64_t from = body->type->kind == C_UNION ? 0 : body->bits;
    if (bits == 0 || from / whole != (from + bits - 1) / whole) {
        from = round_up(from, whole);
    }
    body->bits = from + bits > body->bits ? from + bits : body->bits;
    body->type->has_bits = true;
    if (name == NULL) {
        return true;
    }
    if (unit->alignment > body->type->alignment) {
        body->type->alignment = unit->alignment;
    }
    CField *field = add_field(parser, body);
    field->type = unit;
    field->name = foreign_parse_name_of(parser, name);
    field->offset = (size_t)(from / whole * unit->size);
    field->bit_shift = (uint8_t)(from % whole);
    field->bit_width = (uint8_t)bits;
    field->is_bits = true;
    return true;
}

static bool check_member(const CParser *parser, const CDeclarator *declarator, const CToken *at) {
    const CType *type = declarator->type;
    bool is_flexible = type->kind == C_ARRAY && type->length == C_OPEN_LENGTH;
    return foreign_has_size(type) || is_flexible ||
           foreign_token_fail(&parser->tokens, at, "a member cannot be of type '%s'%s",
                              foreign_type_text(parser->thread, type),
                              type->kind == C_FUNCTION ? "; a pointer to it can"
                                                       : ", whose size is not known");
}

static bool read_member(CParser *parser, Body *body, const CSpecifiers *specifiers) {
    CDeclarator declarator;
    const CToken *at = parser->at;
    if (foreign_parse_accept(parser, ':')) {
        return place_bits(parser, body, specifiers->type, NULL);
    }
    if (!foreign_parse_declarator(parser, specifiers, &declarator)) {
        return false;
    }
    if (declarator.name == NULL) {
        return foreign_token_fail(&parser->tokens, parser->at, "a name was expected, not %s",
                                  foreign_token_text(&parser->tokens, parser->at));
    }
    if (foreign_parse_accept(parser, ':')) {
        return place_bits(parser, body, declarator.type, declarator.name);
    }
    if (!check_member(parser, &declarator, at)) {
        return false;
    }
    CField *field = add_field(parser, body);
    field->type = declarator.type;
    field->name = foreign_parse_name_of(parser, declarator.name);
    return place(parser, body, field, at) && foreign_parse_attributes(parser);
}

// The members of one declaration: `int x, y;`, or a struct without a name, whose members are ours.
static bool read_members(CParser *parser, Body *body) {
    CSpecifiers specifiers;
    const CToken *at = parser->at;
    if (!foreign_parse_specifiers(parser, &specifiers)) {
        return false;
    }
    if (foreign_parse_is(parser, ';') && foreign_is_record(specifiers.type)) {
        if (!specifiers.type->is_complete) {
            return foreign_token_fail(&parser->tokens, at, "this declares no member");
        }
        CField *field = add_field(parser, body);
        field->type = specifiers.type;
        if (!place(parser, body, field, at)) {
            return false;
        }
        return foreign_parse_expect(parser, ';', "the member");
    }
    do {
        if (!read_member(parser, body, &specifiers)) {
            return false;
        }
        if (body->type->all_fields > FIELDS_MAX) {
            return foreign_token_fail(&parser->tokens, at, "too many members");
        }
    } while (foreign_parse_accept(parser, ','));
    return foreign_parse_expect(parser, ';', "the member");
}

// Enter all names, those of anonymous members as if they stood here.
static bool enter_names(const CParser *parser, Body *body, const CToken *at) {
    CType *type = body->type;
    type->lookup = dict_new(parser->thread, type->all_fields);
    type->field_count = type->all_fields;
    for (size_t i = 0; i < type->field_count; i++) {
        CField outer = type->fields[i];
        if (outer.name != NULL) {
            if (!enter_name(parser, type, outer.name, i, at)) {
                return false;
            }
            continue;
        }
        for (size_t k = 0; k < outer.type->all_fields; k++) {
            CField inner = outer.type->fields[k];
            if (inner.name == NULL) {
                continue;
            }
            inner.offset += outer.offset;
            *add_field(parser, body) = inner;
            if (!enter_name(parser, type, inner.name, type->all_fields - 1, at)) {
                return false;
            }
        }
    }
    return true;
}

static bool is_same_record(const CType *a, const CType *b) {
    if (a->size != b->size || a->field_count != b->field_count || a->kind != b->kind) {
        return false;
    }
    for (size_t i = 0; i < a->field_count; i++) {
        const CField *x = &a->fields[i], *y = &b->fields[i];
        bool same_type = foreign_type_same(x->type, y->type) ||
                         (foreign_is_record(x->type) && is_same_record(x->type, y->type));
        if (x->name != y->name || x->offset != y->offset || x->bit_width != y->bit_width ||
            !same_type) {
            return false;
        }
    }
    return true;
}

// The body is read into a type of its own, which then becomes the one that the tag names.
static bool adopt(const CParser *parser, CType *type, const CType *body, const CToken *at) {
    if (type->is_complete) {
        return is_same_record(type, body) ||
               foreign_token_fail(&parser->tokens, at, "'%s' is already declared otherwise",
                                  str_text(parser->thread, type->name));
    }
    type->size = body->size;
    type->alignment = body->alignment;
    type->fields = body->fields;
    type->field_count = body->field_count;
    type->all_fields = body->all_fields;
    type->lookup = body->lookup;
    type->is_packed = body->is_packed;
    type->has_bits = body->has_bits;
    type->is_complete = true;
    return true;
}

static bool read_body(CParser *parser, CType *type, const CToken *at) {
    Body body = {foreign_type_new(parser->thread, type->state, (CKind)type->kind), 0, 0};
    const CToken *open = parser->at++;
    bool was_packed = parser->packed;
    body.type->name = type->name;
    body.type->is_packed = was_packed;
    parser->packed = false;
    while (!foreign_parse_accept(parser, '}')) {
        if (parser->at->kind == FOREIGN_END) {
            return foreign_token_fail(&parser->tokens, open, "'{' is never closed");
        }
        if (!read_members(parser, &body)) {
            return false;
        }
    }
    if (!foreign_parse_attributes(parser)) {
        return false;
    }
    if (parser->packed && !was_packed) { // known only now: place the members again
        body.type->is_packed = true;
        body.type->alignment = 1;
        body.bits = 0;
        for (size_t i = 0; i < body.type->all_fields; i++) {
            place(parser, &body, &body.type->fields[i], open);
        }
    }
    parser->packed = false;
    body.type->size = round_up((size_t)((body.bits + 7) / 8), body.type->alignment);
    return enter_names(parser, &body, at) && adopt(parser, type, body.type, at);
}

CType *foreign_parse_record(CParser *parser, CKind kind) {
    parser->packed = false;
    const CToken *word = parser->at - 1, *tag = read_tag(parser);
    if (!need_tag_or_body(parser, tag, kind == C_STRUCT ? "struct" : "union")) {
        return NULL;
    }
    bool has_body = foreign_parse_is(parser, '{');
    CType *type = tagged_type(parser, kind, tag, has_body);
    if (!has_body) {
        return type;
    }
    bool fine = foreign_parse_enter(parser) && read_body(parser, type, tag ? tag : word);
    parser->depth--;
    return fine ? type : NULL;
}

// ---- Enums ----

typedef struct Enumerators {
    Dict *numbers;
    __int128 next, least, most;
} Enumerators;

static bool read_enumerator(CParser *parser, Enumerators *all) {
    const CToken *name = parser->at;
    if (name->kind != FOREIGN_NAME) {
        return foreign_token_fail(&parser->tokens, name, "the name of a constant was expected");
    }
    parser->at++;
    if (foreign_parse_accept(parser, '=') && !foreign_parse_constant(parser, &all->next)) {
        return false;
    }
    if (all->next > UINT64_MAX) {
        return foreign_token_fail(&parser->tokens, name, "the constant does not fit into 64 bits");
    }
    Value number = int_from_int128(parser->thread, all->next);
    Str *text = foreign_parse_name_of(parser, name);
    Value before = dict_get_str(parser->thread, parser->scope->names, text);
    bool is_new = is_undefined(before) || (is_integral(before) && int_equal(before, number));
    if (!is_new || !is_undefined(dict_get_str(parser->thread, all->numbers, text))) {
        return foreign_token_fail(&parser->tokens, name, "'%s' is already declared otherwise",
                                  str_text(parser->thread, text));
    }
    dict_set_str(parser->thread, parser->scope->names, text, number);
    dict_set_str(parser->thread, all->numbers, text, number);
    all->least = all->next < all->least ? all->next : all->least;
    all->most = all->next > all->most ? all->next : all->most;
    all->next++;
    return true;
}

// The integer an enum is in C: int's size if that suffices, unsigned without negative numbers.
static CType *integer_of_enum(const ForeignState *state, const Enumerators *all) {
    bool small = all->least >= INT32_MIN && all->most <= (all->least < 0 ? INT32_MAX : UINT32_MAX);
    return state->basics[all->least < 0 ? (small ? BASIC_INT : BASIC_LONG)
                                        : (small ? BASIC_UINT : BASIC_ULONG)];
}

static bool read_enumerators(CParser *parser, CType *type, const CToken *at) {
    Enumerators all = {dict_new(parser->thread, 8), 0, 0, 0};
    const CToken *open = parser->at++;
    while (!foreign_parse_is(parser, '}')) {
        if (parser->at->kind == FOREIGN_END) {
            return foreign_token_fail(&parser->tokens, open, "'{' is never closed");
        }
        if (!read_enumerator(parser, &all)) {
            return false;
        }
        if (!foreign_parse_accept(parser, ',')) {
            break;
        }
    }
    if (!foreign_parse_expect(parser, '}', "the constants")) {
        return false;
    }
    if (type->is_complete && dict_equal(parser->thread, type->lookup, all.numbers) <= 0) {
        return foreign_token_fail(&parser->tokens, at, "'%s' is already declared otherwise",
                                  str_text(parser->thread, type->name));
    }
    type->lookup = all.numbers;
    type->target = integer_of_enum(type->state, &all);
    type->size = type->alignment = type->target->size;
    type->is_complete = true;
    return true;
}

CType *foreign_parse_enum(CParser *parser) {
    const CToken *word = parser->at - 1, *tag = read_tag(parser);
    if (!need_tag_or_body(parser, tag, "enum")) {
        return NULL;
    }
    bool has_body = foreign_parse_is(parser, '{');
    CType *type = tagged_type(parser, C_ENUM, tag, has_body);
    if (has_body) {
        return read_enumerators(parser, type, tag ? tag : word) ? type : NULL;
    }
    if (!type->is_complete) { // as gcc takes it
        type->target = type->state->basics[BASIC_UINT];
        type->size = type->alignment = type->target->size;
    }
    return type;
}
