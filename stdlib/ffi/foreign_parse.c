// SPDX-License-Identifier: MIT
//
// Declarations: specifiers, then declarators. C declares a name as it will be used, so a declarator
// is read from the name outwards while the types are built from the outside in. The trick for
// `int (*f)(char)`: at the bracket, skip to its end, read what follows it (the parameters), and
// only then come back for what stands in the bracket, with the type it applies to at hand.
//
// A declaration enters the scope only when it is complete, so one that fails leaves nothing behind
// but the structs before it. To say the same twice is fine, as in C.
#include "foreign_parse.h"

#include "foreign_type.h"
#include "int.h"
#include "operations.h"

// ---- Small steps ----

bool foreign_parse_enter(CParser *parser) {
    return parser->depth++ < PARSE_DEPTH_MAX ||
           foreign_token_fail(&parser->tokens, parser->at, "the declaration is nested too deeply");
}

static void mark_text(int mark, char text[4]) {
    snprintf(text, 4, mark < MARK_ELLIPSIS ? "%c" : "...", mark);
}

bool foreign_parse_expect(CParser *parser, int mark, const char *where) {
    char text[4];
    mark_text(mark, text);
    return foreign_parse_accept(parser, mark) ||
           foreign_token_fail(&parser->tokens, parser->at, "'%s' expected after %s, not %s", text,
                              where, foreign_token_text(&parser->tokens, parser->at));
}

Str *foreign_parse_name_of(const CParser *parser, const CToken *token) {
    return str_intern_utf8(parser->thread, parser->tokens.text + token->start, token->length);
}

Value foreign_parse_lookup(const CParser *parser, const CToken *name) {
    Str *text = foreign_parse_name_of(parser, name);
    for (const Scope *scope = parser->scope; scope != NULL; scope = scope->parent) {
        Value found = dict_get_str(parser->thread, scope->names, text);
        if (!is_undefined(found)) {
            return found;
        }
    }
    return VALUE_UNDEFINED;
}

static CType *named_type(const CParser *parser, const CToken *token) {
    static const struct {
        const char *name;
        CBasic basic;
    } named[] = {
#define NAMED(name, identifier) {name, BASIC_##identifier},
#include "foreign_basics.def"
#undef NAMED
    };
    Value found = foreign_parse_lookup(parser, token);
    if (is_ctype(parser->scope->state, found)) {
        return as_ctype(found);
    }
    for (size_t i = 0; is_undefined(found) && i < sizeof named / sizeof *named; i++) {
        if (foreign_token_is(&parser->tokens, token, named[i].name)) {
            return parser->scope->state->basics[named[i].basic];
        }
    }
    return NULL;
}

// ---- Specifiers ----

// The words that basic types are put together from, counted.
typedef struct BasicWords {
    int is_void, is_bool, is_char, is_short, is_int, is_long, is_float, is_double, is_signed,
        is_unsigned, count;
} BasicWords;

static bool read_basic_word(CParser *parser, BasicWords *words) {
    const struct {
        const char *name;
        int *counter;
    } known[] = {{"void", &words->is_void},        {"_Bool", &words->is_bool},
                 {"char", &words->is_char},        {"short", &words->is_short},
                 {"int", &words->is_int},          {"long", &words->is_long},
                 {"float", &words->is_float},      {"double", &words->is_double},
                 {"signed", &words->is_signed},    {"__signed__", &words->is_signed},
                 {"unsigned", &words->is_unsigned}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (foreign_parse_accept_name(parser, known[i].name)) {
            ++*known[i].counter;
            words->count++;
            return true;
        }
    }
    return false;
}

static CBasic sized_basic(const BasicWords *w) {
    bool u = w->is_unsigned;
    return w->is_short       ? (u ? BASIC_USHORT : BASIC_SHORT)
           : w->is_long == 1 ? (u ? BASIC_ULONG : BASIC_LONG)
           : w->is_long == 2 ? (u ? BASIC_ULLONG : BASIC_LLONG)
                             : (u ? BASIC_UINT : BASIC_INT);
}

// BASIC_COUNT: these words do not go together.
static CBasic basic_of_words(const BasicWords *w) {
    int sign = w->is_signed + w->is_unsigned;
    int base = w->is_void + w->is_bool + w->is_char + w->is_float + w->is_double;
    bool fine = base <= 1 && sign <= 1 && w->is_short <= 1 && w->is_long <= 2 && w->is_int <= 1 &&
                !(w->is_short && w->is_long);
    if (!fine || (w->is_int && base)) {
        return BASIC_COUNT;
    }
    int extra = sign + w->is_short + w->is_long;
    if (w->is_char) {
        return w->is_short + w->is_long ? BASIC_COUNT
               : w->is_unsigned         ? BASIC_UCHAR
               : w->is_signed           ? BASIC_SCHAR
                                        : BASIC_CHAR;
    }
    if (w->is_double) {
        return sign + w->is_short > 0 || w->is_long > 1 ? BASIC_COUNT
               : w->is_long                             ? BASIC_LDOUBLE
                                                        : BASIC_DOUBLE;
    }
    if (w->is_void + w->is_bool + w->is_float > 0) {
        return extra > 0    ? BASIC_COUNT
               : w->is_void ? BASIC_VOID
               : w->is_bool ? BASIC_BOOL
                            : BASIC_FLOAT;
    }
    return sized_basic(w);
}

// __attribute__((...)), of which only `packed` matters.
bool foreign_parse_attributes(CParser *parser) {
    while (foreign_parse_accept_name(parser, "__attribute__")) {
        if (!foreign_parse_is(parser, '(')) {
            return foreign_parse_expect(parser, '(', "__attribute__");
        }
        int depth = 0;
        do {
            if (parser->at->kind == FOREIGN_END) {
                return foreign_parse_expect(parser, ')', "the attribute");
            }
            depth += foreign_parse_is(parser, '(') - foreign_parse_is(parser, ')');
            parser->packed |= foreign_token_is(&parser->tokens, parser->at, "packed") ||
                              foreign_token_is(&parser->tokens, parser->at, "__packed__");
            parser->at++;
        } while (depth > 0);
    }
    return true;
}

static bool accept_qualifier(CParser *parser, bool *is_const) {
    static const char *const others[] = {"volatile",     "restrict", "__restrict", "__restrict__",
                                         "__volatile__", "_Atomic",  "__const"};
    if (foreign_parse_accept_name(parser, "const")) {
        *is_const = true;
        return true;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (foreign_parse_accept_name(parser, others[i])) {
            *is_const |= i == sizeof others / sizeof *others - 1;
            return true;
        }
    }
    return false;
}

static bool accept_storage(CParser *parser, bool *is_typedef) {
    static const char *const words[] = {"extern",        "static",       "inline",    "register",
                                        "__inline",      "__inline__",   "_Noreturn", "auto",
                                        "__extension__", "_Thread_local"};
    if (foreign_parse_accept_name(parser, "typedef")) {
        *is_typedef = true;
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (foreign_parse_accept_name(parser, words[i])) {
            return true;
        }
    }
    return false;
}

// Types that C has and ffi has not.
static bool refuse_missing(const CParser *parser) {
    static const char *const missing[] = {"_Complex", "__int128", "_Float16", "__float128",
                                          "_Decimal64"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        if (foreign_token_is(&parser->tokens, parser->at, missing[i])) {
            return foreign_token_fail(&parser->tokens, parser->at, "the type '%s' is not supported",
                                      missing[i]);
        }
    }
    return true;
}

static bool refuse_type(const CParser *parser, const CToken *token) {
    return foreign_token_fail(&parser->tokens, token,
                              token->kind == FOREIGN_NAME ? "unknown type name %s"
                                                          : "a type was expected, not %s",
                              foreign_token_text(&parser->tokens, token));
}

// struct, union, enum or a typedef's name. false: it is none of them, or an error.
static bool read_other_type(CParser *parser, CType **type) {
    if (parser->at->kind != FOREIGN_NAME) {
        return false;
    }
    if (foreign_parse_accept_name(parser, "struct")) {
        *type = foreign_parse_record(parser, C_STRUCT);
    } else if (foreign_parse_accept_name(parser, "union")) {
        *type = foreign_parse_record(parser, C_UNION);
    } else if (foreign_parse_accept_name(parser, "enum")) {
        *type = foreign_parse_enum(parser);
    } else {
        *type = named_type(parser, parser->at);
        parser->at += *type != NULL;
    }
    return *type != NULL;
}

bool foreign_parse_specifiers(CParser *parser, CSpecifiers *specifiers) {
    BasicWords words = {0};
    const CToken *start = parser->at;
    *specifiers = (CSpecifiers){0};
    for (;;) {
        if (accept_qualifier(parser, &specifiers->is_const) ||
            accept_storage(parser, &specifiers->is_typedef)) {
            continue;
        }
        if (foreign_token_is(&parser->tokens, parser->at, "__attribute__")) {
            if (!foreign_parse_attributes(parser)) {
                return false;
            }
            continue;
        }
        if (specifiers->type == NULL && read_basic_word(parser, &words)) {
            continue;
        }
        if (specifiers->type != NULL || words.count > 0 ||
            !read_other_type(parser, &specifiers->type)) {
            break;
        }
    }
    if (error_pending(parser->thread) || !refuse_missing(parser)) {
        return false;
    }
    if (specifiers->type != NULL) {
        return true;
    }
    if (words.count == 0) {
        return refuse_type(parser, parser->at);
    }
    CBasic basic = basic_of_words(&words);
    if (basic == BASIC_COUNT) {
        CToken all = *start;
        all.length = parser->at[-1].start + parser->at[-1].length - start->start;
        return foreign_token_fail(&parser->tokens, &all, "C has no such type");
    }
    specifiers->type = parser->scope->state->basics[basic];
    return true;
}

bool foreign_parse_starts_type(const CParser *parser, const CToken *token) {
    static const char *const words[] = {
        "void",   "_Bool",   "char",    "short",      "int",           "long",         "float",
        "double", "signed",  "union",   "enum",       "unsigned",      "const",        "volatile",
        "struct", "__const", "_Atomic", "__signed__", "__attribute__", "__extension__"};
    if (token->kind != FOREIGN_NAME) {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (foreign_token_is(&parser->tokens, token, words[i])) {
            return true;
        }
    }
    return named_type(parser, token) != NULL;
}

// ---- Declarators ----

static bool suffixes(CParser *parser, CDeclarator *declarator);

static bool read_length(CParser *parser, int64_t *length) {
    const CToken *start = parser->at;
    __int128 value;
    bool ignored = false;
    while (accept_qualifier(parser, &ignored) || foreign_parse_accept_name(parser, "static")) {}
    if (foreign_parse_accept(parser, ']')) {
        *length = C_OPEN_LENGTH;
        return true;
    }
    if (!foreign_parse_constant(parser, &value)) {
        return false;
    }
    if (value < 0 || value > INT64_MAX) {
        return foreign_token_fail(&parser->tokens, start, "the length of an array cannot be %s",
                                  value < 0 ? "negative" : "that large");
    }
    *length = (int64_t)value;
    return foreign_parse_expect(parser, ']', "the length");
}

static bool array_suffix(CParser *parser, const CToken *bracket, CDeclarator *declarator) {
    int64_t length = 0;
    if (!read_length(parser, &length) || !suffixes(parser, declarator)) {
        return false;
    }
    CType *item = declarator->type;
    size_t total;
    if (!foreign_has_size(item)) {
        return foreign_token_fail(&parser->tokens, bracket,
                                  "an array cannot consist of '%s', whose size is not known",
                                  foreign_type_text(parser->thread, item));
    }
    if (length > 0 &&
        (__builtin_mul_overflow(item->size, (size_t)length, &total) || total > INT64_MAX / 2)) {
        return foreign_token_fail(&parser->tokens, bracket, "the array is too large");
    }
    declarator->type = foreign_type_array(parser->thread, item, length, declarator->is_const);
    return true;
}

// As a parameter an array is a pointer, and a function is one, too.
static CType *as_parameter(CParser *parser, const CDeclarator *declarator) {
    CType *type = declarator->type;
    if (type->kind == C_ARRAY) {
        return foreign_type_pointer(parser->thread, type->target, type->target_is_const);
    }
    return type->kind == C_FUNCTION ? foreign_type_pointer(parser->thread, type, false) : type;
}

static bool read_parameter(CParser *parser, List *parameters) {
    CSpecifiers specifiers;
    CDeclarator declarator;
    const CToken *start = parser->at;
    if (!foreign_parse_specifiers(parser, &specifiers) ||
        !foreign_parse_declarator(parser, &specifiers, &declarator)) {
        return false;
    }
    if (declarator.type->kind == C_VOID) {
        return foreign_token_fail(&parser->tokens, start, "a parameter cannot be 'void'");
    }
    list_append(parser->thread, parameters, value_object(as_parameter(parser, &declarator)));
    return true;
}

static bool read_parameters(CParser *parser, List *parameters, bool *is_variadic) {
    *is_variadic = false;
    if (foreign_parse_accept(parser, ')')) {
        return true;
    }
    if (foreign_token_is(&parser->tokens, parser->at, "void") &&
        parser->at[1].kind == FOREIGN_MARK && parser->at[1].mark == ')') {
        parser->at += 2;
        return true;
    }
    do {
        if (foreign_parse_accept(parser, MARK_ELLIPSIS)) {
            *is_variadic = true;
            return foreign_parse_expect(parser, ')', "'...'");
        }
        if (!read_parameter(parser, parameters)) {
            return false;
        }
    } while (foreign_parse_accept(parser, ','));
    return foreign_parse_expect(parser, ')', "the parameters");
}

static bool function_suffix(CParser *parser, const CToken *bracket, CDeclarator *declarator) {
    List *parameters = list_new(parser->thread, 4);
    bool is_variadic;
    if (!read_parameters(parser, parameters, &is_variadic) || !suffixes(parser, declarator)) {
        return false;
    }
    CType *result = declarator->type;
    if (result->kind == C_ARRAY || result->kind == C_FUNCTION) {
        return foreign_token_fail(&parser->tokens, bracket, "a function cannot return %s",
                                  result->kind == C_ARRAY ? "an array" : "a function");
    }
    declarator->type = foreign_type_function(parser->thread, result, parameters, is_variadic);
    declarator->is_const = false;
    return true;
}

static bool suffixes(CParser *parser, CDeclarator *declarator) {
    const CToken *bracket = parser->at;
    bool is_array = foreign_parse_accept(parser, '[');
    if (!is_array && !foreign_parse_accept(parser, '(')) {
        return true;
    }
    if (!foreign_parse_enter(parser) ||
        !(is_array ? array_suffix(parser, bracket, declarator)
                   : function_suffix(parser, bracket, declarator))) {
        return false;
    }
    parser->depth--;
    return true;
}

static bool skip_brackets(CParser *parser) {
    const CToken *start = parser->at;
    int depth = 0;
    do {
        if (parser->at->kind == FOREIGN_END) {
            return foreign_token_fail(&parser->tokens, start, "'(' is never closed");
        }
        depth += foreign_parse_is(parser, '(') - foreign_parse_is(parser, ')');
        parser->at++;
    } while (depth > 0);
    return true;
}

// Does a declarator stand in this bracket, or are these parameters?
static bool is_nested(const CParser *parser) {
    if (!foreign_parse_is(parser, '(')) {
        return false;
    }
    const CToken *next = parser->at + 1;
    bool mark =
        next->kind == FOREIGN_MARK && (next->mark == '*' || next->mark == '(' || next->mark == '[');
    return mark || (next->kind == FOREIGN_NAME && !foreign_parse_starts_type(parser, next));
}

static bool declarator_of(CParser *parser, CDeclarator *declarator);

static bool nested_declarator(CParser *parser, CDeclarator *declarator) {
    const CToken *inside = parser->at + 1;
    if (!skip_brackets(parser) || !suffixes(parser, declarator)) {
        return false;
    }
    const CToken *after = parser->at;
    parser->at = inside;
    if (!declarator_of(parser, declarator) || !foreign_parse_expect(parser, ')', "the name")) {
        return false;
    }
    parser->at = after;
    return true;
}

static bool declarator_of(CParser *parser, CDeclarator *declarator) {
    if (!foreign_parse_enter(parser)) {
        return false;
    }
    while (foreign_parse_accept(parser, '*')) {
        declarator->type =
            foreign_type_pointer(parser->thread, declarator->type, declarator->is_const);
        declarator->is_const = false;
        while (accept_qualifier(parser, &declarator->is_const)) {}
    }
    if (!foreign_parse_attributes(parser)) {
        return false;
    }
    bool fine = true;
    if (is_nested(parser)) {
        fine = nested_declarator(parser, declarator);
    } else {
        declarator->name = parser->at->kind == FOREIGN_NAME ? parser->at++ : NULL;
        fine = suffixes(parser, declarator);
    }
    parser->depth--;
    return fine;
}

bool foreign_parse_declarator(CParser *parser, const CSpecifiers *specifiers,
                              CDeclarator *declarator) {
    *declarator = (CDeclarator){specifiers->type, specifiers->is_const, NULL};
    return declarator_of(parser, declarator);
}

CType *foreign_parse_type_name(CParser *parser) {
    CSpecifiers specifiers;
    CDeclarator declarator;
    if (!foreign_parse_specifiers(parser, &specifiers) ||
        !foreign_parse_declarator(parser, &specifiers, &declarator)) {
        return NULL;
    }
    if (declarator.name != NULL) {
        foreign_token_fail(&parser->tokens, declarator.name, "a type without a name was expected");
        return NULL;
    }
    return declarator.type;
}
