// SPDX-License-Identifier: MIT
//
// What programs see of a function: its attributes, and those of the cells of its closure. Calls
// and binding of arguments are in exec/call.c and function.c.
#include "arguments.h"
#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "dict.h"
#include "function.h"
#include "interpreter.h"
#include "namespace.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "warning.h"

static Function *as_function(Value v) {
    return (Function *)as_object(v);
}

static Value function_repr(Thread *thread, Value self) {
    return value_object(str_format(thread, "<function %s at 0x%012llx>",
                                   str_text(thread, as_function(self)->qualified_name),
                                   (unsigned long long)self.bits));
}

static Value get_name(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_function(self)->name);
}

static bool set_str(Thread *thread, Str **place, Value v, const char *what) {
    if (is_undefined(v) || !is_str(v)) {
        return raise_false(thread, ERROR_TypeError, "%s must be set to a string object", what);
    }
    *place = as_str(v);
    return true;
}

static bool set_name(Thread *thread, Value self, Value v) {
    return set_str(thread, &as_function(self)->name, v, "__name__");
}

static Value get_qualified_name(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_function(self)->qualified_name);
}

static bool set_qualified_name(Thread *thread, Value self, Value v) {
    return set_str(thread, &as_function(self)->qualified_name, v, "__qualname__");
}

static Value or_none(Value v) {
    return is_undefined(v) ? VALUE_NONE : v;
}

static Value get_doc(Thread *thread, Value self) {
    (void)thread;
    return or_none(as_function(self)->doc);
}

static bool set_doc(Thread *thread, Value self, Value v) {
    (void)thread;
    as_function(self)->doc = or_none(v);
    return true;
}

static Value get_module(Thread *thread, Value self) {
    (void)thread;
    return as_function(self)->module;
}

static bool set_module(Thread *thread, Value self, Value v) {
    (void)thread;
    as_function(self)->module = or_none(v);
    return true;
}

static Value get_defaults(Thread *thread, Value self) {
    (void)thread;
    Tuple *defaults = as_function(self)->defaults;
    return defaults ? value_object(defaults) : VALUE_NONE;
}

static bool set_defaults(Thread *thread, Value self, Value v) {
    v = or_none(v);
    if (!is_none(v) && !is_tuple(v)) {
        return raise_false(thread, ERROR_TypeError, "__defaults__ must be set to a tuple object");
    }
    as_function(self)->defaults = is_none(v) || as_tuple(v)->length == 0 ? NULL : as_tuple(v);
    return true;
}

static Value get_keyword_defaults(Thread *thread, Value self) {
    (void)thread;
    Dict *defaults = as_function(self)->keyword_defaults;
    return defaults ? value_object(defaults) : VALUE_NONE;
}

static bool set_keyword_defaults(Thread *thread, Value self, Value v) {
    v = or_none(v);
    if (!is_none(v) && !is_dict(v)) {
        return raise_false(thread, ERROR_TypeError, "__kwdefaults__ must be set to a dict object");
    }
    as_function(self)->keyword_defaults = is_none(v) ? NULL : as_dict(v);
    return true;
}

static Value get_code(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_function(self)->code);
}

// Whether a call makes something that is still to run, and what.
static uint64_t kind_of_call(const Code *code) {
    return code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR);
}

static bool warn_of_other_kind(Thread *thread) {
    return warning_give(thread, ERROR_DeprecationWarning,
                        "Assigning a code object of non-matching type is deprecated "
                        "(e.g., from a generator to a plain function)");
}

// Another body for the same function. Calls that have met the function know its parameters.
static bool set_code(Thread *thread, Value self, Value v) {
    Function *function = as_function(self);
    if (is_undefined(v) || !is_code(v)) {
        return raise_false(thread, ERROR_TypeError, "__code__ must be set to a code object");
    }
    uint32_t wanted = function->code->free_count, given = as_code(v)->free_count;
    if (wanted != given) {
        return raise_false(thread, ERROR_ValueError,
                           "%s() requires a code object with %u free vars, not %u",
                           str_text(thread, function->name), wanted, given);
    }
    if (kind_of_call(function->code) != kind_of_call(as_code(v)) && !warn_of_other_kind(thread)) {
        return false;
    }
    forget_call_caches(thread);
    function_set_code(function, as_code(v));
    return true;
}

static Value get_globals(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_function(self)->globals);
}

static Value get_builtins(Thread *thread, Value self) {
    return namespace_builtins(thread, as_function(self)->globals);
}

static Value get_closure(Thread *thread, Value self) {
    const Function *function = as_function(self);
    if (!function->closure) {
        return VALUE_NONE;
    }
    return value_object(tuple_from_array(thread, function->closure, function->code->free_count));
}

static Value get_annotations(Thread *thread, Value self) {
    Function *function = as_function(self);
    if (is_undefined(function->annotations)) {
        function->annotations = value_object(dict_new(thread, 0));
    }
    return function->annotations;
}

static bool set_annotations(Thread *thread, Value self, Value v) {
    v = or_none(v);
    if (!is_none(v) && !is_dict(v)) {
        return raise_false(thread, ERROR_TypeError, "__annotations__ must be set to a dict object");
    }
    as_function(self)->annotations = is_none(v) ? VALUE_UNDEFINED : v;
    return true;
}

static Value get_dict(Thread *thread, Value self) {
    Function *function = as_function(self);
    if (!function->attributes) {
        function->attributes = dict_new(thread, 0);
    }
    return value_object(function->attributes);
}

static bool set_dict(Thread *thread, Value self, Value v) {
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_TypeError, "cannot delete __dict__");
    }
    if (!is_dict(v)) {
        return raise_false(thread, ERROR_TypeError,
                           "__dict__ must be set to a dictionary, not a '%s'",
                           type_name(thread, v));
    }
    as_function(self)->attributes = as_dict(v);
    return true;
}

static Value get_type_parameters(Thread *thread, Value self) {
    Tuple *params = as_function(self)->type_params;
    return value_object(params ? params : thread->interpreter->empty_tuple);
}

static bool set_type_parameters(Thread *thread, Value self, Value v) {
    if (is_undefined(v) || !is_tuple(v)) {
        return raise_false(thread, ERROR_TypeError, "__type_params__ must be set to a tuple");
    }
    as_function(self)->type_params = as_tuple(v);
    return true;
}

static const GetSetSpec function_getsets[] = {
    {"__name__", get_name, set_name, "The function's name."},
    {"__qualname__", get_qualified_name, set_qualified_name, "The name with what encloses it."},
    {"__doc__", get_doc, set_doc, "The docstring."},
    {"__module__", get_module, set_module, "The module it was defined in."},
    {"__defaults__", get_defaults, set_defaults, "Defaults of the last positional parameters."},
    {"__kwdefaults__", get_keyword_defaults, set_keyword_defaults,
     "Defaults of the keyword-only parameters."},
    {"__code__", get_code, set_code, "The compiled body."},
    {"__globals__", get_globals, NULL, "The namespace of its module."},
    {"__builtins__", get_builtins, NULL, "The namespace of builtins."},
    {"__closure__", get_closure, NULL, "The cells of its free variables."},
    {"__annotations__", get_annotations, set_annotations, "Annotations of its parameters."},
    {"__dict__", get_dict, set_dict, "Attributes set on it."},
    {"__type_params__", get_type_parameters, set_type_parameters, "Its type parameters."},
    {0},
};

static void function_trace(Marker *marker, Object *self) {
    const Function *function = (Function *)self;
    mark_object(marker, function->code);
    mark_object(marker, function->globals);
    if (function->closure) {
        mark_buffer(marker, function->closure);
        mark_values(marker, function->closure, function->code->free_count);
    }
    mark_object(marker, function->defaults);
    mark_object(marker, function->type_params);
    mark_object(marker, function->keyword_defaults);
    if (function->name != function->code->name) { // else the code marks it
        mark_object(marker, function->name);
    }
    if (function->qualified_name != function->code->qualified_name) {
        mark_object(marker, function->qualified_name);
    }
    mark_value(marker, function->module);
    if (!value_same(function->doc, function->code->docstring)) {
        mark_value(marker, function->doc);
    }
    mark_value(marker, function->annotations);
    mark_object(marker, function->attributes);
}

// "arg 5 (closure) ..." of types.FunctionType(): a tuple of as many cells as the code wants.
static bool check_closure(Thread *thread, const Code *code, Value closure) {
    bool none = is_undefined(closure) || is_none(closure);
    if (!none && !is_tuple(closure)) {
        return raise_false(thread, ERROR_TypeError, "arg 5 (closure) must be None or tuple");
    }
    if (none && code->free_count > 0) {
        return raise_false(thread, ERROR_TypeError, "arg 5 (closure) must be tuple");
    }
    size_t length = none ? 0 : as_tuple(closure)->length;
    if (length != code->free_count) {
        return raise_false(thread, ERROR_ValueError, "%s requires closure of length %zu, not %zu",
                           str_text(thread, code->name), (size_t)code->free_count, length);
    }
    for (size_t i = 0; i < length; i++) {
        if (!has_layout(as_tuple(closure)->items[i], LAYOUT_CELL)) {
            return raise_false(thread, ERROR_TypeError, "arg 5 (closure) expected cell, found %s",
                               type_name(thread, as_tuple(closure)->items[i]));
        }
    }
    return true;
}

static bool check_parts(Thread *thread, const Value *given) {
    if (!has_layout(given[0], LAYOUT_CODE)) {
        return raise_false(thread, ERROR_TypeError,
                           "function() argument 'code' must be code, not %s",
                           argument_type_name(thread, given[0]));
    }
    if (!is_dict(given[1])) {
        return raise_false(thread, ERROR_TypeError,
                           "function() argument 'globals' must be dict, not %s",
                           argument_type_name(thread, given[1]));
    }
    if (!is_undefined(given[2]) && !is_none(given[2]) && !is_str(given[2])) {
        return raise_false(thread, ERROR_TypeError, "arg 3 (name) must be None or string");
    }
    if (!is_undefined(given[3]) && !is_none(given[3]) && !is_tuple(given[3])) {
        return raise_false(thread, ERROR_TypeError, "arg 4 (defaults) must be None or tuple");
    }
    if (!is_undefined(given[5]) && !is_none(given[5]) && !is_dict(given[5])) {
        return raise_false(thread, ERROR_TypeError, "arg 6 (kwdefaults) must be None or dict");
    }
    return check_closure(thread, (Code *)as_object(given[0]), given[4]);
}

// types.FunctionType(code, globals, name, argdefs, closure, kwdefaults)
static Value function_construct(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    static const ArgumentsSpec spec = {
        "function", {"code", "globals", "name", "argdefs", "closure", "kwdefaults"}, 2};
    (void)callee;
    Value given[6];
    if (!arguments_bind(thread, &spec, args, count, keywords, given) ||
        !check_parts(thread, given)) {
        return VALUE_ERROR;
    }
    Code *code = (Code *)as_object(given[0]);
    Value made = function_new(thread, code, as_dict(given[1]), NULL);
    Function *function = as_function(made);
    if (is_str(given[2])) {
        function->name = as_str(given[2]);
    }
    if (is_tuple(given[3])) {
        function->defaults = as_tuple(given[3]);
    } else if (code->flags & CODE_NAMES) {
        function->defaults = tuple_from_array(thread, &given[1], 1); // names live in the globals
    }
    if (is_dict(given[5])) {
        function->keyword_defaults = as_dict(given[5]);
    }
    if (code->free_count > 0) {
        function->closure =
            function_copy_closure(thread, as_tuple(given[4])->items, code->free_count);
    }
    return made;
}

const TypeSpec function_type_spec = {
    .name = "function",
    .doc = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)\n--\n\n"
           "A function written in Mini.",
    .type_index = TYPE_function,
    .layout = LAYOUT_FUNCTION,
    .flags = TYPE_WEAK | TYPE_FINAL,
    .size = sizeof(Function),
    .slots =
        {
            .construct = function_construct,
            .repr = function_repr,
            .call = call_with_keywords,
            .descriptor_get = function_descriptor_get,
            .trace = function_trace,
        },
    .getsets = function_getsets,
};

// Cells

static Cell *as_cell(Value v) {
    return (Cell *)as_object(v);
}

static Value cell_repr(Thread *thread, Value self) {
    Value content = as_cell(self)->content;
    unsigned long long address = self.bits;
    if (is_undefined(content)) {
        return value_object(str_format(thread, "<cell at 0x%012llx: empty>", address));
    }
    return value_object(str_format(thread, "<cell at 0x%012llx: %s object at 0x%012llx>", address,
                                   type_name(thread, content), (unsigned long long)content.bits));
}

// Cells compare as what they hold; an empty one comes first.
static Value cell_compare(Thread *thread, Value self, Value other, CompareOp op) {
    if (!has_layout(other, LAYOUT_CELL)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    Value left = as_cell(self)->content, right = as_cell(other)->content;
    if (is_undefined(left) || is_undefined(right)) {
        return compare_result(is_undefined(right) - is_undefined(left), op);
    }
    return operation_compare(thread, op, left, right);
}

static Value get_contents(Thread *thread, Value self) {
    Value content = as_cell(self)->content;
    return is_undefined(content) ? raise_error(thread, ERROR_ValueError, "cell is empty") : content;
}

static bool set_contents(Thread *thread, Value self, Value v) {
    (void)thread;
    as_cell(self)->content = v;
    return true;
}

static const GetSetSpec cell_getsets[] = {
    {"cell_contents", get_contents, set_contents, "The value of the variable."},
    {0},
};

static Value cell_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)callee;
    if (count > 1 || (keywords && keywords->length)) {
        return raise_error(thread, ERROR_TypeError, "cell expected at most 1 argument, got %zu",
                           count);
    }
    return value_object(cell_new(thread, count ? args[0] : VALUE_UNDEFINED));
}

static void cell_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Cell *)self)->content);
}

const TypeSpec cell_type_spec = {
    .name = "cell",
    .doc = "A variable shared between functions.",
    .type_index = TYPE_cell,
    .layout = LAYOUT_CELL,
    .flags = TYPE_FINAL | TYPE_UNHASHABLE,
    .size = sizeof(Cell),
    .slots =
        {
            .repr = cell_repr,
            .compare = cell_compare,
            .construct = cell_construct,
            .trace = cell_trace,
        },
    .getsets = cell_getsets,
};
