// SPDX-License-Identifier: MIT
//
// The table of the binary's modules. Nothing here runs before a program asks for a module: a row
// is a name, a function that fills the module, and perhaps a text to be run after that.
#include "modules.h"

#include "embedded_lengths.h"

const ModuleSpec stdlib_modules[] = {
#define NATIVE_MODULE(name, initialise) {name, initialise, NULL, 0},
#define SOURCE_MODULE(name, text) {name, NULL, embedded_##text, EMBEDDED_##text##_LENGTH},
#define MIXED_MODULE(name, initialise, text)                                                       \
    {name, initialise, embedded_##text, EMBEDDED_##text##_LENGTH},
#include "modules.def"
#undef NATIVE_MODULE
#undef SOURCE_MODULE
#undef MIXED_MODULE
    {NULL, NULL, NULL, 0},
};

const ModuleAlias stdlib_aliases[] = {
#define MODULE_ALIAS(alias, name) {alias, name},
#include "modules.def"
#undef MODULE_ALIAS
    {NULL, NULL},
};
