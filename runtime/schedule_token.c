// SPDX-License-Identifier: MIT
//
// Writing and reading tokens. A check sum is not needed: a token that was cut or mistyped names
// another program, or a moment that the run does not have.
#include "schedule_token.h"

#include <string.h>

enum { VERSION = 1, HEADER = 5, NUMBER_BYTES = 10 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// FNV-1a.
uint32_t schedule_token_hash(const char *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    }
    return hash;
}

// ---- writing ----

// Bytes on their way to letters: six bits at a time.
typedef struct Encoder {
    StringBuilder *out;
    uint32_t bits;
    unsigned count;
} Encoder;

static void put_byte(Encoder *encoder, uint8_t byte) {
    encoder->bits = (encoder->bits << 8) | byte;
    encoder->count += 8;
    while (encoder->count >= 6) {
        encoder->count -= 6;
        sb_putc(encoder->out, letters[(encoder->bits >> encoder->count) & 63]);
    }
}

static void put_number(Encoder *encoder, uint64_t number) {
    for (; number >= 128; number >>= 7) {
        put_byte(encoder, (uint8_t)(number | 128));
    }
    put_byte(encoder, (uint8_t)number);
}

void schedule_token_write(const ScheduleToken *token, StringBuilder *out) {
    Encoder encoder = {.out = out};
    put_byte(&encoder, VERSION);
    for (int shift = 24; shift >= 0; shift -= 8) {
        put_byte(&encoder, (uint8_t)(token->program >> shift));
    }
    uint64_t last = 0;
    for (size_t i = 0; i < token->count; i++) {
        put_number(&encoder, token->choices[i].moment - last);
        put_number(&encoder, token->choices[i].option);
        last = token->choices[i].moment;
    }
    if (encoder.count > 0) {
        sb_putc(out, letters[(encoder.bits << (6 - encoder.count)) & 63]);
    }
}

// ---- reading ----

typedef struct Decoder {
    const char *text;
    uint32_t bits;
    unsigned count;
    bool bad;
} Decoder;

// The next byte, or -1 at the end (or at a letter that is none).
static int take_byte(Decoder *decoder) {
    while (decoder->count < 8) {
        const char *letter = *decoder->text == '\0' ? NULL : strchr(letters, *decoder->text);
        if (letter == NULL) {
            decoder->bad |= *decoder->text != '\0';
            return -1;
        }
        decoder->bits = (decoder->bits << 6) | (uint32_t)(letter - letters);
        decoder->count += 6;
        decoder->text++;
    }
    decoder->count -= 8;
    return (decoder->bits >> decoder->count) & 0xff;
}

// false at the end of the text.
static bool take_number(Decoder *decoder, uint64_t *number) {
    *number = 0;
    for (unsigned i = 0; i < NUMBER_BYTES; i++) {
        int byte = take_byte(decoder);
        if (byte < 0) {
            decoder->bad |= i > 0;
            return false;
        }
        *number |= (uint64_t)(byte & 127) << (7 * i);
        if (byte < 128) {
            return true;
        }
    }
    decoder->bad = true;
    return false;
}

static bool take_choices(Decoder *decoder, ScheduleToken *token) {
    uint64_t distance, moment = 0;
    while (take_number(decoder, &distance)) {
        if (token->count == TOKEN_CHOICES || distance == 0) {
            return false;
        }
        ScheduleTokenChoice *choice = &token->choices[token->count++];
        choice->moment = moment += distance;
        if (!take_number(decoder, &choice->option)) {
            return false;
        }
    }
    return !decoder->bad;
}

bool schedule_token_read(ScheduleToken *token, const char *text) {
    Decoder decoder = {.text = text};
    token->count = 0;
    token->program = 0;
    if (take_byte(&decoder) != VERSION) {
        return false;
    }
    for (int i = 0; i < HEADER - 1; i++) {
        int byte = take_byte(&decoder);
        if (byte < 0) {
            return false;
        }
        token->program = (token->program << 8) | (uint32_t)byte;
    }
    return take_choices(&decoder, token);
}
