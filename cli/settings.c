// SPDX-License-Identifier: MIT
//
// What each option of the command line that has a value does with it, and what the environment
// sets. A function returns false for a value that makes no sense.
//
// A variable is looked for under two names, MINI... and PYTHON..., so MINIPATH speaks to Mini alone
// and PYTHONPATH to Python and Mini.
#include "settings.h"

#include "gil.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOWEST_DIGIT_LIMIT = 640 };

// ---- Options of Mini ----

bool set_stats(InterpreterOptions *options, const char *value) {
    (void)value;
    options->stats = true;
    return true;
}

bool set_trace(InterpreterOptions *options, const char *value) {
    options->trace_file = value;
    return *value != '\0';
}

bool set_stress(InterpreterOptions *options, const char *value) {
    (void)value;
    options->stress_gc = true;
    return true;
}

bool set_gil(InterpreterOptions *options, const char *value) {
    options->gil_policy = value;
    return gil_policy_summary(value) != NULL;
}

bool set_interval(InterpreterOptions *options, const char *value) {
    char *end;
    double seconds = strtod(value, &end);
    options->switch_interval_ns = seconds * 1e9 < 1000 ? 1000 : (int64_t)(seconds * 1e9);
    return end != value && *end == '\0' && seconds > 0 && seconds < 1e6;
}

bool set_deadlock(InterpreterOptions *options, const char *value) {
    static const struct {
        const char *name;
        DeadlockMode mode;
    } modes[] = {{"raise", DEADLOCK_RAISE}, {"report", DEADLOCK_REPORT}, {"hang", DEADLOCK_HANG}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(value, modes[i].name) == 0) {
            options->deadlock_mode = modes[i].mode;
            return true;
        }
    }
    return false;
}

bool set_races(InterpreterOptions *options, const char *value) {
    (void)value;
    options->races = true;
    return true;
}

bool set_schedule(InterpreterOptions *options, const char *value) {
    options->schedule = value;
    return true;
}

static bool parse_count(const char *value, uint64_t *count, const char **rest) {
    char *end;
    errno = 0;
    *count = strtoull(value, &end, 10);
    *rest = end;
    return end != value && *value != '-' && errno == 0 && *count > 0;
}

bool set_heap(InterpreterOptions *options, const char *value) {
    uint64_t count;
    const char *rest;
    if (!parse_count(value, &count, &rest))
        return false;
    static const char units[] = "KMG";
    const char *unit = *rest == '\0' ? NULL : strchr(units, *rest & ~0x20);
    unsigned shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
    options->maximum_heap = (size_t)count << shift;
    return (*rest == '\0' || (unit != NULL && rest[1] == '\0')) && count <= SIZE_MAX >> shift;
}

bool set_fail(InterpreterOptions *options, const char *value) {
    const char *rest;
    return parse_count(value, &options->fail_alloc, &rest) && *rest == '\0';
}

// ---- Options of Python ----

static bool add_word(OptionWords *words, const char *word) {
    if (words->count == OPTION_WORDS_MAX)
        return false;
    words->items[words->count++] = word;
    return true;
}

bool set_warning(InterpreterOptions *options, const char *value) {
    if (add_word(&options->warnings, value))
        return true;
    fprintf(stderr, "mini: too many -W\n");
    return false;
}

bool set_pycs(InterpreterOptions *options, const char *value) {
    (void)options;
    return strcmp(value, "always") == 0 || strcmp(value, "default") == 0 ||
           strcmp(value, "never") == 0;
}

static bool extra_digits(InterpreterOptions *options, const char *value) {
    char *end;
    errno = 0;
    long limit = value == NULL ? 0 : strtol(value, &end, 10);
    bool is_number = value != NULL && end != value && *end == '\0' && errno == 0;
    options->max_str_digits = limit == 0 ? -1 : (int)limit;
    return is_number && limit <= INT_MAX && (limit == 0 || limit >= LOWEST_DIGIT_LIMIT);
}

static bool extra_utf8(InterpreterOptions *options, const char *value) {
    options->flags.utf8_mode = value == NULL || strcmp(value, "1") == 0;
    return options->flags.utf8_mode || strcmp(value, "0") == 0;
}

static bool extra_dev(InterpreterOptions *options, const char *value) {
    (void)value;
    options->flags.dev_mode = 1;
    return true;
}

static bool extra_encoding(InterpreterOptions *options, const char *value) {
    (void)value;
    options->flags.warn_default_encoding = 1;
    return true;
}

// Whoever wants to know looks into the list of -X (os.cpu_count).
static bool extra_cpu_count(InterpreterOptions *options, const char *value) {
    const char *rest;
    uint64_t count;
    (void)options;
    return value != NULL && (strcmp(value, "default") == 0 || (parse_count(value, &count, &rest) &&
                                                               *rest == '\0' && count <= INT_MAX));
}

static bool extra_noted(InterpreterOptions *options, const char *value) {
    (void)options;
    (void)value;
    return true;
}

static bool extra_refused(InterpreterOptions *options, const char *value) {
    (void)options;
    (void)value;
    return false;
}

static bool complain_extra(const char *name, const char *value, const char *wanted) {
    if (value == NULL)
        fprintf(stderr, "mini: -X %s is not %s\n", name, wanted);
    else
        fprintf(stderr, "mini: -X %s: '%s' is not %s\n", name, value, wanted);
    return false;
}

// Python's own settings are kept for sys._xoptions, known to us or not.
bool set_extra(InterpreterOptions *options, const char *word) {
    static const struct {
        const char *name;
        bool (*set)(InterpreterOptions *options, const char *value);
        const char *wanted;
    } rows[] = {
#define EXTRA(name, argument, function, wanted, help) {name, function, wanted},
#include "options.def"
#undef EXTRA
    };
    size_t length = strcspn(word, "=");
    const char *value = word[length] == '=' ? word + length + 1 : NULL;
    if (!add_word(&options->settings, word)) {
        fprintf(stderr, "mini: too many -X\n");
        return false;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, word, length) == 0)
            return rows[i].set(options, value) ||
                   complain_extra(rows[i].name, value, rows[i].wanted);
    }
    return true;
}

// ---- The environment ----

static const char *variable(const char *name) {
    static const char *const prefixes[] = {"MINI", "PYTHON"};
    char full[64];
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        snprintf(full, sizeof full, "%s%s", prefixes[i], name);
        const char *value = getenv(full);
        if (value != NULL && *value != '\0')
            return value;
    }
    return NULL;
}

// As Python reads them: a number counts as often, any other text once.
static void raise_flag(int *flag, const char *name) {
    const char *value = variable(name);
    if (value == NULL)
        return;
    char *end;
    long number = strtol(value, &end, 10);
    int count = *end != '\0' || number < 0 || number > 9 ? 1 : (int)number;
    *flag = count > *flag ? count : *flag;
}

// False after a complaint.
static bool digits_from_environment(InterpreterOptions *options) {
    const char *digits = variable("INTMAXSTRDIGITS");
    if (digits == NULL || options->max_str_digits != 0 || extra_digits(options, digits))
        return true;
    fprintf(stderr,
            "mini: MINIINTMAXSTRDIGITS or PYTHONINTMAXSTRDIGITS: '%s' is not 0 or a number "
            "from %d\n",
            digits, LOWEST_DIGIT_LIMIT);
    return false;
}

static bool seed_makes_sense(const char *seed) {
    char *end;
    errno = 0;
    unsigned long number = seed == NULL ? 0 : strtoul(seed, &end, 10);
    if (seed == NULL || *seed == '\0' || strcmp(seed, "random") == 0 ||
        (*end == '\0' && *seed != '-' && errno == 0 && number <= UINT32_MAX))
        return true;
    fprintf(stderr,
            "mini: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]\n");
    return false;
}

bool settings_from_environment(InterpreterOptions *options) {
    CommandFlags *flags = &options->flags;
    if (flags->isolated) {
        flags->ignore_environment = flags->no_user_site = flags->safe_path = 1;
    }
    if (flags->ignore_environment)
        return true;
    static const struct {
        size_t offset;
        const char *name;
    } rows[] = {
#define FLAG(place, field, letter, name, help) {offsetof(CommandFlags, field), name},
#include "flags.def"
#undef FLAG
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].name != NULL)
            raise_flag((int *)(void *)((char *)flags + rows[i].offset), rows[i].name);
    }
    const char *seed = getenv("PYTHONHASHSEED");
    flags->hash_randomization |= seed != NULL && strcmp(seed, "0") != 0;
    options->unbuffered |= variable("UNBUFFERED") != NULL;
    options->warning_list = variable("WARNINGS");
    options->module_path = variable("PATH");
    return digits_from_environment(options) && seed_makes_sense(seed);
}
