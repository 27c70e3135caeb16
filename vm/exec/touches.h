// SPDX-License-Identifier: MIT
//
// What a step touches: places, containers as a whole, locks and queues.
//
// Variables, attributes and items are *places*: reading and writing the same place from two
// threads, with nothing that orders them, is a data race. A list, dict, set or deque as a whole is
// touched, too, by whatever goes through it or changes its length. Each method call of such a
// container is one step, so two of them are no data race; but their order matters, so they are
// worth a choice. A container as a whole has two locations: its structure, which a method that
// changes it writes and everything else reads; and its content, which storing an item writes and
// looking through it reads. An iterator has a state of its own that next() changes; a generator is
// busy from its resumption to its `yield`, so that two threads can get into each other's way.
//
// A step has room for a few touches. What goes beyond is left out: it can make the search miss an
// order, never invent one.
#pragma once

#include "interpreter.h"
#include "schedule.h"

// The variable, attribute or global `name` of `object`.
void touch_name(ScheduleStep *step, const void *object, const Str *name, bool writes);
// A variable of an outer function; `name` may be NULL.
void touch_cell(ScheduleStep *step, Value cell, const Str *name, bool writes);
// An attribute; nothing when it goes through code that tells for itself.
void touch_attribute(Thread *thread, ScheduleStep *step, Value v, Str *name, bool writes);
// Reading an attribute if the object itself has it, and not its class.
void touch_own_attribute(Thread *thread, ScheduleStep *step, Value v, Str *name);
void touch_item(Thread *thread, ScheduleStep *step, Value container, Value key, bool writes);

// A container as a whole; nothing when `v` is none.
void touch_whole(ScheduleStep *step, Value v, bool writes);
// Reading it together with the containers in it, as comparing and printing do.
void touch_deeply(ScheduleStep *step, Value v);
// The iterator gives its next item.
void touch_next(ScheduleStep *step, Value iterator);
// The object itself: a generator that is entered or left.
void touch_object(ScheduleStep *step, const void *object);

bool is_sync(Value v);
// A lock, queue, thread: makes it a STEP_SYNC.
void touch_sync(ScheduleStep *step, Value v, bool writes);

// What a call of something built in does to its receiver and its arguments.
void touch_call(Thread *thread, ScheduleStep *step, Value callee, const Value *args, size_t count);
