/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every file may use: cleanup of locals, giving them away, and a few
 * macros. Include it after the system's headers.
 */
#ifndef FO_BASE_BASE_H
#define FO_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))
#define _printf_(at, first) __attribute__((format(printf, at, first)))

static inline void fo_cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void fo_cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* For a pointer from malloc, and for a descriptor or -1. */
#define _cleanup_free_ _cleanup_(fo_cleanup_free)
#define _cleanup_close_ _cleanup_(fo_cleanup_close)

/* Give a local away: its value, and NULL is left behind. */
#define fo_take(pointer)                               \
	({                                             \
		__typeof__(pointer) _from = (pointer); \
		__typeof__(*_from) _value = *_from;    \
		*_from = NULL;                         \
		_value;                                \
	})

static inline int fo_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#define FO_ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define fo_container_of(pointer, type, member) \
	((type *)((char *)(pointer)-offsetof(type, member)))

#define fo_min(a, b)                  \
	({                            \
		__auto_type _a = (a); \
		__auto_type _b = (b); \
		_a < _b ? _a : _b;    \
	})

#define fo_max(a, b)                  \
	({                            \
		__auto_type _a = (a); \
		__auto_type _b = (b); \
		_a > _b ? _a : _b;    \
	})

#endif
