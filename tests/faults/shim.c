/* Loaded before a program (LD_PRELOAD): makes calls of the C library fail, and
 * its wall clock wrong, as a file says that is shared with the test
 * (shim.py). Knows nothing of the program. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <dlfcn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* In the order of shim.py. */
/* clang-format off */
#define CALLS(X) \
	X (memory) X (accept4) X (read) X (write) X (readv) \
	X (writev) X (send) X (sendmsg) X (recv) X (recvfrom) \
	X (recvmsg) X (pread64) X (pwrite64) X (fsync) X (fdatasync) \
	X (ftruncate64) X (open64) X (open) X (openat) X (mmap) \
	X (fork) X (pthread_create) X (socket) X (bind) X (listen) \
	X (epoll_create1) X (epoll_ctl) X (eventfd) X (pipe2) \
	X (mkdir) X (rename) X (unlink) X (fcntl64) X (getrandom) \
	X (timerfd_create) X (signalfd) X (socketpair) X (dup) \
	X (close) X (shutdown) X (setsockopt) X (getsockname) \
	X (fchmod) X (fstat) X (stat)
/* clang-format on */

enum call {
#define X(name) CALL_##name,
	CALLS (X)
#undef X
		N_CALLS
};

struct fault {
	_Atomic int64_t n_calls; /* so far */
	_Atomic int64_t after;	 /* fails when n_calls gets there; 0: never */
	_Atomic int64_t times;	 /* so often */
	int64_t error;
};

struct control {
	_Atomic int64_t clock_offset_ms;
	struct fault faults[N_CALLS];
};

static struct control *control;

/* Before main, and before anybody else allocates much. */
__attribute__ ((constructor)) static void
attach (void)
{
	const char *path = getenv ("MCP_SHIM");
	int fd;
	void *memory;

	if (path == NULL)
		return;
	fd = (int) syscall (SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	memory = (void *) syscall (SYS_mmap, NULL, sizeof *control,
				   PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	syscall (SYS_close, fd);
	if (memory != MAP_FAILED)
		control = memory;
}

static int
fails (enum call call)
{
	struct fault *fault;
	int64_t n, after;

	if (control == NULL)
		return 0;
	fault = &control->faults[call];
	n = atomic_fetch_add (&fault->n_calls, 1) + 1;
	after = atomic_load (&fault->after);
	if (after == 0 || n < after || n >= after + fault->times)
		return 0;
	errno = (int) fault->error;
	return 1;
}

static void *
next (void **cache, const char *name)
{
	if (*cache == NULL)
		*cache = dlsym (RTLD_NEXT, name);
	return *cache;
}

#define FAILING(type, name, failed, parameters, arguments)                     \
	type name parameters                                                   \
	{                                                                      \
		static void *real;                                             \
                                                                               \
		if (fails (CALL_##name))                                       \
			return failed;                                         \
		return ((type (*) parameters) next (&real, #name)) arguments;  \
	}

/* --- Memory --- */

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);

void *
malloc (size_t size)
{
	return fails (CALL_memory) ? NULL : __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
	return fails (CALL_memory) ? NULL : __libc_calloc (n, size);
}

void *
realloc (void *memory, size_t size)
{
	return fails (CALL_memory) ? NULL : __libc_realloc (memory, size);
}

int
posix_memalign (void **ret, size_t alignment, size_t size)
{
	if (fails (CALL_memory))
		return ENOMEM;
	*ret = __libc_memalign (alignment, size);
	return *ret != NULL ? 0 : ENOMEM;
}

void *
aligned_alloc (size_t alignment, size_t size)
{
	return fails (CALL_memory) ? NULL : __libc_memalign (alignment, size);
}

/* --- Descriptors --- */

FAILING (int, accept4, -1,
	 (int fd, struct sockaddr *address, socklen_t *size, int flags),
	 (fd, address, size, flags))
FAILING (ssize_t, read, -1, (int fd, void *data, size_t size), (fd, data, size))
FAILING (ssize_t, write, -1, (int fd, const void *data, size_t size),
	 (fd, data, size))
FAILING (ssize_t, readv, -1, (int fd, const struct iovec *parts, int n),
	 (fd, parts, n))
FAILING (ssize_t, writev, -1, (int fd, const struct iovec *parts, int n),
	 (fd, parts, n))
FAILING (ssize_t, send, -1, (int fd, const void *data, size_t size, int flags),
	 (fd, data, size, flags))
FAILING (ssize_t, sendmsg, -1,
	 (int fd, const struct msghdr *message, int flags),
	 (fd, message, flags))
FAILING (ssize_t, recv, -1, (int fd, void *data, size_t size, int flags),
	 (fd, data, size, flags))
FAILING (ssize_t, recvfrom, -1,
	 (int fd, void *data, size_t size, int flags, struct sockaddr *address,
	  socklen_t *address_size),
	 (fd, data, size, flags, address, address_size))
FAILING (ssize_t, recvmsg, -1, (int fd, struct msghdr *message, int flags),
	 (fd, message, flags))
FAILING (ssize_t, pread64, -1,
	 (int fd, void *data, size_t size, off64_t offset),
	 (fd, data, size, offset))
FAILING (ssize_t, pwrite64, -1,
	 (int fd, const void *data, size_t size, off64_t offset),
	 (fd, data, size, offset))
FAILING (int, fsync, -1, (int fd), (fd))
FAILING (int, fdatasync, -1, (int fd), (fd))
FAILING (int, ftruncate64, -1, (int fd, off64_t size), (fd, size))
FAILING (int, dup, -1, (int fd), (fd))
FAILING (int, shutdown, -1, (int fd, int how), (fd, how))
FAILING (int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
FAILING (int, fstat, -1, (int fd, struct stat *status), (fd, status))

/* As the kernel does it: the descriptor is closed all the same. */
int
close (int fd)
{
	int r = (int) syscall (SYS_close, fd);

	return r == 0 && fails (CALL_close) ? -1 : r;
}

/* --- Files --- */

/* The mode is there when it is needed; else it is not looked at. */
#define OPENING(name, parameters, ...)                                         \
	int name parameters                                                    \
	{                                                                      \
		static void *real;                                             \
		va_list rest;                                                  \
		mode_t mode;                                                   \
                                                                               \
		va_start (rest, flags);                                        \
		mode = va_arg (rest, mode_t);                                  \
		va_end (rest);                                                 \
		if (fails (CALL_##name))                                       \
			return -1;                                             \
		return ((int (*) parameters) next (&real, #name)) (            \
			__VA_ARGS__, flags, mode);                             \
	}

OPENING (open, (const char *path, int flags, ...), path)
OPENING (open64, (const char *path, int flags, ...), path)
OPENING (openat, (int folder, const char *path, int flags, ...), folder, path)

int
fcntl64 (int fd, int command, ...)
{
	static void *real;
	va_list rest;
	void *argument;

	va_start (rest, command);
	argument = va_arg (rest, void *);
	va_end (rest);
	if (fails (CALL_fcntl64))
		return -1;
	return ((int (*) (int, int, ...)) next (&real, "fcntl64")) (fd, command,
								    argument);
}

FAILING (int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
FAILING (int, rename, -1, (const char *from, const char *to), (from, to))
FAILING (int, unlink, -1, (const char *path), (path))
FAILING (int, stat, -1, (const char *path, struct stat *status), (path, status))

/* --- Sockets and what else the kernel makes --- */

FAILING (int, socket, -1, (int domain, int type, int protocol),
	 (domain, type, protocol))
FAILING (int, socketpair, -1, (int domain, int type, int protocol, int fds[2]),
	 (domain, type, protocol, fds))
FAILING (int, bind, -1,
	 (int fd, const struct sockaddr *address, socklen_t size),
	 (fd, address, size))
FAILING (int, listen, -1, (int fd, int n), (fd, n))
FAILING (int, setsockopt, -1,
	 (int fd, int level, int name, const void *value, socklen_t size),
	 (fd, level, name, value, size))
FAILING (int, getsockname, -1,
	 (int fd, struct sockaddr *address, socklen_t *size),
	 (fd, address, size))
FAILING (int, epoll_create1, -1, (int flags), (flags))
FAILING (int, epoll_ctl, -1,
	 (int fd, int what, int other, struct epoll_event *event),
	 (fd, what, other, event))
FAILING (int, eventfd, -1, (unsigned int value, int flags), (value, flags))
FAILING (int, pipe2, -1, (int fds[2], int flags), (fds, flags))
FAILING (int, timerfd_create, -1, (int clock, int flags), (clock, flags))
FAILING (int, signalfd, -1, (int fd, const sigset_t *set, int flags),
	 (fd, set, flags))
FAILING (ssize_t, getrandom, -1, (void *data, size_t size, unsigned int flags),
	 (data, size, flags))
FAILING (pid_t, fork, -1, (void), ())

/* Also for the C library's own threads and large blocks. */
void *
mmap (void *address, size_t size, int protection, int flags, int fd,
      off_t offset)
{
	if (fails (CALL_mmap))
		return MAP_FAILED;
	return (void *) syscall (SYS_mmap, address, size, protection, flags, fd,
				 offset);
}

int
pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
		void *(*run) (void *), void *argument)
{
	static void *real;

	if (fails (CALL_pthread_create))
		return errno;
	return ((int (*) (pthread_t *, const pthread_attr_t *,
			  void *(*) (void *),
			  void *)) next (&real, "pthread_create")) (
		thread, attributes, run, argument);
}

/* --- The wall clock --- */

int
clock_gettime (clockid_t clock, struct timespec *time)
{
	int r = (int) syscall (SYS_clock_gettime, clock, time);
	int64_t offset;

	if (r < 0 || control == NULL
	    || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE))
		return r;
	offset = atomic_load (&control->clock_offset_ms);
	time->tv_sec += offset / 1000;
	time->tv_nsec += offset % 1000 * 1000000;
	if (time->tv_nsec >= 1000000000 || time->tv_nsec < 0) {
		int64_t carry = time->tv_nsec < 0 ? -1 : 1;

		time->tv_sec += carry;
		time->tv_nsec -= carry * 1000000000;
	}
	return 0;
}

time_t
time (time_t *ret)
{
	struct timespec now;

	clock_gettime (CLOCK_REALTIME, &now);
	if (ret != NULL)
		*ret = now.tv_sec;
	return now.tv_sec;
}

int
gettimeofday (struct timeval *ret, void *zone)
{
	struct timespec now;

	(void) zone;
	clock_gettime (CLOCK_REALTIME, &now);
	ret->tv_sec = now.tv_sec;
	ret->tv_usec = now.tv_nsec / 1000;
	return 0;
}
