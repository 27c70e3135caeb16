// SPDX-License-Identifier: MIT
//
// Memory that processes share, for what they wait for each other with.
//
// It comes in chunks: files in memory (memfd) that are mapped by every process that has something
// in them. A forked child has the mappings of its parent; a spawned one gets the descriptor. Room
// in a chunk is handed out by a counter in the chunk itself, so that processes do not hand out the
// same room twice, and never taken back; the kernel frees a chunk when the last process has
// unmapped it, and a process does so when the collector finds that nothing of the chunk is in use.
#pragma once

#include "library.h"

typedef struct SharedChunk {
    Object object;
    uint8_t *memory; // NULL: unmapped
    int64_t fd;
    uint64_t device, inode;
} SharedChunk;

// Where a thing is.
typedef struct SharedPlace {
    SharedChunk *chunk;
    size_t offset;
} SharedPlace;

extern const TypeSpec shared_chunk_type_spec;
extern const TypeSpec shared_state_type_spec;

// Zeroed room of `size` bytes; false with an exception.
bool process_shared_allocate(Thread *thread, size_t size, SharedPlace *place);
// The room that another process calls (descriptor, offset), a tuple; false with an exception. The
// descriptor is taken over.
bool process_shared_attach(Thread *thread, Value descriptor_and_offset, size_t size,
                           SharedPlace *place);
// (descriptor, offset) for another process.
Value process_shared_locate(Thread *thread, const SharedPlace *place);

static inline void *process_shared_address(const SharedPlace *place) {
    return place->chunk->memory + place->offset;
}

// This process, told from all others that may get its number later: the number in the low half, a
// part of the time when it was started in the high one.
uint64_t process_shared_self(Thread *thread);
// Has that process ended? Zombies have.
bool process_shared_is_dead(uint64_t process);
