// SPDX-License-Identifier: MIT
//
// _datetime: the arithmetic below datetime.mini.
//
// A date is numbered by its ordinal, the days since the last day of year 0 in the calendar of today
// carried back for ever; 400 years always have 146097 days. A date with a time of the day is one
// number of microseconds, so that adding and comparing are those of ints. The classes themselves
// are written in Mini; here is what they do all the time: checking parts, converting between the
// three forms, and ISO 8601.
#include "library.h"
#include "modules.h"

#include "int.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

#include <string.h>
#include <time.h>

enum { MAX_YEAR = 9999, MAX_ORDINAL = 3652059, DAYS_IN_400_YEARS = 146097 };

static const int64_t MICROSECONDS_IN_DAY = 86400000000;

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
    return to_ordinal(date) * MICROSECONDS_IN_DAY + seconds * 1000000 + clock[3];
}

static void from_ordinal(int64_t ordinal, int64_t *date) {
    int64_t n = ordinal - 1, centuries, fours, years, month = 12;
    int64_t year = n / DAYS_IN_400_YEARS * 400 + 1;
    n %= DAYS_IN_400_YEARS;
    centuries = n / 36524 - n / (DAYS_IN_400_YEARS - 1); // the last day is in the fourth century
    n -= centuries * 36524;
    fours = n / 1461;
    n -= fours * 1461;
    years = n / 365 - n / 1460; // and the last of four years has 366
    n -= years * 365;
    year += centuries * 100 + fours * 4 + years;
    while (days_before_month(year, month) > n)
        month--;
    date[0] = year;
    date[1] = month;
    date[2] = n - days_before_month(year, month) + 1;
}

// ---- Arguments and results ----

// `count` ints that C's int can hold.
static bool read_ints(Thread *thread, const Value *args, size_t count, int64_t *numbers) {
    for (size_t i = 0; i < count; i++) {
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

static Value moment(Thread *thread, Value *args) {
    int64_t date[3], clock[4];
    if (!read_parts(thread, args[0], 3, date) || !read_parts(thread, args[1], 4, clock) ||
        !check_date(thread, date) || !check_clock(thread, clock))
        return VALUE_ERROR;
    return int_from_int64(thread, to_moment(date, clock));
}

static Value pair_of_parts(Thread *thread, const int64_t *date, const int64_t *clock) {
    Value first = numbers_tuple(thread, date, 3);
    return tuple_pair(thread, first, numbers_tuple(thread, clock, 5));
}

static Value parts_of_microseconds(Thread *thread, Value *args) {
    Value v = operation_index(thread, args[0]);
    int64_t n, date[3], clock[5];
    if (is_error(v))
        return VALUE_ERROR;
    if (!int_to_int64(v, &n) || n < MICROSECONDS_IN_DAY ||
        n >= (MAX_ORDINAL + 1) * MICROSECONDS_IN_DAY)
        return raise_error(thread, ERROR_OverflowError, "date value out of range");
    from_ordinal(n / MICROSECONDS_IN_DAY, date);
    n %= MICROSECONDS_IN_DAY;
    clock[0] = n / 3600000000;
    clock[1] = n / 60000000 % 60;
    clock[2] = n / 1000000 % 60;
    clock[3] = n % 1000000;
    clock[4] = 0;
    return pair_of_parts(thread, date, clock);
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

static Value parts_at(Thread *thread, Value *args) {
    int64_t seconds, micro, earliest = -60000000000, latest = 250000000000;
    if (!is_int(args[0]) || !is_int(args[1]) || !int_to_int64(args[0], &seconds) ||
        !int_to_int64(args[1], &micro) || seconds < earliest || seconds > latest)
        return VALUE_NONE;
    time_t at = seconds;
    struct tm t;
    bool is_local = !is_true(args[2]);
    if ((is_local ? localtime_r(&at, &t) : gmtime_r(&at, &t)) == NULL)
        return VALUE_NONE;
    int second = t.tm_sec > 59 ? 59 : t.tm_sec;
    int64_t date[] = {t.tm_year + 1900, t.tm_mon + 1, t.tm_mday};
    int64_t clock[] = {t.tm_hour, t.tm_min, second, micro, is_local ? fold_at(at, &t) : 0};
    return pair_of_parts(thread, date, clock);
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

static Value parts_of_iso(Thread *thread, Value *args) {
    int64_t date[3], clock[5] = {0};
    if (!is_str(args[0]) || !as_str(args[0])->ascii || as_str(args[0])->length < 10)
        return VALUE_NONE;
    const uint8_t *text = str_bytes(as_str(args[0]));
    size_t length = as_str(args[0])->length;
    if (!date_of_text(text, date) ||
        (length > 10 && (length < 19 || !clock_of_text(text + 11, length - 11, clock))))
        return VALUE_NONE;
    return pair_of_parts(thread, date, clock);
}

// Days, seconds, microseconds, milliseconds, minutes, hours and weeks as microseconds: those of
// everyday size, else None, and Mini adds them up.
static Value small_total(Thread *thread, Value *args) {
    static const int64_t units[] = {86400000000, 1000000,    1,           1000,
                                    60000000,    3600000000, 604800000000};
    const int64_t limit = 1000000;
    int64_t total = 0, n;
    for (size_t i = 0; i < 7; i++) {
        if (!is_int(args[i]) || !int_to_int64(args[i], &n) || n < -limit || n > limit)
            return VALUE_NONE;
        total += n * units[i];
    }
    return int_from_int64(thread, total);
}

static Value iso_date(Thread *thread, Value *args) {
    int64_t date[3];
    if (!read_date(thread, args, date))
        return VALUE_ERROR;
    return value_object(
        str_format(thread, "%04d-%02d-%02d", (int)date[0], (int)date[1], (int)date[2]));
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

static const NativeSpec functions[] = {
    NATIVE("date_parts", date_parts, "(year, month, day, /)", "The same as ints, checked."),
    NATIVE("clock_parts", clock_parts, "(hour, minute, second, microsecond, fold, /)",
           "The same as ints, checked."),
    NATIVE("ordinal", ordinal, "(year, month, day, /)", "Days since the last day of year 0."),
    NATIVE("date_of_ordinal", date_of_ordinal, "(ordinal, /)", "(year, month, day)"),
    NATIVE("day_of_year", day_of_year, "(year, month, day, /)", "1 for 1 January."),
    NATIVE("microseconds", microseconds, "(year, month, day, hour, minute, second, microsecond, /)",
           "Microseconds since the last day of year -1."),
    NATIVE("moment", moment, "(date, clock, /)", "The same of the tuples of a datetime."),
    NATIVE("parts_at", parts_at, "(seconds, microsecond, utc, /)",
           "Both tuples of the moment so long after 1970 began; None if it is far away."),
    NATIVE("parts_of_iso", parts_of_iso, "(text, /)",
           "Both tuples of a text YYYY-MM-DD[THH:MM:SS[.fff[fff]]]; None if it is another one."),
    NATIVE("parts_of_microseconds", parts_of_microseconds, "(microseconds, /)",
           "((year, month, day), (hour, minute, second, microsecond, 0))"),
    NATIVE("small_total", small_total,
           "(days, seconds, microseconds, milliseconds, minutes, hours, weeks, /)",
           "The sum in microseconds, None unless all are ints of everyday size."),
    NATIVE("iso_date", iso_date, "(year, month, day, /)", "YYYY-MM-DD"),
    NATIVE("iso_time", iso_time, "(hour, minute, second, microsecond, timespec, /)",
           "HH:MM:SS.ffffff, as far as timespec says."),
    NATIVE_END,
};

bool datetime_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    return true;
}
