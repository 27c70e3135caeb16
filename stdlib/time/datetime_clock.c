// SPDX-License-Identifier: MIT
//
// time: a time of the day, perhaps in a zone. Here are the attributes that datetime has, too, and
// what needs no zone; everything else is in datetime.mini.
#include "datetime_parts.h"

#include "datetime_clock.h"
#include "heap.h"
#include "operations.h"
#include "str.h"

static bool is_time(Thread *thread, Value v) {
    return datetime_is(thread, v, LATE_time);
}

// The clock of a time or datetime, whose attributes have the same getters.
static DayTime clock_of(Thread *thread, Value self) {
    return is_time(thread, self) ? as_time_of_day(self)->clock : as_datetime(self)->clock;
}

Value datetime_clock_get_hour(Thread *thread, Value self) {
    return value_small_int(clock_of(thread, self).hour);
}
Value datetime_clock_get_minute(Thread *thread, Value self) {
    return value_small_int(clock_of(thread, self).minute);
}
Value datetime_clock_get_second(Thread *thread, Value self) {
    return value_small_int(clock_of(thread, self).second);
}
Value datetime_clock_get_micro(Thread *thread, Value self) {
    return value_small_int(clock_of(thread, self).micro);
}
Value datetime_clock_get_fold(Thread *thread, Value self) {
    return value_small_int(clock_of(thread, self).fold);
}
Value datetime_clock_get_zone(Thread *thread, Value self) {
    return is_time(thread, self) ? as_time_of_day(self)->zone : as_datetime(self)->zone;
}

Value datetime_clock_get_parts(Thread *thread, Value self) {
    const DayTime clock = clock_of(thread, self);
    const uint32_t parts[] = {clock.hour, clock.minute, clock.second, clock.micro, clock.fold};
    Tuple *result = tuple_new(thread, 5);
    for (size_t i = 0; i < 5; i++)
        result->items[i] = value_small_int(parts[i]);
    return value_object(result);
}

Value datetime_new_time(Thread *thread, Type *type, DayTime clock, Value zone) {
    TimeOfDay *time = object_new(thread, type);
    time->clock = clock;
    time->zone = zone;
    return value_object(time);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Value parts[4] = {value_small_int(0), value_small_int(0), value_small_int(0),
                      value_small_int(0)};
    DayTime clock;
    if (count > 4 || !datetime_are_plain(args, count, keywords))
        return datetime_call(thread, LATE_time, "_new", callee, args, count, keywords);
    values_copy(parts, args, count);
    return datetime_read_clock(thread, parts, &clock)
               ? datetime_new_time(thread, as_type(callee), clock, VALUE_NONE)
               : VALUE_ERROR;
}

static uint64_t rank(DayTime clock) {
    return (uint64_t)clock.hour << 40 | (uint64_t)clock.minute << 32 |
           (uint64_t)clock.second << 24 | clock.micro;
}

int datetime_clock_order(DayTime a, DayTime b) {
    return (rank(a) > rank(b)) - (rank(a) < rank(b));
}

static Value compare(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_time(thread, left) || !is_time(thread, right))
        return VALUE_NOT_IMPLEMENTED;
    const TimeOfDay *a = as_time_of_day(left), *b = as_time_of_day(right);
    if (value_same(a->zone, b->zone))
        return compare_result(datetime_clock_order(a->clock, b->clock), op);
    Value args[] = {right, value_small_int(op)};
    return datetime_call(thread, LATE_time, "_compare", left, args, 2, NULL);
}

static bool hash(Thread *thread, Value self, uint64_t *result) {
    const TimeOfDay *time = as_time_of_day(self);
    if (is_none(time->zone)) {
        *result = datetime_mix(rank(time->clock));
        return true;
    }
    Value key = datetime_call(thread, LATE_time, "_hash", self, NULL, 0, NULL);
    return !is_error(key) && operation_hash(thread, key, result);
}

static void trace_zone(Marker *marker, Object *self) {
    mark_value(marker, ((TimeOfDay *)self)->zone);
}

static const GetSetSpec getsets[] = {
    DATETIME_CLOCK_GETSETS,
    GETSET_END,
};

const TypeSpec time_type_spec = {
    .name = "datetime.time",
    .doc = "(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)\n--\n\n"
           "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object",
    .size = sizeof(TimeOfDay),
    .slots = {.hash = hash, .compare = compare, .construct = construct, .trace = trace_zone},
    .getsets = getsets,
};
