# SPDX-License-Identifier: MIT
"""Stand-in for http, of which CPython's tests of pickle take one class of cookies."""
