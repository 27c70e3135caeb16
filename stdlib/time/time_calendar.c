// SPDX-License-Identifier: MIT
//
// The calendar half of the module time: seconds since 1970 as years, months and days, in UTC or in
// the time zone that TZ names, and all of it as text. The C library knows the calendar and the
// zones; what is Python's is the shape of struct_time (months from 1, Monday is day 0, days of the
// year from 1) and the checks of times that a program made up.
//
// A struct_time is a tuple of nine items. Zone and offset lie behind the ninth, where only the
// attributes tm_zone and tm_gmtoff look.
#include "time_module.h"

#include "bytes.h"
#include "int.h"
#include "operations.h"
#include "record.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <errno.h>
#include <math.h>
#include <time.h>

enum { VISIBLE_FIELDS = 9, ALL_FIELDS = 11, MAX_TEXT = 1 << 20 };

static const GetSetSpec struct_time_fields[] = {
    RECORD_FIELD(0, "tm_year", "year, for example, 1993"),
    RECORD_FIELD(1, "tm_mon", "month of year, range [1, 12]"),
    RECORD_FIELD(2, "tm_mday", "day of month, range [1, 31]"),
    RECORD_FIELD(3, "tm_hour", "hours, range [0, 23]"),
    RECORD_FIELD(4, "tm_min", "minutes, range [0, 59]"),
    RECORD_FIELD(5, "tm_sec", "seconds, range [0, 61])"),
    RECORD_FIELD(6, "tm_wday", "day of week, range [0, 6], Monday is 0"),
    RECORD_FIELD(7, "tm_yday", "day of year, range [1, 366]"),
    RECORD_FIELD(8, "tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"),
    RECORD_FIELD(9, "tm_zone", "abbreviation of timezone name"),
    RECORD_FIELD(10, "tm_gmtoff", "offset from UTC in seconds"),
    GETSET_END,
};

static Tuple *struct_time_new(Thread *thread) {
    Tuple *result = object_new_sized(thread, library_late_type(thread, LATE_struct_time),
                                     sizeof(Tuple) + ALL_FIELDS * sizeof(Value));
    for (size_t i = 0; i < ALL_FIELDS; i++)
        result->items[i] = VALUE_NONE;
    result->length = VISIBLE_FIELDS;
    return result;
}

static void struct_time_trace(Marker *marker, Object *self) {
    mark_values(marker, ((const Tuple *)self)->items, ALL_FIELDS);
}

static Value struct_time_construct(Thread *thread, Value callee, Value *args, size_t count,
                                   Tuple *keywords) {
    (void)callee;
    if (count < 1 || count > 2 || keywords != NULL)
        return raise_error(thread, ERROR_TypeError,
                           "structseq() missing required argument 'sequence' (pos 1)");
    Value given = operation_to_tuple(thread, args[0]);
    if (is_error(given))
        return raise_error(thread, ERROR_TypeError, "constructor requires a sequence");
    size_t length = as_tuple(given)->length;
    if (length < VISIBLE_FIELDS || length > ALL_FIELDS)
        return raise_error(thread, ERROR_TypeError,
                           "time.struct_time() takes an at %s %d-sequence (%zu-sequence given)",
                           length < VISIBLE_FIELDS ? "least" : "most",
                           length < VISIBLE_FIELDS ? VISIBLE_FIELDS : ALL_FIELDS, length);
    Tuple *result = struct_time_new(thread);
    memcpy(result->items, as_tuple(given)->items, length * sizeof(Value));
    return count == 1 || record_set_more(thread, result, args[1]) ? value_object(result)
                                                                  : VALUE_ERROR;
}

const TypeSpec struct_time_type_spec = {
    .name = "time.struct_time",
    .doc = "The time value as returned by gmtime() and localtime().",
    .layout = LAYOUT_TUPLE,
    .flags = TYPE_FINAL | TYPE_PATTERN_SEQUENCE,
    .size = sizeof(Tuple),
    .slots = {.repr = record_repr, .construct = struct_time_construct, .trace = struct_time_trace},
    .methods = record_methods,
    .getsets = struct_time_fields,
};

// ---- Between struct tm and struct_time ----

static Value from_tm(Thread *thread, const struct tm *tm) {
    Tuple *result = struct_time_new(thread);
    const int numbers[VISIBLE_FIELDS] = {tm->tm_year + 1900,    tm->tm_mon + 1,  tm->tm_mday,
                                         tm->tm_hour,           tm->tm_min,      tm->tm_sec,
                                         (tm->tm_wday + 6) % 7, tm->tm_yday + 1, tm->tm_isdst};
    for (size_t i = 0; i < VISIBLE_FIELDS; i++)
        result->items[i] = value_small_int(numbers[i]);
    result->items[9] = library_text(thread, tm->tm_zone);
    result->items[10] = value_small_int(tm->tm_gmtoff);
    return value_object(result);
}

static time_t time_now(const Thread *thread) {
    return clock_time_of_day(&thread->interpreter->runtime.clock) / CLOCK_NS_PER_SECOND;
}

// Seconds as gmtime() takes them: None and nothing are now. false: TypeError or OverflowError.
static bool read_seconds(Thread *thread, Value v, time_t *seconds) {
    double d;
    int64_t n;
    *seconds = time_now(thread);
    if (is_undefined(v) || is_none(v))
        return true;
    if (is_float(v)) {
        d = floor(as_float(v));
        if (isnan(d))
            return raise_false(thread, ERROR_ValueError, "Invalid value NaN (not a number)");
        n = d >= -9.2e18 && d <= 9.2e18 ? (int64_t)d : INT64_MAX;
    } else {
        v = operation_index(thread, v);
        if (is_error(v))
            return false;
        if (!int_to_int64(v, &n))
            n = INT64_MAX;
    }
    *seconds = n;
    return n != INT64_MAX ||
           raise_false(thread, ERROR_OverflowError, "timestamp out of range for platform time_t");
}

static Value broken_down(Thread *thread, Value v,
                         struct tm *(*convert)(const time_t *, struct tm *)) {
    time_t seconds;
    struct tm tm;
    if (!read_seconds(thread, v, &seconds))
        return VALUE_ERROR;
    return convert(&seconds, &tm) ? from_tm(thread, &tm)
                                  : raise_os_error(thread, errno, VALUE_NONE);
}

static Value time_gmtime(Thread *thread, Value *args) {
    return broken_down(thread, args[0], gmtime_r);
}
static Value time_localtime(Thread *thread, Value *args) {
    return broken_down(thread, args[0], localtime_r);
}

// The numbers of a time tuple; `function` for the message.
static bool read_fields(Thread *thread, Value v, const char *function, struct tm *tm) {
    int64_t n[VISIBLE_FIELDS];
    if (!is_tuple(v))
        return raise_false(thread, ERROR_TypeError, "Tuple or struct_time argument required");
    if (as_tuple(v)->length != VISIBLE_FIELDS)
        return raise_false(thread, ERROR_TypeError, "%s(): illegal time tuple argument", function);
    for (size_t i = 0; i < VISIBLE_FIELDS; i++) {
        if (!operation_index_int64(thread, as_tuple(v)->items[i], &n[i]))
            return false;
        if (n[i] < INT32_MIN + 2000 || n[i] > INT32_MAX)
            return raise_false(thread, ERROR_OverflowError, "signed integer is %s than %simum",
                               n[i] < 0 ? "less" : "greater", n[i] < 0 ? "min" : "max");
    }
    *tm = (struct tm){.tm_year = (int)n[0] - 1900,
                      .tm_mon = (int)n[1] - 1,
                      .tm_mday = (int)n[2],
                      .tm_hour = (int)n[3],
                      .tm_min = (int)n[4],
                      .tm_sec = (int)n[5],
                      .tm_wday = (int)(n[6] + 1) % 7,
                      .tm_yday = (int)n[7] - 1,
                      .tm_isdst = (int)n[8]};
    return true;
}

// Zeroes in month, day and day of the year stand for 1, as Python has always taken them.
static bool check_fields(Thread *thread, struct tm *tm) {
    tm->tm_mon += tm->tm_mon == -1;
    tm->tm_mday += tm->tm_mday == 0;
    tm->tm_yday += tm->tm_yday == -1;
    const struct {
        int number, low, high;
        const char *what;
    } checks[] = {{tm->tm_mon, 0, 11, "month"},        {tm->tm_mday, 1, 31, "day of month"},
                  {tm->tm_hour, 0, 23, "hour"},        {tm->tm_min, 0, 59, "minute"},
                  {tm->tm_sec, 0, 61, "seconds"},      {tm->tm_wday, 0, 6, "day of week"},
                  {tm->tm_yday, 0, 365, "day of year"}};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (checks[i].number < checks[i].low || checks[i].number > checks[i].high)
            return raise_false(thread, ERROR_ValueError, "%s out of range", checks[i].what);
    return true;
}

static bool read_or_now(Thread *thread, Value v, const char *function, struct tm *tm) {
    time_t now = time_now(thread);
    if (is_undefined(v))
        return localtime_r(&now, tm) != NULL;
    return read_fields(thread, v, function, tm) && check_fields(thread, tm);
}

static Value time_mktime(Thread *thread, Value *args) {
    struct tm tm;
    if (!read_fields(thread, args[0], "mktime", &tm))
        return VALUE_ERROR;
    tm.tm_wday = -1; // stays so if the C library cannot do it
    time_t result = mktime(&tm);
    if (result == (time_t)-1 && tm.tm_wday == -1)
        return raise_error(thread, ERROR_OverflowError, "mktime argument out of range");
    return value_float((double)result);
}

// ---- Text ----

static Value as_text(Thread *thread, const struct tm *tm) {
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    return value_object(str_format(thread, "%.3s %.3s%3d %.2d:%.2d:%.2d %d", days + 3 * tm->tm_wday,
                                   months + 3 * tm->tm_mon, tm->tm_mday, tm->tm_hour, tm->tm_min,
                                   tm->tm_sec, 1900 + tm->tm_year));
}

static Value time_asctime(Thread *thread, Value *args) {
    struct tm tm;
    return read_or_now(thread, args[0], "asctime", &tm) ? as_text(thread, &tm) : VALUE_ERROR;
}

static Value time_ctime(Thread *thread, Value *args) {
    time_t seconds;
    struct tm tm;
    if (!read_seconds(thread, args[0], &seconds))
        return VALUE_ERROR;
    return localtime_r(&seconds, &tm) ? as_text(thread, &tm)
                                      : raise_os_error(thread, errno, VALUE_NONE);
}

// strftime says 0 both for "no room" and for an empty result, so the size is tried up to a limit.
static Value format_time(Thread *thread, const char *format, const struct tm *tm) {
    char usual[128];
    size_t least = strftime(usual, sizeof usual, format, tm);
    if (least > 0)
        return value_object(str_new_utf8(thread, usual, least));
    size_t most = 256 * (strlen(format) + 1);
    for (size_t size = 256;; size *= 2) {
        char *text = heap_allocate(thread_heap(thread), CELL_BUFFER, size);
        size_t length = strftime(text, size, format, tm);
        if (length > 0 || size >= most || size > MAX_TEXT)
            return value_object(str_new_utf8(thread, text, length));
    }
}

static Value time_strftime(Thread *thread, Value *args) {
    struct tm tm;
    const char *format = library_need_text(thread, args[0], "strftime() argument 1");
    if (format == NULL || !read_or_now(thread, args[1], "strftime", &tm))
        return VALUE_ERROR;
    // The zone of a made-up time is the one of that season.
    if (!is_undefined(args[1]) && strpbrk(format, "Zzs+") != NULL) {
        struct tm zone = tm;
        time_t when = mktime(&zone);
        if (when != (time_t)-1) {
            tm.tm_zone = zone.tm_zone;
            tm.tm_gmtoff = zone.tm_gmtoff;
        }
    }
    return format_time(thread, format, &tm);
}

static Value time_tzset(Thread *thread, Value *args);

const NativeSpec time_calendar_functions[] = {
    NATIVE("gmtime", time_gmtime, "(seconds=None, /)", "Seconds since 1970 as struct_time in UTC."),
    NATIVE("localtime", time_localtime, "(seconds=None, /)",
           "Seconds since 1970 as struct_time in the local time zone."),
    NATIVE("mktime", time_mktime, "(tuple, /)", "Seconds since 1970 of a local time."),
    NATIVE("asctime", time_asctime, "(tuple=..., /)", "A time as 'Sat Jun 06 16:26:11 1998'."),
    NATIVE("ctime", time_ctime, "(seconds=None, /)", "Seconds since 1970 as local time in text."),
    NATIVE("strftime", time_strftime, "(format, tuple=..., /)", "A time as text after a format."),
    NATIVE("tzset", time_tzset, "()", "Read the time zone from the environment variable TZ."),
    NATIVE_END,
};

void time_calendar_add_zone(Thread *thread, Module *module) {
    tzset();
    module_add(thread, module, "timezone", int_from_int64(thread, timezone));
    module_add(thread, module, "altzone",
               int_from_int64(thread, daylight ? timezone - 3600 : timezone));
    module_add(thread, module, "daylight", value_small_int(daylight));
    module_add(
        thread, module, "tzname",
        tuple_pair(thread, library_text(thread, tzname[0]), library_text(thread, tzname[1])));
}

static Value time_tzset(Thread *thread, Value *args) {
    (void)args;
    Module *module = import_module(thread, str_from_c(thread, "time"));
    if (module == NULL)
        return VALUE_ERROR;
    time_calendar_add_zone(thread, module);
    return VALUE_NONE;
}
