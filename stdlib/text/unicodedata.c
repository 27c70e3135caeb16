// SPDX-License-Identifier: MIT
//
// The module unicodedata: what the Unicode Character Database says about a character.
//
// libutf8proc knows categories, classes and compositions; names, decompositions as the database
// writes them, widths and numeric values come from tables made when Mini is built. A normal form is
// made in three steps: every character is decomposed, marks are put into the order of their
// combining classes, and what can be composed is composed.
#include <stdlib.h>
#include <utf8proc.h>

#include "byte_builder.h"
#include "character_name.h"
#include "execute.h"
#include "library.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "unicode_tables.h"

static const utf8proc_property_t *property(uint32_t c) {
    return utf8proc_get_property((utf8proc_int32_t)c);
}

// The one character of a str; TypeError if `v` is no such. `what`: "category() argument".
static bool need_character(Thread *thread, Value v, const char *what, uint32_t *c) {
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError,
                           "%s argument must be a unicode character, not %s", what,
                           argument_type_name(thread, v));
    if (as_str(v)->length != 1)
        return raise_false(thread, ERROR_TypeError,
                           "%s: argument must be a unicode character, not a string of length %zu",
                           what, as_str(v)->length);
    *c = str_char_at(as_str(v), 0);
    return true;
}

static const UnicodeRun *find_run(const UnicodeRun *runs, size_t count, uint32_t c) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (runs[middle].first + runs[middle].count <= c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && runs[low].first <= c ? &runs[low] : NULL;
}

// Both tables of rows begin each row with the code point.
#define FIND_ROW(table, count, c)                                                                  \
    bsearch(&(uint32_t){c}, table, count, sizeof *(table), compare_codes)
static int compare_codes(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

// ---- Properties ----

static Value category(Thread *thread, Value *args) {
    uint32_t c;
    if (!need_character(thread, args[0], "category()", &c))
        return VALUE_ERROR;
    return library_text(thread, utf8proc_category_string((utf8proc_int32_t)c));
}

static Value bidirectional(Thread *thread, Value *args) {
    static const char *const names[] = {"",    "L",  "LRE", "LRO", "R",   "AL",  "RLE", "RLO",
                                        "PDF", "EN", "ES",  "ET",  "AN",  "CS",  "NSM", "BN",
                                        "B",   "S",  "WS",  "ON",  "LRI", "RLI", "FSI", "PDI"};
    uint32_t c;
    if (!need_character(thread, args[0], "bidirectional()", &c))
        return VALUE_ERROR;
    const utf8proc_property_t *found = property(c);
    return library_text(thread, found->category ? names[found->bidi_class] : "");
}

static Value combining(Thread *thread, Value *args) {
    uint32_t c;
    if (!need_character(thread, args[0], "combining()", &c))
        return VALUE_ERROR;
    return value_small_int(property(c)->combining_class);
}

static Value mirrored(Thread *thread, Value *args) {
    uint32_t c;
    if (!need_character(thread, args[0], "mirrored()", &c))
        return VALUE_ERROR;
    return value_small_int(property(c)->bidi_mirrored);
}

static Value east_asian_width(Thread *thread, Value *args) {
    static const char *const names[] = {"N", "A", "H", "W", "F", "Na"};
    uint32_t c;
    if (!need_character(thread, args[0], "east_asian_width()", &c))
        return VALUE_ERROR;
    const UnicodeRun *run = find_run(unicode_widths, unicode_width_count, c);
    return library_text(thread, names[run ? run->value : 0]);
}

static Value decomposition(Thread *thread, Value *args) {
    static const char *const tags[] = {
        "",           "<circle> ",   "<compat> ", "<final> ",    "<font> ",    "<fraction> ",
        "<initial> ", "<isolated> ", "<medial> ", "<narrow> ",   "<noBreak> ", "<small> ",
        "<square> ",  "<sub> ",      "<super> ",  "<vertical> ", "<wide> "};
    uint32_t c;
    if (!need_character(thread, args[0], "decomposition()", &c))
        return VALUE_ERROR;
    const UnicodeDecomposition *row =
        FIND_ROW(unicode_decompositions, unicode_decomposition_count, c);
    TextBuilder builder;
    text_builder_init(&builder, thread);
    if (row)
        text_builder_add_c(&builder, tags[row->tag]);
    for (size_t i = 0; row && i < row->count; i++)
        text_builder_add_printf(&builder, i ? " %04X" : "%04X", unicode_decomposed[row->place + i]);
    return value_object(text_builder_finish(&builder));
}

// ---- Numbers ----

static Value otherwise(Thread *thread, Value given, const char *message) {
    return is_undefined(given) ? raise_error(thread, ERROR_ValueError, "%s", message) : given;
}

static const UnicodeNumber *number_of(uint32_t c) {
    return FIND_ROW(unicode_numbers, unicode_number_count, c);
}

static Value decimal(Thread *thread, Value *args) {
    uint32_t c;
    if (!need_character(thread, args[0], "decimal()", &c))
        return VALUE_ERROR;
    const UnicodeNumber *number = number_of(c);
    if (number == NULL || property(c)->category != UTF8PROC_CATEGORY_ND)
        return otherwise(thread, args[1], "not a decimal");
    return value_small_int(number->digit);
}

static Value digit(Thread *thread, Value *args) {
    uint32_t c;
    if (!need_character(thread, args[0], "digit()", &c))
        return VALUE_ERROR;
    const UnicodeNumber *number = number_of(c);
    return number && number->digit >= 0 ? value_small_int(number->digit)
                                        : otherwise(thread, args[1], "not a digit");
}

static Value numeric(Thread *thread, Value *args) {
    uint32_t c;
    if (!need_character(thread, args[0], "numeric()", &c))
        return VALUE_ERROR;
    const UnicodeNumber *number = number_of(c);
    return number ? value_float(number->value)
                  : otherwise(thread, args[1], "not a numeric character");
}

// ---- Names ----

enum { HANGUL_FIRST = 0xac00, HANGUL_COUNT = 11172, HANGUL_VOWELS = 21, HANGUL_FINALS = 28 };

static void add_hangul(TextBuilder *builder, uint32_t index) {
    static const char *const initials[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                           "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
    static const char *const vowels[] = {"A",   "AE", "YA", "YAE", "EO", "E",  "YEO",
                                         "YE",  "O",  "WA", "WAE", "OE", "YO", "U",
                                         "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
    static const char *const finals[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D", "L",  "LG",
                                         "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B", "BS", "S",
                                         "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};
    uint32_t last = index % HANGUL_FINALS, vowel = index / HANGUL_FINALS % HANGUL_VOWELS;
    text_builder_add_printf(builder, "HANGUL SYLLABLE %s%s%s",
                            initials[index / (HANGUL_FINALS * HANGUL_VOWELS)], vowels[vowel],
                            finals[last]);
}

static bool is_ideograph(uint32_t c) {
    const CharacterRange *range = character_ideographs;
    while (range->last && (c < range->first || c > range->last))
        range++;
    return range->last != 0;
}

// The packed name with this number.
static const uint8_t *packed_name(uint32_t number) {
    const uint8_t *at = unicode_names + unicode_name_places[number / UNICODE_NAMES_PER_PLACE];
    for (uint32_t i = number % UNICODE_NAMES_PER_PLACE; i > 0; i--)
        at += *at + 1;
    return at;
}

static void add_word(TextBuilder *builder, const char *word, uint32_t c) {
    size_t length = strlen(word);
    if (length > 0 && word[length - 1] == '#') {
        text_builder_add_ascii(builder, word, length - 1);
        text_builder_add_printf(builder, "%04X", c);
    } else {
        text_builder_add_ascii(builder, word, length);
    }
}

static void add_packed(TextBuilder *builder, const uint8_t *name, uint32_t c) {
    const uint8_t *end = name + 1 + *name;
    for (const uint8_t *at = name + 1; at < end;) {
        if (at > name + 1)
            text_builder_put(builder, ' ');
        uint32_t word = *at++;
        if (word >= UNICODE_ONE_BYTE_WORDS)
            word = UNICODE_ONE_BYTE_WORDS + (word - UNICODE_ONE_BYTE_WORDS) * 256 + *at++;
        add_word(builder, unicode_words[word], c);
    }
}

static Value name(Thread *thread, Value *args) {
    uint32_t c;
    if (!need_character(thread, args[0], "name()", &c))
        return VALUE_ERROR;
    const UnicodeRun *run = find_run(unicode_name_runs, unicode_name_run_count, c);
    TextBuilder builder;
    text_builder_init(&builder, thread);
    if (run)
        add_packed(&builder, packed_name(run->value + c - run->first), c);
    else if (c - HANGUL_FIRST < HANGUL_COUNT)
        add_hangul(&builder, c - HANGUL_FIRST);
    else if (is_ideograph(c))
        text_builder_add_printf(&builder, "CJK UNIFIED IDEOGRAPH-%04X", c);
    else
        return otherwise(thread, args[1], "no such name");
    return value_object(text_builder_finish(&builder));
}

static Value lookup(Thread *thread, Value *args) {
    const char *text = library_need_text(thread, args[0], "lookup() argument");
    if (text == NULL)
        return VALUE_ERROR;
    int32_t c = character_by_name(text, strlen(text));
    if (c >= 0)
        return value_object(str_from_code_point(thread, (uint32_t)c));
    Str *message = str_format(thread, "undefined character name '%s'", text);
    return raise_key_error(thread, value_object(message));
}

// ---- Normal forms ----

typedef struct Form {
    const char *name;
    int options; // of libutf8proc
} Form;

static bool need_str(Thread *thread, Value v, const char *what) {
    return is_str(v) || raise_false(thread, ERROR_TypeError, "%s must be str, not %s", what,
                                    argument_type_name(thread, v));
}

static const Form *need_form(Thread *thread, Value v, const char *what) {
    static const Form forms[] = {
        {"NFC", UTF8PROC_STABLE | UTF8PROC_COMPOSE},
        {"NFD", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE},
        {"NFKC", UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT},
        {"NFKD", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT},
    };
    if (!need_str(thread, v, what))
        return NULL;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (str_equal_c(as_str(v), forms[i].name))
            return &forms[i];
    raise_error(thread, ERROR_ValueError, "invalid normalization form");
    return NULL;
}

enum { CHARACTERS_PER_SAFEPOINT = 1 << 16, MAX_DECOMPOSED = 18 };

// Put the last character where its combining class belongs.
static void order_mark(utf8proc_int32_t *characters, size_t last) {
    utf8proc_int32_t c = characters[last];
    utf8proc_propval_t class = utf8proc_get_property(c)->combining_class;
    if (class == 0)
        return;
    for (; last > 0; last--) {
        if (utf8proc_get_property(characters[last - 1])->combining_class <= class)
            break;
        characters[last] = characters[last - 1];
    }
    characters[last] = c;
}

// All characters of `s` decomposed and in order; their number, or -1 with an exception.
static int64_t decompose(ByteBuilder *builder, const Str *s, const Form *form) {
    utf8proc_int32_t parts[MAX_DECOMPOSED];
    size_t count = 0;
    int boundary = 0;
    for (size_t i = 0; i < s->length; i++) {
        if (i % CHARACTERS_PER_SAFEPOINT == CHARACTERS_PER_SAFEPOINT - 1 &&
            !thread_safepoint(builder->thread))
            return -1;
        utf8proc_ssize_t made =
            utf8proc_decompose_char((utf8proc_int32_t)str_char_at(s, i), parts, MAX_DECOMPOSED,
                                    (utf8proc_option_t)form->options, &boundary);
        for (utf8proc_ssize_t k = 0; k < made && k < MAX_DECOMPOSED; k++) {
            byte_builder_add(builder, &parts[k], sizeof parts[k]);
            order_mark((utf8proc_int32_t *)(void *)builder->data, count++);
        }
    }
    return (int64_t)count;
}

static Str *normal(Thread *thread, Str *s, const Form *form) {
    if (s->ascii)
        return s;
    ByteBuilder builder;
    byte_builder_init(&builder, thread, (s->length + s->length / 2 + 1) * sizeof(uint32_t));
    int64_t count = decompose(&builder, s, form);
    if (count < 0)
        return NULL;
    if (form->options & UTF8PROC_COMPOSE)
        count = utf8proc_normalize_utf32((utf8proc_int32_t *)(void *)builder.data, count,
                                         (utf8proc_option_t)form->options);
    return str_new_ucs4(thread, (const uint32_t *)(const void *)builder.data, (size_t)count);
}

static Value normalize(Thread *thread, Value *args) {
    const Form *form = need_form(thread, args[0], "normalize() argument 1");
    if (form == NULL || !need_str(thread, args[1], "normalize() argument 2"))
        return VALUE_ERROR;
    Str *result = normal(thread, as_str(args[1]), form);
    return result ? value_object(result) : VALUE_ERROR;
}

static Value is_normalized(Thread *thread, Value *args) {
    const Form *form = need_form(thread, args[0], "is_normalized() argument 1");
    if (form == NULL || !need_str(thread, args[1], "is_normalized() argument 2"))
        return VALUE_ERROR;
    Str *result = normal(thread, as_str(args[1]), form);
    return result ? value_bool(str_equal(result, as_str(args[1]))) : VALUE_ERROR;
}

static const NativeSpec functions[] = {
    NATIVE("bidirectional", bidirectional, "(chr, /)", "The bidirectional class of a character."),
    NATIVE("category", category, "(chr, /)", "The general category of a character."),
    NATIVE("combining", combining, "(chr, /)", "The canonical combining class of a character."),
    NATIVE("decimal", decimal, "(chr, default=..., /)", "The value of a decimal digit."),
    NATIVE("decomposition", decomposition, "(chr, /)", "The decomposition of a character as text."),
    NATIVE("digit", digit, "(chr, default=..., /)", "The value of a digit."),
    NATIVE("east_asian_width", east_asian_width, "(chr, /)", "The width of a character."),
    NATIVE("is_normalized", is_normalized, "(form, unistr, /)", "Is the text in a normal form?"),
    NATIVE("lookup", lookup, "(name, /)", "The character with a name."),
    NATIVE("mirrored", mirrored, "(chr, /)", "Is the character mirrored in text from the right?"),
    NATIVE("name", name, "(chr, default=..., /)", "The name of a character."),
    NATIVE("normalize", normalize, "(form, unistr, /)", "The text in a normal form."),
    NATIVE("numeric", numeric, "(chr, default=..., /)", "The numeric value of a character."),
    NATIVE_END,
};

bool unicodedata_init(Thread *thread, Module *module) {
    module_add(thread, module, "__doc__",
               library_text(thread, "Properties, names and normal forms of characters."));
    const char *version = utf8proc_unicode_version();
    module_add(thread, module, "unidata_version", library_text(thread, version));
    module_add_natives(thread, module, functions);
    return true;
}
