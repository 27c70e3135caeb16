// SPDX-License-Identifier: MIT
//
// Decoding and encoding between text and bytes.
//
// Nothing decoded is ever kept: the bytes stay in the File's input buffer until a whole line, or
// as many characters as were asked for, have been found there, and are decoded together. That
// works because in every encoding we have, the bytes of \n and \r mean nothing else, and the first
// byte of a character tells its length. So tell() is simply the File's position, where CPython
// must save the state of a decoder.
#include "text_file.h"

#include "bytes.h"
#include "heap.h"
#include "interpreter.h"
#include "library.h"
#include "str.h"
#include "tuple.h"

#include <ctype.h>
#include <string.h>

// ---- Names ----

static bool same_name(const char *a, const char *b) {
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        int c = *a == '_' ? '-' : tolower((unsigned char)*a);
        if (c != *b)
            return false;
    }
    return *a == *b;
}

const char *text_file_known_codec(const char *name) {
    static const char *const names[][2] = {
        {"utf-8", "utf-8"},       {"utf8", "utf-8"},     {"u8", "utf-8"},
        {"ascii", "ascii"},       {"us-ascii", "ascii"}, {"646", "ascii"},
        {"latin-1", "latin-1"},   {"latin1", "latin-1"}, {"iso-8859-1", "latin-1"},
        {"iso8859-1", "latin-1"}, {"l1", "latin-1"},     {"locale", "utf-8"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (same_name(name, names[i][0]))
            return names[i][1];
    }
    return NULL;
}

// The canonical name of an encoding, NULL with LookupError if Mini does not know it.
static const char *text_file_codec(Thread *thread, const char *name) {
    const char *known = text_file_known_codec(name);
    if (known == NULL)
        raise_error(thread, ERROR_LookupError, "unknown encoding: %s", name);
    return known;
}

bool text_file_newline(Thread *thread, const char *what, Value v, NewlineMode *mode) {
    static const struct {
        const char *text;
        NewlineMode mode;
    } modes[] = {
        {"", NEWLINE_KEEP}, {"\n", NEWLINE_LF}, {"\r", NEWLINE_CR}, {"\r\n", NEWLINE_CRLF}};
    *mode = NEWLINE_UNIVERSAL;
    if (is_none(v))
        return true;
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError, "%s must be str or None, not %s", what,
                           type_name(thread, v));
    const char *text = str_text(thread, as_str(v));
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(text, modes[i].text) == 0) {
            *mode = modes[i].mode;
            return true;
        }
    }
    if (strcmp(what, "newline") == 0) // io.StringIO
        text = str_text(thread, str_repr(thread, as_str(v)));
    return raise_false(thread, ERROR_ValueError, "illegal newline value: %s", text);
}

// The errors= texts we know, as constants that outlive every call; NULL with LookupError.
static const char *error_handler(Thread *thread, const char *name) {
    static const char *const names[] = {"strict",          "ignore",           "replace",
                                        "surrogateescape", "surrogatepass",    "backslashreplace",
                                        "namereplace",     "xmlcharrefreplace"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0)
            return names[i];
    }
    raise_error(thread, ERROR_LookupError, "unknown error handler name '%s'", name);
    return NULL;
}

TextFile *text_file_new(Thread *thread, File *file, const char *encoding, const char *shown,
                        const char *errors, NewlineMode newline) {
    const char *codec = encoding == NULL ? "utf-8" : text_file_codec(thread, encoding);
    const char *handler = errors == NULL ? "strict" : error_handler(thread, errors);
    if (codec == NULL || handler == NULL)
        return NULL;
    Value shown_text = library_text(thread, encoding == NULL ? shown : encoding);
    Value mode = library_text(thread, file->mode);
    TextFile *text_file = object_new(thread, library_type(thread, LIBRARY_TextIOWrapper));
    text_file->newline = newline;
    text_file->file = file;
    text_file->codec = codec;
    text_file->errors = handler;
    text_file->mode = mode;
    text_file->encoding = shown_text;
    return text_file;
}

// ---- Writing ----

static const uint8_t *encode(Thread *thread, const TextFile *text_file, Str *text, size_t *length) {
    if (text->ascii || (text->width == 1 && text_file->codec[0] == 'l')) {
        *length = text->length;
        return str_bytes(text);
    }
    Bytes *bytes = str_encode(thread, text, text_file->codec, text_file->errors);
    if (bytes == NULL)
        return NULL;
    *length = bytes->length;
    return bytes->data;
}

static const uint8_t *translate_newlines(Thread *thread, const uint8_t *data, size_t *length,
                                         bool with_lf) {
    size_t count = 0, at = 0;
    for (size_t i = 0; i < *length; i++)
        count += data[i] == '\n';
    uint8_t *result = heap_allocate_bytes(thread_heap(thread), *length + count + 1);
    for (size_t i = 0; i < *length; i++) {
        result[at++] = data[i] == '\n' ? '\r' : data[i];
        if (data[i] == '\n' && with_lf)
            result[at++] = '\n';
    }
    *length = at;
    return result;
}

bool text_file_write(Thread *thread, TextFile *text_file, Str *text) {
    if (!file_check_writable(thread, text_file->file))
        return false;
    size_t length;
    const uint8_t *data = encode(thread, text_file, text, &length);
    if (data == NULL)
        return false;
    if (text_file->newline >= NEWLINE_CR)
        data = translate_newlines(thread, data, &length, text_file->newline == NEWLINE_CRLF);
    return file_write(thread, text_file->file, data, length);
}

bool text_file_flush(Thread *thread, TextFile *text_file) {
    return file_check_open(thread, text_file->file) && file_flush(thread, text_file->file);
}

// ---- Line ends ----

// Called for each piece that arrives: a look for \r, and one for \n until the first has come.
uint64_t text_file_note_ends(uint64_t ends, const uint8_t *data, size_t length) {
    const uint8_t *at = data, *end = data + length;
    if (ends & ENDS_AFTER_CR && length > 0) {
        ends = (ends & ~(uint64_t)ENDS_AFTER_CR) | (*at == '\n' ? ENDS_CRLF : ENDS_CR);
        at += *at == '\n';
    }
    while (at < end) {
        const uint8_t *cr = memchr(at, '\r', (size_t)(end - at));
        if (!(ends & ENDS_LF) && memchr(at, '\n', (size_t)((cr ? cr : end) - at)))
            ends |= ENDS_LF;
        if (cr == NULL)
            break;
        bool last = cr + 1 == end, pair = !last && cr[1] == '\n';
        ends |= last ? ENDS_AFTER_CR : pair ? ENDS_CRLF : ENDS_CR;
        at = cr + 1 + pair;
    }
    return ends;
}

Value text_file_newlines(Thread *thread, uint64_t ends) {
    static const struct {
        LineEnds kind;
        const char *text;
    } kinds[] = {{ENDS_CR, "\r"}, {ENDS_LF, "\n"}, {ENDS_CRLF, "\r\n"}};
    Value found[3];
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        if (ends & kinds[i].kind)
            found[count++] = library_text(thread, kinds[i].text);
    }
    if (count < 2)
        return count == 0 ? VALUE_NONE : found[0];
    return value_object(tuple_from_array(thread, found, count));
}

// ---- Reading ----

static const uint8_t *input_of(const TextFile *text_file) {
    return text_file->file->input + text_file->file->input_start;
}

// Read more into the buffer: 1, 0 at the end of the file, -1 with an exception.
static int fill(Thread *thread, TextFile *text_file) {
    size_t before = file_ready(text_file->file);
    int more = file_fill(thread, text_file->file);
    if (more < 0 || text_file->newline > NEWLINE_KEEP)
        return more;
    if (more > 0)
        text_file->ends = text_file_note_ends(text_file->ends, input_of(text_file) + before,
                                              file_ready(text_file->file) - before);
    else if (text_file->ends & ENDS_AFTER_CR)
        text_file->ends = (text_file->ends & ~(uint64_t)ENDS_AFTER_CR) | ENDS_CR;
    return more;
}

// \r\n and \r become \n; the result is never longer.
static const uint8_t *unify_newlines(Thread *thread, const uint8_t *data, size_t *length) {
    uint8_t *result = heap_allocate_bytes(thread_heap(thread), *length);
    size_t at = 0;
    for (size_t i = 0; i < *length; i++) {
        if (data[i] == '\r' && i + 1 < *length && data[i + 1] == '\n')
            continue;
        result[at++] = data[i] == '\r' ? '\n' : data[i];
    }
    *length = at;
    return result;
}

// Take `length` bytes from the input as text.
static Str *take(Thread *thread, const TextFile *text_file, size_t length) {
    const uint8_t *data = input_of(text_file);
    text_file->file->input_start += length;
    if (text_file->newline == NEWLINE_UNIVERSAL && length > 0 && memchr(data, '\r', length))
        data = unify_newlines(thread, data, &length);
    return bytes_decode(thread, data, length, text_file->codec, text_file->errors);
}

// Bytes of the character that begins with `first`.
static size_t character_length(const TextFile *text_file, uint8_t first) {
    if (first < 0xc2 || text_file->codec[0] != 'u')
        return 1;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
}

// How a search through the input ended.
typedef enum ScanEnd { SCAN_FOUND, SCAN_MORE } ScanEnd;

typedef struct Scan {
    const TextFile *text_file;
    size_t limit; // characters still wanted
    bool stop_at_line_end;
    size_t at; // bytes looked at so far
} Scan;

static bool is_line_end(const Scan *scan, uint8_t byte) {
    switch ((NewlineMode)scan->text_file->newline) {
    case NEWLINE_LF:
        return byte == '\n';
    case NEWLINE_CR:
        return byte == '\r';
    default:
        return byte == '\n' || byte == '\r';
    }
}

// A line end at scan->at: step over it. *ended is false where only \r\n would end the line.
// SCAN_MORE if the next byte has to be seen first.
static ScanEnd scan_line_end(Scan *scan, const uint8_t *data, size_t ready, bool at_end,
                             bool *ended) {
    NewlineMode mode = (NewlineMode)scan->text_file->newline;
    *ended = true;
    bool may_be_pair = data[scan->at] == '\r' && mode != NEWLINE_CR;
    if (may_be_pair && scan->at + 1 == ready && !at_end)
        return SCAN_MORE;
    bool pair = may_be_pair && scan->at + 1 < ready && data[scan->at + 1] == '\n';
    if (mode == NEWLINE_CRLF && !pair)
        *ended = false;
    bool as_one = pair && (mode == NEWLINE_UNIVERSAL || scan->limit > 1);
    scan->at += as_one ? 2 : 1;
    scan->limit -= as_one && mode != NEWLINE_UNIVERSAL ? 2 : 1;
    return SCAN_FOUND;
}

// Walk on through the bytes that are there; SCAN_FOUND when the limit or a line end is reached.
static ScanEnd scan_on(Scan *scan, bool at_end) {
    const uint8_t *data = input_of(scan->text_file);
    size_t ready = file_ready(scan->text_file->file);
    while (scan->limit > 0 && scan->at < ready) {
        if (is_line_end(scan, data[scan->at])) {
            bool ended;
            if (scan_line_end(scan, data, ready, at_end, &ended) == SCAN_MORE)
                return SCAN_MORE;
            if (ended && scan->stop_at_line_end)
                return SCAN_FOUND;
            continue;
        }
        size_t length = character_length(scan->text_file, data[scan->at]);
        if (scan->at + length > ready) {
            if (!at_end)
                return SCAN_MORE;
            length = ready - scan->at;
        }
        scan->at += length;
        scan->limit--;
    }
    return scan->limit == 0 ? SCAN_FOUND : SCAN_MORE;
}

static Str *read_scanning(Thread *thread, TextFile *text_file, size_t limit,
                          bool stop_at_line_end) {
    Scan scan = {text_file, limit, stop_at_line_end, 0};
    bool at_end = false;
    while (scan_on(&scan, at_end) == SCAN_MORE && !at_end) {
        int more = fill(thread, text_file);
        if (more < 0)
            return NULL;
        at_end = more == 0;
    }
    return take(thread, text_file, scan.at);
}

Str *text_file_read(Thread *thread, TextFile *text_file, size_t count) {
    if (!file_check_readable(thread, text_file->file))
        return NULL;
    if (count != SIZE_MAX)
        return read_scanning(thread, text_file, count, false);
    int more;
    do {
        more = fill(thread, text_file);
    } while (more > 0);
    return more < 0 ? NULL : take(thread, text_file, file_ready(text_file->file));
}

// The common case: the line is in the buffer, ends with \n and holds no \r.
static size_t plain_line_length(const TextFile *text_file) {
    size_t ready = file_ready(text_file->file);
    if (ready == 0 || text_file->newline > NEWLINE_LF)
        return 0;
    const uint8_t *data = input_of(text_file);
    const uint8_t *end = memchr(data, '\n', ready);
    if (end == NULL)
        return 0;
    size_t length = (size_t)(end - data) + 1;
    bool plain = text_file->newline == NEWLINE_LF || memchr(data, '\r', length) == NULL;
    return plain ? length : 0;
}

Str *text_file_read_line(Thread *thread, TextFile *text_file, size_t limit) {
    if (!file_check_readable(thread, text_file->file))
        return NULL;
    size_t length = limit == SIZE_MAX ? plain_line_length(text_file) : 0;
    return length > 0 ? take(thread, text_file, length)
                      : read_scanning(thread, text_file, limit, true);
}
