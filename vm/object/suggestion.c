// SPDX-License-Identifier: MIT
//
// "Did you mean": the known name that is nearest to the wrong one, by edit distance (Levenshtein
// 1966). The costs are CPython's: 2 to insert, delete or replace a character, 1 to change its case;
// a candidate counts if at most a third of the characters would have to change. Only one row of
// the matrix is kept.
#include <ctype.h>
#include <string.h>

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "import.h"
#include "interpreter.h"
#include "list.h"
#include "namespace.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "suggestion.h"
#include "traceback_parts.h"

enum { MOVE_COST = 2, CASE_COST = 1, MAX_CANDIDATES = 750, MAX_NAME = 40 };

typedef struct Word {
    const char *text;
    size_t length;
} Word;

static size_t substitution_cost(char a, char b) {
    if (a == b) {
        return 0;
    }
    return tolower((unsigned char)a) == tolower((unsigned char)b) ? CASE_COST : MOVE_COST;
}

static void trim_common(Word *a, Word *b) {
    while (a->length && b->length && *a->text == *b->text) {
        *a = (Word){a->text + 1, a->length - 1};
        *b = (Word){b->text + 1, b->length - 1};
    }
    while (a->length && b->length && a->text[a->length - 1] == b->text[b->length - 1]) {
        a->length--;
        b->length--;
    }
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

// One step down the matrix; *least gets the row's minimum. Returns the row's last entry.
static size_t next_row(size_t *row, Word a, char c, size_t index, size_t *least) {
    size_t distance = index * MOVE_COST, result = distance;
    *least = SIZE_MAX;
    for (size_t i = 0; i < a.length; i++) {
        size_t substitute = distance + substitution_cost(c, a.text[i]);
        distance = row[i];
        result = smaller(smaller(result, distance) + MOVE_COST, substitute);
        row[i] = result;
        *least = smaller(*least, result);
    }
    return result;
}

// The distance, or something above `limit` as soon as it is known to be beyond.
static size_t edit_distance(Word a, Word b, size_t limit) {
    size_t row[MAX_NAME], result = 0;
    trim_common(&a, &b);
    if (!a.length || !b.length) {
        return MOVE_COST * (a.length + b.length);
    }
    if (a.length > MAX_NAME || b.length > MAX_NAME) {
        return limit + 1;
    }
    if (b.length < a.length) {
        Word swap = a;
        a = b;
        b = swap;
    }
    if ((b.length - a.length) * MOVE_COST > limit) {
        return limit + 1;
    }
    for (size_t i = 0; i < a.length; i++) {
        row[i] = (i + 1) * MOVE_COST;
    }
    for (size_t i = 0; i < b.length; i++) {
        size_t least;
        result = next_row(row, a, b.text[i], i, &least);
        if (least > limit) {
            return limit + 1;
        }
    }
    return result;
}

static Word word_of(Thread *thread, Str *s) {
    Word word;
    word.text = str_utf8(thread, s, &word.length);
    return word;
}

// The best of the names in `candidates`, or NULL if none is near.
static Str *find_nearest(Thread *thread, const List *candidates, Str *wrong) {
    Word word = word_of(thread, wrong);
    Str *best = NULL;
    size_t best_distance = SIZE_MAX;
    if (candidates->length > MAX_CANDIDATES || word.length > MAX_NAME) {
        return NULL;
    }
    for (size_t i = 0; i < candidates->length && best_distance > 0; i++) {
        if (!is_str(candidates->items[i]) || str_equal(as_str(candidates->items[i]), wrong)) {
            continue;
        }
        Word candidate = word_of(thread, as_str(candidates->items[i]));
        size_t limit = (candidate.length + word.length + 3) * MOVE_COST / 6;
        limit = smaller(limit, best_distance - 1);
        size_t distance = edit_distance(word, candidate, limit);
        if (distance <= limit) {
            best = as_str(candidates->items[i]);
            best_distance = distance;
        }
    }
    return best;
}

// Candidates

static void add_keys(Thread *thread, List *names, const Dict *dict) {
    size_t position = 0;
    Value key, value;
    while (dict && dict_next(dict, &position, &key, &value)) {
        list_append(thread, names, key);
    }
}

static void add_variables(Thread *thread, List *names, const Code *code) {
    for (uint32_t i = 0; i < code->variable_count; i++) {
        list_append(thread, names, value_object(code->register_names[i]));
    }
    for (uint32_t i = 0; i < code->free_count; i++) {
        list_append(thread, names, value_object(code->free_names[i]));
    }
}

// What could be meant by an unknown variable: those of the innermost frame.
static List *visible_names(Thread *thread, Value exception) {
    List *names = list_new(thread, 64);
    const Traceback *traceback = as_exception(exception)->traceback;
    if (!traceback) {
        return names;
    }
    while (traceback->next) {
        traceback = traceback->next;
    }
    add_variables(thread, names, traceback->code);
    add_keys(thread, names, traceback->globals);
    Value builtins = namespace_builtins(thread, traceback->globals);
    if (is_dict(builtins)) {
        add_keys(thread, names, as_dict(builtins));
    }
    return names;
}

static bool is_private(Value name) {
    return is_str(name) && as_str(name)->length && str_char_at(as_str(name), 0) == '_';
}

// dir(v), without private names unless the wrong name is one itself.
static List *attribute_names(Thread *thread, Value v, Str *wrong) {
    List *names = list_new(thread, 64);
    Value dir = slots_call_special(thread, common_name(thread, NAME___dir__), &v, 1);
    Value list = is_error(dir) || is_undefined(dir) ? VALUE_ERROR : operation_to_list(thread, dir);
    if (is_error(list)) {
        error_clear(thread);
        return names;
    }
    bool keep_private = is_private(value_object(wrong));
    for (size_t i = 0; i < as_list(list)->length; i++) {
        if (keep_private || !is_private(as_list(list)->items[i])) {
            list_append(thread, names, as_list(list)->items[i]);
        }
    }
    return names;
}

static List *module_names(Thread *thread, Value module, Str *wrong) {
    Value found = is_str(module)
                      ? dict_get_str(thread, thread->interpreter->modules, as_str(module))
                      : VALUE_UNDEFINED;
    return is_undefined(found) ? list_new(thread, 0) : attribute_names(thread, found, wrong);
}

static Str *suggest(Thread *thread, Value exception) {
    const Value *fields = as_exception(exception)->fields;
    List *candidates;
    Value wrong;
    if (exception_is(thread, exception, ERROR_NameError)) {
        wrong = fields[NAME_ERROR_NAME];
        candidates = is_str(wrong) ? visible_names(thread, exception) : NULL;
    } else if (exception_is(thread, exception, ERROR_AttributeError)) {
        wrong = fields[ATTRIBUTE_ERROR_NAME];
        Value owner = fields[ATTRIBUTE_ERROR_OBJ];
        candidates = is_str(wrong) ? attribute_names(thread, owner, as_str(wrong)) : NULL;
    } else if (exception_is(thread, exception, ERROR_ImportError)) {
        wrong = fields[IMPORT_ERROR_NAME_FROM];
        Value module = fields[IMPORT_ERROR_NAME];
        candidates = is_str(wrong) ? module_names(thread, module, as_str(wrong)) : NULL;
    } else {
        return NULL;
    }
    return candidates ? find_nearest(thread, candidates, as_str(wrong)) : NULL;
}

bool suggestion_raise_keyword(Thread *thread, const char *function, Str *name, const List *known) {
    Str *nearest = find_nearest(thread, known, name);
    if (!nearest) {
        return raise_false(thread, ERROR_TypeError, "%s() got an unexpected keyword argument '%s'",
                           function, str_text(thread, name));
    }
    return raise_false(thread, ERROR_TypeError,
                       "%s() got an unexpected keyword argument '%s'. Did you mean '%s'?", function,
                       str_text(thread, name), str_text(thread, nearest));
}

// `self.name` if the method that looked for the variable `name` could have meant that.
static bool suggest_member(Thread *thread, Value exception, StringBuilder *out) {
    const Value *fields = as_exception(exception)->fields;
    if (!exception_is(thread, exception, ERROR_NameError) || !is_str(fields[NAME_ERROR_NAME]) ||
        is_none(fields[NAME_ERROR_SELF])) {
        return false;
    }
    Str *name = as_str(fields[NAME_ERROR_NAME]);
    Value found = attribute_get_optional(thread, fields[NAME_ERROR_SELF], name);
    if (is_error(found)) {
        error_clear(thread);
    }
    if (is_error(found) || is_undefined(found)) {
        return false;
    }
    sb_printf(out, "self.%s", str_text(thread, name));
    return true;
}

bool traceback_suggestion(Thread *thread, Value exception, StringBuilder *out) {
    if (suggest_member(thread, exception, out)) {
        return true;
    }
    Str *name = suggest(thread, exception);
    if (!name) {
        return false;
    }
    size_t length;
    const char *text = str_utf8(thread, name, &length);
    sb_write(out, text, length);
    return true;
}
