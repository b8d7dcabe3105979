"""Calls of the C library that fail, and a wrong wall clock, for a program that
is started with it: tests/faults/shim.c."""

import errno
import mmap
import re
import struct

from .server import build_dir

# In the order of shim.c, each with an error that the kernel may give.
CALLS = {
    "memory": errno.ENOMEM, "accept4": errno.EMFILE, "read": errno.EIO,
    "write": errno.EIO, "readv": errno.EIO, "writev": errno.EPIPE,
    "send": errno.ECONNRESET, "sendmsg": errno.EPIPE,
    "recv": errno.ECONNRESET, "recvfrom": errno.ECONNRESET,
    "recvmsg": errno.EIO, "pread64": errno.EIO, "pwrite64": errno.ENOSPC,
    "fsync": errno.EIO, "fdatasync": errno.EIO, "ftruncate64": errno.ENOSPC,
    "open64": errno.EMFILE, "open": errno.EMFILE, "openat": errno.ENFILE,
    "mmap": errno.ENOMEM, "fork": errno.EAGAIN,
    "pthread_create": errno.EAGAIN, "socket": errno.EMFILE,
    "bind": errno.EADDRINUSE, "listen": errno.EADDRINUSE,
    "epoll_create1": errno.EMFILE, "epoll_ctl": errno.ENOMEM,
    "eventfd": errno.EMFILE, "pipe2": errno.EMFILE, "mkdir": errno.ENOSPC,
    "rename": errno.EIO, "unlink": errno.EIO, "fcntl64": errno.EACCES,
    "getrandom": errno.ENOSYS, "timerfd_create": errno.EMFILE,
    "signalfd": errno.EMFILE, "socketpair": errno.EMFILE,
    "dup": errno.EMFILE, "close": errno.EIO, "shutdown": errno.ENOTCONN,
    "setsockopt": errno.ENOBUFS, "getsockname": errno.ENOBUFS,
    "fchmod": errno.EPERM, "fstat": errno.EIO, "stat": errno.EACCES}
NAMES = list(CALLS)
FOREVER = 1 << 40


class Shim:
    """path: of the file that is shared with the program. env is what the
    program is started with."""

    def __init__(self, path):
        with open(path, "w+b") as file:
            file.truncate(8 + 32 * len(NAMES))
            self.memory = mmap.mmap(file.fileno(), 0)
        library = build_dir() / "tests/faults/.libs/shim.so"
        assert library.exists(), f"{library} was not built"
        self.env = {"LD_PRELOAD": str(library), "MCP_SHIM": str(path)}

    def _put(self, at, value):
        struct.pack_into("q", self.memory, at, value)

    def count(self, name):
        """How often it was called so far."""
        at = 8 + 32 * NAMES.index(name)
        return struct.unpack_from("q", self.memory, at)[0]

    def counts(self):
        return {name: self.count(name) for name in NAMES}

    def fail(self, name, after=1, times=1, error=None):
        """From now on, the call after so many of them fails: so often."""
        at = 8 + 32 * NAMES.index(name)
        self._put(at + 16, times)
        self._put(at + 24, error or CALLS[name])
        self._put(at + 8, self.count(name) + after)

    def reset(self, name):
        """It was never called."""
        self._put(8 + 32 * NAMES.index(name), 0)

    def mend(self):
        for number in range(len(NAMES)):
            self._put(8 + 32 * number + 8, 0)

    def move_clock(self, seconds):
        """The wall clock, against the true one."""
        self._put(0, int(seconds * 1000))


def is_sanitized():
    """Whether the build has a sanitizer, which wants to come first itself."""
    return bool(re.search(r"^MCP_LDFLAGS = .*-fsanitize",
                          (build_dir() / "Makefile").read_text(), re.M))
