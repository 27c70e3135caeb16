# SPDX-License-Identifier: MIT
"""Lets the oracle import .mini files, as Mini does: for CPython they are Python source too."""

import importlib.machinery
import sys

importlib.machinery.SOURCE_SUFFIXES.append(".mini")
sys.path_importer_cache.clear()
