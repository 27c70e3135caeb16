// SPDX-License-Identifier: MIT
//
// What lets shells complete the words of a command line of mini.
#pragma once

// Print the script for a shell: bash, zsh, fish. Returns the exit status.
int completions_print(const char *shell);
