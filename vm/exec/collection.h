// SPDX-License-Identifier: MIT
//
// A collection that the program asks for. It comes before the thread's next instruction: between
// two instructions there is nothing on the C stack below the loop's own frame, so the scan finds no
// words in the gaps of native functions' frames that look like references by accident. (Those that
// allocation brings about come wherever memory is asked for; what they keep too long dies later.)
#pragma once

typedef struct Thread Thread;

// Collect all garbage at the next safepoint of the calling thread, and say farewell to what died.
void collection_ask(Thread *thread);
