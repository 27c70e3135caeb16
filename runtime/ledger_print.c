// SPDX-License-Identifier: MIT
//
// The table of `mini --stats`. Each thread's line says how its life was divided; the percentages of
// a line add up to exactly 100 because they are rounded together (largest remainder, the way seats
// are given to parties). The last line says in words what the table shows.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ledger.h"
#include "runtime.h"

enum { TIME_SIZE = 16, MAX_SHARES = 12, TENTHS = 1000 };

static const char *format_time(int64_t ns, char text[TIME_SIZE]) {
    double value = (double)ns;
    if (ns >= CLOCK_NS_PER_SECOND) {
        snprintf(text, TIME_SIZE, "%.3f s", value / 1e9);
    } else if (ns >= CLOCK_NS_PER_MS) {
        snprintf(text, TIME_SIZE, "%.2f ms", value / 1e6);
    } else {
        snprintf(text, TIME_SIZE, "%.1f us", value / 1e3);
    }
    return text;
}

// The parts as tenths of a per cent of their sum; they add up to 1000 exactly (if the sum is not
// 0).
static void share(const int64_t *parts, int *tenths, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)parts[i];
    }
    int given = 0;
    for (size_t i = 0; i < count; i++) {
        tenths[i] = sum > 0 ? (int)((double)parts[i] / sum * TENTHS) : 0;
        given += tenths[i];
    }
    for (; sum > 0 && given < TENTHS; given++) {
        size_t best = 0;
        double most = -1;
        for (size_t i = 0; i < count; i++) {
            double missing = (double)parts[i] / sum * TENTHS - tenths[i];
            if (missing > most) {
                most = missing;
                best = i;
            }
        }
        tenths[best]++;
    }
}

static int name_width(const LedgerRow *rows, size_t count) {
    size_t width = strlen("thread");
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(rows[i].name);
        width = length > width ? length : width;
    }
    return (int)width;
}

static void print_head(FILE *out, int width) {
    fprintf(out, "%-*s  %9s", width, "thread", "life");
    for (size_t i = 0; i < THREAD_STATE_COUNT; i++) {
        fprintf(out, "  %17s", ledger_state_name((ThreadState)i));
    }
    fprintf(out, "  %9s  %12s  switches by cause\n", "acquired", "longest wait");
}

static void print_switches(FILE *out, const LedgerRow *row) {
    const char *separator = "  ";
    for (size_t i = 0; i < GIL_CAUSE_COUNT; i++) {
        if (row->switches[i] > 0) {
            fprintf(out, "%s%s %" PRIu64, separator, ledger_cause_name((GilCause)i),
                    row->switches[i]);
            separator = ", ";
        }
    }
    fprintf(out, "%s\n", *separator == ' ' ? "  none" : "");
}

static void print_row(FILE *out, const LedgerRow *row, int width) {
    char text[TIME_SIZE];
    int tenths[THREAD_STATE_COUNT];
    share(row->spent, tenths, THREAD_STATE_COUNT);
    fprintf(out, "%-*s  %9s", width, row->name, format_time(row->life, text));
    for (size_t i = 0; i < THREAD_STATE_COUNT; i++) {
        fprintf(out, "  %9s %3d.%d %%", format_time(row->spent[i], text), tenths[i] / 10,
                tenths[i] % 10);
    }
    fprintf(out, "  %9" PRIu64 "  %12s", row->acquisitions, format_time(row->longest_wait, text));
    print_switches(out, row);
}

// ---- the verdict ----

// For a twentieth of the program's time or more.
static bool wanted_cpu(const LedgerRow *row, int64_t life) {
    return row->threads == 1 &&
           (row->spent[THREAD_RUNNING] + row->spent[THREAD_WAITING]) * 20 >= life;
}

// For a tenth of the time in which it wanted the CPU, or more.
static bool had_to_wait(const LedgerRow *row) {
    return row->spent[THREAD_WAITING] * 10 >=
           row->spent[THREAD_RUNNING] + row->spent[THREAD_WAITING];
}

static void print_no_contest(FILE *out, const LedgerRow *rows, size_t count, int64_t life) {
    size_t busy = 0;
    for (size_t i = 0; i < count; i++) {
        busy += wanted_cpu(&rows[i], life);
    }
    if (busy < 2) {
        fprintf(out, "\n%s\n",
                busy == 1 ? "1 thread wanted the CPU; it did not have to share it"
                          : "no thread wanted the CPU for long");
        return;
    }
    fprintf(out, "\n%zu threads wanted the CPU, hardly ever two at a time\n", busy);
}

// How the rivals divided the CPU among them; nothing if they are too many for a line.
static void print_shares(FILE *out, const int64_t *running, size_t rivals) {
    int tenths[MAX_SHARES];
    if (rivals > MAX_SHARES) {
        return;
    }
    share(running, tenths, rivals);
    for (size_t i = 0; i < rivals; i++) {
        fprintf(out, "%s%d.%d %%", i ? " / " : ": ", tenths[i] / 10, tenths[i] % 10);
    }
}

static void print_verdict(FILE *out, const LedgerRow *rows, size_t count, int64_t life) {
    int64_t running[MAX_SHARES];
    int64_t waited = 0;
    char text[TIME_SIZE];
    size_t rivals = 0;
    for (size_t i = 0; i < count; i++) {
        if (wanted_cpu(&rows[i], life) && had_to_wait(&rows[i])) {
            if (rivals < MAX_SHARES) {
                running[rivals] = rows[i].spent[THREAD_RUNNING];
            }
            waited += rows[i].spent[THREAD_WAITING];
            rivals++;
        }
    }
    if (rivals < 2) {
        print_no_contest(out, rows, count, life);
        return;
    }
    fprintf(out, "\n%zu threads wanted the CPU; the GIL let one run at a time", rivals);
    print_shares(out, running, rivals);
    fprintf(out, " (%s spent waiting for it)\n", format_time(waited, text));
}

// What kept event loops, if there were any.
static void print_steps(FILE *out, const LedgerSteps *steps) {
    char text[TIME_SIZE];
    if (steps->count > 0) {
        fprintf(out,
                "event loop: %" PRIu64 " steps, %" PRIu64
                " longer than %d ms; the longest took %s: "
                "%s\n",
                steps->count, steps->kept_long, LEDGER_LONG_STEP_MS,
                format_time(steps->longest, text), steps->text);
    }
}

void ledger_print(Runtime *runtime, FILE *out) {
    size_t capacity = LEDGER_ENDED_ROWS + 1 + (size_t)runtime->alive;
    LedgerRow *rows = malloc(capacity * sizeof *rows);
    if (!rows) {
        return;
    }
    size_t count = ledger_snapshot(runtime, rows, capacity);
    int width = name_width(rows, count);
    int64_t life = clock_real_now() - runtime->started;
    char interval[TIME_SIZE];
    char total[TIME_SIZE];
    fprintf(out, "GIL ledger: policy %s, switch interval %s, schedule %s, %s in all\n\n",
            gil_policy_name(&runtime->gil), format_time(gil_interval(&runtime->gil), interval),
            schedule_name(&runtime->schedule), format_time(life, total));
    print_head(out, width);
    for (size_t i = 0; i < count; i++) {
        print_row(out, &rows[i], width);
    }
    print_verdict(out, rows, count, life);
    print_steps(out, &runtime->steps);
    free(rows);
}
