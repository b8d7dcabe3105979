/* Objects of two json-c, as text from one to the other. */
#include <config.h>

#include "plugin/foreign.h"

#include <errno.h>
#include <ltdl.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "plugin/calls.h"
#include "plugin/plugin.h"

/* An object of theirs that the handler was lent, and that goes with its call. */
struct lent {
	struct lent *next;
	struct json_object *object;
};

static struct foreign theirs;
/* The functions of the table without us. */
static struct mcp_host own;

/* --- Finding it --- */

/* A pointer to a function by way of the one to data, as POSIX says. */
static void
find (void *handle, const char *name, void *function)
{
	*(void **) function = lt_dlsym (handle, name);
}

const struct foreign *
foreign_find (void *handle)
{
	find (handle, "json_tokener_parse", &theirs.parse);
	find (handle, "json_object_to_json_string_ext", &theirs.text);
	find (handle, "json_object_put", &theirs.put);
	return theirs.parse != NULL && theirs.text != NULL && theirs.put != NULL
		       ? &theirs
		       : NULL;
}

/* --- What is lent --- */

/* Theirs, from ours; NULL stays NULL. */
static struct json_object *
make_theirs (struct json_object *ours)
{
	struct json_object *object = NULL;
	struct buffer text = { 0 };

	if (ours == NULL)
		return NULL;
	json_write_value (&text, ours);
	if (!text.failed)
		object = theirs.parse (text.data);
	buffer_fini (&text);
	return object;
}

/* Whether it is there; otherwise it is freed. call is locked, or nobody else
 * has it. */
static bool
note (struct call *call, struct json_object *object)
{
	struct lent *lent = object != NULL ? malloc (sizeof (*lent)) : NULL;

	if (lent == NULL) {
		if (object != NULL)
			theirs.put (object);
		return false;
	}
	*lent = (struct lent){ .next = call->lent, .object = object };
	call->lent = lent;
	return true;
}

void
foreign_lend (struct call *call)
{
	struct mcp_call *pub = &call->handle->pub;

	/* From here on it is what arguments_text gives. */
	json_write_value (&call->arguments_text, pub->arguments);
	call->arguments = pub->arguments;
	call->answers = pub->answers;
	call->is_lent = true;
	pub->arguments = make_theirs (call->arguments);
	if (!note (call, pub->arguments))
		pub->arguments = NULL;
	pub->answers = make_theirs (call->answers);
	if (!note (call, pub->answers))
		pub->answers = NULL;
}

void
foreign_take_back (struct call *call)
{
	struct mcp_call *pub = &call->handle->pub;
	struct lent *lent, *next;

	if (!call->is_lent)
		return;
	call->is_lent = false;
	pub->arguments = call->arguments;
	pub->answers = call->answers;
	for (lent = call->lent; lent != NULL; lent = next) {
		next = lent->next;
		theirs.put (lent->object);
		free (lent);
	}
	call->lent = NULL;
}

/* --- Functions that take objects --- */

/* As text, which lives as long as the object; plain, as json-c has it. */
static const char *
text_of (struct json_object *object, size_t *ret_size)
{
	const char *text = object != NULL ? theirs.text (object, 0) : "null";

	if (text == NULL)
		text = "";
	*ret_size = strlen (text);
	return text;
}

/* They are taken. */
static int
drop (struct json_object *object, int r)
{
	if (object != NULL)
		theirs.put (object);
	return r;
}

static int
emit (struct mcp_call *pub, const char *topic, const char *agent,
      struct json_object *payload, uint32_t flags, const char *line)
{
	size_t size;
	const char *text = text_of (payload, &size);

	return drop (payload, own.emit_text (pub, topic, agent, text, size,
					     flags, line));
}

static int
message (struct mcp_call *pub, int level, const char *logger,
	 struct json_object *data)
{
	size_t size;
	const char *text = text_of (data, &size);

	return drop (data, own.message_text (pub, level, logger, text, size));
}

static int
result_structured (struct mcp_call *pub, struct json_object *value)
{
	size_t size;
	const char *text = text_of (value, &size);

	return drop (value, own.result_structured_text (pub, text, size));
}

static int
result_content (struct mcp_call *pub, struct json_object *block)
{
	size_t size;
	const char *text = text_of (block, &size);

	return drop (block, own.result_content_text (pub, text, size));
}

static int
result_meta (struct mcp_call *pub, struct json_object *meta)
{
	size_t size;
	const char *text = text_of (meta, &size);

	return drop (meta, own.result_meta_text (pub, text, size));
}

static int
contents_item (struct mcp_call *pub, struct json_object *item)
{
	size_t size;
	const char *text = text_of (item, &size);

	return drop (item, own.contents_item_text (pub, text, size));
}

static int
prompt_content (struct mcp_call *pub, const char *role,
		struct json_object *block)
{
	size_t size;
	const char *text = text_of (block, &size);

	return drop (block, own.prompt_content_text (pub, role, text, size));
}

static int
ask (struct mcp_call *pub, const char *name, const char *method,
     struct json_object *params)
{
	size_t size;
	const char *text = params != NULL ? text_of (params, &size) : NULL;

	return drop (params, own.ask_text (pub, name, method, text,
					   text != NULL ? size : 0));
}

/* --- And the one that gives some --- */

static int
answer (struct mcp_call *pub, const char *name, const char *method,
	struct json_object **ret_value)
{
	struct json_object *ours = NULL, *value;
	int r = own.answer (pub, name, method, &ours);
	struct call *call = r >= 0 ? call_enter (pub, "answer") : NULL;

	if (ret_value != NULL)
		*ret_value = NULL;
	if (call == NULL)
		return r;
	value = make_theirs (ours);
	if (note (call, value) && ret_value != NULL)
		*ret_value = value;
	call_leave (call);
	return r;
}

void
foreign_init_host (struct mcp_host *table)
{
	own = *table;
	table->emit = emit;
	table->message = message;
	table->result_structured = result_structured;
	table->result_content = result_content;
	table->result_meta = result_meta;
	table->contents_item = contents_item;
	table->prompt_content = prompt_content;
	table->ask = ask;
	table->answer = answer;
}
