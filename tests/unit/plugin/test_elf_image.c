/* Reading ELF files whose every number may be wrong: images of a few bytes,
 * allocated exactly, so that a read beyond them is seen. */
#include "stand.h"

#include <elf.h>

#include "plugin/elf_image.h"

/* A file of a program header for notes, and one note. */
struct note_file {
	ElfW (Phdr) segment;
	ElfW (Nhdr) note;
	char owner[4];
	uint32_t value;
};

/* Without padding behind it. */
#define FILE_SIZE (offsetof (struct note_file, value) + sizeof (uint32_t))

static const struct note_file note_file = {
	.segment = { .p_type = PT_NOTE,
		     .p_offset = offsetof (struct note_file, note),
		     .p_filesz = FILE_SIZE - offsetof (struct note_file, note),
		     .p_align = 4 },
	.note = { .n_namesz = 4, .n_descsz = 4, .n_type = 1 },
	.owner = "MCP",
	.value = 7,
};

static const ElfW (Ehdr) header = { .e_phoff = 0,
				    .e_phnum = 1,
				    .e_phentsize = sizeof (ElfW (Phdr)) };

static struct image
image_of (const void *data, size_t size)
{
	struct image image = { malloc (size), size };

	assert_non_null (image.data);
	memcpy (image.data, data, size);
	return image;
}

/* The value of the note in file, or 0. */
static uint32_t
note_in (const struct note_file *file)
{
	struct image image = image_of (file, FILE_SIZE);
	size_t size;
	const void *value = elf_note (&image, &header, "MCP", 1, &size);
	uint32_t number = 0;

	if (value != NULL)
		memcpy (&number, value, sizeof (number));
	image_fini (&image);
	return number;
}

static void
bytes_outside_are_not_there (void **state)
{
	struct image image = image_of ("12345678", 8);

	(void) state;
	assert_ptr_equal (elf_bytes (&image, 0, 8), image.data);
	assert_ptr_equal (elf_bytes (&image, 8, 0), image.data + 8);
	assert_null (elf_bytes (&image, 1, 8));
	assert_null (elf_bytes (&image, 9, 0));
	assert_null (elf_bytes (&image, UINT64_MAX, 2));
	assert_null (elf_bytes (&image, 2, UINT64_MAX));
	image_fini (&image);
}

static void
rows_outside_are_not_there (void **state)
{
	struct image image = image_of ("12345678", 8);
	char row[4];

	(void) state;
	assert_true (elf_row (&image, 0, 4, 1, row, 4));
	assert_memory_equal (row, "5678", 4);
	assert_false (elf_row (&image, 0, 4, 2, row, 4));
	assert_false (elf_row (&image, 0, 3, 0, row, 4));
	assert_false (elf_row (&image, 0, 0, 0, row, 4));
	assert_false (elf_row (&image, 0, 4, UINT64_MAX / 4, row, 4));
	assert_false (elf_row (&image, UINT64_MAX - 3, 4, 1, row, 4));
	image_fini (&image);
}

static void
a_text_ends_within_its_table (void **state)
{
	struct image image = image_of ("abc\0def", 7);

	(void) state;
	assert_string_equal (elf_text (&image, 0, 7, 1), "bc");
	assert_null (elf_text (&image, 0, 7, 4));
	assert_null (elf_text (&image, 0, 3, 0));
	assert_null (elf_text (&image, 0, 7, 7));
	assert_null (elf_text (&image, 0, 8, 0));
	image_fini (&image);
}

static void
a_note_is_found_by_owner_and_type (void **state)
{
	struct note_file other = note_file;

	(void) state;
	assert_int_equal (note_in (&note_file), 7);
	other.note.n_type = 2;
	assert_int_equal (note_in (&other), 0);
	other = note_file;
	other.owner[0] = 'X';
	assert_int_equal (note_in (&other), 0);
}

static void
a_note_that_does_not_fit_is_not_there (void **state)
{
	struct note_file wrong = note_file;

	(void) state;
	wrong.note.n_descsz = 5;
	assert_int_equal (note_in (&wrong), 0);
	wrong.note.n_descsz = UINT32_MAX;
	assert_int_equal (note_in (&wrong), 0);
	wrong = note_file;
	wrong.note.n_namesz = UINT32_MAX;
	assert_int_equal (note_in (&wrong), 0);
	wrong = note_file;
	wrong.segment.p_filesz++;
	assert_int_equal (note_in (&wrong), 0);
}

/* --- Unique symbols --- */

#define N_SYMBOLS 4

/* A file of a table of sections with the one of symbols, and those. */
struct symbol_file {
	ElfW (Ehdr) header;
	ElfW (Shdr) section;
	ElfW (Sym) symbols[N_SYMBOLS];
};

static struct symbol_file
symbol_file (void)
{
	static const unsigned char bindings[N_SYMBOLS] = {
		STB_LOCAL, STB_GNU_UNIQUE, STB_GLOBAL, STB_GNU_UNIQUE
	};
	struct symbol_file file = {
		.header = { .e_shoff = offsetof (struct symbol_file, section),
			    .e_shnum = 1,
			    .e_shentsize = sizeof (ElfW (Shdr)) },
		.section = { .sh_type = SHT_DYNSYM,
			     .sh_offset =
				     offsetof (struct symbol_file, symbols),
			     .sh_size = sizeof (file.symbols) },
	};

	for (size_t i = 0; i < N_SYMBOLS; i++)
		file.symbols[i].st_info =
			ELF32_ST_INFO (bindings[i], STT_OBJECT);
	return file;
}

static void
what_is_unique_becomes_weak_and_nothing_else_changes (void **state)
{
	struct symbol_file file = symbol_file (), expected = file;
	struct image image = image_of (&file, sizeof (file));

	(void) state;
	expected.symbols[1].st_info = expected.symbols[3].st_info =
		ELF32_ST_INFO (STB_WEAK, STT_OBJECT);
	elf_clear_unique (&image);
	assert_memory_equal (image.data, &expected, sizeof (expected));
	image_fini (&image);
}

static void
symbols_outside_are_not_touched (void **state)
{
	struct symbol_file file = symbol_file ();
	struct image image;

	(void) state;
	file.section.sh_size = UINT64_MAX;
	image = image_of (&file, sizeof (file) - 1);
	elf_clear_unique (&image);
	image_fini (&image);
	file.section.sh_offset = UINT64_MAX - 8;
	image = image_of (&file, sizeof (file));
	elf_clear_unique (&image);
	assert_memory_equal (image.data, &file, sizeof (file));
	image_fini (&image);
	image = image_of (&file, sizeof (file.header) - 1);
	elf_clear_unique (&image);
	image_fini (&image);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test (bytes_outside_are_not_there),
	cmocka_unit_test (rows_outside_are_not_there),
	cmocka_unit_test (a_text_ends_within_its_table),
	cmocka_unit_test (a_note_is_found_by_owner_and_type),
	cmocka_unit_test (a_note_that_does_not_fit_is_not_there),
	cmocka_unit_test (what_is_unique_becomes_weak_and_nothing_else_changes),
	cmocka_unit_test (symbols_outside_are_not_touched),
};

int
main (void)
{
	return cmocka_run_group_tests (tests, NULL, NULL);
}
