// SPDX-License-Identifier: GPL-2.0-or-later
/* Data: holes, mappings, ranges, locks, and the filesystem as a whole. */
#include "operations.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

void op_truncate(void)
{
	struct stat st;
	int fd = op_make("a", "0123456789");

	CHECK(!truncate("a", 4));
	op_holds(fd, "0123");
	CHECK(!ftruncate(fd, 6) && !fstat(fd, &st) && st.st_size == 6);
	CHECK(open("a", O_WRONLY | O_TRUNC) >= 0);
	CHECK(!stat("a", &st) && st.st_size == 0);
}

void op_mmap(void)
{
	int fd = op_make("a", "0123456789");
	char *shared, *private;

	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(shared != MAP_FAILED && private != MAP_FAILED);
	CHECK(shared[3] == '3' && private[4] == '4');
	shared[0] = 'X';
	private[1] = 'Y';
	CHECK(pwrite(fd, "Z", 1, 9) == 1 && shared[9] == 'Z');
	CHECK(!msync(shared, 4096, MS_SYNC));
	op_holds(open("a", O_RDONLY), "X12345678Z");
}

void op_seek(void)
{
	int fd = op_make("a", "data");

	CHECK(!ftruncate(fd, 1 << 20));
	CHECK(pwrite(fd, "end", 3, 1 << 20) == 3);
	CHECK(lseek(fd, 0, SEEK_END) == (1 << 20) + 3);
	CHECK(lseek(fd, 0, SEEK_HOLE) == 4096);
	CHECK(lseek(fd, 4096, SEEK_DATA) == 1 << 20);
	CHECK(lseek(fd, 2, SEEK_SET) == 2 && lseek(fd, 1, SEEK_CUR) == 3);
	CHECK(lseek(fd, 0, SEEK_CUR) == 3);
	FAILS(lseek(fd, -9, SEEK_SET), EINVAL);
}

void op_allocate(void)
{
	struct stat st;
	char buf[4];
	int fd = op_make("a", "0123");

	CHECK(!fallocate(fd, 0, 0, 8192) && !fstat(fd, &st));
	CHECK(st.st_size == 8192 && st.st_blocks == 16);
	CHECK(!fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0,
			 4096));
	CHECK(pread(fd, buf, 4, 0) == 4 && !memcmp(buf, "\0\0\0\0", 4));
	CHECK(!posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
}

void op_copy_range(void)
{
	off_t from = 2, to = 0;
	int a = op_make("a", "0123456789"), b = op_make("b", "");

	CHECK(copy_file_range(a, &from, b, &to, 5, 0) == 5);
	op_holds(b, "23456");
	CHECK(!lseek(a, 0, SEEK_SET) && sendfile(b, a, NULL, 10) == 10);
	op_holds(b, "0123456789");
}

void op_splice(void)
{
	int fd = op_make("a", "spliced"), ends[2];
	loff_t at = 0, to = 7;

	CHECK(!pipe(ends));
	CHECK(splice(fd, &at, ends[1], NULL, 7, 0) == 7);
	CHECK(splice(ends[0], NULL, fd, &to, 7, 0) == 7);
	op_holds(fd, "splicedspliced");
}

void op_sync(void)
{
	int fd = op_make("a", "x"), dir = open(".", O_RDONLY);

	CHECK(!fsync(fd) && !fdatasync(fd) && !fsync(dir) && !syncfs(fd));
}

void op_statvfs(void)
{
	struct statvfs st;

	CHECK(!statvfs(".", &st) && st.f_blocks && st.f_bfree);
	CHECK(st.f_namemax == 255);
}

void op_locks(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int a = op_make("a", "x"), b = open("a", O_RDWR);

	CHECK(!flock(a, LOCK_EX));
	FAILS(flock(b, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	CHECK(!flock(a, LOCK_UN) && !flock(b, LOCK_EX | LOCK_NB));
	CHECK(!fcntl(a, F_OFD_SETLK, &lock));
	FAILS(fcntl(b, F_OFD_SETLK, &lock), EAGAIN);
}

void op_fcntl_flags(void)
{
	int fd = op_make("a", "0123");

	CHECK(!lseek(fd, 0, SEEK_SET) && !fcntl(fd, F_SETFL, O_APPEND));
	CHECK(write(fd, "45", 2) == 2);
	op_holds(fd, "012345");
	CHECK(!fcntl(fd, F_SETFL, 0) && !lseek(fd, 0, SEEK_SET));
	CHECK(write(fd, "X", 1) == 1);
	op_holds(fd, "X12345");
}
