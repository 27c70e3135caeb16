// SPDX-License-Identifier: MIT
//
// Code made at run time: compile, exec, eval, and the namespaces they work in.
//
// Code that runs with a mapping of its own for locals is compiled differently (its names live in
// the mapping, see CODE_NAMES), so source text is compiled when it is known where it will run.
// compile() does not know, and makes the general kind.
#include "builtins.h"
#include "bytes.h"
#include "call.h"
#include "code.h"
#include "dict.h"
#include "execute.h"
#include "function.h"
#include "import.h"
#include "namespace.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <string.h>

// Namespaces

static Dict *builtins_globals(Thread *thread) {
    if (thread->frame != NULL)
        return frame_globals(thread->frame);
    Value main =
        dict_get_str(thread, thread->interpreter->modules, common_name(thread, NAME___main__));
    if (is_module(main))
        return as_module(main)->dict;
    raise_error(thread, ERROR_SystemError, "globals() outside of a program");
    return NULL;
}

Value builtins_locals(Thread *thread) {
    if (thread->frame != NULL)
        return step_locals(thread, thread->frame);
    Dict *globals = builtins_globals(thread);
    return globals == NULL ? VALUE_ERROR : value_object(globals);
}

static Value builtin_globals(Thread *thread, Value *args) {
    (void)args;
    Dict *globals = builtins_globals(thread);
    return globals == NULL ? VALUE_ERROR : value_object(globals);
}

static Value builtin_locals(Thread *thread, Value *args) {
    (void)args;
    return builtins_locals(thread);
}

// Source text

typedef struct SourceText {
    const char *text;
    size_t length;
} SourceText;

static bool get_source(Thread *thread, Value v, const char *function, const char *wanted,
                       SourceText *source) {
    BytesView view;
    if (is_str(v)) {
        Bytes *bytes = str_encode(thread, as_str(v), "utf-8", "strict"); // no surrogates
        if (bytes)
            *source = (SourceText){(const char *)bytes->data, bytes->length};
        return bytes != NULL;
    }
    if (bytes_view_optional(thread, v, &view)) {
        *source = (SourceText){(const char *)view.data, view.length};
        return true;
    }
    return raise_false(thread, ERROR_TypeError, "%s() arg 1 must be a %s", function, wanted);
}

static Code *compile_source(Thread *thread, const SourceText *source, const char *file_name,
                            const CompileOptions *options) {
    if (memchr(source->text, '\0', source->length) != NULL) {
        raise_error(thread, ERROR_SyntaxError, "source code string cannot contain null bytes");
        return NULL;
    }
    Str *name = str_from_c(thread, file_name);
    return compile_text_with(thread, source->text, source->length, name, options);
}

static void skip_indent(SourceText *source) {
    while (source->length > 0 && (*source->text == ' ' || *source->text == '\t')) {
        source->text++;
        source->length--;
    }
}

// compile

static bool compile_mode(Thread *thread, const char *name, CompileMode *mode) {
    static const struct {
        const char *name;
        CompileMode mode;
    } modes[] = {{"exec", COMPILE_FILE}, {"eval", COMPILE_EVAL}, {"single", COMPILE_SINGLE}};
    *mode = COMPILE_FILE;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(name, modes[i].name) == 0) {
            *mode = modes[i].mode;
            return true;
        }
    }
    return raise_false(thread, ERROR_ValueError,
                       "compile() mode must be 'exec', 'eval' or 'single'");
}

static bool get_optimize(Thread *thread, Value v, int *optimize) {
    int64_t level;
    if (!operation_index_int64(thread, v, &level))
        return false;
    if (level < -1 || level > 2)
        return raise_false(thread, ERROR_ValueError, "compile(): invalid optimize value");
    *optimize = level < 0 ? thread->interpreter->options.flags.optimize : (int)level;
    return true;
}

// The bits of compile()'s `flags`, with CPython's values.
enum {
    NO_DEDENT = 0x200,
    ONLY_TREE = 0x400,        // ast.PyCF_ONLY_AST
    TOP_LEVEL_AWAIT = 0x2000, // ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    PARTIAL = 0x4000,         // text may break off: an _IncompleteInputError
    // Nested scopes, features of __future__, type comments, an optimized tree: nothing changes.
    WITHOUT_EFFECT = 0x10 | 0x1FE0000 | 0x1000 | 0x8400,
    KNOWN_FLAGS = NO_DEDENT | ONLY_TREE | TOP_LEVEL_AWAIT | PARTIAL | WITHOUT_EFFECT
};

static Value call_ast(Thread *thread, const char *function, Value *args, size_t count) {
    Module *module = import_module(thread, str_from_c(thread, "ast"));
    if (module == NULL)
        return VALUE_ERROR;
    return call_method(thread, value_object(module), str_intern_c(thread, function), args, count);
}

// Is it an instance of ast.AST? There is none before the module has been imported.
static bool is_tree(Thread *thread, Value v) {
    Value module = dict_get_str(thread, thread->interpreter->modules, str_intern_c(thread, "ast"));
    if (!is_module(module))
        return false;
    Value base = dict_get_str(thread, as_module(module)->dict, str_intern_c(thread, "AST"));
    return is_type(base) && is_instance_of(v, as_type(base));
}

static Value compile_text_of(Thread *thread, Value *args, int64_t flags);

// A tree is compiled as the text that it stands for.
static Value builtin_compile(Thread *thread, Value *args) {
    int64_t flags;
    if (!operation_index_int64(thread, args[3], &flags))
        return VALUE_ERROR;
    if (flags != (int32_t)flags)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    if (flags & ~(int64_t)KNOWN_FLAGS)
        return raise_error(thread, ERROR_ValueError, "compile(): unrecognised flags");
    if (flags & ONLY_TREE)
        return call_ast(thread, "parse", args, 3);
    if (is_tree(thread, args[0])) {
        Value tree[] = {args[0], args[2]};
        args[0] = call_ast(thread, "_compiled_text", tree, 2);
    }
    return is_error(args[0]) ? VALUE_ERROR : compile_text_of(thread, args, flags);
}

static Value compile_text_of(Thread *thread, Value *args, int64_t flags) {
    const char *file_name = library_path(thread, args[1], "");
    const char *mode_name =
        file_name == NULL ? NULL : library_need_text(thread, args[2], "compile() argument 'mode'");
    CompileOptions options = {.names = true,
                              .is_text = is_str(args[0]),
                              .is_partial = (flags & PARTIAL) != 0,
                              .no_dedent = (flags & NO_DEDENT) != 0,
                              .top_level_await = (flags & TOP_LEVEL_AWAIT) != 0};
    SourceText source;
    if (mode_name == NULL || !get_optimize(thread, args[5], &options.optimize) ||
        !compile_mode(thread, mode_name, &options.mode) ||
        !get_source(thread, args[0], "compile", "string, bytes or AST object", &source))
        return VALUE_ERROR;
    Code *code = compile_source(thread, &source, file_name, &options);
    return code == NULL ? VALUE_ERROR : value_object(code);
}

// exec and eval

typedef struct Scope {
    Dict *globals;
    Value locals; // UNDEFINED: the globals
} Scope;

static bool check_scope(Thread *thread, const Value *args, const char *function) {
    bool is_eval = strcmp(function, "eval") == 0;
    bool is_mapping = is_none(args[2]) || type_of(thread, args[2])->slots.get_item != NULL;
    if (!is_mapping && is_eval)
        return raise_false(thread, ERROR_TypeError, "locals must be a mapping");
    if (!is_none(args[1]) && !is_dict(args[1]) && is_eval)
        return raise_false(thread, ERROR_TypeError, "%s",
                           type_of(thread, args[1])->slots.get_item
                               ? "globals must be a real dict; try eval(expr, {}, mapping)"
                               : "globals must be a dict");
    if (!is_none(args[1]) && !is_dict(args[1]))
        return raise_false(thread, ERROR_TypeError, "%s() globals must be a dict, not %s", function,
                           type_name(thread, args[1]));
    return is_mapping ||
           raise_false(thread, ERROR_TypeError, "locals must be a mapping or None, not %s",
                       type_name(thread, args[2]));
}

static bool find_scope(Thread *thread, const Value *args, const char *function, Scope *scope) {
    if (!check_scope(thread, args, function))
        return false;
    scope->globals = is_none(args[1]) ? builtins_globals(thread) : as_dict(args[1]);
    if (scope->globals == NULL)
        return false;
    scope->locals = is_none(args[2]) ? VALUE_UNDEFINED : args[2];
    if (is_none(args[1]) && is_none(args[2]))
        scope->locals = builtins_locals(thread);
    Value globals = value_object(scope->globals);
    if (value_same(scope->locals, globals))
        scope->locals = VALUE_UNDEFINED;
    if (is_undefined(scope->locals) && !is_exactly(globals, LAYOUT_DICT))
        scope->locals = globals; // has an idea of its own what a name means, such as __missing__
    Str *name = common_name(thread, NAME___builtins__);
    Value inherited =
        namespace_builtins(thread, thread->frame ? frame_globals(thread->frame) : NULL);
    if (is_undefined(dict_get_str(thread, scope->globals, name)))
        dict_set_str(thread, scope->globals, name, inherited);
    if (!namespace_is_usual(thread, namespace_builtins(thread, scope->globals)))
        namespace_forget(scope->globals);
    return !is_error(scope->locals);
}

static Code *code_to_run(Thread *thread, Value v, const char *function, CompileMode mode,
                         const Scope *scope) {
    if (is_code(v)) {
        Code *code = as_code(v);
        if (code->free_count == 0)
            return code;
        raise_error(thread, ERROR_TypeError,
                    "code object passed to %s() may not contain free variables", function);
        return NULL;
    }
    SourceText source;
    if (!get_source(thread, v, function, "string, bytes or code object", &source))
        return NULL;
    if (mode == COMPILE_EVAL)
        skip_indent(&source);
    CompileOptions options = {.mode = mode,
                              .names = !is_undefined(scope->locals),
                              .optimize = thread->interpreter->options.flags.optimize,
                              .is_text = is_str(v)};
    return compile_source(thread, &source, "<string>", &options);
}

static Value run_in_scope(Thread *thread, const Value *args, const char *function,
                          CompileMode mode) {
    Scope scope;
    if (!find_scope(thread, args, function, &scope))
        return VALUE_ERROR;
    Code *code = code_to_run(thread, args[0], function, mode, &scope);
    return code == NULL ? VALUE_ERROR : run_code(thread, code, scope.globals, scope.locals);
}

static Value builtin_eval(Thread *thread, Value *args) {
    return run_in_scope(thread, args, "eval", COMPILE_EVAL);
}

static bool is_closure_of(const Code *code, Value closure) {
    if (!is_tuple(closure) || as_tuple(closure)->length != code->free_count)
        return false;
    for (uint32_t i = 0; i < code->free_count; i++) {
        if (!has_layout(as_tuple(closure)->items[i], LAYOUT_CELL))
            return false;
    }
    return true;
}

// Does the code need just these cells?
static bool check_closure(Thread *thread, Value source, Value closure) {
    if (!is_code(source))
        return raise_false(thread, ERROR_TypeError,
                           "closure can only be used when source is a code object");
    const Code *code = as_code(source);
    if (code->free_count == 0)
        return raise_false(thread, ERROR_TypeError, "cannot use a closure with this code object");
    return is_closure_of(code, closure) ||
           raise_false(thread, ERROR_TypeError,
                       "code object requires a closure of exactly length %u", code->free_count);
}

static Value exec_closure(Thread *thread, const Value *args) {
    Scope scope;
    if (!find_scope(thread, args, "exec", &scope) || !check_closure(thread, args[0], args[3]))
        return VALUE_ERROR;
    Code *code = as_code(args[0]);
    Value function = function_new(thread, code, scope.globals, NULL);
    ((Function *)as_object(function))->closure =
        function_copy_closure(thread, as_tuple(args[3])->items, code->free_count);
    return call_value(thread, function, NULL, 0);
}

static Value builtin_exec(Thread *thread, Value *args) {
    bool needs_closure = is_code(args[0]) && as_code(args[0])->free_count > 0;
    Value result = needs_closure || !is_none(args[3])
                       ? exec_closure(thread, args)
                       : run_in_scope(thread, args, "exec", COMPILE_FILE);
    return is_error(result) ? result : VALUE_NONE;
}

const NativeSpec builtins_code[] = {
    NATIVE("__build_class__", class_function, "(func, name, /, *bases, **kwds)",
           "Internal helper function used by the class statement."),
    NATIVE("__import__", import_function,
           "(name, globals=None, locals=None, fromlist=..., level=0)", "Import a module."),
    NATIVE("compile", builtin_compile,
           "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1)",
           "Compile source into a code object that can be executed by exec() or eval()."),
    NATIVE("eval", builtin_eval, "(source, /, globals=None, locals=None)",
           "Evaluate the given source in the context of globals and locals."),
    NATIVE("exec", builtin_exec, "(source, /, globals=None, locals=None, *, closure=None)",
           "Execute the given source in the context of globals and locals."),
    NATIVE("globals", builtin_globals, "()",
           "Return the dictionary containing the current scope's global variables."),
    NATIVE("locals", builtin_locals, "()",
           "Return a dictionary containing the current scope's local variables."),
    NATIVE_END,
};
