# SPDX-License-Identifier: MIT
"""Stand-in for wsgiref, of which CPython's tests of asyncio take a small server."""
