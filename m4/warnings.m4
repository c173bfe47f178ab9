dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl FO_WARNINGS: AM_CFLAGS with the warnings that this compiler knows;
dnl --enable-werror makes them errors.
AC_DEFUN([FO_CFLAG],
    [AC_MSG_CHECKING([whether $CC takes $1])
     fo_saved_cflags=$CFLAGS
     CFLAGS="$CFLAGS -Werror $1"
     AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
         [AC_MSG_RESULT([yes])
          FO_CFLAGS="$FO_CFLAGS $1"],
         [AC_MSG_RESULT([no])])
     CFLAGS=$fo_saved_cflags])

AC_DEFUN([FO_WARNINGS],
    [AC_ARG_ENABLE([werror],
         [AS_HELP_STRING([--enable-werror], [let warnings be errors])],
         [], [enable_werror=no])
     FO_CFLAGS=-std=gnu11
     m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes
         -Wmissing-prototypes -Wold-style-definition -Wpointer-arith
         -Wvla -Wno-missing-field-initializers],
         [FO_CFLAG(m4_defn([flag]))
])
     AS_IF([test "$enable_werror" = yes], [FO_CFLAGS="$FO_CFLAGS -Werror"])
     AC_SUBST([FO_CFLAGS])])
