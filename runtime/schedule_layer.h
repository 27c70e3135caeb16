// SPDX-License-Identifier: MIT
//
// A strategy that the program itself puts in force, for a block or from then on (module schedule).
//
// Layers lie on one another: what is put on last decides, and what is under it goes on deciding
// when that is taken off. The first layer of a free run begins a controlled one, which is only
// possible while the main thread is alone, and taking it off ends it, which is only possible when
// it is alone again: threads of a controlled run are fibers, those of a free run are not.
//
// A run that is repeated from a token or explored has somebody else who decides. Then the program's
// wishes do not count: a layer is put on that changes nothing.
#pragma once

#include "schedule.h"
#include "strategies.h"

typedef struct ScheduleLayer {
    ScheduleLayer *below;
    const ScheduleStrategy *covered; // what was in force under it
    void *covered_state;
    bool began;            // the controlled run
    ScheduleChoice choice; // what it is; not in use if the layer changes nothing
    ScheduleToken record;  // of the run, if it began it
    Trail trail;           // of the run, if it is a token and somebody asked for it
} ScheduleLayer;

// Put the strategy `text` in force; `program` is the hash that tokens carry. GIL held. false:
// *problem says why not, in a phrase that can follow "'TEXT' ".
bool schedule_layer_put(RuntimeThread *thread, const char *text, uint32_t program,
                        const char **problem);

// The same with a token, keeping a trail of what else could have been chosen.
bool schedule_layer_put_along(RuntimeThread *thread, const char *token, uint32_t program,
                              const char **problem);

// The trail of the topmost layer; NULL if it keeps none.
const Trail *schedule_layer_trail(const Schedule *schedule);

// Take the topmost layer off. false: there is none, or threads that it controls are still alive.
bool schedule_layer_take_off(RuntimeThread *thread);

// Free all that are left. No thread is controlled any more.
void schedule_layers_free(Schedule *schedule);
