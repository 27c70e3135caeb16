// SPDX-License-Identifier: MIT
//
// What datetime takes over from time: attributes, and comparing the parts of the clock.
#pragma once

#include "datetime_parts.h"

Value datetime_clock_get_hour(Thread *thread, Value self);
Value datetime_clock_get_minute(Thread *thread, Value self);
Value datetime_clock_get_second(Thread *thread, Value self);
Value datetime_clock_get_micro(Thread *thread, Value self);
Value datetime_clock_get_fold(Thread *thread, Value self);
Value datetime_clock_get_zone(Thread *thread, Value self);
Value datetime_clock_get_parts(Thread *thread, Value self);

#define DATETIME_CLOCK_GETSETS                                                                     \
    GETSET("hour", datetime_clock_get_hour, NULL, "0 to 23."),                                     \
        GETSET("minute", datetime_clock_get_minute, NULL, "0 to 59."),                             \
        GETSET("second", datetime_clock_get_second, NULL, "0 to 59."),                             \
        GETSET("microsecond", datetime_clock_get_micro, NULL, "0 to 999999."),                     \
        GETSET("fold", datetime_clock_get_fold, NULL,                                              \
               "1 if the clock shows this for the second time, having been put back."),            \
        GETSET("tzinfo", datetime_clock_get_zone, NULL, "The zone, or None."),                     \
        GETSET("_tzinfo", datetime_clock_get_zone, NULL, "The zone, or None."),                    \
        GETSET("_clock", datetime_clock_get_parts, NULL,                                           \
               "(hour, minute, second, microsecond, fold)")

// Negative, 0 or positive; fold does not count.
int datetime_clock_order(DayTime a, DayTime b);
Value datetime_new_time(Thread *thread, Type *type, DayTime clock, Value zone);
