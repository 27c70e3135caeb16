// SPDX-License-Identifier: MIT
//
// ast._tokens: what the lexer makes of a text, for `:tokens` of the prompt. `mini tokens` prints
// the same from a file. The lexer works outside of the heap, and an allocation on the heap may
// leave this function when memory is short; so all memory that is needed is taken from the heap
// first, the lexer's findings are copied there, and the lexer is done before the first tuple is
// made.
#include "ast_parts.h"
#include "bytes.h"
#include "heap.h"
#include "lexer.h"
#include "library.h"
#include "list.h"
#include "source.h"
#include "str.h"
#include "tuple.h"

#include <string.h>

typedef struct Found {
    const char *kind;
    uint32_t line, column;
    Span span;
} Found;

typedef struct Findings {
    char *text;
    Found *found;
    size_t room, count;
    Diagnostic error; // unless `good`
    bool good;
} Findings;

// Every character can be a token, and each line can open a block that ends at the end.
static Findings findings_for(Thread *thread, size_t length) {
    Findings findings = {.room = 2 * length + 16};
    findings.text = heap_allocate(thread_heap(thread), CELL_BUFFER, length + 16);
    findings.found = heap_allocate(thread_heap(thread), CELL_BUFFER, findings.room * sizeof(Found));
    return findings;
}

static void note_tokens(Findings *to, const Source *source, const TokenArray *tokens) {
    memcpy(to->text, source->text, source->length);
    for (; to->count < tokens->count && to->count < to->room; to->count++) {
        const Token *token = &tokens->items[to->count];
        to->found[to->count] = (Found){
            .kind = token_text(token->kind),
            .line = source_line_of(source, token->span.start),
            .column = source_column_of(source, token->span.start),
            .span = token->span,
        };
    }
}

static bool scan(Findings *to, const Bytes *bytes) {
    Source source;
    TokenArray tokens = {0};
    if (!source_init(&source, "<input>", (const char *)bytes->data, bytes->length))
        return false;
    to->good = lexer_scan(&source, &tokens, &to->error);
    if (to->good && source.length <= bytes->length)
        note_tokens(to, &source, &tokens);
    lexer_free(&tokens);
    source_free(&source);
    return true;
}

// (line, column, kind, text)
static Value as_tuple_of(Thread *thread, const Findings *findings, const Found *found) {
    Span span = found->span;
    Value items[] = {
        value_small_int(found->line),
        value_small_int(found->column),
        library_text(thread, found->kind),
        value_object(str_new_utf8(thread, findings->text + span.start, span.end - span.start)),
    };
    return value_object(tuple_from_array(thread, items, 4));
}

Value ast_tokens(Thread *thread, Value *args) {
    const char *text = library_need_text(thread, args[0], "_tokens() argument");
    Bytes *bytes = text ? str_encode(thread, as_str(args[0]), "utf-8", "strict") : NULL;
    if (bytes == NULL)
        return VALUE_ERROR;
    Findings findings = findings_for(thread, bytes->length);
    if (!scan(&findings, bytes))
        return raise_error(thread, ERROR_MemoryError, "source text too long");
    if (!findings.good)
        return raise_error(thread, ERROR_SyntaxError, "%s", findings.error.message);
    List *list = list_new(thread, findings.count);
    for (size_t i = 0; i < findings.count; i++)
        list_append(thread, list, as_tuple_of(thread, &findings, &findings.found[i]));
    return value_object(list);
}
