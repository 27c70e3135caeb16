# SPDX-License-Identifier: MIT
"""Mini's sqlite3 is written in Mini; its tests ask for the native module first."""

from sqlite3 import *
