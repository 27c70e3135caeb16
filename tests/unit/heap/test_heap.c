// SPDX-License-Identifier: MIT
//
// Runs the suites of the heap: allocate, mark, limits (CK_RUN_CASE chooses one).
//
// Each suite is a file of its own and promises to leave no heap behind; the time limit is generous,
// because the same program runs under the sanitizers.
#include <stdlib.h>

#include "fake_objects.h"

enum { TIME_LIMIT_SECONDS = 300 };

int main(void) {
    TCase *(*const makers[])(void) = {allocate_cases, mark_cases, limit_cases};
    Suite *suite = suite_create("heap");
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        TCase *cases = makers[i]();
        tcase_set_timeout(cases, TIME_LIMIT_SECONDS);
        suite_add_tcase(suite, cases);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
