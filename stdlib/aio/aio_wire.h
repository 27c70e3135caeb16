// SPDX-License-Identifier: MIT
//
// The module `_aio_wire`, on which aio_socket_transports.mini stands.
#pragma once

#include "module.h"

// Fills the module `_aio_wire`.
bool wire_module_init(Thread *thread, Module *module);
