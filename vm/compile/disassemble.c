// SPDX-License-Identifier: MIT
//
// The disassembler: one table-driven printer for all instructions.
//
//     3     12  ADD              r3, r1, r2         # r3 = total + x
//
// The operands come from the opcode's form. The comment comes from its effect in opcodes.def:
// "R[a] = R[b] + R[c]" is printed with the registers' variable names, the constants' values and
// the numbers filled in, so a new opcode needs no line here.
//
// The texts of all constants are made before the first byte is written: they are Mini objects and
// allocating them could unwind past us, which must not happen while `out` holds memory.
#include "disassemble.h"

#include <ctype.h>
#include <stdlib.h>

#include "interpreter.h"
#include "list.h"
#include "opcode.h"
#include "operations.h"
#include "str.h"

enum { OPCODE_COLUMN = 22, COMMENT_COLUMN = 20, LONGEST_CONSTANT = 60 };

typedef struct Listing {
    const Code *code;
    const List *texts; // of the constants
    StringBuilder *out;
} Listing;

// Each code object, outer before inner, followed by the list of its constants' reprs.
static bool gather(Thread *thread, Code *code, List *into) {
    code_need_body(thread, code);
    List *texts = list_new(thread, code->constant_count);
    list_append(thread, into, value_object(code));
    list_append(thread, into, value_object(texts));
    for (uint32_t i = 0; i < code->constant_count; i++) {
        Str *text = operation_repr(thread, code->constants[i]);
        if (!text)
            return false;
        list_append(thread, texts, value_object(text));
        if (is_code(code->constants[i]) && !gather(thread, as_code(code->constants[i]), into))
            return false;
    }
    return true;
}

static void put_str(StringBuilder *out, const Str *text, size_t limit) {
    for (size_t i = 0; i < text->length && i < limit; i++)
        sb_put_codepoint(out, str_char_at(text, i));
    if (text->length > limit)
        sb_puts(out, "...");
}

static void put_register(const Listing *l, uint32_t r) {
    if (r < l->code->variable_count)
        put_str(l->out, l->code->register_names[r], SIZE_MAX);
    else
        sb_printf(l->out, "r%u", r);
}

static void put_constant(const Listing *l, int64_t index) {
    if (index < 0 || index >= l->code->constant_count)
        return;
    Value constant = l->code->constants[index];
    if (is_code(constant))
        put_str(l->out, as_code(constant)->qualified_name, SIZE_MAX);
    else
        put_str(l->out, as_str(l->texts->items[index]), LONGEST_CONSTANT);
}

// A constant that is a name: without quotes.
static void put_name(const Listing *l, int64_t index) {
    if (index >= 0 && index < l->code->constant_count && is_str(l->code->constants[index]))
        put_str(l->out, as_str(l->code->constants[index]), SIZE_MAX);
}

static bool is_named(OpcodeForm form) {
    return form == FORM_ANAME || form == FORM_ABNAME;
}

static int64_t operand(Instruction word, char letter) {
    switch (letter) {
    case 'a':
        return word.a;
    case 'b':
        return word.b;
    case 'c':
        return word.c;
    default:
        return word.n;
    }
}

// "R[b+1]" or "K[n]" at `text`; the first byte behind it, or NULL if it is something else.
static const char *put_reference(const Listing *l, Instruction word, const char *text) {
    if ((text[0] != 'R' && text[0] != 'K') || text[1] != '[' || !strchr("abcn", text[2]))
        return NULL;
    int64_t value = operand(word, text[2]);
    const char *end = text + 3;
    if (*end == '+')
        value += strtol(end + 1, (char **)&end, 10);
    if (*end != ']')
        return NULL;
    if (text[0] == 'R')
        put_register(l, (uint32_t)value);
    else if (is_named(opcode_table[word.op].form))
        put_name(l, value);
    else
        put_constant(l, value);
    return end + 1;
}

// A lone word: `name` of a named form, or an operand's letter used as a number.
static const char *put_word(const Listing *l, Instruction word, const char *text) {
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    bool is_number = length == 1 && strchr("bcn", *text) && opcode_table[word.op].form != FORM_JUMP;
    if (length == 4 && strncmp(text, "name", 4) == 0 && opcode_table[word.op].form == FORM_ABNAME)
        put_name(l, word.c);
    else if (is_number && opcode_table[word.op].form != FORM_AJUMP)
        sb_printf(l->out, "%lld", (long long)operand(word, *text));
    else if (!(length == 1 && *text == 'n'))
        sb_write(l->out, text, length);
    return text + length;
}

static void put_effect(const Listing *l, Instruction word) {
    const char *text = opcode_table[word.op].effect;
    while (*text && *text != ';') {
        const char *end = put_reference(l, word, text);
        if (end) {
            text = end;
        } else if (isalnum((unsigned char)*text)) {
            text = put_word(l, word, text);
        } else {
            sb_putc(l->out, *text++);
        }
    }
}

static void put_operands(const Listing *l, Instruction word) {
    switch ((OpcodeForm)opcode_table[word.op].form) {
    case FORM_ABC:
        sb_printf(l->out, "r%u, r%u, r%u", word.a, word.b, word.c);
        break;
    case FORM_ABK:
    case FORM_ABNAME:
        sb_printf(l->out, "r%u, r%u, k%u", word.a, word.b, word.c);
        break;
    case FORM_AB:
        sb_printf(l->out, "r%u, r%u", word.a, word.b);
        break;
    case FORM_A:
    case FORM_AJUMP:
        sb_printf(l->out, "r%u", word.a);
        break;
    case FORM_AN:
        sb_printf(l->out, "r%u, %d", word.a, word.n);
        break;
    case FORM_AK:
    case FORM_ANAME:
        sb_printf(l->out, "r%u, k%d", word.a, word.n);
        break;
    case FORM_ABI:
        sb_printf(l->out, "r%u, r%u, %u", word.a, word.b, word.c);
        break;
    case FORM_ABJ:
        sb_printf(l->out, "r%u, r%u, %u", word.a, word.b, word.c);
        break;
    case FORM_AKJ:
        sb_printf(l->out, "r%u, k%u, %u", word.a, word.b, word.c);
        break;
    case FORM_NONE:
    case FORM_JUMP:
        break;
    }
}

static void pad(StringBuilder *out, size_t start, size_t width) {
    size_t used = out->length - start;
    sb_repeat(out, ' ', used < width ? width - used : 1);
}

static void put_instruction(const Listing *l, uint32_t index) {
    Instruction word = l->code->instructions[index];
    size_t start = l->out->length;
    sb_puts(l->out, opcode_table[word.op].name);
    pad(l->out, start, OPCODE_COLUMN);
    start = l->out->length;
    put_operands(l, word);
    if (opcode_is_jump(word.op)) {
        const char *separator = l->out->length > start ? ", " : "";
        long long target = opcode_jump_target(l->code->instructions, index);
        sb_printf(l->out, "%sto %lld", separator, target);
    }
    pad(l->out, start, COMMENT_COLUMN);
    sb_puts(l->out, "# ");
    put_effect(l, word);
    sb_putc(l->out, '\n');
}

static void put_handlers(const Listing *l) {
    if (l->code->handler_count > 0)
        sb_puts(l->out, "Handlers:\n");
    for (uint32_t i = 0; i < l->code->handler_count; i++) {
        const Handler *handler = &l->code->handlers[i];
        sb_printf(l->out, "  %u to %u -> %u, exception in r%u\n", handler->first, handler->last - 1,
                  handler->target, handler->reg);
    }
}

static void put_code(const Listing *l) {
    const Code *code = l->code;
    sb_puts(l->out, "Code of ");
    put_str(l->out, code->qualified_name, SIZE_MAX);
    sb_printf(l->out, ", line %u, %u registers:\n", code->first_line, code->register_count);
    uint32_t last_line = 0;
    for (uint32_t i = 0; i < code->instruction_count;
         i += opcode_length(code->instructions[i].op)) {
        uint32_t line = code_line(code, code->instructions + i);
        if (line != last_line)
            sb_printf(l->out, "%5u", line);
        else
            sb_puts(l->out, "     ");
        sb_printf(l->out, " %6u  ", i);
        put_instruction(l, i);
        last_line = line;
    }
    put_handlers(l);
}

bool disassemble_code(Thread *thread, Code *code, StringBuilder *out) {
    List *all = list_new(thread, 8);
    if (!gather(thread, code, all))
        return false;
    for (size_t i = 0; i < all->length; i += 2) {
        Listing listing = {as_code(all->items[i]), (const List *)as_object(all->items[i + 1]), out};
        if (i > 0)
            sb_putc(out, '\n');
        put_code(&listing);
    }
    return true;
}
