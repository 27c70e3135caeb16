// SPDX-License-Identifier: MIT
//
// Doubts: what is legal but hardly meant, which users see as a SyntaxWarning.
//
// `x is 5`, `assert (a, "text")`, `(1, 2) (3, 4)` where a comma was forgotten, "\d". CPython finds
// most of these while it generates code. Here the parser does, for it knows as much about them and
// the doubtful kinds of node are rare: a builder that makes one notes it, and when the whole tree
// is there each note becomes a message or nothing. Programs without doubts pay nothing.
//
// Two kinds of warnings differ in when they are given: those about the spelling of a literal also
// if the text turns out to be wrong further on, the others only with a tree (`is_late`).
#include "parse_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 4, 5))) static void warn(Parser *parser, Span span, bool is_late,
                                                       const char *format, ...) {
    char text[160];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *message = arena_strndup(parser->arena, text, strlen(text));
    ARENA_PUSH(parser->arena, parser->warnings, (ParseWarning){span, is_late, message});
}

// ---- The spelling of literals ----

void doubt_literal(Parser *parser, Span span, const Diagnostic *warning) {
    if (warning->kind == DIAGNOSTIC_WARNING)
        warn(parser, span, false, "%s", warning->message);
}

static const char *number_kind(const char *digits) {
    switch (digits[0] == '0' ? digits[1] | 0x20 : 0) {
    case 'x':
        return "hexadecimal";
    case 'o':
        return "octal";
    case 'b':
        return "binary";
    default:
        return "decimal";
    }
}

void doubt_number(Parser *parser, Span span) {
    const char *text = parser->source->text;
    char next = (char)(text[span.end] | 0x20);
    if (next >= 'a' && next <= 'z') // as in `1or 2`; the lexer lets only keywords pass
        warn(parser, (Span){span.end - 1, span.end}, false, "invalid %s literal",
             number_kind(text + span.start));
}

// ---- Types that can be told from the text ----

static const char *constant_type(const Constant *value) {
    switch (value->kind) {
    case CONSTANT_NONE:
        return "NoneType";
    case CONSTANT_TRUE:
    case CONSTANT_FALSE:
        return "bool";
    case CONSTANT_ELLIPSIS:
        return "ellipsis";
    case CONSTANT_INT:
    case CONSTANT_BIG_INT:
        return "int";
    case CONSTANT_FLOAT:
        return "float";
    case CONSTANT_IMAGINARY:
        return "complex";
    case CONSTANT_STRING:
        return "str";
    case CONSTANT_BYTES:
        return "bytes";
    }
    return NULL;
}

// The type of any expression whose kind of node says it, or NULL.
static const char *display_type(const Node *node) {
    static const char *const names[AST_KIND_COUNT] = {
        [AST_Tuple] = "tuple",     [AST_List] = "list",     [AST_ListComp] = "list",
        [AST_Dict] = "dict",       [AST_DictComp] = "dict", [AST_Set] = "set",
        [AST_SetComp] = "set",     [AST_JoinedStr] = "str", [AST_GeneratorExp] = "generator",
        [AST_Lambda] = "function",
    };
    return node->kind == AST_Constant ? constant_type(&node->Constant.value) : names[node->kind];
}

// True if `type` is among the words of `types`, each of which has a blank behind it.
static bool is_one_of(const char *type, const char *types) {
    const char *found = strstr(types, type);
    return found != NULL && found[strlen(type)] == ' ';
}

static bool is_integer(const char *type) {
    return is_one_of(type, "int bool ");
}

static bool is_number(const char *type) {
    return is_one_of(type, "int bool float complex ");
}

static const char *folded_type(const Node *node);

static const char *folded_unary(const Node *node) {
    const char *type = folded_type(node->UnaryOp.operand);
    if (type == NULL || node->UnaryOp.op == AST_Not)
        return type == NULL ? NULL : "bool";
    if (strcmp(type, "float") == 0)
        return node->UnaryOp.op == AST_Invert ? NULL : type;
    return is_integer(type) ? "int" : NULL;
}

static const char *folded_binary(const Node *node) {
    const char *left = folded_type(node->BinOp.left);
    const char *right = left == NULL ? NULL : folded_type(node->BinOp.right);
    AstOperator op = node->BinOp.op;
    if (right == NULL)
        return NULL;
    if (is_number(left) && is_number(right) && (*left == 'c' || *right == 'c'))
        return "complex";
    if (is_number(left) && is_number(right))
        return op == AST_Div || *left == 'f' || *right == 'f' ? "float" : "int";
    bool repeats = op == AST_Mult && is_integer(right);
    bool joins = op == AST_Add && strcmp(left, right) == 0;
    return (repeats || joins) && is_one_of(left, "str bytes tuple ") ? left : NULL;
}

// The type of an expression that is made of constants only, or NULL.
static const char *folded_type(const Node *node) {
    switch (node->kind) {
    case AST_Constant:
        return constant_type(&node->Constant.value);
    case AST_UnaryOp:
        return folded_unary(node);
    case AST_BinOp:
        return folded_binary(node);
    case AST_Tuple:
        for (uint32_t i = 0; i < node->Tuple.elts.count; i++) {
            if (folded_type(node->Tuple.elts.items[i]) == NULL)
                return NULL;
        }
        return "tuple";
    default:
        return NULL;
    }
}

// The type that is known of a value, from its kind or its constants, or NULL.
static const char *value_type(const Node *node) {
    const char *type = display_type(node);
    return type == NULL ? folded_type(node) : type;
}

// The type of a literal that `is` should not be asked about, or NULL.
static const char *literal_type(const Node *node) {
    const char *type = folded_type(node);
    return type == NULL || is_one_of(type, "NoneType bool ellipsis ") ? NULL : type;
}

// ---- Notes ----

static void note(Parser *parser, Node *node) {
    Doubts *doubts = &parser->doubts;
    if (doubts->count == 0 || doubts->items[doubts->count - 1].node != node)
        ARENA_PUSH(parser->arena, doubts, (Doubt){.node = node});
}

static bool may_be_literal(const Node *node) {
    return node->kind == AST_Constant
               ? literal_type(node) != NULL
               : node->kind == AST_Tuple || node->kind == AST_UnaryOp || node->kind == AST_BinOp;
}

void doubt_identity(Parser *parser, Node *compare, const Node *left, const Node *right) {
    if (may_be_literal(left) || may_be_literal(right))
        note(parser, compare);
}

void doubt_negation(Parser *parser, const Node *operand) {
    Doubts *doubts = &parser->doubts;
    if (doubts->count > 0 && doubts->items[doubts->count - 1].node == operand)
        doubts->items[doubts->count - 1].is_negated ^= operand->kind == AST_Compare;
}

void doubt_operand(Parser *parser, Node *operation, const Node *operand) {
    if (value_type(operand) != NULL)
        note(parser, operation);
}

void doubt_assertion(Parser *parser, Node *node) {
    if (node->Assert.test->kind == AST_Tuple && node->Assert.test->Tuple.elts.count > 0)
        note(parser, node);
}

// ---- From notes to messages ----

static void warn_identity(Parser *parser, const Doubt *doubt) {
    const Node *node = doubt->node, *left = node->Compare.left;
    for (uint32_t i = 0; i < node->Compare.ops.count; i++) {
        AstOperator op = node->Compare.ops.items[i];
        const Node *right = node->Compare.comparators.items[i];
        const char *type = literal_type(left);
        type = type == NULL ? literal_type(right) : type;
        if ((op == AST_Is || op == AST_IsNot) && type != NULL) {
            bool turned = doubt->is_negated && node->Compare.ops.count == 1;
            bool is_not = (op == AST_IsNot) != turned;
            warn(parser, node->span, true, "\"is%s\" with '%s' literal. Did you mean \"%s=\"?",
                 is_not ? " not" : "", type, is_not ? "!" : "=");
            return;
        }
        left = right;
    }
}

static void warn_call(Parser *parser, const Node *func) {
    if (func->kind != AST_Lambda)
        warn(parser, func->span, true, "'%s' object is not callable; perhaps you missed a comma?",
             value_type(func));
}

static void warn_subscript(Parser *parser, const Node *node) {
    const Node *value = node->Subscript.value;
    const char *type = value_type(value), *index = value_type(node->Subscript.slice);
    if (node->Subscript.ctx != AST_Load)
        return;
    if (!is_one_of(type, "str bytes tuple list dict "))
        warn(parser, value->span, true,
             "'%s' object is not subscriptable; perhaps you missed a comma?", type);
    else if (index != NULL && strcmp(type, "dict") != 0 && !is_integer(index))
        warn(parser, value->span, true,
             "%s indices must be integers or slices, not %s; perhaps you missed a comma?", type,
             index);
}

static void resolve(Parser *parser, const Doubt *doubt) {
    const Node *node = doubt->node;
    if (node->kind == AST_Compare)
        warn_identity(parser, doubt);
    else if (node->kind == AST_Call)
        warn_call(parser, node->Call.func);
    else if (node->kind == AST_Subscript)
        warn_subscript(parser, node);
    else
        warn(parser, node->span, true, "assertion is always true, perhaps remove parentheses?");
}

// Outer before inner, left before right: the order in which code is generated.
static int compare_places(const void *a, const void *b) {
    Span left = ((const Doubt *)a)->node->span, right = ((const Doubt *)b)->node->span;
    if (left.start != right.start)
        return left.start < right.start ? -1 : 1;
    return left.end == right.end ? 0 : left.end > right.end ? -1 : 1;
}

void doubt_resolve(Parser *parser) {
    Doubts *doubts = &parser->doubts;
    if (doubts->count > 1)
        qsort(doubts->items, doubts->count, sizeof *doubts->items, compare_places);
    for (uint32_t i = 0; i < doubts->count; i++)
        resolve(parser, &doubts->items[i]);
}
