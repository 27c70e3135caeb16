# SPDX-License-Identifier: MIT
"""The native half of CPython's json, as far as its tests name it: Mini's json has one form."""

from json import _encode_basestring as encode_basestring
from json import _encode_basestring_ascii as encode_basestring_ascii
from json import _scanstring as scanstring
