# SPDX-License-Identifier: MIT
"""Stand-in for http, of which CPython's tests take a class of cookies and one of servers."""
