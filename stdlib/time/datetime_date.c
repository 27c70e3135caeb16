// SPDX-License-Identifier: MIT
//
// date: a day of the calendar. Arithmetic goes through the ordinal, comparing and hashing take the
// parts as they stand. Methods that are seldom called, and whatever concerns subclasses or wrong
// arguments, are functions of datetime.mini.
#include "datetime_parts.h"

#include "call.h"
#include "int.h"
#include "operations.h"
#include "record.h"
#include "str.h"

static Type *date_type(Thread *thread) {
    return library_late_type(thread, LATE_date);
}

static Value new_of(Thread *thread, Type *type, Day day) {
    Date *date = object_new(thread, type);
    date->day = day;
    return value_object(date);
}

Value datetime_new_date(Thread *thread, Day day) {
    return new_of(thread, date_type(thread), day);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Day day;
    if (count != 3 || !datetime_are_plain(args, count, keywords))
        return datetime_call(thread, LATE_date, "_new", callee, args, count, keywords);
    return datetime_read_day(thread, args, &day) ? new_of(thread, as_type(callee), day)
                                                 : VALUE_ERROR;
}

// ---- Operators ----

// A date that is no datetime, with which no date can be compared.
static bool is_plain_date(Thread *thread, Value v) {
    return datetime_is_exactly(thread, v, LATE_date) ||
           (datetime_is(thread, v, LATE_date) && !datetime_is(thread, v, LATE_datetime));
}

static int rank(Day day) {
    return day.year << 16 | day.month << 8 | day.day;
}

static Value compare(Thread *thread, Value left, Value right, CompareOp op) {
    const Type *type = date_type(thread);
    bool usual = is_object(right) && object_type(left) == type && object_type(right) == type;
    if (!usual && (!is_plain_date(thread, left) || !is_plain_date(thread, right)))
        return VALUE_NOT_IMPLEMENTED;
    return compare_result(rank(as_date(left)->day) - rank(as_date(right)->day), op);
}

static bool hash(Thread *thread, Value self, uint64_t *result) {
    (void)thread;
    *result = datetime_mix((uint64_t)rank(as_date(self)->day));
    return true;
}

static Value shifted(Thread *thread, Value self, int64_t days) {
    int64_t ordinal = datetime_ordinal(as_date(self)->day) + days;
    if (!datetime_is_exactly(thread, self, LATE_date)) {
        Value count = value_small_int(days);
        return datetime_call(thread, LATE_date, "_shifted", self, &count, 1, NULL);
    }
    if (ordinal < 1 || ordinal > 3652059)
        return raise_error(thread, ERROR_OverflowError, "date value out of range");
    return datetime_new_date(thread, datetime_day(ordinal));
}

static Value add(Thread *thread, Value left, Value right) {
    bool swapped = !is_plain_date(thread, left);
    Value self = swapped ? right : left, other = swapped ? left : right;
    if (!datetime_is(thread, other, LATE_timedelta) || !is_plain_date(thread, self))
        return VALUE_NOT_IMPLEMENTED;
    return shifted(thread, self, as_delta(other)->days);
}

static Value subtract(Thread *thread, Value left, Value right) {
    if (!is_plain_date(thread, left))
        return VALUE_NOT_IMPLEMENTED;
    if (datetime_is(thread, right, LATE_timedelta))
        return shifted(thread, left, -(int64_t)as_delta(right)->days);
    if (!is_plain_date(thread, right))
        return VALUE_NOT_IMPLEMENTED;
    int64_t days = datetime_ordinal(as_date(left)->day) - datetime_ordinal(as_date(right)->day);
    return datetime_new_delta(thread, (Micros)days * MICROS_IN_DAY);
}

// ---- Methods ----

static Value to_ordinal(Thread *thread, Value *args) {
    (void)thread;
    return value_small_int(datetime_ordinal(as_date(args[0])->day));
}

static Value weekday(Thread *thread, Value *args) {
    (void)thread;
    return value_small_int((datetime_ordinal(as_date(args[0])->day) + 6) % 7);
}

static Value isoweekday(Thread *thread, Value *args) {
    (void)thread;
    int64_t day = datetime_ordinal(as_date(args[0])->day) % 7;
    return value_small_int(day == 0 ? 7 : day);
}

static Value isoformat(Thread *thread, Value *args) {
    char text[16];
    char *end = datetime_put_day(text, as_date(args[0])->day);
    return value_object(str_new_latin1(thread, text, (size_t)(end - text)));
}

// ---- ISO weeks ----

static const GetSetSpec iso_fields[] = {
    RECORD_FIELD(0, "year", "The year to which the week belongs."),
    RECORD_FIELD(1, "week", "1 to 53."),
    RECORD_FIELD(2, "weekday", "1 for Monday, 7 for Sunday."),
    GETSET_END,
};

// Pickles hold it as the tuple that it is.
static Value iso_reduce(Thread *thread, Value *args) {
    const Tuple *self = as_tuple(args[0]);
    Value plain = value_object(tuple_from_array(thread, self->items, self->length));
    return tuple_pair(thread, value_object(builtin_type(thread, TYPE_tuple)),
                      value_object(tuple_from_array(thread, &plain, 1)));
}

static const NativeSpec iso_methods[] = {
    NATIVE("__reduce__", iso_reduce, "(self, /)", "Helper for pickle."),
    NATIVE_END,
};

const TypeSpec iso_calendar_date_type_spec = {
    .name = "datetime.IsoCalendarDate",
    .doc = "The result of date.isocalendar() or datetime.isocalendar()",
    .layout = LAYOUT_TUPLE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_PATTERN_SEQUENCE,
    .size = sizeof(Tuple),
    .slots = {.repr = record_repr},
    .methods = iso_methods,
    .getsets = iso_fields,
};

// The ordinal of the Monday of the first week, which is the one with the first Thursday.
static int64_t first_monday(int64_t year) {
    int64_t first = datetime_ordinal((Day){(uint16_t)year, 1, 1, DAY_TAG});
    int64_t weekday = (first + 6) % 7;
    return first - weekday + (weekday > 3 ? 7 : 0);
}

static Value isocalendar(Thread *thread, Value *args) {
    const Day day = as_date(args[0])->day;
    int64_t today = datetime_ordinal(day), year = day.year, monday = first_monday(year);
    if (today < monday) {
        monday = first_monday(--year);
    } else if (today - monday >= 52 * 7 && today >= first_monday(year + 1)) {
        monday = first_monday(++year);
    }
    const Value parts[] = {value_small_int(year), value_small_int((today - monday) / 7 + 1),
                           value_small_int((today - monday) % 7 + 1)};
    return record_new(thread, library_late_type(thread, LATE_iso_calendar_date), parts);
}

// ---- Text and changed copies ----

// A subclass may say it otherwise.
static Value str_slot(Thread *thread, Value self) {
    if (datetime_is_exactly(thread, self, LATE_date))
        return isoformat(thread, &self);
    return call_method(thread, self, str_intern_c(thread, "isoformat"), NULL, 0);
}

static Value replace(Thread *thread, Value *args) {
    const Day old = as_date(args[0])->day;
    Value parts[] = {value_small_int(old.year), value_small_int(old.month),
                     value_small_int(old.day)};
    for (size_t i = 0; i < 3; i++)
        parts[i] = is_undefined(args[i + 1]) ? parts[i] : args[i + 1];
    Day day;
    if (!datetime_is_exactly(thread, args[0], LATE_date))
        return call_value(thread, value_object(object_type(args[0])), parts, 3);
    return datetime_read_day(thread, parts, &day) ? datetime_new_date(thread, day) : VALUE_ERROR;
}

// Class methods: of the class itself at once, of a subclass through the function in Mini.
static bool is_class_itself(Thread *thread, Value cls) {
    return as_object(cls) == &date_type(thread)->object;
}

static Value from_ordinal(Thread *thread, Value *args) {
    if (is_class_itself(thread, args[0]) && is_small_int(args[1])) {
        int64_t ordinal = as_small_int(args[1]);
        if (ordinal >= 1 && ordinal <= 3652059)
            return datetime_new_date(thread, datetime_day(ordinal));
    }
    return datetime_call(thread, LATE_date, "_fromordinal", args[0], args + 1, 1, NULL);
}

static Value from_iso(Thread *thread, Value *args) {
    Day day;
    DayTime clock;
    if (is_class_itself(thread, args[0]) && is_exactly(args[1], LAYOUT_STR) &&
        as_str(args[1])->length == 10 && datetime_of_iso(args[1], &day, &clock))
        return datetime_new_date(thread, day);
    return datetime_call(thread, LATE_date, "_fromisoformat", args[0], args + 1, 1, NULL);
}

static Value today(Thread *thread, Value *args) {
    Day day;
    DayTime clock;
    int64_t seconds = clock_time_of_day(&thread->interpreter->runtime.clock) / 1000000000;
    if (is_class_itself(thread, args[0]) && datetime_at(seconds, 0, true, &day, &clock))
        return datetime_new_date(thread, day);
    return datetime_call(thread, LATE_date, "_today", args[0], NULL, 0, NULL);
}

static Value get_year(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_date(self)->day.year);
}
static Value get_month(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_date(self)->day.month);
}
static Value get_day(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_date(self)->day.day);
}

static Value get_parts(Thread *thread, Value self) {
    const Day day = as_date(self)->day;
    Tuple *parts = tuple_new(thread, 3);
    parts->items[0] = value_small_int(day.year);
    parts->items[1] = value_small_int(day.month);
    parts->items[2] = value_small_int(day.day);
    return value_object(parts);
}

static const NativeSpec methods[] = {
    NATIVE("toordinal", to_ordinal, "(self, /)",
           "The number of days since the last day of year 0."),
    NATIVE("weekday", weekday, "(self, /)", "0 for Monday."),
    NATIVE("isoweekday", isoweekday, "(self, /)", "1 for Monday, 7 for Sunday."),
    NATIVE("isocalendar", isocalendar, "(self, /)", "The ISO year, week and day of the week."),
    NATIVE("isoformat", isoformat, "(self, /)", "YYYY-MM-DD"),
    NATIVE("replace", replace, "(self, /, year=..., month=..., day=...)",
           "The same date with some parts changed."),
    NATIVE("__replace__", replace, "(self, /, year=..., month=..., day=...)",
           "The same as replace()."),
    {"fromordinal", from_ordinal, "(cls, ordinal, /)",
     "The date of an ordinal; 1 is 1 January of "
     "year 1.",
     NATIVE_CLASS_METHOD},
    {"fromisoformat", from_iso, "(cls, string, /)",
     "The date of a text such as 2024-02-29 or 2024-W09-4.", NATIVE_CLASS_METHOD},
    {"today", today, "(cls, /)", "The local date now.", NATIVE_CLASS_METHOD},
    NATIVE_END,
};

static const GetSetSpec getsets[] = {
    GETSET("year", get_year, NULL, "1 to 9999."),
    GETSET("month", get_month, NULL, "1 to 12."),
    GETSET("day", get_day, NULL, "1 to the number of days in the month."),
    GETSET("_date", get_parts, NULL, "(year, month, day)"),
    GETSET_END,
};

const TypeSpec date_type_spec = {
    .name = "datetime.date",
    .doc = "(year, month, day)\n--\n\n"
           "date(year, month, day) --> date object",
    .size = sizeof(Date),
    .slots = {.str = str_slot,
              .hash = hash,
              .compare = compare,
              .binary = {[BINARY_ADD] = add, [BINARY_SUB] = subtract},
              .construct = construct},
    .methods = methods,
    .getsets = getsets,
};
