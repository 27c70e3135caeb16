// SPDX-License-Identifier: MIT
//
// The calendar below datetime, the clock of the system, and ISO 8601.
//
// A date is numbered by its ordinal, the days since the last day of year 0 in the calendar of today
// carried back for ever; 400 years always have 146097 days. A date with a time of the day is one
// number of microseconds, so that adding and comparing are those of ints.
#include "datetime_parts.h"
#include "modules.h"

#include "call.h"
#include "datetime_clock.h"
#include "dict.h"
#include "heap.h"
#include "int.h"
#include "operations.h"
#include "str.h"

#include <string.h>
#include <time.h>

enum { MAX_YEAR = 9999, MAX_ORDINAL = 3652059, DAYS_IN_400_YEARS = 146097 };

static const int days_before[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static bool is_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
static int days_before_month(int64_t year, int64_t month) {
    return days_before[month] + (month > 2 && is_leap(year));
}
static int days_in_month(int64_t year, int64_t month) {
    return days_before[month + 1] - days_before[month] + (month == 2 && is_leap(year));
}
static int64_t to_ordinal(const int64_t *date) {
    int64_t before = date[0] - 1;
    return before * 365 + before / 4 - before / 100 + before / 400 +
           days_before_month(date[0], date[1]) + date[2];
}

static int64_t to_moment(const int64_t *date, const int64_t *clock) {
    int64_t seconds = clock[0] * 3600 + clock[1] * 60 + clock[2];
    return to_ordinal(date) * MICROS_IN_DAY + seconds * 1000000 + clock[3];
}

static void from_ordinal(int64_t ordinal, int64_t *date) {
    int64_t n = ordinal - 1, centuries, fours, years, month;
    int64_t year = n / DAYS_IN_400_YEARS * 400 + 1;
    n %= DAYS_IN_400_YEARS;
    centuries = n / 36524 - n / (DAYS_IN_400_YEARS - 1); // the last day is in the fourth century
    n -= centuries * 36524;
    fours = n / 1461;
    n -= fours * 1461;
    years = n / 365 - n / 1460; // and the last of four years has 366
    n -= years * 365;
    year += centuries * 100 + fours * 4 + years;
    month = (n + 50) >> 5; // or one less
    month -= days_before_month(year, month) > n;
    date[0] = year;
    date[1] = month;
    date[2] = n - days_before_month(year, month) + 1;
}

int64_t datetime_ordinal(Day day) {
    return to_ordinal((int64_t[]){day.year, day.month, day.day});
}

static Day day_of(const int64_t *date) {
    return (Day){(uint16_t)date[0], (uint8_t)date[1], (uint8_t)date[2], DAY_TAG};
}

static DayTime clock_of(const int64_t *clock, int fold) {
    return (DayTime){(uint8_t)clock[0], (uint8_t)clock[1], (uint8_t)clock[2], (uint8_t)fold,
                     (uint32_t)clock[3]};
}

Day datetime_day(int64_t ordinal) {
    int64_t date[3];
    from_ordinal(ordinal, date);
    return day_of(date);
}

int64_t datetime_moment(Day day, DayTime clock) {
    int64_t seconds = clock.hour * 3600 + clock.minute * 60 + clock.second;
    return datetime_ordinal(day) * MICROS_IN_DAY + seconds * MICROS_IN_SECOND + clock.micro;
}

bool datetime_split(Thread *thread, int64_t n, Day *day, DayTime *clock) {
    if (n < MICROS_IN_DAY || n >= (MAX_ORDINAL + 1) * MICROS_IN_DAY)
        return raise_false(thread, ERROR_OverflowError, "date value out of range");
    *day = datetime_day(n / MICROS_IN_DAY);
    n %= MICROS_IN_DAY;
    uint32_t seconds = (uint32_t)(n / MICROS_IN_SECOND);
    *clock = (DayTime){(uint8_t)(seconds / 3600), (uint8_t)(seconds / 60 % 60),
                       (uint8_t)(seconds % 60), 0, (uint32_t)(n % MICROS_IN_SECOND)};
    return true;
}

// ---- Arguments and results ----

// `count` ints that C's int can hold.
static bool read_ints(Thread *thread, const Value *args, size_t count, int64_t *numbers) {
    for (size_t i = 0; i < count; i++) {
        if (is_small_int(args[i]) && as_small_int(args[i]) == (int32_t)as_small_int(args[i])) {
            numbers[i] = as_small_int(args[i]);
            continue;
        }
        Value v = operation_index(thread, args[i]);
        if (is_error(v))
            return false;
        if (!int_to_int64(v, &numbers[i]))
            return raise_false(thread, ERROR_OverflowError,
                               "Python int too large to convert to C long");
        if (numbers[i] > INT32_MAX || numbers[i] < INT32_MIN)
            return raise_false(thread, ERROR_OverflowError, "signed integer is %s",
                               numbers[i] < 0 ? "less than minimum" : "greater than maximum");
    }
    return true;
}

static bool check_date(Thread *thread, const int64_t *date) {
    if (date[0] < 1 || date[0] > MAX_YEAR)
        return raise_false(thread, ERROR_ValueError, "year %lld is out of range",
                           (long long)date[0]);
    if (date[1] < 1 || date[1] > 12)
        return raise_false(thread, ERROR_ValueError, "month must be in 1..12");
    return (date[2] >= 1 && date[2] <= days_in_month(date[0], date[1])) ||
           raise_false(thread, ERROR_ValueError, "day is out of range for month");
}

static bool check_clock(Thread *thread, const int64_t *clock) {
    static const char *const names[] = {"hour", "minute", "second", "microsecond"};
    static const int last[] = {23, 59, 59, 999999};
    for (size_t i = 0; i < 4; i++)
        if (clock[i] < 0 || clock[i] > last[i])
            return raise_false(thread, ERROR_ValueError, "%s must be in 0..%d", names[i], last[i]);
    return true;
}

static bool read_date(Thread *thread, const Value *args, int64_t *date) {
    return read_ints(thread, args, 3, date) && check_date(thread, date);
}
static bool read_clock(Thread *thread, const Value *args, int64_t *clock) {
    return read_ints(thread, args, 4, clock) && check_clock(thread, clock);
}

bool datetime_read_day(Thread *thread, const Value *args, Day *day) {
    int64_t date[3];
    if (!read_date(thread, args, date))
        return false;
    *day = day_of(date);
    return true;
}

bool datetime_read_clock(Thread *thread, const Value *args, DayTime *clock) {
    int64_t numbers[4];
    if (!read_clock(thread, args, numbers))
        return false;
    *clock = clock_of(numbers, 0);
    return true;
}

static Value numbers_tuple(Thread *thread, const int64_t *numbers, size_t count) {
    Tuple *result = tuple_new(thread, count);
    for (size_t i = 0; i < count; i++)
        result->items[i] = value_small_int(numbers[i]);
    return value_object(result);
}

// ---- The functions ----

static Value date_parts(Thread *thread, Value *args) {
    int64_t date[3];
    return read_date(thread, args, date) ? numbers_tuple(thread, date, 3) : VALUE_ERROR;
}

static Value clock_parts(Thread *thread, Value *args) {
    int64_t clock[5];
    if (!read_ints(thread, args, 5, clock) || !check_clock(thread, clock))
        return VALUE_ERROR;
    if (clock[4] != 0 && clock[4] != 1)
        return raise_error(thread, ERROR_ValueError, "fold must be either 0 or 1");
    return numbers_tuple(thread, clock, 5);
}

static Value ordinal(Thread *thread, Value *args) {
    int64_t date[3];
    return read_date(thread, args, date) ? value_small_int(to_ordinal(date)) : VALUE_ERROR;
}

static Value date_of_ordinal(Thread *thread, Value *args) {
    int64_t n, date[3];
    if (!read_ints(thread, args, 1, &n))
        return VALUE_ERROR;
    if (n < 1)
        return raise_error(thread, ERROR_ValueError, "ordinal must be >= 1");
    from_ordinal(n, date);
    if (n > MAX_ORDINAL)
        return raise_error(thread, ERROR_ValueError, "year %lld is out of range",
                           (long long)date[0]);
    return numbers_tuple(thread, date, 3);
}

static Value day_of_year(Thread *thread, Value *args) {
    int64_t date[3];
    if (!read_date(thread, args, date))
        return VALUE_ERROR;
    return value_small_int(days_before_month(date[0], date[1]) + date[2]);
}

static Value microseconds(Thread *thread, Value *args) {
    int64_t date[3], clock[4];
    if (!read_date(thread, args, date) || !read_clock(thread, args + 3, clock))
        return VALUE_ERROR;
    return int_from_int64(thread, to_moment(date, clock));
}

// The ints at the start of a tuple that a date or a time of the day holds.
static bool read_parts(Thread *thread, Value parts, size_t count, int64_t *numbers) {
    if (!is_exactly(parts, LAYOUT_TUPLE) || as_tuple(parts)->length < count)
        return raise_false(thread, ERROR_TypeError, "a tuple of %zu ints is required", count);
    return read_ints(thread, as_tuple(parts)->items, count, numbers);
}

// ---- For datetime.mini: making what is known to be right ----

static bool read_type(Thread *thread, Value v, LateType late) {
    if (is_type(v) && type_is_subtype(as_type(v), library_late_type(thread, late)))
        return true;
    return raise_false(thread, ERROR_TypeError, "a class of this module is required");
}

static Value make_delta(Thread *thread, Value *args) {
    if (!read_type(thread, args[0], LATE_timedelta))
        return VALUE_ERROR;
    return datetime_make_delta(thread, as_type(args[0]), args[1]);
}

static Value make_date(Thread *thread, Value *args) {
    int64_t date[3];
    if (!read_type(thread, args[0], LATE_date) || !read_parts(thread, args[1], 3, date) ||
        !check_date(thread, date))
        return VALUE_ERROR;
    Date *made = object_new(thread, as_type(args[0]));
    made->day = day_of(date);
    return value_object(made);
}

static bool read_whole_clock(Thread *thread, Value parts, DayTime *clock) {
    int64_t numbers[5];
    if (!read_parts(thread, parts, 5, numbers) || !check_clock(thread, numbers))
        return false;
    *clock = clock_of(numbers, numbers[4] != 0);
    return true;
}

static Value make_time(Thread *thread, Value *args) {
    DayTime clock;
    if (!read_type(thread, args[0], LATE_time) || !read_whole_clock(thread, args[1], &clock))
        return VALUE_ERROR;
    return datetime_new_time(thread, as_type(args[0]), clock, args[2]);
}

static Value make_datetime(Thread *thread, Value *args) {
    int64_t date[3];
    DayTime clock;
    if (!read_type(thread, args[0], LATE_datetime) || !read_parts(thread, args[1], 3, date) ||
        !check_date(thread, date) || !read_whole_clock(thread, args[2], &clock))
        return VALUE_ERROR;
    DateTime *made = object_new(thread, as_type(args[0]));
    made->date.day = day_of(date);
    made->clock = clock;
    made->zone = args[3];
    return value_object(made);
}

static Value moment(Thread *thread, Value *args) {
    if (!datetime_is(thread, args[0], LATE_datetime))
        return raise_error(thread, ERROR_TypeError, "a datetime is required");
    const DateTime *self = as_datetime(args[0]);
    return int_from_int64(thread, datetime_moment(self->date.day, self->clock));
}

// ---- The clock of the system, and text ----

// The seconds that the local time lost within the day before `seconds`, when it was put back.
static int64_t put_back(time_t seconds, const struct tm *now) {
    time_t day_before = seconds - 86400;
    struct tm then;
    return localtime_r(&day_before, &then) == NULL ? 0 : then.tm_gmtoff - now->tm_gmtoff;
}

// 1 if the local time of `seconds` was shown before already.
static int fold_at(time_t seconds, const struct tm *now) {
    int64_t back = put_back(seconds, now);
    time_t first = seconds - back;
    struct tm then;
    return seconds > 86400 && back > 0 && localtime_r(&first, &then) != NULL &&
           then.tm_gmtoff == now->tm_gmtoff + back;
}

bool datetime_at(int64_t seconds, int64_t micro, bool is_local, Day *day, DayTime *clock) {
    const int64_t earliest = -60000000000, latest = 250000000000;
    time_t at = seconds;
    struct tm t;
    if (seconds < earliest || seconds > latest ||
        (is_local ? localtime_r(&at, &t) : gmtime_r(&at, &t)) == NULL)
        return false;
    int second = t.tm_sec > 59 ? 59 : t.tm_sec;
    *day = day_of((int64_t[]){t.tm_year + 1900, t.tm_mon + 1, t.tm_mday});
    *clock =
        clock_of((int64_t[]){t.tm_hour, t.tm_min, second, micro}, is_local ? fold_at(at, &t) : 0);
    return true;
}

// How far local time is ahead of UTC at `seconds`.
static bool offset_at(int64_t seconds, int64_t *offset) {
    time_t at = seconds;
    struct tm t;
    if (localtime_r(&at, &t) == NULL)
        return false;
    *offset = t.tm_gmtoff;
    return true;
}

// There may be two moments at which the clock shows this, or none: the offsets of the day before
// and the day after say which are possible.
bool datetime_local_seconds(Day day, DayTime clock, int64_t *seconds) {
    const int64_t days_to_1970 = 719163;
    int64_t shown = (datetime_moment(day, clock) / MICROS_IN_SECOND) - days_to_1970 * 86400;
    int64_t before, after, at_first, at_last;
    if (!offset_at(shown - 86400, &before) || !offset_at(shown + 86400, &after) ||
        !offset_at(shown - before, &at_first))
        return false;
    *seconds = shown - before;
    if (before == after && at_first == before)
        return true;
    if (!offset_at(shown - after, &at_last))
        return false;
    int64_t first = shown - before, last = shown - after;
    bool is_first = at_first == before, is_last = at_last == after;
    bool later = is_first || is_last ? clock.fold : !clock.fold;
    if (is_first != is_last)
        *seconds = is_first ? first : last;
    else
        *seconds = (first < last) == later ? last : first;
    return true;
}

// The number that `count` digits say, or -1.
static int64_t digits_at(const uint8_t *text, size_t count) {
    int64_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        n = n * 10 + (text[i] - '0');
    }
    return n;
}

// HH:MM:SS, perhaps with three or six digits behind a point.
static bool clock_of_text(const uint8_t *text, size_t length, int64_t *clock) {
    if ((length != 8 && length != 12 && length != 15) || text[2] != ':' || text[5] != ':' ||
        (length > 8 && text[8] != '.'))
        return false;
    for (size_t i = 0; i < 3; i++)
        clock[i] = digits_at(text + 3 * i, 2);
    if (length > 8)
        clock[3] = digits_at(text + 9, length - 9) * (length == 12 ? 1000 : 1);
    return clock[0] >= 0 && clock[0] <= 23 && clock[1] >= 0 && clock[1] <= 59 && clock[2] >= 0 &&
           clock[2] <= 59 && clock[3] >= 0;
}

static bool date_of_text(const uint8_t *text, int64_t *date) {
    if (text[4] != '-' || text[7] != '-')
        return false;
    date[0] = digits_at(text, 4);
    date[1] = digits_at(text + 5, 2);
    date[2] = digits_at(text + 8, 2);
    return date[0] >= 1 && date[1] >= 1 && date[1] <= 12 && date[2] >= 1 &&
           date[2] <= days_in_month(date[0], date[1]);
}

bool datetime_of_iso(Value v, Day *day, DayTime *clock) {
    int64_t date[3], numbers[5] = {0};
    if (!is_str(v) || !as_str(v)->ascii || as_str(v)->length < 10)
        return false;
    const uint8_t *text = str_bytes(as_str(v));
    size_t length = as_str(v)->length;
    if (!date_of_text(text, date) ||
        (length > 10 && (length < 19 || !clock_of_text(text + 11, length - 11, numbers))))
        return false;
    *day = day_of(date);
    *clock = clock_of(numbers, 0);
    return true;
}

char *datetime_put_digits(char *to, uint32_t n, int width) {
    for (int i = width - 1; i >= 0; i--, n /= 10)
        to[i] = (char)('0' + n % 10);
    return to + width;
}

char *datetime_put_day(char *to, Day day) {
    to = datetime_put_digits(to, day.year, 4);
    *to++ = '-';
    to = datetime_put_digits(to, day.month, 2);
    *to++ = '-';
    return datetime_put_digits(to, day.day, 2);
}

char *datetime_put_clock(char *to, DayTime clock) {
    to = datetime_put_digits(to, clock.hour, 2);
    *to++ = ':';
    to = datetime_put_digits(to, clock.minute, 2);
    *to++ = ':';
    to = datetime_put_digits(to, clock.second, 2);
    if (clock.micro == 0)
        return to;
    *to++ = '.';
    return datetime_put_digits(to, clock.micro, 6);
}

static Value iso_time(Thread *thread, Value *args) {
    static const char *const specs[] = {"hours",        "minutes",      "seconds",
                                        "milliseconds", "microseconds", "auto"};
    int64_t clock[4];
    const char *spec = library_need_text(thread, args[4], "isoformat() argument 1");
    size_t chosen = 0;
    if (spec == NULL || !read_clock(thread, args, clock))
        return VALUE_ERROR;
    while (chosen < 6 && strcmp(spec, specs[chosen]) != 0)
        chosen++;
    if (chosen == 6)
        return raise_error(thread, ERROR_ValueError, "Unknown timespec value");
    if (chosen == 5)
        chosen = clock[3] != 0 ? 4 : 2;
    char text[32];
    snprintf(text, sizeof text, "%02d:%02d:%02d.%06d", (int)clock[0], (int)clock[1], (int)clock[2],
             (int)clock[3]);
    static const size_t lengths[] = {2, 5, 8, 12, 15};
    return value_object(str_new_utf8(thread, text, lengths[chosen]));
}

// ---- What stands in Mini ----

bool datetime_are_plain(const Value *args, size_t count, const Tuple *keywords) {
    bool plain = keywords == NULL || keywords->length == 0;
    for (size_t i = 0; plain && i < count; i++)
        plain = is_small_int(args[i]);
    return plain;
}

Value datetime_call(Thread *thread, LateType late, const char *name, Value first, const Value *args,
                    size_t count, Tuple *keywords) {
    Value function =
        type_lookup(thread, library_late_type(thread, late), str_intern_c(thread, name));
    if (is_undefined(function))
        return raise_error(thread, ERROR_RuntimeError, "module datetime has not been imported");
    Value few[12];
    Value *all = count < 12
                     ? few
                     : heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof(Value));
    all[0] = first;
    values_copy(all + 1, args, count);
    return call_with_keywords(thread, function, all, count + 1, keywords);
}

static bool native_named(Thread *thread, const Str *name, Type **type) {
    static const struct {
        const char *name;
        LateType type;
    } natives[] = {{"timedelta", LATE_timedelta},
                   {"date", LATE_date},
                   {"time", LATE_time},
                   {"datetime", LATE_datetime}};
    for (size_t i = 0; i < sizeof natives / sizeof *natives; i++) {
        if (str_equal_c(name, natives[i].name)) {
            *type = library_late_type(thread, natives[i].type);
            return true;
        }
    }
    return raise_false(thread, ERROR_ValueError, "there is no native type of this name");
}

// What describes the class that is adopted and not what is in it.
static bool is_of_class(const Str *name) {
    static const char *const names[] = {"__module__",     "__qualname__", "__doc__",
                                        "__dict__",       "__weakref__",  "__static_attributes__",
                                        "__firstlineno__"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        found = found || str_equal_c(name, names[i]);
    return found;
}

static Value adopt(Thread *thread, Value *args) {
    Type *type;
    if (!is_type(args[0]))
        return raise_error(thread, ERROR_TypeError, "a class is required");
    const Type *from = as_type(args[0]);
    if (!native_named(thread, type_name_str(thread, as_type(args[0])), &type))
        return VALUE_ERROR;
    size_t position = 0;
    Value name, value;
    while (dict_next(from->attributes, &position, &name, &value)) {
        if (!is_of_class(as_str(name)) &&
            !type_set_own_attribute(thread, type, as_str(name), value))
            return VALUE_ERROR;
    }
    return value_object(type);
}

static Value set_constant(Thread *thread, Value *args) {
    if (!is_type(args[0]) || !is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "a class and a name are required");
    return type_set_own_attribute(thread, as_type(args[0]), as_str(args[1]), args[2]) ? VALUE_NONE
                                                                                      : VALUE_ERROR;
}

static const NativeSpec functions[] = {
    NATIVE("clock_parts", clock_parts, "(hour, minute, second, microsecond, fold, /)",
           "The same as ints, checked."),
    NATIVE("date_parts", date_parts, "(year, month, day, /)", "The same as ints, checked."),
    NATIVE("ordinal", ordinal, "(year, month, day, /)", "Days since the last day of year 0."),
    NATIVE("date_of_ordinal", date_of_ordinal, "(ordinal, /)", "(year, month, day)"),
    NATIVE("day_of_year", day_of_year, "(year, month, day, /)", "1 for 1 January."),
    NATIVE("microseconds", microseconds, "(year, month, day, hour, minute, second, microsecond, /)",
           "Microseconds since the last day of year -1."),
    NATIVE("moment", moment, "(datetime, /)", "The same of a datetime."),
    NATIVE("iso_time", iso_time, "(hour, minute, second, microsecond, timespec, /)",
           "HH:MM:SS.ffffff, as far as timespec says."),
    NATIVE("make_delta", make_delta, "(cls, microseconds, /)", "A timedelta."),
    NATIVE("make_date", make_date, "(cls, date, /)", "A date of (year, month, day)."),
    NATIVE("make_time", make_time, "(cls, clock, tzinfo, /)",
           "A time of (hour, minute, second, microsecond, fold)."),
    NATIVE("make_datetime", make_datetime, "(cls, date, clock, tzinfo, /)", "A datetime of both."),
    NATIVE("adopt", adopt, "(cls, /)",
           "Give what a class defines to the native type of its name; return the type."),
    NATIVE("set_constant", set_constant, "(cls, name, value, /)",
           "Set an attribute of a native type."),
    NATIVE_END,
};

bool datetime_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    return true;
}
