// SPDX-License-Identifier: MIT
//
// help() prints what an object says about itself: name, parameters, docstring, and for classes and
// modules a line for each of their public names. Natives carry the same texts as functions written
// in Mini, so the two look alike. exit() and quit() stand here because they, too, are for people
// at a prompt.
#include "attribute.h"
#include "builtins.h"
#include "code.h"
#include "descriptor.h"
#include "dict.h"
#include "exception.h"
#include "function.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

// Parameters

typedef struct Parameters {
    TextBuilder *out;
    const Function *function;
    size_t written;
} Parameters;

static bool add_parameter(Parameters *list, const char *stars, const Str *name, Value initial) {
    if (list->written++ > 0)
        text_builder_add_c(list->out, ", ");
    text_builder_add_c(list->out, stars);
    if (name != NULL)
        text_builder_add(list->out, name);
    if (is_undefined(initial))
        return true;
    text_builder_put(list->out, '=');
    return text_builder_add_repr(list->out, initial);
}

static bool add_positional(Parameters *list) {
    const Code *code = list->function->code;
    const Tuple *defaults = list->function->defaults;
    size_t with_default = defaults == NULL ? 0 : defaults->length;
    for (size_t i = 0; i < code->parameter_count; i++) {
        size_t before_end = code->parameter_count - i;
        Value initial = before_end <= with_default ? defaults->items[with_default - before_end]
                                                   : VALUE_UNDEFINED;
        if (!add_parameter(list, "", code->register_names[i], initial))
            return false;
        if (i + 1 == code->positional_only_count)
            add_parameter(list, "/", NULL, VALUE_UNDEFINED);
    }
    return true;
}

static bool add_keyword_only(Thread *thread, Parameters *list) {
    const Code *code = list->function->code;
    for (size_t i = 0; i < code->keyword_only_count; i++) {
        const Dict *defaults = list->function->keyword_defaults;
        Str *name = code->register_names[code->parameter_count + i];
        Value initial = defaults == NULL ? VALUE_UNDEFINED : dict_get_str(thread, defaults, name);
        if (!add_parameter(list, "", name, initial))
            return false;
    }
    return true;
}

static bool add_parameters(Thread *thread, TextBuilder *out, const Function *function) {
    const Code *code = function->code;
    size_t rest = code->parameter_count + code->keyword_only_count;
    Parameters list = {out, function, 0};
    text_builder_put(out, '(');
    if (!add_positional(&list))
        return false;
    if (code->flags & CODE_VARARGS)
        add_parameter(&list, "*", code->register_names[rest++], VALUE_UNDEFINED);
    else if (code->keyword_only_count > 0)
        add_parameter(&list, "*", NULL, VALUE_UNDEFINED);
    if (!add_keyword_only(thread, &list))
        return false;
    if (code->flags & CODE_VARKEYWORDS)
        add_parameter(&list, "**", code->register_names[rest], VALUE_UNDEFINED);
    text_builder_put(out, ')');
    return true;
}

static bool add_signature(Thread *thread, TextBuilder *out, Value v) {
    if (has_layout(v, LAYOUT_NATIVE))
        text_builder_add_c(out, ((const Native *)as_object(v))->spec->signature);
    else if (has_layout(v, LAYOUT_FUNCTION))
        return add_parameters(thread, out, (const Function *)as_object(v));
    return true;
}

// Docstrings

static void add_indented(TextBuilder *out, const Str *text, size_t columns) {
    text_builder_repeat(out, ' ', columns);
    for (size_t i = 0; i < text->length; i++) {
        uint32_t c = str_char_at(text, i);
        text_builder_put(out, c);
        if (c == '\n' && i + 1 < text->length && str_char_at(text, i + 1) != '\n')
            text_builder_repeat(out, ' ', columns);
    }
    text_builder_put(out, '\n');
}

static bool add_doc(Thread *thread, TextBuilder *out, Value v, size_t columns) {
    Value doc = attribute_get_optional(thread, v, common_name(thread, NAME___doc__));
    if (is_str(doc))
        add_indented(out, as_str(doc), columns);
    return !is_error(doc);
}

static Value unwrap(Value v) {
    if (has_layout(v, LAYOUT_CLASSMETHOD) || has_layout(v, LAYOUT_STATICMETHOD))
        return ((const Wrapper *)as_object(v))->function;
    return has_layout(v, LAYOUT_METHOD) ? ((const Method *)as_object(v))->function : v;
}

static bool add_member(Thread *thread, TextBuilder *out, const Str *name, Value v) {
    v = unwrap(v);
    text_builder_add_c(out, "\n    ");
    text_builder_add(out, name);
    return add_signature(thread, out, v) && (text_builder_put(out, '\n'), true) &&
           (is_type(v) || !is_callable(v) || add_doc(thread, out, v, 8));
}

static bool add_members(Thread *thread, TextBuilder *out, const Dict *names) {
    Value list = operation_to_list(thread, value_object(names));
    if (is_error(list) || !list_sort(thread, as_list(list), VALUE_NONE, false))
        return false;
    for (size_t i = 0; i < as_list(list)->length; i++) {
        Value name = as_list(list)->items[i];
        if (!is_str(name) || str_char_at(as_str(name), 0) == '_')
            continue;
        Value v = dict_get_str(thread, names, as_str(name));
        if (!is_undefined(v) && !add_member(thread, out, as_str(name), v))
            return false;
    }
    return true;
}

static bool add_heading(Thread *thread, TextBuilder *out, Value v) {
    Value name = attribute_get_optional(thread, v, common_name(thread, NAME___name__));
    if (is_error(name))
        return false;
    text_builder_add_c(out, "Help on ");
    text_builder_add_c(out, is_type(v) ? "class" : type_name(thread, v));
    if (is_str(name)) {
        text_builder_put(out, ' ');
        text_builder_add(out, as_str(name));
    }
    text_builder_add_c(out, ":\n\n");
    if (is_str(name) && !is_type(v) && !is_module(v))
        text_builder_add(out, as_str(name));
    return true;
}

static bool add_help(Thread *thread, TextBuilder *out, Value v) {
    if (!add_heading(thread, out, v))
        return false;
    if (is_module(v))
        return add_doc(thread, out, v, 4) && add_members(thread, out, as_module(v)->dict);
    if (is_type(v))
        return add_doc(thread, out, v, 4) && add_members(thread, out, as_type(v)->attributes);
    if (is_callable(v))
        return add_signature(thread, out, unwrap(v)) && (text_builder_put(out, '\n'), true) &&
               add_doc(thread, out, v, 4);
    return add_doc(thread, out, value_object(type_of(thread, v)), 4) &&
           add_members(thread, out, type_of(thread, v)->attributes);
}

static Value builtin_help(Thread *thread, Value *args) {
    Str *text;
    if (is_undefined(args[0])) {
        text = str_from_c(thread, "Type help(object) for help about an object, dir(object) for its "
                                  "names.\n");
    } else {
        TextBuilder out;
        text_builder_init(&out, thread);
        if (!add_help(thread, &out, args[0]))
            return VALUE_ERROR;
        text = text_builder_finish(&out);
    }
    return builtins_write_stdout(thread, text) ? VALUE_NONE : VALUE_ERROR;
}

static Value builtin_exit(Thread *thread, Value *args) {
    Type *type = thread->interpreter->errors[ERROR_SystemExit];
    Value error = exception_new_args(thread, type, args, is_none(args[0]) ? 0 : 1);
    return is_error(error) ? error : raise_value(thread, error);
}

const NativeSpec builtins_help[] = {
    NATIVE("exit", builtin_exit, "(code=None)", "End the program with this exit status."),
    NATIVE("help", builtin_help, "(object=..., /)",
           "Print the name, parameters and docstring of an object."),
    NATIVE("quit", builtin_exit, "(code=None)", "End the program with this exit status."),
    NATIVE_END,
};
