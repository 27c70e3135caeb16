// SPDX-License-Identifier: MIT
//
// "%s=%r" % (key, value) as the f-string f"{key!s}={value!r}".
//
// The template of a % is nearly always a literal and its right operand a display, so there is no
// need to make the tuple and to read the template each time. That is done where the result can not
// be told from that of the operator: only %%, %s, %r and %a without flags, and as many values as
// conversions. CPython's compiler has the same in optimize_format.
#include "compiler.h"

enum { MAX_LENGTH = 200 }; // of a template: each of its parts takes a register

static Node *value_node(Compiler *c, Node *value, char conversion) {
    Node *node = ast_new(c->arena, AST_FormattedValue, value->span);
    node->FormattedValue.value = value;
    node->FormattedValue.conversion = (unsigned char)conversion;
    return node;
}

static bool has_starred(const NodeList *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind == AST_Starred)
            return true;
    }
    return false;
}

// How many values the template takes; -1: it has other conversions.
static int64_t count_conversions(const Constant *template) {
    int64_t count = 0;
    for (uint32_t i = 0; i < template->length; i++) {
        if (template->text[i] != '%')
            continue;
        if (++i == template->length || !strchr("%sra", template->text[i]))
            return -1;
        count += template->text[i] != '%';
    }
    return count;
}

static void split_template(Compiler *c, const Constant *template, const NodeList *values,
                           NodeList *parts) {
    const char *text = template->text;
    uint32_t next = 0;
    for (uint32_t i = 0; i < template->length;) {
        uint32_t start = i;
        while (i < template->length && text[i] != '%')
            i++;
        if (i > start)
            parts->items[parts->count++] = pool_text(c, text + start, i - start);
        if (i == template->length)
            break;
        parts->items[parts->count++] = text[i + 1] == '%'
                                           ? pool_text(c, "%", 1)
                                           : value_node(c, values->items[next++], text[i + 1]);
        i += 2;
    }
}

const Node *fold_percent(Compiler *c, const Node *node) {
    const Node *left = node->BinOp.left, *right = node->BinOp.right;
    if (node->BinOp.op != AST_Mod || right->kind != AST_Tuple || left->kind != AST_Constant ||
        left->Constant.value.kind != CONSTANT_STRING)
        return NULL;
    const NodeList *values = &right->Tuple.elts;
    int64_t count = count_conversions(&left->Constant.value);
    if (count == 0 || count != values->count || left->Constant.value.length > MAX_LENGTH ||
        has_starred(values))
        return NULL;
    Node *joined = ast_new(c->arena, AST_JoinedStr, node->span);
    joined->JoinedStr.values.items = ARENA_NEW(c->arena, Node *, left->Constant.value.length);
    split_template(c, &left->Constant.value, values, &joined->JoinedStr.values);
    return joined;
}
