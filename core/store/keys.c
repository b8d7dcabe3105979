/* Keys with versioned values. A change never alters a value: it puts another
 * one in its place, so that taking it back is putting the old one back. */
#include "store/keys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static uint64_t
key_bytes (const struct key *key)
{
	return (uint64_t) (key->value - key->text) + key->size;
}

static struct key *
key_new (const char *name, const void *value, size_t size, uint64_t version)
{
	size_t name_size = strlen (name) + 1;
	struct key *key = malloc (sizeof (*key) + name_size + size + 1);

	if (!key)
		return NULL;
	memcpy (key->text, name, name_size);
	key->value = key->text + name_size;
	if (size > 0)
		memcpy (key->value, value, size);
	key->value[size] = '\0';
	key->size = size;
	key->version = version;
	key->is_passing = false;
	return key;
}

/* Of the same name the one that was linked last is found. hash: of its name.
 * False: no memory. */
static bool
link_key (struct keys *keys, struct key *key, unsigned hash)
{
	HASH_ADD_KEYPTR_BYHASHVALUE (hh, keys->table, key->text,
				     (size_t) (key->value - key->text) - 1,
				     hash, key);
	if (!key->hh.tbl)
		return false;
	keys->bytes += key_bytes (key);
	return true;
}

static void
unlink_key (struct keys *keys, struct key *key)
{
	keys->bytes -= key_bytes (key);
	HASH_DELETE (hh, keys->table, key);
}

/* *ret_hash: of the name. */
static struct key *
find (const struct keys *keys, const char *name, unsigned *ret_hash)
{
	size_t size = strlen (name);
	struct key *key;

	*ret_hash = table_hash (name, size);
	HASH_FIND_BYHASHVALUE (hh, keys->table, name, size, *ret_hash, key);
	return key;
}

const struct key *
keys_find (const struct keys *keys, const char *name)
{
	unsigned hash;

	return find (keys, name, &hash);
}

/* --- Changes ----------------------------------------------------------------- */

static int
check_name (const struct change *change, struct error *err)
{
	size_t size = strlen (change->key);

	if (size == 0 || size > LIMIT_KEY_BYTES)
		return error_set (err, -EINVAL,
				  "key: %zu bytes, expected 1 to %d", size,
				  LIMIT_KEY_BYTES);
	if (change->kind == CHANGE_PUT && change->size > LIMIT_VALUE_BYTES)
		return error_set (err, -EMSGSIZE,
				  "key '%s': a value of %zu bytes, expected at "
				  "most %d",
				  change->key, change->size, LIMIT_VALUE_BYTES);
	return 0;
}

static int
check_version (const struct change *change, const struct key *key,
	       struct error *err)
{
	uint64_t version = key ? key->version : 0;

	if (change->version == JOURNAL_ANY || change->version == version)
		return 0;
	return error_set (err, -ESTALE,
			  "key '%s': version %" PRIu64 ", expected %" PRIu64,
			  change->key, version, change->version);
}

/* The number that a key holds; an absent one is 0. */
static int
read_number (const struct change *change, const struct key *key,
	     int64_t *ret_number, struct error *err)
{
	char *end;

	*ret_number = 0;
	if (!key)
		return 0;
	errno = 0;
	*ret_number = strtoll (key->value, &end, 10);
	if (errno != 0 || key->size == 0 || end != key->value + key->size)
		return error_set (err, -EINVAL, "key '%s': not a number",
				  change->key);
	return 0;
}

static int
add_number (struct change *change, const struct key *key, struct error *err)
{
	int64_t sum;
	int r = read_number (change, key, &change->sum, err);

	if (r < 0)
		return r;
	if (__builtin_add_overflow (change->sum, change->add, &sum)
	    || sum < change->min || sum > change->max)
		return error_set (err, -ERANGE,
				  "key '%s': %" PRId64 " and %" PRId64
				  " is not within %" PRId64 " to %" PRId64,
				  change->key, change->sum, change->add,
				  change->min, change->max);
	change->sum = sum;
	return 0;
}

/* The key as the change leaves it; NULL: there is none, or -ENOMEM. */
static int
make_after (struct keys *keys, struct change *change, const struct key *before,
	    struct key **ret_after, struct error *err)
{
	uint64_t version = keys->version + 1;
	char text[TEXT_INTEGER_SIZE];
	size_t size;
	int r;

	*ret_after = NULL;
	if (change->kind == CHANGE_ADD) {
		r = add_number (change, before, err);
		if (r < 0)
			return r;
		size = text_from_integer (change->sum, text);
		*ret_after = key_new (change->key, text, size, version);
	} else {
		r = check_version (change, before, err);
		if (r < 0 || change->kind == CHANGE_DELETE)
			return r;
		*ret_after = key_new (change->key, change->value, change->size,
				      version);
	}
	if (!*ret_after)
		return error_set (err, -ENOMEM, "key '%s': out of memory",
				  change->key);
	return 0;
}

static int
check_room (const struct keys *keys, const struct key *before,
	    const struct key *after, struct error *err)
{
	uint64_t old = before ? key_bytes (before) : 0;

	if (!after || key_bytes (after) <= old
	    || keys->bytes - old + key_bytes (after) <= LIMIT_STATE_BYTES)
		return 0;
	return error_set (err, -ENOSPC,
			  "key '%s': all keys together hold %d bytes at most",
			  after->text, LIMIT_STATE_BYTES);
}

int
keys_apply (struct keys *keys, struct change *change, struct key_step *ret_step,
	    struct error *err)
{
	struct key *before, *after;
	unsigned hash;
	int r = check_name (change, err);

	if (r < 0)
		return r;
	before = find (keys, change->key, &hash);
	r = make_after (keys, change, before, &after, err);
	if (r == 0)
		r = check_room (keys, before, after, err);
	if (r == 0 && after && !link_key (keys, after, hash))
		r = error_set (err, -ENOMEM, "key '%s': out of memory",
			       change->key);
	if (r < 0) {
		free (after);
		return r;
	}
	if (before)
		unlink_key (keys, before);
	if (after)
		change->new_version = ++keys->version;
	*ret_step = (struct key_step){ before, after };
	return 0;
}

void
keys_keep_step (struct key_step *step)
{
	free (step->before);
}

void
keys_undo_step (struct keys *keys, struct key_step *step)
{
	/* In this order the table does not become smaller, and needs nothing
	 * new. */
	if (step->before) {
		step->before->is_passing = false;
		link_key (keys, step->before, step->before->hh.hashv);
	}
	if (step->after)
		unlink_key (keys, step->after);
	free (step->after);
}

int
keys_restore (struct keys *keys, const char *name, const void *value,
	      size_t size, uint64_t version)
{
	struct key *key = key_new (name, value, size, version);

	if (!key || !link_key (keys, key, table_hash (name, strlen (name)))) {
		free (key);
		return -ENOMEM;
	}
	if (keys->version < version)
		keys->version = version;
	return 0;
}

/* --- Listing ----------------------------------------------------------------- */

static int
compare (const void *a, const void *b)
{
	const struct key *const *left = a, *const *right = b;

	return strcmp ((*left)->text, (*right)->text);
}

int
keys_list (const struct keys *keys, const char *prefix,
	   void (*each) (void *arg, const char *key, const void *value,
			 size_t size, uint64_t version),
	   void *arg)
{
	size_t n = 0, size = strlen (prefix);
	const struct key *key, **found;

	found = malloc ((HASH_COUNT (keys->table) + 1) * sizeof (*found));
	if (!found)
		return -ENOMEM;
	for (key = keys->table; key; key = key->hh.next)
		if (strncmp (key->text, prefix, size) == 0)
			found[n++] = key;
	qsort (found, n, sizeof (*found), compare);
	for (size_t i = 0; i < n; i++)
		each (arg, found[i]->text, found[i]->value, found[i]->size,
		      found[i]->version);
	free (found);
	return 0;
}

void
keys_fini (struct keys *keys)
{
	struct key *key, *next;

	HASH_ITER (hh, keys->table, key, next) {
		HASH_DELETE (hh, keys->table, key);
		free (key);
	}
	*keys = (struct keys){ 0 };
}
