// SPDX-License-Identifier: MIT
//
// The native part of ast: syntax trees as objects.
//
// The parser's own table (parser/ast.def) has CPython's names, so one walk over it turns any node
// into an object: its fields go to a dictionary, and a function of ast.mini makes an instance of
// the class of that name. Operators and contexts, which have no fields, are one object each, as in
// CPython. The tree lives in the arena of its SourceFile, which the walk keeps alive.
#include "assemble.h"
#include "ast_parts.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "library.h"
#include "list.h"
#include "modules.h"
#include "str.h"
#include "type.h"

#include <string.h>

typedef struct Walk {
    Thread *thread;
    const Source *source;
    Value make;   // make(name, fields)
    Dict *marks;  // the objects of operators and contexts, by name
    Dict *fields; // of the node at hand; NULL: an exception is set
} Walk;

static Value node_object(Walk *walk, const Node *node);

static void set_field(Walk *walk, const char *name, Value v) {
    if (is_error(v))
        walk->fields = NULL;
    if (walk->fields != NULL)
        dict_set_str(walk->thread, walk->fields, str_intern_c(walk->thread, name), v);
}

static Value mark_of(Walk *walk, const char *name) {
    return dict_get_str(walk->thread, walk->marks, str_intern_c(walk->thread, name));
}

static Value name_text(Walk *walk, const Name *name) {
    return name == NULL ? VALUE_NONE
                        : value_object(str_intern_utf8(walk->thread, name->text, name->length));
}

static Value child_object(Walk *walk, const Node *child) {
    return child == NULL ? VALUE_NONE : node_object(walk, child);
}

static Value list_of_nodes(Walk *walk, const NodeList *nodes) {
    List *list = list_new(walk->thread, nodes->count);
    for (uint32_t i = 0; i < nodes->count; i++) {
        Value v = child_object(walk, nodes->items[i]);
        if (is_error(v))
            return v;
        list_append(walk->thread, list, v);
    }
    return value_object(list);
}

static Value list_of_names(Walk *walk, const NameList *names) {
    List *list = list_new(walk->thread, names->count);
    for (uint32_t i = 0; i < names->count; i++)
        list_append(walk->thread, list, name_text(walk, names->items[i]));
    return value_object(list);
}

static Value list_of_operators(Walk *walk, const OperatorList *operators) {
    List *list = list_new(walk->thread, operators->count);
    for (uint32_t i = 0; i < operators->count; i++)
        list_append(walk->thread, list, mark_of(walk, ast_operator_name(operators->items[i])));
    return value_object(list);
}

static Value context_mark(Walk *walk, AstContext context) {
    static const char *const names[] = {"Load", "Store", "Del"};
    return mark_of(walk, names[context]);
}

static void add_fields(Walk *walk, const Node *node) {
    switch (node->kind) {
#define NODE(type, fields)                                                                         \
    case AST_##type: {                                                                             \
        const __typeof__(node->type) *self = &node->type;                                          \
        (void)self;                                                                                \
        fields break;                                                                              \
    }
#define CHILD(field) set_field(walk, #field, child_object(walk, self->field));
#define OPTIONAL(field) set_field(walk, #field, child_object(walk, self->field));
#define LIST(field) set_field(walk, #field, list_of_nodes(walk, &self->field));
#define PARAMS(field) set_field(walk, #field, list_of_nodes(walk, &self->field));
#define NAME(field) set_field(walk, #field, name_text(walk, self->field));
#define NAMES(field) set_field(walk, #field, list_of_names(walk, &self->field));
#define OPERATOR(field) set_field(walk, #field, mark_of(walk, ast_operator_name(self->field)));
#define OPERATORS(field) set_field(walk, #field, list_of_operators(walk, &self->field));
#define CONTEXT(field) set_field(walk, #field, context_mark(walk, self->field));
#define INTEGER(field) set_field(walk, #field, value_small_int(self->field));
#define CONSTANT(field)                                                                            \
    set_field(walk, #field, assemble_constant(walk->thread, &self->field, false));
#define HIDDEN(type, field)
#include "ast.def"
    case AST_KIND_COUNT:
        break;
    }
}

static void add_place(Walk *walk, Span span) {
    uint32_t first = source_line_of(walk->source, span.start);
    uint32_t last = source_line_of(walk->source, span.end);
    const uint32_t *starts = walk->source->line_starts;
    set_field(walk, "lineno", value_small_int(first));
    set_field(walk, "col_offset", value_small_int(span.start - starts[first - 1]));
    set_field(walk, "end_lineno", value_small_int(last));
    set_field(walk, "end_col_offset", value_small_int(span.end - starts[last - 1]));
}

static bool has_place(AstKind kind) {
    return kind != AST_Module && kind != AST_Expression && kind != AST_Interactive &&
           kind != AST_comprehension && kind != AST_arguments && kind != AST_withitem &&
           kind != AST_match_case;
}

static Value node_object(Walk *walk, const Node *node) {
    Dict *outer = walk->fields;
    Dict *fields = walk->fields = dict_new(walk->thread, 8);
    add_fields(walk, node);
    if (has_place(node->kind))
        add_place(walk, node->span);
    bool good = walk->fields != NULL;
    walk->fields = outer;
    Value args[] = {value_object(str_intern_c(walk->thread, ast_kind_name(node->kind))),
                    value_object(fields)};
    return good ? call_value(walk->thread, walk->make, args, 2) : VALUE_ERROR;
}

static bool read_mode(Thread *thread, Value v, CompileMode *mode) {
    const char *name = library_need_text(thread, v, "mode");
    if (name == NULL)
        return false;
    *mode = strcmp(name, "eval") == 0     ? COMPILE_EVAL
            : strcmp(name, "single") == 0 ? COMPILE_SINGLE
                                          : COMPILE_FILE;
    return true;
}

// args: text, file name, mode, make, marks
static Value ast_tree(Thread *thread, Value *args) {
    CompileOptions options = {.is_text = is_str(args[0])};
    if (!(is_str(args[0]) || is_bytes(args[0])) || !is_str(args[1]) || !is_dict(args[4]))
        return raise_error(thread, ERROR_TypeError, "expected text, file name, mode and makers");
    const Bytes *bytes = is_bytes(args[0]) ? as_bytes(args[0])
                                           : str_encode(thread, as_str(args[0]), "utf-8", "strict");
    if (bytes == NULL || !read_mode(thread, args[2], &options.mode))
        return VALUE_ERROR;
    SourceFile *file;
    const Node *tree = compile_tree(thread, (const char *)bytes->data, bytes->length,
                                    as_str(args[1]), &options, &file);
    Walk walk = {.thread = thread, .make = args[3], .marks = as_dict(args[4])};
    if (tree == NULL)
        return VALUE_ERROR;
    walk.source = &file->source;
    Value result = node_object(&walk, tree);
    arena_free(&file->arena);
    return result;
}

static const NativeSpec ast_functions[] = {
    NATIVE("_tree", ast_tree, "(text, filename, mode, make, marks, /)",
           "Return the syntax tree of a text, its nodes made by make(name, fields)."),
    NATIVE("_tokens", ast_tokens, "(text, /)",
           "Return what the lexer makes of a text: a list of (line, column, kind, text)."),
    NATIVE_END,
};

bool ast_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, ast_functions);
    return true;
}
