// SPDX-License-Identifier: MIT
//
// Calls of C, and what is known while one is under way.
#pragma once

#include "calling.h"
#include "foreign.h"

enum { FOREIGN_MAX_ARGUMENTS = 64 };

// How many whole numbers and floats travel in registers of their own; see foreign_call.c. (On the
// second processor it is eight of each.)
#if defined(__x86_64__) || defined(__aarch64__)
enum { INTEGER_REGISTERS = 6, FLOAT_REGISTERS = 8 };
#else
enum { INTEGER_REGISTERS = -1, FLOAT_REGISTERS = 0 };
#endif

// A call that is under way on this OS thread: on the C stack of the caller.
typedef struct ForeignCall {
    Thread *thread;
    const char *shown; // for the report of a crash
    CallingRegion region;
    bool holds_gil;
    Value raised; // by a callback: what the call raises when it has returned
} ForeignCall;

enum { FOREIGN_ERRNO_PLACES = 16 };

// What each OS thread has of its own.
typedef struct ForeignPlace {
    ForeignCall *call;                     // NULL: Mini runs, or somebody else
    Thread *visitor;                       // this is a thread of C that has called back before
    int saved_errno[FOREIGN_ERRNO_PLACES]; // by thread, for several may share an OS thread
} ForeignPlace;
ForeignPlace *foreign_place(void);
int *foreign_errno(ForeignPlace *place, const Thread *thread);

// Call the function that a cdata points to.
Value foreign_call_pointer(Thread *thread, const CData *data, Value *args, size_t count,
                           Tuple *keywords);
// libffi's description of the parameters, as far as they are declared.
ffi_type **foreign_call_parameters(Thread *thread, CType *type);
// `name` is what programs call it; `declaration` is what messages quote.
Value foreign_function_new(Thread *thread, CType *type, void *address, Str *name, Str *declaration,
                           Value owner);
// Put what a failed conversion has raised behind "argument 2 of `int f(int, char)`: ".
void foreign_prefix_error(Thread *thread, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Report crashes that happen in C by the name of the function, from now on (foreign_crash.c).
void foreign_crash_watch(void);

// Ready-made functions of C that callbacks of whole numbers and pointers use instead of libffi's
// (foreign_entry.c): take one for a context, which it will hand to foreign_closure_arrive; NULL:
// all are taken.
typedef uint64_t EntryFunction(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
enum { ENTRY_REGISTERS = 6 };
EntryFunction *foreign_entry_take(void *context, size_t *number);
void foreign_entry_give_back(size_t number);
uint64_t foreign_closure_arrive(void *context, uint64_t *registers);

// A function of Mini as a pointer to a function of C (foreign_closure.c).
Value foreign_closure_new(Thread *thread, CType *type, Str *declaration, Value function,
                          Value error, Value onerror);
Graveyard *foreign_graveyard_new(Thread *thread);
// The interpreter ends. Where C may still know an address of a callback, everything stays.
void foreign_graveyard_leave(Graveyard *graveyard);
