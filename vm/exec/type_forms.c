// SPDX-License-Identifier: MIT
//
// Making type variables and aliases for `def f[T]`, `class C[T]` and `type X = ...`.
//
// Their classes are written in Mini, in the module typing, which is loaded when the first of them
// is made; a program without such syntax never pays for it. CPython has the classes in C
// (typevarobject.c) and the loop calls them as "intrinsics".
#include "type_forms.h"

#include "attribute.h"
#include "call.h"
#include "error.h"
#include "execute.h"
#include "import.h"
#include "str.h"

Value step_type_form(Thread *thread, size_t form, const Value *parts) {
    static const char *const functions[TYPE_FORM_COUNT] = {
#define FORM(name, function) [TYPE_FORM_##name] = function,
#include "type_forms.def"
    };
    Module *module = import_module(thread, str_intern_c(thread, "_typing_generic"));
    if (!module)
        return VALUE_ERROR;
    Str *name = str_intern_c(thread, functions[form]);
    Value function = attribute_get(thread, value_object(module), name);
    if (is_error(function))
        return VALUE_ERROR;
    Value arguments[3];
    for (int i = 0; i < 3; i++)
        arguments[i] = is_undefined(parts[i]) ? VALUE_NONE : parts[i];
    return call_value(thread, function, arguments, 3);
}
