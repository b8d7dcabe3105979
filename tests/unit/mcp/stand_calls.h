/* The plugin layer's stand-in: tools whose calls a test ends. */
#ifndef TESTS_MCP_STAND_CALLS_H
#define TESTS_MCP_STAND_CALLS_H

void calls_open (void);
void calls_close (void);

#endif
