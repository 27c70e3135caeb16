// SPDX-License-Identifier: MIT
//
// Code objects: what the compiler makes of one function body, class body or module, and what the
// interpreter runs. Immutable once made, but for the inline caches and specialised opcodes that
// the interpreter writes into `instructions`.
#pragma once

#include "arena.h"
#include "object.h"
#include "source.h"

typedef struct CodeImage CodeImage;     // image.h
typedef struct ModuleImage ModuleImage; // image.h

typedef enum Opcode {
#define OP(name, form, extra, effect) OP_##name,
#define SPECIAL(name, general, form, extra, effect) OP_##name,
#include "opcodes.def"
#undef OP
#undef SPECIAL
    OP_COUNT
} Opcode;

typedef union Instruction {
    struct {
        uint16_t op, a, b, c;
    };
    struct {
        uint16_t op_, a_;
        int32_t n;
    };
    int64_t distance; // an extra word: jump distance in words
    uint64_t cache;   // an extra word: written by the interpreter, 0 from the compiler
} Instruction;
_Static_assert(sizeof(Instruction) == 8, "an instruction is one word");

// Who awaits, for the words of the error.
typedef enum AwaitPlace { AWAIT_EXPRESSION, AWAIT_ENTER, AWAIT_EXIT } AwaitPlace;

typedef enum CodeFlags {
    CODE_VARARGS = 1,
    CODE_VARKEYWORDS = 2,
    CODE_GENERATOR = 4,
    CODE_COROUTINE = 8,
    CODE_ASYNC_GENERATOR = 16,
    CODE_CLASS_BODY = 32, // R[0] is the namespace
    CODE_NAMES = 64,      // module code run by exec with its own locals: R[0] is the namespace
    CODE_MODULE = 128,
    CODE_NESTED = 256,
    CODE_HAS_SUPER_CELL = 512,
    CODE_ITERABLE_COROUTINE = 1024, // a generator function that types.coroutine() was given
} CodeFlags;

// Words [first, last) of the instructions are covered: an exception there continues at `target`
// with the exception in R[reg]. Inner handlers stand before outer ones.
typedef struct Handler {
    uint32_t first, last, target;
    uint16_t reg;
} Handler;

// A variable of a comprehension, which has a value in R[reg] while words [first, last) run. Those of
// inner comprehensions stand before those of outer ones. Only locals() and its like ask for them.
typedef struct InnerVariable {
    Str *name;
    uint32_t first, last;
    uint16_t reg;
    bool is_cell;
} InnerVariable;

// A source text kept for as long as code made from it lives: a heap object that owns a Source.
// While it is being compiled it owns the compiler's memory too, so that nothing leaks when the
// heap runs out in the middle.
typedef struct SourceFile {
    Object object;
    uint64_t kind; // second-word rule
    Source source;
    Arena arena;
    Str *name;
    const ModuleImage *image; // of a module of the library: owns the text; NULL otherwise
} SourceFile;

typedef struct Code {
    Object object;
    uint64_t flags;            // CodeFlags (second-word rule: no address)
    Instruction *instructions; // these are heap buffers, or parts of the image
    Span *spans;               // of each word: the expression it comes from
    Value *constants;
    const Handler *handlers;
    Str **register_names; // of the variables among the registers: [0, variable_count)
    Str **free_names;
    uint32_t instruction_count, constant_count, handler_count;
    uint32_t register_count; // registers a frame needs, call windows included
    uint32_t variable_count; // parameters and locals: R[0] .. R[variable_count - 1]
    uint32_t free_count;
    uint32_t parameter_count; // positional parameters (defaults included), without *args
    uint32_t positional_only_count;
    uint32_t keyword_only_count; // follow the positional ones; then *args, then **kwargs
    Str *name, *qualified_name;
    Value docstring;  // str or None
    SourceFile *file; // the text, for tracebacks
    uint32_t first_line;
    const uint8_t *register_is_cell; // [variable_count]: that register holds a Cell
    const InnerVariable *inner_variables; // NULL in the library's code
    uint32_t inner_count;
    const CodeImage *image; // of the library's code, which has no spans; NULL otherwise
} Code;

// A code object with nothing in it yet.
Code *code_new(Thread *thread);

// The instructions of code whose body is still in its image: one LOAD_BODY.
extern const Instruction code_unloaded[1];
// Take the body out of the image. MemoryError leaves the code as it was.
void code_load_body(Thread *thread, Code *code);
// To be called before looking at instructions, constants and handlers of code that does not run.
static inline void code_need_body(Thread *thread, Code *code) {
    if (code->instructions == code_unloaded)
        code_load_body(thread, code);
}
// The span of the word `index`, read from an image.
Span image_span(const ModuleImage *module, const CodeImage *image, uint32_t index);

static inline bool is_code(Value v) {
    return has_layout(v, LAYOUT_CODE);
}
static inline Code *as_code(Value v) {
    return (Code *)as_object(v);
}

// Compile. Each returns NULL with SyntaxError (or MemoryError, ...) set on the thread.
typedef enum CompileMode { COMPILE_FILE, COMPILE_EVAL, COMPILE_SINGLE } CompileMode;
typedef struct CompileOptions {
    CompileMode mode;
    bool names; // variables live in the mapping passed as R[0] (CODE_NAMES), for exec() and eval()
                // with a locals mapping other than the globals
    int optimize;         // 1: no assert, and __debug__ is False; 2: no docstrings either
    bool is_text;         // from a str: what a comment says of its coding does not count
    bool is_partial;      // text that breaks off too early is an _IncompleteInputError
    bool no_dedent;       // a block ends with a line end, not with the text (mode single)
    bool top_level_await; // await makes the program a coroutine, as if it were an async function
} CompileOptions;
// `text` need not stay alive.
Code *compile_text_with(Thread *thread, const char *text, size_t length, Str *file_name,
                        const CompileOptions *options);
// The same, optimized as the command line says.
Code *compile_text(Thread *thread, const char *text, size_t length, Str *file_name,
                   CompileMode mode, bool names);

// code_compare.c: the slots of the type.
Value code_compare(Thread *thread, Value left, Value right, CompareOp op);
bool code_hash(Thread *thread, Value self, uint64_t *hash);

// Is it part of the library that Mini brings along?
bool code_is_of_library(const Code *code);

// Which word of the instructions `pc` is; the first one while the body is not loaded yet.
uint32_t code_index(const Code *code, const Instruction *pc);
// Line number (1-based) of the instruction at `pc`.
uint32_t code_line(const Code *code, const Instruction *pc);
// The source text that the instruction at `pc` stands for.
Span code_span(const Code *code, const Instruction *pc);
