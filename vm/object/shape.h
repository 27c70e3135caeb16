// SPDX-License-Identifier: MIT
//
// Shapes: how attribute access becomes an array access. (V8 says "hidden class" or "map", the Self
// papers where the idea was born say "map" too; CPython 3.11 has something close: split keys.)
//
// Instances that got the same attributes in the same order share one Shape, which says at which
// index each attribute lies; the instance holds only the shape and the values. Adding an
// attribute follows a transition to another shape; the second instance finds the transition that
// the first one made. So an inline cache needs one compare ("is it the shape I know?") and one
// load.
//
// Shapes (and the interned names in them) are immortal: they come from an arena of the interpreter
// and no address is used twice, so a cache may keep a shape's address without keeping the class
// alive or being told of its death. The number of shapes per class is bounded; an instance that
// would need one more, and one whose __dict__ was asked for, goes to *dictionary mode*: its shape
// is the class's dictionary shape, and all its attributes live in a real dict.
//
// Attributes declared by __slots__ are *members*: they have the first indexes in every shape of the
// class, lie inside the instance also in dictionary mode, and are not part of its __dict__.
//
// All shapes of one lineage share one table from name to index: an entry counts for a shape if
// its index is below the shape's count. n attributes cost O(n) memory that way, not O(n^2).
#pragma once

#include "object.h"

typedef struct ShapeTable ShapeTable;
typedef struct ShapeFamily ShapeFamily;

struct Shape {
    Type *type;            // of the instances
    Shape *parent;         // without the attribute added last; NULL in a root
    Str *name;             // the attribute added last, interned; NULL in a root
    uint32_t count;        // attributes
    uint16_t inline_slots; // attributes [0, inline_slots) lie inside the instance
    uint16_t members;      // attributes [0, members) are declared by __slots__
    bool dictionary;       // the others live in a dict; nothing about them may be cached
    ShapeTable *table;     // name -> index, shared along the lineage
    ShapeFamily *family;   // what all shapes of a root have in common
};

enum { SHAPE_MAX_ATTRIBUTES = 128, SHAPE_MAX_PER_CLASS = 1024 };

// The shape of a new instance, whose only attributes are `count` members (not above inline_slots).
Shape *shape_new_root(Thread *thread, Type *type, uint16_t inline_slots, Str *const *members,
                      uint16_t count);
// Index of the attribute `name` (an interned string), or -1. A dictionary shape knows its members.
int64_t shape_find(const Shape *shape, const Str *name);
// The shape with `name` added at index shape->count; NULL if the instance must go to dictionary
// mode. `name` must be interned and not yet present.
Shape *shape_add(Thread *thread, Shape *shape, Str *name);
// The shape without the attribute at `index`; NULL: go to dictionary mode.
Shape *shape_without(Thread *thread, Shape *shape, uint32_t index);
// Have instances of the family ever had attributes outside of a dict?
bool shape_is_used(const Shape *shape);
// The dictionary shape of the family.
Shape *shape_dictionary(const Shape *shape);
// Names in order of their index: names[0 .. shape->count).
Str *shape_name_at(const Shape *shape, uint32_t index);
