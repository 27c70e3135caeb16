// SPDX-License-Identifier: MIT
//
// Taking native objects apart for pickle and copy. Most iterators are stepped through a copy of
// themselves, which leaves the original where it is; CPython does the same for those of dicts and
// sets.
#include "reduce.h"

#include "dict.h"
#include "heap.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

Value reduce_to_call(Thread *thread, const char *name, const Value *arguments, size_t count,
                     Value state) {
    Value parts[3] = {
        dict_get_str(thread, thread->interpreter->builtins, str_intern_c(thread, name)),
        value_object(tuple_from_array(thread, arguments, count)), state};
    return value_object(tuple_from_array(thread, parts, is_undefined(state) ? 2 : 3));
}

Value reduce_remaining(Thread *thread, Value *args) {
    const Object *iterator = as_object(args[0]);
    Object *copy = object_new(thread, iterator->type);
    memcpy(copy + 1, iterator + 1, iterator->type->size - sizeof(Object));
    Value items = operation_to_list(thread, value_object(copy));
    return is_error(items) ? items : reduce_to_call(thread, "iter", &items, 1, VALUE_UNDEFINED);
}
