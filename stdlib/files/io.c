// SPDX-License-Identifier: MIT
//
// The module io: names for the file types and for open().
//
// The types themselves are in text_file*.c, file*.c, bytes_io.c, string_io.c and io_base.c, and are
// made with the interpreter, because sys.stdout is one of them; here they only get their names.
// Called by a program with a stream that is not a file, TextIOWrapper and the Buffered types hand
// over to the classes of _io_text and _io_buffered (file_call_layer).
#include "attribute.h"
#include "call.h"
#include "file.h"
#include "library.h"
#include "modules.h"
#include "str.h"

static const NativeSpec io_functions[] = {
    NATIVE("open", file_open_native, FILE_OPEN_SIGNATURE, FILE_OPEN_DOC),
    NATIVE_END,
};

Value file_call_layer(Thread *thread, const char *module, const char *name, Value *args,
                      size_t count, Tuple *keywords) {
    Module *layers = import_module(thread, str_intern_c(thread, module));
    if (layers == NULL)
        return VALUE_ERROR;
    Value class = attribute_get(thread, value_object(layers), str_intern_c(thread, name));
    return is_error(class) ? class : call_with_keywords(thread, class, args, count, keywords);
}

bool io_init(Thread *thread, Module *module) {
    static const char *const names[] = {
#define LIBRARY_TYPE(name, spec, base) #name,
#include "library_types.def"
#undef LIBRARY_TYPE
    };
    for (size_t i = 0; i < LIBRARY_TYPE_COUNT; i++)
        module_add(thread, module, names[i], value_object(library_type(thread, (LibraryType)i)));
    Value unsupported = file_unsupported_operation(thread);
    if (is_error(unsupported))
        return false;
    module_add(thread, module, "UnsupportedOperation", unsupported);
    module_add(thread, module, "BlockingIOError",
               value_object(thread->interpreter->errors[ERROR_BlockingIOError]));
    module_add(thread, module, "DEFAULT_BUFFER_SIZE", value_small_int(FILE_BUFFER_SIZE));
    module_add(thread, module, "SEEK_SET", value_small_int(0));
    module_add(thread, module, "SEEK_CUR", value_small_int(1));
    module_add(thread, module, "SEEK_END", value_small_int(2));
    module_add_natives(thread, module, io_functions);
    return true;
}
