// SPDX-License-Identifier: MIT
//
// What the types of datetime look like inside, and the calendar below them.
//
// A date is year, month and day in one word, a time of the day is hour to microsecond in another; a
// datetime is a date that has both. A timedelta holds days, seconds and microseconds, the latter
// two never negative, as CPython's does: its range of ten thousand years either way is more than 64
// bits hold in microseconds. All are immutable.
#pragma once

#include "attribute.h"
#include "library.h"
#include "tuple.h"
#include "type.h"

typedef __int128 Micros;

typedef struct Day {
    uint16_t year;
    uint8_t month, day;
    uint32_t tag; // DAY_TAG: second-word rule
} Day;
#define DAY_TAG UINT32_MAX

typedef struct DayTime {
    uint8_t hour, minute, second, fold;
    uint32_t micro;
} DayTime;

typedef struct Delta {
    Object object;
    uint64_t kind; // second-word rule; always 0
    int32_t days, seconds, micros;
} Delta;

typedef struct Date {
    Object object;
    Day day;
} Date;

typedef struct TimeOfDay {
    Object object;
    uint64_t kind; // second-word rule; always 0
    DayTime clock;
    Value zone; // a tzinfo or None
} TimeOfDay;

typedef struct DateTime {
    Date date;
    DayTime clock;
    Value zone; // a tzinfo or None
} DateTime;

#define MICROS_IN_SECOND INT64_C(1000000)
#define MICROS_IN_DAY (86400 * MICROS_IN_SECOND)

static inline bool datetime_is(Thread *thread, Value v, LateType late) {
    Type *type = library_late_type(thread, late);
    return is_object(v) && (object_type(v) == type || type_is_subtype(object_type(v), type));
}
// Exactly this type, no subclass.
static inline bool datetime_is_exactly(Thread *thread, Value v, LateType late) {
    return is_object(v) && object_type(v) == library_late_type(thread, late);
}
static inline Delta *as_delta(Value v) {
    return (Delta *)as_object(v);
}
static inline Date *as_date(Value v) {
    return (Date *)as_object(v);
}
static inline TimeOfDay *as_time_of_day(Value v) {
    return (TimeOfDay *)as_object(v);
}
static inline DateTime *as_datetime(Value v) {
    return (DateTime *)as_object(v);
}

// ---- The calendar (datetime_calendar.c) ----

// Days since the last day of year 0.
int64_t datetime_ordinal(Day day);
Day datetime_day(int64_t ordinal);
// Microseconds since the last day of year -1 began.
int64_t datetime_moment(Day day, DayTime clock);
// OverflowError when the moment is in none of the years 1 to 9999.
bool datetime_split(Thread *thread, int64_t moment, Day *day, DayTime *clock);
// The parts that three, or four, values say; TypeError, OverflowError or ValueError.
bool datetime_read_day(Thread *thread, const Value *args, Day *day);
bool datetime_read_clock(Thread *thread, const Value *args, DayTime *clock);
// The parts of the moment so many seconds after 1970 began; false: it is far away.
bool datetime_at(int64_t seconds, int64_t micro, bool is_local, Day *day, DayTime *clock);
// Seconds after 1970 of a local time; false: the system does not know.
bool datetime_local_seconds(Day day, DayTime clock, int64_t *seconds);
// Reads YYYY-MM-DD[THH:MM:SS[.fff[fff]]]; false: it is another text.
bool datetime_of_iso(Value text, Day *day, DayTime *clock);

// ---- The types ----

// Of exactly the type itself.
Value datetime_new_delta(Thread *thread, Micros total);
// Of any class, from an int of any size; OverflowError.
Value datetime_make_delta(Thread *thread, Type *type, Value total);
Value datetime_new_date(Thread *thread, Day day);
Micros datetime_delta_total(const Delta *delta);

// What is seldom asked for is written in Mini: call the function `name` of the native type with
// `first` before `args`, of which the last are named by `keywords` (or NULL).
Value datetime_call(Thread *thread, LateType type, const char *name, Value first, const Value *args,
                    size_t count, Tuple *keywords);
// Whether `count` values are all small ints, and none is given by name.
bool datetime_are_plain(const Value *args, size_t count, const Tuple *keywords);
// Write `n` with `width` digits; returns the end.
char *datetime_put_digits(char *to, uint32_t n, int width);
char *datetime_put_day(char *to, Day day);         // YYYY-MM-DD
char *datetime_put_clock(char *to, DayTime clock); // HH:MM:SS[.ffffff]
// A hash of a number, well spread.
static inline uint64_t datetime_mix(uint64_t n) {
    n = (n ^ n >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    n ^= n >> 29;
    return n == UINT64_MAX ? 1 : n;
}
