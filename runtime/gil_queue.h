// SPDX-License-Identifier: MIT
//
// The queues of threads that wait for the GIL: used by gil.c alone, with gil->mutex held.
#pragma once

#include "gil.h"

void gil_queue_append(GilQueue *queue, RuntimeThread *thread);
void gil_queue_prepend(GilQueue *queue, RuntimeThread *thread);
void gil_queue_remove(GilQueue *queue, RuntimeThread *thread);
