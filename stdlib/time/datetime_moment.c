// SPDX-License-Identifier: MIT
//
// datetime: a date with a time of the day, perhaps in a zone. Two of the same zone (the same
// object, or none at all) are compared and subtracted as they stand; otherwise the zones are asked,
// in datetime.mini, where also everything is done that is seldom or concerns subclasses.
#include "datetime_parts.h"

#include "call.h"
#include "datetime_clock.h"
#include "heap.h"
#include "int.h"
#include "operations.h"
#include "str.h"

static Type *moment_type(Thread *thread) {
    return library_late_type(thread, LATE_datetime);
}

static bool is_moment(Thread *thread, Value v) {
    return datetime_is(thread, v, LATE_datetime);
}

static Value new_of(Thread *thread, Type *type, Day day, DayTime clock, Value zone) {
    DateTime *moment = object_new(thread, type);
    moment->date.day = day;
    moment->clock = clock;
    moment->zone = zone;
    return value_object(moment);
}

static Value datetime_new_moment(Thread *thread, Day day, DayTime clock, Value zone) {
    return new_of(thread, moment_type(thread), day, clock, zone);
}

static Value in_mini(Thread *thread, const char *name, Value first, const Value *args,
                     size_t count) {
    return datetime_call(thread, LATE_datetime, name, first, args, count, NULL);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Value parts[7];
    Day day;
    DayTime clock;
    if (count < 3 || count > 7 || !datetime_are_plain(args, count, keywords))
        return datetime_call(thread, LATE_datetime, "_new", callee, args, count, keywords);
    for (size_t i = 0; i < 7; i++)
        parts[i] = i < count ? args[i] : value_small_int(0);
    if (!datetime_read_day(thread, parts, &day) || !datetime_read_clock(thread, parts + 3, &clock))
        return VALUE_ERROR;
    return new_of(thread, as_type(callee), day, clock, VALUE_NONE);
}

// ---- Operators ----

static int order_of(const DateTime *a, const DateTime *b) {
    int x = a->date.day.year << 16 | a->date.day.month << 8 | a->date.day.day;
    int y = b->date.day.year << 16 | b->date.day.month << 8 | b->date.day.day;
    return x != y ? x - y : datetime_clock_order(a->clock, b->clock);
}

static Value compare(Thread *thread, Value left, Value right, CompareOp op) {
    const Type *type = moment_type(thread);
    bool usual = is_object(right) && object_type(left) == type && object_type(right) == type;
    if (!usual && (!is_moment(thread, left) || !is_moment(thread, right)))
        return VALUE_NOT_IMPLEMENTED;
    const DateTime *a = as_datetime(left), *b = as_datetime(right);
    if (value_same(a->zone, b->zone))
        return compare_result(order_of(a, b), op);
    Value args[] = {right, value_small_int(op)};
    return in_mini(thread, "_compare", left, args, 2);
}

static int64_t micros_of(Value self) {
    return datetime_moment(as_date(self)->day, as_datetime(self)->clock);
}

static bool hash(Thread *thread, Value self, uint64_t *result) {
    if (is_none(as_datetime(self)->zone)) {
        *result = datetime_mix((uint64_t)micros_of(self));
        return true;
    }
    Value key = in_mini(thread, "_hash", self, NULL, 0);
    return !is_error(key) && operation_hash(thread, key, result);
}

// `self` so many microseconds later.
static Value shifted(Thread *thread, Value self, Micros by) {
    Day day;
    DayTime clock;
    if (!datetime_is_exactly(thread, self, LATE_datetime)) {
        Value delta = datetime_new_delta(thread, by);
        return is_error(delta) ? delta : in_mini(thread, "_shifted", self, &delta, 1);
    }
    Micros moment = micros_of(self) + by;
    if (moment < 0 || moment > INT64_MAX)
        return raise_error(thread, ERROR_OverflowError, "date value out of range");
    return datetime_split(thread, (int64_t)moment, &day, &clock)
               ? datetime_new_moment(thread, day, clock, as_datetime(self)->zone)
               : VALUE_ERROR;
}

static Value add(Thread *thread, Value left, Value right) {
    bool swapped = !is_moment(thread, left);
    Value self = swapped ? right : left, other = swapped ? left : right;
    if (!datetime_is(thread, other, LATE_timedelta))
        return VALUE_NOT_IMPLEMENTED;
    return shifted(thread, self, datetime_delta_total(as_delta(other)));
}

static Value subtract(Thread *thread, Value left, Value right) {
    if (!is_moment(thread, left))
        return VALUE_NOT_IMPLEMENTED;
    if (datetime_is(thread, right, LATE_timedelta))
        return shifted(thread, left, -datetime_delta_total(as_delta(right)));
    if (!is_moment(thread, right))
        return VALUE_NOT_IMPLEMENTED;
    if (!value_same(as_datetime(left)->zone, as_datetime(right)->zone))
        return in_mini(thread, "_difference", left, &right, 1);
    return datetime_new_delta(thread, micros_of(left) - micros_of(right));
}

// ---- Methods ----

static Value date_method(Thread *thread, Value *args) {
    return datetime_new_date(thread, as_date(args[0])->day);
}

static Value time_method(Thread *thread, Value *args) {
    return datetime_new_time(thread, library_late_type(thread, LATE_time),
                             as_datetime(args[0])->clock, VALUE_NONE);
}

static Value timestamp(Thread *thread, Value *args) {
    const DateTime *self = as_datetime(args[0]);
    int64_t seconds;
    if (!is_none(self->zone) || !datetime_local_seconds(self->date.day, self->clock, &seconds))
        return in_mini(thread, "_timestamp", args[0], NULL, 0);
    return value_float((double)seconds + self->clock.micro / 1e6);
}

static Value text_with(Thread *thread, const DateTime *self, char separator) {
    char text[40];
    char *end = datetime_put_day(text, self->date.day);
    *end++ = separator;
    end = datetime_put_clock(end, self->clock);
    return value_object(str_new_latin1(thread, text, (size_t)(end - text)));
}

// In the usual form, of a time without zone.
static Value isoformat(Thread *thread, Value *args) {
    const DateTime *self = as_datetime(args[0]);
    bool usual = is_exactly(args[1], LAYOUT_STR) && as_str(args[1])->length == 1 &&
                 as_str(args[1])->ascii && is_exactly(args[2], LAYOUT_STR) &&
                 str_equal_c(as_str(args[2]), "auto");
    if (!usual || !is_none(self->zone))
        return in_mini(thread, "_isoformat", args[0], args + 1, 2);
    return text_with(thread, self, (char)*str_bytes(as_str(args[1])));
}

static Value str_slot(Thread *thread, Value self) {
    if (datetime_is_exactly(thread, self, LATE_datetime) && is_none(as_datetime(self)->zone))
        return text_with(thread, as_datetime(self), ' ');
    Value space = value_object(thread->interpreter->latin1[' ']);
    return call_method(thread, self, str_intern_c(thread, "isoformat"), &space, 1);
}

// The calling form, where seconds and microseconds are left out when nothing but zeroes follows.
static Value repr_slot(Thread *thread, Value self) {
    const DateTime *moment = as_datetime(self);
    const DayTime clock = moment->clock;
    if (!datetime_is_exactly(thread, self, LATE_datetime) || !is_none(moment->zone) || clock.fold)
        return in_mini(thread, "_repr", self, NULL, 0);
    const Day day = moment->date.day;
    const unsigned parts[] = {day.year,     day.month,    day.day,    clock.hour,
                              clock.minute, clock.second, clock.micro};
    size_t shown = clock.micro != 0 ? 7 : clock.second != 0 ? 6 : 5;
    char text[96] = "datetime.datetime(", *to = text + strlen(text);
    for (size_t i = 0; i < shown; i++)
        to += snprintf(to, 16, i == 0 ? "%u" : ", %u", parts[i]);
    *to++ = ')';
    return value_object(str_new_latin1(thread, text, (size_t)(to - text)));
}

// args: self, the seven parts and tzinfo, fold; UNDEFINED is as it was.
static Value replace(Thread *thread, Value *args) {
    const DateTime *self = as_datetime(args[0]);
    const Day day = self->date.day;
    const DayTime clock = self->clock;
    const uint32_t old[] = {day.year,     day.month,    day.day,    clock.hour,
                            clock.minute, clock.second, clock.micro};
    bool simple = datetime_is_exactly(thread, args[0], LATE_datetime) && is_undefined(args[8]) &&
                  is_undefined(args[9]);
    Value parts[9];
    for (size_t i = 0; i < 7; i++)
        parts[i] = is_undefined(args[i + 1]) ? value_small_int(old[i]) : args[i + 1];
    if (!simple) {
        parts[7] = is_undefined(args[8]) ? self->zone : args[8];
        parts[8] = is_undefined(args[9]) ? value_small_int(clock.fold) : args[9];
        return in_mini(thread, "_replaced", args[0], parts, 9);
    }
    Day new_day;
    DayTime new_clock;
    if (!datetime_read_day(thread, parts, &new_day) ||
        !datetime_read_clock(thread, parts + 3, &new_clock))
        return VALUE_ERROR;
    new_clock.fold = clock.fold;
    return datetime_new_moment(thread, new_day, new_clock, self->zone);
}

// ---- Class methods: of the class itself at once, of a subclass in Mini ----

static bool is_class_itself(Thread *thread, Value cls) {
    return as_object(cls) == &moment_type(thread)->object;
}

// No zone, which means local time, or UTC.
static bool is_known_zone(Thread *thread, Value zone, bool *is_local) {
    Str *name = str_intern_c(thread, "_utc");
    *is_local = is_none(zone);
    return *is_local || value_same(zone, type_lookup(thread, moment_type(thread), name));
}

static Value at(Thread *thread, int64_t seconds, int64_t micro, Value zone) {
    Day day;
    DayTime clock;
    bool is_local;
    if (!is_known_zone(thread, zone, &is_local) ||
        !datetime_at(seconds, micro, is_local, &day, &clock))
        return VALUE_UNDEFINED;
    return datetime_new_moment(thread, day, clock, zone);
}

static Value now(Thread *thread, Value *args) {
    int64_t micros = clock_time_of_day(&thread->interpreter->runtime.clock) / 1000;
    Value made = VALUE_UNDEFINED;
    if (is_class_itself(thread, args[0]))
        made = at(thread, micros / MICROS_IN_SECOND, micros % MICROS_IN_SECOND, args[1]);
    return is_undefined(made) ? in_mini(thread, "_now", args[0], args + 1, 1) : made;
}

static Value from_timestamp(Thread *thread, Value *args) {
    Value made = VALUE_UNDEFINED;
    if (is_class_itself(thread, args[0]) && is_small_int(args[1]))
        made = at(thread, as_small_int(args[1]), 0, args[2]);
    return is_undefined(made) ? in_mini(thread, "_fromtimestamp", args[0], args + 1, 2) : made;
}

static Value from_iso(Thread *thread, Value *args) {
    Day day;
    DayTime clock;
    if (is_class_itself(thread, args[0]) && datetime_of_iso(args[1], &day, &clock))
        return datetime_new_moment(thread, day, clock, VALUE_NONE);
    return in_mini(thread, "_fromisoformat", args[0], args + 1, 1);
}

static Value combine(Thread *thread, Value *args) {
    if (!is_class_itself(thread, args[0]) || !datetime_is(thread, args[1], LATE_date) ||
        !datetime_is(thread, args[2], LATE_time) || !is_true(args[3]))
        return in_mini(thread, "_combine", args[0], args + 1, 3);
    const TimeOfDay *time = as_time_of_day(args[2]);
    return datetime_new_moment(thread, as_date(args[1])->day, time->clock, time->zone);
}

static void trace_zone(Marker *marker, Object *self) {
    mark_value(marker, ((DateTime *)self)->zone);
}

#define REPLACE_SIGNATURE                                                                          \
    "(self, /, year=..., month=..., day=..., hour=..., minute=..., second=..., microsecond=..., "  \
    "tzinfo=..., *, fold=...)"

static const NativeSpec methods[] = {
    NATIVE("date", date_method, "(self, /)", "The date alone."),
    NATIVE("time", time_method, "(self, /)", "The time of the day, without zone."),
    NATIVE("timestamp", timestamp, "(self, /)",
           "Seconds since 1970; without a zone the time is taken for local."),
    NATIVE("isoformat", isoformat, "(self, /, sep='T', timespec='auto')",
           "YYYY-MM-DDTHH:MM:SS.ffffff+zz:zz"),
    NATIVE("replace", replace, REPLACE_SIGNATURE, "The same with some parts changed."),
    NATIVE("__replace__", replace, REPLACE_SIGNATURE, "The same as replace()."),
    {"now", now, "(cls, /, tz=None)", "The time now, local or in a zone.", NATIVE_CLASS_METHOD},
    {"fromtimestamp", from_timestamp, "(cls, /, timestamp, tz=None)",
     "The time at so many seconds since 1970, local or in a zone.", NATIVE_CLASS_METHOD},
    {"fromisoformat", from_iso, "(cls, string, /)", "The time of a text such as 2024-02-29T12:30.",
     NATIVE_CLASS_METHOD},
    {"combine", combine, "(cls, /, date, time, tzinfo=True)", "A date and a time as one.",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};

static const GetSetSpec getsets[] = {
    DATETIME_CLOCK_GETSETS,
    GETSET_END,
};

const TypeSpec datetime_type_spec = {
    .name = "datetime.datetime",
    .doc = "(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, "
           "fold=0)\n--\n\n"
           "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\nThe "
           "year, month and day arguments are required. tzinfo may be None, or an instance of a "
           "tzinfo\nsubclass. The remaining arguments may be ints.\n",
    .size = sizeof(DateTime),
    .slots = {.repr = repr_slot,
              .str = str_slot,
              .hash = hash,
              .compare = compare,
              .binary = {[BINARY_ADD] = add, [BINARY_SUB] = subtract},
              .construct = construct,
              .trace = trace_zone},
    .methods = methods,
    .getsets = getsets,
};
