// SPDX-License-Identifier: MIT
//
// The module os: on whose behalf the process acts. A process has three users and three groups (the
// real one, the effective one that permissions go by, and a saved one to come back to), and further
// groups. Numbers go from 0 to 2**32 - 1; -1 leaves one as it is.
//
// They belong to the process in Python as in POSIX, although Linux keeps them for each thread: the
// C library tells all threads. CPython's counterpart: the setuid family of Modules/posixmodule.c.
#include "os_rare.h"

#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "os_functions.h"
#include "tuple.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <unistd.h>

enum { GROUPS_MAX = 65536 };

// ---- Numbers ----

// `kind` is "uid" or "gid".
static bool read_id(Thread *thread, Value v, const char *kind, uint32_t *id) {
    int64_t number;
    if (!operation_index_int64(thread, v, &number)) {
        if (error_matches(thread, ERROR_TypeError)) {
            error_take(thread);
            return raise_false(thread, ERROR_TypeError, "%s should be integer, not %s", kind,
                               type_name(thread, v));
        }
        if (!error_matches(thread, ERROR_OverflowError))
            return false;
        error_take(thread);
        number = INT64_MAX;
    }
    if (number < -1)
        return raise_false(thread, ERROR_OverflowError, "%s is less than minimum", kind);
    if (number > UINT32_MAX)
        return raise_false(thread, ERROR_OverflowError, "%s is greater than maximum", kind);
    *id = (uint32_t)number;
    return true;
}

bool os_user(Thread *thread, Value v, uint32_t *id) {
    return read_id(thread, v, "uid", id);
}

bool os_group(Thread *thread, Value v, uint32_t *id) {
    return read_id(thread, v, "gid", id);
}

static bool read_ids(Thread *thread, const Value *args, size_t count, const char *kind,
                     uint32_t *ids) {
    for (size_t i = 0; i < count; i++) {
        if (!read_id(thread, args[i], kind, &ids[i]))
            return false;
    }
    return true;
}

// ---- Users and groups of the process ----

#define SET_ONE(name, kind)                                                                        \
    static Value os_##name(Thread *thread, Value *args) {                                          \
        uint32_t id;                                                                               \
        return read_id(thread, args[0], kind, &id) ? os_done(thread, name(id)) : VALUE_ERROR;      \
    }
#define SET_TWO(name, kind)                                                                        \
    static Value os_##name(Thread *thread, Value *args) {                                          \
        uint32_t ids[2];                                                                           \
        return read_ids(thread, args, 2, kind, ids) ? os_done(thread, name(ids[0], ids[1]))        \
                                                    : VALUE_ERROR;                                 \
    }
#define SET_THREE(name, kind)                                                                      \
    static Value os_##name(Thread *thread, Value *args) {                                          \
        uint32_t ids[3];                                                                           \
        return read_ids(thread, args, 3, kind, ids)                                                \
                   ? os_done(thread, name(ids[0], ids[1], ids[2]))                                 \
                   : VALUE_ERROR;                                                                  \
    }
#define GET_THREE(name)                                                                            \
    static Value os_##name(Thread *thread, Value *args) {                                          \
        uint32_t ids[3];                                                                           \
        (void)args;                                                                                \
        return name(&ids[0], &ids[1], &ids[2]) == 0 ? three(thread, ids) : os_done(thread, -1);    \
    }

static Value three(Thread *thread, const uint32_t *ids) {
    Value items[3];
    for (size_t i = 0; i < 3; i++)
        items[i] = value_small_int(ids[i]);
    return value_object(tuple_from_array(thread, items, 3));
}

SET_ONE(setuid, "uid")
SET_ONE(seteuid, "uid")
SET_ONE(setgid, "gid")
SET_ONE(setegid, "gid")
SET_TWO(setreuid, "uid")
SET_TWO(setregid, "gid")
SET_THREE(setresuid, "uid")
SET_THREE(setresgid, "gid")
GET_THREE(getresuid)
GET_THREE(getresgid)

// ---- Further groups ----

static Value list_of_groups(Thread *thread, const gid_t *groups, int count) {
    List *list = list_new(thread, (size_t)count);
    for (int i = 0; i < count; i++)
        list_append(thread, list, value_small_int(groups[i]));
    return value_object(list);
}

static Value no_memory(Thread *thread) {
    return raise_error(thread, ERROR_MemoryError, "no memory");
}

static Value os_getgroups(Thread *thread, Value *args) {
    (void)args;
    gid_t *groups = malloc(GROUPS_MAX * sizeof *groups);
    if (groups == NULL)
        return no_memory(thread);
    int count = getgroups(GROUPS_MAX, groups), error = errno;
    Value result = count < 0 ? raise_os_error(thread, error, VALUE_NONE)
                             : list_of_groups(thread, groups, count);
    free(groups);
    return result;
}

static Value os_setgroups(Thread *thread, Value *args) {
    Value given = operation_to_list(thread, args[0]);
    if (is_error(given))
        return raise_error(thread, ERROR_TypeError, "setgroups argument must be a sequence");
    const List *list = as_list(given);
    if (list->length > GROUPS_MAX)
        return raise_error(thread, ERROR_ValueError, "too many groups");
    gid_t *groups = malloc((list->length + 1) * sizeof *groups);
    if (groups == NULL)
        return no_memory(thread);
    bool fine = read_ids(thread, list->items, list->length, "gid", groups);
    Value result = fine ? os_done(thread, setgroups(list->length, groups)) : VALUE_ERROR;
    free(groups);
    return result;
}

static Value os_initgroups(Thread *thread, Value *args) {
    OsPath user;
    uint32_t group;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "initgroups", "username", &user) ||
        !os_group(thread, args[1], &group))
        return VALUE_ERROR;
    return os_done(thread, initgroups(user.text, group));
}

static Value os_getgrouplist(Thread *thread, Value *args) {
    OsPath user;
    uint32_t group;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "getgrouplist", "user", &user) ||
        !os_group(thread, args[1], &group))
        return VALUE_ERROR;
    int count = GROUPS_MAX;
    gid_t *groups = malloc((size_t)count * sizeof *groups);
    if (groups == NULL)
        return no_memory(thread);
    Value result = getgrouplist(user.text, group, groups, &count) < 0
                       ? raise_os_error(thread, errno, VALUE_NONE)
                       : list_of_groups(thread, groups, count);
    free(groups);
    return result;
}

const NativeSpec os_owner_functions[] = {
    NATIVE("setuid", os_setuid, "(uid, /)", "Become another user."),
    NATIVE("seteuid", os_seteuid, "(euid, /)", "Set the effective user."),
    NATIVE("setgid", os_setgid, "(gid, /)", "Set the group."),
    NATIVE("setegid", os_setegid, "(egid, /)", "Set the effective group."),
    NATIVE("setreuid", os_setreuid, "(ruid, euid, /)", "Set the real and the effective user."),
    NATIVE("setregid", os_setregid, "(rgid, egid, /)", "Set the real and the effective group."),
    NATIVE("setresuid", os_setresuid, "(ruid, euid, suid, /)",
           "Set the real, the effective and the saved user."),
    NATIVE("setresgid", os_setresgid, "(rgid, egid, sgid, /)",
           "Set the real, the effective and the saved group."),
    NATIVE("getresuid", os_getresuid, "()", "Return the real, effective and saved user."),
    NATIVE("getresgid", os_getresgid, "()", "Return the real, effective and saved group."),
    NATIVE("getgroups", os_getgroups, "()", "Return the further groups of the process."),
    NATIVE("setgroups", os_setgroups, "(groups, /)", "Set the further groups of the process."),
    NATIVE("initgroups", os_initgroups, "(username, gid, /)",
           "Set the further groups to those of a user."),
    NATIVE("getgrouplist", os_getgrouplist, "(user, group, /)",
           "Return the groups that a user belongs to."),
    NATIVE_END,
};
