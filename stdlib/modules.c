// SPDX-License-Identifier: MIT
//
// The table of the binary's modules. Nothing here runs before a program asks for a module: a row
// is a name, a function that fills the module, and perhaps compiled code to be run after that.
#include "modules.h"

const ModuleSpec stdlib_modules[] = {
#define NATIVE_MODULE(name, initialise) {name, initialise, NULL},
#define SOURCE_MODULE(name, text) {name, NULL, &embedded_##text},
#define MIXED_MODULE(name, initialise, text) {name, initialise, &embedded_##text},
#include "modules.def"
#undef NATIVE_MODULE
#undef SOURCE_MODULE
#undef MIXED_MODULE
    {NULL, NULL, NULL},
};

const ModuleAlias stdlib_aliases[] = {
#define MODULE_ALIAS(alias, name) {alias, name},
#include "modules.def"
#undef MODULE_ALIAS
    {NULL, NULL},
};

const char *const stdlib_built_in[] = {
#define BUILT_IN_NAME(name) name,
#include "modules.def"
#undef BUILT_IN_NAME
    NULL,
};
