// SPDX-License-Identifier: MIT
//
// A docstring without the indentation of the program around it.
//
// What stands between the quotes is written so that it looks right in the source: its lines begin
// with as many blanks as the code. Programs that show it had to take these away; since 3.13 the
// compiler does. First the tabs become blanks; then the first line loses all blanks at its
// beginning, and the others as many as all of them have that are not empty. The tree, and what
// ast.get_docstring(clean=False) gives, keeps the text as it was. CPython: _PyCompile_CleanDoc.
#include "compiler.h"

#include <string.h>

enum { TAB_SIZE = 8 };

typedef struct Text {
    char *at;
    size_t length;
} Text;

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

// As str.expandtabs() does it.
static Text expand_tabs(Compiler *c, const Constant *doc) {
    size_t tabs = 0;
    for (size_t i = 0; i < doc->length; i++)
        tabs += doc->text[i] == '\t';
    Text text = {ARENA_NEW(c->arena, char, doc->length + tabs * (TAB_SIZE - 1) + 1), 0};
    size_t column = 0;
    for (size_t i = 0; i < doc->length; i++) {
        char here = doc->text[i];
        size_t blanks = here == '\t' ? TAB_SIZE - column % TAB_SIZE : 0;
        memset(text.at + text.length, ' ', blanks);
        text.length += blanks;
        column += blanks;
        if (here == '\t')
            continue;
        text.at[text.length++] = here;
        if (here == '\n' || here == '\r')
            column = 0;
        else
            column += !is_continuation(here);
    }
    return text;
}

static size_t line_end(const Text *text, size_t at) {
    while (at < text->length && text->at[at] != '\n')
        at++;
    return at;
}

static size_t count_blanks(const Text *text, size_t at) {
    size_t start = at;
    while (at < text->length && text->at[at] == ' ')
        at++;
    return at - start;
}

// The blanks that all lines but the first and the empty ones begin with.
static size_t find_margin(const Text *text) {
    size_t margin = SIZE_MAX;
    for (size_t at = line_end(text, 0) + 1; at < text->length; at = line_end(text, at) + 1) {
        size_t blanks = count_blanks(text, at);
        bool is_empty = at + blanks == text->length || text->at[at + blanks] == '\n';
        if (!is_empty && blanks < margin)
            margin = blanks;
    }
    return margin == SIZE_MAX ? 0 : margin;
}

static Text strip_margin(Compiler *c, const Text *text, size_t margin) {
    Text result = {ARENA_NEW(c->arena, char, text->length + 1), 0};
    size_t skip = count_blanks(text, 0);
    for (size_t at = 0; at < text->length;) {
        at += skip;
        size_t end = line_end(text, at);
        end += end < text->length;
        memcpy(result.at + result.length, text->at + at, end - at);
        result.length += end - at;
        at = end;
        size_t blanks = count_blanks(text, at);
        skip = blanks < margin ? blanks : margin;
    }
    return result;
}

const Node *compile_docstring(Compiler *c, const Node *docstring) {
    Text text = expand_tabs(c, &docstring->Constant.value);
    text = strip_margin(c, &text, find_margin(&text));
    Node *node = ast_new(c->arena, AST_Constant, docstring->span);
    node->Constant.value = docstring->Constant.value;
    node->Constant.value.text = text.at;
    node->Constant.value.length = (uint32_t)text.length;
    return node;
}
