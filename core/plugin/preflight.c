/* Why a file is not a plugin for this server. Runs nothing of it. */
#include <config.h>

#include "plugin/preflight.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcp/plugin.h>

#include "plugin/elf_image.h"

#define ENTRY_PREFIX "mcp_plugin_v"

/* Our own header, where the linker put it: what a plugin must agree with. */
extern const ElfW (Ehdr) __ehdr_start __attribute__ ((visibility ("hidden")));

static const char *
machine_name (unsigned machine, char text[static 24])
{
	static const struct {
		unsigned machine;
		const char *name;
	} names[] = {
		{ EM_386, "i386" },    { EM_X86_64, "x86-64" },
		{ EM_ARM, "arm" },     { EM_AARCH64, "aarch64" },
		{ EM_RISCV, "riscv" }, { EM_PPC64, "ppc64" },
		{ EM_S390, "s390" },   { EM_MIPS, "mips" },
	};

	for (size_t i = 0; i < sizeof (names) / sizeof (names[0]); i++)
		if (names[i].machine == machine)
			return names[i].name;
	snprintf (text, 24, "machine %u", machine);
	return text;
}

/* Whether it begins as text does; what is no ELF file most often is one. */
static bool
is_text (const struct image *image)
{
	size_t size = image->size < 64 ? image->size : 64;

	for (size_t i = 0; i < size; i++)
		if (!isprint (image->data[i]) && !isspace (image->data[i]))
			return false;
	return true;
}

/* What libtool makes beside the shared object. */
static bool
is_archive_of_libtool (const struct image *image)
{
	static const char words[] = " - a libtool library file";
	size_t size = image->size < 256 ? image->size : 256;

	return memmem (image->data, size, words, sizeof (words) - 1) != NULL;
}

static int
check_magic (const struct image *image, struct error *err)
{
	if (image->size == 0)
		return error_set (err, -ENOEXEC,
				  "is empty; build the plugin anew");
	if (image->size >= SELFMAG
	    && memcmp (image->data, ELFMAG, SELFMAG) == 0)
		return 0;
	if (is_text (image) && is_archive_of_libtool (image))
		return error_set (err, -ENOEXEC,
				  "is what libtool says of the shared object, "
				  "which is beside it in .libs; name that");
	if (is_text (image))
		return error_set (err, -ENOEXEC,
				  "is text, expected a shared object; "
				  "compile it with -shared -fPIC");
	return error_set (err, -ENOEXEC,
			  "does not begin with the ELF magic number, "
			  "expected a shared object; compile it with -shared "
			  "-fPIC");
}

static int
truncated (struct error *err, const char *what, uint64_t need,
	   const struct image *image)
{
	return error_set (err, -ENOEXEC,
			  "is truncated: its %s end at byte %llu, it "
			  "has %zu bytes; copy or build it anew",
			  what, (unsigned long long) need, image->size);
}

static int
bits (const ElfW (Ehdr) * header)
{
	return header->e_ident[EI_CLASS] == ELFCLASS64 ? 64 : 32;
}

static int
check_machine (const ElfW (Ehdr) * header, struct error *err)
{
	const ElfW (Ehdr) *ours = &__ehdr_start;
	char theirs_text[24], ours_text[24];

	if (header->e_ident[EI_CLASS] != ours->e_ident[EI_CLASS])
		return error_set (err, -ENOEXEC,
				  "is for %d bits, this server has "
				  "%d; build it for this machine",
				  bits (header), bits (ours));
	if (header->e_ident[EI_DATA] != ours->e_ident[EI_DATA])
		return error_set (err, -ENOEXEC,
				  "has the other byte order; build it "
				  "for this machine");
	if (header->e_machine != ours->e_machine)
		return error_set (err, -ENOEXEC,
				  "is for %s, this server runs on %s; "
				  "build it for this machine",
				  machine_name (header->e_machine, theirs_text),
				  machine_name (ours->e_machine, ours_text));
	return 0;
}

static int
check_type (const ElfW (Ehdr) * header, struct error *err)
{
	const char *what = "of an unknown kind";

	if (header->e_type == ET_DYN)
		return 0;
	if (header->e_type == ET_REL)
		what = "an object file (.o)";
	else if (header->e_type == ET_EXEC)
		what = "a program";
	return error_set (err, -ENOEXEC,
			  "is %s, expected a shared object; link it "
			  "with -shared",
			  what);
}

/* Whether everything that the tables promise is there. */
static int
check_whole (const struct image *image, const ElfW (Ehdr) * header,
	     struct error *err)
{
	uint64_t end;

	for (unsigned i = 0; i < header->e_phnum; i++) {
		ElfW (Phdr) segment;

		end = header->e_phoff + (i + 1ULL) * header->e_phentsize;
		if (!elf_row (image, header->e_phoff, header->e_phentsize, i,
			      &segment, sizeof (segment)))
			return truncated (err, "program headers", end, image);
		if (segment.p_type == PT_LOAD
		    && elf_bytes (image, segment.p_offset, segment.p_filesz)
			       == NULL)
			return truncated (err, "segments",
					  segment.p_offset + segment.p_filesz,
					  image);
	}
	end = header->e_shoff
	      + (uint64_t) header->e_shnum * header->e_shentsize;
	if (header->e_shoff != 0 && elf_bytes (image, 0, end) == NULL)
		return truncated (err, "section headers", end, image);
	return 0;
}

static int
other_abi (struct error *err, unsigned long abi)
{
	return error_set (err, -ENOEXEC,
			  "was built for plugin ABI %lu, this server "
			  "has %d; build it with this server's <mcp/plugin.h>",
			  abi, MCP_ABI);
}

static int
check_abi_note (const struct image *image, const ElfW (Ehdr) * header,
		struct error *err)
{
	size_t size;
	const void *value = elf_note (image, header, "MCP", 1, &size);
	uint32_t abi;

	/* No note is no error: the entry symbol decides. */
	if (value == NULL)
		return 0;
	if (size != sizeof (abi))
		return error_set (err, -ENOEXEC,
				  "its ABI note has %zu bytes, expected "
				  "%zu; build it with this server's "
				  "<mcp/plugin.h>",
				  size, sizeof (abi));
	memcpy (&abi, value, sizeof (abi));
	return abi == MCP_ABI ? 0 : other_abi (err, abi);
}

/* The entry symbols that a file has. */
struct entries {
	bool has_ours;
	unsigned long other; /* the ABI of another one; 0: none */
};

static void
see_symbol (void *arg, const char *name)
{
	struct entries *entries = arg;
	unsigned long abi;
	char *end;

	if (strncmp (name, ENTRY_PREFIX, strlen (ENTRY_PREFIX)) != 0)
		return;
	abi = strtoul (name + strlen (ENTRY_PREFIX), &end, 10);
	if (*end != '\0')
		return;
	if (abi == MCP_ABI)
		entries->has_ours = true;
	else
		entries->other = abi;
}

static int
check_entry (const struct image *image, const ElfW (Ehdr) * header,
	     struct error *err)
{
	struct entries entries = { 0 };

	if (!elf_exports (image, header, see_symbol, &entries)
	    || entries.has_ours)
		return 0;
	if (entries.other != 0)
		return other_abi (err, entries.other);
	return error_set (err, -ENOEXEC,
			  "does not export " ENTRY_PREFIX
			  "%d; end the plugin's source with MCP_PLUGIN "
			  "(descriptor)",
			  MCP_ABI);
}

int
preflight (const struct image *image, struct error *err)
{
	ElfW (Ehdr) header;
	int r = check_magic (image, err);

	if (r < 0)
		return r;
	if (image->size < sizeof (header))
		return truncated (err, "first headers", sizeof (header), image);
	memcpy (&header, image->data, sizeof (header));
	if ((r = check_machine (&header, err)) < 0
	    || (r = check_type (&header, err)) < 0
	    || (r = check_whole (image, &header, err)) < 0
	    || (r = check_abi_note (image, &header, err)) < 0)
		return r;
	return check_entry (image, &header, err);
}
