# SPDX-License-Identifier: MIT
"""What CPython's os.path for different systems share; Mini has one."""

from os.path import *
