// SPDX-License-Identifier: MIT
//
// What the runtime asks the VM for its reports: where a thread is, and what a program calls an
// object.
#pragma once

#include "interpreter.h"

// Where the thread is now, to be kept. Touches no object: only the thread itself, GIL or not.
CodePosition describe_position_of(RuntimeThread *core);
// Append "line 12, in worker" (and of which file, if it is not the program's first). GIL held.
void describe_position(Runtime *runtime, CodePosition position, StringBuilder *out);
void describe_thread(RuntimeThread *core, StringBuilder *out);
// Append what the program that `core` runs calls `object`: "`forks[2]`". Nothing if it is not to be
// found. Allocates nothing on the heap. GIL held.
void describe_object(RuntimeThread *core, const void *object, StringBuilder *out);
// Where the callers of the innermost frame are, outwards, without the library. GIL held.
void describe_callers(RuntimeThread *core, CodePosition *positions, size_t count);
// The innermost frame of the program's own code.
CodePosition describe_own_position(RuntimeThread *core);
// The line of a position.
uint32_t describe_line(CodePosition position);
// Append the names of the file and of the function that a code was made from.
void describe_code(const void *code, StringBuilder *file, StringBuilder *function);
// The source line, without the blanks around it, and the instruction at a position. GIL held.
void describe_source(CodePosition position, StringBuilder *line, StringBuilder *instruction);
// Append what a step touches: "the variable `counter`", "`account.balance`", "an item of `forks`".
void describe_touch(RuntimeThread *core, const Touch *touch, StringBuilder *out);
