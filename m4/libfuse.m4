dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl FO_LIBFUSE: libfuse >= 3.17, which has passthrough. It is the one of
dnl --with-libfuse=DIR (a prefix), else the one that scripts/setup built in
dnl the source tree, else the system's.
AC_DEFUN([FO_LIBFUSE],
    [AC_ARG_WITH([libfuse],
         [AS_HELP_STRING([--with-libfuse=DIR],
             [use the libfuse that is installed under the prefix DIR])],
         [], [with_libfuse=
              AS_IF([test -e "$srcdir/build/deps/lib/pkgconfig/fuse3.pc"],
                  [with_libfuse=`cd "$srcdir/build/deps" && pwd`])])
     fo_pkg_config_path=$PKG_CONFIG_PATH
     fo_fuse_static=
     LIBFUSE_FLAG=
     AS_IF([test -n "$with_libfuse" && test "$with_libfuse" != yes],
         [PKG_CONFIG_PATH="$with_libfuse/lib/pkgconfig:$with_libfuse/lib64/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
          LIBFUSE_SUMMARY=" in $with_libfuse"
          LIBFUSE_FLAG="--with-libfuse=$with_libfuse"
          fo_fuse_static=--static],
         [LIBFUSE_SUMMARY=" of the system"])
     export PKG_CONFIG_PATH
     AS_IF([$PKG_CONFIG --atleast-version=3.17 fuse3], [],
         [AC_MSG_ERROR([libfuse >= 3.17 is missing (it has passthrough).
 Run scripts/setup, which builds it in build/deps on Debian and Ubuntu,
 or give its prefix by --with-libfuse=DIR.])])
     FUSE_CFLAGS=`$PKG_CONFIG --cflags fuse3`
     FUSE_LIBS=`$PKG_CONFIG $fo_fuse_static --libs fuse3`
     LIBFUSE_SUMMARY="`$PKG_CONFIG --modversion fuse3`$LIBFUSE_SUMMARY"
     PKG_CONFIG_PATH=$fo_pkg_config_path
     AC_SUBST([LIBFUSE_FLAG])
     AC_SUBST([FUSE_CFLAGS])
     AC_SUBST([FUSE_LIBS])])
