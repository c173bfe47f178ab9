// SPDX-License-Identifier: GPL-2.0-or-later
/* Copying a file's content: reflink, copy_file_range, read and write. */
#include "system/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <stdint.h>
#include <unistd.h>

#include "base/base.h"

#define FO_COPY_STEP (8 << 20) /* bytes between two reports of progress */
#define FO_COPY_BUFFER (256 << 10)

/* A part of the file that holds content: [start, end). */
struct fo_extent {
	off_t start;
	off_t end;
};

static int fo_next_extent(const struct fo_copy *copy, off_t from,
			  struct fo_extent *out_extent)
{
	off_t start = lseek(copy->from, from, SEEK_DATA);
	off_t end;

	if (start < 0 && errno == ENXIO)
		start = copy->size;
	else if (start < 0 && errno == EINVAL)
		start = from; /* no such seek here: all is content */
	else if (start < 0)
		return -errno;
	end = lseek(copy->from, start, SEEK_HOLE);
	if (end < 0 || end > copy->size)
		end = copy->size;
	out_extent->start = fo_min(start, copy->size);
	out_extent->end = end;
	return 0;
}

static bool fo_is_unsupported(int err)
{
	return err == -EXDEV || err == -EINVAL || err == -EOPNOTSUPP ||
	       err == -ENOSYS || err == -ETXTBSY || err == -EPERM ||
	       err == -EBADF;
}

static ssize_t fo_copy_in_kernel(const struct fo_copy *copy, off_t at,
				 size_t len)
{
	off_t in = at, out = at;
	ssize_t n = copy_file_range(copy->from, &in, copy->to, &out, len, 0);

	return n < 0 ? -errno : n;
}

static ssize_t fo_copy_by_hand(const struct fo_copy *copy, off_t at, size_t len)
{
	_cleanup_free_ char *buf = malloc(FO_COPY_BUFFER);
	ssize_t n, done;

	if (!buf)
		return -ENOMEM;
	n = pread(copy->from, buf, fo_min(len, (size_t)FO_COPY_BUFFER), at);
	if (n <= 0)
		return n < 0 ? -errno : 0;
	done = pwrite(copy->to, buf, (size_t)n, at);
	return done < 0 ? -errno : done;
}

static int fo_copy_extent(const struct fo_copy *copy,
			  const struct fo_extent *extent, bool *by_hand)
{
	off_t at = extent->start;

	while (at < extent->end) {
		size_t len =
			(size_t)fo_min(extent->end - at, (off_t)FO_COPY_STEP);
		ssize_t n = -EXDEV;

		if (!*by_hand)
			n = fo_copy_in_kernel(copy, at, len);
		/* Some filesystems answer 0 for what they cannot copy. */
		if (n == 0 || (n < 0 && fo_is_unsupported((int)n))) {
			*by_hand = true;
			n = fo_copy_by_hand(copy, at, len);
		}
		if (n < 0)
			return (int)n;
		if (n == 0)
			return -EIO;
		at += n;
		if (copy->progress)
			copy->progress(copy->context, at, copy->size);
	}
	return 0;
}

static bool fo_copy_reflink(const struct fo_copy *copy)
{
	struct file_clone_range range = {
		.src_fd = copy->from,
		.src_length = (uint64_t)copy->size,
	};
	off_t size = lseek(copy->from, 0, SEEK_END);

	/* Length 0 means to the end: a tail need not be block-aligned. */
	if (size == copy->size)
		range.src_length = 0;
	return ioctl(copy->to, FICLONERANGE, &range) == 0;
}

int fo_copy_content(const struct fo_copy *copy)
{
	struct fo_extent extent = { 0, 0 };
	bool by_hand = false;
	int err;

	if (!copy->size || fo_copy_reflink(copy))
		return 0;
	if (ftruncate(copy->to, copy->size) < 0)
		return -errno;
	while (extent.end < copy->size) {
		err = fo_next_extent(copy, extent.end, &extent);
		if (err)
			return err;
		err = fo_copy_extent(copy, &extent, &by_hand);
		if (err)
			return err;
	}
	/* Who watches is to see the end, also of a file that ends in a hole. */
	if (copy->progress && extent.start == extent.end)
		copy->progress(copy->context, copy->size, copy->size);
	return 0;
}
