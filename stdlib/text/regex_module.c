// SPDX-License-Identifier: MIT
//
// The native part of the module re: compiling with a cache, and the functions that compile and
// match in one call. The cache holds up to 512 patterns and begins anew when it is full.
#include "regex.h"

#include "bytes.h"
#include "container.h"
#include "int.h"
#include "modules.h"
#include "operations.h"
#include "text_builder.h"
#include "type.h"
#include "warning.h"

enum { CACHE_SIZE = 512 };

bool is_regex_pattern(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == regex_state(thread)->pattern_type;
}

// ---- Compiling ----

static Value group_names(Thread *thread, const RegexSyntax *syntax) {
    Tuple *names = tuple_new(thread, syntax->count);
    size_t position = 0;
    Value name, number;
    for (size_t i = 0; i < syntax->count; i++)
        names->items[i] = VALUE_NONE;
    while (dict_next(syntax->names, &position, &name, &number))
        names->items[as_small_int(number)] = name;
    return value_object(names);
}

static Value compile_new(Thread *thread, Value text, uint32_t flags) {
    RegexSyntax syntax;
    if (!regex_parse(thread, text, flags, REGEX_BYTES, &syntax))
        return VALUE_ERROR;
    Value names = group_names(thread, &syntax);
    RegexPattern *pattern = object_new(thread, regex_state(thread)->pattern_type);
    heap_add_finalizer(thread_heap(thread), &pattern->object);
    pattern->flags = syntax.flags;
    pattern->pattern = text;
    pattern->count = syntax.count;
    pattern->for_bytes = !is_str(text);
    pattern->groups = syntax.groups;
    pattern->names = syntax.names;
    pattern->group_names = as_tuple(names);
    pattern->template = pattern->template_text = VALUE_NONE;
    return value_object(pattern);
}

static Value compile_cached(Thread *thread, Value text, int64_t flags) {
    RegexState *state = regex_state(thread);
    Value key = flags == 0 ? text : tuple_pair(thread, text, value_small_int(flags));
    Value pattern;
    int found = dict_get(thread, state->cache, key, &pattern);
    if (found != 0)
        return found < 0 ? VALUE_ERROR : pattern;
    pattern = compile_new(thread, text, (uint32_t)flags);
    if (is_error(pattern))
        return pattern;
    if (state->cache->length >= CACHE_SIZE)
        dict_clear(thread, state->cache);
    return dict_set(thread, state->cache, key, pattern) ? pattern : VALUE_ERROR;
}

// CPython looks into its cache first, so all must be hashable.
static bool is_hashable(Thread *thread, Value v) {
    uint64_t hash;
    return is_str(v) || is_small_int(v) || container_hash(thread, v, &hash);
}

static Value recompile(Thread *thread, Value pattern, Value flags) {
    int given = operation_truth(thread, flags);
    if (given > 0)
        raise_error(thread, ERROR_ValueError,
                    "cannot process flags argument with a compiled pattern");
    return given == 0 ? pattern : VALUE_ERROR;
}

Value regex_compile(Thread *thread, Value pattern, Value flags) {
    if (!is_hashable(thread, pattern) || !is_hashable(thread, flags))
        return VALUE_ERROR;
    if (is_regex_pattern(thread, pattern))
        return recompile(thread, pattern, flags);
    if (!is_str(pattern) && !is_bytes(pattern))
        return raise_error(thread, ERROR_TypeError,
                           "first argument must be string or compiled pattern");
    if (!is_integral(flags))
        return raise_error(thread, ERROR_TypeError,
                           "unsupported operand type(s) for &: '%s' and 'int'",
                           type_name(thread, flags));
    int64_t bits = 0;
    bool fits = int_to_int64(operation_index(thread, flags), &bits) && bits == (int32_t)bits;
    Value compiled = compile_cached(thread, pattern, bits);
    return is_error(compiled) || fits ? compiled
                                      : raise_error(thread, ERROR_OverflowError,
                                                    "Python int too large to convert to C int");
}

static Value re_compile(Thread *thread, Value *args) {
    return regex_compile(thread, args[0], args[1]);
}

static Value re_purge(Thread *thread, Value *args) {
    (void)args;
    dict_clear(thread, regex_state(thread)->cache);
    return VALUE_NONE;
}

// ---- Functions that compile and match ----

// The method of Pattern that does the work.
static Value call_pattern(Thread *thread, const char *method, Value pattern, Value flags,
                          Value *args) {
    Value compiled = regex_compile(thread, pattern, flags);
    if (is_error(compiled))
        return compiled;
    args[0] = compiled;
    const NativeSpec *spec = regex_pattern_type_spec.methods;
    while (strcmp(spec->name, method) != 0)
        spec++;
    return spec->function(thread, args);
}

// args: pattern, string, flags
static Value call_search(Thread *thread, Value *args, const char *method) {
    Value inner[] = {VALUE_NONE, args[1], VALUE_UNDEFINED, VALUE_UNDEFINED};
    return call_pattern(thread, method, args[0], args[2], inner);
}

static Value re_match(Thread *thread, Value *args) {
    return call_search(thread, args, "match");
}
static Value re_fullmatch(Thread *thread, Value *args) {
    return call_search(thread, args, "fullmatch");
}
static Value re_search(Thread *thread, Value *args) {
    return call_search(thread, args, "search");
}
static Value re_findall(Thread *thread, Value *args) {
    return call_search(thread, args, "findall");
}
static Value re_finditer(Thread *thread, Value *args) {
    return call_search(thread, args, "finditer");
}
// split, sub and subn take their last two arguments by position as well, with a warning since 3.13.
typedef struct OldStyle {
    const char *function, *number; // its name, and that of the first of the two
    size_t least;                  // arguments before the two
} OldStyle;

static bool take_one(Thread *thread, const OldStyle *old, Value *place, const char *name, Value v) {
    if (!value_same(*place, value_small_int(0))) { // the default
        return raise_false(thread, ERROR_TypeError, "%s() got multiple values for argument '%s'",
                           old->function, name);
    }
    *place = v;
    return true;
}

// args: those before, the number, the flags, a tuple of what else came by position.
static bool take_positional(Thread *thread, const OldStyle *old, Value *args) {
    const Tuple *rest = as_tuple(args[old->least + 2]);
    Value *number = &args[old->least], *flags = number + 1;
    if (rest->length > 0 && !take_one(thread, old, number, old->number, rest->items[0])) {
        return false;
    }
    if (rest->length > 1 && !take_one(thread, old, flags, "flags", rest->items[1])) {
        return false;
    }
    if (rest->length > 2) {
        return raise_false(thread, ERROR_TypeError,
                           "%s() takes from %zu to %zu positional arguments but %zu were given",
                           old->function, old->least, old->least + 2, old->least + rest->length);
    }
    if (rest->length > 0) {
        Str *text = str_format(thread, "'%s' is passed as positional argument", old->number);
        if (!warning_give(thread, ERROR_DeprecationWarning, str_text(thread, text))) {
            return false;
        }
    }
    return true;
}

static Value re_split(Thread *thread, Value *args) {
    static const OldStyle old = {"split", "maxsplit", 2};
    if (!take_positional(thread, &old, args))
        return VALUE_ERROR;
    Value inner[] = {VALUE_NONE, args[1], args[2]};
    return call_pattern(thread, "split", args[0], args[3], inner);
}
static Value re_sub(Thread *thread, Value *args) {
    static const OldStyle old = {"sub", "count", 3};
    if (!take_positional(thread, &old, args))
        return VALUE_ERROR;
    Value inner[] = {VALUE_NONE, args[1], args[2], args[3]};
    return call_pattern(thread, "sub", args[0], args[4], inner);
}
static Value re_subn(Thread *thread, Value *args) {
    static const OldStyle old = {"subn", "count", 3};
    if (!take_positional(thread, &old, args))
        return VALUE_ERROR;
    Value inner[] = {VALUE_NONE, args[1], args[2], args[3]};
    return call_pattern(thread, "subn", args[0], args[4], inner);
}

// ---- escape ----

static bool is_special(uint32_t c) {
    return c != 0 && c < 128 && strchr("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", (int)c) != NULL;
}

static Value escape_bytes(Thread *thread, Value v) {
    BytesView view;
    if (!bytes_view(thread, v, &view))
        return VALUE_ERROR;
    Str *text = str_new_latin1(thread, view.data, view.length);
    TextBuilder out;
    text_builder_init(&out, thread);
    for (size_t i = 0; i < text->length; i++) {
        if (is_special(str_bytes(text)[i]))
            text_builder_put(&out, '\\');
        text_builder_put(&out, str_bytes(text)[i]);
    }
    text = text_builder_finish(&out);
    return value_object(bytes_new(thread, str_bytes(text), text->length));
}

static Value re_escape(Thread *thread, Value *args) {
    BytesView view;
    if (!is_str(args[0]) && !bytes_view_optional(thread, args[0], &view))
        return raise_error(thread, ERROR_TypeError,
                           "decoding to str: need a bytes-like object, %s found",
                           type_name(thread, args[0]));
    if (!is_str(args[0]))
        return escape_bytes(thread, args[0]);
    const Str *s = as_str(args[0]);
    TextBuilder out;
    text_builder_init(&out, thread);
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (is_special(c))
            text_builder_put(&out, '\\');
        text_builder_put(&out, c);
    }
    return value_object(text_builder_finish(&out));
}

// CPython has these in Python, and so are their complaints about arguments.
#define WORDS(name, function, signature, doc)                                                      \
    { name, function, signature, doc, NATIVE_WORDS }

static const NativeSpec functions[] = {
    WORDS("compile", re_compile, "(pattern, flags=0)", "A Pattern for a regular expression."),
    WORDS("match", re_match, "(pattern, string, flags=0)", "Match at the start of the string."),
    WORDS("fullmatch", re_fullmatch, "(pattern, string, flags=0)", "Match the whole string."),
    WORDS("search", re_search, "(pattern, string, flags=0)", "The first match in the string."),
    WORDS("findall", re_findall, "(pattern, string, flags=0)",
          "The texts (or groups) of all matches in a list."),
    WORDS("finditer", re_finditer, "(pattern, string, flags=0)", "An iterator over all matches."),
    WORDS("split", re_split, "(pattern, string, *args, maxsplit=0, flags=0)",
          "(pattern, string, maxsplit=0, flags=0)\n--\n\n"
          "Split where it matches."),
    WORDS("sub", re_sub, "(pattern, repl, string, *args, count=0, flags=0)",
          "(pattern, repl, string, count=0, flags=0)\n--\n\n"
          "The string with matches replaced by a template, or by what a function returns."),
    WORDS("subn", re_subn, "(pattern, repl, string, *args, count=0, flags=0)",
          "(pattern, repl, string, count=0, flags=0)\n--\n\n"
          "The same together with the number of replacements."),
    WORDS("escape", re_escape, "(pattern)", "The text with all special characters escaped."),
    WORDS("purge", re_purge, "()", "Empty the cache of compiled patterns."),
    NATIVE_END,
};
#undef WORDS

// ---- The state ----

static void state_trace(Marker *marker, Object *object) {
    const RegexState *state = (const RegexState *)object;
    mark_object(marker, state->pattern_type);
    mark_object(marker, state->match_type);
    mark_object(marker, state->iterator_type);
    mark_object(marker, state->scanner_type);
    mark_object(marker, state->cache);
}

static void state_finalize(Interpreter *interpreter, Object *object) {
    (void)interpreter;
    regex_free_state((RegexState *)object);
}

static const TypeSpec state_type_spec = {
    .name = "regex_state",
    .doc = "What all patterns share.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(RegexState),
    .slots = {.trace = state_trace, .finalize = state_finalize},
};

// The state is there when all of it is: where memory ran out half-way, the next import begins anew.
static void make_state(Thread *thread) {
    Type *type = type_from_spec(thread, &state_type_spec, NULL);
    RegexState *state = object_new(thread, type);
    heap_add_finalizer(thread_heap(thread), &state->object);
    state->pattern_type = type_from_spec(thread, &regex_pattern_type_spec, NULL);
    state->match_type = type_from_spec(thread, &regex_match_type_spec, NULL);
    state->iterator_type = type_from_spec(thread, &regex_iterator_type_spec, NULL);
    state->scanner_type = type_from_spec(thread, &regex_scanner_type_spec, NULL);
    state->cache = dict_new(thread, 0);
    library_state(thread)->regex = value_object(state);
}

bool regex_module_init(Thread *thread, Module *module) {
    if (!is_object(library_state(thread)->regex))
        make_state(thread);
    module_add(thread, module, "Pattern", value_object(regex_state(thread)->pattern_type));
    module_add(thread, module, "Match", value_object(regex_state(thread)->match_type));
    module_add_natives(thread, module, functions);
    return true;
}
