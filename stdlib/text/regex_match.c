// SPDX-License-Identifier: MIT
//
// Running a pattern: the only file that talks to PCRE2.
//
// Each pattern is compiled to machine code for each kind of subject and for each of search, match
// and fullmatch, when it is first needed. The GIL is held while it runs, as in CPython. A pattern
// that backtracks without end must not hold it for ever: machine code runs with a limit on its
// steps, and where that is reached the match starts again in PCRE2's interpreter, with a callout
// before each item, which looks whether Ctrl-C or another thread asks. The interpreter keeps what
// it may have to come back to on the C heap, so no subject overflows the stack.
//
// Memory of PCRE2 hangs off RegexPattern and RegexState, whose finalizers release it.
#define PCRE2_CODE_UNIT_WIDTH 0
#include <pcre2.h>

#include "regex.h"

#include "bytes.h"
#include "execute.h"
#include "operations.h"

enum {
    FAST_STEPS = 20000000, // about a fifth of a second
    SLOW_HEAP_KIB = 1 << 20,
    NESTING = 2000,
    STACK_FIRST = 32 << 10,
    STACK_MAXIMUM = 64 << 20,
    CALLOUTS_PER_LOOK = 1024,
};

// function(arguments) of the library for a kind of subject.
#define OF_KIND(kind, function, ...)                                                               \
    ((kind) <= REGEX_LATIN1 ? function##_8(__VA_ARGS__)                                            \
     : (kind) == REGEX_UCS2 ? function##_16(__VA_ARGS__)                                           \
                            : function##_32(__VA_ARGS__))
#define DO_OF_KIND(kind, function, ...)                                                            \
    do {                                                                                           \
        if ((kind) <= REGEX_LATIN1)                                                                \
            function##_8(__VA_ARGS__);                                                             \
        else if ((kind) == REGEX_UCS2)                                                             \
            function##_16(__VA_ARGS__);                                                            \
        else                                                                                       \
            function##_32(__VA_ARGS__);                                                            \
    } while (0)

// ---- Compiling ----

static uint32_t compile_options(const RegexPattern *pattern, const RegexSyntax *syntax,
                                RegexKind kind, RegexMode mode, bool slow) {
    uint32_t options = PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C;
    (void)pattern;
    if (syntax->flags & REGEX_IGNORECASE)
        options |= PCRE2_CASELESS;
    if (syntax->flags & REGEX_MULTILINE)
        options |= PCRE2_MULTILINE;
    if (syntax->flags & REGEX_DOTALL)
        options |= PCRE2_DOTALL;
    if (syntax->uses_unicode && kind != REGEX_BYTES)
        options |= PCRE2_UCP;
    if (mode != REGEX_SEARCH)
        options |= PCRE2_ANCHORED;
    if (mode == REGEX_FULLMATCH)
        options |= PCRE2_ENDANCHORED;
    return slow ? options | PCRE2_AUTO_CALLOUT : options;
}

#define DEFINE_COMPILE(bits, unit)                                                                 \
    static void *compile_##bits(const unit *text, size_t length, uint32_t options, int *error) {   \
        PCRE2_SIZE offset;                                                                         \
        pcre2_compile_context_##bits *context = pcre2_compile_context_create_##bits(NULL);         \
        if (context == NULL)                                                                       \
            return *error = PCRE2_ERROR_NOMEMORY, NULL;                                            \
        pcre2_set_newline_##bits(context, PCRE2_NEWLINE_LF);                                       \
        pcre2_set_parens_nest_limit_##bits(context, NESTING);                                      \
        pcre2_code_##bits *code =                                                                  \
            pcre2_compile_##bits(text, length, options, error, &offset, context);                  \
        pcre2_compile_context_free_##bits(context);                                                \
        if (code && (options & PCRE2_AUTO_CALLOUT) == 0)                                           \
            pcre2_jit_compile_##bits(code, PCRE2_JIT_COMPLETE);                                    \
        return code;                                                                               \
    }
DEFINE_COMPILE(8, uint8_t)
DEFINE_COMPILE(16, uint16_t)
DEFINE_COMPILE(32, uint32_t)

static void *compile_translation(Thread *thread, const Str *text, RegexKind kind, uint32_t options,
                                 int *error) {
    size_t width = kind <= REGEX_LATIN1 ? 1 : kind == REGEX_UCS2 ? 2 : 4;
    if (width == 1)
        return compile_8(str_bytes(text), text->length, options, error);
    uint8_t *units = heap_allocate_bytes(thread_heap(thread), (text->length + 1) * width);
    for (size_t i = 0; i < text->length; i++)
        if (width == 2)
            ((uint16_t *)(void *)units)[i] = str_bytes(text)[i];
        else
            ((uint32_t *)(void *)units)[i] = str_bytes(text)[i];
    return width == 2 ? compile_16((uint16_t *)(void *)units, text->length, options, error)
                      : compile_32((uint32_t *)(void *)units, text->length, options, error);
}

static void raise_compile_error(Thread *thread, const RegexPattern *pattern, int error) {
    char text[128] = "regular expression is too large";
    if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED) {
        raise_error(thread, ERROR_MemoryError, NULL);
        return;
    }
    if (error == PCRE2_ERROR_PARENTHESES_NEST_TOO_DEEP) {
        raise_error(thread, ERROR_RecursionError, "maximum recursion depth exceeded");
        return;
    }
    pcre2_get_error_message_8(error, (uint8_t *)text, sizeof text);
    regex_fail(thread, pattern->pattern, -1, str_from_c(thread, text));
}

static void *code_for(Thread *thread, RegexPattern *pattern, RegexKind kind, RegexMode mode,
                      bool slow) {
    void **code = slow ? &pattern->slow_codes[kind][mode] : &pattern->codes[kind][mode];
    RegexSyntax syntax;
    int error = 0;
    if (*code)
        return *code;
    if (!regex_parse(thread, pattern->pattern, (uint32_t)pattern->flags, kind, &syntax))
        return NULL;
    uint32_t options = compile_options(pattern, &syntax, kind, mode, slow);
    *code = compile_translation(thread, syntax.translation, kind, options, &error);
    if (*code == NULL)
        raise_compile_error(thread, pattern, error);
    return *code;
}

// ---- What patterns share ----

static bool make_context(Thread *thread, RegexKind kind) {
    RegexState *state = regex_state(thread);
    state->contexts[kind] = OF_KIND(kind, (void *)pcre2_match_context_create, NULL);
    state->stacks[kind] =
        OF_KIND(kind, (void *)pcre2_jit_stack_create, STACK_FIRST, STACK_MAXIMUM, NULL);
    if (state->contexts[kind] == NULL || state->stacks[kind] == NULL)
        return raise_false(thread, ERROR_MemoryError, NULL);
    DO_OF_KIND(kind, pcre2_jit_stack_assign, state->contexts[kind], NULL, state->stacks[kind]);
    DO_OF_KIND(kind, pcre2_set_match_limit, state->contexts[kind], FAST_STEPS);
    return true;
}

static bool prepare(Thread *thread, RegexPattern *pattern, RegexKind kind) {
    if (regex_state(thread)->contexts[kind] == NULL && !make_context(thread, kind))
        return false;
    if (pattern->match_data[kind] == NULL)
        pattern->match_data[kind] =
            OF_KIND(kind, (void *)pcre2_match_data_create, pattern->count, NULL);
    return pattern->match_data[kind] != NULL || raise_false(thread, ERROR_MemoryError, NULL);
}

void regex_free_state(RegexState *state) {
    for (RegexKind kind = 0; kind < REGEX_KINDS; kind++) {
        DO_OF_KIND(kind, pcre2_match_context_free, state->contexts[kind]);
        DO_OF_KIND(kind, pcre2_jit_stack_free, state->stacks[kind]);
    }
}

void regex_free_pattern(RegexPattern *pattern) {
    for (RegexKind kind = 0; kind < REGEX_KINDS; kind++) {
        for (RegexMode mode = 0; mode < REGEX_MODES; mode++) {
            DO_OF_KIND(kind, pcre2_code_free, pattern->codes[kind][mode]);
            DO_OF_KIND(kind, pcre2_code_free, pattern->slow_codes[kind][mode]);
        }
        DO_OF_KIND(kind, pcre2_match_data_free, pattern->match_data[kind]);
    }
}

// ---- Slow matching ----

typedef struct SlowMatch {
    Thread *thread;
    uint32_t callouts;
    bool raised;
} SlowMatch;

static int look_around(SlowMatch *slow) {
    if (++slow->callouts % CALLOUTS_PER_LOOK != 0)
        return 0;
    slow->raised = !thread_safepoint(slow->thread);
    return slow->raised ? PCRE2_ERROR_CALLOUT : 0;
}
static int callout_8(pcre2_callout_block_8 *block, void *slow) {
    (void)block;
    return look_around(slow);
}
static int callout_16(pcre2_callout_block_16 *block, void *slow) {
    (void)block;
    return look_around(slow);
}
static int callout_32(pcre2_callout_block_32 *block, void *slow) {
    (void)block;
    return look_around(slow);
}

#define DEFINE_SLOW(bits)                                                                          \
    static int slow_##bits(const void *code, const RegexSubject *s, uint32_t options,              \
                           pcre2_match_data_##bits *data, SlowMatch *slow) {                       \
        pcre2_match_context_##bits *context = pcre2_match_context_create_##bits(NULL);             \
        if (context == NULL)                                                                       \
            return PCRE2_ERROR_NOMEMORY;                                                           \
        pcre2_set_match_limit_##bits(context, UINT32_MAX);                                         \
        pcre2_set_depth_limit_##bits(context, UINT32_MAX);                                         \
        pcre2_set_heap_limit_##bits(context, SLOW_HEAP_KIB);                                       \
        pcre2_set_callout_##bits(context, callout_##bits, slow);                                   \
        int result =                                                                               \
            pcre2_match_##bits(code, s->data, s->length, s->start, options, data, context);        \
        pcre2_match_context_free_##bits(context);                                                  \
        return result;                                                                             \
    }
DEFINE_SLOW(8)
DEFINE_SLOW(16)
DEFINE_SLOW(32)

// Other threads may run meanwhile: the subject must not change, and the pattern's own match data
// must be free for them.
static int match_slowly(Thread *thread, RegexPattern *pattern, const RegexSubject *subject,
                        RegexMode mode, uint32_t options) {
    RegexKind kind = subject->kind;
    RegexSubject copy = *subject;
    SlowMatch slow = {.thread = thread};
    const void *code = code_for(thread, pattern, kind, mode, true);
    if (code == NULL)
        return PCRE2_ERROR_CALLOUT;
    if (!is_str(subject->string) && !is_bytes(subject->string))
        copy.data = bytes_new(thread, subject->data, subject->length)->data;
    void *data = OF_KIND(kind, (void *)pcre2_match_data_create, pattern->count, NULL);
    if (data == NULL)
        return PCRE2_ERROR_NOMEMORY;
    int result = OF_KIND(kind, slow, code, &copy, options, data, &slow);
    DO_OF_KIND(kind, pcre2_match_data_free, pattern->match_data[kind]);
    pattern->match_data[kind] = data;
    return result;
}

// ---- Matching ----

static int raise_match_error(Thread *thread, int error) {
    if (error == PCRE2_ERROR_CALLOUT)
        return -1;
    if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAPLIMIT)
        return raise_minus_one(thread, ERROR_MemoryError, NULL);
    return raise_minus_one(thread, ERROR_RuntimeError,
                           "internal error in regular expression engine");
}

static bool needs_slow(int result) {
    return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_JIT_STACKLIMIT ||
           result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_DEPTHLIMIT;
}

int regex_match(Thread *thread, RegexPattern *pattern, const RegexSubject *subject, RegexMode mode,
                bool not_empty, const size_t **spans, size_t *set) {
    RegexKind kind = subject->kind;
    if (subject->start > subject->length)
        return 0;
    uint32_t options = PCRE2_NO_UTF_CHECK | (not_empty ? PCRE2_NOTEMPTY_ATSTART : 0);
    const void *code = code_for(thread, pattern, kind, mode, false);
    if (code == NULL || !prepare(thread, pattern, kind))
        return -1;
    void *context = regex_state(thread)->contexts[kind];
    int result = OF_KIND(kind, pcre2_match, code, subject->data, subject->length, subject->start,
                         options, pattern->match_data[kind], context);
    if (needs_slow(result))
        result = match_slowly(thread, pattern, subject, mode, options);
    if (result == PCRE2_ERROR_NOMATCH)
        return 0;
    if (result < 0)
        return raise_match_error(thread, result);
    *set = (size_t)result;
    *spans = OF_KIND(kind, pcre2_get_ovector_pointer, pattern->match_data[kind]);
    return 1;
}

// ---- Subjects ----

static bool text_subject(Thread *thread, const RegexPattern *pattern, const Str *s,
                         RegexSubject *subject) {
    if (pattern->for_bytes)
        return raise_false(thread, ERROR_TypeError,
                           "cannot use a bytes pattern on a string-like object");
    subject->data = s->data;
    subject->length = s->length;
    subject->kind = s->ascii        ? REGEX_BYTES
                    : s->width == 1 ? REGEX_LATIN1
                    : s->width == 2 ? REGEX_UCS2
                                    : REGEX_UCS4;
    return true;
}

static bool bytes_subject(Thread *thread, const RegexPattern *pattern, Value v,
                          RegexSubject *subject) {
    BytesView view;
    if (!bytes_view_optional(thread, v, &view))
        return !error_pending(thread) &&
               raise_false(thread, ERROR_TypeError,
                           "expected string or bytes-like object, got '%s'", type_name(thread, v));
    if (!pattern->for_bytes)
        return raise_false(thread, ERROR_TypeError,
                           "cannot use a string pattern on a bytes-like object");
    subject->data = view.data;
    subject->length = view.length;
    subject->kind = REGEX_BYTES;
    return true;
}

static int64_t clamp(int64_t index, int64_t length) {
    return index < 0 ? 0 : index < length ? index : length;
}

bool regex_subject(Thread *thread, const RegexPattern *pattern, Value string, int64_t pos,
                   int64_t endpos, RegexSubject *subject) {
    subject->string = string;
    if (!(is_str(string) ? text_subject(thread, pattern, as_str(string), subject)
                         : bytes_subject(thread, pattern, string, subject)))
        return false;
    int64_t length = (int64_t)subject->length;
    subject->length = (size_t)clamp(endpos, length);
    subject->start = (size_t)clamp(pos, length);
    return true;
}
