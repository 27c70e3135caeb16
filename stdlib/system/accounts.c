// SPDX-License-Identifier: MIT
//
// The modules pwd and grp: who has an account on this system, and who belongs to which group. The
// system's functions for that share one piece of memory among all callers, so the GIL is kept; what
// they tell is copied at once. CPython's counterparts: Modules/pwdmodule.c, Modules/grpmodule.c.
#include "modules.h"

#include "int.h"
#include "library.h"
#include "list.h"
#include "operations.h"
#include "os_functions.h"
#include "record.h"
#include "str.h"
#include "tuple.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>

static Value text(Thread *thread, const char *name) {
    return name ? os_name(thread, name, false) : VALUE_NONE;
}

// A number of a user or a group, called `what`; false with TypeError, or with KeyError if no
// account can have it.
static bool read_id(Thread *thread, Value v, const char *what, const char *function, unsigned *id) {
    int64_t number;
    if (!is_integral(v))
        return raise_false(thread, ERROR_TypeError, "%s should be integer, not %s", what,
                           type_name(thread, v));
    if (!int_to_int64(v, &number) || number < -1 || number >= UINT32_MAX)
        return raise_false(thread, ERROR_KeyError, "%s(): %s not found", function, what);
    *id = (unsigned)number;
    return true;
}

static Value unknown(Thread *thread, const char *what, Value v) {
    Str *shown = operation_repr(thread, v);
    return shown ? raise_error(thread, ERROR_KeyError, "%s: %s", what, str_text(thread, shown))
                 : VALUE_ERROR;
}

static const char *read_name(Thread *thread, Value v, const char *function) {
    if (is_str(v))
        return library_path(thread, v, function);
    raise_error(thread, ERROR_TypeError, "%s() argument must be str, not %s", function,
                argument_type_name(thread, v));
    return NULL;
}

// ---- Users ----

static const GetSetSpec user_fields[] = {
    RECORD_FIELD(0, "pw_name", "user name"),      RECORD_FIELD(1, "pw_passwd", "password"),
    RECORD_FIELD(2, "pw_uid", "user id"),         RECORD_FIELD(3, "pw_gid", "group id"),
    RECORD_FIELD(4, "pw_gecos", "real name"),     RECORD_FIELD(5, "pw_dir", "home directory"),
    RECORD_FIELD(6, "pw_shell", "shell program"), GETSET_END,
};
RECORD_TYPE(user_type, "pwd", "struct_passwd", user_fields, "An account.")

static Value user_of(Thread *thread, const struct passwd *user) {
    Value values[] = {text(thread, user->pw_name),   text(thread, user->pw_passwd),
                      value_small_int(user->pw_uid), value_small_int(user->pw_gid),
                      text(thread, user->pw_gecos),  text(thread, user->pw_dir),
                      text(thread, user->pw_shell)};
    return record_new(thread, record_type(thread, &user_type), values);
}

static Value user_by_name(Thread *thread, Value *args) {
    const char *name = read_name(thread, args[0], "getpwnam");
    if (name == NULL)
        return VALUE_ERROR;
    const struct passwd *user = getpwnam(name);
    return user ? user_of(thread, user) : unknown(thread, "getpwnam(): name not found", args[0]);
}

static Value user_by_id(Thread *thread, Value *args) {
    unsigned id;
    if (!read_id(thread, args[0], "uid", "getpwuid", &id))
        return VALUE_ERROR;
    const struct passwd *user = getpwuid(id);
    return user ? user_of(thread, user) : unknown(thread, "getpwuid(): uid not found", args[0]);
}

static Value all_users(Thread *thread, Value *args) {
    (void)args;
    List *users = list_new(thread, 32);
    setpwent();
    for (const struct passwd *user = getpwent(); user; user = getpwent())
        list_append(thread, users, user_of(thread, user));
    endpwent();
    return value_object(users);
}

static const NativeSpec user_functions[] = {
    NATIVE("getpwnam", user_by_name, "(name, /)", "The account of a name."),
    NATIVE("getpwuid", user_by_id, "(uidobj, /)", "The account of a number."),
    NATIVE("getpwall", all_users, "()", "All accounts."),
    NATIVE_END,
};

// ---- Groups ----

static const GetSetSpec group_fields[] = {
    RECORD_FIELD(0, "gr_name", "group name"),
    RECORD_FIELD(1, "gr_passwd", "password"),
    RECORD_FIELD(2, "gr_gid", "group id"),
    RECORD_FIELD(3, "gr_mem", "group members"),
    GETSET_END,
};
RECORD_TYPE(group_type, "grp", "struct_group", group_fields, "A group.")

static Value group_of(Thread *thread, const struct group *group) {
    List *members = list_new(thread, 4);
    for (char **member = group->gr_mem; *member; member++)
        list_append(thread, members, text(thread, *member));
    Value values[] = {text(thread, group->gr_name), text(thread, group->gr_passwd),
                      value_small_int(group->gr_gid), value_object(members)};
    return record_new(thread, record_type(thread, &group_type), values);
}

static Value group_by_name(Thread *thread, Value *args) {
    const char *name = read_name(thread, args[0], "getgrnam");
    if (name == NULL)
        return VALUE_ERROR;
    const struct group *group = getgrnam(name);
    return group ? group_of(thread, group) : unknown(thread, "getgrnam(): name not found", args[0]);
}

static Value group_by_id(Thread *thread, Value *args) {
    unsigned id;
    if (!read_id(thread, args[0], "gid", "getgrgid", &id))
        return VALUE_ERROR;
    const struct group *group = getgrgid(id);
    return group ? group_of(thread, group) : unknown(thread, "getgrgid(): gid not found", args[0]);
}

static Value all_groups(Thread *thread, Value *args) {
    (void)args;
    List *groups = list_new(thread, 32);
    setgrent();
    for (const struct group *group = getgrent(); group; group = getgrent())
        list_append(thread, groups, group_of(thread, group));
    endgrent();
    return value_object(groups);
}

static const NativeSpec group_functions[] = {
    NATIVE("getgrnam", group_by_name, "(name)", "The group of a name."),
    NATIVE("getgrgid", group_by_id, "(id)", "The group of a number."),
    NATIVE("getgrall", all_groups, "()", "All groups."),
    NATIVE_END,
};

bool accounts_init_users(Thread *thread, Module *module) {
    module_add_natives(thread, module, user_functions);
    module_add(thread, module, "struct_passwd", value_object(record_type(thread, &user_type)));
    return true;
}

bool accounts_init_groups(Thread *thread, Module *module) {
    module_add_natives(thread, module, group_functions);
    module_add(thread, module, "struct_group", value_object(record_type(thread, &group_type)));
    return true;
}
