// SPDX-License-Identifier: MIT
//
// errno: the error numbers of system calls by name, and errorcode, which names a number.
//
// The numbers are the machine's own, so they come from its header; where two names share a number
// (EAGAIN and EWOULDBLOCK), errorcode keeps the one that stands last below.
#include <errno.h>

#include "dict.h"
#include "library.h"
#include "modules.h"
#include "str.h"

typedef struct ErrorName {
    const char *name;
    int number;
} ErrorName;

#define NAMED(name)                                                                                \
    { #name, name }
static const ErrorName names[] = {
    NAMED(EPERM),
    NAMED(ENOENT),
    NAMED(ESRCH),
    NAMED(EINTR),
    NAMED(EIO),
    NAMED(ENXIO),
    NAMED(E2BIG),
    NAMED(ENOEXEC),
    NAMED(EBADF),
    NAMED(ECHILD),
    NAMED(EWOULDBLOCK),
    NAMED(EAGAIN),
    NAMED(ENOMEM),
    NAMED(EACCES),
    NAMED(EFAULT),
    NAMED(ENOTBLK),
    NAMED(EBUSY),
    NAMED(EEXIST),
    NAMED(EXDEV),
    NAMED(ENODEV),
    NAMED(ENOTDIR),
    NAMED(EISDIR),
    NAMED(EINVAL),
    NAMED(ENFILE),
    NAMED(EMFILE),
    NAMED(ENOTTY),
    NAMED(ETXTBSY),
    NAMED(EFBIG),
    NAMED(ENOSPC),
    NAMED(ESPIPE),
    NAMED(EROFS),
    NAMED(EMLINK),
    NAMED(EPIPE),
    NAMED(EDOM),
    NAMED(ERANGE),
    NAMED(EDEADLK),
    NAMED(EDEADLOCK),
    NAMED(ENAMETOOLONG),
    NAMED(ENOLCK),
    NAMED(ENOSYS),
    NAMED(ENOTEMPTY),
    NAMED(ELOOP),
    NAMED(ENOMSG),
    NAMED(EIDRM),
    NAMED(ECHRNG),
    NAMED(EL2NSYNC),
    NAMED(EL3HLT),
    NAMED(EL3RST),
    NAMED(ELNRNG),
    NAMED(EUNATCH),
    NAMED(ENOCSI),
    NAMED(EL2HLT),
    NAMED(EBADE),
    NAMED(EBADR),
    NAMED(EXFULL),
    NAMED(ENOANO),
    NAMED(EBADRQC),
    NAMED(EBADSLT),
    NAMED(EBFONT),
    NAMED(ENOSTR),
    NAMED(ENODATA),
    NAMED(ETIME),
    NAMED(ENOSR),
    NAMED(ENONET),
    NAMED(ENOPKG),
    NAMED(EREMOTE),
    NAMED(ENOLINK),
    NAMED(EADV),
    NAMED(ESRMNT),
    NAMED(ECOMM),
    NAMED(EPROTO),
    NAMED(EMULTIHOP),
    NAMED(EDOTDOT),
    NAMED(EBADMSG),
    NAMED(EOVERFLOW),
    NAMED(ENOTUNIQ),
    NAMED(EBADFD),
    NAMED(EREMCHG),
    NAMED(ELIBACC),
    NAMED(ELIBBAD),
    NAMED(ELIBSCN),
    NAMED(ELIBMAX),
    NAMED(ELIBEXEC),
    NAMED(EILSEQ),
    NAMED(ERESTART),
    NAMED(ESTRPIPE),
    NAMED(EUSERS),
    NAMED(ENOTSOCK),
    NAMED(EDESTADDRREQ),
    NAMED(EMSGSIZE),
    NAMED(EPROTOTYPE),
    NAMED(ENOPROTOOPT),
    NAMED(EPROTONOSUPPORT),
    NAMED(ESOCKTNOSUPPORT),
    NAMED(EOPNOTSUPP),
    NAMED(ENOTSUP),
    NAMED(EPFNOSUPPORT),
    NAMED(EAFNOSUPPORT),
    NAMED(EADDRINUSE),
    NAMED(EADDRNOTAVAIL),
    NAMED(ENETDOWN),
    NAMED(ENETUNREACH),
    NAMED(ENETRESET),
    NAMED(ECONNABORTED),
    NAMED(ECONNRESET),
    NAMED(ENOBUFS),
    NAMED(EISCONN),
    NAMED(ENOTCONN),
    NAMED(ESHUTDOWN),
    NAMED(ETOOMANYREFS),
    NAMED(ETIMEDOUT),
    NAMED(ECONNREFUSED),
    NAMED(EHOSTDOWN),
    NAMED(EHOSTUNREACH),
    NAMED(EALREADY),
    NAMED(EINPROGRESS),
    NAMED(ESTALE),
    NAMED(EUCLEAN),
    NAMED(ENOTNAM),
    NAMED(ENAVAIL),
    NAMED(EISNAM),
    NAMED(EREMOTEIO),
    NAMED(EDQUOT),
    NAMED(ENOMEDIUM),
    NAMED(EMEDIUMTYPE),
    NAMED(ECANCELED),
    NAMED(ENOKEY),
    NAMED(EKEYEXPIRED),
    NAMED(EKEYREVOKED),
    NAMED(EKEYREJECTED),
    NAMED(EOWNERDEAD),
    NAMED(ENOTRECOVERABLE),
    NAMED(ERFKILL),
};
#undef NAMED

bool errno_init(Thread *thread, Module *module) {
    module_add(thread, module, "__doc__",
               library_text(
                   thread, "The names of the numbers by which the operating system tells errors."));
    Dict *codes = dict_new(thread, sizeof names / sizeof *names);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Value number = value_small_int(names[i].number);
        module_add(thread, module, names[i].name, number);
        if (!dict_set(thread, codes, number, value_object(str_intern_c(thread, names[i].name))))
            return false;
    }
    module_add(thread, module, "errorcode", value_object(codes));
    return true;
}
