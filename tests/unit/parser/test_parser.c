// SPDX-License-Identifier: MIT
//
// The parser's test program.
//
// Trees, errors, scopes and hostile input each have a file of their own; this
// one puts their cases into one suite and runs it.
#include "parsing.h"

int main(void) {
    Suite *suite = suite_create("parser");
    suite_add_tcase(suite, tree_cases());
    suite_add_tcase(suite, errors_cases());
    suite_add_tcase(suite, symbols_cases());
    suite_add_tcase(suite, hostile_cases());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
