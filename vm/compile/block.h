// SPDX-License-Identifier: MIT
//
// The blocks that `break`, `continue` and `return` have to leave in order, and the ranges of code
// that exception handlers cover.
//
// A protected block collects ranges: one in the simple case, but an exit through it cuts a hole,
// for what is done on the way out (calling __exit__, running an outer `finally`) must not be
// handled by the block that is being left.
#pragma once

#include "compiler.h"

typedef enum BlockKind {
    BLOCK_LOOP,
    BLOCK_TRY,          // a try body that has except clauses
    BLOCK_HANDLER,      // inside `except`: the current exception must be restored
    BLOCK_STAR_HANDLER, // inside `except*`, which no jump may leave
    BLOCK_NAME,         // inside `except ... as name`: the name must be unbound
    BLOCK_FINALLY,      // a body that has a finally clause
    BLOCK_FINALLY_BODY, // the clause itself
    BLOCK_WITH,
    BLOCK_PLAIN, // protected, but an exit has nothing to do
} BlockKind;

typedef enum ExitKind { EXIT_BREAK = 1, EXIT_CONTINUE, EXIT_RETURN } ExitKind;

// What the state register of a `finally` holds: how it was reached. The exits have their kinds.
enum { FINALLY_NORMAL = 0, FINALLY_EXCEPTION = 4 };

struct Block {
    BlockKind kind;
    Block *outer;
    uint32_t depth;
    bool is_protected;
    uint32_t range_start; // UINT32_MAX while closed
    bool has_ranges;
    Register exception; // where the handler finds it
    Label handler;
    uint64_t *handler_bound;
    Register base; // HANDLER: of ENTER_HANDLER; WITH: of the registers of WITH_ENTER
    Label *break_label, *continue_label; // LOOP
    Label *entry;                        // FINALLY: the clause
    Register state, value;               // FINALLY, FINALLY_BODY
    uint32_t exits;                      // FINALLY: a bit for each ExitKind used
    const Name *name;                    // NAME
    const Node *node;                    // WITH: the item
    bool is_async;
};

// Opens a block without protection (a loop).
Block *block_push(Compiler *c, BlockKind kind);

// Opens a block whose exceptions go to its handler; `statements` (or NULL) is what it protects,
// as far as that may delete variables.
Block *block_protect(Compiler *c, BlockKind kind, Register exception, const NodeList *statements);

// Closes the innermost block.
void block_pop(Compiler *c);

// A hole in the protection of the innermost block, around a jump to outside of it.
void block_open_hole(Compiler *c, Block *block);
void block_close_hole(Compiler *c, Block *block);

// Places the handler here. False if nothing can raise there, so that no code is needed.
bool block_place_handler(Compiler *c, Block *block);

// Leaves blocks up to the innermost loop (break, continue) or all (return R[value]).
void block_exit(Compiler *c, const Node *at, ExitKind kind, Register value);

// True if `return` has something to run before it.
bool block_has_cleanup(const Compiler *c);
