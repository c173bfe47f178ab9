// SPDX-License-Identifier: GPL-2.0-or-later
/* Names in workdir/work for half-made things. */
#include "overlay/temporary.h"

#include <stdio.h>

#include "state/fs.h"
#include "system/remove.h"

void fo_temporary_name(struct fo_fs *fs, char out_name[FO_TEMPORARY_SIZE])
{
	/* Work was emptied at mount and is locked: a serial number will do. */
	snprintf(out_name, FO_TEMPORARY_SIZE, "#%x",
		 atomic_fetch_add(&fs->work_serial, 1));
}

void fo_temporary_remove(struct fo_fs *fs, const char *name)
{
	/* Once more, if it must: what stays counts as a hard link. */
	if (fo_remove_tree(fs->work, name))
		(void)fo_remove_tree(fs->work, name);
}
