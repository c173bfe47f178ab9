// SPDX-License-Identifier: GPL-2.0-or-later
/* --help and --version: one screen, and two lines. */
#include "process/help.h"

#define FUSE_USE_VERSION FUSE_MAKE_VERSION(3, 17)
#include <fuse_lowlevel.h>

#ifndef PACKAGE_VERSION
#error "config.h is missing: compile with -include config.h"
#endif

void fo_help_print(FILE *out)
{
	fputs("usage: fuse-overlay -o OPTION[,OPTION...] MOUNTPOINT\n"
	      "       fuse-overlay SOURCE MOUNTPOINT -o OPTION... [-o ...]\n"
	      "       fuse-overlay status|refresh MOUNTPOINT\n"
	      "\n"
	      "  lowerdir=A[:B...][::D...] layers, topmost first; D holds "
	      "content only\n"
	      "  upperdir=U,workdir=W      where changes go; without: "
	      "read-only\n"
	      "  engine=auto|plain|passthrough|bpf       how data moves\n"
	      "  passthrough=safe|all|off, stack_depth=1|2\n"
	      "  timeout=SECONDS           believe what is cached "
	      "(for ever)\n"
	      "  threads=N, max_write=BYTES, writeback=0|1\n"
	      "  volatile, fsync=0|1       flush nothing to disk\n"
	      "  redirect_dir=on|follow|off, metacopy=on|off, "
	      "xino=on|auto|off\n"
	      "  whiteout=auto|overlay|oci, userxattr    how marks are "
	      "stored\n"
	      "  noacl, noxattrs=0|1, static_nlink\n"
	      "  uidmapping=STORED:SHOWN:COUNT[:...], gidmapping=...\n"
	      "  squash_to_root, squash_to_uid=N, squash_to_gid=N\n"
	      "  xattr_permissions=0|1|2   owner and mode kept in an "
	      "attribute\n"
	      "  filter=FILE.bpf.o         a BPF program hides or refuses "
	      "names\n"
	      "  ro, nosuid, nodev, noexec, noatime, allow_other, ... as "
	      "usual\n"
	      "\n"
	      "  -f  stay in the foreground     -d, --debug    that, and "
	      "say what happens\n"
	      "  -h, --help                     -V, --version\n"
	      "\n"
	      "Unmount with `fusermount3 -u MOUNTPOINT` or umount(8). "
	      "See fuse-overlay(1).\n",
	      out);
}

void fo_version_print(FILE *out)
{
	fprintf(out,
		"fuse-overlay %s\n"
		"libfuse %s\n",
		PACKAGE_VERSION, fuse_pkgversion());
}
