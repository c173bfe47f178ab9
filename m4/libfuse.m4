dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl FO_LIBFUSE: libfuse >= 3.18 (statx, epochs, kill_suidgid), with custom io,
dnl which 3.18.3 and later leave out unless they are asked to. It is the one of
dnl --with-libfuse=DIR (a prefix), else the one that scripts/setup built in
dnl the source tree, else the system's.
dnl Without a session and functions, it says EINVAL where it is built in.
AC_DEFUN([FO_LIBFUSE_CUSTOM_IO],
    [AC_MSG_CHECKING([whether libfuse has custom io])
     fo_saved_cppflags=$CPPFLAGS
     fo_saved_libs=$LIBS
     CPPFLAGS="$CPPFLAGS $FUSE_CFLAGS -D_FILE_OFFSET_BITS=64"
     LIBS="$FUSE_LIBS $LIBS"
     AC_RUN_IFELSE([AC_LANG_PROGRAM([[
             #define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 17)
             #include <errno.h>
             #include <fuse_lowlevel.h>
         ]], [[
             struct fuse_session *none = (struct fuse_session *)0;
             return fuse_session_custom_io(none, (const struct fuse_custom_io *)0,
                                           0, 0) != -EINVAL;
         ]])],
         [AC_MSG_RESULT([yes])],
         [AC_MSG_RESULT([no])
          AC_MSG_ERROR([this libfuse was built without custom io.
 Run scripts/setup, which builds one in build/deps on Debian and Ubuntu,
 or give the prefix of another by --with-libfuse=DIR.])],
         [AC_MSG_RESULT([not known, cross compiling])])
     CPPFLAGS=$fo_saved_cppflags
     LIBS=$fo_saved_libs])

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
     AS_IF([$PKG_CONFIG --atleast-version=3.18 fuse3], [],
         [AC_MSG_ERROR([libfuse >= 3.18 is missing.
 Run scripts/setup, which builds it in build/deps on Debian and Ubuntu,
 or give its prefix by --with-libfuse=DIR.])])
     FUSE_CFLAGS=`$PKG_CONFIG --cflags fuse3`
     FUSE_LIBS=`$PKG_CONFIG $fo_fuse_static --libs fuse3`
     FO_LIBFUSE_CUSTOM_IO
     LIBFUSE_SUMMARY="`$PKG_CONFIG --modversion fuse3`$LIBFUSE_SUMMARY"
     PKG_CONFIG_PATH=$fo_pkg_config_path
     AC_SUBST([LIBFUSE_FLAG])
     AC_SUBST([FUSE_CFLAGS])
     AC_SUBST([FUSE_LIBS])])
