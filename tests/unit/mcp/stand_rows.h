/* The rows of the stand that are no tools. */
#ifndef TESTS_MCP_STAND_ROWS_H
#define TESTS_MCP_STAND_ROWS_H

#include "stand.h"

void rows_open (void);
void rows_close (void);
/* A call of such a row ends. */
void rows_end (struct call *call, const struct call_request *request);

#endif
