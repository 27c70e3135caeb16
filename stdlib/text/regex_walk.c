// SPDX-License-Identifier: MIT
//
// From match to match: the walk that findall, split and sub share, and the two objects that take it
// one step at a time, finditer's iterator and the scanner.
//
// A walk goes on from the end of the last match, and refuses an empty match only where the last
// match was empty too, as in Python since 3.7. It looks now and then whether Ctrl-C asks.
//
// A scanner is what lexers are made of: `iter(pattern.scanner(text).match, None)` gives the tokens
// of a text up to the first place where no token begins.
#include "regex_walk.h"

#include "bytes.h"
#include "execute.h"
#include "operations.h"
#include "signals.h"

enum { STEPS_PER_LOOK = 4096 };

// The memory of a bytearray may have moved.
bool regex_walk_refresh(RegexWalk *walk) {
    RegexSubject *subject = &walk->subject;
    if (is_str(subject->string) || is_bytes(subject->string))
        return true;
    BytesView view;
    if (!bytes_view(walk->thread, subject->string, &view))
        return false;
    subject->data = view.data;
    subject->length = subject->length < view.length ? subject->length : view.length;
    return true;
}

static bool look_for_signals(RegexWalk *walk) {
    Thread *thread = walk->thread;
    if (++walk->steps % STEPS_PER_LOOK != 0 || !thread->core.is_main ||
        !signals_are_pending(&thread->interpreter->runtime))
        return true;
    return thread_safepoint(thread);
}

int regex_walk_next(RegexWalk *walk, RegexMode mode) {
    if (!look_for_signals(walk) || !regex_walk_refresh(walk))
        return -1;
    int found = regex_match(walk->thread, walk->pattern, &walk->subject, mode, walk->last_was_empty,
                            &walk->spans, &walk->set);
    if (found > 0) {
        walk->last_was_empty = walk->spans[0] == walk->spans[1];
        walk->subject.start = walk->spans[1];
    }
    return found;
}

bool regex_walk_init(RegexWalk *walk, Thread *thread, Value pattern, Value string, int64_t pos,
                     int64_t endpos) {
    *walk = (RegexWalk){.thread = thread, .pattern = as_regex_pattern(pattern)};
    return regex_subject(thread, walk->pattern, string, pos, endpos, &walk->subject);
}

bool regex_bounds(Thread *thread, Value pos, Value endpos, int64_t *from, int64_t *to) {
    *from = 0;
    *to = INT64_MAX;
    return (is_undefined(pos) || operation_index_int64(thread, pos, from)) &&
           (is_undefined(endpos) || operation_index_int64(thread, endpos, to));
}

// ---- Step by step ----

// An iterator or a scanner.
typedef struct Stepper {
    Object object;
    uint64_t finished;
    RegexWalk walk;
    size_t first; // pos of the matches
} Stepper;

static Value stepper_new(Thread *thread, Type *type, const Value *args) {
    int64_t pos, endpos;
    Stepper *stepper = object_new(thread, type);
    if (!regex_bounds(thread, args[2], args[3], &pos, &endpos) ||
        !regex_walk_init(&stepper->walk, thread, args[0], args[1], pos, endpos))
        return VALUE_ERROR;
    stepper->first = stepper->walk.subject.start;
    return value_object(stepper);
}

// `otherwise` if there is no further match.
static Value step(Thread *thread, Value self, RegexMode mode, Value otherwise) {
    Stepper *stepper = (Stepper *)as_object(self);
    RegexWalk *walk = &stepper->walk;
    if (stepper->finished)
        return otherwise;
    walk->thread = thread;
    int found = regex_walk_next(walk, mode);
    stepper->finished = found <= 0;
    if (found <= 0)
        return found < 0 ? VALUE_ERROR : otherwise;
    RegexSubject subject = walk->subject;
    subject.start = stepper->first;
    return regex_match_new(thread, walk->pattern, &subject, walk->spans, walk->set);
}

static void stepper_trace(Marker *marker, Object *object) {
    const Stepper *stepper = (const Stepper *)object;
    mark_object(marker, stepper->walk.pattern);
    mark_value(marker, stepper->walk.subject.string);
}

Value regex_finditer(Thread *thread, Value *args) {
    return stepper_new(thread, regex_state(thread)->iterator_type, args);
}

static Value iterator_next(Thread *thread, Value self) {
    return step(thread, self, REGEX_SEARCH, VALUE_UNDEFINED);
}

static Value iterator_iter(Thread *thread, Value self) {
    (void)thread;
    return self;
}

const TypeSpec regex_iterator_type_spec = {
    .name = "callable_iterator",
    .doc = "The matches of a pattern, one after the other.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Stepper),
    .slots = {.iter = iterator_iter, .next = iterator_next, .trace = stepper_trace},
};

Value regex_scanner(Thread *thread, Value *args) {
    return stepper_new(thread, regex_state(thread)->scanner_type, args);
}

static Value scanner_match(Thread *thread, Value *args) {
    return step(thread, args[0], REGEX_MATCH, VALUE_NONE);
}
static Value scanner_search(Thread *thread, Value *args) {
    return step(thread, args[0], REGEX_SEARCH, VALUE_NONE);
}

static Value get_pattern(Thread *thread, Value self) {
    (void)thread;
    return value_object(((Stepper *)as_object(self))->walk.pattern);
}

static const NativeSpec scanner_methods[] = {
    NATIVE("match", scanner_match, "(self, /)",
           "The match that begins where the last one ended; None if there is none."),
    NATIVE("search", scanner_search, "(self, /)",
           "The first match after the last one; None if there is none."),
    NATIVE_END,
};

static const GetSetSpec scanner_getsets[] = {
    GETSET("pattern", get_pattern, NULL, "The Pattern that is looked for."),
    GETSET_END,
};

const TypeSpec regex_scanner_type_spec = {
    .name = "_sre.SRE_Scanner",
    .doc = "Finds one match of a pattern after the other.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Stepper),
    .slots = {.trace = stepper_trace},
    .methods = scanner_methods,
    .getsets = scanner_getsets,
};
