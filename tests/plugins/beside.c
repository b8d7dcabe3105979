/* Behaves: its calls are given back on other threads while cancel still runs
 * on the loop, which must not be overtaken. Says in the log when it was. */
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
	MINIMAL_TOOL ("return_beside_cancel", .handle = return_beside_cancel,
		      .cancel = cancel),
};

MINIMAL_PLUGIN ("beside", .init = init, .fini = fini, .MCP_TOOLS (tools))
