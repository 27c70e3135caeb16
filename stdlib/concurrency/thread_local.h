// SPDX-License-Identifier: MIT
//
// The type `_thread._local`, which programs know as threading.local.
#pragma once

#include "object.h"

extern const TypeSpec local_type_spec;
