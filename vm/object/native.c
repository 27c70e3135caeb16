// SPDX-License-Identifier: MIT
//
// Native functions: signatures are parsed once, arguments are bound here for all of them.
//
// A signature is what `help()` shows: "(self, sub, start=..., /, *, key=None)". From it come the
// parameter names, the defaults and the checks, so a native's C code begins with valid arguments.
// The messages for wrong calls follow CPython, whose natives speak in three voices, depending on
// how they were declared: one argument or none ("list.append() takes exactly one argument (2
// given)"), several positional-only ones ("insert expected 2 arguments, got 1"), and those that
// take keywords ("sort() got an unexpected keyword argument 'x'").
#include "native.h"

#include "dict.h"
#include "error.h"
#include "int.h"
#include "interpreter.h"
#include "list.h"
#include "mini_check.h"
#include "operations.h"
#include "str.h"
#include "suggestion.h"
#include "tuple.h"
#include "type.h"

#include <ctype.h>
#include <stdlib.h>

// ---- Signatures ----

typedef struct SignatureReader {
    Thread *thread;
    Native *native;              // gets the counts
    NativeParameter *parameters; // gets names and defaults; NULL: only count
    const char *at;
    bool keyword_only;     // a '*' has been read
    bool keyword_required; // a parameter without default came after it
} SignatureReader;

static void skip_spaces(SignatureReader *reader) {
    while (*reader->at == ' ') {
        reader->at++;
    }
}

static size_t word_length(const char *text) {
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_') {
        length++;
    }
    return length;
}

// The extent of a default: up to a ',' or ')' outside quotes.
static size_t default_length(const char *text) {
    size_t length = 0;
    char quote = 0;
    while (text[length] != '\0' && (quote || (text[length] != ',' && text[length] != ')'))) {
        if (quote) {
            quote = text[length] == quote ? 0 : quote;
        } else if (text[length] == '\'' || text[length] == '"') {
            quote = text[length];
        }
        length++;
    }
    return length;
}

static bool text_is(const char *text, size_t length, const char *word) {
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

static Value parse_default(Thread *thread, const char *text, size_t length) {
    if (text_is(text, length, "None")) {
        return VALUE_NONE;
    }
    if (text_is(text, length, "True") || text_is(text, length, "False")) {
        return value_bool(text[0] == 'T');
    }
    if (text[0] == '\'' || text[0] == '"') {
        return value_object(str_intern(thread, str_new_utf8(thread, text + 1, length - 2)));
    }
    char *end;
    long number = strtol(text, &end, 10);
    if (end == text + length) {
        return int_from_int64(thread, number);
    }
    double d = strtod(text, &end);
    return end == text + length ? value_float(d) : VALUE_UNDEFINED;
}

// A parameter's name and default; `extent` is how long the default is, 0: none.
static void keep_parameter(SignatureReader *reader, size_t index, size_t length, size_t extent) {
    Thread *thread = reader->thread;
    NativeParameter *parameter = &reader->parameters[index];
    parameter->standard =
        extent == 0 ? VALUE_ERROR : parse_default(thread, reader->at + length + 1, extent);
    parameter->name = str_intern(thread, str_new_utf8(thread, reader->at, length));
}

static void read_parameter(SignatureReader *reader) {
    Native *native = reader->native;
    MINI_CHECK(native->parameter_count < NATIVE_MAX_PARAMETERS, "too many native parameters");
    size_t length = word_length(reader->at), index = native->parameter_count++;
    bool has_default = reader->at[length] == '=';
    size_t extent = has_default ? default_length(reader->at + length + 1) : 0;
    if (reader->parameters != NULL) {
        keep_parameter(reader, index, length, extent);
    }
    if (!reader->keyword_only) {
        native->positional++;
    }
    if (!has_default) {
        native->required = (uint16_t)(native->required + !reader->keyword_only);
        reader->keyword_required |= reader->keyword_only;
    }
    reader->at += length + has_default + extent;
}

static void read_star(SignatureReader *reader) {
    Native *native = reader->native;
    bool double_star = reader->at[1] == '*';
    reader->at += double_star ? 2 : 1;
    size_t length = word_length(reader->at);
    reader->at += length;
    reader->keyword_only = true;
    native->has_kwargs |= double_star;
    native->has_varargs |= !double_star && length > 0;
}

// Parameters are numbered: positional, keyword-only, then *args, then **kwargs.
static void parse_signature(Thread *thread, Native *native, NativeParameter *parameters) {
    SignatureReader reader = {thread, native, parameters, native->spec->signature, false, false};
    MINI_CHECK(reader.at != NULL && *reader.at == '(', "a native's signature begins with '('");
    reader.at++;
    for (skip_spaces(&reader); *reader.at != ')' && *reader.at != '\0'; skip_spaces(&reader)) {
        if (*reader.at == '*') {
            read_star(&reader);
        } else if (*reader.at == '/') {
            native->positional_only = (uint8_t)native->positional;
            reader.at++;
        } else {
            read_parameter(&reader);
        }
        if (*reader.at == ',') {
            reader.at++;
        }
    }
    native->simple = !native->has_varargs && !native->has_kwargs && !reader.keyword_required;
    native->parameter_count += (uint32_t)native->has_varargs + (uint32_t)native->has_kwargs;
}

// Names and defaults, read from the signature when they are needed for the first time.
static const NativeParameter *parameters_of(Thread *thread, Native *native) {
    size_t count = native_named_parameters(native);
    if (native->parameters == NULL && count > 0) {
        NativeParameter *parameters =
            heap_allocate(thread_heap(thread), CELL_BUFFER, count * sizeof *parameters);
        Native counts = {.spec = native->spec};
        parse_signature(thread, &counts, parameters);
        heap_trace_again(thread_heap(thread), &native->object);
        native->parameters = parameters;
    }
    return native->parameters;
}

Value native_new(Thread *thread, const NativeSpec *spec, Type *owner, Value module_name) {
    TypeIndex index = owner != NULL && native_is_bindable(spec) ? TYPE_native_method : TYPE_native;
    Native *native = object_new_sized(thread, builtin_type(thread, index), sizeof *native);
    native->function = spec->function;
    native->spec = spec;
    native->owner = owner;
    native->module = module_name;
    native->self = VALUE_UNDEFINED;
    native->name = str_intern_c(thread, spec->name);
    parse_signature(thread, native, NULL);
    return value_object(native);
}

Value native_bind(Thread *thread, Native *native, Value self) {
    parameters_of(thread, native); // for all bound copies
    Native *bound = object_new_sized(thread, builtin_type(thread, TYPE_native), sizeof *bound);
    Type *type = bound->object.type;
    *bound = *native;
    bound->object.type = type;
    bound->self = self;
    return value_object(bound);
}

// ---- Calls ----

typedef struct NativeCall {
    Thread *thread;
    Native *native;
    const Value *args; // as given; a bound self is not among them
    size_t given;      // by position
    size_t hidden;     // 1 if parameter 0 is self, which messages do not count
} NativeCall;

// "list.append" for methods, "len" for functions.
static const char *qualified(const NativeCall *call, char *buffer, size_t size) {
    const Native *native = call->native;
    if (native->owner == NULL) {
        return native->spec->name;
    }
    snprintf(buffer, size, "%s.%s", type_short_name(native->owner), native->spec->name);
    return buffer;
}

// The same with the module of functions other than builtins: "math.sqrt".
static const char *fully_qualified(const NativeCall *call, char *buffer, size_t size) {
    const Native *native = call->native;
    bool is_builtin = !is_str(native->module) || str_equal_c(as_str(native->module), "builtins");
    if (native->owner != NULL || is_builtin) {
        return qualified(call, buffer, size);
    }
    const char *module = str_text(call->thread, as_str(native->module));
    snprintf(buffer, size, "%s.%s", module, native->spec->name);
    return buffer;
}

static bool takes_keywords(const Native *native) {
    return native->has_kwargs || native->positional_only < native->positional ||
           native->parameter_count > native->positional + (native->has_varargs ? 1u : 0u);
}

// sorted() hands its keywords on to list.sort(), which complains in its own name; what is given by
// position is counted as if there were no keywords.
static bool hands_keywords_on(const Native *native) {
    return strcmp(native->spec->name, "sorted") == 0;
}

static bool raise_count_exactly(const NativeCall *call, size_t wanted, size_t given) {
    char name[128];
    const char *shown = fully_qualified(call, name, sizeof name);
    if (wanted == 0) {
        return raise_false(call->thread, ERROR_TypeError, "%s() takes no arguments (%zu given)",
                           shown, given);
    }
    return raise_false(call->thread, ERROR_TypeError, "%s() takes exactly one argument (%zu given)",
                       shown, given);
}

static bool raise_count_range(const NativeCall *call, size_t least, size_t most, size_t given) {
    bool few = given < least;
    size_t bound = few ? least : most;
    const char *word = least == most ? "" : few ? "at least " : "at most ";
    return raise_false(call->thread, ERROR_TypeError, "%s expected %s%zu argument%s, got %zu",
                       call->native->spec->name, word, bound, bound == 1 ? "" : "s", given);
}

static bool raise_too_many(const NativeCall *call, size_t most, size_t given) {
    const Native *native = call->native;
    bool more_by_name = native->parameter_count > native->positional;
    bool exactly = more_by_name && native->required == native->positional;
    if (most == 0) {
        return raise_false(call->thread, ERROR_TypeError, "%s() takes no positional arguments",
                           native->spec->name);
    }
    return raise_false(call->thread, ERROR_TypeError, "%s() takes %s %zu %sargument%s (%zu given)",
                       native->spec->name, exactly ? "exactly" : "at most", most,
                       more_by_name ? "positional " : "", most == 1 ? "" : "s", given);
}

// What a function says that CPython has written in Python.
static bool raise_count_in_words(const NativeCall *call) {
    const Native *native = call->native;
    char range[64], name[128];
    snprintf(range, sizeof range, "%u", native->positional);
    if (native->required < native->positional) {
        snprintf(range, sizeof range, "from %u to %u", native->required, native->positional);
    }
    return raise_false(
        call->thread, ERROR_TypeError, "%s() takes %s positional argument%s but %zu %s given",
        qualified(call, name, sizeof name), range, native->positional == 1 ? "" : "s", call->given,
        call->given == 1 ? "was" : "were");
}

// The parameters from `index` on that are missing, in the same words.
static bool raise_missing_in_words(const NativeCall *call, const Value *slots, size_t index) {
    const NativeParameter *parameters = parameters_of(call->thread, call->native);
    const char *names[NATIVE_MAX_PARAMETERS] = {""};
    size_t count = 0;
    for (size_t i = index; i < call->native->required; i++) {
        if (is_error(slots[i])) {
            names[count++] = str_text(call->thread, parameters[i].name);
        }
    }
    char list[256], name[128];
    int length = snprintf(list, sizeof list, "'%s'", names[0]);
    for (size_t i = 1; i < count; i++) {
        const char *link = i + 1 < count ? ", " : count > 2 ? ", and " : " and ";
        length += snprintf(list + length, sizeof list - (size_t)length, "%s'%s'", link, names[i]);
    }
    return raise_false(call->thread, ERROR_TypeError,
                       "%s() missing %zu required positional argument%s: %s",
                       qualified(call, name, sizeof name), count, count == 1 ? "" : "s", list);
}

static bool raise_wrong_count(const NativeCall *call) {
    const Native *native = call->native;
    size_t least = native->required - call->hidden, most = native->positional - call->hidden;
    size_t given = call->given - call->hidden;
    if (native->spec->kind == NATIVE_WORDS) {
        return raise_count_in_words(call);
    }
    if (native->has_varargs && !native->has_kwargs) {
        return raise_count_range(call, least, SIZE_MAX, given);
    }
    if (hands_keywords_on(native)) {
        return raise_count_range(call, least, most, given);
    }
    if (!takes_keywords(native) || native->has_kwargs) {
        if (least == most && most <= 1) {
            return raise_count_exactly(call, most, given);
        }
        return raise_count_range(call, least, most, given);
    }
    return raise_too_many(call, most, given);
}

// More arguments than there are parameters, some of them by name.
static bool raise_too_many_together(const NativeCall *call, size_t most, size_t total) {
    return raise_false(call->thread, ERROR_TypeError,
                       "%s() takes at most %zu %sargument%s (%zu given)", call->native->spec->name,
                       most, call->given == call->hidden ? "keyword " : "", most == 1 ? "" : "s",
                       total);
}

// One that cannot be given by name is missing.
static bool raise_too_few(const NativeCall *call) {
    const Native *native = call->native;
    size_t nameless = native->positional_only;
    size_t least = (native->required < nameless ? native->required : nameless) - call->hidden;
    bool exactly = least == native->positional - call->hidden;
    return raise_false(call->thread, ERROR_TypeError,
                       "%s() takes %s %zu positional argument%s (%zu given)", native->spec->name,
                       exactly ? "exactly" : "at least", least, least == 1 ? "" : "s",
                       call->given - call->hidden);
}

static bool raise_missing(const NativeCall *call, const Value *slots, size_t index) {
    const Native *native = call->native;
    if (native->spec->kind == NATIVE_WORDS) {
        return raise_missing_in_words(call, slots, index);
    }
    bool nameless = index < native->positional_only;
    if (!takes_keywords(native) || hands_keywords_on(native) ||
        (nameless && native->has_varargs && !native->has_kwargs)) {
        return raise_wrong_count(call);
    }
    if (nameless && !native->has_varargs && !native->has_kwargs) {
        return raise_too_few(call);
    }
    return raise_false(
        call->thread, ERROR_TypeError, "%s() missing required argument '%s' (pos %zu)",
        native->spec->name,
        str_text(call->thread, parameters_of(call->thread, call->native)[index].name),
        index + 1 - call->hidden);
}

static bool raise_unexpected(const NativeCall *call, Str *name) {
    const Native *native = call->native;
    const NativeParameter *parameters = parameters_of(call->thread, call->native);
    List *known = list_new(call->thread, 4);
    for (size_t i = native->positional_only; i < native_named_parameters(native); i++) {
        list_append(call->thread, known, value_object(parameters[i].name));
    }
    char buffer[128];
    const char *shown = native->spec->kind == NATIVE_WORDS ? qualified(call, buffer, sizeof buffer)
                                                           : native->spec->name;
    shown = hands_keywords_on(native) ? "sort" : shown;
    return suggestion_raise_keyword(call->thread, shown, name, known);
}

static bool bind_keyword(const NativeCall *call, Value *slots, Value name, Value v) {
    const Native *native = call->native;
    const char *text = is_str(name) ? str_text(call->thread, as_str(name)) : "";
    const NativeParameter *parameters = parameters_of(call->thread, call->native);
    for (size_t i = native->positional_only; i < native_named_parameters(native); i++) {
        if (str_equal(parameters[i].name, as_str(name))) {
            if (!is_error(slots[i])) {
                return raise_false(call->thread, ERROR_TypeError,
                                   "argument for %s() given by name ('%s') and position (%zu)",
                                   native->spec->name, text, i + 1 - call->hidden);
            }
            slots[i] = v;
            return true;
        }
    }
    if (native->has_kwargs) {
        return dict_set(call->thread, as_dict(slots[native->parameter_count - 1]), name, v);
    }
    return raise_unexpected(call, as_str(name));
}

static bool fill_defaults(const NativeCall *call, Value *slots) {
    const NativeParameter *parameters = parameters_of(call->thread, call->native);
    for (size_t i = 0; i < native_named_parameters(call->native); i++) {
        if (!is_error(slots[i])) {
            continue;
        }
        if (is_error(parameters[i].standard)) {
            return raise_missing(call, slots, i);
        }
        slots[i] = parameters[i].standard;
    }
    return true;
}

// A parameter that is missing is complained of before a keyword that does not fit.
static bool bind_keywords(const NativeCall *call, Tuple *keywords, Value *slots) {
    Value wrong = VALUE_UNDEFINED;
    for (size_t i = 0; keywords != NULL && i < keywords->length; i++) {
        if (bind_keyword(call, slots, keywords->items[i], call->args[call->given + i])) {
            continue;
        }
        if (call->native->has_kwargs || call->native->spec->kind == NATIVE_WORDS) {
            return false;
        }
        Value error = error_take(call->thread);
        wrong = is_undefined(wrong) ? error : wrong;
    }
    if (!fill_defaults(call, slots)) {
        return false;
    }
    if (!is_undefined(wrong)) {
        raise_value(call->thread, wrong);
    }
    return is_undefined(wrong);
}

// Parameters with names can be too few for all that is given, as well as those without.
static bool check_total(const NativeCall *call, const Tuple *keywords) {
    const Native *native = call->native;
    size_t total = call->given + (keywords ? keywords->length : 0);
    size_t most = native_named_parameters(native);
    if (native->spec->kind == NATIVE_WORDS || native->has_varargs || native->has_kwargs ||
        total <= most || !takes_keywords(native)) {
        return true;
    }
    return hands_keywords_on(native) && call->given > native->positional
               ? raise_wrong_count(call)
               : raise_too_many_together(call, most - call->hidden, total - call->hidden);
}

static bool check_any_keywords(const NativeCall *call, const Tuple *keywords) {
    char buffer[128];
    return !keywords || !keywords->length || takes_keywords(call->native) ||
           raise_false(call->thread, ERROR_TypeError, "%s() takes no keyword arguments",
                       fully_qualified(call, buffer, sizeof buffer));
}

static bool bind(const NativeCall *call, Tuple *keywords, Value *slots) {
    Thread *thread = call->thread;
    const Native *native = call->native;
    size_t named = native_named_parameters(native);
    if (!check_any_keywords(call, keywords) || !check_total(call, keywords)) {
        return false;
    }
    size_t direct = call->given < native->positional ? call->given : native->positional;
    values_copy(slots, call->args, direct);
    memset(slots + direct, 0, (native->parameter_count - direct) * sizeof(Value));
    if (native->has_varargs) {
        slots[named] =
            value_object(tuple_from_array(thread, call->args + direct, call->given - direct));
    } else if (call->given > native->positional) {
        return raise_wrong_count(call);
    }
    if (native->has_kwargs) {
        slots[native->parameter_count - 1] = value_object(dict_new(thread, 0));
    }
    return bind_keywords(call, keywords, slots);
}

// `list.append(x)` with the type's own method object: is the first argument a list?
static bool check_self(const NativeCall *call) {
    const Native *native = call->native;
    Thread *thread = call->thread;
    if (call->given == 0) {
        char name[128];
        return raise_false(thread, ERROR_TypeError, "unbound method %s() needs an argument",
                           qualified(call, name, sizeof name));
    }
    if (!type_is_subtype(type_of(thread, call->args[0]), native->owner)) {
        return raise_false(thread, ERROR_TypeError,
                           "descriptor '%s' for '%s' objects doesn't apply to a '%s' object",
                           native->spec->name, native->owner->name,
                           type_name(thread, call->args[0]));
    }
    return true;
}

static Value call_bound(const NativeCall *call, Tuple *keywords) {
    const Native *native = call->native;
    Value slots[NATIVE_MAX_PARAMETERS];
    if (!bind(call, keywords, slots)) {
        return VALUE_ERROR;
    }
    return native->function(call->thread, slots);
}

// Nearly always one to three: quicker one by one than with a call of memmove, which the compiler
// makes of a plain loop.
static inline void copy_few(Value *to, const Value *from, size_t count) {
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        __asm__("" : "+r"(i));
    }
}

// A simple native got `count` arguments, and the parameter at `index` needs one.
static __attribute__((noinline)) Value refuse_few(Thread *thread, Native *native, Value *slots,
                                                  size_t count, size_t index) {
    bool hidden =
        !is_undefined(native->self) || (native->owner != NULL && native_is_bindable(native->spec));
    NativeCall call = {thread, native, slots, count, hidden};
    memset(slots + index, 0, (native->parameter_count - index) * sizeof(Value));
    raise_missing(&call, slots, index);
    return VALUE_ERROR;
}

// Call a simple native with the `count` arguments in `slots`, which has room for all.
static inline Value complete_and_call(Thread *thread, Native *native, Value *slots, size_t count) {
    const NativeParameter *parameters =
        native->parameters != NULL ? native->parameters : parameters_of(thread, native);
    for (size_t i = count; i < native->parameter_count; i++) {
        slots[i] = parameters[i].standard;
        if (__builtin_expect(is_error(slots[i]), 0)) {
            return refuse_few(thread, native, slots, count, i);
        }
    }
    return native->function(thread, slots);
}

Value native_call_simple(Thread *thread, Native *native, const Value *args, size_t count) {
    Value slots[NATIVE_MAX_PARAMETERS];
    copy_few(slots, args, count);
    return complete_and_call(thread, native, slots, count);
}

// The self of a bound native and the arguments: how nearly all calls of `f = items.append` are.
static Value call_bound_simple(Thread *thread, Native *native, const Value *args, size_t count) {
    Value all[NATIVE_MAX_PARAMETERS];
    all[0] = native->self;
    copy_few(all + 1, args, count);
    return count + 1 == native->parameter_count ? native->function(thread, all)
                                                : complete_and_call(thread, native, all, count + 1);
}

static bool is_simple_call(const Native *native, size_t count, const Tuple *keywords) {
    return keywords == NULL && native->simple && count >= native->required &&
           count <= native->positional;
}

// f(a, *rest) without keywords: what follows the positional parameters becomes their last.
static bool is_variadic_call(const Native *native, size_t count, const Tuple *keywords) {
    return keywords == NULL && native->has_varargs && !native->has_kwargs &&
           native->parameter_count == native->positional + 1u && count >= native->positional;
}

static Value call_variadic(Thread *thread, Native *native, const Value *args, size_t count) {
    Value slots[NATIVE_MAX_PARAMETERS];
    size_t direct = native->positional;
    values_copy(slots, args, direct);
    slots[direct] = value_object(tuple_from_array(thread, args + direct, count - direct));
    return native->function(thread, slots);
}

// Not inline: what native_call does itself then needs neither registers saved nor memory.
static __attribute__((noinline)) Value call_any(Thread *thread, Native *native, Value *args,
                                                size_t count, Tuple *keywords) {
    if (!is_undefined(native->self) && is_simple_call(native, count + 1, keywords)) {
        return call_bound_simple(thread, native, args, count);
    }
    size_t named = keywords == NULL ? 0 : keywords->length;
    NativeCall call = {thread, native, args, count - named, 0};
    if (is_undefined(native->self)) {
        bool is_method = native->owner != NULL && native_is_bindable(native->spec);
        call.hidden = is_method;
        if (is_method && !check_self(&call)) {
            return VALUE_ERROR;
        }
        if (is_simple_call(native, count, keywords)) {
            return count == native->parameter_count
                       ? native->function(thread, args)
                       : native_call_simple(thread, native, args, count);
        }
        return is_variadic_call(native, count, keywords)
                   ? call_variadic(thread, native, args, count)
                   : call_bound(&call, keywords);
    }
    Value small[NATIVE_MAX_PARAMETERS + 1];
    Value *all = count < NATIVE_MAX_PARAMETERS
                     ? small
                     : heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof(Value));
    all[0] = native->self;
    values_copy(all + 1, args, count);
    call.args = all;
    call.given++;
    call.hidden = 1;
    return call_bound(&call, keywords);
}

Value native_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Native *native = (Native *)as_object(callee);
    if (native->owner == NULL && native->simple && keywords == NULL &&
        count == native->positional && count == native->parameter_count &&
        is_undefined(native->self)) {
        return native->function(thread, args); // len(x)
    }
    return call_any(thread, native, args, count, keywords);
}
