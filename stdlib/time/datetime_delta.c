// SPDX-License-Identifier: MIT
//
// timedelta: a length of time. Sums and differences carry from microseconds to seconds to days by
// hand; products and quotients take the length as one number of microseconds in 128 bits. What
// needs more than that (factors that are floats or long ints, messages about wrong arguments) is
// done by the functions of the same name in datetime_zones.mini.
#include "datetime_parts.h"

#include "call.h"
#include "int.h"
#include "operations.h"
#include "str.h"

enum { SECONDS_IN_DAY = 86400, LARGEST_DAYS = 999999999 };

Micros datetime_delta_total(const Delta *delta) {
    return (Micros)delta->days * MICROS_IN_DAY + delta->seconds * MICROS_IN_SECOND + delta->micros;
}

static Value out_of_range(Thread *thread, int64_t days) {
    if (days < INT32_MIN || days > INT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    return raise_error(thread, ERROR_OverflowError, "days=%lld; must have magnitude <= 999999999",
                       (long long)days);
}

// Of parts that are in their ranges, except for the days.
static Value new_of_parts(Thread *thread, Type *type, int64_t days, int32_t seconds,
                          int32_t micros) {
    if (days < -LARGEST_DAYS || days > LARGEST_DAYS)
        return out_of_range(thread, days);
    Delta *delta = object_new(thread, type);
    delta->days = (int32_t)days;
    delta->seconds = seconds;
    delta->micros = micros;
    return value_object(delta);
}

static Value new_of_total(Thread *thread, Type *type, Micros total) {
    Micros limit = (Micros)INT64_MAX * MICROS_IN_DAY;
    if (total > limit || total < -limit)
        return out_of_range(thread, INT64_MAX);
    bool fits = total >= INT64_MIN && total <= INT64_MAX;
    int64_t days = (int64_t)(fits ? (int64_t)total / MICROS_IN_DAY : total / MICROS_IN_DAY);
    int64_t rest = (int64_t)(total - (Micros)days * MICROS_IN_DAY);
    if (rest < 0) {
        rest += MICROS_IN_DAY;
        days--;
    }
    return new_of_parts(thread, type, days, (int32_t)(rest / MICROS_IN_SECOND),
                        (int32_t)(rest % MICROS_IN_SECOND));
}

static Type *delta_type(Thread *thread) {
    return library_late_type(thread, LATE_timedelta);
}

static bool is_delta(Thread *thread, Value v) {
    return datetime_is(thread, v, LATE_timedelta);
}

Value datetime_new_delta(Thread *thread, Micros total) {
    return new_of_total(thread, delta_type(thread), total);
}

Value datetime_make_delta(Thread *thread, Type *type, Value total) {
    int64_t number, rest = 0;
    if (int_to_int64(total, &number))
        return new_of_total(thread, type, number);
    Value unit = value_small_int(MICROS_IN_DAY);
    Value days = operation_binary(thread, BINARY_FLOORDIV, total, unit);
    Value remainder = operation_binary(thread, BINARY_MOD, total, unit);
    if (!is_int(days) || !int_to_int64(days, &number) || !int_to_int64(remainder, &rest))
        return out_of_range(thread, INT64_MAX);
    return new_of_parts(thread, type, number, (int32_t)(rest / MICROS_IN_SECOND),
                        (int32_t)(rest % MICROS_IN_SECOND));
}

// ---- Making one ----

typedef struct Unit {
    const char *name;
    int64_t micros;
} Unit;

static const Unit units[] = {
    {"days", MICROS_IN_DAY},
    {"seconds", MICROS_IN_SECOND},
    {"microseconds", 1},
    {"milliseconds", 1000},
    {"minutes", 60 * MICROS_IN_SECOND},
    {"hours", 3600 * MICROS_IN_SECOND},
    {"weeks", 7 * MICROS_IN_DAY},
};
enum { UNITS = sizeof units / sizeof *units };

// 0: no such unit.
static int64_t unit_named(const Str *name) {
    for (size_t i = 0; i < UNITS; i++)
        if (str_equal_c(name, units[i].name))
            return units[i].micros;
    return 0;
}

// The sum of what is given, if that is small ints for different units.
static bool add_up(const Value *args, size_t count, const Tuple *keywords, Micros *total) {
    size_t named = keywords == NULL ? 0 : keywords->length, by_position = count - named;
    *total = 0;
    if (by_position > UNITS || (named > 0 && by_position > 0))
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t unit = i < by_position ? units[i].micros
                                       : unit_named(as_str(keywords->items[i - by_position]));
        if (!is_small_int(args[i]) || unit == 0)
            return false;
        *total += (Micros)as_small_int(args[i]) * unit;
    }
    return true;
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Micros total;
    if (add_up(args, count, keywords, &total))
        return new_of_total(thread, as_type(callee), total);
    return datetime_call(thread, LATE_timedelta, "_new", callee, args, count, keywords);
}

// ---- Operators ----

static Value compare(Thread *thread, Value left, Value right, CompareOp op) {
    const Type *type = delta_type(thread);
    bool usual = is_object(right) && object_type(left) == type && object_type(right) == type;
    if (!usual && (!is_delta(thread, left) || !is_delta(thread, right)))
        return VALUE_NOT_IMPLEMENTED;
    const Delta *a = as_delta(left), *b = as_delta(right);
    int order = (a->days > b->days) - (a->days < b->days);
    if (order == 0)
        order = (a->seconds > b->seconds) - (a->seconds < b->seconds);
    if (order == 0)
        order = (a->micros > b->micros) - (a->micros < b->micros);
    return compare_result(order, op);
}

static bool hash(Thread *thread, Value self, uint64_t *result) {
    (void)thread;
    const Delta *delta = as_delta(self);
    *result = datetime_mix((uint64_t)delta->days * SECONDS_IN_DAY + (uint64_t)delta->seconds +
                           ((uint64_t)delta->micros << 40));
    return true;
}

static int truth(Thread *thread, Value self) {
    (void)thread;
    const Delta *delta = as_delta(self);
    return (delta->days | delta->seconds | delta->micros) != 0;
}

// days, seconds and microseconds of which each may be out of its range by one carry.
static Value carried(Thread *thread, int64_t days, int32_t seconds, int32_t micros) {
    if (micros < 0) {
        micros += (int32_t)MICROS_IN_SECOND;
        seconds--;
    } else if (micros >= MICROS_IN_SECOND) {
        micros -= (int32_t)MICROS_IN_SECOND;
        seconds++;
    }
    if (seconds < 0) {
        seconds += SECONDS_IN_DAY;
        days--;
    } else if (seconds >= SECONDS_IN_DAY) {
        seconds -= SECONDS_IN_DAY;
        days++;
    }
    return new_of_parts(thread, delta_type(thread), days, seconds, micros);
}

static Value add(Thread *thread, Value left, Value right) {
    if (!is_delta(thread, left) || !is_delta(thread, right))
        return VALUE_NOT_IMPLEMENTED;
    const Delta *a = as_delta(left), *b = as_delta(right);
    return carried(thread, (int64_t)a->days + b->days, a->seconds + b->seconds,
                   a->micros + b->micros);
}

static Value subtract(Thread *thread, Value left, Value right) {
    if (!is_delta(thread, left) || !is_delta(thread, right))
        return VALUE_NOT_IMPLEMENTED;
    const Delta *a = as_delta(left), *b = as_delta(right);
    return carried(thread, (int64_t)a->days - b->days, a->seconds - b->seconds,
                   a->micros - b->micros);
}

static Value negative(Thread *thread, Value self) {
    const Delta *delta = as_delta(self);
    return carried(thread, -(int64_t)delta->days, -delta->seconds, -delta->micros);
}

static Value positive(Thread *thread, Value self) {
    const Delta *delta = as_delta(self);
    return carried(thread, delta->days, delta->seconds, delta->micros);
}

static Value absolute(Thread *thread, Value *args) {
    return as_delta(args[0])->days < 0 ? negative(thread, args[0]) : positive(thread, args[0]);
}

// The other operators in Mini.
static Value in_mini(Thread *thread, const char *name, Value left, Value right) {
    return datetime_call(thread, LATE_timedelta, name, left, &right, 1, NULL);
}

static Value multiply(Thread *thread, Value left, Value right) {
    bool swapped = !is_delta(thread, left);
    Value self = swapped ? right : left, factor = swapped ? left : right;
    if (!is_small_int(factor))
        return in_mini(thread, "_mul", self, factor);
    Micros total = datetime_delta_total(as_delta(self));
    if (__builtin_mul_overflow(total, (Micros)as_small_int(factor), &total))
        return in_mini(thread, "_mul", self, factor);
    return new_of_total(thread, delta_type(thread), total);
}

static bool fits(Micros total) {
    return total > INT64_MIN && total <= INT64_MAX;
}

static int64_t floor_of(int64_t a, int64_t b) {
    int64_t q = a / b;
    return q - ((a % b != 0) & ((a ^ b) < 0));
}

// Both operands as numbers that 64 bits hold, the divisor not 0 or -1.
static bool read_quotient(Thread *thread, Value left, Value right, int64_t *a, int64_t *b) {
    Micros dividend = datetime_delta_total(as_delta(left));
    Micros divisor = is_small_int(right)       ? as_small_int(right)
                     : is_delta(thread, right) ? datetime_delta_total(as_delta(right))
                                               : 0;
    *a = (int64_t)dividend;
    *b = (int64_t)divisor;
    return fits(dividend) && fits(divisor) && divisor != 0 && divisor != -1;
}

static Value floor_divide(Thread *thread, Value left, Value right) {
    int64_t a, b;
    if (!is_delta(thread, left))
        return VALUE_NOT_IMPLEMENTED;
    if (!read_quotient(thread, left, right, &a, &b))
        return in_mini(thread, "_floordiv", left, right);
    int64_t quotient = floor_of(a, b);
    return is_small_int(right) ? datetime_new_delta(thread, quotient)
                               : int_from_int64(thread, quotient);
}

// a / b, a half going to the even neighbour.
static int64_t nearest(int64_t a, int64_t b) {
    int64_t q = floor_of(a, b);
    Micros twice = 2 * ((Micros)a - (Micros)q * b);
    bool over = b > 0 ? twice > b : twice < b;
    return q + (over || (twice == b && (q & 1) != 0));
}

static Value true_divide(Thread *thread, Value left, Value right) {
    const int64_t exact = INT64_C(1) << 53;
    int64_t a, b;
    if (!is_delta(thread, left))
        return VALUE_NOT_IMPLEMENTED;
    if (!read_quotient(thread, left, right, &a, &b))
        return in_mini(thread, "_truediv", left, right);
    if (is_small_int(right))
        return datetime_new_delta(thread, nearest(a, b));
    if (a < -exact || a > exact || b < -exact || b > exact)
        return in_mini(thread, "_truediv", left, right);
    return value_float((double)a / (double)b);
}

static Value modulo(Thread *thread, Value left, Value right) {
    int64_t a, b;
    if (!is_delta(thread, left) || !is_delta(thread, right))
        return VALUE_NOT_IMPLEMENTED;
    if (!read_quotient(thread, left, right, &a, &b))
        return in_mini(thread, "_mod", left, right);
    return datetime_new_delta(thread, (Micros)a - (Micros)floor_of(a, b) * b);
}

// ---- Attributes and text ----

static Value get_days(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_delta(self)->days);
}
static Value get_seconds(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_delta(self)->seconds);
}
static Value get_micros(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_delta(self)->micros);
}

static Value get_total(Thread *thread, Value self) {
    const Delta *delta = as_delta(self);
    Micros total = datetime_delta_total(delta);
    if (fits(total))
        return int_from_int64(thread, (int64_t)total);
    Value days = operation_binary(thread, BINARY_MUL, value_small_int(delta->days),
                                  value_small_int(MICROS_IN_DAY));
    int64_t rest = delta->seconds * MICROS_IN_SECOND + delta->micros;
    return operation_binary(thread, BINARY_ADD, days, value_small_int(rest));
}

static Value total_seconds(Thread *thread, Value *args) {
    Micros total = datetime_delta_total(as_delta(args[0])), exact = (Micros)1 << 53;
    if (total > -exact && total < exact)
        return value_float((double)total / 1e6);
    return operation_binary(thread, BINARY_TRUEDIV, get_total(thread, args[0]),
                            value_small_int(MICROS_IN_SECOND));
}

static Value str_slot(Thread *thread, Value self) {
    const Delta *delta = as_delta(self);
    char text[64], *to = text;
    if (delta->days != 0)
        to += snprintf(to, sizeof text, "%d day%s, ", delta->days,
                       delta->days == 1 || delta->days == -1 ? "" : "s");
    uint32_t hours = (uint32_t)delta->seconds / 3600;
    to = datetime_put_digits(to, hours, hours < 10 ? 1 : 2);
    *to++ = ':';
    to = datetime_put_digits(to, (uint32_t)delta->seconds / 60 % 60, 2);
    *to++ = ':';
    to = datetime_put_digits(to, (uint32_t)delta->seconds % 60, 2);
    if (delta->micros != 0) {
        *to++ = '.';
        to = datetime_put_digits(to, (uint32_t)delta->micros, 6);
    }
    return value_object(str_new_latin1(thread, text, (size_t)(to - text)));
}

static Value repr_slot(Thread *thread, Value self) {
    if (!datetime_is_exactly(thread, self, LATE_timedelta))
        return datetime_call(thread, LATE_timedelta, "_repr", self, NULL, 0, NULL);
    const Delta *delta = as_delta(self);
    const int32_t parts[] = {delta->days, delta->seconds, delta->micros};
    char text[128] = "datetime.timedelta(", *to = text + strlen(text);
    const char *link = "";
    for (size_t i = 0; i < 3; i++) {
        if (parts[i] != 0) {
            to += snprintf(to, 40, "%s%s=%d", link, units[i].name, parts[i]);
            link = ", ";
        }
    }
    if (*link == '\0')
        *to++ = '0';
    *to++ = ')';
    return value_object(str_new_latin1(thread, text, (size_t)(to - text)));
}

static const NativeSpec methods[] = {
    NATIVE("__abs__", absolute, "(self, /)", "abs(self)"),
    NATIVE("total_seconds", total_seconds, "(self, /)", "The whole length in seconds."),
    NATIVE_END,
};

static const GetSetSpec getsets[] = {
    GETSET("days", get_days, NULL, "Number of days."),
    GETSET("seconds", get_seconds, NULL, "Number of seconds (>= 0 and less than 1 day)."),
    GETSET("microseconds", get_micros, NULL,
           "Number of microseconds (>= 0 and less than 1 second)."),
    GETSET("_total", get_total, NULL, "All in microseconds."),
    GETSET_END,
};

const TypeSpec timedelta_type_spec = {
    .name = "datetime.timedelta",
    .doc =
        "(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n--\n\n"
        "Difference between two datetime values.",
    .size = sizeof(Delta),
    .slots = {.repr = repr_slot,
              .str = str_slot,
              .hash = hash,
              .truth = truth,
              .compare = compare,
              .binary = {[BINARY_ADD] = add,
                         [BINARY_SUB] = subtract,
                         [BINARY_MUL] = multiply,
                         [BINARY_TRUEDIV] = true_divide,
                         [BINARY_FLOORDIV] = floor_divide,
                         [BINARY_MOD] = modulo},
              .unary = {[UNARY_NEG] = negative, [UNARY_POS] = positive},
              .construct = construct},
    .methods = methods,
    .getsets = getsets,
};
