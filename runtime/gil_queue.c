// SPDX-License-Identifier: MIT
//
// A doubly linked list through the threads themselves (gil_next, gil_previous): nothing is
// allocated to stand in line, and leaving from the middle takes no search.
#include "gil_queue.h"

#include "thread.h"

void gil_queue_append(GilQueue *queue, RuntimeThread *thread) {
    thread->gil_next = NULL;
    thread->gil_previous = queue->last;
    if (queue->last) {
        queue->last->gil_next = thread;
    } else {
        queue->first = thread;
    }
    queue->last = thread;
    queue->count++;
}

void gil_queue_prepend(GilQueue *queue, RuntimeThread *thread) {
    thread->gil_previous = NULL;
    thread->gil_next = queue->first;
    if (queue->first) {
        queue->first->gil_previous = thread;
    } else {
        queue->last = thread;
    }
    queue->first = thread;
    queue->count++;
}

void gil_queue_remove(GilQueue *queue, RuntimeThread *thread) {
    if (thread->gil_previous) {
        thread->gil_previous->gil_next = thread->gil_next;
    } else {
        queue->first = thread->gil_next;
    }
    if (thread->gil_next) {
        thread->gil_next->gil_previous = thread->gil_previous;
    } else {
        queue->last = thread->gil_previous;
    }
    queue->count--;
}
