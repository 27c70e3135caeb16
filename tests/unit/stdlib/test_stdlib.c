// SPDX-License-Identifier: MIT
//
// Runs the cases of the standard library's C code (CK_RUN_CASE chooses one).
#include "real_vm.h"

#include <stdlib.h>

enum { TIME_LIMIT_SECONDS = 100 };

int main(void) {
    TCase *(*const makers[])(void) = {aio_queue_cases, aio_trace_cases};
    Suite *suite = suite_create("stdlib");
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
