/* libFuzzer's target for the configuration file. */
#define _GNU_SOURCE
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config_file.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	int fd = memfd_create ("config", MFD_CLOEXEC);
	struct error err = { .text = "" };
	struct settings settings;
	char path[40];

	assert (fd >= 0 && write (fd, data, size) == (ssize_t) size);
	snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
	assert (settings_init (&settings, NULL) == 0);
	if (config_file_read (&settings, path, &err) < 0)
		assert (err.text[0] != '\0');
	settings_fini (&settings);
	close (fd);
	return 0;
}
