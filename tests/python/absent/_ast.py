# SPDX-License-Identifier: MIT
"""The native half of CPython's ast, as far as its tests name it."""

from ast import *
