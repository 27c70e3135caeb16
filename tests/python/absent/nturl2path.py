# SPDX-License-Identifier: MIT
"""Stand-in for nturl2path, the paths of another system, and what urllib.request knows of others."""

import unittest
import urllib.request


def url2pathname(*args):
    raise unittest.SkipTest("another system")


pathname2url = url2pathname
urllib.request._proxy_bypass_macosx_sysconf = url2pathname
urllib.request._proxy_bypass_winreg_override = url2pathname
