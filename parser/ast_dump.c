// SPDX-License-Identifier: MIT
//
// Trees as text, in the very form of Python's ast.dump(tree), so that a test can
// compare the two: `Expr(value=BinOp(left=Name(id='a', ctx=Load()), ...))`. Like
// ast.dump it leaves out optional fields that are None, and type parameters where there are none.
#include "ast.h"
#include "utf8.h"

#include <string.h>

typedef struct Dump {
    StringBuilder *out;
    bool first; // no field of the current node is printed yet
} Dump;

static void field_name(Dump *dump, const char *field) {
    sb_printf(dump->out, "%s%s=", dump->first ? "" : ", ", field);
    dump->first = false;
}

static void dump_list(Dump *dump, const char *field, const NodeList *list) {
    field_name(dump, field);
    sb_putc(dump->out, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        sb_puts(dump->out, i ? ", " : "");
        if (list->items[i])
            ast_dump(list->items[i], dump->out);
        else
            sb_puts(dump->out, "None");
    }
    sb_putc(dump->out, ']');
}

static void dump_operators(Dump *dump, const char *field, const OperatorList *list) {
    field_name(dump, field);
    sb_putc(dump->out, '[');
    for (uint32_t i = 0; i < list->count; i++)
        sb_printf(dump->out, "%s%s()", i ? ", " : "", ast_operator_name(list->items[i]));
    sb_putc(dump->out, ']');
}

static void dump_names(Dump *dump, const char *field, const NameList *list) {
    field_name(dump, field);
    sb_putc(dump->out, '[');
    for (uint32_t i = 0; i < list->count; i++)
        sb_printf(dump->out, "%s'%s'", i ? ", " : "", list->items[i]->text);
    sb_putc(dump->out, ']');
}

static void dump_escaped(StringBuilder *out, uint32_t c, char quote) {
    const char *escapes = "\n\r\t\\";
    const char *found = c && c < 128 ? strchr(escapes, (int)c) : NULL;
    if (found)
        sb_printf(out, "\\%c", "nrt\\"[found - escapes]);
    else if (c == (unsigned char)quote)
        sb_printf(out, "\\%c", quote);
    else if (c < ' ' || (c >= 0x7F && c < 0xA1))
        sb_printf(out, "\\x%02x", c);
    else if (c >= 0xD800 && c < 0xE000)
        sb_printf(out, "\\u%04x", c);
    else
        sb_put_codepoint(out, c);
}

static void dump_text(StringBuilder *out, const Constant *value) {
    bool is_bytes = value->kind == CONSTANT_BYTES;
    bool has_single = memchr(value->text, '\'', value->length) != NULL;
    bool has_double = memchr(value->text, '"', value->length) != NULL;
    char quote = has_single && !has_double ? '"' : '\'';
    sb_printf(out, "%s%c", is_bytes ? "b" : "", quote);
    const char *end = value->text + value->length;
    for (const char *at = value->text; at < end;) {
        uint32_t c = (unsigned char)*at;
        at += is_bytes ? 1 : utf8_decode(at, end, &c);
        if (is_bytes && c >= 0x80)
            sb_printf(out, "\\x%02x", c);
        else
            dump_escaped(out, c, quote);
    }
    sb_putc(out, quote);
}

static void dump_constant(StringBuilder *out, const Constant *value) {
    switch (value->kind) {
    case CONSTANT_NONE:
        sb_puts(out, "None");
        break;
    case CONSTANT_TRUE:
        sb_puts(out, "True");
        break;
    case CONSTANT_FALSE:
        sb_puts(out, "False");
        break;
    case CONSTANT_ELLIPSIS:
        sb_puts(out, "Ellipsis");
        break;
    case CONSTANT_INT:
        sb_printf(out, "%lld", (long long)value->integer);
        break;
    case CONSTANT_BIG_INT:
        sb_printf(out, "%s%s",
                  value->base == 16  ? "0x"
                  : value->base == 8 ? "0o"
                  : value->base == 2 ? "0b"
                                     : "",
                  value->text);
        break;
    case CONSTANT_FLOAT:
        sb_printf(out, "%.17g", value->number);
        break;
    case CONSTANT_IMAGINARY:
        sb_printf(out, "%.17gj", value->number);
        break;
    case CONSTANT_STRING:
    case CONSTANT_BYTES:
        dump_text(out, value);
        break;
    }
}

static void dump_context(Dump *dump, const char *field, AstContext context) {
    static const char *const names[] = {"Load", "Store", "Del"};
    field_name(dump, field);
    sb_printf(dump->out, "%s()", names[context]);
}

static void dump_child(Dump *dump, const char *field, const Node *child) {
    if (!child)
        return;
    field_name(dump, field);
    ast_dump(child, dump->out);
}

static void dump_name(Dump *dump, const char *field, const Name *name) {
    if (!name)
        return;
    field_name(dump, field);
    sb_printf(dump->out, "'%s'", name->text);
}

static void dump_fields(Dump *dump, const Node *node) {
    switch (node->kind) {
#define NODE(type, fields)                                                                         \
    case AST_##type: {                                                                             \
        const __typeof__(node->type) *self = &node->type;                                          \
        (void)self;                                                                                \
        fields break;                                                                              \
    }
#define CHILD(field) dump_child(dump, #field, self->field);
#define OPTIONAL(field) dump_child(dump, #field, self->field);
#define LIST(field) dump_list(dump, #field, &self->field);
#define PARAMS(field)                                                                              \
    if (self->field.count)                                                                         \
        dump_list(dump, #field, &self->field);
#define NAME(field) dump_name(dump, #field, self->field);
#define NAMES(field) dump_names(dump, #field, &self->field);
#define OPERATOR(field)                                                                            \
    field_name(dump, #field);                                                                      \
    sb_printf(dump->out, "%s()", ast_operator_name(self->field));
#define OPERATORS(field) dump_operators(dump, #field, &self->field);
#define CONTEXT(field) dump_context(dump, #field, self->field);
#define INTEGER(field)                                                                             \
    field_name(dump, #field);                                                                      \
    sb_printf(dump->out, "%d", self->field);
#define CONSTANT(field)                                                                            \
    field_name(dump, #field);                                                                      \
    dump_constant(dump->out, &self->field);
#define HIDDEN(type, field)
#include "ast.def"
    case AST_KIND_COUNT:
        break;
    }
}

void ast_dump(const Node *node, StringBuilder *out) {
    Dump dump = {.out = out, .first = true};
    sb_printf(out, "%s(", ast_kind_name(node->kind));
    dump_fields(&dump, node);
    sb_putc(out, ')');
}
