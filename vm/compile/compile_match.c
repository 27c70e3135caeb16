// SPDX-License-Identifier: MIT
//
// match: patterns compiled to tests that jump to the next case at the first mismatch.
//
// Names are bound only when the whole pattern has matched, as the language demands, so captures
// go to temporaries first, one for each name of the pattern, and are stored behind it. The
// alternatives of an or-pattern capture into the same temporaries.
#include <math.h>

#include "compiler.h"

#define EXACT_IN_DOUBLE (INT64_C(1) << 53)

typedef struct Captures {
    ARRAY(const Name *) names;
    Register first;
} Captures;

typedef struct Matcher {
    Captures *captures;
    Label *fail;
} Matcher;

static void compile_pattern(Compiler *c, const Node *pattern, Register subject, Matcher m);

static int find_capture(const Captures *captures, const Name *name) {
    for (uint32_t i = 0; i < captures->names.count; i++) {
        if (captures->names.items[i] == name)
            return (int)i;
    }
    return -1;
}

static void add_capture(Compiler *c, Captures *captures, const Node *at, const Name *name) {
    if (!name)
        return;
    if (find_capture(captures, name) >= 0)
        compile_fail(c, at->span, "multiple assignments to name '%s' in pattern", name->text);
    ARENA_PUSH(c->arena, &captures->names, name);
}

static void collect(Compiler *c, Captures *captures, const Node *pattern);

static void collect_all(Compiler *c, Captures *captures, const NodeList *patterns) {
    for (uint32_t i = 0; i < patterns->count; i++)
        collect(c, captures, patterns->items[i]);
}

static bool same_names(const Captures *a, const Captures *b) {
    for (uint32_t i = 0; i < a->names.count; i++) {
        if (find_capture(b, a->names.items[i]) < 0)
            return false;
    }
    return a->names.count == b->names.count;
}

static bool is_wildcard(const Node *pattern) {
    return pattern->kind == AST_MatchAs && !pattern->MatchAs.pattern && !pattern->MatchAs.name;
}

static bool is_irrefutable(const Node *pattern) {
    if (pattern->kind == AST_MatchAs)
        return !pattern->MatchAs.pattern || is_irrefutable(pattern->MatchAs.pattern);
    if (pattern->kind != AST_MatchOr)
        return false;
    const NodeList *patterns = &pattern->MatchOr.patterns;
    return is_irrefutable(patterns->items[patterns->count - 1]);
}

// The name or wildcard that makes the pattern match everything: the first alternative that does.
static const Node *find_irrefutable(const Node *pattern) {
    if (pattern->kind == AST_MatchAs)
        return pattern->MatchAs.pattern ? find_irrefutable(pattern->MatchAs.pattern) : pattern;
    const Node *const *alternative = (const Node *const *)pattern->MatchOr.patterns.items;
    while (!is_irrefutable(*alternative))
        alternative++;
    return find_irrefutable(*alternative);
}

static void refuse_irrefutable(Compiler *c, const Node *pattern) {
    pattern = find_irrefutable(pattern);
    if (pattern->MatchAs.name)
        compile_fail(c, pattern->span, "name capture '%s' makes remaining patterns unreachable",
                     pattern->MatchAs.name->text);
    compile_fail(c, pattern->span, "wildcard makes remaining patterns unreachable");
}

static void collect_or(Compiler *c, Captures *captures, const Node *pattern) {
    const NodeList *patterns = &pattern->MatchOr.patterns;
    Captures first = {0};
    collect(c, &first, patterns->items[0]);
    for (uint32_t i = 1; i < patterns->count; i++) {
        Captures other = {0};
        if (is_irrefutable(patterns->items[i - 1]))
            refuse_irrefutable(c, patterns->items[i - 1]);
        collect(c, &other, patterns->items[i]);
        if (!same_names(&first, &other))
            compile_fail(c, pattern->span, "alternative patterns bind different names");
    }
    for (uint32_t i = 0; i < first.names.count; i++)
        add_capture(c, captures, pattern, first.names.items[i]);
}

static void collect(Compiler *c, Captures *captures, const Node *pattern) {
    switch (pattern->kind) {
    case AST_MatchSequence:
        collect_all(c, captures, &pattern->MatchSequence.patterns);
        break;
    case AST_MatchMapping:
        collect_all(c, captures, &pattern->MatchMapping.patterns);
        add_capture(c, captures, pattern, pattern->MatchMapping.rest);
        break;
    case AST_MatchClass:
        collect_all(c, captures, &pattern->MatchClass.patterns);
        collect_all(c, captures, &pattern->MatchClass.kwd_patterns);
        break;
    case AST_MatchStar:
        add_capture(c, captures, pattern, pattern->MatchStar.name);
        break;
    case AST_MatchAs:
        if (pattern->MatchAs.pattern)
            collect(c, captures, pattern->MatchAs.pattern);
        add_capture(c, captures, pattern, pattern->MatchAs.name);
        break;
    case AST_MatchOr:
        collect_or(c, captures, pattern);
        break;
    default:
        break;
    }
}

static void capture(Compiler *c, const Node *at, const Name *name, Register from, Matcher m) {
    if (name)
        emit_move(c, at, (Register)(m.captures->first + find_capture(m.captures, name)), from);
}

static void match_value(Compiler *c, const Node *pattern, Register subject, Matcher m) {
    const Node *value = pattern->MatchValue.value;
    const Node *constant = pool_short(c, fold_constant(c, value));
    if (constant)
        label_jump_compare(c, pattern, OP_JUMP_EQ_K, subject, pool_node(c, constant), false,
                           m.fail);
    else
        label_jump_compare(c, pattern, OP_JUMP_EQ, subject, compile_operand(c, value), false,
                           m.fail);
}

static void match_singleton(Compiler *c, const Node *pattern, Register subject, Matcher m) {
    Node *constant = ast_new(c->arena, AST_Constant, pattern->span);
    constant->Constant.value = pattern->MatchSingleton.value;
    if (constant->Constant.value.kind == CONSTANT_NONE) {
        label_jump_if(c, pattern, OP_JUMP_IF_NOT_NONE, subject, m.fail);
        return;
    }
    Register value = unit_temp(c);
    emit_constant(c, pattern, value, constant);
    label_jump_compare(c, pattern, OP_JUMP_IS, subject, value, false, m.fail);
}

static int64_t find_star(Compiler *c, const NodeList *patterns, const Node *at) {
    int64_t star = -1;
    for (uint32_t i = 0; i < patterns->count; i++) {
        if (patterns->items[i]->kind != AST_MatchStar)
            continue;
        if (star >= 0)
            compile_fail(c, at->span, "multiple starred expressions in sequence pattern");
        star = i;
    }
    return star;
}

static void match_items(Compiler *c, const NodeList *patterns, Register first, Matcher m) {
    for (uint32_t i = 0; i < patterns->count; i++)
        compile_pattern(c, patterns->items[i], (Register)(first + i), m);
}

static bool are_wildcards(const NodeList *patterns) {
    for (uint32_t i = 0; i < patterns->count; i++) {
        const Node *item = patterns->items[i];
        if (!is_wildcard(item) && !(item->kind == AST_MatchStar && !item->MatchStar.name))
            return false;
    }
    return true;
}

// [a, *_, b]: only the items that are named are looked at.
static void match_around_star(Compiler *c, const Node *at, Register subject, Register length,
                              uint32_t star, Matcher m) {
    const NodeList *patterns = &at->MatchSequence.patterns;
    for (uint32_t i = 0; i < patterns->count; i++) {
        const Node *item = patterns->items[i];
        if (i == star || is_wildcard(item))
            continue;
        uint32_t mark = unit_mark(c);
        Register value = unit_temp(c);
        if (i < star) {
            emit_op(c, at, OP_GET_ITEM_K, value, subject, pool_int(c, i));
        } else {
            emit_op(c, at, OP_SUB_K, value, length, pool_int(c, patterns->count - i));
            emit_op(c, at, OP_GET_ITEM, value, subject, value);
        }
        compile_pattern(c, item, value, m);
        unit_release(c, mark);
    }
}

static void unpack_sequence(Compiler *c, const Node *pattern, Register subject, int64_t star,
                            Matcher m) {
    const NodeList *patterns = &pattern->MatchSequence.patterns;
    uint32_t count = patterns->count;
    if (star > 255 || (star >= 0 && count - 1 - star > 255))
        compile_fail(c, pattern->span, "too many expressions in star-unpacking sequence pattern");
    Register first = unit_temps(c, count);
    if (star < 0)
        emit_op(c, pattern, OP_UNPACK, first, subject, count);
    else
        emit_op(c, pattern, OP_UNPACK_STAR, first, subject,
                (uint32_t)star << 8 | (count - 1 - (uint32_t)star));
    match_items(c, patterns, first, m);
}

static void match_sequence(Compiler *c, const Node *pattern, Register subject, Matcher m) {
    const NodeList *patterns = &pattern->MatchSequence.patterns;
    int64_t star = find_star(c, patterns, pattern);
    Register length = unit_temp(c);
    emit_op(c, pattern, OP_MATCH_SEQUENCE, length, subject, 0);
    label_jump_if(c, pattern, OP_JUMP_IF_FALSE, length, m.fail);
    if (star < 0 || patterns->count > 1) {
        emit_op(c, pattern, OP_GET_LENGTH, length, subject, 0);
        uint16_t count = pool_int(c, patterns->count - (star >= 0));
        label_jump_compare(c, pattern, star < 0 ? OP_JUMP_EQ_K : OP_JUMP_GE_K, length, count, false,
                           m.fail);
    }
    if (are_wildcards(patterns))
        return;
    if (star >= 0 && !patterns->items[star]->MatchStar.name)
        match_around_star(c, pattern, subject, length, (uint32_t)star, m);
    else
        unpack_sequence(c, pattern, subject, star, m);
}

// The value of a number or bool that a double holds; NaN (equal to nothing) otherwise.
static double plain_number(const Node *key) {
    if (key->kind != AST_Constant)
        return NAN;
    bool is_exact;
    const Constant *constant = &key->Constant.value;
    switch (constant->kind) {
    case CONSTANT_TRUE:
        return 1;
    case CONSTANT_FALSE:
        return 0;
    case CONSTANT_INT:
        is_exact = constant->integer < EXACT_IN_DOUBLE && constant->integer > -EXACT_IN_DOUBLE;
        return is_exact ? (double)constant->integer : NAN;
    case CONSTANT_FLOAT:
        return constant->number;
    case CONSTANT_IMAGINARY:
        return constant->number == 0 ? 0 : NAN;
    default:
        return NAN;
    }
}

static bool same_key(Compiler *c, const Node *a, const Node *b) {
    return plain_number(a) == plain_number(b) || pool_node(c, a) == pool_node(c, b);
}

// A key that is there twice, as repr() shows it: from the source, but for the quotes.
static void fail_for_key(Compiler *c, const Node *pattern, const Node *key) {
    const Constant *constant = &key->Constant.value;
    if (constant->kind == CONSTANT_STRING && !memchr(constant->text, '\'', constant->length) &&
        !memchr(constant->text, '\\', constant->length))
        compile_fail(c, pattern->span, "mapping pattern checks duplicate key ('%.*s')",
                     (int)constant->length, constant->text);
    compile_fail(c, pattern->span, "mapping pattern checks duplicate key (%.*s)",
                 (int)(key->span.end - key->span.start), c->source->text + key->span.start);
}

static void check_keys(Compiler *c, const Node *pattern) {
    const NodeList *keys = &pattern->MatchMapping.keys;
    for (uint32_t i = 0; i < keys->count; i++) {
        const Node *key = fold_constant(c, keys->items[i]);
        for (uint32_t k = 0; key && k < i; k++) {
            const Node *other = fold_constant(c, keys->items[k]);
            if (other && same_key(c, key, other))
                fail_for_key(c, pattern, key);
        }
    }
}

static void match_keys(Compiler *c, const Node *pattern, Register subject, Register keys,
                       Matcher m) {
    const NodeList *patterns = &pattern->MatchMapping.patterns;
    Register values = unit_temp(c);
    emit_op(c, pattern, OP_GET_LENGTH, values, subject, 0);
    label_jump_compare(c, pattern, OP_JUMP_GE_K, values, pool_int(c, patterns->count), false,
                       m.fail);
    compile_sequence(c, pattern, &pattern->MatchMapping.keys, keys, OP_BUILD_TUPLE);
    emit_op(c, pattern, OP_MATCH_KEYS, values, subject, keys);
    label_jump_if(c, pattern, OP_JUMP_IF_NONE, values, m.fail);
    Register first = unit_temps(c, patterns->count);
    emit_op(c, pattern, OP_UNPACK, first, values, patterns->count);
    match_items(c, patterns, first, m);
}

static void match_mapping(Compiler *c, const Node *pattern, Register subject, Matcher m) {
    check_keys(c, pattern);
    Register keys = unit_temp(c);
    emit_op(c, pattern, OP_MATCH_MAPPING, keys, subject, 0);
    label_jump_if(c, pattern, OP_JUMP_IF_FALSE, keys, m.fail);
    if (pattern->MatchMapping.keys.count > 0)
        match_keys(c, pattern, subject, keys, m);
    else
        emit_op(c, pattern, OP_BUILD_TUPLE, keys, 0, keys);
    if (!pattern->MatchMapping.rest)
        return;
    emit_op(c, pattern, OP_COPY_DICT_WITHOUT, keys, subject, keys);
    capture(c, pattern, pattern->MatchMapping.rest, keys, m);
}

static void check_attributes(Compiler *c, const Node *pattern) {
    const NameList *names = &pattern->MatchClass.kwd_attrs;
    for (uint32_t i = 0; i < names->count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (names->items[i] == names->items[k])
                compile_fail(c, pattern->MatchClass.kwd_patterns.items[i]->span,
                             "attribute name repeated in class pattern: %s", names->items[i]->text);
        }
    }
}

static void match_class(Compiler *c, const Node *pattern, Register subject, Matcher m) {
    check_attributes(c, pattern);
    const NodeList *positional = &pattern->MatchClass.patterns;
    const NodeList *named = &pattern->MatchClass.kwd_patterns;
    Register cls = unit_temps(c, 2), parts = unit_temp(c);
    compile_to(c, pattern->MatchClass.cls, cls);
    emit_wide(c, pattern, OP_LOAD_CONST, cls + 1u, pool_names(c, &pattern->MatchClass.kwd_attrs));
    uint32_t index = emit_op(c, pattern, OP_MATCH_CLASS, parts, subject, cls);
    emit_extra(c, index, positional->count);
    label_jump_if(c, pattern, OP_JUMP_IF_NONE, parts, m.fail);
    if (positional->count + named->count == 0)
        return;
    Register first = unit_temps(c, positional->count + named->count);
    emit_op(c, pattern, OP_UNPACK, first, parts, positional->count + named->count);
    match_items(c, positional, first, m);
    match_items(c, named, (Register)(first + positional->count), m);
}

static void match_or(Compiler *c, const Node *pattern, Register subject, Matcher m) {
    const NodeList *patterns = &pattern->MatchOr.patterns;
    Label matched = {0};
    for (uint32_t i = 0; i + 1 < patterns->count; i++) {
        Label next = {0};
        compile_pattern(c, patterns->items[i], subject, (Matcher){m.captures, &next});
        label_jump(c, pattern, &matched);
        label_place(c, &next);
    }
    compile_pattern(c, patterns->items[patterns->count - 1], subject, m);
    label_place(c, &matched);
}

static void compile_pattern(Compiler *c, const Node *pattern, Register subject, Matcher m) {
    uint32_t mark = unit_mark(c);
    switch (pattern->kind) {
    case AST_MatchValue:
        match_value(c, pattern, subject, m);
        break;
    case AST_MatchSingleton:
        match_singleton(c, pattern, subject, m);
        break;
    case AST_MatchSequence:
        match_sequence(c, pattern, subject, m);
        break;
    case AST_MatchMapping:
        match_mapping(c, pattern, subject, m);
        break;
    case AST_MatchClass:
        match_class(c, pattern, subject, m);
        break;
    case AST_MatchStar:
        capture(c, pattern, pattern->MatchStar.name, subject, m);
        break;
    case AST_MatchOr:
        match_or(c, pattern, subject, m);
        break;
    default:
        if (pattern->MatchAs.pattern)
            compile_pattern(c, pattern->MatchAs.pattern, subject, m);
        capture(c, pattern, pattern->MatchAs.name, subject, m);
        break;
    }
    unit_release(c, mark);
}

static void compile_case(Compiler *c, const Node *match_case, Register subject, Label *end) {
    uint32_t mark = unit_mark(c);
    Label next = {0};
    Captures captures = {0};
    const Node *pattern = match_case->match_case.pattern;
    collect(c, &captures, pattern);
    captures.first = unit_temps(c, captures.names.count);
    compile_pattern(c, pattern, subject, (Matcher){&captures, &next});
    for (uint32_t i = 0; i < captures.names.count; i++)
        variable_store(c, pattern, captures.names.items[i], (Register)(captures.first + i));
    if (match_case->match_case.guard)
        compile_condition(c, match_case->match_case.guard, &next, false);
    compile_body(c, &match_case->match_case.body);
    label_jump(c, match_case, end);
    label_place(c, &next);
    unit_release(c, mark);
}

void compile_match(Compiler *c, const Node *node) {
    Label end = {0};
    uint32_t mark = unit_mark(c);
    const NodeList *cases = &node->Match.cases;
    // A copy even of a local, which a failed guard's case may have rebound.
    Register subject = compile_temp(c, node->Match.subject);
    for (uint32_t i = 0; i < cases->count; i++) {
        const Node *item = cases->items[i];
        bool is_last = i + 1 == cases->count;
        if (!is_last && !item->match_case.guard && is_irrefutable(item->match_case.pattern))
            refuse_irrefutable(c, item->match_case.pattern);
        compile_case(c, item, subject, &end);
    }
    label_place(c, &end);
    unit_release(c, mark);
}
