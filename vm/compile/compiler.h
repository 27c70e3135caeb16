// SPDX-License-Identifier: MIT
//
// The compiler's own view of its work, shared by the compile_*.c files.
//
// Compilation has two halves. The first turns the tree into Units and knows no values: constants
// are still nodes of the tree, names are still Names, and all memory is the arena's, so any error
// may leave by longjmp. The second (assemble.c) turns Units into Code objects on the heap. CPython
// has the same two steps in compile.c and assemble.c.
//
// Registers: R[0 .. variable_count) belong to the variables of the unit, those above are a stack of
// temporaries: unit_temp takes the next one, unit_release gives back all since a mark. Expressions
// are compiled *to* a register (compile_to) or to wherever they lie best (compile_operand: a local
// variable is an operand as it is).
//
// The one rule for compile_to: if the destination is a variable, it is written by the last
// instruction alone, for the expression may read the variable, and a handler may see it.
#pragma once

#include <setjmp.h>

#include "array.h"
#include "ast.h"
#include "code.h"
#include "diagnostic.h"
#include "parser.h"
#include "symbols.h"

typedef uint16_t Register;
typedef struct Unit Unit;
typedef struct Block Block;

enum {
    NO_REGISTER = 65535,
    MAX_REGISTERS = 65000,
    MAX_CONSTANTS = 65535,      // that instructions can name with 16 bits
    SHORT_CONSTANTS = 32768,    // from there on, what need not have a short number gets a long one
    MAX_WINDOW_ARGUMENTS = 200, // calls with more pass a list
    MAX_DISPLAY_ITEMS = 64,     // longer displays are built piece by piece
    WINDOW_ROOM = 6,            // words between the callee and its first argument
    MAX_INTERNED_LENGTH = 64,   // longer strings are no names
};

// A constant of a unit: a Constant node, a Tuple or Set (frozenset) of them, or inner code.
typedef struct PoolItem {
    const Node *node;
    Unit *unit;
    uint32_t hash;
    bool is_name; // is used to look something up: intern it
} PoolItem;

typedef struct Pool {
    ARRAY(PoolItem) items;
    uint32_t *table; // open addressing, item index + 1
    uint32_t table_size;
} Pool;

// A place in the code to jump to. A zeroed Label is one that is not placed yet.
typedef struct Label {
    uint32_t position;
    bool is_placed;
    ARRAY(uint32_t) jumps; // that wait for the position
    uint64_t *bound;       // variables bound on every way here so far; NULL: no way yet
} Label;

typedef struct UnitHandler {
    uint32_t first, last;
    Label *target;
    uint32_t depth;
    Register reg;
} UnitHandler;

// A variable of a comprehension and the words that see it, see InnerVariable.
typedef struct UnitVariable {
    const Name *name;
    uint32_t first, last;
    Register reg;
    bool is_cell;
} UnitVariable;

// What becomes one Code.
struct Unit {
    Unit *parent;
    Scope *scope;
    uint64_t flags; // CodeFlags
    ARRAY(Instruction) words;
    ARRAY(Span) spans;
    ARRAY(UnitHandler) handlers;
    ARRAY(UnitVariable) inner_variables;
    Pool pool;
    Pool long_pool; // constants with numbers of more than 16 bits; joined to the others at the end
    uint32_t variable_count;
    uint32_t next; // first free temporary
    uint32_t register_count;
    const Name **variable_names;
    uint8_t *variable_is_cell;
    uint32_t parameter_count, positional_only_count, keyword_only_count;
    const Node *docstring;
    uint32_t first_line;
    ARRAY(const Name *) self_names; // of a class body: the attributes that its methods give to `self`
    // Definite assignment, see bound.c:
    bool is_reachable;
    uint64_t *bound;          // a bit for each variable that certainly has a value here
    uint64_t *may_be_unbound; // a bit for each variable whose register must start as unbound
    Block *blocks;            // innermost first, see block.h
};

typedef struct Compiler {
    Arena *arena;
    const Source *source;
    NameTable *names;
    Diagnostic *error;
    jmp_buf failure;
    Unit *unit;
    Scope *scope;          // where names are looked up: the unit's, or a comprehension in it
    bool has_walrus;       // ":=" stands somewhere in the text
    int optimize;          // 1: no assert, __debug__ is False; 2: no docstrings either
    bool text_annotations; // from __future__ import annotations
} Compiler;

// compile.c
__attribute__((format(printf, 3, 4), noreturn)) void compile_fail(Compiler *c, Span span,
                                                                  const char *format, ...);
// The whole first half; NULL with *error filled.
Unit *compile_source(Arena *arena, const Source *source, const CompileOptions *options,
                     ParseWarnings *warnings, Diagnostic *error);
// The tree alone; NULL with *error filled.
Node *compile_parse(Arena *arena, const Source *source, CompileMode mode, ParseWarnings *warnings,
                    Diagnostic *error);
// The Unit of a whole program, or NULL with *c->error filled.
Unit *compile_program(Compiler *c, Node *module, const CompileOptions *options);

// verify.c: stops the process if an operand is out of range or a jump ends inside an instruction.
void verify_unit(Compiler *c, const Unit *unit);

// unit.c
Unit *unit_push(Compiler *c, Scope *scope, uint64_t flags, const Node *at);
// Ends the unit: adds the prologue, threads jumps, makes its parent current again.
Unit *unit_pop(Compiler *c);
// `x.name` stands in the code; some names mean that the variables are going to be looked at.
void unit_note_attribute(Unit *unit, const Name *name);
Register unit_temp(Compiler *c);
Register unit_temps(Compiler *c, uint32_t count); // consecutive ones; the first
static inline uint32_t unit_mark(const Compiler *c) {
    return c->unit->next;
}
static inline void unit_release(Compiler *c, uint32_t mark) {
    c->unit->next = mark;
}
// The base of a call window: `dest` itself if it is the newest temporary.
Register unit_window(Compiler *c, Register dest);
static inline bool unit_is_variable(const Unit *unit, Register r) {
    return r < unit->variable_count;
}

// pool.c: indices of constants
uint16_t pool_node(Compiler *c, const Node *constant);
uint16_t pool_name(Compiler *c, const Name *name);
uint16_t pool_int(Compiler *c, int64_t n);
// The same for operands of 32 bits, of which there is no end.
int32_t pool_long_node(Compiler *c, const Node *constant);
int32_t pool_long_name(Compiler *c, const Name *name);
int32_t pool_unit(Compiler *c, Unit *unit);
// `constant` if it has or can have a number of 16 bits; else NULL, as for NULL.
const Node *pool_short(Compiler *c, const Node *constant);
// Puts the long numbers behind the short ones, when the unit is complete.
void pool_join(Compiler *c, Unit *unit);
uint16_t pool_names(Compiler *c, const NameList *names);       // a tuple of str
bool pool_is_interned(const Constant *text);                   // looks like an identifier
Node *pool_text(Compiler *c, const char *text, size_t length); // a str Constant node

// fold.c: the Constant node, or Tuple of constants, that `node` is equal to; or NULL.
const Node *fold_constant(Compiler *c, const Node *node);
// "%s" % (v,) as a JoinedStr, or NULL if the BinOp is nothing of the kind (fold_percent.c).
const Node *fold_percent(Compiler *c, const Node *node);
// 1, 0, or -1 if the truth is not known before the program runs.
int fold_truth(Compiler *c, const Node *node);
// `node` as the right side of `in`, or an iterable: [1, 2] as (1, 2), {1, 2} as a frozenset.
const Node *fold_container(Compiler *c, const Node *node);

// emit.c: instructions. `at` says which source text they stand for. Nothing is emitted where the
// code cannot be reached. The result is the word's index, or UINT32_MAX.
uint32_t emit_op(Compiler *c, const Node *at, Opcode op, uint32_t a, uint32_t b, uint32_t operand);
uint32_t emit_wide(Compiler *c, const Node *at, Opcode op, uint32_t a, int32_t n);
// The last extra word of the newest instruction.
void emit_extra(Compiler *c, uint32_t index, uint64_t extra);
void emit_move(Compiler *c, const Node *at, Register to, Register from);
void emit_constant(Compiler *c, const Node *at, Register to, const Node *constant);
void emit_int(Compiler *c, const Node *at, Register to, int64_t n);
void emit_none(Compiler *c, const Node *at, Register to);
void emit_undefined(Compiler *c, const Node *at, Register to);

// label.c
void label_place(Compiler *c, Label *label);
// Places the head of a loop whose statements are `body`: what they may delete is not bound there.
void label_place_loop(Compiler *c, Label *label, const NodeList *body);
void label_jump(Compiler *c, const Node *at, Label *label);
void label_jump_if(Compiler *c, const Node *at, Opcode op, Register a, Label *label);
void label_jump_compare(Compiler *c, const Node *at, Opcode op, Register a, uint32_t b, bool sense,
                        Label *label);

// bound.c: definite assignment
uint64_t *bound_copy(Compiler *c);
void bound_restore(Compiler *c, const uint64_t *bound);
void bound_meet(Compiler *c, uint64_t *into);        // into &= here
void bound_join(Compiler *c, const uint64_t *other); // here |= other
bool bound_has(const Compiler *c, Register variable);
void bound_add(Compiler *c, Register variable);
void bound_remove(Compiler *c, Register variable);
void bound_need_undefined(Compiler *c, Register variable);
// Removes the variables that one of the statements (at any depth) may delete.
void bound_remove_deleted(Compiler *c, const NodeList *statements);
// Adds the variables that := has certainly bound when `test` is true.
void bound_add_tested(Compiler *c, const Node *test);
// True if evaluating `node` may assign to `name` in this scope.
bool bound_assigns(const Compiler *c, const Node *node, const Name *name);

// variable.c
Register variable_register(Compiler *c, const Name *name); // of a plain local, or NO_REGISTER
Register variable_target(Compiler *c, const Node *target); // the same if `target` is such a Name
void variable_load(Compiler *c, const Node *at, const Name *name, Register dest);
void variable_store(Compiler *c, const Node *at, const Name *name, Register from);
void variable_delete(Compiler *c, const Node *at, const Name *name);
void variable_check(Compiler *c, const Node *at, const Name *name, Register variable);
// The cell itself of a variable captured by an inner unit.
void variable_load_cell(Compiler *c, const Node *at, const Symbol *definition, Register dest);
// Give the variables of a comprehension registers of their own.
void variable_open_comprehension(Compiler *c, const Node *at, Scope *scope, bool may_be_read_early);
// They had values from word `first` on until here, for locals().
void variable_note_comprehension(Compiler *c, const Scope *scope, uint32_t first);

// compile_expression.c
void compile_to(Compiler *c, const Node *node, Register dest);
Register compile_operand(Compiler *c, const Node *node);
// Where a failure of `at`, which is `attribute` or a call of it, is said to be: all of it, but of
// what spans several lines only from the attribute's name on.
const Node *compile_attribute_place(Compiler *c, const Node *at, const Node *attribute);
// The same for an operand that is used after `later` (or NULL) was evaluated.
Register compile_operand_before(Compiler *c, const Node *node, const Node *later);
Register compile_temp(Compiler *c, const Node *node);
void compile_effect(Compiler *c, const Node *node);
// item = await the next of the async iterator `iterator`.
void compile_async_next(Compiler *c, const Node *at, Register item, Register iterator);
void compile_await(Compiler *c, const Node *at, Register dest, Register awaitable,
                   AwaitPlace place);

// compile_condition.c
void compile_condition(Compiler *c, const Node *node, Label *label, bool sense);
void compile_comparison(Compiler *c, const Node *node, Register dest);
void compile_bool_op(Compiler *c, const Node *node, Register dest);
void compile_if_expression(Compiler *c, const Node *node, Register dest);

// compile_display.c
void compile_list(Compiler *c, const Node *node, Register dest);
void compile_tuple(Compiler *c, const Node *node, Register dest);
void compile_set(Compiler *c, const Node *node, Register dest);
void compile_dict(Compiler *c, const Node *node, Register dest);
void compile_sequence(Compiler *c, const Node *at, const NodeList *items, Register dest, Opcode op);
void compile_joined_string(Compiler *c, const Node *node, Register dest);
void compile_formatted_value(Compiler *c, const Node *node, Register dest);

// compile_call.c
void compile_call(Compiler *c, const Node *node, Register dest);
// A call whose result nobody wants: it goes to the register after the window's first, as that of no
// other call does (see farewell.c).
void compile_call_dropped(Compiler *c, const Node *node);
void compile_keywords_dict(Compiler *c, const Node *at, const NodeList *keywords, Register dest,
                           Register callee);

// compile_comprehension.c
void compile_comprehension(Compiler *c, const Node *node, Register dest);
void compile_generator_expression(Compiler *c, const Node *node, Register dest);

// compile_assign.c
void compile_assign(Compiler *c, const Node *node);
void compile_augmented(Compiler *c, const Node *node);
void compile_annotated(Compiler *c, const Node *node);
void compile_store(Compiler *c, const Node *target, Register from);
void compile_delete(Compiler *c, const Node *target);
void compile_annotation(Compiler *c, const Node *annotation, Register dest);

// compile_statement.c
void compile_statement(Compiler *c, const Node *node);
void compile_body(Compiler *c, const NodeList *statements);
// The same where a lone `pass` shall cost nothing: in loops, and in a `try` that then needs no
// handlers.
void compile_body_unless_pass(Compiler *c, const NodeList *statements);

// compile_loop.c
void compile_for(Compiler *c, const Node *node);
void compile_async_for(Compiler *c, const Node *node);
void compile_while(Compiler *c, const Node *node);

// compile_function.c
void compile_function(Compiler *c, const Node *node);
void compile_lambda(Compiler *c, const Node *node, Register dest);
// Makes the function of a finished unit; `extras` are the three registers before its cells.
void compile_closure(Compiler *c, const Node *at, Unit *unit, Register extras, Register dest);
Register compile_no_extras(Compiler *c, const Node *at);
// A docstring as __doc__ gives it: without the indentation of the program around it.
const Node *compile_docstring(Compiler *c, const Node *docstring);
// The decorators, each the callee of a window whose argument is the next; the innermost argument.
Register compile_decorators(Compiler *c, const NodeList *decorators, Register dest);
void compile_decorator_calls(Compiler *c, const NodeList *decorators, Register argument,
                             Register dest);

// compile_type.c: makes the type parameters, if there are any, and leaves their scope current. The
// register of their tuple, or NO_REGISTER.
Register compile_type_params(Compiler *c, const Node *at, const NodeList *params, Scope *scope);
void compile_type_alias(Compiler *c, const Node *node);

// compile_class.c
void compile_class(Compiler *c, const Node *node);

// compile_try.c, compile_with.c, compile_match.c
void compile_try(Compiler *c, const Node *node);
void compile_except_star(Compiler *c, const Node *node, Register caught, Label *end);
void compile_with(Compiler *c, const Node *node, uint32_t item);
void compile_match(Compiler *c, const Node *node);
