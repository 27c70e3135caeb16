// SPDX-License-Identifier: MIT
//
// The exception types of errors.def. Most differ only in name and base. A *family* adds fields to
// the end of the struct, with members to read them, or prints itself in its own way; subclasses of
// its type belong to it (FileNotFoundError to OSError). The specs are put together from this
// table when the interpreter starts.
#include "arena.h"
#include "exception_parts.h"
#include "instance.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "traceback.h"
#include "tuple.h"
#include "type.h"
#include "type_parts.h"

#define FIELD(n)                                                                                   \
    static Value get_field_##n(Thread *thread, Value self) {                                       \
        (void)thread;                                                                              \
        return as_exception(self)->fields[n];                                                      \
    }                                                                                              \
    static bool set_field_##n(Thread *thread, Value self, Value v) {                               \
        (void)thread;                                                                              \
        as_exception(self)->fields[n] = is_undefined(v) ? VALUE_NONE : v;                          \
        return true;                                                                               \
    }
FIELD(0)
FIELD(1)
FIELD(2)
FIELD(3)
FIELD(4)
FIELD(5)
FIELD(6)
FIELD(7)
#define MEMBER(n, name, doc)                                                                       \
    { name, get_field_##n, set_field_##n, doc }

static const GetSetSpec stop_iteration_getsets[] = {MEMBER(0, "value", "generator return value"),
                                                    {0}};
static const GetSetSpec system_exit_getsets[] = {MEMBER(0, "code", "exception code"), {0}};
static const GetSetSpec name_error_getsets[] = {MEMBER(0, "name", "name"), {0}};
static const GetSetSpec attribute_error_getsets[] = {
    MEMBER(0, "name", "attribute name"), MEMBER(1, "obj", "object"), {0}};
static const GetSetSpec import_error_getsets[] = {
    MEMBER(0, "msg", "exception message"),
    MEMBER(1, "name", "module name"),
    MEMBER(2, "path", "module path"),
    MEMBER(3, "name_from", "name imported from module"),
    {0}};
static const GetSetSpec os_error_getsets[] = {MEMBER(0, "errno", "POSIX exception code"),
                                              MEMBER(1, "strerror", "exception strerror"),
                                              MEMBER(2, "filename", "exception filename"),
                                              MEMBER(3, "filename2", "second exception filename"),
                                              {0}};
static const GetSetSpec syntax_error_getsets[] = {
    MEMBER(0, "msg", "exception msg"),
    MEMBER(1, "filename", "exception filename"),
    MEMBER(2, "lineno", "exception lineno"),
    MEMBER(3, "offset", "exception offset"),
    MEMBER(4, "text", "exception text"),
    MEMBER(5, "end_lineno", "exception end lineno"),
    MEMBER(6, "end_offset", "exception end offset"),
    MEMBER(7, "print_file_and_line", "exception print_file_and_line"),
    {0}};
static const GetSetSpec unicode_error_getsets[] = {
    MEMBER(0, "encoding", "exception encoding"), MEMBER(1, "object", "exception object"),
    MEMBER(2, "start", "exception start"),       MEMBER(3, "end", "exception end"),
    MEMBER(4, "reason", "exception reason"),     {0}};
static const GetSetSpec group_getsets[] = {{"message", get_field_0, NULL, "exception message"},
                                           {"exceptions", get_field_1, NULL, "nested exceptions"},
                                           {0}};

static Value get_written(Thread *thread, Value self) {
    Value written = as_exception(self)->fields[OS_ERROR_WRITTEN];
    return is_none(written) ? raise_error(thread, ERROR_AttributeError, "characters_written")
                            : written;
}
bool exception_set_written(Thread *thread, Exception *self, Value v) {
    int64_t count;
    if (!operation_index_int64(thread, v, &count)) {
        return false;
    }
    self->fields[OS_ERROR_WRITTEN] = int_from_int64(thread, count);
    return true;
}
static bool set_written(Thread *thread, Value self, Value v) {
    if (!is_undefined(v)) {
        return exception_set_written(thread, as_exception(self), v);
    }
    if (is_error(get_written(thread, self))) {
        return false;
    }
    as_exception(self)->fields[OS_ERROR_WRITTEN] = VALUE_NONE;
    return true;
}
static const GetSetSpec blocking_error_getsets[] = {
    {"characters_written", get_written, set_written, "how much was written before it blocked"},
    {0}};

typedef struct Family {
    ErrorKind kind;    // this type
    ErrorKind belongs; // whose constructor applies
    uint8_t fields;    // beyond those of its base
    const GetSetSpec *getsets;
    const NativeSpec *methods;
    UnaryFunction str, repr;
    CallFunction construct;
} Family;

static const Family families[] = {
    {ERROR_StopIteration, ERROR_StopIteration, 1, stop_iteration_getsets, NULL, NULL, NULL, NULL},
    {ERROR_SystemExit, ERROR_SystemExit, 1, system_exit_getsets, NULL, NULL, NULL, NULL},
    {ERROR_NameError, ERROR_NameError, 2, name_error_getsets, NULL, NULL, NULL, NULL},
    {ERROR_AttributeError, ERROR_AttributeError, 2, attribute_error_getsets, NULL, NULL, NULL,
     NULL},
    {ERROR_ImportError, ERROR_ImportError, 4, import_error_getsets, NULL, import_error_str, NULL,
     NULL},
    {ERROR_KeyError, ERROR_KeyError, 0, NULL, NULL, key_error_str, NULL, NULL},
    {ERROR_OSError, ERROR_OSError, 4, os_error_getsets, NULL, os_error_str, NULL, NULL},
    {ERROR_BlockingIOError, ERROR_OSError, 1, blocking_error_getsets, NULL, NULL, NULL, NULL},
    {ERROR_SyntaxError, ERROR_SyntaxError, 8, syntax_error_getsets, NULL, syntax_error_str, NULL,
     NULL},
    {ERROR_UnicodeDecodeError, ERROR_UnicodeDecodeError, 5, unicode_error_getsets, NULL,
     unicode_error_str, NULL, NULL},
    {ERROR_UnicodeEncodeError, ERROR_UnicodeDecodeError, 5, unicode_error_getsets, NULL,
     unicode_error_str, NULL, NULL},
    {ERROR_UnicodeTranslateError, ERROR_UnicodeDecodeError, 5, unicode_error_getsets, NULL,
     unicode_error_str, NULL, NULL},
    {ERROR_BaseExceptionGroup, ERROR_BaseExceptionGroup, 2, group_getsets, group_methods, group_str,
     group_repr, group_construct},
};

// Members of BaseException

static Value get_args(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_exception(self)->args);
}

static bool refuse_deletion(Thread *thread, Value v, const char *name) {
    return !is_undefined(v) || raise_false(thread, ERROR_TypeError, "%s may not be deleted", name);
}

static bool set_args(Thread *thread, Value self, Value v) {
    if (!refuse_deletion(thread, v, "args")) {
        return false;
    }
    Value args = operation_to_tuple(thread, v);
    if (is_error(args)) {
        return false;
    }
    as_exception(self)->args = as_tuple(args);
    return true;
}

static Value get_cause(Thread *thread, Value self) {
    (void)thread;
    return as_exception(self)->cause;
}

static bool check_link(Thread *thread, Value v, const char *name) {
    return refuse_deletion(thread, v, name) &&
           (is_none(v) || is_exception(v) ||
            raise_false(thread, ERROR_TypeError,
                        "exception %.*s must be None or derive from BaseException",
                        (int)strlen(name) - 4, name + 2));
}

static bool set_cause(Thread *thread, Value self, Value v) {
    if (!check_link(thread, v, "__cause__")) {
        return false;
    }
    as_exception(self)->cause = v;
    as_exception(self)->suppress_context = 1;
    return true;
}

static Value get_context(Thread *thread, Value self) {
    (void)thread;
    return as_exception(self)->context;
}

static bool set_context(Thread *thread, Value self, Value v) {
    if (!check_link(thread, v, "__context__")) {
        return false;
    }
    as_exception(self)->context = v;
    return true;
}

static Value get_suppress(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_exception(self)->suppress_context != 0);
}

static bool set_suppress(Thread *thread, Value self, Value v) {
    int truth = is_undefined(v) ? 0 : operation_truth(thread, v);
    as_exception(self)->suppress_context = truth > 0;
    return truth >= 0;
}

static Value get_traceback(Thread *thread, Value self) {
    (void)thread;
    Traceback *traceback = as_exception(self)->traceback;
    return traceback ? value_object(traceback) : VALUE_NONE;
}

static bool set_traceback(Thread *thread, Value self, Value v) {
    if (!refuse_deletion(thread, v, "__traceback__")) {
        return false;
    }
    if (!is_none(v) && !has_layout(v, LAYOUT_TRACEBACK)) {
        return raise_false(thread, ERROR_TypeError, "__traceback__ must be a traceback or None");
    }
    as_exception(self)->traceback = is_none(v) ? NULL : (Traceback *)as_object(v);
    return true;
}

static const GetSetSpec exception_getsets[] = {
    {"args", get_args, set_args, "The arguments of the exception."},
    {"__cause__", get_cause, set_cause, "exception cause"},
    {"__context__", get_context, set_context, "exception context"},
    {"__suppress_context__", get_suppress, set_suppress, "do not print the context"},
    {"__traceback__", get_traceback, set_traceback, "where the exception came from"},
    {0},
};

static void exception_trace(Marker *marker, Object *self) {
    Exception *exception = (Exception *)self;
    attributes_trace(marker, (Attributes *)(void *)&exception->shape);
    mark_object(marker, exception->args);
    mark_value(marker, exception->cause);
    mark_value(marker, exception->context);
    mark_object(marker, exception->traceback);
    mark_values(marker, exception->fields, exception_field_count(self->type));
}

static const TypeSpec base_exception_spec = {
    .name = "BaseException",
    .doc = "What everything that can be raised derives from.",
    .type_index = ERROR_BaseException,
    .layout = LAYOUT_EXCEPTION,
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT | TYPE_IS_ERROR,
    .size = sizeof(Exception),
    .slots =
        {
            .repr = exception_repr,
            .str = exception_str,
            .construct = exception_construct,
            .trace = exception_trace,
        },
    .methods = exception_methods,
    .getsets = exception_getsets,
};

// Building the types

static const char *const error_names[] = {
#define ERROR(name, base, doc) #name,
#include "errors.def"
#undef ERROR
};

static const char *const error_docs[] = {
#define ERROR(name, base, doc) doc,
#include "errors.def"
#undef ERROR
};

// The number of each base; "object" stands for none.
enum { ERROR_object = ERROR_COUNT };
static const int error_bases[] = {
#define ERROR(name, base, doc) ERROR_##base,
#include "errors.def"
#undef ERROR
};

static void apply_family(TypeSpec *spec, ErrorKind kind) {
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const Family *family = &families[i];
        if (family->kind == kind) {
            spec->type_index = (uint16_t)family->belongs;
            spec->size += family->fields * sizeof(Value);
            spec->getsets = family->getsets;
            spec->methods = family->methods;
            spec->slots.str = family->str;
            spec->slots.repr = family->repr;
            spec->slots.construct = family->construct;
        }
    }
}

static Type *make_error_type(Thread *thread, ErrorKind kind, Type *base) {
    TypeSpec *spec = ARENA_NEW(&thread->interpreter->immortal, TypeSpec, 1);
    *spec = *base->spec;
    spec->name = error_names[kind];
    spec->doc = error_docs[kind];
    spec->getsets = NULL;
    spec->methods = NULL;
    spec->slots = (Slots){0};
    apply_family(spec, kind);
    return type_from_spec(thread, spec, base);
}

// ExceptionGroup is also an Exception, although its C layout comes from BaseExceptionGroup.
static void add_second_base(Thread *thread, Type *group, Type *second) {
    Value bases[] = {value_object(group->base), value_object(second)};
    group->bases = tuple_from_array(thread, bases, 2);
    group->mro = type_compute_mro(thread, group, group->bases);
    type_link_subclass(thread, second, group);
    type_modified(thread, group);
}

void type_init_errors(Thread *thread) {
    Type **errors = thread->interpreter->errors;
    errors[ERROR_BaseException] = type_from_spec(thread, &base_exception_spec, NULL);
    for (size_t i = ERROR_BaseException + 1; i < ERROR_COUNT; i++) {
        errors[i] = make_error_type(thread, (ErrorKind)i, errors[error_bases[i]]);
    }
    add_second_base(thread, errors[ERROR_ExceptionGroup], errors[ERROR_Exception]);
}
