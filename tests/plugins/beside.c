/* Behaves: its calls are in the hands of two threads one after the other. What
 * the one did must not be overtaken by the other; says in the log when a
 * cancel was. */
#include "minimal.h"

#include <json-c/json.h>

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

static sem_t told;
static atomic_int is_cancel_over;
static pthread_t finisher;
static int has_finisher;

static void *
finish (void *arg)
{
	struct mcp_call *call = arg;
	const struct mcp_host *host = call->host;

	sem_wait (&told);
	host->finish (call, MCP_OK);
	if (!is_cancel_over)
		host->log (host, MCP_LOG_ERROR, "finish overtook cancel");
	return NULL;
}

static int
finish_beside_cancel (struct mcp_call *call)
{
	has_finisher = pthread_create (&finisher, NULL, finish, call) == 0;
	call->host->emit_text (call, "beside", NULL, "{}", 2, 0, NULL);
	return has_finisher ? MCP_PENDING : MCP_ERROR;
}

static void *
emit_first (void *arg)
{
	struct mcp_call *call = arg;

	call->host->emit_text (call, "order", NULL, "{\"i\":1}", 7, 0, NULL);
	return NULL;
}

/* On the loop, with a thread that has the call for a moment. */
static int
emit_from_both (struct mcp_call *call)
{
	pthread_t thread;

	if (pthread_create (&thread, NULL, emit_first, call) != 0)
		return MCP_ERROR;
	pthread_join (thread, NULL);
	call->host->emit_text (call, "order", NULL, "{\"i\":2}", 7, 0, NULL);
	return MCP_OK;
}

static int
return_beside_cancel (struct mcp_call *call)
{
	call->host->emit_text (call, "beside", NULL, "{}", 2, 0, NULL);
	sem_wait (&told);
	return MCP_OK;
}

static void
cancel (struct mcp_call *call)
{
	sem_post (&told);
	/* Time enough for those who would not wait. */
	usleep (20000);
	if (!json_object_is_type (call->arguments, json_type_object))
		call->host->log (call->host, MCP_LOG_ERROR,
				 "the arguments are gone");
	is_cancel_over = 1;
}

static int
init (const struct mcp_host *host, const char *config, void **state)
{
	(void) host;
	(void) config;
	(void) state;
	return sem_init (&told, 0, 0);
}

static void
fini (void *state)
{
	(void) state;
	if (has_finisher)
		pthread_join (finisher, NULL);
	sem_destroy (&told);
}

static const struct mcp_tool tools[] = {
	MINIMAL_TOOL ("finish_beside_cancel", .handle = finish_beside_cancel,
		      .cancel = cancel),
	MINIMAL_TOOL ("emit_from_both", .handle = emit_from_both,
		      .bits = MCP_NEVER_BLOCKS),
	MINIMAL_TOOL ("return_beside_cancel", .handle = return_beside_cancel,
		      .cancel = cancel),
};

MINIMAL_PLUGIN ("beside", .init = init, .fini = fini, .MCP_TOOLS (tools))
