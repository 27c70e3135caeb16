// SPDX-License-Identifier: MIT
//
// The types of thread_sync.c.
#pragma once

#include "object.h"

extern const TypeSpec condition_type_spec;
extern const TypeSpec semaphore_type_spec;
extern const TypeSpec bounded_semaphore_type_spec;
extern const TypeSpec event_type_spec;
