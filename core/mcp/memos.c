/* Memos: a table and a list in the order of time. In the journal a value
 * has its time before it, and a line end between. */
#include "mcp/memos.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/journal.h"

/* --- Memory --- */

static size_t
bytes_of (const struct memo *memo)
{
	return strlen (memo->name) + memo->size;
}

static struct memo *
memo_new (const char *name, const void *value, size_t size, int64_t time_ms)
{
	size_t name_size = strlen (name) + 1;
	struct memo *memo = malloc (sizeof *memo + name_size + size + 1);

	if (memo == NULL)
		return NULL;
	*memo = (struct memo){ .name = memo->text,
			       .value = memo->text + name_size,
			       .size = size,
			       .time_ms = time_ms };
	memcpy (memo->text, name, name_size);
	if (size > 0)
		memcpy (memo->text + name_size, value, size);
	memo->text[name_size + size] = '\0';
	return memo;
}

/* memo: taken. The list is not in order until it is sorted. */
static int
link_memo (struct memos *memos, struct memo *memo)
{
	if (memo == NULL)
		return -ENOMEM;
	HASH_ADD_KEYPTR (hh, memos->table, memo->name, strlen (memo->name),
			 memo);
	if (memo->hh.tbl == NULL) {
		free (memo);
		return -ENOMEM;
	}
	DL_APPEND (memos->oldest, memo);
	memos->bytes += bytes_of (memo);
	return 0;
}

static void
drop (struct memos *memos, struct memo *memo)
{
	memos->bytes -= bytes_of (memo);
	DL_DELETE (memos->oldest, memo);
	HASH_DEL (memos->table, memo);
	free (memo);
}

static struct memo *
find (const struct memos *memos, const char *name)
{
	struct memo *memo;

	HASH_FIND (hh, memos->table, name, strlen (name), memo);
	return memo;
}

static bool
is_old (const struct memos *memos, const struct memo *memo)
{
	return clock_wall_ms () > memo->time_ms + memos->kept_ms;
}

/* --- The journal --- */

/* value: NULL: the name goes. Returns the ticket. */
static uint64_t
commit (const struct memos *memos, const char *name, const struct buffer *value)
{
	struct change change = { .kind = value != NULL ? CHANGE_PUT
						       : CHANGE_DELETE,
				 .version = JOURNAL_ANY };
	struct buffer key = { 0 };
	struct error err = { "out of memory" };
	uint64_t ticket = 0;
	int r;

	buffer_add_text (&key, memos->prefix);
	r = buffer_add_text (&key, name);
	if (value != NULL) {
		change.value = value->data;
		change.size = value->size;
		r = r < 0 ? r : value->failed;
	}
	change.key = key.data;
	if (r == 0)
		r = journal_commit (memos->journal, &change, 1, NULL, &ticket,
				    &err);
	if (r < 0)
		log_warning ("'%s' is %s after a restart: %s", name,
			     value != NULL ? "not remembered" : "back",
			     err.text);
	buffer_fini (&key);
	return ticket;
}

static uint64_t
keep (const struct memos *memos, const struct memo *memo)
{
	struct buffer value = { 0 };
	uint64_t ticket;

	if (memos->journal == NULL)
		return 0;
	buffer_add_int (&value, memo->time_ms);
	buffer_add_char (&value, '\n');
	buffer_add (&value, memo->value, memo->size);
	ticket = commit (memos, memo->name, &value);
	buffer_fini (&value);
	return ticket;
}

/* Whatever is there. What has not our form is as old as can be. */
static void
load (void *arg, const char *key, const void *value, size_t size,
      uint64_t version)
{
	struct memos *memos = arg;
	const char *data = value;
	const char *end = memchr (data, '\n', size);
	int64_t time_ms = 0;

	(void) version;
	if (end != NULL) {
		time_ms = strtoll (data, NULL, 10);
		size -= (size_t) (end + 1 - data);
		data = end + 1;
	}
	link_memo (memos, memo_new (key + strlen (memos->prefix), data, size,
				    time_ms));
}

/* --- Both --- */

/* One more of that many bytes. */
static bool
has_room (const struct memos *memos, size_t more, size_t bytes)
{
	return HASH_COUNT (memos->table) + more <= memos->max
	       && memos->bytes + bytes <= memos->max_bytes;
}

static void
remove_memo (struct memos *memos, struct memo *memo)
{
	if (memos->journal != NULL)
		commit (memos, memo->name, NULL);
	drop (memos, memo);
}

static void
make_room (struct memos *memos, size_t more, size_t bytes)
{
	while (memos->oldest != NULL
	       && (is_old (memos, memos->oldest)
		   || !has_room (memos, more, bytes)))
		remove_memo (memos, memos->oldest);
}

static int
compare (const struct memo *a, const struct memo *b)
{
	return (a->time_ms > b->time_ms) - (a->time_ms < b->time_ms);
}

void
memos_load (struct memos *memos)
{
	if (memos->journal == NULL)
		return;
	journal_list (memos->journal, memos->prefix, load, memos);
	DL_SORT (memos->oldest, compare);
	make_room (memos, 0, 0);
}

void
memos_fini (struct memos *memos)
{
	while (memos->oldest != NULL)
		drop (memos, memos->oldest);
}

const struct memo *
memos_find (const struct memos *memos, const char *name)
{
	const struct memo *memo = find (memos, name);

	return memo != NULL && !is_old (memos, memo) ? memo : NULL;
}

int
memos_put (struct memos *memos, const char *name, const void *value,
	   size_t size, uint64_t *ret_ticket)
{
	struct memo *memo = memo_new (name, value, size, clock_wall_ms ());
	struct memo *before = find (memos, name);
	uint64_t ticket = 0;
	int r = 0;

	if (memo != NULL && bytes_of (memo) > memos->max_bytes) {
		free (memo);
		return -EMSGSIZE;
	}
	if (before != NULL)
		drop (memos, before);
	if (memo != NULL)
		make_room (memos, 1, bytes_of (memo));
	r = link_memo (memos, memo);
	if (r == 0)
		ticket = keep (memos, memo);
	if (ret_ticket != NULL)
		*ret_ticket = ticket;
	return r;
}

void
memos_remove (struct memos *memos, const char *name)
{
	struct memo *memo = find (memos, name);

	if (memo != NULL)
		remove_memo (memos, memo);
}
