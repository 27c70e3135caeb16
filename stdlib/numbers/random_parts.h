// SPDX-License-Identifier: MIT
//
// What the native files of the module random share.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The SHA-512 digest of `length` bytes.
void random_hash(const uint8_t *data, size_t length, uint8_t digest[64]);
