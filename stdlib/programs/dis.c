// SPDX-License-Identifier: MIT
//
// The native part of dis: the listing of a code object, the same that `mini dis` prints.
//
// CPython's dis shows CPython's bytecode; this one shows Mini's. Only the way of asking is the
// same.
#include "disassemble.h"
#include "library.h"
#include "modules.h"
#include "str.h"
#include "working_text.h"

static Value dis_listing(Thread *thread, Value *args) {
    if (!has_layout(args[0], LAYOUT_CODE))
        return raise_error(thread, ERROR_TypeError, "expected a code object");
    WorkingText working;
    StringBuilder *out = working_text_begin(thread, &working);
    bool good = disassemble_code(thread, (Code *)as_object(args[0]), out);
    Value text = good ? value_object(str_new_utf8(thread, out->data, out->length)) : VALUE_ERROR;
    working_text_end(thread, &working);
    return text;
}

static const NativeSpec dis_functions[] = {
    NATIVE("_listing", dis_listing, "(code, /)", "Return the listing of a code object."),
    NATIVE_END,
};

bool dis_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, dis_functions);
    return true;
}
