// SPDX-License-Identifier: MIT
//
// The objects behind the syntax of type parameters: type variables, aliases, Generic[...].
#pragma once

typedef enum TypeForm {
#define FORM(name, function) TYPE_FORM_##name,
#include "type_forms.def"
    TYPE_FORM_COUNT
} TypeForm;
