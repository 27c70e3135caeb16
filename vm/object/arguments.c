// SPDX-License-Identifier: MIT
//
// Sorting a constructor's arguments into parameters, with the messages that CPython's Argument
// Clinic would give.
#include "arguments.h"

#include "attribute.h"
#include "int.h"
#include "interpreter.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "suggestion.h"
#include "tuple.h"

static size_t name_count(const ArgumentsSpec *spec) {
    size_t count = 0;
    while (count < sizeof spec->names / sizeof spec->names[0] && spec->names[count])
        count++;
    return count;
}

// The number of the parameter with this name; as many as there are: none.
static size_t find_name(const ArgumentsSpec *spec, const Str *name) {
    size_t count = name_count(spec), i = 0;
    while (i < count && (!*spec->names[i] || !str_equal_c(name, spec->names[i])))
        i++;
    return i;
}

static bool refuse_keyword(Thread *thread, const ArgumentsSpec *spec, Str *name) {
    size_t count = name_count(spec), place = find_name(spec, name);
    if (place < count)
        return raise_false(thread, ERROR_TypeError,
                           "argument for %s() given by name ('%s') and position (%zu)",
                           spec->function, spec->names[place], place + 1);
    List *known = list_new(thread, count);
    for (size_t i = 0; i < count; i++)
        if (*spec->names[i])
            list_append(thread, known, value_object(str_from_c(thread, spec->names[i])));
    return suggestion_raise_keyword(thread, spec->function, name, known);
}

// Whether no parameter may be given by name.
static bool is_positional(const ArgumentsSpec *spec) {
    return spec->names[0] && !*spec->names[0] && !spec->names[1];
}

static bool too_many(Thread *thread, const ArgumentsSpec *spec, size_t maximum, size_t given,
                     bool all_named) {
    const char *plural = maximum == 1 ? "" : "s";
    if (is_positional(spec))
        return raise_false(thread, ERROR_TypeError, "%s expected at most %zu argument%s, got %zu",
                           spec->function, maximum, plural, given);
    return raise_false(thread, ERROR_TypeError, "%s() takes at most %zu %sargument%s (%zu given)",
                       spec->function, maximum, all_named ? "keyword " : "", plural, given);
}

static bool check_required(Thread *thread, const ArgumentsSpec *spec, const Value *out) {
    for (size_t i = 0; i < spec->required; i++)
        if (is_undefined(out[i]))
            return raise_false(thread, ERROR_TypeError,
                               "%s() missing required argument '%s' (pos %zu)", spec->function,
                               spec->names[i], i + 1);
    return true;
}

// A parameter that is missing is complained of before a keyword that does not fit.
static bool bind_any(Thread *thread, const ArgumentsSpec *spec, Value *args, size_t count,
                     Tuple *keywords, Value *out) {
    size_t maximum = name_count(spec), named = keywords ? keywords->length : 0;
    for (size_t i = 0; i < maximum; i++)
        out[i] = VALUE_UNDEFINED;
    if (named && is_positional(spec))
        return raise_false(thread, ERROR_TypeError, "%s() takes no keyword arguments",
                           spec->function);
    if (count > maximum)
        return too_many(thread, spec, maximum, count, count == named);
    for (size_t i = 0; i < count - named; i++)
        out[i] = args[i];
    Str *wrong = NULL;
    for (size_t i = 0; i < named; i++) {
        Str *name = as_str(keywords->items[i]);
        size_t place = find_name(spec, name);
        if (place < maximum && is_undefined(out[place]))
            out[place] = args[count - named + i];
        else if (wrong == NULL)
            wrong = name;
    }
    return check_required(thread, spec, out) &&
           (wrong == NULL || refuse_keyword(thread, spec, wrong));
}

// Nearly all calls name no argument and are right, which one pass finds out.
bool arguments_bind(Thread *thread, const ArgumentsSpec *spec, Value *args, size_t count,
                    Tuple *keywords, Value *out) {
    size_t i = 0;
    for (; i < sizeof spec->names / sizeof spec->names[0] && spec->names[i]; i++)
        out[i] = i < count ? args[i] : VALUE_UNDEFINED;
    bool is_right = keywords == NULL && count >= spec->required && count <= i;
    return is_right || bind_any(thread, spec, args, count, keywords, out);
}

static bool bound(Thread *thread, Value v, int64_t otherwise, int64_t length, int64_t *result) {
    *result = otherwise;
    if (is_undefined(v) || is_none(v))
        return true;
    if (!is_integral(v) && !type_of(thread, v)->slots.index)
        return raise_false(thread, ERROR_TypeError,
                           "slice indices must be integers or None or have an __index__ method");
    if (!operation_index_clamped(thread, v, result))
        return false;
    if (*result < 0)
        *result = *result + length < 0 ? 0 : *result + length;
    return true;
}

bool arguments_bounds(Thread *thread, Value start, Value end, size_t length, size_t *from,
                      size_t *to) {
    int64_t low, high, whole = (int64_t)length;
    if (!bound(thread, start, 0, whole, &low) || !bound(thread, end, whole, whole, &high))
        return false;
    *from = (size_t)low;
    *to = (size_t)(high < whole ? high : whole);
    return true;
}
