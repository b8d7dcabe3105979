/* libFuzzer's target for plugin files: what is read of one before any of its
 * code runs. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/elf_image.h"
#include "plugin/preflight.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
	/* As aligned as file_read makes it, and no byte too large. */
	struct image image = { .data = malloc (size), .size = size };
	struct error err = { .text = "" };

	if (size > 0)
		memcpy (image.data, data, size);
	if (preflight (&image, &err) < 0)
		assert (err.text[0] != '\0');
	elf_clear_unique (&image);
	image_fini (&image);
	return 0;
}
