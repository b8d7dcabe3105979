/* Looking at files before they are opened; every byte may be wrong. */
#include <config.h>

#include "stand.h"

#include <elf.h>
#include <link.h>

#include "plugin/file.h"
#include "plugin/preflight.h"

/* A real plugin, which each test may spoil. */
static struct image plugin;

static int
open_plugin (void **state)
{
	char *path = stand_built ("counter");

	(void) state;
	assert_int_equal (file_read (path, &plugin, NULL), 0);
	free (path);
	return 0;
}

static int
close_plugin (void **state)
{
	(void) state;
	image_fini (&plugin);
	return 0;
}

static ElfW (Ehdr) * header (void)
{
	return (ElfW (Ehdr) *) (void *) plugin.data;
}

static ElfW (Phdr) * segment (uint32_t type)
{
	ElfW (Phdr) *rows = (void *) (plugin.data + header ()->e_phoff);

	for (unsigned i = 0; i < header ()->e_phnum; i++)
		if (rows[i].p_type == type)
			return &rows[i];
	fail_msg ("no segment of type %u", type);
	return NULL;
}

/* Where these bytes are. */
static unsigned char *
find (const char *text)
{
	unsigned char *found =
		memmem (plugin.data, plugin.size, text, strlen (text) + 1);

	assert_non_null (found);
	return found;
}

static void
expect_refused (const struct image *image, const char *words)
{
	struct error err;

	assert_true (preflight (image, &err) < 0);
	if (strstr (err.text, words) == NULL)
		fail_msg ("'%s' is not in: %s", words, err.text);
}

static void
a_plugin_passes (void **state)
{
	(void) state;
	assert_int_equal (preflight (&plugin, NULL), 0);
}

static void
what_is_no_elf_file_is_told_apart (void **state)
{
	unsigned char script[] = "#!/bin/sh\nexit 0\n";
	unsigned char zeros[100] = { 0 };

	(void) state;
	expect_refused (&(struct image){ NULL, 0 }, "is empty");
	expect_refused (&(struct image){ script, sizeof (script) - 1 },
			"is text");
	expect_refused (&(struct image){ zeros, sizeof (zeros) },
			"does not begin with the ELF magic number");
}

static void
another_machine_is_named (void **state)
{
	(void) state;
	header ()->e_machine = EM_S390;
	expect_refused (&plugin, "is for s390, this server runs on ");
	header ()->e_machine = 4711;
	expect_refused (&plugin, "is for machine 4711");
	header ()->e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
	expect_refused (&plugin, "bits, this server has");
}

static void
what_is_no_shared_object_is_named (void **state)
{
	(void) state;
	header ()->e_type = ET_REL;
	expect_refused (&plugin, "is an object file (.o)");
	header ()->e_type = ET_EXEC;
	expect_refused (&plugin, "is a program");
}

static void
every_truncation_is_refused (void **state)
{
	(void) state;
	for (size_t size = 0; size < plugin.size; size++) {
		/* An exact allocation, so that a read beyond it is seen. */
		struct image cut = { malloc (size + !size), size };
		struct error err;

		assert_non_null (cut.data);
		memcpy (cut.data, plugin.data, size);
		assert_true (preflight (&cut, &err) < 0);
		if (size > SELFMAG)
			assert_non_null (strstr (err.text, "is truncated"));
		image_fini (&cut);
	}
}

static void
the_note_decides_the_abi (void **state)
{
	unsigned char *note = find ("MCP");

	(void) state;
	note[4] = 9;
	expect_refused (&plugin, "was built for plugin ABI 9, this server has "
				 "1");
	/* The size of its value. */
	note[-8] = 3;
	expect_refused (&plugin, "its ABI note has 3 bytes");
}

static void
without_a_note_the_entry_decides (void **state)
{
	unsigned char *note = find ("MCP");
	unsigned char *entry = find ("mcp_plugin_v1");

	(void) state;
	note[0] = 'X';
	assert_int_equal (preflight (&plugin, NULL), 0);
	entry[strlen ("mcp_plugin_v")] = '3';
	expect_refused (&plugin, "was built for plugin ABI 3");
	entry[0] = 'x';
	expect_refused (&plugin, "does not export mcp_plugin_v1; end");
}

static void
without_sections_it_is_left_to_the_dynamic_linker (void **state)
{
	(void) state;
	header ()->e_shoff = 0;
	header ()->e_shnum = 0;
	assert_int_equal (preflight (&plugin, NULL), 0);
}

static void
a_segment_at_the_end_of_numbers_is_refused (void **state)
{
	(void) state;
	segment (PT_LOAD)->p_offset = UINT64_MAX - 7;
	expect_refused (&plugin, "is truncated: its segments end");
}

static void
no_byte_that_is_wrong_leads_outside (void **state)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	/* A copy of the exact size, so that a read beyond it is seen. */
	unsigned char *data = malloc (plugin.size);
	struct image image = { data, plugin.size };
	size_t tables = header ()->e_shoff;

	(void) state;
	assert_non_null (data);
	memcpy (data, plugin.data, plugin.size);
	for (size_t i = 0; i < plugin.size; i++) {
		/* The headers, the notes and names behind them, the sections;
		 * code says nothing. */
		if (i >= 4096 && i < tables)
			continue;
		for (size_t j = 0; j < sizeof (values); j++) {
			data[i] = values[j];
			preflight (&image, NULL);
		}
		data[i] = plugin.data[i];
	}
	free (data);
}

#define plugin_test(claim)                                                     \
	cmocka_unit_test_setup_teardown (claim, open_plugin, close_plugin)

static const struct CMUnitTest tests[] = {
	plugin_test (a_plugin_passes),
	plugin_test (what_is_no_elf_file_is_told_apart),
	plugin_test (another_machine_is_named),
	plugin_test (what_is_no_shared_object_is_named),
	plugin_test (every_truncation_is_refused),
	plugin_test (the_note_decides_the_abi),
	plugin_test (without_a_note_the_entry_decides),
	plugin_test (without_sections_it_is_left_to_the_dynamic_linker),
	plugin_test (a_segment_at_the_end_of_numbers_is_refused),
	plugin_test (no_byte_that_is_wrong_leads_outside),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
