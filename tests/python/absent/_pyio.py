# SPDX-License-Identifier: MIT
"""Stand-in for CPython's io written in Python. Its tests, of classes named Py..., are skipped."""

from io import *
