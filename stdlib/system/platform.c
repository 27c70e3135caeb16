// SPDX-License-Identifier: MIT
//
// The native part of platform: what the system call uname says about the machine.
//
// The rest of the module is platform.mini, which puts these words together.
#include <errno.h>
#include <gnu/libc-version.h>
#include <sys/utsname.h>

#include "library.h"
#include "modules.h"
#include "tuple.h"

static Value platform_uname(Thread *thread, Value *args) {
    struct utsname name;
    (void)args;
    if (uname(&name) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    Value parts[] = {library_text(thread, name.sysname), library_text(thread, name.nodename),
                     library_text(thread, name.release), library_text(thread, name.version),
                     library_text(thread, name.machine)};
    return value_object(tuple_from_array(thread, parts, sizeof parts / sizeof *parts));
}

static Value platform_library_version(Thread *thread, Value *args) {
    (void)args;
    return library_text(thread, gnu_get_libc_version());
}

static const NativeSpec platform_functions[] = {
    NATIVE("_uname", platform_uname, "()", "Return system, node, release, version, machine."),
    NATIVE("_library_version", platform_library_version, "()",
           "Return the version of the C library."),
    NATIVE_END,
};

bool platform_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, platform_functions);
    return true;
}
