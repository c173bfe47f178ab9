// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attributes, extended attributes, ACLs and flags of nodes: what is shown,
 * what the upper holds, and what a change takes away.
 */
#include <endian.h>
#include <linux/fs.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>

#include "layers.h"
#include "overlay/acl.h"
#include "overlay/attr.h"
#include "overlay/content.h"
#include "overlay/copyup.h"
#include "overlay/flags.h"
#include "overlay/protection.h"
#include "overlay/xattr.h"

static void fill_lowers(void)
{
	must(mkdir("l1/d", 0755) == 0 && mkdir("l2/d", 0755) == 0 &&
		     mkdir("l2/alone", 0755) == 0 &&
		     mkdir("l2/alone/sub", 0755) == 0,
	     "mkdir");
	write_file("l1/d/file", "0123456789");
	write_file("l1/d/suid", "suid");
	must(chmod("l1/d/suid", 06755) == 0, "chmod");
	write_file("l1/d/plain", "plain");
	write_file("l1/d/marked", "marked");
	write_file("l1/d/acl", "acl");
	write_file("l1/d/flags", "flags");
	write_file("l1/d/mapped", "mapped");
	write_file("l1/d/read", "below");
}

static void test_shown(struct layers *layers)
{
	struct stat st, lower;

	layers_look(layers, "d", &st);
	is_int((long long)st.st_nlink, 1, "a merged directory counts nothing");
	layers_look(layers, "alone", &st);
	must(stat("l2/alone", &lower) == 0, "l2/alone");
	is_int((long long)st.st_nlink, (long long)lower.st_nlink,
	       "another counts as its layer does");
	is_int((long long)st.st_dev, 0, "and no layer's device is shown");
}

static void test_size_and_times(struct layers *layers)
{
	struct fo_change change = { .valid = FO_CHANGE_SIZE, .size = 4 };
	struct fo_node *node = layers_look(layers, "d/file", NULL);
	struct stat st;

	is_int(fo_attr_set(layers->fs, node, &change, &st), 0, "truncated");
	is_int(st.st_size, 4, "to the size that is shown");
	is_str(read_file("u/d/file"), "0123", "and what was kept is there");
	change = (struct fo_change){
		.valid = FO_CHANGE_ATIME | FO_CHANGE_MTIME,
		.times = { { 7, 8 }, { 9, 10 } },
	};
	is_int(fo_attr_set(layers->fs, node, &change, &st), 0, "times set");
	ok(st.st_atim.tv_sec == 7 && st.st_atim.tv_nsec == 8 &&
		   st.st_mtim.tv_sec == 9 && st.st_mtim.tv_nsec == 10,
	   "to the nanosecond");
	change = (struct fo_change){ .valid = FO_CHANGE_SIZE };
	is_int(fo_attr_set(layers->fs, node, &change, &st), 0, "emptied");
	ok(st.st_size == 0 && st.st_mtim.tv_sec > 9, "which is a change");
	change.valid |= FO_CHANGE_MTIME;
	change.times[1] = (struct timespec){ 11, 12 };
	is_int(fo_attr_set(layers->fs, node, &change, &st), 0, "with a time");
	is_int(st.st_mtim.tv_sec, 11, "it is that time that counts");
}

static void test_owner(struct layers *layers)
{
	struct fo_change change = { .valid = FO_CHANGE_UID, .uid = getuid() };
	struct fo_node *node = layers_look(layers, "d/suid", NULL);
	struct stat st;

	is_int(fo_attr_set(layers->fs, node, &change, &st), 0, "chown");
	is_int(st.st_mode, S_IFREG | 0755, "takes setuid and setgid away");
	change = (struct fo_change){
		.valid = FO_CHANGE_UID | FO_CHANGE_MODE,
		.uid = getuid(),
		.mode = 06711,
	};
	is_int(fo_attr_set(layers->fs, node, &change, &st), 0,
	       "chown and chmod at once");
	is_int(st.st_mode, S_IFREG | 06711, "but not what is asked for");
	change = (struct fo_change){ .valid = FO_CHANGE_KILL_PRIVILEGE };
	is_int(fo_attr_set(layers->fs, node, &change, &st), 0, "a write");
	is_int(st.st_mode, S_IFREG | 0711, "takes them away, too");
}

static int set_attr(struct layers *layers, const char *path, const char *name,
		    const char *value)
{
	const struct fo_xattr_change change = {
		.name = name,
		.value = value,
		.size = strlen(value),
	};

	return fo_node_setxattr(layers->fs, layers_look(layers, path, NULL),
				&change);
}

static void test_escapes(struct layers *layers)
{
	struct fo_fs *fs = layers->fs;
	struct fo_node *node = layers_look(layers, "d/marked", NULL);
	char name[64], stored[64], list[256], value[8] = "";
	ssize_t len;

	snprintf(name, sizeof(name), "%sopaque", fs->xattr_prefix);
	snprintf(stored, sizeof(stored), "%soverlay.opaque", fs->xattr_prefix);
	is_int(fo_node_getxattr(fs, node, name, NULL, 0), -ENODATA,
	       "no mark of ours is shown");
	is_int(set_attr(layers, "d/marked", name, "n"), 0,
	       "a nested overlay's mark is set");
	ok(has_attr("u/d/marked", stored) && !has_attr("u/d/marked", name),
	   "and stored escaped");
	is_int(fo_node_getxattr(fs, node, name, value, sizeof(value)), 1,
	       "it is read");
	is_str(value, "n", "as it was written");
	len = fo_node_listxattr(fs, node, list, sizeof(list));
	ok(len == (ssize_t)strlen(name) + 1 && !strcmp(list, name),
	   "and is all that is listed");
	is_int(fo_node_listxattr(fs, node, NULL, 0), len,
	       "the list's size is told");
	is_int(fo_node_listxattr(fs, node, list, 3), -ERANGE,
	       "a list that is too short is refused");
	is_int(fo_node_removexattr(fs, node, name), 0, "it is removed");
	ok(!has_attr("u/d/marked", stored), "and gone");
	is_int(set_attr(layers, "d/marked", "user.fuseoverlayfs.opaque", "y"),
	       -EPERM, "nobody forges a mark of fuse-overlayfs");
}

static void test_attrs(struct layers *layers)
{
	struct fo_node *node = layers_look(layers, "d/plain", NULL);
	struct fo_xattr_change change = {
		.name = "user.a",
		.value = "1234",
		.size = 4,
		.flags = XATTR_REPLACE,
	};
	char value[4];

	is_int(fo_node_removexattr(layers->fs, node, "user.none"), -ENODATA,
	       "what is not there cannot be removed");
	ok(!is_there("u/d/plain"), "and copies nothing up");
	is_int(fo_node_setxattr(layers->fs, node, &change), -ENODATA,
	       "nor be replaced");
	change.flags = XATTR_CREATE;
	is_int(fo_node_setxattr(layers->fs, node, &change), 0, "created");
	is_int(fo_node_setxattr(layers->fs, node, &change), -EEXIST,
	       "but once");
	is_int(fo_node_getxattr(layers->fs, node, "user.a", value, 2), -ERANGE,
	       "too short a buffer is refused");
	is_int(fo_node_getxattr(layers->fs, node, "user.a", NULL, 0), 4,
	       "the length is told");
}

struct acl {
	struct posix_acl_xattr_header header;
	struct posix_acl_xattr_entry entries[5];
};

static void fill_acl(struct acl *acl, uint16_t perm, uint32_t uid)
{
	static const uint16_t tags[] = { ACL_USER_OBJ, ACL_USER, ACL_GROUP_OBJ,
					 ACL_MASK, ACL_OTHER };
	size_t i;

	acl->header.a_version = htole32(POSIX_ACL_XATTR_VERSION);
	for (i = 0; i < FO_ARRAY_SIZE(tags); i++) {
		acl->entries[i].e_tag = htole16(tags[i]);
		acl->entries[i].e_perm = htole16(perm);
		acl->entries[i].e_id =
			htole32(tags[i] == ACL_USER ? uid : UINT32_MAX);
	}
}

static void test_acl(struct layers *layers)
{
	struct acl acl, got;
	struct fo_node *dir = layers_look(layers, "d", NULL);
	struct fo_xattr_change change = {
		.name = FO_XATTR_ACL_DEFAULT,
		.value = &acl,
		.size = sizeof(acl),
	};
	struct fo_inherited inherited;

	is_int(fo_acl_inherit(layers->fs, dir, S_IFREG | 0666, 027, &inherited),
	       0, "without a default ACL");
	ok(inherited.mode == 0640 && !inherited.access,
	   "the caller's umask applies");
	fill_acl(&acl, 06, 1234);
	if (fo_node_setxattr(layers->fs, dir, &change)) {
		skip(5, "no ACLs here");
		return;
	}
	is_int(fo_acl_inherit(layers->fs, dir, S_IFDIR | 0751, 077, &inherited),
	       0, "with one");
	is_int((long long)inherited.mode, 0640, "it stands for the umask");
	ok(inherited.access_size == sizeof(got) &&
		   inherited.fallback_size == sizeof(got) &&
		   !memcmp(inherited.fallback, &acl, sizeof(acl)),
	   "a directory inherits it whole");
	memcpy(&got, inherited.access, sizeof(got));
	is_int(le16toh(got.entries[3].e_perm), 04,
	       "its own is masked by the mode");
	is_int(le32toh(got.entries[1].e_id), 1234, "and names who is named");
	fo_inherited_clear(&inherited);
}

static void test_mapped(struct layers *layers)
{
	struct acl acl, got = { 0 };
	struct fo_node *node = layers_look(layers, "d/mapped", NULL);
	struct fo_xattr_change change = {
		.name = FO_XATTR_ACL_ACCESS,
		.value = &acl,
		.size = sizeof(acl),
	};
	struct stat st;

	must(!fo_idmap_parse("0:1000:100", &layers->config.uidmap), "idmap");
	fill_acl(&acl, 06, 1005);
	if (fo_node_setxattr(layers->fs, node, &change)) {
		skip(4, "no ACLs here");
		return;
	}
	must(lgetxattr("u/d/mapped", FO_XATTR_ACL_ACCESS, &got, sizeof(got)) ==
		     sizeof(got),
	     "lgetxattr");
	is_int(le32toh(got.entries[1].e_id), 5, "an ACL's id is mapped");
	is_int(fo_node_getxattr(layers->fs, node, FO_XATTR_ACL_ACCESS, &got,
				sizeof(got)),
	       sizeof(got), "it is read");
	is_int(le32toh(got.entries[1].e_id), 1005, "and mapped back");
	must(!fo_attr_get(layers->fs, node, &st), "fo_attr_get");
	is_int(st.st_uid, getuid() < 100 ? getuid() + 1000 : FO_ID_OVERFLOW,
	       "as owners are");
	fo_idmap_clear(&layers->config.uidmap);
}

static void test_flags(struct layers *layers)
{
	struct fo_fs *fs = layers->fs;
	struct fo_node *node = layers_look(layers, "d/flags", NULL);
	struct fo_change change = { .valid = FO_CHANGE_MODE, .mode = 0600 };
	struct fo_descriptor *descriptor;
	struct stat st;
	int flags;

	if (fo_flags_get(fs, node, &flags)) {
		skip(9, "the filesystem has no inode flags");
		return;
	}
	is_int(fo_flags_set(fs, node, flags | FS_APPEND_FL), 0,
	       "append-only is set");
	is_int(fo_attr_set(fs, node, &change, &st), -EPERM, "its mode stays");
	is_int(fo_content_write(fs, node, &descriptor), 0,
	       "but it may be written to");
	fo_descriptor_put(&fs->descriptors, descriptor);
	is_int(fo_flags_set(fs, node, flags | FS_IMMUTABLE_FL | FS_NODUMP_FL),
	       0, "immutable is set");
	is_int(set_attr(layers, "d/flags", "user.a", "b"), -EPERM,
	       "no attribute may be set");
	is_int(fo_flags_get(fs, node, &flags), 0, "flags are read");
	ok((flags & (FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL)) ==
		   (FS_IMMUTABLE_FL | FS_NODUMP_FL),
	   "as they were set");
	is_int(fo_flags_set(fs, node, flags & ~FS_IMMUTABLE_FL), 0,
	       "and taken away");
	is_int(fo_attr_set(fs, node, &change, &st), 0,
	       "then its mode can be changed");
}

static void test_content(struct layers *layers)
{
	struct fo_fs *fs = layers->fs;
	struct fo_node *node = layers_look(layers, "d/read", NULL);
	struct fo_descriptor *before, *writer, *after;
	char text[8] = "";

	must(!fo_content_read(fs, node, &before), "fo_content_read");
	is_int(fo_content_open(fs, node, O_RDWR), -ESTALE,
	       "a lower is never open for writing");
	must(!fo_content_write(fs, node, &writer), "fo_content_write");
	must(pwrite(writer->fd, "B", 1, 0) == 1, "pwrite");
	must(!fo_content_read(fs, node, &after), "fo_content_read");
	ok(after->fd != before->fd && pread(after->fd, text, 5, 0) == 5,
	   "after a copy-up another file is read");
	is_str(text, "Below", "the one that was written");
	is_str(read_file("l1/d/read"), "below", "and the lower is untouched");
	is_int(fo_content_sync(fs, node, 0), 0, "it is flushed");
	fo_descriptor_put(&fs->descriptors, before);
	fo_descriptor_put(&fs->descriptors, writer);
	fo_descriptor_put(&fs->descriptors, after);
}

/* Where owner and mode stand in an attribute, the file keeps its own. */
static void test_override(void)
{
	struct layers layers;
	struct fo_change change = {
		.valid = FO_CHANGE_UID | FO_CHANGE_GID | FO_CHANGE_MODE,
		.uid = 4242,
		.gid = 4343,
		.mode = 04711,
	};
	struct stat st, upper;
	char text[64] = "";

	layers_make(&layers);
	write_file("l1/file", "file");
	must(chmod("l1/file", 0644) == 0 &&
		     setxattr("l1/file", FO_XATTR_OVERRIDE_USER,
			      "77:88:0640:file", 15, 0) == 0,
	     "setxattr");
	layers.config.override = FO_OVERRIDE_USER;
	layers_open(&layers);
	layers_look(&layers, "file", &st);
	ok(st.st_uid == 77 && st.st_gid == 88 && st.st_mode == (S_IFREG | 0640),
	   "the attribute says who owns a file");
	is_int(fo_attr_set(layers.fs, layers_look(&layers, "file", NULL),
			   &change, &st),
	       0, "it is changed");
	ok(st.st_uid == 4242 && st.st_gid == 4343 &&
		   st.st_mode == (S_IFREG | 04711),
	   "and shown so");
	must(stat("u/file", &upper) == 0 &&
		     lgetxattr("u/file", FO_XATTR_OVERRIDE_USER, text,
			       sizeof(text) - 1) > 0,
	     "u/file");
	is_str(text, "4242:4343:4711:file", "in the attribute");
	ok(upper.st_uid == getuid() && upper.st_mode == (S_IFREG | 0644),
	   "alone");
	layers_remove(&layers);
}

int main(void)
{
	struct layers layers;

	layers_make(&layers);
	fill_lowers();
	layers_open(&layers);
	test_shown(&layers);
	test_size_and_times(&layers);
	test_owner(&layers);
	test_escapes(&layers);
	test_attrs(&layers);
	test_acl(&layers);
	test_mapped(&layers);
	test_flags(&layers);
	test_content(&layers);
	layers_remove(&layers);
	test_override();
	return done();
}
