dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl FO_BPF: filters. They need libbpf in the daemon, and to build the BPF
dnl programs clang and bpftool. --without-bpf leaves all of it out.
AC_DEFUN([FO_BPF_TOOL],
    [AC_PATH_PROG([$1], [$2], [], [$PATH:/usr/local/sbin:/usr/sbin:/sbin])
     AS_IF([test -z "$$1"],
         [AC_MSG_ERROR([$2 is missing, which BPF filters need
 (Debian: $3); --without-bpf builds without them.])])])

AC_DEFUN([FO_BPF],
    [AC_ARG_WITH([bpf],
         [AS_HELP_STRING([--without-bpf], [build without filter=])],
         [], [with_bpf=yes])
     BPF_SUMMARY=no
     AS_IF([test "$with_bpf" != no],
         [PKG_CHECK_MODULES([LIBBPF], [libbpf >= 1.0], [],
              [AC_MSG_ERROR([libbpf >= 1.0 is missing, which filters need
 (Debian: libbpf-dev); --without-bpf builds without them.])])
          FO_BPF_TOOL([BPF_CLANG], [clang], [clang])
          FO_BPF_TOOL([BPFTOOL], [bpftool], [bpftool])
          dnl asm/types.h of this architecture: BPF has no multiarch path.
          BPF_ARCH_INCLUDE=
          fo_multiarch=`$CC -print-multiarch 2>/dev/null`
          AS_IF([test -n "$fo_multiarch" && test -d "/usr/include/$fo_multiarch"],
              [BPF_ARCH_INCLUDE="-idirafter /usr/include/$fo_multiarch"])
          BPF_SUMMARY="libbpf `$PKG_CONFIG --modversion libbpf`, $BPF_CLANG"
          AC_DEFINE([HAVE_BPF], [1], [BPF filters are built])])
     AC_SUBST([BPF_ARCH_INCLUDE])
     AM_CONDITIONAL([BPF], [test "$with_bpf" != no])])
