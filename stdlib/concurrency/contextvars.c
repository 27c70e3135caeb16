// SPDX-License-Identifier: MIT
//
// The module `_contextvars`: variables with a value for each context, that is for each thread or
// task.
//
// A Context maps variables to values. copy_context() shares the dict: it is copied at the first
// change after that, so an event loop may copy a context for each callback. It does not even make
// the Context, but keeps what it would begin with (contextvars.h). A variable finds its value by
// one look-up in the dict of the current context, keyed by its identity. Counterpart: CPython's
// Python/context.c, which uses a persistent hash tree.
#include "contextvars.h"

#include "arguments.h"
#include "attribute.h"
#include "call.h"
#include "container.h"
#include "dict.h"
#include "dict_view.h"
#include "exception.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "type_parts.h"

typedef struct Context {
    Object object;
    uint64_t entered; // 0 or 1
    Dict *values;     // NULL: none
    bool is_shared;   // somebody else refers to `values`: copy before a change
} Context;

typedef struct ContextVar {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Value name, standard;
} ContextVar;

typedef struct Token {
    Object object;
    uint64_t is_used;
    Value context, variable, old; // old: UNDEFINED if there was no value
} Token;

static Context *as_context(Value v) {
    return (Context *)as_object(v);
}
static ContextVar *as_variable(Value v) {
    return (ContextVar *)as_object(v);
}
static Token *as_token(Value v) {
    return (Token *)as_object(v);
}

bool is_context(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == library_late_type(thread, LATE_context);
}
static bool is_variable(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == library_late_type(thread, LATE_context_variable);
}

// ---- The current context ----

static Value context_new(Thread *thread, Dict *values) {
    Context *context = object_new(thread, library_late_type(thread, LATE_context));
    context->values = values;
    context->is_shared = values != NULL;
    return value_object(context);
}

Value context_object(Thread *thread, Value context) {
    if (is_object(context) && !is_dict(context)) {
        return context;
    }
    return context_new(thread, is_object(context) ? as_dict(context) : NULL);
}

static Context *current(Thread *thread) {
    thread->context = context_object(thread, thread->context);
    return as_context(thread->context);
}

static Value share(Context *context) {
    if (context->values == NULL || context->values->length == 0) {
        return VALUE_UNDEFINED;
    }
    context->is_shared = true;
    return value_object(context->values);
}

Value context_snapshot(Thread *thread) {
    Value context = thread->context;
    return is_object(context) && !is_dict(context) ? share(as_context(context)) : context;
}

bool context_enter(Thread *thread, Value context, Value *outer) {
    if (is_object(context) && !is_dict(context)) {
        if (as_context(context)->entered) {
            Str *text = operation_repr(thread, context);
            return raise_false(thread, ERROR_RuntimeError,
                               "cannot enter context: %s is already entered",
                               text == NULL ? "it" : str_text(thread, text));
        }
        as_context(context)->entered = 1;
    }
    *outer = thread->context;
    thread->context = context;
    return true;
}

Value context_leave(Thread *thread, Value outer) {
    Value context = thread->context;
    if (is_object(context) && !is_dict(context)) {
        as_context(context)->entered = 0;
    }
    thread->context = outer;
    return context;
}

// The dict to change.
static Dict *own_values(Thread *thread, Context *context) {
    if (context->values == NULL) {
        context->values = dict_new(thread, 1);
    } else if (context->is_shared) {
        context->values = dict_copy(thread, context->values);
    }
    context->is_shared = false;
    return context->values;
}

// UNDEFINED: it has none. Variables are told apart by identity, so nothing can go wrong.
static Value value_in(Thread *thread, const Context *context, Value variable) {
    Value v = VALUE_UNDEFINED;
    if (context->values != NULL) {
        dict_get(thread, context->values, variable, &v);
    }
    return v;
}

// The value in whatever form the current context has.
static Value current_value(Thread *thread, Value variable) {
    Value v = VALUE_UNDEFINED, context = thread->context;
    if (!is_object(context)) {
        return v;
    }
    if (!is_dict(context)) {
        return value_in(thread, as_context(context), variable);
    }
    dict_get(thread, as_dict(context), variable, &v);
    return v;
}

// ---- Context ----

static Value context_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    (void)callee;
    (void)args;
    if (count > 0 || keywords != NULL) {
        return raise_error(thread, ERROR_TypeError, "Context() does not accept any arguments");
    }
    return context_new(thread, NULL);
}

static void context_trace(Marker *marker, Object *self) {
    mark_object(marker, ((const Context *)self)->values);
}

static Value context_run(Thread *thread, Value *args) {
    Value outer;
    if (!context_enter(thread, args[0], &outer)) {
        return VALUE_ERROR;
    }
    Tuple *given = as_tuple(args[2]);
    Dict *named = as_dict(args[3]);
    Value result;
    if (named->length == 0) {
        result = call_value(thread, args[1], given->items, given->length);
    } else {
        result = call_with_dict(thread, args[1], given->items, given->length, named);
    }
    context_leave(thread, outer);
    return result;
}

static Value context_copy(Thread *thread, Value *args) {
    Value values = share(as_context(args[0]));
    return context_new(thread, is_dict(values) ? as_dict(values) : NULL);
}

static bool check_key(Thread *thread, Value key) {
    if (is_variable(thread, key)) {
        return true;
    }
    Str *text = operation_repr(thread, key);
    return text != NULL &&
           raise_false(thread, ERROR_TypeError, "a ContextVar key was expected, got %s",
                       str_text(thread, text));
}

static Value context_get_item(Thread *thread, Value self, Value key) {
    if (!check_key(thread, key)) {
        return VALUE_ERROR;
    }
    Value v = value_in(thread, as_context(self), key);
    return is_undefined(v) ? raise_key_error(thread, key) : v;
}

static int context_contains(Thread *thread, Value self, Value key) {
    if (!check_key(thread, key)) {
        return -1;
    }
    return !is_undefined(value_in(thread, as_context(self), key));
}

static Value context_get(Thread *thread, Value *args) {
    if (!check_key(thread, args[1])) {
        return VALUE_ERROR;
    }
    Value v = value_in(thread, as_context(args[0]), args[1]);
    return is_undefined(v) ? args[2] : v;
}

static Dict *seen_values(Thread *thread, Value self) {
    Context *context = as_context(self);
    return context->values == NULL ? dict_new(thread, 0) : context->values;
}
static Value context_iter(Thread *thread, Value self) {
    return dict_iterator_new(thread, seen_values(thread, self), DICT_KEYS, false);
}
static int64_t context_length(Thread *thread, Value self) {
    (void)thread;
    const Context *context = as_context(self);
    return context->values == NULL ? 0 : (int64_t)context->values->length;
}
static Value context_keys(Thread *thread, Value *args) {
    return dict_view_new(thread, seen_values(thread, args[0]), DICT_KEYS);
}
static Value context_values(Thread *thread, Value *args) {
    return dict_view_new(thread, seen_values(thread, args[0]), DICT_VALUES);
}
static Value context_items(Thread *thread, Value *args) {
    return dict_view_new(thread, seen_values(thread, args[0]), DICT_ITEMS);
}

static Value context_compare(Thread *thread, Value left, Value right, CompareOp op) {
    bool fits = op == COMPARE_EQ || op == COMPARE_NE;
    if (!fits || !is_context(thread, left) || !is_context(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    int equal = dict_equal(thread, seen_values(thread, left), seen_values(thread, right));
    return equal < 0 ? VALUE_ERROR : value_bool(equal == (op == COMPARE_EQ));
}

static const NativeSpec context_methods[] = {
    NATIVE("run", context_run, "(self, callable, /, *args, **kwargs)",
           "Call a function in this context and return its result."),
    NATIVE("copy", context_copy, "(self, /)",
           "Return a copy; it shares the values until one of the two changes."),
    NATIVE("get", context_get, "(self, key, default=None, /)",
           "Return the value of a variable in this context."),
    NATIVE("keys", context_keys, "(self, /)", "Return the variables."),
    NATIVE("values", context_values, "(self, /)", "Return the values."),
    NATIVE("items", context_items, "(self, /)", "Return pairs of variables and values."),
    NATIVE_END,
};

const TypeSpec context_type_spec = {
    .name = "_contextvars.Context",
    .doc = "()\n--\n\n"
           "A mapping of context variables to values.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_WEAK | TYPE_UNHASHABLE,
    .size = sizeof(Context),
    .slots = {.length = context_length,
              .contains = context_contains,
              .get_item = context_get_item,
              .iter = context_iter,
              .compare = context_compare,
              .construct = context_construct,
              .trace = context_trace},
    .methods = context_methods,
};

// ---- Token ----

// What old_value is when there was none: an object of a type of its own.
static Value missing_repr(Thread *thread, Value self) {
    (void)self;
    return library_text(thread, "<Token.MISSING>");
}

const TypeSpec context_missing_type_spec = {
    .name = "_contextvars.Token.MISSING",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Object) + sizeof(Value),
    .slots = {.repr = missing_repr},
};

static Value missing(Thread *thread) {
    return dict_get_str(thread, library_late_type(thread, LATE_context_token)->attributes,
                        str_intern_c(thread, "MISSING"));
}

static Value token_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    (void)callee;
    (void)args;
    (void)count;
    (void)keywords;
    return raise_error(thread, ERROR_RuntimeError, "Tokens can only be created by ContextVars");
}

static void token_trace(Marker *marker, Object *self) {
    const Token *token = (const Token *)self;
    mark_value(marker, token->context);
    mark_value(marker, token->variable);
    mark_value(marker, token->old);
}

static Value token_repr(Thread *thread, Value self) {
    const Token *token = as_token(self);
    Str *variable = operation_repr(thread, token->variable);
    if (variable == NULL) {
        return VALUE_ERROR;
    }
    return value_object(str_format(thread, "<Token%s var=%s at 0x%llx>",
                                   token->is_used ? " used" : "", str_text(thread, variable),
                                   (unsigned long long)self.bits));
}

static Value token_variable(Thread *thread, Value self) {
    (void)thread;
    return as_token(self)->variable;
}
static Value token_old(Thread *thread, Value self) {
    Value old = as_token(self)->old;
    return is_undefined(old) ? missing(thread) : old;
}

static const NativeSpec token_methods[] = {
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};
static const GetSetSpec token_getsets[] = {
    GETSET("var", token_variable, NULL, "The variable."),
    GETSET("old_value", token_old, NULL, "The value before set(), or Token.MISSING."),
    GETSET_END,
};

const TypeSpec context_token_type_spec = {
    .name = "_contextvars.Token",
    .doc = "What ContextVar.set returns: the way back.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_UNHASHABLE,
    .size = sizeof(Token),
    .slots = {.repr = token_repr, .construct = token_construct, .trace = token_trace},
    .methods = token_methods,
    .getsets = token_getsets,
};

// ---- ContextVar ----

static Value variable_construct(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    static const ArgumentsSpec spec = {"ContextVar", {"", "default"}, 1};
    Value given[2];
    if (count - (keywords == NULL ? 0 : keywords->length) > 1) {
        return raise_error(thread, ERROR_TypeError,
                           "ContextVar() takes exactly 1 positional argument (%zu given)", count);
    }
    if (!arguments_bind(thread, &spec, args, count, keywords, given)) {
        return VALUE_ERROR;
    }
    if (!is_str(given[0])) {
        return raise_error(thread, ERROR_TypeError, "context variable name must be a str");
    }
    ContextVar *variable = object_new(thread, as_type(callee));
    variable->name = given[0];
    variable->standard = given[1];
    return value_object(variable);
}

static void variable_trace(Marker *marker, Object *self) {
    mark_value(marker, ((const ContextVar *)self)->name);
    mark_value(marker, ((const ContextVar *)self)->standard);
}

static Value variable_repr(Thread *thread, Value self) {
    const ContextVar *variable = as_variable(self);
    Str *name = operation_repr(thread, variable->name);
    Str *standard = is_undefined(variable->standard) ? thread->interpreter->empty_str
                                                     : operation_repr(thread, variable->standard);
    if (name == NULL || standard == NULL) {
        return VALUE_ERROR;
    }
    return value_object(
        str_format(thread, "<ContextVar name=%s%s%s at 0x%llx>", str_text(thread, name),
                   is_undefined(variable->standard) ? "" : " default=", str_text(thread, standard),
                   (unsigned long long)self.bits));
}

static Value variable_get(Thread *thread, Value *args) {
    Value v = current_value(thread, args[0]);
    if (is_undefined(v)) {
        v = is_undefined(args[1]) ? as_variable(args[0])->standard : args[1];
    }
    if (!is_undefined(v)) {
        return v;
    }
    Type *type = thread->interpreter->errors[ERROR_LookupError];
    Value error = exception_new_args(thread, type, args, 1);
    return is_error(error) ? error : raise_value(thread, error);
}

static Value variable_set(Thread *thread, Value *args) {
    Context *context = current(thread);
    Token *token = object_new(thread, library_late_type(thread, LATE_context_token));
    token->context = value_object(context);
    token->variable = args[0];
    token->old = value_in(thread, context, args[0]);
    if (!dict_set(thread, own_values(thread, context), args[0], args[1])) {
        return VALUE_ERROR;
    }
    return value_object(token);
}

static bool check_token(Thread *thread, Value variable, Value v) {
    bool is_token = is_object(v) && object_type(v) == library_late_type(thread, LATE_context_token);
    if (!is_token) {
        return raise_false(thread, ERROR_TypeError, "expected an instance of Token, got %s",
                           type_name(thread, v));
    }
    const Token *token = as_token(v);
    Str *text = operation_repr(thread, v);
    if (text == NULL) {
        return false;
    }
    const char *shown = str_text(thread, text);
    if (token->is_used) {
        return raise_false(thread, ERROR_RuntimeError, "%s has already been used once", shown);
    }
    if (!value_same(token->variable, variable)) {
        return raise_false(thread, ERROR_ValueError, "%s was created by a different ContextVar",
                           shown);
    }
    return value_same(token->context, value_object(current(thread))) ||
           raise_false(thread, ERROR_ValueError, "%s was created in a different Context", shown);
}

static Value variable_reset(Thread *thread, Value *args) {
    if (!check_token(thread, args[0], args[1])) {
        return VALUE_ERROR;
    }
    Token *token = as_token(args[1]);
    Dict *values = own_values(thread, current(thread));
    token->is_used = 1;
    bool good = is_undefined(token->old) ? dict_delete(thread, values, args[0]) >= 0
                                         : dict_set(thread, values, args[0], token->old);
    return good ? VALUE_NONE : VALUE_ERROR;
}

static Value variable_name(Thread *thread, Value self) {
    (void)thread;
    return as_variable(self)->name;
}

static const NativeSpec variable_methods[] = {
    NATIVE("get", variable_get, "(self, default=..., /)",
           "Return the value in the current context, or a default."),
    NATIVE("set", variable_set, "(self, value, /)",
           "Set the value in the current context; the token takes it back."),
    NATIVE("reset", variable_reset, "(self, token, /)",
           "Go back to the value before the set() that returned the token."),
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};
static const GetSetSpec variable_getsets[] = {
    GETSET("name", variable_name, NULL, "The name given to the constructor."),
    GETSET_END,
};

const TypeSpec context_variable_type_spec = {
    .name = "_contextvars.ContextVar",
    .doc = "(name, *, default=...)\n--\n\n"
           "A variable with a value for each context.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_WEAK,
    .size = sizeof(ContextVar),
    .slots = {.repr = variable_repr, .construct = variable_construct, .trace = variable_trace},
    .methods = variable_methods,
    .getsets = variable_getsets,
};

// ---- The module ----

static Value copy_current(Thread *thread, Value *args) {
    (void)args;
    return context_object(thread, context_snapshot(thread));
}

static const NativeSpec functions[] = {
    NATIVE("copy_context", copy_current, "()", "Return a copy of the current context."),
    NATIVE_END,
};

bool contextvars_init(Thread *thread, Module *module) {
    static const struct {
        const char *name;
        LateType type;
    } types[] = {{"Context", LATE_context},
                 {"ContextVar", LATE_context_variable},
                 {"Token", LATE_context_token}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        Type *type = library_late_type(thread, types[i].type);
        module_add(thread, module, types[i].name, value_object(type));
    }
    Type *type = library_late_type(thread, LATE_context_missing);
    dict_set_str(thread, library_late_type(thread, LATE_context_token)->attributes,
                 str_intern_c(thread, "MISSING"), value_object(object_new(thread, type)));
    module_add_natives(thread, module, functions);
    return true;
}
