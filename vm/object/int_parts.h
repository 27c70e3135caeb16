// SPDX-License-Identifier: MIT
//
// What the files that implement int share: making Int objects from limbs and bringing results to
// their smallest representation. Everybody else uses int.h.
#pragma once

#include "int.h"

typedef unsigned __int128 Unsigned128;

// An exact int with room for `count` limbs, all 0, to be filled through int_limbs and then
// normalised. NULL with MemoryError if that is more than INT_MAX_LIMBS.
Int *int_allocate(Thread *thread, size_t count);
static inline uint64_t *int_limbs(Int *n) {
    return (uint64_t *)(uintptr_t)n->limbs;
}
// `n` with its first `count` limbs and the sign, as the smallest representation.
Value int_normalise(Int *n, size_t count, bool negative);
Value int_from_magnitude(Thread *thread, Unsigned128 magnitude, bool negative);
// An instance of the subclass `type` equal to `v`.
Value int_copy_as(Thread *thread, Type *type, Value v);
// The magnitude of a number of at most two limbs.
static inline bool int_view_is_short(const IntView *view) {
    return view->count <= 2;
}
static inline Unsigned128 int_view_magnitude(const IntView *view) {
    Unsigned128 low = view->count > 0 ? view->limbs[0] : 0;
    return view->count > 1 ? (Unsigned128)view->limbs[1] << 64 | low : low;
}
void int_trace(Marker *marker, Object *self);

// False if `v` has more than one limb.
static inline bool int_to_int128(Value v, __int128 *result) {
    if (is_small_int(v)) {
        *result = as_small_int(v);
        return true;
    }
    if (is_bool(v)) {
        *result = is_true(v);
        return true;
    }
    const Int *n = as_int(v);
    if (n->size < -1 || n->size > 1)
        return false;
    *result = n->size == 0 ? 0 : n->size < 0 ? -(__int128)n->limbs[0] : (__int128)n->limbs[0];
    return true;
}
