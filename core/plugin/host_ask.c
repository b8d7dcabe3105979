/* The table's functions for questions to the client, and for calls that go on
 * without it. */
#include <config.h>

#include <errno.h>

#include "json/json.h"
#include "plugin/asking.h"
#include "plugin/host.h"

static int
host_can_ask (struct mcp_call *pub, const char *method)
{
	int r;
	struct call *call = host_enter (pub, "can_ask", ANY_CALL, &r);

	if (call == NULL)
		return 0;
	r = asking_can (call->can, method);
	call_leave (call);
	return r;
}

static int
host_ask (struct mcp_call *pub, const char *name, const char *method,
	  struct json_object *params)
{
	int r;
	struct call *call = host_enter (pub, "ask", ANY_CALL, &r);

	if (call != NULL) {
		r = asking_add (&call->result, call->can, name, method, params);
		call_leave (call);
	}
	json_object_put (params);
	return r;
}

static int
host_ask_text (struct mcp_call *pub, const char *name, const char *method,
	       const char *text, size_t size)
{
	struct json_object *params = NULL;
	int r = 0;

	if (text != NULL)
		r = host_parse (pub, "ask_text", text, size, &params);
	return r < 0 ? r : host_ask (pub, name, method, params);
}

static int
host_ask_state (struct mcp_call *pub, const void *state, size_t size)
{
	int r;
	struct call *call = host_enter (pub, "ask_state", ANY_CALL, &r);

	if (call == NULL)
		return r;
	r = asking_set_state (&call->result, state, size);
	call_leave (call);
	return r;
}

void
host_init_ask (struct mcp_host *table)
{
	table->can_ask = host_can_ask;
	table->ask = host_ask;
	table->ask_text = host_ask_text;
	table->ask_state = host_ask_state;
}
