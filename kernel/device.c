// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/fusebpf: where the daemon reads requests and writes replies. Each open
 * is one connection, for one mount.
 */
#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "conn.h"

static int fo_device_open(struct inode *inode, struct file *file)
{
	file->private_data = fo_conn_new();
	return file->private_data ? stream_open(inode, file) : -ENOMEM;
}

/* The last descriptor is closed: the daemon is gone. */
static int fo_device_release(struct inode *inode, struct file *file)
{
	struct fo_conn *conn = file->private_data;

	fo_conn_break(conn);
	fo_conn_put(conn);
	return 0;
}

/* What can be read now; one of the two, or neither. */
struct fo_reading {
	struct fo_request *request;
	struct fo_notice *notice;
};

static int fo_reading_take(struct fo_conn *conn, struct fo_reading *reading)
{
	int err = -EAGAIN;

	*reading = (struct fo_reading){};
	spin_lock(&conn->lock);
	switch (conn->state) {
	case FO_CONN_NEW:
		err = -EPERM;
		break;
	case FO_CONN_BROKEN:
	case FO_CONN_UNMOUNTED:
		err = -ENODEV;
		break;
	default:
		reading->notice = list_first_entry_or_null(
			&conn->notices, struct fo_notice, list);
		reading->request = list_first_entry_or_null(
			&conn->pending, struct fo_request, list);
		break;
	}
	if (reading->notice) {
		list_del_init(&reading->notice->list);
		reading->request = NULL;
		err = 0;
	} else if (reading->request) {
		/* Before it is copied: the answer may be quicker than we. */
		refcount_inc(&reading->request->users);
		reading->request->state = FO_REQUEST_SENT;
		list_move_tail(&reading->request->list, &conn->sent);
		err = 0;
	}
	spin_unlock(&conn->lock);
	return err;
}

static ssize_t fo_reading_copy(struct fo_conn *conn, struct fo_reading *reading,
			       struct iov_iter *to)
{
	struct fo_request *request = reading->request;
	struct fo_notice *notice = reading->notice;
	size_t len = notice ? notice->in.len : request->in->len;
	ssize_t err = len;

	if (notice) {
		if (copy_to_iter(&notice->in, sizeof(notice->in), to) !=
			    sizeof(notice->in) ||
		    copy_to_iter(&notice->body, len - sizeof(notice->in), to) !=
			    len - sizeof(notice->in))
			err = -EFAULT;
		kfree(notice);
		return err;
	}
	if (copy_to_iter(request->in, len, to) != len) {
		err = -EFAULT;
		fo_conn_finish(conn, request, -EIO);
	}
	fo_request_put(request);
	return err;
}

static ssize_t fo_device_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct file *file = iocb->ki_filp;
	struct fo_conn *conn = file->private_data;
	struct fo_reading reading;
	int err;

	if (!user_backed_iter(to) || iov_iter_count(to) < FO_FUSEBPF_READ_MIN)
		return -EINVAL;
	WRITE_ONCE(conn->reader, current->tgid);
	while ((err = fo_reading_take(conn, &reading)) == -EAGAIN) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible_exclusive(conn->readers,
						       fo_conn_has_work(conn)))
			return -ERESTARTSYS;
	}
	return err ? err : fo_reading_copy(conn, &reading, to);
}

static ssize_t fo_device_write(struct kiocb *iocb, struct iov_iter *from)
{
	size_t len = iov_iter_count(from);
	int err;

	if (!user_backed_iter(from))
		return -EINVAL;
	err = fo_conn_reply(iocb->ki_filp->private_data, from, NULL, 0);
	return err ? err : len;
}

static long fo_device_reply(struct fo_conn *conn, void __user *arg)
{
	struct fo_fusebpf_reply reply;
	struct iov_iter message;
	int err;

	if (copy_from_user(&reply, arg, sizeof(reply)))
		return -EFAULT;
	if (reply.nr_blocks > FO_FUSEBPF_BLOCKS_MAX)
		return -EINVAL;
	err = import_ubuf(ITER_SOURCE, u64_to_user_ptr(reply.message),
			  reply.message_len, &message);
	if (err)
		return err;
	return fo_conn_reply(conn, &message, u64_to_user_ptr(reply.blocks),
			     reply.nr_blocks);
}

static long fo_device_ioctl(struct file *file, unsigned int cmd,
			    unsigned long arg)
{
	struct fo_conn *conn = file->private_data;

	switch (cmd) {
	case FO_FUSEBPF_IOC_REPLY:
		return fo_device_reply(conn, (void __user *)arg);
	case FO_FUSEBPF_IOC_ABORT:
		fo_conn_break(conn);
		return 0;
	default:
		return -ENOTTY;
	}
}

static __poll_t fo_device_poll(struct file *file, poll_table *wait)
{
	struct fo_conn *conn = file->private_data;
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &conn->readers, wait);
	spin_lock(&conn->lock);
	if (conn->state == FO_CONN_BROKEN || conn->state == FO_CONN_UNMOUNTED)
		mask = EPOLLERR;
	else if (fo_conn_has_work(conn))
		mask |= EPOLLIN | EPOLLRDNORM;
	spin_unlock(&conn->lock);
	return mask;
}

static const struct file_operations fo_device_operations = {
	.owner = THIS_MODULE,
	.open = fo_device_open,
	.release = fo_device_release,
	.read_iter = fo_device_read,
	.write_iter = fo_device_write,
	.unlocked_ioctl = fo_device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = fo_device_poll,
};

static struct miscdevice fo_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "fusebpf",
	.fops = &fo_device_operations,
	.mode = 0600,
};

struct fo_conn *fo_device_conn(unsigned int fd)
{
	struct file *file = fget(fd);
	struct fo_conn *conn = ERR_PTR(-EINVAL);

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op == &fo_device_operations) {
		conn = file->private_data;
		refcount_inc(&conn->users);
	}
	fput(file);
	return conn;
}

int fo_device_init(void)
{
	return misc_register(&fo_device);
}

void fo_device_exit(void)
{
	misc_deregister(&fo_device);
}
