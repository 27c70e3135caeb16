// SPDX-License-Identifier: MIT
//
// Runs the suites of the runtime.
//
//     CK_RUN_CASE=gil      one of them (gil, park, deadlock, ledger, races, trace, thread, signals,
//                          poller)
//     CK_FORK=no           all in this process, for debuggers and sanitizers
#include <stdlib.h>

#include "fake_vm.h"

enum { TIME_LIMIT_SECONDS = 300 };

int main(void) {
    TCase *(*const makers[])(void) = {gil_cases,    control_cases, park_cases,  deadlock_cases,
                                      ledger_cases, race_cases,    trace_cases, thread_cases,
                                      signal_cases, poller_cases};
    Suite *suite = suite_create("runtime");
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
