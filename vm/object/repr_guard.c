// SPDX-License-Identifier: MIT
//
// The thread's list of containers whose repr is under way. It is as long as the nesting is deep,
// so a linear search from the innermost end costs little.
#include "repr_guard.h"

#include "call.h"
#include "list.h"

static List *printing_list(Thread *thread) {
    if (!is_list(thread->repr_stack)) {
        thread->repr_stack = value_object(list_new(thread, 8));
    }
    return as_list(thread->repr_stack);
}

int repr_enter(Thread *thread, Value v) {
    List *printing = printing_list(thread);
    for (size_t i = printing->length; i-- > 0;) {
        if (value_same(printing->items[i], v)) {
            return 1;
        }
    }
    if (!native_enter_for(thread, " while getting the repr of an object")) {
        return -1;
    }
    list_append(thread, printing, v);
    return 0;
}

void repr_leave(Thread *thread, Value v) {
    List *printing = printing_list(thread);
    native_leave(thread);
    for (size_t i = printing->length; i-- > 0;) {
        if (value_same(printing->items[i], v)) {
            printing->length = i;
            return;
        }
    }
}
