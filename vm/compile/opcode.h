// SPDX-License-Identifier: MIT
//
// What opcodes.def says about each opcode, for those who read code rather than run it: the
// assembler, the disassembler and the verifier.
#pragma once

#include "code.h"

typedef enum OpcodeForm {
    FORM_ABC,
    FORM_ABK,
    FORM_AB,
    FORM_A,
    FORM_NONE,
    FORM_AN,
    FORM_AK,
    FORM_ABI,
    FORM_ANAME,
    FORM_ABNAME,
    FORM_JUMP,
    FORM_AJUMP,
    FORM_ABJ,
    FORM_AKJ,
} OpcodeForm;

typedef struct OpcodeInfo {
    const char *name;
    uint8_t form;     // OpcodeForm
    uint8_t extra;    // words that follow the instruction
    uint16_t general; // the opcode that a specialised one replaces; itself otherwise
    const char *effect;
} OpcodeInfo;

extern const OpcodeInfo opcode_table[OP_COUNT];

// Words that the instruction takes, its extra words included.
static inline uint32_t opcode_length(uint16_t op) {
    return 1u + opcode_table[op].extra;
}

// True if the instruction has a jump distance, in n or in its extra word.
bool opcode_is_jump(uint16_t op);

// Where the jump at `index` goes, as a word index.
int64_t opcode_jump_target(const Instruction *instructions, uint32_t index);

// Makes the jump at `index` go to the word `target`; false if that is too far.
bool opcode_set_jump(Instruction *instructions, uint32_t index, uint32_t target);
