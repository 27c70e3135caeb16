// SPDX-License-Identifier: MIT
//
// Calling C. Everything that can be refused is refused before the call, argument by argument, with
// the declaration in the message; then the GIL is released (unless the function was declared with
// gil="hold"), the function runs, and its result becomes a value.
//
// libffi can call anything, but sorts the arguments anew at each call. Yet on the processors below
// whole numbers and floats travel in registers of their own, the first so-and-so many of each,
// whatever their order in the declaration: so one C prototype with all of those registers fits
// every function that needs no more, and the compiler makes a plain call of it. Functions with more
// arguments, structs by value, `long double` or `...` go through libffi.
#include "foreign_call.h"

#include "bytes.h"
#include "call.h"
#include "exception.h"
#include "float_object.h"
#include "foreign_data.h"
#include "foreign_type.h"
#include "int.h"
#include "operations.h"
#include "type.h"

#include <errno.h>
#include <stdarg.h>

typedef enum CallRoute {
    ROUTE_NONE,
    ROUTE_INTEGERS,
    ROUTE_FLOATS,
    ROUTE_MIXED,
    ROUTE_LIBFFI
} CallRoute;

struct CallPlan {
    ffi_cif cif;
    CallRoute route;
    bool gives_float;
    ffi_type *arguments[];
};

// What is called.
typedef struct Target {
    CType *type;
    void *address;
    const char *declaration; // NULL: what stands in `shown`
    const char *shown;
    bool holds_gil;
} Target;

// ---- Preparing ----

static CallRoute route_of(const CType *type) {
    int integers = 0, floats = 0;
    const CType *result = type->target;
    bool gives_float = result->kind == C_FLOAT && result->size <= sizeof(double);
    for (int64_t i = 0; i < type->length; i++) {
        const CType *parameter = type->parameters[i];
        bool is_float = parameter->kind == C_FLOAT && parameter->size <= sizeof(double);
        if (foreign_is_record(parameter) || (parameter->kind == C_FLOAT && !is_float)) {
            return ROUTE_LIBFFI;
        }
        integers += !is_float;
        floats += is_float;
    }
    if (type->is_variadic || foreign_is_record(result) ||
        (result->kind == C_FLOAT && !gives_float) || integers > INTEGER_REGISTERS ||
        floats > FLOAT_REGISTERS) {
        return ROUTE_LIBFFI;
    }
    return floats == 0 && !gives_float                   ? ROUTE_INTEGERS
           : integers == 0 && floats <= 2 && gives_float ? ROUTE_FLOATS
                                                         : ROUTE_MIXED;
}

ffi_type **foreign_call_parameters(Thread *thread, CType *type) {
    ffi_type **described = heap_allocate(thread_heap(thread), CELL_BUFFER,
                                         ((size_t)type->length + 1) * sizeof(ffi_type *));
    for (int64_t i = 0; i < type->length; i++) {
        described[i] = foreign_type_describe(thread, type->parameters[i]);
        if (described[i] == NULL) {
            return NULL;
        }
    }
    return described;
}

// Prepare a function type for calls, once; NULL with TypeError.
static CallPlan *foreign_call_plan(Thread *thread, CType *type) {
    if (type->plan != NULL) {
        return type->plan;
    }
    if (type->length > FOREIGN_MAX_ARGUMENTS) {
        error_raise(thread, ERROR_TypeError,
                    "functions with more than %d parameters are not "
                    "supported",
                    FOREIGN_MAX_ARGUMENTS);
        return NULL;
    }
    ffi_type *result =
        type->target->kind == C_VOID ? &ffi_type_void : foreign_type_describe(thread, type->target);
    ffi_type **parameters = result ? foreign_call_parameters(thread, type) : NULL;
    if (parameters == NULL) {
        return NULL;
    }
    size_t count = (size_t)type->length;
    CallPlan *plan = heap_allocate(thread_heap(thread), CELL_BUFFER,
                                   sizeof *plan + (count + 1) * sizeof(ffi_type *));
    memcpy(plan->arguments, parameters, count * sizeof(ffi_type *));
    plan->route = route_of(type);
    plan->gives_float = type->target->kind == C_FLOAT;
    if (!type->is_variadic && ffi_prep_cif(&plan->cif, FFI_DEFAULT_ABI, (unsigned)count, result,
                                           plan->arguments) != FFI_OK) {
        error_raise(thread, ERROR_TypeError, "libffi cannot call '%s'",
                    foreign_type_text(thread, type));
        return NULL;
    }
    type->plan = plan;
    return plan;
}

// ---- Errors ----

void foreign_prefix_error(Thread *thread, const char *format, ...) {
    bool ours = error_matches(thread, ERROR_TypeError) ||
                error_matches(thread, ERROR_OverflowError) ||
                error_matches(thread, ERROR_ValueError) || error_matches(thread, ERROR_IndexError);
    if (!ours || error_matches(thread, ERROR_UnicodeError)) {
        return;
    }
    Value error = error_take(thread);
    va_list args;
    va_start(args, format);
    Str *prefix = str_format_v(thread, format, args);
    va_end(args);
    Str *text = operation_str(thread, error);
    if (text == NULL) {
        return;
    }
    Value message = value_object(str_concat(thread, prefix, text));
    Value made = call_1(thread, value_object(object_type(error)), message);
    raise_value(thread, is_error(made) ? error : made);
}

static const char *declaration_of(const Target *target) {
    return target->declaration ? target->declaration : target->shown + strlen(target->shown) + 1;
}

static Value complain_of(Thread *thread, const Target *target, size_t index) {
    foreign_prefix_error(thread, "argument %zu of `%s`: ", index + 1, declaration_of(target));
    return VALUE_ERROR;
}

static Value wrong_count(Thread *thread, const Target *target, size_t given, Tuple *keywords) {
    if (keywords != NULL && keywords->length > 0) {
        return raise_error(thread, ERROR_TypeError, "`%s` takes no keyword arguments",
                           declaration_of(target));
    }
    size_t wanted = (size_t)target->type->length;
    return raise_error(thread, ERROR_TypeError, "`%s` takes %s%zu argument%s (%zu given)",
                       declaration_of(target), target->type->is_variadic ? "at least " : "", wanted,
                       wanted == 1 ? "" : "s", given);
}

// ---- Arguments and results in registers ----

static bool argument_in_word(Thread *thread, CType *type, Value v, uint64_t *word) {
    char *address;
    int64_t n;
    unsigned spare = 64u - 8u * (unsigned)type->size;
    switch (type->kind) {
    case C_SIGNED:
        n = as_small_int(v);
        if (is_small_int(v) && (int64_t)((uint64_t)n << spare) >> spare == n) {
            *word = (uint64_t)n;
            return true;
        }
        return foreign_integer(thread, type, v, word);
    case C_FLOAT:
        if (is_float(v) && type->size == sizeof(double)) {
            double d = as_float(v);
            memcpy(word, &d, sizeof d);
            return true;
        }
        *word = 0;
        return foreign_store(thread, type, (char *)word, v);
    case C_POINTER:
        if (is_cdata(type->state, v) && as_cdata(v)->type == type) {
            address = as_cdata(v)->data;
        } else if (!foreign_pointer(thread, type, v, true, &address)) {
            return false;
        }
        *word = (uint64_t)(uintptr_t)address;
        return true;
    case C_BOOL:
    case C_UNSIGNED:
    case C_ENUM:
        return foreign_integer(thread, type, v, word);
    default: // char and its wide relatives
        if (!foreign_store(thread, type, (char *)word, v)) {
            return false;
        }
        *word = (uint64_t)(type->kind == C_CHAR ? (int64_t) * (signed char *)word
                                                : foreign_load_integer(type, (char *)word));
        return true;
    }
}

typedef struct Registers {
    uint64_t integers[6];
    double floats[8];
} Registers;

typedef uint64_t IntegerCall(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
typedef double FloatCall(double, double);
typedef uint64_t MixedCall(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, double,
                           double, double, double, double, double, double, double);
typedef double MixedFloatCall(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, double,
                              double, double, double, double, double, double, double);

#define ALL_REGISTERS(r)                                                                           \
    (r)->integers[0], (r)->integers[1], (r)->integers[2], (r)->integers[3], (r)->integers[4],      \
        (r)->integers[5], (r)->floats[0], (r)->floats[1], (r)->floats[2], (r)->floats[3],          \
        (r)->floats[4], (r)->floats[5], (r)->floats[6], (r)->floats[7]

// The call itself: the result's bits.
static inline uint64_t call_in_registers(const CallPlan *plan, void *address, const Registers *r) {
    double given;
    uint64_t bits;
    if (plan->route == ROUTE_INTEGERS) {
        return ((IntegerCall *)address)(r->integers[0], r->integers[1], r->integers[2],
                                        r->integers[3], r->integers[4], r->integers[5]);
    }
    if (plan->route == ROUTE_MIXED && !plan->gives_float) {
        return ((MixedCall *)address)(ALL_REGISTERS(r));
    }
    given = plan->route == ROUTE_FLOATS ? ((FloatCall *)address)(r->floats[0], r->floats[1])
                                        : ((MixedFloatCall *)address)(ALL_REGISTERS(r));
    memcpy(&bits, &given, sizeof bits);
    return bits;
}

// ---- The call ----

ForeignPlace *foreign_place(void) {
    // NOTE: what is running on an OS thread is asked for by functions that C calls, with nothing in
    // hand but the thread they are on.
    static _Thread_local ForeignPlace place;
    return &place;
}

int *foreign_errno(ForeignPlace *place, const Thread *thread) {
    return &place->saved_errno[thread->core.id % FOREIGN_ERRNO_PLACES];
}

// Macros, for the published stack frame must be the one that calls.
#define CALL_BEGIN(record, place, saved)                                                           \
    if (!(record)->holds_gil)                                                                      \
        calling_begin(&(record)->thread->core, &(record)->region, (record)->shown);                \
    (place)->call = (record);                                                                      \
    errno = *(saved)

#define CALL_END(record, place, saved)                                                             \
    *(saved) = errno;                                                                              \
    (place)->call = NULL;                                                                          \
    if (!(record)->holds_gil)                                                                      \
    calling_end(&(record)->thread->core, &(record)->region)

// What a callback has raised is raised here, where the call was.
static bool finish_call(Thread *thread, const ForeignCall *call) {
    if (__builtin_expect(is_undefined(call->raised), 1)) {
        return true;
    }
    thread->exception = call->raised;
    return false;
}

static inline Value result_of_word(Thread *thread, CType *type, uint64_t word) {
    switch (type->kind) {
    case C_VOID:
        return VALUE_NONE;
    case C_POINTER:
        return foreign_data_new(thread, type, (void *)(uintptr_t)word, VALUE_NONE);
    case C_SIGNED:
        return int_from_int64(thread, foreign_load_integer(type, (const char *)&word));
    case C_FLOAT:
        if (type->size == sizeof(double)) {
            double number;
            memcpy(&number, &word, sizeof number);
            return value_foreign_float(number);
        }
        return foreign_load(thread, type, (const char *)&word, VALUE_NONE);
    default:
        return foreign_load(thread, type, (const char *)&word, VALUE_NONE);
    }
}

// Those that the call will hand over.
static inline void clear_registers(const CallPlan *plan, Registers *registers) {
    if (plan->route == ROUTE_FLOATS) {
        registers->floats[0] = registers->floats[1] = 0;
        return;
    }
    memset(registers->integers, 0, sizeof registers->integers);
    if (plan->route == ROUTE_MIXED) {
        memset(registers->floats, 0, sizeof registers->floats);
    }
}

static Value call_directly(Thread *thread, const Target *target, const CallPlan *plan,
                           Value *args) {
    Registers registers;
    clear_registers(plan, &registers);
    uint64_t *integer = registers.integers;
    double *next_float = registers.floats;
    CType *type = target->type;
    for (size_t i = 0; i < (size_t)type->length; i++) {
        CType *parameter = type->parameters[i];
        uint64_t word = 0;
        if (!argument_in_word(thread, parameter, args[i], &word)) {
            return complain_of(thread, target, i);
        }
        if (parameter->kind == C_FLOAT) {
            memcpy(next_float++, &word, sizeof word);
        } else {
            *integer++ = word;
        }
    }
    ForeignCall call = {.thread = thread,
                        .shown = target->shown,
                        .holds_gil = target->holds_gil,
                        .raised = VALUE_UNDEFINED};
    ForeignPlace *place = foreign_place();
    int *saved = foreign_errno(place, thread);
    CALL_BEGIN(&call, place, saved);
    uint64_t word = call_in_registers(plan, target->address, &registers);
    CALL_END(&call, place, saved);
    __asm__ volatile("" : : "r"(&registers) : "memory"); // copies of texts are kept by these
    return finish_call(thread, &call) ? result_of_word(thread, type->target, word) : VALUE_ERROR;
}

// ---- Through libffi ----

// A row of arguments in memory. Structs are used where they are.
typedef struct Row {
    ffi_type *types[FOREIGN_MAX_ARGUMENTS];
    void *places[FOREIGN_MAX_ARGUMENTS];
    _Alignas(16) char words[FOREIGN_MAX_ARGUMENTS][16];
} Row;

static bool argument_in_row(Thread *thread, CType *type, Value v, Row *row, size_t index) {
    char *at = row->words[index], *address;
    row->places[index] = at;
    if (foreign_is_record(type)) {
        if (is_cdata(type->state, v) && as_cdata(v)->type == type) {
            row->places[index] = as_cdata(v)->data;
            return true;
        }
        Memory *memory = foreign_memory_new(thread, type->state, type->size);
        row->places[index] = memory->bytes;
        return foreign_store(thread, type, memory->bytes, v);
    }
    if (type->kind == C_POINTER) {
        bool fine = foreign_pointer(thread, type, v, true, &address);
        memcpy(at, &address, sizeof address);
        return fine;
    }
    return foreign_store(thread, type, at, v);
}

// What follows `...`: ints as long long (which where an int is read is one, too), floats as
// double, texts and pointers as they are.
static bool extra_argument(Thread *thread, const ForeignState *state, Value v, Row *row,
                           size_t index) {
    CType *const *basics = state->basics;
    CType *type = NULL;
    if (is_float(v)) {
        type = basics[BASIC_DOUBLE];
    } else if (is_integral(v)) {
        uint64_t ignored;
        bool big = !is_bool(v) && int_sign(v) > 0 && int_to_uint64(v, &ignored);
        type = basics[big ? BASIC_ULLONG : BASIC_LLONG];
    } else if (is_none(v)) {
        type = state->void_pointer;
    } else if (is_str(v) || is_bytes(v)) {
        type = foreign_type_pointer(thread, basics[BASIC_CHAR], true);
    } else if (is_cdata(state, v)) {
        type = as_cdata(v)->type;
        type = type->kind == C_ARRAY ? foreign_type_pointer(thread, type->target, true) : type;
    } else if (is_foreign_function(state, v)) {
        type = foreign_type_pointer(thread, ((Function *)as_object(v))->type, false);
    } else {
        return raise_false(thread, ERROR_TypeError,
                           "'%s' cannot be passed where the declaration says '...'",
                           type_name(thread, v));
    }
    row->types[index] = foreign_type_describe(thread, type);
    return row->types[index] != NULL && argument_in_row(thread, type, v, row, index);
}

static bool fill_row(Thread *thread, const Target *target, const CallPlan *plan, Value *args,
                     size_t count, Row *row) {
    const CType *type = target->type;
    for (size_t i = 0; i < count; i++) {
        bool fine;
        if (i < (size_t)type->length) {
            row->types[i] = plan->arguments[i];
            fine = argument_in_row(thread, type->parameters[i], args[i], row, i);
        } else {
            fine = extra_argument(thread, type->state, args[i], row, i);
        }
        if (!fine) {
            return !is_error(complain_of(thread, target, i));
        }
    }
    return true;
}

static Value load_result(Thread *thread, CType *type, char *at, Memory *memory) {
    if (memory != NULL) {
        return foreign_load(thread, type, at, value_object(memory));
    }
    return type->kind == C_VOID ? VALUE_NONE : foreign_load(thread, type, at, VALUE_NONE);
}

static Value call_through_libffi(Thread *thread, const Target *target, CallPlan *plan, Value *args,
                                 size_t count) {
    Row row;
    CType *type = target->type, *result = type->target;
    ffi_cif variadic, *cif = &plan->cif;
    if (count > FOREIGN_MAX_ARGUMENTS) {
        return wrong_count(thread, target, count, NULL);
    }
    if (!fill_row(thread, target, plan, args, count, &row)) {
        return VALUE_ERROR;
    }
    if (type->is_variadic) {
        ffi_type *given =
            result->kind == C_VOID ? &ffi_type_void : foreign_type_describe(thread, result);
        cif = &variadic;
        if (ffi_prep_cif_var(cif, FFI_DEFAULT_ABI, (unsigned)type->length, (unsigned)count, given,
                             row.types) != FFI_OK) {
            return raise_error(thread, ERROR_TypeError, "libffi cannot call `%s` like this",
                               declaration_of(target));
        }
    }
    bool in_memory = foreign_is_record(result);
    Memory *memory = in_memory ? foreign_memory_new(thread, type->state, result->size + 16) : NULL;
    _Alignas(16) char word[32] = {0};
    char *at = in_memory ? memory->bytes : word;
    ForeignCall call = {.thread = thread,
                        .shown = target->shown,
                        .holds_gil = target->holds_gil,
                        .raised = VALUE_UNDEFINED};
    ForeignPlace *place = foreign_place();
    int *saved = foreign_errno(place, thread);
    CALL_BEGIN(&call, place, saved);
    ffi_call(cif, FFI_FN(target->address), at, row.places);
    CALL_END(&call, place, saved);
    __asm__ volatile("" : : "r"(&row) : "memory");
    if (memory != NULL) {
        memory->array.length = memory->array.capacity = result->size;
    }
    return finish_call(thread, &call) ? load_result(thread, result, at, memory) : VALUE_ERROR;
}

static Value call_target(Thread *thread, const Target *target, Value *args, size_t count,
                         Tuple *keywords) {
    CType *type = target->type;
    CallPlan *plan = type->plan;
    bool fits = type->is_variadic ? count >= (size_t)type->length : count == (size_t)type->length;
    if (!fits || keywords != NULL) {
        return wrong_count(thread, target, count, keywords);
    }
    if (plan == NULL && (plan = foreign_call_plan(thread, type)) == NULL) {
        return VALUE_ERROR;
    }
    return plan->route == ROUTE_LIBFFI ? call_through_libffi(thread, target, plan, args, count)
                                       : call_directly(thread, target, plan, args);
}

// "the name" NUL "the declaration": what a report of a crash can show without making an object.
static const char *shown_text(Thread *thread, const char *name, const char *declaration) {
    size_t front = strlen(name) + 1, back = strlen(declaration) + 1;
    char *text = heap_allocate(thread_heap(thread), CELL_BUFFER, front + back);
    memcpy(text, name, front);
    memcpy(text + front, declaration, back);
    return text;
}

Value foreign_call_pointer(Thread *thread, const CData *data, Value *args, size_t count,
                           Tuple *keywords) {
    CType *type = data->type->target;
    if (data->data == NULL) {
        return raise_error(thread, ERROR_ValueError, "'%s' is NULL, and cannot be called",
                           foreign_type_text(thread, data->type));
    }
    const char *text = foreign_type_text(thread, data->type);
    const char *shown = shown_text(thread, text, "");
    Target target = {type, data->data, text, shown, false};
    return call_target(thread, &target, args, count, keywords);
}

// ---- The type function ----

// errcheck(result, function, args) decides what the call gives.
static Value checked(Thread *thread, Function *function, Value result, Value *args, size_t count) {
    Value all[] = {result, value_object(function),
                   value_object(tuple_from_array(thread, args, count))};
    return call_value(thread, function->check, all, sizeof all / sizeof *all);
}

static Value function_call(Thread *thread, Value callee, Value *args, size_t count,
                           Tuple *keywords) {
    Function *function = (Function *)as_object(callee);
    Target target = {function->type, function->address, NULL, function->shown,
                     function->holds_gil != 0};
    Value result = call_target(thread, &target, args, count, keywords);
    if (__builtin_expect(is_none(function->check), 1) || is_error(result)) {
        return result;
    }
    return checked(thread, function, result, args, count);
}

Value foreign_function_new(Thread *thread, CType *type, void *address, Str *name, Str *declaration,
                           Value owner) {
    if (foreign_call_plan(thread, type) == NULL) {
        foreign_prefix_error(thread, "`%s`: ", str_text(thread, declaration));
        return VALUE_ERROR;
    }
    const char *shown = shown_text(thread, str_text(thread, name), str_text(thread, declaration));
    Function *function = object_new(thread, type->state->function_type);
    function->shown = shown;
    function->type = type;
    function->address = address;
    function->name = name;
    function->declaration = declaration;
    function->check = VALUE_NONE;
    function->owner = owner;
    foreign_crash_watch();
    return value_object(function);
}

static void function_trace(Marker *marker, Object *object) {
    const Function *function = (const Function *)object;
    mark_object(marker, function->type);
    mark_object(marker, function->name);
    mark_object(marker, function->declaration);
    mark_buffer(marker, function->shown);
    mark_value(marker, function->check);
    mark_value(marker, function->owner);
}

static Value function_repr(Thread *thread, Value self) {
    const Function *function = (const Function *)as_object(self);
    return value_object(
        str_format(thread, "<C function '%s'>", str_text(thread, function->declaration)));
}

static Value function_get_name(Thread *thread, Value self) {
    (void)thread;
    return value_object(((Function *)as_object(self))->name);
}
static Value function_get_declaration(Thread *thread, Value self) {
    (void)thread;
    return value_object(((Function *)as_object(self))->declaration);
}
static Value function_get_type(Thread *thread, Value self) {
    (void)thread;
    return value_object(((Function *)as_object(self))->type);
}
static Value function_get_address(Thread *thread, Value self) {
    return int_from_uint64(thread, (uint64_t)(uintptr_t)((Function *)as_object(self))->address);
}
static Value function_get_gil(Thread *thread, Value self) {
    return library_text(thread, ((Function *)as_object(self))->holds_gil ? "hold" : "release");
}
static Value function_get_check(Thread *thread, Value self) {
    (void)thread;
    return ((Function *)as_object(self))->check;
}
static bool function_set_check(Thread *thread, Value self, Value v) {
    if (!is_none(v) && !is_callable(v)) {
        return raise_false(thread, ERROR_TypeError, "errcheck must be callable or None, not '%s'",
                           type_name(thread, v));
    }
    ((Function *)as_object(self))->check = is_undefined(v) ? VALUE_NONE : v;
    return true;
}

static const GetSetSpec function_getsets[] = {
    GETSET("__name__", function_get_name, NULL, "The name of the function in C."),
    GETSET("__doc__", function_get_declaration, NULL, "Its declaration."),
    GETSET("declaration", function_get_declaration, NULL, "Its declaration."),
    GETSET("type", function_get_type, NULL, "Its ctype."),
    GETSET("address", function_get_address, NULL, "Where it is, as an int."),
    GETSET("gil", function_get_gil, NULL, "'release' or 'hold': what happens during a call."),
    GETSET("errcheck", function_get_check, function_set_check,
           "None, or f(result, function, args), which gives what the call gives."),
    GETSET_END,
};

const TypeSpec foreign_function_spec = {
    .name = "ffi.Function",
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_WEAK,
    .size = sizeof(Function),
    .slots = {.repr = function_repr, .call = function_call, .trace = function_trace},
    .getsets = function_getsets,
};
