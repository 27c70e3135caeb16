// SPDX-License-Identifier: MIT
//
// What only the files of dict share.
#pragma once

#include "dict.h"

// An empty dict of `type`, which is dict or a subclass.
Dict *dict_new_of(Thread *thread, Type *type, size_t expected);
// Remove the entry inserted last; false if there is none.
bool dict_pop_last(Dict *dict, Value *key, Value *value);
// The same of the one inserted first. Takes constant time on average, however many are removed so.
bool dict_pop_first(Dict *dict, Value *key, Value *value);
// Make room for `extra` more keys.
bool dict_reserve(Thread *thread, Dict *dict, size_t extra);
// What dict(other, **keywords) and dict.update put in: `other` may be UNDEFINED, `keywords` NULL.
bool dict_update_arguments(Thread *thread, Dict *dict, Value other, Dict *keywords);
