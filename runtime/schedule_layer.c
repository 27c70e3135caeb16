// SPDX-License-Identifier: MIT
//
// Putting on and taking off. A layer's record is kept for the run that it began: what is put on
// later decides differently, but which moment took which option is all that a token says.
#include "schedule_layer.h"

#include <stdlib.h>

#include "control.h"
#include "runtime.h"

// Somebody else decides: a token, the explorer.
static bool is_decided(const Schedule *schedule) {
    return schedule->strategy != NULL && !schedule->strategy->gives_way;
}

static void cover(Runtime *runtime, ScheduleLayer *layer) {
    Schedule *schedule = &runtime->schedule;
    layer->below = schedule->layers;
    layer->covered = schedule->strategy;
    layer->covered_state = schedule->state;
    schedule->layers = layer;
}

// The layer decides from here on. false: it cannot.
static bool enforce(Runtime *runtime, ScheduleLayer *layer, uint32_t program,
                    const char **problem) {
    Schedule *schedule = &runtime->schedule;
    const ScheduleStrategy *strategy = layer->choice.strategy;
    if (strategy == &strategy_replay && layer->choice.replay.token.program != program) {
        *problem = "is a token of another program, or this one has changed since";
        return false;
    }
    layer->began = strategy != NULL && schedule->strategy == NULL;
    if (layer->began && runtime->alive > 1) {
        *problem = "can only begin while no other thread runs";
        return false;
    }
    if (strategy == NULL && schedule->strategy != NULL) {
        *problem = "cannot follow a schedule that is in force";
        return false;
    }
    cover(runtime, layer);
    if (layer->began) {
        control_begin(runtime, strategy, &layer->choice.replay);
        layer->record.program = program;
        schedule->record = &layer->record;
    } else if (strategy != NULL) {
        schedule->strategy = strategy;
        schedule->state = &layer->choice.replay;
    }
    return true;
}

bool schedule_layer_put(RuntimeThread *thread, const char *text, uint32_t program,
                        const char **problem) {
    Runtime *runtime = thread->runtime;
    ScheduleLayer *layer = calloc(1, sizeof *layer); // of which mostly no page is touched
    *problem = "needs more memory than there is";
    if (layer == NULL) {
        return false;
    }
    bool good = schedule_parse(&layer->choice, text, problem);
    if (good && is_decided(&runtime->schedule)) {
        cover(runtime, layer);
    } else if (!good || !enforce(runtime, layer, program, problem)) {
        free(layer);
        return false;
    }
    return true;
}

bool schedule_layer_put_along(RuntimeThread *thread, const char *token, uint32_t program,
                              const char **problem) {
    Schedule *schedule = &thread->runtime->schedule;
    if (!schedule_layer_put(thread, token, program, problem)) {
        return false;
    }
    ScheduleLayer *layer = schedule->layers;
    if (schedule->strategy == &strategy_replay && schedule->state == &layer->choice.replay) {
        layer->choice.replay.trail = &layer->trail;
    }
    return true;
}

const Trail *schedule_layer_trail(const Schedule *schedule) {
    const ScheduleLayer *layer = schedule->layers;
    bool keeps = layer != NULL && layer->choice.strategy == &strategy_replay;
    return keeps ? layer->choice.replay.trail : NULL;
}

bool schedule_layer_take_off(RuntimeThread *thread) {
    Runtime *runtime = thread->runtime;
    Schedule *schedule = &runtime->schedule;
    ScheduleLayer *layer = schedule->layers;
    if (layer == NULL || (layer->began && runtime->alive > 1)) {
        return false;
    }
    if (layer->began) {
        control_end(runtime);
    }
    schedule->strategy = layer->covered;
    schedule->state = layer->covered_state;
    schedule->layers = layer->below;
    free(layer);
    return true;
}

void schedule_layers_free(Schedule *schedule) {
    while (schedule->layers != NULL) {
        ScheduleLayer *layer = schedule->layers;
        schedule->layers = layer->below;
        free(layer);
    }
}
