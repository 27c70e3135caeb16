// SPDX-License-Identifier: MIT
//
// The table of modules that import finds inside the binary, made from modules.def.
#pragma once

#include "image.h"
#include "import.h"

extern const ModuleSpec stdlib_modules[];   // ends with {0}
extern const ModuleAlias stdlib_aliases[];  // ends with {0}
extern const char *const stdlib_built_in[]; // ends with NULL

#define NATIVE_MODULE(name, initialise) bool initialise(Thread *thread, Module *module);
#define MIXED_MODULE(name, initialise, text) bool initialise(Thread *thread, Module *module);
#include "modules.def"
#undef NATIVE_MODULE
#undef MIXED_MODULE

// The compiled modules: written by embed.c from the .mini files.
#define SOURCE_MODULE(name, text) extern const ModuleImage embedded_##text;
#define MIXED_MODULE(name, initialise, text) extern const ModuleImage embedded_##text;
#include "modules.def"
#undef SOURCE_MODULE
#undef MIXED_MODULE
