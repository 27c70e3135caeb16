# SPDX-License-Identifier: MIT
"""What other tests take from CPython's tests of import, which are about its import system."""


def no_rerun(reason):
    return lambda function: function
