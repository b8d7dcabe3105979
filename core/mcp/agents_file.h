/* agents.json: what to give to each agent, for launchers and for the next
 * start. */
#ifndef MCP_AGENTS_FILE_H
#define MCP_AGENTS_FILE_H

#include "mcp/agents.h"

/* Before any agent is added: reads the tokens of an earlier start, and from
 * then on writes each change (once the URL is known). path: copied; a file
 * that is not there is fine. 0, or a negative errno with a sentence: it cannot
 * be used. */
int agents_file_open (struct agents *agents, const char *path,
		      struct error *err);
/* Adds those that are in the file alone; then writes it, once. 0 or a negative
 * errno with a sentence. */
int agents_file_begin (struct agents *agents, struct error *err);
/* Writes it anew, if there is to be one; a failure is logged, too, and it is
 * tried again each second until it succeeds. */
int agents_file_write (struct agents *agents, struct error *err);
/* A token of an earlier start; NULL: none. */
struct secret *agents_file_token (const struct agents *agents,
				  const char *name);

#endif
