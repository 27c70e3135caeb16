// SPDX-License-Identifier: MIT
//
// Making functions, cells and bound methods; and binding arguments to parameters.
//
// Most calls give a function exactly the positional arguments it has, and then binding has nothing
// to do: the loop sees Function.simple and the count. Everything else comes here. The order of the
// steps, and so which of several mistakes is reported, is that of CPython's initialize_locals.
#include "function.h"

#include "dict.h"
#include "error.h"
#include "list.h"
#include "str.h"
#include "suggestion.h"
#include "text_builder.h"
#include "tuple.h"
#include "working_text.h"

Cell *cell_new(Thread *thread, Value content) {
    Cell *cell = object_new_sized(thread, builtin_type(thread, TYPE_cell), sizeof *cell);
    cell->content = content;
    return cell;
}

Value method_new(Thread *thread, Value function, Value self) {
    Method *method = object_new_sized(thread, builtin_type(thread, TYPE_method), sizeof *method);
    method->function = function;
    method->self = self;
    return value_object(method);
}

static bool is_simple(const Code *code) {
    return (code->flags & (CODE_VARARGS | CODE_VARKEYWORDS)) == 0 && code->keyword_only_count == 0;
}

void function_set_code(Function *function, Code *code) {
    function->code = code;
    function->simple = is_simple(code);
}

Value *function_copy_closure(Thread *thread, const Value *cells, size_t count) {
    if (count == 0) {
        return NULL;
    }
    Value *closure = heap_allocate(thread_heap(thread), CELL_BUFFER, count * sizeof(Value));
    memcpy(closure, cells, count * sizeof(Value));
    return closure;
}

Value function_new(Thread *thread, Code *code, Dict *globals, const Value *extras) {
    Value *closure =
        extras == NULL ? NULL : function_copy_closure(thread, extras + 3, code->free_count);
    Function *function =
        object_new_sized(thread, builtin_type(thread, TYPE_function), sizeof *function);
    function_set_code(function, code);
    function->globals = globals;
    function->closure = closure;
    function->name = code->name;
    function->qualified_name = code->qualified_name;
    function->doc = code->docstring;
    function->annotations = VALUE_UNDEFINED;
    if (extras != NULL) {
        function->defaults = is_undefined(extras[0]) ? NULL : as_tuple(extras[0]);
        function->keyword_defaults = is_undefined(extras[1]) ? NULL : as_dict(extras[1]);
        function->annotations = extras[2];
    }
    function->module = dict_get_str(thread, globals, common_name(thread, NAME___name__));
    if (is_undefined(function->module)) {
        function->module = VALUE_NONE;
    }
    return value_object(function);
}

// What is being bound.
typedef struct Binding {
    Thread *thread;
    const Function *function;
    const Code *code;
    Value *registers;
    size_t named_count;    // parameters that can be given by name: positional and keyword-only
    Dict *extra_keywords;  // the **kwargs dict, or NULL
    const Tuple *keywords; // the names given, or NULL
} Binding;

static const char *function_text(const Binding *binding) {
    return str_text(binding->thread, binding->function->qualified_name);
}

// Index of the parameter called `name`, or -1.
static int64_t find_parameter(const Binding *binding, const Str *name, size_t first) {
    Str **names = binding->code->register_names;
    for (size_t i = first; i < binding->named_count; i++) {
        if (str_equal(names[i], name)) {
            return (int64_t)i;
        }
    }
    return -1;
}

static bool was_given_by_name(const Binding *binding, const Str *name) {
    for (size_t i = 0; i < binding->keywords->length; i++) {
        if (is_str(binding->keywords->items[i]) &&
            str_equal(as_str(binding->keywords->items[i]), name)) {
            return true;
        }
    }
    return false;
}

static bool raise_positional_only(const Binding *binding) {
    Thread *thread = binding->thread;
    WorkingText working;
    StringBuilder *names = working_text_begin(thread, &working);
    for (size_t i = 0; i < binding->code->positional_only_count; i++) {
        if (was_given_by_name(binding, binding->code->register_names[i])) {
            sb_puts(names, names->length > 0 ? ", " : "");
            sb_puts(names, str_text(thread, binding->code->register_names[i]));
        }
    }
    raise_error(thread, ERROR_TypeError,
                "%s() got some positional-only arguments passed as keyword arguments: '%s'",
                function_text(binding), names->data);
    working_text_end(thread, &working);
    return false;
}

static bool raise_unexpected(const Binding *binding, Str *name) {
    const Code *code = binding->code;
    Thread *thread = binding->thread;
    List *known = list_new(thread, binding->named_count);
    for (size_t i = code->positional_only_count; i < binding->named_count; i++) {
        list_append(thread, known, value_object(code->register_names[i]));
    }
    return suggestion_raise_keyword(thread, function_text(binding), name, known);
}

static bool bind_keyword(Binding *binding, Value name, Value v) {
    Thread *thread = binding->thread;
    const Code *code = binding->code;
    if (!is_str(name)) {
        return raise_false(thread, ERROR_TypeError, "%s() keywords must be strings",
                           function_text(binding));
    }
    int64_t index = find_parameter(binding, as_str(name), code->positional_only_count);
    if (index < 0) {
        if (binding->extra_keywords != NULL) {
            return dict_set(thread, binding->extra_keywords, name, v);
        }
        bool known = find_parameter(binding, as_str(name), 0) >= 0;
        return known ? raise_positional_only(binding) : raise_unexpected(binding, as_str(name));
    }
    if (!is_undefined(binding->registers[index])) {
        return raise_false(thread, ERROR_TypeError, "%s() got multiple values for argument '%s'",
                           function_text(binding), str_text(thread, as_str(name)));
    }
    binding->registers[index] = v;
    return true;
}

// "'a', 'b', and 'c'" of the parameters in [first, last) that are still unbound.
static size_t list_missing(const Binding *binding, size_t first, size_t last, char *text,
                           size_t size) {
    size_t count = 0, seen = 0, length = 0;
    for (size_t i = first; i < last; i++) {
        count += is_undefined(binding->registers[i]);
    }
    text[0] = '\0';
    for (size_t i = first; i < last && length < size; i++) {
        if (!is_undefined(binding->registers[i])) {
            continue;
        }
        seen++;
        const char *separator = seen == 1      ? ""
                                : seen < count ? ", "
                                : count == 2   ? " and "
                                               : ", and ";
        int n = snprintf(text + length, size - length, "%s'%s'", separator,
                         str_text(binding->thread, binding->code->register_names[i]));
        length += (size_t)n;
    }
    return count;
}

static bool raise_missing(const Binding *binding, size_t first, size_t last, const char *kind) {
    char names[1024];
    size_t count = list_missing(binding, first, last, names, sizeof names);
    return raise_false(binding->thread, ERROR_TypeError,
                       "%s() missing %zu required %s argument%s: %s", function_text(binding), count,
                       kind, count == 1 ? "" : "s", names);
}

static bool raise_too_many(const Binding *binding, size_t given) {
    const Code *code = binding->code;
    size_t takes = code->parameter_count, keyword_only_given = 0;
    size_t defaults = binding->function->defaults == NULL ? 0 : binding->function->defaults->length;
    for (size_t i = takes; i < binding->named_count; i++) {
        keyword_only_given += !is_undefined(binding->registers[i]);
    }
    char range[64], suffix[96] = "";
    if (defaults > 0) {
        snprintf(range, sizeof range, "from %zu to %zu", takes - defaults, takes);
    } else {
        snprintf(range, sizeof range, "%zu", takes);
    }
    if (keyword_only_given > 0) {
        snprintf(suffix, sizeof suffix, " positional argument%s (and %zu keyword-only argument%s)",
                 given == 1 ? "" : "s", keyword_only_given, keyword_only_given == 1 ? "" : "s");
    }
    return raise_false(binding->thread, ERROR_TypeError,
                       "%s() takes %s positional argument%s but %zu%s %s given",
                       function_text(binding), range, takes == 1 && defaults == 0 ? "" : "s", given,
                       suffix, given == 1 && keyword_only_given == 0 ? "was" : "were");
}

static bool bind_defaults(const Binding *binding) {
    const Code *code = binding->code;
    const Tuple *defaults = binding->function->defaults;
    size_t positional = code->parameter_count;
    size_t with_default = defaults == NULL ? 0 : defaults->length;
    size_t required = with_default > positional ? 0 : positional - with_default;
    for (size_t i = 0; i < required; i++) {
        if (is_undefined(binding->registers[i])) {
            return raise_missing(binding, 0, required, "positional");
        }
    }
    for (size_t i = required; i < positional; i++) {
        if (is_undefined(binding->registers[i])) {
            binding->registers[i] = defaults->items[i - (positional - with_default)];
        }
    }
    return true;
}

static bool bind_keyword_defaults(const Binding *binding) {
    const Code *code = binding->code;
    const Dict *defaults = binding->function->keyword_defaults;
    bool complete = true;
    for (size_t i = code->parameter_count; i < binding->named_count; i++) {
        if (is_undefined(binding->registers[i]) && defaults != NULL) {
            binding->registers[i] =
                dict_get_str(binding->thread, defaults, code->register_names[i]);
        }
        complete &= !is_undefined(binding->registers[i]);
    }
    return complete ||
           raise_missing(binding, code->parameter_count, binding->named_count, "keyword-only");
}

bool function_bind(Thread *thread, Function *function, Value *registers, Value *args, size_t count,
                   Tuple *keywords) {
    const Code *code = function->code;
    size_t named = keywords == NULL ? 0 : keywords->length;
    size_t given = count - named, positional = code->parameter_count;
    Binding binding = {thread, function, code, registers, positional + code->keyword_only_count,
                       NULL,   keywords};
    size_t direct = given < positional ? given : positional;
    values_copy(registers, args, direct);
    for (size_t i = direct; i < binding.named_count; i++) {
        registers[i] = VALUE_UNDEFINED;
    }
    Value *next = registers + binding.named_count;
    if (code->flags & CODE_VARARGS) {
        *next++ = value_object(tuple_from_array(thread, args + direct, given - direct));
    }
    if (code->flags & CODE_VARKEYWORDS) {
        binding.extra_keywords = dict_new(thread, named);
        *next = value_object(binding.extra_keywords);
    }
    for (size_t i = 0; i < named; i++) {
        if (!bind_keyword(&binding, keywords->items[i], args[given + i])) {
            return false;
        }
    }
    if (given > positional && (code->flags & CODE_VARARGS) == 0) {
        return raise_too_many(&binding, given);
    }
    return bind_defaults(&binding) && bind_keyword_defaults(&binding);
}
