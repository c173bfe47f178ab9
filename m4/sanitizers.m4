dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl FO_SANITIZERS: --enable-asan, --enable-tsan, --enable-fuzz.
AC_DEFUN([FO_SANITIZER_LINKS],
    [fo_saved_cflags=$CFLAGS
     CFLAGS="$CFLAGS $1"
     AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [],
         [AC_MSG_ERROR([$CC cannot link with $1])])
     CFLAGS=$fo_saved_cflags])

AC_DEFUN([FO_SANITIZERS],
    [AC_ARG_ENABLE([asan],
         [AS_HELP_STRING([--enable-asan],
             [build with the address and undefined behaviour sanitizers])],
         [], [enable_asan=no])
     AC_ARG_ENABLE([tsan],
         [AS_HELP_STRING([--enable-tsan], [build with the thread sanitizer])],
         [], [enable_tsan=no])
     AC_ARG_ENABLE([fuzz],
         [AS_HELP_STRING([--enable-fuzz],
             [build the fuzzers, with address sanitizer (needs clang)])],
         [], [enable_fuzz=no])
     SANITIZER_FLAGS=
     FUZZ_LDFLAGS=
     SANITIZER_SUMMARY=none
     AS_IF([test "$enable_asan" = yes],
         [SANITIZER_FLAGS="-fsanitize=address,undefined"
          SANITIZER_SUMMARY="address, undefined"],
         [test "$enable_tsan" = yes],
         [SANITIZER_FLAGS="-fsanitize=thread"
          SANITIZER_SUMMARY=thread],
         [test "$enable_fuzz" = yes],
         [SANITIZER_FLAGS="-fsanitize=fuzzer-no-link,address,undefined"
          FUZZ_LDFLAGS="-fsanitize=fuzzer"
          SANITIZER_SUMMARY="address, undefined"])
     AS_IF([test -n "$SANITIZER_FLAGS"],
         [SANITIZER_FLAGS="$SANITIZER_FLAGS -fno-omit-frame-pointer"
          FO_SANITIZER_LINKS([$SANITIZER_FLAGS])])
     AC_SUBST([SANITIZER_FLAGS])
     AC_SUBST([FUZZ_LDFLAGS])
     AM_CONDITIONAL([FUZZ], [test "$enable_fuzz" = yes])])
