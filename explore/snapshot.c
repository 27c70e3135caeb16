// SPDX-License-Identifier: MIT
//
// The regions of memory are read from /proc/self/maps. The handler of SIGSEGV runs on a stack in
// shared memory, because the very page of the stack may be the one that is written to. A signal
// handler gets no argument of ours, so the snapshot it works for is a file-level variable.
#include "snapshot.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    PAGE = 4096,
    REGIONS_MAX = 4096,
    PAGES_MAX = 65536,
    MAPS_SIZE = 1 << 20,
    HANDLER_STACK = 64 * 1024,
    RUNS_BETWEEN_SWEEPS = 256,
};

typedef struct Region {
    char *low, *high;
} Region;

typedef struct WrittenPage {
    char *page, *copy;
} WrittenPage;

struct Snapshot {
    Shared *shared;
    Region regions[REGIONS_MAX];
    size_t region_count;
    WrittenPage pages[PAGES_MAX];
    size_t page_count;
    Region stack;
    char *stack_copy;
    char *heap_end; // of malloc's heap, the "break"
    char *maps;     // room for the text of /proc/self/maps
    unsigned restored;
};

static Snapshot *current;

// ---- the regions ----

// Call `visit` for each private writable mapping, the thread's own stack left out.
static void each_region(Snapshot *snapshot, void (*visit)(Snapshot *snapshot, Region region)) {
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got;
    while (file >= 0 && length < MAPS_SIZE - 1 &&
           (got = read(file, snapshot->maps + length, MAPS_SIZE - 1 - length)) > 0) {
        length += (size_t)got;
    }
    close(file);
    snapshot->maps[length] = '\0';
    for (char *line = snapshot->maps; *line != '\0'; line = strchr(line, '\n') + 1) {
        char *end;
        Region region;
        region.low = (char *)(uintptr_t)strtoull(line, &end, 16);
        region.high = (char *)(uintptr_t)strtoull(end + 1, &end, 16);
        bool holds_stack = snapshot->stack.low >= region.low && snapshot->stack.low < region.high;
        if (strncmp(end, " rw-p", 5) == 0 && !holds_stack) {
            visit(snapshot, region);
        }
    }
}

static void add_region(Snapshot *snapshot, Region region) {
    if (snapshot->region_count < REGIONS_MAX) {
        snapshot->regions[snapshot->region_count++] = region;
    }
}

static bool is_known(const Snapshot *snapshot, const char *address) {
    for (size_t i = 0; i < snapshot->region_count; i++) {
        if (address >= snapshot->regions[i].low && address < snapshot->regions[i].high) {
            return true;
        }
    }
    return false;
}

// Memory that a run has mapped, and that nobody knows of any more.
static void unmap_if_new(Snapshot *snapshot, Region region) {
    if (!is_known(snapshot, region.low)) {
        munmap(region.low, (size_t)(region.high - region.low));
    }
}

// ---- the first write to a page ----

static bool note_write(Snapshot *snapshot, char *page) {
    if (!is_known(snapshot, page) || snapshot->page_count == PAGES_MAX) {
        return false;
    }
    char *copy = shared_allocate(snapshot->shared, PAGE);
    if (copy == NULL || mprotect(page, PAGE, PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    memcpy(copy, page, PAGE);
    snapshot->pages[snapshot->page_count++] = (WrittenPage){page, copy};
    return true;
}

static void on_fault(int number, siginfo_t *info, void *context) {
    (void)context;
    char *page = (char *)((uintptr_t)info->si_addr & ~(uintptr_t)(PAGE - 1));
    if (current == NULL || !note_write(current, page)) {
        signal(number, SIG_DFL); // a fault of another kind: it comes again, and is fatal
    }
}

static bool catch_faults(Shared *shared) {
    stack_t stack = {.ss_size = HANDLER_STACK, .ss_sp = shared_allocate(shared, HANDLER_STACK)};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    action.sa_sigaction = on_fault;
    return stack.ss_sp != NULL && sigaltstack(&stack, NULL) == 0 &&
           sigaction(SIGSEGV, &action, NULL) == 0;
}

// ---- taking and restoring ----

static bool protect_all(const Snapshot *snapshot, int protection) {
    for (size_t i = 0; i < snapshot->region_count; i++) {
        const Region *region = &snapshot->regions[i];
        if (mprotect(region->low, (size_t)(region->high - region->low), protection) != 0) {
            return false;
        }
    }
    return true;
}

Snapshot *snapshot_take(Shared *shared, char *stack_low, char *stack_high) {
    Snapshot *snapshot = shared_allocate(shared, sizeof *snapshot);
    char *maps = shared_allocate(shared, MAPS_SIZE);
    if (snapshot == NULL || maps == NULL || !catch_faults(shared)) {
        return NULL;
    }
    *snapshot = (Snapshot){.shared = shared, .maps = maps, .stack = {stack_low, stack_high}};
    snapshot->stack_copy = shared_copy(shared, stack_low, (size_t)(stack_high - stack_low));
    snapshot->heap_end = sbrk(0);
    if (snapshot->stack_copy == NULL) {
        return NULL;
    }
    current = snapshot;
    each_region(snapshot, add_region);
    return protect_all(snapshot, PROT_READ) ? snapshot : NULL;
}

void snapshot_restore(Snapshot *snapshot) {
    bool heap_has_grown = sbrk(0) != snapshot->heap_end;
    for (size_t i = 0; i < snapshot->page_count; i++) {
        memcpy(snapshot->pages[i].page, snapshot->pages[i].copy, PAGE);
    }
    size_t stack_size = (size_t)(snapshot->stack.high - snapshot->stack.low);
    memcpy(snapshot->stack.low, snapshot->stack_copy, stack_size);
    if (heap_has_grown && brk(snapshot->heap_end) != 0) {
        abort();
    }
    if (++snapshot->restored % RUNS_BETWEEN_SWEEPS == 0) {
        each_region(snapshot, unmap_if_new);
    }
}

void snapshot_release(Snapshot *snapshot) {
    protect_all(snapshot, PROT_READ | PROT_WRITE);
    signal(SIGSEGV, SIG_DFL);
    current = NULL;
}
