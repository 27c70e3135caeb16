// SPDX-License-Identifier: MIT
//
// Channel: messages between processes over a descriptor; connection.Connection is made of it. What
// a message looks like on its way is one of two forms: in a stream, or as packets.
#pragma once

#include "bytes.h"
#include "process_module.h"
#include "process_watch.h"

typedef struct Channel {
    Object object;
    int64_t fd; // -1: closed
    uint64_t readable, writable, packets;
    uint8_t *spare;   // room for a packet, NULL while somebody uses it
    WatchHabit habit; // of who receives
} Channel;

// ---- A stream (process_stream.c) ----

// The next message as bytes; UNDEFINED, with nothing of it read, when it is longer than `most`. -1:
// it may be of any length.
Value process_stream_receive(Thread *thread, Channel *channel, int64_t most);
// Send one message, waiting for room. false: exception.
bool process_stream_send(Thread *thread, int fd, const uint8_t *data, size_t length);

// ---- Packets (process_packet.c) ----

// The next message as bytes, waited for.
Value process_packet_receive(Thread *thread, Channel *channel);
// The same until `deadline`, of the runtime's clock; None when none has come by then.
Value process_packet_receive_until(Thread *thread, Channel *channel, int64_t deadline);
// Send one message, waiting for room. false: exception.
bool process_packet_send(Thread *thread, int fd, const uint8_t *data, size_t length);
// Send it if there is room now: 1 sent, 0 not, -1 exception.
int process_packet_offer(Thread *thread, int fd, const Bytes *bytes);
