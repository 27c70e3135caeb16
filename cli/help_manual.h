// SPDX-License-Identifier: MIT
//
// The manual page.
#pragma once

// Print mini(1) as groff source for -man.
void help_manual_print(void);
