// SPDX-License-Identifier: MIT
//
// Regular expressions: Python's syntax, matched by PCRE2.
//
// A pattern is read once as Python reads it (regex_parse.c), which finds Python's errors and
// numbers the groups. What the reader writes is the same pattern in PCRE2's syntax. PCRE2 comes in
// three libraries for code units of 8, 16 and 32 bits, and a str is stored one, two or four bytes
// wide: each subject is matched where it lies, by the library of its width, and positions are
// indices of code points without any conversion. So a pattern is translated and compiled again for
// each kind of subject that it meets, at most four times (RegexKind).
//
// regex_match.c runs a compiled pattern. The rest are the objects that programs see: Pattern
// (regex_pattern.c), iterators and scanners (regex_walk.c), Match (regex_result.c), templates of
// sub() (regex_template.c), and the module with its cache of compiled patterns (regex_module.c).
#pragma once

#include "dict.h"
#include "library.h"
#include "str.h"
#include "tuple.h"

enum {
    REGEX_IGNORECASE = 2,
    REGEX_LOCALE = 4,
    REGEX_MULTILINE = 8,
    REGEX_DOTALL = 16,
    REGEX_UNICODE = 32,
    REGEX_VERBOSE = 64,
    REGEX_DEBUG = 128,
    REGEX_ASCII = 256,
};

// The kinds of subject. ASCII texts, which are most, need no Unicode properties; bytes neither.
typedef enum RegexKind { REGEX_BYTES, REGEX_LATIN1, REGEX_UCS2, REGEX_UCS4, REGEX_KINDS } RegexKind;

// search, match, fullmatch; and the same compiled for slow but interruptible matching.
typedef enum RegexMode { REGEX_SEARCH, REGEX_MATCH, REGEX_FULLMATCH, REGEX_MODES } RegexMode;

typedef struct RegexGroup {
    uint32_t parent; // the group around it, 0: none
    bool closed;
    uint64_t minimum, maximum; // of code points it matches
} RegexGroup;

// What reading a pattern finds out.
typedef struct RegexSyntax {
    uint32_t flags;
    bool uses_unicode;  // Unicode properties are asked for somewhere
    uint32_t count;     // groups, the whole match included
    RegexGroup *groups; // a buffer of the heap
    Dict *names;        // name: number
    Str *translation;   // in PCRE2's syntax, all ASCII
} RegexSyntax;

// Read `pattern` (str or bytes) for subjects of a kind. false with re.PatternError, ValueError,
// OverflowError or RecursionError.
bool regex_parse(Thread *thread, Value pattern, uint32_t flags, RegexKind kind,
                 RegexSyntax *syntax);
// Raise re.PatternError; position < 0: none.
bool regex_fail(Thread *thread, Value pattern, int64_t position, Str *message);

typedef struct RegexPattern {
    Object object;
    uint64_t flags;
    Value pattern; // str or bytes
    uint32_t count;
    bool for_bytes;
    RegexGroup *groups;
    Dict *names;
    Tuple *group_names;                    // by number; None where there is no name
    void *codes[REGEX_KINDS][REGEX_MODES]; // pcre2_code_8, _16, _32
    void *slow_codes[REGEX_KINDS][REGEX_MODES];
    void *match_data[REGEX_KINDS];
    Value template_text, template; // the last template of sub() and what it means
} RegexPattern;

// What all patterns of an interpreter share.
typedef struct RegexState {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Type *pattern_type, *match_type, *iterator_type, *scanner_type;
    Dict *cache;
    void *contexts[REGEX_KINDS]; // pcre2_match_context_8 ...
    void *stacks[REGEX_KINDS];   // pcre2_jit_stack_8 ...
} RegexState;

typedef struct RegexMatch {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Value string;
    RegexPattern *pattern;
    int64_t pos, endpos;
    int64_t last_index; // 0: none
    uint64_t count;     // groups
    int64_t spans[];    // start and end of each, -1 if it did not match
} RegexMatch;

// A text to match in.
typedef struct RegexSubject {
    Value string;
    const void *data;
    size_t length; // its end for matching (endpos)
    size_t start;  // where to begin (pos)
    RegexKind kind;
} RegexSubject;

static inline RegexState *regex_state(Thread *thread) {
    return (RegexState *)as_object(library_state(thread)->regex);
}
static inline RegexPattern *as_regex_pattern(Value v) {
    return (RegexPattern *)as_object(v);
}
static inline RegexMatch *as_regex_match(Value v) {
    return (RegexMatch *)as_object(v);
}

// The Pattern for a str or bytes; from the cache. `pattern` may be a Pattern (flags 0).
Value regex_compile(Thread *thread, Value pattern, Value flags);
bool is_regex_pattern(Thread *thread, Value v);

// Prepare matching in `string`; pos and endpos are clamped, each by itself. false with
// TypeError.
bool regex_subject(Thread *thread, const RegexPattern *pattern, Value string, int64_t pos,
                   int64_t endpos, RegexSubject *subject);
// Match from subject->start. 1: *spans are the starts and ends of the groups, valid until the next
// call, *set of them are filled in; 0: no match; -1: exception. `not_empty`: an empty match at the
// start does not count.
int regex_match(Thread *thread, RegexPattern *pattern, const RegexSubject *subject, RegexMode mode,
                bool not_empty, const size_t **spans, size_t *set);
// Release what PCRE2 gave.
void regex_free_pattern(RegexPattern *pattern);
void regex_free_state(RegexState *state);

// A Match of what regex_match found.
Value regex_match_new(Thread *thread, RegexPattern *pattern, const RegexSubject *subject,
                      const size_t *spans, size_t set);
// [start, end) of a subject as a new str or bytes.
Value regex_slice(Thread *thread, Value string, int64_t start, int64_t end);
// The text of a group, `otherwise` if it did not match.
Value regex_match_group(Thread *thread, const RegexMatch *match, size_t group, Value otherwise);

// A template of sub(): a str or bytes if it is literal, else a list of texts and group numbers.
Value regex_template(Thread *thread, RegexPattern *pattern, Value template);
// What a template gives for a match.
Value regex_expand(Thread *thread, Value parts, const RegexMatch *match);

extern const TypeSpec regex_pattern_type_spec, regex_match_type_spec, regex_iterator_type_spec,
    regex_scanner_type_spec;
