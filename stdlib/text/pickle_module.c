// SPDX-License-Identifier: MIT
//
// The module _pickle: the native half of pickle, and the class PickleBuffer.
//
// A PickleBuffer says of a buffer that its bytes may travel outside of the pickle (protocol 5). It
// has the layout of a memoryview, so that whatever takes bytes takes it, too.
#include "pickle_parts.h"

#include "arguments.h"
#include "bytes.h"
#include "call.h"
#include "dict.h"
#include "memoryview.h"
#include "modules.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// ---- PickleBuffer ----

bool pickle_is_buffer(Thread *thread, Value v) {
    return library_state(thread)->late_types[LATE_PickleBuffer] &&
           is_instance_of(v, library_late_type(thread, LATE_PickleBuffer));
}

static bool check_open(Thread *thread, Value v) {
    return as_memoryview(v)->state == MEMORYVIEW_OPEN ||
           raise_false(thread, ERROR_ValueError,
                       "operation forbidden on released PickleBuffer object");
}

static Value buffer_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    static const ArgumentsSpec spec = {"PickleBuffer", {""}, 1};
    Value given[1];
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    BytesView bytes;
    bool has_bytes = is_memoryview(given[0]) || bytes_view(thread, given[0], &bytes);
    Value view = has_bytes ? memoryview_new(thread, given[0]) : VALUE_ERROR;
    if (is_error(view))
        return view;
    MemoryView *buffer = object_new(thread, (Type *)as_object(callee));
    memcpy((char *)buffer + sizeof(Object), (char *)as_memoryview(view) + sizeof(Object),
           sizeof(MemoryView) - sizeof(Object));
    return value_object(buffer);
}

static Value buffer_raw(Thread *thread, Value *args) {
    if (!check_open(thread, args[0]))
        return VALUE_ERROR;
    if (!memoryview_is_contiguous(as_memoryview(args[0])))
        return raise_error(thread, ERROR_BufferError,
                           "cannot extract raw buffer from non-contiguous buffer");
    Value view = memoryview_new(thread, args[0]);
    if (is_error(view))
        return view;
    MemoryView *raw = as_memoryview(view);
    raw->length = memoryview_bytes(raw);
    raw->item_size = 1;
    raw->step = raw->block = 1;
    raw->inner = NULL;
    raw->dimensions = 1;
    raw->format = 'B';
    return view;
}

static Value buffer_release(Thread *thread, Value *args) {
    (void)thread;
    as_memoryview(args[0])->state = MEMORYVIEW_RELEASED;
    return VALUE_NONE;
}

static const NativeSpec buffer_methods[] = {
    NATIVE("raw", buffer_raw, "(self, /)", "A memoryview of the bytes."),
    NATIVE("release", buffer_release, "(self, /)", "Let go of the buffer."),
    NATIVE_END,
};

const TypeSpec pickle_buffer_type_spec = {
    .name = "pickle.PickleBuffer",
    .doc = "A buffer whose bytes may travel outside of a pickle.",
    .layout = LAYOUT_MEMORYVIEW,
    .flags = TYPE_WEAK | TYPE_FINAL,
    .size = sizeof(MemoryView),
    .slots = {.construct = buffer_construct, .trace = memoryview_trace},
    .methods = buffer_methods,
};

// 1 its bytes belong into the pickle, 0 they travel apart, -1 exception.
static int is_in_band(Thread *thread, const Pickler *p, Value v) {
    if (is_undefined(p->buffer_callback))
        return 1;
    Value answer = call_1(thread, p->buffer_callback, v);
    return is_error(answer) ? -1 : operation_truth(thread, answer);
}

bool pickle_save_buffer(Thread *thread, Pickler *p, Value v) {
    BytesView view;
    if (p->protocol < 5)
        return pickling_error(thread, "PickleBuffer can only be pickled with protocol >= 5");
    if (!check_open(thread, v))
        return false;
    if (!memoryview_is_contiguous(as_memoryview(v)))
        return pickling_error(
            thread, "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
    bool read_only = as_memoryview(v)->read_only;
    int in_band = is_in_band(thread, p, v);
    if (in_band < 0 || !check_open(thread, v))
        return false;
    if (in_band == 0) {
        pickle_put_byte(thread, p, PICKLE_NEXT_BUFFER);
        if (read_only)
            pickle_put_byte(thread, p, PICKLE_READONLY_BUFFER);
        return true;
    }
    if (!bytes_view(thread, v, &view))
        return false;
    return read_only ? pickle_save_bytes(thread, p, v, view.data, view.length)
                     : pickle_save_bytearray(thread, p, v, view.data, view.length);
}

// ---- The module ----

// The opcodes as a dict from names to (byte, kind of argument).
static Dict *opcode_names(Thread *thread) {
    static const struct {
        const char *name, *argument;
        uint8_t byte;
    } rows[] = {
#define OPCODE(name, byte, argument, function) {#name, #argument, (byte)},
#include "pickle_opcodes.def"
#undef OPCODE
    };
    Dict *names = dict_new(thread, sizeof rows / sizeof *rows);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Value byte = value_object(bytes_new(thread, &rows[i].byte, 1));
        Value argument = value_object(str_intern_c(thread, rows[i].argument));
        dict_set_str(thread, names, str_intern_c(thread, rows[i].name),
                     tuple_pair(thread, byte, argument));
    }
    return names;
}

bool pickle_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, pickle_dump_functions);
    module_add_natives(thread, module, pickle_load_functions);
    module_add(thread, module, "Pickler", value_object(library_late_type(thread, LATE_Pickler)));
    module_add(thread, module, "Unpickler",
               value_object(library_late_type(thread, LATE_Unpickler)));
    module_add(thread, module, "PickleBuffer",
               value_object(library_late_type(thread, LATE_PickleBuffer)));
    module_add(thread, module, "_opcodes", value_object(opcode_names(thread)));
    return true;
}
