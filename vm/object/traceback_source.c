// SPDX-License-Identifier: MIT
//
// The source lines of a traceback entry with the failing expression underlined, as Python 3.13
// prints them:
//
//         return scale * table[key]
//                        ~~~~~^^^^^
//
// There is no underline where it would cover the whole statement, nor for `x = f()` and
// `return f()`, where the call says nothing new. Of an expression over many lines only the first,
// the last and those around the anchors are shown. Columns are counted as a terminal shows them:
// characters of double width count twice.
#include <ctype.h>
#include <string.h>
#include <utf8proc.h>

#include "traceback_parts.h"
#include "utf8.h"

typedef struct Excerpt {
    const Source *source;
    StringBuilder *out;
    uint32_t first, count; // lines of the source
    uint32_t dedent;       // bytes cut from the start of each
    uint32_t start, end;   // columns: of the start in line 0, of the end in the last line
    bool anchored, carets;
    uint32_t left_line, left, right_line, right; // the anchors as line and column
} Excerpt;

typedef struct Line {
    const char *text;
    uint32_t length;
} Line;

static Line raw_line(const Source *source, uint32_t number) {
    Line line;
    line.text = source_line_text(source, number, &line.length);
    while (line.length && (line.text[line.length - 1] == '\n')) {
        line.length--;
    }
    return line;
}

static Line excerpt_line(const Excerpt *excerpt, uint32_t index) {
    Line line = raw_line(excerpt->source, excerpt->first + index);
    uint32_t cut = line.length < excerpt->dedent ? line.length : excerpt->dedent;
    return (Line){line.text + cut, line.length - cut};
}

static uint32_t indentation(Line line) {
    uint32_t indent = 0;
    while (indent < line.length && isspace((unsigned char)line.text[indent])) {
        indent++;
    }
    return indent;
}

// White space that all lines begin with; blank lines do not count.
static uint32_t common_indentation(const Source *source, uint32_t first, uint32_t count) {
    uint32_t common = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        Line line = raw_line(source, first + i);
        uint32_t indent = indentation(line);
        if (indent < line.length && indent < common) {
            common = indent;
        }
    }
    return common == UINT32_MAX ? 0 : common;
}

static uint32_t display_width(const char *text, size_t length) {
    const char *end = text + length;
    uint32_t width = 0;
    while (text < end) {
        uint32_t code_point;
        text += utf8_decode(text, end, &code_point);
        width += utf8proc_charwidth((utf8proc_int32_t)code_point) == 2 ? 2 : 1;
    }
    return width;
}

// Line (from 0) and display column of a byte offset of the source.
static uint32_t locate(const Excerpt *excerpt, uint32_t offset, uint32_t *line) {
    *line = source_line_of(excerpt->source, offset) - excerpt->first;
    Line text = excerpt_line(excerpt, *line);
    size_t from_start = (size_t)(excerpt->source->text + offset - text.text);
    if (excerpt->source->text + offset < text.text) {
        return 0;
    }
    return display_width(text.text, from_start < text.length ? from_start : text.length);
}

static bool is_blank(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (!isspace((unsigned char)text[i])) {
            return false;
        }
    }
    return true;
}

static size_t name_length(const char *text, size_t length) {
    size_t i = 0;
    while (i < length &&
           (isalnum((unsigned char)text[i]) || text[i] == '_' || (unsigned char)text[i] >= 0x80)) {
        i++;
    }
    return i;
}

// The text before a call is `return ` or `name = `.
static bool is_plain_use(const char *text, size_t length, bool named_call) {
    size_t name = name_length(text, length);
    if (name == 6 && !memcmp(text, "return", 6)) {
        return named_call && is_blank(text + 6, length - 6);
    }
    size_t i = name;
    while (i < length && text[i] == ' ') {
        i++;
    }
    return name && i < length && text[i] == '=' && is_blank(text + i + 1, length - i - 1);
}

static bool ends_statement(const char *text, size_t length) {
    while (length && isspace((unsigned char)*text)) {
        text++;
        length--;
    }
    return length == 0 || *text == '#' || *text == ';';
}

static bool wants_carets(const Excerpt *excerpt, Span span, const Anchors *anchors) {
    Line first = excerpt_line(excerpt, 0), last = excerpt_line(excerpt, excerpt->count - 1);
    size_t before = (size_t)(excerpt->source->text + span.start - first.text);
    const char *rest = excerpt->source->text + span.end;
    size_t after = (size_t)(last.text + last.length - rest);
    if (anchors->is_call && ends_statement(rest, after) &&
        is_plain_use(first.text, before, anchors->is_named_call)) {
        return false;
    }
    return excerpt->anchored || !is_blank(first.text, before) || !is_blank(rest, after);
}

static bool between_anchors(const Excerpt *excerpt, uint32_t line, uint32_t column) {
    bool after_left =
        line > excerpt->left_line || (line == excerpt->left_line && column >= excerpt->left);
    bool before_right =
        line < excerpt->right_line || (line == excerpt->right_line && column < excerpt->right);
    return excerpt->anchored && after_left && before_right;
}

static void print_carets(const Excerpt *excerpt, uint32_t index) {
    Line line = excerpt_line(excerpt, index);
    uint32_t indent = indentation(line);
    uint32_t stop =
        index == excerpt->count - 1 ? excerpt->end : display_width(line.text, line.length);
    char primary = excerpt->anchored ? '~' : '^';
    sb_puts(excerpt->out, "    ");
    for (uint32_t column = 0; column < stop; column++) {
        bool outside = column < indent || (index == 0 && column < excerpt->start);
        bool secondary = between_anchors(excerpt, index, column);
        sb_putc(excerpt->out, outside ? ' ' : secondary ? '^' : primary);
    }
    sb_putc(excerpt->out, '\n');
}

static void print_line(const Excerpt *excerpt, uint32_t index) {
    Line line = excerpt_line(excerpt, index);
    sb_puts(excerpt->out, "    ");
    sb_write(excerpt->out, line.text, line.length);
    sb_putc(excerpt->out, '\n');
    if (excerpt->carets) {
        print_carets(excerpt, index);
    }
}

static bool near(uint32_t line, uint32_t anchor) {
    return line + 1 >= anchor && line <= anchor + 1;
}

static bool is_significant(const Excerpt *excerpt, uint32_t line) {
    return line == 0 || line == excerpt->count - 1 ||
           (excerpt->anchored &&
            (near(line, excerpt->left_line) || near(line, excerpt->right_line)));
}

static void print_lines(const Excerpt *excerpt) {
    uint32_t previous = 0;
    for (uint32_t line = 0; line < excerpt->count; line++) {
        if (!is_significant(excerpt, line)) {
            continue;
        }
        if (line - previous == 2) {
            print_line(excerpt, line - 1);
        } else if (line - previous > 2) {
            sb_printf(excerpt->out, "    ...<%u lines>...\n", line - previous - 1);
        }
        print_line(excerpt, line);
        previous = line;
    }
}

void traceback_print_source(const Source *source, Span span, uint16_t op, StringBuilder *out) {
    if (span.start >= span.end || span.end > source->length) {
        return;
    }
    Excerpt excerpt = {.source = source, .out = out};
    excerpt.first = source_line_of(source, span.start);
    excerpt.count = source_line_of(source, span.end) - excerpt.first + 1;
    excerpt.dedent = common_indentation(source, excerpt.first, excerpt.count);
    Anchors anchors = traceback_find_anchors(source, span, op);
    uint32_t line;
    excerpt.start = locate(&excerpt, span.start, &line);
    excerpt.end = locate(&excerpt, span.end, &line);
    excerpt.anchored = anchors.left < anchors.right;
    if (excerpt.anchored) {
        excerpt.left = locate(&excerpt, anchors.left, &excerpt.left_line);
        excerpt.right = locate(&excerpt, anchors.right, &excerpt.right_line);
    }
    excerpt.carets = wants_carets(&excerpt, span, &anchors);
    print_lines(&excerpt);
}
