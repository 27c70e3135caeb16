// SPDX-License-Identifier: MIT
//
// The formulas of the module cmath, free of everything but numbers.
#pragma once

#include "complex.h"
#include "library.h"

// What a formula found wrong with its argument or its result.
typedef enum CmathTrouble { CMATH_FINE, CMATH_DOMAIN, CMATH_RANGE } CmathTrouble;

// Each sets *trouble when there is any, and leaves it alone when not.
ComplexNumber cmath_acos(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_acosh(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_asin(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_asinh(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_atan(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_atanh(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_cos(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_cosh(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_exp(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_log(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_log10(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_sin(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_sinh(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_sqrt(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_tan(ComplexNumber z, CmathTrouble *trouble);
ComplexNumber cmath_tanh(ComplexNumber z, CmathTrouble *trouble);
// The number at distance `length` from 0 in the direction `angle`.
ComplexNumber cmath_rect(double length, double angle, CmathTrouble *trouble);
