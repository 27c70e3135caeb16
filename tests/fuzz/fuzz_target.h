// SPDX-License-Identifier: MIT
//
// The one function a fuzz target is: libFuzzer's contract, shared with replay.c.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Feeds one input to the code under test; a finding is a crash. Returns 0.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
