// SPDX-License-Identifier: MIT
//
// What generic_alias.c and union.c share: how the parts of a type expression are written.
#pragma once

#include "text_builder.h"

// Types are written by name, `...` as itself, anything else as its repr. false: exception.
bool generic_alias_add_part(TextBuilder *out, Value part);
