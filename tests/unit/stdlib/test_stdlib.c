// SPDX-License-Identifier: MIT
//
// Runs the suites of the standard library's C code: of what keeps its promises by itself, such as
// the queues of the event loop. What programs can see is tested by programs, in tests/stdlib.
//
//     CK_RUN_CASE=NAME     one of them
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
