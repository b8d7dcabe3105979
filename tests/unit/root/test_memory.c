/* Every allocation of some operations fails in turn: each says so or does
 * without, and leaks nothing. An abort within a library counts as a kill; one
 * of our own assertions does not. */
#include <assert.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/loop.h"
#include "base/random.h"
#include "base/uri_template.h"
#include "json/json.h"
#include "json/rpc.h"
#include "json/schema.h"
#include "store/journal.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_OWN_MEMORY 1 /* a sanitizer's; nothing can be made to fail */
#endif

/* --- Memory that runs out ------------------------------------------------- */

static long countdown; /* the allocation that fails; 0: none */
static long n_live;

/* In the place of the C library's, for other libraries too. */
#define OVERRIDE __attribute__ ((visibility ("default")))

#ifndef HAS_OWN_MEMORY
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);
extern void __libc_free (void *memory);

static void *
count (void *memory)
{
	n_live += memory != NULL;
	return memory;
}

static bool
fails (void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	errno = ENOMEM;
	return true;
}

OVERRIDE void *
malloc (size_t size)
{
	return fails () ? NULL : count (__libc_malloc (size));
}

OVERRIDE void *
calloc (size_t n, size_t size)
{
	return fails () ? NULL : count (__libc_calloc (n, size));
}

OVERRIDE void *
realloc (void *memory, size_t size)
{
	if (fails ())
		return NULL;
	return memory != NULL ? __libc_realloc (memory, size)
			      : count (__libc_realloc (NULL, size));
}

OVERRIDE void
free (void *memory)
{
	n_live -= memory != NULL;
	__libc_free (memory);
}
#endif

/* --- One operation, again and again --------------------------------------- */

enum { PASSED, TOLERATED, LEAKED, OURS, UNTOUCHED };

/* In a process of its own. What is allocated once and kept is there
 * already. */
static void
attempt (int (*operation) (void), long n)
{
	long before;
	int r;

	before = n_live;
	countdown = n;
	r = operation ();
	if (countdown > 0)
		_exit (r == 0 ? UNTOUCHED : LEAKED);
	countdown = 0;
	if (n_live != before)
		_exit (LEAKED);
	_exit (r < 0 ? PASSED : TOLERATED);
}

static int
run (int (*operation) (void), long n)
{
	pid_t pid = fork ();
	int status;

	assert_true (pid >= 0);
	if (pid == 0) {
		/* What an assertion prints is told by how it ends. */
		assert_non_null (freopen ("/dev/null", "w", stderr));
		attempt (operation, n);
	}
	assert_int_equal (waitpid (pid, &status, 0), pid);
	if (WIFSIGNALED (status) && WTERMSIG (status) == SIGABRT)
		return PASSED;
	assert_true (WIFEXITED (status));
	return WEXITSTATUS (status);
}

/* Ours end in another way than those of libraries. */
OVERRIDE void
__assert_fail (const char *assertion, const char *file, unsigned int line,
	       const char *function)
{
	(void) assertion;
	(void) line;
	(void) function;
	if (strstr (file, "core/") != NULL)
		_exit (OURS);
	abort ();
}

static void
every_one_fails (int (*operation) (void))
{
	long n = 1;
	int result = PASSED;

	assert_int_equal (operation (), 0);
#ifdef HAS_OWN_MEMORY
	return;
#endif
	while (result != UNTOUCHED && n < 3000) {
		result = run (operation, n++);
		if (result == LEAKED || result == OURS)
			fail_msg ("allocation %ld: %s", n - 1,
				  result == OURS ? "an assertion" : "a leak");
	}
	assert_int_equal (result, UNTOUCHED);
	assert_true (n > 3);
}

/* --- The operations -------------------------------------------------------- */

#define CALL                                                                   \
	"{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/call\","         \
	"\"params\":{\"name\":\"x\",\"arguments\":{\"a\":[1,2.5,\"t\",null,"   \
	"{\"b\":true}],\"text\":\"a longer text than fits in json-c itself, "  \
	"so that it has to be allocated\"}}}"

static int
parse (const char *text, struct json_object **ret_value)
{
	return json_parse (text, strlen (text), NULL, ret_value, NULL);
}

static int
read_and_write (void)
{
	struct buffer buffer = { 0 };
	struct json_object *value = NULL;
	struct rpc_message message;
	int r = parse (CALL, &value);

	if (r == 0) {
		rpc_read (value, &message);
		json_write_value (&buffer, value);
		json_write_canonical (&buffer, value);
		rpc_write_error (&buffer, message.id, RPC_INVALID_PARAMS,
				 "a sentence", NULL);
		r = message.kind == RPC_REQUEST ? buffer.failed : -EINVAL;
	}
	json_object_put (value);
	buffer_fini (&buffer);
	return r;
}

#define SCHEMA                                                                 \
	"{\"type\":\"object\",\"$defs\":{\"d\":{\"type\":\"string\","          \
	"\"pattern\":\"^a+$\"}},\"properties\":{\"a\":{\"$ref\":\"#/$defs/d\"" \
	"},\"b\":{\"enum\":[1,2,3,4,5,6,7,8,9,10]},\"c\":{\"type\":\"array\"," \
	"\"uniqueItems\":true,\"contains\":{\"minimum\":3}}},\"required\":["   \
	"\"a\"],\"unevaluatedProperties\":false}"

static int
check_arguments (void)
{
	struct json_object *text = NULL, *arguments = NULL;
	struct schema *schema = NULL;
	int r = parse (SCHEMA, &text);

	if (r == 0)
		r = schema_compile (text, &schema, NULL);
	if (r == 0)
		r = parse ("{\"a\":\"aaa\",\"b\":null,\"c\":\"[1,2,3,4]\"}",
			   &arguments);
	if (r == 0)
		r = schema_check_arguments (schema, arguments, NULL);
	json_object_put (arguments);
	schema_unref (schema);
	json_object_put (text);
	return r;
}

static void
found (void *arg, const char *name, const char *value, size_t size)
{
	(void) name;
	(void) value;
	*(size_t *) arg += size;
}

static int
match_uri (void)
{
	struct uri_template *template = NULL;
	size_t size = 0;
	int r = uri_template_new ("file:///{+path}/x{?a,b}", &template, NULL);

	if (r == 0
	    && !uri_template_match (template, "file:///a/b/x?a=%41&b=2", found,
				    &size))
		r = -ENOMEM;
	uri_template_free (template);
	return r;
}

static int
write_journal (struct journal *journal)
{
	struct event event = { .topic = "t",
			       .agent = "a",
			       .payload = "{\"a\":1}",
			       .payload_size = 7 };
	struct change changes[] = {
		{ .kind = CHANGE_PUT,
		  .key = "p/key",
		  .value = "value",
		  .size = 5,
		  .version = JOURNAL_ANY },
		{ .kind = CHANGE_ADD, .key = "p/sum", .add = 2, .max = 10 },
		{ .kind = CHANGE_EVENT, .event = &event },
	};
	int r = journal_append (journal, &event, NULL, NULL);

	return r == 0 ? journal_commit (journal, changes, 3, NULL, NULL, NULL)
		      : r;
}

static int
read_journal (struct journal *journal)
{
	struct buffer memory = { 0 };
	struct event event;
	int r = journal_read (journal, 0, &memory, &event);

	if (r > 0)
		r = journal_get (journal, "p/key", &memory, NULL);
	buffer_fini (&memory);
	return r;
}

static int
keep_events (void)
{
	struct loop loop;
	struct journal *journal;
	int r = loop_init (&loop);

	if (r < 0)
		return r;
	journal = journal_new_memory (&loop, 100000);
	r = journal != NULL ? write_journal (journal) : -ENOMEM;
	if (r == 0)
		r = read_journal (journal);
	if (journal != NULL)
		journal_close (journal);
	loop_fini (&loop);
	return r;
}

/* --- The tests --------------------------------------------------------------- */

static void
messages_are_read_and_written (void **state)
{
	(void) state;
	every_one_fails (read_and_write);
}

static void
arguments_are_checked (void **state)
{
	(void) state;
	every_one_fails (check_arguments);
}

static void
uris_are_matched (void **state)
{
	(void) state;
	every_one_fails (match_uri);
}

static void
events_and_keys_are_kept (void **state)
{
	(void) state;
	every_one_fails (keep_events);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (messages_are_read_and_written),
		cmocka_unit_test (arguments_are_checked),
		cmocka_unit_test (uris_are_matched),
		cmocka_unit_test (events_and_keys_are_kept),
	};

	return random_init () == 0 ? cmocka_run_group_tests (tests, NULL, NULL)
				   : 1;
}
