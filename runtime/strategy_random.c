// SPDX-License-Identifier: MIT
//
// `random:SEED`: a random walk through the schedules. At one step in four somebody is drawn, the
// running thread included; where a choice must be made, every option is as likely. Simple, and
// surprisingly good at finding bugs that need no long detour. The generator is seeded, so a number
// is all it takes to see the same run again.
#include "strategies.h"

enum { ONE_IN = 4 };

uint64_t seeded_next(SeededNumbers *numbers) {
    uint64_t z = numbers->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t seeded_below(SeededNumbers *numbers, uint64_t count) {
    return (uint64_t)(((unsigned __int128)seeded_next(numbers) * count) >> 64);
}

void random_walk_begin(RandomWalk *walk, uint64_t seed) {
    walk->numbers.state = seed;
}

static bool considers(void *state, uint64_t moment, const ScheduleStep *step) {
    (void)moment;
    (void)step;
    return seeded_below(&((RandomWalk *)state)->numbers, ONE_IN) == 0;
}

static size_t choose(void *state, const Choice *choice) {
    return seeded_below(&((RandomWalk *)state)->numbers, choice->count);
}

const ScheduleStrategy strategy_random = {"random", considers, choose, false, true};
