// SPDX-License-Identifier: MIT
//
// The two ways of filling in a template: "{0.name:>10}".format(...) and "%-10s" % values.
#pragma once

#include "object.h"

// template.format(*args, **kwargs). Field names are looked up in `mapping` (a dict, or any mapping
// for format_map, where `args` is NULL). NULL: exception set.
Str *format_string_braces(Thread *thread, Str *template, Tuple *args, Value mapping);
// template % values; `values` is a tuple, a mapping or a single value.
Str *format_string_percent(Thread *thread, Str *template, Value values);
// The same for bytes.
Value format_bytes_percent(Thread *thread, Value template, Value values);
