/* Bounded reading of ELF: every offset and size is checked before it is used,
 * and rows are copied out, for nothing says that they are aligned. */
#include <config.h>

#include "plugin/elf_image.h"

#include <elf.h>
#include <string.h>

/* Longer ones are damage; bounds the time that a hostile file can take. */
#define NAME_BYTES_MAX 4096
#define NOTES_BYTES_MAX 65536

const void *
elf_bytes (const struct image *image, uint64_t offset, uint64_t size)
{
	if (offset > image->size || size > image->size - offset)
		return NULL;
	return image->data + offset;
}

bool
elf_row (const struct image *image, uint64_t table, uint64_t row_size,
	 uint64_t i, void *row, size_t size)
{
	const void *bytes;

	if (row_size < size || i > image->size / row_size)
		return false;
	/* i * row_size is at most the file's size. */
	if (table > UINT64_MAX - i * row_size)
		return false;
	bytes = elf_bytes (image, table + i * row_size, size);
	if (bytes == NULL)
		return false;
	memcpy (row, bytes, size);
	return true;
}

const char *
elf_text (const struct image *image, uint64_t start, uint64_t size,
	  uint64_t offset)
{
	const char *table = elf_bytes (image, start, size);

	if (table == NULL || offset >= size)
		return NULL;
	size -= offset;
	if (size > NAME_BYTES_MAX)
		size = NAME_BYTES_MAX;
	return memchr (table + offset, '\0', size) != NULL ? table + offset
							   : NULL;
}

static uint64_t
align_up (uint64_t size, uint64_t alignment)
{
	return (size + alignment - 1) & ~(alignment - 1);
}

/* One note: its header, its owner's name, its value, each padded. */
struct note {
	ElfW (Nhdr) header;
	const char *owner;
	const void *value;
	uint64_t size; /* of all */
};

/* The note at the start of size bytes; false when it does not fit. */
static bool
read_note (const unsigned char *bytes, uint64_t size, uint64_t alignment,
	   struct note *note)
{
	uint64_t value_at;

	if (size < sizeof (note->header))
		return false;
	memcpy (&note->header, bytes, sizeof (note->header));
	/* Both sizes have 32 bits: the sums cannot overflow 64. */
	value_at = align_up (sizeof (note->header) + note->header.n_namesz,
			     alignment);
	if (value_at > size || note->header.n_descsz > size - value_at)
		return false;
	note->owner = (const char *) bytes + sizeof (note->header);
	note->value = bytes + value_at;
	note->size = align_up (value_at + note->header.n_descsz, alignment);
	return true;
}

static bool
note_is (const struct note *note, const char *owner, uint32_t type)
{
	size_t size = strlen (owner) + 1;

	return note->header.n_type == type && note->header.n_namesz == size
	       && memcmp (note->owner, owner, size) == 0;
}

static const void *
find_note (const unsigned char *bytes, uint64_t size, uint64_t alignment,
	   const char *owner, uint32_t type, size_t *ret_size)
{
	struct note note;

	while (read_note (bytes, size, alignment, &note)) {
		if (note_is (&note, owner, type)) {
			*ret_size = note.header.n_descsz;
			return note.value;
		}
		if (note.size >= size)
			break;
		bytes += note.size;
		size -= note.size;
	}
	return NULL;
}

const void *
elf_note (const struct image *image, const ElfW (Ehdr) * header,
	  const char *owner, uint32_t type, size_t *ret_size)
{
	for (unsigned i = 0; i < header->e_phnum; i++) {
		ElfW (Phdr) segment;
		const void *bytes, *value;

		if (!elf_row (image, header->e_phoff, header->e_phentsize, i,
			      &segment, sizeof (segment)))
			break;
		if (segment.p_type != PT_NOTE)
			continue;
		bytes = elf_bytes (image, segment.p_offset, segment.p_filesz);
		if (bytes == NULL || segment.p_filesz > NOTES_BYTES_MAX)
			continue;
		value = find_note (bytes, segment.p_filesz,
				   segment.p_align == 8 ? 8 : 4, owner, type,
				   ret_size);
		if (value != NULL)
			return value;
	}
	return NULL;
}

static bool
read_section (const struct image *image, const ElfW (Ehdr) * header, uint64_t i,
	      ElfW (Shdr) * section)
{
	return i < header->e_shnum
	       && elf_row (image, header->e_shoff, header->e_shentsize, i,
			   section, sizeof (*section));
}

static bool
find_section (const struct image *image, const ElfW (Ehdr) * header,
	      uint32_t type, ElfW (Shdr) * section)
{
	for (unsigned i = 0; read_section (image, header, i, section); i++)
		if (section->sh_type == type)
			return true;
	return false;
}

/* st_info has the same form in both classes. */
static bool
is_exported (const ElfW (Sym) * symbol)
{
	unsigned binding = ELF32_ST_BIND (symbol->st_info);

	return symbol->st_shndx != SHN_UNDEF
	       && (binding == STB_GLOBAL || binding == STB_WEAK);
}

bool
elf_exports (const struct image *image, const ElfW (Ehdr) * header,
	     void (*each) (void *arg, const char *name), void *arg)
{
	ElfW (Shdr) symbols, names;
	ElfW (Sym) symbol;

	if (!find_section (image, header, SHT_DYNSYM, &symbols)
	    || !read_section (image, header, symbols.sh_link, &names))
		return false;
	for (uint64_t i = 0; i < symbols.sh_size / sizeof (symbol); i++) {
		const char *name;

		if (!elf_row (image, symbols.sh_offset, sizeof (symbol), i,
			      &symbol, sizeof (symbol)))
			return false;
		name = elf_text (image, names.sh_offset, names.sh_size,
				 symbol.st_name);
		if (name != NULL && is_exported (&symbol))
			each (arg, name);
	}
	return true;
}

/* Of the i-th symbol of a table; NULL: there is none. */
static unsigned char *
symbol_info (const struct image *image, const ElfW (Shdr) * table, uint64_t i)
{
	ElfW (Sym) symbol;

	if (i >= table->sh_size / sizeof (symbol)
	    || !elf_row (image, table->sh_offset, sizeof (symbol), i, &symbol,
			 sizeof (symbol)))
		return NULL;
	return image->data + table->sh_offset + i * sizeof (symbol)
	       + offsetof (ElfW (Sym), st_info);
}

void
elf_clear_unique (struct image *image)
{
	ElfW (Ehdr) header;
	ElfW (Shdr) symbols;
	unsigned char *info;

	if (image->size < sizeof (header))
		return;
	memcpy (&header, image->data, sizeof (header));
	if (!find_section (image, &header, SHT_DYNSYM, &symbols))
		return;
	for (uint64_t i = 0; (info = symbol_info (image, &symbols, i)); i++)
		if (ELF32_ST_BIND (*info) == STB_GNU_UNIQUE)
			*info = ELF32_ST_INFO (STB_WEAK, ELF32_ST_TYPE (*info));
}
