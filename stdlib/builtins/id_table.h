// SPDX-License-Identifier: MIT
//
// The numbers that id() gives to objects.
#pragma once

#include "object.h"

// The number of `object`: the same for as long as it lives, no other object's meanwhile.
uint64_t id_table_number(Thread *thread, Object *object);
