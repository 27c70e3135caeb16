// SPDX-License-Identifier: MIT
//
// Steps: instructions that other threads could notice. A controlled run chooses who goes on before
// each of them, and the race detector looks at what each touches; all other instructions run at
// full speed, for no order of them and other threads' instructions makes a difference.
#pragma once

#include "interpreter.h"

// The thread is about to execute the instruction at frame->pc, which is visible: let others run
// before it if the schedule says so, and tell whoever watches.
void visible_step(Thread *thread);

// Is it a step at all? Of the general opcodes and the specialised ones.
bool opcode_is_visible(uint16_t op);
