// SPDX-License-Identifier: MIT
//
// What sys tells about this interpreter and this machine. Mini reports the version of Python whose
// language it follows, since that is what programs compare; sys.implementation says who it is.
#include "sys_info.h"

#include "call.h"
#include "dict.h"
#include "float_object.h"
#include "int.h"
#include "list.h"
#include "record.h"
#include "str.h"
#include "tuple.h"

#include <float.h>
#include <stdlib.h>
#include <unistd.h>

enum { PYTHON_MAJOR = 3, PYTHON_MINOR = 13, PYTHON_MICRO = 0, PYTHON_API_VERSION = 1013 };
#define PYTHON_VERSION_TEXT "3.13.0"

static const GetSetSpec version_fields[] = {
    RECORD_FIELD(0, "major", "Major release number"),
    RECORD_FIELD(1, "minor", "Minor release number"),
    RECORD_FIELD(2, "micro", "Patch release number"),
    RECORD_FIELD(3, "releaselevel", "'alpha', 'beta', 'candidate', or 'final'"),
    RECORD_FIELD(4, "serial", "Serial release number"),
    GETSET_END,
};
RECORD_TYPE(version_type_spec, "sys", "version_info", version_fields,
            "Version information as a named tuple.")

static const GetSetSpec implementation_fields[] = {
    RECORD_FIELD(0, "name", "Name of the interpreter"),
    RECORD_FIELD(1, "version", "Version of the language"),
    RECORD_FIELD(2, "hexversion", "The same as one number"),
    RECORD_FIELD(3, "cache_tag", "None: compiled code is not cached"),
    GETSET_END,
};
RECORD_TYPE(implementation_type_spec, "sys", "implementation", implementation_fields,
            "Who runs the program.")

static const GetSetSpec float_fields[] = {
    RECORD_FIELD(0, "max", "maximum representable finite float"),
    RECORD_FIELD(1, "max_exp", "maximum e such that radix**(e-1) is representable"),
    RECORD_FIELD(2, "max_10_exp", "maximum e such that 10**e is representable"),
    RECORD_FIELD(3, "min", "minimum positive normalized float"),
    RECORD_FIELD(4, "min_exp", "minimum e such that radix**(e-1) is a normalized float"),
    RECORD_FIELD(5, "min_10_exp", "minimum e such that 10**e is a normalized float"),
    RECORD_FIELD(6, "dig", "decimal digits that can be represented faithfully"),
    RECORD_FIELD(7, "mant_dig", "mantissa digits"),
    RECORD_FIELD(8, "epsilon", "difference between 1 and the next representable float"),
    RECORD_FIELD(9, "radix", "radix of exponent"),
    RECORD_FIELD(10, "rounds", "rounding mode used for arithmetic operations"),
    GETSET_END,
};
RECORD_TYPE(float_type_info_spec, "sys", "float_info", float_fields,
            "Properties of the type float.")

static const GetSetSpec int_fields[] = {
    RECORD_FIELD(0, "bits_per_digit", "size of a digit in bits"),
    RECORD_FIELD(1, "sizeof_digit", "size in bytes of a digit"),
    RECORD_FIELD(2, "default_max_str_digits", "limit of conversions to and from text"),
    RECORD_FIELD(3, "str_digits_check_threshold", "the lowest limit that can be set"),
    GETSET_END,
};
RECORD_TYPE(int_type_info_spec, "sys", "int_info", int_fields, "Properties of the type int.")

static const GetSetSpec hash_fields[] = {
    RECORD_FIELD(0, "width", "width of the type used for hashing, in bits"),
    RECORD_FIELD(1, "modulus", "prime number giving the modulus of numeric hashes"),
    RECORD_FIELD(2, "inf", "value to be used for hash of a positive infinity"),
    RECORD_FIELD(3, "nan", "value to be used for hash of a nan"),
    RECORD_FIELD(4, "imag", "multiplier used for the imaginary part of a complex number"),
    RECORD_FIELD(5, "algorithm", "name of the algorithm for hashing of str and bytes"),
    RECORD_FIELD(6, "hash_bits", "internal output size of hash algorithm"),
    RECORD_FIELD(7, "seed_bits", "seed size of hash algorithm"),
    RECORD_FIELD(8, "cutoff", "small string optimization cutoff"),
    GETSET_END,
};
RECORD_TYPE(hash_type_info_spec, "sys", "hash_info", hash_fields, "Parameters of hash functions.")

static const GetSetSpec flags_fields[] = {
#define FLAG(place, field, letter, variable, help) RECORD_FIELD(place, #field, help),
#include "flags.def"
#undef FLAG
    RECORD_FIELD(17, "int_max_str_digits", "limit of conversions to and from text"),
    GETSET_END,
};
RECORD_TYPE(flags_type_spec, "sys", "flags", flags_fields, "Flags of the command line.")

static const GetSetSpec thread_fields[] = {
    RECORD_FIELD(0, "name", "name of the thread implementation"),
    RECORD_FIELD(1, "lock", "name of the lock implementation"),
    RECORD_FIELD(2, "version", "name and version of the thread library"),
    GETSET_END,
};
RECORD_TYPE(thread_type_info_spec, "sys", "thread_info", thread_fields,
            "A named tuple holding information about the thread implementation.")

static Value number(int64_t n) {
    return value_small_int(n);
}

static Value make(Thread *thread, const TypeSpec *spec, const Value *values) {
    return record_new(thread, record_type(thread, spec), values);
}

static int64_t hex_version(void) {
    return (PYTHON_MAJOR << 24) | (PYTHON_MINOR << 16) | (PYTHON_MICRO << 8) | 0xf0;
}

static void add_version(Thread *thread, Module *module) {
    Value parts[] = {number(PYTHON_MAJOR), number(PYTHON_MINOR), number(PYTHON_MICRO),
                     library_text(thread, "final"), number(0)};
    Value version = make(thread, &version_type_spec, parts);
    Value who[] = {library_text(thread, "mini"), version, number(hex_version()), VALUE_NONE};
    module_add(thread, module, "version",
               library_text(thread, PYTHON_VERSION_TEXT " (Mini " MINI_VERSION ")"));
    module_add(thread, module, "version_info", version);
    module_add(thread, module, "hexversion", number(hex_version()));
    module_add(thread, module, "api_version", number(PYTHON_API_VERSION));
    module_add(thread, module, "abiflags", library_text(thread, ""));
    module_add(thread, module, "implementation", make(thread, &implementation_type_spec, who));
    module_add(thread, module, "copyright", library_text(thread, "MIT licence"));
}

static void add_number_info(Thread *thread, Module *module) {
    Value floats[] = {value_float(DBL_MAX),
                      number(DBL_MAX_EXP),
                      number(DBL_MAX_10_EXP),
                      value_float(DBL_MIN),
                      number(DBL_MIN_EXP),
                      number(DBL_MIN_10_EXP),
                      number(DBL_DIG),
                      number(DBL_MANT_DIG),
                      value_float(DBL_EPSILON),
                      number(FLT_RADIX),
                      number(1)};
    Value ints[] = {number(64), number(8), number(INT_MAX_STR_DIGITS), number(640)};
    Value hashes[] = {number(64),      int_from_int64(thread, (INT64_C(1) << 61) - 1),
                      number(314159),  number(0),
                      number(1000003), library_text(thread, "mini"),
                      number(64),      number(64),
                      number(0)};
    module_add(thread, module, "float_info", make(thread, &float_type_info_spec, floats));
    module_add(thread, module, "int_info", make(thread, &int_type_info_spec, ints));
    module_add(thread, module, "hash_info", make(thread, &hash_type_info_spec, hashes));
    Value threads[] = {library_text(thread, "pthread"), library_text(thread, "mutex+cond"),
                       VALUE_NONE};
    module_add(thread, module, "thread_info", make(thread, &thread_type_info_spec, threads));
    module_add(thread, module, "float_repr_style", library_text(thread, "short"));
    module_add(thread, module, "maxsize", int_from_int64(thread, INT64_MAX));
    module_add(thread, module, "maxunicode", number(STR_MAX_CODE_POINT));
}

static void add_flags(Thread *thread, Module *module) {
    const CommandFlags *given = &thread->interpreter->options.flags;
    Value flags[] = {
#define FLAG(place, field, letter, variable, help) [place] = number(given->field),
#include "flags.def"
#undef FLAG
        [17] = number(thread->interpreter->max_str_digits),
    };
    flags[13] = value_bool(given->dev_mode > 0);
    flags[16] = value_bool(given->safe_path > 0);
    module_add(thread, module, "flags", make(thread, &flags_type_spec, flags));
    module_add(thread, module, "dont_write_bytecode", VALUE_TRUE);
}

// Later filters go before earlier ones, so the command line has the last word.
static void add_warning_options(Thread *thread, Module *module) {
    const InterpreterOptions *options = &thread->interpreter->options;
    List *list = list_new(thread, 0);
    if (options->flags.dev_mode)
        list_append(thread, list, library_text(thread, "default"));
    for (const char *at = options->warning_list; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ",");
        list_append(thread, list, value_object(str_new_utf8(thread, at, length)));
        at += length + (at[length] == ',');
    }
    for (int i = 0; i < options->warnings.count; i++)
        list_append(thread, list, library_text(thread, options->warnings.items[i]));
    int bytes = options->flags.bytes_warning;
    if (bytes > 0)
        list_append(
            thread, list,
            library_text(thread, bytes > 1 ? "error::BytesWarning" : "default::BytesWarning"));
    module_add(thread, module, "warnoptions", value_object(list));
}

// sys._xoptions: -X NAME gives True, -X NAME=VALUE the text.
static void add_settings(Thread *thread, Module *module) {
    const OptionWords *words = &thread->interpreter->options.settings;
    Dict *dict = dict_new(thread, 0);
    for (int i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        size_t length = strcspn(word, "=");
        Value value = word[length] == '=' ? library_text(thread, word + length + 1) : VALUE_TRUE;
        dict_set_str(thread, dict, str_intern(thread, str_new_utf8(thread, word, length)), value);
    }
    module_add(thread, module, "_xoptions", value_object(dict));
}

static Value executable_path(Thread *thread) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    return length > 0 ? value_object(str_new_utf8(thread, path, (size_t)length))
                      : library_text(thread, "");
}

// Where Mini is installed: the folder above the one that its binary lies in.
static void add_prefixes(Thread *thread, Module *module, Value executable) {
    static const char *const names[] = {"prefix", "exec_prefix", "base_prefix", "base_exec_prefix"};
    size_t length;
    const char *path = str_utf8(thread, as_str(executable), &length);
    for (int levels = 2; length > 0 && levels > 0;) {
        levels -= path[--length] == '/';
    }
    Value prefix =
        value_object(str_new_utf8(thread, length > 0 ? path : "/", length > 0 ? length : 1));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        module_add(thread, module, names[i], prefix);
    module_add(thread, module, "platlibdir", library_text(thread, "lib"));
}

// The modules that are part of the binary, submodules left out.
static void add_module_names(Thread *thread, Module *module) {
    const InterpreterOptions *options = &thread->interpreter->options;
    List *names = list_new(thread, 64);
    for (const ModuleSpec *spec = options->modules; spec != NULL && spec->name != NULL; spec++)
        if (strchr(spec->name, '.') == NULL)
            list_append(thread, names, library_text(thread, spec->name));
    for (const ModuleAlias *alias = options->aliases; alias && alias->alias != NULL; alias++)
        if (strchr(alias->alias, '.') == NULL)
            list_append(thread, names, library_text(thread, alias->alias));
    Value all = value_object(tuple_from_array(thread, names->items, names->length));
    module_add(thread, module, "builtin_module_names", all);
    Value frozen = value_object(builtin_type(thread, TYPE_frozenset));
    module_add(thread, module, "stdlib_module_names", call_1(thread, frozen, all));
}

// With submodules: for those who list what can be imported.
static Value library_modules(Thread *thread, Value *args) {
    (void)args;
    const InterpreterOptions *options = &thread->interpreter->options;
    List *names = list_new(thread, 256);
    for (const ModuleSpec *spec = options->modules; spec != NULL && spec->name != NULL; spec++)
        list_append(thread, names, library_text(thread, spec->name));
    for (const ModuleAlias *alias = options->aliases; alias && alias->alias != NULL; alias++)
        list_append(thread, names, library_text(thread, alias->alias));
    return value_object(names);
}

static const NativeSpec info_functions[] = {
    NATIVE("_library_modules", library_modules, "()",
           "Return the names of all modules in the binary, submodules among them."),
    NATIVE_END,
};

void sys_info_add(Thread *thread, Module *module) {
    module_add_natives(thread, module, info_functions);
    add_version(thread, module);
    add_number_info(thread, module);
    add_flags(thread, module);
    add_warning_options(thread, module);
    add_settings(thread, module);
    module_add(thread, module, "platform", library_text(thread, "linux"));
    Value executable = executable_path(thread);
    module_add(thread, module, "executable", executable);
    add_prefixes(thread, module, executable);
    add_module_names(thread, module);
    bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    module_add(thread, module, "byteorder", library_text(thread, little ? "little" : "big"));
}
